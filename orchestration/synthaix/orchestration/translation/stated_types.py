"""The type that a phrase states, in the words of people or of programs."""

import re

from synthaix.orchestration.schema.column import COLUMN_TYPES, ColumnType
from synthaix.orchestration.schema.kinds import find
from synthaix.orchestration.translation.facts import Facts, Phrase

# what programmers call the types; unlike `date` or `number`, these words are no part of a column's name
TECHNICAL: dict[str, ColumnType] = {
    "string": "string",
    "str": "string",
    "varchar": "string",
    "nvarchar": "string",
    "char": "string",
    "character varying": "string",
    "int": "integer",
    "integer": "integer",
    "bigint": "integer",
    "smallint": "integer",
    "tinyint": "integer",
    "int64": "integer",
    "int32": "integer",
    "long": "integer",
    "serial": "integer",
    "bigserial": "integer",
    "whole number": "integer",
    "whole numbers": "integer",
    "integers": "integer",
    "float": "float",
    "double": "float",
    "double precision": "float",
    "real": "float",
    "float64": "float",
    "decimal": "decimal",
    "numeric": "decimal",
    "bool": "boolean",
    "boolean": "boolean",
    "yes/no": "boolean",
    "true/false": "boolean",
    "y/n": "boolean",
    "t/f": "boolean",
    "true or false": "boolean",
    "yes or no": "boolean",
    "datetime": "datetime",
    "timestamptz": "datetime",
    "date-time": "datetime",
    "uuid": "uuid",
    "guid": "uuid",
    "uuid4": "uuid",
    "uuidv4": "uuid",
    "enum": "category",
    "categorical": "category",
    "array": "array",
    "json": "object",
    "jsonb": "object",
    "dict": "object",
    "free text": "text",
    "free-text": "text",
    "longtext": "text",
    "long text": "text",
    "freeform text": "text",
    "list of strings": "array",
    "array of strings": "array",
    "percentage": "float",
}
NATURAL: dict[str, ColumnType | None] = {
    "date": "date",
    "dates": "date",
    "time": "time",
    "timestamp": "datetime",
    "text": "text",
    "category": "category",
    "object": "object",
    "list": "array",
    "currency": "decimal",
    "money": "decimal",
    "price": "decimal",
    "flag": "boolean",
    "choice": "category",
    "select": "category",
    "number": None,
    "numeric value": None,
    "num": None,
    "numerical": None,
    "email": "string",
    "phone": "string",
    "url": "string",
    "name": "string",
    "paragraph": "text",
    "dropdown": "category",
    "id": None,
}
_LONGEST = sorted(TECHNICAL, key=len, reverse=True)
_SIZE = r"(?: ?\( ?(\d{1,5})(?: ?, ?(\d{1,2}))? ?\)| ?\[\])?"
_STATED = re.compile(
    r"\b(?:(?:as|of type|type(?: is)?:?|stored as|in|is|data type:?) )?(?:an? "
    rf")?\b({'|'.join(map(re.escape, _LONGEST))}){_SIZE}(?![\w-])(?: (?:type|value|values|column|field))?",
    re.IGNORECASE,
)
_AS_TYPE = re.compile(
    r"(?:\bas|\bof type|\btype:|\btype is|\bstored as|:) (?:an? "
    rf")?({'|'.join(sorted([*map(re.escape, NATURAL)], key=len, reverse=True))}){_SIZE}$",
    re.IGNORECASE,
)
_CODE_STYLE = re.compile(
    r"^([A-Za-z]\w*) "
    rf"({'|'.join(['timestamp', 'date', 'time', 'text', 'number', 'list', 'object', 'money'])})\b(?! \w+ \w+ \w+ \w+ \w+)",
    re.IGNORECASE,
)
_SHOUTED = re.compile(r"^([a-z]\w*) (DATE|TIME|TEXT|TIMESTAMP|MONEY)(?=$| ?\(| (?:NOT|NULL|PRIMARY|UNIQUE|DEFAULT)\b)")


def read_type(phrase: Phrase, facts: Facts) -> None:
    """The type that is stated, in the words of people or of programs."""
    if _read_natural_type(phrase, facts):
        return
    found = _stated_type(phrase.text)
    if found is None or (found.group() == phrase.text and (facts.type is not None or _is_column(phrase.text))):
        return  # a whole phrase is a name: `serial`, `long`
    word = found.group(1).casefold()
    facts.type = facts.type or ("array" if found.group().rstrip().endswith("[]") else TECHNICAL[word])
    if found.group(2) and facts.type == "string":
        facts.rules.setdefault("max_length", min(100_000, max(1, int(found.group(2)))))
        if word == "char":
            facts.rules.setdefault("min_length", facts.rules["max_length"])
    elif found.group(3) and facts.type == "decimal":
        facts.rules.setdefault("decimals", min(10, int(found.group(3))))
    if word in ("serial", "bigserial"):
        facts.rules |= {"unique": True, "distribution": {"name": "sequence"}}
    phrase.cut(found.start(), found.end())


def _is_column(words: str) -> bool:
    best = find(words)
    return bool(best) and best[0].score >= 1.0


def _read_natural_type(phrase: Phrase, facts: Facts) -> bool:
    """`created_at timestamp`, `purchased DATE`, `stored as text`: words that in a name mean no type."""
    code = _CODE_STYLE.match(phrase.text)
    if code and not ("_" in code.group(1) or re.search(r"[a-z][A-Z]", code.group(1))):
        code = None
    shouted = _SHOUTED.match(phrase.text)
    said = _AS_TYPE.search(phrase.text)
    written = code or shouted
    if written is not None:
        word, (start, stop) = written.group(2), written.span(2)
    elif said is not None:
        word, (start, stop) = said.group(1), said.span()
    else:
        return False
    known = NATURAL[word.casefold()]
    facts.type = facts.type or known
    facts.family = "number" if known is None else "text" if known == "text" else None
    phrase.cut(start, stop)
    return True


_NAMING = (
    "serial",
    "percentage",
    "real",
    "long",
    "decimal",
    "char",
    "json",
    "uuid",
    "guid",
)  # also the first words of names
_VALUES = frozenset({"double", "real", "long", "integer", "percentage"})  # also values between commas
_WHOLE = ("datetime", "date-time", "uuid", "guid", "json")  # also whole names


def _stated_type(text: str) -> re.Match[str] | None:
    """Where a type of a program stands that is not a part of the name."""
    found = _STATED.search(text)
    if found is not None and found.start() == 0 and found.end() < len(text):
        found = _STATED.search(text, found.end()) or found  # `serial VARCHAR(20)`: the first word is the name
    if found is None:
        return None
    word, before, after = found.group(1).casefold(), text[: found.start()].strip(), text[found.end() :]
    if word in _VALUES and (re.match(r",? or \w|, ", after) or re.search(r"(?:,|,? or)$", before)):
        return None  # `single, double or suite`
    if word == "percentage" or (not before and word in _NAMING and re.match(r" ?\w", after)):
        return None
    return None if word in _WHOLE and not before and not after.strip() else found


def type_named(word: str) -> ColumnType | None:
    """The column type that a word stands for."""
    folded = word.strip().casefold()
    if folded in COLUMN_TYPES:
        return folded
    return TECHNICAL.get(folded) or NATURAL.get(folded)
