"""Confirmation tokens: bound to what was shown, good once, for a while."""

import hashlib
from collections.abc import Callable

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from synthaix.orchestration.store.database import Database
from synthaix.orchestration.store.tables import tokens

KEPT_SECONDS = 7 * 86_400  # a used or expired token is remembered so long, to say what happened to it


class Tokens:
    """Only digests are kept: who reads the store cannot confirm anything."""

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        self._database = database
        self._clock = clock

    async def save(self, token: str, *, owner: str, bound: str, schema_id: str, expires_at: float) -> None:
        """Remember a token that was just minted."""
        async with self._database.write() as connection:
            await connection.execute(delete(tokens).where(tokens.c.expires_at < self._clock() - KEPT_SECONDS))
            await connection.execute(
                insert(tokens).values(
                    digest=_digest(token), owner=owner, bound=bound, schema_id=schema_id, expires_at=expires_at
                )
            )

    async def redeem(self, connection: AsyncConnection, token: str, *, owner: str, bound: str) -> str | None:
        """Use a token up inside the caller's transaction.

        None: it was good; else why not: `unknown`, `used`, `expired` or `other`. A token of another schema, row
        count or cap (`other`) stays good for what it was minted for.
        """
        now, t = self._clock(), tokens.c
        mine = (t.digest == _digest(token)) & (t.owner == owner)
        good = mine & t.used_at.is_(None) & (t.expires_at >= now) & (t.bound == bound)
        used = await connection.execute(update(tokens).where(good).values(used_at=now))
        if used.rowcount:
            return None
        found = (await connection.execute(select(t.used_at, t.expires_at).where(mine))).first()
        if found is None:
            return "unknown"
        if found.used_at is not None:
            return "used"
        return "expired" if found.expires_at < now else "other"

    async def void(self, token: str, *, owner: str) -> str | None:
        """Make a token worthless; the schema_id it was minted for, None for one that was not good."""
        mine = (tokens.c.digest == _digest(token)) & (tokens.c.owner == owner) & tokens.c.used_at.is_(None)
        async with self._database.write() as connection:
            voided = update(tokens).where(mine).values(used_at=self._clock()).returning(tokens.c.schema_id)
            schema_id: str | None = await connection.scalar(voided)
        return schema_id

    async def shown(self, token: str, *, owner: str) -> tuple[str, str]:
        """The schema_id that a known token was minted for, and what it is bound to."""
        mine = (tokens.c.digest == _digest(token)) & (tokens.c.owner == owner)
        async with self._database.read() as connection:
            found = (await connection.execute(select(tokens.c.schema_id, tokens.c.bound).where(mine))).one()
        return found.schema_id, found.bound


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
