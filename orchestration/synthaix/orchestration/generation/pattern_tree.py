"""What a pattern can produce: its tree, how many texts it holds, and the k-th of them.

The tree comes from Python's own parser of regular expressions (nothing is ever matched with `re`). Unbounded repeats
are sampled up to `STRETCH` beyond their minimum, and open classes (`.`, `\\W`, `[^a]`) from printable ASCII: that
bounds what is generated, not what is accepted.
"""

import re
import string
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from re import _constants as op  # type: ignore[attr-defined]  # the opcodes of the tree below
from re import _parser  # type: ignore[attr-defined]  # no public parser exists; unchanged in form since Python 2
from typing import Any

STRETCH = 10  # repeats of `*`, `+` and `{n,}` beyond the minimum
MAX_REPEAT = 1_000  # re2's own limit
MAX_LENGTH = 4_000  # characters of the longest text that a pattern may produce

_PRINTABLE = frozenset(string.digits + string.ascii_letters + string.punctuation + " ")
_CLASSES: dict[Any, frozenset[str]] = {
    op.CATEGORY_DIGIT: frozenset(string.digits),
    op.CATEGORY_NOT_DIGIT: _PRINTABLE - frozenset(string.digits),
    op.CATEGORY_SPACE: frozenset(" "),
    op.CATEGORY_NOT_SPACE: _PRINTABLE - frozenset(" "),
    op.CATEGORY_WORD: frozenset(string.ascii_letters + string.digits + "_"),
    op.CATEGORY_NOT_WORD: _PRINTABLE - frozenset(string.ascii_letters + string.digits + "_"),
}


class Unsupported(Exception):
    """The pattern has a part that cannot be produced; the text says which, never the pattern."""


@dataclass(frozen=True, slots=True)
class Node:
    """A part of a pattern.

    Attributes:
        size: how many texts it derives; equal ones that are derived twice count twice.
        shortest, longest: characters.
        nth: the text of an index below `size`.
        draw: a text at random, each repeat count equally likely.
        letters: what a part of one character chooses from.
    """

    size: int
    shortest: int
    longest: int
    nth: Callable[[int], str]
    draw: Callable[[Random], str]
    letters: str = ""


def tree_of(pattern: str) -> Node:
    """The tree of a pattern.

    Raises:
        Unsupported: it is malformed, uses what cannot be produced, or grows beyond the limits.
    """
    try:
        parsed = _parser.parse(pattern)
    except (re.error, OverflowError, RecursionError, ValueError):
        raise Unsupported("it is not a well-formed regular expression") from None
    return _sequence(parsed)


def _sequence(states: Any) -> Node:
    parts = [part for part in (_node(code, value) for code, value in states) if part.longest]
    if len(parts) == 1:
        return parts[0]
    size = 1
    for part in parts:
        size *= part.size
    longest = sum(part.longest for part in parts)
    if longest > MAX_LENGTH:
        raise Unsupported(f"it can grow beyond {MAX_LENGTH} characters")

    def nth(index: int) -> str:
        pieces = []
        for part in reversed(parts):
            index, rest = divmod(index, part.size)
            pieces.append(part.nth(rest))
        return "".join(reversed(pieces))

    draws = [part.draw for part in parts]
    return Node(
        size, sum(part.shortest for part in parts), longest, nth, lambda rng: "".join([draw(rng) for draw in draws])
    )


def _node(code: Any, value: Any) -> Node:  # one case for each opcode
    match code:
        case op.LITERAL:
            return _characters(frozenset(chr(value)))
        case op.NOT_LITERAL:
            return _characters(_PRINTABLE - {chr(value)})
        case op.ANY:
            return _characters(_PRINTABLE)
        case op.IN:
            return _characters(_class(value))
        case op.BRANCH:
            return _either([_sequence(states) for states in value[1]])
        case op.SUBPATTERN:
            return _sequence(value[-1])
        case op.MAX_REPEAT | op.MIN_REPEAT:
            return _repeated(*value)
        case op.AT:
            return Node(1, 0, 0, lambda _index: "", lambda _rng: "")
        case op.ASSERT | op.ASSERT_NOT:
            raise Unsupported("it looks ahead or behind")
        case op.GROUPREF | op.GROUPREF_EXISTS:
            raise Unsupported("it refers back to a group")
        case _:
            raise Unsupported("it has an atomic group or a possessive repeat")


def _class(items: Any) -> frozenset[str]:
    chosen: set[str] = set()
    for code, value in items:
        match code:
            case op.LITERAL:
                chosen.add(chr(value))
            case op.RANGE:
                chosen.update(map(chr, range(value[0], min(value[1], value[0] + 0xFFFF) + 1)))
            case op.CATEGORY:
                chosen |= _CLASSES[value]
    return _PRINTABLE - chosen if items[0][0] is op.NEGATE else frozenset(chosen)


def _characters(chosen: frozenset[str]) -> Node:
    letters = "".join(sorted(letter for letter in chosen if not "\ud800" <= letter <= "\udfff" and letter != "\0"))
    if not letters:
        raise Unsupported("it has a class that no printable character is in")
    count = len(letters)
    return Node(count, 1, 1, letters.__getitem__, lambda rng: letters[int(rng.random() * count)], letters)


def _either(parts: list[Node]) -> Node:
    def nth(index: int) -> str:
        for part in parts:
            if index < part.size:
                return part.nth(index)
            index -= part.size
        raise IndexError

    return Node(
        sum(part.size for part in parts),
        min(part.shortest for part in parts),
        max(part.longest for part in parts),
        nth,
        lambda rng: parts[int(rng.random() * len(parts))].draw(rng),
    )


def _repeated(least: int, most: Any, states: Any) -> Node:
    open_ended = most is op.MAXREPEAT
    most = least + STRETCH if open_ended else most
    if most > MAX_REPEAT + STRETCH * open_ended:
        raise Unsupported(f"it repeats something more than {MAX_REPEAT} times")
    part = _sequence(states)
    if part.longest * most > MAX_LENGTH:
        raise Unsupported(f"it can grow beyond {MAX_LENGTH} characters")
    if not part.longest:
        return part
    sizes = [part.size**times for times in range(least, most + 1)]

    def nth(index: int) -> str:
        times = least
        for size in sizes:
            if index < size:
                break
            index -= size
            times += 1
        pieces = []
        for _ in range(times):
            index, rest = divmod(index, part.size)
            pieces.append(part.nth(rest))
        return "".join(reversed(pieces))

    letters, spread = part.letters, most - least + 1

    def draw(rng: Random) -> str:
        times = least if spread == 1 else least + int(rng.random() * spread)
        return "".join(rng.choices(letters, k=times) if letters else [part.draw(rng) for _ in range(times)])

    return Node(sum(sizes), part.shortest * least, part.longest * most, nth, draw)
