"""Which columns of a row speak of the same person or the same place."""

from collections.abc import Collection
from functools import cache

from synthaix.orchestration.schema.catalogue.spelling import spelled
from synthaix.orchestration.schema.column import Column
from synthaix.orchestration.schema.kinds import kinds
from synthaix.orchestration.schema.schema import Table


def group_of(table: Table, column: Column, members: Collection[str], anchors: Collection[str]) -> str:
    """The group of a column: empty for the first, else what its name has before the kind's own words.

    One person has one name: only when a kind occurs twice (`customer_name`, `agent_name`) are there two groups, and
    then a column without such a word (`email`) goes with the first.

    Args:
        members: the kinds that share something.
        anchors: the kinds that begin a group.
    """
    together = [each for each in table.columns if each.kind in members]
    counts = [each.kind for each in together]
    if len(set(counts)) == len(counts):
        return ""
    anchored = [prefix_of(each) for each in together if each.kind in anchors] or [prefix_of(each) for each in together]
    mine = prefix_of(column)
    return "" if mine not in anchored or mine == anchored[0] else mine


def members_of(table: Table, column: Column, members: Collection[str], anchors: Collection[str]) -> list[Column]:
    """The columns of the same group, this one included."""
    group = group_of(table, column, members, anchors)
    return [each for each in table.columns if each.kind in members and group_of(table, each, members, anchors) == group]


def prefix_of(column: Column) -> str:
    """What a column's name says before the words of its kind: `billing` in `billing_city`."""
    words = spelled(column.name)
    if column.kind is None or column.kind not in kinds():
        return ""
    ends = [alias for alias in _endings(column.kind) if len(alias) < len(words) and words[-len(alias) :] == alias]
    longest = max(ends, key=len, default=())
    return " ".join(words[: -len(longest)]) if longest else ""


@cache
def _endings(kind: str) -> tuple[tuple[str, ...], ...]:
    """The shortest ways to say a kind: whole phrases such as `customer name` would swallow the prefix."""
    found = kinds()[kind]
    noun = found.name.partition(".")[2].replace("_", " ")
    phrases = {spelled(phrase) for phrase in (*found.aliases, *found.hints, noun)}
    return tuple(phrase for phrase in phrases if len(phrase) == 1 or not any(phrase[-1:] == short for short in phrases))
