"""Rows that come at a steady pace: `12 stations, a reading every hour for a week`."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from synthaix.orchestration.schema.kinds import find
from synthaix.orchestration.translation.counts import Count, number_of
from synthaix.orchestration.translation.readings import is_dated
from synthaix.orchestration.translation.shapes import TableSketch
from synthaix.orchestration.translation.sketches import Sketch, sketch_of
from synthaix.orchestration.translation.wording import is_plural, plural_of, singular_of, snake

_SECONDS = {
    "second": 1,
    "minute": 60,
    "hour": 3_600,
    "day": 86_400,
    "week": 604_800,
    "month": 2_592_000,
    "year": 31_536_000,
}
_ADVERBS = {"hourly": "hour", "daily": "day", "weekly": "week", "monthly": "month"}
_READ = (
    "readings? measurements? observations? samples? records? rows? data entry entries snapshots? values? logs? reports?"
)
_NOUNS = "|".join(_READ.split())
_UNIT = r"(?P<unit>second|minute|hour|day|week|month|year)s?"
_FOR = (
    r"(?: (?:from|at|across|of|by|in) (?P<things>\d[\d,]*) (?P<noun>(?:\w+ )?\w+s))?"
    r"(?:,? (?:for|over|during|across|covering|in)(?: the| a period of)?(?: last| past)? (?P<long>\d{1,4}|an?|one)? ?"
    r"(?P<span>hour|day|week|month|year)s?\b(?:,? (?:from|at|across|of|in|on|per) (?P<many>\d[\d,]*) (?P<kind>(?:\w+ )?\w+s)\b)?)?"
)
_EVERY = re.compile(
    rf",?(?: (?:and|with))?(?: (?:a|an|one|1))?(?: (?:{_NOUNS}))?(?: (?:taken|recorded|measured|logged|sampled|made|sent))? "
    rf"(?:every|each|per|once (?:an?|every|per)) (?P<step>\d{{1,3}} )?{_UNIT}\b(?! (?:of|rate|price|cost|budget|limit)){_FOR}",
    re.IGNORECASE,
)
_ADVERB = re.compile(rf",? (?P<adverb>hourly|daily|weekly|monthly)(?: (?:{_NOUNS})\b|(?=$|[.,;])){_FOR}", re.IGNORECASE)


_SPAN_OF = re.compile(  # `90 days of daily sales for 4 stores`
    r"(?:(?:for|over|during|across|covering) )?(?P<long>\d{1,4}|an?|one) (?P<span>hour|day|week|month|year)s?(?: worth)? of "
    r"(?:\w+ )?(?P<adverb>hourly|daily|weekly|monthly) (?P<what>[a-z][\w ]{2,30}?)"
    r"(?: (?:from|at|across|of|by|in|for) (?P<things>\d[\d,]*) (?P<noun>(?:\w+ )?\w+s))?(?=$|[,.:;(]| (?:with|and|for|from|in)\b)",
    re.IGNORECASE,
)
_ADVERB_OVER = re.compile(  # `daily sales of 4 stores over 90 days`
    r"(?P<adverb>hourly|daily|weekly|monthly) (?P<what>[a-z][\w ]{2,30}?)"
    r"(?: (?:from|at|across|of|by|in|for) (?P<things>\d[\d,]*) (?P<noun>(?:\w+ )?\w+s)),?"
    r" (?:for|over|during|across|covering)(?: the)?(?: last| past)? (?P<long>\d{1,4}) (?P<span>hour|day|week|month|year)s?\b",
    re.IGNORECASE,
)
_SPAN_PER = re.compile(  # `12 months of sales per region for 5 regions`
    r"(?P<long>\d{1,4}) (?P<span>hour|day|week|month|year)s?(?: worth)? of (?P<what>[a-z][\w ]{2,30}?) (?:per|by|for each) [a-z]+(?: [a-z]+)?"
    r" (?:from|at|across|of|in|for) (?P<things>\d[\d,]*) (?P<noun>(?:\w+ )?\w+s)(?P<adverb>)\b",
    re.IGNORECASE,
)
_OVER_ADVERB = re.compile(  # `sales log for 30 days, hourly`
    r",? ?(?:for|over|during|covering)(?: the)?(?: last| past)? (?P<long>\d{1,4}) (?P<span>hour|day|week|month|year)s?,? "
    r"(?P<adverb>hourly|daily|weekly|monthly)(?P<what>)(?P<things>)(?P<noun>)(?=$|[,.:;])",
    re.IGNORECASE,
)
_EACH_OF = re.compile(  # `10 per patient`, behind or before what is listed
    rf"(?:,|;|\band\b|\bwith\b|^| -)? ?(?P<many>\d{{1,4}}) (?:(?:{_NOUNS}) )?(?:per|for each|for every|each per) (?P<one>[a-z]+)"
    r"(?: (?:for|across|over|of|from|with) (?P<things>\d[\d,]*) \w+)?(?=$|[,.;:)])",
    re.IGNORECASE,
)


_EACH_THING = re.compile(  # `15 sensors, 20 readings each`
    rf"(?<![\w.,-])(?P<things>\d[\d,]*) (?P<noun>(?:\w+ )?\w+s),? (?:with |and )?(?P<many>\d{{1,4}}) (?:{_NOUNS}) each\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Cadence:
    """How often a thing gives a row, and for how long; seconds, and None for a time that is not said.

    Attributes:
        unit: a word for the step; `row` where only the number of rows of each thing is said.
        each: how many rows each thing has, where that is said outright.
        things, noun: how many of which things, where that is said behind the pace: `every hour from 40 stations`.
    """

    unit: str
    step: int
    span: int | None
    things: Count | None = None
    noun: str = ""
    each: int | None = None

    @property
    def every(self) -> str:
        """The step in words: `15 minutes`."""
        many = self.step // _SECONDS.get(self.unit, self.step)
        return self.unit if many == 1 else f"{many} {self.unit}s"

    @property
    def rows(self) -> int | None:
        """How many rows each thing has."""
        if self.each:
            return self.each
        return max(1, self.span // self.step) if self.span else None


def without_cadence(text: str) -> tuple[str, Cadence | None]:
    """The text without what says how often there is a row, and what it said.

    `price per month` and `visits per week` name columns: only the name of a row, or nothing, may stand before `per`.
    """
    for pattern in (_SPAN_OF, _ADVERB_OVER, _OVER_ADVERB, _SPAN_PER):
        found = pattern.search(text)
        if found:
            return f"{text[: found.start()]}{found.group('what')}{text[found.end() :]}", _of_span(found)
    those = _EACH_THING.search(text)
    if those:
        counted = Count(int(those.group("things").replace(",", "")), 0, 0)
        cadence = Cadence("row", 1, None, counted, those.group("noun").casefold(), int(those.group("many")))
        return f"{text[: those.end('noun')]}{text[those.end() :]}", cadence
    each = _EACH_OF.search(text)
    if each:
        things = _counted(text, each.group("one"))
        if things:
            cadence = Cadence("row", 1, None, things, plural_of(each.group("one").casefold()), int(each.group("many")))
            return f"{text[: each.start()]}{text[each.end() :]}", cadence
    for match in [*_EVERY.finditer(text), *_ADVERB.finditer(text)]:
        said = match.groupdict()
        rows = re.search(rf"\b(?:{_NOUNS})\b", match.group(), re.IGNORECASE) is not None
        if not (rows or re.search(r"\bevery\b|\bonce\b", match.group())) or not match.start():
            continue
        unit = said.get("unit") or _ADVERBS[said["adverb"].casefold()]
        step = _SECONDS[unit.casefold()] * int((said.get("step") or "1").strip() or 1)
        long = said.get("long")
        span = (
            _SECONDS[said["span"].casefold()] * (int(long) if long and long.isdigit() else 1) if said["span"] else None
        )
        many, noun = said["things"] or said["many"], said["noun"] or said["kind"] or ""
        things = Count(int(many.replace(",", "")), 0, 0) if many else None
        pace_ = Cadence(unit.casefold(), step, span, things, noun)
        return f"{text[: match.start()]}{text[match.end() :]}", pace_
    return text, None


def _of_span(found: re.Match[str]) -> Cadence:
    adverb = found.group("adverb").casefold()
    unit = _ADVERBS[adverb] if adverb else found.group("span").casefold()
    long = found.group("long")
    span = _SECONDS[found.group("span").casefold()] * (int(long) if long.isdigit() else 1)
    things = Count(int(found.group("things").replace(",", "")), 0, 0) if found.group("things") else None
    return Cadence(unit, _SECONDS[unit], span, things, found.group("noun") or "")


def _counted(text: str, one: str) -> Count | None:
    """How many of a thing there are: `60 patients` for `patient`."""
    found = re.search(
        rf"(?<![\w.,-])(\d[\d,]*[kK]?) (?:\w+ )?{re.escape(plural_of(one.casefold()))}\b", text, re.IGNORECASE
    )
    value = number_of(found.group(1)) if found else None
    return Count(int(value), found.start(1), found.end(1)) if found and value else None


def pace(table: TableSketch, cadence: Cadence, noun: str, count: Count | None, today: date) -> int | None:
    """Give a table what rows at a pace need: which thing, when, and how many; the number of rows, if it is known."""
    table.heard += _ADVERBS
    if cadence.each:
        return _grouped(table, cadence)
    if not any(is_dated(sketch, table) or sketch.name == cadence.unit for sketch in table.sketches):
        name = "date" if cadence.step >= _SECONDS["day"] else "timestamp"
        table.sketches.insert(0, sketch_of(name, today))
        table.assumptions.append(f"`{name}` was added, since there is a row every {cadence.every}.")
    if cadence.span and cadence.span >= _SECONDS["day"]:
        first = (today - timedelta(seconds=cadence.span)).isoformat()
        for sketch in table.sketches:
            if is_dated(sketch, table) and sketch.facts.moments is None:
                sketch.facts.moments = (first, today.isoformat())
    table.lost.append(f"that rows come every {cadence.every}: moments are drawn at random, not evenly spaced")
    count, noun = (count, noun) if count or not cadence.things else (cadence.things, cadence.noun)
    head = noun.rpartition(" ")[2].casefold()
    if count is None or not is_plural(head) or re.fullmatch(_NOUNS, head):
        return count.rows if count else cadence.rows
    _tell_apart(table, singular_of(head), count.rows)
    rows = count.rows * cadence.rows if cadence.rows else None
    table.assumptions.append(
        f"{count.rows:,} is taken for the number of {head}, each with a row every {cadence.every}"
        + (f", which makes {rows:,} rows." if rows else "; how many rows that makes is open.")
    )
    return rows


def _grouped(table: TableSketch, cadence: Cadence) -> int | None:
    """So many rows for each of the things that the request counts."""
    if cadence.things is None or cadence.each is None:
        return cadence.rows
    _tell_apart(table, singular_of(cadence.noun), cadence.things.rows)
    rows = cadence.things.rows * cadence.each
    table.assumptions.append(
        f"{cadence.things.rows:,} {cadence.noun} with {cadence.each:,} rows each make {rows:,} rows; "
        "how many each of them has varies."
    )
    return rows


_COUNTED_THINGS = re.compile(
    r"(?:from|of|across|at|for|over|by|on|in) (?P<things>\d[\d,]*)(?: (?:different|distinct|unique))? (?P<noun>(?:[a-z]+ )?[a-z]+s)",
    re.IGNORECASE,
)


def spread_over(table: TableSketch, plain: str, today: date) -> bool:
    """`from 12 sensors`: how many things there are of which a column says which one a row is about."""
    found = _COUNTED_THINGS.fullmatch(plain)
    one = singular_of(found.group("noun").casefold()).rpartition(" ")[2] if found else ""
    if found is None or not any(each.name in (f"{one}_id", one, f"{one}_name", f"{one}_code") for each in table.sketches):
        return False
    _tell_apart(table, one, int(found.group("things").replace(",", "")))
    return True


def _tell_apart(table: TableSketch, one: str, many: int) -> None:
    """A column that says which thing a row is about, with as many values as there are things."""
    found = next(
        (each for each in table.sketches if each.name in (f"{one}_id", one, f"{one}_name", f"{one}_code")), None
    )
    if found is None:
        found = Sketch(snake(f"{one} id"), f"{one} id", listed=True)
        table.sketches.insert(0, found)
    facts = found.facts
    if facts.choices or facts.low is not None or facts.type not in (None, "integer"):
        return
    if found.name == f"{one}_id":
        found.kind, facts.low, facts.high = "id.number", 1.0, float(many)
        facts.rules["unique"] = False
    elif found.name == one and many <= MOST_NAMED and _is_nameless(one):
        found.kind = "general.category"
        facts.choices = [f"{one.capitalize()} {number}" for number in range(1, many + 1)]


def _is_nameless(one: str) -> bool:
    """Whether the catalogue has no names for things called so: a `site` that is counted is no address of the web."""
    best = find(one)
    return not best or best[0].kind.domain in ("internet", "iot", "general")


MOST_NAMED = 50  # things that get names of their own, `Store 4`
