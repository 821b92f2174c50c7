"""check_duplicates: which rows repeat others."""

from typing import TYPE_CHECKING, Any

from fastmcp import Context
from fastmcp.tools import ToolResult

from synthaix.orchestration.errors import ArgumentInvalid
from synthaix.tools.answers import answer
from synthaix.tools.arguments import Columns, OptionalJobId, Rows, SchemaId, Threshold
from synthaix.tools.calls import engine_of, owner_of
from synthaix.tools.definition import defined
from synthaix.tools.replies import CheckedRows, Next, RowMatch
from synthaix.tools.start_generation import start_of
from synthaix.tools.views import inline

if TYPE_CHECKING:
    from synthaix.orchestration.dedup.check import Check

MOST_ROWS = 1_000
MOST_MATCHES_BYTES = 9_000
MOST_LINES = 20


@defined("Find duplicate rows", reply=CheckedRows, reads=True, repeats=True)
async def check_duplicates(
    ctx: Context,
    rows: Rows,
    job_id: OptionalJobId = None,
    schema_id: SchemaId = None,
    against: Rows = None,
    columns: Columns = None,
    deduplication_threshold: Threshold = None,
) -> ToolResult:
    """Say which of the given rows repeat a job's rows, other given rows, or each other.

    Use to vet rows from elsewhere: against a job (job_id), or among themselves and against others, by a schema
    (schema_id) or, with neither, by what their cells look like. Grey (may be a duplicate) is not flagged in
    duplicates. Reads only: generation itself is deduplicated already. Next: fetch_results or start_generation.
    """
    check = await engine_of(ctx).check(
        _rows("rows", rows) or [],
        owner=owner_of(ctx),
        job_id=job_id,
        schema_id=schema_id,
        against=_rows("against", against),
        columns=columns,
        threshold=deduplication_threshold,
    )
    reply = _reply(check)
    if job_id is None:
        reply.next = start_of(schema_id, None)
    else:
        reply.next = Next(tool="fetch_results", arguments={"job_id": job_id, "format": "csv"})
    return answer(reply, _text(check, reply))


def _rows(field: str, loose: Any) -> list[dict[str, Any]] | None:
    """The rows, if they are rows. Raises ArgumentInvalid."""
    if loose is None and field == "against":
        return None
    if not isinstance(loose, list) or not all(isinstance(row, dict) for row in loose):
        raise ArgumentInvalid("Give a list of rows, each an object of cells by column.", field=field)
    if not loose or len(loose) > MOST_ROWS:
        raise ArgumentInvalid(f"Give 1 to {MOST_ROWS:,} rows.", field=field)
    return loose


def _reply(check: "Check") -> CheckedRows:
    matches, size = [], 0
    told = [match for match in check.matches if match.verdict != "unique"]
    for match in told:
        one = RowMatch(
            index=match.index,
            verdict=match.verdict,
            of=match.of,
            stage=match.stage,
            similarity=None if match.similarity is None else round(match.similarity, 4),
            columns=list(match.columns[:20]),
        )
        size += len(one.model_dump_json(exclude_none=True))
        if size > MOST_MATCHES_BYTES:
            break
        matches.append(one)
    left = len(told) - len(matches)
    return CheckedRows(
        duplicates=check.duplicates,
        matches=matches,
        compared_with=check.compared_with,
        explanation=check.explanation,
        embedder=check.embedder,
        omitted=f"{left:,} more matches; check fewer rows at once" if left else None,
    )


def _text(check: "Check", reply: CheckedRows) -> str:
    found = sum(check.duplicates)
    grey = sum(1 for match in check.matches if match.verdict == "grey")
    parts = [
        f"{found:,} of {len(check.duplicates):,} rows are duplicates, {grey:,} may be; compared with "
        f"{check.compared_with:,} rows. {check.explanation}"
    ]
    for match in reply.matches[:MOST_LINES]:
        alike = "" if match.similarity is None else f", similarity {match.similarity:.2f}"
        differ = f", differs in {', '.join(inline(name, 40) for name in match.columns)}" if match.columns else ""
        parts.append(f"- row {match.index}: {match.verdict} of {match.of or 'another row'}{alike}{differ}")
    flags = [str(index) for index, flag in enumerate(check.duplicates) if flag]
    if len(flags) > MOST_LINES:
        parts.append(f"Duplicates, by index: {', '.join(flags)}")
    if reply.omitted:
        parts.append(f"({reply.omitted})")
    return "\n".join(parts)
