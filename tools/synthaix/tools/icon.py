"""The mark that hosts show beside the server, its prompts and its resources: a table whose last row is new.

The tools go without: nine times an image would take a seventh of what their definitions may weigh.
"""

from base64 import b64encode

from mcp.types import Icon

_DRAWN = (
    "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24' fill='none' stroke='#0f766e' stroke-width='2'>"
    "<rect x='3' y='3' width='18' height='18' rx='3'/><path d='M3 9h18M3 15h18M10 3v18'/>"
    "<path d='M14 18h4M16 16v4' stroke='#d97706'/></svg>"
)
ICONS = [
    Icon(src=f"data:image/svg+xml;base64,{b64encode(_DRAWN.encode()).decode()}", mime_type="image/svg+xml",
         sizes=["any"])
]  # fmt: skip
