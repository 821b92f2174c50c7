"""How a chunk is cut into calls: fixed by the plan, never by timing or by how many workers there are."""

import math
from itertools import accumulate, pairwise

from synthaix.orchestration.generation.fill.lengths import most_tokens
from synthaix.orchestration.llm.models import MOST_OUTPUT_TOKENS

BASE_SECONDS = 0.5  # until a model's first token, typically
TOKEN_SECONDS = 0.005  # for each further one
FIXED_SHARE = 0.10  # of a call's time that may go to its start
MOST_SECONDS = 15.0  # of a call; what a failed one loses
MOST_ROWS = 25
TAIL_SHARE = 0.15  # of a table's rows that go out in smaller calls, so that the last wave is not idle


def rows_per_call(tokens_per_row: float) -> int:
    """The fewest rows with which the start is a tenth of the call, bounded by time and by the model's output limit."""
    seconds = tokens_per_row * TOKEN_SECONDS
    fewest = math.ceil(BASE_SECONDS * (1 - FIXED_SHARE) / FIXED_SHARE / seconds)
    in_time = int((MOST_SECONDS - BASE_SECONDS) / seconds)
    rows = max(1, min(fewest, in_time, MOST_ROWS))
    while rows > 1 and most_tokens(rows, tokens_per_row) > MOST_OUTPUT_TOKENS // 2:
        rows //= 2
    return rows


def split(count: int, most: int) -> list[range]:
    """`count` candidates in calls of at most `most`, as equal as can be."""
    if count == 0:
        return []
    calls = math.ceil(count / max(1, most))
    sizes = [count // calls + (place < count % calls) for place in range(calls)]
    return [range(start, stop) for start, stop in pairwise(accumulate(sizes, initial=0))]


def rows_at(first: int, total: int, most: int) -> int:
    """Rows per call of the chunk that begins with candidate `first` of `total`: half of it over the tail."""
    return max(1, math.ceil(most / 2)) if first >= total * (1 - TAIL_SHARE) and total > 4 * most else most
