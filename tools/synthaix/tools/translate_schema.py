"""translate_schema: a sentence, a ready schema or an edit -> a proposed schema."""

from typing import TYPE_CHECKING, Annotated, Any

from fastmcp import Context
from fastmcp.tools import ToolResult
from pydantic import BeforeValidator, Field, WithJsonSchema

from synthaix.tools.answers import answer
from synthaix.tools.arguments import SchemaObject, from_json
from synthaix.tools.calls import engine_of, owner_of
from synthaix.tools.definition import defined
from synthaix.tools.replies import Estimate, OpenQuestion, ProposedSchema
from synthaix.tools.schema_views import estimate_text, schema_text, shown_schema
from synthaix.tools.start_generation import start_of
from synthaix.tools.views import few_rows, inline, rows_text

if TYPE_CHECKING:
    from synthaix.orchestration.jobs.proposals import Proposal

MOST_NOTES = 12  # assumptions, warnings or changes named in a reply
LONGEST_NOTE = 240  # characters of one


@defined("Propose a schema", reply=ProposedSchema, reads=True, world=True, card=True)
async def translate_schema(
    ctx: Context,
    prompt: Annotated[
        str | None,
        Field(description="The request in the user's words.", examples=["10k payments with user id, amount, time"]),
    ] = None,
    context: Annotated[
        str | None, Field(description="More about it, e.g. what to include.", examples=["Include debit and credit"])
    ] = None,
    schema: SchemaObject = None,
    base_schema_id: Annotated[
        str | None, Field(description="An earlier proposal, to change or to see again.", examples=["sch_9ab1"])
    ] = None,
    changes: Annotated[
        Any,
        BeforeValidator(from_json),
        WithJsonSchema(
            {
                "type": "string",
                "description": "With base_schema_id: what to change, in words, or JSON edits.",
                "examples": ["amount between 5 and 900", '[{"op":"set","column":"amount","max":900}]'],
            }
        ),
    ] = None,
) -> ToolResult:
    """Propose the typed schema of a dataset from a request, a ready schema, or changes to an earlier proposal.

    Use when the user wants data: give exactly one of prompt, schema and base_schema_id. A ready schema is checked and
    completed without any model. Makes no rows; with a model's key it costs at most a few cents. Show the user the
    table, assumptions and questions, then preview_rows or start_generation.
    """
    proposal = await engine_of(ctx).translate(
        owner=owner_of(ctx), prompt=prompt, context=context, schema=schema, base_schema_id=base_schema_id,
        changes=changes,
    )  # fmt: skip
    reply = reply_of(proposal)
    return answer(reply, _text(proposal, reply))


def reply_of(proposal: "Proposal") -> ProposedSchema:
    """The proposal as the contract shows it."""
    draft = proposal.draft
    shown, omitted = shown_schema(draft.schema.plain(), sum(1 for _ in draft.schema.columns()))
    return ProposedSchema(
        schema=shown,
        inferred_count=draft.inferred_count,
        confidence=draft.confidence,
        schema_id=proposal.schema_id,
        schema_hash=draft.schema.hash,
        assumptions=_notes(draft.assumptions),
        questions=[
            OpenQuestion(
                text=inline(each.text, LONGEST_NOTE),
                why=inline(each.why, LONGEST_NOTE),
                options=list(each.options[:8]),
                default=each.default,
                affects=list(each.affects),
            )
            for each in draft.questions[:3]
        ],
        warnings=_notes((*draft.warnings, *proposal.estimate.warnings)),
        diff=None if draft.diff is None else _notes(draft.diff),
        preview=few_rows(proposal.preview, 900),
        estimate=Estimate.of(proposal.estimate),
        omitted=f"{omitted}; synthaix://schemas/{proposal.schema_id} has it whole" if omitted else None,
        next=start_of(proposal.schema_id, draft.inferred_count),
    )


def _text(proposal: "Proposal", reply: ProposedSchema) -> str:
    draft = proposal.draft
    sure = f"confidence {draft.confidence:.2f}"
    parts = [f"Proposed schema {proposal.schema_id} ({sure}):", schema_text(draft.schema.tables)]
    for title, notes in (("Changed", reply.diff), ("Assumed", reply.assumptions), ("Warnings", reply.warnings)):
        if notes:
            parts.append(f"{title}:\n" + "\n".join(f"- {note}" for note in notes))
    if reply.questions:
        asked = (f"- {each.text} ({' / '.join(inline(o) for o in each.options)}; assumed: {inline(each.default)})"
                 for each in reply.questions)  # fmt: skip
        parts.append("Questions for the user:\n" + "\n".join(asked))
    if proposal.preview:
        parts.append(rows_text(proposal.preview, 1_200, 3))
    count = "" if draft.inferred_count else " (the request names no number)"
    parts.append(f"Estimate{count}: {estimate_text(proposal.estimate)}")
    parts.append("To change it: translate_schema with base_schema_id and changes.")
    return "\n\n".join(parts)


def _notes(notes: tuple[str, ...]) -> list[str]:
    shown = [inline(note, LONGEST_NOTE) for note in notes[:MOST_NOTES]]
    return [*shown, f"and {len(notes) - MOST_NOTES} more"] if len(notes) > MOST_NOTES else shown
