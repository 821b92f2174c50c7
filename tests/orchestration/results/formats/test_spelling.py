"""Decimals, days and instants, against Python's own arithmetic."""

from decimal import ROUND_HALF_EVEN, Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthaix.orchestration.results.formats.spelling import fixed, fixed_texts, unscaled
from synthaix.orchestration.schema.column import Cell

places = st.integers(0, 10)


@given(st.integers(-(10**15) + 1, 10**15 - 1), places)
def test_a_rounded_decimal_is_spelled_as_it_was_meant(number: int, decimals: int) -> None:
    """A double made from fifteen digits gives these digits back."""
    meant = Decimal(number).scaleb(-decimals)
    assert Decimal(fixed(float(meant), decimals)) == meant
    assert unscaled(float(meant), decimals) == number


@given(st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**63), 2**63), places)
def test_any_number_has_so_many_decimals_and_reads_back_as_json_shows_it(number: float, decimals: int) -> None:
    """Large numbers show no digits that JSON does not show."""
    text = fixed(number, decimals)
    assert len(text.partition(".")[2]) == decimals
    if abs(number) >= 10 ** (15 - decimals):
        with localcontext() as context:
            context.prec = 400
            context.rounding = ROUND_HALF_EVEN
            assert Decimal(text) == Decimal(repr(number)).quantize(Decimal(1).scaleb(-decimals))


@given(st.lists(st.none() | st.floats(-1e18, 1e18) | st.integers(-(10**18), 10**18), max_size=8), places)
def test_many_at_once_are_spelled_as_one_by_one(cells: list[Cell], decimals: int) -> None:
    """The fast way for a batch and the exact way for a cell agree, on minus zero too."""
    one_by_one = [None if cell is None else fixed(cell, decimals) for cell in cells]
    assert [_unsigned_zero(text) for text in fixed_texts(cells, decimals)] == list(map(_unsigned_zero, one_by_one))


def _unsigned_zero(text: str | None) -> str | None:
    return text.lstrip("-") if text and not text.strip("-0.") else text


@pytest.mark.parametrize("cell", [-0.0, 0, 0.0])
def test_zero_has_no_sign(cell: float) -> None:
    """Minus zero is zero in a ledger."""
    assert fixed(cell, 2) == "0.00"
    assert fixed_texts([cell, 1.0, -0.0], 2) == ["0.00", "1.00", "0.00"]


@pytest.mark.parametrize("cell", [True, "1", None, [1]])
def test_what_is_no_number_is_refused(cell: Cell) -> None:
    """Nothing but a number is a decimal."""
    with pytest.raises(TypeError):
        fixed(cell, 2)
