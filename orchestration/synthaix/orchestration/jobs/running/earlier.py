"""What a table's committed chunks tell those that are written after them, so that rows go on to differ."""

from synthaix.orchestration.generation.fill.prompting import MOST_UNLIKE
from synthaix.orchestration.generation.plan import TablePlan, written_columns
from synthaix.orchestration.jobs.running.preparing import decoded
from synthaix.orchestration.schema.schema import Table
from synthaix.orchestration.store.chunks import Chunk
from synthaix.orchestration.store.store import Store

ENOUGH_NOVELTY = 0.9  # share of a round's valid rows that were new; below it, the next round changes the angles


class Earlier:
    """Reads the committed chunks of one table of one job.

    What it tells about a chunk follows from earlier rounds, and from chunks that are the plan's lag before it: all of
    these are committed when the chunk begins, so it is the same with any number of workers and after any kill.
    """

    def __init__(self, store: Store, job: int, table: Table, plan: TablePlan) -> None:
        self._store = store
        self._job = job
        self._plan = plan
        texts = [name for name in written_columns(table) if table.column(name).type == "text"]
        self._place = table.names.index(texts[0]) if texts else None

    async def told(self, chunk: Chunk) -> tuple[list[str], int]:
        """Accepted texts that the chunk's shall not be like, and the shift of its angles."""
        if not self._plan.lag or (chunk.round == 0 and chunk.idx < self._plan.lag_chunks):
            return [], 0
        rounds = await self._store.chunks.by_round(self._job, chunk.table_index, before=chunk.round)
        return await self._unlike(chunk), sum(each.novelty < ENOUGH_NOVELTY for each in rounds)

    async def _unlike(self, chunk: Chunk) -> list[str]:
        rows = await self._store.chunks.rows_before(self._job, chunk.table_index, chunk, lag=self._plan.lag_chunks)
        if self._place is None or not rows:
            return []
        span = min(rows, self._plan.chunk_size)
        seqs = sorted({rows - 1 - span * place // MOST_UNLIKE for place in range(MOST_UNLIKE)})
        bodies = await self._store.rows.at(self._job, chunk.table_index, seqs)
        texts = [row[self._place] for row in decoded([bodies[seq] for seq in seqs])]
        return [text for text in texts if isinstance(text, str)]
