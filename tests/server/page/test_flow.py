"""What a person does on the page, before the real server."""

import re
from typing import Any

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

SCHEMA: dict[str, Any] = {
    "name": "visits",
    "columns": [
        {"name": "visitor", "type": "string", "kind": "person.full_name"},
        {"name": "age", "type": "integer", "constraints": {"min": 18, "max": 90}},
        {"name": "ward", "type": "category", "constraints": {"enum": ["north", "south", "west"]}},
    ],
}
SLOW_ROWS = 2_000_000  # that no machine makes while a button is sought


@pytest.fixture
def expect() -> Any:
    """The driver's own assertions, which wait."""
    return pytest.importorskip("playwright.async_api", reason="needs `uv pip install --group browser`").expect


async def test_from_a_schema_to_a_file(opened: Any, expect: Any) -> None:
    """An edit the server refuses is said at its field; mended, approved and done, rows are paged and downloaded."""
    async with opened() as card:
        ui = card.ui
        await card.open("translate_schema", schema=SCHEMA)
        approve = ui.get_by_role("button", name="Approve & generate")
        await expect(approve).to_be_enabled()
        await ui.get_by_role("button", name="Rules of age").click()
        least = ui.get_by_label("Least")
        await least.fill("95")
        await expect(ui.get_by_role("alert")).to_contain_text("`min` is above `max`")
        await expect(least).to_have_attribute("aria-invalid", "true")
        await expect(approve).to_be_disabled()
        await least.fill("21")
        await expect(ui.get_by_role("alert")).to_have_count(0)
        await ui.get_by_label("Rows", exact=True).fill("250")
        await expect(approve).to_be_enabled()
        await approve.click()
        await ui.get_by_role("button", name="See the rows").click()
        await expect(ui.get_by_text("all valid")).to_be_visible()
        assert re.search("approved schema sch_.* after editing it for 250 rows", str(await card.heard("context")))
        grid = ui.get_by_role("region", name="Rows of visits")
        await expect(grid.get_by_role("row")).to_have_count(21)
        await expect(ui.get_by_role("img", name="Spread of age")).to_be_visible()
        first = await grid.get_by_role("cell").first.text_content()
        await ui.get_by_role("button", name="Next").click()
        await expect(ui.get_by_text("Rows 21 – 40 of 250")).to_be_visible()
        await ui.get_by_role("button", name="Previous").click()
        await expect(grid.get_by_role("cell").first).to_have_text(first or "")
        await grid.get_by_role("button", name="age").click()
        ages = [int(await cell.inner_text()) for cell in await grid.locator("td:nth-child(2)").all()]
        assert ages == sorted(ages)
        await ui.get_by_role("button", name="Download CSV").click()
        await expect(ui.get_by_text("handed to your app")).to_be_visible()
        (link,) = (await card.heard("download"))[0]["contents"]
        assert link["name"].endswith(".csv")
        calls = {asked["name"] for asked in await card.heard("call")}
        assert calls == {"translate_schema", "start_generation", "job_status", "fetch_results"}


async def test_a_running_job_is_paused_resumed_and_cancelled(opened: Any, expect: Any) -> None:
    """The buttons do what they say, and the job's state is the server's."""
    async with opened() as card:
        ui = card.ui
        asked = await card.client.call_tool("start_generation", {"schema": SCHEMA, "total_rows": SLOW_ROWS})
        await card.open("start_generation", **asked.structured_content["next"]["arguments"])
        await expect(ui.get_by_role("progressbar", name="Rows")).to_be_visible()
        await ui.get_by_role("button", name="Pause").click()
        await expect(ui.get_by_text("You paused it.")).to_be_visible(timeout=20_000)
        await ui.get_by_role("button", name="Resume").click()
        await expect(ui.get_by_text("processing")).to_be_visible(timeout=20_000)
        await ui.get_by_role("button", name="Cancel").click()
        await ui.get_by_role("button", name="Yes, cancel").click()
        await expect(ui.get_by_text("cancelled")).to_be_visible(timeout=20_000)
        await expect(ui.get_by_role("button", name="Resume")).to_have_count(0)


async def test_columns_are_added_moved_and_removed(opened: Any, expect: Any) -> None:
    """And the caret stays where the user types while the server's answers arrive."""
    async with opened() as card:
        ui = card.ui
        await card.open("translate_schema", schema=SCHEMA)
        await ui.get_by_role("button", name="Add a column").click()
        name = ui.get_by_role("group", name="Column column_1").get_by_label("Name")
        await name.fill("email_address")
        typed = ui.get_by_label("Name", exact=True).nth(3)
        await typed.press("Home")
        await typed.press_sequentially("work_", delay=130)
        await expect(typed).to_have_value("work_email_address")
        await ui.get_by_role("button", name="Move work_email_address up").click()
        await ui.get_by_role("button", name="Remove ward").click()
        await expect(ui.get_by_role("button", name="Approve & generate")).to_be_enabled()
        sent = [asked["arguments"]["schema"] for asked in await card.heard("call")][-1]
        assert [column["name"] for column in sent["columns"]] == ["visitor", "age", "work_email_address"]


async def test_questions_are_choices(opened: Any, expect: Any) -> None:
    """What is assumed is marked; another number of rows is taken over, what needs words opens the box for them."""
    async with opened() as card:
        await card.open("translate_schema", prompt="payments with type and amount")
        count = card.ui.get_by_role("group", name="How many rows?")
        await expect(count.get_by_role("button", name="100", exact=True)).to_have_attribute("aria-pressed", "true")
        await count.get_by_role("button", name="10,000").click()
        await expect(card.ui.get_by_label("Rows", exact=True)).to_have_value("10000")
        values = card.ui.get_by_role("group", name="Which values can")
        usual = values.get_by_role("button", name="keep the usual ones")
        await expect(usual).to_have_attribute("aria-pressed", "true")
        await values.get_by_role("button", name="list them").click()
        await expect(card.ui.get_by_label("What should change?")).to_have_value("type: list them")


async def test_changes_are_asked_for_in_words(opened: Any, expect: Any) -> None:
    """The server revises what it understands; the assistant gets what it does not."""
    async with opened() as card:
        ui = card.ui
        await card.open("translate_schema", schema=SCHEMA)
        await ui.get_by_role("button", name="Ask for changes").click()
        await ui.get_by_label("What should change?").fill("age between 30 and 40")
        await ui.get_by_role("button", name="Apply").click()
        await expect(ui.get_by_role("button", name="Rules of age: 30 – 40")).to_be_visible()
        await ui.get_by_role("button", name="Ask for changes").click()
        await ui.get_by_label("What should change?").fill("make it nicer")
        await ui.get_by_role("button", name="Ask the assistant instead").click()
        await expect(ui.get_by_label("What should change?")).to_have_count(0)
        assert "make it nicer" in str(await card.heard("message"))


async def test_a_question_to_the_user_is_shown_with_its_schema(opened: Any, expect: Any) -> None:
    """A card of `confirmation_required` reads the schema anew by its id; the yes starts that very job."""
    async with opened() as card:
        ui = card.ui
        await card.open("start_generation", schema=SCHEMA, total_rows=40)
        await expect(ui.get_by_text("These are the terms for 40 rows")).to_be_visible()
        await expect(ui.get_by_role("group", name="Column visitor")).to_be_visible()
        await ui.get_by_role("button", name="Start for free").click()
        await expect(ui.get_by_role("button", name="See the rows")).to_be_visible()


async def test_refused_duplicates_are_shown_with_what_differs(opened: Any, expect: Any) -> None:
    """Each beside the row that it repeats."""
    few = {"name": "pairs", "columns": [
        {"name": "a", "type": "integer", "constraints": {"min": 1, "max": 20}},
        {"name": "b", "type": "category", "constraints": {"enum": ["x", "y"]}},
    ]}  # fmt: skip
    async with opened(confirm="off") as card:
        started = await card.client.call_tool("start_generation", {"schema": few, "total_rows": 36})
        job_id = started.structured_content["job_id"]
        await card.client.call_tool("job_status", {"job_id": job_id, "wait_seconds": 25})
        await card.open("fetch_results", job_id=job_id)
        await card.ui.get_by_role("button", name=re.compile("duplicates? refused")).click()
        drawer = card.ui.get_by_role("region", name="Nearest duplicates")
        await expect(drawer.get_by_role("rowheader", name="refused").first).to_be_visible()


async def test_markup_in_cells_stays_text(opened: Any, expect: Any) -> None:
    """Rows are untrusted: nothing in them becomes an element or runs."""
    evil = "<img src=x onerror=alert(1)>"
    note = {"name": "note", "type": "category", "constraints": {"enum": [evil, "<b>bold</b>"]}}
    schema = {"columns": [{"name": "id", "type": "uuid"}, note]}
    async with opened(confirm="off") as card:
        started = await card.client.call_tool("start_generation", {"schema": schema, "total_rows": 20})
        job_id = started.structured_content["job_id"]
        await card.client.call_tool("job_status", {"job_id": job_id, "wait_seconds": 25})
        await card.open("fetch_results", job_id=job_id)
        await expect(card.ui.get_by_role("cell", name=evil).first).to_be_visible()
        await expect(card.ui.locator("img:not([role]), b:text('bold')")).to_have_count(0)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [820, 420])
async def test_no_serious_barrier(opened: Any, expect: Any, axe: str, theme: str, width: int) -> None:
    """axe-core finds no serious or critical violation in any of the views, and nothing is wider than the window."""
    async with opened(width=width) as card:
        ui = card.ui
        await card.open("translate_schema", schema=SCHEMA, theme=theme)
        await ui.get_by_role("button", name="Rules of age").click()
        await expect(ui.get_by_role("button", name="Approve & generate")).to_be_enabled()
        found = {"schema": await _barriers(card, axe)}
        await ui.get_by_role("button", name="Approve & generate").click()
        await ui.get_by_role("button", name="See the rows").wait_for()
        found["job"] = await _barriers(card, axe)
        await ui.get_by_role("button", name="See the rows").click()
        await expect(ui.get_by_text("all valid")).to_be_visible()
        found["results"] = await _barriers(card, axe)
    assert found == {"schema": [], "job": [], "results": []}


async def _barriers(card: Any, axe: str) -> list[str]:
    """What axe-core complains about, and whether the card is too wide."""
    frame = card.page.frames[-1]
    if not await frame.evaluate("() => 'axe' in window"):
        await frame.evaluate(axe)
    run = "async () => (await axe.run({ resultTypes: ['violations'] })).violations"
    found = await frame.evaluate(run)
    serious = [f"{each['id']}: {[node['html'][:120] for node in each['nodes'][:3]]}" for each in found
               if each["impact"] in ("serious", "critical")]  # fmt: skip
    wide = await frame.evaluate("() => document.documentElement.scrollWidth - innerWidth")
    return [*serious, *([f"{wide} px too wide"] if wide > 0 else [])]
