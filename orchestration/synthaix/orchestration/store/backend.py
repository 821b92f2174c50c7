"""What differs from database to database, behind one protocol; each database has a file of its own."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol, TypeVar

from sqlalchemy import ColumnElement, Connection, Table
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from synthaix.orchestration.errors import SynthAIxError

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql, sqlite

T = TypeVar("T")
BUSY_SECONDS = 20.0  # how long one process waits for another's write


class Backend(Protocol):
    """What each database does its own way.

    Attributes:
        writers: write transactions at a time in this process.
        readers: reads at a time, beside those.
    """

    writers: int
    readers: int

    def engines(self) -> tuple[AsyncEngine, AsyncEngine]:
        """One whose transactions may write, one for single statements that read. Raises StorageError."""

    def now(self) -> ColumnElement[float]:
        """Seconds since the epoch by the clock that every process on this database goes by: leases end by it."""

    def insert(self, table: Table) -> "postgresql.Insert | sqlite.Insert":
        """An INSERT that takes `on_conflict_do_nothing` and `on_conflict_do_update`."""

    async def lock_tables(self, connection: AsyncConnection) -> None:
        """Let nobody else make or change tables until this transaction ends."""

    async def transact(self, connection: AsyncConnection, work: Callable[[Connection], T]) -> T:
        """A transaction on a connection that is in none: what the work returns, once it is committed."""

    def add_rows(self, connection: Connection, job: int, table: int, first: int, bodies: Sequence[bytes]) -> None:
        """Insert rows in bulk, from seq `first` on."""

    async def shrink(self) -> None:
        """Give the disk back what deleted rows took, where that is worth it and the database does not by itself."""

    def meaning(self, error: BaseException) -> SynthAIxError | None:
        """What a driver's error means for the caller; None when it is a mistake of our own."""
