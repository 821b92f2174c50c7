"""What an expression can call: total functions on cells.

None of them raises, whatever the cells are: a result that cannot be had (a division by zero, a text where a number
belongs, a number or text that grows too large) is null, and so is the result of a null.
"""

import math
import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from synthaix.orchestration.generation import expression_dates as dates
from synthaix.orchestration.generation import expression_texts as texts
from synthaix.orchestration.schema.column import Cell

MAX_INTEGER = 2**63 - 1  # what SQLite, Parquet and Avro hold
MAX_EXPONENT = 256

Family = Literal["number", "text", "boolean", "same", "any"]  # a boolean may stand where a number is taken

NUMBERS = frozenset({int, float})
_EXACT = 2.0**43  # below it a scaled float is off by less than 2^-10
_NEAR = 2.0**-9


@dataclass(frozen=True, slots=True)
class Function:
    """A function on cells.

    Attributes:
        apply: the scalar form; total.
        least: fewest arguments.
        most: most arguments; None: no limit.
        takes_null: gets nulls itself; otherwise one null makes the result null.
        quick: the same for cells that are all int or float, without checks of the result.
        whole: the same for whole columns; None where the cells are not what it is made for.
        takes: the family that its arguments are of; "same": of one family, whichever.
        result: the family of what it gives; "same": that of its arguments.
    """

    apply: Callable[..., Cell]
    least: int
    most: int | None
    takes_null: bool = False
    quick: Callable[..., Any] | None = None
    whole: Callable[..., list[Cell] | None] | None = None
    takes: Family = "any"
    result: Family = "any"


def bounded(number: Any) -> Cell:
    """The number, or None when it is not finite or does not fit 64 bits."""
    kind = type(number)
    if kind is int:
        return number if -MAX_INTEGER <= number <= MAX_INTEGER else None
    if kind is float:
        return number if math.isfinite(number) else None
    return number if kind is bool else None


def _numbers(*cells: Cell) -> bool:
    return all(isinstance(cell, int | float) for cell in cells)


def _arithmetic(apply: Callable[[Any, Any], Any]) -> Callable[[Cell, Cell], Cell]:
    def calculate(a: Cell, b: Cell) -> Cell:
        if not _numbers(a, b):
            return None
        try:
            return bounded(apply(a, b))
        except (ArithmeticError, ValueError):
            return None

    return calculate


def _add(a: Cell, b: Cell) -> Cell:
    if isinstance(a, str) and isinstance(b, str):
        return texts.short(a + b)
    return bounded(a + b) if isinstance(a, int | float) and isinstance(b, int | float) else None


def _power(a: Cell, b: Cell) -> Cell:
    if not isinstance(a, int | float) or not isinstance(b, int | float) or abs(b) > MAX_EXPONENT:
        return None
    if isinstance(a, int) and isinstance(b, int) and b > 0 and a.bit_length() * b > 2 * 64 + MAX_EXPONENT:
        return None  # never calculated: the bound is on the work, not only on the result
    try:
        return bounded(a**b)
    except (ArithmeticError, ValueError):
        return None


def _compare(test: Callable[[Any, Any], bool], *, other: bool | None) -> Callable[[Cell, Cell], Cell]:
    """A comparison; `other` is the answer for cells of two families, such as a text and a number."""

    def holds(a: Cell, b: Cell) -> Cell:
        if isinstance(a, str) is not isinstance(b, str):
            return other
        if isinstance(a, list | dict) or isinstance(b, list | dict):
            return other if other is None else test(a, b)
        return test(a, b)

    return holds


def _both(a: Cell, b: Cell) -> Cell:
    """Three-valued and: false beats null."""
    if (a is not None and not a) or (b is not None and not b):
        return False
    return None if a is None or b is None else True


def _either(a: Cell, b: Cell) -> Cell:
    """Three-valued or: true beats null."""
    if a or b:
        return True
    return None if a is None or b is None else False


def _round(number: Cell, digits: Cell = 0) -> Cell:
    if not isinstance(number, int | float) or not isinstance(digits, int) or abs(digits) > 15:
        return None
    rounded = round(number, digits)
    return bounded(int(rounded) if digits <= 0 else rounded)


def _round_all(numbers: list[Any], digits: Sequence[Any] = (0,)) -> list[Cell] | None:
    """Floats rounded as `round` does, to the bit: a float with so many decimals is a quotient of two integers.

    What lies near a half is left to `round`, which looks at the decimal expansion.
    """
    import numpy

    if set(map(type, numbers)) != {float} or len(set(digits)) != 1 or type(digits[0]) is not int:
        return None
    places = digits[0]
    if not 0 < places <= 15:
        return None
    power = 10.0**places
    values = numpy.array(numbers)
    scaled = values * power
    if not numpy.abs(scaled).max() < _EXACT:
        return None
    rounded: list[Cell] = (numpy.rint(scaled) / power).tolist()
    for index in numpy.flatnonzero(numpy.abs(scaled - numpy.floor(scaled) - 0.5) < _NEAR).tolist():
        rounded[index] = round(numbers[index], places)
    return rounded


def _numeric(apply: Callable[..., Any]) -> Callable[..., Cell]:
    def calculate(*cells: Cell) -> Cell:
        if not _numbers(*cells):
            return None
        try:
            return bounded(apply(*cells))
        except (ArithmeticError, ValueError):
            return None

    return calculate


def _extreme(choose: Callable[..., Any]) -> Callable[..., Cell]:
    def pick(*cells: Cell) -> Cell:
        if _numbers(*cells) or all(isinstance(cell, str) for cell in cells):
            return choose(cells)  # type: ignore[no-any-return]  # one of the cells
        return None

    return pick


def _coalesce(*cells: Cell) -> Cell:
    return next((cell for cell in cells if cell is not None), None)


def _to_integer(cell: Cell) -> Cell:
    if isinstance(cell, str) and len(cell) > 40:
        return None
    try:
        return bounded(int(cell)) if isinstance(cell, str | int | float) else None
    except (ArithmeticError, ValueError):
        return None


def _to_float(cell: Cell) -> Cell:
    if isinstance(cell, str) and len(cell) > 400:
        return None
    try:
        return bounded(float(cell)) if isinstance(cell, str | int | float) else None
    except (ArithmeticError, ValueError):
        return None


def _choose(condition: Cell, yes: Cell, no: Cell) -> Cell:
    return yes if condition else no


def _member(cell: Cell, *choices: Cell) -> Cell:
    return any(_equal(cell, choice) for choice in choices)


_equal = _compare(operator.eq, other=False)

OPERATORS: dict[str, Function] = {
    "+": Function(_add, 2, 2, quick=operator.add, takes="same", result="same"),
    "-": Function(_arithmetic(operator.sub), 2, 2, quick=operator.sub, takes="number", result="number"),
    "*": Function(_arithmetic(operator.mul), 2, 2, quick=operator.mul, takes="number", result="number"),
    "/": Function(_arithmetic(operator.truediv), 2, 2, quick=operator.truediv, takes="number", result="number"),
    "//": Function(_arithmetic(operator.floordiv), 2, 2, quick=operator.floordiv, takes="number", result="number"),
    "%": Function(_arithmetic(operator.mod), 2, 2, quick=operator.mod, takes="number", result="number"),
    "**": Function(_power, 2, 2, takes="number", result="number"),
    "negative": Function(_numeric(operator.neg), 1, 1, quick=operator.neg, takes="number", result="number"),
    "positive": Function(_numeric(operator.pos), 1, 1, quick=operator.pos, takes="number", result="number"),
    "not": Function(lambda cell: not cell, 1, 1, result="boolean"),
    "and": Function(_both, 2, 2, takes_null=True, result="boolean"),
    "or": Function(_either, 2, 2, takes_null=True, result="boolean"),
    "==": Function(_equal, 2, 2, quick=operator.eq, result="boolean"),
    "!=": Function(_compare(operator.ne, other=True), 2, 2, quick=operator.ne, result="boolean"),
    "<": Function(_compare(operator.lt, other=None), 2, 2, quick=operator.lt, takes="same", result="boolean"),
    "<=": Function(_compare(operator.le, other=None), 2, 2, quick=operator.le, takes="same", result="boolean"),
    ">": Function(_compare(operator.gt, other=None), 2, 2, quick=operator.gt, takes="same", result="boolean"),
    ">=": Function(_compare(operator.ge, other=None), 2, 2, quick=operator.ge, takes="same", result="boolean"),
    "is null": Function(lambda cell: cell is None, 1, 1, takes_null=True, result="boolean"),
    "in": Function(_member, 1, None, result="boolean"),
    "if": Function(_choose, 3, 3, takes_null=True, result="same"),
}

FUNCTIONS: dict[str, Function] = {
    "round": Function(_round, 1, 2, whole=_round_all, takes="number", result="number"),
    "abs": Function(_numeric(abs), 1, 1, quick=abs, takes="number", result="number"),
    "min": Function(_extreme(min), 1, None, takes="same", result="same"),
    "max": Function(_extreme(max), 1, None, takes="same", result="same"),
    "floor": Function(_numeric(math.floor), 1, 1, takes="number", result="number"),
    "ceil": Function(_numeric(math.ceil), 1, 1, takes="number", result="number"),
    "mod": Function(_arithmetic(operator.mod), 2, 2, quick=operator.mod, takes="number", result="number"),
    "sqrt": Function(_numeric(math.sqrt), 1, 1, quick=math.sqrt, takes="number", result="number"),
    "log": Function(_numeric(math.log), 1, 2, takes="number", result="number"),
    "exp": Function(_numeric(math.exp), 1, 1, quick=math.exp, takes="number", result="number"),
    "len": Function(texts.length_of, 1, 1, result="number"),
    "lower": Function(texts.textual(str.lower), 1, 1, whole=texts.textual_all(str.lower), takes="text", result="text"),
    "upper": Function(texts.textual(str.upper), 1, 1, whole=texts.textual_all(str.upper), takes="text", result="text"),
    "title": Function(texts.textual(str.title), 1, 1, whole=texts.textual_all(str.title), takes="text", result="text"),
    "trim": Function(texts.textual(str.strip), 1, 1, whole=texts.textual_all(str.strip), takes="text", result="text"),
    "concat": Function(texts.concat, 1, None, whole=texts.concat_all, result="text"),
    "replace": Function(texts.replaced, 3, 3, takes="text", result="text"),
    "substr": Function(texts.substr, 2, 3, result="text"),
    "slug": Function(texts.slug, 1, 2, takes="text", result="text"),
    "format": Function(texts.formatted, 1, 3, result="text"),
    "str": Function(texts.string, 1, 1, result="text"),
    "int": Function(_to_integer, 1, 1, result="number"),
    "float": Function(_to_float, 1, 1, result="number"),
    "coalesce": Function(_coalesce, 1, None, takes_null=True),
    "if_": Function(_choose, 3, 3, takes_null=True, result="same"),
    "year": Function(dates.part(lambda when: when.year), 1, 1, takes="text", result="number"),
    "month": Function(dates.part(lambda when: when.month), 1, 1, takes="text", result="number"),
    "day": Function(dates.part(lambda when: when.day), 1, 1, takes="text", result="number"),
    "weekday": Function(dates.part(datetime.isoweekday), 1, 1, takes="text", result="number"),
    "hour": Function(dates.part(lambda when: when.hour), 1, 1, takes="text", result="number"),
    "days_between": Function(dates.between(86_400), 2, 2, takes="text", result="number"),
    "hours_between": Function(dates.between(3_600), 2, 2, takes="text", result="number"),
    "add_days": Function(dates.add_days, 2, 2, result="text"),
    "add_hours": Function(dates.later(3_600), 2, 2, result="text"),
    "add_months": Function(dates.add_months, 2, 2, result="text"),
    "date": Function(dates.date_of, 1, 3, result="text"),
}
