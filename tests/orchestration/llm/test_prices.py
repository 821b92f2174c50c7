"""What tokens cost."""

import json
from pathlib import Path

import pytest

from synthaix.orchestration.errors import ArgumentInvalid, PriceUnknown
from synthaix.orchestration.llm.models import DEFAULT_MODELS, GEMINI_URL, OPENAI_URL, Endpoint
from synthaix.orchestration.llm.prices import Price, PriceBook
from synthaix.orchestration.llm.provider import Prompt, Usage

LOCAL = Endpoint("http://127.0.0.1:8000/v1", "openai", "gpt-4o-mini", named=True)
UNKNOWN = Endpoint("https://models.example/v1", "openai", "gpt-4o-mini", named=True)


def test_an_unknown_price_is_not_zero() -> None:
    """Neither an unknown model, nor a known name at an unknown address."""
    book = PriceBook()
    assert book.cost(UNKNOWN, Usage(10, 10)) is None
    assert book.price(Endpoint(OPENAI_URL, "openai", "no-such-model")) is None
    with pytest.raises(PriceUnknown):
        book.known_price(UNKNOWN)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.3.2.1", "localhost", "[::1]"])
def test_a_model_on_this_machine_is_free(host: str) -> None:
    """Whatever it is called."""
    assert PriceBook().cost(Endpoint(f"http://{host}:1/v1", "openai", "gpt-5", named=True), Usage(10, 10)) == 0.0


@pytest.mark.parametrize("url", ["http://127.0.0.1.example.com/v1", "http://localhost.example.com/v1"])
def test_an_address_that_looks_local_is_not_free(url: str) -> None:
    """Only this machine's own names are."""
    assert PriceBook().price(Endpoint(url, "openai", "gpt-4o-mini", named=True)) is None


def test_the_operator_s_price_wins(tmp_path: Path) -> None:
    """Over what is published, over free, and for models nobody knows."""
    path = tmp_path / "prices.json"
    own = {"input_per_million": 1, "output_per_million": 2}
    path.write_text(json.dumps({"gpt-4o-mini": own}))
    book = PriceBook.read(path)
    for endpoint in (LOCAL, UNKNOWN):
        assert book.cost(endpoint, Usage(1_000_000, 500_000, cached_tokens=200_000)) == pytest.approx(2.0)


@pytest.mark.parametrize("text", ["", "[]", '{"m": 1}', '{"m": {"input": 1}}', '{"m": {"input_per_million": -1}}'])
def test_a_price_file_that_cannot_be_read_is_an_error(tmp_path: Path, text: str) -> None:
    """It names the setting and the form."""
    path = tmp_path / "prices.json"
    path.write_text(text)
    with pytest.raises(ArgumentInvalid) as caught:
        PriceBook.read(path)
    assert caught.value.field == "SYNTHAIX_PRICES"


@pytest.mark.parametrize(
    "endpoint",
    [
        Endpoint(OPENAI_URL, "openai", DEFAULT_MODELS["openai"]),
        Endpoint(GEMINI_URL, "gemini", DEFAULT_MODELS["gemini"]),
    ],
)
def test_the_default_models_have_a_price(endpoint: Endpoint) -> None:
    """A new user can keep a cap without a price file; what is cached costs less."""
    price = PriceBook().known_price(endpoint)
    assert 0 < price.input_per_million < price.output_per_million < 10
    assert price.cached_per_million is not None
    assert price.cached_per_million < price.input_per_million


def test_a_reservation_covers_any_reply() -> None:
    """Every byte of the prompt a token, and the answer as long as it may be."""
    price = Price(1.0, 2.0)
    prompt = Prompt("s" * 100, "\u4e16" * 100, None, max_tokens=50)
    assert price.most(prompt) >= price.cost(Usage(400, 50))
