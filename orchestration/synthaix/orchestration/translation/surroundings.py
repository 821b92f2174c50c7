"""Where, when and in which currency: what holds for several columns at once."""

import re
from datetime import date

from synthaix.orchestration.translation.asides import read_phrase
from synthaix.orchestration.translation.facts import Facts, Phrase
from synthaix.orchestration.translation.mentions import Mention, first_mention, mentions_in
from synthaix.orchestration.translation.moments import read_moments
from synthaix.orchestration.translation.naming import stripped
from synthaix.orchestration.translation.readings import is_dated, kind_domain, kind_name
from synthaix.orchestration.translation.regions import Region, regions_in, without_regions
from synthaix.orchestration.translation.shapes import TableSketch
from synthaix.orchestration.translation.sketches import Sketch

_CURRENCIES = frozenset("USD EUR GBP JPY CHF BRL INR CAD AUD SEK DKK PLN TRY MXN ARS KRW ZAR NOK CNY".split())
_MONEY = {
    "dollars": "USD",
    "us dollars": "USD",
    "euros": "EUR",
    "pounds": "GBP",
    "british pounds": "GBP",
    "yen": "JPY",
    "rupees": "INR",
    "reais": "BRL",
    "swiss francs": "CHF",
    "dollar": "USD",
    "euro": "EUR",
}
LOCAL_DOMAINS = ("person", "address", "phone")
_COUNTRIES = frozenset({"address.country", "address.country_code", "person.nationality"})
UNSPOKEN = frozenset(
    "person.age person.gender person.birth_date person.height_cm person.weight_kg person.blood_type "
    "person.children person.marital_status person.national_id person.passport_number "
    "person.education_level person.ethnicity".split()
)


def qualify(table: TableSketch, plain: str, today: date) -> bool:
    """`emails must be unique`, `discharge is after admission`: more about columns that are there."""
    targets = _targets(table, plain)
    if not targets:
        return False
    last = targets[-1]
    _, facts = read_phrase(f"{plain[: targets[0].start]} {plain[last.stop :]}", today)
    facts.description = ""
    if facts.empty:
        return False
    for mention in targets:
        mention.sketch.facts.merge(facts if len(targets) == 1 else _shareable(facts))
    return True


def _targets(table: TableSketch, plain: str) -> list[Mention]:
    """The columns before the verb; the first one spoken of when there is no verb before it."""
    named = mentions_in(plain, table.sketches)
    first = first_mention(plain, table.sketches)
    if first is None:
        return []
    if not named or first.start < named[0].start or first.sketch is not named[0].sketch:
        return [first]
    targets = [named[0]]
    for mention in named[1:]:
        between = plain[targets[-1].stop : mention.start]
        if not re.fullmatch(r"s?(?:,| and|, and| &|/| or)+ (?:the |their )?", between):
            break
        targets.append(mention)
    return targets


def _shareable(facts: Facts) -> Facts:
    """A copy of what may hold for several columns."""
    return Facts(
        type=facts.type,
        rules=dict(facts.rules),
        low=facts.low,
        high=facts.high,
        moments=facts.moments,
        unit=facts.unit,
        choices=list(facts.choices),
        shares=list(facts.shares),
    )


def places(table: TableSketch, plain: str, today: date) -> bool:
    """`customers from Germany`: where people and addresses are."""
    regions = regions_in(plain)
    if not regions:
        return False
    local = [sketch for sketch in table.sketches if kind_domain(sketch, table) in LOCAL_DOMAINS]
    kinds_here = {kind_name(sketch, table): sketch for sketch in reversed(local)}
    codes = list(dict.fromkeys(region.code for region in regions))
    cities = [region.city for region in regions if region.city]
    if cities and "address.city" in kinds_here and not kinds_here["address.city"].facts.choices:
        kinds_here["address.city"].facts.choices = list(dict.fromkeys(cities))
        _tell(table, kinds_here["address.city"])
    for name, values in (
        ("address.country", [region.country for region in regions]),
        ("address.country_code", codes),
        ("person.nationality", []),
    ):
        if name in kinds_here and values and not kinds_here[name].facts.choices:
            kinds_here[name].facts.choices = list(dict.fromkeys(values))
            _tell(table, kinds_here[name])
    _localized(table, local, regions)
    rest = without_regions(plain)
    if rest and rest != plain:
        when(table, rest, today)
        leftover = stripped(rest)
        if leftover and first_mention(leftover, table.sketches):
            qualify(table, leftover, today)
    if not local:
        table.assumptions.append(
            "No column says where people or places are, so the place named in the request changes nothing."
        )
    return True


def settle_locale(table: TableSketch, locale: str | None) -> bool:
    """Give people and places the locale of the request's own language where it names no country; false when there are none."""
    local = [
        sketch
        for sketch in table.sketches
        if kind_domain(sketch, table) in LOCAL_DOMAINS and kind_name(sketch, table) not in UNSPOKEN | _COUNTRIES
    ]
    for sketch in local:
        sketch.facts.locale = sketch.facts.locale or locale
    return bool(local)


def _localized(table: TableSketch, local: list[Sketch], regions: list[Region]) -> None:
    """Give the columns of people and places the locale of the one place named; of several none."""
    countries = list(dict.fromkeys(region.country for region in regions))
    for sketch in local:
        if kind_name(sketch, table) in UNSPOKEN:
            continue
        if len(countries) == 1:
            sketch.facts.locale = regions[0].locale
        elif not sketch.facts.choices and not sketch.facts.locale:
            named = " and ".join(countries)
            sketch.facts.doubts.append(f"all cells follow one locale, since one column cannot mix {named}")


def _tell(table: TableSketch, sketch: Sketch) -> None:
    listed = " or ".join(str(value) for value in sketch.facts.choices)
    table.assumptions.append(f"`{sketch.name}` is always {listed}, the place that the request names.")


def money(table: TableSketch, plain: str, today: date) -> bool:
    """`all amounts in EUR`, `only USD and EUR`."""
    codes = [word for word in re.findall(r"\b[A-Z]{3}\b", plain) if word in _CURRENCIES]
    codes += [code for word, code in _MONEY.items() if re.search(rf"\b{word}\b", plain, re.IGNORECASE)]
    codes = list(dict.fromkeys(codes))
    if not codes:
        return False
    currency = next((sketch for sketch in table.sketches if kind_name(sketch, table) == "finance.currency_code"), None)
    amounts = [
        sketch for sketch in table.sketches if kind_domain(sketch, table) in ("finance",) and sketch is not currency
    ]
    if currency is not None:
        currency.facts.choices = list(codes)
    elif len(codes) == 1 and amounts:
        for sketch in amounts:
            sketch.facts.unit = sketch.facts.unit or codes[0].casefold()
    return currency is not None or bool(amounts)


def when(table: TableSketch, plain: str, today: date) -> bool:
    """`over the last year`: of every date but those of birth."""
    phrase, facts = Phrase(plain), Facts()
    read_moments(phrase, facts, today)
    if facts.moments is None:
        return False
    dated = [sketch for sketch in table.sketches if is_dated(sketch, table) and sketch.facts.moments is None]
    for sketch in dated[:1] if any(each.facts.after for each in dated) else dated:
        sketch.facts.moments = facts.moments
    return bool(dated)
