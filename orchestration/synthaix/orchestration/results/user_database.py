"""A user's own database: what would be made there, and then the rows, all of them or none.

The tables carry what the schema says: types, NOT NULL, keys and references. SQLite and PostgreSQL, by address.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import anyio
from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Double,
    ForeignKey,
    MetaData,
    Numeric,
    PrimaryKeyConstraint,
    Text,
    Time,
    UniqueConstraint,
    event,
    inspect,
)
from sqlalchemy import Table as DatabaseTable
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IdentifierError, IntegrityError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.schema import CreateTable
from sqlalchemy.types import TypeEngine

from synthaix.orchestration.errors import ArgumentInvalid, StorageError
from synthaix.orchestration.results.batches import cells_of
from synthaix.orchestration.results.formats.layout import Field, distinct_names, field_of, unfit
from synthaix.orchestration.results.formats.spelling import fixed, texts
from synthaix.orchestration.schema.column import Cell
from synthaix.orchestration.schema.schema import Schema, Table

Rows = Callable[[int, int], Awaitable[list[bytes]]]  # (first seq, end seq) -> bodies in order of seq

BATCH_ROWS = 2_000
DRIVERS = {"postgresql": "postgresql+asyncpg", "postgres": "postgresql+asyncpg", "sqlite": "sqlite+aiosqlite"}
_MEANINGS = {  # by the beginning of SQLSTATE
    "08": "it cannot be reached", "28": "it refuses the user or password", "3D": "it has no database of this name",
    "42501": "this user may not make tables or write there", "23": "rows that are there already collide with these",
    "42P07": "it has a table of this name", "42703": "the table there has other columns",
    "53": "it has no room or no connection left", "22": "a cell does not fit the column there",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Planned:
    """One table of a delivery.

    Attributes:
        statement: the CREATE TABLE that would be run; empty where rows are added to what is there.
        exists: whether a table of this name is there already.
    """

    table: str
    statement: str
    exists: bool


class UserDatabase:
    """Where a user wants his rows.

    Args:
        address: `postgresql://user@host/name` or `sqlite:///file`; a password may be left to PGPASSWORD or ~/.pgpass.

    Raises:
        ArgumentInvalid: it is no such address.
    """

    def __init__(self, address: str) -> None:
        try:
            self._url = make_url(address)
        except (ArgumentError, ValueError):
            raise _no_address() from None
        if self._url.drivername.partition("+")[0] not in DRIVERS:
            raise _no_address()

    @property
    def shown(self) -> str:
        """The address without its password, and without the parameters, which may hold another."""
        return self._url.set(query={}).render_as_string(hide_password=True)

    async def plan(self, schema: Schema, *, append: bool = False) -> list[Planned]:
        """What `write` would do there, parents first; nothing is changed.

        Raises:
            ArgumentInvalid: a table is there already and `append` is not asked for, or the address cannot be used.
        """
        there = await self._tables_there()
        dialect = self._driver_url().get_dialect()()
        statements = {
            each.name: str(CreateTable(each).compile(dialect=dialect)) for each in tables_of(schema).sorted_tables
        }
        planned = [
            Planned(name, "" if name in there else statement.strip().replace("\t", "  "), name in there)
            for name, statement in statements.items()
        ]
        taken = [each.table for each in planned if each.exists]
        if taken and not append:
            raise ArgumentInvalid(
                f"There is a table `{taken[0]}` in that database already.", field="--to",
                suggestion="Add --append to add the rows to it, or name another database.",
            )  # fmt: skip
        return planned

    async def write(self, schema: Schema, rows_of: Callable[[str], tuple[Rows, int]], *, append: bool = False) -> int:
        """Make the tables that are not there and insert every row, in one transaction; returns how many rows.

        Args:
            rows_of: a table's rows by seq, and how many there are.

        Raises:
            ArgumentInvalid: as `plan`; or the database refuses. Nothing is left there then.
        """
        planned = await self.plan(schema, append=append)
        made, written = tables_of(schema), 0
        new = [made.tables[each.table] for each in planned if not each.exists]
        async with self._connected() as connection, connection.begin():  # one that somebody made meanwhile is refused
            await connection.run_sync(lambda sync: made.create_all(sync, tables=new, checkfirst=False))
            for target in made.sorted_tables:
                read, total = rows_of(target.name)
                for first in range(0, total, BATCH_ROWS):
                    bodies = await read(first, min(first + BATCH_ROWS, total))
                    await connection.execute(target.insert(), _parameters(schema.table(target.name), target, bodies))
                written += total
        return written

    async def _tables_there(self) -> set[str]:
        file = self._url.database if self._url.drivername.startswith("sqlite") else None
        if file and not await anyio.Path(file).exists():  # connecting would make it
            if not await (await anyio.Path(file).absolute()).parent.is_dir():
                raise ArgumentInvalid("The folder of that database is not there.", field="--to")
            return set()
        async with self._connected() as connection:
            return set(await connection.run_sync(lambda sync: inspect(sync).get_table_names()))

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[AsyncConnection]:
        engine = create_async_engine(self._driver_url(), hide_parameters=True, **self._options())
        if engine.dialect.name == "sqlite":
            event.listen(engine.sync_engine, "connect", _leave_transactions_to_us)
            event.listen(engine.sync_engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
        try:
            async with engine.connect() as connection:
                yield connection
        except IdentifierError:
            raise ArgumentInvalid("A table's or column's name is too long for that database.", field="--to") from None
        except (SQLAlchemyError, OSError) as exc:
            raise _refused(exc) from exc
        finally:
            await engine.dispose()

    def _driver_url(self) -> URL:
        return self._url.set(drivername=DRIVERS[self._url.drivername.partition("+")[0]])

    def _options(self) -> dict[str, Any]:
        if self._url.drivername.startswith("sqlite"):
            return {}
        try:
            import asyncpg
        except ImportError:
            raise StorageError("The driver of PostgreSQL is not installed. Install `synthaix[postgres]`.") from None
        libpq = self._url.set(drivername="postgresql").render_as_string(hide_password=False)

        async def connect() -> Any:  # the driver reads the address itself, with `sslmode` and the like
            try:
                return await asyncpg.connect(libpq, server_settings={"application_name": "synthaix"})
            except ValueError:
                raise _no_address() from None

        return {"async_creator": connect}


def _leave_transactions_to_us(connection: Any, _: object) -> None:
    """Python's driver would begin one at the first INSERT: a CREATE TABLE before it could not be taken back."""
    connection.isolation_level = None


def tables_of(schema: Schema) -> MetaData:
    """The schema as a database's tables: a column that others point at, or the first that is unique, is the key."""
    made = {
        (table.name, name): each
        for table in schema.tables
        for name, each in zip(table.names, _columns(table), strict=True)
    }
    for table, column in schema.columns():
        if column.rules.references:
            made[table.name, column.name].append_foreign_key(ForeignKey(made[_pointed(column.rules.references)]))
    pointed = {_pointed(column.rules.references) for _, column in schema.columns() if column.rules.references}
    metadata = MetaData()
    for table in schema.tables:
        unique = [each.name for each in table.columns if each.is_identifier and not each.rules.nullable]
        first = next((each for each in table.names if (table.name, each) in pointed), unique[0] if unique else None)
        groups = [[each] for each in unique if each != first] + [list(group) for group in table.unique_together or ()]
        rules: list[Any] = [UniqueConstraint(*(made[table.name, each] for each in group)) for group in groups]
        if first is not None:
            rules.append(PrimaryKeyConstraint(made[table.name, first]))
        DatabaseTable(table.name, metadata, *(made[table.name, each] for each in table.names), *rules)
    return metadata


def _columns(table: Table) -> Iterator[Column[Any]]:
    """With the schema's names; two that differ in case only are told apart by a number."""
    for name, column in zip(distinct_names(table.names), table.columns, strict=True):
        nullable = column.rules.nullable or bool(column.rules.null_rate)
        yield Column(name, _type_of(field_of(column)), nullable=nullable, autoincrement=False)


def _pointed(reference: str) -> tuple[str, str]:
    table, _, column = reference.partition(".")
    return table, column


def _type_of(field: Field) -> TypeEngine[Any]:
    match field.shape:
        case "integer":
            return BigInteger()
        case "float":
            return Double()
        case "decimal":
            return Numeric(field.precision, field.decimals)
        case "boolean":
            return Boolean()
        case "date":
            return Date()
        case "time":
            return Time()
        case "datetime":
            return DateTime(timezone=True)
        case "text":
            return Text()
        case "array" | "object":
            return JSON()


def _parameters(table: Table, target: DatabaseTable, bodies: Sequence[bytes]) -> list[dict[str, Any]]:
    turned = zip(*cells_of(bodies), strict=True)
    names = [column.name for column in target.columns]
    columns = [_values(field_of(column), cells) for column, cells in zip(table.columns, turned, strict=True)]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def _values(field: Field, cells: Sequence[Cell]) -> Sequence[Any]:
    """A column's cells as what the driver takes. Raises ArgumentInvalid."""
    convert = _CONVERSIONS.get(field.shape)
    try:
        if field.shape == "text":
            return [None if cell is None else cell.replace("\0", "\ufffd") for cell in texts(cells)]
        if field.shape == "decimal":
            return [None if cell is None else Decimal(fixed(cell, field.decimals)) for cell in cells]
        return cells if convert is None else [None if cell is None else convert(cell) for cell in cells]
    except (ValueError, TypeError) as failure:
        raise unfit(field.name, "cells that do not fit its type", "a database") from failure


def _moment(cell: Any) -> datetime:
    moment = datetime.fromisoformat(cell)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


_CONVERSIONS: dict[str, Callable[[Any], Any]] = {
    "date": date.fromisoformat, "time": time.fromisoformat, "datetime": _moment, "float": float,
}  # fmt: skip


def _no_address() -> ArgumentInvalid:
    return ArgumentInvalid(
        "This is no address of a database.", field="--to",
        allowed=["postgresql://user@host/name", "sqlite:///file.db"],
    )  # fmt: skip


def _refused(error: BaseException) -> ArgumentInvalid:
    """What the database said, in our words: its own may hold cells."""
    driver = error.orig.__cause__ or error.orig if isinstance(error, DBAPIError) and error.orig else error
    state: str = getattr(driver, "sqlstate", None) or ("23" if isinstance(error, IntegrityError) else "")
    known = (words for begins, words in _MEANINGS.items() if state.startswith(begins))
    why = next(known, "it refuses") if state else "it cannot be reached"
    cure = "A job that extends the earlier one (--extend) repeats none of its ids." if state.startswith("23") else None
    return ArgumentInvalid(f"Nothing was written to the database: {why}.", field="--to", suggestion=cure)
