"""A user's database: the schema's rules become the tables', and rows come all or not at all."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import asyncpg
import orjson
import pytest
from sqlalchemy import MetaData, Table, select
from sqlalchemy.ext.asyncio import create_async_engine

from synthaix.orchestration.errors import ArgumentInvalid
from synthaix.orchestration.results.user_database import BATCH_ROWS, Rows, UserDatabase
from synthaix.orchestration.schema.schema import Schema

SHOPS = {
    "name": "shops", "columns": [
        {"name": "id", "type": "integer", "constraints": {"distribution": {"name": "sequence"}}},
        {"name": "code", "type": "string", "constraints": {"unique": True}},
    ]}  # fmt: skip
SALES = {
    "name": "sales", "rows_per_parent": 2, "unique_together": [["shop", "no"]], "columns": [
        {"name": "no", "type": "integer"},
        {"name": "shop", "type": "integer", "constraints": {"references": "shops.id"}},
        {"name": "price", "type": "decimal", "constraints": {"decimals": 2, "min": 0, "max": 99}},
        {"name": "day", "type": "date"}, {"name": "at", "type": "datetime"}, {"name": "clock", "type": "time"},
        {"name": "note", "type": "text", "constraints": {"null_rate": 0.5}}, {"name": "paid", "type": "boolean"},
        {"name": "weight", "type": "float"}, {"name": "tags", "type": "array"},
    ]}  # fmt: skip
SCHEMA = Schema.model_validate({"tables": [SALES, SHOPS]})  # the child first
SHOP_ROWS: list[list[Any]] = [[1, "a"], [2, "b"]]
SALE_ROWS: list[list[Any]] = [
    [1, 1, 9.5, "2024-02-29", "2024-02-29T12:00:00Z", "12:30:00", None, True, 1.25, ["x", 1]],
    [2, 1, 0.1, "2024-03-01", "2024-03-01T00:00:00", "00:00:00", "it's \u0000 \\ \"so\"", False, 2.0, []],
]


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without tables."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'theirs.db'}"
    url: str = request.getfixturevalue("postgres").new_url()
    return url


def source(**rows: list[list[Any]]) -> Callable[[str], tuple[Rows, int]]:
    """Rows by table, as the store gives them."""

    def rows_of(table: str) -> tuple[Rows, int]:
        async def read(first: int, end: int) -> list[bytes]:
            return [orjson.dumps(row) for row in rows[table][first:end]]

        return read, len(rows[table])

    return rows_of


async def contents(address: str, table: str) -> tuple[list[Any], Table]:
    """All rows, and the table as the database describes it."""
    if address.startswith("sqlite"):
        engine = create_async_engine(address.replace("sqlite", "sqlite+aiosqlite", 1))
    else:
        engine = create_async_engine("postgresql+asyncpg://", async_creator=lambda: asyncpg.connect(address))
    try:
        async with engine.connect() as connection:
            found = MetaData()
            await connection.run_sync(lambda sync: found.reflect(sync))
            rows = await connection.execute(select(found.tables[table]))
            return [tuple(row) for row in rows], found.tables[table]
    finally:
        await engine.dispose()


async def test_rows_arrive_with_types_keys_and_references(address: str) -> None:
    """What the schema says of the rows, the database holds them to."""
    written = await UserDatabase(address).write(SCHEMA, source(shops=SHOP_ROWS, sales=SALE_ROWS))
    assert written == 4
    rows, table = await contents(address, "sales")
    first, second = rows
    assert [str(first[2]), str(first[3]), first[6], bool(first[7])] == ["9.50", "2024-02-29", None, True]
    assert first[9] == ["x", 1]
    assert second[6] == "it's \ufffd \\ \"so\""
    assert second[4].isoformat().startswith("2024-03-01T00:00:00")
    assert [str(key.column) for key in table.foreign_keys] == ["shops.id"]
    assert not table.c.no.nullable
    assert table.c.note.nullable
    _, shops = await contents(address, "shops")
    assert [column.name for column in shops.primary_key] == ["id"]


async def test_a_plan_changes_nothing(address: str, tmp_path: Path) -> None:
    """It names what would be made, parents first; a file that is not there is not made."""
    planned = await UserDatabase(address).plan(SCHEMA)
    assert [each.table for each in planned] == ["shops", "sales"]
    assert all(each.statement.startswith("CREATE TABLE") and not each.exists for each in planned)
    assert not (tmp_path / "theirs.db").exists()
    assert [each.exists for each in await UserDatabase(address).plan(SCHEMA)] == [False, False]


async def test_a_table_that_is_there_is_left_alone_unless_rows_may_be_added(address: str) -> None:
    """Without `append` it is refused; with it the rows join."""
    theirs = UserDatabase(address)
    await theirs.write(SCHEMA, source(shops=SHOP_ROWS, sales=[]))
    with pytest.raises(ArgumentInvalid) as refused:
        await theirs.write(SCHEMA, source(shops=[[3, "c"]], sales=[]))
    assert "--append" in (refused.value.suggestion or "")
    await theirs.write(SCHEMA, source(shops=[[3, "c"]], sales=[]), append=True)
    assert len((await contents(address, "shops"))[0]) == 3


async def test_rows_come_all_or_not_at_all(address: str) -> None:
    """A collision in the last batch takes back the tables and every row; no cell is in the message."""
    many = [[number, f"code-{number}"] for number in range(BATCH_ROWS + 1)]
    many[-1][1] = "code-7"
    theirs = UserDatabase(address)
    with pytest.raises(ArgumentInvalid, match="collide") as refused:
        await theirs.write(SCHEMA, source(shops=many, sales=[]))
    assert "code-7" not in refused.value.message
    assert "--extend" in (refused.value.suggestion or "")
    assert not any(each.exists for each in await theirs.plan(SCHEMA))


@pytest.mark.parametrize("wrong", ["", "nonsense", "mysql://x@y/z", "http://a/b"])
def test_what_is_no_address_is_refused(wrong: str) -> None:
    """With the forms that there are."""
    with pytest.raises(ArgumentInvalid) as refused:
        UserDatabase(wrong)
    assert refused.value.allowed


async def test_a_database_that_is_not_there_is_told_without_the_password() -> None:
    """The address is shown, the password never."""
    theirs = UserDatabase("postgresql://ana:hunter2@127.0.0.1:1/none")
    assert "hunter2" not in theirs.shown
    assert UserDatabase("postgresql://ana@host/none?password=hunter2").shown == "postgresql://ana@host/none"
    with pytest.raises(ArgumentInvalid, match="cannot be reached") as refused:
        await theirs.plan(SCHEMA)
    assert "hunter2" not in str(refused.value)
    with pytest.raises(ArgumentInvalid):
        await UserDatabase("postgresql://[").plan(SCHEMA)


async def test_a_folder_that_is_not_there_is_told_before_any_work(tmp_path: Path) -> None:
    """The plan says so, and nothing is made."""
    with pytest.raises(ArgumentInvalid, match="folder"):
        await UserDatabase(f"sqlite:///{tmp_path / 'none' / 'x.db'}").plan(SCHEMA)
    assert not (tmp_path / "none").exists()
