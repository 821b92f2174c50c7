"""One column: what it is called, what it holds, and how its cells are made."""

from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

ColumnType = Literal[
    "string", "text", "integer", "float", "decimal", "boolean", "date", "time", "datetime", "uuid", "category",
    "array", "object",
]  # fmt: skip
Strategy = Literal["sampler", "pool", "expression", "llm"]
StringFormat = Literal["email", "hostname", "ipv4", "ipv6", "uri", "uuid"]
DistributionName = Literal["uniform", "normal", "lognormal", "exponential", "poisson", "zipf", "sequence"]
Cell = str | int | float | bool | list["Cell"] | dict[str, "Cell"] | None  # as stored: dates and times in ISO 8601

COLUMN_TYPES: tuple[ColumnType, ...] = get_args(ColumnType)
STRATEGIES: tuple[Strategy, ...] = get_args(Strategy)
NUMERIC_TYPES = frozenset({"integer", "float", "decimal"})
TEMPORAL_TYPES = frozenset({"date", "time", "datetime"})

Name = Annotated[str, Field(min_length=1, max_length=64)]
Short = Annotated[str, Field(max_length=2_000)]


class Frozen(BaseModel):
    """A part of a schema: immutable, and closed to unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="strings")


class Distribution(Frozen):
    """How numbers spread; a parameter that is left out follows from `min` and `max`.

    normal: `mean`, `std`. lognormal: `median`, `sigma` (of the logarithm). exponential: `mean`.
    poisson: `mean`. zipf: `exponent` (> 1). sequence: `start`, `step` (filled from the row's position).
    """

    name: DistributionName
    mean: float | None = None
    std: Annotated[float, Field(gt=0)] | None = None
    median: Annotated[float, Field(gt=0)] | None = None
    sigma: Annotated[float, Field(gt=0, le=10)] | None = None
    exponent: Annotated[float, Field(gt=1, le=20)] | None = None
    start: int | None = None
    step: int | None = None


class Constraints(Frozen):
    """What every cell of a column obeys. `min` and `max` are numbers, or ISO 8601 text for dates and times."""

    min: int | float | str | None = None
    max: int | float | str | None = None
    exclusive_min: int | float | None = None
    exclusive_max: int | float | None = None
    decimals: Annotated[int, Field(ge=0, le=10)] | None = None
    pattern: Annotated[str, Field(max_length=512)] | None = None
    min_length: Annotated[int, Field(ge=0, le=100_000)] | None = None
    max_length: Annotated[int, Field(ge=0, le=100_000)] | None = None
    enum: Annotated[list[str | int | float | bool], Field(min_length=1, max_length=10_000)] | None = None
    weights: Annotated[list[Annotated[float, Field(ge=0)]], Field(min_length=1, max_length=10_000)] | None = None
    unique: bool = False
    nullable: bool = False
    null_rate: Annotated[float, Field(ge=0, le=1)] | None = None
    format: StringFormat | None = None
    distribution: Distribution | None = None
    references: Short | None = None
    after: Short | None = None
    before: Short | None = None
    expression: Short | None = None


class Column(Frozen):
    """A column of a table.

    Attributes:
        kind: what the cells mean, a name of the catalogue such as `person.full_name`.
        strategy: how they are made; completed by translation when left out.
        confidence: how sure translation was, 0 to 1; not part of the schema's hash.
        values: what a pool draws from.
        template: text with slots: `{column}`, `{kind.name}` or `{one|two|three}`; several to choose from.
        depends_on: columns that the model is shown before it writes this one.
    """

    name: Name
    type: ColumnType
    description: Short = ""
    kind: Name | None = None
    strategy: Strategy | None = None
    constraints: Constraints | None = None
    examples: Annotated[list[str | int | float | bool], Field(max_length=50)] | None = None
    confidence: Annotated[float, Field(ge=0, le=1)] | None = None
    locale: Annotated[str, Field(max_length=16)] | None = None
    values: Annotated[list[str | int | float | bool], Field(min_length=1, max_length=100_000)] | None = None
    template: Short | Annotated[list[Short], Field(min_length=1, max_length=1_000)] | None = None
    depends_on: list[Name] | None = None

    @property
    def rules(self) -> Constraints:
        """The constraints, empty ones when none were given."""
        return self.constraints or NO_CONSTRAINTS

    @property
    def is_sequence(self) -> bool:
        """Whether the cells are filled from the row's position at commit."""
        spread = self.rules.distribution
        return spread is not None and spread.name == "sequence"

    @property
    def is_identifier(self) -> bool:
        """Whether the cells tell rows apart and say nothing else."""
        return self.rules.unique or self.type == "uuid" or self.is_sequence


NO_CONSTRAINTS = Constraints()
