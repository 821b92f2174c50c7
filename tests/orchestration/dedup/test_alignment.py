"""Texts held against each other sentence by sentence."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthaix.orchestration.dedup.alignment import Agreement, agreement, changed_words, forms_of, look_alike
from synthaix.orchestration.dedup.embedding import HashEmbedder, encoded
from synthaix.orchestration.dedup.polarity import Polarity
from synthaix.orchestration.dedup.reading import Reading, reading

SENTENCES = st.lists(st.sampled_from(["It is red.", "Nobody came.", "We sold 3 lamps.", "The food was bad."]),
                     min_size=1, max_size=5)  # fmt: skip


def _read(*texts: str, polarity: Polarity | None = None) -> list[Reading]:
    rows = encoded(HashEmbedder(), {"a": list(texts)}, ("a",)).sentences
    return [reading(row[0], polarity) for row in rows]


def _agreement(left: str, right: str) -> Agreement:
    one, two = _read(left, right)
    return agreement(one, two)


@settings(max_examples=30, deadline=None)
@given(SENTENCES, SENTENCES)
def test_agreement_is_the_same_from_either_side(one: list[str], two: list[str]) -> None:
    """Whatever the order of the sentences; and a text agrees with itself."""
    polarity = Polarity(np.ones(384, np.float32), 0.1)
    left, right, turned = _read(" ".join(one), " ".join(two), " ".join(one[::-1]), polarity=polarity)
    there, back = agreement(left, right), agreement(right, left)
    assert (there.least, there.cosine) == (back.least, back.cosine)
    assert agreement(turned, right).least == there.least
    assert agreement(left, left).least == pytest.approx(1, abs=2e-3)


def test_what_both_texts_say_word_for_word_is_set_aside() -> None:
    """Two sentences that are repeated do not speak for the third."""
    told = "The tent is green. It rained a lot. {}"
    found = _agreement(told.format("Nobody slept."), told.format("Mice ate the bread."))
    assert (found.rows, found.columns, found.aside, found.single) == ((2,), (2,), True, True)
    assert found.least == found.cosine < 0.5


def test_the_same_sentences_in_another_order_leave_nothing() -> None:
    """Nothing remains to be compared."""
    found = _agreement("It rained a lot. The tent is green.", "The tent is green. It rained a lot.")
    assert found.nothing_left
    assert found.least == 1


def test_what_one_text_says_more_needs_a_counterpart_in_all_of_the_other() -> None:
    """A text that goes on is another text, unless it only says a thing again."""
    short = "The tent is green. It rained a lot."
    more = _agreement(short, f"{short} Mice ate the bread.")
    again = _agreement(short, f"{short} The tent is all green.")
    assert (more.rows, more.columns) == ((), (2,))
    assert more.least < again.least


def test_a_look_alike_is_no_counterpart() -> None:
    """Near as it is: the word exchanged is what the sentence says."""
    left = "The vaccine is stored below five degrees. We close at noon."
    right = "The vaccine is stored above five degrees. At noon we close."
    found = _agreement(left, right)
    assert found.least > 0.4
    assert found.least_told_apart(forms_of(left), forms_of(right), 0.3) < 0


@pytest.mark.parametrize(
    ("left", "right", "alike"),
    [
        ("sales grew in the third quarter", "sales fell in the third quarter", True),
        ("sales grew in the third quarter", "sales grwe in the third quarter", False),
        ("sales grew in the third quarter", "customers bought more between july and september", False),
        ("sales grew in the third quarter", "sales grew in the third quarter again", False),
        ("契約は6月30日に終わります", "契約は7月30日に終わります", True),
    ],
)
def test_sentences_look_alike_when_a_word_is_exchanged(left: str, right: str, alike: bool) -> None:
    """A typo, an added word or another wording does not make look-alikes."""
    assert look_alike(left, right) == alike


@pytest.mark.parametrize(
    ("left", "right", "changed"),
    [
        ("a plain green lamp", "a plain green lamp", (0, 0)),
        ("a plain green lamp", "a plian green lamp", (0, 0)),
        ("a plain green lamp", "a plain gren lamp", (0, 0)),
        ("a plain green lamp", "a green lamp", (1, 0)),
        ("a plain green lamp", "a plain black lamp", (1, 1)),
        ("a comfortable chair", "an uncomfortable chair", (2, 2)),
        ("es ist kein guter wein", "es ist ein guter wein", (1, 1)),
        ("bis zum 30 juni", "bis zum 30 juli", (1, 1)),
        ("from oslo to bergen", "from bergen to oslo", (2, 2)),
        ("any one can see", "anyone can see", (0, 0)),
        ("売り上げは今年増えました", "売り上げは今年減りました", (2, 2)),
    ],
)
def test_words_that_changed_are_counted(left: str, right: str, changed: tuple[int, int]) -> None:
    """A typo is none; a word elsewhere is one on both sides; a letter may make another word."""
    assert changed_words(left, right) == changed
