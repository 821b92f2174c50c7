"""Expressions over a row's other columns: `round(quantity * price, 2)`, `end > start`.

The language is a small part of Python's: literals, names, arithmetic, chained comparisons, and/or/not, `x if c else y`,
`in [..]`, `is None` and the functions of `expression_functions`. A column whose name is not an identifier stands in
backticks: `` `unit price` * quantity ``. `true`, `false` and `null` are understood too.

Text is read with `ast.parse` and compiled into closures; nothing of it is ever executed as Python.
A null in makes a null out, but for and/or (three-valued, as in SQL), `coalesce`, `is None` and the condition of an
`if` (null counts as no). Dates are ISO 8601 text, so comparing them is comparing text.
"""

import ast
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from synthaix.orchestration.errors import ExpressionInvalid
from synthaix.orchestration.generation.expression_functions import (
    FUNCTIONS,
    MAX_INTEGER,
    NUMBERS,
    OPERATORS,
    Family,
    Function,
    bounded,
)
from synthaix.orchestration.schema.column import Cell
from synthaix.orchestration.schema.nearest import did_you_mean

Cells = list[Cell]
Rows = Callable[[Mapping[str, Cell]], Cell]
Columns = Callable[[Mapping[str, Cells], int], Cells]

MAX_CHARACTERS = 2_000
MAX_NODES = 400
MAX_DEPTH = 60

CONSTANTS: dict[str, Cell] = {"true": True, "false": False, "null": None}
_ARITHMETIC: dict[type[ast.operator], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%", ast.Pow: "**",
}  # fmt: skip
_COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
}  # fmt: skip
_UNARY: dict[type[ast.unaryop], str] = {ast.USub: "negative", ast.UAdd: "positive", ast.Not: "not"}
_TOKEN = re.compile(
    r"""(?P<text>"(?:[^"\\]|\\[\\'"nt])*"|'(?:[^'\\]|\\[\\'"nt])*')"""
    r"""|(?P<quoted>`[^`]*`)"""
    r"""|(?P<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)(?![\w.])"""
    r"""|(?P<name>[^\W\d]\w*)"""
    r"""|(?P<sign>[-+*/%()<>=!,.\[\]]+|\s+)"""
)
_DATES = "Dates are texts: use `days_between(start, end)` and `add_days(start, n)`; join texts with `concat`."
_STAND_IN = "\u01c1"  # a letter, so a quoted name becomes an identifier; no one's column is called so


@dataclass(frozen=True, slots=True)
class _Part:
    """A compiled piece, cell-wise and column-wise; `constant`: it reads no column."""

    row: Rows
    column: Columns
    family: Family = "any"
    constant: bool = False


class Expression:
    """A compiled expression; its evaluation never raises.

    Attributes:
        names: the columns that it reads.
        family: what it gives, as far as the text and the columns' families tell.
    """

    __slots__ = ("_part", "family", "names")

    def __init__(self, names: frozenset[str], part: _Part) -> None:
        self.names = names
        self.family = part.family
        self._part = part

    def column(self, columns: Mapping[str, Cells], count: int) -> Cells:
        """One cell for each of the `count` rows; equal to `row` on each of them."""
        return self._part.column(columns, count)

    def row(self, cells: Mapping[str, Cell]) -> Cell:
        """The cell of one row."""
        return self._part.row(cells)


def compile_expression(
    text: str, *, field: str = "expression", families: Mapping[str, Family] | None = None
) -> Expression:
    """Read an expression.

    Args:
        text: in the language of this module.
        field: how errors call it.
        families: what the columns hold; with it, texts where numbers belong are refused and not only null.

    Raises:
        ExpressionInvalid: it is too long, not of the language, or calls what does not exist. Says where, never what.
    """
    if not text.strip():
        raise ExpressionInvalid("The expression is empty.", field=field)
    if len(text) > MAX_CHARACTERS:
        raise ExpressionInvalid(f"The expression has more than {MAX_CHARACTERS} characters.", field=field)
    plain, quoted = _plain(text.strip(), field)
    try:
        tree = ast.parse(plain, mode="eval")
    except SyntaxError as error:
        where = max(error.offset or 1, 1)
        raise ExpressionInvalid(
            f"The expression is not complete or not well formed near character {where}.", field=field
        ) from None
    except (ValueError, MemoryError, RecursionError):
        raise ExpressionInvalid("The expression is nested too deeply.", field=field) from None
    compiler = _Compiler(plain, quoted, field, families)
    part = compiler.compile(tree.body, 0)
    return Expression(frozenset(compiler.names), part)


def _plain(text: str, field: str) -> tuple[str, dict[str, str]]:
    """The text as Python reads it, of the same length, and the column behind each stand-in for a quoted name."""
    quoted: dict[str, str] = {}
    pieces: list[str] = []
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise ExpressionInvalid(
                f"The expression has a sign at character {at + 1} that does not belong to the language.",
                field=field,
                suggestion="A column whose name has blanks or signs stands in backticks; text stands in quotes.",
            )
        piece = found.group()
        if found.lastgroup == "quoted":
            stand_in = f"{_STAND_IN}{len(quoted)}".ljust(len(piece), "_")
            quoted[stand_in] = piece[1:-1]
            piece = stand_in
        pieces.append(" " * len(piece) if piece.isspace() else piece)
        at = found.end()
    return "".join(pieces), quoted


class _Compiler:
    """Turns the tree of one expression into closures."""

    def __init__(
        self, text: str, quoted: Mapping[str, str], field: str, families: Mapping[str, Family] | None
    ) -> None:
        self.names: set[str] = set()
        self._text = text
        self._quoted = quoted
        self._field = field
        self._families = families
        self._nodes = 0

    def compile(self, node: ast.expr, depth: int) -> _Part:
        """The closures of a node. Raises ExpressionInvalid."""
        self._nodes += 1
        if self._nodes > MAX_NODES or depth > MAX_DEPTH:
            raise ExpressionInvalid("The expression has too many parts.", field=self._field)
        below = depth + 1
        match node:
            case ast.Constant():
                return self._constant(node)
            case ast.Name():
                return self._name(node)
            case ast.BinOp() if type(node.op) in _ARITHMETIC:
                sides = [self.compile(node.left, below), self.compile(node.right, below)]
                return self._call(node, OPERATORS[_ARITHMETIC[type(node.op)]], sides)
            case ast.UnaryOp() if type(node.op) in _UNARY:
                return self._call(node, OPERATORS[_UNARY[type(node.op)]], [self.compile(node.operand, below)])
            case ast.BoolOp():
                word = "and" if isinstance(node.op, ast.And) else "or"
                return _chain(word, [self.compile(value, below) for value in node.values])
            case ast.Compare():
                return self._comparison(node, below)
            case ast.IfExp():
                parts = [self.compile(part, below) for part in (node.test, node.body, node.orelse)]
                return self._call(node, OPERATORS["if"], parts)
            case ast.Call():
                return self._function(node, below)
            case _:
                raise self._refuse(node, "has a part that the language does not have")

    def _refuse(self, node: ast.expr, what: str, suggestion: str | None = None) -> ExpressionInvalid:
        before = self._text.encode()[: node.col_offset].decode(errors="ignore")
        message = f"The expression {what}, at character {len(before) + 1}."
        return ExpressionInvalid(message, field=self._field, suggestion=suggestion)

    def _constant(self, node: ast.Constant) -> _Part:
        value = node.value
        if isinstance(value, str):
            return _literal(value)
        if value is None or (isinstance(value, int | float) and bounded(value) is not None):
            return _literal(value)
        raise self._refuse(node, "has a literal that is not a text, a number of 64 bits, true, false or null")

    def _name(self, node: ast.Name) -> _Part:
        name = self._quoted.get(node.id, node.id)
        if node.id not in self._quoted and node.id in CONSTANTS:
            return _literal(CONSTANTS[node.id])
        self.names.add(name)
        family = (self._families or {}).get(name, "any")
        return _Part(lambda cells: cells[name], lambda columns, _count: columns[name], family)

    def _comparison(self, node: ast.Compare, depth: int) -> _Part:
        sides = [node.left, *node.comparators]
        pairs = []
        for operator, left, right in zip(node.ops, sides, sides[1:], strict=False):
            first = self.compile(left, depth)
            match operator:
                case ast.In() | ast.NotIn():
                    found = _call(OPERATORS["in"], [first, *self._choices(right, depth)])
                    pairs.append(_call(OPERATORS["not"], [found]) if isinstance(operator, ast.NotIn) else found)
                case ast.Is() | ast.IsNot():
                    if not _is_null(right):
                        raise self._refuse(right, "has `is` before something else than None")
                    found = _call(OPERATORS["is null"], [first])
                    pairs.append(_call(OPERATORS["not"], [found]) if isinstance(operator, ast.IsNot) else found)
                case _:
                    second = self.compile(right, depth)
                    pairs.append(self._call(node, OPERATORS[_COMPARISONS[type(operator)]], [first, second]))
        return pairs[0] if len(pairs) == 1 else _chain("and", pairs)

    def _choices(self, node: ast.expr, depth: int) -> list[_Part]:
        if not isinstance(node, ast.List | ast.Tuple):
            raise self._refuse(node, "has `in` before something else than a list in brackets")
        return [self.compile(element, depth) for element in node.elts]

    def _function(self, node: ast.Call, depth: int) -> _Part:
        called = node.func
        if isinstance(called, ast.Attribute):
            close = f"Write `{called.attr}(x)` instead of a method." if called.attr in FUNCTIONS else None
            raise self._refuse(node, "calls a method; the language has only functions", close)
        if not isinstance(called, ast.Name) or called.id not in FUNCTIONS:
            raise ExpressionInvalid(
                self._refuse(node, "calls a function that does not exist").message,
                field=self._field,
                allowed=sorted(FUNCTIONS),
                suggestion=did_you_mean(called.id, FUNCTIONS) if isinstance(called, ast.Name) else None,
            )
        function = FUNCTIONS[called.id]
        count = len(node.args)
        if node.keywords or count < function.least or (function.most is not None and count > function.most):
            raise self._refuse(node, f"calls `{called.id}` with another number of arguments than {_arity(function)}")
        return self._call(node, function, [self.compile(argument, depth) for argument in node.args])

    def _call(self, node: ast.expr, function: Function, parts: list[_Part]) -> _Part:
        """The function applied, unless an argument is of a family that would only ever make nulls."""
        if self._families is None or not _mixes(function, parts):
            return _call(function, parts)
        wanted = "numbers only or texts only" if function.takes == "same" else f"{function.takes}s"
        raise self._refuse(node, f"has an operation that takes {wanted}, and gets something else", _DATES)


def _mixes(function: Function, parts: list[_Part]) -> bool:
    """Whether an argument is known to be of a family that the function does not take."""
    found = {"number" if part.family == "boolean" else part.family for part in parts} - {"any"}
    match function.takes:
        case "any":
            return False
        case "same":
            return len(found) > 1
        case wanted:
            return bool(found - {wanted})


def _arity(function: Function) -> str:
    if function.most is None:
        return f"{function.least} or more"
    return str(function.least) if function.least == function.most else f"{function.least} to {function.most}"


def _is_null(node: ast.expr) -> bool:
    if isinstance(node, ast.Name):
        return node.id == "null"
    return isinstance(node, ast.Constant) and node.value is None


def _literal(value: Cell) -> _Part:
    family: Family = "any"
    if value is not None:
        family = "boolean" if isinstance(value, bool) else "text" if isinstance(value, str) else "number"
    return _Part(lambda _cells: value, lambda _columns, count: [value] * count, family, constant=True)


def _chain(word: str, parts: list[_Part]) -> _Part:
    joined = parts[0]
    for part in parts[1:]:
        joined = _call(OPERATORS[word], [joined, part])
    if len(parts) == 1:
        joined = _call(OPERATORS[word], [joined, joined])
    return joined


def _call(function: Function, parts: list[_Part]) -> _Part:
    """A function applied to parts; column-wise by `quick` where every cell is a plain number."""
    apply = function.apply if function.takes_null else _null_through(function.apply)
    if all(part.constant for part in parts):
        return _literal(apply(*[part.row({}) for part in parts]))
    rows = [part.row for part in parts]
    columns = [part.column for part in parts]

    def row(cells: Mapping[str, Cell]) -> Cell:
        return apply(*[part(cells) for part in rows])

    def column(cells: Mapping[str, Cells], count: int) -> Cells:
        arguments = [part(cells, count) for part in columns]
        results = _quick(function, arguments) if count else []
        return list(map(apply, *arguments)) if results is None else results

    return _Part(row, column, _family(function, parts))


def _family(function: Function, parts: list[_Part]) -> Family:
    if function.result != "same":
        return function.result
    found = {part.family for part in parts[-2:]} if function.takes == "any" else {part.family for part in parts}
    if len(found) > 1:
        return "any"
    return "number" if function is OPERATORS["+"] and found == {"boolean"} else found.pop()


def _quick(function: Function, arguments: list[Cells]) -> Cells | None:
    """The results for numbers, or None when one of them may be out of bounds and needs the careful way."""
    if function.whole is not None:
        return function.whole(*arguments)
    if function.quick is None or not all(NUMBERS.issuperset(map(type, argument)) for argument in arguments):
        return None
    try:
        results: list[Any] = list(map(function.quick, *arguments))
        if function.result == "boolean":
            return results
        if set(map(type, results)) == {float}:
            return results if math.isfinite(sum(results)) else None  # infinity and NaN survive a sum
        return results if max(results) <= MAX_INTEGER and min(results) >= -MAX_INTEGER else None
    except (ArithmeticError, ValueError):
        return None


def _null_through(apply: Callable[..., Cell]) -> Callable[..., Cell]:
    def guarded(*cells: Cell) -> Cell:
        return None if None in cells else apply(*cells)

    return guarded
