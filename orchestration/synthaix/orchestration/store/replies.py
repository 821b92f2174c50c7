"""Raw replies of the model, saved before anything reads them. The first saved reply of a call wins."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select

from synthaix.orchestration.store.database import Database
from synthaix.orchestration.store.sealing import Place
from synthaix.orchestration.store.tables import replies

NO_JOB = 0  # replies to translations, previews and checks
KEYS_AT_ONCE = 500  # parameters of one query

# Made once: putting a statement together costs a call more than running it.
_FIND = select(replies.c.reply).where(
    replies.c.job == bindparam("job"), replies.c.key == bindparam("key"), replies.c.attempt == bindparam("attempt")
)
_KEYS = select(replies.c.key, replies.c.attempt).where(replies.c.job == bindparam("job"))


class Replies:
    """The journal of replies, found by job, prompt key and attempt."""

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        self._database = database
        self._clock = clock
        self._save = database.backend.insert(replies).on_conflict_do_nothing()

    async def keys(self, job: int) -> set[tuple[str, int]]:
        """Which calls of a job were answered: prompt keys and attempts."""
        async with self._database.read() as connection:
            return {(key, attempt) for key, attempt in await connection.execute(_KEYS, {"job": job})}

    async def find(self, job: int, key: str, attempt: int) -> bytes | None:
        """The saved reply of this call, if it was answered."""
        async with self._database.read() as connection:
            found: bytes | None = await connection.scalar(_FIND, {"job": job, "key": key, "attempt": attempt})
        return None if found is None else self._place(job, key, attempt).open_one(found)

    async def of_keys(self, job: int, keys: Sequence[str]) -> dict[str, bytes]:
        """The saved first replies of these calls, by key."""
        found: dict[str, bytes] = {}
        async with self._database.read() as connection:
            for begin in range(0, len(keys), KEYS_AT_ONCE):
                some = keys[begin : begin + KEYS_AT_ONCE]
                query = select(replies.c.key, replies.c.reply).where(
                    replies.c.job == job, replies.c.key.in_(some), replies.c.attempt == 0
                )
                found.update(
                    (key, self._place(job, key, 0).open_one(reply)) for key, reply in await connection.execute(query)
                )
        return found

    def save_all(self, connection: Connection, job: int, saved: Mapping[str, bytes], *, attempt: int = 0) -> None:
        """Keep the replies of several calls inside the caller's transaction; a second one for a call is ignored."""
        rows = [self._values(job, key, attempt, reply) for key, reply in saved.items()]
        if rows:
            connection.execute(self._save, rows if len(rows) > 1 else rows[0])  # one needs no way for many

    async def remove_before(self, moment: float) -> int:
        """Delete what no job's calls brought before that; how many. A job's own replies go with it."""
        old = delete(replies).where(replies.c.job == NO_JOB, replies.c.created_at < moment)
        async with self._database.write() as connection:
            gone = await connection.execute(old)
            return int(gone.rowcount)

    def _values(self, job: int, key: str, attempt: int, reply: bytes) -> dict[str, Any]:
        sealed = self._place(job, key, attempt).seal_one(reply)
        return {"job": job, "key": key, "attempt": attempt, "reply": sealed, "created_at": self._clock()}

    def _place(self, job: int, key: str, attempt: int) -> Place:
        return self._database.seal.place("replies", job, key, attempt)
