"""How soon the MCP App page is drawn, in Chromium inside the official bridge, before the real server.

    uv run --group browser python benchmarks/page.py

First contentful paint of the page's own frame, from when its host gives it its address; median and most of seven cards,
each in a new tab. The host is that of the browser tests.
"""

import statistics
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
CARDS = 7
PAINTED = """() => new Promise((done) => new PerformanceObserver((seen) =>
    seen.getEntriesByName("first-contentful-paint").forEach((entry) => done(entry.startTime))
).observe({ type: "paint", buffered: true }))"""


@pytest.mark.timeout(300)
async def first_paint(opened: Any) -> None:
    """Open cards and print how long each took."""
    taken = []
    for _ in range(CARDS):
        async with opened() as card:
            await card.open("translate_schema", prompt="500 customers with name, email and city")
            await card.ui.get_by_role("button", name="Approve & generate").wait_for()
            taken.append(await card.page.frames[-1].evaluate(PAINTED))
    middle = statistics.median(taken)
    print(f"\nfirst contentful paint: median {middle:.0f} ms, most {max(taken):.0f} ms, {CARDS} cards")


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    host = ["-p", "tests.conftest", "-p", "tests.server.page.conftest"]
    chosen = ["-o", "python_functions=first_paint", "-o", "python_files=page.py", "-m", ""]
    raise SystemExit(pytest.main([__file__, "--rootdir", str(ROOT), "-q", "-s", "-n", "0", *host, *chosen]))
