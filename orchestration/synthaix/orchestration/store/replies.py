"""Raw replies of the model, saved before anything reads them. The first saved reply of a call wins."""

from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from synthaix.orchestration.store.database import Database
from synthaix.orchestration.store.tables import replies

NO_JOB = 0  # replies to translations and previews


class Replies:
    """The journal of replies, found by job, prompt key and attempt."""

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        self._database = database
        self._clock = clock

    async def find(self, job: int, key: str, attempt: int) -> bytes | None:
        """The saved reply of this call, if it was answered."""
        query = select(replies.c.reply).where(
            replies.c.job == job, replies.c.key == key, replies.c.attempt == attempt
        )
        async with self._database.read() as connection:
            found: bytes | None = await connection.scalar(query)
        return found

    async def save(self, connection: AsyncConnection, job: int, key: str, attempt: int, reply: bytes) -> None:
        """Keep a reply inside the caller's transaction; a second one for the same call is ignored."""
        await connection.execute(
            self._database.backend.insert(replies)
            .values(job=job, key=key, attempt=attempt, reply=reply, created_at=self._clock())
            .on_conflict_do_nothing()
        )
