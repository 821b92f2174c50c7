"""Fingerprints: the hashes by which candidates are compared, made column by column.

A pure function of the cells, so it runs in the thread or process that samples. Four sorts of hash per row:

key      the whole compared row in canonical form; equal keys are equal rows
unique   one for each column, or group of columns, that must not repeat
blocks   what near rows share: the structured columns together with the cell of the first float. Where the structured
         columns are too few to part the rows, also half of the widest naming column, first half and last half: a typo
         leaves one of them as it was.
texts    one for each text that a model wrote
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from synthaix.orchestration.dedup.canonical import closed_all, closed_cell, free, free_all, moment
from synthaix.orchestration.dedup.entity import EDGE, entity_columns
from synthaix.orchestration.dedup.hashes import (
    Hashes,
    StringHasher,
    float_cells,
    floats,
    mixed,
    of_floats,
    of_integers,
    of_strings,
    together,
)
from synthaix.orchestration.dedup.roles import Roles
from synthaix.orchestration.schema.column import Cell, ColumnType
from synthaix.orchestration.schema.schema import Table

LEAST_REPEATED = 24  # characters of a text that says something; two reviews may both be "Great!"
LEAST_HALVED = 5  # characters from which on a name may hold a typo in a narrow table
_JOIN = b"\x1f"
_FIRST_HALF, _LAST_HALF = np.uint64(0x1F), np.uint64(0x2F)


@dataclass(slots=True)
class Fingerprints:
    """The hashes of some rows; a hash of zero meets nothing.

    Attributes:
        keys: uint64 (n,).
        blocks: uint64 (n, b), what a committed row is found under.
        probes: uint64 (n, p), what a candidate looks under; None once committed.
        unique: uint64 (n, u), a column for each group of `Roles.unique`.
        texts: uint64 (n, t), a column for each of `Roles.text`.
    """

    keys: Hashes
    blocks: Hashes
    probes: Hashes | None
    unique: Hashes
    texts: Hashes

    @property
    def count(self) -> int:
        """How many rows."""
        return len(self.keys)

    def take(self, indices: Sequence[int] | np.ndarray) -> "Fingerprints":
        """Those of some of the rows, as they are committed."""
        return Fingerprints(self.keys[indices], self.blocks[indices], None, self.unique[indices], self.texts[indices])


class Fingerprinter:
    """Makes the fingerprints of one table's rows.

    Args:
        policy: under `exact` only keys count, so there are no blocks and no texts. Under `entity` blocks are all values
            of a row, and the beginnings and ends of its names.

    Attributes:
        needed: the columns whose cells a verdict may have to look at.
        layout: differs where the hashes mean something else.
    """

    def __init__(self, table: Table, roles: Roles, *, policy: str = "rows") -> None:
        self._roles = roles
        self._types: dict[str, ColumnType] = {column.name: column.type for column in table.columns}
        near = policy != "exact" and not roles.whole and roles.compares
        self.weighed = entity_columns(roles) if near and policy == "entity" else ()
        self._blocked = near and not self.weighed and bool(roles.floats or roles.naming or roles.text)
        self._repeats = near and not self.weighed
        self._halved = roles.halved if self._blocked and not roles.text else None
        near_columns = roles.floats + roles.naming + roles.text
        if roles.text:  # found by meaning, so the other columns are still to be looked at
            near_columns = roles.structured + roles.exact_text + near_columns
        self.needed = self.weighed or (near_columns if self._blocked else ())
        self.layout = int(of_strings([f"{roles} {policy}".encode()])[0])
        self._closed = {
            name: StringHasher(_closed_forms(self._types[name])) for name in roles.structured + roles.derived
        }
        self._closed |= {name: StringHasher(free_all) for name in roles.exact_text}

    def __call__(self, columns: Mapping[str, list[Cell]], count: int) -> Fingerprints:
        """The fingerprints of `count` rows; columns that are filled only at commit may be missing."""
        roles = self._roles
        parted = [self._hashes(name, columns[name]) for name in roles.structured + roles.exact_text if name in columns]
        numbers = {name: floats(columns[name]) for name in roles.floats if name in columns}
        forms = {name: free_all(columns[name]) for name in roles.naming + roles.text if name in columns}
        structured = together(parted, count)
        if self.weighed:
            blocks = probes = self._values(columns, count)
        else:
            blocks, probes = self._blocks(structured, list(numbers.values()), forms)
        if roles.compares:
            rest = [self._hashes(name, columns[name]) for name in roles.derived if name in columns]
            rest += [of_floats(values) for values in numbers.values()]
            if forms:
                rest.append(of_strings(list(map(_JOIN.join, zip(*forms.values(), strict=True)))))
            keys = together([structured, *rest], count)
        else:
            keys = np.zeros(count, dtype=np.uint64)
        return Fingerprints(keys, blocks, probes, self._unique(columns, count), self._texts(forms, count))

    def value_hashes(self, name: str, cells: Sequence[Cell]) -> Hashes:
        """The hash by which a cell of this column is found under `entity`; zero for a null."""
        if name in self._roles.naming or name in self._roles.text:
            found = of_strings(free_all(cells))
        elif name in self._roles.floats:
            found = float_cells(floats(cells))[0]
        else:
            found = self._hashes(name, cells)
        found = mixed(found ^ of_strings([name.encode(errors="surrogatepass")]))
        found[[cell is None for cell in cells]] = 0
        return found

    def _values(self, columns: Mapping[str, list[Cell]], count: int) -> Hashes:
        found = []
        for name in self.weighed:
            cells = columns.get(name) or [None] * count
            found.append(self.value_hashes(name, cells))
            if name in self._roles.naming:
                texts = [None if cell is None else free(str(cell)) for cell in cells]
                for mark, edges in (("^", [text and text[:EDGE] for text in texts]),
                                    ("$", [text and text[-EDGE:] for text in texts])):  # fmt: skip
                    hashes = mixed(self.value_hashes(name, edges) + of_strings([mark.encode()]))
                    hashes[[edge is None for edge in edges]] = 0
                    found.append(hashes)
        return np.stack(found, axis=1)

    def _hashes(self, name: str, cells: Sequence[Cell]) -> Hashes:
        match self._types[name]:
            case "integer" | "boolean":
                return of_integers(cells)
            case "float" | "decimal":
                return of_floats(floats(cells))
            case _:
                return self._closed[name](cells)

    def _blocks(
        self, structured: Hashes, numbers: Sequence[np.ndarray], forms: Mapping[str, list[bytes]]
    ) -> tuple[Hashes, Hashes]:
        """What a row is stored under, and what it looks under; the first probes are the blocks."""
        if not self._blocked:
            nothing = np.empty((len(structured), 0), dtype=np.uint64)
            return nothing, nothing
        bases = [structured]
        most = 1 if self._roles.wide or self._halved else 3
        for values in numbers[:most]:
            own, near = float_cells(values)
            bases = [mixed(base ^ cell) for cell in (own, near) for base in bases]
        if self._halved is None or self._halved not in forms:
            probes = np.stack(bases, axis=1)
            return probes[:, :1], probes
        stored, sought = _halves(forms[self._halved])
        blocks = np.stack([_joined(bases[0], half) for half in stored], axis=1)
        more = [_joined(base, half) for base in bases for half in stored + sought]
        return blocks, np.stack(more, axis=1)

    def _unique(self, columns: Mapping[str, list[Cell]], count: int) -> Hashes:
        groups = [
            _unique_hashes([columns[name] for name in group], count)
            if all(name in columns for name in group) else np.zeros(count, dtype=np.uint64)
            for group in self._roles.unique
        ]  # fmt: skip
        return np.stack(groups, axis=1) if groups else np.empty((count, 0), dtype=np.uint64)

    def _texts(self, forms: Mapping[str, list[bytes]], count: int) -> Hashes:
        if not self._repeats or not self._roles.text:
            return np.empty((count, 0), dtype=np.uint64)
        found = []
        for name in self._roles.text:
            if name not in forms:
                found.append(np.zeros(count, dtype=np.uint64))
                continue
            hashes = of_strings(forms[name])
            hashes[[len(form) < LEAST_REPEATED for form in forms[name]]] = 0
            found.append(hashes)
        return np.stack(found, axis=1)


def _closed_forms(type_: ColumnType) -> Callable[[Sequence[Cell]], list[bytes]]:
    if type_ == "datetime":
        return lambda cells: closed_all([moment(cell) if isinstance(cell, str) else cell for cell in cells])
    return closed_all


def _unique_hashes(group: Sequence[Sequence[Cell]], count: int) -> Hashes:
    """One hash per row of the exact cells; zero where any is null, as in SQL."""
    if len(group) == 1 and all(type(cell) is str for cell in group[0]):
        return of_strings([b"s" + str(cell).encode(errors="surrogatepass") for cell in group[0]])
    found = of_strings([_JOIN.join(map(_exact, cells)) for cells in zip(*group, strict=True)])
    absent = [row for row, cells in enumerate(zip(*group, strict=True)) if None in cells]
    found[absent] = 0
    return found if count else np.empty(0, dtype=np.uint64)


def _exact(cell: Cell) -> bytes:
    if isinstance(cell, str):
        return b"s" + cell.encode(errors="surrogatepass")
    return b"v" + closed_cell(cell).encode()


def _joined(base: Hashes, half: Hashes) -> Hashes:
    return np.where(half == 0, half, mixed(base ^ half))


def _halves(forms: Sequence[bytes]) -> tuple[list[Hashes], list[Hashes]]:
    """Two hashes that a name is stored under, and two more that it looks under.

    Optimal string alignment 1 between lengths l and l or l + 1 leaves the first or the last (l - 1) // 2 characters
    as they were. A name of length l is stored under its first and last (l - 2) // 2 characters, and so is found from
    every length that differs by one at most. Names too short for a typo have one hash, of the whole.
    """
    texts = [form.decode(errors="surrogatepass").partition("@")[0] for form in forms]
    stored: list[list[bytes]] = [[], []]
    sought: list[list[bytes]] = [[], []]
    for text in texts:
        length = len(text)
        size = (length - 2) // 2
        other = (length - 1) // 2 if (length - 1) // 2 != size else (length - 3) // 2
        short = length < LEAST_HALVED
        for into, take in ((stored, size), (sought, other)):
            whole = _raw(text) if into is stored else b""
            into[0].append(whole if short else _raw(text[:take]))
            into[1].append(b"" if short else _raw(text[-take:]))
    return (
        [_half_hashes(stored[0], _FIRST_HALF), _half_hashes(stored[1], _LAST_HALF)],
        [_half_hashes(sought[0], _FIRST_HALF), _half_hashes(sought[1], _LAST_HALF)],
    )


def _half_hashes(halves: list[bytes], salt: np.uint64) -> Hashes:
    found = mixed(of_strings(halves) ^ salt)
    found[[not half for half in halves]] = 0
    return found


def _raw(text: str) -> bytes:
    return text.encode(errors="surrogatepass")
