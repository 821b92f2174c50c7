"""Which revision the tables are of, and how they become this release's.

A store that is current costs one SELECT. A new one is made from the tables of this release, without Alembic; an older
one goes through Alembic's revisions in `migrations/`; a newer one is refused and left as it is.
"""

from pathlib import Path

from sqlalchemy import Column, Connection, MetaData, PrimaryKeyConstraint, String, Table, insert, inspect, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from synthaix.orchestration.errors import StoreTooNew, StoreUnreachable
from synthaix.orchestration.store.backend import Backend
from synthaix.orchestration.store.tables import metadata

REVISIONS = ("0001", "0002", "0003", "0004", "0005")  # oldest first; the last is this release's
MIGRATIONS = Path(__file__).parent / "migrations"

version = Table(
    "alembic_version",
    MetaData(),
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)
_STORED = select(version.c.version_num)
_FIRST = frozenset(  # what a store of before the first revision has
    ("facts", "drafts", "jobs", "job_tables", "chunks", "rows", "replies", "ledger", "tokens", "exports")
)


async def bring_up_to_date(backend: Backend, writer: AsyncEngine, readers: AsyncEngine) -> None:
    """Give the database this release's tables, once, however many processes ask at once.

    Raises:
        StoreTooNew: a later release has written it; nothing was changed.
        StoreUnreachable: it holds another program's tables under our names; nothing was changed.
    """
    async with readers.connect() as connection:
        if await _stored(backend, connection) == REVISIONS[-1]:
            return
    async with writer.begin() as connection:
        await backend.lock_tables(connection)  # whoever waited finds the work done
        await connection.run_sync(_bring_up_to_date)


async def _stored(backend: Backend, connection: AsyncConnection) -> str | None:
    try:
        found: str | None = await connection.scalar(_STORED)
    except DBAPIError as exc:
        if backend.meaning(exc) is not None:
            raise
        return None  # no such table
    if found is not None and found not in REVISIONS:
        raise StoreTooNew
    return found


def _bring_up_to_date(connection: Connection) -> None:
    names = set(inspect(connection).get_table_names())
    stored = connection.scalar(_STORED) if version.name in names else None
    if stored is None and not names & set(metadata.tables):
        metadata.create_all(connection, checkfirst=False)
        _stamp(connection, REVISIONS[-1])
        return
    if stored is None:
        if not names >= _FIRST:
            raise StoreUnreachable(
                "The database holds tables of another program under the store's names. "
                "Give the store a database or a schema of its own."
            )
        stored = REVISIONS[0]
        _stamp(connection, stored)
    if stored not in REVISIONS:
        raise StoreTooNew
    if stored != REVISIONS[-1]:
        upgrade(connection)


def _stamp(connection: Connection, revision: str) -> None:
    version.create(connection, checkfirst=True)
    connection.execute(insert(version).values(version_num=revision))


def upgrade(connection: Connection, folder: Path = MIGRATIONS) -> None:
    """Run the revisions in this folder that the database lacks, inside the caller's transaction."""
    from alembic.config import Config
    from alembic.runtime.environment import EnvironmentContext
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory(str(folder))
    with EnvironmentContext(Config(), scripts, fn=lambda found, _: scripts._upgrade_revs("head", found)) as environment:
        environment.configure(connection=connection, render_as_batch=True)
        environment.run_migrations()
