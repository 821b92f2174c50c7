"""Orders that extend earlier jobs: which jobs those are, and whether their rows can be compared with the new ones."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from synthaix.orchestration.errors import ArgumentInvalid, JobBusy
from synthaix.orchestration.generation.plan import Extended, Plan
from synthaix.orchestration.jobs.lost_ids import job_not_found
from synthaix.orchestration.jobs.running.compared import planned, planned_roles
from synthaix.orchestration.jobs.states import RUNNING
from synthaix.orchestration.schema.column import Column
from synthaix.orchestration.schema.schema import Schema
from synthaix.orchestration.store.jobs import JobEntry
from synthaix.orchestration.store.store import Store

MOST_EXTENDED = 100  # jobs: their fingerprints are all read when a job begins
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 ._-]{0,62}[A-Za-z0-9])?")


@dataclass(frozen=True, slots=True)
class Lineage:
    """What a new job comes after.

    Attributes:
        jobs: oldest first.
        collection: that it joins, and its place there.
    """

    jobs: tuple[JobEntry, ...] = ()
    collection: str | None = None
    place: int = 0

    @property
    def before(self) -> dict[str, int]:
        """How many rows of each table the jobs have."""
        counts: dict[str, int] = {}
        for entry in (entry for job in self.jobs for entry in job.tables):
            counts[entry.name] = counts.get(entry.name, 0) + entry.committed
        return counts

    def into(self, plan: Plan, schema: Schema) -> Plan:
        """The plan with these jobs in it.

        Raises:
            ArgumentInvalid: the rows cannot be compared, or would be the same again.
        """
        if not self.jobs and self.collection is None:
            return plan
        extends = tuple(Extended(job.job_id, {t.name: t.committed for t in job.tables}) for job in self.jobs)
        plan = replace(plan, extends=extends, collection=self.collection, place=self.place)
        said = [*self._said(), *_notes(schema, plan)]
        plan = replace(plan, quote=replace(plan.quote, warnings=(*plan.quote.warnings, *said)))
        for job in self.jobs:
            if Plan.from_json(job.plan).seed == plan.seed:
                raise ArgumentInvalid(
                    "This is the seed of a job that is extended, whose rows it would make again. "
                    "Leave seed out, or give another.", field="seed",
                )  # fmt: skip
            _check_alike(schema, Schema.from_json(job.schema), plan)
        return plan

    def _said(self) -> Iterator[str]:
        """What the human should know of it."""
        if self.jobs:
            which = self.jobs[0].job_id if len(self.jobs) == 1 else f"{len(self.jobs)} earlier jobs"
            yield f"The {sum(self.before.values()):,} rows of {which} are not repeated; sequences go on after them."


async def lineage_of(store: Store, extend: str | None, *, owner: str) -> Lineage:
    """The jobs that an order extends: the one it names, or all of a collection, and what those extend themselves.

    Raises:
        ArgumentInvalid: no job's id, and no name that a collection can have.
        JobNotFound: the owner has no such job.
        JobBusy: one of them is still running.
    """
    if extend is None:
        return Lineage()
    if extend.startswith("job_"):
        return Lineage(await _with_earlier(store, [extend], owner))
    if not _NAME.fullmatch(extend):
        raise ArgumentInvalid(
            "Give the id of a job, or a collection's name: up to 64 letters, digits, spaces, dots, dashes and "
            "underscores, of which the first and the last are a letter or a digit.", field="extend",
        )  # fmt: skip
    members, place = await store.extensions.members(extend, owner=owner)
    return Lineage(await _with_earlier(store, members, owner), extend, place)


async def _with_earlier(store: Store, job_ids: Iterable[str], owner: str) -> tuple[JobEntry, ...]:
    """These jobs after those that they extend, each once."""
    found: dict[str, JobEntry] = {}
    for job_id in job_ids:
        job = await store.jobs.find(job_id, owner=owner)
        if job is None:
            raise await job_not_found(store, job_id, owner, field="extend")
        if job.status in RUNNING:
            raise JobBusy(
                f"{job.job_id} is still running, and only a job whose rows are all there can be extended. "
                "Wait for its end, or pause it with cancel_job(resumable=true).",
                field="extend",
            )
        for each in Plan.from_json(job.plan).extends:
            earlier = await store.jobs.find(each.job_id, owner=owner)
            if earlier is not None:
                found.setdefault(each.job_id, earlier)
        found.setdefault(job_id, job)
    if len(found) > MOST_EXTENDED:
        raise ArgumentInvalid(f"A job extends at most {MOST_EXTENDED} others. Begin a new collection.", field="extend")
    return tuple(sorted(found.values(), key=lambda job: job.id))


def _check_alike(schema: Schema, earlier: Schema, plan: Plan) -> None:
    """Raise ArgumentInvalid where the rows of the two cannot be compared."""
    shared = [table for table in schema.tables if table.name in earlier.names]
    if not shared:
        raise _unlike("It has no table of the same name", earlier.names)
    for table in shared:
        theirs = {column.name: column for column in earlier.table(table.name).columns}
        roles = planned_roles(schema, table, plan)
        unique = {name for group in roles.unique for name in group}
        wrong = [
            name for name in roles.compared
            if name not in theirs or theirs[name].type != table.column(name).type
        ]  # fmt: skip
        wrong += [
            column.name for column in table.columns
            if column.name in theirs and column.name not in wrong
            and not _goes_on(column, theirs[column.name], unique=column.name in unique)
        ]  # fmt: skip
        if wrong:
            named = ", ".join(f"`{name}`" for name in wrong[:10])
            raise _unlike(f"Of `{table.name}` these are other columns there, or of another type: {named}", table.names)


def _notes(schema: Schema, plan: Plan) -> Iterator[str]:
    """How rows are compared where so many, the earlier ones included, are too many for the usual way."""
    for table in schema.tables if plan.extends else ():
        _, note = planned(schema, table, plan)
        if note is not None:
            yield note


def _goes_on(column: Column, theirs: Column, *, unique: bool) -> bool:
    """Whether a column's values can be kept apart from those of an earlier job."""
    if column.is_sequence:
        return theirs.is_sequence and (column.type, column.rules.distribution) == (
            theirs.type, theirs.rules.distribution,
        )  # fmt: skip
    return not unique or column.type == theirs.type


def _unlike(what: str, allowed: Sequence[str]) -> ArgumentInvalid:
    return ArgumentInvalid(
        f"The extended job's rows cannot be compared with these. {what}.",
        field="extend",
        allowed=list(allowed)[:50],
        suggestion="Start from the schema_id of the earlier job, or leave extend out.",
    )
