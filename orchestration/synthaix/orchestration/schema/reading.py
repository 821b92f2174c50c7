"""Loose JSON -> Schema, with errors that say where, what is allowed and what was probably meant.

Nothing that was sent is repeated in an error: places are paths such as `schema.columns[2].type`, and a suggestion
names only words of the schema language. Pure: what needs a compiler (expressions, patterns) is checked by
`generation.checking`.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from synthaix.orchestration.errors import ColumnTypeUnknown, KeyUnknown, SchemaInvalid
from synthaix.orchestration.schema.coherence import check_coherence
from synthaix.orchestration.schema.column import COLUMN_TYPES, STRATEGIES, Column, Constraints, Distribution
from synthaix.orchestration.schema.schema import RowsPerParent, Schema, Table
from synthaix.orchestration.schema.synonyms import key_suggestion, type_suggestion, word_suggestion

MAX_BYTES = 256 * 1024
MAX_DEPTH = 12
MORE_PLACES = 5  # that an error lists beside the first

_PARTS: dict[str, type[BaseModel]] = {
    "columns": Column, "tables": Table, "constraints": Constraints, "distribution": Distribution,
    "rows_per_parent": RowsPerParent,
}  # fmt: skip
_WORDS = {  # pydantic's error types -> our sentence, with what its context holds
    "string_type": "It must be a text.",
    "string_too_short": "It must have at least {min_length} characters.",
    "string_too_long": "It must have at most {max_length} characters.",
    "too_short": "It must have at least so many entries: {min_length}.",
    "too_long": "It must have at most so many entries: {max_length}.",
    "list_type": "It must be a list.",
    "tuple_type": "It must be a list.",
    "dict_type": "It must be an object.",
    "model_type": "It must be an object.",
    "model_attributes_type": "It must be an object.",
    "int_type": "It must be a whole number.",
    "int_parsing": "It must be a whole number.",
    "int_from_float": "It must be a whole number.",
    "float_type": "It must be a number.",
    "float_parsing": "It must be a number.",
    "bool_type": "It must be true or false.",
    "bool_parsing": "It must be true or false.",
    "greater_than": "It must be more than {gt}.",
    "greater_than_equal": "It must be at least {ge}.",
    "less_than": "It must be less than {lt}.",
    "less_than_equal": "It must be at most {le}.",
    "finite_number": "It must be a finite number.",
    "missing": "A key that is required is missing.",
    "value_error": "Its parts contradict each other: min is above max.",
}


def read_schema(loose: object, *, field: str = "schema") -> Schema:
    """The schema that loose JSON describes.

    Args:
        loose: an object in the short form (`{"columns": [...]}`) or with `tables`, a list of columns, or either of
            them as JSON text.
        field: how errors call it.

    Raises:
        SchemaInvalid: or one of its kinds; `field` says where.
    """
    if isinstance(loose, Schema):
        check_coherence(loose, field=field, short=len(loose.tables) == 1)
        return loose
    plain = _plain(loose, field)
    if isinstance(plain, list):
        plain = {"columns": plain}
    if not isinstance(plain, dict):
        raise SchemaInvalid("The schema must be an object.", field=field, suggestion='Send {"columns": [...]}.')
    if "tables" not in plain and "columns" not in plain:
        raise _without_columns(plain, field)
    if "tables" in plain and "columns" in plain:
        raise SchemaInvalid(
            "The schema has both `columns` and `tables`.", field=field, suggestion="Put the columns into the tables."
        )
    try:
        schema = Schema.model_validate(plain)
    except ValidationError as error:
        raise _rewritten(error, plain, field) from None
    check_coherence(schema, field=field, short="tables" not in plain)
    return schema


def _plain(loose: object, field: str) -> Any:
    """The input as plain JSON values, of a bounded size and depth."""
    try:
        text = loose if isinstance(loose, str | bytes) else orjson.dumps(loose)
        if len(text) > MAX_BYTES:
            raise SchemaInvalid(f"The schema is larger than {MAX_BYTES // 1024} kB.", field=field)
        plain = orjson.loads(text)
    except (TypeError, ValueError, RecursionError):
        raise SchemaInvalid("The schema is not well-formed JSON.", field=field) from None
    level = [plain]
    for _ in range(MAX_DEPTH):
        level = [below for value in level for below in _below(value)]
        if not level:
            return plain
    raise SchemaInvalid(f"The schema is nested deeper than {MAX_DEPTH} levels.", field=field)


def _below(value: object) -> Sequence[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else ()


def _without_columns(plain: Mapping[str, Any], field: str) -> SchemaInvalid:
    keys = ["columns", "tables"]
    suggestion = next((found for key in plain if (found := key_suggestion(key, keys))), None)
    if isinstance(plain.get("properties"), dict):
        suggestion = "This looks like JSON Schema: write each property as a column with `name` and `type`."
    return SchemaInvalid(
        "The schema has no columns.", field=field, allowed=keys, suggestion=suggestion or 'Send {"columns": [...]}.'
    )


def _rewritten(error: ValidationError, plain: dict[str, Any], field: str) -> SchemaInvalid:
    """Pydantic's errors as one of ours: the first place in full, the others by their paths."""
    places: dict[str, list[tuple[ErrorDetails, Any]]] = defaultdict(list)
    for detail in error.errors(include_url=False, include_input=False):
        path, value = _located(detail, plain, field)
        if not _is_echo(detail, value):
            places[path].append((detail, value))
    (path, found), *others = [each for each in places.items() if not _is_outer(*each, places)] or places.items()
    if found[0][0]["type"] == "missing":  # often the misspelt key beside it is what is missing
        beside = path.rpartition(".")[0]
        if any(detail["type"] == "extra_forbidden" for detail, _ in places.get(beside, ())):
            others = [each for each in others if each[0] != beside]
            path, found = beside, places[beside]
    detail, value = found[0]
    more = ""
    if others:
        shown = ", ".join(f"`{other}`" for other, _ in others[:MORE_PLACES])
        more = f" Wrong as well: {shown}{' and more' if len(others) > MORE_PLACES else ''}."
    match detail["type"]:
        case "extra_forbidden":
            return _unknown_key(detail, path, value, more)
        case "literal_error":
            return _unknown_word(path, value, detail, more)
        case "model_type" | "model_attributes_type" | "dict_type" if isinstance(value, str) and path.endswith("]"):
            message = "It must be an object with `name` and `type`, not a text."
            return SchemaInvalid(message + more, field=path)
        case "tuple_type" | "list_type" if isinstance(value, dict):
            message = "It must be a list of objects that each have a `name`, not an object."
            return SchemaInvalid(message + more, field=path)
        case _:
            return SchemaInvalid(_sentence([detail for detail, _ in found]) + more, field=path)


def _is_echo(detail: ErrorDetails, value: Any) -> bool:
    """Whether pydantic only says that a list is too short because an entry of it was refused."""
    return detail["type"] == "too_short" and not (isinstance(value, list) and len(value) < detail["ctx"]["min_length"])


def _is_outer(path: str, found: Sequence[tuple[ErrorDetails, Any]], places: Iterable[str]) -> bool:
    """Whether another member of a union looked into the object that is refused here, and says more."""
    inner = any(other.startswith(f"{path}.") for other in places)
    return inner and all(detail["type"] == "int_type" for detail, _ in found)


def _located(detail: ErrorDetails, plain: dict[str, Any], field: str) -> tuple[str, Any]:
    """Where an error is, as a path of our own words, and the value there.

    Pydantic's location has the names of union members in it, and an unknown key; neither is part of the path.
    """
    location = list(detail["loc"])
    if "tables" not in plain and location[:2] == ["tables", 0]:
        del location[:2]  # the short form
    unknown = location.pop() if detail["type"] == "extra_forbidden" else None
    missing = location.pop() if detail["type"] == "missing" else None
    path = field
    value: Any = plain
    for step in location:
        if isinstance(step, int) and isinstance(value, list):
            path, value = f"{path}[{step}]", value[step]
        elif isinstance(step, str) and isinstance(value, dict) and step in value:
            path, value = f"{path}.{step}", value[step]
    if missing is not None:
        path = f"{path}.{missing}"
    return path, (unknown, value) if unknown is not None else value


def _unknown_key(detail: ErrorDetails, path: str, value: Any, more: str) -> KeyUnknown:
    key, whole = value
    part = next((_PARTS[str(step)] for step in reversed(detail["loc"][:-1]) if step in _PARTS), Schema)
    allowed = list(part.model_fields)
    place = list(whole).index(key) + 1 if isinstance(whole, dict) else 1
    suggestion = key_suggestion(key, allowed)
    if part is Column and key in Constraints.model_fields:
        suggestion = f"`{key}` belongs into the column's `constraints`."
    if part is Constraints and key in Column.model_fields:
        suggestion = f"`{key}` belongs beside `constraints`, not into it."
    return KeyUnknown(
        f"Key number {place} of this object does not exist in the schema language.{more}",
        field=path,
        allowed=allowed,
        suggestion=suggestion,
    )


def _unknown_word(path: str, value: Any, detail: ErrorDetails, more: str) -> SchemaInvalid:
    """A word of a closed set that is not in it."""
    key = path.rpartition(".")[2]
    if key == "type":
        return ColumnTypeUnknown(
            ColumnTypeUnknown.sentence + more, field=path, allowed=COLUMN_TYPES, suggestion=type_suggestion(value)
        )
    # the sentence's words in quotes are the set itself: 'uniform', 'normal' or 'zipf'
    allowed = STRATEGIES if key == "strategy" else detail["ctx"]["expected"].split("'")[1::2]
    message = f"It must be one of the allowed words.{more}"
    return SchemaInvalid(message, field=path, allowed=allowed, suggestion=word_suggestion(value, allowed))


def _sentence(details: Sequence[ErrorDetails]) -> str:
    """What is wrong at one place; several details are the members of a union, each refusing."""
    types = {detail["type"] for detail in details}
    if "value_error" in types:
        return _WORDS["value_error"]
    sentences = []
    for detail in details:
        words = _WORDS.get(detail["type"], "It is not of the form that the schema language has.")
        sentences.append(words.format_map(detail.get("ctx", {})))
    unique = list(dict.fromkeys(sentences))
    if _WORDS["float_type"] in unique and _WORDS["int_type"] in unique:
        unique.remove(_WORDS["int_type"])
    kinds = [sentence.removeprefix("It must be ").rstrip(".") for sentence in unique]
    if len(unique) > 1 and all(sentence.startswith("It must be ") for sentence in unique):
        return f"It must be {' or '.join(kinds)}."
    return unique[0]
