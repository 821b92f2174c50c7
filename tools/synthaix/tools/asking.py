"""The human asked by the host itself, in the way of the client's protocol era.

On connections of 2026-07-28 a server sends no requests: the question goes out as the call's result, and the host makes
the same call again with the answer. On older ones the question is a request of the server's, and the call waits.
"""

from dataclasses import dataclass
from typing import Any

import anyio
from fastmcp import Context
from mcp import MCPError
from mcp.types import ElicitRequest, ElicitRequestFormParams, InputRequiredResult
from mcp_types.version import MODERN_PROTOCOL_VERSIONS
from pydantic import BaseModel, Field, ValidationError

QUESTION = "confirm"
ANSWER_SECONDS = 3_600.0  # a human may be away; a host that gives the call up ends the wait before
LONGEST_CHANGES = 2_000


class Consent(BaseModel):
    """The form: flat, since that is all that hosts can draw."""

    approve: bool = Field(title="Make these rows?", description="Nothing is made or spent before your yes.")
    changes: str = Field(default="", title="Or what to change first", description="For example: amount up to 900.")


@dataclass(frozen=True, slots=True)
class Said:
    """What the human answered.

    Attributes:
        token: that the question was asked with.
        changes: what to change first, in the human's words; then it is no yes.
    """

    token: str
    yes: bool
    changes: str = ""


def can_ask(ctx: Context) -> bool:
    """Whether the host says that it shows forms; `elicitation: {}` means forms, as before there were others."""
    declared = ctx.session.client_capabilities
    elicitation = None if declared is None else declared.elicitation
    return elicitation is not None and (elicitation.form is not None or elicitation.url is None)


def answered(ctx: Context) -> Said | None:
    """The answer that came with the call, to what its earlier round asked; the framework has opened the seal."""
    answer: Any = (ctx.input_responses or {}).get(QUESTION)
    if answer is None:
        return None
    return _said(ctx.request_state or "", getattr(answer, "action", None), getattr(answer, "content", None))


async def ask(ctx: Context, message: str, token: str) -> Said | InputRequiredResult | None:
    """The answer, or the result that makes the host ask and call again; None where it cannot ask after all.

    Args:
        message: markdown.
        token: stands for the yes; the host sends it back sealed, or it stays here.
    """
    if ctx.request_context is not None and ctx.request_context.protocol_version in MODERN_PROTOCOL_VERSIONS:
        form = ElicitRequestFormParams(message=message, requested_schema=_form())
        question = ElicitRequest(method="elicitation/create", params=form)
        return InputRequiredResult(request_state=token, input_requests={QUESTION: question})
    try:
        with anyio.move_on_after(ANSWER_SECONDS):
            result = await ctx.elicit(message, Consent)
            return _said(token, result.action, getattr(result, "data", None))
    except MCPError:  # it declared what it does not do
        return None
    except ValueError:  # an answer that is not of the form is no yes
        pass
    return Said(token, yes=False)


def _said(token: str, action: str | None, content: object) -> Said:
    try:
        form = content if isinstance(content, Consent) else Consent.model_validate(content or {})
    except ValidationError:
        return Said(token, yes=False)
    changes = form.changes.strip()[:LONGEST_CHANGES]
    accepted = action == "accept"
    return Said(token, yes=accepted and form.approve and not changes, changes=changes if accepted else "")


def _form() -> dict[str, Any]:
    from fastmcp.server.elicitation import get_elicitation_schema

    return get_elicitation_schema(Consent)
