"""What a request denies: columns that it does not want, and values that a column does not take."""

import re
from collections.abc import Sequence

from synthaix.orchestration.schema.catalogue.spelling import spelled
from synthaix.orchestration.schema.kinds import find
from synthaix.orchestration.translation.choices import values_in
from synthaix.orchestration.translation.facts import Choice, Facts, Phrase

_NO = re.compile(
    r"(?:with |has |have |having |but |and )*(?:no|without(?: an?| any)?) (?!of\b|more\b|less\b|older\b|later\b|earlier\b)"
    r"(?P<what>[A-Za-z][\w -]{1,40}?)(?: but (?:with |only |an? |the )*(?P<wanted>.+))?$",
    re.IGNORECASE,
)
_EXCEPT = re.compile(
    r"(?<=\w),? (?:except(?:ing)?(?: for)?|excluding|other than|but not|apart from|never) (?!(?:be|the one|over|older|under|above|below|more|less|beyond|exceeding|before|after|later|earlier|null|empty)\b)"
    r"(?P<values>[A-Za-z][\w' ,&-]{1,80})$",
    re.IGNORECASE,
)
_UNLIKE = re.compile(
    r"(?<=\w),? (?:which |that |and |must be |should be |is |always |never |not )*"
    r"(?:different (?:from|to|than)|distinct from|unlike|unequal to|the same as|same as|equal to|other than) (?:the |its )?"
    r"(?P<other>[A-Za-z][\w ]{1,40})$",
    re.IGNORECASE,
)
_ONLY = re.compile(
    r"^(?P<name>[A-Za-z][\w -]*?) (?:(?:is |are |in )?(?:only|always|just) (?:in )?(?P<one>[\w.-]+)|(?P<other>[\w.-]+) only)$",
    re.IGNORECASE,
)
_FIXED = re.compile(
    r"^(?P<name>[A-Za-z][\w -]*?) (?:of|is|fixed at|always) (?:exactly |always )?[$€£]?(?P<one>\d+(?:\.\d+)?)$",
    re.IGNORECASE,
)
_RUN = re.compile(
    r"^(?P<name>[A-Za-z][\w-]*) (?:in|among|one of) (?P<values>[A-Za-z]+(?: [A-Za-z]+){1,8})$", re.IGNORECASE
)


def denied(item: str) -> tuple[str, str] | None:
    """`no email but username`: what is not wanted, and the column that is; None when the item denies no known column."""
    found = _NO.match(item.strip(" ,;."))
    if found is None:
        return None
    best = find(found.group("what"))
    return (f"no {found.group('what')}", found.group("wanted") or "") if best and best[0].score >= 0.7 else None


def read_denials(phrase: Phrase, facts: Facts) -> None:
    """`fuel type except diesel`, `destination different from origin`, `currency EUR only`, `price of 9.99`."""
    unlike = _UNLIKE.search(phrase.text)
    if unlike is not None:
        same = re.search(r"\bsame\b|\bequal", unlike.group(), re.IGNORECASE) and not re.search(
            r"\b(?:not|never)\b", unlike.group(), re.IGNORECASE
        )
        facts.beside = ("==" if same else "!=", unlike.group("other").strip())
        phrase.cut(unlike.start(), unlike.end())
    without = _EXCEPT.search(phrase.text)
    if without is not None:
        facts.excluded = values_in(without.group("values"))
        phrase.cut(without.start(), without.end())
    fixed = _FIXED.match(phrase.text)
    only = _ONLY.match(phrase.text)
    said = fixed.group("one") if fixed else (only.group("one") or only.group("other")) if only else ""
    found = fixed or only
    if said and found and _is_column(found.group("name")) and (fixed or not _is_column(said)):
        facts.choices = [float(said) if "." in said else int(said)] if fixed else [said]
        phrase.text = found.group("name")
        return
    run = _RUN.match(phrase.text)
    options = _options(run.group("name")) if run else set()
    values = run.group("values").split() if run else []
    if run and len(values) > 1 and {value.casefold() for value in values} <= options:
        facts.choices, phrase.text = list(values), run.group("name")


def _options(name: str) -> set[str]:
    """The values of every closed set that a name may mean."""
    enums = [match.kind.constraints.enum for match in find(name)[:3] if match.kind.constraints is not None]
    return {str(value).casefold() for enum in enums for value in enum or ()}


def _is_column(name: str) -> bool:
    best = find(name)
    return bool(best) and best[0].score >= 0.85


def left_over(
    options: Sequence[Choice], weights: Sequence[float] | None, excluded: Sequence[Choice]
) -> dict[str, object]:
    """The values that stay when some are excluded, with their weights; nothing when none of them was an option."""
    out = [spelled(str(value)) for value in excluded]
    kept = [place for place, value in enumerate(options) if spelled(str(value)) not in out]
    if len(kept) in (0, len(options)):
        return {}
    rules: dict[str, object] = {"enum": [options[place] for place in kept]}
    return {**rules, "weights": [weights[place] for place in kept]} if weights else rules
