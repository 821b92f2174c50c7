"""Jobs that extend others: no row of the earlier ones comes again, whatever happens on the way."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import anyio
import pytest
from pydantic import SecretStr

from synthaix.orchestration.config import Config
from synthaix.orchestration.engine import Engine
from synthaix.orchestration.errors import ArgumentInvalid, JobBusy, JobNotFound, JobNotResumable, SynthAIxError
from synthaix.orchestration.jobs.order import Order
from synthaix.orchestration.jobs.states import JobView

ID = {"name": "id", "type": "integer", "constraints": {"unique": True, "distribution": {"name": "sequence"}}}
CODE = {"name": "code", "type": "integer", "constraints": {"unique": True, "min": 1, "max": 900}}
MARK = {"name": "mark", "type": "integer", "constraints": {"min": 1, "max": 700}}
COLOUR = {"name": "colour", "type": "category", "constraints": {"enum": ["red", "green", "blue", "black", "white"]}}
SCHEMA: dict[str, Any] = {"columns": [ID, CODE, MARK, COLOUR]}
WIDER: dict[str, Any] = {"columns": [ID, {**MARK, "constraints": {"min": 1, "max": 3_500}}, COLOUR]}
NARROW: dict[str, Any] = {"columns": [ID, MARK, COLOUR]}  # 3,500 different rows, so that draws do meet


async def ended(engine: Engine, order: Order, owner: str = "ana") -> JobView:
    """The job at its end."""
    view = await engine.start(order, owner=owner, confirmed=True)
    while view.status in ("pending", "processing", "paused"):
        view = await engine.status(view.job_id, owner=owner, wait_seconds=20)
    return view


async def rows_of(engine: Engine, view: JobView, table: str | None = None) -> list[dict[str, Any]]:
    """All its rows."""
    page = await engine.page(view.job_id, owner=view.owner, table=table, limit=500)
    assert page.next_cursor is None
    return list(page.rows)


def without_id(rows: list[dict[str, Any]]) -> set[tuple[Any, ...]]:
    """The rows as they are compared."""
    return {tuple(cell for name, cell in row.items() if name != "id") for row in rows}


async def test_a_second_job_repeats_no_row_value_or_number_of_the_first(engine: Engine) -> None:
    """Rows and unique values are others, the sequence goes on, and the status names the first job."""
    first = await ended(engine, Order(300, schema=SCHEMA, seed=1, chunk_size=50))
    second = await ended(engine, Order(300, schema_id=first.schema_id, seed=2, chunk_size=50, extend=first.job_id))
    assert (second.status, second.rows_generated) == ("completed", 300)
    one, two = await rows_of(engine, first), await rows_of(engine, second)
    assert [row["id"] for row in two] == list(range(301, 601))
    assert len({row["code"] for row in one + two}) == 600
    assert second.rows_deduplicated > 0
    assert second.detail["extends"] == {first.job_id: {"rows": 300}}


async def test_what_extends_an_extension_repeats_neither(engine: Engine) -> None:
    """Three jobs in a row: 600 rows that differ, and the third's note says so before it starts."""
    order = Order(40, schema=NARROW, seed=1, chunk_size=20)
    jobs = [await ended(engine, order)]
    jobs.append(await ended(engine, replace(order, seed=2, extend=jobs[0].job_id)))
    third = replace(order, seed=3, extend=jobs[1].job_id)
    quote = await engine.quote(third, owner="ana")
    jobs.append(await ended(engine, third))
    rows = [row for job in jobs for row in await rows_of(engine, job)]
    assert quote.warnings[-1].startswith("The 80 rows of 2 earlier jobs are not repeated")
    quote = await engine.quote(replace(third, total_rows=60, extend=jobs[2].job_id, seed=4), owner="ana")
    assert quote.warnings[-1].startswith("Without `id` only about 3,500 different rows exist")
    assert [row["id"] for row in rows] == list(range(1, 121))
    assert len(without_id(rows)) == 120


async def test_a_collection_gathers_its_owners_jobs(engine: Engine) -> None:
    """Its name begins it; another owner's of the same name is another one."""
    jobs = [await ended(engine, Order(40, schema=NARROW, seed=seed, extend="my customers")) for seed in (1, 2, 3)]
    rows = [row for job in jobs for row in await rows_of(engine, job)]
    assert len(without_id(rows)) == 120
    assert [row["id"] for row in rows] == list(range(1, 121))
    assert jobs[2].detail["collection"] == "my customers"
    theirs = await ended(engine, Order(40, schema=NARROW, seed=1, extend="my customers"), owner="ben")
    assert await rows_of(engine, theirs) == await rows_of(engine, jobs[0])


async def test_jobs_that_join_a_collection_at_once_repeat_nothing(engine: Engine) -> None:
    """Whoever comes while another runs is told to come again, since neither could know the other's rows."""
    outcomes: list[JobView | JobBusy] = []

    async def start(seed: int) -> None:
        order = Order(40, schema=NARROW, seed=seed, extend="customers")
        try:
            outcomes.append(await engine.start(order, owner="ana", confirmed=True))
        except JobBusy as exc:
            outcomes.append(exc)

    async with anyio.create_task_group() as group:
        for seed in range(1, 4):
            group.start_soon(start, seed)
    accepted = [each for each in outcomes if isinstance(each, JobView)]
    assert accepted
    for each in accepted:
        assert (await engine.status(each.job_id, owner="ana", wait_seconds=25)).status == "completed"
    rows = [row for each in accepted for row in await rows_of(engine, each)]
    assert len(without_id(rows)) == len(rows) == 40 * len(accepted)


async def test_a_repeated_row_is_told_with_its_job(engine: Engine) -> None:
    """check_duplicates names the job that has it, and so does the report's example."""
    first = await ended(engine, Order(400, schema=WIDER, seed=1))
    second = await ended(engine, Order(400, schema=WIDER, seed=2, extend=first.job_id))
    one, two = await rows_of(engine, first), await rows_of(engine, second)
    check = await engine.check([one[7], two[9]], owner="ana", job_id=second.job_id)
    assert [match.of for match in check.matches] == [f"row 7 of {first.job_id}", "row 9"]
    assert check.compared_with == 801
    assert second.rows_deduplicated > 0
    report = await engine.report(second.job_id, owner="ana", format="html", wait_seconds=20)
    assert report.path is not None
    assert f"of {first.job_id}" in report.path.read_text("utf-8")


@pytest.mark.parametrize(
    ("columns", "said"),
    [([ID, MARK, COLOUR, {"name": "size", "type": "integer", "constraints": {"min": 1, "max": 9}}], "`size`"),
     ([ID, {"name": "mark", "type": "string"}, COLOUR], "`mark`"),
     ([{**ID, "constraints": {"unique": True, "distribution": {"name": "sequence", "start": 5}}}, MARK, COLOUR],
      "`id`")],
)  # fmt: skip
async def test_rows_that_cannot_be_compared_are_refused(engine: Engine, columns: Any, said: str) -> None:
    """A compared column that is new or of another type, and a sequence that does not go on."""
    first = await ended(engine, Order(20, schema=NARROW, seed=1))
    with pytest.raises(ArgumentInvalid) as refused:
        await engine.start(
            Order(20, schema={"columns": columns}, extend=first.job_id, seed=3), owner="ana", confirmed=True
        )
    assert refused.value.field == "extend"
    assert said in refused.value.message


async def test_other_columns_beside_the_compared_ones_are_fine(engine: Engine) -> None:
    """The earlier job may have more columns, the new one more identifiers, and another order of them."""
    first = await ended(engine, Order(80, schema=NARROW, seed=1))
    more = {"columns": [COLOUR, MARK, {"name": "key", "type": "uuid"}]}
    second = await ended(engine, Order(80, schema=more, seed=2, extend=first.job_id))
    assert second.status == "completed"
    one = {(row["colour"], row["mark"]) for row in await rows_of(engine, first)}
    assert one.isdisjoint((row["colour"], row["mark"]) for row in await rows_of(engine, second))


@pytest.mark.parametrize(
    ("change", "error", "field"),
    [({"extend": "job_unknown"}, JobNotFound, "extend"), ({"extend": "-"}, ArgumentInvalid, "extend"),
     ({"extend": "a" * 65}, ArgumentInvalid, "extend"), ({"seed": 1}, ArgumentInvalid, "seed")],
)  # fmt: skip
async def test_what_cannot_be_extended_is_refused(
    engine: Engine, change: Mapping[str, Any], error: type[SynthAIxError], field: str
) -> None:
    """No such job, no possible name, and the seed that would make the same rows."""
    first = await ended(engine, Order(20, schema=NARROW, seed=1))
    order = replace(Order(20, schema=NARROW, seed=2, extend=first.job_id), **change)
    with pytest.raises(error) as refused:
        await engine.start(order, owner="ana", confirmed=True)
    assert refused.value.field == field


async def test_another_owners_job_is_not_there(engine: Engine) -> None:
    """As everywhere."""
    first = await ended(engine, Order(20, schema=NARROW, seed=1))
    with pytest.raises(JobNotFound):
        await engine.start(Order(20, schema=NARROW, extend=first.job_id), owner="ben", confirmed=True)


async def test_an_extended_job_is_kept_and_does_not_grow(engine: Engine) -> None:
    """It can be deleted and resumed once the other is gone; a sweep takes both."""
    first = await ended(engine, Order(20, schema=NARROW, seed=1))
    second = await ended(engine, Order(20, schema=NARROW, seed=2, extend=first.job_id))
    with pytest.raises(JobBusy, match=second.job_id):
        await engine.remove(first.job_id, owner="ana")
    with pytest.raises(JobNotResumable, match=second.job_id):
        await engine.resume(first.job_id, owner="ana", total_rows=30)
    assert await engine.sweep(0, owner="ana") == [second.job_id, first.job_id]


async def test_a_job_extended_while_it_is_deleted_is_kept(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By its id it is refused with whose it is, and a sweep leaves it to the next."""
    first = await ended(engine, Order(20, schema=NARROW, seed=1))
    jobs = (await engine._ready())._store.jobs
    remove, later = jobs.remove, list[JobView]()

    async def overtaken(*args: Any) -> bool:
        if not later:
            later.append(await ended(engine, Order(20, schema=NARROW, seed=2, extend=first.job_id)))
        return await remove(*args)

    monkeypatch.setattr(jobs, "remove", overtaken)
    with pytest.raises(JobBusy, match="must not repeat"):
        await engine.remove(first.job_id, owner="ana")
    await engine.remove(later[0].job_id, owner="ana")
    later.clear()
    assert await engine.sweep(0, owner="ana") == []
    assert await engine.sweep(0, owner="ana") == [later[0].job_id, first.job_id]


async def test_a_job_extended_while_it_is_resumed_does_not_grow(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other one came after the first look, before the change."""
    first = await ended(engine, Order(20, schema=NARROW, seed=1))
    desk = await engine._ready()
    look = desk.check_resume

    async def overtaken(*args: Any, **named: Any) -> JobView:
        view = await look(*args, **named)
        await ended(engine, Order(20, schema=NARROW, seed=2, extend=first.job_id))
        return view

    monkeypatch.setattr(desk, "check_resume", overtaken)
    with pytest.raises(JobNotResumable, match="extends this job"):
        await engine.resume(first.job_id, owner="ana", total_rows=30)
    view = await engine.status(first.job_id, owner="ana")
    assert (view.status, view.total_rows) == ("completed", 20)


async def test_a_running_job_cannot_be_extended(engine: Engine) -> None:
    """Its rows are not all there."""
    wide = {"columns": [{"name": "amount", "type": "decimal", "constraints": {"min": 1, "max": 1e9}}]}
    first = await engine.start(Order(1_000_000, schema=wide, seed=1), owner="ana", confirmed=True)
    with pytest.raises(JobBusy, match=first.job_id):
        await engine.start(Order(20, schema=wide, extend=first.job_id), owner="ana", confirmed=True)
    await engine.cancel(first.job_id, owner="ana")


async def test_a_childs_rows_point_at_the_new_parents(engine: Engine) -> None:
    """Tables of an extension belong together, and references to earlier rows stay inside."""
    staff = {"name": "boss", "type": "integer", "constraints": {"references": "staff.id", "nullable": True}}
    visit = {"name": "staff_id", "type": "integer", "constraints": {"references": "staff.id"}}
    tables = {"tables": [
        {"name": "staff", "columns": [ID, {"name": "name", "type": "string", "kind": "person.full_name"}, staff]},
        {"name": "visits", "rows_per_parent": 2, "columns": [ID, visit, MARK]},
    ]}  # fmt: skip
    first = await ended(engine, Order(50, schema=tables, seed=1))
    second = await ended(engine, Order(50, schema=tables, seed=2, extend=first.job_id))
    assert second.status == "completed", second.last_error
    own = {row["id"] for row in await rows_of(engine, second, "staff")}
    assert own == set(range(51, 101))
    bosses = {row["boss"] for row in await rows_of(engine, second, "staff")} - {None}
    assert bosses <= own
    assert {row["staff_id"] for row in await rows_of(engine, second, "visits")} == own
    assert [row["id"] for row in await rows_of(engine, second, "visits")] == list(range(101, 201))


@pytest.mark.timeout(120)
async def test_written_texts_are_compared_with_those_of_another_embedder(tmp_path: Path, fake_provider: Any) -> None:
    """The first job's vectors are made anew; its own texts are all found, by job and row."""
    review = {"name": "review", "type": "text", "description": "a review", "strategy": "llm",
              "constraints": {"max_length": 400}}  # fmt: skip
    schema = {"columns": [ID, {"name": "stars", "type": "integer", "constraints": {"min": 1, "max": 5}}, review]}
    config = Config(home=tmp_path, provider="openai", model="fake-model", base_url=fake_provider.base_url,
                    api_key=SecretStr("secret"), embedder="use")  # fmt: skip
    jobs: list[JobView] = []
    rows: list[dict[str, Any]] = []
    found: list[str | None] = []
    for seed, embedder in enumerate(("use", "hash")):
        engine = Engine(replace(config, embedder=embedder))
        await engine.open()
        try:
            extend = jobs[-1].job_id if jobs else None
            jobs.append(await ended(engine, Order(20, schema=schema, seed=seed, chunk_size=10, extend=extend)))
            rows += await rows_of(engine, jobs[-1])
            found = [match.of for match in (await engine.check(rows, owner="ana", job_id=jobs[-1].job_id)).matches]
        finally:
            await engine.aclose()
    assert [row["id"] for row in rows] == list(range(1, 41))
    assert len({row["review"] for row in rows}) == 40
    assert found == [*(f"row {seq} of {jobs[0].job_id}" for seq in range(20)), *(f"row {seq}" for seq in range(20))]
