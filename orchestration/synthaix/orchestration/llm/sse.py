"""Server-sent events of a chat completion, read as they come: a microsecond each, where typed ones cost 100."""

import re
from collections.abc import Callable
from typing import Any

import orjson

from synthaix.orchestration.errors import ReplyUnusable
from synthaix.orchestration.llm.provider import (
    FinishReason,
    Prompt,
    ProviderDown,
    Reply,
    Usage,
    estimated_tokens,
)

CONTENT = re.compile(rb'"content":("(?:[^"\\]|\\.)*")')
MOST_CHARACTERS = 4_000_000  # of one answer; an endless one is cut
FINISHES: dict[str, FinishReason] = {
    "stop": "stop", "length": "length", "max_tokens": "length", "content_filter": "content_filter",
    "tool_calls": "stop", "eos": "stop", "safety": "content_filter",
}  # fmt: skip


class Collector:
    """Puts an answer together from events, or from one JSON body."""

    def __init__(self, prompt: Prompt, on_text: Callable[[str], None] | None = None) -> None:
        self._prompt = prompt
        self._on_text = on_text
        self._rest = b""
        self._before = self._after = b""
        self._pieces: list[str] = []
        self._size = 0
        self._refused = False
        self._finish: str | None = None
        self._usage: dict[str, Any] | None = None
        self._model = ""
        self.failed = False

    @property
    def began(self) -> bool:
        """Whether any text has come."""
        return bool(self._pieces)

    @property
    def full(self) -> bool:
        """Whether more should not be read."""
        return self._size > MOST_CHARACTERS or self.failed

    def feed(self, data: bytes) -> None:
        """Read some bytes of an event stream; they may end anywhere."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        alike: list[bytes] = []
        for line in lines:
            if not line:
                continue
            if self._before and line.startswith(self._before) and line.endswith(self._after):
                alike.append(line)
                continue
            self._texts(alike)
            alike = []
            self._line(line)
        self._texts(alike)

    def whole(self, body: bytes) -> None:
        """Read an answer that was not streamed."""
        try:
            read = orjson.loads(body)
        except orjson.JSONDecodeError as error:
            raise ReplyUnusable from error
        if not isinstance(read, dict) or not isinstance(read.get("choices"), list):
            raise ReplyUnusable
        self._take(read, "message")

    def reply(self, *, cut: bool = False) -> Reply:
        """The answer so far.

        Raises:
            ProviderDown: the provider failed before it said anything.
        """
        text = "".join(self._pieces)
        if not text and (cut or self.failed) and not self._refused:
            raise ProviderDown
        finish: FinishReason = "cut" if cut or self._finish is None else FINISHES.get(self._finish.lower(), "stop")
        if self._refused and finish != "content_filter":
            finish = "refusal"
        return Reply(text, finish, self._tokens(text), self._model)

    def _texts(self, lines: list[bytes]) -> None:
        """Read events that differ in their text alone, all at once: 0.5 microseconds each instead of 2."""
        if not lines:
            return
        start, stop = len(self._before), -len(self._after)
        try:
            texts = orjson.loads(b"[" + b",".join(line[start:stop] for line in lines) + b"]")
        except orjson.JSONDecodeError:
            texts = []
        if len(texts) == len(lines) and all(type(text) is str for text in texts):
            self._say("".join(texts))
            return
        for line in lines:
            self._line(line)

    def _line(self, line: bytes) -> None:
        if line.startswith(b"data:"):
            payload = line[5:].strip()
            if payload.startswith(b"{"):
                self._event(payload)
                self._learn(line)

    def _learn(self, line: bytes) -> None:
        """Remember what stands around the text of an event."""
        found = CONTENT.search(line)
        if found is not None and b'"finish_reason":null' in line[found.end() :] and b'"usage":{' not in line:
            self._before, self._after = line[: found.start(1)], line[found.end(1) :]

    def _say(self, text: str) -> None:
        if not text:
            return
        self._pieces.append(text)
        self._size += len(text)
        if self._on_text is not None:
            self._on_text(text)

    def _event(self, payload: bytes) -> None:
        try:
            event = orjson.loads(payload)
        except orjson.JSONDecodeError:
            return  # a gateway's own line; what is missing shows in the answer
        if "error" in event and not event.get("choices"):
            self.failed = True
            return
        self._take(event, "delta")

    def _take(self, event: dict[str, Any], part: str) -> None:
        if event.get("usage"):
            self._usage = event["usage"]
        choices = event.get("choices")
        if not choices:
            return
        choice = choices[0]
        said = choice.get(part) or {}
        if text := said.get("content"):
            self._say(text)
        elif said.get("refusal"):
            self._refused = True
        if choice.get("finish_reason"):
            self._finish = choice["finish_reason"]
            self._model = event.get("model") or ""

    def _tokens(self, text: str) -> Usage:
        told = self._usage
        if not told or not isinstance(told.get("prompt_tokens"), int):
            return Usage(self._prompt.likely_input_tokens(), estimated_tokens(text), estimated=True)
        given = told["prompt_tokens"]
        details = told.get("prompt_tokens_details") or {}
        # some endpoints leave thoughts out of completion_tokens and count them in the total only
        written = max(told.get("completion_tokens") or 0, (told.get("total_tokens") or 0) - given)
        return Usage(given, written, min(given, details.get("cached_tokens") or 0))
