"""What is known of endpoints and models before the first call."""

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from synthaix.orchestration.config import Config, Provider

OPENAI_URL = "https://api.openai.com/v1/"
GEMINI_URL = "https://generativelanguage.googleapis.com/v1beta/openai/"  # ai.google.dev, OpenAI compatibility
# The cheapest current models for short texts by the providers' pages on 2026-11-24; gpt-5-mini is shut down on
# 2026-12-11 and gemini-2.5-flash on 2026-12-01.
DEFAULT_MODELS: dict[Provider, str] = {"openai": "gpt-6-luna", "gemini": "gemini-3.5-flash-lite"}
THINKERS = ("gpt-5", "gpt-6", "o1", "o3", "o4", "gemini-2.5", "gemini-3", "gemini-4")  # they think unless told not to
THINKING_ROOM = 2_000  # tokens: what a model that thinks may use before it answers
MOST_OUTPUT_TOKENS = 16_000  # of one call, whatever the model allows


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a model is served.

    Attributes:
        provider: whose prices and rules hold.
        named: whether the operator gave the address.
    """

    base_url: str
    provider: Provider
    model: str
    named: bool = False

    @property
    def loopback(self) -> bool:
        """Whether the model runs on this machine."""
        host = urlsplit(self.base_url).hostname or ""
        try:
            return ipaddress.ip_address(host).is_loopback
        except ValueError:
            return host == "localhost" or host.endswith(".localhost")

    @property
    def official(self) -> bool:
        """Whether it is the provider's own service."""
        return urlsplit(self.base_url).hostname == urlsplit(own_url(self.provider)).hostname

    @property
    def family(self) -> str:
        """The model's name without the maker's prefix of a gateway."""
        return self.model.rpartition("/")[2].lower()

    @property
    def thinks(self) -> bool:
        """Whether the model spends tokens on thoughts unless it is told not to."""
        return self.family.startswith(THINKERS)


def own_url(provider: Provider) -> str:
    """The provider's own address."""
    return GEMINI_URL if provider == "gemini" else OPENAI_URL


def endpoint_of(config: Config) -> Endpoint | None:
    """The endpoint that the settings name; None when nobody writes."""
    if config.provider == "offline":
        return None
    return Endpoint(
        base_url=config.base_url or own_url(config.provider),
        provider=config.provider,
        model=config.model or DEFAULT_MODELS[config.provider],
        named=config.base_url is not None,
    )
