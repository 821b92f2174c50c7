"""Which candidates a table still needs: the first round's chunks, then numbered refills until it has exactly N rows.

A refill is sized from what the committed rounds accepted, never from timing, so that a job's rows are the same with any
number of workers and after any kill.
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from synthaix.orchestration.generation.plan import SPARE_SHARE, TablePlan
from synthaix.orchestration.generation.sampling import BLOCK
from synthaix.orchestration.store.chunks import Chunk, DoneChunk

MOST_ROUNDS = 60
MOST_BARREN = 3  # rounds one after another without a single new row: the space is exhausted
LEAST_SAMPLED = 64  # candidates of a refill that costs nothing
MOST_SEARCHED = 4_096  # candidates of a refill that searches for the last rows of a tight space
LEAST_WRITTEN = 0.05  # share of a round's candidates that must become rows where a model writes
LEAST_WRITTEN_RATE = 0.25  # below which a refill that costs money does not grow further
LEAST_RATE = 0.01  # share of accepted candidates below which a refill does not grow further


@dataclass(frozen=True, slots=True)
class Standing:
    """A table after its committed rounds.

    Attributes:
        round: the last round that was opened.
        next_idx: the index that the next chunk gets.
        next_candidate: a block's start; indexes before it have been used.
        barren: how many of the last rounds gave no row, or hardly any where each candidate costs money.
        missing_slots: places of the table that have no row yet; None where places do not matter.
    """

    round: int
    next_idx: int
    next_candidate: int
    barren: int
    missing_slots: np.ndarray | None


def first_round(plan: TablePlan, table_index: int) -> list[Chunk]:
    """The chunks that would give N rows if every candidate were one, or all but the spare ones."""
    count = plan.rows + plan.spare
    return [
        Chunk(table_index, index, 0, start, min(plan.chunk_size, count - start))
        for index, start in enumerate(range(0, count, plan.chunk_size))
    ]


def standing(
    plan: TablePlan, done: Sequence[DoneChunk], round_: int, extent: tuple[int, int], *, by_slot: bool
) -> Standing:
    """Where a table stands, from its committed chunks.

    Args:
        extent: the highest index and the end of the candidates of all its chunks, skipped ones included.
    """
    last, end = extent
    given, asked = Counter[int](), Counter[int]()
    for chunk in done:
        given[chunk.round] += chunk.committed
        asked[chunk.round] += chunk.count
    least = LEAST_WRITTEN if plan.rows_per_call else 0.0
    barren = 0
    while barren <= round_ and given[round_ - barren] <= least * asked[round_ - barren]:
        barren += 1
    missing = _refused_slots(chunk for chunk in done if chunk.round == round_) if by_slot else None
    return Standing(
        round=round_,
        next_idx=last + 1,
        next_candidate=math.ceil(end / BLOCK) * BLOCK,
        barren=barren,
        missing_slots=missing,
    )


def refill(
    plan: TablePlan, table_index: int, at: Standing, *, missing: int, committed: int, candidates: int
) -> list[Chunk]:
    """The next round's chunks; none when the space is exhausted."""
    if at.barren >= MOST_BARREN or at.round >= MOST_ROUNDS:
        return []
    count = _refill_size(plan, at, missing, committed / candidates if candidates else 1.0)
    chunks = []
    for index, offset in enumerate(range(0, count, plan.chunk_size)):
        size = min(plan.chunk_size, count - offset)
        slots = None
        if at.missing_slots is not None:
            slots = at.missing_slots[offset : offset + size].astype(np.int64).tobytes()
        start = at.next_candidate + _aligned(plan, index)
        chunks.append(Chunk(table_index, at.next_idx + index, at.round + 1, start, size, slots))
    return chunks


def _refill_size(plan: TablePlan, at: Standing, missing: int, rate: float) -> int:
    if at.missing_slots is not None:
        return len(at.missing_slots)
    count = math.ceil(
        missing / max(rate, LEAST_WRITTEN_RATE if plan.rows_per_call else LEAST_RATE)
        * (1 + (SPARE_SHARE if plan.spare else 0.0))
    )  # fmt: skip
    if plan.rows_per_call:
        count = min(count, plan.chunk_size) if at.barren else count  # a look whether there is anything left to pay for
    else:
        count = min(max(count, LEAST_SAMPLED) * 4**at.barren, max(4 * missing, MOST_SEARCHED))
    return count


def _aligned(plan: TablePlan, index: int) -> int:
    """Every chunk of a refill begins with a block, because slots are given chunk by chunk."""
    return index * math.ceil(plan.chunk_size / BLOCK) * BLOCK


def _refused_slots(done: Iterable[DoneChunk]) -> np.ndarray:
    parts = []
    for chunk in done:
        refused = np.frombuffer(chunk.refused, dtype=np.int32)
        slots = np.frombuffer(chunk.slots, dtype=np.int64) if chunk.slots else np.arange(chunk.count) + chunk.start
        parts.append(slots[refused])
    return np.concatenate(parts) if parts else np.empty(0, dtype=np.int64)
