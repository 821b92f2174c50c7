"""Whether the parts of one column fit each other."""

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any

from synthaix.orchestration.errors import KindUnknown, ReferenceUnknown, SchemaInvalid
from synthaix.orchestration.schema.column import (
    NUMERIC_TYPES,
    TEMPORAL_TYPES,
    Column,
    ColumnType,
    Distribution,
)
from synthaix.orchestration.schema.kinds import kinds
from synthaix.orchestration.schema.nearest import did_you_mean, nearest
from synthaix.orchestration.schema.places import Places
from synthaix.orchestration.schema.schema import Table
from synthaix.orchestration.schema.temporal import EXAMPLES, moment_of

TEXT_TYPES = frozenset({"string", "text"})
NESTED_TYPES = frozenset({"array", "object"})
SLOT = re.compile(r"\{([^{}]*)\}")

_ORDERED_TYPES = frozenset({*NUMERIC_TYPES, *TEMPORAL_TYPES})
_SIZED_TYPES = frozenset({*TEXT_TYPES, *NESTED_TYPES})
_APPLIES: Mapping[str, Collection[str]] = {
    "min": _ORDERED_TYPES,
    "max": _ORDERED_TYPES,
    "exclusive_min": NUMERIC_TYPES,
    "exclusive_max": NUMERIC_TYPES,
    "decimals": NUMERIC_TYPES,
    "pattern": TEXT_TYPES,
    "format": TEXT_TYPES,
    "min_length": _SIZED_TYPES,
    "max_length": _SIZED_TYPES,
    "after": TEMPORAL_TYPES,
    "before": TEMPORAL_TYPES,
}
_PARAMETERS: dict[str, frozenset[str]] = {
    "uniform": frozenset(),
    "normal": frozenset({"mean", "std"}),
    "lognormal": frozenset({"median", "sigma"}),
    "exponential": frozenset({"mean"}),
    "poisson": frozenset({"mean"}),
    "zipf": frozenset({"exponent"}),
    "sequence": frozenset({"start", "step"}),
}
_SLOTS = "A slot is `{column}`, `{kind.name}` or `{one|two}`."
_INSTEAD = {"min": "min_length", "max": "max_length"}  # what a text's writer probably meant


def check_column(table: Table, column: Column, places: Places) -> None:
    """Return when the column's parts fit. Raises SchemaInvalid or one of its kinds."""
    if column.kind is not None and column.kind not in kinds():
        raise KindUnknown(
            field=places.column(table, column.name, "kind"), suggestion=did_you_mean(column.kind, kinds())
        )
    for check in (_check_rules_apply, _check_bounds, _check_choices, _check_distribution, _check_order, _check_making):
        check(table, column, places)


def _check_rules_apply(table: Table, column: Column, places: Places) -> None:
    for rule, types in _APPLIES.items():
        if getattr(column.rules, rule) is not None and column.type not in types:
            instead = _INSTEAD.get(rule) if column.type in TEXT_TYPES else None
            raise SchemaInvalid(
                f"`{rule}` does not apply to a column of type `{column.type}`.",
                field=places.rule(table, column.name, rule),
                suggestion=f"Did you mean `{instead}`?" if instead else None,
            )


def _check_bounds(table: Table, column: Column, places: Places) -> None:
    rules = column.rules
    for rule, bound in (("min", rules.min), ("max", rules.max)):
        field = places.rule(table, column.name, rule)
        if bound is None:
            continue
        if column.type in NUMERIC_TYPES and isinstance(bound, str):
            raise SchemaInvalid("The bound of a numeric column is a number.", field=field)
        if column.type in TEMPORAL_TYPES and (not isinstance(bound, str) or moment_of(column.type, bound) is None):
            raise SchemaInvalid(_iso(column.type), field=field)
    low, high = _as_ordered(column, rules.min), _as_ordered(column, rules.max, end=True)
    if low is not None and high is not None and low > high:
        raise SchemaInvalid("`min` is above `max`.", field=places.rule(table, column.name, "min"))
    if rules.min_length is not None and rules.max_length is not None and rules.min_length > rules.max_length:
        raise SchemaInvalid(
            "`min_length` is above `max_length`.", field=places.rule(table, column.name, "min_length")
        )


def _as_ordered(column: Column, bound: int | float | str | None, *, end: bool = False) -> Any:
    return moment_of(column.type, bound, end=end) if isinstance(bound, str) else bound


def _iso(type_: ColumnType) -> str:
    return f"It must be ISO 8601 text such as {EXAMPLES[type_]}."


def _check_choices(table: Table, column: Column, places: Places) -> None:
    """Enum, values and weights: of the column's type, each once, and as many weights as choices."""
    rules = column.rules
    for choices, where in (
        (rules.enum, places.rule(table, column.name, "enum")),
        (column.values, places.column(table, column.name, "values")),
    ):
        if choices is None:
            continue
        if column.type == "object":
            raise SchemaInvalid("A column of type `object` has no list of choices.", field=where)
        fits = _FITS.get(column.type, _fits_any)
        for index, choice in enumerate(choices):
            if not fits(choice):
                raise SchemaInvalid(f"This choice is no `{column.type}`.", field=f"{where}[{index}]")
    seen: dict[tuple[bool, object], int] = {}
    for index, choice in enumerate(rules.enum or ()):
        first = seen.setdefault((isinstance(choice, bool), choice), index)
        if first != index:
            where = places.rule(table, column.name, "enum")
            raise SchemaInvalid(f"This choice stands at index {first} already.", field=f"{where}[{index}]")
    _check_weights(table, column, places)


def _check_weights(table: Table, column: Column, places: Places) -> None:
    rules = column.rules
    if rules.weights is None:
        return
    where = places.rule(table, column.name, "weights")
    listed = rules.enum or column.values
    if listed is None:
        raise SchemaInvalid("Weights need `enum` or `values`.", field=where)
    if len(rules.weights) != len(listed):
        raise SchemaInvalid(f"There are {len(rules.weights)} weights for {len(listed)} choices.", field=where)
    if not 0 < sum(rules.weights) < float("inf"):
        raise SchemaInvalid("At least one weight must be above 0, and their sum finite.", field=where)


def _storable(choice: object) -> bool:
    return isinstance(choice, str) and "\0" not in choice


def _fits_any(choice: object) -> bool:
    return not isinstance(choice, str) or _storable(choice)


def _fits_number(choice: object) -> bool:
    return isinstance(choice, int | float) and not isinstance(choice, bool) and abs(choice) <= 1e308


def _fits_integer(choice: object) -> bool:
    return isinstance(choice, int) and not isinstance(choice, bool)


def _fits_moment(type_: ColumnType) -> Callable[[object], bool]:
    return lambda choice: isinstance(choice, str) and moment_of(type_, choice) == choice


_FITS: Mapping[ColumnType, Callable[[object], bool]] = {
    "string": _storable,
    "text": _storable,
    "uuid": _storable,
    "integer": _fits_integer,
    "float": _fits_number,
    "decimal": _fits_number,
    "boolean": lambda choice: isinstance(choice, bool),
    "date": _fits_moment("date"),
    "time": _fits_moment("time"),
    "datetime": _fits_moment("datetime"),
}


def _check_distribution(table: Table, column: Column, places: Places) -> None:
    spread = column.rules.distribution
    if spread is None:
        return
    field = places.rule(table, column.name, "distribution")
    if spread.name == "sequence" and (column.type != "integer" or spread.step == 0):
        raise SchemaInvalid("A sequence is of type `integer`, and its step is not 0.", field=field)
    if spread.name not in ("uniform", "zipf", "sequence") and column.type not in NUMERIC_TYPES:
        raise SchemaInvalid(f"`{spread.name}` is a distribution of numbers.", field=f"{field}.name")
    allowed = _PARAMETERS[spread.name]
    for parameter in Distribution.model_fields:
        if parameter != "name" and parameter not in allowed and getattr(spread, parameter) is not None:
            raise SchemaInvalid(
                f"`{spread.name}` has no parameter `{parameter}`.",
                field=f"{field}.{parameter}",
                allowed=sorted(allowed),
            )


def _check_order(table: Table, column: Column, places: Places) -> None:
    """`after` and `before` name a temporal column of the table, or a moment."""
    for rule, stated in (("after", column.rules.after), ("before", column.rules.before)):
        if stated is None:
            continue
        field = places.rule(table, column.name, rule)
        if stated in table.names:
            other = table.column(stated)
            comparable = {column.type, other.type} <= {"date", "datetime"} or column.type == other.type
            if stated == column.name or other.type not in TEMPORAL_TYPES or not comparable:
                raise SchemaInvalid(
                    "It must name another column that holds dates or times as this one does.", field=field
                )
        elif moment_of(column.type, stated) is None:
            close = nearest(stated, table.names)
            raise ReferenceUnknown(
                f"The table has no column of this name, and it is no moment such as {EXAMPLES[column.type]}.",
                field=field,
                suggestion=f"Did you mean the column at `{places.column(table, close)}`?" if close else None,
            )


def _check_making(table: Table, column: Column, places: Places) -> None:
    """The strategy has what it needs, and what the column is made from exists."""
    for index, name in enumerate(column.depends_on or ()):
        if name not in table.names or name == column.name:
            close = nearest(name, table.names)
            raise ReferenceUnknown(
                "`depends_on` names other columns of the table.",
                field=f"{places.column(table, column.name, 'depends_on')}[{index}]",
                suggestion=f"Did you mean the column at `{places.column(table, close)}`?" if close else None,
            )
    _check_template(table, column, places)
    field = places.column(table, column.name, "strategy")
    match column.strategy:
        case "expression" if column.rules.expression is None:
            raise SchemaInvalid("The strategy `expression` needs `constraints.expression`.", field=field)
        case "pool" if not (column.values or column.template or column.examples or _is_language(column)):
            raise SchemaInvalid("The strategy `pool` needs `values`, a `template` or `examples`.", field=field)
        case "llm" if column.type == "uuid" or column.is_sequence or column.rules.references:
            raise SchemaInvalid("A model does not write keys.", field=field, suggestion="Use `sampler`.")
        case _:
            return


def _is_language(column: Column) -> bool:
    return column.type == "text" or (column.kind is not None and kinds()[column.kind].text)


def _check_template(table: Table, column: Column, places: Places) -> None:
    if column.template is None:
        return
    field = places.column(table, column.name, "template")
    if column.type not in TEXT_TYPES:
        raise SchemaInvalid("A template makes text; the column is of another type.", field=field)
    templates = [column.template] if isinstance(column.template, str) else column.template
    for index, template in enumerate(templates):
        at = field if isinstance(column.template, str) else f"{field}[{index}]"
        if _unbalanced(template):
            raise SchemaInvalid("A template has a brace that is not of a slot.", field=at, suggestion=_SLOTS)
        for slot in SLOT.findall(template):
            _check_slot(slot, table, column, at)


def _unbalanced(template: str) -> bool:
    return any(sign in SLOT.sub("", template) for sign in "{}")


def _check_slot(slot: str, table: Table, column: Column, field: str) -> None:
    if "|" in slot or (slot in table.names and slot != column.name) or slot in kinds():
        return
    raise ReferenceUnknown(
        "A slot names neither another column of the table nor a kind, and gives no choices.",
        field=field,
        suggestion=did_you_mean(slot, kinds()) if "." in slot else _SLOTS,
    )
