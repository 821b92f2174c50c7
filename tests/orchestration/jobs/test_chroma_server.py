"""Text vectors on a real Chroma server: written behind, shared, away for a while, gone with the job."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from pydantic import SecretStr

from synthaix.orchestration.config import Config
from synthaix.orchestration.dedup import vector_place
from synthaix.orchestration.dedup.embedding import HashEmbedder
from synthaix.orchestration.dedup.text_index import TextIndex
from synthaix.orchestration.dedup.vector_place import ChromaServer, JobOnServer
from synthaix.orchestration.engine import Engine
from synthaix.orchestration.errors import StoreUnreachable
from synthaix.orchestration.jobs.order import Order

REVIEWS: dict[str, Any] = {
    "columns": [
        {"name": "rating", "type": "integer", "constraints": {"min": 1, "max": 2}},
        {"name": "review", "type": "text", "description": "a review of about 20 words",
         "constraints": {"max_length": 400}, "strategy": "llm"},
    ]
}  # fmt: skip


class Server:
    """A running `chroma run` on a folder of its own."""

    def __init__(self, folder: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self._port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self._port}"
        self._folder = folder
        self.start()

    def start(self) -> None:
        """Start it, again on the same folder, and wait until it answers."""
        program = Path(sys.executable).with_name("chroma")
        command = [str(program), "run", "--path", str(self._folder), "--port", str(self._port)]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        with httpx.Client(transport=httpx.HTTPTransport(retries=8)) as client:  # while nobody listens yet
            client.get(f"{self.url}/api/v2/heartbeat", timeout=20).raise_for_status()

    def stop(self) -> None:
        """End it as a power cut would."""
        self._process.kill()
        self._process.wait(20)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for these tests."""
    made = Server(tmp_path_factory.mktemp("chroma"))
    yield made
    made.stop()


def entries(url: str) -> dict[str, int]:
    """The collections on a server with the number of their entries."""
    chroma = ChromaServer(url)
    try:
        return {each.name: each.count() for each in chroma.client().list_collections()}
    finally:
        chroma.close()


def engine_on(home: Path, base_url: str, url: str) -> Engine:
    """An engine whose model is the fake provider's and whose vectors are on the server."""
    return Engine(Config(home=home, provider="openai", model="fake-model", base_url=base_url,
                         api_key=SecretStr("secret"), embedder="hash", chroma_url=url))  # fmt: skip


def test_processes_share_what_a_job_holds_there(server: Server) -> None:
    """Another client finds the vectors; another job's are apart; dropping leaves the others."""
    vectors = HashEmbedder().encode(["a red lamp", "a green chair", "rain all day"])
    keys, blocks = np.arange(1, 4, dtype=np.uint64), np.zeros(3, dtype=np.uint64)
    one, other = ChromaServer(server.url), ChromaServer(server.url)
    mine = TextIndex(JobOnServer(one, "job_1"), table="rows", space="openai:some/model")
    mine.add(keys, vectors, range(3), blocks)
    again = TextIndex(JobOnServer(other, "job_1"), table="rows", space="openai:some/model")
    assert [found[0][:2] for found in again.nearest(vectors[1:2], 1)] == [(1, 0)]
    theirs = TextIndex(JobOnServer(other, "job_2"), table="rows", space="openai:some/model")
    assert theirs.ids() == set()
    theirs.add(keys, vectors, range(3), blocks)
    (collection,) = [each for each in other.client().list_collections() if each.name.startswith("job_1.")]
    assert collection.metadata == {"embedder": "openai:some/model"}
    mine.drop()
    assert list(entries(server.url).values()) == [3]
    theirs.drop()
    one.close()
    other.close()


def test_a_server_that_is_away_or_silent_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """As an error that the job waits for; one that takes the connection and never answers too."""
    monkeypatch.setattr(vector_place, "PROBE_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        server = ChromaServer(f"http://127.0.0.1:{silent.getsockname()[1]}")
        with pytest.raises(StoreUnreachable):
            server.client()
    with pytest.raises(StoreUnreachable):
        server.client()


@pytest.mark.chaos
@pytest.mark.timeout(120)
async def test_a_job_waits_for_its_server_and_loses_nothing(tmp_path: Path, server: Server, fake_provider: Any) -> None:
    """`paused/store_unreachable` while the server is away; then exactly N rows, all of them in its collection."""
    engine = engine_on(tmp_path, fake_provider.base_url, server.url)
    await engine.open()
    server.stop()
    try:
        assert not (await engine.standing()).vectors
        order = Order(40, schema=REVIEWS, seed=1, chunk_size=20)
        view = await engine.start(order, owner="local", confirmed=True)
        while view.status != "paused":
            view = await engine.status(view.job_id, owner="local", wait_seconds=5)
        assert view.stop_reason == "store_unreachable"
        server.start()
        while view.status in ("pending", "processing", "paused"):
            view = await engine.status(view.job_id, owner="local", wait_seconds=5)
        assert (view.status, view.rows_generated) == ("completed", 40), view.last_error
        assert not (tmp_path / "vectors").exists()
        await engine.aclose()  # what is written behind the job's end is there then
        assert list(entries(server.url).values()) == [40]
        engine = engine_on(tmp_path, fake_provider.base_url, server.url)
        await engine.open()
        await engine.remove(view.job_id, owner="local")
        assert entries(server.url) == {}
    finally:
        await engine.aclose()
