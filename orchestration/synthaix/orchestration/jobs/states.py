"""How a job looks from outside."""

import math
from dataclasses import dataclass, field, replace
from typing import Literal, get_args

import orjson

from synthaix.orchestration.errors import SynthAIxError
from synthaix.orchestration.generation.plan import Plan, Quote
from synthaix.orchestration.store.jobs import JobEntry
from synthaix.orchestration.store.ledger import NANOS, Spend

Status = Literal["pending", "processing", "paused", "completed", "stopped", "cancelled", "failed"]
PauseReason = Literal["provider_busy", "storage_full", "store_unreachable"]
StopReason = Literal[
    "budget", "estimate_off", "infeasible", "exhausted", "provider_refused", "interrupted", "user"
]  # fmt: skip

RUNNING: tuple[Status, ...] = ("pending", "processing", "paused")
RESUMABLE: tuple[Status, ...] = ("stopped", "failed")
ENDED: tuple[Status, ...] = ("completed", "cancelled")


class Stopped(SynthAIxError):
    """The job waits for someone: a reason and a sentence. It ends a chunk in its turn, after those before it."""

    code = "stopped"
    next_tool = "resume_job"

    def __init__(self, reason: StopReason, sentence: str) -> None:
        super().__init__(sentence)
        self.reason = reason

    @classmethod
    def of(cls, reason: str | None, sentence: str | None) -> "Stopped":
        """As another process told it."""
        reasons: tuple[StopReason, ...] = get_args(StopReason)
        return cls(next((each for each in reasons if each == reason), "interrupted"), sentence or cls.sentence)


@dataclass(frozen=True, slots=True)
class TableCount:
    """One table: how many rows it will have and how many are committed."""

    name: str
    total_rows: int
    rows_generated: int


@dataclass(frozen=True, slots=True)
class Cost:
    """What the job has cost; dollars are None where the price is not known.

    Attributes:
        usd_low: what it will cost in all, at least, by the newest estimate; None for a job without a model.
        usd_high: and at most.
    """

    spent_usd: float | None
    known: bool
    cap_usd: float | None
    calls: int
    input_tokens: int
    output_tokens: int
    cached_tokens: int
    usd_low: float | None = None
    usd_high: float | None = None


@dataclass(frozen=True, slots=True)
class BatchWait:
    """Batches that a job waits for: how many calls are in them, and since when, in seconds since the epoch."""

    calls: int
    since: float


@dataclass(frozen=True, slots=True)
class JobView:
    """A job as its owner sees it. Times are seconds since the epoch.

    `total_rows` and `rows_generated` count the table `root`; `tables` counts each. Only committed rows count.
    `estimate` is the quote until the job's own calls say better.
    """

    job_id: str
    schema_id: str
    owner: str
    status: str
    stop_reason: str | None
    total_rows: int
    root: str
    tables: tuple[TableCount, ...]
    total_chunks: int
    completed_chunks: int
    progress_percentage: float
    rows_generated: int
    rows_deduplicated: int
    rows_rejected: int
    rows_per_second: float | None
    created_at: float
    started_at: float | None
    finished_at: float | None
    estimated_completion: float | None
    cost: Cost
    last_error: str | None
    seed: int
    chunk_size: int
    max_workers: int
    estimate: Quote
    notes: tuple[str, ...] = ()
    batch: BatchWait | None = None
    detail: dict[str, object] = field(default_factory=dict)

    def paused(self, reason: PauseReason | None) -> "JobView":
        """The view of a job that its own process knows to wait, whatever the store could be told."""
        return self if reason is None else replace(self, status="paused", stop_reason=reason, estimated_completion=None)


def cost_of(job: JobEntry, spend: Spend) -> Cost:
    """A job's spend in dollars."""
    return Cost(
        spent_usd=spend.settled_nanos / NANOS if spend.known else None,
        known=spend.known,
        cap_usd=None if job.cap_nanos is None else job.cap_nanos / NANOS,
        calls=spend.calls,
        input_tokens=spend.input_tokens,
        output_tokens=spend.output_tokens,
        cached_tokens=spend.cached_tokens,
    )


def view(job: JobEntry, plan: Plan, spend: Spend, *, root: str, now: float, detail: dict[str, object]) -> JobView:
    """Put a job's view together from what is stored."""
    committed = sum(table.committed for table in job.tables)
    target = sum(table.target for table in job.tables)
    sizes = {table.name: table.chunk_size for table in plan.tables}
    chunks = sum(math.ceil(table.target / sizes[table.name]) for table in job.tables)
    rate = committed / job.active_seconds if committed and job.active_seconds > 0 else None
    going_on = job.status in RUNNING and job.status != "paused"
    estimate, ends_at = newest_estimate(job, plan)
    if ends_at is not None:
        ends_at = max(now, ends_at)
    elif rate:
        ends_at = now + (target - committed) / rate
    counts = tuple(TableCount(table.name, table.target, table.committed) for table in job.tables)
    main = next(count for count in counts if count.name == root)
    return JobView(
        job_id=job.job_id,
        schema_id=job.schema_id,
        owner=job.owner,
        status=job.status,
        stop_reason=job.stop_reason,
        total_rows=main.total_rows,
        root=root,
        tables=counts,
        total_chunks=chunks,
        completed_chunks=chunks if committed >= target else min(job.completed_chunks, chunks),
        progress_percentage=100.0 if committed >= target else min(99.9, round(100 * committed / target, 1)),
        rows_generated=main.rows_generated,
        rows_deduplicated=job.rows_deduplicated,
        rows_rejected=job.rows_rejected,
        rows_per_second=rate,
        created_at=job.created_at,
        started_at=job.started_at,
        finished_at=job.finished_at,
        estimated_completion=ends_at if going_on else None,
        cost=replace(
            cost_of(job, spend),
            usd_low=estimate.usd_low if estimate.calls else None,
            usd_high=estimate.usd_high if estimate.calls else None,
        ),
        last_error=job.last_error,
        seed=plan.seed,
        chunk_size=plan.tables[0].chunk_size,
        max_workers=plan.max_workers,
        estimate=estimate,
        notes=_notes(detail),
        detail=detail,
    )


def newest_estimate(job: JobEntry, plan: Plan) -> tuple[Quote, float | None]:
    """By the job's own calls, with the time of its end, once there were enough of them; else the quote."""
    outlook = orjson.loads(job.outlook) if job.outlook else {}
    if not outlook.get("estimate"):
        return plan.quote, None
    return Quote.from_plain(outlook["estimate"]), outlook["ends_at"]


def _notes(detail: dict[str, object]) -> tuple[str, ...]:
    """What whoever ordered the job should know about its verdicts."""
    doubtful = detail.get("doubtful")
    if not doubtful:
        return ()
    return (
        f"deduplication_threshold threw away {doubtful:,} rows that the automatic threshold, found from the job's own "
        "rows, keeps. Leave it out to keep such rows.",
    )
