"""Rows that come at a steady pace: `12 stations, a reading every hour for a week`."""

import re
from dataclasses import dataclass
from datetime import date

from synthaix.orchestration.translation.counts import Count
from synthaix.orchestration.translation.readings import is_dated
from synthaix.orchestration.translation.shapes import TableSketch
from synthaix.orchestration.translation.sketches import Sketch, sketch_of
from synthaix.orchestration.translation.wording import is_plural, singular_of, snake

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
    r"(?P<span>hour|day|week|month|year)s?\b)?"
)
_EVERY = re.compile(
    rf",?(?: (?:and|with))?(?: (?:a|an|one|1))?(?: (?:{_NOUNS}))?(?: (?:taken|recorded|measured|logged|sampled|made|sent))? "
    rf"(?:every|each|per|once (?:an?|every|per)) (?P<step>\d{{1,3}} )?{_UNIT}\b(?! (?:of|rate|price|cost|budget|limit)){_FOR}",
    re.IGNORECASE,
)
_ADVERB = re.compile(rf",? (?P<adverb>hourly|daily|weekly|monthly)(?: (?:{_NOUNS})\b|(?=$|[.,;])){_FOR}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Cadence:
    """How often a thing gives a row, and for how long; seconds, and None for a time that is not said.

    Attributes:
        things, noun: how many of which things, where that is said behind the pace: `every hour from 40 stations`.
    """

    unit: str
    step: int
    span: int | None
    things: Count | None = None
    noun: str = ""

    @property
    def rows(self) -> int | None:
        """How many rows each thing has."""
        return max(1, self.span // self.step) if self.span else None


def without_cadence(text: str) -> tuple[str, Cadence | None]:
    """The text without what says how often there is a row, and what it said.

    `price per month` and `visits per week` name columns: only the name of a row, or nothing, may stand before `per`.
    """
    for match in [*_EVERY.finditer(text), *_ADVERB.finditer(text)]:
        said = match.groupdict()
        noun = re.search(rf"\b(?:{_NOUNS})\b", match.group(), re.IGNORECASE) is not None
        if not (noun or re.search(r"\bevery\b|\bonce\b", match.group())) or not match.start():
            continue
        unit = said.get("unit") or _ADVERBS[said["adverb"].casefold()]
        step = _SECONDS[unit.casefold()] * int((said.get("step") or "1").strip() or 1)
        long = said.get("long")
        span = (
            _SECONDS[said["span"].casefold()] * (int(long) if long and long.isdigit() else 1) if said["span"] else None
        )
        things = Count(int(said["things"].replace(",", "")), 0, 0) if said["things"] else None
        pace_ = Cadence(unit.casefold(), step, span, things, said["noun"] or "")
        return f"{text[: match.start()]}{text[match.end() :]}", pace_
    return text, None


def pace(table: TableSketch, cadence: Cadence, noun: str, count: Count | None, today: date) -> int | None:
    """Give a table what rows at a pace need: which thing, when, and how many; the number of rows, if it is known."""
    if not any(is_dated(sketch, table) for sketch in table.sketches):
        name = "date" if cadence.step >= _SECONDS["day"] else "timestamp"
        table.sketches.insert(0, sketch_of(name, today))
        table.assumptions.append(f"`{name}` was added, since there is a row each {cadence.unit}.")
    table.lost.append(f"that rows come every {cadence.unit}: moments are drawn at random, not evenly spaced")
    count, noun = (count, noun) if count or not cadence.things else (cadence.things, cadence.noun)
    head = noun.rpartition(" ")[2].casefold()
    if count is None or not is_plural(head) or re.fullmatch(_NOUNS, head):
        return count.rows if count else cadence.rows
    one = singular_of(head)
    if not any(sketch.name in (f"{one}_id", one, f"{one}_name", f"{one}_code") for sketch in table.sketches):
        found = Sketch(snake(f"{one} id"), f"{one} id", kind="id.number", listed=True)
        found.facts.low, found.facts.high = 1.0, float(count.rows)
        found.facts.rules["unique"] = False
        table.sketches.insert(0, found)
    rows = count.rows * cadence.rows if cadence.rows else None
    table.assumptions.append(
        f"{count.rows:,} is taken for the number of {head}, each with a row every {cadence.unit}"
        + (f", which makes {rows:,} rows." if rows else "; how many rows that makes is open.")
    )
    return rows
