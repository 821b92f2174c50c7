"""A SQLite connection whose statements take one turn of its thread, and whole transactions where they can.

aiosqlite hands each step of a statement to the connection's thread on its own: make the cursor, execute, fetch, close.
A model's call makes about ten statements, and waking a thread costs more than the statement: four fifths of it went.
"""

import sqlite3
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection
from sqlalchemy.dialects.sqlite.aiosqlite import AsyncAdapt_aiosqlite_connection, AsyncAdapt_aiosqlite_cursor
from sqlalchemy.ext.asyncio import AsyncConnection

T = TypeVar("T")


async def in_one_turn(connection: AsyncConnection, work: Callable[[Connection], T]) -> T:
    """Begin, do the work, commit or roll back: all of it in the connection's thread, in one turn."""
    plain = connection.sync_connection
    if plain is None:
        raise ValueError("The connection is closed.")
    adapted: Any = plain.connection.dbapi_connection

    def turn() -> T:
        with adapted.used_here(), plain.begin():
            return work(plain)

    done: T = await adapted.driver_connection._execute(turn)
    return done


@dataclass(slots=True)
class _Done:
    """What SQLAlchemy asks of a cursor after its statement; the cursor itself is closed."""

    description: Any = None
    rowcount: int = -1
    lastrowid: int | None = None
    arraysize: int = 1

    def close(self) -> None:
        """Nothing is open."""


class OneTurnCursor(AsyncAdapt_aiosqlite_cursor):
    """Runs a statement and fetches all its rows at once, as SQLAlchemy's own cursor does, in one turn."""

    __slots__ = ()
    _awaitable_cursor_close = False

    def _make_new_cursor(self, connection: Any) -> Any:
        return _Done()

    def _aenter_cursor(self, cursor: Any) -> Any:
        return cursor

    def execute(self, operation: Any, parameters: Any = None) -> Any:
        """See the base; where the connection is used in its thread, nothing is handed over."""
        if self._own.here:
            self._run(_executed, operation, () if parameters is None else parameters)
        else:
            super().execute(operation, parameters)

    def executemany(self, operation: Any, seq_of_parameters: Any) -> Any:
        """The same for many."""
        if self._own.here:
            self._run(_executed_many, operation, seq_of_parameters)
        else:
            super().executemany(operation, seq_of_parameters)

    def _run(self, work: Any, operation: str, parameters: Any) -> None:
        done, rows = self._own.run(work, self._own.taken_begin(), operation, parameters)
        self._cursor, self._rows = done, deque(rows)

    async def _execute_async(self, operation: Any, parameters: Any) -> None:
        await self._in_one_turn(_executed, operation, () if parameters is None else parameters)

    async def _executemany_async(self, operation: Any, seq_of_parameters: Any) -> None:
        await self._in_one_turn(_executed_many, operation, seq_of_parameters)

    async def _in_one_turn(self, work: Any, operation: str, parameters: Any) -> None:
        async with self._adapt_connection._execute_mutex:
            driver: Any = self._connection
            done, rows = await driver._execute(work, driver._conn, self._own.taken_begin(), operation, parameters)
            self._cursor, self._rows = done, deque(rows)

    @property
    def _own(self) -> Any:
        return self._adapt_connection


class OneTurnConnection(AsyncAdapt_aiosqlite_connection):
    """SQLAlchemy's connection with the other cursor. A transaction begins in the turn of its first statement.

    Attributes:
        here: whether whoever uses it is in its thread.
    """

    __slots__ = ("_begin", "here")
    _cursor_cls = OneTurnCursor

    def __init__(self, dbapi: Any, connection: Any) -> None:
        super().__init__(dbapi, connection)
        self._begin = ""
        self.here = False

    @contextmanager
    def used_here(self) -> Iterator[None]:
        """For the time of the block it is used in its thread."""
        self.here = True
        try:
            yield
        finally:
            self.here = False

    def begin_with(self, statement: str) -> None:
        """Begin a transaction so, before the next statement."""
        self._begin = statement

    def taken_begin(self) -> str:
        """What has to run first; empty in a transaction that has begun, or without one."""
        begin, self._begin = self._begin, ""
        return begin

    def commit(self) -> None:
        """Commit what was begun."""
        if not self.taken_begin():
            self.run(sqlite3.Connection.commit) if self.here else super().commit()

    def rollback(self) -> None:
        """Undo what was begun."""
        if not self.taken_begin():
            self.run(sqlite3.Connection.rollback) if self.here else super().rollback()

    def run(self, work: Callable[..., T], *arguments: Any) -> T:
        """Work on the driver's own connection, here; its errors are those that the base raises."""
        try:
            return work(self.driver_connection._conn, *arguments)
        except Exception as error:  # noqa: BLE001 - raised again in the next line
            self._handle_exception(error)


def _executed(
    connection: sqlite3.Connection, begin: str, operation: str, parameters: Any
) -> tuple[_Done, Sequence[Any]]:
    if begin:
        connection.execute(begin)
    cursor = connection.execute(operation, parameters)
    return _closed(cursor, cursor.fetchall() if cursor.description else ())


def _executed_many(
    connection: sqlite3.Connection, begin: str, operation: str, parameters: Any
) -> tuple[_Done, Sequence[Any]]:
    if begin:
        connection.execute(begin)
    return _closed(connection.executemany(operation, parameters), ())


def _closed(cursor: sqlite3.Cursor, rows: Sequence[Any]) -> tuple[_Done, Sequence[Any]]:
    done = _Done(cursor.description, cursor.rowcount, cursor.lastrowid)
    cursor.close()
    return done, rows
