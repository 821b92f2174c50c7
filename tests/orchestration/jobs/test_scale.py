"""A large fleet on a virtual clock: the real shares, feeds and paces; Redis, provider and database exist only in time.

2,000 calls at once in 100 processes, 200 jobs of 20 owners. docs/scale.md draws on what is asserted here.
"""

import asyncio
import math
import random
from collections import Counter, defaultdict
from contextlib import ExitStack
from dataclasses import dataclass, field

import pytest
from tests.doubles.virtual_loop import VirtualLoop

from synthaix.orchestration.jobs.fleet import SHARE_SECONDS, Fleet, Outcome, Place, Room
from synthaix.orchestration.jobs.running.feeding import Feed
from synthaix.orchestration.jobs.sharing import Demand
from synthaix.orchestration.llm.pacing import Pace
from synthaix.orchestration.llm.provider import RateLimited, Reply, Usage
from synthaix.orchestration.store.chunks import Chunk

PROCESSES, CALLS_EACH = 100, 20
ROOM = PROCESSES * CALLS_EACH
CALL_SECONDS = 5.0
CALLS_A_CHUNK = 10
DONE = Reply("{}", "stop", Usage(1, 1))


@dataclass
class Provider:
    """Answers in `CALL_SECONDS`, more or less; refuses what goes beyond `most`."""

    most: int = 10**9
    in_flight: int = 0
    peak: int = 0
    refused: int = 0
    luck: random.Random = field(default_factory=lambda: random.Random(7))

    async def complete(self) -> Reply:
        """Answer one call."""
        if self.in_flight >= self.most:
            self.refused += 1
            raise RateLimited(retry_after_seconds=1.0)
        self.in_flight += 1
        self.peak = max(self.peak, self.in_flight)
        await asyncio.sleep(CALL_SECONDS * self.luck.uniform(0.6, 1.4))
        self.in_flight -= 1
        return DONE


class VirtualFleet(Fleet):
    """A fleet whose queue is a list in order, as Redis's stream is, and whose processes are tasks with a pace each."""

    def __init__(
        self, provider: Provider, loop: VirtualLoop, *, processes: int = PROCESSES, most_calls: int | None = None
    ) -> None:
        super().__init__("redis://nowhere", name="feeder", calls=0, most_calls=most_calls, dead_seconds=15)
        self._slots = processes * CALLS_EACH
        self.room = Room(processes, min(self._slots, most_calls or self._slots))
        self.made: Counter[str] = Counter()
        self.counting = False
        self._provider = provider
        self._queue: asyncio.Queue[tuple[Place, asyncio.Future[Outcome]]] = asyncio.Queue()
        self._most = asyncio.Semaphore(self.room.calls)  # Docket's ConcurrencyLimit
        self._paces = [Pace(clock=loop.time, luck=random.Random(number)) for number in range(processes)]

    async def call(self, place: Place) -> Outcome:
        """Queue a call, and wait until it was made."""
        told: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._queue.put_nowait((place, told))
        return await told

    async def serve_calls(self) -> None:
        """What the processes of the fleet do, and once a second what each feeder does."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._look())
            for number in range(self._slots):
                group.create_task(self._slot(self._paces[number % len(self._paces)]))

    async def _look(self) -> None:
        while True:
            self._allot({job: feed.demand for job, feed in self._feeds.items()})
            await asyncio.sleep(SHARE_SECONDS)

    async def _slot(self, pace: Pace) -> None:
        while True:
            async with self._most:
                place, told = await self._queue.get()
                await pace.run(self._provider.complete)
            if self.counting:
                self.made[place.job_id] += 1
            told.set_result(Outcome())


@dataclass
class Job:
    """Makes chunks without end: a window of them is open, and they are committed in order, one at a time."""

    name: str
    owner: str
    calls: int
    commit_seconds: float = 0.0
    committed: int = 0

    async def run(self, feed: Feed) -> None:
        """Until cancelled."""
        window = 2 * math.ceil(self.calls / CALLS_A_CHUNK) + 1  # as WrittenSource has it
        before: dict[int, asyncio.Event] = defaultdict(asyncio.Event)
        before[0].set()
        async with asyncio.TaskGroup() as group:
            for first in range(window):
                group.create_task(self._chunks(feed, before, first, window))

    async def _chunks(self, feed: Feed, before: dict[int, asyncio.Event], idx: int, window: int) -> None:
        while True:
            chunk = Chunk(table_index=0, idx=idx, round=0, start=0, count=100)
            await asyncio.gather(*(feed.call(chunk, number) for number in range(CALLS_A_CHUNK)))
            await before[idx].wait()
            await asyncio.sleep(self.commit_seconds)
            before[idx + 1].set()
            self.committed += 1
            idx += window


def simulate(loop: VirtualLoop, fleet: VirtualFleet, jobs: list[Job], *, warm: float, seconds: float) -> None:
    """Run, and count calls for `seconds` of virtual time after the first `warm`."""

    async def everything() -> None:
        with ExitStack() as stack:
            tasks = [asyncio.create_task(fleet.serve_calls())]
            for job in jobs:
                slots = stack.enter_context(fleet.feeding(job.name, Demand(job.owner, job.calls)))
                tasks.append(asyncio.create_task(job.run(Feed(fleet, job.name, slots))))
            await asyncio.sleep(warm)
            fleet.counting = True
            await asyncio.sleep(seconds)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    loop.run_until_complete(everything())


def team() -> list[Job]:
    """200 jobs: one owner has 100 of them, nineteen have the others; one of those wants little."""
    crowd = [Job(f"crowd_{number}", "crowd", 20) for number in range(100)]
    few = [Job(f"small_{number}", "small", 2) for number in range(5)]
    others = [Job(f"other_{number}", f"owner_{number % 18}", 40) for number in range(95)]
    return crowd + few + others


def test_a_large_fleet_is_full_and_fair(loop: VirtualLoop) -> None:
    """At least 0.97 of what its slots could make; owners get the same, and an owner's jobs get the same."""
    fleet, jobs, seconds = VirtualFleet(Provider(), loop), team(), 12.5
    simulate(loop, fleet, jobs, warm=5.0, seconds=seconds)
    assert sum(fleet.made.values()) >= 0.97 * ROOM * seconds / CALL_SECONDS
    owners: dict[str, list[int]] = defaultdict(list)
    for job in jobs:
        owners[job.owner].append(fleet.made[job.name])
    crowd, small = sum(owners.pop("crowd")), sum(owners.pop("small"))
    totals = [sum(made) for made in owners.values()]
    assert min(totals) >= 0.9 * max(totals)
    assert all(min(made) >= 0.7 * max(made) for made in owners.values())
    assert 0.6 * max(totals) <= crowd <= max(totals)  # shares are whole calls: of 1.3 a job has 1
    assert small >= 0.6 * 10 * seconds / CALL_SECONDS  # ten calls are all that it wants; a fifth of the time they queue


def test_nobody_starves(loop: VirtualLoop) -> None:
    """Three hundred jobs in a room of fifteen: each is served in every round, for each has a call waiting.

    So owners share by their jobs then, almost: whoever has one gets two calls a round, not an eighth of all.
    """
    fleet = VirtualFleet(Provider(), loop, processes=1, most_calls=15)
    jobs = [Job(f"job_{number}", f"owner_{number % 7}", 4) for number in range(299)] + [Job("alone", "alone", 4)]
    round_seconds = len(jobs) / 15 * CALL_SECONDS
    simulate(loop, fleet, jobs, warm=0, seconds=2.2 * round_seconds)
    assert all(fleet.made[job.name] >= 1 for job in jobs)
    assert fleet.made["alone"] >= 1.5 * fleet.made.total() / len(jobs)


@pytest.mark.parametrize("known", [True, False], ids=["MAX_CALLS", "unknown"])
def test_a_providers_limit_is_held(loop: VirtualLoop, known: bool) -> None:
    """A quarter of the room is allowed. Stated as MAX_CALLS nothing is refused; else the paces find out, at no loss."""
    provider = Provider(most=125)
    fleet = VirtualFleet(provider, loop, processes=25, most_calls=125 if known else None)
    jobs = [Job(f"job_{number}", f"owner_{number % 5}", 20) for number in range(50)]
    simulate(loop, fleet, jobs, warm=10.0, seconds=25.0)
    served = sum(fleet.made.values())
    assert served >= 0.97 * 125 * 25.0 / CALL_SECONDS
    assert provider.refused <= (0 if known else 6 * served)


@pytest.mark.parametrize(("commit_seconds", "share"), [(0.0, 0.97), (0.15, 0.97), (0.39, 0.45)])
def test_one_committer_keeps_up(loop: VirtualLoop, commit_seconds: float, share: float) -> None:
    """With the most calls that a job may have, in order: at 0.15 s a chunk of 100 rows nothing is lost, 512 rows/s."""
    fleet, job = VirtualFleet(Provider(), loop, processes=20), Job("job", "ana", 256, commit_seconds)
    simulate(loop, fleet, [job], warm=10.0, seconds=40.0)
    assert fleet.made["job"] >= share * 256 * 40.0 / CALL_SECONDS
    assert job.committed * commit_seconds <= 50.0  # one at a time
