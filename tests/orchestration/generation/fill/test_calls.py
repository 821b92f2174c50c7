"""How a chunk is cut into calls."""

from hypothesis import given
from hypothesis import strategies as st

from synthaix.orchestration.generation.fill.calls import MOST_ROWS, cut, rows_per_call
from synthaix.orchestration.generation.fill.lengths import most_tokens, row_tokens, stated_words
from synthaix.orchestration.llm.models import MOST_OUTPUT_TOKENS
from synthaix.orchestration.schema.column import Column, Constraints


@given(st.integers(0, 2_000), st.integers(1, 60), st.integers(0, 9_000), st.none() | st.integers(1, 9_000))
def test_calls_cover_the_chunk_once(count: int, most: int, first: int, total: int | None) -> None:
    """Every candidate is in one call, and none is too long."""
    calls = cut(count, most, first=first, total=total)
    assert [index for call in calls for index in call] == list(range(count))
    assert all(1 <= len(call) <= most for call in calls)


@given(st.integers(1, 2_000), st.integers(1, 60))
def test_calls_without_a_tail_are_as_equal_as_can_be(count: int, most: int) -> None:
    """No call is left with a row or two."""
    sizes = {len(call) for call in cut(count, most)}
    assert max(sizes) - min(sizes) <= 1


@given(st.floats(1, 20_000))
def test_rows_per_call_stay_within_the_model_s_output(tokens: float) -> None:
    """A call of several rows never comes near the output limit."""
    rows = rows_per_call(tokens)
    assert 1 <= rows <= MOST_ROWS
    assert rows == 1 or most_tokens(rows, tokens) <= MOST_OUTPUT_TOKENS // 2


def test_a_forty_word_review_takes_about_ten_rows() -> None:
    """At 80 tokens a row the start of a call is a tenth of it with a dozen rows."""
    assert 10 <= rows_per_call(80) <= 14


def sizes(total: int, most: int, *, chunk: int = 50) -> list[int]:
    """Rows of every call of a table's first round."""
    starts = range(0, total, chunk)
    return [len(c) for at in starts for c in cut(min(chunk, total - at), most, first=at, total=total)]


def test_the_tail_goes_in_smaller_calls() -> None:
    """Calls shrink over the last seventh of a long table, to single rows; short tables have no tail."""
    long = sizes(1_000, 17)
    assert long[:3] == [17, 17, 16]
    assert sum(size >= 16 for size in long) * 16.7 >= 800
    assert long[-8:] == [1] * 8
    assert len(long) <= 85
    assert sizes(60, 17, chunk=60) == [15, 15, 15, 15]


def test_the_tail_of_a_very_long_table_stays_as_it_is() -> None:
    """A hundred calls share a tail, however long the table: it costs less the longer that is."""
    plain = 100_000 / (50 / 3)
    assert len(sizes(100_000, 17)) <= 1.05 * plain


def test_rows_that_replace_others_go_in_half_calls() -> None:
    """A refill is the last wave by itself."""
    assert [len(call) for call in cut(20, 17, first=1_000, total=1_000)] == [7, 7, 6]


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
