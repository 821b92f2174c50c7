"""What every cell of one column obeys, in two forms: for a whole column at once, and cell by cell with words.

The whole column goes through one validator of pydantic's engine and a few C loops: 0.01 to 0.1 us a cell. Only when
that refuses are the cells looked at one by one.
"""

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from pydantic_core import CoreSchema, SchemaValidator, ValidationError, core_schema

from synthaix.orchestration.generation.formats import LONGEST, WORDS, format_pattern, is_format
from synthaix.orchestration.generation.pattern import Pattern, compile_pattern
from synthaix.orchestration.schema import temporal
from synthaix.orchestration.schema.column import NUMERIC_TYPES, TEMPORAL_TYPES, Cell, Column

Cells = list[Cell]
Whole = Callable[[list[Any]], bool]  # on the cells that are not null

MAX_TEXT = 100_000  # characters of a cell
MAX_INTEGER = 2**63 - 1
MAX_ITEMS = 10_000  # of an array or object, the nested ones included
MAX_DEPTH = 8
DECIMALS = 2  # of a `decimal` column that states none
_SHOWN = 12  # choices that a rule spells out
KNOWN_TEXTS = 4_096  # of one column, remembered as obeying its rules
KNOWN_MOMENTS = 32_768  # ninety years of dates
_EXACT = 2.0**50  # below it a float times a power of ten still rounds to the right integer


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule, in words that follow "column: ", and its check of a cell that obeys the rules before it."""

    words: str
    holds: Callable[[Any], bool]


@dataclass(slots=True)
class _Parts:
    """A column's rules while they are put together."""

    whole: CoreSchema | None = None
    rules: list[Rule] = field(default_factory=list)
    wholes: list[Whole] = field(default_factory=list)

    def add(self, words: str, holds: Callable[[Any], bool], whole: Whole | None = None) -> None:
        """One more rule; without a form of its own for columns it goes cell by cell."""
        self.rules.append(Rule(words, holds))
        self.wholes.append(whole or (lambda cells: all(map(holds, cells))))


class ColumnRules:
    """The rules of one column."""

    __slots__ = ("_known", "_room", "_rules", "_validator", "_wholes", "nullable")

    def __init__(self, column: Column) -> None:
        self.nullable = column.rules.nullable or bool(column.rules.null_rate)
        parts = _parts(column)
        item = parts.whole
        if item is not None and self.nullable:
            item = core_schema.nullable_schema(item)
        self._validator = SchemaValidator(core_schema.list_schema(item, fail_fast=True)) if item else None
        self._rules = tuple(parts.rules)
        self._wholes = tuple(parts.wholes)
        self._known: set[Cell] = set()  # texts that obey; most columns draw from few, and looking up is 10 ns
        self._room = KNOWN_MOMENTS if column.type in TEMPORAL_TYPES else KNOWN_TEXTS
        if item is None or item["type"] not in ("str", "nullable") or column.type in NUMERIC_TYPES | {"boolean"}:
            self._room = 0  # 1, 1.0 and True are one element of a set

    def all_hold(self, cells: Cells) -> bool:
        """Whether every cell obeys every rule."""
        try:
            if self._known.issuperset(cells):
                return True
            held = self._all_hold(cells)
            if held and self._room:
                self._known.update(cells)
                if len(self._known) > self._room:
                    self._known, self._room = set(), 0
        except (ValidationError, TypeError):
            return False
        return held

    def _all_hold(self, cells: Cells) -> bool:
        if self._validator is not None:
            self._validator.validate_python(cells)
        present: list[Any] = cells
        if self._validator is None or self.nullable:
            present = [cell for cell in cells if cell is not None]
            if len(present) < len(cells) and not self.nullable:
                return False
        return not present or all(whole(present) for whole in self._wholes)

    def broken(self, cells: Cells, first: int = 0) -> Iterator[tuple[int, str]]:
        """The cells that break a rule: index from `first`, words. Halves that hold are not looked at further."""
        if self.all_hold(cells):
            return
        if len(cells) > 16:
            half = len(cells) // 2
            yield from self.broken(cells[:half], first)
            yield from self.broken(cells[half:], first + half)
            return
        for index, cell in enumerate(cells, first):
            words = self.fault(cell)
            if words is not None:
                yield index, words

    def fault(self, cell: Cell) -> str | None:
        """The first rule that the cell breaks, in words; None when it breaks none."""
        if cell is None:
            return None if self.nullable else "must not be null"
        for rule in self._rules:
            if not rule.holds(cell):
                return rule.words
        return None


def _parts(column: Column) -> _Parts:
    if column.type in NUMERIC_TYPES:
        parts = _number(column)
    elif column.type in TEMPORAL_TYPES:
        parts = _moment(column)
    else:
        match column.type:
            case "boolean":
                parts = _Parts(core_schema.bool_schema(strict=True), [Rule("true or false", _is_boolean)])
            case "category":
                parts = _category(column)
            case "array" | "object":
                parts = _nested(column)
            case "uuid":
                parts = _uuid()
            case _:
                parts = _text(column)
    if column.rules.enum and column.type not in ("category", "array"):
        _among(parts, column.rules.enum)
    return parts


def _is_boolean(cell: Any) -> bool:
    return isinstance(cell, bool)


def _uuid() -> _Parts:
    holds = is_format("uuid")
    whole = core_schema.str_schema(pattern=rf"\A{format_pattern('uuid').text}\z", strict=True)
    return _Parts(whole, [Rule(WORDS["uuid"], lambda cell: isinstance(cell, str) and holds(cell))])


def _text(column: Column) -> _Parts:
    """A text: Unicode without NUL, of some length, maybe of a pattern or a format."""
    rules = column.rules
    least, most = rules.min_length or 0, MAX_TEXT if rules.max_length is None else rules.max_length
    pattern = None if rules.pattern is None else compile_pattern(rules.pattern, field=f"{column.name}.pattern")
    usual = format_pattern(rules.format) if rules.format and pattern is None else pattern
    engine = usual.engine if usual else None
    parts = _Parts(core_schema.str_schema(min_length=least, max_length=most, pattern=engine, strict=True))
    parts.rules.append(Rule("must be a text", lambda cell: isinstance(cell, str)))
    parts.add("must be Unicode without NUL characters", _is_storable, lambda cells: "\0" not in "".join(cells))
    if least:
        parts.rules.append(Rule(f"at least {least} characters", lambda cell: len(cell) >= least))
    parts.rules.append(Rule(f"at most {most} characters", lambda cell: len(cell) <= most))
    if rules.min_length is None and usual is None and not rules.enum:
        parts.add("must not be blank", lambda cell: bool(cell.strip()), lambda cells: all(map(str.strip, cells)))
    if pattern is not None:
        parts.add("must be of the column's pattern", pattern.matches, _engine_held(pattern))
    if rules.format is not None:
        holds, longest = is_format(rules.format), LONGEST[rules.format]
        fits = format_pattern(rules.format).all_match if pattern else _engine_held(format_pattern(rules.format))
        parts.add(
            f"must be {WORDS[rules.format]}", holds, lambda cells: max(map(len, cells)) <= longest and fits(cells)
        )
    return parts


def _engine_held(pattern: Pattern) -> Whole:
    """The rest of a pattern's check, once pydantic's engine has held it against every cell."""
    if pattern.engine is None:
        return pattern.all_match
    return lambda cells: pattern.agrees("".join(cells)) or pattern.all_match(cells)


def _is_storable(cell: str) -> bool:
    try:
        return b"\0" not in cell.encode()
    except UnicodeEncodeError:
        return False


def _number(column: Column) -> _Parts:
    rules = column.rules
    whole_numbers = column.type == "integer"
    low, high = _bound(rules.min), _bound(rules.max)
    above, below = rules.exclusive_min, rules.exclusive_max
    if whole_numbers:
        schema: CoreSchema = core_schema.int_schema(
            strict=True,
            ge=-MAX_INTEGER if low is None else max(math.ceil(low), -MAX_INTEGER),
            le=MAX_INTEGER if high is None else min(math.floor(high), MAX_INTEGER),
            gt=None if above is None else math.floor(above),
            lt=None if below is None else math.ceil(below),
        )
        parts = _Parts(schema, [Rule("must be a whole number of 64 bits", _is_integer)])
    else:
        schema = core_schema.float_schema(strict=True, allow_inf_nan=False, ge=low, le=high, gt=above, lt=below)
        parts = _Parts(schema, [Rule("must be a finite number", _is_number)])
    for words, limit, holds in (
        ("at least", low, lambda cell: cell >= low),
        ("at most", high, lambda cell: cell <= high),
        ("more than", above, lambda cell: cell > above),
        ("less than", below, lambda cell: cell < below),
    ):
        if limit is not None:
            parts.rules.append(Rule(f"{words} {limit:g}" if isinstance(limit, float) else f"{words} {limit}", holds))
    decimals = DECIMALS if column.type == "decimal" and rules.decimals is None else rules.decimals
    if decimals is not None and not whole_numbers:
        parts.add(f"at most {decimals} decimal places", _rounded(decimals), _all_rounded(decimals))
    return parts


def _bound(limit: object) -> int | float | None:
    return limit if isinstance(limit, int | float) else None


def _is_integer(cell: Any) -> bool:
    return type(cell) is int and -MAX_INTEGER <= cell <= MAX_INTEGER


def _is_number(cell: Any) -> bool:
    return (type(cell) is float and math.isfinite(cell)) or _is_integer(cell)


def _rounded(decimals: int) -> Callable[[Any], bool]:
    return lambda cell: round(cell, decimals) == cell


def _all_rounded(decimals: int) -> Whole:
    """The same for a column: a float with so many decimals is the quotient of two integers, correctly rounded."""
    import numpy

    power = 10.0**decimals
    one_by_one = _rounded(decimals)

    def all_rounded(cells: list[Any]) -> bool:
        values = numpy.array(cells, dtype=numpy.float64)
        scaled = values * power
        if numpy.abs(scaled).max() >= _EXACT:
            return all(map(one_by_one, cells))
        return bool((numpy.rint(scaled) / power == values).all())

    return all_rounded


def _moment(column: Column) -> _Parts:
    type_, rules = column.type, column.rules
    parts = _Parts(core_schema.str_schema(pattern=rf"\A(?:{temporal.PATTERNS[type_]})\z", strict=True))
    words = f"must be a {type_} such as {temporal.EXAMPLES[type_]}"
    parts.rules.append(Rule(words, lambda cell: isinstance(cell, str) and temporal.is_moment(type_, cell)))
    low = temporal.moment_of(type_, rules.min) if isinstance(rules.min, str) else None
    high = temporal.moment_of(type_, rules.max, end=True) if isinstance(rules.max, str) else None
    if low is not None:
        parts.add(f"not before {low}", lambda cell: cell >= low, lambda cells: min(cells) >= low)
    if high is not None:
        parts.add(f"not after {high}", lambda cell: cell <= high, lambda cells: max(cells) <= high)
    return parts


def _category(column: Column) -> _Parts:
    choices = column.rules.enum or column.values
    if choices:
        parts = _Parts()
        _among(parts, choices)
        return parts
    parts = _Parts()
    parts.add("must be a text, a number, true or false", _is_scalar)
    return parts


def _is_scalar(cell: Any) -> bool:
    return (isinstance(cell, str) and _is_storable(cell)) or isinstance(cell, bool) or _is_number(cell)


def _among(parts: _Parts, choices: Iterable[Any]) -> None:
    """One of the choices. Numbers are equal as numbers; a boolean equals no number, whatever Python says."""
    listed = list(choices)
    typed = frozenset((isinstance(choice, bool), choice) for choice in listed)
    plain = frozenset(listed)
    mixed = any(isinstance(choice, bool | int | float) and choice in (0, 1) for choice in listed)

    def holds(cell: Any) -> bool:
        return isinstance(cell, str | int | float) and (isinstance(cell, bool), cell) in typed

    shown = ", ".join(map(str, listed[:_SHOWN])) + (", ..." if len(listed) > _SHOWN else "")
    parts.add(f"must be one of: {shown}", holds, (lambda cells: all(map(holds, cells))) if mixed else plain.issuperset)


def _nested(column: Column) -> _Parts:
    """An array or an object: what JSON can hold, of a bounded size; `enum` is about an array's items."""
    rules, parts = column.rules, _Parts()
    wanted: type = list if column.type == "array" else dict
    parts.add(f"must be an {column.type}", lambda cell: isinstance(cell, wanted))
    parts.add("must hold only storable values, not too many and not too deep", _is_json)
    least, most = rules.min_length, rules.max_length
    if least is not None:
        parts.add(f"at least {least} items", lambda cell: len(cell) >= least)
    if most is not None:
        parts.add(f"at most {most} items", lambda cell: len(cell) <= most)
    if rules.enum and column.type == "array":
        items = _Parts()
        _among(items, rules.enum)
        rule = items.rules[0]
        parts.add(f"each item {rule.words}", lambda cell: all(map(rule.holds, cell)))
    return parts


def _is_json(cell: Any) -> bool:
    left = MAX_ITEMS
    level = [cell]
    for _ in range(MAX_DEPTH):
        below: list[Any] = []
        for value in level:
            if isinstance(value, dict):
                if not all(isinstance(key, str) and _is_storable(key) for key in value):
                    return False
                below.extend(value.values())
            elif isinstance(value, list):
                below.extend(value)
            elif value is not None and not _is_scalar(value):
                return False
        left -= len(below)
        if left < 0:
            return False
        if not below:
            return True
        level = below
    return False
