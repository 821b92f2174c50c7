"""Where something is in a schema, as the path that errors carry."""

from dataclasses import dataclass

from synthaix.orchestration.schema.schema import Schema, Table


@dataclass(frozen=True, slots=True)
class Places:
    """The paths of one schema: `schema.columns[2]` in the short form, `schema.tables[0].columns[2]` otherwise."""

    schema: Schema
    field: str = "schema"
    short: bool = True

    def table(self, table: Table | str) -> str:
        """The path of a table."""
        if self.short:
            return self.field
        name = table if isinstance(table, str) else table.name
        return f"{self.field}.tables[{self.schema.names.index(name)}]"

    def column(self, table: Table, name: str, *rest: str) -> str:
        """The path of a column, or of what `rest` names in it."""
        return ".".join([f"{self.table(table)}.columns[{table.names.index(name)}]", *rest])

    def rule(self, table: Table, name: str, rule: str) -> str:
        """The path of one of a column's constraints."""
        return self.column(table, name, "constraints", rule)


def places_of(schema: Schema, field: str = "schema") -> Places:
    """The paths of a schema as it is shown: a lone table in the short form."""
    return Places(schema, field, short=len(schema.tables) == 1)
