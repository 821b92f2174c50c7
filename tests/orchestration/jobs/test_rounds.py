"""Chunks cover every candidate once; refills are sized from what was committed and end when nothing comes."""

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from synthaix.orchestration.generation.plan import TablePlan
from synthaix.orchestration.jobs.rounds import (
    LEAST_WRITTEN,
    LEAST_WRITTEN_RATE,
    MOST_BARREN,
    first_round,
    refill,
    standing,
)
from synthaix.orchestration.store.chunks import DoneChunk


def done(idx: int, round_: int, start: int, count: int, committed: int, slots: bytes | None = None) -> DoneChunk:
    """A committed chunk whose last candidates were refused."""
    refused = np.arange(committed, count, dtype=np.int32).tobytes()
    return DoneChunk(idx, round_, count, slots, start, committed, 0, refused, b"")


@given(rows=st.integers(1, 5_000), size=st.integers(1, 700))
def test_the_first_round_covers_each_place_once(rows: int, size: int) -> None:
    """Chunks sum to N, follow each other, and do not overlap."""
    chunks = first_round(TablePlan("t", rows, size), 0)
    places = [place for chunk in chunks for place in range(chunk.start, chunk.start + chunk.count)]
    assert places == list(range(rows))
    assert [chunk.idx for chunk in chunks] == list(range(TablePlan("t", rows, size).chunks))


@given(missing=st.integers(1, 400), committed=st.integers(1, 1_000), refused=st.integers(1, 1_000))
def test_a_refill_uses_fresh_candidates_and_enough_of_them(missing: int, committed: int, refused: int) -> None:
    """At the rate of the committed rounds, a refill gives at least what is missing."""
    plan = TablePlan("t", committed + missing, 100, rows_per_call=10)
    before = [done(0, 0, 0, committed + refused, committed)]
    chunks = refill(
        plan, 0, standing(plan, before, 0, (0, committed + refused), by_slot=False),
        missing=missing, committed=committed, candidates=committed + refused,
    )  # fmt: skip
    assert chunks[0].start >= committed + refused
    assert chunks[0].idx == 1
    assert {chunk.round for chunk in chunks} == {1}
    count = sum(chunk.count for chunk in chunks)
    rate = committed / (committed + refused)
    assert count * max(rate, LEAST_WRITTEN_RATE) >= missing - 1e-6 or (rate <= LEAST_WRITTEN and count <= 100)
    ranges = sorted((chunk.start, chunk.start + chunk.count) for chunk in chunks)
    assert all(end <= start for (_, end), (start, _) in pairwise(ranges))


def test_spare_candidates_follow_the_others() -> None:
    """A tenth more than is missing, in the first round and in refills; progress counts without them."""
    plan = TablePlan("t", 100, 30, rows_per_call=10, spare=10)
    assert sum(chunk.count for chunk in first_round(plan, 0)) == 110
    assert plan.chunks == 4
    before = [done(0, 0, 0, 110, 80)]
    at = standing(plan, before, 0, (0, 110), by_slot=False)
    chunks = refill(plan, 0, at, missing=20, committed=80, candidates=110)
    assert sum(chunk.count for chunk in chunks) == 31  # 20 * 110 / 80 * 1.1


def test_a_refill_by_slot_serves_exactly_the_places_without_a_row() -> None:
    """Children of certain parents: each refused place is tried again, whatever round it was refused in."""
    plan = TablePlan("t", 10, 5)
    first = [done(0, 0, 0, 5, 3), done(1, 0, 5, 5, 4)]
    (chunk,) = refill(plan, 0, standing(plan, first, 0, (1, 10), by_slot=True), missing=3, committed=7, candidates=10)
    assert chunk.slots is not None
    assert np.frombuffer(chunk.slots, dtype=np.int64).tolist() == [3, 4, 9]
    second = [*first, done(2, 1, chunk.start, 3, 2, chunk.slots)]
    (last,) = refill(
        plan, 0, standing(plan, second, 1, (2, chunk.start + 3), by_slot=True), missing=1, committed=9, candidates=13
    )
    assert last.slots is not None
    assert np.frombuffer(last.slots, dtype=np.int64).tolist() == [9]


def test_rounds_without_a_row_end_the_search() -> None:
    """After some barren rounds there is no further one."""
    plan = TablePlan("t", 10, 10)
    chunks = [done(0, 0, 0, 10, 5)] + [done(n, n, 1024 * n, 10, 0) for n in range(1, MOST_BARREN + 1)]
    over = standing(plan, chunks, MOST_BARREN, (9, 9_000), by_slot=False)
    assert refill(plan, 0, over, missing=5, committed=5, candidates=40) == []
    before = standing(plan, chunks[:-1], MOST_BARREN - 1, (9, 9_000), by_slot=False)
    assert refill(plan, 0, before, missing=5, committed=5, candidates=30)


def test_hardly_any_new_text_is_paid_for_in_small_looks() -> None:
    """Where a model writes, a round of which a twentieth was new is followed by one chunk, and soon by none."""
    plan = TablePlan("t", 1_000, 50, rows_per_call=10)
    chunks = [done(n, 0, 50 * n, 50, 2) for n in range(20)]
    for round_ in range(1, MOST_BARREN):
        at = standing(plan, chunks, round_ - 1, (19 + round_, 1024 * round_), by_slot=False)
        (look,) = refill(plan, 0, at, missing=960, committed=40, candidates=1_000)
        assert look.count == 50
        chunks.append(done(look.idx, round_, look.start, 50, 1))
    at = standing(plan, chunks, MOST_BARREN - 1, (30, 9_000), by_slot=False)
    assert refill(plan, 0, at, missing=958, committed=42, candidates=1_100) == []
    chunks[-1] = done(chunks[-1].idx, MOST_BARREN - 1, chunks[-1].start, 50, 40)  # the last look found much
    at = standing(plan, chunks, MOST_BARREN - 1, (30, 9_000), by_slot=False)
    assert sum(chunk.count for chunk in refill(plan, 0, at, missing=920, committed=80, candidates=1_100)) > 900
