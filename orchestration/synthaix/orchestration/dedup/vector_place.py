"""Where a job's text vectors are kept: a Chroma directory of its own, or a Chroma server that all processes share.

Either way they can be made again, so the job alone decides what is done about a failure. No method is asynchronous;
call them in a thread.
"""

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from synthaix.orchestration.errors import StoreUnreachable

SEARCHED = 64  # hnsw:ef_search; near-duplicates are its easy case
ANSWER_SECONDS = 30.0  # of one request to a server
PROBE_SECONDS = 5.0
COLLECTIONS_AT_ONCE = 1_000


class VectorsUnreachable(StoreUnreachable):
    """It is the vectors' place that does not answer, not the store: what it holds can be made again."""

    sentence = "The index of text vectors does not answer; it is made again when it does."


class VectorPlace(Protocol):
    """Keeps the vectors of one job, and what is open of them. Every method raises VectorsUnreachable."""

    def may_hold(self) -> bool:
        """False where nothing was ever kept, which is known without Chroma."""

    def collection(self, name: str, embedder: str) -> Any:
        """The Chroma collection of this name, made when it is missing."""

    def close(self) -> None:
        """Let go of files and connections."""

    def drop(self) -> None:
        """Forget all vectors of the job."""


class JobFolder:
    """A directory of the job's own, opened only by the holder of its lease.

    Dropping removes the directory, because deleting a collection frees nothing.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._client: Any = None
        self._collections: dict[str, Any] = {}

    def may_hold(self) -> bool:
        """Whether the directory is there: Chroma takes over a second to import."""
        return self._directory.exists()

    def collection(self, name: str, embedder: str) -> Any:
        """The collection, in the directory."""
        if name not in self._collections:
            with chroma_errors():
                if self._client is None:
                    self._client = self._opened()
                self._collections[name] = _collection(self._client, name, embedder)
        return self._collections[name]

    def _opened(self) -> Any:
        import chromadb
        from chromadb.config import Settings

        self._directory.mkdir(parents=True, exist_ok=True)
        return chromadb.PersistentClient(path=str(self._directory), settings=Settings(anonymized_telemetry=False))

    def close(self) -> None:
        """Let go of the files."""
        self._collections.clear()
        client, self._client = self._client, None
        if client is not None:
            client.close()

    def drop(self) -> None:
        """Close, and remove the directory."""
        self.close()
        shutil.rmtree(self._directory, ignore_errors=True)


class ChromaServer:
    """A Chroma server, over one client for the whole process.

    Args:
        url: `http://host:port`.
    """

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self._client: Any = None
        self._opening = threading.Lock()

    def check(self) -> None:
        """Raise VectorsUnreachable unless it answers within seconds."""
        import httpx

        with chroma_errors():
            httpx.get(f"{self._url}/api/v2/heartbeat", timeout=PROBE_SECONDS).raise_for_status()

    def client(self) -> Any:
        """The client. Raises VectorsUnreachable."""
        with self._opening:
            if self._client is None:
                self.check()  # the client's own first request would wait for ever
                self._client = self._opened()
            return self._client

    def close(self) -> None:
        """Let go of the connections."""
        with self._opening:
            client, self._client = self._client, None
        if client is not None:
            client.close()
            for session in _sessions(client):
                session.close()

    def _opened(self) -> Any:
        import chromadb
        import httpx
        from chromadb.config import Settings

        parts = httpx.URL(self._url)
        with chroma_errors():
            client: Any = chromadb.HttpClient(
                host=parts.host, port=parts.port or (443 if parts.scheme == "https" else 80),
                ssl=parts.scheme == "https", settings=Settings(anonymized_telemetry=False),
            )  # fmt: skip
        for session in _sessions(client):
            session.timeout = httpx.Timeout(ANSWER_SECONDS)
        return client


class JobOnServer:
    """The collections of one job on a server that holds other jobs' as well; its id begins their names."""

    def __init__(self, server: ChromaServer, job_id: str) -> None:
        self._server = server
        self._job_id = job_id
        self._collections: dict[str, Any] = {}

    def may_hold(self) -> bool:
        """Only the server knows."""
        return True

    def collection(self, name: str, embedder: str) -> Any:
        """The collection, on the server."""
        if name not in self._collections:
            with chroma_errors():
                found = _collection(self._server.client(), f"{self._job_id}.{name}", embedder)
            self._collections[name] = found
        return self._collections[name]

    def close(self) -> None:
        """Forget what was open; the connection is the process's."""
        self._collections.clear()

    def drop(self) -> None:
        """Delete the job's collections."""
        from chromadb.errors import NotFoundError

        self.close()
        client, mine, first = self._server.client(), [], 0
        with chroma_errors():
            while page := client.list_collections(limit=COLLECTIONS_AT_ONCE, offset=first):
                mine += [each.name for each in page if each.name.startswith(f"{self._job_id}.")]
                first += len(page)
            for name in mine:
                try:
                    client.delete_collection(name)
                except NotFoundError:  # another process was quicker
                    continue


def _sessions(client: Any) -> list[Any]:
    """The HTTP sessions of a client and of the one inside it: chromadb gives them no deadline and leaves one open."""
    return [each._server._session for each in (client, client._admin_client)]


@contextmanager
def chroma_errors() -> Iterator[None]:
    """Turn whatever Chroma fails with into VectorsUnreachable."""
    import httpx
    from chromadb.errors import ChromaError

    try:
        yield
    except (ChromaError, httpx.HTTPError, OSError, RuntimeError, ValueError) as exc:
        raise VectorsUnreachable from exc


def _collection(client: Any, name: str, embedder: str) -> Any:
    return client.get_or_create_collection(
        name,
        embedding_function=None,  # the default would download a model
        metadata={"embedder": embedder},
        configuration={"hnsw": {"space": "cosine", "ef_search": SEARCHED}},
    )
