"""How a chunk is cut into calls: fixed by the plan, never by timing or by how many workers there are."""

import math

from synthaix.orchestration.generation.fill.lengths import most_tokens
from synthaix.orchestration.llm.models import MOST_OUTPUT_TOKENS

BASE_SECONDS = 0.5  # until a model's first token, typically
TOKEN_SECONDS = 0.005  # for each further one
FIXED_SHARE = 0.10  # of a call's time that may go to its start
MOST_SECONDS = 15.0  # of a call; what a failed one loses
MOST_ROWS = 25
SHARES = 120  # a call of the tail takes one in so many of the rows that are left; with fewer, slots idle as long
LONG = 12_000  # rows of a table whose tail is as long as tails get: 100 calls share it
SHORT = 24  # times the rows of a call: a table so small has no tail, for a share that few calls make ends no sooner


def rows_per_call(tokens_per_row: float) -> int:
    """The fewest rows with which the start is a tenth of the call, bounded by time and by the model's output limit."""
    seconds = tokens_per_row * TOKEN_SECONDS
    fewest = math.ceil(BASE_SECONDS * (1 - FIXED_SHARE) / FIXED_SHARE / seconds)
    in_time = int((MOST_SECONDS - BASE_SECONDS) / seconds)
    rows = max(1, min(fewest, in_time, MOST_ROWS))
    while rows > 1 and most_tokens(rows, tokens_per_row) > MOST_OUTPUT_TOKENS // 2:
        rows //= 2
    return rows


def cut(count: int, most: int, *, first: int = 0, total: int | None = None) -> list[range]:
    """Candidates `first` to `first + count` in calls of at most `most`, as equal as can be, smaller towards the end.

    The last calls decide when a table is done, so over its tail each takes a fixed share of what is left. That share
    follows from the table's size and not from the workers: as many calls as could well be in flight together.

    Args:
        total: rows of the table; None: it has no tail.

    Returns:
        Places within the chunk, from 0.
    """
    calls: list[range] = []
    at = 0
    while at < count:
        rows = _rows_at(first + at, total, max(1, most))
        size = math.ceil((count - at) / math.ceil((count - at) / rows))
        calls.append(range(at, at + size))
        at += size
    return calls


def _rows_at(place: int, total: int | None, most: int) -> int:
    """The most rows of the call that begins with this candidate; half a call for those that replace others."""
    if total is None or total <= SHORT * most:
        return most
    left = total - place
    return min(most, math.ceil(left * SHARES / min(total, LONG))) if left > 0 else math.ceil(most / 2)
