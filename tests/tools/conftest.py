"""Fixtures of the tools' tests: a server on a folder of its own, spoken to in both protocol eras."""

import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pytest
from fastmcp import Client, FastMCP
from fastmcp.client.client import CallToolResult
from mcp.types import TextContent

from synthaix.server.app import build_server
from synthaix.server.settings import Settings

COLUMNS: list[dict[str, Any]] = [
    {"name": "user_id", "type": "uuid"},
    {"name": "amount", "type": "decimal", "constraints": {"min": 1, "max": 900}},
    {"name": "currency", "type": "category", "constraints": {"enum": ["EUR", "USD", "GBP"]}},
    {"name": "booked_at", "type": "datetime", "constraints": {"min": "2026-01-01", "max": "2026-06-30"}},
]


def pytest_addoption(parser: pytest.Parser) -> None:
    """`pytest tests/tools --snapshots=write` writes the tools' snapshots anew."""
    parser.addoption("--snapshots", choices=["check", "write"], default="check")


@pytest.fixture
def write_snapshots(request: pytest.FixtureRequest) -> bool:
    """Whether snapshots are written rather than compared; the option exists only where this folder is named."""
    return bool(request.config.getoption("--snapshots", default="check") == "write")


@pytest.fixture(params=["auto", "legacy"])
def mode(request: pytest.FixtureRequest) -> Literal["auto", "legacy"]:
    """The client's protocol era: 2026-07-28, or the handshake of the years before."""
    chosen: Literal["auto", "legacy"] = request.param
    return chosen


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings of their own: no key, no variable of the developer's, no `.env`, an empty data folder."""
    for name in [name for name in os.environ if name.startswith("SYNTHAIX_")]:
        monkeypatch.delenv(name)
    given: dict[str, Any] = {"home": tmp_path / "home", "provider": "offline", "embedder": "hash", "_env_file": None}
    return Settings(**given)


@pytest.fixture
def server(settings: Settings) -> FastMCP:
    """A server that asks for the user's yes."""
    return build_server(settings)


@pytest.fixture
def schema() -> dict[str, Any]:
    """A ready schema of four columns, in the language of agents."""
    return {"columns": [dict(column) for column in COLUMNS]}


@dataclass(frozen=True)
class Answer:
    """A tool's answer: its text and its fields, or the error that it is."""

    text: str
    fields: dict[str, Any]
    is_error: bool
    whole: CallToolResult


@pytest.fixture
def ask() -> Callable[..., Awaitable[Answer]]:
    """Calls a tool and returns its answer, errors too."""

    async def one(client: Client[Any], tool: str, **arguments: Any) -> Answer:
        result = await client.call_tool(tool, arguments, raise_on_error=False)
        block = result.content[0]
        assert isinstance(block, TextContent)
        assert result.structured_content is not None
        return Answer(block.text, result.structured_content, result.is_error, result)

    return one


@pytest.fixture
def rested(ask: Callable[..., Awaitable[Answer]]) -> Callable[..., Awaitable[Answer]]:
    """Waits until a job ends or waits for someone: a long poll returns at every change of status."""

    async def wait(client: Client[Any], job_id: str) -> Answer:
        while True:
            answer = await ask(client, "job_status", job_id=job_id, wait_seconds=25)
            if answer.fields["status"] not in ("pending", "processing", "paused"):
                return answer

    return wait


@pytest.fixture
def finished_job(
    ask: Callable[..., Awaitable[Answer]], rested: Callable[..., Awaitable[Answer]]
) -> Callable[..., Awaitable[str]]:
    """Runs a job to its end by what each reply says comes next, and returns its id."""

    async def run(client: Client[Any], schema: dict[str, Any], total_rows: int = 40, **order: Any) -> str:
        asked = await ask(client, "start_generation", schema=schema, total_rows=total_rows, **order)
        answer = await ask(client, "start_generation", **asked.fields["next"]["arguments"])
        job_id: str = answer.fields["job_id"]
        assert (await rested(client, job_id)).fields["status"] == "completed"
        return job_id

    return run
