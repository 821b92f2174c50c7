"""Exports: what was asked for and the file that answers it."""

import secrets
from collections.abc import Callable

from sqlalchemy import delete, select

from synthaix.orchestration.store.database import Database
from synthaix.orchestration.store.tables import exports


class Exports:
    """The finished files of every job."""

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        self._database = database
        self._clock = clock

    async def find(self, job: int, key: str) -> bytes | None:
        """The export that answers this request, as JSON."""
        query = select(exports.c.export).where(exports.c.job == job, exports.c.key == key)
        async with self._database.read() as connection:
            found: bytes | None = await connection.scalar(query)
        return found

    async def of(self, job: int) -> list[bytes]:
        """The job's exports as JSON, oldest first."""
        query = select(exports.c.export).where(exports.c.job == job).order_by(exports.c.created_at)
        async with self._database.read() as connection:
            return [found[0] for found in await connection.execute(query)]

    async def save(self, job: int, key: str, export: bytes) -> None:
        """Remember a finished export; the newest for a request wins."""
        values = {"export": export, "created_at": self._clock()}
        async with self._database.write() as connection:
            await connection.execute(
                self._database.backend.insert(exports)
                .values(export_id=f"exp_{secrets.token_hex(12)}", job=job, key=key, **values)
                .on_conflict_do_update(index_elements=["job", "key"], set_=values)
            )

    async def forget(self, job: int, key: str) -> None:
        """Forget an export whose file is gone."""
        async with self._database.write() as connection:
            await connection.execute(delete(exports).where(exports.c.job == job, exports.c.key == key))
