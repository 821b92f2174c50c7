"""Event streams in larger pieces: the same bytes for whoever reads them."""

from typing import Any

import anyio
import anyio.abc
import anyio.lowlevel
import h11
import pytest
from anyio.abc import SocketStream
from httpcore2 import AnyIOBackend
from httpcore2._backends.anyio import AnyIOStream
from hypothesis import given
from hypothesis import strategies as st

from synthaix.orchestration.llm.gathering import (
    LONGEST_PAUSE,
    MOST_HELD,
    TICK,
    Gatherer,
    GatheringBackend,
    GatheringStream,
    Rhythm,
    gather,
)

STREAM = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
PLAIN = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 5\r\n\r\nhello"
BODY = st.lists(st.binary(min_size=1, max_size=40), max_size=12)


def chunked(pieces: list[bytes]) -> bytes:
    """A chunked body."""
    return b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


def fragments(data: st.DataObject, whole: bytes) -> list[bytes]:
    """The bytes as a network may hand them over."""
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=15)))
    return [piece for piece in (whole[a:b] for a, b in zip([0, *cuts], [*cuts, len(whole)], strict=True)) if piece]


def read(answers: int, received: list[bytes]) -> tuple[list[bytes], int]:
    """What an independent HTTP parser makes of them: the bodies, and how many pieces they came in."""
    parser = h11.Connection(our_role=h11.CLIENT)
    bodies: list[bytes] = []
    pieces = 0
    waiting = list(received)
    for _ in range(answers):
        parser.send(h11.Request(method="GET", target="/", headers=[("host", "x")]))
        parser.send(h11.EndOfMessage())
        body = b""
        while not isinstance(event := parser.next_event(), h11.EndOfMessage):
            if event is h11.NEED_DATA:
                parser.receive_data(waiting.pop(0))
            elif isinstance(event, h11.Data):
                body += bytes(event.data)
                pieces += 1
        bodies.append(body)
        parser.start_next_cycle()
    return bodies, pieces


@given(BODY, st.data())
def test_bodies_stay_the_same_however_they_arrive(pieces: list[bytes], data: st.DataObject) -> None:
    """A stream, a plain answer and a stream on one connection, cut anywhere."""
    gatherer = Gatherer()
    out: list[bytes] = []
    for answer in (STREAM + chunked(pieces), PLAIN, STREAM + chunked(pieces)):
        gatherer.begin()
        out += [got for part in fragments(data, answer) if (got := gatherer.feed(part))]
    whole = b"".join(pieces)
    assert read(3, out)[0] == [whole, b"hello", whole]


def test_many_chunks_become_one() -> None:
    """What came together is handed on together."""
    gatherer = Gatherer()
    gatherer.begin()
    out = [gatherer.feed(STREAM), gatherer.feed(chunked([b"data: x\n\n"] * 100))]
    bodies, pieces = read(1, out)
    assert (bodies, pieces) == ([b"data: x\n\n" * 100], 1)


@given(BODY, st.data())
def test_a_broken_stream_hands_on_all_that_came(pieces: list[bytes], data: st.DataObject) -> None:
    """Whole chunks first; what is left when the other side hangs up comes as it is."""
    gatherer = Gatherer()
    gatherer.begin()
    body = chunked(pieces)
    cut = data.draw(st.integers(0, max(0, len(body) - 5)))
    out = [gatherer.feed(part) for part in fragments(data, STREAM + body[:cut])]
    out.append(gatherer.close())
    whole = b"".join(out)
    assert whole.startswith(STREAM)
    if out[-1]:
        assert body[:cut].endswith(out[-1])


class Eager(Rhythm):
    """Waits for nothing, and remembers how long answers were."""

    def __init__(self) -> None:
        super().__init__()
        self.sizes: list[int] = []

    def pause(self, now: float, *, size: int, likely: int, began: float) -> float:
        return 0.0

    def ended(self, *, size: int, likely: int) -> None:
        self.sizes.append(size)


class Wire:
    """A network stream on which these pieces arrive; an exception is raised in its turn."""

    def __init__(self, *pieces: bytes | Exception) -> None:
        self._pieces = list(pieces)
        self.reads = 0

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109
        self.reads += 1
        piece = self._pieces.pop(0) if self._pieces else b""
        if isinstance(piece, Exception):
            raise piece
        return piece

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109
        """Nobody listens."""

    def get_extra_info(self, info: str) -> None:
        """There is no socket."""


async def test_an_answer_is_handed_on_at_once() -> None:
    """However many reads it took; the head comes first, and the next answer begins anew."""
    bodies = [chunked([b"data: %d\n\n" % n for n in range(50)]) for _ in range(2)]
    wire = Wire(STREAM, *[bodies[0][at : at + 60] for at in range(0, len(bodies[0]), 60)], STREAM, bodies[1])
    rhythm = Eager()
    stream = GatheringStream(wire, rhythm)
    out: list[bytes] = []
    for _ in range(2):
        await stream.write(b"POST")
        out += [await stream.read(65_536), await stream.read(65_536)]
    whole = b"".join(b"data: %d\n\n" % n for n in range(50))
    assert read(2, out) == ([whole, whole], 2)
    assert rhythm.sizes == [len(bodies[0]), len(bodies[1])]


async def test_what_came_before_a_failure_is_handed_on_first() -> None:
    """Silence or a broken connection in the middle of an answer loses nothing of it."""
    wire = Wire(STREAM, chunked([b"data: 1\n\n"])[:-5], chunked([b"data: 2\n\n"])[:-6], TimeoutError())
    stream = GatheringStream(wire, Eager())
    assert await stream.read(65_536) == STREAM
    assert b"data: 1\n\n" in await stream.read(65_536)
    with pytest.raises(TimeoutError):
        await stream.read(65_536)


async def test_a_connection_that_is_hung_up_hands_on_the_rest() -> None:
    """And then says that there is no more."""
    stream = GatheringStream(Wire(STREAM, b"9\r\ndata: 1\n\n\r\n9\r\nda"), Eager())
    assert await stream.read(65_536) == STREAM
    assert await stream.read(65_536) == b"9\r\ndata: 1\n\n\r\n9\r\nda"
    assert await stream.read(65_536) == b""


async def test_an_endless_answer_is_handed_on_in_parts() -> None:
    """Only so much is held back."""
    piece = chunked([b"data: x\n\n" * 1_000])[:-5]
    wire = Wire(STREAM, *[piece] * 100)
    stream = GatheringStream(wire, Eager())
    await stream.read(65_536)
    assert MOST_HELD < len(await stream.read(65_536)) < MOST_HELD + 2 * len(piece)


@pytest.mark.parametrize("most", [65_536, 100])
async def test_a_socket_is_read_past_the_library(monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    """Bytes of a real connection come whole and in order, also when the library gets more than it was asked for."""
    pieces = [b"data: %d\n\n" % n for n in range(300)]
    body = chunked(pieces)
    reads: list[int] = []
    library = AnyIOBackend()
    waits_for = AnyIOStream.read

    async def counted(self: AnyIOStream, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109
        reads.append(max_bytes)
        return await waits_for(self, max_bytes, timeout)

    async def answer(client: SocketStream) -> None:
        async with client:
            await client.receive()
            await client.send(STREAM)
            for at in range(0, len(body), 40):
                await client.send(body[at : at + 40])
                await anyio.lowlevel.checkpoint()

    monkeypatch.setattr(AnyIOStream, "read", counted)
    async with await anyio.create_tcp_listener(local_host="127.0.0.1") as listener, anyio.create_task_group() as group:
        group.start_soon(listener.serve, answer)
        port = listener.extra(anyio.abc.SocketAttribute.local_port)
        stream = await GatheringBackend(library).connect_tcp("127.0.0.1", port)
        await stream.write(b"POST")
        out = [await stream.read(most) for _ in range(2)]
        await stream.aclose()
        group.cancel_scope.cancel()
    assert read(1, out)[0] == [b"".join(pieces)]
    assert len(reads) <= (5 if most > len(body) else 300)


def test_a_connection_of_the_library_gathers() -> None:
    """The insides of the HTTP client that `gather` reaches into are there."""
    import openai

    client = openai.DefaultAsyncHttpxClient()
    assert gather(client)


def test_another_client_is_left_alone() -> None:
    """Without those insides nothing is changed."""

    class Other:
        _transport: Any = None

    assert gather(Other()) is False


def test_pauses_shrink_towards_the_expected_end() -> None:
    """Long in the middle, short at the end, and always up to the common tick."""
    rhythm = Rhythm()
    rhythm.ended(size=3_000, likely=2_000)
    pauses = [rhythm.pause(10 + t, size=round(750 * t), likely=2_000, began=10.0) for t in (1.0, 3.0, 3.9, 5.0)]
    assert pauses[0] > pauses[1] > pauses[2]
    assert max(pauses) <= LONGEST_PAUSE + TICK + 1e-9
    assert pauses[3] <= TICK + 1e-9
    assert (11.0 + pauses[0]) / TICK == pytest.approx(round((11.0 + pauses[0]) / TICK))
