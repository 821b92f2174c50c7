"""How often and how much one caller may ask, so that the others are served.

Calls of tools and reads are refused with an error that an agent can act on; what comes faster still, or keeps too much
open, is refused before it is read, with 429 and Retry-After. A request that arrives too slowly loses its connection.
"""

import math
import time
from asyncio import TimerHandle
from collections import Counter
from collections.abc import Callable
from typing import Any

import orjson
from fastmcp.server.dependencies import get_access_token
from fastmcp.server.middleware import CallNext, Middleware, MiddlewareContext
from h11 import IDLE, SEND_BODY
from mcp.server.auth.middleware.bearer_auth import AuthenticatedUser
from mcp_types.version import HANDSHAKE_PROTOCOL_VERSIONS
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from synthaix.orchestration.errors import RateLimited

BURST_SECONDS = 10.0  # so much of a minute's calls may come at once
REQUESTS_PER_CALL = 4  # a call may be several requests: a handshake, a list, rounds of a question
SESSIONS_PER_MINUTE = 30  # of an older client; each stays for half an hour, and all callers share 10,000
MOST_OPEN = 100  # requests of one caller that are being answered, streams among them
MOST_CONNECTIONS = 2_000  # of all callers
REQUEST_SECONDS = 15.0  # from a request's first byte, or the connection's begin, to its last
MOST_CALLERS = 10_000  # that are remembered before those that rest are forgotten
SWEEP_SECONDS = 1.0  # between two looks for those
HEALTH_PATHS = frozenset({"/healthz", "/readyz"})


class Rates:
    """A token bucket for each caller, kept as the moment at which it would be full (GCRA, ITU-T I.371).

    Args:
        per_minute: so many in the long run; `BURST_SECONDS` of them at once.
        clock: seconds.
    """

    def __init__(
        self, per_minute: float, *, burst_seconds: float = BURST_SECONDS, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._gap = 60.0 / per_minute
        self._burst = burst_seconds
        self._clock = clock
        self._full_at: dict[str, float] = {}
        self._swept_at = -math.inf

    def wait(self, who: str) -> float:
        """Take one; 0, or the seconds until there is one to take."""
        now = self._clock()
        full_at = max(self._full_at.get(who, now), now)
        if full_at - now > self._burst:
            return full_at - now - self._burst
        if len(self._full_at) >= MOST_CALLERS and now - self._swept_at >= SWEEP_SECONDS:
            self._swept_at = now
            self._full_at = {each: moment for each, moment in self._full_at.items() if moment > now}
        self._full_at[who] = full_at + self._gap
        return 0.0


class CallRates(Middleware):
    """Refuses what a known caller calls or reads too often."""

    def __init__(self, per_minute: float) -> None:
        self._rates = Rates(per_minute)

    async def on_call_tool(self, context: MiddlewareContext[Any], call_next: CallNext[Any, Any]) -> Any:
        """The tool's result. Raises RateLimited."""
        self._take()
        return await call_next(context)

    async def on_read_resource(self, context: MiddlewareContext[Any], call_next: CallNext[Any, Any]) -> Any:
        """The resource. Raises RateLimited."""
        self._take()
        return await call_next(context)

    def _take(self) -> None:
        caller = get_access_token()
        wait = 0.0 if caller is None else self._rates.wait(caller.subject or "")
        if wait:
            raise RateLimited(retry_after_seconds=_whole(wait))


class Bounds:
    """Refuses requests of a caller, or of a stranger's address, that come too fast or stay open in too great a number.

    Args:
        app: what comes after; who calls is known here.
        calls_per_minute: of tools.
    """

    def __init__(self, app: ASGIApp, calls_per_minute: float) -> None:
        self._app = app
        self._requests = Rates(calls_per_minute * REQUESTS_PER_CALL)
        self._sessions = Rates(SESSIONS_PER_MINUTE, burst_seconds=60.0)
        self._open: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["path"] in HEALTH_PATHS:  # a flood must not make a server look dead
            await self._app(scope, receive, send)
            return
        who = _who(scope)
        wait = self._requests.wait(who) or (self._sessions.wait(who) if _opens_session(scope) else 0.0)
        if not wait and self._open[who] >= MOST_OPEN:
            wait = 1.0
        if wait:
            await _refusal(_whole(wait))(scope, receive, send)
            return
        self._open[who] += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._open[who] -= 1
            if not self._open[who]:
                del self._open[who]


class Impatient(H11Protocol):
    """uvicorn's protocol, which by itself waits for ever for a request that has begun."""

    _deadline: TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """The first request is due."""
        super().connection_made(transport)
        self._mind()

    def handle_events(self) -> None:
        """What is due is the last byte of the request that has begun, or of the next."""
        super().handle_events()
        self._mind()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is due any more."""
        self._rest()
        super().connection_lost(exc)

    def _mind(self) -> None:
        if self.conn.their_state not in (IDLE, SEND_BODY):
            self._rest()
        elif self._deadline is None:
            self._deadline = self.loop.call_later(REQUEST_SECONDS, self.transport.abort)

    def _rest(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


def _who(scope: Scope) -> str:
    user = scope.get("user")
    if isinstance(user, AuthenticatedUser):
        return user.access_token.subject or ""
    client = scope.get("client")
    return f"address {client[0] if client else ''}"


def _opens_session(scope: Scope) -> bool:
    """Whether the framework will make a session for this request: an older client's first."""
    headers = Headers(scope=scope)
    version = headers.get("mcp-protocol-version")
    older = version is None or version in HANDSHAKE_PROTOCOL_VERSIONS
    return scope["method"] == "POST" and "mcp-session-id" not in headers and older


def _refusal(seconds: int) -> Response:
    error = RateLimited(retry_after_seconds=seconds)
    return Response(
        orjson.dumps(dict(error.fields())), status_code=429, headers={"retry-after": str(seconds)},
        media_type="application/json",
    )  # fmt: skip


def _whole(seconds: float) -> int:
    return max(1, math.ceil(seconds))
