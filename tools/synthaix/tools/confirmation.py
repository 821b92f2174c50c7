"""The human's yes, bound to what was shown.

A job starts once the user has agreed to its schema, its number of rows and its cap. Three ways lead through one gate:
a host that can ask its user does, as its protocol era has it (`asking.py`); where it cannot, the answer is what to show
and a one-use token to call again with; `off` is for scripts whose owner has said yes by setting it. Each question has
a token in the store, bound to what it was asked about, so a yes is good once, for a while, and for that alone.

In token mode the host's own prompt for the tool and the model are the human gate: the token proves that what runs is
what was shown, not that a human looked.
"""

import hashlib
import hmac
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import orjson
from fastmcp import Context
from mcp.types import InputRequiredResult

from synthaix.orchestration.engine import Engine
from synthaix.orchestration.errors import ConfirmationInvalid
from synthaix.orchestration.jobs.order import Order
from synthaix.tools.asking import Said, answered, ask, can_ask
from synthaix.tools.schema_views import resume_text, summary_text

if TYPE_CHECKING:
    from synthaix.orchestration.jobs.acceptance import Offer
    from synthaix.orchestration.jobs.states import JobView

ConfirmMode = Literal["auto", "token", "off"]
KEY = "going on"
RESUME_SECONDS = 3_600
MOST_SUMMARY_BYTES = 10_000  # it stands in the text and in the fields


@dataclass(frozen=True, slots=True)
class Asked:
    """What the user is to be asked before a job starts, by whoever called."""

    offer: "Offer"
    summary: str


@dataclass(frozen=True, slots=True)
class Question:
    """What the user is to be asked before a job goes on with more money or rows than agreed to."""

    confirm_token: str
    expires_at: float
    job: "JobView"
    summary: str


@dataclass(frozen=True, slots=True)
class Declined:
    """The user said no, or what to change first."""

    changes: str
    total_rows: int  # that were asked for
    schema_id: str | None = None  # that was shown


class Gate:
    """Lets jobs start and go on, with the human's yes.

    Args:
        mode: how the yes comes.
    """

    def __init__(self, mode: ConfirmMode) -> None:
        self.mode = mode

    async def start(
        self, ctx: Context, engine: Engine, order: Order, *, owner: str, confirm_token: str | None
    ) -> "JobView | Asked | Declined | InputRequiredResult":
        """The started job, what to show first, or the human's no.

        Raises:
            ConfirmationInvalid: the yes was to something else, too long ago, or used; and whatever `Engine.start` does.
        """
        if self.mode == "off":
            return await engine.start(order, owner=owner, confirmed=True)
        if confirm_token:
            return await engine.start(order, owner=owner, confirm_token=confirm_token)
        said = answered(ctx)
        if said is None:
            known = await engine.earlier(order, owner=owner)
            if known is not None:
                return known
            offer = await engine.offer(order, owner=owner)
            summary = summary_text(offer.proposal, offer.quote, most_bytes=MOST_SUMMARY_BYTES)
            reply = await self._asked(ctx, summary, offer.confirm_token)
            if reply is None:
                return Asked(offer, summary)
            if isinstance(reply, InputRequiredResult):
                return reply
            said = reply
        if not said.yes:
            shown = await engine.withdraw(said.token, owner=owner)
            return Declined(said.changes, order.total_rows, shown)
        return await engine.start(order, owner=owner, confirm_token=said.token)

    async def resume(
        self, ctx: Context, engine: Engine, job_id: str, *, owner: str,
        max_cost_usd: float | None, total_rows: int | None, confirm_token: str | None,
    ) -> "JobView | Question | Declined | InputRequiredResult":  # fmt: skip
        """The job, going on, or what to ask first: a higher cap or more rows than agreed need a yes of their own."""
        job = await engine.check_resume(job_id, owner=owner, max_cost_usd=max_cost_usd, total_rows=total_rows)
        if self.mode != "off" and _asks_more(job, max_cost_usd, total_rows):
            said = Said(confirm_token, yes=True) if confirm_token else answered(ctx)
            key = await engine.secret(KEY)  # any server on the store may be the one that is answered
            if said is None:
                question = _question(key, job, max_cost_usd, total_rows)
                reply = await self._asked(ctx, question.summary, question.confirm_token)
                if reply is None:
                    return question
                if isinstance(reply, InputRequiredResult):
                    return reply
                said = reply
            if not said.yes:
                return Declined(said.changes, total_rows or job.total_rows)
            _check(key, said.token, job, max_cost_usd, total_rows)
        return await engine.resume(job_id, owner=owner, max_cost_usd=max_cost_usd, total_rows=total_rows)

    async def _asked(self, ctx: Context, summary: str, token: str) -> Said | InputRequiredResult | None:
        """The human's answer or the way to it; None: the caller has to show the summary."""
        if self.mode != "auto" or not can_ask(ctx):
            return None
        return await ask(ctx, summary, token)


def _question(key: bytes, job: "JobView", max_cost_usd: float | None, total_rows: int | None) -> Question:
    expires = int(time.time()) + RESUME_SECONDS
    token = f"go_{expires}_{_mark(key, job, max_cost_usd, total_rows, expires)}"
    return Question(token, expires, job, resume_text(job, max_cost_usd, total_rows))


def _check(key: bytes, token: str, job: "JobView", max_cost_usd: float | None, total_rows: int | None) -> None:
    _, _, rest = token.partition("_")
    until, _, mark = rest.partition("_")
    expires = int(until) if until.isdecimal() and len(until) < 12 else 0
    if not hmac.compare_digest(mark.encode(), _mark(key, job, max_cost_usd, total_rows, expires).encode()):
        raise ConfirmationInvalid(
            "The token is not for this job in its present state, cap and number of rows. "
            "Call resume_job without confirm_token to get a new one.",
            field="confirm_token",
        )
    if expires < time.time():
        raise ConfirmationInvalid(
            "The token has expired. Call resume_job without confirm_token to get a new one.", field="confirm_token"
        )


def _mark(key: bytes, job: "JobView", max_cost_usd: float | None, total_rows: int | None, expires: int) -> str:
    """Good once: going on changes the cap or the rows that it is bound to."""
    bound = [job.owner, job.job_id, job.cost.cap_usd, job.total_rows, max_cost_usd, total_rows, expires]
    return hmac.new(key, orjson.dumps(bound), hashlib.sha256).hexdigest()[:32]


def _asks_more(job: "JobView", max_cost_usd: float | None, total_rows: int | None) -> bool:
    cap = job.cost.cap_usd
    dearer = max_cost_usd is not None and cap is not None and max_cost_usd > cap
    return dearer or (total_rows is not None and total_rows > job.total_rows)
