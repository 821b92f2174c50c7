"""The human's yes, bound to what was shown.

A job starts once the user has agreed to its schema, its number of rows and its cap. Three modes: `token` answers with
what to show and a one-use token; `auto` does the same today, and is the place where a host that can ask the user
directly will; `off` is for scripts whose owner has said yes by setting it.

In token mode the host's own prompt for the tool and the model are the human gate: the token proves that what runs is
what was shown, not that a human looked.
"""

import hashlib
import hmac
import secrets
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import orjson

from synthaix.orchestration.engine import Engine
from synthaix.orchestration.errors import ConfirmationInvalid
from synthaix.orchestration.jobs.order import Order

if TYPE_CHECKING:
    from synthaix.orchestration.jobs.acceptance import Offer
    from synthaix.orchestration.jobs.states import JobView

ConfirmMode = Literal["auto", "token", "off"]
RESUME_SECONDS = 3_600


@dataclass(frozen=True, slots=True)
class Question:
    """What the user is asked before a job goes on with more money or rows than agreed to."""

    confirm_token: str
    expires_at: float
    job: "JobView"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the user is asked before a job starts."""

    offer: "Offer"


class Gate:
    """Lets jobs start and go on, with the human's yes.

    Args:
        mode: how the yes comes.
    """

    def __init__(self, mode: ConfirmMode) -> None:
        self.mode = mode
        self._key = secrets.token_bytes(32)  # of this process: a question does not outlive the server that asked it

    async def start(
        self, engine: Engine, order: Order, *, owner: str, confirm_token: str | None
    ) -> "JobView | Asked":
        """The started job, or what to show first. Raises ConfirmationInvalid and all that `Engine.start` raises."""
        if self.mode == "off":
            return await engine.start(order, owner=owner, confirmed=True)
        if confirm_token:
            return await engine.start(order, owner=owner, confirm_token=confirm_token)
        return Asked(await engine.offer(order, owner=owner))

    async def resume(
        self,
        engine: Engine,
        job_id: str,
        *,
        owner: str,
        max_cost_usd: float | None,
        total_rows: int | None,
        confirm_token: str | None,
    ) -> "JobView | Question":
        """The job, going on, or what to ask first: a higher cap or more rows than agreed need a yes of their own."""
        if self.mode != "off":
            job = await engine.status(job_id, owner=owner)
            if _asks_more(job, max_cost_usd, total_rows):
                if not confirm_token:
                    return self._question(job, max_cost_usd, total_rows)
                self._check(confirm_token, job, max_cost_usd, total_rows)
        return await engine.resume(job_id, owner=owner, max_cost_usd=max_cost_usd, total_rows=total_rows)

    def _question(self, job: "JobView", max_cost_usd: float | None, total_rows: int | None) -> Question:
        expires = int(time.time()) + RESUME_SECONDS
        return Question(f"go_{expires}_{self._mark(job, max_cost_usd, total_rows, expires)}", expires, job)

    def _check(self, token: str, job: "JobView", max_cost_usd: float | None, total_rows: int | None) -> None:
        _, _, rest = token.partition("_")
        until, _, mark = rest.partition("_")
        expires = int(until) if until.isdecimal() and len(until) < 12 else 0
        if not hmac.compare_digest(mark.encode(), self._mark(job, max_cost_usd, total_rows, expires).encode()):
            raise ConfirmationInvalid(
                "The token is not for this job in its present state, cap and number of rows. "
                "Call resume_job without confirm_token to get a new one.",
                field="confirm_token",
            )
        if expires < time.time():
            raise ConfirmationInvalid(
                "The token has expired. Call resume_job without confirm_token to get a new one.", field="confirm_token"
            )

    def _mark(self, job: "JobView", max_cost_usd: float | None, total_rows: int | None, expires: int) -> str:
        """Good once: going on changes the cap or the rows that it is bound to."""
        bound = [job.owner, job.job_id, job.cost.cap_usd, job.total_rows, max_cost_usd, total_rows, expires]
        return hmac.new(self._key, orjson.dumps(bound), hashlib.sha256).hexdigest()[:32]


def _asks_more(job: "JobView", max_cost_usd: float | None, total_rows: int | None) -> bool:
    cap = job.cost.cap_usd
    dearer = max_cost_usd is not None and cap is not None and max_cost_usd > cap
    return dearer or (total_rows is not None and total_rows > job.total_rows)
