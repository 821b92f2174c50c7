"""The model of this process: who writes, what it costs, and who pays."""

import hashlib
from dataclasses import replace

import orjson

from synthaix.orchestration.config import Config
from synthaix.orchestration.dedup.roles import late_columns
from synthaix.orchestration.errors import BudgetTooSmall, ProviderError
from synthaix.orchestration.generation.fill.calls import rows_per_call
from synthaix.orchestration.generation.fill.filling import Answered, Candidates, fill
from synthaix.orchestration.generation.fill.lengths import row_tokens
from synthaix.orchestration.generation.fill.prompting import Brief
from synthaix.orchestration.generation.plan import TablePlan, written_columns
from synthaix.orchestration.generation.validation import TableRules
from synthaix.orchestration.jobs.paying.batching import BatchLane
from synthaix.orchestration.jobs.paying.estimating import Measured, Seen, expected, measured, planned
from synthaix.orchestration.jobs.paying.outlook import TableOutlook
from synthaix.orchestration.jobs.paying.probing import Probe, probe
from synthaix.orchestration.jobs.paying.spending import Account, Spending
from synthaix.orchestration.jobs.paying.spool import Spool
from synthaix.orchestration.jobs.states import Stopped
from synthaix.orchestration.llm.batches import PRICE_SHARE, Batches
from synthaix.orchestration.llm.models import THINKING_ROOM, Endpoint
from synthaix.orchestration.llm.openai_compatible import OpenAICompatible
from synthaix.orchestration.llm.pacing import Pace, PacedProvider, State
from synthaix.orchestration.llm.prices import Price, PriceBook
from synthaix.orchestration.schema.column import Cell
from synthaix.orchestration.schema.draft import Draft
from synthaix.orchestration.schema.schema import Schema, Table
from synthaix.orchestration.store.jobs import TableEntry
from synthaix.orchestration.store.ledger import NANOS
from synthaix.orchestration.store.store import Store
from synthaix.orchestration.translation.model import from_reply, model_request


class Writer:
    """Asks the model that the settings name.

    Args:
        client: one a process, shared by all jobs.
    """

    def __init__(self, config: Config, store: Store, client: OpenAICompatible) -> None:
        self._config = config
        self._store = store
        self._client = client
        self._prices = PriceBook.read(config.prices)
        self._provider = PacedProvider(client, Pace())
        self.batches = Batches(client)
        self.spool = Spool(config.home / "spool", store)

    @property
    def endpoint(self) -> Endpoint:
        """Where the model is served."""
        return self._client.endpoint

    @property
    def model(self) -> str:
        """The model's name."""
        return self.endpoint.model

    @property
    def price(self) -> Price | None:
        """What tokens cost there; None when that is not known."""
        return self._prices.price(self.endpoint)

    @property
    def circuit(self) -> State:
        """Whether the provider answers, as far as calls have shown."""
        return self._provider.pace.state

    def standing(self) -> dict[str, object]:
        """How the endpoint is spoken to and how it fares, for `job_status`."""
        tally = self._provider.pace.tally
        return {
            "provider": self.endpoint.provider,
            "model": self.model,
            "dialect": self._client.standing.described,
            "circuit": self.circuit,
            "refused": tally.refused,
            "failed": tally.failed,
        }

    def spending(self, account: Account, *, slots: int, alone: bool = True) -> Spending:
        """A way to ask on someone's account; not `alone` where other processes ask on it as well."""
        return Spending(
            self._store, self._within_a_day(account), self._provider, self.price,
            model=self.model, slots=slots, watch=self._config.watch, hedge=self._config.hedge, alone=alone,
            spool=self.spool,
        )  # fmt: skip

    def batched(self, account: Account, lane: BatchLane, *, slots: int) -> Spending:
        """A way to ask on someone's account through batches, at their price."""
        share = None if self.price is None else self.price.share(PRICE_SHARE)
        return Spending(
            self._store, self._within_a_day(account), lane, share,
            model=self.model, slots=slots, watch=self._config.watch, idle=lane.idle, spool=self.spool,
        )  # fmt: skip

    def lane(self, job: int) -> BatchLane:
        """Where a job's prompts are gathered for batches."""
        seconds = self._config.batch_poll_seconds
        return BatchLane(self.batches, self._store.batches, job, model=self.model, poll_seconds=seconds)

    def _within_a_day(self, account: Account) -> Account:
        most = self._config.day_cost_usd
        return account if most is None else replace(account, day_nanos=round(most * NANOS))

    def brief(self, table: Table, *, seed: int, diverse: bool) -> Brief:
        """What the model must know to write a table's columns."""
        written = written_columns(table)
        absent = late_columns(table) | set(written)
        given = [name for name in table.names if name not in absent]
        room = THINKING_ROOM if self.endpoint.thinks else 0
        return Brief(table, written, given, seed=seed, diverse=diverse, room=room)

    def sized(self, plan: TablePlan, table: Table) -> TablePlan:
        """The plan with the rows of each call, and whether they are made to differ."""
        written = [table.column(name) for name in written_columns(table)]
        if not written:
            return plan
        lag = self._config.lag if self._config.diverse else 0
        return replace(plan, rows_per_call=rows_per_call(row_tokens(written)), lag=lag)

    def outlook_of(self, entry: TableEntry, plan: TablePlan, schema: Schema, *, seed: int) -> TableOutlook:
        """What is expected of a table of a running job."""
        brief = self.brief(schema.table(entry.name), seed=seed, diverse=plan.lag > 0)
        return TableOutlook(expected(plan, brief), entry.target, entry.committed, entry.candidates, planned(plan))

    async def seen(self, schema: Schema, *, owner: str) -> Seen:
        """What an earlier preview of this schema by this model has shown; empty when there was none."""
        stored = await self._store.measures.find(self._measure_key(schema, owner))
        return Seen() if stored is None else Seen.from_json(stored)

    async def remember(self, schema: Schema, seen: Seen, *, owner: str) -> None:
        """Keep what a preview has shown, for the next quote."""
        await self._store.measures.save(self._measure_key(schema, owner), seen.to_json())

    def _measure_key(self, schema: Schema, owner: str) -> str:
        told = [owner, schema.hash, self.endpoint.base_url, self.model]
        return hashlib.sha256(orjson.dumps(told)).hexdigest()

    async def preview(
        self, schema: Schema, table: Table, rows: list[dict[str, Cell]], *, seed: int, owner: str
    ) -> tuple[list[str], Seen]:
        """Write the text of some sampled rows, within what a preview may cost. Returns notes, and what it took."""
        brief = self.brief(table, seed=seed, diverse=self._config.diverse)
        rules, plan = TableRules(schema, table), TablePlan(table.name, len(rows), len(rows), len(rows))
        columns = {name: [row[name] for row in rows] for name in rows[0]}
        spending = self.spending(Account(owner, cap_nanos=round(self._config.preview_cost_usd * NANOS)), slots=4)
        seen = Measured()

        async def on_call(call: Answered) -> None:
            nonlocal seen
            seen += measured(call, brief, plan)

        try:
            filled = await fill(
                brief, Candidates(columns, len(rows), 0), rows_per_call=len(rows),
                check=lambda row: rules.faults(row, only=written_columns(table)),
                ask=spending.ask,
                on_call=on_call,
            )  # fmt: skip
        except Stopped:
            return ["The text was not written: it would cost more than SYNTHAIX_PREVIEW_COST_USD."], Seen()
        except ProviderError as exc:
            return [f"The text was not written: {exc.message}"], Seen()
        for name, cells in filled.cells.items():
            for row, cell in zip(rows, cells, strict=True):
                if cell is not None:
                    row[name] = cell
        lacking = [f"{len(filled.rejected)} rows lack text: the model's was not valid."] if filled.rejected else []
        return lacking, Seen({table.name: seen}, spending.pulse.speed)

    async def translate(self, prompt: str, context: str | None, *, owner: str) -> Draft:
        """A draft by the model, within what a translation may cost.

        Raises:
            SynthAIxError: the provider's, or a reply that is no schema.
        """
        account = Account(owner, cap_nanos=round(self._config.preview_cost_usd * NANOS))
        asked = model_request(prompt, context)
        try:
            reply = await self.spending(account, slots=1).ask(asked, 0)
        except Stopped as exc:
            raise BudgetTooSmall("The translation would cost more than SYNTHAIX_PREVIEW_COST_USD.") from exc
        return from_reply(reply.text, prompt, context)

    async def probe(self, *, owner: str) -> Probe:
        """Ask the model once, within what a preview may cost. Raises ProviderError, Stopped."""
        account = self._within_a_day(Account(owner, cap_nanos=round(self._config.preview_cost_usd * NANOS)))
        watch = self._config.watch
        unpaced = Spending(self._store, account, self._client, self.price, model=self.model, slots=1, watch=watch)
        return await probe(self._client, unpaced)

    async def warm(self) -> None:
        """Load what the first call needs, so that it is not taken for the model's slowness."""
        await self._client.warm()

    async def aclose(self) -> None:
        """Close the connections."""
        await self._provider.aclose()


def writer_of(config: Config, store: Store) -> Writer | None:
    """The writer that the settings ask for; None when nobody writes."""
    client = OpenAICompatible.of(config)
    return None if client is None else Writer(config, store, client)


