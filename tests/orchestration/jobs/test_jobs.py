"""Jobs end to end through the engine: exactly N, the same for any number of workers, clear about what cannot be."""

import gc
import sqlite3
import weakref
from pathlib import Path
from typing import Any

import pytest

from synthaix.orchestration.config import Config
from synthaix.orchestration.engine import Engine
from synthaix.orchestration.errors import (
    ArgumentInvalid,
    ConfirmationInvalid,
    IdempotencyConflict,
    Infeasible,
    JobBusy,
    JobNotFound,
    JobNotResumable,
    SchemaNotFound,
)
from synthaix.orchestration.jobs.order import Order
from synthaix.orchestration.jobs.running import job_run, means
from synthaix.orchestration.jobs.running.committer import Committer
from synthaix.orchestration.jobs.states import JobView

PEOPLE: dict[str, Any] = {
    "columns": [
        {"name": "id", "type": "integer", "constraints": {"unique": True, "distribution": {"name": "sequence"}}},
        {"name": "name", "type": "string", "kind": "person.full_name"},
        {"name": "score", "type": "float", "constraints": {"min": 0, "max": 1, "decimals": 6}},
    ]
}
SHOP: dict[str, Any] = {
    "tables": [
        {
            "name": "customers",
            "columns": [
                {"name": "customer_id", "type": "integer",
                 "constraints": {"unique": True, "distribution": {"name": "sequence"}}},
                {"name": "email", "type": "string", "kind": "internet.email", "constraints": {"unique": True}},
            ],
        },
        {
            "name": "orders",
            "rows_per_parent": {"min": 1, "max": 4},
            "columns": [
                {"name": "order_id", "type": "uuid"},
                {"name": "customer_id", "type": "integer", "constraints": {"references": "customers.customer_id"}},
                {"name": "total", "type": "decimal", "constraints": {"min": 1, "max": 500}},
            ],
        },
    ]
}  # fmt: skip


async def ended(engine: Engine, order: Order) -> JobView:
    """Start a job and wait for its end."""
    view = await engine.start(order, owner="local", confirmed=True)
    while view.status in ("pending", "processing"):
        view = await engine.status(view.job_id, owner="local", wait_seconds=20)
    return view


async def rows_of(engine: Engine, job_id: str, table: str | None = None) -> list[dict[str, Any]]:
    """All committed rows."""
    rows: list[dict[str, Any]] = []
    cursor = None
    while True:
        page = await engine.page(
            job_id, owner="local", table=table if cursor is None else None, cursor=cursor, limit=500
        )
        rows += page.rows
        cursor = page.next_cursor
        if cursor is None:
            return rows


@pytest.mark.parametrize(("rows", "chunk"), [(1, None), (7, 3), (1_000, 64), (5_000, None)])
async def test_a_job_delivers_exactly_n_rows(engine: Engine, rows: int, chunk: int | None) -> None:
    """N rows, dense sequence, chunks as promised."""
    view = await ended(engine, Order(rows, schema=PEOPLE, chunk_size=chunk, seed=3))
    assert (view.status, view.rows_generated, view.progress_percentage) == ("completed", rows, 100.0)
    assert view.completed_chunks == view.total_chunks
    found = await rows_of(engine, view.job_id)
    assert [row["id"] for row in found] == list(range(1, rows + 1))
    assert len({(row["name"], row["score"]) for row in found}) == rows


async def test_worker_count_changes_no_byte(engine: Engine) -> None:
    """The same seed gives the same file with 1 and 20 workers."""
    hashes = set()
    for workers in (1, 20):
        view = await ended(engine, Order(3_000, schema=PEOPLE, chunk_size=100, seed=5, max_workers=workers))
        export = await engine.export(view.job_id, owner="local", format="csv")
        hashes.add(export.sha256)
    assert len(hashes) == 1
    assert None not in hashes


async def test_children_point_at_parents_that_exist(engine: Engine) -> None:
    """Two tables: every key is found, every parent has its number of children."""
    view = await ended(engine, Order(300, schema=SHOP, seed=2))
    assert view.status == "completed"
    assert view.total_rows == view.rows_generated == 300
    customers = await rows_of(engine, view.job_id, "customers")
    orders = await rows_of(engine, view.job_id, "orders")
    assert {count.name: count.rows_generated for count in view.tables} == {"customers": 300, "orders": len(orders)}
    keys = {row["customer_id"] for row in customers}
    children = {key: sum(row["customer_id"] == key for row in orders) for key in keys}
    assert {row["customer_id"] for row in orders} <= keys
    assert set(children.values()) == {1, 2, 3, 4}
    assert len({row["email"] for row in customers}) == 300


async def test_a_finished_table_is_let_go(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was kept to compare its rows with is not held while the next table is made."""
    alive: weakref.WeakSet[Committer] = weakref.WeakSet()
    counts = []

    class Counted(Committer):
        def __init__(self, *arguments: Any, **named: Any) -> None:
            super().__init__(*arguments, **named)
            gc.collect()
            alive.add(self)
            counts.append(len(alive))

    monkeypatch.setattr(job_run, "Committer", Counted)
    await ended(engine, Order(50, schema=SHOP, seed=3))
    assert counts == [1, 1]


async def test_a_wait_is_not_ended_by_the_beginning(engine: Engine) -> None:
    """That a pending job has begun is no news: one wait sees the end."""
    view = await engine.start(Order(2_000, schema=PEOPLE, seed=3), owner="local", confirmed=True)
    assert view.status in ("pending", "processing")
    assert (await engine.status(view.job_id, owner="local", wait_seconds=25)).status == "completed"


async def test_a_small_space_is_refused_before_work(engine: Engine) -> None:
    """Ten different rows cannot be a thousand."""
    schema = {"columns": [{"name": "rating", "type": "integer", "constraints": {"min": 1, "max": 5}},
                          {"name": "again", "type": "boolean"}]}  # fmt: skip
    with pytest.raises(Infeasible):
        await engine.start(Order(1_000, schema=schema), owner="local", confirmed=True)


async def test_an_ordinary_survey_works(engine: Engine) -> None:
    """A thousand answers of an id, a rating and a yes/no."""
    schema = {"columns": [{"name": "respondent", "type": "integer",
                           "constraints": {"unique": True, "distribution": {"name": "sequence"}}},
                          {"name": "rating", "type": "integer", "constraints": {"min": 1, "max": 5}},
                          {"name": "again", "type": "boolean"}]}  # fmt: skip
    view = await ended(engine, Order(1_000, schema=schema))
    assert (view.status, view.rows_generated) == ("completed", 1_000)


async def test_a_tight_space_is_filled_to_the_last_row(engine: Engine) -> None:
    """All 60 of 60 possible rows, by refill rounds."""
    schema = {"columns": [{"name": "size", "type": "category", "constraints": {"enum": ["S", "M", "L"]}},
                          {"name": "color", "type": "category", "constraints": {"enum": ["red", "blue"]}},
                          {"name": "n", "type": "integer", "constraints": {"min": 1, "max": 10}}]}  # fmt: skip
    view = await ended(engine, Order(60, schema=schema, seed=1))
    assert (view.status, view.rows_generated) == ("completed", 60), view
    rows = await rows_of(engine, view.job_id)
    assert len({tuple(row.values()) for row in rows}) == 60


@pytest.mark.parametrize(
    ("change", "field"),
    [({"total_rows": 0}, "total_rows"), ({"total_rows": 10**9}, "total_rows"), ({"chunk_size": 0}, "chunk_size"),
     ({"max_workers": 0}, "max_workers"), ({"deduplication_threshold": 1.5}, "deduplication_threshold"),
     ({"max_cost_usd": -1.0}, "max_cost_usd"), ({"seed": -1}, "seed")],
)  # fmt: skip
async def test_arguments_out_of_range_name_the_field(engine: Engine, change: dict[str, Any], field: str) -> None:
    """Each refusal says which argument, and no job exists."""
    with pytest.raises(ArgumentInvalid) as refused:
        await engine.start(Order(**{"total_rows": 5, "schema": PEOPLE, **change}), owner="local", confirmed=True)
    assert refused.value.field == field
    assert (await engine.jobs(owner="local"))[0] == []


async def test_a_token_starts_one_job_of_what_was_shown(engine: Engine) -> None:
    """The token is good once, for this schema and row count."""
    order = Order(10, schema=PEOPLE)
    offer = await engine.offer(order, owner="local")
    with pytest.raises(ConfirmationInvalid):
        await engine.start(Order(11, schema=PEOPLE), owner="local", confirm_token=offer.confirm_token)
    with pytest.raises(ConfirmationInvalid):
        await engine.start(order, owner="other", confirm_token=offer.confirm_token)
    view = await engine.start(order, owner="local", confirm_token=offer.confirm_token)
    assert view.total_rows == 10
    with pytest.raises(ConfirmationInvalid):
        await engine.start(order, owner="local", confirm_token=offer.confirm_token)
    with pytest.raises(ConfirmationInvalid):
        await engine.start(order, owner="local")


async def test_a_token_starts_as_many_children_as_were_shown(engine: Engine) -> None:
    """Without a seed the number of children is drawn: once, for the offer and for its job."""
    shown, made = [], []
    for _ in range(3):
        offer = await engine.offer(Order(200, schema=SHOP), owner="local")
        job = await engine.start(
            Order(200, schema_id=offer.proposal.schema_id), owner="local", confirm_token=offer.confirm_token
        )
        shown.append(offer.quote.tables)
        made.append({table.name: table.total_rows for table in job.tables})
    assert made == shown
    assert len({tables["orders"] for tables in shown}) > 1


async def test_a_repeated_start_is_the_same_job(engine: Engine) -> None:
    """The same key with the same arguments answers the same job; with others it is refused."""
    first = await engine.start(Order(10, schema=PEOPLE, idempotency_key="k"), owner="local", confirmed=True)
    again = await engine.start(Order(10, schema=PEOPLE, idempotency_key="k"), owner="local", confirmed=True)
    assert first.job_id == again.job_id
    with pytest.raises(IdempotencyConflict):
        await engine.start(Order(11, schema=PEOPLE, idempotency_key="k"), owner="local", confirmed=True)


async def test_cancel_pause_resume(engine: Engine) -> None:
    """A paused job keeps its rows and goes on to N; a cancelled one does not."""
    order = Order(100_000, schema=PEOPLE, seed=4, chunk_size=100)
    view = await engine.start(order, owner="local", confirmed=True)
    while (view := await engine.status(view.job_id, owner="local")).rows_generated == 0:
        pass
    view = await engine.cancel(view.job_id, owner="local", resumable=True)
    assert (view.status, view.stop_reason) == ("stopped", "user")
    kept = view.rows_generated
    assert 0 < kept < 100_000
    with pytest.raises(ArgumentInvalid):
        await engine.resume(view.job_id, owner="local", total_rows=kept - 1)
    view = await engine.resume(view.job_id, owner="local", total_rows=kept + 3_000)
    while view.status in ("pending", "processing"):
        view = await engine.status(view.job_id, owner="local", wait_seconds=20)
    assert (view.status, view.rows_generated) == ("completed", kept + 3_000)
    other = await engine.start(order, owner="local", confirmed=True)
    other = await engine.cancel(other.job_id, owner="local")
    assert other.status == "cancelled"
    with pytest.raises(JobNotResumable):
        await engine.resume(other.job_id, owner="local")


async def test_a_job_that_waits_for_its_turn_obeys_its_owner(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is cancelled or paused where it stands, and a resumed one goes on when it is its turn."""
    monkeypatch.setattr(means, "AT_ONCE", 1)
    first = await engine.start(Order(1_000_000, schema=PEOPLE, chunk_size=100), owner="local", confirmed=True)
    waiting = [await engine.start(Order(20, schema=PEOPLE), owner="local", confirmed=True) for _ in range(2)]
    assert [view.status for view in waiting] == ["pending", "pending"]
    cancelled = await engine.cancel(waiting[0].job_id, owner="local")
    paused = await engine.cancel(waiting[1].job_id, owner="local", resumable=True)
    assert (cancelled.status, paused.status, paused.stop_reason) == ("cancelled", "stopped", "user")
    view = await engine.resume(paused.job_id, owner="local")
    assert view.status == "pending"
    await engine.cancel(first.job_id, owner="local")
    while view.status in ("pending", "processing"):
        view = await engine.status(view.job_id, owner="local", wait_seconds=20)
    assert view.status == "completed"


async def test_a_crowd_makes_the_same_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether a job works alone or in its turn, in this process or in the sampler's, its rows are the same."""
    rows = []
    for most in (20, 1):
        monkeypatch.setattr(means, "AT_ONCE", most)
        engine = Engine(Config(home=tmp_path / str(most), sampler_process_rows=100_000))
        await engine.open()
        orders = [Order(300, schema=PEOPLE, seed=seed, chunk_size=100) for seed in range(4)]
        views = [await engine.start(order, owner="local", confirmed=True) for order in orders]
        for view in views:
            while view.status in ("pending", "processing"):
                view = await engine.status(view.job_id, owner="local", wait_seconds=20)
        rows.append([await rows_of(engine, view.job_id) for view in views])
        await engine.aclose()
    assert rows[0] == rows[1]


async def test_what_is_not_mine_is_not_there(engine: Engine) -> None:
    """Jobs and schemas of another owner, and ids that never were."""
    view = await ended(engine, Order(5, schema=PEOPLE))
    for job_id, owner in ((view.job_id, "other"), ("job_nothing", "local")):
        with pytest.raises(JobNotFound):
            await engine.status(job_id, owner=owner)
        with pytest.raises(JobNotFound):
            await engine.page(job_id, owner=owner)
    with pytest.raises(SchemaNotFound):
        await engine.preview(owner="other", schema_id=view.schema_id)


async def test_two_engines_share_a_folder(tmp_path: Path) -> None:
    """Each runs its own job, sees the other's, and can cancel it."""
    first, second = Engine(Config(home=tmp_path)), Engine(Config(home=tmp_path, lease_seconds=2.0))
    await first.open()
    await second.open()
    mine = await first.start(Order(200_000, schema=PEOPLE, chunk_size=200), owner="local", confirmed=True)
    yours = await ended(second, Order(2_000, schema=PEOPLE))
    assert yours.status == "completed"
    assert {job.job_id for job in (await first.jobs(owner="local"))[0]} == {mine.job_id, yours.job_id}
    await second.cancel(mine.job_id, owner="local")
    while (seen := await second.status(mine.job_id, owner="local", wait_seconds=20)).status == "processing":
        pass
    assert seen.status == "cancelled"
    await first.aclose()
    await second.aclose()


async def test_a_closed_engine_leaves_its_job_to_the_next(tmp_path: Path) -> None:
    """A job that costs nothing goes on by itself when the folder is opened again."""
    first = Engine(Config(home=tmp_path))
    await first.open()
    view = await first.start(Order(40_000, schema=PEOPLE, seed=6, chunk_size=500), owner="local", confirmed=True)
    await first.aclose()
    second = Engine(Config(home=tmp_path))
    await second.open()
    await second.warm()
    view = await second.status(view.job_id, owner="local")
    while view.status in ("pending", "processing"):
        view = await second.status(view.job_id, owner="local", wait_seconds=20)
    assert (view.status, view.rows_generated) == ("completed", 40_000)
    running = await second.start(Order(100_000, schema=PEOPLE), owner="local", confirmed=True)
    with pytest.raises(JobBusy):
        await second.remove(running.job_id, owner="local")
    await second.remove(view.job_id, owner="local")
    with pytest.raises(JobNotFound):
        await second.status(view.job_id, owner="local")
    await second.aclose()


async def test_a_job_that_cannot_be_read_holds_up_no_other(tmp_path: Path) -> None:
    """A damaged plan is logged and left alone; the next job of a dead process is still taken over."""
    first = Engine(Config(home=tmp_path))
    await first.open()
    damaged = await ended(first, Order(10, schema=PEOPLE, seed=1))
    whole = await ended(first, Order(20, schema=PEOPLE, seed=2))
    await first.aclose()
    store = sqlite3.connect(tmp_path / "synthaix.db")
    store.execute("UPDATE jobs SET status = 'processing', lease_expires = 0")  # as a process that died leaves them
    store.execute("UPDATE jobs SET plan = ? WHERE job_id = ?", (b'{"of": "another version"}', damaged.job_id))
    store.commit()
    store.close()
    second = Engine(Config(home=tmp_path))
    await second.open()
    await second.warm()
    view = await second.status(whole.job_id, owner="local", wait_seconds=20)
    assert (view.status, view.rows_generated) == ("completed", 20)
    await second.aclose()


async def test_columns_that_follow_from_the_place_obey_their_rules(engine: Engine) -> None:
    """A unique one never repeats, and a bound that the sequence outgrows stops the job instead of being broken."""
    key = {"name": "id", "type": "integer", "constraints": {"unique": True, "distribution": {"name": "sequence"}}}
    color = {"name": "color", "type": "string", "kind": "person.full_name"}
    code = {"name": "code", "type": "string", "constraints": {"expression": "concat('C-', id)", "unique": True}}
    double = {"name": "double", "type": "integer", "constraints": {"expression": "id * 2", "max": 50}}
    digit = {"name": "digit", "type": "integer", "constraints": {"expression": "id % 10", "unique": True}}
    good = await ended(engine, Order(300, schema={"columns": [key, color, code]}, chunk_size=100))
    assert good.status == "completed"
    assert len({row["code"] for row in await rows_of(engine, good.job_id)}) == 300
    for column, most in ((double, 25), (digit, 10)):
        view = await ended(engine, Order(60, schema={"columns": [key, color, column]}, chunk_size=20))
        assert (view.status, view.stop_reason, view.rows_generated) == ("stopped", "exhausted", most)


async def test_children_with_nothing_but_keys_are_all_made(engine: Engine) -> None:
    """A key of ten parents cannot tell twenty rows apart, so their own identifier does."""
    schema = {"tables": [{"name": "p", "columns": [PEOPLE["columns"][0]]},
                         {"name": "c", "rows_per_parent": 2, "columns": [
                             {"name": "c_id", "type": "uuid"},
                             {"name": "p_id", "type": "integer", "constraints": {"references": "p.id"}}]}]}  # fmt: skip
    view = await ended(engine, Order(10, schema=schema))
    assert view.status == "completed"
    assert {count.name: count.rows_generated for count in view.tables} == {"p": 10, "c": 20}


async def test_n_may_shrink_and_grow_again(engine: Engine) -> None:
    """Stopped, resumed with fewer rows, and resumed with more: each time exactly so many."""
    view = await engine.start(Order(50_000, schema=PEOPLE, seed=4, chunk_size=100), owner="local", confirmed=True)
    while (view := await engine.status(view.job_id, owner="local")).rows_generated == 0:
        pass
    view = await engine.cancel(view.job_id, owner="local", resumable=True)
    for rows in (view.rows_generated + 250, view.rows_generated + 1_250):
        view = await engine.resume(view.job_id, owner="local", total_rows=rows)
        while view.status in ("pending", "processing"):
            view = await engine.status(view.job_id, owner="local", wait_seconds=20)
        assert (view.status, view.rows_generated, view.total_rows) == ("completed", rows, rows)
    assert [row["id"] for row in await rows_of(engine, view.job_id)] == list(range(1, view.total_rows + 1))
    with pytest.raises(JobNotResumable):
        await engine.resume(view.job_id, owner="local")


async def test_the_number_of_a_deleted_job_is_not_given_again(engine: Engine) -> None:
    """What was known of a deleted job is never said of another."""
    first = await ended(engine, Order(20, schema=PEOPLE, seed=1))
    await engine.summary(first.job_id, owner="local")
    await engine.remove(first.job_id, owner="local")
    second = await ended(engine, Order(20, schema=PEOPLE, seed=2))
    row = (await rows_of(engine, second.job_id))[0]
    summary = await engine.summary(second.job_id, owner="local", table=None)
    assert summary.rows == 20
    check = await engine.check([row], owner="local", job_id=second.job_id)
    assert check.duplicates == [True]
