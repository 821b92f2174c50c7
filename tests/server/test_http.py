"""HTTP: this machine alone unless callers are known, and no foreign Host or Origin."""

from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from synthaix.server.commands import app as commands
from synthaix.server.http import Binding, BindRefused, is_loopback, serve_http
from synthaix.server.settings import Settings


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "[::1]", "127.9.9.9"])
def test_loopback_is_this_machine(host: str) -> None:
    """In any of its spellings."""
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "example.com", "", "127.0.0.1.example.com"])
def test_what_others_can_reach_is_refused(settings: Settings, host: str) -> None:
    """As long as nobody would be asked who they are."""
    with pytest.raises(BindRefused, match="synthaix keys new"):
        serve_http(settings, Binding(host, 0))


@pytest.mark.parametrize(
    "more", [{"public_url": "https://data.example.com"}, {"allowed_hosts": ("data.example.com:443",)}]
)
def test_a_name_that_others_know_needs_keys_behind_a_proxy_too(settings: Settings, more: dict[str, Any]) -> None:
    """A proxy on the same machine lets everybody in to what is bound on loopback."""
    with pytest.raises(BindRefused, match=r"data\.example\.com"):
        serve_http(settings.model_copy(update=more), Binding("127.0.0.1", 0))


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
    settings: Settings, serve: Any, hello: dict[str, Any], headers: dict[str, str], status: int
) -> None:
    """DNS rebinding and foreign pages reach nothing; fastmcp's own default would let them in."""
    async with serve(settings) as server, server.http_client() as http:
        answer = await http.post("/mcp", json=hello["json"], headers=hello["headers"] | headers)
    assert answer.status_code == status


async def test_a_public_name_is_known(settings: Settings, serve: Any, hello: dict[str, Any]) -> None:
    """PUBLIC_URL and ALLOWED_HOSTS are what callers may write; nothing else is."""
    named = settings.model_copy(
        update={"public_url": "https://data.example.com", "allowed_hosts": ("data", "*.internal")}
    )
    async with serve(named) as server, server.http_client() as http:
        for host, status in (("data.example.com", 200), ("data", 200), ("a.internal:80", 200), ("example.com", 421)):
            answer = await http.post("/mcp", json=hello["json"], headers=hello["headers"] | {"host": host})
            assert answer.status_code == status, host


async def test_pages_of_others_read_nothing_unless_named(settings: Settings, serve: Any, hello: dict[str, Any]) -> None:
    """No CORS by default; with ALLOWED_ORIGINS it is for these pages alone."""
    page = {"origin": "https://app.example.com"}
    asked = page | {"access-control-request-method": "POST"}
    async with serve(settings) as server, server.http_client() as http:
        refused = await http.options("/mcp", headers=asked)
        own = await http.post("/mcp", json=hello["json"], headers=hello["headers"] | {"origin": "http://127.0.0.1"})
    assert refused.status_code == 403
    assert not [name for name in own.headers if name.startswith("access-control")]
    named = settings.model_copy(update={"allowed_origins": (page["origin"],)})
    async with serve(named) as server, server.http_client() as http:
        preflight = await http.options("/mcp", headers=asked)
        answer = await http.post("/mcp", json=hello["json"], headers=hello["headers"] | page)
        other = await http.options("/mcp", headers=asked | {"origin": "https://evil.example.com"})
    assert preflight.headers["access-control-allow-origin"] == page["origin"]
    assert answer.headers["access-control-allow-origin"] == page["origin"]
    assert other.status_code == 403


def test_tls_needs_both_files(tmp_path: Path) -> None:
    """A certificate without its key is a wrong call."""
    certificate = tmp_path / "cert.pem"
    certificate.write_text("x")
    done = CliRunner().invoke(commands, ["serve", "--http", "--tls-cert", str(certificate)])
    assert (done.exit_code, "--tls-key" in done.output) == (2, True)
