"""What the engine tells of its work: a span of OpenTelemetry for each piece, and at its end a word to who listens.

A piece is a job's run, a chunk, its verdicts, its commit, a model's call or an export, never a row: it costs some
microseconds. Without an SDK in the process the spans are nothing.

What is told are numbers, ids that the server made, and names of models, stages and errors: no cell, no prompt, no name
of a column, no text of an error.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from opentelemetry.trace import SpanKind, Status, StatusCode, Tracer, get_tracer

from synthaix.orchestration.errors import SynthAIxError

Work = Literal["job", "chunk", "dedup", "commit", "call", "export"]
Fact = str | int | float | tuple[str, ...]
GIVEN_UP = ("CancelledError", "GeneratorExit")  # nobody's fault


@dataclass(frozen=True, slots=True)
class Ended:
    """A piece of work that is over.

    Attributes:
        outcome: `ok`, `cancelled`, or the code of an error of ours; `fault` for any other.
        facts: as in its span.
    """

    work: Work
    seconds: float
    outcome: str
    facts: Mapping[str, Fact]


class Watch:
    """Watches the work of one engine.

    Args:
        tracer: where spans go; by default to the SDK of this process, if there is one.
    """

    def __init__(self, tracer: Tracer | None = None) -> None:
        self._tracer = tracer or get_tracer("synthaix")
        self._listeners: list[Callable[[Ended], object]] = []
        self.under_way: Counter[Work] = Counter()

    def listen(self, listener: Callable[[Ended], object]) -> None:
        """Tell this one too what ends; it is called on the engine's loop, and must be quick."""
        self._listeners.append(listener)

    @contextmanager
    def during(self, work: Work, facts: dict[str, Fact], *, name: str | None = None) -> Iterator[None]:
        """Watch a piece of work.

        Args:
            facts: what may be told; more can be added until it ends. A name with a dot is one of OpenTelemetry's own
                conventions.
            name: of the span; that of the work by default.
        """
        kind = SpanKind.CLIENT if work == "call" else SpanKind.INTERNAL
        began, outcome = time.perf_counter(), "ok"
        self.under_way[work] += 1
        with self._tracer.start_as_current_span(
            name or work, kind=kind, record_exception=False, set_status_on_exception=False  # its text may hold anything
        ) as span:  # fmt: skip
            try:
                yield
            except BaseException as exc:
                outcome = _outcome(exc)
                if outcome != "cancelled":
                    span.set_status(Status(StatusCode.ERROR))
                    span.set_attribute("error.type", outcome)
                raise
            finally:
                self.under_way[work] -= 1
                span.set_attributes({_attribute(key): fact for key, fact in facts.items()})
                ended = Ended(work, time.perf_counter() - began, outcome, facts)
                for listener in self._listeners:
                    listener(ended)


def _attribute(key: str) -> str:
    return key if "." in key else f"synthaix.{key}"


def _outcome(error: BaseException) -> str:
    if isinstance(error, SynthAIxError):
        return error.code
    return "cancelled" if type(error).__name__ in GIVEN_UP else "fault"
