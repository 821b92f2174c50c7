"""Shares and spreads of values that a request calls common or rare."""

from synthaix.orchestration.translation.facts import Choice, Facts, Leaning
from synthaix.orchestration.translation.leanings import key_of
from synthaix.orchestration.translation.readings import usual_options
from synthaix.orchestration.translation.shapes import TableSketch

COMMON, RARE = 75.0, 3.0  # percent that common values share, and that each rare one has
MOST_STEPS = 11  # whole numbers of a range that are weighed one by one, as those of a scale
_INSIDE = 1.15  # standard deviations on each side of the mean that hold about three quarters of a normal spread


def settle_leanings(table: TableSketch) -> None:
    """Turn what is common or rare into shares of values, or into a spread where a range is too wide for that.

    What fits neither the values of the column nor its range stays unread and is told.
    """
    for sketch in table.sketches:
        facts = sketch.facts
        if not facts.leanings or facts.formula or facts.references or any(facts.shares):
            continue
        told = [leaning.said for leaning in facts.leanings]
        if not (_weighed(facts, usual_options(sketch, table)) or _spread(facts)):
            facts.unread += told
        facts.leanings = []


def _weighed(facts: Facts, usual: list[str]) -> bool:
    """Give each value its share; false when the leanings speak of no closed set."""
    options = _options(facts, usual)
    if len(options) < 2:
        return False
    shares: list[float | None] = [None] * len(options)
    for how in ("more", "less"):
        places = [at for leaning in facts.leanings if leaning.how == how for at in _places(leaning, options)]
        if how == "more" and 0 < len(places) < len(options):
            for at in places:
                shares[at] = round(COMMON / len(places), 4)
        elif how == "less" and len(places) < len(options):
            for at in places:
                shares[at] = RARE
    if not any(shares):
        return any(leaning.how == "part" for leaning in facts.leanings)
    if None not in shares:
        whole = sum(share or 0.0 for share in shares)
        shares = [round(100 * (share or 0.0) / whole, 4) for share in shares]
    facts.choices, facts.shares = options, shares
    if options == [True, False]:
        facts.type = "boolean"
    if all(isinstance(option, int) and not isinstance(option, bool) for option in options):
        facts.low = facts.high = None
    return True


def _options(facts: Facts, usual: list[str]) -> list[Choice]:
    """The values among which some are common: those stated, those of a short scale, of the kind, or of the leanings."""
    said = [value for leaning in facts.leanings for value in leaning.values]
    if facts.type == "boolean" or (said and {key_of(value) for value in said} <= {"yes", "no", "true", "false"}):
        return [True, False]
    if facts.choices:
        return list(facts.choices)
    low, high = facts.low, facts.high
    if low is not None and high is not None:
        whole = low == int(low) and high == int(high) and not facts.fractions
        return list(range(int(low), int(high) + 1)) if whole and 0 < high - low < MOST_STEPS else []
    keys = {key_of(option) for option in usual}
    if said and all(key_of(value) in keys for value in said):
        return list(usual)
    words = all(isinstance(value, str) for value in said)
    return list(dict.fromkeys(said)) if words and low is None and high is None and len(facts.leanings) > 1 else []


def _places(leaning: Leaning, options: list[Choice]) -> list[int]:
    """Where the options stand of which a leaning speaks."""
    if leaning.span is not None:
        low, high = leaning.span
        return [at for at, option in enumerate(options) if isinstance(option, int | float) and low <= option <= high]
    answers = {"yes": "true", "no": "false"} if options == [True, False] else {}
    wanted = {answers.get(key_of(value), key_of(value)) for value in leaning.values}
    return [at for at, option in enumerate(options) if key_of(option) in wanted]


def _spread(facts: Facts) -> bool:
    """A normal spread around what is common of a wide range."""
    common = next((leaning for leaning in facts.leanings if leaning.how == "more"), None)
    if common is None or facts.choices or "distribution" in facts.rules:
        return False
    numbers = [value for value in common.values if isinstance(value, int | float) and not isinstance(value, bool)]
    low, high = common.span or (float(min(numbers, default=0)), float(max(numbers, default=0)))
    if not (common.span or numbers) or len(numbers) != len(common.values):
        return False
    mean = (low + high) / 2
    wide = (facts.high - facts.low) / 10 if facts.low is not None and facts.high is not None else abs(mean) * 0.2
    std = (high - low + 1) / 2 / _INSIDE if high > low else wide
    if std <= 0:
        return False
    facts.rules["distribution"] = {"name": "normal", "mean": mean, "std": round(std, 4)}
    return True
