"""Hashes of columns."""

import math
import subprocess
import sys

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from synthaix.orchestration.dedup import hashes
from synthaix.orchestration.dedup.canonical import closed_all, free_all
from synthaix.orchestration.dedup.near import TOLERANCE

finite = st.floats(allow_nan=False, allow_infinity=False)


@given(st.lists(finite, min_size=1, max_size=20))
def test_floats_are_equal_to_six_digits(values: list[float]) -> None:
    """Two floats have one hash exactly when their six significant digits agree."""
    found = hashes.of_floats(np.array(values))
    spelt = [f"{value + 0.0:.5e}" if value else "0" for value in values]
    for left, one in zip(spelt, found, strict=True):
        for right, two in zip(spelt, found, strict=True):
            if left == right and not _on_the_edge(values):
                assert one == two
            if float(left) != float(right) and abs(float(left) - float(right)) > 1.5e-5 * abs(float(left)):
                assert one != two


def _on_the_edge(values: list[float]) -> bool:
    """Whether a seventh digit is a five: printing and scaling may round it apart."""
    return any(value and f"{value:.7e}".partition("e")[0][7:].startswith(("49", "5")) for value in values) or any(
        0 < abs(value) < 1e-300 for value in values
    )


def test_both_zeros_are_one_and_signs_are_two() -> None:
    """Zero has no sign; other numbers do."""
    found = hashes.of_floats(np.array([0.0, -0.0, 1.0, -1.0]))
    assert found[0] == found[1]
    assert len(set(found.tolist())) == 3


@given(finite, st.floats(min_value=-TOLERANCE, max_value=TOLERANCE))
def test_near_floats_meet_in_a_cell(value: float, relative: float) -> None:
    """A number within the tolerance has the cell, or the neighbouring cell, of the other."""
    other = value * (1 + relative * 0.999)
    if not math.isfinite(other) or abs(value) < 1e-290:
        return
    own, near = hashes.float_cells(np.array([value, other]))
    assert own[1] in (own[0], near[0])
    assert own[0] in (own[1], near[1])


@given(st.lists(st.one_of(st.none(), st.integers(), st.booleans(), st.floats(allow_nan=False), st.text(max_size=5))))
def test_integers_hash_alike_alone_and_in_a_column(cells: list[int | float | str | None]) -> None:
    """A cell's hash does not depend on its neighbours' types."""
    assert hashes.of_integers(cells).tolist() == [hashes.of_integers([cell])[0] for cell in cells]


@given(st.lists(st.lists(st.one_of(st.none(), st.sampled_from("abcde"), st.text(max_size=3)), max_size=8)))
def test_a_remembered_hash_is_the_hash(columns: list[list[str | None]]) -> None:
    """Memory changes the speed, never the hash."""
    hasher = hashes.StringHasher(closed_all)
    for cells in columns:
        assert hasher(cells).tolist() == hashes.StringHasher(closed_all)(cells).tolist()


@given(st.lists(st.one_of(st.binary(max_size=30), st.binary(min_size=90, max_size=120)), max_size=8))
def test_a_string_has_one_hash_in_any_company(forms: list[bytes]) -> None:
    """Whatever the longest of the column is; and different strings have different ones."""
    found = hashes.of_strings(forms).tolist()
    assert found == [hashes.of_strings([form])[0] for form in forms]
    assert len(set(found)) == len({form.rstrip(b"\0") if len(form) <= hashes.LONGEST else form for form in forms})


def test_strings_that_differ_in_one_place_do_not_collide() -> None:
    """A million strings of each shape: counters, swapped words, one letter changed."""
    numbers = [b"%d" % number for number in range(300_000)]
    padded = [b"customer-%07d@example.com" % number for number in range(300_000)]
    swapped = [first * 8 + second * 8 for first in map(bytes, zip(range(1, 256), strict=True))
               for second in map(bytes, zip(range(1, 256), strict=True))]  # fmt: skip
    for forms in (numbers, padded, swapped):
        assert len(np.unique(hashes.of_strings(forms))) == len(forms)


def test_null_and_empty_are_two() -> None:
    """A missing name is not the name without letters."""
    assert len(set(hashes.of_strings(free_all([None, "", "a"])).tolist())) == 3
    assert len(set(hashes.of_strings(closed_all([None, "", "a"])).tolist())) == 3


def test_hashes_are_the_same_in_every_process() -> None:
    """Python's own hash is salted; these are stored and must not be."""
    code = (
        "from synthaix.orchestration.dedup import hashes as h; import numpy as np;"
        "print(h.of_strings([b'a', b'bc'])[1], h.of_floats(np.array([2.5]))[0], h.of_integers([7])[0])"
    )
    seen = {subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout for _ in range(2)}
    here = f"{hashes.of_strings([b'bc'])[0]} {hashes.of_floats(np.array([2.5]))[0]} {hashes.of_integers([7])[0]}"
    assert seen == {here.encode() + b"\n"}


def test_lists_of_numbers_are_no_numbers() -> None:
    """A column of them stays a column: numpy would make a matrix."""
    assert np.isnan(hashes.floats([[1], [2]])).all()
    assert hashes.floats([[1], [2]]).shape == (2,)
