"""Tables and the schema: immutable, hashed, read from loose JSON with errors that name the place."""

import hashlib
from collections.abc import Iterator
from functools import cached_property, lru_cache
from typing import Annotated, Any, Self

import orjson
from pydantic import Field, model_validator

from synthaix.orchestration.schema.column import Column, Frozen, Name, Short

ONLY_TABLE = "rows"  # the name of the table when the short form gives none


class RowsPerParent(Frozen):
    """How many rows each row of the parent gets, drawn evenly from `min` to `max`."""

    min: Annotated[int, Field(ge=0, le=10_000)]
    max: Annotated[int, Field(ge=1, le=10_000)]

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.min > self.max:
            raise ValueError("min is above max")
        return self


class Table(Frozen):
    """A table: columns, how many rows, and what holds across its columns.

    Attributes:
        rows: how many rows; the root table's number comes with the order.
        rows_per_parent: how many for each row of the table that the first `references` column points at.
        unique_together: groups of columns whose joint values never repeat.
        checks: expressions that are true in every row, such as `end > start`.
    """

    name: Name = ONLY_TABLE
    description: Short = ""
    columns: Annotated[tuple[Column, ...], Field(min_length=1, max_length=200)]
    rows: Annotated[int, Field(ge=1)] | None = None
    rows_per_parent: int | RowsPerParent | None = None
    unique_together: tuple[tuple[Name, ...], ...] | None = None
    checks: tuple[Short, ...] | None = None

    def column(self, name: str) -> Column:
        """The column of this name. Raises KeyError."""
        return self._by_name[name]

    @cached_property
    def _by_name(self) -> dict[str, Column]:
        return {column.name: column for column in self.columns}

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The columns' names, in order."""
        return tuple(column.name for column in self.columns)

    @property
    def parent(self) -> str | None:
        """The table that the first `references` column points at."""
        for column in self.columns:
            if column.rules.references:
                return column.rules.references.partition(".")[0]
        return None


class Schema(Frozen):
    """One revision of a dataset's shape: a list of tables."""

    tables: Annotated[tuple[Table, ...], Field(min_length=1, max_length=20)]

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, loose: Any) -> Any:
        """`{"columns": [...]}` is a schema of one table."""
        if isinstance(loose, dict) and "columns" in loose and "tables" not in loose:
            return {"tables": [loose]}
        return loose

    def table(self, name: str) -> Table:
        """The table of this name. Raises KeyError."""
        return next(table for table in self.tables if table.name == name) if name in self.names else _missing(name)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The tables' names, in order."""
        return tuple(table.name for table in self.tables)

    @property
    def root(self) -> Table:
        """The first table that points at no other: an order's `total_rows` counts its rows."""
        return next((table for table in self.tables if table.parent in (None, table.name)), self.tables[0])

    def columns(self) -> Iterator[tuple[Table, Column]]:
        """Every column with its table."""
        for table in self.tables:
            for column in table.columns:
                yield table, column

    @cached_property
    def hash(self) -> str:
        """SHA-256 over schema and strategies, in hex; confidence is left out."""
        every = {"tables": {"__all__": {"columns": {"__all__": {"confidence"}}}}}
        plain = self.model_dump(mode="json", exclude_none=True, exclude=every)
        return hashlib.sha256(orjson.dumps(plain, option=orjson.OPT_SORT_KEYS)).hexdigest()

    def to_json(self) -> bytes:
        """As stored."""
        return self.model_dump_json().encode()

    @classmethod
    def from_json(cls, stored: bytes) -> "Schema":
        """As `to_json` wrote it; a schema is immutable, so the latest few are kept."""
        return _read(stored)

    def plain(self) -> dict[str, Any]:
        """As JSON without the empty parts; a lone table in the short form."""
        whole: dict[str, Any] = self.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
        for loose, table in zip(whole["tables"], self.tables, strict=True):
            loose.setdefault("name", table.name)
        if len(self.tables) == 1:
            only: dict[str, Any] = whole["tables"][0]
            if only["name"] == ONLY_TABLE:
                del only["name"]
            return only
        return whole


@lru_cache(maxsize=64)
def _read(stored: bytes) -> Schema:
    return Schema.model_validate_json(stored)


def _missing(name: str) -> Table:
    raise KeyError(name)
