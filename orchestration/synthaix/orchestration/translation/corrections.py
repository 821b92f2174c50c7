"""What a request takes back: of two numbers of rows the later one counts, `1,000 orders - no, make it 1500`."""

import re

from synthaix.orchestration.translation.counts import in_digits, row_count
from synthaix.orchestration.translation.domains import row_words

_NUMBER = r"\d+(?:[,.' ]?\d{3})*(?:\.\d+)?(?: ?[kKmM]\b)?"
_TAKEN_BACK = re.compile(
    r"(?P<before>[\s,;:.!(-]*)(?:\b(?:oh|wait|hmm+|sorry|oops|no+|nope|but|or|well|on second thoughts?|scratch that|correction|edit|"
    r"update)\b[\s,;:.!-]*){0,4}"
    r"(?P<mark>\b(?:actually|rather|i mean(?:t)?|make (?:it|that)|let's (?:say|do|make it)|better|instead|correction|edit|scratch "
    r"that|sorry|wait)\b[\s,:;-]*){1,3}"
    rf"(?:(?:make (?:it|that)|let's say|say|just|only|i need|i want|we need|use|with) )*(?P<new>(?<!\d){_NUMBER})(?P<rows> (?:rows|records|of (?:them|those|"
    r"these)|in total|total|please|pls|instead))*(?=[\s,;:.!)-]|$)[!).]*(?: -(?= ))?",
    re.IGNORECASE,
)


def last_said(text: str) -> str:
    """The text with its number of rows as it was said last; unchanged when nothing is taken back."""
    if re.search(r"\b(?:actually|rather|mean|meant|make|let's|better|instead|correction|edit|scratch|sorry|wait)\b", text, re.IGNORECASE) is None:
        return text
    text = in_digits(text)
    for found in _TAKEN_BACK.finditer(text):
        ahead, behind = text[: found.start()], text[found.end() :]
        first = row_count(ahead, row_words())
        if first is None or not _speaks_of_rows(found, ahead[first.stop :]):
            continue
        joint = found.group("before").strip(" (-")[:1]
        return f"{ahead[: first.start]}{found.group('new')}{_kept(text, first.stop, found.start())}{joint}{behind}"
    return text


def _speaks_of_rows(found: re.Match[str], between: str) -> bool:
    """Whether a number that is put right is that of rows: it follows it, begins a sentence, or says so itself."""
    begins = bool(re.search(r"[.!?\n(]", found.group("before")))
    return begins or found.group("rows") is not None or re.search(r"\d", between) is None


def _kept(text: str, start: int, stop: int) -> str:
    """What stands between both numbers, without the unit of the first: `1k` is no `1500k`."""
    return re.sub(r"^ ?[kKmM]\b", "", text[start:stop])
