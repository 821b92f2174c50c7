"""The words of a request: tidied, cut where lists are cut, and made into names."""

import re
import unicodedata

from synthaix.orchestration.schema.catalogue.spelling import INVARIANT, singular

LONGEST = 8_000  # characters of a request that are read
LONGEST_NAME = 48
MOST_NAME_WORDS = 6

_SIGNS = str.maketrans(
    {
        **dict.fromkeys("“”„‟«»″", '"'),
        **dict.fromkeys("‘’‚‛ʼ′´", "'"),
        **dict.fromkeys("‐‑‒–—―−⁃", "-"),
        **dict.fromkeys("•·▪‣◦●○■□✓✔➤►*", "*"),
        "→": "->",
        "×": " x ",
        "≥": ">=",
        "≤": "<=",
        "÷": "/",
        "\t": " | ",
    }
)
_OPEN, _CLOSED = "([{", ")]}"
_WORD = re.compile(r"[^\W_]+")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_ABBREVIATED = frozenset(
    {"e.g", "i.e", "no", "approx", "max", "min", "incl", "etc", "vs", "nr", "st", "dr", "mr", "mrs", "ca"}
)
PLURAL_IES = re.compile(r"[^aeiou]y$")


def tidy(text: str) -> str:
    """The text with one kind of quote, dash, bullet, digit and blank; line ends stay, control characters go."""
    known = unicodedata.normalize("NFKC", text[:LONGEST]).translate(_SIGNS)
    known = re.sub(r"(?<=\S) ?--+ (?=\S)", " - ", known)
    known = re.sub(r"(?<!\S)w/ ?(?=\S)", "with ", known, flags=re.IGNORECASE)
    known = re.sub(r"(?<!\S)[:;]-?[()DPp](?!\S)", " ", known)  # a smile opens no bracket and ends no clause
    letters = []
    for sign in known:
        if sign.isascii():
            letters.append(sign if sign.isprintable() or sign == "\n" else " ")
        elif sign.isdecimal():
            letters.append(str(unicodedata.decimal(sign)))
        elif unicodedata.category(sign) not in ("Cc", "Cf", "Co", "Cs", "Cn"):
            letters.append(" " if sign.isspace() else sign)
    lines = (" ".join(line.split()) for line in "".join(letters).split("\n"))
    return "\n".join(lines).strip()[:LONGEST]


def words_of(text: str) -> list[str]:
    """The words of a text or of a name in any style, lower case."""
    return [word.casefold() for token in text.split() for part in _humps(token) for word in _WORD.findall(part)]


def _humps(token: str) -> list[str]:
    """The parts of `userId`; `SpO2` and `iOS` stay whole."""
    parts = _CAMEL.sub(" ", token).split()
    return parts if all(sum(letter.isalpha() for letter in part) > 1 for part in parts) else [token]


def snake(text: str) -> str:
    """A column's or a table's name out of words: `user ID` -> `user_id`; empty when there is no word."""
    words = words_of(text.replace("'s", "").replace("'", ""))[:MOST_NAME_WORDS]
    name = "_".join(words)
    while len(name) > LONGEST_NAME and len(words) > 1:
        words.pop()
        name = "_".join(words)
    name = name[:LONGEST_NAME].strip("_")
    return f"n_{name}" if name[:1].isdigit() else name


def singular_of(phrase: str) -> str:
    """The phrase with its last word in the singular."""
    head, _, last = phrase.rpartition(" ")
    found = {"people": "person", "children": "child", "men": "man", "women": "woman", "series": "series"}.get(last)
    return f"{head} {found or singular(last)}".strip()


def plural_of(word: str) -> str:
    """The plural of an English noun; a plural stays."""
    if word in ("person", "child"):
        return {"person": "people", "child": "children"}[word]
    if is_plural(word) or word.endswith(("data", "people", "staff", "children", "equipment", "inventory", "news")):
        return word
    if PLURAL_IES.search(word):
        return word[:-1] + "ies"
    return word + ("es" if word.endswith(("s", "x", "ch", "sh", "z")) else "s")


def is_plural(word: str) -> bool:
    """Whether a word looks like a plural."""
    return (singular(word) != word and word not in INVARIANT) or word in ("people", "children", "men", "women")


def cut(text: str, separators: str) -> list[str]:
    """The parts between separators that stand outside brackets and quotes, stripped; empty parts are left out.

    A comma between digits is part of a number.
    """
    parts, start, depth, quote = [], 0, 0, ""
    for place, sign in enumerate(text):
        if quote:
            quote = "" if sign == quote else quote
        elif sign in '"`' or (sign == "'" and _opens(text, place)):
            quote = sign if text.find(sign, place + 1) > 0 else ""
        elif sign in _OPEN:
            depth += 1
        elif sign in _CLOSED:
            depth = max(0, depth - 1)
        elif sign in separators and depth == 0 and not _in_number(text, place):
            parts.append(text[start:place])
            start = place + 1
    parts.append(text[start:])
    return [part.strip() for part in parts if part.strip()]


def _opens(text: str, place: int) -> bool:
    """Whether an apostrophe begins a quotation."""
    return (place == 0 or not text[place - 1].isalnum()) and text.find("'", place + 1) > 0


def _in_number(text: str, place: int) -> bool:
    """Whether the comma or point at this place belongs to a number such as 1,000 or 1.5."""
    if text[place] not in ",.":
        return False
    before, after = text[max(0, place - 1) : place], text[place + 1 : place + 5]
    if not (before.isdigit() and after[:1].isdigit()):
        return False
    return text[place] == "." or (after[:3].isdigit() and len(after) >= 3 and not after[3:4].isdigit())


def sentences(text: str) -> list[str]:
    """The sentences and lines of a text; points in numbers and abbreviations end nothing."""
    found, start, depth = [], 0, 0
    for place, sign in enumerate(text):
        depth += (sign in _OPEN) - (sign in _CLOSED)
        if depth > 0 and sign != "\n":
            continue
        if sign == "\n" or (sign in ".!?" and _ends_sentence(text, start, place)):
            found.append(text[start : place + 1].strip().rstrip(".!?").strip())
            start, depth = place + 1, 0
    found.append(text[start:].strip().rstrip(".!?").strip())
    return [sentence for sentence in found if sentence]


def _ends_sentence(text: str, start: int, place: int) -> bool:
    if text[place + 1 : place + 2].strip():
        return False
    if text[place] != ".":
        following = text[place + 1 :].lstrip()[:1]
        return not following or following.isalnum()
    last = text[start:place].rpartition(" ")[2].casefold().lstrip("(")
    return last not in _ABBREVIATED and not (
        len(last) == 1 and last.isalpha() and text[place - 1].isupper() and place > 1
    )


def unquoted(text: str) -> str:
    """The text without the quotes around it."""
    stripped = text.strip()
    if len(stripped) > 1 and stripped[0] == stripped[-1] and stripped[0] in "\"'`":
        return stripped[1:-1].strip()
    return stripped
