"""How a chunk is cut into calls."""

from hypothesis import given
from hypothesis import strategies as st

from synthaix.orchestration.generation.fill.calls import MOST_ROWS, rows_at, rows_per_call, split
from synthaix.orchestration.generation.fill.lengths import most_tokens, row_tokens, stated_words
from synthaix.orchestration.llm.models import MOST_OUTPUT_TOKENS
from synthaix.orchestration.schema.column import Column, Constraints


@given(st.integers(0, 2_000), st.integers(1, 60))
def test_calls_cover_the_chunk_once(count: int, most: int) -> None:
    """Every candidate is in one call, calls are as equal as can be, and none is too long."""
    calls = split(count, most)
    assert [index for call in calls for index in call] == list(range(count))
    sizes = {len(call) for call in calls}
    assert max(sizes, default=0) <= most
    assert max(sizes, default=0) - min(sizes, default=0) <= 1


@given(st.floats(1, 20_000))
def test_rows_per_call_stay_within_the_model_s_output(tokens: float) -> None:
    """A call of several rows never comes near the output limit."""
    rows = rows_per_call(tokens)
    assert 1 <= rows <= MOST_ROWS
    assert rows == 1 or most_tokens(rows, tokens) <= MOST_OUTPUT_TOKENS // 2


def test_a_forty_word_review_takes_about_ten_rows() -> None:
    """At 80 tokens a row the start of a call is a tenth of it with a dozen rows."""
    assert 10 <= rows_per_call(80) <= 14


def test_the_tail_goes_in_smaller_calls() -> None:
    """Chunks at the end of a long table are cut finer; short tables are not."""
    assert [rows_at(first, 1_000, 12) for first in (0, 800, 850, 950)] == [12, 12, 6, 6]
    assert rows_at(0, 20, 12) == 12


def test_lengths_follow_what_is_stated() -> None:
    """Words in the description, then examples, then limits decide how long a row is taken to be."""
    assert stated_words("a 30 to 50 words review") == 40
    assert stated_words("Two short sentences about it") == 30
    assert stated_words("a note") is None
    told = row_tokens([Column(name="a", type="text", description="~40-word review")])
    assert 60 <= told <= 75
    short = Column(name="a", type="text", constraints=Constraints(max_length=40))
    assert row_tokens([short]) < 15
    shown = Column(name="a", type="text", examples=["x" * 400])
    assert 100 <= row_tokens([shown]) <= 110
