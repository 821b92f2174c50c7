"""Reports of real jobs: written, found again, and verified against a store that somebody changed."""

import hashlib
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from synthaix.orchestration.config import Config
from synthaix.orchestration.engine import Engine
from synthaix.orchestration.errors import ArgumentInvalid, JobNotFound
from synthaix.orchestration.jobs.order import Order
from synthaix.orchestration.jobs.reporting import ReportFile

SHOP: dict[str, Any] = {
    "tables": [
        {"name": "shops", "columns": [
            {"name": "id", "type": "integer", "constraints": {"distribution": {"name": "sequence"}}},
            {"name": "size", "type": "category", "constraints": {"enum": ["s", "m"], "weights": [3, 1]}},
            {"name": "rent", "type": "decimal", "constraints": {"min": 1, "max": 900}}]},
        {"name": "sales", "rows_per_parent": {"min": 1, "max": 3}, "columns": [
            {"name": "shop", "type": "integer", "constraints": {"references": "shops.id"}},
            {"name": "amount", "type": "decimal", "constraints": {"min": 0, "max": 5000}}]},
    ]
}  # fmt: skip
FEW = {"columns": [{"name": "letter", "type": "category", "constraints": {"enum": list("abcdefgh")}},
                   {"name": "n", "type": "integer", "constraints": {"min": 1, "max": 4}}]}  # fmt: skip


async def job_of(engine: Engine, schema: object = SHOP, rows: int = 300) -> str:
    job = await engine.start(Order(rows, schema=schema, seed=3), owner="local", confirmed=True)
    while job.status in ("pending", "processing"):
        job = await engine.status(job.job_id, owner="local", wait_seconds=20)
    assert job.status == "completed"
    return job.job_id


async def report_of(engine: Engine, job_id: str, format: Any = "json") -> tuple[ReportFile, bytes]:
    made = await engine.report(job_id, owner="local", format=format, wait_seconds=20)
    assert made.path is not None
    return made, made.path.read_bytes()


async def said(engine: Engine, report: bytes, **where: Any) -> dict[str, str]:
    """What is not as reported."""
    findings = await engine.verify(report, owner="local", **where)
    return {each.what: each.said for each in findings if not each.good}


async def test_a_report_is_a_page_and_its_figures(engine: Engine) -> None:
    """Two files of one making, with their hashes, whole rows counted, the manifest complete."""
    job_id = await job_of(engine)
    await engine.export(job_id, owner="local", table="sales", format="csv")
    (page, html), (figures, stored) = await report_of(engine, job_id, "html"), await report_of(engine, job_id)
    document = orjson.loads(stored)
    assert page.sha256 == hashlib.sha256(html).hexdigest()
    assert (figures.sha256, figures.bytes) == (hashlib.sha256(stored).hexdigest(), len(stored))
    assert page.verdict == figures.verdict == document["verdict"]
    assert document["verdict"]["orphans"] == document["verdict"]["invalid_rows"] == 0
    manifest = document["manifest"]
    assert (manifest["seed"], manifest["rows"]["shops"], manifest["model"]) == (3, 300, None)
    assert [(each["table"], each["format"]) for each in manifest["exports"]] == [("sales", "csv")]
    assert {"python", "synthaix", "numpy"} <= manifest["versions"].keys()
    assert figures.path is not None
    assert manifest["verify"].endswith(figures.path.name)
    assert html.startswith(b"<!doctype html>")


async def test_a_report_is_found_again_until_something_changes(engine: Engine) -> None:
    """The same file while it is there and true; a new one for a new export or a lost file."""
    job_id = await job_of(engine)
    first, _ = await report_of(engine, job_id)
    again, _ = await report_of(engine, job_id)
    assert again is first
    await engine.export(job_id, owner="local", format="csv")
    later, stored = await report_of(engine, job_id)
    assert later is not first
    assert len(orjson.loads(stored)["manifest"]["exports"]) == 1
    assert later.path is not None
    later.path.unlink()
    assert (await report_of(engine, job_id))[0].path == later.path


async def test_duplicates_have_examples(engine: Engine) -> None:
    """A refused candidate beside the row that it repeats, at most three of a stage; job_status stays small."""
    job_id = await job_of(engine, FEW, 30)
    found = orjson.loads((await report_of(engine, job_id))[1])["duplicates"]
    assert found["total"] == sum(found["by_stage"].values()) > 3
    assert 0 < len(found["examples"]) <= 3
    rows = (await engine.page(job_id, owner="local", limit=30)).rows
    for example in found["examples"]:
        assert example["candidate"] == example["row"] == list(rows[example["of"]].values())
    assert "examples" not in (await engine.status(job_id, owner="local")).detail


async def test_another_owner_has_no_report(engine: Engine) -> None:
    """Neither to make nor to hold against rows."""
    job_id = await job_of(engine, FEW, 10)
    _, stored = await report_of(engine, job_id)
    with pytest.raises(JobNotFound):
        await engine.report(job_id, owner="someone else")
    with pytest.raises(JobNotFound):
        await engine.verify(stored, owner="someone else")
    with pytest.raises(ArgumentInvalid):
        await engine.report(job_id, owner="local", format="pdf")  # type: ignore[arg-type]  # what the tool would pass on


def _change_cell(store: sqlite3.Connection) -> None:
    (body,) = store.execute("SELECT body FROM rows WHERE table_index = 1 AND seq = 41").fetchone()
    row = orjson.loads(body)
    row[1] = 4999.99 if row[1] != 4999.99 else 1.0
    store.execute("UPDATE rows SET body = ? WHERE table_index = 1 AND seq = 41", (orjson.dumps(row),))


def _lose_row(store: sqlite3.Connection) -> None:
    store.execute("DELETE FROM rows WHERE table_index = 0 AND seq = 122")


def _edit_schema(store: sqlite3.Connection) -> None:
    (schema,) = store.execute("SELECT schema FROM jobs").fetchone()
    store.execute("UPDATE jobs SET schema = ?", (schema.replace(b'"max":5000', b'"max":5001'),))


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (_change_cell, {"table sales in the store": "row 42 differs in column amount"}),
        (_lose_row, {"table shops in the store": "299 rows, 1 fewer than the 300 reported: row 123 is missing"}),
        (_edit_schema, {"schema in the store": "another one: column sales.amount"}),
    ],
)
async def test_what_was_changed_in_the_store_is_named(
    tmp_path: Path, change: Callable[[sqlite3.Connection], None], found: dict[str, str]
) -> None:
    """One cell, one row, one number in the schema; by another hand, while nobody runs."""
    config = Config(home=tmp_path / "home", embedder="hash")
    engine = Engine(config)
    await engine.open()
    _, stored = await report_of(engine, await job_of(engine))
    assert await said(engine, stored) == {}
    await engine.aclose()
    store = sqlite3.connect(config.home / "synthaix.db")
    change(store)
    store.commit()
    store.close()
    engine = Engine(config)
    await engine.open()
    assert await said(engine, stored) == found
    await engine.aclose()


async def test_an_edited_report_is_found(engine: Engine) -> None:
    """Its figures by its own digest, its schema by the manifest's hash too."""
    _, stored = await report_of(engine, await job_of(engine))
    figures = stored.replace(b'"invalid_rows": 0', b'"invalid_rows": 1', 1)
    assert await said(engine, figures) == {"report": "edited since it was made"}
    schema = stored.replace(b'"max": 5000', b'"max": 5001')
    assert (await said(engine, schema)).keys() == {"report", "schema in the report"}
    with pytest.raises(ArgumentInvalid):
        await engine.verify(stored.replace(b'"fingerprint"', b'"finger"'), owner="local")


@pytest.mark.parametrize("form", ["csv", "json", "jsonl", "parquet"])
async def test_an_export_is_as_reported(engine: Engine, form: str) -> None:
    """Each format that can be read back, and without the store's job as well."""
    job_id = await job_of(engine)
    _, stored = await report_of(engine, job_id)
    made = await engine.export(job_id, owner="local", table="sales", format=form)
    assert await said(engine, stored, rows=made.path, table="sales") == {}
    assert made.path is not None
    kept = made.path.parent.parent / made.path.name
    kept.write_bytes(made.path.read_bytes())
    await engine.remove(job_id, owner="local")
    assert await said(engine, stored, rows=kept, table="sales") == {}
    with pytest.raises(JobNotFound) as caught:
        await engine.verify(stored, owner="local")
    assert "--rows" in caught.value.message


async def test_an_export_with_one_cell_changed_or_one_row_gone_is_not(engine: Engine) -> None:
    """Which, in the file's terms."""
    job_id = await job_of(engine)
    _, stored = await report_of(engine, job_id)
    made = await engine.export(job_id, owner="local", table="shops", format="csv")
    assert made.path is not None
    lines = made.path.read_text().splitlines(keepends=True)
    what = f"table shops in {made.path.name}"
    made.path.write_text("".join([*lines[:8], lines[8].replace(",", ",0", 1), *lines[9:]]))
    assert await said(engine, stored, rows=made.path) == {what: "row 8 differs in column size"}
    made.path.write_text("".join([*lines[:8], *lines[9:]]))
    assert (await said(engine, stored, rows=made.path))[what].endswith("row 8 is missing")
    made.path.write_text("".join([*lines, "301,s,1.00\n"]))
    assert (await said(engine, stored, rows=made.path))[what].startswith("301 rows, 1 more")
    with pytest.raises(ArgumentInvalid):
        await engine.verify(stored, owner="local", rows=made.path, table="nothing")


async def test_rows_made_since_are_no_difference(engine: Engine) -> None:
    """A report is of the rows that there were."""
    job_id = await job_of(engine, {"columns": SHOP["tables"][0]["columns"]}, 100)
    _, stored = await report_of(engine, job_id)
    job = await engine.resume(job_id, owner="local", total_rows=150)
    while job.status in ("pending", "processing"):
        job = await engine.status(job_id, owner="local", wait_seconds=20)
    findings = await engine.verify(stored, owner="local")
    assert all(each.good for each in findings)
    assert findings[-1].said.endswith("50 more since")


async def test_files_go_with_the_job(engine: Engine) -> None:
    """A deleted job leaves no report behind."""
    job_id = await job_of(engine, FEW, 10)
    made, _ = await report_of(engine, job_id)
    await engine.remove(job_id, owner="local")
    assert made.path is not None
    assert not made.path.exists()
