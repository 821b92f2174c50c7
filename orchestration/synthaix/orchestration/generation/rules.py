"""What a column obeys once its kind has had its say."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from synthaix.orchestration.generation.samplers.times import TODAY
from synthaix.orchestration.schema.column import NUMERIC_TYPES, TEMPORAL_TYPES, Column, Constraints, Distribution
from synthaix.orchestration.schema.kinds import kinds
from synthaix.orchestration.schema.schema import Table

NULL_RATE = 0.05  # of a nullable column that states none
BOUNDS = ("min", "max", "exclusive_min", "exclusive_max", "after", "before")
OWN = ("unique", "nullable", "null_rate", "references", "expression")  # never a kind's to say


def completed(table: Table) -> dict[str, Constraints]:
    """The constraints of each column, with its kind's where it says nothing and where they fit."""
    rules = {column.name: _completed(column) for column in table.columns}
    ages = [column for column in table.columns if column.kind == "person.age"]
    births = [
        column for column in table.columns if column.kind == "person.birth_date" and column.type in TEMPORAL_TYPES
    ]
    if len(ages) == len(births) == 1:
        rules[births[0].name] = _born(births[0], rules[births[0].name], rules[ages[0].name])
    return rules


def null_rate(rules: Constraints) -> float:
    """The share of nulls."""
    if rules.null_rate is not None:
        return rules.null_rate
    return NULL_RATE if rules.nullable else 0.0


def _completed(column: Column) -> Constraints:
    stated = column.rules
    kind = kinds().get(column.kind or "")
    if kind is None or kind.constraints is None:
        return stated
    usual = {name: getattr(kind.constraints, name) for name in kind.constraints.model_fields_set if name not in OWN}
    said = {name: getattr(stated, name) for name in stated.model_fields_set if getattr(stated, name) is not None}
    if not _alike(column, kind.type) or said.get("enum") or said.get("pattern"):
        usual = {}
    if said.keys() & set(BOUNDS):
        usual = _beside(usual, said)
    if isinstance(said.get("distribution"), Distribution):
        usual = around(usual, said["distribution"])
    spread = usual.get("distribution")
    if spread is not None and (spread.name == "sequence" or column.type not in NUMERIC_TYPES | {"string", "category"}):
        del usual["distribution"]
    if said.keys() & {"format", "min_length", "max_length"}:
        usual.pop("pattern", None)
    if column.type == "decimal" and "decimals" not in said:
        usual["decimals"] = min(2, usual.get("decimals", 2))
    return Constraints.model_construct(**{**stated.__dict__, **usual, **said})


def _alike(column: Column, kind_type: str) -> bool:
    """Whether a kind's constraints make sense for the column's type; texts may hold what is no text."""
    if column.type in NUMERIC_TYPES:
        return kind_type in NUMERIC_TYPES
    if column.type in TEMPORAL_TYPES:
        return kind_type in TEMPORAL_TYPES and (kind_type == "time") == (column.type == "time")
    return column.type in ("string", "text", "category") or column.type == kind_type


def _beside(usual: Mapping[str, object], said: Mapping[str, object]) -> dict[str, object]:
    """A kind's bounds beside stated ones: only those on the other side, and only if something is left between."""
    kept = {name: value for name, value in usual.items() if name not in BOUNDS}
    low = said.get("min", said.get("exclusive_min"))
    high = said.get("max", said.get("exclusive_max"))
    least, most = usual.get("min"), usual.get("max")
    if low is None and least is not None and high is not None and _below(least, high):
        kept["min"] = least
    if high is None and most is not None and low is not None and _below(low, most):
        kept["max"] = most
    if ("min" in usual and low is None and "min" not in kept) or (
        "max" in usual and high is None and "max" not in kept
    ):
        kept.pop("distribution", None)
    return kept


def around(usual: Mapping[str, Any], spread: Distribution) -> dict[str, Any]:
    """A kind's bounds beside a stated spread: none where its middle lies outside; what is never negative stays so."""
    middle = spread.mean if spread.mean is not None else spread.median
    low, high = usual.get("min"), usual.get("max")
    if middle is None or not isinstance(low or 0, int | float) or not isinstance(high or 0, int | float):
        return dict(usual)
    edge = 0.05 * (high - low) if low is not None and high is not None and spread.name == "normal" else 0
    if (low is None or low + edge <= middle) and (high is None or middle <= high - edge):
        return dict(usual)
    kept = {name: value for name, value in usual.items() if name not in ("min", "max")}
    return {**kept, "min": 0} if low is not None and low >= 0 < middle else kept


def _below(first: object, second: object) -> bool:
    if isinstance(first, str) and isinstance(second, str):
        return first[:10] < second[:10]
    return isinstance(first, int | float) and isinstance(second, int | float) and first < second


def _born(column: Column, rules: Constraints, age: Constraints) -> Constraints:
    """The birth dates of people whose age, on TODAY, is within the stated bounds."""
    stated = column.rules
    first, last = rules.min, rules.max
    if isinstance(age.max, int | float) and not (isinstance(stated.min, str) and age.distribution):
        first = max(str(first or ""), _years_before(int(age.max) + 1, days=1))
    if isinstance(age.min, int | float):
        last = min(str(last or "9999-12-31"), _years_before(int(age.min)))
    if column.type != "date" or str(first) > str(last):
        return rules
    return rules.model_copy(update={"min": first, "max": last})


def _years_before(years: int, days: int = 0) -> str:
    day = date(TODAY.year - min(years, 1_900), TODAY.month, TODAY.day)
    return date.fromordinal(day.toordinal() + days).isoformat()
