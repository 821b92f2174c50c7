"""The pace of calls, simulated on a virtual clock: the real `Pace`, a provider that exists only in time."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field

import pytest
from tests.doubles.virtual_loop import VirtualLoop

from synthaix.orchestration.errors import ProviderBusy, ProviderRefused
from synthaix.orchestration.llm.pacing import PROBE_SECONDS, Pace
from synthaix.orchestration.llm.provider import ProviderDown, RateLimited, Reply, Usage

SLOTS = 20
ROWS = 3_000
DONE = Reply("{}", "stop", Usage(1, 1))


@dataclass
class Weather:
    """A provider in virtual time.

    Attributes:
        on, period: refuses everything for the first `on` seconds of every period.
        most_in_flight: refuses what goes beyond.
        per_minute: a declared limit, enforced by a bucket of `SLOTS`.
    """

    on: float = 0.0
    period: float = 1.0
    most_in_flight: int = 10**9
    per_minute: float = 0.0
    seconds: float = 0.9
    in_flight: int = 0
    sent: int = 0
    refused: int = 0
    luck: random.Random = field(default_factory=lambda: random.Random(7))
    level: float = SLOTS
    at: float = 0.0

    async def serve(self, learn: Callable[[dict[str, str]], None]) -> Reply:
        """Answer one call."""
        self.sent += 1
        now = asyncio.get_running_loop().time()
        headers = self._limits(now)
        late = now % self.period < self.on or self.in_flight >= self.most_in_flight
        if late or (self.per_minute and self.level < 1):
            self.refused += 1
            learn(headers)
            raise RateLimited(retry_after_seconds=1.0, declared=self.per_minute > 0)
        self.level -= 1
        self.in_flight += 1
        await asyncio.sleep(self.seconds * self.luck.uniform(0.8, 1.2))
        self.in_flight -= 1
        learn(headers)
        return DONE

    def _limits(self, now: float) -> dict[str, str]:
        if not self.per_minute:
            return {}
        self.level = min(SLOTS, self.level + (now - self.at) * self.per_minute / 60)
        self.at = now
        return {
            "x-ratelimit-limit-requests": str(self.per_minute),
            "x-ratelimit-remaining-requests": str(int(max(0, self.level - 1))),
        }


def run(loop: VirtualLoop, weather: Weather, calls: int, call: Callable[[], Awaitable[object]]) -> float:
    """Make all calls with `SLOTS` workers. Returns virtual seconds."""

    async def worker(left: Iterator[int]) -> None:
        for _ in left:
            await call()

    async def everybody() -> None:
        left = iter(range(calls))
        await asyncio.gather(*(worker(left) for _ in range(SLOTS)))

    began = loop.time()
    loop.run_until_complete(everybody())
    return loop.time() - began


def paced(loop: VirtualLoop, weather: Weather, calls: int) -> float:
    """Seconds that our pace takes."""
    pace = Pace(slots=SLOTS, clock=loop.time, luck=random.Random(1))
    return run(loop, weather, calls, lambda: pace.run(lambda: weather.serve(pace.learn)))


def fixed(loop: VirtualLoop, weather: Weather, calls: int) -> float:
    """Seconds that the plainest rule takes: every worker waits out its own Retry-After."""

    async def call() -> None:
        while True:
            try:
                await weather.serve(lambda headers: None)
            except RateLimited:
                await asyncio.sleep(1.0)
            else:
                return

    return run(loop, weather, calls, call)


@pytest.mark.parametrize("rows_per_call", [1, 10])
@pytest.mark.parametrize(("on", "period"), [(2.0, 8.0), (0.5, 2.0), (10.0, 60.0)])
def test_bursts_do_not_make_the_pace_collapse(
    loop: VirtualLoop, on: float, period: float, rows_per_call: int
) -> None:
    """Under bursts of refusals the pace loses at most a tenth against the plainest rule."""
    seconds = 0.5 + 0.4 * rows_per_call
    calls = ROWS // rows_per_call
    plain = fixed(loop, Weather(on, period, seconds=seconds), calls)
    ours = paced(loop, Weather(on, period, seconds=seconds), calls)
    assert ours <= plain * 1.10


def test_a_steady_cap_is_met_with_few_refusals(loop: VirtualLoop) -> None:
    """Ten in flight allowed, twenty slots: no slower than the plainest rule, and a quarter of its refusals."""
    plain, ours = Weather(most_in_flight=10), Weather(most_in_flight=10)
    plain_seconds = fixed(loop, plain, ROWS)
    ours_seconds = paced(loop, ours, ROWS)
    assert ours_seconds <= plain_seconds * 1.05
    assert ours.refused <= plain.refused / 4
    assert ours.refused <= ROWS * 0.15


def test_a_declared_limit_is_kept(loop: VirtualLoop) -> None:
    """120 requests a minute in the headers: refused are at most the slots and one in a hundred."""
    weather = Weather(per_minute=120, seconds=4.5)
    calls = 300
    seconds = paced(loop, weather, calls)
    assert weather.refused <= SLOTS + calls // 100
    assert calls / seconds >= 2.0 * 0.93


def test_retry_after_is_honoured_in_full(loop: VirtualLoop) -> None:
    """A call comes back no sooner than it was told, however long that is."""
    pace = Pace(clock=loop.time, luck=random.Random(1))
    times: list[float] = []

    async def send() -> Reply:
        times.append(loop.time())
        if len(times) < 3:
            raise RateLimited(retry_after_seconds=[30.0, 0.2][len(times) - 1])
        return DONE

    loop.run_until_complete(pace.run(send))
    assert times[1] - times[0] >= 30.0
    assert 0.2 * 1.5 <= times[2] - times[1] <= 0.2 * 1.5 * 1.06


def test_a_call_that_is_refused_for_ever_reaches_the_job(loop: VirtualLoop) -> None:
    """Two minutes of refusals are the job's business."""
    pace = Pace(clock=loop.time)

    async def send() -> Reply:
        raise RateLimited(retry_after_seconds=1.0)

    with pytest.raises(ProviderBusy):
        loop.run_until_complete(pace.run(send))
    assert 120 <= loop.time() <= 140
    assert pace.tally.refused < 30


def test_a_provider_that_is_down_gets_one_probe_in_ten_seconds(loop: VirtualLoop) -> None:
    """The circuit opens within ten seconds, the jobs hear of it, probes are rare, and work goes on by itself."""
    pace = Pace(clock=loop.time, luck=random.Random(1))
    back_at = 600.0
    sent: list[float] = []

    async def send() -> Reply:
        sent.append(loop.time())
        if loop.time() < back_at:
            raise ProviderDown
        return DONE

    paused: list[float] = []

    async def job() -> None:
        while True:
            try:
                await pace.run(send)
            except ProviderBusy as busy:
                paused.append(loop.time())
                await asyncio.sleep(busy.retry_after_seconds or 1.0)
            else:
                return

    async def jobs() -> None:
        await asyncio.gather(*(job() for _ in range(SLOTS)))

    loop.run_until_complete(jobs())
    before = [at for at in sent if 10.0 < at < back_at]
    assert paused
    assert paused[0] < 30
    assert len(before) <= (back_at - 10) / PROBE_SECONDS + 1
    assert loop.time() < back_at + 2 * PROBE_SECONDS
    assert pace.state == "closed"


def test_one_worker_alone_opens_the_circuit_within_ten_seconds(loop: VirtualLoop) -> None:
    """Few workers fail seldom: the silence between them counts too."""
    pace = Pace(clock=loop.time, luck=random.Random(1))

    async def send() -> Reply:
        if loop.time() > 10:
            assert pace.state == "open"
        raise ProviderDown

    with pytest.raises(ProviderBusy):
        loop.run_until_complete(pace.run(send))
    assert loop.time() < 30


def test_single_failures_open_no_circuit(loop: VirtualLoop) -> None:
    """Three calls in ten fail at random: all are served, and the circuit stays closed."""
    pace = Pace(clock=loop.time, luck=random.Random(1))
    luck, weather = random.Random(3), Weather()

    async def send() -> Reply:
        if luck.random() < 0.3:
            raise ProviderDown
        return await weather.serve(pace.learn)

    run(loop, weather, 1_000, lambda: pace.run(send))
    assert pace.tally.served == 1_000
    assert pace.tally.failed > 300
    assert pace.state == "closed"


def test_a_wrong_key_is_believed_after_three_answers(loop: VirtualLoop) -> None:
    """One stray 401 does not stop a job; three in a row do."""
    pace = Pace(clock=loop.time)
    answers: list[Reply | ProviderRefused] = [ProviderRefused(), DONE, *(ProviderRefused() for _ in range(3))]

    async def send() -> Reply:
        answer = answers.pop(0)
        if isinstance(answer, ProviderRefused):
            raise answer
        return answer

    assert loop.run_until_complete(pace.run(send)) == DONE
    with pytest.raises(ProviderRefused):
        loop.run_until_complete(pace.run(send))
    assert answers == []


def test_the_operators_own_limit_holds_without_headers(loop: VirtualLoop) -> None:
    """60 requests a minute take a minute."""
    pace = Pace(requests_per_minute=60, clock=loop.time)
    weather = Weather(seconds=0.1)
    seconds = run(loop, weather, 61, lambda: pace.run(lambda: weather.serve(pace.learn)))
    assert 59 <= seconds <= 62


def test_a_limit_on_tokens_holds(loop: VirtualLoop) -> None:
    """60,000 tokens a minute are 60 calls of 1,000."""
    pace = Pace(tokens_per_minute=60_000, clock=loop.time)
    weather = Weather(seconds=0.1)
    seconds = run(loop, weather, 31, lambda: pace.run(lambda: weather.serve(pace.learn), tokens=1_000))
    assert 29 <= seconds <= 32


def test_slots_bound_what_is_in_flight(loop: VirtualLoop) -> None:
    """All jobs together stay within the slots."""
    pace = Pace(slots=3, clock=loop.time)
    most = 0
    weather = Weather()

    async def send() -> Reply:
        nonlocal most
        most = max(most, weather.in_flight + 1)
        return await weather.serve(pace.learn)

    run(loop, weather, 30, lambda: pace.run(send))
    assert most == 3
