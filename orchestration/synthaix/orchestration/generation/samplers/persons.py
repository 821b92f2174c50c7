"""Persons: name, gender, e-mail and age that belong to one and the same."""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from synthaix.orchestration.generation.samplers.categories import chances_of, choice_maker, picked
from synthaix.orchestration.generation.samplers.draw import Builder, Cells, Draw, Maker, Setting
from synthaix.orchestration.generation.samplers.groups import group_of, members_of
from synthaix.orchestration.generation.samplers.lists import words
from synthaix.orchestration.generation.seeding import Ints, key_of, permuted
from synthaix.orchestration.generation.vocabulary import language_of, names, slug, slugs
from synthaix.orchestration.schema.column import Cell, Column, Constraints
from synthaix.orchestration.schema.kinds import kind

NAMED = ("person.full_name", "person.first_name", "person.last_name")
ONE_PERSON = frozenset((*NAMED, "person.gender", "person.title", "person.middle_name", "internet.email",
                        "internet.username", "game.player_name"))  # fmt: skip
DOMAINS = ("example.com", "example.org", "example.net")  # reserved: RFC 2606, section 3
SEPARATORS = (".", ".", "_", "")
ENDINGS = ("",) * 60 + tuple(str(number) for number in range(2, 100))
MILLION = 1_000_000
FEMALE = frozenset(words("f female woman girl women w weiblich femme féminin femenino mujer feminino femminile "
                         "donna vrouw k kobieta "
                   "kad\u0131n 女性 she ms. mrs. miss ms mrs frau mme madame sra. señora"))  # fmt: skip
MALE = frozenset(words("m male man boy men männlich homme masculin masculino hombre maschile uomo mężczyzna erkek "
                       "男性 he mr. mr sir herr "
                 "monsieur sr. señor"))  # fmt: skip


@dataclass(frozen=True, slots=True)
class People:
    """The persons of a block, as places in the lists of names.

    Attributes:
        female: whether the given name is from the female list.
        first, last: places in the given and the family names.
        gender: places in the values of the gender column.
    """

    female: "np.ndarray[tuple[int], np.dtype[np.bool_]]"
    first: Ints
    last: Ints
    gender: Ints


class Person:
    """The one that a group of columns speaks of."""

    def __init__(self, setting: Setting) -> None:
        together = members_of(setting.table, setting.column, ONE_PERSON, NAMED)
        self.group = group_of(setting.table, setting.column, ONE_PERSON, NAMED)
        self.columns: Mapping[str | None, Column] = {column.kind: column for column in together}
        spoken = next((column.locale for column in together if column.locale), None)
        self.names = names(language_of(spoken or "en"))
        self.unique = any(column.rules.unique for column in together if column.kind == "person.full_name")
        female = self.names.female
        male = tuple(name for name in self.names.male if name not in set(female)) if self.unique else self.names.male
        self.female, self.male = len(female), len(male)
        self.given = female + male
        self.surnames = min(len(self.names.female_last), len(self.names.male_last))
        self.inflected = self.names.female_last != self.names.male_last
        self.family = (self.names.female_last[: self.surnames] if self.inflected else ()) + self.names.male_last
        self.genders, self.weights = _genders(self.columns.get("person.gender"))
        self._sex = np.array([_sex(value) for value in self.genders])
        self._key = f"person {self.group}"
        self._permutation = key_of(setting.seed, setting.table.name, self._key)

    def of(self, draw: Draw) -> People:
        """The persons of this block."""
        return draw.shared(self._key, self._made)

    def foreign(self, kind_name: str) -> str | None:
        """The column of this kind, when its cells come from elsewhere than the lists of names."""
        column = self.columns.get(kind_name)
        return column.name if column is not None and not from_names(column) else None

    def _made(self, draw: Draw) -> People:
        rng, count = draw.rng(self._key), len(draw.index)
        gender = picked(rng, len(self.genders), self.weights, count)
        sexes = self._sex[gender]
        female = np.where(sexes == 0, rng.random(count) < 0.5, sexes == 1)
        shares = rng.random((2, count))
        size, shift = np.where(female, self.female, self.male), np.where(female, 0, self.female)
        if self.unique:
            numbers = [
                permuted(draw.index, each * self.surnames, self._permutation) for each in (self.female, self.male)
            ]
            number = np.where(female, *numbers)
            first, last = number // self.surnames + shift, number % self.surnames
        else:
            first, last = (shares[0] * size).astype(np.int64) + shift, (shares[1] * self.surnames).astype(np.int64)
        if self.inflected:
            last = np.where(female, last, last + self.surnames)
        return People(female, first, last, gender)

    def firsts(self, draw: Draw) -> list[str]:
        """Given names."""
        return [self.given[place] for place in self.of(draw).first.tolist()]

    def lasts(self, draw: Draw) -> list[str]:
        """Family names."""
        return [self.family[place] for place in self.of(draw).last.tolist()]

    @cached_property
    def _slugs(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        return slugs(self.given), slugs(self.family)

    def first_slugs(self, draw: Draw) -> list[str]:
        """Given names in a-z, from the row's own column where that comes from elsewhere."""
        own = self._slugged(draw, "person.first_name", 0)
        return own or [self._slugs[0][place] for place in self.of(draw).first.tolist()]

    def last_slugs(self, draw: Draw) -> list[str]:
        """Family names in a-z."""
        own = self._slugged(draw, "person.last_name", -1)
        return own or [self._slugs[1][place] for place in self.of(draw).last.tolist()]

    def _slugged(self, draw: Draw, kind_name: str, part: int) -> list[str] | None:
        own, whole = self.foreign(kind_name), self.foreign("person.full_name")
        if own is not None:
            return [slug(str(cell)) or "user" for cell in draw.raw[own]]
        if whole is not None and kind_name not in self.columns:
            return [slug((str(cell).split() or ["user"])[part]) or "user" for cell in draw.raw[whole]]
        return None

    def sources(self) -> frozenset[str]:
        """Columns that hold this person's name and come from elsewhere."""
        return frozenset(name for name in map(self.foreign, NAMED) if name is not None)

    @property
    def size(self) -> float:
        """How many different names."""
        return float(
            len(self.given) * self.surnames if not self.unique else min(self.female, self.male) * self.surnames
        )


def from_names(column: Column) -> bool:
    """Whether a name's cells come from the lists of names."""
    rules = column.rules
    stated = rules.enum or rules.pattern or rules.expression or rules.references or column.values or column.template
    return not stated and column.strategy in (None, "sampler")


def full_name(setting: Setting) -> Maker:
    """First and last name; the row's own where there are such columns."""
    person = Person(setting)
    first, last = person.foreign("person.first_name"), person.foreign("person.last_name")
    turned = person.names.family_first

    def made(draw: Draw) -> Cells:
        firsts = draw.raw[first] if first else person.firsts(draw)
        lasts = draw.raw[last] if last else person.lasts(draw)
        if turned:
            return [f"{b} {a}" for a, b in zip(firsts, lasts, strict=True)]
        return [f"{a} {b}" for a, b in zip(firsts, lasts, strict=True)]

    needs = frozenset(name for name in (first, last) if name)
    return Maker(made, person.size, needs, distinct=not needs)


def first_name(setting: Setting) -> Maker:
    """Given names that fit the gender."""
    person = Person(setting)
    if setting.rules.unique:
        return choice_maker(setting, list(dict.fromkeys(person.given)))
    return Maker(lambda draw: list(person.firsts(draw)), float(len(set(person.given))))


def middle_name(setting: Setting) -> Maker:
    """Second given names that fit the gender."""
    person = Person(setting)
    name, given = setting.name, person.given

    def made(draw: Draw) -> Cells:
        female = person.of(draw).female
        shares = draw.rng(name).random(len(draw.index))
        places = (shares * np.where(female, person.female, person.male)).astype(np.int64)
        return [given[place] for place in (places + np.where(female, 0, person.female)).tolist()]

    return Maker(made, float(len(set(given))))


def last_name(setting: Setting) -> Maker:
    """Family names."""
    person = Person(setting)
    if setting.rules.unique:
        return choice_maker(setting, list(dict.fromkeys(person.family)))
    return Maker(lambda draw: list(person.lasts(draw)), float(len(set(person.family))))


def gender(setting: Setting) -> Maker:
    """The gender that the given name was drawn for."""
    person = Person(setting)
    if setting.rules.unique:
        return choice_maker(setting, person.genders)
    values = person.genders
    return Maker(lambda draw: [values[place] for place in person.of(draw).gender.tolist()], float(len(values)))


def title(setting: Setting) -> Maker:
    """Ms. and Mr. as the gender has it; `Dr.` for either."""
    person = Person(setting)
    values, weights = chances_of(setting.rules)
    if setting.rules.unique:
        return choice_maker(setting, values)
    sexes = np.array([_sex(value) for value in values])
    chances = np.array(weights or [1.0] * len(values))
    tables = [np.where((sexes == 0) | (sexes == sex), chances, 0.0) for sex in (1, 2)]
    levels = [np.cumsum(table if table.sum() else chances) for table in tables]

    def made(draw: Draw) -> Cells:
        shares = draw.rng(setting.name).random(len(draw.index))
        for_women, for_men = (np.searchsorted(level[:-1] / level[-1], shares, side="right") for level in levels)
        return [values[place] for place in np.where(person.of(draw).female, for_women, for_men).tolist()]

    return Maker(made, float(len(values)))


def email(setting: Setting) -> Maker:
    """Addresses in the reserved domains, from the row's name."""
    person = Person(setting)
    handles = _handles(setting, person)
    key = f"{setting.name} domain"

    def made(draw: Draw) -> Cells:
        domains = draw.rng(key).integers(0, len(DOMAINS), len(draw.index)).tolist()
        return [
            f"{first}{mark}{last}{end}@{DOMAINS[place]}"
            for (first, mark, last, end), place in zip(handles(draw), domains, strict=True)
        ]

    return Maker(made, _handle_space(setting, person) * len(DOMAINS), person.sources(), distinct=True)


def username(setting: Setting) -> Maker:
    """Login names from the row's name."""
    person = Person(setting)
    handles = _handles(setting, person)
    return Maker(
        lambda draw: list(map("".join, handles(draw))), _handle_space(setting, person), person.sources(), distinct=True
    )


def _handles(setting: Setting, person: Person) -> Callable[[Draw], Iterable[tuple[str, str, str, str]]]:
    """Given name, separator, family name and number; the number tells candidates apart in a unique column."""
    name, unique, key = setting.name, setting.rules.unique, setting.key

    def handles(draw: Draw) -> Iterable[tuple[str, str, str, str]]:
        rng, count = draw.rng(name), len(draw.index)
        marks = rng.integers(0, len(SEPARATORS), count).tolist()
        endings = rng.integers(0, len(ENDINGS), count).tolist()
        ends = _numbered(draw.index, key) if unique else [ENDINGS[place] for place in endings]
        return zip(
            person.first_slugs(draw), map(SEPARATORS.__getitem__, marks), person.last_slugs(draw), ends, strict=True
        )

    return handles


def _handle_space(setting: Setting, person: Person) -> float:
    return math.inf if setting.rules.unique else person.size * len(set(SEPARATORS)) * len(set(ENDINGS))


def player_name(setting: Setting) -> Maker:
    """What players call themselves."""
    return username(setting)


def _numbered(index: Ints, key: int) -> list[str]:
    """A number for each candidate that no other has; six digits as long as they last."""
    return list(map(str, (index // MILLION * MILLION + permuted(index, MILLION, key)).tolist()))


def _genders(column: Column | None) -> tuple[list[Cell], list[float] | None]:
    usual = kind("person.gender").constraints or Constraints()
    return chances_of(column.rules if column is not None and column.rules.enum else usual)


def _sex(value: Cell) -> int:
    """1 female, 2 male, 0 for anything else."""
    word = str(value).casefold()
    return 1 if word in FEMALE else 2 if word in MALE else 0


MAKERS: Mapping[str, Builder] = {
    "person.full_name": full_name,
    "person.first_name": first_name,
    "person.middle_name": middle_name,
    "person.last_name": last_name,
    "person.gender": gender,
    "person.title": title,
    "internet.email": email,
    "internet.username": username,
    "game.player_name": player_name,
}
