"""start_generation: a confirmed schema -> a job."""

from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastmcp import Context
from fastmcp.tools import ToolResult
from mcp.types import InputRequiredResult
from pydantic import Field

from synthaix.orchestration.jobs.order import Order
from synthaix.tools.answers import answer
from synthaix.tools.arguments import Cap, ConfirmToken, SchemaId, SchemaObject, Seed, Threshold, Whole
from synthaix.tools.calls import engine_of, gate_of, owner_of
from synthaix.tools.confirmation import Asked, Declined
from synthaix.tools.definition import defined
from synthaix.tools.progress import next_of, poll_after
from synthaix.tools.replies import Estimate, Next, StartedJob, iso
from synthaix.tools.schema_views import estimate_text
from synthaix.tools.views import inline

if TYPE_CHECKING:
    from synthaix.orchestration.jobs.acceptance import Offer
    from synthaix.orchestration.jobs.states import JobView

DEFAULT_ROWS = 100  # of a next call, when nothing says how many


@defined("Start generating rows", reply=StartedJob, world=True, card=True)
async def start_generation(
    ctx: Context,
    total_rows: Annotated[
        Whole, Field(description="Rows of the root table.", examples=[1000], json_schema_extra={"minimum": 1})
    ],
    schema_id: SchemaId = None,
    schema: SchemaObject = None,
    chunk_size: Annotated[
        Whole | None,
        Field(description="Rows per commit.", examples=[500], json_schema_extra={"minimum": 1}),
    ] = None,
    max_workers: Annotated[
        Whole | None,
        Field(description="Model calls in flight.", examples=[20], json_schema_extra={"minimum": 1, "maximum": 256}),
    ] = None,
    deduplication_threshold: Threshold = None,
    dedup_policy: Annotated[
        Literal["rows", "entity", "exact"], Field(description="What may not repeat.")
    ] = "rows",
    grey_policy: Annotated[
        Literal["keep", "drop", "ask"], Field(description="For rows that may be duplicates; ask: not yet available.")
    ] = "keep",
    extend: Annotated[
        str | None, Field(description="A job or a collection whose rows must not come again.", examples=["customers"])
    ] = None,
    seed: Seed = None,
    max_cost_usd: Cap = None,
    mode: Annotated[
        Literal["live", "economy"], Field(description="economy: half the price, rows within 24 h.")
    ] = "live",
    confirm_token: ConfirmToken = None,
    idempotency_key: Annotated[
        str | None, Field(description="Same key and arguments: same job.", examples=["run-7"], max_length=200)
    ] = None,
) -> ToolResult | InputRequiredResult:
    """Start a job that makes exactly total_rows distinct, valid rows, and return at once.

    Use after translate_schema, with its schema_id. Without confirm_token it answers confirmation_required: show the
    user the summary and, only after an explicit yes, call again with the same arguments and the token. Never spends
    beyond max_cost_usd. Then poll job_status; rows come by fetch_results.
    """
    order = Order(
        total_rows=total_rows, schema_id=schema_id, schema=schema, chunk_size=chunk_size, max_workers=max_workers,
        deduplication_threshold=deduplication_threshold, dedup_policy=dedup_policy, grey_policy=grey_policy,
        extend=extend, seed=seed, max_cost_usd=max_cost_usd, mode=mode, idempotency_key=idempotency_key,
    )  # fmt: skip
    outcome = await gate_of(ctx).start(ctx, engine_of(ctx), order, owner=owner_of(ctx), confirm_token=confirm_token)
    if isinstance(outcome, InputRequiredResult):
        return outcome
    if isinstance(outcome, Declined):
        return declined(outcome)
    if isinstance(outcome, Asked):
        return _asked(outcome, order)
    return started(outcome, "It runs in the background and needs nobody.")


def start_of(schema_id: str | None, rows: int | None, **more: Any) -> Next | None:
    """The call that starts a schema's job, with a number of rows where the request names none."""
    if schema_id is None:
        return None
    return Next(
        tool="start_generation", arguments={"schema_id": schema_id, "total_rows": rows or DEFAULT_ROWS, **more}
    )


def started(job: "JobView", said: str) -> ToolResult:
    """A job that was accepted, as the contract shows it."""
    message = f"Job {job.job_id} is {job.status}. {said}"
    reply = StartedJob(
        status=job.status,
        job_id=job.job_id,
        schema_id=job.schema_id,
        total_rows=job.total_rows,
        total_chunks=job.total_chunks,
        created_at=iso(job.created_at),
        message=message,
        estimate=Estimate.of(job.estimate),
        poll_after_seconds=poll_after(job),
        next=next_of(job),
    )
    text = f"{message}\n{job.total_rows:,} rows in {job.total_chunks:,} chunks. Estimate: {estimate_text(job.estimate)}"
    return answer(reply, text)


def declined(outcome: Declined, job_id: str | None = None) -> ToolResult:
    """The user's no: a result like any other. Nothing was started; what is to change first is the next call."""
    message = "The user said no; nothing was started or spent. Ask what to change, and do not call again unasked."
    changes, schema_id, following = outcome.changes, outcome.schema_id, None
    if changes:
        message = "The user wants changes first; nothing was started or spent. Apply them, then ask again."
        if schema_id is not None:
            following = Next(tool="translate_schema", arguments={"base_schema_id": schema_id, "changes": changes})
    reply = StartedJob(
        status="confirmation_declined", job_id=job_id, schema_id=schema_id, total_rows=outcome.total_rows,
        message=message, changes=changes or None, next=following,
    )  # fmt: skip
    return answer(reply, f"{message} In the user's words: {inline(changes, 400)}" if changes else message)


def _asked(asked: Asked, order: Order) -> ToolResult:
    """What the user is asked first. The token stands for a yes that was given to exactly this."""
    offer, summary = asked.offer, asked.summary
    message = "Not started. Show the user the summary; call again with confirm_token only after an explicit yes."
    reply = StartedJob(
        status="confirmation_required",
        schema_id=offer.proposal.schema_id,
        total_rows=order.total_rows,
        message=message,
        estimate=Estimate.of(offer.quote),
        confirm_token=offer.confirm_token,
        expires_at=iso(offer.expires_at),
        summary=summary,
        warnings=list(offer.quote.warnings[:12]),
        next=Next(tool="start_generation", arguments=_again(order, offer)),
    )
    return answer(reply, f"{message}\nThe token is good once, until {iso(offer.expires_at)}.\n\n{summary}")


def _again(order: Order, offer: "Offer") -> dict[str, Any]:
    """The same call with the token; a schema that was sent whole has an id by now."""
    default = Order(total_rows=0)
    changed = {name: value for name, value in order.plain().items() if value != getattr(default, name)}
    changed.pop("schema", None)
    return changed | {"schema_id": offer.proposal.schema_id, "confirm_token": offer.confirm_token}
