"""Products of vectors by one thread.

Those of a chunk are too small to be shared out: the other threads of the library that multiplies spin, on whole cores,
and judging takes 2.7 times the CPU.
"""

from contextlib import AbstractContextManager
from functools import lru_cache

from threadpoolctl import ThreadpoolController


def one_thread() -> AbstractContextManager[object]:
    """A block in which products are made by one thread; entering takes 8 us.

    The limit is the process's. Of two blocks at once, the first to end lifts it for the other, which costs CPU alone.
    """
    return _libraries().limit(limits=1, user_api="blas")  # type: ignore[no-any-return]  # it ships no types


@lru_cache(maxsize=1)
def _libraries() -> ThreadpoolController:
    """Those that are loaded by now: numpy's."""
    return ThreadpoolController()
