"""Arrays and objects: short lists of values, a few named values."""

from collections.abc import Mapping

from synthaix.orchestration.generation.samplers.categories import chances_of
from synthaix.orchestration.generation.samplers.draw import Cells, Draw, Maker, Setting
from synthaix.orchestration.generation.samplers.facts import TAGS
from synthaix.orchestration.generation.samplers.lists import listed
from synthaix.orchestration.schema.catalogue.spelling import spelled
from synthaix.orchestration.schema.column import Cell

ITEMS = (1, 4)  # how many items where nothing else is said
TOPICS: Mapping[str, tuple[str, ...]] = {
    "hobby": listed("reading|hiking|chess|cooking|photography|cycling|painting|gardening|music|yoga|running|fishing"),
    "interest": listed("travel|technology|sports|music|food|art|science|fashion|film|nature|history|games"),
    "skill": listed("SQL|Python|Excel|negotiation|writing|design|sales|teaching|planning|statistics"),
    "amenity": listed("parking|balcony|elevator|garden|pool|gym|wifi|dishwasher|air conditioning|fireplace"),
    "feature": listed("dark mode|export|search|offline use|notifications|two-factor login|sharing|calendar|reports"),
    "ingredient": listed("flour|tomato|basil|olive oil|garlic|onion|salt|butter|egg|milk|pepper|rice"),
    "language": listed("English|Spanish|German|French|Portuguese|Italian|Japanese|Turkish|Polish|Dutch"),
    "genre": listed("drama|comedy|action|thriller|documentary|romance|animation|fantasy"),
    "category": listed("books|garden|kitchen|office|outdoor|toys|music|electronics|clothing"),
    "allergy": listed("pollen|peanuts|latex|penicillin|shellfish|dust mites"),
    "size": listed("XS|S|M|L|XL"),
    "color": listed("black|white|grey|blue|green|red|beige"),
}
SETTINGS: Mapping[str, tuple[Cell, ...]] = {
    "source": ("web", "mobile", "api", "import"),
    "version": (1, 2, 3, 4, 5),
    "language": ("en", "de", "fr", "es"),
    "theme": ("light", "dark", "system"),
    "notifications": (True, False),
    "score": tuple(range(101)),
}


def array_maker(setting: Setting, items: Maker | None = None) -> Maker:
    """Lists without repeats; `min_length` and `max_length` count their items, `enum` says which there are.

    Args:
        items: what makes the items, where the column has a kind; from a list of words otherwise.
    """
    rules, column, name = setting.rules, setting.column, setting.name
    least = (
        rules.min_length
        if rules.min_length is not None
        else min(ITEMS[0], rules.max_length if rules.max_length is not None else 1)
    )
    most = rules.max_length if rules.max_length is not None else max(ITEMS[1], least)
    words = (
        list(chances_of(rules)[0])
        or list(column.values or ())
        or (list(column.examples or ()) if items is None else [])
    )
    listed: list[Cell] = words or list(_topic(column.name))
    most = max(least, min(most, least + 20))

    def made(draw: Draw) -> Cells:
        rng, count = draw.rng(name), len(draw.index)
        lengths = rng.integers(least, most, count, endpoint=True).tolist()
        source = items.make(draw) if items is not None and not words else None
        pool = source if source is not None else listed
        starts = rng.integers(0, len(pool), (count, most + 1)).tolist() if most else [[]] * count
        return [_some(pool, start, length) for start, length in zip(starts, lengths, strict=True)]

    size = float(len(set(map(str, listed))))
    return Maker(made, max(2.0, size ** min(most, 40)) if items is None else max(2.0, items.space))


def _some(pool: Cells, places: list[int], length: int) -> Cell:
    """So many items of the pool, no two alike as long as there are enough."""
    chosen: list[Cell] = []
    for place in places[:length]:
        step = 0
        while pool[(place + step) % len(pool)] in chosen and step < len(pool):
            step += 1
        chosen.append(pool[(place + step) % len(pool)])
    return chosen


def _topic(name: str) -> tuple[str, ...]:
    return next((TOPICS[word] for word in spelled(name) if word in TOPICS), TAGS)


def object_maker(setting: Setting) -> Maker:
    """A few named values."""
    name = setting.name

    def made(draw: Draw) -> Cells:
        rng, count = draw.rng(name), len(draw.index)
        columns = [
            [values[place] for place in rng.integers(0, len(values), count).tolist()] for values in SETTINGS.values()
        ]
        return [dict(zip(SETTINGS, row, strict=True)) for row in zip(*columns, strict=True)]

    space = 1.0
    for values in SETTINGS.values():
        space *= len(values)
    return Maker(made, space)
