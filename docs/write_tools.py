"""Write docs/tools: a page for each tool, from the definitions that agents are sent.

uv run python docs/write_tools.py            # write
uv run python docs/write_tools.py --check    # exit 1 when a page is not current
"""

import asyncio
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mcp.types import Tool

from synthaix.server.app import build_server
from synthaix.server.settings import Settings

FOLDER = Path(__file__).parent / "tools"
ANSWER = "A text that is complete in itself, and these fields. A field that says nothing is left out."
HINTS = {
    "readOnlyHint": "only reads",
    "destructiveHint": "may take something away",
    "idempotentHint": "called twice, does once",
    "openWorldHint": "may ask a model's provider",
}


async def definitions() -> list[Tool]:
    """The tools as a client sees them."""
    return [tool.to_mcp_tool() for tool in await build_server(Settings()).list_tools()]


def page(tool: Tool) -> str:
    """One tool's page."""
    words = (tool.description or "").strip()
    arguments, answer = tool.input_schema, tool.output_schema or {}
    lines = [f"# `{tool.name}`", "", f"**{tool.title}.** {words.splitlines()[0]}", "", *words.splitlines()[1:], ""]
    lines += [f"To hosts it says: {', '.join(_hints(tool)) or 'nothing special'}.", "", "## Arguments", ""]
    lines += _table(("argument", "type", "default", "meaning"), _arguments(arguments))
    lines += ["", "## Answer", "", ANSWER, ""]
    lines += _table(("field", "type", "meaning"), _fields(answer))
    lines += ["", "What can go wrong: [errors](../errors.md).", ""]
    return "\n".join(lines)


def index(tools: list[Tool]) -> str:
    """The list of pages."""
    says = {tool.name: (tool.description or "").strip().splitlines()[0] for tool in tools}
    rows = [f"| [`{name}`]({name}.md) | {words} |" for name, words in says.items()]
    return "\n".join(["# The nine tools", "", "| tool | what it does |", "|---|---|", *rows, ""])


def _hints(tool: Tool) -> list[str]:
    given = tool.annotations.model_dump(by_alias=True) if tool.annotations else {}
    return [words for name, words in HINTS.items() if given.get(name)]


def _arguments(schema: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    needed = schema.get("required", [])
    for name, field in schema.get("properties", {}).items():
        default = "required" if name in needed else f"`{json.dumps(field['default'])}`" if "default" in field else ""
        examples = ", ".join(f"`{json.dumps(each, ensure_ascii=False)}`" for each in field.get("examples", ()))
        meaning = " ".join(filter(None, (field.get("description", ""), f"Example: {examples}" if examples else "")))
        yield f"`{name}`", _type(field), default, meaning


def _fields(schema: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    always = schema.get("required", [])
    for name, field in schema.get("properties", {}).items():
        yield f"`{name}`" + (" (always)" if name in always else ""), _type(field), field.get("description", "")


def _type(field: dict[str, Any]) -> str:
    if "enum" in field:
        return " or ".join(f"`{each}`" for each in field["enum"])
    if "anyOf" in field:
        return " or ".join(_type(each) for each in field["anyOf"])
    if field.get("type") == "array" and "items" in field:
        return f"list of {_type(field['items'])}"
    bounds = {"minimum": "from", "maximum": "to", "maxLength": "at most", "maxItems": "at most"}
    said = " ".join(f"{words} {field[key]:,}" for key, words in bounds.items() if key in field)
    return " ".join(filter(None, (str(field.get("type", "any")), said)))


def _table(head: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> list[str]:
    written = ["| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in row) + " |" for row in rows]
    return ["| " + " | ".join(head) + " |", "|" + "---|" * len(head), *written]


def main() -> int:
    """Write, or compare."""
    tools = asyncio.run(definitions())
    pages = {f"{tool.name}.md": page(tool) for tool in tools} | {"README.md": index(tools)}
    there = {path.name: path.read_text("utf-8") for path in FOLDER.glob("*.md")}
    if "--check" in sys.argv:
        return int(pages != there)
    FOLDER.mkdir(exist_ok=True)
    for name in there.keys() - pages.keys():
        (FOLDER / name).unlink()
    for name, text in pages.items():
        (FOLDER / name).write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
