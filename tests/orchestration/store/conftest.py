"""A store on each database, with a clock that the test turns."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from synthaix.orchestration.store.jobs import NewJob
from synthaix.orchestration.store.store import Store


class Clock:
    """Seconds since the epoch, as the test says."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["sqlite", "postgresql"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    """A place for a store: a path or an address."""
    if request.param == "sqlite":
        return tmp_path / "store.db"
    url: str = request.getfixturevalue("postgres").new_url()
    return url


@pytest.fixture
async def store(where: Path | str, clock: Clock) -> AsyncIterator[Store]:
    """A store that is closed at the end."""
    opened = Store(where, clock=clock)
    yield opened
    await opened.close()


@pytest.fixture
async def other(where: Path | str, clock: Clock) -> AsyncIterator[Store]:
    """The same store as another process sees it."""
    opened = Store(where, clock=clock)
    yield opened
    await opened.close()


@pytest.fixture
def new_job() -> NewJob:
    """A job of one table of 100 rows."""
    return NewJob("job_a", "ana", "sch_a", b"{}", b"{}", b"{}", 1_000, {"rows": 100})
