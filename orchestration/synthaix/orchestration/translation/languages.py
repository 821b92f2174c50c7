"""The commonest words of four further languages, each as the English word that the rules read.

Only what requests for tables are made of, in `languages.txt`: verbs of asking, joints, nouns of rows and columns. A
request in such a language is read word by word, German compounds part by part; longer terms come first. Whatever else
it says stays as it is and is told, and so do values in brackets.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType

from synthaix.orchestration.translation.compounds import Parts, folded, taken_apart
from synthaix.orchestration.translation.typos import is_english

_ENGLISH = frozenset(  # that the lists share with English, or that English requests hold for other reasons
    "total date name status email position patients transactions unique position autor client clients service e o u y do da de "
    "com des data land total mil cent cargo mit position poste genre marque code for before after alter vol e-mail in no na en "
    "sale son des net par pour note notes ".split()
)
_JOINTS = frozenset("unique optional and or between from to with before after yes/no mostly usually rarely sometimes of".split())
_SCALE = re.compile(r"(?<!\d )\b(?=(?:thousand|hundred)\b)")  # `mil pedidos` is a thousand of them
_HEADS = r"number|date|amount|price|name|type|code|time|address|cost|rate|status|method|value|city|country|title|level"
_OWNED = re.compile(rf"\b({_HEADS}) of (?:the )?([a-z]+(?<!s))\b(?! of\b)", re.IGNORECASE)  # `número de pedido`
_QUALITIES = "total net gross unit monthly annual initial final minimum maximum average daily included paid"
_BEHIND = re.compile(  # `importe total`
    rf"\b(amount|price|salary|cost|income|rent|fee|value|weight|date|balance) ({'|'.join(_QUALITIES.split())})\b", re.IGNORECASE
)
_RANGE = re.compile(r"(?:\b(?:of|from) )?(?<![\w.])(\d[\d.,]*) (?:a|to) (?=\d)", re.IGNORECASE)
_ELIDED = re.compile(r"\b(?:(d)|l|qu)['’](?=\w)", re.IGNORECASE)  # of French: `date d'embauche`, `l'adresse`
_GROUPED = re.compile(r"(?<![\w.,])\d{1,3}(?:\.\d{3})+(?:,\d+)?(?![\d.,]*\d)")  # `1.500,50`
_SPACED = re.compile(r"(?<![\w.,])\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?:,\d+)?(?![\d.,]*\d)")  # of French: `10 000`
_COMMA = re.compile(r"(?<![\w.,])(\d+),(\d{1,2})(?![\d.,]*\d)")  # `0,5`
_BRAZILIAN = re.compile(r"\b(?:usuários?|cep|cadastro|sobrenome|celular|cpf|cnpj|brasil)\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
LEAST = 3  # words of a language, none of them English, before a request is taken to be written in it


@dataclass(frozen=True, slots=True)
class Reading:
    """A request as the rules read it.

    Attributes:
        language: what it is written in, None for English.
        locale: where people speak so.
    """

    text: str
    language: str | None = None
    locale: str | None = None


def in_english(text: str) -> Reading:
    """The request with the known words of its language in English; unchanged when it is English already."""
    words = {word.casefold() for word in _WORD.findall(text) if len(word) > 1}
    found = {language: _telling(words, language) for language in _LOCALES}
    language = max(found, key=lambda each: found[each])
    if found[language] < LEAST:
        return Reading(text)
    locale = _LOCALES[language]
    if language == "Portuguese" and _BRAZILIAN.search(text):
        locale = "pt-BR"
    text = _with_points(text, language)
    if language == "French":
        text = _ELIDED.sub(lambda match: "de " if match.group(1) else "", text)
    read = "".join(_read(part, language, boxed=part[:1] == "(") for part in re.split(r"(\([^()]*\))", text))
    read = _SCALE.sub("a ", re.sub(r"\bgenerate(?: generate)+\b", "generate", read))
    return Reading(_RANGE.sub(r"from \1 to ", read), language, locale)


def _with_points(text: str, language: str) -> str:
    """Numbers as English writes them, without marks between thousands."""
    for form in (_GROUPED, _SPACED) if language == "French" else (_GROUPED,):
        text = form.sub(lambda match: re.sub(r"[.\s]", "", match.group()).replace(",", "."), text)
    return _COMMA.sub(r"\1.\2", text)


def _read(part: str, language: str, *, boxed: bool) -> str:
    """A part of a request in English; of what stands in brackets only what joins values."""
    english = _english(language)

    def of(match: re.Match[str]) -> str:
        found = english[match.group().casefold()]
        return found if not boxed or found in _JOINTS else match.group()

    read = _pattern(language).sub(of, part)
    if boxed:
        return read
    if language == "German":
        return _WORD.sub(lambda match: taken_apart(match.group(), _parts()) or match.group(), read)
    return _BEHIND.sub(r"\2 \1", _OWNED.sub(r"\2 \1", read))


def _telling(words: set[str], language: str) -> int:
    """How many words of a text belong to a language and to no English request."""
    known = _english(language)
    hits = [word for word in words if word in known and word not in _ENGLISH and not is_english(word)]
    if language == "German" and hits:
        hits += [word for word in words if word not in known and not is_english(word) and taken_apart(word, _parts())]
    return len(hits)


_LOCALES: Mapping[str, str] = MappingProxyType(
    {"Spanish": "es-ES", "German": "de-DE", "French": "fr-FR", "Portuguese": "pt-PT"}
)


@cache
def _lists() -> Mapping[str, Mapping[str, str]]:
    """The lists of `languages.txt` by their headings, each word also as it is typed without its accents."""
    text = resources.files("synthaix.orchestration.translation").joinpath("languages.txt").read_text(encoding="utf-8")
    found: dict[str, dict[str, str]] = {}
    current: dict[str, str] = {}
    for line in text.splitlines():
        if line.startswith("["):
            current = found.setdefault(line.strip("[]"), {})
        else:
            for entry in filter(None, map(str.strip, line.split(" ; "))):
                words, _, english = entry.partition(" = ")
                for word in words.split("|"):
                    current[word.strip().casefold()] = english.strip()
    for listed in found.values():
        for word, english in [*listed.items()]:
            if len(word) > 2:
                listed.setdefault(folded(word), english)
    return MappingProxyType(found)


@cache
def _english(language: str) -> Mapping[str, str]:
    return _lists()[f"{language} {_LOCALES[language]}"]


@cache
def _parts() -> Parts:
    return Parts(_lists()["German heads"], {**_english("German"), **_lists()["German parts"]})


@cache
def _pattern(language: str) -> re.Pattern[str]:
    words = sorted(_english(language), key=len, reverse=True)
    return re.compile(rf"(?<![\w@.-])(?:{'|'.join(map(re.escape, words))})(?![\w@-])(?!\.\w)", re.IGNORECASE)
