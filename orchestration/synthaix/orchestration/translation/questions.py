"""What the human could still settle, the largest effect on the rows first."""

from synthaix.orchestration.schema.column import Column
from synthaix.orchestration.schema.draft import Question
from synthaix.orchestration.schema.kinds import kinds
from synthaix.orchestration.schema.schema import Schema, Table
from synthaix.orchestration.translation.completion import REPEATED
from synthaix.orchestration.translation.meaning import DEFAULT, INFERRED

MOST_QUESTIONS = 3
DEFAULT_ROWS = 100


def questions_about(schema: Schema, *, counted: bool, listed: bool, familiar: bool) -> tuple[Question, ...]:
    """At most three questions about a draft.

    Args:
        counted: whether the request says how many rows.
        listed: whether it names the columns.
        familiar: whether its subject is known.
    """
    found: list[Question] = []
    if not familiar and not listed:
        found.append(_about_subject(schema.root))
    if not counted:
        found.append(_about_count(schema.root))
    for table in schema.tables:
        found += [question for column in table.columns if (question := _about_column(column)) is not None]
    if not listed and familiar:
        found.append(_about_columns(schema.root))
    return tuple(found[:MOST_QUESTIONS])


def _about_subject(table: Table) -> Question:
    return Question(
        text="Which columns should a row have?",
        why="The request names none, and what it is about is not in the catalogue.",
        options=("keep these", "name them"),
        default="keep these",
        affects=table.names,
    )


def _about_count(table: Table) -> Question:
    return Question(
        text="How many rows?",
        why="The request names no number.",
        options=("100", "1,000", "10,000"),
        default=str(DEFAULT_ROWS),
        affects=(table.name,),
    )


def _about_columns(table: Table) -> Question:
    return Question(
        text="Are these the columns you need?",
        why="The request names none; these are usual for its subject.",
        options=("yes", "add or remove some"),
        default="yes",
        affects=table.names,
    )


def _about_column(column: Column) -> Question | None:
    """What is unclear about one column, if anything is."""
    if column.rules.references or column.rules.expression or column.values or column.template:
        return None
    confidence = column.confidence if column.confidence is not None else 1.0
    if column.kind is None and confidence <= DEFAULT and not column.rules.enum:
        return Question(
            text=f"What does `{column.name}` hold?",
            why="The catalogue does not know this name.",
            options=("a few fixed values", "numbers", "dates", "names", "free text"),
            default=_told(column.type),
            affects=(column.name,),
        )
    if column.kind == "general.category" and not _is_own_enum(column):
        return Question(
            text=f"Which values can `{column.name}` take?",
            why="The request does not list them.",
            options=("keep the usual ones", "list them"),
            default=", ".join(str(value) for value in (column.rules.enum or ["general"])[:6]),
            affects=(column.name,),
        )
    if column.kind == "id.number" and column.rules.max == REPEATED and not column.rules.unique:
        return Question(
            text=f"May the same `{column.name}` appear in several rows?",
            why="It decides whether it numbers the rows or points at something else.",
            options=("yes", "no, it is unique"),
            default="yes",
            affects=(column.name,),
        )
    if confidence <= INFERRED and column.kind is not None:
        return Question(
            text=f"Is `{column.name}` meant as: {kinds()[column.kind].description.rstrip('.').lower()}?",
            why="The name fits it only in part.",
            options=("yes", "no"),
            default="yes",
            affects=(column.name,),
        )
    return None


def _is_own_enum(column: Column) -> bool:
    usual = kinds()["general.category"].constraints
    return usual is None or column.rules.enum != usual.enum


def _told(type_: str) -> str:
    return {"string": "short text", "text": "free text", "category": "a few fixed values"}.get(type_, f"{type_} values")
