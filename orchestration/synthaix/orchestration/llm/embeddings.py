"""Vectors from an OpenAI-compatible endpoint: one request for many texts."""

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import anyio
import orjson

from synthaix.orchestration.errors import ReplyUnusable
from synthaix.orchestration.llm.models import Endpoint
from synthaix.orchestration.llm.openai_compatible import OpenAICompatible, translated
from synthaix.orchestration.llm.provider import Prompt, ProviderDown, Reply, Usage

MOST_SECONDS = 120.0  # of a request
DIMENSIONS = 512  # asked of models that can shorten their vectors: the rest adds hardly anything
SHORTENING = ("text-embedding-3",)


class Embeddings:
    """Answers prompts with vectors, so that they are paced and paid as every other call is.

    A prompt's `user` is a JSON array of texts; the reply's text a JSON array of little-endian float32 in base64.

    Args:
        client: of the endpoint that the settings name.
    """

    def __init__(self, client: OpenAICompatible, model: str) -> None:
        self._client = client
        self.endpoint: Endpoint = replace(client.endpoint, model=model)
        self.on_headers: Callable[[Mapping[str, str]], None] | None = None

    async def complete(self, prompt: Prompt, *, on_text: Callable[[str], None] | None = None) -> Reply:
        """The vectors; raises as `Provider.complete` does."""
        import httpx2
        import openai

        texts: Sequence[str] = orjson.loads(prompt.user)
        client = await self._client.opened()
        model = self.endpoint.model
        shorter = {"dimensions": DIMENSIONS} if model.startswith(SHORTENING) else {}
        body = {"model": model, "input": texts, "encoding_format": "base64", **shorter}
        try:
            with anyio.fail_after(MOST_SECONDS):
                answer = await client.post("/embeddings", cast_to=httpx2.Response, body=body)
        except openai.APIStatusError as error:
            if self.on_headers is not None:
                self.on_headers(error.response.headers)
            raise translated(error) from error
        except (openai.APIConnectionError, TimeoutError) as error:
            raise ProviderDown from error
        return _read(answer.content, texts)

    async def aclose(self) -> None:
        """The client is the writer's."""


def _read(body: bytes, texts: Sequence[str]) -> Reply:
    """Raises ReplyUnusable: it is not one vector for each text."""
    try:
        told = orjson.loads(body)
        vectors = [each["embedding"] for each in sorted(told["data"], key=lambda each: each["index"])]
        whole = [one if isinstance(one, str) else _packed(one) for one in vectors]
        tokens = int(told.get("usage", {}).get("prompt_tokens", 0))
    except (ValueError, TypeError, KeyError) as exc:
        raise ReplyUnusable from exc
    if len(whole) != len(texts) or len({len(one) for one in whole}) != 1:
        raise ReplyUnusable
    return Reply(orjson.dumps(whole).decode(), "stop", Usage(tokens, 0))


def _packed(numbers: Sequence[float]) -> str:
    """Of an endpoint that does not know base64."""
    import numpy as np

    return base64.b64encode(np.asarray(numbers, dtype="<f4").tobytes()).decode()
