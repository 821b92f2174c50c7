"""The catalogue of what a column can mean, and the search that finds a kind for a column's name."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from synthaix.orchestration.errors import KindUnknown
from synthaix.orchestration.schema.catalogue import business, leisure, money, people, places, plain, technology, words
from synthaix.orchestration.schema.catalogue.kind import Kind
from synthaix.orchestration.schema.catalogue.spelling import spelled
from synthaix.orchestration.schema.column import NUMERIC_TYPES, ColumnType
from synthaix.orchestration.schema.nearest import did_you_mean

__all__ = ["Kind", "Match", "find", "kind", "kinds"]

HINT = 0.72  # what a mere hint is worth against an alias
FLOOR = 0.3  # below it a match says nothing
FLAG_WORDS = frozenset({"is", "has", "was", "can", "should", "did", "wants", "allows", "needs"})
CONTEXT = 0.12  # the most that the words around an alias add
LIFT = 0.3  # what a description of the right subject adds to a hint: enough to pass an alias that fits anything
LIKE = {"integer": 0.85, "float": 0.85, "decimal": 0.85, "string": 0.8, "text": 0.8, "category": 0.85, "date": 0.7,
        "datetime": 0.7, "time": 0.6}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Match:
    """A kind that a column may have, and how well it fits, 0 to 1."""

    kind: Kind
    score: float


@cache
def kinds() -> Mapping[str, Kind]:
    """Every kind by its name."""
    modules = (people, money, technology, places, business, leisure, words, plain)
    found = (each for module in modules for part in vars(module).values() if isinstance(part, tuple) for each in part)
    return MappingProxyType({each.name: each for each in found if isinstance(each, Kind)})


def kind(name: str) -> Kind:
    """The kind of this name.

    Raises:
        KindUnknown: the catalogue has no such kind; the error suggests the nearest.
    """
    found = kinds().get(name)
    if found is None:
        raise KindUnknown(suggestion=did_you_mean(name, kinds()))
    return found


def find(name: str, description: str = "", type: ColumnType | None = None) -> list[Match]:
    """The kinds that a column of this name may have, best first; empty when nothing fits.

    The head of an English compound comes last, so `billing_zip` is a `zip` and `order_amount` an `amount`.
    A description, or the name of the table in it, settles what the name leaves open.
    """
    words = spelled(name)
    if not words:
        return []
    best: dict[str, float] = {}
    for phrase, (kind_name, worth) in _phrases_in(words):
        score = worth * _fit(words, phrase)
        best[kind_name] = max(best.get(kind_name, 0.0), score)
    if len(words) > 1 and words[0] in FLAG_WORDS:
        best["general.flag"] = max(best.get("general.flag", 0.0), 0.9)
    named, around = frozenset(words), frozenset(spelled(description))
    # in the catalogue's order, so that of equals the one about people comes first
    weighed = {key: _weigh(kinds()[key], score, named, around, type) for key, score in best.items()}
    # in the catalogue's order, so that of equals the one about people comes first
    kept = sorted((key for key in kinds() if weighed.get(key, 0.0) >= FLOOR), key=lambda key: -weighed[key])
    return [Match(kinds()[key], round(min(1.0, weighed[key]), 4)) for key in kept]


def _phrases_in(words: tuple[str, ...]) -> Iterable[tuple[tuple[str, ...], tuple[str, float]]]:
    """Every alias that stands in the words, as one run."""
    index = _index()
    for start in range(len(words)):
        for stop in range(start + 1, min(len(words), start + 5) + 1):
            phrase = words[start:stop]
            for named in index.get(phrase, ()):
                yield phrase, named
    squeezed = ("".join(words),)  # `zipcode` and `zip code`, `user name` and `username`
    for named in _squeezed().get(squeezed[0], ()):
        yield words, named


def _fit(words: tuple[str, ...], phrase: tuple[str, ...]) -> float:
    """1 for the whole name, less for a head with a modifier, least for words in the middle."""
    if phrase == words:
        return 1.0
    share = math.sqrt(len(phrase) / len(words))
    if words[-len(phrase) :] == phrase:
        return 0.62 + 0.3 * share
    return (0.28 if words[: len(phrase)] == phrase else 0.2) + 0.3 * share


def _weigh(
    kind: Kind, score: float, words: frozenset[str], around: frozenset[str], type: ColumnType | None
) -> float:
    """The score, moved by what surrounds the name and by the type that was stated."""
    own = _vocabulary(kind.name)
    score += CONTEXT * min(len((around | words) & own), 3) / 3 * min(1.0, score * 1.4)
    if HINT / 2 < score < 1.0:
        noun = frozenset(spelled(kind.name.partition(".")[2]))
        score += LIFT * bool(around & own) + LIFT / 5 * bool(around & noun - words)
    if type is not None and type != kind.type:
        same_family = {type, kind.type} <= NUMERIC_TYPES or {type, kind.type} <= {"string", "text", "category", "uuid"}
        same_family = same_family or {type, kind.type} <= {"date", "datetime"}
        score *= LIKE.get(type, 0.6) if same_family else 0.35
    return score


@cache
def _vocabulary(name: str) -> frozenset[str]:
    """The words that speak for a kind when a description has them: its domain's, and its description's."""
    found = kinds()[name]
    return frozenset(spelled(found.domain)) | frozenset(spelled(DOMAIN_WORDS.get(found.domain, "")))


@cache
def _index() -> Mapping[tuple[str, ...], list[tuple[str, float]]]:
    """Alias, as words, to the kinds that have it and its worth."""
    index: dict[tuple[str, ...], list[tuple[str, float]]] = {}
    for each in kinds().values():
        noun = each.name.partition(".")[2].replace("_", " ")
        phrases = {spelled(alias): HINT for alias in (*each.hints, noun)}
        phrases |= {spelled(alias): 1.0 for alias in (*each.aliases, each.name)}
        for phrase, worth in phrases.items():
            index.setdefault(phrase, []).append((each.name, worth))
    return index


@cache
def _squeezed() -> Mapping[str, list[tuple[str, float]]]:
    squeezed: dict[str, list[tuple[str, float]]] = {}
    for phrase, named in _index().items():
        squeezed.setdefault("".join(phrase), []).extend(named)
    return squeezed


DOMAIN_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "person": "person people user customer client member contact guest patient passenger human employee author",
        "hr": "employee staff worker hr payroll job human resources personnel company",
        "education": "student school university course class teacher education exam",
        "medical": "patient hospital clinic doctor medical health clinical treatment disease nurse",
        "finance": "bank finance financial payment transaction account invoice money loan card trade",
        "commerce": "shop order store customer cart commerce sale checkout purchase marketing",
        "product": "product item article shop catalog catalogue merchandise goods store inventory",
        "internet": "web site page http request online user server internet social network click",
        "phone": "phone call contact mobile telecom",
        "it": "server software log system computer deployment release code application device",
        "iot": "sensor device weather measurement station telemetry iot machine",
        "address": "address shipping billing home place location delivery postal",
        "geo": "geo map place route trip location world",
        "real_estate": "house home apartment property estate listing rent building",
        "travel": "flight hotel trip travel booking passenger airport reservation",
        "company": "company business firm vendor supplier organization employer corporate b2b",
        "logistics": "shipment parcel warehouse delivery freight logistics cargo",
        "vehicle": "car vehicle truck fleet auto automotive dealer driver",
        "event": "event ticket conference concert festival attendee",
        "media": "movie film book song music album artist media streaming library",
        "food": "food restaurant menu recipe meal kitchen dish",
        "sports": "sport team match player league game club fitness",
        "game": "game player gaming level",
        "text": "text written words language free",
        "survey": "survey questionnaire respondent poll feedback answer",
    }
)
