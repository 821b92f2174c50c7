"""What a column can mean, and the three ways to write one down."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from synthaix.orchestration.schema.column import ColumnType, Constraints

Example = str | int | float | bool


@dataclass(frozen=True, slots=True)
class Kind:
    """One meaning of a column.

    Attributes:
        name: `domain.noun`, such as `person.full_name`.
        type: the column type that suits it.
        aliases: words and phrases that a column's name or a request uses for it, lower case.
        hints: aliases that mean it only when nothing better does, such as `name` for a person's name.
        constraints: sane defaults; what the request states wins.
        text: whether the cells are language, which an LLM or a pool writes.
    """

    name: str
    type: ColumnType
    description: str
    aliases: tuple[str, ...]
    hints: tuple[str, ...] = ()
    constraints: Constraints | None = None
    examples: tuple[Example, ...] = ()
    text: bool = False

    @property
    def domain(self) -> str:
        """The part before the dot."""
        return self.name.partition(".")[0]


def entry(
    name: str, type: ColumnType, description: str, aliases: str, examples: Sequence[Example] = (), **constraints: object
) -> Kind:
    """A kind; `aliases` are separated by commas, and one that begins with `~` is only a hint."""
    words = [word.strip() for word in aliases.split(",")]
    return Kind(
        name=name,
        type=type,
        description=description,
        aliases=tuple(word for word in words if not word.startswith("~")),
        hints=tuple(word[1:] for word in words if word.startswith("~")),
        constraints=Constraints.model_validate(constraints) if constraints else None,
        examples=tuple(examples),
        text=type == "text",
    )


def choice(name: str, description: str, aliases: str, options: str, weights: Sequence[float] | None = None) -> Kind:
    """A kind with a small closed set of values; `options` are separated by commas."""
    values = [option.strip() for option in options.split(",")]
    spread = {"weights": list(weights)} if weights else {}
    return entry(name, "category", description, aliases, values[:3], enum=values, **spread)


def number(
    name: str,
    type: Literal["integer", "float", "decimal"],
    description: str,
    aliases: str,
    least: float,
    most: float,
    examples: Sequence[Example],
    /,
    *,
    decimals: int | None = None,
    **spread: object,
) -> Kind:
    """A kind of bounded number; `spread` is the distribution with its parameters."""
    constraints: dict[str, object] = {"min": least, "max": most}
    if decimals is not None:
        constraints["decimals"] = decimals
    if spread:
        constraints["distribution"] = spread
    return entry(name, type, description, aliases, examples, **constraints)
