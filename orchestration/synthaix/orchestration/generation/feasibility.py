"""Whether N distinct valid rows can exist, said before anything is generated or paid.

Only upper bounds are compared: what is refused here is impossible; what passes may still be tight, and then a warning
says so.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from synthaix.orchestration.errors import Infeasible
from synthaix.orchestration.generation.column_rules import DECIMALS
from synthaix.orchestration.generation.expression import compile_expression
from synthaix.orchestration.schema.column import NUMERIC_TYPES, TEMPORAL_TYPES, Column
from synthaix.orchestration.schema.places import Places, places_of
from synthaix.orchestration.schema.schema import Schema, Table
from synthaix.orchestration.schema.temporal import moment_of

Space = Callable[[Schema, Table, Column], float]

AMPLE = 20  # times N: from there on identifiers are left out of the comparison, see DESIGN.md section 4
TIGHT = 0.5  # share of the space beyond which random draws repeat themselves


def check_feasible(schema: Schema, counts: Mapping[str, int], *, space: Space | None = None) -> list[str]:
    """Warnings about what is possible but tight.

    Args:
        counts: table -> rows asked for; tables that are left out are not checked.
        space: how many different values a column can take; the samplers' own count when left out.

    Raises:
        Infeasible: says what, where, how many exist, how many were asked for, and the cure.
    """
    if space is None:
        from synthaix.orchestration.generation.space import space as of_samplers

        space = of_samplers
    places = places_of(schema)
    warnings: list[str] = []
    for table in schema.tables:
        for column in table.columns:
            _check_window(table, column, places)
        if table.name in counts:
            warnings += _Widths(schema, table, counts, space, places).check(counts[table.name])
    return warnings


class _Widths:
    """How many different cells, groups of cells and rows one table can hold."""

    def __init__(
        self, schema: Schema, table: Table, counts: Mapping[str, int], space: Space, places: Places
    ) -> None:
        self._schema, self._table, self._counts, self._space, self._places = schema, table, counts, space, places
        self._known: dict[str, float] = {}

    def check(self, asked: int) -> list[str]:
        """Warnings; raises Infeasible."""
        warnings = [text for column in self._table.columns for text in self._check_unique(column, asked)]
        for number, group in enumerate(self._table.unique_together or ()):
            if any(self._is_nullable(self._table.column(name)) for name in group):
                continue  # nulls never collide
            exist = self._product(group)
            if exist < asked:
                named = ", ".join(f"`{name}`" for name in group)
                raise Infeasible(
                    f"{named} together take only {_many(exist)} different values; "
                    f"{_many(asked)} rows with different ones were asked for.",
                    field=f"{self._places.table(self._table)}.unique_together[{number}]",
                    suggestion=f"Ask for at most {_many(exist)} rows, or widen one of these columns.",
                )
        return warnings + self._check_rows(asked)

    def _check_unique(self, column: Column, asked: int) -> list[str]:
        rules = column.rules
        if not rules.unique:
            return []
        needed = math.ceil(asked * (1 - (rules.null_rate or 0)))
        exist = self._width(column)
        if exist < needed:
            raise Infeasible(
                f"Column `{column.name}` takes only {_many(exist)} different values; "
                f"{_many(needed)} unique ones were asked for.",
                field=self._places.rule(self._table, column.name, "unique"),
                suggestion=f"Ask for at most {_many(exist)} rows, drop `unique`, or widen the column.",
            )
        return []

    def _check_rows(self, asked: int) -> list[str]:
        columns = self._table.columns
        exist = self._product([column.name for column in columns], with_null=True)
        named = f"`{self._table.name}`" if len(self._schema.tables) > 1 else "the table"
        if exist < asked:
            raise Infeasible(
                f"Only {_many(exist)} different rows of {named} exist; {_many(asked)} were asked for.",
                field=self._places.table(self._table),
                suggestion=f"Ask for at most {_many(exist)} rows, widen a column, "
                "or add a column that tells rows apart, such as one of type `uuid`.",
            )
        rest = self._product([column.name for column in columns if not column.is_identifier], with_null=True)
        if rest < AMPLE * asked and any(column.is_identifier for column in columns):
            return [
                f"Apart from its identifiers, {named} can hold only {_many(rest)} different rows: "
                "rows that differ in nothing but an identifier count as different."
            ]
        if exist * TIGHT < asked:
            return [f"{_many(asked)} of the {_many(exist)} different rows of {named} that exist were asked for."]
        return []

    def _product(self, names: Iterable[str], *, with_null: bool = False) -> float:
        """How many different groups of cells; a column that follows from others adds nothing."""
        widths = 1.0
        chosen = list(names)
        for name in chosen:
            column = self._table.column(name)
            made_from = _made_from(column)
            if made_from is not None and made_from <= set(chosen):
                continue
            widths *= self._width(column) + (with_null and self._is_nullable(column))
        return widths

    def _width(self, column: Column) -> float:
        """How many different values a column can take in this job."""
        if column.name not in self._known:
            self._known[column.name] = math.inf  # for a circle, which other checks refuse
            self._known[column.name] = self._measured(column)
        return self._known[column.name]

    def _measured(self, column: Column) -> float:
        rules = column.rules
        if rules.references:
            parent, _, key = rules.references.partition(".")
            if parent in self._counts:
                return float(self._counts[parent])
            return self._space(self._schema, self._schema.table(parent), self._schema.table(parent).column(key))
        made_from = _made_from(column)
        width = math.inf if column.is_sequence else self._space(self._schema, self._table, column)
        return width if made_from is None else min(width, self._product(made_from, with_null=True))

    @staticmethod
    def _is_nullable(column: Column) -> bool:
        return column.rules.nullable or bool(column.rules.null_rate)


def _made_from(column: Column) -> frozenset[str] | None:
    """The columns that an expression column follows from; None for any other."""
    if column.rules.expression is None or column.strategy not in (None, "expression"):
        return None
    return compile_expression(column.rules.expression).names


def _many(number: float) -> str:
    return f"{number:,.0f}"


def _check_window(table: Table, column: Column, places: Places) -> None:
    """Raise Infeasible when the bounds of a column leave no value at all."""
    if column.type in NUMERIC_TYPES:
        empty = _no_number(column)
    elif column.type in TEMPORAL_TYPES:
        empty = _no_moment(table, column)
    else:
        return
    if empty:
        raise Infeasible(
            f"The bounds of column `{column.name}` leave no value.",
            field=places.column(table, column.name, "constraints"),
            suggestion="Widen `min` and `max`, or drop an exclusive bound, `after` or `before`.",
        )


def _no_number(column: Column) -> bool:
    rules = column.rules
    low = max((_exact(b) for b in (rules.min, rules.exclusive_min) if b is not None), default=None)
    high = min((_exact(b) for b in (rules.max, rules.exclusive_max) if b is not None), default=None)
    if low is None or high is None:
        return False
    open_low = rules.exclusive_min is not None and _exact(rules.exclusive_min) == low
    open_high = rules.exclusive_max is not None and _exact(rules.exclusive_max) == high
    places = 0 if column.type == "integer" else rules.decimals
    if column.type == "decimal" and places is None:
        places = DECIMALS
    if places is None:
        return low > high or (low == high and (open_low or open_high))
    unit = Decimal(1).scaleb(-places)
    first = (low / unit).to_integral_value(ROUND_CEILING)
    last = (high / unit).to_integral_value(ROUND_FLOOR)
    first += 1 if open_low and first * unit == low else 0
    last -= 1 if open_high and last * unit == high else 0
    return first > last


def _exact(bound: float | str) -> Decimal:
    return Decimal(str(bound))


def _no_moment(table: Table, column: Column) -> bool:
    rules, type_ = column.rules, column.type
    low = moment_of(type_, rules.min) if isinstance(rules.min, str) else None
    high = moment_of(type_, rules.max, end=True) if isinstance(rules.max, str) else None
    after = moment_of(type_, rules.after, end=True) if rules.after and rules.after not in table.names else None
    before = moment_of(type_, rules.before) if rules.before and rules.before not in table.names else None
    if low is not None and high is not None and low > high:
        return True
    if after is not None and high is not None and high <= after:
        return True
    if before is not None and low is not None and low >= before:
        return True
    return after is not None and before is not None and _is_next(column, after, before)


def _is_next(column: Column, after: str, before: str) -> bool:
    """Whether no moment lies strictly between the two."""
    if before <= after:
        return True
    if column.type != "date":
        from datetime import datetime, timedelta

        first, last = (datetime.fromisoformat(_whole(text)) for text in (after, before))
        return last - first <= timedelta(seconds=1)
    from datetime import date

    return (date.fromisoformat(before) - date.fromisoformat(after)).days <= 1


def _whole(text: str) -> str:
    """A time or datetime cell as a datetime without a zone."""
    return f"2000-01-01T{text}" if len(text) == 8 else text[:19]
