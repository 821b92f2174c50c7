"""Serving Streamable HTTP through uvicorn: Host and Origin checked, and callers asked who they are."""

import ipaddress
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from fastmcp.server.dependencies import get_http_request

from synthaix.server.app import build_server
from synthaix.server.auth import Scopes, auth_of, owner_of_call
from synthaix.server.downloads import DOWNLOADS_PATH, Downloads
from synthaix.server.limits import MOST_CONNECTIONS, Bounds, CallRates, Impatient
from synthaix.server.logs import take_over_fastmcp
from synthaix.server.settings import Settings
from synthaix.tools.calls import Way

if TYPE_CHECKING:
    from fastmcp.server.auth import AuthProvider
    from fastmcp.server.middleware import Middleware as Guard
    from starlette.applications import Starlette
    from starlette.middleware import Middleware

log = logging.getLogger(__name__)

MCP_PATH = "/mcp"


class BindRefused(Exception):
    """The address is open to others and nobody is asked who they are."""


@dataclass(frozen=True, slots=True)
class Binding:
    """What is bound; with a certificate and its key it speaks TLS."""

    host: str
    port: int
    tls_cert: Path | None = None
    tls_key: Path | None = None

    @property
    def url(self) -> str:
        """As callers on this machine write it."""
        name = f"[{self.host}]" if ":" in self.host and not self.host.startswith("[") else self.host
        return f"{'https' if self.tls_cert else 'http'}://{name}:{self.port}"


def serve_http(settings: Settings, binding: Binding, *, works: bool = True) -> None:
    """Serve until a signal.

    Raises:
        BindRefused: others can reach the address, and neither a key nor an issuer of tokens is set up.
        SettingsInvalid: the settings of authentication are not complete.
    """
    import uvicorn

    auth = auth_of(settings, settings.public_url or binding.url)
    _check(settings, binding, auth)
    take_over_fastmcp()
    log.info("serving %s%s", binding.url, MCP_PATH)
    uvicorn.run(
        asgi_app(settings, auth=auth, works=works), host=binding.host, port=binding.port, timeout_graceful_shutdown=1,
        log_config=None, server_header=False,
        ssl_certfile=binding.tls_cert, ssl_keyfile=binding.tls_key,
        http=Impatient, ws="none", limit_concurrency=MOST_CONNECTIONS,
        # on h11: httptools keeps the blanks at a header's end, which RFC 9110 section 5.5 takes off
    )  # fmt: skip


def asgi_app(settings: Settings, *, auth: "AuthProvider | None" = None, works: bool = True) -> "Starlette":
    """The application: Streamable HTTP at /mcp; a foreign Host gets 421, a foreign Origin 403, a stranger 401."""
    from synthaix.server.health import Health

    health = Health()

    def downloads_url() -> str:
        base = settings.public_url or str(get_http_request().base_url).rstrip("/")
        return f"{base}{DOWNLOADS_PATH}"

    way = Way(owner=owner_of_call, downloads=downloads_url)
    mcp = build_server(
        settings, way=way, auth=auth, guards=_guards(settings), works=works, shared=True, on_open=health.watch
    )  # fmt: skip
    mcp.custom_route(f"{DOWNLOADS_PATH}/{{address}}", methods=["GET"])(Downloads(health.engine).answer)
    health.add_routes(mcp)
    return mcp.http_app(
        path=MCP_PATH,
        middleware=_middleware(settings, bounded=auth is not None),
        host_origin_protection=True,
        allowed_hosts=_names(settings),
        allowed_origins=list(settings.allowed_origins),
    )


def is_loopback(host: str) -> bool:
    """Whether the address is of this machine alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _check(settings: Settings, binding: Binding, auth: "AuthProvider | None") -> None:
    """A bind on loopback is open to others as well where a proxy in front has a name of its own."""
    named = (urlsplit(f"//{name}").hostname or "" for name in _names(settings))
    others = [name for name in (binding.host, *named) if not is_loopback(name)]
    if not others:
        return
    if auth is None:
        raise BindRefused(
            f"{others[0]} can be reached from other machines, and nobody would be asked who they are. "
            "Make a key with `synthaix keys new NAME`, or name an issuer of tokens in SYNTHAIX_AUTH_ISSUER."
        )
    if binding.tls_cert is None and not is_loopback(binding.host):
        log.warning("no TLS here: keys and tokens travel readable unless a proxy in front has it")


def _names(settings: Settings) -> list[str]:
    """What a request may call this server, beside what is bound."""
    public = urlsplit(settings.public_url or "").hostname
    return [*settings.allowed_hosts, *([public] if public else [])]


def _guards(settings: Settings) -> "list[Guard]":
    """What may refuse a call."""
    rate, scopes = settings.calls_per_minute, Scopes(paid_checks=":" in settings.embedder)
    return [scopes] if rate is None else [scopes, CallRates(rate)]


def _middleware(settings: Settings, *, bounded: bool) -> "list[Middleware]":
    """What stands before the application, outermost first. Without allowed pages there is no CORS at all.

    Args:
        bounded: whether there are callers to be told apart; on this machine alone there is one.
    """
    from starlette.middleware import Middleware
    from starlette.middleware.cors import CORSMiddleware

    stack = []
    if settings.allowed_origins:
        pages: dict[str, Any] = {
            "allow_origins": list(settings.allowed_origins),
            "allow_methods": ["GET", "POST", "DELETE"],
            "allow_headers": ["*"],
            "expose_headers": ["Mcp-Session-Id", "WWW-Authenticate", "Retry-After"],
        }
        stack.append(Middleware(CORSMiddleware, **pages))
    if bounded and settings.calls_per_minute is not None:
        stack.append(Middleware(Bounds, calls_per_minute=settings.calls_per_minute))
    return stack
