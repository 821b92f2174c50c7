"""A new revision of a draft: by typed edits, or by words."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import orjson

from synthaix.orchestration.errors import ArgumentInvalid
from synthaix.orchestration.schema.draft import Draft
from synthaix.orchestration.schema.reading import read_schema
from synthaix.orchestration.schema.schema import Schema
from synthaix.orchestration.translation.completion import complete, draft_confidence
from synthaix.orchestration.translation.diff import diff_of
from synthaix.orchestration.translation.edits import OPS, Working, apply_edit
from synthaix.orchestration.translation.instructions import by_words
from synthaix.orchestration.translation.lookups import not_understood
from synthaix.orchestration.translation.moments import TODAY
from synthaix.orchestration.translation.questions import questions_about
from synthaix.orchestration.translation.wording import LONGEST

MOST_EDITS = 100


def revise(base: Draft, changes: object, *, has_model: bool, today: date = TODAY) -> Draft:
    """The draft with changes made, and what changed in words.

    Args:
        changes: words, or edits `{op: add|remove|rename|set|reorder, column, table, ...}`, one or a list.

    Raises:
        ArgumentInvalid: a change that is not understood, or that names what is not there; nothing is changed then.
        SchemaInvalid: the changed schema does not hold together.
    """
    working = Working.of(base.schema, base.inferred_count)
    edits = _edits(changes)
    if edits is None:
        by_words(working, str(changes), today)
    else:
        for place, edit in enumerate(edits):
            apply_edit(working, edit, f"changes[{place}]" if len(edits) > 1 or isinstance(changes, list) else "changes")
    schema = read_schema(Schema(tables=tuple(working.tables)))
    whole, assumptions, warnings = complete(schema, has_model=has_model)
    diff = list(diff_of(base.schema, whole, working.renamed))
    if working.count != base.inferred_count:
        diff.append(f"Rows: {base.inferred_count or 'not said'} -> {working.count}.")
    if not diff:
        diff.append("Nothing changed: the schema says this already.")
    return replace(
        base,
        schema=whole,
        inferred_count=working.count,
        confidence=draft_confidence(whole),
        assumptions=tuple(dict.fromkeys([*_still(base.assumptions, base.schema, whole), *assumptions])),
        questions=questions_about(whole, counted=working.count is not None, listed=True, familiar=True),
        warnings=tuple(dict.fromkeys(warnings)),
        diff=tuple(diff),
    )


def _still(notes: tuple[str, ...], old: Schema, new: Schema) -> list[str]:
    """The assumptions that speak of no column that went or changed."""
    before = {(table.name, column.name): column for table, column in old.columns()}
    after = {(table.name, column.name): column for table, column in new.columns()}
    touched = {
        name
        for (table, name), column in before.items()
        if (table, name) not in after
        or after[(table, name)].model_copy(update={"confidence": None})
        != column.model_copy(update={"confidence": None})
    }
    return [note for note in notes if not any(f"`{name}`" in note for name in touched)]


def _edits(changes: object) -> list[Mapping[str, Any]] | None:
    """Typed edits; None when the changes are words."""
    loose = changes
    if isinstance(changes, str):
        if not changes.strip():
            raise not_understood("There is nothing to change.")
        if len(changes) > LONGEST:
            raise ArgumentInvalid(f"At most {LONGEST:,} characters.", field="changes")
        if changes.lstrip()[:1] not in "[{":
            return None
        try:
            loose = orjson.loads(changes)
        except ValueError:
            return None
    if isinstance(loose, Mapping):
        inner = next(
            (
                loose[key]
                for key in ("edits", "changes", "operations")
                if isinstance(loose.get(key), list) and "op" not in loose
            ),
            None,
        )
        loose = inner if inner is not None else [loose]
    if not isinstance(loose, list) or not loose:
        raise not_understood("Changes are words, or a list of edits.")
    if len(loose) > MOST_EDITS:
        raise ArgumentInvalid(f"At most {MOST_EDITS} edits at once.", field="changes")
    if all(isinstance(edit, str) for edit in loose):
        raise ArgumentInvalid("Edits are objects with an `op`; write words as one text.", field="changes", allowed=OPS)
    for place, edit in enumerate(loose):
        if not isinstance(edit, Mapping):
            raise ArgumentInvalid("An edit is an object with an `op`.", field=f"changes[{place}]", allowed=OPS)
    return loose
