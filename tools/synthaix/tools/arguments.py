"""The types of the tools' arguments: what an agent reads about each, and what is forgiven.

Ranges are stated here for the reader and enforced by the engine, whose errors name the field and never echo it.
JSON given as text is taken where an object or a list is meant: models make that mistake often.
"""

from typing import Annotated, Any, Literal

import orjson
from pydantic import BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

LONGEST_JSON = 1_000_000  # characters of JSON given as text

ReplyFormat = Annotated[Literal["concise", "detailed"], Field(description="detailed: every count and its reasons.")]
ExportFormat = Literal["json", "csv", "jsonl", "parquet", "avro", "xlsx", "sql"]
JobState = Literal["pending", "processing", "paused", "completed", "stopped", "cancelled", "failed"]


def from_json(value: object) -> object:
    """The value, read if it is a JSON object or list in text."""
    if not isinstance(value, str) or not value.lstrip().startswith(("{", "[")):
        return value
    if len(value) > LONGEST_JSON:
        raise PydanticCustomError("too_long", "At most one million characters of JSON.")
    try:
        return orjson.loads(value)
    except orjson.JSONDecodeError as exc:
        raise PydanticCustomError("json_invalid", "This is not valid JSON.") from exc


def _whole(value: object) -> object:
    if isinstance(value, bool):  # True is 1 to Python, and never what was meant
        raise PydanticCustomError("int_type", "Input should be a whole number.")
    return value.replace(",", "").replace("_", "").strip() if isinstance(value, str) else value


def _threshold(value: object) -> object:
    return None if isinstance(value, str) and value.strip().lower() in ("", "auto") else value


def _names(value: object) -> object:
    read = from_json(value)
    return [read] if isinstance(read, str) else read


Whole = Annotated[int, BeforeValidator(_whole)]
Loose = Annotated[Any, BeforeValidator(from_json)]

JobId = Annotated[str, Field(description="From start_generation or list_jobs.", examples=["job_4f0c"])]
OptionalJobId = Annotated[str | None, Field(description="Compare with this job's rows.", examples=["job_4f0c"])]
SchemaId = Annotated[
    str | None, Field(description="From translate_schema.", examples=["sch_9ab1"])
]
SchemaObject = Annotated[
    Loose,
    WithJsonSchema(
        {
            "type": "object",
            "description": "A ready schema; see synthaix://guide/schema.",
            "examples": [{"columns": [{"name": "age", "type": "integer"}]}],
        }
    ),
]
Rows = Annotated[
    Loose,
    WithJsonSchema(
        {
            "type": "array",
            "items": {"type": "object"},
            "maxItems": 1000,
            "description": "Rows as {column: cell}.",
            "examples": [[{"name": "Ana", "city": "Lisbon"}]],
        }
    ),
]
Columns = Annotated[
    list[str] | None, BeforeValidator(_names), Field(description="Only these columns.", examples=[["name", "city"]])
]
TableName = Annotated[str | None, Field(description="Where there are several; default: the root.", examples=["orders"])]
Cursor = Annotated[str | None, Field(description="next_cursor of the answer before.", examples=["b2Zmc2V0"])]
Limit = Annotated[Whole, Field(description="At most so many.", json_schema_extra={"minimum": 1})]
Seed = Annotated[
    Whole | None, Field(description="Same seed, same rows.", examples=[42], json_schema_extra={"minimum": 0})
]
Cap = Annotated[
    float | None,
    Field(description="Cap on what the job may cost.", examples=[1.5], json_schema_extra={"minimum": 0}),
]
Threshold = Annotated[
    float | None,
    BeforeValidator(_threshold),
    Field(
        description="Text similarity of duplicates; default auto.",
        examples=[0.85],
        json_schema_extra={"minimum": 0, "maximum": 1},
    ),
]
ConfirmToken = Annotated[
    str | None, Field(description="Only after the user's yes.", examples=["yes_x7"])
]
