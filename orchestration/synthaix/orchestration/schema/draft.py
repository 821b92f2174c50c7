"""A proposed schema under review, with what was assumed and what is still open."""

from dataclasses import asdict, dataclass
from typing import Any

import orjson

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
    diff: tuple[str, ...] | None = None

    def to_json(self) -> bytes:
        """As stored."""
        plain = {name: getattr(self, name) for name in self.__slots__ if name not in ("schema", "questions")}
        questions = [asdict(question) for question in self.questions]
        return orjson.dumps({**plain, "schema": self.schema.model_dump(mode="json"), "questions": questions})

    @classmethod
    def from_json(cls, stored: bytes) -> "Draft":
        """As `to_json` wrote it."""
        loose: dict[str, Any] = orjson.loads(stored)
        questions = tuple(
            Question(**{**q, "options": tuple(q["options"]), "affects": tuple(q["affects"])})
            for q in loose["questions"]
        )
        return cls(
            schema=Schema.model_validate(loose["schema"]),
            inferred_count=loose["inferred_count"],
            confidence=loose["confidence"],
            assumptions=tuple(loose["assumptions"]),
            questions=questions,
            warnings=tuple(loose["warnings"]),
            diff=None if loose["diff"] is None else tuple(loose["diff"]),
        )
