"""Words of a request that ended in no column and no rule."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from synthaix.orchestration.schema.catalogue.spelling import spelled
from synthaix.orchestration.schema.kinds import kinds
from synthaix.orchestration.schema.schema import Schema
from synthaix.orchestration.translation.shapes import TableSketch
from synthaix.orchestration.translation.subjects import FILLERS, VERBS

MOST = 4  # stretches of words that are told
_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|['-])*")
_END = re.compile(r"[.;:!?\n()]|, ")
# words that only join or order other words, and what requests are spoken with
_GRAMMAR = frozenset(
    "a an the of to in on at by for from with without and or but nor so as is are was were be been being has have had do "
    "does did will would should must can could may might shall not no only also just each every all any both either "
    "neither some many much more most less least than then when where which who whom whose what how why if whether that "
    "this these those it its they them their there here we us our you your i me my he she his her one two first last next "
    "same other another such too very really please thanks thank hi hello hey up down out over under about around between "
    "within per via like etc eg ie ok okay yes long let make made sure ensure keep want need get got give given take taken use "
    "used using show see know say said think go going come comes put set say well maybe perhaps course always never usually "
    "actually obviously naturally simply basically various several different kind sort type thing stuff way bit lot "
    "column field row record entry table data dataset list file sheet csv json request sample example value name named called "
    "number total amount count average unique distinct optional nullable null empty missing blank required mandatory string "
    "text integer int float decimal boolean bool date datetime timestamp enum varchar char numeric primary key foreign "
    "reference references check default index constraint create insert select limit where like range min max minimum maximum "
    "percent percentage exactly roughly approximately random randomly realistic fake synthetic mock dummy test following "
    "include including contain containing having consist consisting rest half quarter third dozen hundred thousand million "
    "couple few etc respectively together along plus minus times divided sum day week month year hour minute second old "
    "ago since until till before after later earlier during through past recent new able via i'd gimme fine demo app building project model training machine learning linked base "
    "mind detection thesis class course dashboard website startup boss team client incl inc".split()
)


@dataclass(frozen=True, slots=True)
class Unheard:
    """Stretches of a request that are nowhere in its draft.

    Attributes:
        context: words around the subject, which ask for nothing: `coffee machine`.
        asking: the others.
    """

    context: tuple[str, ...]
    asking: tuple[str, ...]


def unheard(text: str, tables: Sequence[TableSketch], schema: Schema, told: Iterable[str]) -> Unheard:
    """The stretches of a request of which no word is in a column, a rule, a note or the name of a table.

    Args:
        told: what the draft says was not understood already.
    """
    listed = _list_start(text, tables)
    context: list[str] = []
    asking: list[str] = []
    for start, said in _silent(text, tables, schema, told):
        clause = re.split(r"[.;:!?\n]", text[:start])[-1]
        is_context = start < listed and not _ASKS.search(f"{clause} {said}") and "_" not in said
        (context if is_context else asking).append(" ".join(said.split())[:80])
    return Unheard(tuple(dict.fromkeys(context))[:MOST], tuple(dict.fromkeys(asking))[:MOST])


_ASKS = re.compile(
    r"\b(?:with|having|including|includes?|contain(?:s|ing)?|where|that|which|must|should|shall|has|have|without|"
    r"ensure|correlat\w+|depend\w*|pattern\w*|trend\w*|outliers?|distribut\w+|season\w+|anomal\w+)\b|[%<>=]",
    re.IGNORECASE,
)


def _list_start(text: str, tables: Sequence[TableSketch]) -> int:
    """Where the first listed column stands; the end of the text when none is."""
    folded = text.casefold()
    places = [
        folded.find(word.casefold())
        for table in tables
        for sketch in table.sketches
        if sketch.listed
        for word in (sketch.words, sketch.name)
    ]
    return min((place for place in places if place >= 0), default=len(text))


def _silent(
    text: str, tables: Sequence[TableSketch], schema: Schema, told: Iterable[str]
) -> Iterator[tuple[int, str]]:
    """Every stretch that is in no part of the draft, and where it begins."""
    heard = _heard(tables, schema) | _stems(" ".join(told))
    begin = 0
    for end in [*_END.finditer(text), None]:
        stop = end.start() if end else len(text)
        run: list[re.Match[str]] = []  # from the first to the last word of a row of lost ones
        for match in _WORD.finditer(text, begin, stop):
            if not _is_heard(match.group(), heard):
                run.append(match)
            elif not _is_plain(match.group()) and run:
                yield run[0].start(), text[run[0].start() : run[-1].end()]
                run = []
        if run:
            yield run[0].start(), text[run[0].start() : run[-1].end()]
        begin = end.end() if end else stop


def _is_heard(word: str, heard: set[str]) -> bool:
    return _is_plain(word) or bool(_stems(word) & heard)


def _is_plain(word: str) -> bool:
    """Whether a word carries nothing by itself."""
    folded = word.casefold().strip("'-")
    return (
        len(folded) < 3
        or folded in _GRAMMAR
        or folded in FILLERS
        or VERBS.fullmatch(folded) is not None
        or set(spelled(folded)) <= _GRAMMAR
    )


def _heard(tables: Sequence[TableSketch], schema: Schema) -> set[str]:
    """The stems of every word that is somewhere in the draft."""
    parts: list[str] = []
    for table in tables:
        parts += [table.name, *table.nouns, *table.assumptions, *table.lost, *table.heard, table.description]
        for sketch in table.sketches:
            parts += [sketch.name, sketch.words, sketch.facts.description, *sketch.facts.heard, *sketch.facts.notes]
    for _, column in schema.columns():
        parts += [column.name, column.description, *map(str, column.rules.enum or ())]
    found = _stems(" ".join(parts))
    for kind in {column.kind for _, column in schema.columns() if column.kind}:
        found |= _stems_of_kind(kind)
    return found


@cache
def _stems_of_kind(name: str) -> frozenset[str]:
    kind = kinds().get(name)
    return frozenset(_stems(" ".join([kind.name, *kind.aliases]))) if kind else frozenset()


def _stems(text: str) -> set[str]:
    """The beginnings of words, by which `delivered` and `delivery` are one."""
    return {word[:5] for word in spelled(re.sub(r"[^\w' ]", " ", text))}
