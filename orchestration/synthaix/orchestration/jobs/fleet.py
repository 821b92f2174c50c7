"""The fleet: calls of jobs, made by whichever process has room. Docket's one room, and Redis's.

Nothing here is the truth. A call is named by its place in its job; its reply goes to the store, and how it ended is
told to whoever waits. What gets lost, with a process or with all of Redis, is handed out again under the same key, and
finds the saved replies.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any, TypeVar

import anyio
import orjson

from synthaix.orchestration.errors import ArgumentInvalid, StoreUnreachable
from synthaix.orchestration.jobs.sharing import Demand, shares

log = logging.getLogger(__name__)

T = TypeVar("T")

NAME = "synthaix"
AGAIN_SECONDS = 5.0  # after which a call that nobody told about is handed out again; nothing, where it is known
CHECK_SECONDS = 0.02  # how soon a process that got free takes the next call
CONNECT_SECONDS = 5.0  # in which a process that has just begun may connect, before a job waits for it
RECONNECT_SECONDS = 1.0
SHARE_SECONDS = 1.0  # between looks at who is there and who wants what
STALE_SECONDS = 5.0  # a process or job that said nothing for so long is not counted
FORGOTTEN_SECONDS = 60.0
ANSWER_SECONDS = 10.0  # of Redis
SILENT_SECONDS = 5.0  # in which nobody told anything; then Redis is asked, and given up after as long again
ROOM, DEMANDS, TOLD = f"{NAME}-room", f"{NAME}-demands", f"{NAME}-told"  # Docket's own names begin with `synthaix:`


@dataclass(frozen=True, slots=True)
class Place:
    """One planned call: the job's id, its table, chunk and number."""

    job_id: str
    table_index: int
    idx: int
    number: int

    @property
    def key(self) -> str:
        """Its name in the queue, where each is at most once."""
        return f"{self.job_id}:{self.table_index}:{self.idx}:{self.number}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a call ended. `code` is None where its replies are saved, else an error's, or `left`: make it again."""

    code: str | None = None
    message: str | None = None
    reason: str | None = None
    retry_after_seconds: float | None = None


Work = Callable[[Place], Awaitable[Outcome]]


@dataclass(frozen=True, slots=True)
class Room:
    """Who is there: processes that make calls, and how many calls at once they make together."""

    workers: int = 0
    calls: int = 0


@dataclass(slots=True)
class _Feed:
    demand: Demand
    slots: anyio.CapacityLimiter


class Fleet:
    """This process's part in the fleet.

    Args:
        url: of the Redis or Valkey server.
        name: of this process.
        calls: made at once by this process; 0: none, it only hands out.
        most_calls: made at once by all processes together; None: as many as they have room for.
        dead_seconds: after which a process that says nothing has lost its calls to others.
    """

    def __init__(self, url: str, *, name: str, calls: int, most_calls: int | None, dead_seconds: float) -> None:
        self._url = url
        self._name = name
        self._calls = calls
        self._most_calls = most_calls
        self._dead_seconds = dead_seconds
        self._docket: Any = None
        self._redis: Any = None
        self._waiting: dict[str, tuple[asyncio.Event, list[Outcome]]] = {}
        self._feeds: dict[str, _Feed] = {}
        self._there = asyncio.Event()
        self._shared = asyncio.Event()
        self.room = Room()

    async def serve(self, work: Work, leave: Callable[[], None]) -> None:
        """Take part until cancelled; a server that is away is waited for.

        Args:
            work: makes a call.
            leave: ends those under way, so that the process can end.
        """
        while True:
            try:
                async with self._joined(work, leave):
                    await anyio.sleep_forever()
            except Exception as exc:
                if not _is_away(exc):
                    raise
                log.warning("the fleet's Redis does not answer; trying again")
            await anyio.sleep(RECONNECT_SECONDS)

    async def call(self, place: Place) -> Outcome:
        """Have a call made, by whoever has room; how it ended. Raises StoreUnreachable: Redis is away."""
        event, outcomes = self._waiting.setdefault(place.key, (asyncio.Event(), []))
        try:
            while not outcomes:
                await self._hand_out(place)
                with anyio.move_on_after(AGAIN_SECONDS):
                    await event.wait()
        finally:
            self._waiting.pop(place.key, None)
        return outcomes[0]

    @contextmanager
    def feeding(self, job_id: str, demand: Demand) -> Iterator[anyio.CapacityLimiter]:
        """While a job is fed from here: its share of the room, as it changes."""
        feed = _Feed(demand, anyio.CapacityLimiter(demand.calls))
        self._feeds[job_id] = feed
        self._allot({each: known.demand for each, known in self._feeds.items()})
        self._shared.set()
        try:
            yield feed.slots
        finally:
            del self._feeds[job_id]

    @asynccontextmanager
    async def _joined(self, work: Work, leave: Callable[[], None]) -> AsyncIterator[None]:
        async with self._connected(), anyio.create_task_group() as group:
            group.start_soon(self._listen)
            group.start_soon(self._share)
            try:
                if self._calls:
                    async with self._working(work, leave) as running:
                        group.start_soon(_watched, running)
                        yield
                else:
                    yield
            finally:
                group.cancel_scope.cancel()

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[None]:
        try:
            from docket import Docket
        except ImportError as exc:
            raise ArgumentInvalid(
                "SYNTHAIX_REDIS_URL is set, and what it needs is not installed. Install `synthaix[fleet]`."
            ) from exc
        for each in ("docket", "redis"):  # a line for each call is nobody's reading
            logging.getLogger(each).setLevel(logging.ERROR)
        self._redis = self._opened()
        try:
            await self._redis.ping()
            async with _unhurried(Docket(NAME, self._url, execution_ttl=timedelta(0))) as self._docket:
                self._there.set()
                yield
        finally:
            self._docket = None
            self._there.clear()
            with anyio.CancelScope(shield=True):
                await self._redis.aclose()

    @asynccontextmanager
    async def _working(self, work: Work, leave: Callable[[], None]) -> AsyncIterator[asyncio.Task[None]]:
        """Make others' calls meanwhile. The worker has a task of its own, and ends once its calls have."""
        from docket import ConcurrencyLimit, Worker

        async def make_call(job_id: str, table_index: int, idx: int, number: int, told: str) -> None:
            place = Place(job_id, table_index, idx, number)
            await self._tell(told, place, await work(place))

        self._docket.register(make_call, names=["call"])
        limits = {"most": ConcurrencyLimit(max_concurrent=self._most_calls)} if self._most_calls else None
        worker = Worker(
            self._docket, self._name, self._calls,
            redelivery_timeout=timedelta(seconds=self._dead_seconds),
            reconnection_delay=timedelta(seconds=RECONNECT_SECONDS),
            minimum_check_interval=timedelta(seconds=CHECK_SECONDS),
            dependencies=limits,
        )  # fmt: skip
        async with _unhurried(worker):
            running = asyncio.create_task(worker.run_forever(), name="synthaix fleet")
            try:
                yield running
            finally:
                leave()

    async def _hand_out(self, place: Place) -> None:
        with anyio.move_on_after(CONNECT_SECONDS):
            await self._there.wait()
        if self._docket is None:
            raise StoreUnreachable("The fleet's Redis does not answer.")
        if "call" not in self._docket.tasks:
            self._docket.register(_made_elsewhere, names=["call"])
        with _translated(), anyio.fail_after(ANSWER_SECONDS):
            add = self._docket.add("call", key=place.key)
            await add(place.job_id, place.table_index, place.idx, place.number, told=self._name)

    async def _tell(self, told: str, place: Place, outcome: Outcome) -> None:
        try:
            await self._redis.publish(f"{TOLD}:{told}", orjson.dumps([place.key, asdict(outcome)]))
        except Exception as exc:
            if not _is_away(exc):
                raise  # else: the call is handed out again, and finds its replies

    async def _listen(self) -> None:
        """Pass on what others tell this process."""
        while True:
            try:
                await self._hear()
            except Exception as exc:
                if not _is_away(exc):
                    raise
            await anyio.sleep(RECONNECT_SECONDS)

    async def _hear(self) -> None:
        """Until Redis says nothing any more: a machine that died never ends its connections."""
        async with self._opened() as redis, redis.pubsub() as told:
            await told.subscribe(f"{TOLD}:{self._name}")
            asked = False
            while True:
                message = await told.get_message(timeout=SILENT_SECONDS)
                if message is None:
                    if asked:
                        raise TimeoutError
                    await told.ping()
                elif message["type"] == "message":
                    self._take_in(message["data"])
                asked = message is None

    def _opened(self) -> Any:
        from redis.asyncio import Redis

        return Redis.from_url(self._url, socket_timeout=ANSWER_SECONDS, socket_connect_timeout=ANSWER_SECONDS)

    def _take_in(self, told: bytes) -> None:
        key, outcome = orjson.loads(told)
        if key in self._waiting:
            event, outcomes = self._waiting[key]
            outcomes.append(Outcome(**outcome))
            event.set()

    async def _share(self) -> None:
        """Say what is here, see what is there, and take this process's jobs' shares of it."""
        while True:
            self._shared.clear()
            try:
                await self._look_round()
            except Exception as exc:
                if not _is_away(exc):
                    raise
            with anyio.move_on_after(SHARE_SECONDS):
                await self._shared.wait()

    async def _look_round(self) -> None:
        seconds, micros = await self._redis.time()  # one clock for all machines
        now = seconds + micros / 1e6
        async with self._redis.pipeline(transaction=False) as lines:
            if self._calls:
                lines.hset(ROOM, self._name, orjson.dumps([now, self._calls]))
            for job_id, feed in self._feeds.items():
                lines.hset(DEMANDS, job_id, orjson.dumps([now, feed.demand.owner, feed.demand.calls]))
            lines.hgetall(ROOM)
            lines.hgetall(DEMANDS)
            *_, workers, demands = await lines.execute()
        there = await self._fresh(ROOM, workers, now)
        wanted = await self._fresh(DEMANDS, demands, now)
        calls = sum(row[0] for row in there.values())
        self.room = Room(len(there), calls if self._most_calls is None else min(calls, self._most_calls))
        self._allot({job_id: Demand(*row) for job_id, row in wanted.items()})

    async def _fresh(self, name: str, rows: dict[bytes, bytes], now: float) -> dict[str, list[Any]]:
        read = {key: orjson.loads(row) for key, row in rows.items()}
        gone = [key for key, row in read.items() if now - row[0] > FORGOTTEN_SECONDS]
        if gone:
            await self._redis.hdel(name, *gone)
        return {key.decode(): row[1:] for key, row in read.items() if now - row[0] <= STALE_SECONDS}

    def _allot(self, demands: dict[str, Demand]) -> None:
        for job_id, calls in shares(demands, self.room.calls).items():
            if job_id in self._feeds:
                self._feeds[job_id].slots.total_tokens = calls


@asynccontextmanager
async def _unhurried(context: AbstractAsyncContextManager[T]) -> AsyncIterator[T]:
    """Leave a context in its own way, whoever cancels meanwhile."""
    async with AsyncExitStack() as stack:
        entered = await context.__aenter__()

        async def leave(*details: Any) -> None:
            with anyio.CancelScope(shield=True):
                await context.__aexit__(*details)

        stack.push_async_exit(leave)
        yield entered


async def _watched(running: asyncio.Task[None]) -> None:
    """A worker that ends by itself has a fault; it is begun again."""
    await asyncio.wait({running})
    log.error("the fleet's worker ended; it begins again", exc_info=running.exception())
    raise StoreUnreachable


async def _made_elsewhere(job_id: str, table_index: int, idx: int, number: int, told: str) -> None:
    """Stands for the call in a process that only hands out."""


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except Exception as exc:
        if not _is_away(exc):
            raise
        raise StoreUnreachable("The fleet's Redis does not answer.") from exc


def _is_away(error: BaseException) -> bool:
    """Whether this is only Redis that does not answer."""
    from redis.exceptions import RedisError

    if isinstance(error, BaseExceptionGroup):
        return all(_is_away(each) for each in error.exceptions)
    return isinstance(error, RedisError | OSError | TimeoutError | StoreUnreachable)
