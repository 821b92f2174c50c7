"""Which rows of a reply count."""

import json
from collections.abc import Mapping, Sequence

import pytest

from synthaix.orchestration.generation.fill.acceptance import Accepted, accept
from synthaix.orchestration.generation.validation import Fault
from synthaix.orchestration.schema.column import Cell, Column, Constraints

REVIEW = Column(name="review", type="text", examples=["Lovely."])
STARS = Column(name="stars", type="integer")


def short(number: int, cells: Mapping[str, Cell]) -> Sequence[Fault]:
    """Texts of more than 20 characters are faulty."""
    return [Fault("review", "at most 20 characters")] if len(str(cells["review"])) > 20 else []


def read(rows: object, *, ids: Sequence[int] = (1, 2, 3), columns: Sequence[Column] = (REVIEW,)) -> Accepted:
    """A reply of these rows, read."""
    return accept(json.dumps({"rows": rows}), ids, columns, short)


def test_valid_rows_count_by_their_ids() -> None:
    """Rows are told apart by id, in whatever order they come."""
    got = read([{"i": 3, "review": "c"}, {"i": 1, "review": " a "}])
    assert got == Accepted({3: {"review": "c"}, 1: {"review": "a"}}, {}, 0)


def test_a_faulty_row_tells_column_and_rule() -> None:
    """The model is told what to mend, without its own words."""
    got = read([{"i": 1, "review": "x" * 21}])
    assert got.faults == {1: "review: at most 20 characters"}


@pytest.mark.parametrize("number", [4, 0, -1, "1", 1.0, True, None, [1]])
def test_unknown_ids_are_strays(number: object) -> None:
    """A row that answers no line is nobody's."""
    assert read([{"i": number, "review": "a"}]) == Accepted(strays=1)


def test_a_repeated_id_is_a_stray() -> None:
    """The first row of an id counts, valid or not."""
    got = read([{"i": 1, "review": "a"}, {"i": 1, "review": "b"}, {"i": 2, "review": ""}, {"i": 2, "review": "c"}])
    assert got.rows == {1: {"review": "a"}}
    assert set(got.faults) == {2}
    assert got.strays == 2


@pytest.mark.parametrize("cells", [{}, {"review": ""}, {"review": "  "}, {"review": "Lovely."}, {"review": "a\0b"}])
def test_no_text_is_no_row(cells: dict[str, object]) -> None:
    """Missing, empty, unstorable or merely repeated text does not count."""
    got = read([{"i": 1, **cells}])
    assert got.rows == {}
    assert 1 in got.faults


def test_an_optional_text_may_be_empty_if_it_says_so() -> None:
    """`min_length: 0` allows an empty text."""
    free = Column(name="review", type="text", constraints=Constraints(min_length=0))
    assert read([{"i": 1, "review": ""}], columns=[free]).rows == {1: {"review": ""}}


def test_half_a_surrogate_pair_is_no_row() -> None:
    """What is no text cannot become a cell."""
    got = accept('{"rows": [{"i": 1, "review": "\\ud83d"}, {"i": 2, "review": "b"}]}', (1, 2), [REVIEW], short)
    assert got == Accepted({2: {"review": "b"}}, {}, 1)


def test_numbers_take_the_column_s_form() -> None:
    """A whole number for a float, a float without a fraction for an integer."""
    price = Column(name="price", type="decimal")
    tags = Column(name="tags", type="object")
    row = {"i": 1, "review": "a", "stars": 4.0, "price": 3, "tags": '{"a": 1}', "more": "ignored"}
    got = read([row], columns=[REVIEW, STARS, price, tags])
    assert got.rows == {1: {"review": "a", "stars": 4, "price": 3.0, "tags": {"a": 1}}}
    assert [type(cell) for cell in got.rows[1].values()] == [str, int, float, dict]


def test_rows_may_come_as_arrays() -> None:
    """Id and cells in the columns' order; the two forms may even be mixed."""
    got = read([[2, " b ", 4.0], {"i": 1, "review": "a", "stars": 5}], columns=[REVIEW, STARS])
    assert got == Accepted({2: {"review": "b", "stars": 4}, 1: {"review": "a", "stars": 5}})


@pytest.mark.parametrize("row", [[1], [1, "a"], [1, "a", 5, "more"]])
def test_an_array_of_another_length_is_no_row(row: list[object]) -> None:
    """Nobody knows which cell is which."""
    got = read([row], columns=[REVIEW, STARS])
    assert (got.rows, set(got.faults)) == ({}, {1})


@pytest.mark.parametrize("row", [[], ["a", 1], [[1, "a"]], [True, "a"], [9, "a"]])
def test_an_array_without_a_known_id_is_a_stray(row: list[object]) -> None:
    """It answers no line."""
    assert read([row]) == Accepted(strays=1)


@pytest.mark.parametrize("text", ["", "I cannot help.", '{"rows": 7}', '{"answer": [["nothing"], 7]}', "<html>"])
def test_other_shapes_give_nothing(text: str) -> None:
    """Garbage breaks nothing and counts for nothing."""
    got = accept(text, (1, 2), [REVIEW], short)
    assert (got.rows, got.faults) == ({}, {})
