"""The model of this process: who writes, what it costs, and who pays."""

import math
from collections.abc import Sequence
from dataclasses import replace

from synthaix.orchestration.config import Config
from synthaix.orchestration.dedup.roles import late_columns
from synthaix.orchestration.errors import BudgetTooSmall, ProviderError
from synthaix.orchestration.generation.fill.calls import rows_at, rows_per_call
from synthaix.orchestration.generation.fill.filling import Candidates, fill
from synthaix.orchestration.generation.fill.lengths import row_tokens
from synthaix.orchestration.generation.fill.prompting import Brief
from synthaix.orchestration.generation.plan import Quote, TablePlan, written_columns
from synthaix.orchestration.generation.validation import TableRules
from synthaix.orchestration.jobs.rounds import first_round
from synthaix.orchestration.jobs.spending import Account, Spending
from synthaix.orchestration.jobs.states import Stopped
from synthaix.orchestration.llm.models import THINKING_ROOM, Endpoint
from synthaix.orchestration.llm.openai_compatible import OpenAICompatible
from synthaix.orchestration.llm.pacing import Pace, PacedProvider
from synthaix.orchestration.llm.prices import PriceBook
from synthaix.orchestration.llm.provider import Usage
from synthaix.orchestration.schema.column import Cell
from synthaix.orchestration.schema.draft import Draft
from synthaix.orchestration.schema.schema import Schema, Table
from synthaix.orchestration.store.ledger import NANOS
from synthaix.orchestration.store.store import Store
from synthaix.orchestration.translation.model import from_reply, model_request

QUOTE_BAND = (0.6, 1.5)  # of the estimate, before a real reply has been seen
BASE_SECONDS, TOKEN_SECONDS = 0.5, 0.005  # of a call, for the quote's time


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

    @property
    def endpoint(self) -> Endpoint:
        """Where the model is served."""
        return self._client.endpoint

    @property
    def model(self) -> str:
        """The model's name."""
        return self.endpoint.model

    def standing(self) -> dict[str, object]:
        """How the endpoint is spoken to and how it fares, for `job_status`."""
        tally = self._provider.pace.tally
        return {
            "provider": self.endpoint.provider,
            "model": self.model,
            "dialect": self._client.standing.described,
            "circuit": self._provider.pace.state,
            "refused": tally.refused,
            "failed": tally.failed,
        }

    def spending(self, account: Account, *, slots: int) -> Spending:
        """A way to ask on someone's account."""
        price = self._prices.price(self.endpoint)
        return Spending(self._store, account, self._provider, price, model=self.model, slots=slots)

    def brief(self, table: Table, *, seed: int) -> Brief:
        """What the model must know to write a table's columns."""
        written = written_columns(table)
        absent = late_columns(table) | set(written)
        given = [name for name in table.names if name not in absent]
        room = THINKING_ROOM if self.endpoint.thinks else 0
        return Brief(table, written, given, seed=seed, diverse=True, room=room)

    def sized(self, plan: TablePlan, table: Table) -> TablePlan:
        """The plan with the rows of each call."""
        written = [table.column(name) for name in written_columns(table)]
        return replace(plan, rows_per_call=rows_per_call(row_tokens(written))) if written else plan

    def quote(
        self, schema: Schema, tables: Sequence[TablePlan], *, max_workers: int, cap_usd: float | None
    ) -> Quote:
        """What a job will take. Raises BudgetTooSmall when the cap pays for no call at all."""
        calls, usage, seconds = 0, Usage(0, 0), 0.0
        price = self._prices.price(self.endpoint)
        for plan in tables:
            if not plan.rows_per_call:
                continue
            brief = self.brief(schema.table(plan.name), seed=0)
            asked = sum(
                math.ceil(chunk.count / rows_at(chunk.start, plan.rows, plan.rows_per_call))
                for chunk in first_round(plan, 0)
            )
            given, written = brief.estimate(plan.rows_per_call)
            share = plan.rows / plan.rows_per_call
            fixed = brief.estimate(0)[0]
            usage += Usage(round(asked * fixed + share * (given - fixed)), round(share * written))
            seconds += (asked * BASE_SECONDS + share * written * TOKEN_SECONDS) / max_workers
            calls += asked
            if price is not None and cap_usd is not None and price.cost(Usage(given, written)) > cap_usd:
                raise BudgetTooSmall(field="max_cost_usd")
        likely = None if price is None else price.cost(usage)
        low, high = QUOTE_BAND
        return Quote(
            rows=sum(plan.rows for plan in tables),
            chunks=sum(plan.chunks for plan in tables),
            calls=calls,
            input_tokens=usage.input_tokens,
            output_tokens=usage.output_tokens,
            usd_low=None if likely is None else likely * low,
            usd_high=None if likely is None else likely * high,
            seconds_low=round(seconds * low, 1),
            seconds_high=round(1 + seconds * 2 * high, 1),
            cap_usd=cap_usd,
            basis="estimated from the columns' descriptions, before any reply",
            model=self.model,
            tables={plan.name: plan.rows for plan in tables},
        )

    async def preview(
        self, schema: Schema, table: Table, rows: list[dict[str, Cell]], *, seed: int, owner: str
    ) -> list[str]:
        """Write the text of some sampled rows, within what a preview may cost. Returns notes."""
        brief = self.brief(table, seed=seed)
        rules = TableRules(schema, table)
        columns = {name: [row[name] for row in rows] for name in rows[0]}
        account = Account(owner, cap_nanos=round(self._config.preview_cost_usd * NANOS))
        try:
            filled = await fill(
                brief, Candidates(columns, len(rows), 0), rows_per_call=len(rows),
                check=lambda row: rules.faults(row, only=written_columns(table)),
                ask=self.spending(account, slots=4).ask,
            )  # fmt: skip
        except Stopped:
            return ["The text was not written: it would cost more than SYNTHAIX_PREVIEW_COST_USD."]
        except ProviderError as exc:
            return [f"The text was not written: {exc.message}"]
        for name, cells in filled.cells.items():
            for row, cell in zip(rows, cells, strict=True):
                if cell is not None:
                    row[name] = cell
        return [] if not filled.rejected else [f"{len(filled.rejected)} rows lack text: the model's was not valid."]

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

    async def aclose(self) -> None:
        """Close the connections."""
        await self._provider.aclose()


def writer_of(config: Config, store: Store) -> Writer | None:
    """The writer that the settings ask for; None when nobody writes."""
    client = OpenAICompatible.of(config)
    return None if client is None else Writer(config, store, client)


