"""Cursors: nobody makes or moves one but the server."""

from base64 import urlsafe_b64decode, urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthaix.orchestration.errors import ArgumentInvalid
from synthaix.orchestration.results.cursors import Cursor

KEY = b"k" * 32
CURSOR = Cursor("alice", "job_1", "people", (2, 0), 40)
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(words, words, words, st.none() | st.lists(st.integers(0, 199), max_size=200).map(tuple), st.integers(0, 2**40))
def test_a_cursor_reads_back(owner: str, job: str, table: str, columns: tuple[int, ...] | None, offset: int) -> None:
    """What was sealed is what is opened, by the same owner and job."""
    cursor = Cursor(owner, job, table, columns, offset)
    text = cursor.encode(KEY)
    assert Cursor.decode(text, KEY, owner=owner, job=job) == cursor
    assert set(text) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")


def test_owner_and_job_are_not_written_in_it() -> None:
    """Who sees a cursor learns no owner from it."""
    place = urlsafe_b64decode(CURSOR.encode(KEY) + "==")
    assert b"alice" not in place
    assert b"job_1" not in place


@pytest.mark.parametrize(
    ("key", "owner", "job"),
    [
        (b"x" * 32, "alice", "job_1"), (KEY, "bob", "job_1"), (KEY, "alice", "job_2"), (KEY, "job_1", "alice"),
        (KEY, "alic", "ejob_1"), (KEY, "", "alicejob_1"), (KEY, "alice ", "job_1"),
    ],
)  # fmt: skip
def test_a_foreign_cursor_is_refused(key: bytes, owner: str, job: str) -> None:
    """Another key, owner or job, or the same letters divided otherwise: the same answer."""
    with pytest.raises(ArgumentInvalid) as raised:
        Cursor.decode(CURSOR.encode(KEY), key, owner=owner, job=job)
    assert raised.value.field == "cursor"


@given(st.data())
def test_an_altered_cursor_is_refused(data: st.DataObject) -> None:
    """One changed bit is enough."""
    sealed = bytearray(urlsafe_b64decode(CURSOR.encode(KEY) + "=="))
    place = data.draw(st.integers(0, len(sealed) - 1))
    sealed[place] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(ArgumentInvalid):
        Cursor.decode(urlsafe_b64encode(sealed).decode(), KEY, owner="alice", job="job_1")


@given(st.text() | st.binary(max_size=60).map(lambda some: urlsafe_b64encode(some).decode()))
def test_anything_else_is_refused_in_our_words(text: str) -> None:
    """No text from outside is anything but an invalid argument, and it is not echoed."""
    with pytest.raises(ArgumentInvalid) as raised:
        Cursor.decode(text, KEY, owner="alice", job="job_1")
    assert len(text) < 8 or text not in str(raised.value.fields())


def test_a_huge_text_is_refused() -> None:
    """A megabyte is no cursor, whatever is in it."""
    with pytest.raises(ArgumentInvalid):
        Cursor.decode("A" * 1_000_000, KEY, owner="alice", job="job_1")
