"""What a host can read: the guide, the catalogue of kinds, schemas, jobs and their rows."""

from importlib.resources import files
from typing import Any, Literal

import anyio
import anyio.to_thread
import orjson
from fastmcp import Context, FastMCP

from synthaix.orchestration.errors import ArgumentInvalid, JobBusy, StorageError
from synthaix.tools.calls import engine_of, owner_of
from synthaix.tools.definition import spoken
from synthaix.tools.icon import ICONS
from synthaix.tools.replies import FetchedRows, JobStatus, iso

JSON = "application/json"
MARKDOWN = "text/markdown"
HTML = "text/html"
REPORT_WAIT_SECONDS = 20.0


def guide() -> str:
    """The schema language, in two pages."""
    return (files("synthaix.tools") / "guide.md").read_text("utf-8")


async def kinds() -> str:
    """Every kind of the catalogue: what a column can mean."""
    return await anyio.to_thread.run_sync(_kinds)  # its first call reads the catalogue


async def kind(kind: str) -> str:
    """One kind: what it means, its type and usual constraints, some values, and the names it is found by."""
    return _json(await anyio.to_thread.run_sync(_one_kind, kind))


async def schema(schema_id: str, ctx: Context) -> str:
    """A proposed schema, whole."""
    proposal = await engine_of(ctx).proposal(schema_id, owner=owner_of(ctx))
    draft = proposal.draft
    return _json(
        {
            "schema_id": proposal.schema_id,
            "schema_hash": draft.schema.hash,
            "created_at": iso(proposal.created_at),
            "schema": draft.schema.plain(),
            "assumptions": list(draft.assumptions),
            "warnings": list(draft.warnings),
        }
    )


async def job(job_id: str, ctx: Context) -> str:
    """A job, with every count."""
    view = await engine_of(ctx).status(job_id, owner=owner_of(ctx))
    return _json(JobStatus.of(view, detailed=True).plain())


async def rows(job_id: str, ctx: Context, offset: str = "0", limit: str = "20") -> str:
    """A page of a job's committed rows."""
    first, most = _whole("offset", offset), _whole("limit", limit)
    page = await engine_of(ctx).page(job_id, owner=owner_of(ctx), offset=first, limit=most)
    return _json(FetchedRows.of(job_id, page).plain())


async def report(job_id: str, ctx: Context) -> str:
    """The quality report of a job's rows: validity, distributions asked and got, correlations, manifest."""
    return await _report(job_id, ctx, "json")


async def report_page(job_id: str, ctx: Context) -> str:
    """The same report as a page to open in a browser."""
    return await _report(job_id, ctx, "html")


async def _report(job_id: str, ctx: Context, format: Literal["html", "json"]) -> str:
    made = await engine_of(ctx).report(job_id, owner=owner_of(ctx), format=format, wait_seconds=REPORT_WAIT_SECONDS)
    if made.state == "failed":
        raise StorageError(made.error)
    if made.path is None or made.state != "ready":
        raise JobBusy("The report is being made. Read it again in a moment.", retry_after_seconds=5)
    return await anyio.Path(made.path).read_text("utf-8")


def add_resources(mcp: FastMCP) -> None:
    """Register the resources."""
    for address, title, mime_type, function in (
        ("guide/schema", "The schema language", MARKDOWN, guide),
        ("guide/kinds", "The catalogue of kinds", MARKDOWN, kinds),
        ("guide/kinds/{kind}", "A kind", JSON, kind),
        ("schemas/{schema_id}", "A schema", JSON, schema),
        ("jobs/{job_id}", "A job", JSON, job),
        ("jobs/{job_id}/rows{?offset,limit}", "A job's rows", JSON, rows),
        ("jobs/{job_id}/report", "The quality of a job's rows", JSON, report),
        ("jobs/{job_id}/report.html", "The quality of a job's rows, as a page", HTML, report_page),
    ):
        name, text = function.__name__, spoken(function)
        listed = mcp.resource(
            f"synthaix://{address}", name=name, title=title, description=text, mime_type=mime_type, icons=ICONS
        )
        listed(function)


def _whole(name: str, text: str) -> int:
    """A parameter of the address; it arrives as text, and fastmcp's own reading of it fails without a word."""
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise ArgumentInvalid(f"{name} is a whole number.", field=name)
    return int(text)


def _kinds() -> str:
    from synthaix.orchestration.schema.kinds import kinds as catalogue

    lines = ["# Kinds", "", "| kind | type | meaning | examples |", "|---|---|---|---|"]
    for kind in catalogue().values():
        examples = ", ".join(str(example) for example in kind.examples[:2]).replace("|", "\\|")
        lines.append(f"| `{kind.name}` | {kind.type} | {kind.description} | {examples} |")
    return "\n".join(lines)


def _one_kind(name: str) -> dict[str, Any]:
    from synthaix.orchestration.schema.kinds import kind as named

    found = named(name)
    rules = None if found.constraints is None else found.constraints.model_dump(exclude_none=True, mode="json")
    return {
        "kind": found.name,
        "type": found.type,
        "description": found.description,
        "constraints": rules or {},
        "examples": list(found.examples),
        "known_as": [*found.aliases, *found.hints],
    }


def _json(plain: dict[str, Any]) -> str:
    return orjson.dumps(plain).decode()
