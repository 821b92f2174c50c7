"""Whether the parts of a schema fit each other: names, references, bounds, choices. Pure, and without compilers."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from synthaix.orchestration.errors import DependencyCycle, ReferenceUnknown, SchemaInvalid
from synthaix.orchestration.schema.circles import circle_in
from synthaix.orchestration.schema.column_coherence import check_column
from synthaix.orchestration.schema.nearest import nearest
from synthaix.orchestration.schema.places import Places
from synthaix.orchestration.schema.schema import Schema, Table

MAX_CHECKS = 50
MAX_GROUPS = 20  # of unique_together


def check_coherence(schema: Schema, *, field: str = "schema", short: bool = True) -> None:
    """Return when the parts fit.

    Args:
        field, short: how paths begin, and whether they name the table.

    Raises:
        SchemaInvalid: or one of its kinds.
    """
    places = Places(schema, field, short)
    tables = [field if short else f"{field}.tables[{index}]" for index in range(len(schema.tables))]
    _check_names(schema.names, [f"{at}.name" for at in tables], dots=False)
    for at, table in zip(tables, schema.tables, strict=True):
        _check_names(table.names, [f"{at}.columns[{index}].name" for index in range(len(table.columns))])
        for column in table.columns:
            check_column(table, column, places)
        _check_table(table, places)
    _check_references(schema, places)
    _check_rows(schema, places)


def _check_names(names: Sequence[str], fields: Sequence[str], *, dots: bool = True) -> None:
    folded = Counter(name.casefold() for name in names)
    for name, field in zip(names, fields, strict=True):
        if not name.isprintable() or name != name.strip() or "`" in name or (not dots and "." in name):
            signs = "backticks" if dots else "backticks or dots"
            raise SchemaInvalid(
                f"A name has no control characters, no {signs} and no blanks at its ends.", field=field
            )
        if folded[name.casefold()] > 1:
            first = fields[[other.casefold() for other in names].index(name.casefold())]
            if field != first:
                raise SchemaInvalid(
                    f"The same name stands at `{first}` already (upper and lower case count as the same).", field=field
                )


def _check_table(table: Table, places: Places) -> None:
    at = places.table(table)
    groups = table.unique_together or ()
    if len(groups) > MAX_GROUPS or len(table.checks or ()) > MAX_CHECKS:
        raise SchemaInvalid(f"A table has at most {MAX_GROUPS} unique_together and {MAX_CHECKS} checks.", field=at)
    for number, group in enumerate(groups):
        field = f"{at}.unique_together[{number}]"
        if not group or len(set(group)) < len(group):
            raise SchemaInvalid("A group names at least one column, and each once.", field=field)
        for position, name in enumerate(group):
            known_column(table, name, f"{field}[{position}]", places)
    later: dict[str, list[str]] = {
        column.name: [column.rules.after] if column.rules.after in table.names else [] for column in table.columns
    }
    for column in table.columns:
        if column.rules.before in later:
            later[column.rules.before].append(column.name)
    _no_circle(table, later, "constraints", "come after each other in a circle", places)
    shown = {column.name: column.depends_on or [] for column in table.columns}
    _no_circle(table, shown, "depends_on", "depend on each other in a circle", places)


def _no_circle(table: Table, edges: Mapping[str, Iterable[str]], rest: str, what: str, places: Places) -> None:
    circle = circle_in(edges)
    if circle:
        around = ", ".join(f"`{places.column(table, name)}`" for name in circle)
        raise DependencyCycle(f"Columns {what}: {around}.", field=places.column(table, circle[0], rest))


def known_column(table: Table, name: str, field: str, places: Places) -> None:
    """Raise ReferenceUnknown unless the table has the column."""
    if name not in table.names:
        close = nearest(name, table.names)
        suggestion = f"Did you mean the column at `{places.column(table, close)}`?" if close else None
        raise ReferenceUnknown("The table has no column of this name.", field=field, suggestion=suggestion)


def _check_references(schema: Schema, places: Places) -> None:
    for table, column in schema.columns():
        if column.rules.references is None:
            continue
        field = places.rule(table, column.name, "references")
        parent_name, dot, key = column.rules.references.partition(".")
        if not dot or not key:
            raise ReferenceUnknown("A reference has the form `table.column`.", field=field)
        if parent_name not in schema.names:
            close = nearest(parent_name, schema.names)
            suggestion = f"Did you mean the table at `{places.table(close)}`?" if close else None
            raise ReferenceUnknown("The schema has no table of this name.", field=field, suggestion=suggestion)
        parent = schema.table(parent_name)
        known_column(parent, key, field, places)
        target = parent.column(key)
        if parent.name == table.name and not target.is_sequence:
            raise ReferenceUnknown(
                "A table may point at itself only by a column with the distribution `sequence`, "
                "since the other keys do not exist yet when its rows are made.",
                field=field,
                suggestion='Give that column `"constraints": {"distribution": {"name": "sequence"}}`.',
            )
        if target.type != column.type:
            raise SchemaInvalid(
                "The column and the one that it references have different types.",
                field=places.column(table, column.name, "type"),
                allowed=[target.type],
            )
    edges = {
        table.name: [
            name
            for column in table.columns
            if (name := (column.rules.references or "").partition(".")[0]) and name != table.name
        ]
        for table in schema.tables
    }
    circle = circle_in(edges)
    if circle:
        around = ", ".join(f"`{places.table(name)}`" for name in circle)
        raise DependencyCycle(f"Tables reference each other in a circle: {around}.", field=places.table(circle[0]))


def _check_rows(schema: Schema, places: Places) -> None:
    for table in schema.tables:
        if table.rows_per_parent is None:
            continue
        field = f"{places.table(table)}.rows_per_parent"
        if table.rows is not None:
            raise SchemaInvalid("A table has `rows` or `rows_per_parent`, not both.", field=field)
        if table.parent is None or table.parent == table.name:
            raise SchemaInvalid("`rows_per_parent` needs a column that references another table first.", field=field)
        if isinstance(table.rows_per_parent, int) and not 1 <= table.rows_per_parent <= 10_000:
            raise SchemaInvalid("`rows_per_parent` is 1 to 10,000, or an object with `min` and `max`.", field=field)
