"""The validator: columns and rows are judged alike, and every constraint is held."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthaix.orchestration.generation.validation import Fault, TableRules
from synthaix.orchestration.schema.column import Cell
from synthaix.orchestration.schema.schema import Schema

UUID = "123e4567-e89b-42d3-a456-426614174000"


def rules_of(*columns: dict[str, Any], **table: Any) -> TableRules:
    """The rules of a table with these columns."""
    schema = Schema.model_validate({"columns": list(columns), **table})
    return TableRules(schema, schema.tables[0])


def column(type_: str, **constraints: Any) -> dict[str, Any]:
    """A column `c`."""
    return {"name": "c", "type": type_, "constraints": constraints}


CASES: list[tuple[dict[str, Any], list[Any], list[Any]]] = [
    (column("string"), ["a", " b", "ß", "a" * 100_000], [None, 1, True, "", "  ", "\0", "a\ud800", "a" * 100_001, []]),
    (column("text", min_length=0), ["", " "], [None]),
    (column("string", min_length=2, max_length=3), ["ab", "äöü"], ["a", "abcd"]),
    (column("string", nullable=True), [None, "a"], ["", 1]),
    (column("string", null_rate=0.1), [None, "a"], [1]),
    (column("string", pattern=r"[A-Z]{2}\d"), ["AB1"], ["ab1", "AB12", " AB1", "AB\u0661", "AB1\n", None]),
    (column("string", pattern="a*"), ["", "aa"], ["b"]),
    (column("string", pattern=r"\w+|ü"), ["ü", "a_1"], ["é", "\u212a"]),
    (column("string", format="email"), ["a@example.com"], ["a@b", "a", "x" * 250 + "@example.com"]),
    (column("string", format="ipv6"), ["::1", "1:2:3:4:5:6:7:8"], ["::g"]),
    (column("string", enum=["a", "b"]), ["a", "b"], ["c", "A", None, 1, []]),
    (column("string", enum=["", "a"]), ["", "a"], [" "]),
    (column("integer"), [0, -5, 2**63 - 1], [True, 1.0, "1", None, 2**63, -(2**63), float("nan")]),
    (column("integer", min=1, max=3), [1, 3], [0, 4, 2.0]),
    (column("integer", min=0.5, max=2.5), [1, 2], [0, 3]),
    (column("integer", exclusive_min=1, exclusive_max=3.5), [2, 3], [1, 4]),
    (column("integer", enum=[0, 1]), [0, 1], [True, False, 2, 1.0, "1"]),
    (column("float"), [0.1, 5, -1e300], [True, "1", None, float("nan"), float("inf"), float("-inf"), 2**70]),
    (column("float", min=0, max=1), [0, 0.0, 1.0], [-0.1, 1.01, -1]),
    (column("float", exclusive_min=0, exclusive_max=1), [0.5], [0, 1.0]),
    (column("float", decimals=1), [0.1, 12.5, 3], [0.25, 1e-9]),
    (column("float", enum=[1, 2.5]), [1, 1.0, 2.5], [True, 2]),
    (column("decimal"), [1.15, 2.67, 1e15, 0.0, -3], [1.234, 0.005, True, float("nan")]),
    (column("decimal", decimals=0), [1.0, 2], [1.5]),
    (column("decimal", min=0), [99999999999999.99], [-0.01]),
    (column("boolean"), [True, False], [0, 1, "true", None]),
    (column("boolean", enum=[True]), [True], [False, 1]),
    (column("date"), ["2024-02-29", "0001-01-01", "9999-12-31"],
     ["2023-02-29", "1900-02-29", "2024-13-01", "2024-04-31", "20240101", "2024-1-1", "2024-W01-1", "0000-01-01", 1,
      "2024-01-01T00:00:00Z", "\u0662\u0660\u0662\u0664-01-01", "2024-01-01\n", None]),
    (column("date", min="2024-01-01", max="2024-12-31"), ["2024-01-01", "2024-12-31"], ["2023-12-31", "2025-01-01"]),
    (column("time"), ["00:00:00", "23:59:59"], ["24:00:00", "1:00:00", "12:60:00", "12:00", "12:00:00Z"]),
    (column("datetime"), ["2024-02-29T23:59:59Z"],
     ["2024-02-29", "2024-02-29 23:59:59Z", "2024-02-29T23:59:59", "2024-02-29T23:59:59+00:00",
      "2024-02-30T00:00:00Z"]),
    (column("datetime", max="2024-12-31"), ["2024-12-31T23:59:59Z"], ["2025-01-01T00:00:00Z"]),
    (column("datetime", after="2024-12-31"), ["2025-01-01T00:00:00Z"], ["2024-12-31T23:59:59Z"]),
    (column("date", before="2024-12-31"), ["2024-12-30"], ["2024-12-31"]),
    (column("uuid"), [UUID], [UUID.upper(), UUID[:-1], UUID.replace("-", ""), UUID + "\n", None, 5]),
    (column("category", enum=["a", 1, True]), ["a", 1, 1.0, True], [False, "1", 0, None, []]),
    (column("category", enum=[1]), [1], [True, "1"]),
    (column("category", enum=["a"], nullable=True), ["a", None], ["b", []]),
    (column("category"), ["a", 1, 2.5, False], [None, [], {}, float("nan"), "\ud800"]),
    (column("array"), [[], ["a", 1, None, {"k": [True]}]],
     [None, "a", {}, [float("nan")], ["\0"], [{1: 2}], [2**64], [[[[[[[[["deep"]]]]]]]]], ["x"] * 10_001]),
    (column("array", min_length=1, max_length=2), [["a"], ["a", "b"]], [[], ["a", "b", "c"]]),
    (column("array", enum=["a", "b"]), [[], ["a", "a"]], [["c"], [["a"]]]),
    (column("object"), [{}, {"a": {"b": [1]}}], [None, [], {"a": "\ud800"}, {"\0": 1}]),
]  # fmt: skip


@pytest.mark.parametrize(("loose", "good", "bad"), CASES)
def test_constraints(loose: dict[str, Any], good: list[Cell], bad: list[Cell]) -> None:
    """Each constraint takes what obeys it and refuses the rest, in a column and in a row."""
    rules = rules_of(loose)
    assert rules.invalid({"c": good}, len(good)) == {}
    assert [rules.faults({"c": cell}) for cell in good] == [[]] * len(good)
    assert sorted(rules.invalid({"c": bad}, len(bad))) == list(range(len(bad)))
    assert all(len(rules.faults({"c": cell})) == 1 for cell in bad)
    mixed = [*good, *bad, *good]
    assert sorted(rules.invalid({"c": mixed}, len(mixed))) == list(range(len(good), len(good) + len(bad)))


every_column = st.sampled_from([loose for loose, _, _ in CASES])
every_cell = st.one_of(
    st.sampled_from([cell for _, good, bad in CASES for cell in (*good, *bad) if not isinstance(cell, list | dict)]),
    st.text(max_size=4),
    st.integers(-5, 5),
    st.floats(-5, 5),
    st.floats(),
    st.dates().map(str),
    st.none(),
    st.lists(st.sampled_from(["a", "b", 1]), max_size=3),
)


@given(every_column, st.lists(st.lists(every_cell, max_size=40), max_size=3))
def test_columns_and_rows_are_judged_alike(loose: dict[str, Any], blocks: list[list[Cell]]) -> None:
    """The quick way over a column finds exactly the rows that the careful way finds, block after block."""
    rules, careful = rules_of(loose), rules_of(loose)
    for cells in blocks:
        expected = {}
        for index, cell in enumerate(cells):
            for fault in careful.faults({"c": cell}):
                expected[index] = f"{fault.column}: {fault.rule}"
        assert rules.invalid({"c": cells}, len(cells)) == expected


@given(st.lists(st.floats(-1e12, 1e12), max_size=5), st.integers(0, 6))
def test_decimal_places_are_those_of_rounding(numbers: list[float], decimals: int) -> None:
    """A number has so many decimal places exactly when rounding to them changes nothing."""
    rules = rules_of(column("decimal", decimals=decimals))
    cells: list[Cell] = [*numbers, *(round(number, decimals) for number in numbers)]
    expected = [index for index, cell in enumerate(cells) if round(cell, decimals) != cell]  # type: ignore[arg-type]  # floats
    assert sorted(rules.invalid({"c": cells}, len(cells))) == expected


def test_one_bad_cell_among_many_is_found() -> None:
    """Halving the column finds each offender, wherever it stands."""
    rules = rules_of(column("string", max_length=5))
    cells: list[Cell] = ["ok"] * 1024
    for at in (0, 511, 512, 1023):
        cells[at] = "too long"
    assert rules.invalid({"c": cells}, 1024) == dict.fromkeys((0, 511, 512, 1023), "c: at most 5 characters")


def test_columns_of_a_row_may_be_after_each_other() -> None:
    """`after` and `before` are strict, and a null is in no order."""
    rules = rules_of(
        {"name": "start", "type": "date", "constraints": {"nullable": True}},
        {"name": "end", "type": "date", "constraints": {"after": "start", "nullable": True}},
        {"name": "due", "type": "datetime", "constraints": {"before": "end"}},
    )
    columns: dict[str, list[Cell]] = {
        "start": ["2024-01-01", "2024-01-01", None, "2024-01-01"],
        "end": ["2024-01-02", "2024-01-01", "2024-01-01", None],
        "due": ["2024-01-01T23:00:00Z", "2023-01-01T00:00:00Z", "2024-01-01T00:00:00Z", "2030-01-01T00:00:00Z"],
    }
    assert rules.invalid(columns, 4) == {
        1: "end: must be later than `start`",
        2: "due: must be earlier than `end`",
    }
    row: dict[str, Cell] = {"start": "2024-01-01", "end": "2024-01-01", "due": "2023-12-31T00:00:00Z"}
    assert rules.faults(row) == [Fault("end", "must be later than `start`")]


def test_checks_hold_in_every_row() -> None:
    """A check that is false makes the row invalid; one that is null does not."""
    rules = rules_of(
        {"name": "low", "type": "integer", "constraints": {"nullable": True}},
        {"name": "high", "type": "integer"},
        checks=["high > low", "high % 2 == 0"],
    )
    columns: dict[str, list[Cell]] = {"low": [1, 3, None, 1], "high": [2, 2, 2, 3]}
    assert rules.invalid(columns, 4) == {
        1: "checks[0]: must hold: high > low",
        3: "checks[1]: must hold: high % 2 == 0",
    }
    assert rules.faults({"low": 5, "high": 3}) == [
        Fault("checks[0]", "must hold: high > low"),
        Fault("checks[1]", "must hold: high % 2 == 0"),
    ]


def test_skipped_columns_and_what_reads_them_wait() -> None:
    """Columns that are filled later are left out, and so are the rules that read them."""
    rules = rules_of(
        {"name": "id", "type": "integer"},
        {"name": "n", "type": "integer"},
        checks=["id > 0", "n > 0"],
    )
    assert rules.invalid({"n": [1, 0]}, 2, skip={"id"}) == {1: "checks[1]: must hold: n > 0"}


def test_faults_of_some_columns_only() -> None:
    """With `only`, other columns may be missing; a missing one that is asked for is a fault."""
    rules = rules_of({"name": "a", "type": "integer"}, {"name": "review", "type": "text"}, checks=["a > 0"])
    assert rules.faults({"review": "fine"}, only=["review"]) == []
    assert rules.faults({}, only=["review"]) == [Fault("review", "is missing")]
    assert rules.faults({"review": "fine", "a": 0}, only=["review"]) == []


def test_faults_have_words_and_no_cells() -> None:
    """The words say the rule that a model can mend its answer by, and never repeat the cell."""
    rules = rules_of({"name": "review", "type": "text", "constraints": {"max_length": 5, "min_length": 2}})
    assert rules.faults({"review": "CANARY"}) == [Fault("review", "at most 5 characters")]
    assert rules.faults({"review": "C"}) == [Fault("review", "at least 2 characters")]
    assert rules.faults({"review": None}) == [Fault("review", "must not be null")]


def test_remembered_texts_do_not_vouch_for_others() -> None:
    """What one block taught about a column holds for those texts only, and only while they fit."""
    rules = rules_of(column("string", max_length=5))
    for block in range(12):
        cells: list[Cell] = [f"{block:02}{number:03}" for number in range(1000)]
        assert rules.invalid({"c": cells}, 1000) == {}
        assert sorted(rules.invalid({"c": [*cells[:500], "x" * 6]}, 501)) == [500]
