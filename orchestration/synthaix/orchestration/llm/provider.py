"""What a model is asked and what it answers, whoever serves it."""

import hashlib
import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, Protocol

import orjson

from synthaix.orchestration.errors import ProviderBusy, ReplyUnusable

FinishReason = Literal["stop", "length", "content_filter", "refusal", "cut"]
FORMAT = 1  # of a stored reply
MESSAGE_TOKENS = 16  # what endpoints add around each message, generously


class RateLimited(ProviderBusy):
    """The provider asked to be left alone for a while: neither a failure nor an attempt."""

    def __init__(self, *, retry_after_seconds: float | None, declared: bool = False) -> None:
        super().__init__(retry_after_seconds=retry_after_seconds)
        self.declared = declared  # a limit that the provider had announced in its headers is used up


class ProviderDown(ProviderBusy):
    """The provider failed, hung or could not be reached; nothing was billed."""

    sentence = "The model's provider does not answer."


class PromptTooLong(ReplyUnusable):
    """The prompt and its answer do not fit into the model's context: ask for less at once."""

    sentence = "The request is longer than the model takes at once."


@dataclass(frozen=True, slots=True)
class Prompt:
    """One request to a model.

    Attributes:
        system: what is the same for every call of a job; providers cache it.
        schema: JSON Schema of the answer, in full; each endpoint gets the part of it that it understands.
        tabular: whether the answer is `{"rows": [...]}` and each row may also come as the array of its cells, which
            is shorter; who reads it takes both.
        max_tokens: the most that the answer may have.
        likely_tokens: what it will probably have; 0 where nothing is known.
        seed: tells apart calls with equal text; also given to the provider.
    """

    system: str
    user: str
    schema: Mapping[str, Any] | None = field(default=None, hash=False)
    tabular: bool = False
    max_tokens: int = 2_000
    likely_tokens: int = 0
    seed: int | None = None
    temperature: float | None = None

    def key(self, model: str) -> str:
        """SHA-256 of everything that decides the answer, in hex."""
        return hashlib.sha256(orjson.dumps([model, asdict(self)], option=orjson.OPT_SORT_KEYS)).hexdigest()

    def most_input_tokens(self) -> int:
        """An upper bound of the input: no tokeniser makes more tokens than there are bytes."""
        told = orjson.dumps(self.schema) if self.schema is not None else b""
        return len(self.system.encode()) + len(self.user.encode()) + 2 * len(told) + 2 * MESSAGE_TOKENS

    def likely_input_tokens(self) -> int:
        """What the input probably has."""
        return estimated_tokens(self.system) + estimated_tokens(self.user)


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of a call; `cached_tokens` are part of `input_tokens`.

    Attributes:
        estimated: counted here, since the provider did not say.
    """

    input_tokens: int
    output_tokens: int
    cached_tokens: int = 0
    estimated: bool = False

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            self.input_tokens + other.input_tokens,
            self.output_tokens + other.output_tokens,
            self.cached_tokens + other.cached_tokens,
            self.estimated or other.estimated,
        )


NO_USAGE = Usage(0, 0)


@dataclass(frozen=True, slots=True)
class Reply:
    """A raw answer, as far as it came.

    Attributes:
        finish_reason: `cut` when the connection broke or fell silent in the middle of the answer.
        model: who answered, in the provider's words.
    """

    text: str
    finish_reason: FinishReason
    usage: Usage
    model: str = ""

    @property
    def refusal(self) -> bool:
        """Whether the model or a filter of the provider declined."""
        return self.finish_reason in ("refusal", "content_filter")

    def to_json(self) -> bytes:
        """As stored."""
        return orjson.dumps({"format": FORMAT, **asdict(self)})

    @classmethod
    def from_json(cls, stored: bytes) -> "Reply":
        """As `to_json` wrote it."""
        loose = orjson.loads(stored)
        return cls(loose["text"], loose["finish_reason"], Usage(**loose["usage"]), loose["model"])


class Provider(Protocol):
    """Whoever answers prompts.

    Attributes:
        on_headers: shown the headers of every answer, refusals included.
    """

    on_headers: Callable[[Mapping[str, str]], None] | None

    async def complete(self, prompt: Prompt, *, on_text: Callable[[str], None] | None = None) -> Reply:
        """The model's answer; `on_text` is shown each piece as it comes.

        Raises:
            ProviderBusy: it passes: `RateLimited`, or `ProviderDown`.
            ProviderRefused: a wrong key, no quota, an unknown model, not a model's endpoint.
            ReplyUnusable: there is no answer to read.
        """
        ...

    async def aclose(self) -> None:
        """Close the connections."""
        ...


def estimated_tokens(text: str) -> int:
    """About how many tokens a text has: four ASCII characters to one, other characters one each."""
    plain = sum(map(str.isascii, text)) if not text.isascii() else len(text)
    return math.ceil(plain / 4) + (len(text) - plain)
