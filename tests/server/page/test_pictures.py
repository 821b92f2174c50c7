"""The page as people see it, from a real run: both themes, wide and narrow."""

from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

REQUEST = (
    "60,000 payments with payment id, customer name, amount between 5 and 900, currency, country, booked at, "
    "status and note"
)
LOOKS = [("light", 820), ("dark", 820), ("light", 420), ("dark", 420)]
SHOWN = LOOKS[0]  # in the documents; the others are made to be looked at
MOST_BYTES = 200_000


@pytest.mark.parametrize(("theme", "width"), LOOKS)
async def test_pictures(opened: Any, pictures: Path, tmp_path: Path, theme: str, width: int) -> None:
    """The three views, one after the other."""
    folder = pictures if (theme, width) == SHOWN else tmp_path
    async with opened(width=width) as card:
        await card.open("translate_schema", theme=theme, prompt=REQUEST)
        approve = card.ui.get_by_role("button", name="Approve & generate")
        await approve.wait_for()
        await card.ui.get_by_role("button", name="Rules of amount").click()
        await card.picture(folder / "schema.webp")
        await approve.click()
        await card.ui.locator(".squares .done").nth(4).wait_for()
        await card.picture(folder / "job.webp")
        await card.ui.get_by_role("button", name="See the rows").click(timeout=120_000)
        await card.ui.get_by_text("all valid").wait_for(timeout=120_000)
        await card.picture(folder / "results.webp")
    sizes = {path.name: path.stat().st_size for path in folder.glob("*.webp")}
    assert len(sizes) == 3
    assert max(sizes.values()) <= MOST_BYTES
