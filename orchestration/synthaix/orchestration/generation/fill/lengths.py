"""How long a model's cells will be: what the quote and the limits of a call are made from, before any reply."""

import math
import re
from collections.abc import Sequence

from synthaix.orchestration.schema.column import Column

CHARACTERS_PER_WORD = 6.2  # of English running text, the space included
CHARACTERS_PER_TOKEN = 4.0
TEXT_WORDS = 30  # of a text whose length nothing states; the prompt then states it
STRING_WORDS = 4
SENTENCE_WORDS = 15
PARAGRAPH_WORDS = 80
WORD_RANGE = re.compile(r"(\d{1,4})\s*(?:-|to|\u2013)\s*(\d{1,4})[ -]words?\b")
WORDS = re.compile(r"(\d{1,4})[ -]words?\b")
SENTENCES = re.compile(r"(one|two|three|four|five|\d{1,2})[ -](?:short )?sentences?\b")
CHARACTERS = re.compile(r"(\d{1,5})[ -]characters?\b")
NUMERALS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5}
CELL_TOKENS = {"integer": 2, "float": 3, "decimal": 3, "boolean": 1, "date": 6, "time": 4, "datetime": 11, "uuid": 20}
STRUCTURE_TOKENS = 20  # of an array or object


def stated_words(description: str) -> float | None:
    """How many words a description asks for, or None."""
    said = description.lower()
    if found := WORD_RANGE.search(said):
        return (int(found[1]) + int(found[2])) / 2
    if found := WORDS.search(said):
        return float(found[1])
    if found := SENTENCES.search(said):
        return float(SENTENCE_WORDS * (NUMERALS.get(found[1]) or int(found[1])))
    if found := CHARACTERS.search(said):
        return int(found[1]) / CHARACTERS_PER_WORD
    return float(PARAGRAPH_WORDS) if "paragraph" in said else None


def states_length(column: Column) -> bool:
    """Whether the model is told how long the cell should be."""
    rules = column.rules
    stated = stated_words(column.description) is not None
    return stated or rules.max_length is not None or rules.min_length is not None or bool(column.examples)


def cell_tokens(column: Column) -> float:
    """How many tokens a cell probably has."""
    if column.type in CELL_TOKENS:
        return float(CELL_TOKENS[column.type])
    if column.type in ("array", "object"):
        return float(STRUCTURE_TOKENS)
    characters = _likely_characters(column)
    if column.rules.min_length is not None:
        characters = max(characters, 1.2 * column.rules.min_length)
    if column.rules.max_length is not None:
        characters = min(characters, float(column.rules.max_length))
    return characters / CHARACTERS_PER_TOKEN


def _likely_characters(column: Column) -> float:
    words = stated_words(column.description)
    if words is not None:
        return words * CHARACTERS_PER_WORD
    lengths = [len(str(example)) for example in column.examples or ()]
    if lengths:
        return sum(lengths) / len(lengths)
    if column.rules.max_length is not None:
        return 0.6 * column.rules.max_length
    return CHARACTERS_PER_WORD * (TEXT_WORDS if column.type == "text" else STRING_WORDS)


def row_tokens(columns: Sequence[Column]) -> float:
    """How many tokens a row of the answer probably has: `{"i":1,"name":"..."},`."""
    keys = sum(len(column.name) + 6 for column in columns) / CHARACTERS_PER_TOKEN
    return 2.0 + keys + sum(cell_tokens(column) for column in columns)


def most_tokens(rows: int, tokens_per_row: float) -> int:
    """The limit that a call is given: far enough that only a runaway answer meets it."""
    return math.ceil(2.5 * rows * tokens_per_row) + 200
