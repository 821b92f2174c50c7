"""Expressions: the language, its bounds, and that a column is what its rows are."""

import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthaix.orchestration.errors import ExpressionInvalid
from synthaix.orchestration.generation.expression import Expression, compile_expression
from synthaix.orchestration.generation.expression_functions import FUNCTIONS, MAX_INTEGER
from synthaix.orchestration.generation.expression_texts import MAX_TEXT
from synthaix.orchestration.schema.column import Cell


def value(text: str, **cells: Cell) -> Cell:
    """The cell that an expression makes of one row."""
    return compile_expression(text).row(cells)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("7 / 2", 3.5),
        ("-7 // 2", -4),
        ("-7 % 3", 2),
        ("2 ** 10", 1024),
        ("'a' + 'b'", "ab"),
        ("1 < 2 < 3", True),
        ("1 < 3 < 2", False),
        ("not 1 > 2", True),
        ("'x' if 1 > 2 else 'y'", "y"),
        ("3 in [1, 2, 3]", True),
        ("'z' not in ['x', 'y']", True),
        ("round(2.675 * 100, 1)", 267.5),
        ("round(2.5)", 2),
        ("min(3, 1, 2) + max(3, 1, 2)", 4),
        ("floor(2.7) + ceil(2.1)", 5),
        ("abs(-3)", 3),
        ("mod(7, 4)", 3),
        ("sqrt(16)", 4.0),
        ("log(exp(2))", 2.0),
        ("len('four')", 4),
        ("upper('a') + lower('B') + title('cd')", "AbCd"),
        ("trim('  x ')", "x"),
        ("concat('a', 1, 2.5, true)", "a12.5true"),
        ("replace('a-b-c', '-', '+')", "a+b+c"),
        ("substr('abcdef', 1, 3)", "bcd"),
        ("substr('abcdef', -2)", "ef"),
        ("slug('Zoë  O\\'Hara & Söhne')", "zoe-o-hara-sohne"),
        ("slug('Ana Maria', '.')", "ana.maria"),
        ("str(12) + str(false)", "12false"),
        ("int('12') + int(3.9)", 15),
        ("float('1.5')", 1.5),
        ("if_(1 > 2, 'yes', 'no')", "no"),
        ("coalesce(null, None, 3)", 3),
        ("format(7, 4)", "0007"),
        ("format(-3.5, 8)", "-00003.5"),
        ("format(7, true, true)", "7.0"),
        ("format(3.14159, 0, 2)", "3.14"),
        ("year('2024-02-29') + month('2024-02-29') + day('2024-02-29')", 2024 + 2 + 29),
        ("weekday('2026-11-24')", 2),
        ("hour('2026-11-24T13:05:00Z')", 13),
        ("days_between('2024-02-28', '2024-03-01')", 2),
        ("hours_between('2024-01-01T00:00:00Z', '2024-01-01T05:30:00Z')", 5),
        ("add_days('2024-02-28', 2)", "2024-03-01"),
        ("add_days('2024-12-31T23:00:00Z', 1)", "2025-01-01T23:00:00Z"),
        ("add_hours('2024-12-31T23:00:00Z', 2)", "2025-01-01T01:00:00Z"),
        ("add_months('2024-01-31', 1)", "2024-02-29"),
        ("add_months('2024-01-31', -2)", "2023-11-30"),
        ("add_months('2024-11-30', 1)", "2024-12-30"),
        ("date('2024-05-06T07:08:09Z')", "2024-05-06"),
        ("date(2024, 5, 6)", "2024-05-06"),
        ("null is None", True),
        ("1 is not null", True),
    ],
)
def test_language(text: str, expected: Cell) -> None:
    """Each part of the language gives what it says."""
    found = value(text)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    "text",
    [
        "1 / 0",
        "1.0 // 0",
        "1 % 0",
        "0 ** -1",
        "9 ** 256 ** 1",
        "(-8) ** 0.5",
        "sqrt(-1)",
        "log(0)",
        "exp(100000)",
        "9223372036854775807 + 1",
        "1e308 * 10",
        "'a' + 1",
        "'a' * 3",
        "'a' < 1",
        "'a' % 1",
        "int('x')",
        "float('nan')",
        "len(5)",
        "date(2023, 2, 29)",
        "date(99999, 1, 1)",
        "year('24.12.2024')",
        "add_days('9999-12-31', 1)",
        "add_months('9999-12-01', 1)",
        "format('x', 3)",
    ],
)
def test_what_cannot_be_calculated_is_null(text: str) -> None:
    """A division by zero, a wrong type or an overflow gives null, never an exception."""
    assert value(text) is None


@pytest.mark.parametrize("name", sorted(set(FUNCTIONS) - {"coalesce", "if_"}))
def test_functions_pass_nulls_through(name: str) -> None:
    """A null argument makes the result null."""
    arguments = ["x", *["1"] * (FUNCTIONS[name].least - 1)]
    assert value(f"{name}({', '.join(arguments)})", x=None) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("n and false", False),
        ("n and true", None),
        ("n or true", True),
        ("n or false", None),
        ("not n", None),
        ("n == 1", None),
        ("n + 1", None),
        ("1 if n else 2", 2),
        ("n is null", True),
        ("n in [1, 2]", None),
    ],
)
def test_nulls_are_three_valued(text: str, expected: Cell) -> None:
    """Nulls act as in SQL: unknown, unless the other side decides."""
    assert value(text, n=None) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("'1' == 1", False), ("'1' != 1", True), ("'a' in [1, 'a']", True), ("'a' < 'b'", True)],
)
def test_texts_and_numbers_are_never_equal(text: str, expected: bool) -> None:
    """A text equals no number."""
    assert value(text) is expected


def test_quoted_names_read_any_column() -> None:
    """A column whose name is no identifier stands in backticks."""
    expression = compile_expression("`unit price` * `Menge (€)` + `unit price`")
    assert expression.names == {"unit price", "Menge (€)"}
    assert expression.row({"unit price": 2, "Menge (€)": 3}) == 8


def test_names_are_the_columns_that_are_read() -> None:
    """Constants and functions are no columns."""
    assert compile_expression("max(a, b) if true else len(c)").names == {"a", "b", "c"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "a.b",
        "a.lower()",
        "a[0]",
        "a[1:2]",
        "lambda: 1",
        "[x for x in y]",
        "{1: 2}",
        "f'{a}'",
        "b'a'",
        "1j",
        "0x1f",
        "1_000",
        "a = 1",
        "a := 1",
        "a; b",
        "a @ b",
        "a & b",
        "a << 2",
        "~a",
        "*a",
        "max(*a)",
        "round(a, digits=1)",
        "round()",
        "abs(1, 2)",
        "eval('1')",
        "__import__('os')",
        "a is b",
        "a in b",
        "'open",
        "`open",
        "(1",
        "1 +",
        "[1, 2]",
        "99999999999999999999",
        "1e999",
        "...",
        "'\\x00'",
        "await a",
        "yield",
        "1if a else 2",
    ],
)
def test_everything_else_is_refused(text: str) -> None:
    """Only the language is accepted, and the error carries the field."""
    with pytest.raises(ExpressionInvalid) as caught:
        compile_expression(text, field="schema.columns[1].constraints.expression")
    assert caught.value.field == "schema.columns[1].constraints.expression"


@pytest.mark.parametrize(
    "text",
    ["(" * 1_000 + "1" + ")" * 1_000, "-" * 1_999 + "1", "not " * 499 + "a", "+".join(["a"] * 900), "a" * 2_001],
)
def test_size_is_bounded(text: str) -> None:
    """Depth, parts and characters have limits."""
    with pytest.raises(ExpressionInvalid):
        compile_expression(text)


def test_errors_say_where_and_what_was_meant() -> None:
    """An unknown function names its position, the functions, and the nearest."""
    with pytest.raises(ExpressionInvalid) as caught:
        compile_expression("1 + 'é' + lowr(a)")
    assert "character 11" in caught.value.message
    assert caught.value.suggestion == "Did you mean `lower`?"
    assert caught.value.allowed is not None
    assert "lower" in caught.value.allowed


def test_errors_do_not_echo() -> None:
    """No part of what was sent is in an error."""
    for text in ("CANARY(1)", "a.CANARY()", "'CANARY", "CANARY = 1", "[CANARY]", "CANARY.x", "a is CANARY", "CANARY@1"):
        with pytest.raises(ExpressionInvalid) as caught:
            compile_expression(text)
        assert "CANARY" not in str(dict(caught.value.fields()))


def test_results_are_bounded() -> None:
    """Integers stay within 64 bits and texts within their limit, however often they are doubled."""
    assert value("a * a", a=MAX_INTEGER) is None
    doubled = "+".join(["a"] * 20)
    assert value(doubled, a="x" * (MAX_TEXT // 20)) == "x" * MAX_TEXT
    assert value(doubled, a="x" * (MAX_TEXT // 20 + 1)) is None
    assert value("replace(a, 'x', a)", a="x" * 5_000) is None
    assert value("concat(a, a, a)", a="x" * 5_000) is None


def typed(cells: list[Cell]) -> list[tuple[type, Cell]]:
    """Cells that are equal only when their types are."""
    return [(type(cell), cell) for cell in cells]


cells = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63) + 1, 2**63 - 1),
    st.integers(-3, 3),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from([0.0, -0.0, 1.5, 2024.0, "", "a", "12", "2024-02-29", "2024-01-31T23:59:59Z", "ß", "x" * 6_000]),
)
leaves = st.sampled_from(["a", "b", "c", "1", "0", "2.5", "'x'", "'2024-01-31'", "true", "null", "-3"])


def deeper(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Expressions one level up: every operator and every function."""

    def called(name: str) -> st.SearchStrategy[str]:
        function = FUNCTIONS[name]
        most = function.most if function.most is not None else function.least + 2
        listed = st.lists(inner, min_size=function.least, max_size=most)
        return listed.map(lambda arguments: f"{name}({', '.join(arguments)})")

    binary = st.sampled_from(["+", "-", "*", "/", "//", "%", "**", "==", "!=", "<", "<=", ">", ">=", "and", "or"])
    return st.one_of(
        st.builds(lambda left, sign, right: f"({left} {sign} {right})", inner, binary, inner),
        st.builds(lambda test, yes, no: f"({yes} if {test} else {no})", inner, inner, inner),
        st.builds(lambda cell, one, two: f"({cell} in [{one}, {two}])", inner, inner, inner),
        st.builds(lambda cell: f"(not {cell} is None)", inner),
        st.sampled_from(sorted(FUNCTIONS)).flatmap(called),
    )


@given(
    st.recursive(leaves, deeper, max_leaves=8),
    st.lists(st.tuples(cells, cells, cells), max_size=8),
)
def test_a_column_is_its_rows(text: str, rows: list[tuple[Cell, Cell, Cell]]) -> None:
    """`column` gives cell by cell what `row` gives, in value and type, and neither raises."""
    expression = compile_expression(text)
    columns: dict[str, list[Cell]] = {name: [row[at] for row in rows] for at, name in enumerate("abc")}
    by_row = [expression.row(dict(zip("abc", row, strict=True))) for row in rows]
    assert typed(expression.column(columns, len(rows))) == typed(by_row)


@settings(deadline=None)  # the first example imports numpy
@given(
    st.lists(st.one_of(st.floats(-1e9, 1e9), st.integers(-(10**9), 10**9).map(lambda n: n / 2_000)), min_size=1),
    st.integers(-3, 15),
)
def test_rounding_a_column_is_pythons_to_the_bit(numbers: list[float], places: int) -> None:
    """The quick way over a column of floats rounds as `round` does, halves and negative zero included."""
    found = compile_expression(f"round(x, {places})").column({"x": list(numbers)}, len(numbers))
    expected = [round(number, places) if places > 0 else int(round(number, places)) for number in numbers]
    assert list(map(repr, found)) == list(map(repr, expected))


@given(st.lists(st.tuples(st.text(max_size=5), st.text(max_size=5)), min_size=1))
def test_columns_of_texts_are_their_rows(rows: list[tuple[str, str]]) -> None:
    """The quick way over columns of texts gives what the rows give."""
    expression = compile_expression("concat(lower(a), '.', upper(b), title(trim(a)), slug(b))")
    columns: dict[str, list[Cell]] = {"a": [a for a, _ in rows], "b": [b for _, b in rows]}
    assert expression.column(columns, len(rows)) == [expression.row({"a": a, "b": b}) for a, b in rows]


numbers = st.one_of(st.integers(-1000, 1000), st.integers(-(10**9), 10**9).map(lambda n: n / 1_000))


@given(
    st.recursive(
        st.sampled_from(["a", "b", "3", "0.5"]),
        lambda inner: st.builds(lambda x, sign, y: f"({x} {sign} {y})", inner, st.sampled_from("+-*/%"), inner),
        max_leaves=6,
    ),
    st.lists(st.tuples(numbers, numbers), min_size=1, max_size=6),
)
def test_arithmetic_is_pythons(text: str, rows: list[tuple[float, float]]) -> None:
    """On plain numbers the results are Python's own, null where Python raises."""

    def oracle(a: float, b: float) -> Cell:
        try:
            found = eval(text, {"__builtins__": {}}, {"a": a, "b": b})  # the oracle; the text is ours
        except ZeroDivisionError:
            return None
        return found if abs(found) <= MAX_INTEGER or (isinstance(found, float) and math.isfinite(found)) else None

    expected = [oracle(a, b) for a, b in rows]
    found = compile_expression(text).column({"a": [a for a, _ in rows], "b": [b for _, b in rows]}, len(rows))
    if not any(cell is None for cell in expected):  # a null inside a larger expression is null as well
        assert typed(found) == typed(expected)


@given(st.text(alphabet="abc12 +-*/%<>=!.,()[]'\"`_ifelsnortdu\\{}:@&|~^\n\té€", max_size=60))
def test_any_text_is_compiled_or_refused(text: str) -> None:
    """Whatever is sent, the answer is an expression or `ExpressionInvalid`, and evaluation does not raise."""
    try:
        expression = compile_expression(text)
    except ExpressionInvalid:
        return
    assert isinstance(expression, Expression)
    rng = random.Random(text)
    expression.row({name: rng.choice([None, 1, "a", 2.5]) for name in expression.names})
