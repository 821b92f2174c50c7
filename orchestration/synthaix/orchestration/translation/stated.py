"""What a request states about a column, as constraints of its type."""

from collections.abc import Iterable, Sequence

from synthaix.orchestration.schema.catalogue.kind import Kind
from synthaix.orchestration.schema.column import NUMERIC_TYPES, TEMPORAL_TYPES, ColumnType
from synthaix.orchestration.schema.kinds import kinds
from synthaix.orchestration.schema.temporal import moment_of
from synthaix.orchestration.translation.choices import completed_shares
from synthaix.orchestration.translation.facts import Choice, Facts

MONEY = frozenset(
    "$ € £ ¥ ₹ usd eur gbp inr rupees dollars dollar euros euro pounds pound jpy yen chf brl cad aud "
    "cents us dollars reais reals zloty kronor kroner pesos lira francs yuan rand".split()
)
_CURRENCY = {
    "$": "USD",
    "€": "EUR",
    "£": "GBP",
    "¥": "JPY",
    "₹": "INR",
    "dollar": "USD",
    "euro": "EUR",
    "pound": "GBP",
    "yen": "JPY",
    "rupee": "INR",
    "us dollar": "USD",
    "real": "BRL",
    "reai": "BRL",
    "peso": "MXN",
    "franc": "CHF",
    "zloty": "PLN",
    "rand": "ZAR",
    "yuan": "CNY",
    "lira": "TRY",
}


def implied_type(facts: Facts) -> ColumnType | None:
    """The type that was stated, or that follows from what was."""
    if facts.type is not None:
        return facts.type if facts.family != "text" else None
    if facts.choices:
        return _type_of_choices(facts.choices)
    if "first_hour" in facts.rules:
        return None
    if facts.moments is not None and facts.low is None and facts.high is None:
        return "date"
    if facts.unit:
        return "decimal" if facts.unit in MONEY else "float"
    if (facts.low is not None or facts.high is not None) and facts.moments is None:
        return "float"
    if "decimals" in facts.rules:
        return "decimal" if facts.rules["decimals"] else "float"
    if facts.rules.get("distribution") not in (None, {"name": "uniform"}):
        return "integer" if _is_sequence(facts) else "float"
    if "pattern" in facts.rules:
        return "string"
    return None


def _type_of_choices(choices: Sequence[Choice]) -> ColumnType:
    """What values of a closed set are: yes and no, numbers, or words."""
    if all(isinstance(value, bool) for value in choices) or {str(value).casefold() for value in choices} == {
        "yes",
        "no",
    }:
        return "boolean"
    if all(isinstance(value, int | float) and not isinstance(value, bool) for value in choices):
        return "integer" if all(isinstance(value, int) for value in choices) else "decimal"
    return "category"


def _is_sequence(facts: Facts) -> bool:
    spread = facts.rules.get("distribution")
    return isinstance(spread, dict) and spread.get("name") == "sequence"


def kind_with(values: Iterable[Choice]) -> Kind | None:
    """The kind whose closed set has all these values; None when none or only the general ones do."""
    folded = {str(value).casefold() for value in values}
    if all(len(value) < 2 for value in folded):
        return None  # letters say nothing: a variant A or B is no grade
    for kind in kinds().values():
        enum = kind.constraints.enum if kind.constraints else None
        if enum and len(folded) > 1 and folded <= {str(value).casefold() for value in enum}:
            return kind
    return None


def rules_of(facts: Facts, type_: ColumnType) -> dict[str, object]:
    """The stated constraints that apply to the type."""
    rules = {
        name: value
        for name, value in facts.rules.items()
        if name == "unique" or (name in ("nullable", "null_rate") and value is not False)
    }
    if rules.get("null_rate") is None:
        rules.pop("null_rate", None)
    rules |= _choice_rules(facts, type_)
    if type_ in NUMERIC_TYPES and "enum" not in rules:
        rules |= _number_rules(facts, type_)
    elif type_ in TEMPORAL_TYPES:
        rules |= _moment_rules(facts, type_)
    elif type_ in ("string", "text") and "enum" not in rules:
        rules |= {name: facts.rules[name] for name in ("min_length", "max_length", "pattern") if name in facts.rules}
        if rules.get("pattern"):
            rules.pop("min_length", None)
            rules.pop("max_length", None)
        least, most = rules.get("min_length"), rules.get("max_length")
        if isinstance(least, int) and isinstance(most, int) and least > most:
            rules["min_length"], rules["max_length"] = most, least
    elif type_ in ("array", "object"):
        rules |= {name: facts.rules[name] for name in ("min_length", "max_length") if name in facts.rules}
    if type_ == "integer" and _is_sequence(facts):
        rules |= {"distribution": facts.rules["distribution"], "unique": True}
    return rules


def _choice_rules(facts: Facts, type_: ColumnType) -> dict[str, object]:
    if not facts.choices or type_ in ("object", "array", "uuid", *TEMPORAL_TYPES):
        return {}
    values: list[Choice] = list(facts.choices)
    if type_ == "boolean":
        shares = [share for share in facts.shares if share is not None]
        if len(shares) != 2:
            return {}
        first_true = str(values[0]).casefold() in ("true", "yes", "1", "y")
        return {"enum": [True, False], "weights": shares if first_true else shares[::-1]}
    if type_ in NUMERIC_TYPES:
        values = [value for value in values if isinstance(value, int | float) and not isinstance(value, bool)]
        values = [int(value) for value in values] if type_ == "integer" else values
    elif type_ in ("string", "text"):
        values = [str(value) for value in values]
    if len(set(map(str, values))) != len(facts.choices):
        return {"enum": list(dict.fromkeys(values))} if values else {}
    if facts.shares and len(facts.shares) == len(values):
        shares = [share or 0.0 for share in completed_shares(facts.shares)]
        if sum(shares) > 0:
            return {"enum": values, "weights": shares}
    return {"enum": values}


def _number_rules(facts: Facts, type_: ColumnType) -> dict[str, object]:
    rules: dict[str, object] = {}
    low, high = facts.low, facts.high
    if low is not None and high is not None and low > high:
        low, high = high, low
    exclusive = {name: facts.rules[name] for name in ("exclusive_min", "exclusive_max") if name in facts.rules}
    whole = type_ == "integer"
    for name, bound in (("min", low), ("max", high)):
        other = f"exclusive_{name}"
        if bound is None or (other in exclusive and exclusive[other] == bound):
            continue
        rules[name] = int(bound) if bound == int(bound) else bound
    for name, value in exclusive.items():
        if isinstance(value, int | float) and value == (low if name == "exclusive_min" else high):
            rules[name] = int(value) if value == int(value) else value
    if not whole and "decimals" in facts.rules:
        rules["decimals"] = facts.rules["decimals"]
    spread = facts.rules.get("distribution")
    if isinstance(spread, dict) and spread["name"] != "sequence":
        rules["distribution"] = spread
    return rules


def _moment_rules(facts: Facts, type_: ColumnType) -> dict[str, object]:
    if type_ == "time":
        hours = {"min": facts.rules.get("first_hour"), "max": facts.rules.get("last_hour")}
        return {name: value for name, value in hours.items() if value}
    first, last = facts.moments or (None, None)
    if facts.moments is None:
        years = [year_edge(bound, last=place == 1) for place, bound in enumerate((facts.low, facts.high))]
        first, last = years[0], years[1]
    bounds = {"min": first, "max": last}
    rules: dict[str, object] = {name: value for name, value in bounds.items() if value and moment_of(type_, value)}
    if first and last and first > last:
        rules = {}
    return rules


def year_edge(number: float | None, *, last: bool) -> str | None:
    """The first or last day of a year that stands as a bare number."""
    if number is None or number != int(number) or not 1000 <= number <= 9999:
        return None
    return f"{int(number)}-12-31" if last else f"{int(number)}-01-01"


def description(facts: Facts, type_: ColumnType) -> str:
    unit = unit_name(facts.unit)
    said = facts.description.strip()
    if unit and type_ in NUMERIC_TYPES:
        said = f"{said} in {unit}".strip()
    hours = (facts.rules.get("first_hour"), facts.rules.get("last_hour"))
    if type_ == "datetime" and all(hours):
        said = f"{said} between {hours[0]} and {hours[1]}".strip()
    return (said[:1].upper() + said[1:])[:400]


def unit_name(unit: str | None) -> str:
    """A unit as people write it."""
    if not unit:
        return ""
    singular = unit.rstrip("s") if len(unit) > 3 else unit
    if singular in _CURRENCY:
        return _CURRENCY[singular]
    return unit.upper() if unit in MONEY else unit
