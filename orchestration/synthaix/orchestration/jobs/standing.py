"""How the process stands: whether what jobs need is there. It asks no model."""

import os
import shutil
from dataclasses import dataclass

import anyio
import anyio.to_thread

from synthaix.orchestration.dedup.vector_place import ChromaServer
from synthaix.orchestration.errors import StoreUnreachable, SynthAIxError
from synthaix.orchestration.jobs.running.means import Means
from synthaix.orchestration.jobs.running.pool import LocalPool
from synthaix.orchestration.jobs.states import RUNNING
from synthaix.orchestration.llm.pacing import State

PROBE_SECONDS = 2.0  # for the store's answer


@dataclass(frozen=True, slots=True)
class Standing:
    """What was found.

    Attributes:
        store: the code of the error that a write meets; None: it can be written.
        vectors: whether their folder can be written, or their server answers.
        circuit: of the model's provider; open: it is down, and only probes reach it. None: there is no model.
        free_bytes: of the data folder's disk; None where that cannot be measured.
        open_chunks: of all unfinished jobs in the store, those that are not committed.
    """

    store: str | None
    vectors: bool
    circuit: State | None
    free_bytes: int | None
    open_chunks: int = 0


class Probing:
    """Looks, without being held up by what hangs."""

    def __init__(self, means: Means, pool: LocalPool) -> None:
        self._means = means
        self._pool = pool
        self._under_way: anyio.Event | None = None
        self._store: str | None = StoreUnreachable.code
        self._open_chunks = 0

    async def standing(self) -> Standing:
        """What stands now."""
        await self._ask_store()
        writable, free = await anyio.to_thread.run_sync(self._look_at_disk)
        vectors = writable if self._means.chroma is None else await _answers(self._means.chroma)
        writer = self._means.writer
        circuit = None if writer is None else writer.circuit
        return Standing(self._store, vectors, circuit, free, self._open_chunks)

    async def _ask_store(self) -> None:
        """A store that does not answer in time is out of reach; the question stays open, and is not asked again."""
        asked = self._under_way
        if asked is None:
            asked = self._under_way = anyio.Event()
            self._pool.spawn(self._probe, asked)
        with anyio.move_on_after(PROBE_SECONDS):
            await asked.wait()
        if not asked.is_set():
            self._store = StoreUnreachable.code

    async def _probe(self, asked: anyio.Event) -> None:
        try:
            self._open_chunks = await self._means.store.chunks.waiting(RUNNING)
            self._store = None
        except SynthAIxError as exc:
            self._store = exc.code
        finally:
            self._under_way = None
            asked.set()

    def _look_at_disk(self) -> tuple[bool, int | None]:
        home = self._means.config.home
        folder = home / "vectors"
        writable = os.access(folder if folder.exists() else home, os.W_OK)
        try:
            return writable, shutil.disk_usage(home).free
        except OSError:
            return writable, None


async def _answers(chroma: ChromaServer) -> bool:
    with anyio.move_on_after(PROBE_SECONDS):
        try:
            await anyio.to_thread.run_sync(chroma.check, abandon_on_cancel=True)
        except SynthAIxError:
            return False
        return True
    return False
