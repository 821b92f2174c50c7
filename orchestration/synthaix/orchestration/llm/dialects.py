"""JSON Schema as each endpoint understands it, and how far down the ladder an endpoint stands.

Sources: OpenAI, "Structured outputs: supported schemas"; Gemini API, "Structured outputs: JSON Schema support"; both
read on 2026-11-24. What a dialect cannot say goes into the description in words; our own validation checks all of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import orjson

from synthaix.orchestration.llm.models import Endpoint

Json = dict[str, Any]
Level = Literal["arrays", "strict", "schema", "object", "text"]
LADDER: tuple[Level, ...] = ("arrays", "strict", "schema", "object", "text")
PROBES = 3  # replies of another shape, before any right one, that send an endpoint one level down

OPENAI_FORMATS = frozenset({"date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uuid"})
OPENAI_ENUM_VALUES = 1_000
OPENAI_ENUM_CHARACTERS = 15_000  # of one enum of more than 250 values
OPENAI_LONG_ENUM = 250
OPENAI_CHARACTERS = 100_000  # of all enum values; with the names 120,000 are allowed

SHAPE = frozenset({"type", "properties", "required", "items", "enum", "anyOf", "description", "additionalProperties"})
NUMBERS = frozenset({"minimum", "maximum"})
SIZES = frozenset({"minItems", "maxItems"})
TUPLES = frozenset({"prefixItems"})


@dataclass(frozen=True, slots=True)
class Dialect:
    """A subset of JSON Schema.

    Attributes:
        keywords: what may be said at all.
        formats: values of `format`; None: any.
        most_enum_values: over the whole schema; further enums go into words.
    """

    name: str
    keywords: frozenset[str]
    formats: frozenset[str] | None = None
    most_enum_values: int = 10_000


OPENAI = Dialect(
    "openai",
    SHAPE | NUMBERS | SIZES | {"exclusiveMinimum", "exclusiveMaximum", "multipleOf", "pattern", "format"},
    OPENAI_FORMATS,
    OPENAI_ENUM_VALUES,
)
OPENAI_TUNED = Dialect("openai, fine-tuned", SHAPE | {"format"}, OPENAI_FORMATS, OPENAI_ENUM_VALUES)
GEMINI = Dialect("gemini", SHAPE | NUMBERS | SIZES | TUPLES | {"format"}, frozenset({"date-time", "date", "time"}), 500)
WIDE = Dialect("compatible", SHAPE | NUMBERS | SIZES | TUPLES | {"minLength", "maxLength", "pattern", "format"})

WORDS: dict[str, str] = {
    "minimum": "at least {}",
    "maximum": "at most {}",
    "exclusiveMinimum": "more than {}",
    "exclusiveMaximum": "less than {}",
    "multipleOf": "a multiple of {}",
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "minItems": "at least {} items",
    "maxItems": "at most {} items",
    "pattern": "matches the regular expression {}",
    "format": "in the form {}",
    "enum": "one of {}",
    "const": "always {}",
}


def dialect_of(endpoint: Endpoint) -> Dialect:
    """The subset that is safe to send to this endpoint."""
    if endpoint.provider == "gemini" or endpoint.family.startswith("gemini"):
        return GEMINI
    if endpoint.family.startswith("ft:"):
        return OPENAI_TUNED
    return OPENAI if endpoint.official else WIDE


def compile_schema(schema: Mapping[str, Any], dialect: Dialect) -> Json:
    """The schema in this dialect.

    Every field is required, since optional ones are nullable; objects are closed. What is lost is told in the
    `description` of the property, if it has one: a property without is described in the prompt, rules and all.
    """
    return _Compiler(dialect).node(schema)


class _Compiler:
    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._enum_values = 0
        self._characters = 0

    def node(self, schema: Mapping[str, Any]) -> Json:
        said: Json = {}
        lost: list[str] = []
        if "const" in schema:
            schema = {**{k: v for k, v in schema.items() if k != "const"}, "enum": [schema["const"]]}
        for keyword, value in schema.items():
            if self._can_say(keyword, value):
                said[keyword] = self._part(keyword, value)
            elif keyword in WORDS:
                lost.append(WORDS[keyword].format(_in_words(value)))
        if "properties" in said:
            said["required"] = list(said["properties"])
            said["additionalProperties"] = False
        if lost and "description" in said:
            said["description"] = f"{said['description'].rstrip('. ')} ({'; '.join(lost)})".strip()
        return said

    def _can_say(self, keyword: str, value: Any) -> bool:
        dialect = self._dialect
        if keyword not in dialect.keywords:
            return False
        if keyword == "format":
            return dialect.formats is None or value in dialect.formats
        if keyword == "enum":
            characters = sum(len(str(choice)) for choice in value)
            long = len(value) > OPENAI_LONG_ENUM and characters > OPENAI_ENUM_CHARACTERS
            many = self._enum_values + len(value) > dialect.most_enum_values
            if long or many or self._characters + characters > OPENAI_CHARACTERS:
                return False
            self._enum_values += len(value)
            self._characters += characters
        return True

    def _part(self, keyword: str, value: Any) -> Any:
        if keyword == "properties":
            return {name: self.node(sub) for name, sub in value.items()}
        if keyword == "items" and isinstance(value, dict):
            return self.node(value)
        if keyword in ("anyOf", "prefixItems"):
            return [self.node(sub) for sub in value]
        return value


def _in_words(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(str(part) for part in value[:40])
    return str(value)


@dataclass(slots=True)
class Standing:
    """What an endpoint has turned out to take; one per (base URL, model), shared by all calls.

    Attributes:
        level: how the form of the answer is asked for. `arrays` is `strict` with rows as arrays of cells, a tenth
            shorter; below it rows are objects, since a model that is only told of a form does better with names.
        dropped: parameters that the endpoint does not take.
        modern: whether it wants `max_completion_tokens` for `max_tokens`.
    """

    endpoint: Endpoint
    level: Level = "strict"
    dropped: set[str] = field(default_factory=set)
    modern: bool = False
    _proved: bool = False
    _misfits: int = 0

    @classmethod
    def of(cls, endpoint: Endpoint) -> "Standing":
        """The best guess before the first call."""
        level: Level = "arrays" if dialect_of(endpoint).keywords >= TUPLES else "strict"
        return cls(endpoint, level, modern=endpoint.official and endpoint.provider == "openai")

    @property
    def described(self) -> str:
        """For people: dialect and level."""
        return f"{dialect_of(self.endpoint).name}, {self.level}"

    def form(self, schema: Mapping[str, Any], *, tabular: bool = False) -> tuple[Json, str]:
        """How to ask for this schema: the parameters, and what is added to the system message.

        Args:
            tabular: see `Prompt`.
        """
        told = ""
        if tabular and self.level == "arrays":
            schema, told = _rows_as_arrays(schema)
        compiled = compile_schema(schema, dialect_of(self.endpoint))
        match self.level:
            case "arrays" | "strict" | "schema":
                named: Json = {"name": "answer", "schema": compiled}
                if self.level != "schema":
                    named["strict"] = True
                return {"response_format": {"type": "json_schema", "json_schema": named}}, told
            case "object":
                return {"response_format": {"type": "json_object"}}, _told(compiled)
            case "text":
                return {}, _told(compiled)

    def refused_form(self, tried: Level) -> bool:
        """The endpoint did not take the form asked for at `tried`. Returns whether there is another to try."""
        if tried != self.level:
            return True  # another call has already gone down
        if tried == LADDER[-1]:
            return False
        self.level = LADDER[LADDER.index(tried) + 1]
        self._misfits, self._proved = 0, False
        return True

    def judge(self, tried: Level, fits: bool) -> None:
        """Learn from a reply that ended by itself: some gateways drop `response_format` without a word."""
        if tried != self.level or self._proved:
            return
        if fits:
            self._proved = True
            return
        self._misfits += 1
        if self._misfits >= PROBES:
            if tried == "arrays":  # a form that is not kept at all does not fail for its arrays
                self.level = tried = "strict"
            self.refused_form(tried)


def _rows_as_arrays(schema: Mapping[str, Any]) -> tuple[Json, str]:
    """The schema with each row as the array of its cells, in the order of its properties, and what to say about it."""
    rows = schema["properties"]["rows"]
    cells = rows["items"]["properties"]
    row = {
        "type": "array", "prefixItems": [{**cell, "description": name} for name, cell in cells.items()],
        "minItems": len(cells), "maxItems": len(cells),
    }  # fmt: skip
    properties = {**schema["properties"], "rows": {**rows, "items": row}}
    return {**schema, "properties": properties}, f"\nEach row is an array: [{','.join(cells)}]"


def _told(schema: Json) -> str:
    return "\nAnswer with one JSON object of this schema and nothing else:\n" + orjson.dumps(schema).decode()


def fits(text: str, schema: Mapping[str, Any]) -> bool:
    """Whether a text is one JSON object with the schema's own keys: what every level but `text` should give."""
    try:
        read = orjson.loads(text)
    except orjson.JSONDecodeError:
        return False
    return isinstance(read, dict) and set(schema.get("properties", {})) <= set(read)
