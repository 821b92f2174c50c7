"""Write README's tables of tools and settings from the code that they describe.

uv run python docs/write_tables.py            # write
uv run python docs/write_tables.py --check    # exit 1 when README is not current
"""

import asyncio
import sys
from pathlib import Path

from synthaix.server.app import build_server
from synthaix.server.settings import Settings, variable

README = Path(__file__).parents[1] / "README.md"


async def tool_rows() -> list[str]:
    """A row for each tool: its name and what it does."""
    tools = await build_server(Settings()).list_tools()
    return [f"| `{tool.name}` | {(tool.description or '').strip().splitlines()[0]} |" for tool in tools]


def setting_rows() -> list[str]:
    """A row for each setting: variable, default, meaning."""
    rows = []
    for name, field in Settings.model_fields.items():
        default = "the user's data folder" if name == "home" else field.default
        shown = "" if default in (None, ()) else f"`{default}`" if name != "home" else str(default)
        rows.append(f"| `{variable(name)}` | {shown} | {field.description} |")
    return rows


def with_table(text: str, name: str, head: tuple[str, ...], rows: list[str]) -> str:
    """The text with the table between its two marks."""
    begin, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
    before, _, rest = text.partition(begin)
    _, _, after = rest.partition(end)
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head), *rows]
    return before + begin + "\n".join(lines) + "\n" + end + after


def main() -> int:
    """Write, or compare."""
    text = README.read_text("utf-8")
    current = with_table(text, "tools", ("tool", "what it does"), asyncio.run(tool_rows()))
    current = with_table(current, "settings", ("setting", "default", "meaning"), setting_rows())
    if "--check" in sys.argv:
        return int(current != text)
    README.write_text(current, "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
