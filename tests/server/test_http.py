"""HTTP: this machine alone, and no foreign Host or Origin."""

from typing import Any

import httpx2
import pytest

from synthaix.server.http import BindRefused, asgi_app, is_loopback, serve_http
from synthaix.server.settings import Settings


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "[::1]", "127.9.9.9"])
def test_loopback_is_this_machine(host: str) -> None:
    """In any of its spellings."""
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "example.com", "", "127.0.0.1.example.com"])
def test_what_others_can_reach_is_refused(settings: Settings, host: str) -> None:
    """There is no authentication yet."""
    with pytest.raises(BindRefused):
        serve_http(settings.model_copy(update={"host": host or "0.0.0.0"}), host=host or None)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"host": "127.0.0.1:8365"}, 200),
        ({"host": "localhost:8365", "origin": "http://localhost:8365"}, 200),
        ({"host": "evil.example.com"}, 421),
        ({"host": "127.0.0.1:8365", "origin": "https://evil.example.com"}, 403),
    ],
)
async def test_foreign_hosts_and_origins_are_turned_away(
    settings: Settings, headers: dict[str, str], status: int
) -> None:
    """DNS rebinding and foreign pages reach nothing; fastmcp's own default would let them in."""
    client = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
    hello: dict[str, Any] = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": client}
    accept = {"accept": "application/json, text/event-stream", "content-type": "application/json"}
    app = asgi_app(settings)
    transport = httpx2.ASGITransport(app=app)
    async with app.router.lifespan_context(app), httpx2.AsyncClient(transport=transport) as http:
        answer = await http.post("http://127.0.0.1:8365/mcp", json=hello, headers=headers | accept)
    assert answer.status_code == status
