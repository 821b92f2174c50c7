"""One table whose text is told from a fixed list, through the store, the committer and the index, in any timing.

    python tests/doubles/written_table.py HOME KILL_AT

Runs the table to its end, or until the KILL_AT-th batch is about to go to the index, after its rows are in the store:
there the process kills itself. A second start goes on. Prints how many rows the store has and how many entries the
index holds, and whether they are of the same rows.
"""

import hashlib
import os
import random
import signal
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import anyio
import anyio.lowlevel
import orjson

from synthaix.orchestration.dedup.deduplicator import Deduplicator
from synthaix.orchestration.dedup.embedding import HashEmbedder, Vectors
from synthaix.orchestration.dedup.hashes import Hashes
from synthaix.orchestration.dedup.text_index import TextIndex
from synthaix.orchestration.dedup.vector_place import JobFolder
from synthaix.orchestration.errors import SynthAIxError
from synthaix.orchestration.generation.plan import Extended, Plan, Quote, TablePlan
from synthaix.orchestration.jobs.rounds import first_round
from synthaix.orchestration.jobs.running import committer
from synthaix.orchestration.jobs.running.committer import Committer, Progress
from synthaix.orchestration.jobs.running.compared import ComparedRows, planned_roles
from synthaix.orchestration.jobs.running.late_rules import LateRules
from synthaix.orchestration.jobs.running.lease import Lease
from synthaix.orchestration.jobs.running.preparing import Prepared, Preparer, Recipe
from synthaix.orchestration.jobs.running.table_run import TableRun
from synthaix.orchestration.jobs.running.tallies import Tallies
from synthaix.orchestration.schema.schema import Schema
from synthaix.orchestration.store.chunks import Chunk
from synthaix.orchestration.store.jobs import NewJob
from synthaix.orchestration.store.store import Store

SCHEMA = Schema.model_validate(
    {
        "columns": [
            {"name": "id", "type": "integer", "constraints": {"distribution": {"name": "sequence"}, "unique": True}},
            {"name": "stars", "type": "integer", "constraints": {"min": 1, "max": 3}},
            {"name": "review", "type": "text", "strategy": "llm"},
        ]
    }
)
WORDS = ("lamp", "chair", "kettle", "tent", "quiet", "heavy", "green", "broken", "lovely", "late", "cheap", "sturdy")
SECONDS = 600.0


def told(candidate: int) -> str:
    """What a model once said for a candidate: now and then nearly what it had said for an earlier one."""
    rng = random.Random(candidate // 3 if candidate % 3 == 2 else candidate)
    text = " ".join(rng.choice(WORDS) for _ in range(9)) + ". " + " ".join(rng.choice(WORDS) for _ in range(9)) + "."
    return text.replace("lamp", "lammp") if candidate % 3 == 2 else text


class Shuffled:
    """Makes chunks in a timing of its own: each takes some turns of the event loop, drawn at random.

    Args:
        window: chunks made at once.
    """

    def __init__(self, preparer: Preparer, window: int, rng: random.Random) -> None:
        self.window = window
        self._preparer = preparer
        self._rng = rng

    async def prepared(self, chunk: Chunk) -> Prepared:
        """The chunk's candidates, which follow from the chunk alone."""
        for _ in range(self._rng.choice([0, 1, 5, 25, 125])):
            await anyio.lowlevel.checkpoint()
        columns = self._preparer.sample(chunk.start, chunk.count, None)
        columns["review"] = [told(candidate) for candidate in range(chunk.start, chunk.start + chunk.count)]
        return self._preparer.finish(columns, chunk.count, {}, HashEmbedder())

    async def awaited(self, made: anyio.Event) -> None:
        """Nothing waits here for others."""

    def halt(self, why: SynthAIxError) -> None:
        """Nothing is paid here."""

    def go_on(self) -> None:
        """Nothing was halted."""


class Deadly(TextIndex):
    """An index before whose n-th batch the process is killed, as by a power cut; never where that is 0."""

    kill_at = 0

    def add(self, keys: Hashes, vectors: Vectors, seqs: Sequence[int], blocks: Hashes) -> None:
        """Add the vectors of committed rows, or die."""
        self.kill_at -= 1
        if self.kill_at == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        super().add(keys, vectors, seqs, blocks)


async def run_table(
    home: Path, *, rows: int = 36, chunk: int = 4, workers: int = 4, timing: int = 0, kill_at: int | None = None,
    again: bool = False,
) -> str:  # fmt: skip
    """Start or go on with the table of this folder; a digest of its rows. With `kill_at`, the index is written too.

    Args:
        again: a second job extends the first; the digest is of both.
    """
    store = Store(home / "store.db", clock=lambda: 1_000.0)
    await store.database.open()
    table, quote = TablePlan("rows", rows, chunk, 2), Quote(rows, 1, 0, 0, 0, 0.0, 0.0, 0.0, 0.0, None, "", None, {})
    plan = Plan((table,), 5, workers, quote, embedder=HashEmbedder.name)
    try:
        first = await _run(store, home, "job_a", plan, random.Random(timing), kill_at)
        if not again:
            return first
        plan = replace(plan, seed=6, extends=(Extended("job_a", {"rows": rows}),))
        return first + await _run(store, home, "job_b", plan, random.Random(timing), kill_at)
    finally:
        await store.close()


async def _run(
    store: Store, home: Path, job_id: str, plan: Plan, rng: random.Random, kill_at: int | None
) -> str:  # fmt: skip
    table, (part,) = SCHEMA.root, plan.tables
    job = await store.jobs.find(job_id, owner="ana")
    if job is None:
        new = NewJob(job_id, "ana", "sch_a", SCHEMA.to_json(), b"{}", plan.to_json(), None, {table.name: part.rows})
        await store.jobs.add(new, lambda connection, number: store.chunks.add(connection, number, first_round(part, 0)))
        job = await store.jobs.find(job_id, owner="ana")
    assert job is not None
    token = await store.jobs.take(job.id, holder="me", seconds=SECONDS, from_dead="me")
    assert token is not None
    roles = planned_roles(SCHEMA, table, plan)
    compared = await ComparedRows.of_job(store, job, plan, table)
    index = None
    if kill_at is not None:
        index = Deadly(JobFolder(home / "vectors" / job_id), table=table.name, space=HashEmbedder.name)
        index.kill_at = kill_at
    deduplicator = Deduplicator(table, roles, rows_expected=part.rows, embedder=HashEmbedder(), index=index)
    committed = await compared.committed()
    await anyio.to_thread.run_sync(compared.restore, deduplicator, HashEmbedder(), committed)
    deduplicator.reconcile()
    preparer = Preparer(Recipe(SCHEMA, table.name, plan.seed, roles, "rows", before=compared.before))
    lease = Lease(job.id, job_id, token)
    commits = Committer(
        store, lease, table, job.tables[0], deduplicator, compared, preparer.sampler,
        LateRules(table, preparer.rules, preparer.sampler.late), Progress(Tallies(job.tallies), lambda: 0.0),
        limiter=anyio.CapacityLimiter(1),
    )  # fmt: skip
    source = Shuffled(preparer, plan.max_workers, rng)
    await TableRun(
        store, lease, part, 0, commits, source, round_=job.tables[0].round, by_slot=False, drain_seconds=1.0
    ).run()
    await commits.index()
    bodies = await store.rows.between(job.id, 0, 0, part.rows + 1)
    first = compared.before + 1
    assert [orjson.loads(body)[0] for body in bodies] == list(range(first, first + part.rows))
    if index is not None:
        agree = {int(entry.partition("-")[2]) for entry in index.ids()} == set(range(len(bodies)))
        sys.stdout.write(f"{len(bodies)} {len(index.ids())} {agree}\n")
        index.close()
    return hashlib.sha256(b"\n".join(bodies)).hexdigest()


if __name__ == "__main__":
    committer.INDEXED_AT_ONCE = 20  # so that a short table has several batches
    anyio.run(lambda: run_table(Path(sys.argv[1]), rows=120, chunk=10, kill_at=int(sys.argv[2])))
