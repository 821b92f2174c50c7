"""Products of vectors, and the threads that make them."""

from threadpoolctl import threadpool_info

from synthaix.orchestration.dedup.products import one_thread


def _threads() -> list[int]:
    return [library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"]


def test_a_block_multiplies_by_one_thread() -> None:
    """And lets go of the limit at its end."""
    before = _threads()
    with one_thread():
        assert set(_threads()) == {1}
    assert _threads() == before
