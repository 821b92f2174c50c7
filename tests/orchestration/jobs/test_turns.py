"""Who works next when many wait."""

import anyio
import pytest

from synthaix.orchestration.jobs.running.turns import SLICE_SECONDS, Turn, Turns


class Clock:
    """Seconds that a test moves."""

    now = 0.0

    def __call__(self) -> float:
        """The seconds now."""
        return self.now


def begun(*turns: Turn) -> list[bool]:
    """Which of them may work."""
    return [turn.begins.is_set() for turn in turns]


def test_so_many_work_at_once_and_the_oldest_comes_next() -> None:
    """A turn that ends lets the one in that has waited longest."""
    turns = Turns(2)
    first, second, third, fourth = (turns.ask("ana") for _ in range(4))
    assert begun(first, second, third, fourth) == [True, True, False, False]
    second.end()
    second.end()
    assert begun(third, fourth) == [True, False]
    assert turns.crowded
    first.end()
    assert not turns.crowded


def test_who_has_none_comes_before_who_has_some() -> None:
    """An owner of many jobs does not keep another's first one waiting."""
    turns = Turns(2)
    mine = [turns.ask("ana") for _ in range(5)]
    yours = turns.ask("ben")
    mine[0].end()
    assert begun(*mine[2:], yours) == [False, False, False, True]


def test_one_that_waits_no_more_gets_no_turn() -> None:
    """Its place goes to the next."""
    turns = Turns(1)
    first, second, third = (turns.ask("ana") for _ in range(3))
    second.end()
    first.end()
    assert begun(second, third) == [False, True]


@pytest.mark.parametrize("worked", [0.0, SLICE_SECONDS])
async def test_a_long_job_gives_way_after_a_slice(worked: float) -> None:
    """Between its chunks, and goes on when the other has ended; before that it keeps its turn."""
    clock = Clock()
    turns = Turns(1, clock)
    long, short = turns.ask("ana"), turns.ask("ana")
    clock.now = worked
    async with anyio.create_task_group() as group:
        group.start_soon(long.give_way)
        await anyio.wait_all_tasks_blocked()
        assert begun(short) == [worked > 0]
        short.end()
    assert begun(long) == [True]
