"""What changed between two revisions, in words."""

from collections.abc import Mapping
from typing import Any

from synthaix.orchestration.schema.column import Column
from synthaix.orchestration.schema.schema import Schema, Table

LONGEST_VALUE = 60
_UNTOLD = ("confidence",)


def diff_of(old: Schema, new: Schema, renamed: Mapping[tuple[str, str], str] | None = None) -> tuple[str, ...]:
    """Sentences, one for each change; empty when nothing changed.

    Args:
        renamed: new names of columns by table and old name.
    """
    names = dict(renamed or {})
    several = len(old.tables) > 1 or len(new.tables) > 1
    found = [f"Table `{name}` was removed." for name in old.names if name not in new.names]
    found += [f"Table `{name}` was added." for name in new.names if name not in old.names]
    for table in new.tables:
        if table.name in old.names:
            found += _table_diff(old.table(table.name), table, names, f"`{table.name}`: " if several else "")
    return tuple(found)


def _table_diff(old: Table, new: Table, renamed: Mapping[tuple[str, str], str], lead: str) -> list[str]:
    now = {name: renamed.get((old.name, name), name) for name in old.names}
    found = [
        f"{lead}`{name}` was renamed to `{now[name]}`."
        for name in old.names
        if now[name] != name and now[name] in new.names
    ]
    found += [f"{lead}`{name}` was removed." for name in old.names if now[name] not in new.names]
    found += [f"{lead}`{name}` ({new.column(name).type}) was added." for name in new.names if name not in now.values()]
    for name in old.names:
        if now[name] in new.names:
            found += [
                f"{lead}{sentence}"
                for sentence in _column_diff(old.column(name), new.column(now[name]), renamed, old.name)
            ]
    kept = [now[name] for name in old.names if now[name] in new.names]
    if [name for name in new.names if name in kept] != kept:
        found.append(f"{lead}The columns are now in this order: {', '.join(f'`{name}`' for name in new.names)}.")
    for key in ("rows", "rows_per_parent", "unique_together", "checks", "description"):
        before, after = _plain(getattr(old, key)), _plain(getattr(new, key))
        if before != after:
            found.append(f"{lead}`{key}` of the table: {_told(before)} -> {_told(after)}.")
    return found


def _column_diff(old: Column, new: Column, renamed: Mapping[tuple[str, str], str], table: str) -> list[str]:
    before, after = _parts(old), _parts(new)
    for key in ("after", "before"):  # a renamed column is no change to what points at it
        if isinstance(before.get(key), str) and renamed.get((table, before[key])) == after.get(key):
            before[key] = after.get(key)
    keys = [key for key in dict.fromkeys([*before, *after]) if before.get(key) != after.get(key)]
    changes = [_change(key, before.get(key), after.get(key)) for key in keys]
    return [f"`{new.name}`: {', '.join(changes)}."] if changes else []


def _change(key: str, before: Any, after: Any) -> str:
    if key == "unique":
        return "unique" if after else "no longer unique"
    if key == "nullable":
        return "may be empty" if after else "never empty"
    if before is None:
        return f"{key} {_told(after)}"
    return f"no {key} any more" if after is None else f"{key} {_told(before)} -> {_told(after)}"


def _parts(column: Column) -> dict[str, Any]:
    """The column's parts side by side, its constraints among them."""
    whole = column.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
    rules = whole.pop("constraints", {})
    return {key: value for key, value in {**whole, **rules}.items() if key not in ("name", *_UNTOLD)}


def _plain(value: Any) -> Any:
    return value.model_dump() if hasattr(value, "model_dump") else value


def _told(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, list | tuple):
        told = ", ".join(_told(each) for each in value)
    elif isinstance(value, dict):
        told = " ".join(
            f"{key} {_told(each)}" if key != "name" else str(each) for key, each in value.items() if each is not None
        )
    else:
        told = (
            str(value).lower() if isinstance(value, bool) else f"{value:g}" if isinstance(value, float) else str(value)
        )
    return told if len(told) <= LONGEST_VALUE else f"{told[: LONGEST_VALUE - 3]}..."
