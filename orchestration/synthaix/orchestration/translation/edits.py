"""Edits to a schema: columns added, removed, renamed, set and moved, one after another."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from synthaix.orchestration.errors import ArgumentInvalid
from synthaix.orchestration.generation.expression import compile_expression
from synthaix.orchestration.schema.column import Column, Constraints
from synthaix.orchestration.schema.nearest import did_you_mean
from synthaix.orchestration.schema.schema import Schema, Table

OPS = ("add", "remove", "rename", "set", "reorder")
_SAME = MappingProxyType({  # what agents say for an op, and can only mean
    "delete": "remove", "drop": "remove", "insert": "add", "update": "set", "change": "set", "modify": "set",
    "move": "reorder", "order": "reorder",
})  # fmt: skip
TABLE_KEYS = ("rows", "rows_per_parent", "unique_together", "checks", "description")


@dataclass(slots=True)
class Working:
    """A schema while it is edited.

    Attributes:
        renamed: new names by table and old name.
    """

    tables: list[Table]
    count: int | None = None
    renamed: dict[tuple[str, str], str] = field(default_factory=dict)

    @classmethod
    def of(cls, schema: Schema, count: int | None) -> "Working":
        """A copy to work on."""
        return cls(list(schema.tables), count)

    def table(self, name: object, place: str = "changes") -> Table:
        """The table of this name; the only one when none is named."""
        if name is None and len(self.tables) == 1:
            return self.tables[0]
        found = next(
            (table for table in self.tables if isinstance(name, str) and table.name.casefold() == name.casefold()), None
        )
        if found is None:
            names = [table.name for table in self.tables]
            message = (
                "There is no table of this name."
                if name is not None
                else "The schema has several tables: say which one."
            )
            raise ArgumentInvalid(message, field=f"{place}.table", allowed=names, suggestion=did_you_mean(name, names))
        return found

    def owner(self, column: object, table: object = None, place: str = "changes") -> tuple[Table, Column]:
        """The table that has the column, and the column."""
        tables = [self.table(table, place)] if table is not None else self.tables
        wanted = str(column).casefold() if isinstance(column, str) else ""
        prefix, dot, rest = wanted.partition(".")
        found = [
            (each, own)
            for each in tables
            for own in each.columns
            if own.name.casefold() == wanted or (dot and each.name.casefold() == prefix and own.name.casefold() == rest)
        ]
        if not found:
            names = [own.name for each in tables for own in each.columns]
            raise ArgumentInvalid(
                "There is no column of this name.",
                field=f"{place}.column",
                allowed=names[:40],
                suggestion=did_you_mean(column, names),
            )
        return found[0]

    def replace(self, old: Table, columns: Sequence[Column] | None = None, **changes: object) -> Table:
        """Put a changed table in the old one's place."""
        if columns is not None:
            if not columns:
                raise ArgumentInvalid("A table keeps at least one column.", field="changes")
            changes["columns"] = tuple(columns)
        new = changed_table(old, **changes)
        self.tables[next(place for place, each in enumerate(self.tables) if each is old)] = new
        return new

    def add(self, table: Table, column: Column, *, before: str | None = None, after: str | None = None) -> None:
        """A further column, last unless a place is given."""
        if column.name.casefold() in {each.name.casefold() for each in table.columns}:
            raise ArgumentInvalid(
                "The table has a column of this name already.", field="changes", suggestion="Use `set` to change it."
            )
        columns = list(table.columns)
        columns.insert(_place(columns, before, after), column)
        self.replace(table, columns)

    def remove(self, table: Table, column: Column) -> None:
        """Leave a column out; what only pointed at it goes with it, what is calculated from it stands in the way."""
        for other_table, other in [(each, own) for each in self.tables for own in each.columns]:
            if other_table is table and other is not column and column.name in _made_from(other):
                raise ArgumentInvalid(
                    f"`{other.name}` is calculated from `{column.name}`: remove or change that one first.",
                    field="changes",
                )
            if other.rules.references == f"{table.name}.{column.name}":
                raise ArgumentInvalid(
                    f"`{other_table.name}.{other.name}` points at this column: remove that one first.", field="changes"
                )
        kept = [_without(own, column.name) for own in table.columns if own is not column]
        groups = tuple(group for group in table.unique_together or () if column.name not in group) or None
        checks = (
            tuple(check for check in table.checks or () if column.name not in compile_expression(check).names) or None
        )
        self.replace(table, kept, unique_together=groups, checks=checks)

    def rename(self, table: Table, column: Column, name: str) -> None:
        """Another name, wherever the column is named."""
        if not name.strip():
            raise ArgumentInvalid("Say the new name.", field="changes")
        if name.casefold() != column.name.casefold() and name.casefold() in {
            each.name.casefold() for each in table.columns
        }:
            raise ArgumentInvalid("The table has a column of this name already.", field="changes")
        old = column.name
        columns = [_renamed(own, old, name) for own in table.columns]
        groups = (
            tuple(tuple(name if part == old else part for part in group) for group in table.unique_together or ())
            or None
        )
        checks = tuple(_in_expression(check, old, name) for check in table.checks or ()) or None
        self.replace(table, columns, unique_together=groups, checks=checks)
        for other in list(self.tables):
            pointed = [
                own.model_copy(
                    update={"constraints": own.rules.model_copy(update={"references": f"{table.name}.{name}"})}
                )
                if own.rules.references == f"{table.name}.{old}"
                else own
                for own in other.columns
            ]
            if pointed != list(other.columns):
                self.replace(other, pointed)
        first = next((before for (at, before), now in self.renamed.items() if at == table.name and now == old), old)
        self.renamed.pop((table.name, first), None)
        self.renamed[(table.name, first)] = name

    def change(self, table: Table, column: Column, new: Column) -> None:
        """A changed column in the old one's place."""
        self.replace(table, [new if own is column else own for own in table.columns])

    def move(
        self, table: Table, column: Column, *, before: str | None = None, after: str | None = None, first: bool = False
    ) -> None:
        """Another place for a column; last unless one is given."""
        columns = [own for own in table.columns if own is not column]
        columns.insert(0 if first else _place(columns, before, after), column)
        self.replace(table, columns)


def changed_table(table: Table, **changes: object) -> Table:
    """The table with other parts. No `model_copy`: it would keep the cached names of the old columns."""
    parts = {name: getattr(table, name) for name in Table.model_fields}
    return Table.model_validate({**parts, **changes})


def apply_edit(working: Working, edit: Mapping[str, Any], place: str) -> None:
    """One typed edit.

    Raises:
        ArgumentInvalid: it is not of the form that edits have, or names what is not there.
    """
    said = edit.get("op")
    op = _SAME.get(said, said) if isinstance(said, str) else said
    match op:
        case "add":
            _add(working, edit, place)
        case "remove":
            _remove(working, edit, place)
        case "rename":
            table, column = working.owner(_name_in(edit.get("column")), edit.get("table"), place)
            new = edit.get("to", edit.get("name", edit.get("new_name")))
            if not isinstance(new, str):
                raise ArgumentInvalid("`rename` takes `column` and `to`.", field=f"{place}.to")
            working.rename(table, column, new)
        case "set":
            _set(working, edit, place)
        case "reorder":
            _reorder(working, edit, place)
        case _:
            raise ArgumentInvalid(
                "An edit has an `op`.", field=f"{place}.op", allowed=OPS, suggestion=did_you_mean(op, OPS)
            )


def _name_in(said: object) -> object:
    return said.get("name") if isinstance(said, Mapping) else said


def _add(working: Working, edit: Mapping[str, Any], place: str) -> None:
    said = edit.get("column")
    loose = (
        dict(said)
        if isinstance(said, Mapping)
        else {
            key: value
            for key, value in edit.items()
            if key not in ("op", "table", "column", "before", "after", "position")
        }
    )
    if isinstance(said, str):
        loose["name"] = said
    if "name" not in loose:
        raise ArgumentInvalid("`add` takes a `column` with `name` and `type`.", field=f"{place}.column")
    loose.setdefault("type", "string")
    column = column_from(loose, f"{place}.column")
    working.add(working.table(edit.get("table"), place), column, before=edit.get("before"), after=edit.get("after"))


def column_from(loose: Mapping[str, Any], place: str) -> Column:
    """A column from loose JSON, with errors that name the place in the edit."""
    from synthaix.orchestration.errors import SchemaInvalid
    from synthaix.orchestration.schema.reading import read_schema

    alone = dict(loose)
    rules = dict(alone["constraints"]) if isinstance(alone.get("constraints"), Mapping) else None
    links = {}
    if rules is not None:
        links = {key: rules.pop(key) for key in ("references", "after", "before", "expression") if key in rules}
        alone["constraints"] = rules
    depends = alone.pop("depends_on", None)
    strategy = alone.pop("strategy", None) if links else None
    try:
        column = read_schema({"columns": [alone]}, field=place).tables[0].columns[0]
    except SchemaInvalid as error:
        path = (error.field or place).replace(f"{place}.columns[0]", place)
        raise type(error)(error.message, field=path, allowed=error.allowed, suggestion=error.suggestion) from None
    if not (links or depends or strategy):
        return column
    whole = {**column.model_dump(exclude_unset=True), "depends_on": depends, "strategy": strategy}
    if links:
        whole["constraints"] = {
            **(column.constraints.model_dump(exclude_unset=True) if column.constraints else {}),
            **links,
        }
    try:
        return Column.model_validate({key: value for key, value in whole.items() if value is not None})
    except ValueError:
        raise ArgumentInvalid(
            "A column's `references`, `after`, `before` and `expression` are texts.", field=place
        ) from None


def _remove(working: Working, edit: Mapping[str, Any], place: str) -> None:
    columns = edit.get("columns") or ([edit["column"]] if "column" in edit else [])
    if not columns and "table" in edit:
        remove_table(working, working.table(edit["table"], place))
        return
    if not columns or not isinstance(columns, Sequence) or isinstance(columns, str):
        raise ArgumentInvalid("`remove` takes a `column`, `columns` or a `table`.", field=place)
    for name in columns:
        working.remove(*working.owner(_name_in(name), edit.get("table"), place))


def remove_table(working: Working, table: Table) -> None:
    """Leave a whole table out; one that others point at stays."""
    if len(working.tables) == 1:
        raise ArgumentInvalid("A schema keeps at least one table.", field="changes")
    for other in working.tables:
        if other is not table and any(
            (own.rules.references or "").startswith(f"{table.name}.") for own in other.columns
        ):
            raise ArgumentInvalid(f"`{other.name}` points at this table: remove that one first.", field="changes")
    working.tables.remove(table)


def _set(working: Working, edit: Mapping[str, Any], place: str) -> None:
    if "column" not in edit:
        _set_table(working, edit, place)
        return
    said = edit["column"]
    table, column = working.owner(_name_in(said), edit.get("table"), place)
    changes = {key: value for key, value in edit.items() if key not in ("op", "table", "column", "changes", "to")}
    for more in (said if isinstance(said, Mapping) else {}, edit.get("changes") or {}, edit.get("to") or {}):
        changes |= {key: value for key, value in more.items() if key != "name"} if isinstance(more, Mapping) else {}
    rules = {key: changes.pop(key) for key in list(changes) if key in Constraints.model_fields}
    rules |= changes.pop("constraints", None) or {}
    if not changes and not rules:
        raise ArgumentInvalid(
            "`set` takes what to set, such as `type` or `constraints`.", field=place, allowed=[*Column.model_fields]
        )
    working.change(table, column, changed(column, changes, rules, place))


def changed(column: Column, changes: Mapping[str, Any], rules: Mapping[str, Any], place: str) -> Column:
    """A column with some parts set anew; a null takes a part away, and what no longer fits goes."""
    whole = column.model_dump(exclude_unset=True, exclude={"strategy", "confidence", "constraints"}) | {
        "name": column.name,
        "type": column.type,
    }
    kept = column.constraints.model_dump(exclude_unset=True, exclude_none=True) if column.constraints else {}
    if rules:
        kept = _beside(kept, rules)
    if "type" in changes and changes["type"] != column.type:
        kept = {key: value for key, value in kept.items() if key in ("unique", "nullable", "null_rate")} | dict(rules)
        whole.pop("examples", None)
        if "kind" not in changes:
            whole.pop("kind", None)
    merged = {
        key: value
        for key, value in {**kept, **rules}.items()
        if value is not None and not (value is False and key in ("unique", "nullable"))
    }
    if (
        "strategy" not in changes
        and column.strategy is not None
        and not rules.keys() & {"enum", "expression", "pattern", "references"}
        and "type" not in changes
        and not changes.keys() & {"values", "template", "kind"}
    ):
        whole["strategy"] = column.strategy
    whole |= changes
    whole["constraints"] = merged or None
    return column_from({key: value for key, value in whole.items() if value is not None}, place)


_BOUNDS = frozenset({"min", "max", "exclusive_min", "exclusive_max"})
_DISPLACED: Mapping[str, frozenset[str]] = MappingProxyType({  # a constraint -> those that make no sense beside it
    "enum": _BOUNDS | {"weights", "pattern", "distribution", "format", "min_length", "max_length", "expression"},
    **dict.fromkeys(("min", "exclusive_min"), frozenset({"min", "exclusive_min", "enum", "weights", "distribution"})),
    **dict.fromkeys(("max", "exclusive_max"), frozenset({"max", "exclusive_max", "enum", "weights", "distribution"})),
    "pattern": frozenset({"enum", "weights", "format", "min_length", "max_length"}),
    "expression": frozenset({"enum", "weights", "min", "max", "distribution", "pattern", "unique"}),
    "references": frozenset({"enum", "weights", "min", "max", "distribution", "pattern", "format"}),
})  # fmt: skip


def _beside(kept: dict[str, Any], rules: Mapping[str, Any]) -> dict[str, Any]:
    """The earlier constraints that still make sense beside new ones."""
    gone = {key for rule, value in rules.items() if value is not None for key in _DISPLACED.get(rule, ())}
    if rules.get("nullable") is False:
        gone |= {"null_rate"}
    if rules.get("unique") is False and (kept.get("distribution") or {}).get("name") == "sequence":
        gone |= {"distribution"}
    found = {key: value for key, value in kept.items() if key not in gone}
    for low, high in (("min", "max"), ("exclusive_min", "exclusive_max")):
        if low in rules and high in found and _above(rules[low], found[high]):
            del found[high]
        if high in rules and low in found and _above(found[low], rules[high]):
            del found[low]
    return found


def _above(low: object, high: object) -> bool:
    if isinstance(low, str) and isinstance(high, str):
        return low > high
    return isinstance(low, int | float) and isinstance(high, int | float) and low > high


def _set_table(working: Working, edit: Mapping[str, Any], place: str) -> None:
    changes = {key: value for key, value in edit.items() if key in TABLE_KEYS}
    unknown = [key for key in edit if key not in (*TABLE_KEYS, "op", "table")]
    if not changes or unknown:
        raise ArgumentInvalid(
            "`set` takes a `column`, or what to set on a `table`.",
            field=place,
            allowed=["column", "table", *TABLE_KEYS],
        )
    table = working.table(edit.get("table"), place)
    if "rows" in changes and changes["rows"] is not None:
        changes.setdefault("rows_per_parent", None)
    if changes.get("rows_per_parent") is not None:
        changes["rows"] = None
    try:
        working.replace(table, **changes)
    except ValueError:
        raise ArgumentInvalid("The table cannot be set so.", field=place, allowed=list(TABLE_KEYS)) from None


def _reorder(working: Working, edit: Mapping[str, Any], place: str) -> None:
    wanted = edit.get("columns", edit.get("order"))
    if isinstance(wanted, Sequence) and not isinstance(wanted, str) and wanted:
        table, _ = working.owner(wanted[0], edit.get("table"), place)
        order(working, table, [working.owner(name, table.name, place)[1].name for name in wanted])
        return
    if "column" not in edit:
        raise ArgumentInvalid(
            "`reorder` takes `columns` in their new order, or a `column` with `before`, `after` or `position`.",
            field=place,
        )
    table, column = working.owner(_name_in(edit["column"]), edit.get("table"), place)
    position = edit.get("position", edit.get("to"))
    if isinstance(position, int) and not isinstance(position, bool):
        columns = [own for own in table.columns if own is not column]
        columns.insert(max(0, min(position, len(columns))), column)
        working.replace(table, columns)
        return
    working.move(
        table, column, before=edit.get("before"), after=edit.get("after"), first=position in ("first", "start", "front")
    )


def order(working: Working, table: Table, names: Sequence[str]) -> None:
    """The named columns first, in this order; the others after them as they were."""
    first = [table.column(name) for name in dict.fromkeys(names)]
    working.replace(table, [*first, *(own for own in table.columns if own not in first)])


def _place(columns: Sequence[Column], before: str | None, after: str | None) -> int:
    for name, step in ((before, 0), (after, 1)):
        if name is None:
            continue
        found = next((place for place, own in enumerate(columns) if own.name.casefold() == str(name).casefold()), None)
        if found is None:
            raise ArgumentInvalid(
                "There is no column of the name that says the place.",
                field="changes",
                allowed=[own.name for own in columns][:40],
            )
        return found + step
    return len(columns)


def _made_from(column: Column) -> frozenset[str]:
    return compile_expression(column.rules.expression).names if column.rules.expression else frozenset()


def _without(column: Column, name: str) -> Column:
    """The column without what points at a column that goes."""
    changes: dict[str, object] = {}
    gone: dict[str, object] = {side: None for side in ("after", "before") if getattr(column.rules, side) == name}
    if gone:
        changes["constraints"] = column.rules.model_copy(update=gone)
    if column.depends_on and name in column.depends_on:
        changes["depends_on"] = [each for each in column.depends_on if each != name] or None
    if column.template is not None and any(
        f"{{{name}}}" in text for text in ([column.template] if isinstance(column.template, str) else column.template)
    ):
        raise ArgumentInvalid(
            f"The template of `{column.name}` names this column: change that one first.", field="changes"
        )
    return column.model_copy(update=changes) if changes else column


def _renamed(column: Column, old: str, new: str) -> Column:
    changes: dict[str, object] = {"name": new} if column.name == old else {}
    rules: dict[str, object] = {side: new for side in ("after", "before") if getattr(column.rules, side) == old}
    if column.rules.expression:
        text = _in_expression(column.rules.expression, old, new)
        if text != column.rules.expression:
            rules["expression"] = text
    if rules:
        changes["constraints"] = column.rules.model_copy(update=rules)
    if column.depends_on and old in column.depends_on:
        changes["depends_on"] = [new if each == old else each for each in column.depends_on]
    if column.template is not None:
        texts = [column.template] if isinstance(column.template, str) else list(column.template)
        told = [text.replace(f"{{{old}}}", f"{{{new}}}") for text in texts]
        changes["template"] = told[0] if isinstance(column.template, str) else told
    return Column.model_validate({**dict(column), **changes}) if changes else column


def _in_expression(text: str, old: str, new: str) -> str:
    """An expression with one name for another; texts in quotes stay."""
    parts = re.split(r"(\"[^\"]*\"|'[^']*')", text)
    written = new if new.isidentifier() else f"`{new}`"
    for place in range(0, len(parts), 2):
        parts[place] = parts[place].replace(f"`{old}`", written)
        if old.isidentifier():
            parts[place] = re.sub(rf"(?<![\w`]){re.escape(old)}(?![\w`])", lambda _: written, parts[place])
    return "".join(parts)
