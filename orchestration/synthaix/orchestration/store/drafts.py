"""Drafts: proposed schemas, one id for each revision."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from sqlalchemy import delete, insert, select

from synthaix.orchestration.store.database import Database
from synthaix.orchestration.store.tables import drafts


@dataclass(frozen=True, slots=True)
class DraftEntry:
    """A stored draft; `draft` is JSON that translation wrote."""

    schema_id: str
    owner: str
    schema_hash: str
    draft: bytes
    created_at: float


class Drafts:
    """The proposed schemas of every owner."""

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        self._database = database
        self._clock = clock

    async def save(
        self, schema_id: str, *, owner: str, schema_hash: str, draft: bytes, request_key: str | None
    ) -> DraftEntry:
        """Keep a revision. `request_key` finds it again for the same request."""
        now = self._clock()
        async with self._database.write() as connection:
            await connection.execute(
                insert(drafts).values(
                    schema_id=schema_id, owner=owner, schema_hash=schema_hash,
                    draft=self._database.seal.place("drafts", schema_id).seal_one(draft),
                    request_key=request_key, created_at=now,
                )
            )  # fmt: skip
        return DraftEntry(schema_id, owner, schema_hash, draft, now)

    async def find(self, schema_id: str, *, owner: str) -> DraftEntry | None:
        """The revision of this id, if it is this owner's."""
        return await self._one(drafts.c.schema_id == schema_id, drafts.c.owner == owner)

    async def answered(self, request_key: str, *, owner: str) -> DraftEntry | None:
        """The newest revision that this very request led to."""
        return await self._one(drafts.c.request_key == request_key, drafts.c.owner == owner)

    async def ids(self, *, owner: str, prefix: str = "", limit: int = 50) -> list[str]:
        """The newest ids that begin with `prefix`."""
        query = (
            select(drafts.c.schema_id)
            .where(drafts.c.owner == owner, drafts.c.schema_id.startswith(prefix, autoescape=True))
            .order_by(drafts.c.created_at.desc())
            .limit(limit)
        )
        async with self._database.read() as connection:
            return list((await connection.scalars(query)).all())

    async def remove_before(self, moment: float, *, owner: str | None) -> int:
        """Delete what was made before that; how many. A job keeps the schema that it was started with."""
        old = drafts.c.created_at < moment
        async with self._database.write() as connection:
            whose = old if owner is None else old & (drafts.c.owner == owner)
            gone = await connection.execute(delete(drafts).where(whose))
            return int(gone.rowcount)

    async def _one(self, *conditions: object) -> DraftEntry | None:
        query = (
            select(drafts.c.schema_id, drafts.c.owner, drafts.c.schema_hash, drafts.c.draft, drafts.c.created_at)
            .where(*conditions)  # type: ignore[arg-type]  # SQLAlchemy's column expressions
            .order_by(drafts.c.created_at.desc())
            .limit(1)
        )
        async with self._database.read() as connection:
            found = (await connection.execute(query)).first()
        if found is None:
            return None
        entry = DraftEntry(*found)
        return replace(entry, draft=self._database.seal.place("drafts", entry.schema_id).open_one(entry.draft))
