"""A SQLite connection whose statements take one turn of its thread.

aiosqlite hands each step of a statement to the connection's thread on its own: make the cursor, execute, fetch, close.
A model's call makes about ten statements, and waking a thread costs more than the statement: four fifths of it went.
"""

import sqlite3
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.dialects.sqlite.aiosqlite import AsyncAdapt_aiosqlite_connection, AsyncAdapt_aiosqlite_cursor


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

    async def _execute_async(self, operation: Any, parameters: Any) -> None:
        await self._in_one_turn(_executed, operation, () if parameters is None else parameters)

    async def _executemany_async(self, operation: Any, seq_of_parameters: Any) -> None:
        await self._in_one_turn(_executed_many, operation, seq_of_parameters)

    async def _in_one_turn(self, work: Any, operation: str, parameters: Any) -> None:
        async with self._adapt_connection._execute_mutex:
            driver: Any = self._connection
            begin = self._adapt_connection.taken_begin()  # type: ignore[attr-defined]  # OneTurnConnection's own
            done, rows = await driver._execute(work, driver._conn, begin, operation, parameters)
            self._cursor, self._rows = done, deque(rows)


class OneTurnConnection(AsyncAdapt_aiosqlite_connection):
    """SQLAlchemy's connection with the other cursor. A transaction begins in the turn of its first statement."""

    __slots__ = ("_begin",)
    _cursor_cls = OneTurnCursor

    def begin_with(self, statement: str) -> None:
        """Begin a transaction so, before the next statement."""
        self._begin = statement

    def taken_begin(self) -> str:
        """What has to run first; empty in a transaction that has begun, or without one."""
        begin = getattr(self, "_begin", "")
        self._begin = ""
        return begin

    def commit(self) -> None:
        """Commit what was begun."""
        if not self.taken_begin():
            super().commit()

    def rollback(self) -> None:
        """Undo what was begun."""
        if not self.taken_begin():
            super().rollback()


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
