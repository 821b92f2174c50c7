"""What the columns of a table mean, before they are settled."""

from synthaix.orchestration.schema.kinds import find, kinds
from synthaix.orchestration.translation.shapes import TableSketch
from synthaix.orchestration.translation.sketches import Sketch
from synthaix.orchestration.translation.word_types import by_words


def usual_values(sketch: Sketch, table: TableSketch) -> set[str]:
    """The values that a column's kind has."""
    name = sketch.kind or table.known.get(sketch.name)
    kind = kinds().get(name or "") if name else None
    if kind is None:
        best = find(sketch.words, table.about)
        kind = best[0].kind if best and best[0].score >= 0.6 else None
    enum = kind.constraints.enum if kind is not None and kind.constraints else None
    return {str(value).casefold() for value in enum or ()}


def usual_options(sketch: Sketch, table: TableSketch) -> list[str]:
    name = sketch.kind or table.known.get(sketch.name)
    kind = kinds().get(name or "")
    if kind is None:
        best = find(sketch.words, table.about)
        kind = best[0].kind if best and best[0].score >= 0.6 else None
    enum = kind.constraints.enum if kind is not None and kind.constraints and kind.type == "category" else None
    return [str(value) for value in enum or ()]


def is_flag(sketch: Sketch) -> bool:
    best = find(sketch.words)
    return bool(best) and best[0].kind.type == "boolean"


def kind_name(sketch: Sketch, table: TableSketch) -> str:
    name = sketch.kind or table.known.get(sketch.name)
    if name:
        return name
    best = find(sketch.words, table.about, sketch.facts.type if sketch.facts.family != "text" else None)
    return best[0].kind.name if best and best[0].score >= 0.6 else ""


def kind_domain(sketch: Sketch, table: TableSketch) -> str:
    return kind_name(sketch, table).partition(".")[0]


def is_dated(sketch: Sketch, table: TableSketch) -> bool:
    name = kind_name(sketch, table)
    kind = kinds().get(name)
    typed = (
        sketch.facts.type in ("date", "datetime")
        or (kind is None and by_words(sketch.words) in ("date", "datetime"))
        or (kind is not None and kind.type in ("date", "datetime"))
    )
    return typed and name not in ("person.birth_date", "hr.hire_date", "time.last_login") and not sketch.facts.after
