"""One tiny call of the model, in the form that a job's calls have, to learn whether they will do."""

import secrets
import time
from dataclasses import dataclass

import anyio
import orjson

from synthaix.orchestration.errors import ProviderBusy
from synthaix.orchestration.jobs.paying.spending import Spending
from synthaix.orchestration.llm.models import THINKING_ROOM
from synthaix.orchestration.llm.openai_compatible import OpenAICompatible
from synthaix.orchestration.llm.provider import Prompt, Usage

ANSWER_SECONDS = 40.0
ANSWER_TOKENS = 40
MOST_SEED = 2**31
NUMBER = {
    "type": "object",
    "properties": {"number": {"type": "integer", "minimum": 1, "maximum": 9}},
    "required": ["number"],
    "additionalProperties": False,
}


@dataclass(frozen=True, slots=True)
class Probe:
    """What the call showed.

    Attributes:
        dialect: how the endpoint is asked for rows, as far as this call has negotiated it.
        seconds: to the end of the answer, the connection included.
        cost_usd: None where the price is not known.
        readable: whether the answer is what was asked for.
        models: that the endpoint lists; empty where it lists none.
    """

    model: str
    answered_as: str
    dialect: str
    seconds: float
    usage: Usage
    cost_usd: float | None
    readable: bool
    models: tuple[str, ...]


async def probe(client: OpenAICompatible, spending: Spending) -> Probe:
    """Ask once, and do not try again: what is wrong now is what is to be told.

    Args:
        spending: pays, and asks the client directly.

    Raises:
        ProviderError: the model does not answer, or refuses.
        Stopped: it would cost more than a preview may.
    """
    room = THINKING_ROOM if client.endpoint.thinks else 0
    asked = Prompt(
        "You answer with JSON.", "Name a number from 1 to 9.", schema=NUMBER, max_tokens=ANSWER_TOKENS + room,
        seed=secrets.randbelow(MOST_SEED),  # else the last answer would be found again
    )  # fmt: skip
    await client.warm()
    began = time.perf_counter()
    try:
        with anyio.fail_after(ANSWER_SECONDS):
            reply = await spending.ask(asked, 0)
    except TimeoutError as exc:
        raise ProviderBusy("The model's provider does not answer.") from exc
    seconds = time.perf_counter() - began
    return Probe(
        model=client.endpoint.model,
        answered_as=reply.model,
        dialect=client.standing.described,
        seconds=seconds,
        usage=reply.usage,
        cost_usd=spending.cost_of(reply.usage),
        readable=_is_a_number(reply.text),
        models=tuple(await client.models()),
    )


def _is_a_number(text: str) -> bool:
    try:
        answer = orjson.loads(text)
    except orjson.JSONDecodeError:
        return False
    return isinstance(answer, dict) and isinstance(answer.get("number"), int)
