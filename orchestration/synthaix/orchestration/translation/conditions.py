"""When a cell holds a value, and whether a number may pass zero: what stands behind a name and is no part of it."""

import re
from collections.abc import Sequence

from synthaix.orchestration.schema.catalogue.kind import Kind
from synthaix.orchestration.schema.catalogue.spelling import spelled
from synthaix.orchestration.schema.column import Column
from synthaix.orchestration.translation.facts import Facts, Phrase
from synthaix.orchestration.translation.naming import stripped

_TAIL = re.compile(
    r"(?:^|(?<=[\w)]),? ?)(?:\(|\b)(?:but |and |is |are |can be |may be |left |stays? |only )*"
    r"(?P<empty>null|empty|missing|blank|none|absent)?(?: |^|(?<=[ (]))"
    r"(?P<how>only if|only when|only for|only on|if|when|unless|until) (?:it is |it was |it has been |they are |the |an? )*"
    r"(?P<what>[\w' /-]{2,60})\)?$",
    re.IGNORECASE,
)
_ASKING = re.compile(  # `the date when it was paid`, `a flag if it was paid` name a column by a sentence
    r"(?:^|\b)(?:date|time|day|moment|timestamp|datetime|year|flag|boolean|indicator|bool|marker|whether|of|showing|"
    r"indicating|saying|telling|optional|how often|can be|may be|and|or|know|see|when|if)$",
    re.IGNORECASE,
)
_ANY = re.compile(r"(?:any|available|applicable|present|known|needed|required|possible|so|not available)\b", re.IGNORECASE)
_NEGATIVE = re.compile(
    r",? ?\(?\b(?:(?:which |that |it |they |also )*(?:may|can|could|might)(?: also| sometimes)? (?:be|go|become|get|turn) "
    r"(?:negative|below zero|below 0|minus|overdrawn)|negatives?(?: values?)?(?: are| is)? (?:allowed|ok|okay|possible|included)"
    r"|or negative|positive (?:or|and) negative|sometimes negative)\b\)?",
    re.IGNORECASE,
)
_ZERO = re.compile(
    r",? ?\(?\b(?:(?:which |that |it |they |also )*(?:may|can|could|might)(?: also| sometimes)? be (?:zero|0)"
    r"|(?:zeros?|0)(?: values?)?(?: is| are)? (?:allowed|ok|okay|possible|included)|or zero|zero or more)\b\)?",
    re.IGNORECASE,
)
_INCLUDED = re.compile(r"(?<=\w),? \(?(?:incl\.?|including|inclusive of) [\w ]{2,40}\)?$", re.IGNORECASE)
SHARED = 0.5  # null rate of a column that a condition decides: whatever the condition's share, that keeps it


def read_conditions(phrase: Phrase, facts: Facts, *, bare: bool = False) -> None:
    """`revenue if converted`, `balance may be negative`: taken out of the phrase.

    Args:
        bare: whether the phrase is a note, so that no name needs to stand before.
    """
    if phrase.take(_NEGATIVE):
        facts.rules["below_zero"] = True
    if phrase.take(_ZERO):
        facts.low = 0.0 if facts.low is None else facts.low
    included = phrase.take(_INCLUDED)
    if included:
        facts.description = f"{facts.description} {included.group().strip(' ,(')}".strip()
    found = _TAIL.search(phrase.text)
    if found is None:
        return
    before = phrase.text[: found.start()].strip(" ,(")
    if (not before and not bare) or _ASKING.search(before):
        return
    if _ANY.match(found.group("what")):
        phrase.cut(found.start(), found.end())
        facts.rules["nullable"] = True
        return
    absent = found.group("empty") is not None
    how = found.group("how").casefold()
    if how == "until" and not absent:
        return  # `valid until`
    turned = how in ("unless", "until")
    phrase.cut(found.start(), found.end())
    facts.condition = ("not " if absent != turned else "") + found.group("what").strip()
    facts.rules["nullable"] = True


def below_zero(kind: Kind | None) -> dict[str, object]:
    """Bounds and a spread for a kind of number that usually stays above zero."""
    usual = kind.constraints if kind is not None else None
    most = usual.max if usual is not None and isinstance(usual.max, int | float) else 1_000
    spread = usual.distribution.median if usual is not None and usual.distribution is not None else None
    middle = float(spread or most / 10)
    return {
        "min": -int(most / 10),
        "max": most,
        "distribution": {"name": "normal", "mean": middle, "std": middle},
    }


def holds_when(words: str, columns: Sequence[Column]) -> str | None:
    """A condition in words as an expression: a column of yes and no, or a value of a closed set; None when neither fits."""
    negated = re.match(r"not (.+)$", words)
    if negated:
        inner = holds_when(negated.group(1), columns)
        return f"not {inner if inner.isidentifier() else f'({inner})'}" if inner else None
    plain = re.sub(r"\b(?:is|was|are|were|has been|have been|been|being|=+|it|they|the)\b", " ", words.casefold())
    refused = re.match(r"\s*(?:not|no|never) ", plain) is not None
    wanted = [word for word in spelled(stripped(plain)) if word not in ("not", "no", "never")]
    sign, prefix = ("!=", "not ") if refused else ("==", "")
    if not wanted:
        return None
    for column in columns:
        if column.type == "boolean" and set(wanted) <= {*spelled(column.name)}:
            return prefix + _quoted(column.name)
    for column in columns:
        enum = column.rules.enum or ()
        for value in enum:
            said = list(spelled(str(value)))
            if isinstance(value, str) and said and said == wanted[: len(said)]:
                return f"{_quoted(column.name)} {sign} {_text(value)}"
            named = [word for word in wanted if word not in spelled(column.name)]
            if isinstance(value, str) and named != wanted and named == said:
                return f"{_quoted(column.name)} {sign} {_text(value)}"
    return None


def _quoted(name: str) -> str:
    return name if name.isidentifier() else f"`{name}`"


def _text(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
