"""A running job's outlook: what it will cost and when it will end, judged by its own calls.

The first calls are the pilot, so that nothing waits for one. Once they have shown `PILOT_ROWS` rows of a table, in
their order, the estimate is made anew; a job that would cost more than twice what was agreed to stops then. That
verdict follows from the replies alone. The time does not: it follows from how fast calls have been answered.
"""

import math
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace

import orjson

from synthaix.orchestration.generation.plan import Quote
from synthaix.orchestration.jobs.paying.estimating import (
    Expected,
    Left,
    Measured,
    Pulse,
    Total,
    candidates_for,
    left,
    seconds_left,
    total,
    usual_seconds,
)
from synthaix.orchestration.jobs.states import Stopped
from synthaix.orchestration.llm.prices import Price
from synthaix.orchestration.llm.provider import Usage
from synthaix.orchestration.store.chunks import Chunk

PILOT_ROWS = 24
MOST_OFF = 2.0  # times what was agreed to
SOONEST, LATEST = 0.9, 1.21  # of the estimated seconds: a call that must be repeated late makes a job longer
NOTIONAL = Price(1.0, 4.0)  # weighs tokens where the price is not known: most models take so much more for output


@dataclass(slots=True)
class TableOutlook:
    """One table that a model writes in.

    Attributes:
        calls: of the first round: first candidate and rows of each; empty for so many that their number says enough.
        seen: the calls of committed chunks.
        waiting: the answered calls of chunks that are not committed yet, by their first candidate.
        covered: candidates of committed chunks; the next call in order begins here.
        judged: whether the pilot has shown what was agreed to.
    """

    expected: Expected
    target: int
    committed: int
    candidates: int
    calls: tuple[tuple[int, int], ...] = ()
    seen: Measured = field(default_factory=Measured)
    waiting: dict[int, Measured] = field(default_factory=dict)
    covered: int = 0
    judged: bool = False

    def in_order(self) -> Measured:
        """The calls seen without a gap."""
        total, place = self.seen, self.covered
        while (call := self.waiting.get(place)) is not None:
            total, place = total + call, place + call.rows
        return total

    def answered(self) -> Measured:
        """All answered calls."""
        return sum(self.waiting.values(), self.seen)


@dataclass(frozen=True, slots=True)
class Timing:
    """What the time is told from: seconds so far, how fast calls are answered, seconds since the epoch."""

    elapsed: Callable[[], float]
    pulse: Callable[[], Pulse]
    clock: Callable[[], float]


class Outlook:
    """One job's.

    Args:
        agreed: the quote that was agreed to.
        tables: by their place in the plan; only those that a model writes in.
        stored: as `to_json` wrote it in an earlier process.
    """

    def __init__(
        self, agreed: Quote, tables: dict[int, TableOutlook], price: Price | None, timing: Timing,
        *, stored: bytes | None,
    ) -> None:  # fmt: skip
        self._agreed = agreed
        self._tables = tables
        self._price = price
        self._timing = timing
        for index, known in (orjson.loads(stored)["tables"] if stored else {}).items():
            table = tables[int(index)]
            table.seen, table.covered, table.judged = Measured(**known["seen"]), known["covered"], known["judged"]

    def begun(self) -> Stopped | None:
        """Judge what an earlier process has seen and could not judge any more."""
        return next(filter(None, map(self._judge, self._tables.values())), None)

    def answered(self, index: int, call: Measured, first: int) -> tuple[bool, Stopped | None]:
        """Take in a call that came to its end, and that began with candidate `first`.

        Returns whether the estimate is new, and why the job must stop.
        """
        table = self._tables[index]
        before = table.in_order().rows
        table.waiting[first] = call
        new = before < self._pilot(table) <= table.in_order().rows
        return new, self._judge(table)

    def committed(self, index: int, chunk: Chunk, accepted: int) -> None:
        """Take in that a chunk was committed."""
        table = self._tables.get(index)
        if table is None:
            return
        end = chunk.start + chunk.count
        for first in [first for first in table.waiting if chunk.start <= first < end]:
            table.seen += table.waiting.pop(first)
        table.covered = end
        table.committed += accepted
        table.candidates += chunk.count

    def after(self, index: int, chunk: Chunk, accepted: int) -> bytes:
        """As it will be stored once this chunk is committed."""
        tables = {place: replace(table, waiting=dict(table.waiting)) for place, table in self._tables.items()}
        later = Outlook(self._agreed, tables, self._price, self._timing, stored=None)
        later.committed(index, chunk, accepted)
        return later.to_json()

    def to_json(self) -> bytes:
        """As stored; the estimate is there once the pilot is over."""
        shown = any(table.in_order().rows >= self._pilot(table) for table in self._tables.values())
        quote, ends_at = self.estimate() if shown else (None, None)
        tables = {
            str(index): {"seen": asdict(table.seen), "covered": table.covered, "judged": table.judged}
            for index, table in self._tables.items()
        }
        return orjson.dumps(
            {"tables": tables, "estimate": None if quote is None else asdict(quote), "ends_at": ends_at}
        )

    def estimate(self) -> tuple[Quote, float]:
        """The estimate by all calls in order, and when the job will end, in seconds since the epoch."""
        seen, more = self._totals()
        taken = Usage(seen.input_tokens, seen.output_tokens, seen.cached_tokens)
        elapsed, seconds = self._timing.elapsed(), self._seconds_left()
        quote = replace(
            self._agreed,
            rows=self._rows(),
            calls=seen.calls + more.calls,
            input_tokens=taken.input_tokens + more.likely.input_tokens,
            output_tokens=taken.output_tokens + more.likely.output_tokens,
            usd_low=self._dollars(taken + more.low),
            usd_high=self._dollars(taken + more.high),
            seconds_low=round(max(elapsed, (elapsed + seconds) * SOONEST), 2),
            seconds_high=round((elapsed + seconds) * LATEST, 2),
            basis=f"measured in the first {seen.rows:,} written rows",
        )
        return quote, self._timing.clock() + seconds

    def _totals(self) -> tuple[Measured, Total]:
        """What was seen in order, and what is left."""
        seen = self._seen()
        return seen, total([self._left(table, table.in_order()) for table in self._tables.values()], seen)

    def _seen(self) -> Measured:
        return sum((table.in_order() for table in self._tables.values()), Measured())

    def _left(self, table: TableOutlook, seen: Measured) -> Left:
        own = table.in_order()
        like = own if own.rows >= self._pilot(table) else self._seen()
        missing = table.target - table.committed
        candidates = candidates_for(table.target, table.committed, table.candidates)
        return left(table.expected, seen, like, rows=table.candidates + missing, candidates=candidates)

    def _seconds_left(self) -> float:
        """Of all calls that have not been answered, whatever their order."""
        calls = [seconds for table in self._tables.values() for seconds in self._usual_seconds(table)]
        return seconds_left(calls, self._timing.pulse())

    def _usual_seconds(self, table: TableOutlook) -> list[float]:
        rest = self._left(table, table.answered())
        if not rest.rows:
            return []
        sizes = [rows for first, rows in table.calls if first >= table.covered and first not in table.waiting]
        if not sizes:  # a refill, or so many calls that their number says enough
            most = max(1, round(table.expected.rows / table.expected.calls))
            sizes = [most] * math.ceil(rest.rows / most)
        return [usual_seconds(rows * rest.output_tokens / rest.rows) * rest.again for rows in sizes]

    def _judge(self, table: TableOutlook) -> Stopped | None:
        """Why the job must stop, once the table's pilot is over."""
        if table.judged or table.in_order().rows < self._pilot(table):
            return None
        seen, more = self._totals()
        price = self._price or NOTIONAL
        likely = price.cost(Usage(seen.input_tokens, seen.output_tokens, seen.cached_tokens) + more.likely)
        agreed = price.cost(Usage(self._agreed.input_tokens, self._agreed.output_tokens))
        agreed *= self._rows() / self._agreed.rows
        table.judged = likely <= MOST_OFF * agreed
        if table.judged:
            return None
        shown = (
            f"about {likely:.2g} USD, not {agreed:.2g} USD as estimated" if self._price is not None
            else f"{likely / agreed:.1f} times the tokens that were estimated"
        )  # fmt: skip
        return Stopped(
            "estimate_off",
            f"The first {seen.rows:,} rows show that the job takes {shown}. resume_job goes on and accepts that.",
        )

    def _pilot(self, table: TableOutlook) -> int:
        return min(PILOT_ROWS, table.expected.rows)

    def _rows(self) -> int:
        """Of all tables; only a job of one table can have been given a new number."""
        only = len(self._agreed.tables) == 1
        return sum(table.target for table in self._tables.values()) if only else self._agreed.rows

    def _dollars(self, usage: Usage) -> float | None:
        return None if self._price is None else self._price.cost(usage)
