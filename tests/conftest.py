"""Fixtures for every test."""

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

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
