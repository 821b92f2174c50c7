"""The one judge and writer of a table's rows: chunks in order, one transaction each.

A chunk's transaction holds the lease's guard, the counters, the keys and the rows. The deduplicator changes only after
it succeeded, so that a failed commit can simply be tried again.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

import anyio
import anyio.to_thread
import numpy as np
import orjson

from synthaix.orchestration.dedup.deduplicator import Decision, Deduplicator
from synthaix.orchestration.dedup.judging import Suspects
from synthaix.orchestration.generation.sampling import TableSampler
from synthaix.orchestration.jobs.paying.outlook import Outlook
from synthaix.orchestration.jobs.running.compared import ComparedRows
from synthaix.orchestration.jobs.running.late_rules import LateRules
from synthaix.orchestration.jobs.running.lease import Lease
from synthaix.orchestration.jobs.running.preparing import Cells, Prepared, encode
from synthaix.orchestration.jobs.running.tallies import Example, Tallies, example_of
from synthaix.orchestration.schema.column import Cell
from synthaix.orchestration.schema.schema import Table
from synthaix.orchestration.store.chunks import Chunk
from synthaix.orchestration.store.jobs import ChunkCommit, TableEntry
from synthaix.orchestration.store.store import Store
from synthaix.orchestration.watching import Fact, Watch

T = TypeVar("T")
MOST_LOOKED_AT = 12  # duplicates of a chunk that may become examples
INDEXED_AT_ONCE = 250  # rows; the index takes larger batches hardly faster, and verdicts wait for a batch
MOST_MOVED, MOST_AT_ONE_PLACE = 100, 6  # rows refused one by one for what follows from their place


@dataclass(slots=True)
class Progress:
    """What the committer of a job carries from table to table; `outlook` where a model writes."""

    tallies: Tallies
    active_seconds: Callable[[], float]
    outlook: Outlook | None = None
    watch: Watch = field(default_factory=Watch)


class Committer:
    """Commits the chunks of one table of one job.

    Args:
        compared: the rows that verdicts see, those of other jobs too.
        limiter: the threads that verdicts may use; one, so that they never race.
    """

    def __init__(
        self, store: Store, lease: Lease, table: Table, entry: TableEntry, deduplicator: Deduplicator,
        compared: ComparedRows, sampler: TableSampler, late: LateRules, progress: Progress, *,
        limiter: anyio.CapacityLimiter,
    ) -> None:  # fmt: skip
        self._store = store
        self._lease = lease
        self._table = table
        self._deduplicator = deduplicator
        self._compared = compared
        self._sampler = sampler
        self._late = late
        self._progress = progress
        self._limiter = limiter
        self._entry = entry
        self.committed = entry.committed
        self.candidates = entry.candidates
        self._unindexed = INDEXED_AT_ONCE  # the first rows go at once: Chroma loads while calls are in flight

    @property
    def missing(self) -> int:
        """Rows that the table still needs."""
        return self._entry.target - self.committed

    async def commit(self, chunk: Chunk, prepared: Prepared) -> int:
        """Judge a chunk's candidates and store those that are rows. Returns how many they are. Raises LeaseLost."""
        facts: dict[str, Fact] = {"job_id": self._lease.job_id, "table": self._entry.table_index, "chunk": chunk.idx}
        with self._progress.watch.during("commit", facts):
            rows, decision = await self._commit(chunk, prepared)
            facts |= {"rows": rows, "rejected": len(prepared.invalid), "duplicates": len(decision.duplicates)}
            facts |= {f"synthaix.duplicates.{stage}": count for stage, count in _stages(decision).items()}
            return rows

    async def _commit(self, chunk: Chunk, prepared: Prepared) -> tuple[int, Decision]:
        eligible = np.ones(prepared.count, dtype=bool)
        eligible[list(prepared.invalid)] = False
        with self._progress.watch.during("dedup", {"candidates": prepared.count}):
            suspects = await self._in_thread(self._deduplicator.suspects, prepared.prints, eligible, prepared.texts)
            compared = await self._compared.at(suspects.seqs) if suspects.near else {}
            decision, bodies, packed = await self._in_thread(self._judge, prepared, eligible, suspects, compared)
        examples = self._examples(prepared, decision, bodies, compared)
        done, tallies = self._counted(chunk, prepared, decision, packed, examples)
        with anyio.CancelScope(shield=True):
            await self._store.database.transact(partial(self._stored, done, bodies))
            first, self.committed = self.committed, self.committed + len(bodies)
            self.candidates += prepared.count
            self._progress.tallies = tallies
            await self._in_thread(self._deduplicator.commit, decision, self._compared.before + first)
            self._late.commit()
            if self._progress.outlook is not None:
                self._progress.outlook.committed(self._entry.table_index, chunk, len(bodies))
        self._unindexed += len(bodies)
        if self._unindexed >= INDEXED_AT_ONCE and self.missing > 0:
            await self.index()  # not at the end, which callers wait for: the last ones are written after it
        return len(bodies), decision

    def _stored(self, done: ChunkCommit, bodies: Sequence[bytes], connection: Any) -> None:
        """Write a chunk. Raises LeaseLost."""
        self._store.jobs.count_chunk(connection, self._lease.job, token=self._lease.token, done=done)
        self._store.rows.add(connection, self._lease.job, done.table_index, done.first_seq, bodies)

    async def index(self) -> None:
        """Write the vectors of committed rows to the index, behind the commits."""
        self._unindexed = 0
        await self._in_thread(self._deduplicator.write_behind)

    def _judge(
        self, prepared: Prepared, eligible: np.ndarray, suspects: Suspects, compared: dict[int, list[Cell]]
    ) -> tuple[Decision, list[bytes], bytes]:
        """Verdicts, and the bodies of what becomes rows.

        Columns that follow from a row's place are filled here and so are judged here: a row that breaks a rule in them
        is no longer eligible, and those after it move up and are filled and judged anew.
        """
        places: list[int] = []
        while True:
            decision = self._deduplicator.decide(
                prepared.prints, eligible, self.missing, suspects, compared, prepared.columns, prepared.texts
            )
            accepted = decision.accepted.tolist()
            if prepared.bodies is not None:
                return decision, [prepared.bodies[index] for index in accepted], self._deduplicator.packed(decision)
            columns = self._placed(prepared, accepted)
            broken = self._late.broken(columns, len(accepted))
            if broken is None:
                self._late.pending = columns
                return decision, encode(columns, self._table.names), self._deduplicator.packed(decision)
            place, reason = broken
            places.append(place)
            hopeless = places[-MOST_AT_ONE_PLACE:] == [place] * MOST_AT_ONE_PLACE  # the place breaks it, not the row
            bad = accepted[place:] if hopeless or len(places) >= MOST_MOVED else [accepted[place]]
            eligible[bad] = False
            prepared.invalid.update(dict.fromkeys(bad, reason))

    def _placed(self, prepared: Prepared, accepted: Sequence[int]) -> dict[str, Cells]:
        """The columns of the accepted candidates at the places that they will have."""
        columns: dict[str, Cells] = {
            name: [cells[index] for index in accepted] for name, cells in prepared.columns.items()
        }
        seqs = range(self.committed, self.committed + len(accepted))
        return {**columns, **self._sampler.fill_late(columns, seqs)}

    def _counted(
        self, chunk: Chunk, prepared: Prepared, decision: Decision, packed: bytes, examples: Sequence[Example]
    ) -> tuple[ChunkCommit, Tallies]:
        tallies = self._progress.tallies.plus(
            _stages(decision), Counter(prepared.invalid.values()), examples,
            grey=len(decision.grey), doubtful=decision.doubtful,
        )  # fmt: skip
        refused = np.setdiff1d(np.arange(prepared.count, dtype=np.int32), decision.accepted)
        outlook, index, accepted = self._progress.outlook, self._entry.table_index, len(decision.accepted)
        done = ChunkCommit(
            table_index=index,
            idx=chunk.idx,
            counted=int(chunk.round == 0),
            candidates=prepared.count,
            committed=accepted,
            first_seq=self.committed,
            deduplicated=len(decision.duplicates),
            rejected=len(prepared.invalid),
            refused=refused.astype(np.int32).tobytes(),
            prints=packed,
            tallies=tallies.to_json(),
            active_seconds=self._progress.active_seconds(),
            outlook=None if outlook is None else outlook.after(index, chunk, accepted),
        )
        return done, tallies

    def _examples(
        self, prepared: Prepared, decision: Decision, bodies: Sequence[bytes], compared: dict[int, list[Cell]]
    ) -> list[Example]:
        """Some of the duplicates, beside the rows that they repeat, for stages of which there are too few yet."""
        wanted = [each for each in decision.duplicates if self._progress.tallies.wants(each[1].stage or "exact")]
        if not wanted:
            return []
        places = {int(index): place for place, index in enumerate(decision.accepted)}
        found = []
        for index, verdict in wanted[:MOST_LOOKED_AT]:
            number: int | None = None
            cells: list[Cell] | None = None
            if isinstance(verdict.of, int):
                number, cells = verdict.of, compared.get(verdict.of)
            elif verdict.of is not None and (place := places.get(verdict.of[1])) is not None:
                number, cells = self._compared.before + self.committed + place, orjson.loads(bodies[place])
            if number is None:  # it repeats a candidate that became no row
                continue
            job, seq = self._compared.place(number)
            names, candidate = self._candidate(prepared, index)
            row = None if cells is None else dict(zip(self._table.names, cells, strict=True))
            shown = None if row is None else [row[name] for name in names]
            found.append(example_of(self._table.name, verdict, seq, names, candidate, shown, job=job))
        return found

    def _candidate(self, prepared: Prepared, index: int) -> tuple[Sequence[str], Sequence[Cell]]:
        """A candidate's cells, as far as they are made."""
        if prepared.bodies is not None:
            return self._table.names, orjson.loads(prepared.bodies[index])
        names = [name for name in self._table.names if name in prepared.columns]
        return names, [prepared.columns[name][index] for name in names]

    async def _in_thread(self, work: Callable[..., T], *args: object) -> T:
        return await anyio.to_thread.run_sync(work, *args, limiter=self._limiter)


def _stages(decision: Decision) -> Counter[str]:
    """How many duplicates each stage found."""
    return Counter(verdict.stage or "exact" for _, verdict in decision.duplicates)
