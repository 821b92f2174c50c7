"""Patterns: regular expressions that are checked in linear time and can be produced.

A `pattern` describes the whole cell: `[A-Z]{3}` and `^[A-Z]{3}$` mean the same, as in an HTML form.
Accepted is what re2 checks and the sampler produces: no look-around, no back-reference, no `\\p`, at most 1,000
repeats.
Both must also agree, so the pattern's own samples are checked before it is accepted, and every later one too.
"""

import random
from collections.abc import Sequence
from typing import Any

import re2
from pydantic_core import SchemaError, SchemaValidator, ValidationError, core_schema

from synthaix.orchestration.errors import PatternUnsupported
from synthaix.orchestration.generation.pattern_tree import MAX_REPEAT, Node, Unsupported, tree_of
from synthaix.orchestration.schema.column import Cell

MAX_CHARACTERS = 512
_MEMORY = 1 << 20  # bytes of one compiled pattern
_PROBES = 32  # samples that are checked before a pattern is accepted
_TRIES = 200  # a quarter of the probes match, so all of these fail once in 10^25


class Pattern:
    """A compiled pattern.

    Attributes:
        text: the pattern as it was given.
        engine: the same for pydantic's engine, anchored; None where the two would not read it alike.
        space: how many different texts it can produce; an upper estimate, since some are derived twice.
        shortest, longest: characters of what it produces.
    """

    __slots__ = ("_checker", "_quick", "_tree", "engine", "longest", "shortest", "space", "text")

    def __init__(self, text: str, checker: Any, tree: Node) -> None:
        self.text = text
        self.engine, quick = _quick_check(text)
        self._checker = checker
        self._quick = quick
        self._tree = tree
        self.space = float(tree.size) if tree.size < 1 << 1000 else float("inf")
        self.shortest = tree.shortest
        self.longest = tree.longest

    def matches(self, text: str) -> bool:
        """Whether the whole text is of the pattern. Text that is no Unicode (a lone surrogate) never is."""
        try:
            return self._checker.fullmatch(text.encode()) is not None
        except UnicodeEncodeError:
            return False

    def matches_all(self, cells: Sequence[Cell]) -> list[bool]:
        """For each cell whether it is a text of the pattern."""
        if self.all_match(cells):
            return [True] * len(cells)
        return [isinstance(cell, str) and self.matches(cell) for cell in cells]

    def all_match(self, cells: Sequence[Cell]) -> bool:
        """Whether every cell is a text of the pattern: 0.05 us a cell where they are ASCII, 1.5 us elsewhere."""
        try:
            joined = "".join(cells)  # type: ignore[arg-type]  # a cell that is no text is found by this
        except TypeError:
            return False
        if self._quick is not None and self.agrees(joined):
            try:
                self._quick.validate_python(cells)
            except ValidationError:
                pass  # one cell does not match, or is one that the two engines may see differently
            else:
                return True
        return all(map(self.matches, cells))  # type: ignore[arg-type]  # all are texts: see the join

    def agrees(self, joined: str) -> bool:
        """Whether the two engines see these cells, joined, alike; see `_quick_check`."""
        return joined.isascii() and "\v" not in joined

    def sample(self, rng: random.Random) -> str:
        """A text of the pattern; the same generator state gives the same text in every process."""
        for _ in range(_TRIES):
            text = self._tree.draw(rng)
            if self.matches(text):
                return text
        raise PatternUnsupported("A pattern's samples do not match it.")

    def samples(self, rng: random.Random, count: int) -> list[str]:
        """So many texts of the pattern; quicker than one at a time."""
        texts = [self._tree.draw(rng) for _ in range(count)]
        if self.all_match(texts):
            return texts
        return [text if self.matches(text) else self.sample(rng) for text in texts]

    def nth(self, index: int) -> str:
        """The text of an index in 0..size-1: different indexes give different texts unless the pattern is ambiguous."""
        return self._tree.nth(index)

    @property
    def size(self) -> int:
        """How many indexes `nth` takes."""
        return self._tree.size


def compile_pattern(text: str, *, field: str = "pattern") -> Pattern:
    """Read a pattern.

    Raises:
        PatternUnsupported: it is too long, malformed, or not both checkable in linear time and producible.
    """
    if len(text) > MAX_CHARACTERS:
        raise _refused(f"it has more than {MAX_CHARACTERS} characters", field)
    differs = _read_differently(text)
    if differs:
        raise _refused(differs, field)
    options = re2.Options()
    options.log_errors = False  # it would write the pattern to stderr
    options.never_capture = True
    options.max_mem = _MEMORY
    try:
        tree = tree_of(text)
        pattern = Pattern(text, re2.compile(text, options), tree)
    except Unsupported as reason:
        raise _refused(str(reason), field) from None
    except (re2.error, UnicodeEncodeError):
        raise _refused("it uses what cannot be checked in linear time, or is too large", field) from None
    rng = random.Random(0)
    if sum(pattern.matches(pattern._tree.draw(rng)) for _ in range(_PROBES)) < _PROBES // 4:
        raise _refused("most texts made from it do not match it (an anchor or a boundary in the middle?)", field)
    return pattern


def _quick_check(text: str) -> tuple[str | None, SchemaValidator | None]:
    """The same check by pydantic's engine (Rust, linear as well), thirty times as fast through one call for a column.

    The two read a pattern alike as long as pattern and cells are ASCII, but for `\\<` and `\\>`, `\\b{`, and `\\s` on a
    vertical tab. None where it would not read the pattern.
    """
    if not text.isascii() or any(sign in text for sign in ("\\<", "\\>", "\\b", "\\B")):
        return None, None
    anchored = f"\\A(?:{text})\\z"
    try:
        whole = core_schema.str_schema(pattern=anchored, strict=True)
        return anchored, SchemaValidator(core_schema.list_schema(whole, fail_fast=True))
    except SchemaError:
        return None, None


def _refused(reason: str, field: str) -> PatternUnsupported:
    return PatternUnsupported(
        f"The pattern is not supported: {reason}.",
        field=field,
        suggestion=f"Use literals, classes, groups, alternatives and repeats up to {MAX_REPEAT}, "
        "such as `[A-Z]{3}-\\d{4}`.",
    )


def _read_differently(text: str) -> str | None:
    """Why re2 and the sampler's parser would read the text in two ways, or None."""
    inside = -1  # where the open class began
    at = 0
    while at < len(text):
        letter = text[at]
        if letter == "\\":
            at += 2
            continue
        if inside < 0:
            if letter == "[":
                inside = at + 1 if text[at + 1 : at + 2] != "^" else at + 2
                at = inside
                if text[at : at + 1] == "]":
                    at += 1
                continue
            if letter == "{" and text[at + 1 : at + 2] == ",":
                return "a repeat has no lower bound; write {0,n}"
        elif letter == "]":
            inside = -1
        elif letter == "[":
            return "a [ inside a class stands as \\["
        elif text[at : at + 2] in ("--", "&&", "~~", "||"):
            return "a class has a doubled sign (--, &&, ~~, ||)"
        at += 1
    return None
