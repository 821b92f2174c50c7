"""Files over HTTP: `GET /downloads/...`, at the addresses that fetch_results and job_status give.

The protocol's authentication does not stand before this route, since a browser has no token: the address itself is
sealed, ends, and was given to the owner. Where a request does say who it is, it has to be that owner.
"""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import orjson
from fastmcp.server.dependencies import get_access_token
from starlette.requests import Request
from starlette.responses import FileResponse, Response, StreamingResponse

from synthaix.orchestration.engine import Engine
from synthaix.orchestration.errors import AddressNotFound, SynthAIxError
from synthaix.server.faults import fields_of
from synthaix.tools.fetch_results import MIME

if TYPE_CHECKING:
    from synthaix.orchestration.results.exports import Export
    from synthaix.orchestration.results.places import RemotePath

DOWNLOADS_PATH = "/downloads"
WAIT_SECONDS = 20.0  # for a file that is being written
AGAIN_SECONDS = 2
_PART = re.compile(r"bytes=(?P<first>\d{1,18})-(?P<last>\d{0,18})|bytes=-(?P<tail>\d{1,18})")
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
        return _answer(made, request)


def _answer(made: "Export", request: Request) -> Response:
    if made.state == "preparing":
        return Response(status_code=503, headers=_PRIVATE | {"retry-after": str(AGAIN_SECONDS)})
    headers = _PRIVATE | {"etag": f'"{made.sha256}"'}
    if made.path is not None:
        return FileResponse(made.path, headers=headers, media_type=MIME[made.format], filename=made.path.name)
    if made.remote is not None:
        return _passed_on(made.remote, made, request, headers)
    return Response(made.error, status_code=503, headers=_PRIVATE, media_type="text/plain")


def _passed_on(place: "RemotePath", made: "Export", request: Request, headers: dict[str, str]) -> Response:
    """The file, or the one part that is asked for, from where files are kept."""
    known_as = request.headers.get("if-range", headers["etag"])
    part = _part_of(request.headers.get("range", ""), made.bytes) if known_as == headers["etag"] else None
    first, end = part or (0, made.bytes)
    headers = headers | {
        "accept-ranges": "bytes",
        "content-disposition": f'attachment; filename="{place.name}"',
        "content-length": str(end - first),
    }
    if part is not None:
        if first >= end:
            return Response(status_code=416, headers=_PRIVATE | {"content-range": f"bytes */{made.bytes}"})
        headers["content-range"] = f"bytes {first}-{end - 1}/{made.bytes}"
    status = 200 if part is None else 206
    if request.method == "HEAD":
        return Response(status_code=status, headers=headers, media_type=MIME[made.format])
    parts = place.parts(first, end)
    return StreamingResponse(parts, status_code=status, headers=headers, media_type=MIME[made.format])


def _part_of(asked: str, size: int) -> tuple[int, int] | None:
    """First byte, and the one after the last; None for the whole, which is also the answer to several parts."""
    found = _PART.fullmatch(asked)
    if found is None:
        return None
    if found["tail"]:
        return max(0, size - int(found["tail"])), size
    return int(found["first"]), min(size, int(found["last"]) + 1) if found["last"] else size


def _refusal(status: int, error: SynthAIxError) -> Response:
    return Response(
        orjson.dumps(dict(fields_of(error))), status_code=status, headers=_PRIVATE, media_type="application/json"
    )
