"""Patterns that are a row of choices."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthaix.orchestration.errors import PatternUnsupported
from synthaix.orchestration.generation.pattern import compile_pattern
from synthaix.orchestration.generation.samplers.masks import mask_of

SIMPLE = {
    "INV-[0-9]{6}": 10**6,
    "^[A-C]x?$": 6,
    "(foo|bar)\\d": 20,
    "[a-b]{1,3}": 2 + 4 + 8,
    "\\+1-(?:20|31)[0-4]": 10,
    "[\\d_-]{2}": 144,
    "a\\.b": 1,
    "(ab){2}(c|d)?": 3,
}


@pytest.mark.parametrize(("pattern", "size"), SIMPLE.items())
def test_a_row_of_choices_is_counted(pattern: str, size: int) -> None:
    """Its size is that of its language, and its texts match."""
    mask = mask_of(pattern)
    assert mask is not None
    assert mask.size == size
    texts = mask.nth(np.arange(min(size, 500), dtype=np.int64))
    assert len(set(texts)) == len(texts)
    assert all(compile_pattern(pattern).matches(text) for text in texts)


@pytest.mark.parametrize(
    "pattern",
    ["a*", "a+", "(a|b", "[^a]", ".", "(?=a)b", "a{2", "\\bx", "[[:alpha:]]", "x{2}{3}", "", "a|b", "\\", "[a-z]{300}"],
)
def test_anything_more_is_left_to_others(pattern: str) -> None:
    """Open repeats, look-around and broken patterns are no row of choices."""
    assert mask_of(pattern) is None


@given(st.text("ab01[]{}(),|?-\\d^$.", max_size=12))
def test_a_mask_never_makes_what_does_not_match(pattern: str) -> None:
    """Whatever is accepted here and by the checker agrees with it."""
    mask = mask_of(pattern)
    if mask is None:
        return
    try:
        checked = compile_pattern(pattern)
    except PatternUnsupported:
        return
    assert checked.matches_all(list(mask.sample(np.random.default_rng(1), 20))) == [True] * 20
