"""Fewer, larger pieces: an answer that comes token by token is read about a dozen times, and handed on once.

Providers send each token as an HTTP chunk of its own. Each costs the HTTP library 25 microseconds, and each waking of
a reader behind four libraries 200 more; a call of ten rows has 700 of them. So a connection waits between its reads,
`Rhythm` says how long, while the kernel gathers what comes; and it hands the library one chunk for a whole answer.
"""

import asyncio
import math
import os
import select
from contextvars import ContextVar
from typing import Any, Literal

import anyio

TICK = 0.025  # seconds; all streams are read at the same moments, so that the process wakes once for all of them
LONGEST_PAUSE = 0.75  # between reads of an event stream
FIRST_PAUSE = 0.10  # while nothing is known: of how long answers are, or of how fast this one comes
SHARE = 0.40  # of the time that is probably left, spent in one pause: an answer that ends early is not late
MEMORY = 0.2  # weight of the newest answer in the mean
QUIET_SECONDS = 0.5  # without a byte, after which bytes are waited for and no longer looked for
MOST_HELD = 262_144  # bytes of an answer that are held back, about a thousand tokens
MOST_HELD_SECONDS = 15.0  # what is held back is lost if the call is given up
LIKELY_TOKENS: ContextVar[int] = ContextVar("LIKELY_TOKENS", default=2_000)  # of the answer to this task's request
Seconds = float | None
HEAD_END = b"\r\n\r\n"


class Gatherer:
    """Bytes of one connection's answers, with many small chunks of a body put into one."""

    def __init__(self) -> None:
        self._state: Literal["head", "chunks", "plain"] = "head"
        self._rest = b""

    def begin(self) -> None:
        """A new request goes out: the next bytes are the head of its answer."""
        if self._state != "head":
            self._state = "head"
            self._rest = b""

    def feed(self, data: bytes) -> bytes:
        """The bytes to hand on; empty while nothing is whole."""
        if self._state == "plain":
            return data
        held = self._rest + data
        if self._state == "head":
            end = held.find(HEAD_END)
            if end < 0:
                self._rest = b""
                if len(held) > 65_536:
                    self._state = "plain"
                    return held
                self._rest = held
                return b""
            head, held = held[: end + len(HEAD_END)], held[end + len(HEAD_END) :]
            streams = _streams(head)
            self._state, self._rest = ("chunks" if streams else "plain"), b""
            return head + (self._gathered(held) if streams else held)
        return self._gathered(held)

    @property
    def streams(self) -> bool:
        """Whether the bytes that come next are chunks of an event stream."""
        return self._state == "chunks"

    def close(self) -> bytes:
        """What is left when the other side has hung up, as it came."""
        left, self._rest = self._rest, b""
        return left

    def _gathered(self, held: bytes) -> bytes:
        body, at = _alternating(held)
        pieces = [body] if body else []
        while (line := held.find(b"\r\n", at)) >= 0:
            try:
                size = int(held[at:line].split(b";", 1)[0], 16)
            except ValueError:
                self._state = "plain"  # not what was announced: the library shall judge
                break
            if size == 0:
                self._state = "plain"
                break
            end = line + 2 + size
            if len(held) < end + 2:
                break
            pieces.append(held[line + 2 : end])
            at = end + 2
        left = held[at:]
        body = b"".join(pieces)
        whole = b"%x\r\n%b\r\n" % (len(body), body) if body else b""
        if self._state == "plain":
            self._rest = b""
            return whole + left
        self._rest = left
        return whole


def _alternating(held: bytes) -> tuple[bytes, int]:
    """The chunks at the front as one, and where they end, as long as none of them has a line break of HTTP in it.

    Events end in a bare line feed, so that cutting at all line breaks at once gives size, chunk, size, chunk.
    """
    parts = held.split(b"\r\n")
    sizes, chunks = parts[0:-1:2], parts[1:-1:2]
    try:
        told = [int(size, 16) for size in sizes[: len(chunks)]]
    except ValueError:
        return b"", 0
    lengths = list(map(len, chunks))
    if told != lengths:
        if not told or told[:-1] != lengths[:-1]:
            return b"", 0
        chunks.pop()  # the last one is cut, or the end
    if chunks and not chunks[-1]:
        chunks.pop()
    body = b"".join(chunks)
    return body, len(body) + sum(map(len, sizes[: len(chunks)])) + 4 * len(chunks)


def _streams(head: bytes) -> bool:
    lowered = head.lower()
    chunked = b"transfer-encoding: chunked" in lowered or b"transfer-encoding:chunked" in lowered
    return chunked and b"text/event-stream" in lowered


class Rhythm:
    """How long to wait between reads, from how long answers have been for what they were expected to be."""

    def __init__(self) -> None:
        self._ratio: float | None = None

    def pause(self, now: float, *, size: int, likely: int, began: float) -> float:
        """Seconds to wait before the next read.

        Args:
            size: of the answer so far, in bytes.
            likely: tokens that it was expected to have.
            began: when its first piece came, in the clock of `now`.
        """
        wanted = FIRST_PAUSE
        if self._ratio is not None and now - began >= FIRST_PAUSE:
            left = self._ratio * likely / size - 1
            wanted = min(LONGEST_PAUSE, max(0.0, SHARE * left * (now - began)))
        return wanted + self.to_tick(now + wanted)

    @staticmethod
    def to_tick(now: float) -> float:
        """Seconds until all streams are read next."""
        return (math.floor(now / TICK) + 1) * TICK - now

    def ended(self, *, size: int, likely: int) -> None:
        """An answer came to its own end."""
        ratio = size / likely
        self._ratio = ratio if self._ratio is None else self._ratio + MEMORY * (ratio - self._ratio)


class GatheringStream:
    """A connection whose event streams come in few large pieces.

    Args:
        rhythm: of all connections to the same endpoint.
    """

    def __init__(self, network: Any, rhythm: Rhythm) -> None:
        self._network = network
        self._rhythm = rhythm
        self._gatherer = Gatherer()
        self._failure: Exception | None = None
        self._size = 0
        self._began = 0.0
        self._look: Any = None
        self._drained = True  # the library holds nothing back that came before what the kernel has

    async def read(self, max_bytes: int, timeout: Seconds = None) -> bytes:  # noqa: ASYNC109 (the library's form)
        """At least one byte, or none when the other side has hung up."""
        if self._failure is not None:
            failure, self._failure = self._failure, None
            raise failure
        while not self._gatherer.streams:
            data = await self._read(max_bytes, timeout)
            gathered = self._gatherer.feed(data) if data else self._gatherer.close()
            if gathered or not data:
                return gathered
        return await self._answer(max_bytes, timeout)

    async def _answer(self, max_bytes: int, timeout: Seconds) -> bytes:  # noqa: ASYNC109 (the library's form)
        """The rest of an event stream, or as much of it as may be held back."""
        likely, since = LIKELY_TOKENS.get(), anyio.current_time()
        held: list[bytes] = []
        whole, size, heard = b"", 0, since
        number = self._number()
        while True:
            try:
                data = self._at_hand(number, max_bytes)
                flows = self._size > 0 and anyio.current_time() - heard < QUIET_SECONDS
                if data is None and number is not None and flows:
                    await anyio.sleep(self._rhythm.to_tick(anyio.current_time()))
                    continue
                data = await self._read(max_bytes, timeout) if data is None else data
            except Exception as failure:
                whole += self._gatherer.feed(b"".join(held))
                if not whole:
                    raise
                self._failure = failure  # once what came is handed on
                return whole
            held.append(data)
            size += len(data)
            self._size += len(data)
            now = heard = anyio.current_time()
            self._began = self._began or now  # some send the head at once, and the first token when there is one
            late = size > MOST_HELD or now - since > MOST_HELD_SECONDS
            if late or not data or data.endswith(b"\r\n\r\n"):  # what ends an answer ends so; little else does
                whole += self._gatherer.feed(b"".join(held)) + (b"" if data else self._gatherer.close())
                held.clear()
                if data and not self._gatherer.streams:
                    self._rhythm.ended(size=self._size, likely=likely)
                if not data or not self._gatherer.streams or (late and whole):
                    return whole
            await anyio.sleep(self._rhythm.pause(now, size=self._size, likely=likely, began=self._began))

    async def _read(self, max_bytes: int, timeout: Seconds) -> bytes:  # noqa: ASYNC109 (the library's form)
        data: bytes = await self._network.read(max_bytes, timeout)
        self._drained = len(data) < max_bytes
        return data

    def _number(self) -> int | None:
        """The socket's, if what the kernel holds may be read past the library: a tenth of the CPU of its long way.

        Between its reads asyncio's own loop leaves the socket alone. Others may not, and TLS has to be undone.
        """
        plain = hasattr(select, "poll") and self._network.get_extra_info("ssl_object") is None  # Windows has none
        try:
            ours = plain and isinstance(asyncio.get_running_loop(), asyncio.SelectorEventLoop)
        except RuntimeError:
            return None
        connected = self._network.get_extra_info("socket") if ours else None
        return None if connected is None else int(connected.fileno())

    def _at_hand(self, number: int | None, max_bytes: int) -> bytes | None:
        """What the kernel holds; none when the other side has hung up, None when nothing has come."""
        if number is None or not self._drained:
            return None
        try:
            return os.read(number, max_bytes)
        except OSError:  # nothing is there, or the library shall say what is wrong
            return None

    async def write(self, buffer: bytes, timeout: Seconds = None) -> None:  # noqa: ASYNC109 (the library's form)
        """Send a part of a request."""
        self._gatherer.begin()
        self._size, self._began = 0, 0.0
        await self._network.write(buffer, timeout)

    async def aclose(self) -> None:
        """Hang up."""
        await self._network.aclose()

    async def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: Seconds = None  # noqa: ASYNC109 (as above)
    ) -> "GatheringStream":
        """The same over TLS."""
        return GatheringStream(await self._network.start_tls(ssl_context, server_hostname, timeout), self._rhythm)

    def get_extra_info(self, info: str) -> Any:
        """What the connection knows of itself."""
        if info != "is_readable" or not hasattr(select, "poll"):  # Windows has none
            return self._network.get_extra_info(info)
        # The pool asks every connection at the begin and end of every request. The long way to the answer is a third
        # of all CPU at 100 slots.
        if self._look is None:
            self._look = select.poll()
            self._look.register(self._network.get_extra_info("socket"), select.POLLIN)
        return bool(self._look.poll(0))


class GatheringBackend:
    """Opens such connections."""

    def __init__(self, backend: Any) -> None:
        self._backend = backend
        self._rhythm = Rhythm()

    async def connect_tcp(self, *args: Any, **kwargs: Any) -> GatheringStream:
        """See httpcore's AsyncNetworkBackend."""
        return GatheringStream(await self._backend.connect_tcp(*args, **kwargs), self._rhythm)

    async def connect_unix_socket(self, *args: Any, **kwargs: Any) -> GatheringStream:
        """See httpcore's AsyncNetworkBackend."""
        return GatheringStream(await self._backend.connect_unix_socket(*args, **kwargs), self._rhythm)

    async def sleep(self, seconds: float) -> None:
        """See httpcore's AsyncNetworkBackend."""
        await self._backend.sleep(seconds)


def gather(client: Any) -> bool:
    """Let an HTTP client's connections gather. Returns False, and changes nothing, where its insides are others.

    The library takes no network backend from outside, only its connection pool does, so this reaches into both; a
    test holds the two together.
    """
    transports = [getattr(client, "_transport", None), *getattr(client, "_mounts", {}).values()]
    pools: list[Any] = [getattr(transport, "_pool", None) for transport in transports if transport is not None]
    if not pools or not all(hasattr(pool, "_network_backend") for pool in pools):
        return False
    for pool in pools:
        pool._network_backend = GatheringBackend(pool._network_backend)  # no public way in
    return True
