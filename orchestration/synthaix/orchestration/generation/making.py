"""Which sampler makes a column: by what the column states, then by its kind, then by its type."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache

from synthaix.orchestration.generation.column_rules import ColumnRules
from synthaix.orchestration.generation.expression import compile_expression
from synthaix.orchestration.generation.pools import template_maker, values_maker
from synthaix.orchestration.generation.samplers import facts, identifiers, inventions, persons, places
from synthaix.orchestration.generation.samplers.categories import boolean_maker, choice_maker, enum_maker
from synthaix.orchestration.generation.samplers.containers import array_maker, object_maker
from synthaix.orchestration.generation.samplers.draw import Builder, Cells, Draw, Maker, Setting
from synthaix.orchestration.generation.samplers.keys import reference_maker
from synthaix.orchestration.generation.samplers.lengths import inside_lengths
from synthaix.orchestration.generation.samplers.numbers import number_maker
from synthaix.orchestration.generation.samplers.strings import (
    FORMATS,
    pattern_maker,
    pattern_of,
    string_maker,
    uuid_maker,
)
from synthaix.orchestration.generation.samplers.texts import text_maker, topics
from synthaix.orchestration.generation.samplers.timeline import timeline_maker
from synthaix.orchestration.schema.catalogue.kind import Kind
from synthaix.orchestration.schema.column import NUMERIC_TYPES, TEMPORAL_TYPES, Cell, Column, Constraints
from synthaix.orchestration.schema.kinds import kinds

Rules = Mapping[str, Constraints]
TEXTUAL = frozenset({"string", "text", "category"})


@cache
def builders() -> Mapping[str, Builder]:
    """The samplers of the kinds that have one of their own."""
    return {**persons.MAKERS, **places.MAKERS, **inventions.MAKERS, **identifiers.MAKERS, **facts.MAKERS}


def maker_of(setting: Setting, rules: Rules) -> Maker:
    """How the column's cells are made.

    Args:
        rules: the completed constraints of every column of the table.
    """
    column = setting.column
    if column.rules.references:
        return reference_maker(setting)
    if column.rules.expression:
        return _calculated(setting, column.rules.expression)
    maker = _drawn(setting, rules)
    if column.type in ("string", "text"):
        maker = inside_lengths(setting, _texts(maker))
    return _told_apart(setting, maker) if setting.rules.unique and not maker.distinct else maker


def _drawn(setting: Setting, rules: Rules) -> Maker:
    column, kind = setting.column, kinds().get(setting.column.kind or "")
    if column.template:
        return template_maker(setting, lambda around, name, label: _of_kind(around, name, label, rules))
    if column.type == "array":
        items = kind is not None and kind.type not in ("array", "object") and not column.rules.enum
        return array_maker(
            setting, _of_kind(setting, kind.name, f"{column.name} item", rules) if items and kind else None
        )
    if column.values:
        return values_maker(setting, column.values)
    if column.type == "object":
        return object_maker(setting)
    if column.type in NUMERIC_TYPES or column.type in TEMPORAL_TYPES or column.type in ("boolean", "uuid"):
        return _by_type(setting, kind, rules)
    return _text_like(setting, kind, rules)


def _by_type(setting: Setting, kind: Kind | None, rules: Rules) -> Maker:
    """Numbers, moments, booleans and UUIDs, which no kind turns into anything else."""
    column = setting.column
    if column.type == "boolean":
        return boolean_maker(setting)
    if column.type == "uuid":
        return uuid_maker(setting) if not column.rules.enum else enum_maker(setting)
    if setting.rules.enum:
        return _fitting_enum(setting)
    if column.type in TEMPORAL_TYPES:
        return timeline_maker(setting, rules)
    if kind is not None and kind.name == "person.age":
        return facts.age(setting, number_maker)
    if kind is not None and kind.name in ("address.latitude", "address.longitude") and not setting.rules.unique:
        return builders()[kind.name](setting)
    return number_maker(setting)


def _text_like(setting: Setting, kind: Kind | None, rules: Rules) -> Maker:
    """Strings, texts and categories."""
    column, stated = setting.column, setting.stated
    own_pattern = (
        stated.pattern
        if kind is None or kind.constraints is None or kind.constraints.pattern != stated.pattern
        else None
    )
    if setting.rules.enum:
        return _enumerated(setting, kind)
    if own_pattern:
        return pattern_maker(setting, own_pattern)
    if kind is None:
        return _unknown(setting, rules)
    if kind.name in builders():
        return builders()[kind.name](setting)
    if kind.name in topics() or kind.text:
        return text_maker(setting, rules)
    if kind.type in NUMERIC_TYPES | TEMPORAL_TYPES | {"boolean", "uuid"}:
        typed = replace(setting, column=column.model_copy(update={"type": kind.type}))
        return _by_type(typed, kind, rules)
    if kind.constraints is not None and kind.constraints.pattern:
        return pattern_of(kind.constraints.pattern)(setting)
    return _unknown(setting, rules)


def _enumerated(setting: Setting, kind: Kind | None) -> Maker:
    """Values from `enum`, in step with the row's person or place where the values are known there."""
    name = kind.name if kind is not None else ""
    if name in ("person.gender", "person.title") or (
        name in places.READINGS and places.Place(setting).covers(setting.column)
    ):
        return builders()[name](setting)
    return enum_maker(setting)


def _unknown(setting: Setting, rules: Rules) -> Maker:
    """A text of which only type, format, pattern, length and examples are known."""
    column, stated = setting.column, setting.rules
    if stated.pattern:
        return pattern_maker(setting, stated.pattern)
    if stated.format == "email":
        return persons.email(setting)
    if stated.format is not None:
        return FORMATS[stated.format](setting)
    if column.examples and not stated.unique:
        checked = ColumnRules(column)
        fitting: list[Cell] = [example for example in column.examples if checked.fault(example) is None]
        if fitting:
            return choice_maker(setting, fitting)
    if column.type == "text":
        return text_maker(setting, rules)
    return string_maker(setting)


def _of_kind(setting: Setting, kind_name: str, label: str, rules: Rules) -> Maker:
    """The cells of a kind inside a template or an array, under a name of their own."""
    kind = kinds()[kind_name]
    column = Column(
        name=label[:64], type=kind.type, kind=kind_name, constraints=kind.constraints, locale=setting.column.locale
    )
    alone = (kind.constraints or Constraints()).model_copy(update={"unique": False})
    inner = replace(setting, column=column, rules=alone)
    return maker_of(inner, {**rules, column.name: alone})


def _fitting_enum(setting: Setting) -> Maker:
    """Numbers or moments from `enum`, of the column's type."""
    number: Callable[[Cell], Cell] = float if setting.column.type in ("float", "decimal") else _same  # type: ignore[assignment]  # enum cells of a numeric column are numbers
    maker = enum_maker(setting)
    if number is _same:
        return maker
    return Maker(lambda draw: list(map(number, maker.make(draw))), maker.space, maker.needs, maker.distinct)


def _same(cell: Cell) -> Cell:
    return cell


def _texts(maker: Maker) -> Maker:
    """The cells as text."""

    def made(draw: Draw) -> Cells:
        cells = maker.make(draw)
        return (
            cells
            if not cells or isinstance(cells[0], str)
            else [cell if isinstance(cell, str) else _written(cell) for cell in cells]
        )

    return Maker(made, maker.space, maker.needs, maker.distinct)


def _written(cell: Cell) -> str:
    return str(cell).lower() if isinstance(cell, bool) else str(cell)


def _told_apart(setting: Setting, maker: Maker) -> Maker:
    """Texts of a unique column with a number at the end; other types are left to the check for duplicates."""
    if (
        setting.column.type not in ("string", "text")
        or setting.rules.pattern
        or setting.rules.format
        or setting.rules.enum
    ):
        return maker

    def made(draw: Draw) -> Cells:
        return [f"{cell} {index + 1}" for cell, index in zip(maker.make(draw), draw.index.tolist(), strict=True)]

    return inside_lengths(setting, Maker(made, needs=maker.needs, distinct=True))


def _calculated(setting: Setting, text: str) -> Maker:
    """What an expression says, in the column's type."""
    expression = compile_expression(text)
    table = setting.table
    column = setting.column

    def made(draw: Draw) -> Cells:
        cells = expression.column(draw.cells, len(draw.index))
        return typed(column, cells)

    return Maker(made, needs=frozenset(expression.names) & frozenset(table.names))


def typed(column: Column, cells: Cells) -> Cells:
    """What was calculated, as the column holds it: rounded to its decimals, or as text."""
    digits = column.rules.decimals if column.rules.decimals is not None else 2 if column.type == "decimal" else None
    match column.type:
        case "integer":
            return [round(cell) if isinstance(cell, int | float) else cell for cell in cells]
        case "float" | "decimal":
            return [_rounded(cell, digits) if isinstance(cell, int | float) else cell for cell in cells]
        case "string" | "text":
            return [cell if isinstance(cell, str) or cell is None else _written(cell) for cell in cells]
        case _:
            return cells


def _rounded(number: float, digits: int | None) -> float:
    return round(float(number), digits) if digits is not None else float(number)
