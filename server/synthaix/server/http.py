"""Serving Streamable HTTP through uvicorn: loopback only, Host and Origin checked."""

import ipaddress
import logging
from typing import TYPE_CHECKING

from synthaix.server.app import build_server
from synthaix.server.logs import take_over_fastmcp
from synthaix.server.settings import Settings

if TYPE_CHECKING:
    from starlette.applications import Starlette

log = logging.getLogger(__name__)


class BindRefused(Exception):
    """The address is open to others and nobody is asked who they are."""


def serve_http(settings: Settings, *, host: str | None = None, port: int | None = None) -> None:
    """Serve until a signal.

    Raises:
        BindRefused: the address is not of this machine alone. There is no authentication yet.
    """
    import uvicorn

    address, number = host or settings.host, settings.port if port is None else port
    if not is_loopback(address):
        raise BindRefused(
            f"{address} can be reached from other machines, and this version has no authentication. "
            "Bind 127.0.0.1 and put a proxy that authenticates in front of it."
        )
    take_over_fastmcp()
    log.info("serving http://%s:%s/mcp", address, number)
    uvicorn.run(
        asgi_app(settings), host=address, port=number, timeout_graceful_shutdown=1, log_config=None,
        http="h11",  # httptools keeps the blanks at a header's end, which RFC 9110 section 5.5 takes off
    )  # fmt: skip


def asgi_app(settings: Settings) -> "Starlette":
    """The application: Streamable HTTP at /mcp; a foreign Host gets 421, a foreign Origin 403."""
    return build_server(settings).http_app(path="/mcp", host_origin_protection=True)


def is_loopback(host: str) -> bool:
    """Whether the address is of this machine alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
