"""Tables of every age: new, current, of before the revisions, older, newer, and another program's."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from synthaix.orchestration.errors import StorageError, StoreTooNew, StoreUnreachable
from synthaix.orchestration.store.jobs import NewJob
from synthaix.orchestration.store.revisions import MIGRATIONS, REVISIONS, upgrade
from synthaix.orchestration.store.store import Store
from synthaix.orchestration.store.tables import metadata

T = TypeVar("T")
LATER = """
from alembic import op
from sqlalchemy import Column, Integer

revision, down_revision = "0002", "0001"


def upgrade():
    with op.batch_alter_table("facts") as facts:
        facts.add_column(Column("weight", Integer()))
"""


async def asked(where: Path | str, work: Callable[[Connection], T]) -> T:
    """Do something in the database, with no look at what it holds."""
    writer, readers = Store(where, clock=lambda: 1.0).database.backend.engines()
    async with writer.begin() as connection:
        done = await connection.run_sync(work)
    await writer.dispose()
    await readers.dispose()
    return done


def differences(connection: Connection) -> list[Any]:
    """What Alembic would change to make the database's tables this release's."""
    context = MigrationContext.configure(connection, opts={"compare_server_default": True})
    return list(compare_metadata(context, metadata))


def drawn(connection: Connection) -> Any:
    """The tables as the database itself describes them, in an order that tells nothing."""
    if connection.dialect.name == "sqlite":
        made = connection.execute(text("SELECT name, coalesce(sql, '') FROM sqlite_master ORDER BY name")).all()
        return [(name, sorted(line.strip().rstrip(",") for line in sql.splitlines())) for name, sql in made]
    query = (
        "SELECT table_name, column_name, data_type, is_nullable, column_default IS NULL "
        "FROM information_schema.columns WHERE table_schema = current_schema() ORDER BY 1, 2"
    )
    return [tuple(row) for row in connection.execute(text(query)).all()]


def version(connection: Connection) -> object:
    """The revision that is stored."""
    return connection.scalar(text("SELECT version_num FROM alembic_version"))


def dropped(connection: Connection) -> None:
    """Leave no table."""
    metadata.drop_all(connection)
    connection.execute(text("DROP TABLE alembic_version"))


def contents(where: Path | str) -> bytes:
    """The file, where there is one."""
    return where.read_bytes() if isinstance(where, Path) else b""


def test_the_list_of_revisions_is_that_of_the_scripts() -> None:
    """What is known without Alembic is what Alembic finds."""
    scripts = ScriptDirectory(str(MIGRATIONS))
    assert tuple(script.revision for script in reversed(list(scripts.walk_revisions()))) == REVISIONS


async def test_a_new_store_is_what_the_revisions_make(store: Store, where: Path | str) -> None:
    """Tables made at once and tables made revision by revision do not differ, nor from the code's."""
    await store.secret("x")
    assert await asked(where, differences) == []
    at_once = await asked(where, drawn)
    await asked(where, dropped)
    await asked(where, upgrade)
    assert await asked(where, differences) == []
    assert await asked(where, drawn) == at_once
    assert await asked(where, version) == REVISIONS[-1]


async def test_a_store_of_before_the_revisions_opens(store: Store, other: Store, where: Path | str) -> None:
    """It has the tables and no revision: it gets one, and its jobs are there."""

    async def nothing(connection: Any, job: int) -> None:
        return None

    await store.jobs.add(NewJob("job_a", "ana", "sch_a", b"{}", b"{}", b"{}", None, {"rows": 10}), nothing)
    await store.close()
    await asked(where, lambda connection: connection.execute(text("DROP TABLE alembic_version")))
    assert await other.jobs.find("job_a", owner="ana") is not None
    assert await asked(where, version) == REVISIONS[0]


async def test_an_older_store_is_brought_up_to_date(store: Store, where: Path | str, tmp_path: Path) -> None:
    """A later release's revision runs once, keeps what is stored, and may be asked for again."""
    secret = await store.secret("x")
    later = tmp_path / "later"
    shutil.copytree(MIGRATIONS, later)
    (later / "versions" / "r0002_weight.py").write_text(LATER)
    for _ in range(2):
        await asked(where, lambda connection: upgrade(connection, later))
    assert await asked(where, version) == "0002"
    columns = await asked(where, lambda connection: inspect(connection).get_columns("facts"))
    assert [column["name"] for column in columns] == ["name", "value", "weight"]
    stored = await asked(where, lambda connection: connection.scalar(text("SELECT value FROM facts")))
    assert stored == secret


@pytest.mark.parametrize(
    ("change", "error"),
    [("UPDATE alembic_version SET version_num = '9999'", StoreTooNew),
     ("DROP TABLE alembic_version; DROP TABLE ledger", StoreUnreachable)],
)  # fmt: skip
async def test_what_is_not_this_releases_is_left_alone(
    store: Store, other: Store, where: Path | str, change: str, error: type[StorageError]
) -> None:
    """A later release's store and another program's tables are refused, and nothing in them changes."""
    await store.secret("x")
    await store.close()

    def changed(connection: Connection) -> None:
        for statement in change.split(";"):
            connection.execute(text(statement))

    await asked(where, changed)
    before = (await asked(where, drawn), contents(where))
    for _ in range(2):
        with pytest.raises(error):
            await other.secret("y")
    assert (await asked(where, drawn), contents(where)) == before


@pytest.mark.subprocess
def test_alembic_is_imported_only_to_change_tables(tmp_path: Path) -> None:
    """Making a store and opening a current one do without it: its import takes longer than both."""
    code = (
        "import anyio, sys, time; from pathlib import Path; from synthaix.orchestration.store.store import Store\n"
        "async def main():\n"
        "    store = Store(Path(sys.argv[1]), clock=time.time); await store.secret('x'); await store.close()\n"
        "anyio.run(main); sys.exit('alembic' in sys.modules)"
    )
    for _ in range(2):
        assert subprocess.run([sys.executable, "-c", code, str(tmp_path / "s.db")], check=False).returncode == 0
