"""What calls will take, from what the columns' descriptions say and from what answered calls have taken.

Descriptions give every call its expected tokens; answered calls give the ratio between what was taken and that. Only
calls whose first reply gave all rows make the ratio; what the others took on top is the share of repeated work.
"""

import heapq
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field

import orjson

from synthaix.orchestration.generation.fill.calls import BASE_SECONDS, TOKEN_SECONDS, cut
from synthaix.orchestration.generation.fill.filling import Answered
from synthaix.orchestration.generation.fill.prompting import UNLIKE_TOKENS, Brief
from synthaix.orchestration.generation.plan import TablePlan
from synthaix.orchestration.jobs.rounds import first_round
from synthaix.orchestration.llm.provider import Usage

UNSEEN_BAND = 0.5  # either way, before a real reply has been seen
ROW_SPREAD = 0.28  # standard deviation of a row's tokens, as a share of their mean; of answers of stated length
LEAST_BAND = 0.04  # what later rows may differ from those that were seen, however many these were
PRIOR_CALLS, PRIOR_SHARE = 12, 0.02  # repeated work is taken for so rare until so many calls say otherwise
PRIOR_ROWS, PRIOR_REFUSED = 24, 0.01  # and so are refused candidates
MOST_SCHEDULED = 4_000  # calls whose order is played through; of more, the sum says it as well


@dataclass(frozen=True, slots=True)
class Expected:
    """What a table's first round should take, by its columns' descriptions."""

    rows: int = 0
    calls: int = 0
    input_tokens: float = 0.0
    output_tokens: float = 0.0


@dataclass(frozen=True, slots=True)
class Measured:
    """Answered calls, added up; `whole_...` are those whose first reply gave all rows."""

    calls: int = 0
    rows: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    expected_input: float = 0.0
    expected_output: float = 0.0
    whole_input: int = 0
    whole_output: int = 0
    whole_expected_input: float = 0.0
    whole_expected_output: float = 0.0

    def __add__(self, other: "Measured") -> "Measured":
        return Measured(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))

    def ratios(self) -> tuple[float, float]:
        """Tokens taken to tokens expected, in and out."""
        if self.whole_expected_output > 0:
            return self.whole_input / self.whole_expected_input, self.whole_output / self.whole_expected_output
        if self.expected_output > 0:
            return self.input_tokens / self.expected_input, self.output_tokens / self.expected_output
        return 1.0, 1.0

    def repeated(self) -> float:
        """Share of tokens that repeated work adds."""
        if not self.calls:
            return PRIOR_SHARE
        ratio_in, ratio_out = self.ratios()
        once = ratio_in * self.expected_input + ratio_out * self.expected_output
        taken = self.input_tokens + self.output_tokens
        prior = PRIOR_CALLS * once / self.calls
        return max(0.0, taken - once + PRIOR_SHARE * prior) / (once + prior) if once else PRIOR_SHARE

    def band(self) -> float:
        """How far off the estimate of what is left may be, either way, in nineteen of twenty jobs."""
        return max(LEAST_BAND, 2 * ROW_SPREAD / math.sqrt(self.rows)) if self.rows else UNSEEN_BAND


@dataclass(frozen=True, slots=True)
class Seen:
    """What a preview has shown: the calls of each table, and how fast they were (as in `Pulse`)."""

    tables: dict[str, Measured] = field(default_factory=dict)
    speed: float = 1.0

    @property
    def rows(self) -> int:
        """Of all tables."""
        return sum(table.rows for table in self.tables.values())

    def to_json(self) -> bytes:
        """As stored."""
        return orjson.dumps(asdict(self))

    @classmethod
    def from_json(cls, stored: bytes) -> "Seen":
        """As `to_json` wrote it."""
        loose = orjson.loads(stored)
        return cls({name: Measured(**table) for name, table in loose["tables"].items()}, loose["speed"])


def expected(plan: TablePlan, brief: Brief) -> Expected:
    """The calls of a table's first round and their tokens."""
    fixed = brief.estimate(0)[0]
    once, written = brief.estimate(plan.rows_per_call)
    calls = told = 0
    for chunk in first_round(plan, 0):
        asked = len(cut(chunk.count, plan.rows_per_call, first=chunk.start, total=plan.rows))
        calls, told = calls + asked, told + asked * plan.told_unlike(chunk.start)
    share = plan.rows / plan.rows_per_call
    given = calls * fixed + told * UNLIKE_TOKENS + share * (once - fixed)
    return Expected(plan.rows, calls, given, share * written)


def planned(plan: TablePlan) -> tuple[tuple[int, int], ...]:
    """The calls of a table's first round, as first candidate and rows; none where there are very many."""
    if plan.rows > MOST_SCHEDULED * plan.rows_per_call:
        return ()
    return tuple(
        (chunk.start + place.start, len(place))
        for chunk in first_round(plan, 0)
        for place in cut(chunk.count, plan.rows_per_call, first=chunk.start, total=plan.rows)
    )


def measured(call: Answered, brief: Brief, plan: TablePlan) -> Measured:
    """One answered call."""
    given, written = brief.estimate(call.rows)
    given += UNLIKE_TOKENS * plan.told_unlike(call.first)
    used = call.usage
    whole = (used.input_tokens, used.output_tokens, given, written) if call.whole else (0, 0, 0.0, 0.0)
    return Measured(
        1, call.rows, used.input_tokens, used.output_tokens, used.cached_tokens, given, written, *whole
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Left:
    """What is not answered yet.

    Attributes:
        input_tokens: if every reply gives valid new rows.
        again: times that, with the replies and rows that will have to be replaced.
        band: how far off this may be, either way.
        luck: how far off `again` may be: in few calls one more repeated one is a lot.
    """

    rows: int = 0
    calls: int = 0
    input_tokens: float = 0.0
    output_tokens: float = 0.0
    again: float = 1.0
    band: float = 0.0
    luck: float = 0.0


def left(table: Expected, seen: Measured, like: Measured, *, rows: float, candidates: float) -> Left:
    """What the calls that are not answered yet will take.

    Args:
        seen: the table's answered calls.
        like: whose ratios hold; the table's own, or all tables' while it has too few.
        rows: candidates that will have been written when all are accepted.
        candidates: the same, with those that replace others.
    """
    most, ratio_in, ratio_out = max(0.0, rows - seen.rows), *like.ratios()
    if not most:
        return Left()
    growth = rows / table.rows  # of a job that was given a new number of rows
    refills = max(1.0, (candidates - seen.rows) / most)
    calls, repeated = max(1, math.ceil(table.calls * growth) - seen.calls), like.repeated()
    return Left(
        rows=round(most),
        calls=calls,
        input_tokens=max(0.0, table.input_tokens * growth - seen.expected_input) * ratio_in,
        output_tokens=max(0.0, table.output_tokens * growth - seen.expected_output) * ratio_out,
        again=refills * (1 + repeated),
        band=seen.band(),
        luck=math.sqrt(repeated / calls),
    )


def candidates_for(target: int, committed: int, candidates: int) -> float:
    """How many candidates a table will have had when it is full, judged by those it has had."""
    accepted = (committed + PRIOR_ROWS * (1 - PRIOR_REFUSED)) / (candidates + PRIOR_ROWS)
    return candidates + max(0, target - committed) / max(accepted, 0.01)


@dataclass(frozen=True, slots=True)
class Total:
    """What all tables still take: at least, likely, at most."""

    calls: int
    low: Usage
    likely: Usage
    high: Usage


def total(parts: Sequence[Left], seen: Measured) -> Total:
    """The parts together, with as many tokens cached as were until now."""
    cached = seen.cached_tokens / seen.input_tokens if seen.input_tokens else 0.0

    def times(factor: Callable[[Left], float]) -> Usage:
        tokens_in = sum(part.input_tokens * factor(part) for part in parts)
        tokens_out = sum(part.output_tokens * factor(part) for part in parts)
        return Usage(round(tokens_in), round(tokens_out), round(tokens_in * cached))

    return Total(
        calls=sum(math.ceil(part.calls * part.again) for part in parts),
        low=times(lambda part: 1 - part.band),
        likely=times(lambda part: part.again),
        high=times(lambda part: (part.again + part.luck) * (1 + part.band)),
    )


@dataclass(frozen=True, slots=True)
class Pulse:
    """How fast calls are being answered.

    Attributes:
        speed: seconds that calls took, to seconds that their tokens would take at the usual pace.
        ages: seconds for which each call in flight has been running.
        slots: calls that may be in flight.
    """

    speed: float
    ages: tuple[float, ...]
    slots: int


def usual_seconds(output_tokens: float) -> float:
    """Seconds of a call at the usual pace."""
    return BASE_SECONDS + TOKEN_SECONDS * output_tokens


def seconds_left(calls: Sequence[float], pulse: Pulse) -> float:
    """When the last of these calls ends, in seconds from now.

    Args:
        calls: seconds of each at the usual pace, in their order; those in flight come first.
    """
    times = [pulse.speed * each for each in calls]
    begun = len(pulse.ages)
    running = [max(0.0, time - age) for time, age in zip(times, pulse.ages, strict=False)]
    waiting = times[begun:]
    if len(waiting) > MOST_SCHEDULED:
        return (sum(running) + sum(waiting)) / pulse.slots + times[-1] / 2
    return _makespan(running, waiting, pulse.slots)


def _makespan(running: Sequence[float], waiting: Iterable[float], slots: int) -> float:
    free = sorted([*running, *[0.0] * max(0, slots - len(running))])
    for time in waiting:
        heapq.heapreplace(free, free[0] + time)
    return max(free, default=0.0)
