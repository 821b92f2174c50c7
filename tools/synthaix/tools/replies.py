"""What the tools answer: the public contract. There are no nulls and no empty parts in it."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field, SerializerFunctionWrapHandler, model_serializer

if TYPE_CHECKING:
    from synthaix.orchestration.generation.plan import Quote
    from synthaix.orchestration.jobs.states import JobView
    from synthaix.orchestration.results.pages import Page

Status = Literal["pending", "processing", "paused", "completed", "stopped", "cancelled", "failed"]
RowList = list[dict[str, Any]]


def iso(seconds: float) -> str:
    """Seconds since the epoch as ISO 8601 in UTC."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Part(BaseModel):
    """A part of a reply."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True, defer_build=True)

    @model_serializer(mode="wrap")
    def _full_parts(self, serialize: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Empty optional parts are left out."""
        whole: dict[str, Any] = serialize(self)
        kept = {(field.alias or name) for name, field in type(self).model_fields.items() if field.is_required()}
        return {name: value for name, value in whole.items() if name in kept or value not in ({}, [], "")}

    def plain(self) -> dict[str, Any]:
        """As JSON: nulls and empty optional parts left out; `next` comes last."""
        whole: dict[str, Any] = self.model_dump(mode="json", by_alias=True, exclude_none=True)
        if "next" in whole:
            whole["next"] = whole.pop("next")
        return whole


class Next(Part):
    """The call that comes next, ready to make."""

    tool: str
    arguments: dict[str, Any]


class Reply(Part):
    """A whole reply; `next` ends it."""

    unlisted: ClassVar[frozenset[str]] = frozenset()  # fields that the tool's definition does not spell out
    next: Next | None = None

    def size(self) -> int:
        """Bytes as compact JSON."""
        return len(orjson.dumps(self.plain()))


class Estimate(Part):
    """What a job will take; dollars are left out where the price is not known."""

    rows: int
    chunks: int
    calls: int
    input_tokens: int | None = None
    output_tokens: int | None = None
    usd_low: float | None = None
    usd_high: float | None = None
    cap_usd: float | None = None
    seconds_low: float
    seconds_high: float
    basis: str
    model: str | None = None
    tables: dict[str, int] | None = None

    @classmethod
    def of(cls, quote: "Quote") -> "Estimate":
        """The engine's quote, as it is shown."""
        return cls(
            rows=quote.rows,
            chunks=quote.chunks,
            calls=quote.calls,
            input_tokens=quote.input_tokens or None,
            output_tokens=quote.output_tokens or None,
            usd_low=quote.usd_low,
            usd_high=quote.usd_high,
            cap_usd=quote.cap_usd,
            seconds_low=quote.seconds_low,
            seconds_high=quote.seconds_high,
            basis=quote.basis,
            model=quote.model,
            tables=quote.tables if len(quote.tables) > 1 else None,
        )


class OpenQuestion(Part):
    """Something that the user could settle; the draft already assumes the default."""

    text: str
    why: str
    options: list[str]
    default: str
    affects: list[str] | None = None


class ProposedSchema(Reply):
    """translate_schema's answer."""

    schema_: dict[str, Any] = Field(alias="schema", description="columns or tables")
    inferred_count: int | None = Field(default=None, description="rows that the request asks for")
    confidence: float
    schema_id: str
    schema_hash: str
    assumptions: list[str] | None = None
    questions: list[OpenQuestion] | None = None
    warnings: list[str] | None = None
    diff: list[str] | None = None
    preview: RowList | None = None
    estimate: Estimate
    omitted: str | None = Field(default=None, description="what was left out of this reply")


class StartedJob(Reply):
    """start_generation's and resume_job's answer: a job, or what the user is asked first."""

    unlisted = frozenset({"schema_id", "expires_at", "warnings", "changes"})

    status: str = Field(description="a job's, or confirmation_required")
    job_id: str | None = None
    schema_id: str | None = None
    total_rows: int
    total_chunks: int | None = None
    created_at: str | None = None
    message: str
    changes: str | None = None  # that the user wants first
    estimate: Estimate | None = None
    poll_after_seconds: float | None = None
    confirm_token: str | None = None
    expires_at: str | None = None
    summary: str | None = None  # markdown for the user
    warnings: list[str] | None = None


class JobCost(Part):
    """What a job has cost so far."""

    spent_usd: float | None = None
    known: bool
    cap_usd: float | None = None
    usd_low: float | None = Field(default=None, description="estimate of the whole job")
    usd_high: float | None = None
    calls: int
    input_tokens: int
    output_tokens: int
    cached_tokens: int


class TableProgress(Part):
    """How far one table is."""

    name: str
    total_rows: int
    rows_generated: int


class Results(Part):
    """Where a job's rows are."""

    uri: str
    report_uri: str
    rows: int
    preview: RowList | None = None
    download_url: str | None = None


class JobStatus(Reply):
    """job_status's answer; `rows_generated` counts committed rows only."""

    unlisted = frozenset(
        {"started_at", "finished_at", "seed", "chunk_size", "max_workers", "estimate", "notes", "detail", "schema_id"}
    )

    job_id: str
    status: Status
    stop_reason: str | None = None
    total_rows: int
    total_chunks: int
    completed_chunks: int
    progress_percentage: float
    rows_generated: int
    rows_deduplicated: int
    rows_rejected: int
    rows_per_second: float | None = None
    created_at: str
    estimated_completion: str | None = None
    cost: JobCost
    last_error: str | None = None
    results: Results | None = None
    poll_after_seconds: float | None = None
    tables: list[TableProgress] | None = None
    schema_id: str | None = None
    started_at: str | None = None
    finished_at: str | None = None
    seed: int | None = None
    chunk_size: int | None = None
    max_workers: int | None = None
    estimate: Estimate | None = None
    notes: list[str] | None = None
    detail: dict[str, Any] | None = None

    @classmethod
    def of(cls, job: "JobView", *, detailed: bool = False) -> "JobStatus":
        """The engine's view of a job, as it is shown."""
        cost = JobCost(
            spent_usd=None if job.cost.spent_usd is None else round(job.cost.spent_usd, 6),
            known=job.cost.known,
            cap_usd=job.cost.cap_usd,
            usd_low=None if job.cost.usd_low is None else round(job.cost.usd_low, 6),
            usd_high=None if job.cost.usd_high is None else round(job.cost.usd_high, 6),
            calls=job.cost.calls,
            input_tokens=job.cost.input_tokens,
            output_tokens=job.cost.output_tokens,
            cached_tokens=job.cost.cached_tokens,
        )
        shown = cls(
            job_id=job.job_id,
            status=job.status,  # type: ignore[arg-type]  # the engine's states are the contract's
            stop_reason=job.stop_reason,
            total_rows=job.total_rows,
            total_chunks=job.total_chunks,
            completed_chunks=job.completed_chunks,
            progress_percentage=job.progress_percentage,
            rows_generated=job.rows_generated,
            rows_deduplicated=job.rows_deduplicated,
            rows_rejected=job.rows_rejected,
            rows_per_second=None if job.rows_per_second is None else round(job.rows_per_second, 1),
            created_at=iso(job.created_at),
            estimated_completion=None if job.estimated_completion is None else iso(job.estimated_completion),
            cost=cost,
            last_error=None if job.last_error is None else job.last_error[:300],
            notes=list(job.notes) or None,
        )
        if detailed or len(job.tables) > 1:
            shown.tables = [
                TableProgress(name=each.name, total_rows=each.total_rows, rows_generated=each.rows_generated)
                for each in job.tables[:20]
            ]
        return shown._with_details(job) if detailed else shown

    def _with_details(self, job: "JobView") -> "JobStatus":
        self.schema_id = job.schema_id
        self.started_at = None if job.started_at is None else iso(job.started_at)
        self.finished_at = None if job.finished_at is None else iso(job.finished_at)
        self.seed, self.chunk_size, self.max_workers = job.seed, job.chunk_size, job.max_workers
        self.estimate = Estimate.of(job.estimate)
        self.detail = {name: value for name, value in job.detail.items() if value not in (None, {}, [])}
        return self


class EndedJob(Reply):
    """cancel_job's answer."""

    job_id: str
    status: Status
    stop_reason: str | None = None
    total_rows: int
    rows_generated: int
    message: str


class ListedJob(Part):
    """One line of a list."""

    job_id: str
    status: Status
    stop_reason: str | None = None
    total_rows: int
    rows_generated: int
    created_at: str


class JobList(Reply):
    """list_jobs's answer, newest first."""

    jobs: list[ListedJob]
    next_cursor: str | None = None


class RowMatch(Part):
    """What one row repeats."""

    index: int
    verdict: Literal["unique", "duplicate", "grey"]
    of: str | None = None
    stage: str | None = None
    similarity: float | None = None
    columns: list[str] | None = None


class CheckedRows(Reply):
    """check_duplicates's answer: a flag for each row, and what the flagged and the grey ones repeat."""

    duplicates: list[bool]
    matches: list[RowMatch]
    compared_with: int
    explanation: str
    embedder: str | None = None
    omitted: str | None = Field(default=None, description="matches left out of this reply")


class RowsPreview(Reply):
    """preview_rows's answer: `rows` of a lone table, else `tables`."""

    rows: RowList | None = None
    tables: dict[str, RowList] | None = None
    seed: int
    notes: list[str] | None = None
    truncated: bool | None = None


class FetchedRows(Reply):
    """fetch_results's answer: a page of rows, or the state of a file (`rows` is then their number)."""

    unlisted = frozenset({"offset", "notes", "error", "expires_at"})

    job_id: str
    status: Status | None = None
    table: str
    format: str
    rows: RowList | int = Field(description="a page's rows; their number in a file")
    rows_total: int | None = Field(default=None, description="committed rows")
    total_rows: int | None = Field(default=None, description="rows that the table will have")
    partial: bool | None = Field(default=None, description="more rows are to come")
    offset: int | None = None
    next_cursor: str | None = None
    truncated: bool | None = None
    state: Literal["preparing", "ready", "failed"] | None = None
    path: str | None = None
    uri: str | None = None
    expires_at: str | None = None  # of an address
    bytes: int | None = None
    sha256: str | None = None
    error: str | None = None
    notes: list[str] | None = None
    poll_after_seconds: float | None = None

    @classmethod
    def of(cls, job_id: str, page: "Page") -> "FetchedRows":
        """The engine's page, as it is shown."""
        return cls(
            job_id=job_id,
            status=page.status,  # type: ignore[arg-type]  # the engine's states are the contract's
            table=page.table,
            format="json",
            rows=page.rows,
            rows_total=page.rows_total,
            total_rows=page.total_rows,
            partial=(page.total_rows is not None and page.rows_total < page.total_rows) or None,
            offset=page.offset,
            next_cursor=page.next_cursor,
            truncated=page.truncated,
        )
