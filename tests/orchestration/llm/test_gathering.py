"""Event streams in larger pieces: the same bytes for whoever reads them."""

from typing import Any

import h11
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthaix.orchestration.llm.gathering import LONGEST_PAUSE, TICK, Gatherer, Rhythm, gather

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
    rhythm.ended(characters=3_000, allowed=2_000)
    pauses = [rhythm.pause(10 + t, characters=round(750 * t), allowed=2_000, began=10.0) for t in (1.0, 3.0, 3.9, 5.0)]
    assert pauses[0] > pauses[1] > pauses[2]
    assert max(pauses) <= LONGEST_PAUSE + TICK + 1e-9
    assert pauses[3] <= TICK + 1e-9
    assert (11.0 + pauses[0]) / TICK == pytest.approx(round((11.0 + pauses[0]) / TICK))
