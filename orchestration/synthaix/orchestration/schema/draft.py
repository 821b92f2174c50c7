"""A proposed schema under review, with what was assumed and what is still open."""

from dataclasses import dataclass, field

from synthaix.orchestration.schema.schema import Schema


@dataclass(frozen=True, slots=True)
class Question:
    """Something that the human could settle.

    Attributes:
        text: the question in one sentence.
        options: answers to choose from.
        default: the answer that the draft already assumes.
        affects: the columns or numbers that the answer changes.
    """

    text: str
    why: str
    options: tuple[str, ...]
    default: str
    affects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """What translation proposes.

    Attributes:
        schema: complete: every column has a strategy and a confidence.
        inferred_count: rows of the root table that the request asks for; None when it says nothing.
        confidence: the least over the required columns, 0 to 1.
        diff: what changed against the earlier revision, in words; None for a first draft.
    """

    schema: Schema
    inferred_count: int | None = None
    confidence: float = 1.0
    assumptions: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()
    warnings: tuple[str, ...] = ()
    diff: tuple[str, ...] | None = field(default=None)
