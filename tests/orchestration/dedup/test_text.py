"""Texts that say the same thing."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthaix.orchestration.dedup.embedding import HashEmbedder, Sentences, UseEmbedder, encoded
from synthaix.orchestration.dedup.polarity import Polarity, polarity_of
from synthaix.orchestration.dedup.text import (
    TextComparer,
    Thresholds,
    aligned,
    changed_words,
    conflicting,
    text_form,
)

LONG = "The blender arrived on time and crushes ice without any trouble at all"
OTHER = "It came when promised, and frozen cubes are no problem for it"


@pytest.fixture(scope="module")
def embedder() -> UseEmbedder:
    """The encoder that comes with the product."""
    return UseEmbedder()


def _plane(cosine: float) -> tuple[Sentences, Sentences]:
    """Two texts of one sentence each, so near to one another."""
    return np.array([[1, 0]], np.float16), np.array([[cosine, np.sqrt(1 - cosine**2)]], np.float16)


@pytest.mark.parametrize(
    ("left", "right", "cosine", "kind"),
    [
        (LONG, LONG.upper() + "!!", None, "duplicate"),
        (LONG, LONG.replace("trouble", "truoble"), 0.75, "duplicate"),
        (LONG, LONG + " today", 0.7, "duplicate"),
        (LONG, LONG + " today", None, "duplicate"),
        (LONG, OTHER, 0.93, "duplicate"),
        (LONG, OTHER, 0.87, "grey"),
        (LONG, OTHER, 0.50, None),
        (LONG, OTHER, None, None),
        ("Sales grew a lot over the whole year", "Sales fell a lot over the whole year", 0.99, "grey"),
        ("Sales grew by 12 % over the whole year", "Sales grew by 15 % over the whole year", 0.99, None),
        ("They waited two weeks for the new part", "They waited three weeks for the new part", 0.99, None),
        ("They waited 2 weeks for the new part", "They waited two weeks for the new part", 0.99, "grey"),
        (None, LONG, 0.0, None),
        (None, None, 0.0, "duplicate"),
    ],
)
def test_a_text_is_judged_in_stages(
    left: str | None, right: str | None, cosine: float | None, kind: str | None
) -> None:
    """Equal, then near in letters, then near in meaning; numbers must not conflict, an exchanged word is grey."""
    parts = (None, None) if cosine is None else _plane(cosine)
    found = TextComparer(Thresholds()).likeness(text_form(left), text_form(right), *parts)
    assert (found and found.kind) == kind


@pytest.mark.parametrize(
    ("said", "again", "kind"),
    [
        (["The setup was quick and easy.", "It runs very quietly."],
         ["It is quiet while running.", "Setting it up is very simple."], "duplicate"),
        (["The setup was quick and easy.", "It runs very quietly."],
         ["The setup was quick and easy.", "The room smells of fish."], None),
        (["The setup was quick and easy.", "It runs very quietly."],
         ["The setup was long and difficult.", "It runs very quietly."], None),
    ],
)  # fmt: skip
def test_every_sentence_needs_a_counterpart(
    embedder: UseEmbedder, said: list[str], again: list[str], kind: str | None
) -> None:
    """In other words and in another order it is the same; with one thing turned into its opposite it is not."""
    left, right = " ".join(said), " ".join(again)
    rows = encoded(embedder, {"a": [left, right]}, ("a",)).sentences
    comparer = TextComparer(Thresholds(aligned=0.4, aligned_grey=0.35), polarity_of(embedder))
    found = comparer.likeness(text_form(left), text_form(right), rows[0][0], rows[1][0])
    assert (found and found.kind) == kind


SENTENCES = st.lists(st.sampled_from(["It is red.", "Nobody came.", "We sold 3 lamps.", "The food was bad."]),
                     min_size=1, max_size=5)  # fmt: skip


@settings(max_examples=30, deadline=None)
@given(SENTENCES, SENTENCES)
def test_the_verdict_is_the_same_from_either_side(one: list[str], two: list[str]) -> None:
    """Alignment is symmetric, whatever the order of the sentences, and a text is aligned with itself."""
    embedder = HashEmbedder()
    left, right = encoded(embedder, {"a": [" ".join(one), " ".join(two)]}, ("a",)).sentences
    polarity = Polarity(np.ones(384, np.float32), 0.1)
    assert aligned(left[0], right[0], polarity) == aligned(right[0], left[0], polarity)
    assert aligned(left[0][::-1], right[0], polarity) == aligned(left[0], right[0], polarity)
    assert aligned(left[0], left[0], polarity) == pytest.approx(1, abs=2e-3)


def test_a_stated_number_is_about_whole_texts_alone() -> None:
    """Neither sentences nor exchanged words soften a threshold that the user gave."""
    left, right = "Sales grew a lot over the whole year", "Sales fell a lot over the whole year"
    found = TextComparer(Thresholds.stated(0.85)).likeness(text_form(left), text_form(right), *_plane(0.9))
    assert found is not None
    assert found.kind == "duplicate"


@pytest.mark.parametrize(
    ("left", "right", "changed"),
    [
        ("a plain green lamp", "a plain green lamp", (0, 0)),
        ("a plain green lamp", "a plian green lamp", (0, 0)),
        ("a plain green lamp", "a green lamp", (1, 0)),
        ("a plain green lamp", "a plain black lamp", (1, 1)),
        ("from oslo to bergen", "from bergen to oslo", (2, 2)),
        ("any one can see", "anyone can see", (0, 0)),
        ("売り上げは今年増えましたと社長が言う", "売り上げは今年減りましたと社長が言う", (2, 2)),
    ],
)
def test_words_that_changed_are_counted(left: str, right: str, changed: tuple[int, int]) -> None:
    """A typo is none; a word elsewhere is one on both sides."""
    assert changed_words(left, right) == changed


def test_a_number_that_only_one_text_has_is_no_conflict() -> None:
    """Conflict takes two."""
    assert not conflicting("it cost 5 dollars", "it was cheap")
    assert conflicting("it cost 5 dollars", "it cost 6 dollars")
    assert not conflicting("007 and 1.50", "7 and 1.5")


def test_praise_and_blame_lie_on_two_sides(embedder: UseEmbedder) -> None:
    """Of things that the phrases behind it do not name, in languages that they are not in."""
    texts = ["i am thrilled with this lamp", "i regret buying this lamp", "das essen war köstlich",
             "das essen war ungenießbar"]  # fmt: skip
    found = polarity_of(embedder).of(embedder.encode(texts))
    assert found[0] > 0 > found[1]
    assert found[2] > found[3]
