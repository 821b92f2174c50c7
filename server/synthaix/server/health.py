"""Whether the server lives, is ready, and what it has done: /healthz, /readyz and /metrics, over HTTP only.

None of them asks a model, and none shows a job's or an owner's name.
"""

from typing import TYPE_CHECKING

from fastmcp import FastMCP
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from synthaix.orchestration.engine import Engine
from synthaix.orchestration.errors import StoreUnreachable, SynthAIxError
from synthaix.server.metrics import Metrics

if TYPE_CHECKING:
    from synthaix.orchestration.jobs.standing import Standing

LEAST_FREE_BYTES = 500_000_000
OK = "ok"
NOT_STORED = {"cache-control": "no-store"}


class Health:
    """Answers for one server."""

    def __init__(self) -> None:
        self._metrics = Metrics()
        self._engine: Engine | None = None

    def watch(self, engine: Engine) -> None:
        """Count this engine's work from now on."""
        self._engine = engine
        engine.config.watch.listen(self._metrics.heard)

    def engine(self) -> Engine:
        """The one that runs. Raises StoreUnreachable: it is not open yet."""
        if self._engine is None:
            raise StoreUnreachable("The engine is not open.")
        return self._engine

    def add_routes(self, mcp: FastMCP) -> None:
        """Answer at the three paths."""
        for path, answer in (("/healthz", self.alive), ("/readyz", self.ready), ("/metrics", self.counted)):
            mcp.custom_route(path, methods=["GET"], include_in_schema=False)(answer)

    async def alive(self, request: Request) -> Response:
        """The process answers."""
        return JSONResponse({"status": OK}, headers=NOT_STORED)

    async def ready(self, request: Request) -> Response:
        """Whether calls can be served: 503 without a store, a place for vectors, or room on the disk.

        A provider that is down is told and no reason: its jobs wait, and everything else is served.
        """
        standing = await self._standing()
        if isinstance(standing, str):
            return JSONResponse({"ready": False, "checks": {"store": standing}}, 503, NOT_STORED)
        needed = {
            "store": standing.store or OK,
            "vectors": OK if standing.vectors else "not_writable",
            "disk": OK if standing.free_bytes is None or standing.free_bytes >= LEAST_FREE_BYTES else "full",
        }
        ready = all(found == OK for found in needed.values())
        checks = {**needed, "provider": _provider(standing)}
        return JSONResponse({"ready": ready, "checks": checks}, 200 if ready else 503, NOT_STORED)

    async def counted(self, request: Request) -> Response:
        """The counters, for Prometheus; also while the store is away."""
        standing = await self._standing()
        under_way = self.engine().config.watch.under_way
        known = None if isinstance(standing, str) else standing
        text, media_type = self._metrics.exposed(known, under_way, request.headers.get("accept", ""))
        return Response(text, headers={**NOT_STORED, "content-type": media_type})

    async def _standing(self) -> "Standing | str":
        """What stands, or the code of the error that keeps the engine from looking."""
        try:
            return await self.engine().standing()
        except SynthAIxError as exc:
            return exc.code


def _provider(standing: "Standing") -> str:
    return {None: "none", "closed": OK, "open": "down"}[standing.circuit]
