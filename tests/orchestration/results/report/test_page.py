"""The page: drawn from the document, with every text escaped, nothing loaded, and words beside each picture."""

import re
from collections.abc import Callable, Sequence
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import pytest

from synthaix.orchestration.errors import ArgumentInvalid
from synthaix.orchestration.results.batches import RowSource
from synthaix.orchestration.results.report.document import (
    Facts,
    Json,
    assemble,
    digest_of,
    read_document,
    to_bytes,
)
from synthaix.orchestration.results.report.markup import cell, esc, number, percent
from synthaix.orchestration.results.report.measuring import TableRows, measure
from synthaix.orchestration.results.report.page import page_of
from synthaix.orchestration.schema.schema import Schema

Source = Callable[[Sequence[Sequence[Any]]], RowSource]
CANARY = "<script>alert('c4n4ry')</script>\"><img src=x onerror=alert(1)>"
EMPTY = {"br", "link", "meta", "img", "input", "hr", "source"}
COST = {"spent_usd": 0.25, "known": True, "cap_usd": 5.0, "calls": 4, "input_tokens": 900, "output_tokens": 300,
        "cached_tokens": 0}  # fmt: skip


class Outline(HTMLParser):
    """What a page is made of; fails where a tag is closed that is not open."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open, tag
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def outline_of(page: str) -> Outline:
    outline = Outline()
    outline.feed(page)
    assert outline.open == []
    return outline


def facts(**more: Any) -> Facts:
    every: dict[str, Any] = {
        "job": {"job_id": "job_1", "status": "completed", "created_at": "2026-11-24T10:00:00+00:00", "seconds": 2.0,
                "candidates": 12},
        "seed": 7, "model": None, "embedder": "hash", "cost": COST, "order": {"total_rows": 3}, "tallies": {},
        "exports": [], "made_at": "2026-11-24T10:00:05+00:00",
    }  # fmt: skip
    return Facts(**{**every, **more})


def document_of(source: Source, schema: Schema, rows: Sequence[Sequence[Any]], **more: Any) -> Json:
    measured = measure(schema, [TableRows(schema.root, source(rows), len(rows), len(rows), schema.root.names)])
    return assemble(schema, measured, facts(**more), name="report-job_1.json")


@pytest.fixture
def hostile(source: Source) -> Json:
    """A report in which every text that can be somebody else's is markup."""
    schema = Schema.model_validate(
        {
            "name": CANARY[:60],
            "description": CANARY,
            "columns": [
                {"name": "a" + CANARY[:40], "type": "string", "description": CANARY},
                {"name": "b", "type": "text"},
                {"name": "c", "type": "category", "constraints": {"enum": [CANARY, "x"], "weights": [1, 1]}},
                {"name": "d", "type": "object"},
                {"name": "e", "type": "integer"},
                {"name": "f", "type": "array"},
            ],
        }
    )
    rows = [[CANARY, CANARY, CANARY if i % 2 else "x", {CANARY: CANARY}, i, [CANARY] * i] for i in range(12)]
    rows[3][4] = "no number"
    example = {"table": schema.root.name, "stage": CANARY, "of": 0, "similarity": 0.5, "columns": ["b"],
               "names": [CANARY, "b"], "candidate": [CANARY, CANARY], "row": [CANARY, {CANARY: 1}]}  # fmt: skip
    tallies = {"duplicates": {CANARY: 2}, "invalid": {CANARY: 1}, "grey": 1, "examples": [example],
               "novelty": [1.0, 0.9, 0.5]}  # fmt: skip
    exports = [{"table": CANARY, "format": CANARY, "rows": 1, "bytes": 1, "sha256": CANARY, "name": CANARY}]
    return document_of(
        source, schema, rows, tallies=tallies, exports=exports, model=CANARY, embedder=CANARY, order={CANARY: CANARY}
    )


def test_no_text_becomes_markup(hostile: Json) -> None:
    """Cells, names, descriptions, reasons, models: nothing in the page but its own tags, and nothing that runs."""
    outline = outline_of(page_of(hostile))
    tags = {tag for tag, _ in outline.tags}
    attributes = {name for _, attrs in outline.tags for name in attrs}
    assert tags.isdisjoint({"script", "img", "iframe", "object", "link", "form", "a:href"})
    assert not [name for name in attributes if name.startswith("on")]
    assert any("c4n4ry" in text for text in outline.text)


def test_nothing_is_loaded(hostile: Json) -> None:
    """No address anywhere, and a policy that would refuse it; links lead into the page."""
    page = page_of(hostile)
    outline = outline_of(page)
    assert "default-src 'none'" in next(a["content"] or "" for tag, a in outline.tags if "http-equiv" in a)
    assert [a["href"] for tag, a in outline.tags if tag == "a" and not (a["href"] or "").startswith("#")] == []
    assert not re.search(r"url\(|@import|https?:", page)


def test_pictures_have_words(hostile: Json) -> None:
    """Each chart has a title and a description of its own; those that only repeat a number are hidden from readers."""
    outline = outline_of(page_of(hostile))
    drawn = [attrs for tag, attrs in outline.tags if tag == "svg"]
    named = [attrs for attrs in drawn if attrs.get("role") == "img"]
    ids = [attrs["id"] for tag, attrs in outline.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    assert named
    assert all({attrs["aria-labelledby"], attrs["aria-describedby"]} <= set(ids) for attrs in named)
    assert all(attrs.get("aria-hidden") == "true" for attrs in drawn if attrs not in named)


def test_headings_and_tables_are_for_readers_too(hostile: Json) -> None:
    """One first heading, no level left out, header cells with their scope, a language, a title."""
    outline = outline_of(page_of(hostile))
    levels = [int(tag[1]) for tag, _ in outline.tags if re.fullmatch("h[1-6]", tag)]
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert [attrs for tag, attrs in outline.tags if tag == "th" and "scope" not in attrs] == []
    assert dict(outline.tags)["html"] == {"lang": "en"}
    assert "title" in {tag for tag, _ in outline.tags}


def test_a_wide_table_stays_below_a_megabyte(source: Source) -> None:
    """Two hundred columns, the most that a table has, each with its picture."""
    names = [f"column_{i}" for i in range(200)]
    schema = Schema.model_validate({"columns": [
        {"name": name, "type": "decimal", "constraints": {"min": 0, "max": 9, "distribution": {"name": "uniform"}}}
        for name in names]})  # fmt: skip
    rows = [[(i * 7 + j) % 900 / 100 for j in range(200)] for i in range(400)]
    document = document_of(source, schema, rows)
    assert len(page_of(document).encode()) < 1_000_000
    assert len(to_bytes(document)) < 1_000_000


def test_the_page_says_what_is_wrong(source: Source) -> None:
    """In the first heading and where the rule is."""
    schema = Schema.model_validate({"columns": [{"name": "n", "type": "integer", "constraints": {"max": 5}}]})
    page = page_of(document_of(source, schema, [[1], [9], [3]]))
    text = " ".join(outline_of(page).text)
    assert "3 rows , with 1 fault" in text.replace("rows,", "rows ,")
    assert "n: at most 5" in text
    good = " ".join(outline_of(page_of(document_of(source, schema, [[1], [2]]))).text)
    assert "valid and distinct" in good


def test_a_document_is_sealed(hostile: Json) -> None:
    """It reads back as it was, and any change of it shows."""
    read = read_document(to_bytes(hostile))
    assert digest_of(read) == read["digest"] == hostile["digest"]
    assert digest_of({**read, "cost": {}}) != read["digest"]


@pytest.mark.parametrize("stored", [b"", b"[]", b"{}", b'{"report": "another"}', b'{"report": 1, "version": 1}'])
def test_what_is_no_report_is_refused(stored: bytes) -> None:
    """With the way to one."""
    with pytest.raises(ArgumentInvalid) as caught:
        read_document(stored)
    assert "jobs report" in (caught.value.suggestion or "")


def test_numbers_are_spelled_for_people() -> None:
    """As many digits as say something; nearly all is not all."""
    assert [number(each) for each in (1_234_567, 0.12345, 12.3, 1e20, 3.0, 1e-9)] == [
        "1,234,567", "0.1235", "12.3", "1e+20", "3", "1e-09",
    ]  # fmt: skip
    shares = (0, 0.5, 1, 0.99999, 0.00001)
    assert [percent(each) for each in shares] == ["0 %", "50 %", "100 %", "&gt; 99.9 %", "&lt; 0.1 %"]
    assert cell(None) != cell("null")
    assert "…" in cell("x" * 500)
    assert esc("\u202ea\x00b\x9b") == "a\u2400b\ufffd"
