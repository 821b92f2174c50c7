"""A reply on its way out: text that is complete in itself, and the same as fields."""

from collections.abc import Sequence

from fastmcp.tools import ToolResult
from mcp.types import ContentBlock, ResourceLink, TextContent

from synthaix.tools.replies import Reply
from synthaix.tools.views import call


def answer(reply: Reply, text: str, links: Sequence[ResourceLink] = ()) -> ToolResult:
    """The result of a tool: the text, ending with the next call, and the reply's fields."""
    lines = text if reply.next is None else f"{text}\n\nNext: {call(reply.next.tool, reply.next.arguments)}"
    content: list[ContentBlock] = [TextContent(type="text", text=lines), *links]
    return ToolResult(content=content, structured_content=reply.plain())
