"""What agents write when they mean a word of the schema language, learnt from SQL, JSON Schema and Python."""

from collections.abc import Iterable, Mapping

from synthaix.orchestration.schema.column import COLUMN_TYPES
from synthaix.orchestration.schema.nearest import did_you_mean

TYPES: Mapping[str, str] = {
    "str": "string", "varchar": "string", "char": "string", "character varying": "string", "name": "string",
    "email": "string", "phone": "string", "url": "string", "longtext": "text", "clob": "text", "markdown": "text",
    "paragraph": "text", "freetext": "text", "free_text": "text", "int": "integer", "bigint": "integer",
    "smallint": "integer", "int64": "integer", "int32": "integer", "long": "integer", "serial": "integer",
    "number": "float", "double": "float", "real": "float", "float64": "float", "numeric": "decimal",
    "money": "decimal", "currency": "decimal", "price": "decimal", "bool": "boolean", "bit": "boolean",
    "flag": "boolean", "timestamp": "datetime", "timestamptz": "datetime", "date-time": "datetime",
    "date_time": "datetime", "guid": "uuid", "enum": "category", "categorical": "category", "choice": "category",
    "select": "category", "list": "array", "json": "object", "jsonb": "object", "dict": "object", "map": "object",
    "struct": "object",
}  # fmt: skip
KEYS: Mapping[str, str] = {
    "dtype": "type", "data_type": "type", "datatype": "type", "column": "name", "field": "name", "title": "name",
    "desc": "description", "comment": "description", "fields": "columns", "attributes": "columns",
    "properties": "columns", "entities": "tables", "models": "tables", "semantic_type": "kind", "meaning": "kind",
    "faker": "kind", "example": "examples", "samples": "examples", "generator": "strategy", "method": "strategy",
    "options": "values", "pool": "values", "format_string": "template", "minimum": "min", "maximum": "max",
    "minvalue": "min", "maxvalue": "max", "min_value": "min", "max_value": "max", "ge": "min", "le": "max",
    "gt": "exclusive_min", "lt": "exclusive_max", "exclusiveminimum": "exclusive_min",
    "exclusivemaximum": "exclusive_max", "precision": "decimals", "scale": "decimals", "decimal_places": "decimals",
    "regex": "pattern", "regexp": "pattern", "minlength": "min_length", "maxlength": "max_length",
    "length": "max_length", "choices": "enum", "allowed": "enum", "allowed_values": "enum", "categories": "enum",
    "probabilities": "weights", "probability": "weights", "frequencies": "weights", "primary_key": "unique",
    "is_unique": "unique", "distinct": "unique", "null": "nullable", "required": "nullable", "optional": "nullable",
    "not_null": "nullable", "null_probability": "null_rate", "null_ratio": "null_rate", "foreign_key": "references",
    "ref": "references", "fk": "references", "formula": "expression", "computed": "expression",
    "derived": "expression", "row_count": "rows", "count": "rows", "num_rows": "rows", "unique": "unique_together",
    "mu": "mean", "average": "mean", "stddev": "std", "stdev": "std", "standard_deviation": "std",
    "type": "name",
}  # fmt: skip
WORDS: Mapping[str, str] = {
    "gauss": "normal", "gaussian": "normal", "random": "uniform", "flat": "uniform", "log-normal": "lognormal",
    "log_normal": "lognormal", "power": "zipf", "powerlaw": "zipf", "pareto": "zipf", "autoincrement": "sequence",
    "auto_increment": "sequence", "serial": "sequence", "counter": "sequence", "ai": "llm", "model": "llm",
    "gpt": "llm", "generate": "sampler", "faker": "sampler", "list": "pool", "template": "pool",
    "formula": "expression", "computed": "expression", "e-mail": "email", "url": "uri", "domain": "hostname",
    "ip": "ipv4", "guid": "uuid",
}  # fmt: skip


def type_suggestion(word: object) -> str | None:
    """The type that was probably meant."""
    return _suggestion(word, TYPES, COLUMN_TYPES)


def key_suggestion(word: object, allowed: Iterable[str]) -> str | None:
    """The key that was probably meant."""
    return _suggestion(word, KEYS, tuple(allowed))


def word_suggestion(word: object, allowed: Iterable[str]) -> str | None:
    """The word of another closed set that was probably meant."""
    return _suggestion(word, WORDS, tuple(allowed))


def _suggestion(word: object, synonyms: Mapping[str, str], allowed: Iterable[str]) -> str | None:
    if not isinstance(word, str):
        return None
    folded = word.strip().casefold()
    meant = synonyms.get(folded) or synonyms.get(folded.partition("(")[0])
    return f"Did you mean `{meant}`?" if meant in set(allowed) else did_you_mean(folded, allowed)
