"""How a row of a table comes again, and how another one differs from it in a single thing.

The kinds under HELD were not looked at while the engine was designed; they are reported apart.
"""

import random
import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

from dedup_families.dataset import Dataset, Offered, Row, interleaved

Change = Callable[[Row, Dataset, random.Random], Row | None]  # None: this row cannot be changed so
NUMBERS = ("integer", "float", "decimal")
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def _copied(row: Row, data: Dataset, rng: random.Random) -> Row:
    return dict(row)


def _reordered(row: Row, data: Dataset, rng: random.Random) -> Row:
    return {name: row[name] for name in rng.sample(list(row), len(row))}


def _respelt(row: Row, data: Dataset, rng: random.Random) -> Row | None:
    """Other case, spaces and, in names, punctuation."""
    changed = dict(row)
    for name in data.names:
        if isinstance(row[name], str) and "@" not in row[name]:
            text = rng.choice([str.upper, str.lower, str.title])(row[name]).replace(" ", rng.choice([" ", "  "]))
            changed[name] = f"{rng.choice(['', ' '])}{text}{rng.choice(['', '.', ' ', '!'])}"
    for name in data.of_type("category"):
        if isinstance(row[name], str):
            changed[name] = rng.choice([str.upper, str.lower])(row[name]) + rng.choice(["", " "])
    return changed if changed != row else None


def _mistyped(row: Row, data: Dataset, rng: random.Random) -> Row | None:
    """One letter swapped, left out, doubled or replaced, in one name."""
    able = [name for name in data.names if isinstance(row[name], str) and len(row[name]) >= 6]
    if not able:
        return None
    name = rng.choice(able)
    return {**row, name: mistyped(row[name], rng)}


def mistyped(text: str, rng: random.Random) -> str:
    """The text with one typo, inside a word of at least four letters where there is one."""
    words = list(re.finditer(r"[^\W\d_]{4,}", text)) or [re.match(r".*", text, re.S)]
    word = rng.choice(words)
    assert word is not None
    place = rng.randrange(word.start() + 1, max(word.end() - 1, word.start() + 2))
    before, here, after = text[:place], text[place : place + 1], text[place + 1 :]
    match rng.randrange(4):
        case 0 if after and after[0] != here:
            return before + after[0] + here + after[1:]
        case 1:
            return before + after
        case 2:
            return before + here + here + after
        case _:
            return before + rng.choice([one for one in LETTERS if one != here.lower()]) + after


def _renumbered(row: Row, data: Dataset, rng: random.Random) -> Row | None:
    """Another identifier."""
    ids = data.of_type("uuid")
    return {**row, **{name: f"{rng.getrandbits(128):032x}" for name in ids}} if ids else None


def _number_respelt(row: Row, data: Dataset, rng: random.Random) -> Row | None:
    """`3,504`, `3504.0` or `3504` as text."""
    able = [name for name in data.of_type(*NUMBERS) if isinstance(row[name], int | float)]
    if not able:
        return None
    name = rng.choice(able)
    value = row[name]
    forms = [f"{value:,}", str(value), f" {value}"] + ([float(value)] if isinstance(value, int) else [])
    return {**row, name: rng.choice(forms)}


def _rounded(row: Row, data: Dataset, rng: random.Random) -> Row | None:
    able = [name for name in data.of_type("float", "decimal") if row[name]]
    if not able:
        return None
    name = rng.choice(able)
    return {**row, name: row[name] * (1 + rng.choice([-1, 1]) * rng.uniform(2e-5, 2.5e-4))}


def _number_changed(row: Row, data: Dataset, rng: random.Random) -> Row | None:
    able = [name for name in data.of_type(*NUMBERS) if row[name]]
    if not able:
        return None
    name = rng.choice(able)
    value = row[name] * (1 + rng.choice([-1, 1]) * rng.uniform(0.05, 0.4))
    if isinstance(row[name], int):
        value = round(value) if round(value) != row[name] else row[name] + rng.choice([-1, 1])
    return {**row, name: value}


def _category_changed(row: Row, data: Dataset, rng: random.Random) -> Row | None:
    able = data.of_type("category", "boolean")
    if not able:
        return None
    name = rng.choice(able)
    values = sorted({offered.row[name] for offered in data.rows if offered.row[name] is not None} - {row[name]})
    return {**row, name: rng.choice(values)} if values else None


def _day_changed(row: Row, data: Dataset, rng: random.Random) -> Row | None:
    able = [name for name in data.of_type("date", "datetime") if row[name]]
    if not able:
        return None
    name = rng.choice(able)
    moved = datetime.fromisoformat(row[name]) + timedelta(days=rng.choice([-1, 1]) * rng.randint(1, 400))
    return {**row, name: moved.date().isoformat() if len(row[name]) == 10 else moved.isoformat()}


def _name_changed(row: Row, data: Dataset, rng: random.Random) -> Row | None:
    if not data.names:
        return None
    name = rng.choice(data.names)
    other = rng.choice(data.rows).row[name]
    return {**row, name: other} if plain(other) != plain(row[name]) else None


def _date_respelt(row: Row, data: Dataset, rng: random.Random) -> Row | None:
    able = [name for name in data.of_type("date") if row[name]]
    if not able:
        return None
    name = rng.choice(able)
    day = date.fromisoformat(row[name])
    return {**row, name: day.strftime(rng.choice(["%d/%m/%Y", "%B %d, %Y", "%d %b %Y", "%Y/%m/%d"]))}


def _null_respelt(row: Row, data: Dataset, rng: random.Random) -> Row | None:
    able = [name for name in row if row[name] is None]
    return {**row, rng.choice(able): rng.choice(["N/A", "n/a", "", "-"])} if able else None


def _currency_added(row: Row, data: Dataset, rng: random.Random) -> Row | None:
    able = [name for name in data.money if row[name] is not None]
    if not able:
        return None
    name = rng.choice(able)
    return {**row, name: rng.choice(["${:,.2f}", "\u20ac {:.2f}", "{:.2f} USD"]).format(row[name])}


def _accents_changed(row: Row, data: Dataset, rng: random.Random) -> Row | None:
    """Accents left out, or put where there were none."""
    able = [name for name in data.names if isinstance(row[name], str) and "@" not in row[name]]
    name = rng.choice(able) if able else None
    if name is None:
        return None
    bare = "".join(sign for sign in unicodedata.normalize("NFD", row[name]) if not unicodedata.combining(sign))
    if bare == row[name]:
        bare = re.sub("[aeo]", lambda found: {"a": "\u00e1", "e": "\u00e9", "o": "\u00f6"}[found[0]], bare)
    return {**row, name: bare} if bare != row[name] else None


def _unit_changed(row: Row, data: Dataset, rng: random.Random) -> Row | None:
    able = [name for name in data.units if row[name]]
    if not able:
        return None
    name = rng.choice(able)
    unit, factor, other = data.units[name]
    return {**row, name: rng.choice([f"{row[name]} {unit}", f"{row[name] * factor:g} {other}"])}


REPEATS: dict[str, Change] = {
    "exact": _copied, "key order": _reordered, "case, space, punctuation": _respelt, "typo": _mistyped,
    "new id": _renumbered, "number format": _number_respelt, "number within tolerance": _rounded,
}  # fmt: skip
DIFFERS: dict[str, Change] = {
    "one number": _number_changed, "one category": _category_changed, "one date": _day_changed,
    "one name": _name_changed,
}  # fmt: skip
HELD: dict[str, Change] = {
    "date format": _date_respelt, "N/A for null": _null_respelt, "currency sign": _currency_added,
    "accents": _accents_changed, "unit": _unit_changed,
}  # fmt: skip


def plain(cell: object) -> object:
    """A cell for the labels' own comparison, which knows nothing of the engine's."""
    if isinstance(cell, float | int):
        return f"{cell:.5g}"
    return re.sub(r"\W+", "", cell).lower() if isinstance(cell, str) else cell


def filled(data: Dataset, base: Sequence[Row], rng: random.Random, *, repeats: float, differs: float) -> Dataset:
    """The base rows, some of them again, and some that differ from one in a single thing.

    Args:
        repeats: per base row; `differs` likewise. Of each kind in turn, where a row can be changed so.
    """
    ids = set(data.of_type("uuid"))

    def identity(row: Row) -> tuple[object, ...]:
        return tuple(plain(row[column["name"]]) for column in data.columns if column["name"] not in ids)

    known: dict[tuple[object, ...], Row] = {}
    for row in base:
        known.setdefault(identity(row), row)
    rows = list(known.values())
    data.rows = [Offered(row, "base", group) for group, row in enumerate(rows)]
    derived: list[tuple[int, Offered]] = []
    taken = set(known)
    for kinds, share, same, held in ((REPEATS, repeats, True, False), (DIFFERS, differs, False, False),
                                     (HELD, 0.15, True, True)):  # fmt: skip
        each = max(int(len(rows) * share / len(kinds)), 1)
        for kind, change in kinds.items():
            for place in rng.sample(range(len(rows)), min(each, len(rows))):
                row = change(rows[place], data, rng)
                if row is None or (not same and identity(row) in taken):
                    continue
                taken.add(identity(row))
                group = place if same else len(rows) + len(derived)
                derived.append((len(rows) - 1 if held else place, Offered(row, kind, group, held)))
    data.rows = interleaved(data.rows, derived, rng)
    return data
