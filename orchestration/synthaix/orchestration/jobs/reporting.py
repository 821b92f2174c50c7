"""Reports of jobs: measured in a thread, written as a page and as JSON, and held against the store again."""

import hashlib
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import anyio
import anyio.from_thread
import anyio.to_thread
import orjson

from synthaix.orchestration.errors import ArgumentInvalid, JobNotFound, SynthAIxError
from synthaix.orchestration.generation.plan import Plan
from synthaix.orchestration.jobs.running.compared import planned_roles
from synthaix.orchestration.jobs.running.means import Means
from synthaix.orchestration.jobs.running.pool import LocalPool
from synthaix.orchestration.jobs.states import cost_of
from synthaix.orchestration.results.batches import BATCH_ROWS, Batch, RowSource, Stopped, cells_of
from synthaix.orchestration.results.new_file import new_file
from synthaix.orchestration.results.report.canonical_rows import canonical
from synthaix.orchestration.results.report.digest import digest
from synthaix.orchestration.results.report.document import Facts, Json, assemble, read_document, to_bytes
from synthaix.orchestration.results.report.measuring import TableRows, measure
from synthaix.orchestration.results.report.page import page_of
from synthaix.orchestration.results.report.row_files import read_rows
from synthaix.orchestration.results.report.verifying import Finding, Verifier, fields_of
from synthaix.orchestration.schema.schema import Schema
from synthaix.orchestration.store.jobs import JobEntry, TableEntry

ReportFormat = Literal["html", "json"]
FORMATS: tuple[ReportFormat, ...] = ("html", "json")
MOST_WAIT_SECONDS = 25.0
MOST_KNOWN = 100  # jobs whose last report is remembered


@dataclass(frozen=True, slots=True)
class ReportFile:
    """A report as a file.

    Attributes:
        path: absolute, once it is ready.
        rows: of all tables, as many as were committed when it was begun.
        verdict: what matters first, as in the report; empty until it is ready.
        digest: what a small picture of it needs; likewise.
        error: why it failed, in the engine's words.
    """

    job_id: str
    format: ReportFormat
    state: Literal["preparing", "ready", "failed"]
    path: Path | None = None
    rows: int = 0
    bytes: int = 0
    sha256: str | None = None
    verdict: Json = field(default_factory=dict)
    digest: Json = field(default_factory=dict)
    error: str | None = None


@dataclass(slots=True)
class _Making:
    """A report that is being made, or was."""

    key: str
    files: dict[ReportFormat, ReportFile]
    done: anyio.Event = field(default_factory=anyio.Event)

    @property
    def usable(self) -> bool:
        """Whether it is on its way, or its files are still there."""
        return all(each.state == "preparing" or _is_there(each) for each in self.files.values())


class Reporting:
    """Makes reports, one at a time, and verifies them; changes nothing in jobs."""

    def __init__(self, means: Means, pool: LocalPool) -> None:
        self._means = means
        self._pool = pool
        self._makings: dict[str, _Making] = {}
        self._measured: tuple[tuple[str, tuple[int, ...]], Json] | None = None
        self._one = anyio.CapacityLimiter(1)
        self._closed = False
        self._under_way = 0
        self._rests_until = 0.0

    def stop(self) -> None:
        """Stop measuring; unfinished files leave nothing behind."""
        self._closed = True

    async def digest(self, job_id: str, *, owner: str, crowded: bool) -> Json:
        """What a picture needs of a job's report, or its state.

        Nobody asked for the report as such, so it is begun for a picture only where no jobs wait, none is being made,
        and the last one is as long ago as it took: it leaves the interpreter to callers half of the time.
        """
        rests = crowded or self._under_way or time.monotonic() < self._rests_until
        if rests and job_id not in self._makings:
            return {"state": "preparing"}
        made = await self.report(job_id, owner=owner, format="json", wait_seconds=0)
        return made.digest or {"state": made.state}

    async def report(self, job_id: str, *, owner: str, format: ReportFormat, wait_seconds: float) -> ReportFile:
        """The report of the rows committed by now: found, or begun and waited for.

        Raises:
            JobNotFound, ArgumentInvalid: no such job, no such format.
        """
        if format not in FORMATS:
            raise ArgumentInvalid("There is no such format of a report.", field="format", allowed=FORMATS)
        job = await self._job(job_id, owner)
        facts = await self._facts(job)
        key = _key(job, facts)
        making = self._makings.get(job_id)
        if making is None or making.key != key or not making.usable:
            rows = sum(entry.committed for entry in job.tables)
            files = {each: ReportFile(job_id, each, "preparing", rows=rows) for each in FORMATS}
            making = self._makings[job_id] = _Making(key, files)
            if len(self._makings) > MOST_KNOWN:
                del self._makings[next(iter(self._makings))]
            self._pool.spawn(self._make, making, job, facts)
        with anyio.move_on_after(min(max(wait_seconds, 0.0), MOST_WAIT_SECONDS)):
            await making.done.wait()
        return making.files[format]

    async def verify(self, stored: bytes, *, owner: str, rows: Path | None, table: str | None) -> list[Finding]:
        """Hold a report against the store, or against a file of one table.

        Raises:
            ArgumentInvalid: no report, no such table, or a file that cannot be read.
            JobNotFound: the store has no such job, and no file was given.
        """
        verifier = Verifier(read_document(stored))
        chosen = verifier.table(table)
        findings = verifier.itself()
        job = await self._means.store.jobs.find(verifier.job_id, owner=owner)
        if job is not None:
            findings.append(verifier.stored_schema(Schema.from_json(job.schema)))
        if rows is not None:
            what = f"table {chosen.name} in {rows.name}"
            finding = await self._in_thread(lambda: verifier.rows(chosen.name, read_rows(rows, chosen), what))
            return [*findings, finding]
        if job is None:
            raise JobNotFound(
                "The store has no job of this report. Give its file with --rows, or set SYNTHAIX_HOME.",
                field="report.job.job_id",
            )
        for entry in job.tables:
            if table is None or entry.name == table:
                findings.append(await self._in_thread(lambda entry=entry: self._stored_rows(verifier, job, entry)))
        return findings

    def _stored_rows(self, verifier: Verifier, job: JobEntry, entry: TableEntry) -> Finding:
        """A table's rows in the store; what was committed since the report is no difference."""
        table = verifier.table(entry.name)
        fields = fields_of(table)
        there = min(entry.committed, verifier.rows_of(entry.name))
        read = self._reader(job.id, entry.table_index)
        spelled = (canonical(fields, batch) for batch in _there(read, there))
        found = verifier.rows(entry.name, spelled, f"table {entry.name} in the store")
        later = entry.committed - there
        return Finding(found.what, found.good, f"{found.said}; {later:,} more since") if later else found

    async def _make(self, making: _Making, job: JobEntry, facts: Facts) -> None:
        schema, begun = Schema.from_json(job.schema), time.monotonic()
        self._under_way += 1
        try:
            written = await anyio.to_thread.run_sync(self._written, schema, job, facts, limiter=self._one)
            making.files = written
        except Stopped:
            _fail(making, "The server was closed.")
        except SynthAIxError as exc:
            _fail(making, exc.message)
        finally:
            self._under_way -= 1
            self._rests_until = 2 * time.monotonic() - begun
            if any(each.state == "preparing" for each in making.files.values()):
                _fail(making, "The report was interrupted; ask again.")
            making.done.set()

    def _written(self, schema: Schema, job: JobEntry, facts: Facts) -> dict[ReportFormat, ReportFile]:
        """Measure and write, in a thread."""
        folder = self._means.workshop_of(job.job_id)
        paths = {form: folder.resolve() / f"report-{job.job_id}.{form}" for form in FORMATS}
        measured = self._measure(schema, job)
        document = assemble(schema, measured, facts, name=paths["json"].name)
        made = {"json": to_bytes(document), "html": page_of(document).encode()}
        drawn = digest(document)
        files: dict[ReportFormat, ReportFile] = {}
        for form in FORMATS:
            with new_file(paths[form]) as file:
                file.write(made[form])
            files[form] = ReportFile(
                job.job_id, form, "ready", path=paths[form], rows=document["verdict"]["rows"], bytes=file.bytes,
                sha256=file.sha256, verdict=document["verdict"], digest=drawn,
            )  # fmt: skip
        return files

    def _measure(self, schema: Schema, job: JobEntry) -> Json:
        key = job.job_id, tuple(entry.committed for entry in job.tables)
        if self._measured is None or self._measured[0] != key:
            plan, tables = Plan.from_json(job.plan), []
            for entry in job.tables:
                table = schema.table(entry.name)
                roles = planned_roles(schema, table, plan)
                read = self._reader(job.id, entry.table_index)
                compared = roles.compared if roles.compares else ()
                tables.append(TableRows(table, read, entry.committed, entry.target, compared))
            self._measured = key, measure(schema, tables, stop=lambda: self._closed)
        return self._measured[1]

    async def _facts(self, job: JobEntry) -> Facts:
        plan = Plan.from_json(job.plan)
        spend = await self._means.store.ledger.spend(job.id)
        exports = [orjson.loads(each) for each in await self._means.store.exports.of(job.id)]
        order = orjson.loads(job.order)
        return Facts(
            job=_job_of(job),
            seed=plan.seed,
            model=plan.model,
            embedder=plan.embedder or "none: no texts were compared by meaning",
            cost=asdict(cost_of(job, spend)),
            order={name: value for name, value in order.items() if value is not None and name not in _NOT_SHOWN},
            tallies=await self._tallies(job),
            exports=[_export_of(each) for each in exports],
            made_at=_iso(self._means.clock()) or "",
        )

    async def _tallies(self, job: JobEntry) -> Json:
        """As stored, with the rows that the examples repeat."""
        tallies: Json = orjson.loads(job.tallies)
        for example in tallies.get("examples", []):
            of = job if "job" not in example else await self._means.store.jobs.find(example["job"], owner=job.owner)
            if example["row"] is None and of is not None:
                index = next(entry.table_index for entry in of.tables if entry.name == example["table"])
                bodies = await self._means.store.rows.at(of.id, index, [example["of"]])
                names = Schema.from_json(of.schema).table(example["table"]).names
                found = {name: cell for body in bodies.values()
                         for name, cell in zip(names, orjson.loads(body), strict=True)}  # fmt: skip
                example["row"] = [found.get(name) for name in example["names"]] if found else None
        return tallies

    async def _job(self, job_id: str, owner: str) -> JobEntry:
        job = await self._means.store.jobs.find(job_id, owner=owner)
        if job is None:
            raise JobNotFound(field="job_id")
        return job

    def _reader(self, job: int, table: int) -> RowSource:
        between = self._means.store.rows.between
        return lambda first, end: anyio.from_thread.run(between, job, table, first, end)

    async def _in_thread(self, work: Any) -> Finding:
        found: Finding = await anyio.to_thread.run_sync(work, limiter=self._one)
        return found


_NOT_SHOWN = ("schema", "schema_id", "seed", "idempotency_key")


def _there(read: RowSource, rows: int) -> Iterator[Batch]:
    """The rows that are there; one that went away is left out, since that is what verifying is to find."""
    for first in range(0, rows, BATCH_ROWS):
        bodies = read(first, min(first + BATCH_ROWS, rows))
        if bodies:
            yield list(zip(*cells_of(bodies), strict=True))


def _key(job: JobEntry, facts: Facts) -> str:
    """What a report is about; one of the same key says the same."""
    about = [job.job_id, job.status, [entry.committed for entry in job.tables], facts.cost, list(facts.exports)]
    return hashlib.sha256(orjson.dumps(about)).hexdigest()


def _job_of(job: JobEntry) -> Json:
    committed = sum(entry.committed for entry in job.tables)
    every = {
        "job_id": job.job_id,
        "schema_id": job.schema_id,
        "status": job.status,
        "stop_reason": job.stop_reason,
        "created_at": _iso(job.created_at),
        "finished_at": _iso(job.finished_at),
        "seconds": round(job.active_seconds, 2),
        "rows_per_second": round(committed / job.active_seconds, 1) if job.active_seconds > 0 else None,
        "candidates": sum(entry.candidates for entry in job.tables),
        "rows_deduplicated": job.rows_deduplicated,
        "rows_rejected": job.rows_rejected,
    }
    return {name: value for name, value in every.items() if value is not None}


def _export_of(stored: Json) -> Json:
    kept = {name: stored[name] for name in ("table", "format", "rows", "bytes", "sha256")}
    return {**kept, "name": Path(stored["path"]).name}


def _is_there(file: ReportFile) -> bool:
    return file.path is not None and file.path.is_file() and file.path.stat().st_size == file.bytes


def _fail(making: _Making, why: str) -> None:
    making.files = {form: ReportFile(each.job_id, form, "failed", error=why) for form, each in making.files.items()}


def _iso(seconds: float | None) -> str | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
