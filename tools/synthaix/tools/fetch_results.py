"""fetch_results: a page of a job's rows, or a file of all of them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from fastmcp import Context
from fastmcp.tools import ToolResult
from mcp.types import ResourceLink
from pydantic import Field

from synthaix.tools.answers import answer
from synthaix.tools.arguments import Columns, Cursor, ExportFormat, JobId, Limit, TableName
from synthaix.tools.calls import engine_of, owner_of, way_of
from synthaix.tools.definition import defined
from synthaix.tools.replies import FetchedRows, Next, iso
from synthaix.tools.views import inline, rows_text

if TYPE_CHECKING:
    from synthaix.orchestration.results.exports import Export
    from synthaix.orchestration.results.pages import Page

EXPORT_WAIT_SECONDS = 15.0  # for a file; then `preparing`, well before a host cuts the call
SHOWN_ROWS = 5  # of a page, in the text; the fields have them all
SHOWN_BYTES = 2_400
MIME = {
    "json": "application/json", "csv": "text/csv", "jsonl": "application/jsonl", "sql": "application/sql",
    "parquet": "application/vnd.apache.parquet", "avro": "application/avro",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}  # fmt: skip


@defined("Fetch rows or a file", reply=FetchedRows, repeats=True, card=True)
async def fetch_results(
    ctx: Context,
    job_id: JobId,
    table: TableName = None,
    cursor: Cursor = None,
    limit: Limit = 20,
    columns: Columns = None,
    format: Annotated[ExportFormat, Field(description="json: a page; any other: a file of all rows.")] = "json",
    export: Annotated[bool, Field(description="A file also for json.")] = False,
) -> ToolResult:
    """Fetch a page of a job's committed rows, or write all of them to a file and return where it is.

    Use when job_status says completed or stopped; an unfinished job gives what it has, marked partial. For more than a
    look give a format (csv, parquet, xlsx, ...) and tell the user the path instead of pasting rows. state preparing:
    call again.
    Costs nothing. Next: the same call with next_cursor.
    """
    engine, owner = engine_of(ctx), owner_of(ctx)
    if export or format != "json":
        made = await engine.export(
            job_id, owner=owner, table=table, format=format, columns=columns, wait_seconds=EXPORT_WAIT_SECONDS
        )
        return _file(made, columns, await _place_of(ctx, made, columns))
    page = await engine.page(job_id, owner=owner, table=table, cursor=cursor, limit=limit, columns=columns)
    return _page(job_id, page, limit)


def _page(job_id: str, page: "Page", limit: int) -> ToolResult:
    reply = FetchedRows.of(job_id, page)
    if page.next_cursor:
        again = {"job_id": job_id, "cursor": page.next_cursor, "limit": limit}
        reply.next = Next(tool="fetch_results", arguments=again)
    elif reply.partial:
        reply.next = _unfinished(job_id, page.status)
    so_far = [_partial_text(page.status, page.rows_total, page.total_rows)] if reply.partial else []
    if not page.rows:
        said = f"No rows from {page.offset:,} on: the table has {page.rows_total:,} so far."
        return answer(reply, " ".join([said, *so_far]))
    last = page.offset + len(page.rows)
    parts = [f"Rows {page.offset + 1:,} to {last:,} of {page.rows_total:,} in table {inline(page.table, 64)}."]
    parts += so_far
    if page.truncated:
        parts.append("The page was cut at its byte limit; the next one goes on there.")
    if len(page.rows) > SHOWN_ROWS:
        parts.append(f"The first {SHOWN_ROWS} are here, all {len(page.rows)} in the fields (limit=5 shows all here).")
    parts.append(f"\n\n{rows_text(page.rows, SHOWN_BYTES, SHOWN_ROWS)}")
    return answer(reply, " ".join(parts))

@dataclass(frozen=True, slots=True)
class _Place:
    """Where a finished file is: on the caller's own machine, or at an address."""

    uri: str
    path: str | None = None
    expires_at: str | None = None


async def _place_of(ctx: Context, made: "Export", columns: list[str] | None) -> _Place | None:
    if made.place is None or made.state != "ready":
        return None
    downloads = way_of(ctx).downloads
    if downloads is None:
        return _Place(made.place.as_uri(), None if made.path is None else str(made.path))
    address, until = await engine_of(ctx).address(
        made.job_id, owner=owner_of(ctx), table=made.table, format=made.format, columns=columns
    )
    return _Place(f"{downloads()}/{address}", expires_at=iso(until))


def _file(made: "Export", columns: list[str] | None, place: _Place | None) -> ToolResult:
    again = {"job_id": made.job_id, "table": made.table, "format": made.format, "export": True}
    if columns:
        again["columns"] = columns
    waiting, partial = made.state == "preparing", made.rows < made.total_rows
    then = _unfinished(made.job_id, made.status) if partial else None
    reply = FetchedRows(
        job_id=made.job_id,
        status=made.status,  # type: ignore[arg-type]  # the engine's states are the contract's
        table=made.table,
        format=made.format,
        rows=made.rows,
        total_rows=made.total_rows,
        partial=partial or None,
        state=made.state,
        path=None if place is None else place.path,
        uri=None if place is None else place.uri,
        expires_at=None if place is None else place.expires_at,
        bytes=made.bytes or None,
        sha256=made.sha256,
        error=made.error,
        notes=list(made.notes[:12]),
        poll_after_seconds=2.0 if waiting else None,
        next=Next(tool="fetch_results", arguments=again) if made.state != "ready" else then,
    )
    if place is None or made.place is None:
        said = "is being written; call again." if waiting else f"could not be written: {made.error or 'see the log.'}"
        return answer(reply, f"The {made.format} file of table {inline(made.table, 64)} {said}")
    what = f"Table {inline(made.table, 64)}: {made.rows:,} rows, {made.bytes:,} bytes, sha256 {made.sha256}."
    until = f" (good until {place.expires_at})" if place.expires_at else ""
    lines = [place.path or f"{place.uri}{until}", what]
    if partial:
        lines.append(_partial_text(made.status, made.rows, made.total_rows))
    lines += [inline(note, 240) for note in made.notes[:12]]
    link = ResourceLink(
        type="resource_link", uri=place.uri, name=made.place.name, mime_type=MIME[made.format], size=made.bytes
    )
    where = "path" if place.path else "address"
    return answer(reply, "\n".join([*lines, f"Tell the user the {where}."]), [link])


def _partial_text(status: str | None, rows: int, total_rows: int | None) -> str:
    """What nobody may overlook: these are not all rows."""
    return f"This is partial: {rows:,} of {total_rows or rows:,} rows so far; the job is {status}."


def _unfinished(job_id: str, status: str | None) -> Next | None:
    """The call that tells how an unfinished job goes on; one that was cancelled does not."""
    return None if status == "cancelled" else Next(tool="job_status", arguments={"job_id": job_id})
