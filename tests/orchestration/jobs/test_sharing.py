"""Shares of a fleet's room."""

from hypothesis import given
from hypothesis import strategies as st

from synthaix.orchestration.jobs.sharing import AHEAD, Demand, shares

DEMANDS = st.dictionaries(
    st.text("abcdef", min_size=1, max_size=4),
    st.builds(Demand, st.sampled_from(["ana", "ben", "cem"]), st.integers(1, 256)),
    min_size=1,
    max_size=12,
)


def test_an_owner_of_many_jobs_gets_no_more_than_another() -> None:
    """Owners share equally, whatever the number of their jobs."""
    demands = {f"job_{number}": Demand("ana", 64) for number in range(8)} | {"job_x": Demand("ben", 64)}
    parts = shares(demands, 64)
    assert parts["job_x"] == 40
    assert sum(parts.values()) - parts["job_x"] == 40


def test_what_one_cannot_use_goes_to_the_others() -> None:
    """No room stays empty while somebody wants it."""
    parts = shares({"small": Demand("ana", 4), "big": Demand("ben", 256)}, 80)
    assert parts == {"small": 4, "big": 96}


def test_without_anybody_there_jobs_queue_all_they_may() -> None:
    """The first process that comes finds work."""
    assert shares({"job": Demand("ana", 20)}, 0) == {"job": 20}


@given(DEMANDS, st.integers(1, 500))
def test_shares_fit_the_room(demands: dict[str, Demand], room: int) -> None:
    """Each job gets something and at most its wish; together they get the room, or all that they want."""
    parts = shares(demands, room)
    assert parts.keys() == demands.keys()
    assert all(1 <= parts[job] <= demands[job].calls for job in demands)
    wanted = sum(demand.calls for demand in demands.values())
    assert abs(sum(parts.values()) - min(wanted, AHEAD * room)) <= len(demands)
