"""What reading a schema leaves open because it takes a compiler: expressions, patterns, choices, and their circles."""

from collections.abc import Iterator

from synthaix.orchestration.errors import DependencyCycle, ExpressionInvalid, ReferenceUnknown, SchemaInvalid
from synthaix.orchestration.generation.column_rules import ColumnRules
from synthaix.orchestration.generation.expression import Expression, compile_expression
from synthaix.orchestration.generation.expression_functions import Family
from synthaix.orchestration.generation.pattern import compile_pattern
from synthaix.orchestration.schema.circles import circle_in
from synthaix.orchestration.schema.column import NUMERIC_TYPES, Column
from synthaix.orchestration.schema.column_coherence import SLOT
from synthaix.orchestration.schema.nearest import nearest
from synthaix.orchestration.schema.places import Places, places_of
from synthaix.orchestration.schema.schema import Schema, Table

_TAKES_ALL = frozenset({"string", "text", "category", "array", "object"})  # numbers and booleans become text there
_GIVES: dict[Family, set[Family]] = {
    "number": {"number", "boolean", "any"},
    "text": {"text", "any"},
    "boolean": {"boolean", "any"},
}


def check_schema(schema: Schema, *, field: str = "schema") -> None:
    """Return when every expression, pattern and choice can be used.

    Raises:
        ExpressionInvalid: an expression or a check is not of the language, or reads its own column.
        ReferenceUnknown: it reads a column that is not in the table.
        PatternUnsupported: a pattern is not both checkable and producible.
        DependencyCycle: columns are made from each other in a circle.
        SchemaInvalid: a choice breaks another rule of its own column.
    """
    places = places_of(schema, field)
    for table in schema.tables:
        for column in table.columns:
            _check_pattern(table, column, places)
            _check_choices(table, column, places)
        _check_expressions(table, places)


def _check_pattern(table: Table, column: Column, places: Places) -> None:
    if column.rules.pattern is None:
        return
    at = places.rule(table, column.name, "pattern")
    pattern = compile_pattern(column.rules.pattern, field=at)
    most, least = column.rules.max_length, column.rules.min_length
    if (most is not None and pattern.shortest > most) or (least is not None and pattern.longest < least):
        raise SchemaInvalid("No text of the pattern has a length within `min_length` and `max_length`.", field=at)


def _check_choices(table: Table, column: Column, places: Places) -> None:
    rules = ColumnRules(column)
    for choices, where in (
        (column.rules.enum, places.rule(table, column.name, "enum")),
        (column.values, places.column(table, column.name, "values")),
    ):
        for index, choice in enumerate(choices or ()):
            if column.type != "array" and rules.fault(choice) is not None:
                raise SchemaInvalid("This choice breaks another rule of its column.", field=f"{where}[{index}]")


def _check_expressions(table: Table, places: Places) -> None:
    made_from: dict[str, set[str]] = {column.name: set() for column in table.columns}
    for column, expression, at in _expressions(table, places):
        _check_names(expression, table, at, places)
        if column is None:
            continue
        if column.name in expression.names:
            raise ExpressionInvalid("The expression reads the column that it makes.", field=at)
        if column.type not in _TAKES_ALL and expression.family not in _GIVES[family_of(column)]:
            raise ExpressionInvalid(f"The expression does not give a cell of type `{column.type}`.", field=at)
        made_from[column.name] |= expression.names
    for column in table.columns:
        made_from[column.name].update(name for name in _slots(column) if name in made_from)
        made_from[column.name].update(column.depends_on or ())
    circle = circle_in({name: sorted(names) for name, names in made_from.items()})
    if circle:
        around = ", ".join(f"`{places.column(table, name)}`" for name in circle)
        raise DependencyCycle(
            f"Columns are made from each other in a circle: {around}.", field=places.column(table, circle[0])
        )


def family_of(column: Column) -> Family:
    """What an expression finds in the column."""
    if column.type in NUMERIC_TYPES:
        return "number"
    if column.type == "boolean":
        return "boolean"
    return "any" if column.type in ("category", "array", "object") else "text"


def _expressions(table: Table, places: Places) -> Iterator[tuple[Column | None, Expression, str]]:
    """Each expression of the table with the column that it makes; None for a check."""
    families = {column.name: family_of(column) for column in table.columns}
    for column in table.columns:
        if column.rules.expression is not None:
            at = places.rule(table, column.name, "expression")
            yield column, compile_expression(column.rules.expression, field=at, families=families), at
    for number, text in enumerate(table.checks or ()):
        at = f"{places.table(table)}.checks[{number}]"
        yield None, compile_expression(text, field=at, families=families), at


def _check_names(expression: Expression, table: Table, at: str, places: Places) -> None:
    for name in sorted(expression.names):
        if name in table.names:
            continue
        close = nearest(name, table.names)
        suggestion = f"Did you mean the column at `{places.column(table, close)}`?" if close else None
        raise ReferenceUnknown(
            "The expression reads a column that the table does not have.",
            field=at,
            suggestion=suggestion or "Text stands in quotes; a column whose name has blanks stands in backticks.",
        )


def _slots(column: Column) -> list[str]:
    templates = column.template or ()
    return [slot for text in ([templates] if isinstance(templates, str) else templates) for slot in SLOT.findall(text)]
