"""How a tool is defined: title, hints, and schemas cut to what an agent needs to read."""

from collections.abc import Callable, Iterable
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin

from fastmcp.tools import FunctionTool, Tool, tool
from mcp.types import Tool as MCPTool
from mcp.types import ToolAnnotations

from synthaix.tools.replies import Reply

Function = TypeVar("Function", bound=Callable[..., Any])

PAGE_URI = "ui://synthaix/app.html"
CARD = {"ui": {"resourceUri": PAGE_URI}, "ui/resourceUri": PAGE_URI}  # some hosts read only the flat key

_NOISE = frozenset({"title", "default", "additionalProperties"})
_JSON_TYPES: dict[Any, str] = {str: "string", int: "integer", float: "number", bool: "boolean"}


def defined(
    title: str, *, reply: type[Reply], reads: bool = False, destroys: bool = False, repeats: bool = False,
    world: bool = False, card: bool = False,
) -> Callable[[Function], Function]:  # fmt: skip
    """Mark a function as an MCP tool.

    Args:
        reply: the model of its answer.
        reads: it leaves nothing behind that someone must clean up.
        destroys: it ends or drops something.
        repeats: calling it again with the same arguments changes nothing more.
        world: it may ask a model out there.
        card: a host that shows MCP Apps shows the page beside its answer; what is asked again and again has none.
    """
    hints = ToolAnnotations(
        read_only_hint=reads, destructive_hint=destroys, idempotent_hint=repeats, open_world_hint=world
    )

    def mark(function: Function) -> Function:
        text = spoken(function)
        made = tool(
            title=title, description=text, annotations=hints, output_schema=outline(reply), meta=CARD if card else None
        )
        return made(function)

    return mark


def spoken(function: Callable[..., Any]) -> str:
    """What the function's docstring says, each paragraph on a line; taken off the function.

    fastmcp looks for sections in a docstring with a library whose import alone takes 0.07 s of the handshake.
    """
    paragraphs = (function.__doc__ or "").split("\n\n")
    function.__doc__ = None
    return "\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)


def defined_tools(functions: Iterable[Callable[..., Any]]) -> list[Tool]:
    """The tools as they are registered, with compact schemas."""
    made: list[Tool] = []
    for function in functions:
        one = BriefTool.from_function(function)
        made.append(one.model_copy(update={"parameters": compact(one.parameters)}))
    return made


class BriefTool(FunctionTool):
    """A tool that tells an agent what it needs, and nothing about the framework."""

    def to_mcp_tool(self, **overrides: Any) -> MCPTool:
        """As it is listed; `_meta` is ours alone, since fastmcp's empty tags weigh as much as a parameter."""
        return super().to_mcp_tool(**{"_meta": self.meta, **overrides})


def compact(parameters: dict[str, Any]) -> dict[str, Any]:
    """An argument schema without what says nothing: titles, and `null` beside the one type that is meant."""
    properties = {name: _property(loose) for name, loose in parameters.get("properties", {}).items()}
    slim: dict[str, Any] = {"type": "object", "properties": properties}
    if parameters.get("required"):
        slim["required"] = parameters["required"]
    return slim | {"additionalProperties": False}


def outline(reply: type[Reply]) -> dict[str, Any]:
    """A reply's schema, one level deep: names and types of its fields, but for those that it keeps unlisted.

    Read off the annotations: pydantic's own schema of all replies takes a tenth of the handshake's time.
    """
    listed = {name: field for name, field in reply.model_fields.items() if name not in reply.unlisted}
    properties = {
        field.alias or name: _type(field.annotation) | ({"description": field.description} if field.description else {})
        for name, field in listed.items()
    }
    required = [field.alias or name for name, field in listed.items() if field.is_required()]
    return {"type": "object", "properties": properties, "required": required}


def _type(annotation: Any) -> dict[str, Any]:
    """The JSON type of an annotation; nothing where it has several."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin in (Union, UnionType):
        options = [each for each in arguments if each is not NoneType]
        return _type(options[0]) if len(options) == 1 else {}
    if origin is Literal:
        return {"type": "string", "enum": list(arguments)}
    if origin is list:
        return {"type": "array", "items": _type(arguments[0])}
    return {"type": _JSON_TYPES.get(origin or annotation, "object")}


def _property(loose: dict[str, Any]) -> dict[str, Any]:
    options = [option for option in loose.get("anyOf", []) if option.get("type") != "null"]
    slim = {key: value for key, value in loose.items() if key not in _NOISE and key != "anyOf"}
    if len(options) == 1:
        slim = {key: value for key, value in options[0].items() if key not in _NOISE} | slim
    if loose.get("default") is not None:
        slim["default"] = loose["default"]
    return slim

