"""Texts that say the same thing."""

import numpy as np
import pytest

from synthaix.orchestration.dedup.embedding import Sentences, UseEmbedder, encoded
from synthaix.orchestration.dedup.polarity import polarity_of
from synthaix.orchestration.dedup.text import (
    TextComparer,
    Thresholds,
    conflicting,
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
    comparer = TextComparer(Thresholds())
    read = (None, None) if cosine is None else [comparer.read(parts) for parts in _plane(cosine)]
    found = comparer.likeness(left or "", right or "", *read)
    assert (found and found.kind) == kind


@pytest.mark.parametrize(
    ("said", "again", "kind"),
    [
        (["The setup was quick and easy.", "It runs very quietly."],
         ["It is quiet while running.", "Setting it up is very simple."], "duplicate"),
        (["The setup was quick and easy.", "It runs very quietly.", "The cable is green."],
         ["It is quiet while running.", "Setting it up is very simple.", "The cable is green."], "grey"),
        (["The setup was quick and easy.", "It runs very quietly."],
         ["The setup was quick and easy.", "The room smells of fish."], None),
        (["The setup was quick and easy.", "It runs very quietly."],
         ["The setup was long and difficult.", "It runs very quietly."], None),
        (["The setup was quick and easy.", "It runs very quietly."],
         ["It runs very quietly.", "The setup was quick and easy."], "duplicate"),
        (["The vaccine is stored below five degrees.", "Take it in the morning."],
         ["The vaccine is stored above five degrees.", "Take it in the evening."], "grey"),
    ],
)  # fmt: skip
def test_every_sentence_needs_a_counterpart(
    embedder: UseEmbedder, said: list[str], again: list[str], kind: str | None
) -> None:
    """In other words and in another order it is the same; with one thing turned into its opposite it is not."""
    left, right = " ".join(said), " ".join(again)
    rows = encoded(embedder, {"a": [left, right]}, ("a",)).sentences
    comparer = TextComparer(Thresholds(aligned=0.4, aligned_grey=0.35), polarity_of(embedder))
    found = comparer.likeness(left, right, *[comparer.read(row[0]) for row in rows])
    assert (found and found.kind) == kind


def test_a_stated_number_is_about_whole_texts_alone() -> None:
    """Neither sentences nor exchanged words soften a threshold that the user gave."""
    left, right = "Sales grew a lot over the whole year", "Sales fell a lot over the whole year"
    comparer = TextComparer(Thresholds.stated(0.85))
    found = comparer.likeness(left, right, *[comparer.read(parts) for parts in _plane(0.9)])
    assert found is not None
    assert found.kind == "duplicate"


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
