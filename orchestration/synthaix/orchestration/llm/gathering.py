"""Fewer, larger pieces: an answer that comes token by token is read about a dozen times.

Providers send each token as an HTTP chunk of its own. Each costs the HTTP library 25 microseconds, and each waking of
the reader 200 more; a call of ten rows has 700 of them. So whoever reads waits between reads, `Rhythm` says how long,
while the kernel gathers what comes; and a connection hands the library one chunk for all that came.
"""

import math
from typing import Any, Literal

TICK = 0.05  # seconds; all streams are read at the same moments, so that the process wakes once for all of them
LONGEST_PAUSE = 0.50  # between reads of an event stream
UNKNOWN_PAUSE = 0.10  # while nothing is known about how long answers are
SHARE = 0.35  # of the time that is probably left, spent in one pause: an answer that ends early is not late
MEMORY = 0.2  # weight of the newest answer in the mean
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

    def close(self) -> bytes:
        """What is left when the other side has hung up, as it came."""
        left, self._rest = self._rest, b""
        return left

    def _gathered(self, held: bytes) -> bytes:
        pieces: list[bytes] = []
        at = 0
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


def _streams(head: bytes) -> bool:
    lowered = head.lower()
    chunked = b"transfer-encoding: chunked" in lowered or b"transfer-encoding:chunked" in lowered
    return chunked and b"text/event-stream" in lowered


class Rhythm:
    """How long to wait between reads, from how long answers have been for what they were allowed to be."""

    def __init__(self) -> None:
        self._ratio: float | None = None

    def pause(self, now: float, *, characters: int, allowed: int, began: float) -> float:
        """Seconds to wait before the next read.

        Args:
            characters: of the answer so far.
            allowed: its limit in tokens.
            began: when its first piece came, in the clock of `now`.
        """
        wanted = UNKNOWN_PAUSE
        if self._ratio is not None and characters:
            left = self._ratio * allowed / characters - 1
            wanted = min(LONGEST_PAUSE, max(0.0, SHARE * left * (now - began)))
        return (math.floor((now + wanted) / TICK) + 1) * TICK - now

    def ended(self, *, characters: int, allowed: int) -> None:
        """An answer came to its own end."""
        ratio = characters / allowed
        self._ratio = ratio if self._ratio is None else self._ratio + MEMORY * (ratio - self._ratio)


class GatheringStream:
    """A connection whose event streams come in larger pieces."""

    def __init__(self, network: Any) -> None:
        self._network = network
        self._gatherer = Gatherer()

    async def read(self, max_bytes: int, timeout: Seconds = None) -> bytes:  # noqa: ASYNC109 (the library's form)
        """At least one byte, or none when the other side has hung up."""
        while True:
            data = await self._network.read(max_bytes, timeout)
            gathered = self._gatherer.feed(data) if data else self._gatherer.close()
            if gathered or not data:
                return gathered

    async def write(self, buffer: bytes, timeout: Seconds = None) -> None:  # noqa: ASYNC109 (the library's form)
        """Send a part of a request."""
        self._gatherer.begin()
        await self._network.write(buffer, timeout)

    async def aclose(self) -> None:
        """Hang up."""
        await self._network.aclose()

    async def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: Seconds = None  # noqa: ASYNC109 (as above)
    ) -> "GatheringStream":
        """The same over TLS."""
        return GatheringStream(await self._network.start_tls(ssl_context, server_hostname, timeout))

    def get_extra_info(self, info: str) -> Any:
        """What the connection knows of itself."""
        return self._network.get_extra_info(info)


class GatheringBackend:
    """Opens such connections."""

    def __init__(self, backend: Any) -> None:
        self._backend = backend

    async def connect_tcp(self, *args: Any, **kwargs: Any) -> GatheringStream:
        """See httpcore's AsyncNetworkBackend."""
        return GatheringStream(await self._backend.connect_tcp(*args, **kwargs))

    async def connect_unix_socket(self, *args: Any, **kwargs: Any) -> GatheringStream:
        """See httpcore's AsyncNetworkBackend."""
        return GatheringStream(await self._backend.connect_unix_socket(*args, **kwargs))

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
