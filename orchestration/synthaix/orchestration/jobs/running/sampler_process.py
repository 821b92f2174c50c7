"""A process that prepares chunks of sampled tables, or encodes texts, so that this and committing use two cores.

It is started as a module, since a spawned multiprocessing child would import the server again. It reads requests from
its standard input and ends when that closes, so it never outlives a killed parent by more than a chunk.
"""

import itertools
import pickle
import signal
import struct
import sys
from collections.abc import Sequence
from typing import BinaryIO, Self, cast

import anyio
import anyio.abc
from anyio.streams.buffered import BufferedByteReceiveStream

from synthaix.orchestration.dedup.embedding import Sentences, UseEmbedder, learn
from synthaix.orchestration.errors import InternalFault, SynthAIxError
from synthaix.orchestration.jobs.running.preparing import Prepared, Preparer, Recipe

_LENGTH = struct.Struct("<Q")
_CLOSE_SECONDS = 2.0


class SamplerProcess:
    """The parent's end. Requests are answered in the order in which they were sent."""

    def __init__(self, process: anyio.abc.Process) -> None:
        if process.stdin is None or process.stdout is None:
            raise InternalFault
        self._process = process
        self._requests = process.stdin
        self._answers = BufferedByteReceiveStream(process.stdout)
        self._numbers = itertools.count()
        self.ended = False
        self.waiting = 0  # requests without an answer
        self._sending = anyio.Lock()
        self._last = anyio.Event()  # set when the answer before the next one has been read
        self._last.set()

    @classmethod
    async def start(cls) -> Self:
        """Start the process; it answers once it has imported what it needs, after about a second."""
        command = [sys.executable, "-m", "synthaix.orchestration.jobs.running.sampler_process"]
        return cls(await anyio.open_process(command, stderr=None))

    async def learn(self, recipe: Recipe) -> int:
        """Hand a recipe over; returns its number once chunks can be asked for. Raises InternalFault."""
        number = next(self._numbers)
        await self._asked(("learn", number, recipe))
        return number

    async def prepare(self, recipe: int, start: int, count: int, slots: Sequence[int] | None) -> Prepared:
        """As `Preparer.prepare`, over there; several requests may be on their way at once.

        Raises:
            InternalFault: the process has ended.
        """
        prepared = await self._asked(("prepare", recipe, start, count, slots))
        if not isinstance(prepared, Prepared):
            raise InternalFault
        return prepared

    async def encode(self, texts: Sequence[str]) -> dict[str, Sentences]:
        """The sentences of each text as vectors of `UseEmbedder`. Raises InternalFault: the process has ended."""
        learnt = await self._asked(("encode", list(texts)))
        if not isinstance(learnt, dict):
            raise InternalFault
        return learnt

    async def forget(self, recipe: int) -> None:
        """A recipe is no longer needed. Raises InternalFault."""
        await self._asked(("forget", recipe))

    async def aclose(self) -> None:
        """End the process."""
        with anyio.CancelScope(shield=True):
            await self._requests.aclose()
            with anyio.move_on_after(_CLOSE_SECONDS):
                await self._process.wait()
            if self._process.returncode is None:
                self._process.kill()
            await self._process.aclose()

    async def _asked(self, request: object) -> object:
        try:
            with anyio.CancelScope(shield=True):  # an answer that nobody reads would be taken for the next one's
                answer = pickle.loads(await self._exchanged(_framed(request)))  # noqa: S301 - our own child's
        except (anyio.BrokenResourceError, anyio.IncompleteRead, anyio.ClosedResourceError) as exc:
            self.ended = True
            raise InternalFault("The sampler process ended.") from exc
        if isinstance(answer, SynthAIxError):
            raise answer
        return answer

    async def _exchanged(self, request: bytes) -> bytes:
        mine = anyio.Event()
        self.waiting += 1
        try:
            async with self._sending:
                before, self._last = self._last, mine
                await self._requests.send(request)
            await before.wait()
            (length,) = _LENGTH.unpack(await self._answers.receive_exactly(_LENGTH.size))
            return await self._answers.receive_exactly(length)
        finally:
            self.waiting -= 1
            mine.set()


def _framed(message: object) -> bytes:
    packed = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    return _LENGTH.pack(len(packed)) + packed


def _read(stream: BinaryIO) -> object:
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise EOFError
    return pickle.loads(stream.read(*_LENGTH.unpack(head)))  # noqa: S301 - our own parent's


def main() -> None:
    """The child's end: one answer a request."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    known: dict[int, Preparer] = {}
    embedder = UseEmbedder()
    try:
        while True:
            answers.write(_framed(_answer(known, embedder, _read(requests))))
            answers.flush()
    except (EOFError, BrokenPipeError):
        sys.stdout = sys.stderr  # nothing to flush into a closed pipe


def _answer(known: dict[int, Preparer], embedder: UseEmbedder, request: object) -> object:
    """Anything but an error of ours ends the process, with its trace on stderr."""
    try:
        match request:
            case ("learn", int() as number, Recipe() as recipe):
                known[number] = Preparer(recipe)
            case ("prepare", int() as number, int() as start, int() as count, slots):
                return known[number].prepare(start, count, cast("Sequence[int] | None", slots))
            case ("encode", list() as texts):
                learnt: dict[str, Sentences] = {}
                learn(embedder, texts, learnt)
                return learnt
            case ("forget", int() as number):
                known.pop(number, None)
    except SynthAIxError as exc:
        return exc
    return None


if __name__ == "__main__":
    main()
