"""How fast one model is asked: one pace per (provider, model), shared by all jobs of the process.

There is no global level that could collapse: each call waits out its own refusals, and the wait grows by half with each
further one. Against that, the rules that lower a shared level lose two to twenty times under bursts of refusals;
tests/orchestration/llm/test_pacing.py simulates both kinds of weather. Limits that a provider declares in its headers
feed token buckets, so that a steady limit is kept without being refused at all.
"""

import math
import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import anyio

from synthaix.orchestration.errors import ProviderBusy, ProviderRefused
from synthaix.orchestration.llm.buckets import Bucket
from synthaix.orchestration.llm.provider import Prompt, Provider, ProviderDown, RateLimited, Reply

FIRST_WAIT = 1.0  # seconds, after a refusal that names no time
GROWTH = 1.5  # of the wait, for each consecutive refusal of one call: the rule that won the simulation
MOST_WAIT = 8.0  # seconds; a longer Retry-After is honoured in full
JITTER = 0.05  # share of a wait that is added at random, never taken away
FIRST_BACK_OFF = 0.5  # seconds, after a failure; doubled with each further one
MOST_FAILURES = 12  # of one call, before its job hears of it
REFUSALS = 3  # consecutive answers such as 401 from the provider, before it is believed
REFUSAL_WAIT = 0.3  # seconds
BREAKS_AT = 10  # consecutive failures of all calls together that open the circuit
BREAKS_SOONER_AT = 4  # when nothing has been answered for `SILENT_SECONDS`: few workers fail seldom
SILENT_SECONDS = 4.0
PROBE_SECONDS = 10.0  # between probes of a provider that is down
LOOK_SECONDS = 1.0  # how soon a waiting call notices that the provider is back
DOWN_PATIENCE_SECONDS = 15.0  # with a provider that is down, before the jobs hear of it
REFUSED_PATIENCE_SECONDS = 120.0  # in which nobody is served, before a refused call's job hears of it

State = Literal["open", "closed"]


@dataclass(slots=True)
class Tally:
    """What the pace has seen. `refused` are 429s, `failed` 5xx, silence and broken connections."""

    sent: int = 0
    served: int = 0
    refused: int = 0
    failed: int = 0


class Pace:
    """Lets calls through as fast as the provider takes them.

    Args:
        slots: most calls in flight, over all jobs.
        requests_per_minute: the operator's own limit, on top of what headers declare.
        clock: seconds, never going back.
        luck: for the jitter of waits; nothing else depends on it.
    """

    def __init__(
        self,
        *,
        slots: int = 100,
        requests_per_minute: float | None = None,
        tokens_per_minute: float | None = None,
        clock: Callable[[], float] | None = None,
        sleep: Callable[[float], Awaitable[None]] = anyio.sleep,
        luck: random.Random | None = None,
    ) -> None:
        self.tally = Tally()
        self._slots = anyio.CapacityLimiter(slots)
        self._clock = clock or anyio.current_time
        self._sleep = sleep
        self._luck = luck or random.Random()
        self._requests = Bucket(requests_per_minute)
        self._tokens = Bucket(tokens_per_minute)
        self._failures = 0
        self._refusals = 0
        self._served_at = self._answered_at = 0.0
        self._probe_at: float | None = None  # set while the circuit is open
        self._down_since: float | None = None

    @property
    def state(self) -> State:
        """`open`: the provider is down, and only probes reach it."""
        return "closed" if self._probe_at is None else "open"

    @property
    def retry_after_seconds(self) -> float:
        """When a provider that is down is probed next."""
        return 0.0 if self._probe_at is None else max(0.0, self._probe_at - self._clock())

    def learn(self, headers: Mapping[str, str]) -> None:
        """Read the limits that the provider declares."""
        now = self._clock()
        for name, bucket in (("requests", self._requests), ("tokens", self._tokens)):
            limit = _number(headers.get(f"x-ratelimit-limit-{name}"))
            left = _number(headers.get(f"x-ratelimit-remaining-{name}"))
            if limit:
                bucket.learn(now, per_minute=limit, left=left)

    async def run(self, send: Callable[[], Awaitable[Reply]], *, tokens: int = 0) -> Reply:
        """The reply of `send`, tried again for as long as trying again helps.

        Args:
            tokens: what the call may take of a limit on tokens.

        Raises:
            ProviderBusy: the provider has been down for 15 s, or has served nobody for two minutes.
            ProviderRefused: and it stays so.
        """
        waited = Waited(self._clock())
        async with self._slots:
            while True:
                probing = await self._turn(tokens)
                self.tally.sent += 1
                try:
                    reply = await send()
                except RateLimited as refusal:
                    self._closed()
                    await self._refused(refusal, waited)
                except ProviderDown as failure:
                    await self._failed(failure, waited, probing=probing)
                except ProviderRefused:
                    self._refusals += 1
                    if self._refusals >= REFUSALS:
                        raise
                    await self._sleep(REFUSAL_WAIT)
                else:
                    self.tally.served += 1
                    self._refusals = 0
                    self._served_at = self._clock()
                    self._closed()
                    return reply

    async def _turn(self, tokens: int) -> bool:
        """Wait until this call may go. Returns whether it is the probe of a provider that is down."""
        while True:
            now = self._clock()
            if self._probe_at is not None:
                if now >= self._probe_at:
                    self._probe_at = now + PROBE_SECONDS
                    return True
                if self._down_since is not None and now - self._down_since > DOWN_PATIENCE_SECONDS:
                    raise ProviderBusy(retry_after_seconds=self.retry_after_seconds)
                await self._sleep(min(LOOK_SECONDS, self._probe_at - now))
                continue
            wait = max(self._requests.wait(now, 1), self._tokens.wait(now, tokens))
            if wait <= 0:
                self._requests.take(now, 1)
                self._tokens.take(now, tokens)
                return False
            await self._sleep(wait)

    async def _refused(self, refusal: RateLimited, waited: "Waited") -> None:
        self.tally.refused += 1
        waited.refusals += 1
        now = self._clock()
        if now - max(waited.since, self._served_at) > REFUSED_PATIENCE_SECONDS:
            raise ProviderBusy(retry_after_seconds=refusal.retry_after_seconds or MOST_WAIT)
        asked = refusal.retry_after_seconds
        if refusal.declared and asked is not None:
            self._requests.hold(now + asked)
        wait = max(asked or 0.0, min((asked or FIRST_WAIT) * GROWTH ** (waited.refusals - 1), MOST_WAIT))
        await self._sleep(self._with_jitter(wait))

    async def _failed(self, failure: ProviderDown, waited: "Waited", *, probing: bool) -> None:
        self.tally.failed += 1
        waited.failures += 1
        self._failures += 1
        now = self._clock()
        silent = self._failures >= BREAKS_SOONER_AT and now - max(self._answered_at, waited.since) > SILENT_SECONDS
        if self._failures >= BREAKS_AT or silent or probing:
            self._down_since = now if self._down_since is None else self._down_since
            self._probe_at = now + PROBE_SECONDS
            return
        if waited.failures >= MOST_FAILURES:
            raise ProviderBusy(retry_after_seconds=PROBE_SECONDS) from failure
        back_off = min(FIRST_BACK_OFF * 2.0 ** (waited.failures - 1), MOST_WAIT)
        await self._sleep(self._with_jitter(max(failure.retry_after_seconds or 0.0, back_off)))

    def _closed(self) -> None:
        """The provider answers."""
        self._answered_at = self._clock()
        self._failures = 0
        self._probe_at = self._down_since = None

    def _with_jitter(self, seconds: float) -> float:
        return seconds * (1 + JITTER * self._luck.random())


@dataclass(slots=True)
class Waited:
    """What one call has gone through. Refusals are no attempts, and count towards nothing but the wait."""

    since: float
    refusals: int = 0
    failures: int = 0


class PacedProvider:
    """A provider behind a pace, which learns from its headers."""

    def __init__(self, provider: Provider, pace: Pace) -> None:
        self._provider = provider
        self.pace = pace
        provider.on_headers = pace.learn

    async def complete(self, prompt: Prompt, *, on_text: Callable[[str], None] | None = None) -> Reply:
        """See `Provider.complete`."""
        tokens = prompt.likely_input_tokens() + prompt.max_tokens
        return await self.pace.run(lambda: self._provider.complete(prompt, on_text=on_text), tokens=tokens)

    async def aclose(self) -> None:
        """Close the provider's connections."""
        await self._provider.aclose()


def _number(text: str | None) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if math.isfinite(number) and number >= 0 else None
