"""What comes after what: dates and moments of one row in an order that makes sense."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import permutations

import numpy as np

from synthaix.orchestration.generation.samplers.draw import Cells, Draw, Maker, Setting
from synthaix.orchestration.generation.samplers.lasting import lasting
from synthaix.orchestration.generation.samplers.times import (
    DAY,
    GAP_DAYS,
    Unit,
    Window,
    evenly,
    moment,
    moments_key,
    time_maker,
    unit_of,
    window_of,
    written,
)
from synthaix.orchestration.generation.seeding import Floats, Ints
from synthaix.orchestration.schema.catalogue.spelling import spelled
from synthaix.orchestration.schema.column import TEMPORAL_TYPES, Column, Constraints
from synthaix.orchestration.schema.schema import Table

ADULT_DAYS = 18 * 366  # before that age nobody is hired or opens an account
STAGES: Mapping[str, int] = {
    **dict.fromkeys(("birth", "dob", "born", "birthday"), 0),
    **dict.fromkeys(("created", "create", "creation", "registered", "registration", "signup", "joined", "join", "hire",
                     "hired", "opened", "order", "ordered", "placed", "start", "started", "begin", "begins", "from",
                     "departure", "admission", "admitted", "booked", "booking", "submitted", "purchase"), 1),
    **dict.fromkeys(("paid", "payment", "approved", "invoice", "invoiced"), 2),
    **dict.fromkeys(("shipped", "ship", "shipping", "dispatched", "sent"), 3),
    **dict.fromkeys(("delivered", "delivery", "arrival", "arrived", "received"), 4),
    **dict.fromkeys(("closed", "closing", "end", "ended", "ends", "finish", "finished", "expiry", "expires", "expired",
                     "expiration", "updated", "update", "modified", "last", "due", "until", "checkout", "discharge",
                     "discharged", "return", "returned", "resolved", "completed", "termination", "terminated",
                     "deleted", "cancelled"), 5),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stop:
    """A column on the timeline.

    Attributes:
        window: the moments that leave room for what follows.
        limit: the last moment that still leaves room; None when nothing says how late is too late.
        stated: whether the column itself says how late it may be, so that it may follow after more than a few days.
        earlier: the columns that it comes after.
        born: the column with the birth date that it comes after.
        lasts: the shortest and the longest time after the column whose end it is, where that is usual.
    """

    unit: Unit
    window: Window
    limit: int | None
    stated: bool
    earlier: tuple[str, ...]
    born: str | None = None
    lasts: tuple[int, int] | None = None


def stop_of(table: Table, column: Column, rules: Mapping[str, Constraints]) -> Stop:
    """A temporal column's place on its table's timeline."""
    temporal = {each.name: each for each in table.columns if each.type in TEMPORAL_TYPES}
    temporal[column.name] = column
    edges = _edges(table, temporal, rules)
    windows = {name: _literal(each, rules[name], temporal) for name, each in temporal.items()}
    limits = _make_room(windows, edges, temporal)
    earlier = tuple(sorted(edges[column.name]))
    born = next((each for each in earlier if _stage(temporal[each]) == 0), None)
    return Stop(
        unit=unit_of(column.type),
        window=windows[column.name],
        limit=limits[column.name],
        stated=not _is_open(column),
        earlier=earlier,
        born=born if _stage(column) == 1 else None,
        lasts=_lasts(table, column, earlier),
    )


def _lasts(table: Table, column: Column, earlier: tuple[str, ...]) -> tuple[int, int] | None:
    """How long it usually is from the last of the earlier columns, in the column's own unit."""
    if column.type == "time" or len(earlier) != 1:
        return None
    found = lasting(table.name, earlier[0], column.name)
    if found is None or column.type == "datetime":
        return found
    return max(1, found[0] // DAY), max(1, found[1] // DAY)


def timeline_maker(setting: Setting, rules: Mapping[str, Constraints]) -> Maker:
    """Cells of a temporal column, after what it comes after."""
    stop = stop_of(setting.table, setting.column, rules)
    if not stop.earlier:
        return time_maker(setting, stop.window)
    units = {name: unit_of(setting.table.column(name).type) for name in stop.earlier}
    name = setting.name
    step = 1 if stop.unit == "date" else DAY

    # where nothing states a first moment, the earlier column alone says when this one may begin
    own = stop.window.first if stop.born is not None or _has_start(setting.column) else np.iinfo(np.int64).min

    def moments(draw: Draw) -> Ints:
        low = np.full(len(draw.index), own, dtype=np.int64)
        for before, unit in units.items():
            low = np.maximum(low, _following(_moments(draw, before, unit), unit, stop.unit))
        if stop.born is not None:
            return _grown_up(
                draw, name, stop, _following(_moments(draw, stop.born, units[stop.born]), "date", stop.unit), low
            )
        shares = draw.rng(name).random(len(draw.index))
        if stop.lasts is not None:
            low, high = _lasting(low, stop)
        elif stop.stated:
            high = np.full(len(low), stop.window.last, dtype=np.int64)
        else:
            high, shares = low + GAP_DAYS * step - 1, shares**1.5
        return _between(low, high, stop.limit, shares)

    def made(draw: Draw) -> Cells:
        return written(stop.unit, draw.shared(moments_key(name), moments))

    room = stop.window.size if stop.stated else stop.window.size + GAP_DAYS * step
    return Maker(made, float(room), frozenset(stop.earlier))


def _lasting(low: Ints, stop: Stop) -> tuple[Ints, Ints]:
    """The first and the last moment for the end of what began just before `low`: sooner where a limit asks for it."""
    assert stop.lasts is not None  # noqa: S101 - the caller has seen it
    shortest, longest = stop.lasts
    first, last = low + shortest - 1, low + longest - 1
    most = None if not stop.stated else stop.window.last
    limit = most if stop.limit is None else stop.limit if most is None else min(most, stop.limit)
    if limit is None:
        return first, last
    return np.maximum(low, np.minimum(first, limit)), np.maximum(low, np.minimum(last, limit))


def _between(low: Ints, high: Ints, limit: int | None, shares: Floats) -> Ints:
    """Moments so far from low to high, both included, and not past the limit."""
    if limit is not None:
        high = np.minimum(high, limit)
    found: Ints = low + (shares * np.maximum(high - low + 1, 1)).astype(np.int64)
    return found


def _grown_up(draw: Draw, name: str, stop: Stop, born: Ints, low: Ints) -> Ints:
    """The moments that the column would have alone; later ones for those who were no adults then."""
    step = 1 if stop.unit == "date" else DAY
    alone = draw.shared(f"alone {name}", lambda draw: evenly(draw, name, stop.window))
    grown = np.maximum(low, born + ADULT_DAYS * step)
    if stop.limit is not None:
        grown = np.where(grown <= stop.limit, grown, low)
    shares = draw.rng(f"{name} grown").random(len(low))
    later = _between(grown, np.maximum(stop.window.last, grown + GAP_DAYS * step), stop.limit, shares)
    settled: Ints = np.where(alone >= grown, alone, later)
    return settled


def _make_room(
    windows: dict[str, Window], edges: Mapping[str, set[str]], temporal: Mapping[str, Column]
) -> dict[str, int | None]:
    """Narrow each window to what its neighbours leave; a window that nobody stated moves as a whole.

    Returns:
        How late each column may be without leaving no room for what follows; None where nothing says so.
    """
    units = {name: unit_of(column.type) for name, column in temporal.items()}
    order = _ordered(temporal, edges)
    limits = {name: None if _is_open(column) else windows[name].last for name, column in temporal.items()}
    for name in reversed(order):
        limit = limits[name]
        if limit is None:
            continue
        for before in edges[name]:
            last, known = _previous(limit, units[name], units[before]), limits[before]
            limits[before] = last if known is None else min(known, last)
    for name, window in windows.items():
        limit = limits[name]
        if limit is not None and limit < window.last:
            moves = not _has_start(temporal[name]) and limit <= window.first
            first = limit - (window.last - window.first) if moves else window.first
            windows[name] = Window(first, max(first, limit))
    for name in order:
        for before in edges[name]:
            first = _next(windows[before].first, units[before], units[name])
            if first > windows[name].first:
                windows[name] = Window(first, max(windows[name].last, first))
    return limits


def _edges(table: Table, temporal: Mapping[str, Column], rules: Mapping[str, Constraints]) -> dict[str, set[str]]:
    """For each column those that come before it: stated, checked, and by what the names say."""
    edges: dict[str, set[str]] = {name: set() for name in temporal}
    pairs = [(rules[name].after, name) for name in temporal] + [(name, rules[name].before) for name in temporal]
    pairs += [pair for check in table.checks or () for pair in [_compared(check)] if pair]
    for before, after in pairs:
        early, late = temporal.get(before or ""), temporal.get(after or "")
        if early is not None and late is not None and _comparable(early, late):
            edges[late.name].add(early.name)
    stages = {name: stage for name, column in temporal.items() if (stage := _stage(column)) is not None}
    for before, after in permutations(stages, 2):
        early, late = temporal[before], temporal[after]
        suggested = stages[before] < stages[after] and _comparable(early, late)
        if suggested and not _leads(edges, after, before) and _fits(rules, early, late):
            edges[after].add(before)
    return edges


def _compared(check: str) -> tuple[str, str] | None:
    """The earlier and the later column of a check such as `end > start`."""
    words = check.replace("<=", " < ").replace(">=", " > ").replace("<", " < ").replace(">", " > ").split()
    if len(words) != 3 or words[1] not in ("<", ">"):
        return None
    return (words[0], words[2]) if words[1] == "<" else (words[2], words[0])


def _stage(column: Column) -> int | None:
    """How early in a story a column usually is, by the words of its name; None when they don't say."""
    words = spelled(column.name)
    found = [STAGES[word] for word in words if word in STAGES]
    return None if not found else 0 if 0 in found else max(found)


def _fits(rules: Mapping[str, Constraints], early: Column, late: Column) -> bool:
    """Whether an order that only the names suggest leaves the stated bounds alone."""
    if early.type == "time" or rules[late.name].before or early.rules.enum or late.rules.enum:
        return False
    first = window_of(unit_of(early.type), rules[early.name]).first
    last = window_of(unit_of(late.type), rules[late.name]).last
    start = _next(first, unit_of(early.type), unit_of(late.type))
    return _is_open(late) or start + GAP_DAYS * (1 if late.type == "date" else DAY) < last


def _leads(edges: Mapping[str, set[str]], start: str, goal: str) -> bool:
    """Whether `goal` already comes after `start`."""
    reached, open_ends = set[str](), [goal]
    while open_ends:
        name = open_ends.pop()
        if name == start:
            return True
        open_ends += edges[name] - reached
        reached |= edges[name]
    return False


def _ordered(temporal: Mapping[str, Column], edges: Mapping[str, set[str]]) -> list[str]:
    """The columns, each after those it comes after; what is in a circle comes last."""
    order: list[str] = []
    waiting = list(temporal)
    while waiting:
        ready = [name for name in waiting if edges[name] <= set(order)] or waiting
        order += ready
        waiting = [name for name in waiting if name not in ready]
    return order


def _comparable(first: Column, second: Column) -> bool:
    return (first.type == "time") == (second.type == "time")


def _is_open(column: Column) -> bool:
    """Whether no literal says how late a cell may be."""
    unit = unit_of(column.type)
    return (
        column.type != "time" and moment(column.rules.max, unit) is None and moment(column.rules.before, unit) is None
    )


def _has_start(column: Column) -> bool:
    """Whether a literal says how early a cell may be."""
    unit = unit_of(column.type)
    return (
        column.type == "time"
        or moment(column.rules.min, unit) is not None
        or moment(column.rules.after, unit) is not None
    )


def _literal(column: Column, rules: Constraints, temporal: Mapping[str, Column]) -> Window:
    """The column's window, narrowed by `after` and `before` where they are moments and no columns."""
    unit = unit_of(column.type)
    window = window_of(unit, rules)
    after = None if rules.after in temporal else moment(rules.after, unit, late=True)
    before = None if rules.before in temporal else moment(rules.before, unit)
    if after is not None and after + 1 > window.first:
        window = Window(
            after + 1,
            max(window.last, after + GAP_DAYS * (1 if unit == "date" else DAY)) if _is_open(column) else window.last,
        )
    if before is not None:
        span = window.last - window.first
        early = moment(rules.min, unit) is None and after is None
        last = before - 1 if moment(rules.max, unit) is None else min(window.last, before - 1)
        window = Window(min(window.first, last - span) if early else window.first, last)
    return window


def _next(moments: int, unit: Unit, later: Unit) -> int:
    return int(_following(np.array([moments], dtype=np.int64), unit, later)[0])


def _following(moments: Ints, unit: Unit, later: Unit) -> Ints:
    """The first moment of the later column that comes after, whichever way the two are compared."""
    if unit == later:
        return moments + 1
    if unit == "date":
        return (moments + 1 - 719_163) * DAY
    return moments // DAY + 719_163 + 1


def _previous(moments: int, unit: Unit, earlier: Unit) -> int:
    """The last moment of the earlier column that still leaves room."""
    if unit == earlier:
        return moments - 1
    if unit == "date":
        return (moments - 719_163) * DAY - 1
    return moments // DAY + 719_163 - 1


def _moments(draw: Draw, column: str, unit: Unit) -> Ints:
    """A column's moments: as they were drawn, or read from its cells where they come from elsewhere."""

    def read(draw: Draw) -> Ints:
        found = [moment(cell, unit) if isinstance(cell, str) else None for cell in draw.raw[column]]
        return np.array([-(1 << 40) if each is None else each for each in found], dtype=np.int64)

    return draw.shared(moments_key(column), read)
