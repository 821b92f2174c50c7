"""Texts that say the same thing."""

import numpy as np
import pytest

from synthaix.orchestration.dedup.hashes import mixed
from synthaix.orchestration.dedup.text import calibrated, conflicting, text_form, text_likeness

LONG = "The blender arrived on time and crushes ice without any trouble at all"


@pytest.mark.parametrize(
    ("left", "right", "cosine", "kind"),
    [
        (LONG, LONG.upper() + "!!", None, "duplicate"),
        (LONG, LONG + " today", 0.2, "duplicate"),
        (LONG, "It came when promised, and frozen cubes are no problem for it", 0.93, "duplicate"),
        (LONG, "It came when promised, and frozen cubes are no problem for it", 0.87, "grey"),
        (LONG, "It came when promised, and frozen cubes are no problem for it", 0.60, None),
        (LONG, "It came when promised, and frozen cubes are no problem for it", None, None),
        ("Sales grew by 12 % over the whole year", "Sales grew by 15 % over the whole year", 0.99, None),
        ("They waited two weeks for the new part", "They waited three weeks for the new part", 0.99, None),
        ("They waited 2 weeks for the new part", "They waited two weeks for the new part", 0.99, "duplicate"),
        (None, LONG, 0.0, None),
        (None, None, 0.0, "duplicate"),
    ],
)
def test_a_text_is_judged_in_stages(
    left: str | None, right: str | None, cosine: float | None, kind: str | None
) -> None:
    """Equal, then near in letters, then near in meaning; numbers must not conflict."""
    found = text_likeness(text_form(left), text_form(right), cosine, 0.9)
    assert (found and found.kind) == kind


def test_a_number_that_only_one_text_has_is_no_conflict() -> None:
    """Conflict takes two."""
    assert not conflicting("it cost 5 dollars", "it was cheap")
    assert conflicting("it cost 5 dollars", "it cost 6 dollars")
    assert not conflicting("007 and 1.50", "7 and 1.5")


def test_the_threshold_lies_above_what_distinct_rows_reach() -> None:
    """Rows of different blocks are free negatives; equal texts are left out."""
    rng = np.random.default_rng(3)
    vectors = rng.normal(size=(300, 16)).astype(np.float32)
    vectors[1] = vectors[0]
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    blocks = mixed(np.arange(300, dtype=np.uint64))
    texts = mixed(np.arange(300, dtype=np.uint64))
    texts[1] = texts[0]
    nearest = np.where(texts[:, None] != texts[None, :], vectors @ vectors.T, -1).max(axis=1)
    found = calibrated(vectors, blocks, texts, structured=True)
    assert found == pytest.approx(min(max(float(np.quantile(nearest, 0.995)) + 0.01, 0.8), 0.97), abs=1e-3)


def test_few_rows_give_the_default_threshold() -> None:
    """Nineteen known negatives say nothing."""
    vectors = np.eye(19, dtype=np.float32)
    spread = mixed(np.arange(19, dtype=np.uint64))
    assert calibrated(vectors, spread, spread, structured=True) == 0.90
