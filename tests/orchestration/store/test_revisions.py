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
from synthaix.orchestration.store.revisions import MIGRATIONS, REVISIONS, upgrade
from synthaix.orchestration.store.store import Store
from synthaix.orchestration.store.tables import metadata

T = TypeVar("T")
LATER = f"""
from alembic import op
from sqlalchemy import Column, Integer

revision, down_revision = "later", "{REVISIONS[-1]}"


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
    found = inspect(connection)
    parts = {
        name: [
            sorted((c["name"], str(c["type"]), c["nullable"], c["default"]) for c in found.get_columns(name)),
            found.get_pk_constraint(name)["constrained_columns"],
            sorted((i["name"] or "", i["column_names"], i["unique"]) for i in found.get_indexes(name)),
            sorted((u["name"] or "", u["column_names"]) for u in found.get_unique_constraints(name)),
            [(f["constrained_columns"], f["referred_table"], f["options"]) for f in found.get_foreign_keys(name)],
        ]
        for name in sorted(found.get_table_names())
    }
    if connection.dialect.name == "sqlite":
        made = connection.execute(text("SELECT name, coalesce(sql, '') FROM sqlite_master ORDER BY name")).all()
        for name, sql in made:
            parts.setdefault(name, []).append([word for word in ("AUTOINCREMENT", "WITHOUT ROWID") if word in sql])
    return parts


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


@pytest.mark.parametrize("stamped", [True, False], ids=["first revision", "of before the revisions"])
async def test_an_older_store_opens_with_its_jobs(
    other: Store, where: Path | str, tmp_path: Path, stamped: bool
) -> None:
    """The first revision's tables, with or without the revision written down, become this release's."""
    first = tmp_path / "first"
    shutil.copytree(MIGRATIONS, first, ignore=shutil.ignore_patterns("r000[2-9]*"))
    await asked(where, lambda connection: upgrade(connection, first))
    job = (
        "INSERT INTO jobs (job_id, owner, schema_id, \"schema\", \"order\", plan, status, created_at, active_seconds,"
        " rows_deduplicated, rows_rejected, completed_chunks, tallies, lease_token, lease_expires)"
        " VALUES ('job_a', 'ana', 'sch_a', '{}', '{}', '{}', 'pending', 1, 0, 0, 0, 0, '{}', 0, 0)"
    )
    await asked(where, lambda connection: connection.execute(text(job)))
    table = "INSERT INTO job_tables VALUES ((SELECT id FROM jobs), 0, 'rows', 10, 0, 0, 0)"
    await asked(where, lambda connection: connection.execute(text(table)))
    if not stamped:
        await asked(where, lambda connection: connection.execute(text("DROP TABLE alembic_version")))
    found = await other.jobs.find("job_a", owner="ana")
    assert found is not None
    assert found.outlook is None
    assert await asked(where, version) == REVISIONS[-1]
    assert await asked(where, differences) == []


async def test_a_later_revision_runs_once(store: Store, where: Path | str, tmp_path: Path) -> None:
    """It keeps what is stored, and may be asked for again."""
    secret = await store.secret("x")
    later = tmp_path / "later"
    shutil.copytree(MIGRATIONS, later)
    (later / "versions" / "later.py").write_text(LATER)
    for _ in range(2):
        await asked(where, lambda connection: upgrade(connection, later))
    assert await asked(where, version) == "later"
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
