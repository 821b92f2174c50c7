"""Addresses of files: made here alone, for a while, saying nothing about their owner."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthaix.orchestration.errors import AddressNotFound
from synthaix.orchestration.results.addresses import Address, mark_of

KEY, OTHER = b"k" * 32, b"o" * 32
PLACE = Address(mark_of("ana@example.com"), "job_1", "rows", "csv", (0, 2), 2_000)


def test_an_address_comes_back_as_it_was() -> None:
    """Until its end, which is still good."""
    text = PLACE.encode(KEY)
    assert Address.decode(text, KEY, now=2_000.0) == PLACE
    assert "/" not in text
    assert "ana" not in text


@pytest.mark.parametrize(("key", "now"), [(KEY, 2_000.1), (OTHER, 0.0)])
def test_one_that_ended_or_is_anothers_is_not_there(key: bytes, now: float) -> None:
    """With one error for both."""
    with pytest.raises(AddressNotFound):
        Address.decode(PLACE.encode(KEY), key, now=now)


@given(st.integers(0, 10_000), st.characters(codec="ascii"))
def test_a_changed_one_is_not_there(position: int, character: str) -> None:
    """Whichever character it is."""
    text = PLACE.encode(KEY)
    place = position % (len(text) - 1)  # the last one's spare bits decode to the same
    changed = text[:place] + character + text[place + 1 :]
    if changed != text:
        with pytest.raises(AddressNotFound):
            Address.decode(changed, KEY, now=0.0)


@given(st.text(max_size=3_000))
def test_no_text_is_an_address(text: str) -> None:
    """Nor does any of them end in another error."""
    with pytest.raises(AddressNotFound):
        Address.decode(text, KEY, now=0.0)
