"""What tokens cost. An unknown price is None, never 0."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import orjson

from synthaix.orchestration.errors import ArgumentInvalid, PriceUnknown
from synthaix.orchestration.llm.models import Endpoint
from synthaix.orchestration.llm.provider import Prompt, Usage

MILLION = 1_000_000
PROBE_TOKENS = 1_000  # prices are asked for at this size: some models cost more in very long prompts
PROVIDER_IDS = {"openai": "openai", "gemini": "google"}  # as genai-prices calls them
KEYS = {"input_per_million", "output_per_million", "cached_per_million"}


@dataclass(frozen=True, slots=True)
class Price:
    """Dollars per million tokens. `cached` is what input costs that the provider had in its cache."""

    input_per_million: float
    output_per_million: float
    cached_per_million: float | None = None

    def cost(self, usage: Usage) -> float:
        """Dollars of a call."""
        cached = self.input_per_million if self.cached_per_million is None else self.cached_per_million
        fresh = max(0, usage.input_tokens - usage.cached_tokens)
        paid = fresh * self.input_per_million + usage.cached_tokens * cached
        return (paid + usage.output_tokens * self.output_per_million) / MILLION

    def share(self, share: float) -> "Price":
        """This share of the price."""
        cached = None if self.cached_per_million is None else self.cached_per_million * share
        return Price(self.input_per_million * share, self.output_per_million * share, cached)

    def most(self, prompt: Prompt) -> float:
        """Dollars that this prompt can cost at most: what is reserved before it is sent."""
        return self.cost(Usage(prompt.most_input_tokens(), prompt.max_tokens))


FREE = Price(0.0, 0.0, 0.0)


class PriceBook:
    """Prices of models: the operator's own first, then what is published.

    Args:
        overrides: model -> price; `*` stands for every model.
    """

    def __init__(self, overrides: Mapping[str, Price] | None = None) -> None:
        self._overrides = dict(overrides or {})
        self._found: dict[Endpoint, Price | None] = {}

    @classmethod
    def read(cls, path: Path | None) -> "PriceBook":
        """A book with the operator's file `{model: {input_per_million, output_per_million, cached_per_million}}`.

        Raises:
            ArgumentInvalid: the file cannot be read as that.
        """
        if path is None:
            return cls()
        try:
            loose = orjson.loads(path.read_bytes())
            return cls({model: _price(given) for model, given in loose.items()})
        except (OSError, ValueError, TypeError, AttributeError) as error:
            raise ArgumentInvalid(
                "The price file is not JSON of the form "
                '{"model": {"input_per_million": 0.1, "output_per_million": 0.5, "cached_per_million": 0.01}}.',
                field="SYNTHAIX_PRICES",
            ) from error

    def price(self, endpoint: Endpoint) -> Price | None:
        """The price at this endpoint, or None when it is not known. A model on this machine is free."""
        own = self._overrides.get(endpoint.model) or self._overrides.get("*")
        if own is not None:
            return own
        if endpoint.loopback:
            return FREE
        if endpoint not in self._found:
            self._found[endpoint] = _published(endpoint)
        return self._found[endpoint]

    def known_price(self, endpoint: Endpoint) -> Price:
        """The price. Raises PriceUnknown."""
        price = self.price(endpoint)
        if price is None:
            raise PriceUnknown
        return price

    def cost(self, endpoint: Endpoint, usage: Usage) -> float | None:
        """Dollars of a call, or None when the price is not known."""
        price = self.price(endpoint)
        return None if price is None else price.cost(usage)


def _price(loose: Mapping[str, object]) -> Price:
    if set(loose) - KEYS:
        raise ValueError("an unknown key")
    numbers = {key: value for key, value in loose.items() if isinstance(value, int | float) and value >= 0}
    if len(numbers) < len(loose):
        raise ValueError("a price that is no number from 0")
    return Price(**{key: float(value) for key, value in numbers.items()})


def _published(endpoint: Endpoint) -> Price | None:
    """From genai-prices: by the provider at its own address, else by the address; never by the name alone."""
    from genai_prices import Usage as Tokens
    from genai_prices import calc_price

    def dollars(**tokens: int) -> float:
        if endpoint.official:
            found = calc_price(Tokens(**tokens), endpoint.model, provider_id=PROVIDER_IDS[endpoint.provider])
        else:
            found = calc_price(Tokens(**tokens), endpoint.model, provider_api_url=endpoint.base_url)
        return float(found.total_price) / PROBE_TOKENS * MILLION

    try:
        return Price(
            input_per_million=dollars(input_tokens=PROBE_TOKENS, output_tokens=0),
            output_per_million=dollars(input_tokens=0, output_tokens=PROBE_TOKENS),
            cached_per_million=dollars(input_tokens=PROBE_TOKENS, cache_read_tokens=PROBE_TOKENS, output_tokens=0),
        )
    except LookupError:
        return None
