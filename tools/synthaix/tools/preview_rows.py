"""preview_rows: a few rows as they would come out."""

from typing import TYPE_CHECKING, Annotated, Any

import orjson
from fastmcp import Context
from fastmcp.tools import ToolResult
from pydantic import Field

from synthaix.tools.answers import answer
from synthaix.tools.arguments import SchemaId, SchemaObject, Seed, Whole
from synthaix.tools.calls import engine_of, owner_of
from synthaix.tools.definition import defined
from synthaix.tools.replies import RowsPreview
from synthaix.tools.start_generation import start_of
from synthaix.tools.views import few_rows, inline, rows_text

if TYPE_CHECKING:
    from synthaix.orchestration.jobs.previews import Preview

MOST_BYTES = 20_000  # of all rows together
SHOWN_BYTES = 6_000  # of the text


@defined("Preview some rows", reply=RowsPreview, reads=True, world=True)
async def preview_rows(
    ctx: Context,
    schema_id: SchemaId = None,
    schema: SchemaObject = None,
    rows: Annotated[
        Whole, Field(description="Of each table.", examples=[3], json_schema_extra={"minimum": 1, "maximum": 50})
    ] = 5,
    seed: Seed = None,
) -> ToolResult:
    """Show a few rows of every table as a job with this seed would begin, without starting one.

    Use after translate_schema, when the user wants to see rows before saying yes. Give schema_id or schema. Stores
    nothing; with a model's key it may cost a few cents. Next: translate_schema with changes, or start_generation.
    """
    shown = await engine_of(ctx).preview(
        owner=owner_of(ctx), schema_id=schema_id, schema=schema, rows=rows, seed=seed
    )
    return _answer(shown)


def _answer(shown: "Preview") -> ToolResult:
    tables, cut = _fitting(shown.tables)
    alone = len(tables) == 1
    reply = RowsPreview(
        rows=next(iter(tables.values())) if alone else None,
        tables=None if alone else tables,
        seed=shown.seed,
        notes=list(shown.notes[:12]),
        truncated=cut or None,
        next=start_of(shown.schema_id, shown.inferred_count, seed=shown.seed),
    )
    parts = [f"As a job with seed {shown.seed} would begin:"]
    for name, rows in tables.items():
        each = SHOWN_BYTES // len(tables)
        parts.append(("" if alone else f"{inline(name, 64)}:\n") + rows_text(rows, each, 10))
    parts += [inline(note, 240) for note in shown.notes[:12]]
    return answer(reply, "\n\n".join(parts))


def _fitting(tables: dict[str, list[dict[str, Any]]]) -> tuple[dict[str, list[dict[str, Any]]], bool]:
    """The rows, cut where they are too many or too wide for a reply."""
    if len(orjson.dumps(tables)) <= MOST_BYTES:
        return tables, False
    each = MOST_BYTES // len(tables)
    return {name: few_rows(rows, each, len(rows)) for name, rows in tables.items()}, True
