"""FEBRL's persons: the labels and the corruption are by others, and rows are one when they are about one person."""

import random

from dedup_families.dataset import Dataset, Offered
from dedup_families.sources import Sources

_NAMES = ("given_name", "surname", "address_1", "address_2", "suburb")
_CODES = ("street_number", "postcode", "state", "date_of_birth", "soc_sec_id")


def febrl(sources: Sources, seed: int, *, name: str = "dataset3", without: str | None = None) -> Dataset:
    """All rows of a FEBRL data set, in an order of the seed's.

    Args:
        without: a column to leave out.
    """
    rng = random.Random(f"febrl {seed}")
    found = sources.febrl(f"{name}.csv")
    rng.shuffle(found)
    names = [one for one in _NAMES + _CODES if one != without]
    columns = [{"name": one, "type": "string"} | ({} if one in _NAMES else {"constraints": {"pattern": "[0-9a-z]*"}})
               for one in names]  # fmt: skip
    groups = [int(row["rec_id"].split("-")[1]) for row in found]
    rows = [Offered({one: row[one] or None for one in names}, row["rec_id"].split("-")[2], group)
            for row, group in zip(found, groups, strict=True)]  # fmt: skip
    return Dataset(f"febrl {name}" + (f" without {without}" if without else ""), "entity", columns, rows, "entity")
