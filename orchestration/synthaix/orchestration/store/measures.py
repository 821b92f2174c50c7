"""What previews have shown of a schema and a model, for the next quote."""

from collections.abc import Callable

from sqlalchemy import select

from synthaix.orchestration.store.database import Database
from synthaix.orchestration.store.tables import measures


class Measures:
    """The latest measure of each key."""

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        self._database = database
        self._clock = clock

    async def save(self, key: str, measured: bytes) -> None:
        """Keep a measure in place of an earlier one."""
        values = {"measured": measured, "created_at": self._clock()}
        async with self._database.write() as connection:
            kept = self._database.backend.insert(measures).values(key=key, **values)
            await connection.execute(kept.on_conflict_do_update(index_elements=["key"], set_=values))

    async def find(self, key: str) -> bytes | None:
        """The measure of this key."""
        async with self._database.read() as connection:
            found: bytes | None = await connection.scalar(select(measures.c.measured).where(measures.c.key == key))
        return found
