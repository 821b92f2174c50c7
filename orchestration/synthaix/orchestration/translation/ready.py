"""A ready-made schema, read, completed and reviewed: no model is asked."""

from synthaix.orchestration.schema.draft import Draft
from synthaix.orchestration.schema.reading import read_schema
from synthaix.orchestration.schema.schema import Schema
from synthaix.orchestration.translation.completion import complete, draft_confidence
from synthaix.orchestration.translation.questions import questions_about


def ready_made(loose: object, *, has_model: bool) -> Draft:
    """The draft of a schema that the caller wrote.

    Args:
        loose: as `read_schema` takes it.

    Raises:
        SchemaInvalid: or one of its kinds.
    """
    schema = read_schema(loose)
    return drafted(schema, has_model=has_model)


def drafted(schema: Schema, *, has_model: bool) -> Draft:
    """The draft of a schema that was read."""
    whole, assumptions, warnings = complete(schema, has_model=has_model)
    rows = whole.root.rows
    return Draft(
        schema=whole,
        inferred_count=rows,
        confidence=draft_confidence(whole),
        assumptions=tuple(assumptions),
        questions=tuple(question for question in questions_about(whole, counted=True, listed=True, familiar=True)),
        warnings=tuple(warnings),
    )
