"""Which values are common or rare: `rating 1-5 (mostly 4 and 5)`, `economy mostly, business, first`."""

import re
from dataclasses import dataclass

from synthaix.orchestration.schema.catalogue.spelling import spelled
from synthaix.orchestration.translation.choices import values_in
from synthaix.orchestration.translation.facts import Facts, Leaning, Phrase

_MORE = (
    r"mostly|mainly|usually|largely|typically|generally|predominantly|primarily|most often|more often|most commonly|commonly"
    r"|(?:skewed|leaning|weighted|biased|tending) (?:to|towards?)|lots of|plenty of"
)
_LESS = r"rarely|seldom|hardly ever|scarcely|very few|only a few|a few|few|almost never"
_PART = r"sometimes|occasionally|now and then|some"
_HEDGE = rf"(?P<more>{_MORE})|(?P<less>{_LESS})|(?P<part>{_PART})"
_WHAT = r"(?P<what>[\w'+&.-]+(?: [\w'+&.-]+){0,5}?)"
_AHEAD = re.compile(rf"(?:and |but |or |with |are |is )*(?:{_HEDGE})(?: (?:in|at|is|are|with))? {_WHAT}", re.IGNORECASE)
_BEHIND = re.compile(
    rf"(?:and |but |or |with )*{_WHAT} (?:(?:is|are|being|the) )*"
    rf"(?:(?P<more>{_MORE}|most common|commonest|most)|(?P<less>{_LESS}|(?:very |quite )?rare|uncommon|least common)|(?P<part>{_PART}))",
    re.IGNORECASE,
)
_SEGMENTS = re.compile(rf" ?[,;] ?| [-–—] | (?:and|but|or) (?=(?:{_MORE}|{_LESS}|{_PART}) )", re.IGNORECASE)
_TAIL = re.compile(
    rf"(?<=[\w)]),?(?: (?:is|are|being|but|and))*(?: [-–—])? (?=(?:{_MORE}|rarely|seldom|hardly ever|sometimes) [\w'])",
    re.IGNORECASE,
)
_ANY = re.compile(rf"\b(?:{_MORE}|{_LESS}|{_PART}|most|rare|common|uncommon|least)\b", re.IGNORECASE)
_BOX = re.compile(r" ?\((?P<inner>[^()]*)\)")
_RANGE = re.compile(r"(-?\d[\d.]*) ?(?:-|–|to|through|and) ?(-?\d[\d.]*)")
_BOUNDED = re.compile(r"\d ?(?:-|–|to|through|and) ?\d")
_NO_VALUE = re.compile(
    r"(?:null|missing|empty|blank|none|unique|positive|negative|zero|after|before|between|from|in|on|at|during|within|under|over|"
    r"below|above|up|around|about|less|more|at least|at most|not|no|the|an?|same|equal|increasing|decreasing|short|long|small|"
    r"large|low|high|weekdays?|weekends?|optional|required|of|for|with|to|recent)\b|.*\d ?(?:%|(?!to\b|and\b|or\b|through\b)[a-z])|.*\b(?:later|after|before|each|per)\b",
    re.IGNORECASE,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Split:
    """A list without its words of frequency, and what they said."""

    rest: str
    leanings: list[Leaning]


def read_leanings(phrase: Phrase, facts: Facts) -> None:
    """Take `mostly`, `rarely` and the like, with the values that they weigh, out of a phrase; plain values stay."""
    if _ANY.search(phrase.text) is None:
        return
    for box in [*_BOX.finditer(phrase.text)][::-1]:
        around = phrase.text[: box.start()] + phrase.text[box.end() :]
        found = _split(box.group("inner"), bounded=_BOUNDED.search(around) is not None)
        if found is not None and around.strip():
            _take(facts, found.leanings)
            rest = f" ({found.rest})" if found.rest else ""
            phrase.text = phrase.text[: box.start()] + rest + phrase.text[box.end() :]
    tail = _TAIL.search(phrase.text)
    if tail is None or phrase.text.count("(", 0, tail.start()) > phrase.text.count(")", 0, tail.start()):
        return
    before = phrase.text[: tail.start()]
    found = _split(phrase.text[tail.end() :], bounded=_BOUNDED.search(before) is not None)
    if found is not None:
        _take(facts, found.leanings)
        phrase.text = f"{before} ({found.rest})" if found.rest else before


def _take(facts: Facts, leanings: list[Leaning]) -> None:
    facts.leanings += leanings
    facts.heard += [leaning.said for leaning in leanings]


def _split(text: str, *, bounded: bool) -> _Split | None:
    """A list of values taken apart; None when nothing in it is weighed.

    Args:
        bounded: whether a range around it says already what the values are.
    """
    plain: list[str] = []
    named: list[str] = []  # the list as it is without words of frequency
    leanings: list[Leaning] = []
    for segment in _SEGMENTS.split(text.strip()):
        said = _AHEAD.fullmatch(segment.strip()) or _BEHIND.fullmatch(segment.strip())
        if said is None or _NO_VALUE.match(said.group("what")) or segment.count("/"):
            plain.append(segment.strip())
            named.append(segment.strip())
            continue
        leaning = _leaning(said)
        leanings.append(leaning)
        named += [str(value) for value in leaning.values]
    if not leanings or not all(plain):
        return None
    if plain and bounded and all(each.replace(".", "").isdigit() for each in plain):
        more = [value for each in plain for value in values_in(each)]  # `1-5 (mostly 4, 5)`
        leanings[-1] = Leaning(leanings[-1].how, [*leanings[-1].values, *more], said=text)
        return _Split("", leanings)
    if not plain:
        return _Split("", leanings)
    if any(_BOUNDED.search(each) for each in plain):
        return _Split(", ".join(plain), leanings)  # `(1-5, mostly 4)`
    known = {key_of(each) for each in plain}
    listed = [each for each in named if each in plain or key_of(each) not in known]
    return _Split(", ".join(listed), leanings)


def _leaning(said: re.Match[str]) -> Leaning:
    what = said.group("what")
    how = "more" if said.group("more") else "less" if said.group("less") else "part"
    span = _RANGE.fullmatch(what)
    if span and " and " not in what:
        return Leaning(how, [], (float(span.group(1)), float(span.group(2))), said=said.group())
    return Leaning(how, values_in(what), said=said.group())


def key_of(value: object) -> str:
    """What two spellings of a value have in common: `suites` and `suite`."""
    return "".join(spelled(str(value))) or str(value).casefold()
