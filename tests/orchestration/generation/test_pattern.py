"""Patterns: what is accepted, that samples match, and that the two checking engines agree."""

import random
import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from synthaix.orchestration.errors import PatternUnsupported
from synthaix.orchestration.generation.formats import is_format
from synthaix.orchestration.generation.pattern import compile_pattern

ACCEPTED = [
    r"[A-Z]{3}-\d{4}",
    r"^[A-Z]{3}-\d{4}$",
    r"\+1-555-01\d\d",
    r"(?:EUR|USD) \d{1,3}(?:,\d{3})*\.\d{2}",
    r"\w+@\w+\.com",
    r"[^a-z]{5}",
    r"(a|b)*c?",
    r"a{150}",
    r"(?P<year>20\d\d)/(?P<number>\d+)",
    r"(?i)abc",
    r"[一-龥]{2}",
    r"\bab\b",
    r"\S+\s\S+",
    r"[]a]+",
    r"[\w.-]+",
    r"x??y*?",
    r"\x41\t\\\[",
    "",
]
REFUSED = {
    r"(?=a)b": "looks ahead",
    r"(?<!a)b": "looks ahead",
    r"(a)\1": "refers back",
    r"\p{L}": "well-formed",
    r"a{1001}": "1000 times",
    r"((a{90}){90}){90}": "4000 characters",
    r"(": "well-formed",
    r"a**": "well-formed",
    r"x*+": "atomic",
    r"(?>a)": "atomic",
    r"a^b": "do not match",
    r"a$b": "do not match",
    r"a\bb": "do not match",
    r"a{,5}": "lower bound",
    r"[[:alpha:]]": "inside a class",
    r"[a--b]": "doubled",
    r"[a&&b]": "doubled",
    r"[^\x00-\x7f]": "printable",
    r"\0": "printable",
    r"a\Z": "linear time",
    r"(?x) a": "linear time",
    "a" * 513: "512",
    r"a{99999999999}": "well-formed",
}


@pytest.mark.parametrize("text", ACCEPTED)
def test_samples_match(text: str) -> None:
    """Samples are of the pattern for re2 and for Python's engine, and within the lengths."""
    pattern = compile_pattern(text)
    rng = random.Random(1)
    samples = [*pattern.samples(rng, 40), *(pattern.sample(rng) for _ in range(10))]
    assert all(re.fullmatch(text, sample) for sample in samples)
    assert pattern.matches_all(samples) == [True] * len(samples)
    assert all(pattern.shortest <= len(sample) <= pattern.longest for sample in samples)


@pytest.mark.parametrize(("text", "reason"), REFUSED.items())
def test_refused_with_the_reason(text: str, reason: str) -> None:
    """What cannot be checked in linear time or produced is refused, says why, and is not repeated."""
    with pytest.raises(PatternUnsupported) as caught:
        compile_pattern(text, field="schema.columns[0].constraints.pattern")
    assert reason in caught.value.message
    assert caught.value.field == "schema.columns[0].constraints.pattern"
    assert len(text) < 4 or text not in caught.value.message


def test_the_whole_cell_is_meant() -> None:
    """A pattern is anchored at both ends."""
    pattern = compile_pattern("ab|cd")
    assert pattern.matches_all(["ab", "cd", "abc", "xcd", "ab\n", None, 5]) == [True, True, *[False] * 5]


def test_catastrophic_patterns_are_harmless() -> None:
    """What takes a backtracking engine minutes is decided at once."""
    pattern = compile_pattern("^(a+)+$")
    assert pattern.matches_all(["a" * 50_000 + "!", "a" * 50_000]) == [False, True]


def test_the_same_seed_gives_the_same_text_in_every_process() -> None:
    """Classes are drawn from in code-point order, not in the order of a set, which changes with the hash seed."""
    assert compile_pattern(r"[^a-z]{6}\W\w\S").sample(random.Random(7)) == "6*L$D9!V$"


@pytest.mark.parametrize(
    ("text", "space"),
    [(r"\d{3}", 1000), ("[ab]{1,3}", 2 + 4 + 8), ("a|b|cd", 3), ("(?:x|y)?z", 3), (r"SKU-[A-F]\d", 60), ("", 1)],
)
def test_the_space_is_counted_and_walked(text: str, space: int) -> None:
    """`nth` gives each text of an unambiguous pattern exactly once, and `space` says how many there are."""
    pattern = compile_pattern(text)
    texts = {pattern.nth(index) for index in range(pattern.size)}
    assert pattern.space == pattern.size == len(texts) == space
    assert all(re.fullmatch(text, each) for each in texts)


def test_a_huge_space_is_a_float() -> None:
    """A space beyond floats is infinite, not an error."""
    assert compile_pattern(r".{900}").space == float("inf")


pieces = st.sampled_from(
    ["a", "b", "7", "[a-c]", "[^a]", r"\d", r"\w", r"\s", r"\W", ".", "(a|bc)", "(?:b|7|)", "a?", "b*", r"\d+", "c{2}",
     "[a-c]{1,3}", r"(?:ab?){2}", r"\.", "(?i:K)", "^", "$", "-", "#", "&", "{", "}", "]", r"\<", r"\>"]
)  # fmt: skip
texts = st.text(alphabet="abcK7 .-#&{}<>\n\t\v_\u212aäß٣", max_size=6)


@given(st.lists(pieces, max_size=5).map("".join), st.lists(texts, max_size=5))
def test_the_quick_engine_agrees(text: str, cells: list[str]) -> None:
    """A whole column is judged as re2 judges each cell, and samples match."""
    try:
        pattern = compile_pattern(text)
    except PatternUnsupported:
        assume(False)
        raise
    cells = [*cells, *pattern.samples(random.Random(0), 2)]
    one_by_one = [pattern.matches(cell) for cell in cells]
    assert pattern.matches_all(list(cells)) == one_by_one
    assert pattern.all_match(list(cells)) == all(one_by_one)
    for cell in cells:
        assert pattern.all_match([cell]) == pattern.matches(cell)


@given(st.text(alphabet="ab01[](){}|*+?.^$\\-,dwsWpPLbB<>=!:#&~", max_size=20))
def test_any_text_is_accepted_or_refused(text: str) -> None:
    """Whatever is sent, the answer is a pattern whose samples match, or `PatternUnsupported`."""
    try:
        pattern = compile_pattern(text)
    except PatternUnsupported:
        return
    assert pattern.matches(pattern.sample(random.Random(3)))


@pytest.mark.parametrize(
    ("format_", "good", "bad"),
    [
        ("email", ["a.b+c@example.com", "x@a-b.co.uk"], ["a@b", "a b@c.de", "@c.de", "a@c.de\n", "a@-c.de"]),
        ("hostname", ["a.example.com", "localhost", "x1-2"], ["-a.com", "a..b", "a_b", "a.com."]),
        ("ipv4", ["0.0.0.0", "192.168.1.255"], ["256.1.1.1", "1.2.3", "01.2.3.4"]),
        ("ipv6", ["2001:0db8:0000:0000:0000:0000:0000:0001", "::1", "fe80::1"], ["1.2.3.4", ":::", "fe80::1%eth0"]),
        ("uri", ["https://example.com/a?b=c#d", "mailto:a@b.de"], ["example.com", "http:// x", "//x"]),
        ("uuid", ["123e4567-e89b-42d3-a456-426614174000"], ["123E4567-E89B-42D3-A456-426614174000", "123e4567"]),
    ],
)
def test_formats(format_: str, good: list[str], bad: list[str]) -> None:
    """Each format takes what is of it and nothing else."""
    holds = is_format(format_)  # type: ignore[arg-type]  # the names of the table above
    assert [text for text in good if not holds(text)] == []
    assert [text for text in bad if holds(text)] == []
