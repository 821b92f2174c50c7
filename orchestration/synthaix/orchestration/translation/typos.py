"""Slips of the keyboard in words that the rules know: `fisrt name`, `beetween`, `Genrate`."""

import re
from functools import cache

from synthaix.orchestration.schema.catalogue.spelling import singular
from synthaix.orchestration.schema.kinds import kinds
from synthaix.orchestration.translation.domains import domains

_WORD = re.compile(r"(?<![\w`'\"@./-])[A-Za-z][a-z]{2,20}(?![\w`@-])")
_KNOWN = frozenset(
    "generate create produce please between including containing column columns field fields unique "
    "optional required nullable missing minimum maximum average standard deviation distributed normally "
    "uniform decimal integer string boolean "
    "category timestamp records entries samples thousand hundred million customer employee transaction "
    "following should after before through exactly approximately character characters positive negative "
    "percent values either within "
    "around random realistic synthetic dataset table admission discharge quantity description address "
    "department currency account".split()
)
_MEANT = frozenset(
    "compliant causal beard scared sacred patent desert massage costume trail angel trails angels patents form quite quiet casual martial "
    "marital dairy diary contact contract county country counts court course sense since lease least "
    "tables stable "
    "later letter rater brand bread board broad complement compliment stationary stationery angle reports "
    "resort tired tried united untied devise device advise advice lives loves planes plans plants plates "
    "places palaces "
    "sever severe server carrier career quarter quarters chartered charted waiter writer nurse course "
    "source cause clause cancer canter prince princes princess process stages states staged stated staff "
    "stuff "
    "closed close clothes closer poster posted patient patience patients loaned leaned learned earned "
    "served severed salaried salary".split()
)


_SHORT = {"wiht": "with", "wtih": "with", "whit": "with", "adn": "and", "nad": "and", "teh": "the"}  # too short to compare
_ENDINGS = (("er", "or"), ("er", "ar"), ("ible", "able"), ("ent", "ant"), ("ence", "ance"))  # that sound alike


def corrected(text: str) -> tuple[str, list[tuple[str, str]]]:
    """The text with slips put right, and what was read as what."""
    changed: dict[str, str] = {}

    def read(match: re.Match[str]) -> str:
        word = match.group()
        if text.count("(", 0, match.start()) > text.count(")", 0, match.start()):
            return word  # values stay as they are written
        meant = _SHORT.get(word.casefold()) or _meant(word.casefold())
        if meant is None:
            return word
        changed[word] = meant
        return meant.capitalize() if word[0].isupper() else meant

    return _WORD.sub(read, text), list(changed.items())


def is_english(word: str) -> bool:
    """Whether the catalogue, or requests in English, know a word."""
    return word in _vocabulary()


@cache
def _vocabulary() -> frozenset[str]:
    words = set(_KNOWN)
    for kind in kinds().values():
        words.update(word for alias in kind.aliases for word in alias.split())
        enum = kind.constraints.enum if kind.constraints else None
        words.update(word for value in enum or () for word in str(value).casefold().split())
    for domain in domains():
        words.update(word for phrase in domain.words for word in phrase)
        words.update(domain.about.split())
    return frozenset(word for word in words if word.isalpha())


@cache
def _by_start() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for word in sorted(_vocabulary()):
        if len(word) >= 5:
            found.setdefault(word[0], []).append(word)
    return {start: tuple(words) for start, words in found.items()}


def _meant(word: str) -> str | None:
    """The known word that one slip away from this unknown one; None when the word is known or no one is near."""
    if len(word) < 5 or word in _MEANT:
        return None
    ended = _with_right_ending(word)
    if ended or _is_known(word):
        return ended
    plural = word.endswith("s") and not word.endswith("ss")
    for candidate in (word, word[:-1]) if plural else (word,):
        for known in _by_start().get(candidate[0], ()):
            if abs(len(known) - len(candidate)) <= 1 and _is_slip(candidate, known):
                return known + ("s" if candidate != word else "")
    return None


def _with_right_ending(word: str) -> str | None:
    """The known word that sounds like an unknown one: `auther`, `availible`."""
    if len(word) < 6 or word in _vocabulary():
        return None
    for wrong, right in (*_ENDINGS, *((right, wrong) for wrong, right in _ENDINGS)):
        alike = f"{word.removesuffix(wrong)}{right}"
        if word.endswith(wrong) and alike in _vocabulary():
            return alike
    return None


def _is_known(word: str) -> bool:
    vocabulary = _vocabulary()
    stems = {
        word,
        singular(word),
        word.removesuffix("ed"),
        word.removesuffix("d"),
        word.removesuffix("ing"),
        word.removesuffix("ing") + "e",
        word.removesuffix("ly"),
        word.removesuffix("er"),
        word.removesuffix("r"),
        word.removesuffix("es"),
        word.removesuffix("al"),
        word.removesuffix("y"),
        word + "s",
        word + "d",
        word + "e",
        word.removesuffix("or"),
        word.removesuffix("ment"),
        word.removesuffix("ion"),
        word.removesuffix("n"),
    }
    return bool(stems & vocabulary)


def _is_slip(word: str, known: str) -> bool:
    """Whether two neighbours were swapped, or a letter was doubled, left out or put in."""
    if len(word) == len(known):
        different = [place for place in range(len(word)) if word[place] != known[place]]
        if len(different) == 2 and different[1] == different[0] + 1:
            first, second = different
            return word[first] == known[second] and word[second] == known[first]
        return False  # another vowel is another word more often than a slip: `tasting`, `funding`
    longer, shorter = (word, known) if len(word) > len(known) else (known, word)
    if len(shorter) < 6:
        return False
    return any(longer[:place] + longer[place + 1 :] == shorter for place in range(1, len(longer) - 1))
