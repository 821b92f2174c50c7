"""A model provider that runs here: OpenAI-compatible, deterministic, as slow and as faulty as a test asks for.

`python tests/doubles/fake_provider.py --port 0` prints its address on the first line. Answers are a pure function of
the request; faults are a pure function of (seed, request body, how often that body came). `POST /_scenario` changes
what follows, `POST /_reset` also forgets what was, `GET /_stats` counts, `GET /_last` shows the last request.
A token is four characters of the messages or of the answer; every token is a delta and an HTTP chunk of its own.
"""

import argparse
import asyncio
import hashlib
import json
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass, field, fields
from email.utils import formatdate
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))  # it runs as a script, beside which there is no package
from tests.doubles.fake_answers import Answer, Flow, chance, embeddings, spoken
from tests.doubles.fake_batches import FakeBatches, batching

Json = dict[str, Any]
TICK = 0.02  # seconds between writes; what is due in between goes out together, for all streams at the same moments


@dataclass
class Scenario:
    """How the provider behaves.

    Attributes:
        shares: fault -> share of attempts. Not billed: 401, 429, 500, quota,
            too long, hang. Billed: stall, drop, garbage, refusal,
            content_filter, empty, length, cut, wrong_shape, extra_rows, missing_rows, duplicate_rows, invalid_rows,
            empty_row.
        burst_on: 429 for the first so many seconds of every `burst_period`, counted from the scenario's start.
        retry_style: how Retry-After is written: s, ms, date, none.
        key: the only key that is let in, when set.
        reject: parameters that are answered 400, as in `max_tokens`, `seed`, `json_schema`, `response_format`.
        deaf: answer 200 with prose, whatever `response_format` says.
        cut_at: break the connection after so many characters of the answer.
        words: length of a text when the request names none.
        vocabulary: how many different texts there are; 0: as many as requests.
        stretch: how much longer a text is than was asked for.
        batch: how the Batch API goes, as `fake_batches.Batching` names it.
    """

    base: float = 0.0
    per_token: float = 0.0
    spread: float = 0.0
    seed: int = 0
    shares: dict[str, float] = field(default_factory=dict)
    burst_on: float = 0.0
    burst_period: float = 0.0
    retry_after: float = 1.0
    retry_style: str = "s"
    key: str | None = None
    html: bool = False
    deaf: bool = False
    usage: bool = True
    reject: list[str] = field(default_factory=list)
    requests_per_minute: float = 0.0
    rate_burst: float = 20.0
    in_flight: int = 0
    cut_at: int | None = None
    words: int = 40
    vocabulary: int = 0
    stretch: float = 1.0
    price_input: float = 0.15
    price_output: float = 0.60
    batch: Json = field(default_factory=dict)


@dataclass
class Stats:
    """What was asked and served; `dollars` is what a provider would charge, `repeated` were billed before."""

    requests: int = 0
    billed: int = 0
    repeated: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    input_tokens: int = 0
    output_tokens: int = 0
    connections: int = 0
    max_in_flight: int = 0
    latency: float = 0.0
    embedding_requests: int = 0
    embedded: int = 0
    embedding_tokens: int = 0


class Provider:
    """The server: one coroutine per connection."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.stats = Stats()
        self.last: Json = {}
        self.batches = FakeBatches(self._batched)
        self._seen: Counter[str] = Counter()
        self._billed: set[str] = set()
        self._in_flight = 0
        self._level = scenario.rate_burst
        self._began = self._levelled = time.monotonic()

    def set(self, changes: Json) -> None:
        """Change the scenario; its time starts again."""
        known = {part.name for part in fields(Scenario)}
        if set(changes) - known:
            raise ValueError(f"unknown: {sorted(set(changes) - known)}")
        self.scenario = Scenario(**{**asdict(self.scenario), **changes})
        self._level = self.scenario.rate_burst
        self._began = self._levelled = time.monotonic()

    def reset(self, changes: Json) -> None:
        """Begin again with another scenario."""
        self.scenario, self.stats, self._seen, self.last = Scenario(), Stats(), Counter(), {}
        self._billed = set()
        self.batches = FakeBatches(self._batched)
        self.set(changes)

    async def connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve requests until the other side hangs up."""
        self.stats.connections += 1
        try:
            while (head := await reader.readuntil(b"\r\n\r\n")) != b"":
                lines = head.decode("latin-1").split("\r\n")
                method, path, _ = lines[0].split(" ")
                headers = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in lines[1:] if line)}
                body = await reader.readexactly(int(headers.get("content-length", 0)))
                if not await self._route(method, path, headers, body, reader, writer):
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _route(
        self, method: str, path: str, headers: dict[str, str], body: bytes,
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter,
    ) -> bool:  # fmt: skip
        match method, path.removeprefix("/v1"):
            case "POST", "/chat/completions":
                return await self._complete(headers, body, reader, writer)
            case "POST", "/embeddings":
                _answer(writer, 200, self._embedded(json.loads(body)))
            case "GET", "/models":
                _answer(writer, 200, {"object": "list", "data": [{"id": "fake-model", "object": "model"}]})
            case "GET", "/_stats":
                _answer(writer, 200, self._figures())
            case "GET", "/_last":
                _answer(writer, 200, self.last)
            case "POST", "/_scenario":
                self.set(json.loads(body))
                _answer(writer, 200, asdict(self.scenario))
            case "POST", "/_reset":
                self.reset(json.loads(body or b"{}"))
                _answer(writer, 200, asdict(self.scenario))
            case _, below if below.startswith(("/files", "/batches")):
                said = self.batches.route(method, below, headers, body, batching(self.scenario.batch))
                _answer(writer, *(said if isinstance(said, tuple) else (200, said)))
            case _:
                _answer(writer, 404, _error("not_found", "There is no such path."))
        return True

    def _embedded(self, request: Json) -> Json:
        said = embeddings(request)
        self.stats.embedding_requests += 1
        self.stats.embedded += len(said["data"])
        self.stats.embedding_tokens += said["usage"]["prompt_tokens"]
        return said

    def _batched(self, headers: dict[str, str], request: Json) -> tuple[int, Any]:
        """The answer to one request of a batch."""
        fault = self._fault(headers, request, json.dumps(request).encode())
        self.stats.outcomes[fault or "ok"] += 1
        if fault in REFUSALS:
            return REFUSALS[fault]
        reply = self._reply(request, fault)
        self.stats.output_tokens += len(reply.tokens)
        return 200, reply.whole()

    def _figures(self) -> Json:
        plan, stats = self.scenario, self.stats
        dollars = (stats.input_tokens * plan.price_input + stats.output_tokens * plan.price_output) / 1e6
        return {**vars(stats), **self.batches.counts, "in_flight": self._in_flight, "dollars": dollars}

    async def _complete(
        self, headers: dict[str, str], body: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        self.stats.requests += 1
        self._in_flight += 1
        self.stats.max_in_flight = max(self.stats.max_in_flight, self._in_flight)
        try:
            request = json.loads(body)
            self.last = {"body": request, "headers": {k: v for k, v in headers.items() if k != "authorization"}}
            fault = self._fault(headers, request, body)
            self.stats.outcomes[fault or "ok"] += 1
            if fault in REFUSALS:
                status, message = REFUSALS[fault]
                extra = self._limits() if fault not in ("429", "busy") else {**self._retry_after(), **self._limits()}
                _answer(writer, status, message, extra)
                return True
            if fault == "hang":
                await reader.read(1)
                return False
            return await self._serve(request, fault, reader, writer)
        finally:
            self._in_flight -= 1

    def _fault(self, headers: dict[str, str], request: Json, body: bytes) -> str:
        plan = self.scenario
        key = hashlib.sha256(body).hexdigest()
        attempt, self._seen[key] = self._seen[key], self._seen[key] + 1
        form = (request.get("response_format") or {}).get("type")
        if plan.key is not None and headers.get("authorization") != f"Bearer {plan.key}":
            return "401"
        if plan.html:
            return "html"
        if request.get("model") == "unknown-model":
            return "404"
        for name in plan.reject:
            if name in request or name == form:
                return f"400 {name}"
        elapsed = time.monotonic() - self._began
        if plan.burst_period and elapsed % plan.burst_period < plan.burst_on:
            return "429"
        if plan.requests_per_minute and not self._within_rate():
            return "429"
        if plan.in_flight and self._in_flight > plan.in_flight:
            return "busy"
        draw = chance(plan.seed, key, attempt).random()
        for fault, share in plan.shares.items():
            if (draw := draw - share) < 0:
                return fault
        return ""

    def _within_rate(self) -> bool:
        plan, now = self.scenario, time.monotonic()
        grown = self._level + (now - self._levelled) * plan.requests_per_minute / 60
        self._level, self._levelled = min(plan.rate_burst, grown), now
        if self._level < 1:
            return False
        self._level -= 1
        return True

    def _limits(self) -> dict[str, str]:
        plan = self.scenario
        if not plan.requests_per_minute:
            return {}
        full = (plan.rate_burst - self._level) * 60 / plan.requests_per_minute
        return {
            "x-ratelimit-limit-requests": f"{plan.requests_per_minute:.0f}",
            "x-ratelimit-remaining-requests": f"{int(self._level)}",
            "x-ratelimit-reset-requests": f"{full:.3f}s",
        }

    def _retry_after(self) -> dict[str, str]:
        seconds = self.scenario.retry_after
        match self.scenario.retry_style:
            case "s":
                return {"retry-after": f"{seconds:g}"}
            case "ms":
                return {"retry-after-ms": f"{seconds * 1000:g}"}
            case "date":
                return {"retry-after": formatdate(time.time() + seconds, usegmt=True)}
        return {}

    def _reply(self, request: Json, fault: str) -> Flow:
        """What is said to a request, with its input counted."""
        scenario = self.scenario
        answer = Answer(request, scenario.words, stretch=scenario.stretch, vocabulary=scenario.vocabulary)
        text, finish = spoken(answer, fault, self.scenario.deaf)
        tokens = [text[at : at + 4] for at in range(0, len(text), 4)]
        most = request.get("max_completion_tokens") or request.get("max_tokens") or len(tokens)
        if len(tokens) > most:
            tokens, finish = tokens[:most], "length"
        if fault == "refusal":
            finish = "stop"
        usage = {"prompt_tokens": _prompt_tokens(request), "completion_tokens": len(tokens)}
        usage["total_tokens"] = sum(usage.values())
        self.stats.billed += 1
        asked = hashlib.sha256(json.dumps(request).encode()).hexdigest()
        self.stats.repeated += asked in self._billed
        self._billed.add(asked)
        self.stats.input_tokens += usage["prompt_tokens"]
        return Flow(request, tokens, finish, usage if self.scenario.usage else None, refusal=fault == "refusal")

    async def _serve(
        self, request: Json, fault: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        reply = self._reply(request, fault)
        tokens, text = reply.tokens, "".join(reply.tokens)
        luck = chance(self.scenario.seed, request.get("messages"), "time")
        pace = 1 + self.scenario.spread * luck.uniform(-1, 1)
        if not request.get("stream"):
            await asyncio.sleep((self.scenario.base + len(tokens) * self.scenario.per_token) * pace)
            self._count(tokens, pace)
            _answer(writer, 200, reply.whole(), self._limits())
            return True
        stop_at = len(tokens) // 2 if fault in ("stall", "drop") else len(tokens)
        if self.scenario.cut_at is not None:
            reply.tokens = tokens = [text[at : at + 1] for at in range(self.scenario.cut_at)][: len(text)]
            stop_at = len(tokens)
        writer.write(_head(200, "text/event-stream", {"transfer-encoding": "chunked", **self._limits()}))
        sent = 0
        async for due in self._ticks(stop_at, pace):
            writer.write(b"".join(map(reply.delta, tokens[sent:due])))
            sent = due
            await writer.drain()
        self._count(tokens[:sent], pace)
        if fault == "stall":
            await reader.read(1)
        if fault in ("stall", "drop") or self.scenario.cut_at is not None:
            return False
        writer.write(reply.end())
        await writer.drain()
        return True

    def _count(self, tokens: list[str], pace: float) -> None:
        self.stats.output_tokens += len(tokens)
        self.stats.latency += (self.scenario.base + len(tokens) * self.scenario.per_token) * pace

    async def _ticks(self, tokens: int, pace: float) -> AsyncIterator[int]:
        """How many tokens are due, each time some are."""
        began, per_token = time.monotonic(), self.scenario.per_token * pace
        await asyncio.sleep(self.scenario.base * pace)
        began += self.scenario.base * pace
        due = 0
        while due < tokens:
            if per_token == 0:
                due = tokens
            else:
                now = time.monotonic()
                await asyncio.sleep(max(0.0, min(TICK - now % TICK, began + tokens * per_token - now)))
                due = min(tokens, int((time.monotonic() - began) / per_token + 1e-6))
            yield due


def _error(code: str, message: str, param: str | None = None) -> Json:
    return {"error": {"message": message, "type": "invalid_request_error", "code": code, "param": param}}


class _Refusals(dict[str, tuple[int, Any]]):
    """What is answered instead of a completion: the status and the body."""

    def __contains__(self, fault: object) -> bool:
        return dict.__contains__(self, fault) or str(fault).startswith("400 ")

    def __missing__(self, fault: str) -> tuple[int, Any]:
        name = fault.removeprefix("400 ")
        return 400, _error("unsupported_parameter", f"Unsupported parameter: '{name}'.", name)


REFUSALS = _Refusals({
    "401": (401, _error("invalid_api_key", "Incorrect API key provided.")),
    "404": (404, _error("model_not_found", "The model does not exist.")),
    "429": (429, _error("rate_limit_exceeded", "Slow down.")),
    "busy": (429, _error("rate_limit_exceeded", "Too many in flight.")),
    "quota": (429, _error("insufficient_quota", "You exceeded your current quota.")),
    "too long": (400, _error("context_length_exceeded", "This model's maximum context length is 8192 tokens.")),
    "500": (500, _error("server_error", "Something broke.")),
    "html": (200, "<!doctype html><title>Welcome</title>"),
})  # fmt: skip


def _prompt_tokens(request: Json) -> int:
    return -(-sum(len(str(message.get("content", ""))) for message in request.get("messages", [])) // 4)


def _head(status: int, kind: str, extra: dict[str, str]) -> bytes:
    lines = [f"HTTP/1.1 {status} x", f"content-type: {kind}", *(f"{name}: {value}" for name, value in extra.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def _answer(writer: asyncio.StreamWriter, status: int, body: object, extra: dict[str, str] | None = None) -> None:
    """Text is HTML, bytes are a file, all else is JSON."""
    html = isinstance(body, str)
    payload = body.encode() if isinstance(body, str) else body if isinstance(body, bytes) else json.dumps(body).encode()
    kind = "text/html" if html else "application/octet-stream" if isinstance(body, bytes) else "application/json"
    writer.write(_head(status, kind, {"content-length": str(len(payload)), **(extra or {})}) + payload)


async def serve(host: str, port: int, scenario: Scenario) -> None:
    """Listen until the process ends; the address goes to stdout first."""
    server = await asyncio.start_server(Provider(scenario).connection, host, port, limit=2**22, backlog=512)
    address = server.sockets[0].getsockname()
    sys.stdout.write(f"http://{address[0]}:{address[1]}/v1\n")
    sys.stdout.flush()
    async with server:
        await server.serve_forever()


def main() -> None:
    """Read the arguments and serve."""
    asks = argparse.ArgumentParser(description="A fake OpenAI-compatible provider.")
    asks.add_argument("--host", default="127.0.0.1")
    asks.add_argument("--port", type=int, default=0)
    asks.add_argument("--scenario", default="{}", help="a Scenario as JSON")
    given = asks.parse_args()
    asyncio.run(serve(given.host, given.port, Scenario(**json.loads(given.scenario))))


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(0)
