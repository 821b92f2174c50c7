"""A phrase about a column: its name, what stands in brackets, what follows a colon."""

import re
from datetime import date

from synthaix.orchestration.translation.choices import read_choices, read_yes_no, values_in
from synthaix.orchestration.translation.conditions import read_conditions
from synthaix.orchestration.translation.denials import read_denials
from synthaix.orchestration.translation.facts import Facts, Phrase
from synthaix.orchestration.translation.leanings import read_leanings
from synthaix.orchestration.translation.moments import TODAY
from synthaix.orchestration.translation.qualifiers import UNIT_NAMES, read_formula, read_references, read_rest
from synthaix.orchestration.translation.stated_types import NATURAL, TECHNICAL
from synthaix.orchestration.translation.wording import cut, unquoted

LONGEST_PHRASE = 1_500  # characters; a hundred values fit
_ONLY_UNIT = re.compile(rf"(?:in )?({UNIT_NAMES}|[$€£¥₹])(?: old)?", re.IGNORECASE)
_BOXED = re.compile(r"(?<![\w\\^$*+?(\[)\]-])[\[{]([^\[\]{}^\\]*[A-Za-z][^\[\]{}^\\]*)[\]}](?![{+*?])")

_ANNOTATIONS = (  # of Python: `Literal['low', 'high']`, `datetime | None`
    (re.compile(r"\b(?:Literal|Enum)\[([^\[\]]+)\]"), r"(\1)"),
    (re.compile(r"\bOptional\[([^\[\]]+)\](?: ?= ?None)?"), r"\1, optional"),
    (re.compile(r"(?<=\w) ?\| ?(?:None|null|undefined)\b(?: ?= ?None)?"), ", optional"),
    (re.compile(r"\b(?:list|List|set|Set|Sequence)\[\w+\]"), "array"),
)
_DENYING = re.compile(r" \((?=(?:except|excluding|other than|apart from|but not|different from) )([^()]*)\)", re.IGNORECASE)
_SIGNS = {"USD": "$", "EUR": "€", "GBP": "£", "INR": "₹", "JPY": "¥"}
_CODE = re.compile(r"\b(USD|EUR|GBP|INR|JPY) ?(?=\d)")  # `USD 400 to 9,000`
_CHECK = re.compile(
    r"\bcheck ?\( ?[`\"]?\w+[`\"]? ?(?=between\b|in\b|not\b|is\b|like\b|[<>=])", re.IGNORECASE
)  # of SQL: the name of the column again
_BAND = re.compile(
    r"\d+k?(?:/\d+)? ?- ?\d+k?(?:/\d+)?|\d+k? ?\+|(?:under|over|below|above|[<>]=?) ?\d+k?", re.IGNORECASE
)  # `18-24, 25-34, 65+`
_RULING = re.compile(  # a description with such words means a rule
    r"\d|%|\b(?:must|only|between|less|more|than|if|when|never|always|except|depends?|depending|same|equals?|higher|lower|mostly"
    r"|increasing|decreasing|correlated|skewed|weighted)\b",
    re.IGNORECASE,
)
_JOINING = re.compile(
    r"\b(?:and|or|but|the|a|an|values?|with|in|is|are|be|to|at|only|always|inclusive|please|column|field|it|they|all|each|"
    r"should|must|can|may|has|have|number|as|on|from|which|that)\b",
    re.IGNORECASE,
)
_HEDGE = re.compile(  # `delay minutes mostly zero` is called `delay minutes`
    r"(?<=\w) (?:mostly|mainly|largely|usually|generally|typically|often|rarely|seldom|occasionally|sometimes|nearly always"
    r"|almost always|almost never|almost all|never) \w.*$",
    re.IGNORECASE,
)
_PART_OF_WORLD = re.compile(  # only countries and cities are known by name
    r"(?<=\w) (?:(?:with)?in|from|across|of) (?:the )?(?:(?:north|south|east|west|central|latin|southeast)(?:ern)? ?)?"
    r"(?:europe|asia|africa|america|americas|oceania|scandinavia|middle east|eu|balkans|eurozone|emea|apac|latam)$",
    re.IGNORECASE,
)
_LISTED = re.compile(
    r"^(?:one of|either|values?|options|e\.g\.|eg|such as|like|i\.e\.|enum|choices?|can be|could be):? ", re.IGNORECASE
)


def read_phrase(text: str, today: date = TODAY) -> tuple[str, Facts]:
    """What is left as the name, and what the rest says; a phrase longer than any column's is cut."""
    text = text[:LONGEST_PHRASE]
    for pattern, plain in _ANNOTATIONS:
        text = pattern.sub(plain, text)
    text = _DENYING.sub(r" \1", text)
    text = _CODE.sub(lambda match: _SIGNS[match.group(1)], _CHECK.sub("(", text))
    phrase, facts = Phrase(_BOXED.sub(r" (\1) ", text).strip()), Facts()
    read_yes_no(phrase, facts)
    read_leanings(phrase, facts)
    read_references(phrase, facts)
    read_formula(phrase, facts)
    _read_asides(phrase, facts, today)
    read_denials(phrase, facts)
    read_conditions(phrase, facts)
    _read_colon(phrase, facts, today)
    asides = len(phrase.taken)
    read_rest(phrase, facts, today)
    facts.heard += [words for _, words in phrase.taken]
    del phrase.taken[:asides]
    hedge = phrase.take(_HEDGE) or phrase.take(_PART_OF_WORLD)
    facts.unread += [hedge.group().strip()] if hedge else []
    tail = _JOINING.sub(" ", phrase.cut_tail()).strip(" ,;:.-=")
    facts.unread += [tail] if re.search(r"[A-Za-z]{3}", tail) else []
    return phrase.text.strip(" ,;:.-="), facts


def _read_asides(phrase: Phrase, facts: Facts, today: date) -> None:
    """What stands in brackets."""
    passed = 0  # where a bracket ends that is read as it stands
    for _ in range(4):
        start = phrase.text.find("(", passed)
        if start < 0:
            return
        depth, stop = 0, len(phrase.text)
        for place in range(start, len(phrase.text)):
            depth += {"(": 1, ")": -1}.get(phrase.text[place], 0)
            if depth == 0:
                stop = place + 1
                break
        before = phrase.text[:start].rstrip()
        inner = phrase.text[start + 1 : stop].removesuffix(")").strip()
        if (
            re.search(r"\d ?%$", before)
            or (
                re.match(r"\d{1,3}(?:\.\d+)? ?%?\)?$", inner)
                and ("%" in inner or TECHNICAL.get(before.rpartition(" ")[2].casefold()))
            )
            or re.fullmatch(r"\d{1,2} ?, ?\d", inner)
        ):
            passed = stop  # `active (60%)`, `varchar(80)`
            continue
        phrase.cut(start, stop)
        said = read_aside(inner, today)
        if said.choices:
            phrase.text = re.sub(
                r"(?<=\w) (?:in|of|from|is|are|being|either|one of|among)(?= |$)", "", phrase.text, count=1
            )
        facts.merge(said)


def read_aside(text: str, today: date = TODAY) -> Facts:
    """What a note in brackets or after a colon says: type, values, range, flags, unit, or only a description."""
    facts = Facts()
    phrase = Phrase(text.strip())
    read_formula(phrase, facts, bare=True)
    if facts.formula:
        return facts
    within = re.fullmatch(r"in ?\((.*)\)?", text.strip(), re.IGNORECASE)
    text = within.group(1).rstrip(") ") if within else text
    phrase.text = text.strip()
    if (
        re.search(r"\d ?%", text)
        and not re.search(r"\d ?% ?(?:null|missing|empty|blank)", text, re.IGNORECASE)
        and ("," in text or "/" in text or " and " in text)
    ):
        read_choices(phrase, facts, bare=True)
        if facts.choices:
            return facts
    bands = cut(text, ",;|")
    bands = bands if len(bands) > 1 else cut(text, "/")
    if len(bands) > 1 and all(_BAND.fullmatch(band.strip()) for band in bands):
        facts.choices = [band.strip() for band in bands]
        return facts
    pair = re.fullmatch(r"(-?\d[\d.]*) ?, ?(-?\d[\d.]*)", text.strip())
    if pair and float(pair.group(1).strip(".")) < float(pair.group(2).strip(".")) and "." in text:
        facts.low, facts.high = float(pair.group(1).strip(".")), float(pair.group(2).strip("."))
        return facts
    parts = cut(text, ",;|")
    gathered, left = Facts(heard=[text]), []
    for part in parts:
        rest, said = _read_part(part, today, alone=len(parts) == 1)
        if rest or said.empty:
            left.append(part)
        else:
            gathered.merge(said)
    if not left:
        return gathered
    return _read_left(parts, left, gathered, today)


def _read_left(parts: list[str], left: list[str], gathered: Facts, today: date) -> Facts:
    """The parts of a note that no reader knows: values, or a description.

    Beside words that only can be values stand words that mean more elsewhere: `(email, phone, sms)`, `(won, lost, open)`.
    """
    joined = ", ".join(left)
    words = [part for place, part in enumerate(parts) if part not in left and _is_word(part, first=place == 0)]
    listed = [part for part in parts if part in left or part in words]
    values = values_in(_LISTED.sub("", ", ".join(listed)))
    short = all(len(part.split()) <= 4 for part in left)
    if short and len(values) > 1 and (len(left) > 1 or words or len(values_in(_LISTED.sub("", joined))) > 1):
        facts = Facts(heard=[joined])
        for part in parts:
            if part not in listed:
                facts.merge(_read_part(part, today, alone=False)[1])
        facts.choices = values
        return facts
    phrase, facts = Phrase(joined), gathered
    read_rest(phrase, facts, today)
    facts.description = " ".join(part for part in (facts.description, joined) if part)
    if _RULING.search(joined):
        facts.unread.append(joined)
    return facts


def _is_word(part: str, *, first: bool) -> bool:
    """Whether a part that a reader took for more may be a plain value: no range, no flag, no type of a program."""
    plain = unquoted(part).casefold()
    if re.fullmatch(r"\d+|[a-z]", plain):
        return True
    flag = plain in (
        "required",
        "optional",
        "unique",
        "nullable",
        "not null",
        "pk",
        "primary key",
        "mandatory",
        "in order",
    )
    typed = plain in TECHNICAL and (first or plain not in ("double", "real", "long", "enum", "char"))
    return not flag and not typed and re.fullmatch(r"[a-z][a-z'&-]*(?: [a-z'&-]+)?", plain) is not None


def _read_part(part: str, today: date, *, alone: bool) -> tuple[str, Facts]:
    """One part of a note; the rest is what no reader took."""
    phrase, facts = Phrase(part), Facts()
    plain = unquoted(part).casefold()
    if plain in TECHNICAL:
        facts.type = TECHNICAL[plain]
        return "", facts
    if plain in NATURAL:
        facts.type, facts.family = NATURAL[plain], "number" if NATURAL[plain] is None else None
        if plain == "text":
            facts.family = "text"
        return "", facts
    unit = _ONLY_UNIT.fullmatch(plain)
    if unit and (alone or len(plain) > 2):
        facts.unit = unit.group(1)
        return "", facts
    read_conditions(phrase, facts, bare=True)
    read_rest(phrase, facts, today)
    rest = re.sub(
        r"\b(?:and|or|the|a|an|value|values|of|with|in|is|to|format)\b", " ", phrase.text, flags=re.IGNORECASE
    ).strip(" ,;:.-=")
    return rest, facts


def _read_colon(phrase: Phrase, facts: Facts, today: date) -> None:
    """`name: what it is`: a type, values, a range, or a description."""
    found = re.match(r"([^:\n]{1,60}?) ?(?::| - |(?<![<>!=])=(?![=>])) ?(.+)$", phrase.text)
    if found is None or (re.search(r"\d ?[kKmM%]?$", found.group(1)) and re.match(r"[$€£¥₹]? ?-?\d", found.group(2))):
        return
    name, rest = found.group(1).strip(" \"'`"), found.group(2).strip()
    if len(name.split()) > 5 or name.casefold() in ("type", "range", "format", "min", "max", "values"):
        return
    said = read_aside(unquoted(rest), today)
    phrase.text = name
    facts.merge(said)
