"""A text's sentences."""

import pytest

from synthaix.orchestration.dedup.sentences import MOST_SENTENCES, sentences


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", []),
        ("No end", ["No end"]),
        ("It came late. The box was torn!  Why?", ["It came late.", "The box was torn! Why?"]),
        ("I saw Dr. Lopez. She helped.", ["I saw Dr. Lopez.", "She helped."]),
        ("Costs 3.50 a piece. Fine by me.", ["Costs 3.50 a piece.", "Fine by me."]),
        ("first line\nsecond line", ["first line", "second line"]),
        ("予定より早く届きました。音が静かです。", ["予定より早く届きました。", "音が静かです。"]),
    ],
)  # fmt: skip
def test_a_text_is_cut_where_a_sentence_ends(text: str, parts: list[str]) -> None:
    """Not after an abbreviation, nor inside a number; a word alone goes with its neighbour."""
    assert sentences(text) == parts


def test_a_long_text_has_no_more_than_so_many() -> None:
    """Neighbours go together, and nothing is lost."""
    many = [f"Sentence number {place}." for place in range(100)]
    found = sentences(" ".join(many))
    assert len(found) == MOST_SENTENCES
    assert " ".join(found) == " ".join(many)
