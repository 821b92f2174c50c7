"""Answers about duplicates: rows against a job's, against given ones, and against each other. Read-only."""

from collections.abc import Mapping, Sequence

import anyio
import anyio.from_thread
import anyio.to_thread
import orjson

from synthaix.orchestration.dedup.check import Check, check_rows
from synthaix.orchestration.dedup.deduplicator import Deduplicator
from synthaix.orchestration.dedup.embedding import Embedder
from synthaix.orchestration.dedup.roles import Roles, roles_of
from synthaix.orchestration.errors import ArgumentInvalid
from synthaix.orchestration.generation.plan import Plan
from synthaix.orchestration.generation.space import space_within
from synthaix.orchestration.jobs.bare_rows import schema_of
from synthaix.orchestration.jobs.lost_ids import job_not_found, schema_not_found
from synthaix.orchestration.jobs.paying.spending import Account
from synthaix.orchestration.jobs.running.compared import ComparedRows, planned_roles
from synthaix.orchestration.jobs.running.means import Means
from synthaix.orchestration.schema.column import Cell
from synthaix.orchestration.schema.draft import Draft
from synthaix.orchestration.schema.schema import Schema, Table
from synthaix.orchestration.store.jobs import JobEntry, TableEntry
from synthaix.orchestration.store.ledger import NANOS

Rows = list[dict[str, Cell]]
MOST_CHECKED = 10_000  # rows of one check


class Comparing:
    """Compares rows; keeps the last job's fingerprints, since agents check one job several times."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self._known: tuple[tuple[str, int, int], Deduplicator] | None = None
        self._one = anyio.CapacityLimiter(1)

    async def check(
        self, rows: Rows, *, owner: str, job_id: str | None, schema_id: str | None, against: Rows | None,
        columns: Sequence[str] | None, threshold: float | None,
    ) -> Check:  # fmt: skip
        """Which of these rows repeat others.

        Raises:
            ArgumentInvalid: both job_id and schema_id, or too many rows.
            ColumnNotFound: a row or `columns` names a column that the table does not have.
        """
        if job_id is not None and schema_id is not None:
            raise ArgumentInvalid("Give job_id or schema_id, not both.", field="job_id")
        if not rows or max(len(rows), len(against or ())) > MOST_CHECKED:
            raise ArgumentInvalid(f"Give 1 to {MOST_CHECKED:,} rows.", field="rows")
        if threshold is not None and not 0 <= threshold <= 1:
            raise ArgumentInvalid("deduplication_threshold is a number from 0 to 1.", field="deduplication_threshold")
        if job_id is not None:
            return await self._with_job(job_id, owner, rows, against, columns, threshold)
        schema = schema_of([*rows, *(against or ())]) if schema_id is None else await self._schema(schema_id, owner)
        table = table_of(schema, rows)
        return await self._compared(schema, table, rows, against, owner, columns, threshold)

    async def _with_job(
        self, job_id: str, owner: str, rows: Rows, against: Rows | None, columns: Sequence[str] | None,
        threshold: float | None,
    ) -> Check:  # fmt: skip
        job = await self._means.store.jobs.find(job_id, owner=owner)
        if job is None:
            raise await job_not_found(self._means.store, job_id, owner)
        schema = Schema.from_json(job.schema)
        table = table_of(schema, rows)
        entry = next(entry for entry in job.tables if entry.name == table.name)
        return await self._compared(schema, table, rows, against, owner, columns, threshold, (job, entry))

    async def _compared(
        self, schema: Schema, table: Table, rows: Rows, against: Rows | None, owner: str,
        columns: Sequence[str] | None, threshold: float | None, place: tuple[JobEntry, TableEntry] | None = None,
    ) -> Check:  # fmt: skip
        def work() -> Check:
            account = Account(owner, cap_nanos=round(self._means.config.preview_cost_usd * NANOS))
            if place is None:
                roles, _ = roles_of(schema, table, rows=len(rows), space=space_within({}))
                return check_rows(
                    rows, table, roles, against=against, columns=columns, threshold=threshold,
                    embedder=self._embedder(None, account) if roles.text else None,
                )  # fmt: skip
            job, entry = place
            plan = Plan.from_json(job.plan)
            roles = planned_roles(schema, table, plan)
            embedder = self._embedder(plan.embedder, account) if roles.text else None
            compared = anyio.from_thread.run(ComparedRows.of_job, self._means.store, job, plan, table)

            def read(numbers: Sequence[int]) -> Mapping[int, list[Cell]]:
                return anyio.from_thread.run(compared.at, list(numbers))

            def called(number: int) -> str:
                of_job, seq = compared.place(number)
                return f"row {seq}" if of_job is None else f"row {seq} of {of_job}"

            return check_rows(
                rows, table, roles, against=against, read=read,
                deduplicator=self._restored(table, roles, job, entry, compared, embedder),
                columns=columns, threshold=threshold, embedder=embedder, called=called,
            )  # fmt: skip

        return await anyio.to_thread.run_sync(work, limiter=self._one)

    def _restored(
        self, table: Table, roles: Roles, job: JobEntry, entry: TableEntry, compared: ComparedRows,
        embedder: Embedder | None,
    ) -> Deduplicator:  # fmt: skip
        """The job's fingerprints, from its committed chunks."""
        key = (job.job_id, entry.table_index, entry.committed)
        if self._known is not None and self._known[0] == key:
            return self._known[1]
        order = orjson.loads(job.order)
        made = Deduplicator(
            table, roles, policy=order["dedup_policy"], threshold=order["deduplication_threshold"],
            rows_expected=max(compared.before + entry.target, 1), embedder=embedder,
        )  # fmt: skip
        by_vectors = embedder if roles.by_vectors(made.policy) else None
        compared.restore(made, by_vectors, anyio.from_thread.run(compared.committed))
        self._known = key, made
        return made

    def _embedder(self, name: str | None, account: Account) -> Embedder:
        """The embedder of a job, or the process's own. Raises ArgumentInvalid: this process cannot ask it."""
        found = self._means.embedders.of(name, account)
        if found is None:
            raise ArgumentInvalid(
                f"Texts are compared by the embedder {name or self._means.embedders.own}, which this process cannot "
                "ask. Its operator can set SYNTHAIX_EMBEDDER and the key that it needs.",
                field="job_id",
            )
        return found

    async def _schema(self, schema_id: str, owner: str) -> Schema:
        entry = await self._means.store.drafts.find(schema_id, owner=owner)
        if entry is None:
            raise await schema_not_found(self._means.store, schema_id, owner)
        return Draft.from_json(entry.draft).schema


def table_of(schema: Schema, rows: Rows) -> Table:
    """The table that the rows are of: the first that has all their columns, else the root."""
    names = {name for row in rows for name in row}
    return next((table for table in schema.tables if names <= set(table.names)), schema.root)
