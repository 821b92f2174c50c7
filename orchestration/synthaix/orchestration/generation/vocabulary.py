"""Word lists, read once per language from the data that mimesis ships."""

import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import orjson

from synthaix.orchestration.generation.samplers.lists import words

LANGUAGES = words("en de fr es pt it nl pl ja tr sv da no fi cs hu ru uk el hr sk et zh ko ar is kk az fa")
FAMILY_FIRST = frozenset({"ja", "zh", "ko", "hu"})  # the family name stands before the given name
ROMAN = words(
    "aki asahi chen dana emi hana haru jin kaede kai kenta kim lee lena lin mai maya mei min mio nana nari nao omar "
    "park rei ren rin riko ryo sana sato sora suki tala tomo wei yan yara yui yuki yuna zara zoe"
)  # stand-ins for names that have no Latin letters, in addresses that must


@dataclass(frozen=True, slots=True)
class Names:
    """The names of one language; lists of equal places share an index.

    Attributes:
        female_last: differs from `male_last` where a language inflects family names.
        family_first: whether the family name stands first.
    """

    female: tuple[str, ...]
    male: tuple[str, ...]
    female_last: tuple[str, ...]
    male_last: tuple[str, ...]
    family_first: bool


def language_of(locale: str) -> str:
    """The language of a locale such as `de-AT`; English for one that has no word lists."""
    language = locale.replace("_", "-").lower().partition("-")[0]
    return language if language in LANGUAGES else "en"


@cache
def names(language: str) -> Names:
    """Given and family names of a language."""
    found = _read(language, "person")
    last = found["surnames"]
    by_gender = isinstance(last, dict)
    female_last, male_last = (last["female"], last["male"]) if by_gender else (last, last)
    return Names(
        female=_clean(found["names"]["female"]),
        male=_clean(found["names"]["male"]),
        female_last=_clean(female_last),
        male_last=_clean(male_last),
        family_first=language in FAMILY_FIRST,
    )


@cache
def slugs(words: tuple[str, ...]) -> tuple[str, ...]:
    """Each word in the letters a to z; a stand-in where nothing of it is left."""
    return tuple(slug(word) or ROMAN[place % len(ROMAN)] for place, word in enumerate(words))


def slug(word: str) -> str:
    """The word in the letters a to z and nothing else; empty when it has none of them."""
    plain = unicodedata.normalize("NFKD", word.lower().translate(_LATIN)).encode("ascii", "ignore").decode()
    return "".join(letter for letter in plain if "a" <= letter <= "z")


@cache
def occupations(language: str) -> tuple[str, ...]:
    """What people do for a living."""
    return _clean(_read(language, "person")["occupation"])


@cache
def spoken_languages(language: str) -> tuple[str, ...]:
    """The names of languages, in this language."""
    return _clean(_read(language, "person")["language"])


@cache
def countries(language: str) -> tuple[str, ...]:
    """The names of the world's countries, in this language."""
    return _clean(_read(language, "address")["country"]["name"])


@cache
def dishes(language: str) -> tuple[str, ...]:
    """What is eaten."""
    return _clean(_read(language, "food")["dishes"])


@cache
def ingredients(language: str) -> tuple[str, ...]:
    """What dishes are made of."""
    food = _read(language, "food")
    return _clean([*food["vegetables"], *food["fruits"], *food["spices"]])


_LETTERS = "ß:ss ø:o ł:l æ:ae ð:d þ:th đ:d \u0131:i ä:ae ö:oe ü:ue"  # what Unicode does not take apart
_LATIN = str.maketrans(dict(pair.split(":") for pair in _LETTERS.split()))


def _read(language: str, topic: str) -> Any:
    source = resources.files("mimesis.datasets").joinpath(language, f"{topic}.json")
    return orjson.loads(source.read_bytes())


def _clean(words: list[str]) -> tuple[str, ...]:
    """Each word once, in the list's order, without stray blanks."""
    return tuple(dict.fromkeys(" ".join(word.split()) for word in words if word.strip()))
