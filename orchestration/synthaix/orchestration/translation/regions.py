"""Countries, nationalities and cities in a text, and the locale that they call for."""

import re
from dataclasses import dataclass
from functools import cache

from synthaix.orchestration.generation.samplers.gazetteer import cities, countries

# countries whose cities the gazetteer does not have: name, nationality, code, language
_OTHERS = """
China Chinese CN zh; Russia Russian RU ru; Ukraine Ukrainian UA uk; Greece Greek GR el; Croatia Croatian HR hr;
Czechia Czech CZ cs; Hungary Hungarian HU hu; Slovakia Slovak SK sk; Estonia Estonian EE et;
Norway Norwegian NO no; Finland Finnish FI fi; Iceland Icelandic IS is; Iran Iranian IR fa; Egypt Egyptian EG ar;
Morocco Moroccan MA ar; Colombia Colombian CO es; Chile Chilean CL es; Peru Peruvian PE es;
Nigeria Nigerian NG en; Kenya Kenyan KE en; Singapore Singaporean SG en; Philippines Filipino PH en;
Kazakhstan Kazakh KZ kk; Azerbaijan Azerbaijani AZ az; Taiwan Taiwanese TW zh; Vietnam Vietnamese VN en;
Thailand Thai TH en; Indonesia Indonesian ID en
"""
_ALSO = {
    "usa": "US",
    "u.s.": "US",
    "u.s": "US",
    "us-based": "US",
    "america": "US",
    "united states of america": "US",
    "uk": "GB",
    "u.k.": "GB",
    "great britain": "GB",
    "britain": "GB",
    "england": "GB",
    "english customers": "GB",
    "holland": "NL",
    "brasil": "BR",
    "deutschland": "DE",
    "españa": "ES",
    "espana": "ES",
    "spanien": "ES",
    "espagne": "ES",
    "espanha": "ES",
    "österreich": "AT",
    "oesterreich": "AT",
    "autriche": "AT",
    "schweiz": "CH",
    "suisse": "CH",
    "suiza": "CH",
    "suíça": "CH",
    "alemania": "DE",
    "allemagne": "DE",
    "alemanha": "DE",
    "frankreich": "FR",
    "francia": "FR",
    "frança": "FR",
    "italien": "IT",
    "italie": "IT",
    "itália": "IT",
    "méxico": "MX",
    "niederlande": "NL",
    "großbritannien": "GB",
    "reino unido": "GB",
    "royaume-uni": "GB",
    "états-unis": "US",
    "estados unidos": "US",
    "the states": "US",
    "korea": "KR",
    "spaniards": "ES",
    "germans": "DE",
    "americans": "US",
    "brazilians": "BR",
    "italians": "IT",
    "scotland": "GB",
    "wales": "GB",
}
_LANGUAGES = frozenset(
    "spanish portuguese german french italian dutch swedish danish polish turkish japanese korean english".split()
)
_NOT_PLACES = frozenset(
    "turkey nice bath reading cork mobile split orange".split()
)  # words that mean something else too often
_CASED = frozenset("Turkey Nice Bath Reading Cork Orange Polish US".split())


@dataclass(frozen=True, slots=True)
class Region:
    """A country, or a city of it."""

    country: str
    code: str
    locale: str
    city: str | None = None


@cache
def _regions() -> dict[str, Region]:
    found: dict[str, Region] = {}
    for country in countries():
        region = Region(country.name, country.code, f"{country.language}-{country.code}")
        found[country.name.casefold()] = region
        found[country.nationality.casefold()] = region
    for line in _OTHERS.replace("\n", " ").split(";"):
        name, nationality, code, language = line.split()
        region = Region(name, code, f"{language}-{code}")
        found[name.casefold()] = found[nationality.casefold()] = region
    by_code = {region.code: region for region in found.values()}
    found |= {word: by_code[code] for word, code in _ALSO.items()}
    for city in cities():
        country_ = by_code[city.country.code]
        found.setdefault(city.name.casefold(), Region(country_.country, country_.code, country_.locale, city.name))
    return found


@cache
def _pattern() -> re.Pattern[str]:
    names = sorted((name for name in _regions() if name not in _NOT_PLACES), key=len, reverse=True)
    return re.compile(rf"(?<![\w-])({'|'.join(map(re.escape, names))}|US)(?![\w-])", re.IGNORECASE)


def regions_in(text: str) -> list[Region]:
    """The places that a text names, each once, in the order of the text."""
    found: list[Region] = []
    for match in _pattern().finditer(text):
        word = match.group()
        if word.casefold() == "us" and word != "US":
            continue
        if word.casefold() == "polish" and not word[0].isupper():
            continue
        region = _regions()["usa"] if word == "US" else _regions()[word.casefold()]
        if region not in found:
            found.append(region)
    return found


def without_regions(text: str) -> str:
    """The text with the names of places left out."""
    return " ".join(_pattern().sub(lambda match: match.group() if match.group() == "us" else " ", text).split())
