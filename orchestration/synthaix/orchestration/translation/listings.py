"""Lists that a request writes line by line, as a table, or as JSON."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import orjson

from synthaix.orchestration.translation.wording import cut

_BULLET = re.compile(r"^(?:[-+]|\(?(?:\d{1,2}|[a-z])[.)]|\*)\s+(.+)$")
_HEADED = re.compile(r"^(?P<name>[A-Za-z_][\w ./'\"`-]{0,40}?) ?(?::| - |\t|->|=) ?(?P<rest>\S.*)$")
_DIRECTIVES = frozenset(
    "rows row count number size records table topic subject entity domain dataset columns column fields "
    "field schema attributes headers format output file note notes constraint constraints requirement "
    "requirements rule rules condition conditions "
    "context locale country region prompt task example examples purpose goal relations relationships".split()
)
_MODAL = re.compile(
    r"\b(?:must|should|needs? to|has to|have to|always|never|make sure|ensure|no (?:duplicates?|nulls?"
    r"|two)|cannot|can't|may not|at least \d+ rows|exactly \d+ rows)\b",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[.!?]$")
_TYPED = re.compile(
    r"^[\"'`]?[A-Za-z_]\w{0,40}[\"'`]? (?:varchar|char|text|string|str|int|integer|bigint|smallint|serial"
    r"|float|double|real|decimal|numeric|number|bool|boolean|date|datetime|timestamp|timestamptz|time|uuid"
    r"|enum|json|jsonb|array|money)\b",
    re.IGNORECASE,
)
_TYPE_ALONE = re.compile(
    r"(?:str|string|text|varchar|int|integer|float|double|decimal|number|bool|boolean|date|datetime|timestamp|uuid)\b",
    re.IGNORECASE,
)
_HEADER = re.compile(
    r"^.{0,120}(?::|\b(?:columns|fields|attributes|properties|features|headers|following|these))\W*$", re.IGNORECASE
)


_SELECT = re.compile(r"\bselect (?P<columns>[\w\s.,`\"]+?) from [`\"]?(?P<table>\w+)[`\"]?", re.IGNORECASE)


_CLASS = re.compile(r"^class (\w+)(?:\([\w., ]*\))? ?:", re.MULTILINE)
_CREATED = re.compile(r"\bcreate table (?:if not exists )?[\"`\[]?(?P<table>\w+)[\"`\]]? ?\(", re.IGNORECASE)
_DECLARED = re.compile(
    r"\b(?:export )?(?:interface|type|class|struct|model|record|message|entity) (?P<name>\w+)(?: struct)?[^{}\n]{0,20}"
    r"\{(?P<body>[^{}]+)\}",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Listing:
    """Items that stand on lines of their own, and the lines that are left."""

    items: list[str] = field(default_factory=list)
    rest: list[str] = field(default_factory=list)


def listings_in(text: str) -> Listing:
    """Find what is listed line by line; the order of the rest stays."""
    selected = _SELECT.search(text)
    if selected:
        rest = f"{text[: selected.start()]} {selected.group('table')} {text[selected.end() :]}"
        return Listing(cut(selected.group("columns"), ","), [line.strip() for line in rest.split("\n") if line.strip()])
    text = _CLASS.sub(r"\1:", text)
    created = _from_ddl(text)
    if created is not None:
        return created
    declared = _from_declaration(text)
    if declared is not None:
        return declared
    as_json = _from_json(text)
    if as_json is not None:
        return as_json
    lines = text.split("\n")
    grid = _from_grid(lines)
    if grid is not None:
        return grid
    found = Listing()
    bullets = [match.group(1).strip() if (match := _BULLET.match(line)) else None for line in lines]
    many = sum(bullet is not None for bullet in bullets) >= 2
    headed = (_typed_lines(lines) or _headed_lines(lines)) if not many else frozenset[int]()
    after_header = _lines_after_header(lines) if not many and not headed else frozenset[int]()
    for place, line in enumerate(lines):
        bullet = bullets[place]
        if many and bullet is not None:
            _sort_bullet(bullet, found)
        elif place in headed or place in after_header:
            typed = _TYPED.match(line.strip())
            found.items += (
                _split_line(line)
                if place in after_header
                else [line.strip().replace(" ", ": ", 1) if typed and ":" not in line else line]
            )
        elif line.strip():
            found.rest.append(line.strip())
    found.rest = [_without_header(line) if found.items else line for line in found.rest]
    return found


def _from_ddl(text: str) -> Listing | None:
    """`CREATE TABLE name (...)`, when there is one only."""
    found = list(_CREATED.finditer(text))
    if len(found) != 1:
        return None
    stop = closing(text, found[0].end() - 1)
    items = columns_of_ddl(cut(text[found[0].end() : stop - 1], ",\n"))
    rest = f"{text[: found[0].start()]} {found[0].group('table')} {text[stop:].lstrip(' ;')}"
    return Listing(items, [line.strip() for line in rest.split("\n") if line.strip()]) if items else None


def columns_of_ddl(items: list[str]) -> list[str]:
    """The definitions of columns among those of a table."""
    keys = re.compile(r"(?:primary key|foreign key|constraint|unique|check|index|key) ?\(?", re.IGNORECASE)
    return [item for item in items if not keys.match(item)]


def closing(text: str, place: int) -> int:
    """The place behind the bracket that closes the one that opens here."""
    depth = 0
    for at in range(place, len(text)):
        depth += (text[at] == "(") - (text[at] == ")")
        if depth == 0:
            return at + 1
    return len(text)


def _from_declaration(text: str) -> Listing | None:
    """`interface User { id: uuid; name?: string; plan: 'a' | 'b' }`, and what other languages write so."""
    found = _DECLARED.search(text)
    if found is None:
        return None
    items = []
    for entry in cut(found.group("body"), ";,\n"):
        name, _, said = entry.partition(":") if ":" in entry else entry.partition(" ")
        whole = [part.strip() for part in said.split("|")]
        values = [part for part in whole if part.casefold() not in ("null", "undefined", "none")]
        plain = f"one of {', '.join(values)}" if len(values) > 1 else "".join(values)
        optional = len(values) < len(whole) or "?" in name or plain.endswith("?")
        items.append(f"{name.strip(' ?')}: {plain.rstrip('?')}{', optional' if optional else ''}")
    rest = f"{text[: found.start()]} {found.group('name')} {text[found.end() :]}"
    return Listing(items, [line.strip() for line in rest.split("\n") if line.strip()]) if len(items) > 1 else None


def _sort_bullet(bullet: str, found: Listing) -> None:
    """A bullet is a column, several columns, or a rule about columns."""
    plain = re.sub(r"\*\*|__", "", bullet).strip().rstrip(".;,")
    head = plain.partition(":")[0] if ":" in plain else plain
    if re.match(r"\d[\d,.]*k? (?:rows|records|entries)\b", plain, re.IGNORECASE) or (
        _MODAL.search(head) and ":" not in plain and "(" not in plain.partition(" ")[0]
    ):
        found.rest.append(plain)
        return
    directive = re.match(r"(columns|fields|rows|count|table|format|locale|notes?) ?: ?(.+)$", plain, re.IGNORECASE)
    if directive:
        found.rest.append(plain)
        return
    found.items += _split_line(plain)


def _split_line(line: str) -> list[str]:
    """A line with several short parts is several columns."""
    plain = line.strip().rstrip(".;,")
    parts = cut(plain, ",;")
    if (
        len(parts) > 1
        and ":" not in plain
        and " - " not in plain
        and all(len(part.split()) <= 3 for part in parts)
        and not re.search(r"\d|\b(?:or|unique|optional|string|int|required)\b", plain)
    ):
        return parts
    return [plain] if plain else []


def _headed_lines(lines: list[str]) -> frozenset[int]:
    """The places of lines such as `age: integer, 18-65`, when there are at least two."""
    places = []
    for place, line in enumerate(lines):
        match = _HEADED.match(line.strip())
        if (
            match is None
            or (match.group("name").split()[0].casefold() in _DIRECTIVES and not _TYPE_ALONE.match(match.group("rest")))
            or len(match.group("name").split()) > 4
        ):
            continue
        if (
            len(cut(match.group("rest"), ",")) > 3
            and not re.search(r"\b(?:one of|string|int|float|enum|values)\b|\(", match.group("rest"))
            and len(lines) > 8
        ):
            continue
        places.append(place)
    return frozenset(places) if len(places) >= 2 else frozenset()


def _typed_lines(lines: list[str]) -> frozenset[int]:
    """The places of lines such as `dob date`, when there are at least two."""
    places = [place for place, line in enumerate(lines) if _TYPED.match(line.strip())]
    return frozenset(places) if len(places) >= 2 else frozenset()


def _lines_after_header(lines: list[str]) -> frozenset[int]:
    """The places of short lines after a line that announces a list, up to an empty or a long one."""
    for place, line in enumerate(lines[:-1]):
        if not _HEADER.match(line.strip()) or not line.strip():
            continue
        following: list[int] = []
        for offset, below in enumerate(lines[place + 1 :], place + 1):
            if not below.strip() and not following:
                continue
            if not below.strip() or len(below.split()) > 9 or (_SENTENCE.search(below) and len(below.split()) > 4):
                break
            following.append(offset)
        if len(following) >= 2:
            return frozenset(following)
    filled = [place for place, line in enumerate(lines) if line.strip()]
    short = [
        place
        for place in filled[1:]
        if len(lines[place].split()) <= 7
        and not _SENTENCE.search(lines[place].strip())
        and not _MODAL.search(lines[place])
        and not re.match(r"(?:#+|\w+ ?:)", lines[place].strip())
    ]
    if len(short) >= 3 and len(short) == len(filled) - 1 and len(lines[filled[0]].split()) <= 25:
        return frozenset(short)
    return frozenset()


def _without_header(line: str) -> str:
    """A line without the words that announce the list."""
    return re.sub(
        r"(?:,? (?:with|having|containing|including|each with|and)?(?: the| these)?(?: following)? ?(?:columns"
        r"|fields|attributes|properties|features|headers|details|info(?:rmation)?|data)?(?: (?:are|is|include"
        r"|should be|below|as follows))?) ?:$|:$|^(?:columns|fields|attributes|properties|features|headers) "
        r"?:?$",
        "",
        line,
        flags=re.IGNORECASE,
    ).strip()


def _from_grid(lines: list[str]) -> Listing | None:
    """A header line such as `id | name | price`, `id,name,price`, or a table that describes columns."""
    piped = [place for place, line in enumerate(lines) if line.count("|") >= 2]
    if piped:
        cells = [_cells(lines[place]) for place in piped]
        rest = [line.strip() for place, line in enumerate(lines) if place not in piped and line.strip()]
        header = [cell.casefold() for cell in cells[0]]
        if (
            len(cells) > 2
            and any(
                cell in ("column", "field", "name", "attribute", "column name", "field name") for cell in header[:2]
            )
            and any("type" in cell or "desc" in cell for cell in header)
        ):
            rows = [row for row in cells[1:] if row and not set("".join(row)) <= set("-: ")]
            return Listing([f"{row[0]}: {', '.join(cell for cell in row[1:] if cell)}" for row in rows], rest)
        if all(len(cell.split()) <= 4 for cell in cells[0]):
            lead, _, first = (
                lines[piped[0]].partition(":")
                if ":" in lines[piped[0]].partition("|")[0]
                else ("", "", lines[piped[0]])
            )
            return Listing(
                _cells(first), [*([lead.strip()] if lead.strip() else []), *(_without_header(line) for line in rest)]
            )
    for place, line in enumerate(lines):
        if re.fullmatch(r"[A-Za-z_]\w*(?:[,;][A-Za-z_]\w*){2,60}", line.strip()):
            return Listing(
                re.split(r"[,;]", line.strip()),
                [
                    _without_header(other.strip())
                    for number, other in enumerate(lines)
                    if number != place and other.strip()
                ],
            )
    return None


def _cells(line: str) -> list[str]:
    return [cell.strip(" *`") for cell in line.strip().strip("|").split("|") if cell.strip(" *`")]


def _from_json(text: str) -> Listing | None:
    """`["name", "age"]`, `{"name": "string", "age": "int"}` or a list of objects with names."""
    starts = [place for place in (text.find("["), text.find("{")) if place >= 0]
    if not starts:
        return None
    start = min(starts)
    stop = max(text.rfind("]"), text.rfind("}")) + 1
    if stop - start < 5:
        return None
    before = text[:start].rstrip(" :=`\n->").rpartition("\n")[2].rpartition(" ")[2].casefold()
    if (
        text[start] == "["
        and before
        and before
        not in (
            "columns",
            "fields",
            "schema",
            "attributes",
            "headers",
            "keys",
            "names",
            "following",
            "these",
            "properties",
            "cols",
            "json",
        )
    ):
        return None
    loose = _parsed(text[start:stop])
    items = _json_items(loose)
    if len(items) < 2:
        return None
    rest = f"{text[:start].rstrip()}\n{text[stop:]}"
    return Listing(items, [_without_header(line.strip()) for line in rest.split("\n") if line.strip(" :=`")])


def _parsed(text: str) -> object:
    quoted = re.sub(r"(?<=[\[{,:\s])'([^'\n]{0,200})'(?=\s*[\]},:])", r'"\1"', text)
    bare = re.sub(r"(?<=[\[{,])\s*([A-Za-z_][\w ]{0,60}?)\s*(?=[:,\]}])", r' "\1"', quoted)
    typed = re.sub(r":\s*([A-Za-z_][\w ()\[\]|/-]{0,60}?)\s*(?=[,}])", r': "\1"', bare)
    for attempt in (text, quoted, bare, typed):
        try:
            return orjson.loads(re.sub(r",\s*([\]}])", r"\1", attempt))
        except ValueError:
            continue
    return None


def _json_items(loose: object) -> list[str]:
    if isinstance(loose, list):
        return [item for part in loose[:200] for item in _json_item(part)]
    if not isinstance(loose, Mapping):
        return []
    for key in ("columns", "fields", "properties", "schema", "attributes"):
        if isinstance(loose.get(key), list | Mapping):
            return _json_items(loose[key])
    return [_described(str(name), said) for name, said in list(loose.items())[:200]]


def _json_item(part: object) -> list[str]:
    if isinstance(part, str):
        return [part]
    if isinstance(part, Mapping):
        name = next(
            (part[key] for key in ("name", "field", "column", "key", "title") if isinstance(part.get(key), str)), None
        )
        if name is not None:
            return [_described(name, {key: value for key, value in part.items() if value != name})]
        return [_described(str(key), value) for key, value in part.items()]
    return []


def _described(name: str, said: object) -> str:
    """A phrase out of what JSON says about a column."""
    if isinstance(said, str):
        return f"{name}: {said}"[:400]
    if isinstance(said, list):
        return f"{name} ({', '.join(str(value) for value in said[:60])})"
    if isinstance(said, Mapping):
        parts = []
        for key, value in list(said.items())[:12]:
            if key in ("min", "minimum", "max", "maximum") and not isinstance(value, list | Mapping):
                parts.append(f"{key} {value}")
            elif isinstance(value, list) and value and not isinstance(value[0], Mapping):
                parts.append(f"one of {', '.join(str(each) for each in value[:60])}")
            elif value is True:
                parts.append(key)
            elif isinstance(value, str | int | float) and not isinstance(value, bool):
                parts.append(str(value))
        return f"{name}: {'; '.join(parts)}"[:600] if parts else name
    return name
