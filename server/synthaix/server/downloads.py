"""Files over HTTP: `GET /downloads/...`, at the addresses that fetch_results and job_status give.

The protocol's authentication does not stand before this route, since a browser has no token: the address itself is
sealed, ends, and was given to the owner. Where a request does say who it is, it has to be that owner.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

import orjson
from fastmcp.server.dependencies import get_access_token
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from synthaix.orchestration.engine import Engine
from synthaix.orchestration.errors import AddressNotFound, SynthAIxError
from synthaix.server.faults import fields_of
from synthaix.tools.fetch_results import MIME

if TYPE_CHECKING:
    from synthaix.orchestration.results.exports import Export

DOWNLOADS_PATH = "/downloads"
WAIT_SECONDS = 20.0  # for a file that is being written
AGAIN_SECONDS = 2
_PRIVATE = {
    "cache-control": "private, no-store",
    "content-security-policy": "sandbox; default-src 'none'",  # rows are data: no browser runs them
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


class Downloads:
    """Answers requests for files.

    Args:
        engine: the one that runs; it is opened after the routes are made.
    """

    def __init__(self, engine: Callable[[], Engine]) -> None:
        self._engine = engine

    async def answer(self, request: Request) -> Response:
        """The file, in parts if so asked; 404 for every address that is not good, whatever is wrong with it."""
        caller = get_access_token()
        try:
            made = await self._engine().at_address(
                request.path_params["address"],
                caller=None if caller is None else caller.subject,
                wait_seconds=WAIT_SECONDS,
            )
        except AddressNotFound as exc:
            return _refusal(404, exc)
        except SynthAIxError as exc:
            return _refusal(503, exc)
        return _answer(made)


def _answer(made: "Export") -> Response:
    if made.state == "preparing":
        return Response(status_code=503, headers=_PRIVATE | {"retry-after": str(AGAIN_SECONDS)})
    if made.state == "failed" or made.path is None:
        return Response(made.error, status_code=503, headers=_PRIVATE, media_type="text/plain")
    headers = _PRIVATE | {"etag": f'"{made.sha256}"'}
    return FileResponse(made.path, headers=headers, media_type=MIME[made.format], filename=made.path.name)


def _refusal(status: int, error: SynthAIxError) -> Response:
    return Response(
        orjson.dumps(dict(fields_of(error))), status_code=status, headers=_PRIVATE, media_type="application/json"
    )
