"""Several tables in one request, and how their rows belong together."""

import re
from dataclasses import dataclass, field

from synthaix.orchestration.translation.children import (
    COUNT_BEHIND,
    NOUN,
    PerParent,
    children_in,
    counted_children,
    per_parent,
    table_noun,
)
from synthaix.orchestration.translation.counts import number_of
from synthaix.orchestration.translation.domains import domain_of
from synthaix.orchestration.translation.items import items_in
from synthaix.orchestration.translation.listings import closing, columns_of_ddl
from synthaix.orchestration.translation.naming import stripped
from synthaix.orchestration.translation.triggers import knows
from synthaix.orchestration.translation.wording import cut, is_plural, plural_of, sentences, singular_of, snake

MOST_TABLES = 20
_LIST = re.compile(
    r" ?(?:with|including|having|containing|\(|:)(?: the| their)?(?: columns| fields)?:? ?", re.IGNORECASE
)
_THEIR = re.compile(
    r"(?:,|\band|\bwith|\balong with|\bplus|\btogether with|\bincluding|\bas well as|&|\bwith all)+ (?:all "
    r")?(?:their|its|corresponding|associated|related|linked|respective|matching|his|her) "
    rf"(?P<child>{NOUN})(?=$|[,.;:\n(]| \(| (?:with|and|including|having|containing|in|over|for|from|between"
    r"|table))",
    re.IGNORECASE,
)
_DDL = re.compile(
    r"(?:create table (?:if not exists )?)?[\"`\[]?\b([A-Za-z_]\w*)[\"`\]]?(?: table)? ?(?:: ?|with "
    r"|having |-+ ?)?\(",
    re.IGNORECASE,
)
_HEAD = re.compile(
    r"(?:^|(?<=[.;,\n(:])|(?<=\band)|(?<=\bplus)|(?<=\bthen)|(?<=\bof)|(?<=&)) ?(?:and |then |plus |also "
    r"|finally |lastly ){0,9}(?:[-*] |\d{1,2}[.)] )?(?:(?:table|entity) ?(?:\d{1,2})? ?[:-]? ?)?(?:create "
    r"|generate |make |add |a |an |the |one |another |second |first |third |my |some |i need |i want |need "
    r"|give me ){0,9}(?:table (?:of |for |called |named )?)?[\"'`]?(?P<count>\d[\d,.]*[kKM]? )?(?:their "
    r"|related |corresponding |its )?"
    rf"(?P<noun>{NOUN})[\"'`]?(?P<table> (?:table|entity|sheet))?(?: ?\((?P<rows>\d[\d,.]*[kKM]?)(?: rows| "
    r"records)?\))?(?: ?,? ?(?:\d[\d,.]*[kKM]? (?:rows|records)))?(?: ?(?::| - |->)| (?:with|having"
    r"|containing|including|that (?:has|have|contains)|which (?:has|have)|has|have|needs|each with|with "
    r"columns|columns)) ?:? ?(?=\S)",
    re.IGNORECASE | re.MULTILINE,
)
_OWN_LIST = re.compile(
    rf"^(?:and |also |for |each |every |all |the |a |an ){{0,9}}(?P<noun>{NOUN})(?: table)?(?::| - |,? (?:should "
    r"|must |will |needs? to |also ){0,9}(?:have|has|include|includes|contain|contains|with|having|need|needs"
    r"|store|record)(?: the following| these)?(?: columns| fields)?:?) (?P<list>.+)$",
    re.IGNORECASE,
)
_LISTS_OWN = re.compile(r" ?[,;] ?(?=(?:and |an? |the |each )*[a-z]+(?: [a-z]+)?: )", re.IGNORECASE)
_RULING = re.compile(r"\b(?:must|should|all|every|each|is|are|always|never|no)\b|^\d[\d.]* ?%|^(?:in|from|over|for) ", re.IGNORECASE)
_TWO = re.compile(
    rf"(?:^|[ :(])(?P<n1>\d[\d,.]*[kKM]?) (?P<first>{NOUN})(?:,| and|, and| &) (?P<n2>\d[\d,.]*[kKM]?) "
    rf"(?P<second>{NOUN})(?=$|[,.;:\n)(])",
    re.IGNORECASE,
)


_NOT_TABLES = frozenset(
    "days weeks months years hours minutes seconds columns fields rows records characters words decimals "
    "digits values categories types options stars points dollars euros percent".split()
)


@dataclass(slots=True)
class TablePart:
    """One table as the request speaks of it."""

    subject: str
    items: list[str] = field(default_factory=list)
    rows: int | None = None
    parent: str | None = None
    per_parent: tuple[int, int] | None = None
    statements: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Parts:
    """The tables of a request, and the text that is left when they are taken out."""

    tables: list[TablePart]
    rest: str


def parts_in(text: str) -> Parts | None:
    """The tables that a request asks for; None when it speaks of one table only."""
    rest, counted = counted_children(text)
    rest, per = per_parent(rest)
    per = [*counted, *per]
    segments = _called(rest) or _headed(rest, {child for _, child, _ in per})
    if segments is not None:
        tables, rest = segments
    else:
        tables, rest = _named(rest, bool(per))
    tables = _with_children(tables, per, rest)
    for part in tables:
        part.rows = part.rows or _counted_as(part.subject, text)
    rest = _with_lists(tables, rest)
    if len({_key(part.subject) for part in tables}) < 2:
        return None
    return Parts(tables[:MOST_TABLES], rest)


def _counted_as(subject: str, text: str) -> int | None:
    """How many of a table's rows there are, wherever the text counts them: `12 teachers and 240 pupils`."""
    found = re.search(
        rf"(?<![\w.,$€£-])(\d(?:[\d,.]*\d)?[kKM]?) (?:\w+ )?{re.escape(subject)}\b(?! (?:per|each|for each)\b)",
        text,
        re.IGNORECASE,
    )
    if found is None:
        found = re.search(rf"(?:^|[.,;] ?|\band ){re.escape(subject)}:? (\d[\d,]*[kKM]?)(?=[,.;]|$)", text, re.IGNORECASE)
    if found is None or re.search(r"(?:each|every|per|has|have|to|-|with) $", text[: found.start()], re.IGNORECASE):
        return None
    return int(number_of(found.group(1)) or 0) or None


def _with_lists(tables: list[TablePart], text: str) -> str:
    """Give tables the columns that a sentence of their own lists, `Players have name, age`; the rest comes back."""
    left = []
    by_key = {_key(part.subject): part for part in tables if not part.items}
    for sentence in [part for whole in sentences(text) for part in _LISTS_OWN.split(whole) if part.strip(" ,;")]:
        found = _OWN_LIST.match(sentence)
        noun = _noun_of(found.group("noun"), by_key) if found else None
        items = items_in(found.group("list")) if found and noun is not None else []
        if found and noun is not None and (len(items) > 1 or _are_columns(items)):
            by_key[noun].items += items
            continue
        left.append(sentence)
    if len(tables) == 2 and len(by_key) == 2:
        left = [sentence for sentence in left if not _lists_rest(tables, sentence)]
    return ". ".join(left)


def _lists_rest(tables: list[TablePart], sentence: str) -> bool:
    """Give the columns that are listed behind two tables to the child: `20 departments and 300 employees, salary, email`."""
    for part in tables:
        sentence = re.sub(
            rf"(?:\d[\d,.]*[kKM]? )?\b{re.escape(part.subject)}\b(?: and\b)?[ ,]*", "", sentence, count=1, flags=re.IGNORECASE
        )
    items = items_in(sentence.strip(" ,"))
    child = next((part for part in reversed(tables) if part.parent is not None), tables[-1])
    if len(items) < 2 or child.items or not all(knows(item) and not _RULING.search(item) for item in items):
        return False
    child.items += items
    return True


def _noun_of(words: str, by_key: dict[str, TablePart]) -> str | None:
    """The table that a noun names, singular or plural."""
    plain = plural_of(singular_of(stripped(words).casefold()))
    return next(
        (
            key
            for key, part in by_key.items()
            if key == _key(plain) or part.subject.casefold().endswith(plain) or key.endswith(snake(plain))
        ),
        None,
    )


def _key(subject: str) -> str:
    domain = domain_of(subject)[0]
    return domain.table if domain else snake(subject)


def _called(text: str) -> tuple[list[TablePart], str] | None:
    """`customers (id, name), orders (id, total)` and `CREATE TABLE`."""
    parts: list[TablePart] = []
    rest, done = [], 0
    for match in _DDL.finditer(text):
        if match.start() < done:
            continue
        stop = closing(text, match.end() - 1)
        inner = text[match.end() : stop - 1]
        items = [item for item in cut(inner, ",\n") if item]
        ddl = "create table" in match.group().casefold() or "table" in match.group().casefold()
        name = match.group(1)
        noun = table_noun(name.replace("_", " "))
        counted = re.search(r"(?:^|[\s&:])\d[\d,.]*[kKM]? ((?:[a-z]+ )?)$", text[max(0, match.start() - 40) : match.start(1)])
        if counted and noun is None and is_plural(name.casefold()):  # `900 stock moves (sku, qty)`
            name = noun = f"{counted.group(1)}{name}"
        ddl = (
            ddl
            or re.search(r"\btable [\"'`]?$", text[max(0, match.start() - 12) : match.start(1)], re.IGNORECASE)
            is not None
        )
        if len(items) < 2 or not (ddl or (noun is not None and _are_columns(items))):
            continue
        parts.append(TablePart(name.replace("_", " "), columns_of_ddl(items)))
        before = text[done : match.start()]
        number = re.search(r"(?<![\d.,-])(\d[\d,.]*[kKM]?) (?:[a-z]+ )?$", before)
        if number:
            parts[-1].rows = int(number_of(number.group(1)) or 0) or None
            before = before[: number.start()]
        behind = re.match(r" (?:with |of |has )?(\d[\d,.]*[kKM]?) rows\b(?! (?:per|for each))", text[stop:])
        if behind and not parts[-1].rows:
            parts[-1].rows = int(number_of(behind.group(1)) or 0) or None
        rest.append(before)
        done = stop
    if len(parts) < 2:
        return None
    return parts, " ".join([*rest, text[done:]]).strip(" ,;.")


def _are_columns(items: list[str]) -> bool:
    return 2 * sum(map(knows, items)) > len(items)


def _headed(text: str, children: set[str]) -> tuple[list[TablePart], str] | None:
    """`Customers: id, name. Orders: id, total`, `a customers table with ... and an orders table with ...`.

    Args:
        children: nouns that are tables, because rows of others were said to have some.
    """
    heads: list[tuple[re.Match[str], str]] = []
    for match in _HEAD.finditer(text):
        plain = stripped(match.group("noun")).casefold()
        noun = table_noun(match.group("noun")) or (plain if plain in children else None)
        if noun is None and match.group("table"):
            noun = plural_of(stripped(match.group("noun")).casefold().rpartition(" ")[2])
        if noun is not None and _key(noun) not in [_key(other) for _, other in heads]:
            heads.append((match, noun))
    if len(heads) < 2:
        return None
    parts: list[TablePart] = []
    lead = text[: heads[0][0].start()]
    left = [lead]
    for place, (match, noun) in enumerate(heads):
        stop = heads[place + 1][0].start() if place + 1 < len(heads) else len(text)
        first, *others = [
            line for line in sentences(text[match.end() : stop].replace("\n- ", ", ").replace("\n* ", ", ")) if line
        ] or [""]
        items = [re.sub(r",? (?:and|plus|then)$", "", item) for item in items_in(first.strip(" ,;:-"))]
        items = [item for item in items if item and item.casefold() not in ("and", "then", "plus")]
        if len(items) < 1 or not (_are_columns(items) or match.group("table")):
            return None
        rows = number_of(match.group("count") or match.group("rows") or "")
        parts.append(TablePart(noun, items, rows=int(rows) if rows and rows >= 1 else None))
        left += others
    return parts, ". ".join(part.strip(" ,;.") for part in left if part.strip(" ,;."))


def _named(text: str, have_children: bool) -> tuple[list[TablePart], str]:
    """Tables that are only named: `customers and their orders`, `customers, products and orders`."""
    parts: list[TablePart] = []
    rest = text
    for match in list(_THEIR.finditer(text))[:6]:
        child = table_noun(match.group("child"))
        if child is not None:
            items, listed = _list_behind(text, match.end())
            counted = COUNT_BEHIND.match(text, match.end() + len(listed)) if listed else None
            listed += counted.group() if counted else ""
            parts.append(TablePart(child, items, parent="", per_parent=children_in(counted) if counted else None))
            rest = rest.replace(f"{match.group()}{listed}", "", 1)
    nouns = _plain_nouns(rest) or _two_nouns(rest)
    if len(nouns) < 2 and _two_nouns(rest):
        nouns = _two_nouns(rest)
    if len(nouns) >= 2 and (
        re.search(
            r"\b(?:tables?|database|schema|relational|entities|linked|related|foreign keys?|joined)\b",
            text,
            re.IGNORECASE,
        )
        or not parts
    ):
        parts = [TablePart(noun, rows=rows) for noun, rows in nouns] + parts
        return parts, re.sub(
            r"\b(?:linked|related|connected|joined)\b.*$", "", _without_nouns(rest, nouns), flags=re.IGNORECASE
        )
    if parts or have_children:
        subject = next((noun for noun, _ in nouns), None) or _first_subject(rest)
        if subject:
            place = rest.casefold().find(subject.casefold()) + len(subject)
            items, listed = _list_behind(rest, place)
            parts.insert(0, TablePart(subject, items))
            rest = rest.replace(listed, "", 1) if listed else rest
    return parts, rest


def _list_behind(text: str, place: int) -> tuple[list[str], str]:
    """The columns listed right behind a table's noun, and the text that lists them."""
    opening = _LIST.match(text, place)
    if opening is None:
        return [], ""
    if "(" in opening.group():
        stop = closing(text, text.index("(", place))
        content = text[opening.end() : stop - 1]
    else:
        content = (sentences(text[opening.end() :].partition("\n")[0]) or [""])[0]
        following = _THEIR.search(content)
        content = content[: following.start()] if following else content
        stop = opening.end() + len(content)
    items = items_in(content.strip(" ,;"))
    return (items, text[place:stop]) if items and _are_columns(items) else ([], "")


def _plain_nouns(text: str) -> list[tuple[str, int | None]]:
    """The plural table nouns of a plain enumeration, with their counts; empty when the list is one of columns."""
    for sentence in sentences(text)[:6]:
        body = re.split(
            r"\b(?:tables?|entities|database|schema|dataset|data|db)\b(?: (?:with|for|of|containing|including"
            r"|about|on|called|has|having|where|is|are|named))?:?|\b(?:with|containing|including|for|of"
            r"|like)\b:?(?= \d| [a-z]+(?:,| and ))",
            sentence,
            flags=re.IGNORECASE,
        )
        for chunk in [*reversed(body), sentence]:
            items = [
                re.sub(
                    r"^(?:please |generate |create |make |give me |build |i need |a |an |the |some |me |synthetic "
                    r"|fake |mock |sample |realistic |related |linked |\d+ related )+",
                    "",
                    item,
                    flags=re.IGNORECASE,
                )
                for item in items_in(
                    re.sub(r"\b(?:linked|related|connected|joined) .*$", "", chunk, flags=re.IGNORECASE).strip(" :,.")
                )
            ]
            nouns: list[tuple[str, int | None]] = []
            for item in items:
                counted = re.match(r"(?:about |around |roughly )?(\d[\d,.]*[kKM]?) (.+)$", item)
                noun = table_noun(counted.group(2) if counted else item)
                if noun is None or len(item.split()) > 5:
                    nouns = []
                    break
                nouns.append((noun, int(number_of(counted.group(1)) or 0) or None if counted else None))
            if len(nouns) >= 2 and len({_key(noun) for noun, _ in nouns}) == len(nouns):
                return nouns
    found = table_noun(sentences(text)[0].partition(",")[0]) if sentences(text) else None
    return [(found, None)] if found else []


def _two_nouns(text: str) -> list[tuple[str, int | None]]:
    """`10 screens and 400 screenings`, of which each has a list or a relation of its own."""
    found = _TWO.search(text)
    if found is None:
        return []
    first, second = found.group("first").casefold(), found.group("second").casefold()
    more = text[found.end() :].casefold()
    counted = all(is_plural(noun.rpartition(" ")[2]) for noun in (first, second))
    if not counted or not any(singular_of(noun) in more for noun in (first, second)) or {first, second} & _NOT_TABLES:
        return []
    return [(first, int(number_of(found.group("n1")) or 1)), (second, int(number_of(found.group("n2")) or 1))]


def _without_nouns(text: str, nouns: list[tuple[str, int | None]]) -> str:
    rest = text
    for noun, _ in nouns:
        rest = re.sub(
            rf"(?:\d[\d,.]*[kKM]? )?\b{re.escape(noun)}\b,?(?: and| &)?", "", rest, count=1, flags=re.IGNORECASE
        )
    return " ".join(rest.split())


def _first_subject(text: str) -> str | None:
    words = re.findall(r"[A-Za-z][\w'-]*", text)[:24]
    for place in range(len(words)):
        for size in (3, 2, 1):
            noun = table_noun(" ".join(words[place : place + size]))
            if noun is not None:
                return noun
    return None


def _with_children(tables: list[TablePart], per: list[PerParent], rest: str) -> list[TablePart]:
    """The tables, with the children that relations name."""
    by_key = {_key(part.subject): part for part in tables}
    for parent, child, many in per:
        key = _key(parent) if parent else next(iter(by_key), "")
        if parent and key not in by_key:
            noun = plural_of(singular_of(parent.casefold()))
            by_key = {key: TablePart(noun), **by_key}
        child = child or next((part.subject for key_, part in reversed(by_key.items()) if key_ != key), parent)
        part = by_key.setdefault(_key(child), TablePart(child))
        if _key(child) != key:
            part.parent, part.per_parent = key or None, many if many[1] else part.per_parent
    return list(by_key.values())
