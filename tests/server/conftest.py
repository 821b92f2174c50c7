"""Fixtures of the server's tests."""

import logging
import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from fastmcp.utilities.asgi_transport import run_asgi_lifespan
from fastmcp.utilities.tests import ASGIServer
from typer.testing import CliRunner, Result

from synthaix.server.auth import auth_of
from synthaix.server.commands import app
from synthaix.server.http import asgi_app
from synthaix.server.keys import KeyFile
from synthaix.server.logs import take_over_fastmcp
from synthaix.server.settings import Settings

BASE_URL = "http://127.0.0.1"
Serve = Callable[[Settings], AbstractAsyncContextManager[ASGIServer]]


@pytest.fixture
def bare_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment without a setting or key, in a folder without a `.env`; what it is given is given back."""
    for name in list(os.environ):
        if name.startswith(("SYNTHAIX_", "OPENAI_", "GEMINI_")):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return monkeypatch


@pytest.fixture
def settings(tmp_path: Path, bare_environment: pytest.MonkeyPatch) -> Settings:
    """Settings without a key and with an empty data folder."""
    given: dict[str, Any] = {"home": tmp_path / "home", "provider": "offline", "embedder": "hash"}
    return Settings(**given)


@pytest.fixture
def serve() -> Serve:
    """Serves the whole HTTP stack of some settings, without a port."""

    take_over_fastmcp()  # its own log draws a page for each error, which takes longer than the call

    @asynccontextmanager
    async def one(settings: Settings) -> AsyncIterator[ASGIServer]:
        app = asgi_app(settings, auth=auth_of(settings, BASE_URL))
        async with run_asgi_lifespan(app):
            yield ASGIServer(url=f"{BASE_URL}/mcp", app=app, transport_type="http")

    return one


@pytest.fixture
def new_key(settings: Settings) -> Callable[..., str]:
    """Makes a key for a caller of a name."""

    def make(name: str, *scopes: str) -> str:
        return KeyFile(settings.keys_file).add(name, scopes or ("data:read", "data:generate"))

    return make


@pytest.fixture
def hello() -> dict[str, Any]:
    """The first message of an older client, for requests that are made by hand."""
    client = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
    return {
        "json": {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": client},
        "headers": {"accept": "application/json, text/event-stream", "content-type": "application/json"},
    }


@pytest.fixture
def run(bare_environment: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Callable[..., Result]]:
    """Runs a command in a folder of its own; the log's set-up is undone afterwards."""
    bare_environment.setenv("SYNTHAIX_HOME", str(tmp_path / "home"))
    bare_environment.setenv("SYNTHAIX_EMBEDDER", "hash")
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    try:
        yield lambda *arguments: CliRunner().invoke(app, list(arguments))
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
