"""The mode `economy`: a job's calls go through the provider's Batch API, at half the price and within a day.

There is no feedback between the calls of a batch: each is asked once, and what it does not give is made up for by
spare candidates, then by the next round, which is the next batch.
"""

import logging
import math
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace

import anyio
import anyio.lowlevel

from synthaix.orchestration.errors import ProviderError, StorageError, SynthAIxError
from synthaix.orchestration.generation.plan import SPARE_SHARE, Plan, Quote, TablePlan
from synthaix.orchestration.jobs.paying.batching import BatchLane, end_batches
from synthaix.orchestration.jobs.paying.spending import Spending
from synthaix.orchestration.jobs.running.means import Means
from synthaix.orchestration.jobs.running.preparing import Prepared
from synthaix.orchestration.jobs.running.sources import WrittenSource
from synthaix.orchestration.jobs.states import BatchWait
from synthaix.orchestration.llm.batches import PRICE_SHARE, WINDOW_SECONDS
from synthaix.orchestration.llm.provider import Prompt, PromptTooLong, Reply
from synthaix.orchestration.schema.schema import Schema
from synthaix.orchestration.store.batches import BatchEntry
from synthaix.orchestration.store.chunks import Chunk
from synthaix.orchestration.store.store import Store

log = logging.getLogger(__name__)

MOST_GATHERED = 10_000  # calls that wait for one batch: about 100,000 rows, which are in memory meanwhile
LEAST_SECONDS = 60.0  # of a batch, for the quote
END_SECONDS = 5.0  # for telling the provider that a batch is not needed any more
PROMISE = "Economy: half the price, through the provider's Batch API; rows come in one go, up to 24 h later."


class BatchedSource:
    """Chunks whose text a model writes in batches.

    Args:
        written: makes the chunks.
        spending: pays for the calls; its provider is `lane`.
    """

    def __init__(self, written: WrittenSource, spending: Spending, lane: BatchLane, *, model: str) -> None:
        self._written = written
        self._spending = spending
        self._lane = lane
        self._model = model
        self.window = written.window

    async def prepared(self, chunk: Chunk) -> Prepared:
        """The chunk's candidates."""
        opening = ExitStack()  # busy until the first call asks: from then on its calls say so themselves

        async def ask(prompt: Prompt, attempt: int) -> Reply:
            with self._lane.busy():
                opening.close()
                return await self._ask(prompt, attempt)

        with opening:
            opening.enter_context(self._lane.busy())
            return await self._written.written(chunk, ask, most_asks=1)

    async def awaited(self, made: anyio.Event) -> None:
        """The committer waits for a chunk: what was gathered may go."""
        await anyio.lowlevel.checkpoint()  # chunks that were begun a moment ago come in
        self._lane.awaited(made)

    def halt(self, why: SynthAIxError) -> None:
        """Ask nothing more, and send nothing more; what was sent is answered whether we wait or not."""
        self._written.halt(why)
        self._lane.halt()

    def go_on(self) -> None:
        """Ask again."""
        self._lane.go_on()
        self._written.go_on()

    async def _ask(self, prompt: Prompt, attempt: int) -> Reply:
        try:
            reply = await self._spending.ask(prompt, attempt)
        except PromptTooLong:
            await self._lane.saved(prompt.key(self._model))
            raise
        await self._lane.saved(prompt.key(self._model))
        return reply

    async def aclose(self) -> None:
        """Nothing is held."""
        await self._written.aclose()


def economical(plan: Plan, schema: Schema) -> Plan:
    """The plan of a job in this mode: more candidates than rows, at half the price."""
    if not plan.quote.calls:
        return plan
    tables = tuple(_at_once(_with_spare(table, schema)) for table in plan.tables)
    more = 1 + sum(table.spare for table in tables) / sum(table.rows for table in tables if table.rows_per_call)
    return replace(plan, tables=tables, mode="economy", quote=_quote(plan.quote, more))


def _with_spare(plan: TablePlan, schema: Schema) -> TablePlan:
    """Children belong to certain parents, so there is no such thing as a spare one."""
    if not plan.rows_per_call or schema.table(plan.name).rows_per_parent is not None:
        return plan
    return replace(plan, spare=math.ceil(plan.rows * SPARE_SHARE))


def _at_once(plan: TablePlan) -> TablePlan:
    """The lag is the whole first round: none of its calls is shown texts of another."""
    if not plan.lag:
        return plan
    chunks = math.ceil((plan.rows + plan.spare) / plan.chunk_size)
    return replace(plan, lag=chunks * math.ceil(plan.chunk_size / plan.rows_per_call))


def _quote(quote: Quote, more: float) -> Quote:
    share = PRICE_SHARE * more
    return replace(
        quote,
        calls=math.ceil(quote.calls * more),
        input_tokens=round(quote.input_tokens * more),
        output_tokens=round(quote.output_tokens * more),
        usd_low=None if quote.usd_low is None else quote.usd_low * share,
        usd_high=None if quote.usd_high is None else quote.usd_high * share,
        seconds_low=LEAST_SECONDS,
        seconds_high=float(WINDOW_SECONDS),
        basis=f"{quote.basis}; through the Batch API at half the price, within 24 h",
        warnings=(*quote.warnings, PROMISE),
    )


async def waiting(store: Store, job: int) -> BatchWait | None:
    """What a job's batches keep it waiting for."""
    open_batches = await store.batches.open(job)
    if not open_batches:
        return None
    return BatchWait(sum(len(batch.keys) for batch in open_batches), open_batches[0].created_at)


async def drop_batches(means: Means, begun: Sequence[BatchEntry]) -> None:
    """End the batches of a job that is over. A provider that does not answer ends them by itself within a day."""
    if means.writer is None or not begun:
        return
    with anyio.move_on_after(END_SECONDS, shield=True):
        try:
            await end_batches(means.writer.batches, means.store.batches, begun)
        except (ProviderError, StorageError) as error:
            log.warning("%d batches could not be ended: %s", len(begun), error.code)
