"""Every error as one answer that an agent can act on: what happened, where, what is allowed, what to call next.

Nothing that was sent comes back, no provider's text, no stack trace.
"""

import logging
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from fastmcp.exceptions import NotFoundError, ToolError, ValidationError
from fastmcp.server.middleware import CallNext, Middleware, MiddlewareContext
from fastmcp.tools import Tool, ToolResult
from mcp import MCPError
from mcp.types import INTERNAL_ERROR, INVALID_PARAMS, CallToolRequestParams, ReadResourceRequestParams
from pydantic import ValidationError as PydanticValidationError

from synthaix.orchestration.errors import (
    ArgumentInvalid,
    ColumnNotFound,
    InternalFault,
    NotFound,
    SchemaInvalid,
    SynthAIxError,
    TableNotFound,
)
from synthaix.orchestration.schema.nearest import did_you_mean

log = logging.getLogger(__name__)

_ARGUMENTS = (ArgumentInvalid, TableNotFound, ColumnNotFound)  # cured by calling the same tool again
_UNKNOWN_KEY = "unexpected_keyword_argument"
_WORDS = {
    "missing": "is required.",
    "missing_argument": "is required.",
    "missing_keyword_only_argument": "is required.",
    "int_parsing": "is a whole number.",
    "int_type": "is a whole number.",
    "int_from_float": "is a whole number.",
    "int_parsing_size": "is too large a number.",
    "float_parsing": "is a number.",
    "float_type": "is a number.",
    "finite_number": "is a finite number.",
    "bool_parsing": "is true or false.",
    "bool_type": "is true or false.",
    "string_type": "is text.",
    "string_too_long": "is too long.",
    "list_type": "is a list.",
    "dict_type": "is an object.",
    "literal_error": "has one of the values that are allowed.",
    "json_invalid": "is not valid JSON.",
    "too_long": "is too long.",
}  # fmt: skip


class Faults(Middleware):
    """Turns whatever a call raises into the contract's error."""

    async def on_call_tool(
        self, context: MiddlewareContext[CallToolRequestParams], call_next: CallNext[CallToolRequestParams, ToolResult]
    ) -> ToolResult:
        """The tool's result, or its error as a result."""
        name = context.message.name
        try:
            return await call_next(context)
        except MCPError:  # speaks of the request itself, such as a capability that the client lacks
            raise
        except ValidationError as exc:
            return error_result(await self._wrong_arguments(context, exc), name)
        except NotFoundError:
            return error_result(await self._unknown_tool(context))
        except Exception as exc:  # noqa: BLE001 - the last place where an error can become an answer
            return error_result(_meant(exc), name)

    async def on_read_resource(
        self, context: MiddlewareContext[ReadResourceRequestParams], call_next: CallNext[ReadResourceRequestParams, Any]
    ) -> Any:
        """The resource, or a protocol error with the contract's fields."""
        try:
            return await call_next(context)
        except MCPError:
            raise
        except NotFoundError:
            asked = {"uri": str(context.message.uri)}  # the protocol wants the address back, in the data alone
            raise MCPError(code=INVALID_PARAMS, message="There is no such resource.", data=asked) from None
        except Exception as exc:  # noqa: BLE001 - as above
            wrong = _meant(exc)
            code = INVALID_PARAMS if isinstance(wrong, NotFound | ArgumentInvalid | SchemaInvalid) else INTERNAL_ERROR
            fields = dict(fields_of(wrong))
            raise MCPError(code=code, message=text_of(fields), data=fields) from None

    async def on_get_prompt(self, context: MiddlewareContext[Any], call_next: CallNext[Any, Any]) -> Any:
        """The prompt, or a protocol error that echoes nothing."""
        try:
            return await call_next(context)
        except MCPError:
            raise
        except NotFoundError:
            raise MCPError(code=INVALID_PARAMS, message="There is no such prompt.") from None
        except Exception as exc:  # noqa: BLE001 - as above
            log.info("prompt refused: %s", type(exc).__name__)
            raise MCPError(code=INVALID_PARAMS, message="The prompt's arguments are not as it takes them.") from None

    async def _wrong_arguments(self, context: MiddlewareContext[Any], exc: ValidationError) -> SynthAIxError:
        cause = exc.__cause__
        if not isinstance(cause, PydanticValidationError):
            return ArgumentInvalid()
        tool = await self._tool(context, context.message.name)
        arguments = context.message.arguments or {}
        return wrong_argument(cause, {} if tool is None else tool.parameters.get("properties", {}), arguments)

    async def _unknown_tool(self, context: MiddlewareContext[Any]) -> SynthAIxError:
        ctx = context.fastmcp_context
        names = [] if ctx is None else [tool.name for tool in await ctx.fastmcp.list_tools()]
        return ArgumentInvalid(
            "There is no such tool.",
            field="name", allowed=names, suggestion=did_you_mean(context.message.name, names),
        )  # fmt: skip

    async def _tool(self, context: MiddlewareContext[Any], name: str) -> Tool | None:
        ctx = context.fastmcp_context
        return None if ctx is None else await ctx.fastmcp.get_tool(name)


def wrong_argument(
    cause: PydanticValidationError, properties: Mapping[str, Any], arguments: Mapping[str, Any]
) -> ArgumentInvalid:
    """The first fault of a call's arguments, with the nearest right name; the others are counted."""
    faults = cause.errors(include_url=False, include_context=False, include_input=False)
    first = next((each for each in faults if each["type"] == _UNKNOWN_KEY), faults[0])
    more = f" {len(faults) - 1} more arguments are wrong." if len(faults) > 1 else ""
    if first["type"] == _UNKNOWN_KEY:
        strange = str(first["loc"][0])
        return ArgumentInvalid(
            f"An argument has a name that the tool does not know.{more}",
            field="arguments",
            allowed=list(properties),
            suggestion=did_you_mean(strange, set(properties) - set(arguments)),
        )
    field = _path(first["loc"], properties)
    top = field.partition("[")[0].partition(".")[0]
    allowed = properties.get(top, {}).get("enum")
    hint = did_you_mean(arguments.get(top), allowed) if allowed else None
    words = _WORDS.get(first["type"], "is not of the form that the tool takes.")
    return ArgumentInvalid(f"{field} {words}{more}", field=field, allowed=allowed, suggestion=hint)


def error_result(error: SynthAIxError, tool: str | None = None) -> ToolResult:
    """The error as a tool's result; the text says all that the fields say.

    Args:
        tool: what was called, and is to be called again when only its arguments were wrong.
    """
    fields = dict(fields_of(error))
    if tool is not None and isinstance(error, _ARGUMENTS):
        fields.setdefault("next_tool", tool)
    return ToolResult(content=text_of(fields), structured_content=fields, is_error=True)


def fields_of(error: SynthAIxError) -> Mapping[str, object]:
    """The contract's error; one of ours is logged under the trace id that the answer names."""
    fields = dict(error.fields())
    if isinstance(error, InternalFault):
        fields["trace_id"] = secrets.token_hex(8)
        log.error("internal fault", exc_info=error.__cause__ or error, extra={"trace_id": fields["trace_id"]})
    else:
        log.info("refused: %s", error.code)
    return fields


def text_of(fields: Mapping[str, object]) -> str:
    """The contract's error in lines."""
    lines = [f"Error {fields['code']}: {fields['message']}"]
    for name in ("field", "allowed", "suggestion", "retry_after_seconds", "trace_id", "next_tool"):
        value = fields.get(name)
        if value is not None:
            told = ", ".join(map(str, value)) if isinstance(value, Sequence) and not isinstance(value, str) else value
            lines.append(f"{name}: {told}")
    return "\n".join(lines)


def _meant(exc: BaseException) -> SynthAIxError:
    """The error that was meant: fastmcp wraps what a tool raises, and its cause is the original."""
    seen: BaseException | None = exc
    while seen is not None:
        if isinstance(seen, SynthAIxError):
            return seen
        seen = seen.__cause__
    fault = InternalFault()
    fault.__cause__ = exc.__cause__ if isinstance(exc, ToolError) and exc.__cause__ is not None else exc
    return fault


def _path(location: Sequence[str | int], properties: Mapping[str, Any]) -> str:
    """Where, as a path; only names that the tool has are told, since others were sent."""
    path = ""
    for step in location:
        if isinstance(step, int):
            path += f"[{step}]"
        elif not path and step in properties:
            path = step
    return path or "arguments"
