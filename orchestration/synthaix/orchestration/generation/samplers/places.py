"""Places: city, region, country, code, position and time zone that belong together."""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property

import numpy as np

from synthaix.orchestration.generation import vocabulary
from synthaix.orchestration.generation.samplers.categories import chances_of, choice_maker, picked
from synthaix.orchestration.generation.samplers.draw import Builder, Cells, Draw, Maker, Setting
from synthaix.orchestration.generation.samplers.gazetteer import City, cities
from synthaix.orchestration.generation.samplers.groups import group_of, members_of
from synthaix.orchestration.generation.samplers.lists import words
from synthaix.orchestration.generation.samplers.numbers import grid_of
from synthaix.orchestration.generation.samplers.phrases import Phrases, phrases
from synthaix.orchestration.generation.samplers.streets import streets
from synthaix.orchestration.generation.seeding import Ints, key_of, permuted
from synthaix.orchestration.schema.column import Cell, Column

ONE_PLACE = frozenset(
    words(
        "address.full address.street address.city address.state address.country address.country_code "
        "address.postal_code address.latitude address.longitude address.timezone finance.currency_code "
        "finance.currency_name person.nationality phone.country_prefix geo.coordinates geo.locale address.continent"
    )
)
ANCHORS = ("address.city", "address.country", "address.country_code", "address.street", "address.full")
WORLDLY = frozenset({"address.country", "address.country_code", "person.nationality"})
SPREAD_DEGREES = 0.08  # how far from its centre a city's addresses lie: some nine kilometres
CURRENCY_NAMES: Mapping[str, str] = {
    "USD": "US Dollar", "CAD": "Canadian Dollar", "GBP": "Pound Sterling", "EUR": "Euro", "CHF": "Swiss Franc",
    "PLN": "Polish Zloty", "SEK": "Swedish Krona", "DKK": "Danish Krone", "TRY": "Turkish Lira", "JPY": "Japanese Yen",
    "INR": "Indian Rupee", "AUD": "Australian Dollar", "BRL": "Brazilian Real", "MXN": "Mexican Peso",
    "ARS": "Argentine Peso", "KRW": "South Korean Won", "ZAR": "South African Rand",
}  # fmt: skip
CONTINENTS: Mapping[str, str] = {
    **dict.fromkeys(("US", "CA", "MX"), "North America"), **dict.fromkeys(("BR", "AR"), "South America"),
    **dict.fromkeys(("JP", "IN", "KR"), "Asia"), "AU": "Oceania", "ZA": "Africa",
}  # fmt: skip
Reading = Callable[[City], str]
READINGS: Mapping[str, Reading] = {
    "address.city": lambda city: city.name,
    "address.state": lambda city: city.region,
    "address.country": lambda city: city.country.name,
    "address.country_code": lambda city: city.country.code,
    "address.timezone": lambda city: city.timezone,
    "address.continent": lambda city: CONTINENTS.get(city.country.code, "Europe"),
    "finance.currency_code": lambda city: city.country.currency,
    "finance.currency_name": lambda city: CURRENCY_NAMES[city.country.currency],
    "person.nationality": lambda city: city.country.nationality,
    "phone.country_prefix": lambda city: city.country.calling_code,
    "geo.locale": lambda city: f"{city.country.language}-{city.country.code}",
}


class Place:
    """The place that a group of columns speaks of."""

    def __init__(self, setting: Setting) -> None:
        table, column = setting.table, setting.column
        self.together = members_of(table, column, ONE_PLACE, ANCHORS)
        self.group = group_of(table, column, ONE_PLACE, ANCHORS)
        self._key = f"place {self.group}"
        self._permutation = key_of(setting.seed, table.name, self._key)
        self.cities, self.weights = self._choose()
        self.unique = any(each.rules.unique for each in self.together if each.kind == "address.city")

    def _choose(self) -> tuple[tuple[City, ...], list[float] | None]:
        """The cities that the group's locale and its columns' values leave, and how often each comes."""
        kept = _near(self.together)
        weighted: dict[str, float] | None = None
        reading: Reading | None = None
        for column in self.together:
            told = READINGS.get(column.kind or "")
            if told is None or not column.rules.enum:
                continue
            values, weights = chances_of(column.rules)
            meant = {
                str(value).casefold(): chance
                for value, chance in zip(values, weights or [1.0] * len(values), strict=True)
            }
            left = tuple(city for city in kept if told(city).casefold() in meant)
            if left and {told(city).casefold() for city in left} == set(meant):
                kept = left
                if weights is not None and weighted is None:
                    weighted, reading = meant, told
        if weighted is None or reading is None:
            return kept, None
        told_of = [reading(city).casefold() for city in kept]
        return kept, [weighted[each] / told_of.count(each) for each in told_of]

    def covers(self, column: Column) -> bool:
        """Whether every value that the column may hold is that of a city of the group."""
        told = READINGS.get(column.kind or "")
        if told is None:
            return False
        known = {told(city).casefold() for city in self.cities}
        return {str(value).casefold() for value in column.rules.enum or ()} <= known

    def of(self, draw: Draw) -> list[int]:
        """The places in `cities`, one for each candidate."""
        return draw.shared(self._key, self._made)

    def _made(self, draw: Draw) -> list[int]:
        if self.unique:
            chosen = permuted(draw.index, len(self.cities), self._permutation)
        else:
            chosen = picked(draw.rng(self._key), len(self.cities), self.weights, len(draw.index))
        listed: list[int] = chosen.tolist()
        return listed

    @cached_property
    def distinct_cities(self) -> int:
        """How many different cities."""
        return len(self.cities)


def _near(columns: Sequence[Column]) -> tuple[City, ...]:
    """The cities of a locale; of the United States for a state or zip without a country; else of the world."""
    every = cities()
    spoken = next((column.locale for column in columns if column.locale), None)
    if spoken is not None:
        language, _, region = spoken.replace("_", "-").partition("-")
        local = tuple(city for city in every if city.country.code == region.upper())
        local = local or tuple(city for city in every if city.country.language == language.lower())
        if local:
            return local
    have = {column.kind for column in columns}
    if {"address.state", "address.postal_code"} & have and not WORLDLY & have:
        return tuple(city for city in every if city.country.code == "US")
    return every


def told(kind_name: str) -> Builder:
    """What a place says of itself: its city, country, currency ..."""
    reading = READINGS[kind_name]

    def build(setting: Setting) -> Maker:
        if setting.rules.unique and kind_name != "address.city":
            return choice_maker(setting, _every(setting, kind_name))
        place = Place(setting)
        spelling = {str(value).casefold(): value for value in setting.rules.enum or ()}
        values: list[Cell] = [spelling.get(reading(city).casefold(), reading(city)) for city in place.cities]

        def made(draw: Draw) -> Cells:
            return [values[city] for city in place.of(draw)]

        return Maker(made, float(len(set(values))), distinct=place.unique)

    return build


def _every(setting: Setting, kind_name: str) -> list[Cell]:
    """All values of a unique column: for countries more than the gazetteer has."""
    if setting.rules.enum:
        return chances_of(setting.rules)[0]
    if kind_name == "address.country":
        return list(vocabulary.countries(vocabulary.language_of(setting.locale)))
    return list(dict.fromkeys(READINGS[kind_name](city) for city in cities()))


def coordinate(axis: str) -> Builder:
    """Degrees near the place's city."""

    def build(setting: Setting) -> Maker:
        place = Place(setting)
        grid = grid_of(setting.rules, setting.column.type, decimals=2 if setting.column.type == "decimal" else 5)
        centers = np.array([getattr(city, axis) for city in place.cities])
        name = setting.name

        def made(draw: Draw) -> Cells:
            shares = draw.rng(name).random(len(draw.index))
            near = centers[place.of(draw)] + (shares - 0.5) * 2 * SPREAD_DEGREES
            return _kept(grid.cells(grid.steps(near)), near, grid.low, grid.high, shares)

        return Maker(made, float(len(centers)) * 2 * SPREAD_DEGREES * 10**grid.decimals)

    return build


def _kept(
    cells: Cells,
    near: "np.ndarray[tuple[int], np.dtype[np.float64]]",
    low: float,
    high: float,
    shares: "np.ndarray[tuple[int], np.dtype[np.float64]]",
) -> Cells:
    """The cells; anywhere between the bounds for a place that lies outside them."""
    outside = np.flatnonzero((near < low) | (near > high)).tolist()
    for row in outside:
        cells[row] = round(low + float(shares[row]) * (high - low), 5)
    return cells


def coordinates(setting: Setting) -> Maker:
    """`39.73921, -104.99030`."""
    place = Place(setting)
    centers = np.array([(city.latitude, city.longitude) for city in place.cities])
    name = setting.name

    def made(draw: Draw) -> Cells:
        shares = draw.rng(name).random((len(draw.index), 2))
        near = centers[place.of(draw)] + (shares - 0.5) * 2 * SPREAD_DEGREES
        return [f"{north:.5f}, {east:.5f}" for north, east in near.tolist()]

    return Maker(made, len(centers) * (2 * SPREAD_DEGREES * 1e5) ** 2)


def postal_code(setting: Setting) -> Maker:
    """Codes in the form of the place's country."""
    place = Place(setting)
    codes = {mask: _masked(mask) for mask in dict.fromkeys(city.postal for city in place.cities)}
    sizes = np.array([codes[city.postal].size for city in place.cities])
    space = float(sum(wording.size for wording in codes.values()))
    if setting.rules.unique:
        first = np.concatenate(([0], np.cumsum([wording.size for wording in codes.values()])))
        listed = list(codes.values())

        def counted(draw: Draw) -> Cells:
            return _nth(listed, first, permuted(draw.index, int(first[-1]), setting.key))

        return Maker(counted, space, distinct=True)
    order = {mask: number for number, mask in enumerate(codes)}
    masks = np.array([order[city.postal] for city in place.cities])
    firsts = np.concatenate(([0], np.cumsum([wording.size for wording in codes.values()])))
    wordings, name = list(codes.values()), setting.name

    def made(draw: Draw) -> Cells:
        at = np.array(place.of(draw))
        numbers = (draw.rng(name).random(len(at)) * sizes[at]).astype(np.int64)
        return _nth(wordings, firsts, numbers + firsts[masks[at]])

    return Maker(made, space)


def _nth(wordings: Sequence[Phrases], firsts: Ints, numbers: Ints) -> Cells:
    """The codes of these numbers, counted through all masks."""
    texts = np.empty(len(numbers), dtype=object)
    which = np.searchsorted(firsts[1:], numbers, side="right")
    for mask in np.unique(which).tolist():
        mine = np.flatnonzero(which == mask)
        texts[mine] = wordings[mask].nth(numbers[mine] - firsts[mask])
    found: Cells = texts.tolist()
    return found


def _masked(mask: str) -> Phrases:
    slots = {"#": "0123456789", "@": "ABCDEFGHJKLMNPRSTUVWXYZ"}
    return phrases([tuple(slots[sign]) if sign in slots else sign for sign in mask])


def street(setting: Setting) -> Maker:
    """Street and number as the place's country writes them."""
    place = Place(setting)
    by_language = {
        language: streets(language) for language in dict.fromkeys(city.country.language for city in place.cities)
    }
    of_language = np.array([list(by_language).index(city.country.language) for city in place.cities])
    name = setting.name
    if setting.rules.unique:
        wording = next(iter(by_language.values()))
        return Maker(
            lambda draw: list(wording.nth(permuted(draw.index, wording.size, setting.key))),
            float(wording.size),
            distinct=True,
        )

    def made(draw: Draw) -> Cells:
        spoken, shares = of_language[place.of(draw)], draw.rng(name).random(len(draw.index))
        texts = np.empty(len(shares), dtype=object)
        for number, wording in enumerate(by_language.values()):
            mine = np.flatnonzero(spoken == number)
            texts[mine] = wording.nth((shares[mine] * wording.size).astype(np.int64))
        found: Cells = texts.tolist()
        return found

    return Maker(made, float(sum(wording.size for wording in by_language.values())))


def full(setting: Setting) -> Maker:
    """A whole address in one line; its parts are the row's own where the row has them."""
    place = Place(setting)
    have = {column.kind: column.name for column in place.together}
    parts = [have.get(kind_name) for kind_name in ("address.street", "address.postal_code")]
    first, code = street(setting), postal_code(setting)
    american = [city.country.code in ("US", "CA", "AU") for city in place.cities]

    def made(draw: Draw) -> Cells:
        firsts, codes = (
            draw.raw[column] if column else maker.make(draw) for column, maker in zip(parts, (first, code), strict=True)
        )
        lines: Cells = []
        for row, at in enumerate(place.of(draw)):
            city = place.cities[at]
            town = f"{city.name}, {city.region} {codes[row]}" if american[at] else f"{codes[row]} {city.name}"
            lines.append(f"{firsts[row]}, {town}, {city.country.name}")
        return lines

    return Maker(made, first.space * code.space, frozenset(part for part in parts if part), distinct=first.distinct)


MAKERS: Mapping[str, Builder] = {
    **{kind_name: told(kind_name) for kind_name in READINGS},
    "address.full": full,
    "address.street": street,
    "address.postal_code": postal_code,
    "address.latitude": coordinate("latitude"),
    "address.longitude": coordinate("longitude"),
    "geo.coordinates": coordinates,
}
