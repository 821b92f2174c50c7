"""A grammar of product reviews: three or four aspects, each for or against, each in one of four wordings.

Two reviews are one when they say the same things about the same product, however they word it and in whichever order.
"""

import random
from typing import Literal

from dedup_families.dataset import Dataset, Family, Offered, Row, interleaved
from dedup_families.employers import EMPLOYERS
from dedup_families.wordings import FREE, USUAL, Wordings

PRODUCTS = (
    "kettle", "backpack", "office chair", "desk lamp", "headphones", "blender", "rain jacket", "tent", "scooter", "mattress",
    "coffee grinder", "keyboard", "toaster", "suitcase", "bookshelf", "night light", "loudspeaker", "juicer", "raincoat",
    "sleeping bag", "bicycle", "pillow", "pressure cooker", "monitor", "fan", "heater", "vacuum cleaner", "sewing machine",
    "stroller", "hammock", "drill", "lawn mower", "hair dryer", "shaver", "camera", "tripod", "printer", "router", "freezer",
    "air fryer", "rug", "sofa", "bunk bed", "dishwasher", "humidifier", "treadmill", "tea pot", "step ladder",
)  # fmt: skip
Meaning = frozenset[tuple[str, int]]


_WORDINGS: dict[str, tuple[Wordings, str, Family]] = {
    "usual": (USUAL, "generated reviews", "reworded reviews"),
    "free": (FREE, "freely reworded", "free rewording"),
    "employers": (EMPLOYERS, "employer reviews", "another subject"),
}


def reworded_reviews(seed: int, rows: int, wording: Literal["usual", "free", "employers"] = "usual") -> Dataset:
    """Reviews, the same reviews in other words, and reviews that differ in one thing said.

    Args:
        wording: usual: as a model rewords its own. free: sharing hardly a word. employers: on another subject.
    """
    rng = random.Random(f"reviews {seed}")
    wordings, name, family = _WORDINGS[wording]
    data = Dataset(name, family, [
        {"name": "product", "type": "category", "constraints": {"enum": list(PRODUCTS)}},
        {"name": "stars", "type": "integer", "constraints": {"min": 1, "max": 5}},
        {"name": "review", "type": "text", "strategy": "llm"},
    ])  # fmt: skip
    base: list[Offered] = []
    derived: list[tuple[int, Offered]] = []
    known: set[tuple[str, int, Meaning]] = set()
    said: list[tuple[str, int, list[tuple[str, int, int]]]] = []  # product, stars, (aspect, side, wording)
    while len(base) < round(rows / 1.9):
        product, parts = rng.choice(PRODUCTS), _parts(wordings, rng)
        stars = min(5, max(1, 1 + sum(2 * (side == 0) for _, side, _ in parts) + rng.choice([-1, 0])))
        if not _new(known, product, stars, parts):
            continue
        base.append(Offered(_row(wordings, product, stars, parts), "base", len(base)))
        said.append((product, stars, parts))
    for place, (product, stars, parts) in enumerate(said):
        turn = rng.random()
        if turn < 0.45:
            other = [(aspect, side, rng.choice([one for one in range(4) if one != wording]))
                     for aspect, side, wording in parts]  # fmt: skip
            row = _row(wordings, product, stars, rng.sample(other, len(other)))
            derived.append((place, Offered(row, "reworded", place)))
        elif turn < 0.9:
            kind, other = _changed(wordings, parts, rng)
            if _new(known, product, stars, other):
                row = _row(wordings, product, stars, other)
                derived.append((place, Offered(row, kind, len(base) + len(derived))))
    data.rows = interleaved(base, derived, rng)
    return data


def _parts(wordings: Wordings, rng: random.Random) -> list[tuple[str, int, int]]:
    aspects = rng.sample(list(wordings), rng.choice([3, 3, 4]))
    return [(aspect, rng.randrange(2), rng.randrange(4)) for aspect in aspects]


def _changed(
    wordings: Wordings, parts: list[tuple[str, int, int]], rng: random.Random
) -> tuple[str, list[tuple[str, int, int]]]:
    """One aspect turned or exchanged; the others word for word, or reworded."""
    place = rng.randrange(len(parts))
    aspect, side, wording = parts[place]
    if rng.random() < 0.5:
        kind, new = "one aspect turned", (aspect, 1 - side, wording)
    else:
        free = [one for one in wordings if one not in {name for name, _, _ in parts}]
        kind, new = "one aspect exchanged", (rng.choice(free), side, wording)
    other = [(name, way, rng.randrange(4)) for name, way, _ in parts] if rng.random() < 0.5 else list(parts)
    other[place] = new
    return kind, other


def _new(known: set[tuple[str, int, Meaning]], product: str, stars: int, parts: list[tuple[str, int, int]]) -> bool:
    meaning = (product, stars, frozenset((aspect, side) for aspect, side, _ in parts))
    if meaning in known:
        return False
    known.add(meaning)
    return True


def _row(wordings: Wordings, product: str, stars: int, parts: list[tuple[str, int, int]]) -> Row:
    sentences = [wordings[aspect][side][wording] for aspect, side, wording in parts]
    return {"product": product, "stars": stars, "review": " ".join(sentences)}
