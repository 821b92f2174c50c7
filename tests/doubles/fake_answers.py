"""What the fake provider says: a pure function of the request, and the form in which it goes over the wire."""

import hashlib
import json
import random
import re
from copy import copy
from pathlib import Path
from typing import Any

Json = dict[str, Any]
PHRASES: dict[str, list[str]] = json.loads((Path(__file__).parent / "phrases.json").read_text())
SLOT = re.compile(r"\{(\w+)\}")
WORDS = re.compile(r"(\d+)[- ]words?\b")
CHARACTERS = re.compile(r"at most (\d+) characters")
ROW_LINE = re.compile(r'^(?:\[|\{"i":\s*)(\d+)\b.*$', re.MULTILINE)


def chance(*parts: object) -> random.Random:
    """A generator that follows from `parts` alone."""
    return random.Random(hashlib.sha256(repr(parts).encode()).digest())


class Answer:
    """The text for one request: the asked JSON, or prose."""

    def __init__(self, request: Json, words: int, *, stretch: float = 1.0, vocabulary: int = 0) -> None:
        self._texts = [str(message.get("content", "")) for message in request.get("messages", [])]
        self._prompt = "\n".join(self._texts)
        self._seed = request.get("seed")
        self._words = words
        self._vocabulary = vocabulary
        self._stretch = stretch
        self.schema = _asked_schema(request, self._prompt)

    def text(self, twist: str = "") -> str:
        """The whole answer; `twist` is the fault of the rows, if any."""
        if self.schema is None:
            return self._prose("", self._words)
        value = self._value(self.schema, "$", "")
        if twist:
            _twist(value, twist)
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    def _value(self, schema: Json, path: str, name: str) -> Any:
        if "anyOf" in schema:
            return self._value(schema["anyOf"][0], path, name)
        luck = chance(self._prompt, self._seed, path)
        if "enum" in schema:
            return luck.choice(schema["enum"])
        kinds = schema.get("type", "string")
        kind = next((k for k in kinds if k != "null"), "null") if isinstance(kinds, list) else kinds
        match kind:
            case "object":
                return {key: self._value(sub, f"{path}.{key}", key) for key, sub in schema["properties"].items()}
            case "array":
                return self._items(schema, path, name, luck)
            case "integer" | "number":
                low = schema.get("minimum", 1)
                return luck.randint(int(low), int(schema.get("maximum", low + 99)))
            case "boolean":
                return luck.random() < 0.5
            case "null":
                return None
        return self._string(schema, path, name, luck)

    def _items(self, schema: Json, path: str, name: str, luck: random.Random) -> list[Any]:
        item = schema["items"]
        if "prefixItems" in item:
            cells = [(cell["description"], cell) for cell in item["prefixItems"]]
            return [
                [n if name == "i" else self._value(cell, f"{path}[{n}].{name}", name) for name, cell in cells]
                for n in self._row_ids()
            ]
        if "i" in item.get("properties", {}):
            return [{**self._value(item, f"{path}[{n}]", name), "i": n} for n in self._row_ids()]
        count = schema.get("minItems") or luck.randint(2, 3)
        return [self._value(item, f"{path}[{index}]", name) for index in range(count)]

    def _row_ids(self) -> list[int]:
        return list(dict.fromkeys(int(found) for found in ROW_LINE.findall(self._texts[-1] if self._texts else "")))

    def _string(self, schema: Json, path: str, name: str, luck: random.Random) -> str:
        match schema.get("format"):
            case "date":
                return f"20{luck.randint(10, 25)}-{luck.randint(1, 12):02}-{luck.randint(1, 28):02}"
            case "date-time":
                return f"2025-{luck.randint(1, 12):02}-{luck.randint(1, 28):02}T{luck.randint(0, 23):02}:00:00Z"
            case "email":
                return f"{luck.choice(PHRASES['job']).split()[0]}{luck.randint(1, 10**6)}@example.com"
        cues = schema.get("description", "") + "".join(line for line in self._prompt.splitlines() if name in line)
        words, most = WORDS.search(cues), CHARACTERS.search(cues)
        text = self._prose(path, int(words[1]) if words else self._words)
        limit = min(schema.get("maxLength", 10**6), int(most[1]) if most else 10**6)
        return text if len(text) <= limit else text[:limit].rpartition(" ")[0] or text[:limit]

    def _prose(self, path: str, words: int) -> str:
        luck = chance(self._prompt, self._seed, path, "prose")
        if self._vocabulary:
            luck = chance(luck.randrange(self._vocabulary), "prose")
        words = round(words * self._stretch)
        said = ""
        while (count := len(said.split())) < words:
            clause = self._phrase(luck, "closings" if count > words * 2 // 3 else "clauses")
            opening = self._phrase(luck, "openings") + ", " if not said or luck.random() < 0.3 else ""
            said += ("" if not said else " ") + (opening + clause)[:1].upper() + (opening + clause)[1:] + "."
        return " ".join(said.split()[: words + words // 4])

    def _phrase(self, luck: random.Random, group: str) -> str:
        return SLOT.sub(lambda slot: luck.choice(PHRASES[slot[1]]), luck.choice(PHRASES[group]))


def _asked_schema(request: Json, prompt: str) -> Json | None:
    form = request.get("response_format") or {}
    if form.get("type") == "json_schema":
        asked: Json = form["json_schema"]["schema"]
        return asked
    start = prompt.find('{"type":"object"')
    if start >= 0:
        told: Json = json.JSONDecoder().raw_decode(prompt[start:])[0]
        return told
    return {"type": "object", "properties": {"text": {"type": "string"}}} if form else None


def _twist(value: Json, twist: str) -> None:
    """Spoil the rows of an answer in place."""
    rows = next((part for part in value.values() if isinstance(part, list)), [])
    match twist:
        case "wrong_shape":
            value.clear()
            value["answer"] = [["nothing"], 7]
        case "extra_rows":
            rows.append([10**6, *rows[-1][1:]] if isinstance(rows[-1], list) else {**rows[-1], "i": 10**6})
        case "missing_rows":
            del rows[len(rows) // 2 :]
        case "duplicate_rows":
            rows[:] = [copy(row) for row in rows for _ in range(2)]
        case "invalid_rows":
            for row in rows[::2]:
                _empty(row)
        case "empty_row":
            _empty(rows[len(rows) // 2])


def _empty(row: Any) -> None:
    """Take the texts out of a row."""
    for place, cell in list(enumerate(row) if isinstance(row, list) else row.items()):
        row[place] = "" if isinstance(cell, str) else cell


def spoken(answer: Answer, fault: str, deaf: bool) -> tuple[str, str]:
    """The answer's text and its finish reason, under a fault."""
    match fault:
        case "garbage":
            return answer.text()[7:].replace('":', '"').replace("{", "<").replace("[", "<"), "stop"
        case "refusal":
            return "I am sorry, but I cannot help with that.", "stop"
        case "content_filter":
            return answer.text()[:60], "content_filter"
        case "empty":
            return "", "stop"
        case "length" | "cut":
            whole = answer.text()
            return whole[: len(whole) * 6 // 10], "length" if fault == "length" else "stop"
    if deaf:
        answer.schema = None
    return answer.text(fault), "stop"


class Flow:
    """An answer as it goes over the wire."""

    def __init__(self, request: Json, tokens: list[str], finish: str, usage: Json | None, *, refusal: bool) -> None:
        self.tokens = tokens
        self._finish = finish
        self._usage = usage
        self._part = "refusal" if refusal else "content"
        self._told = (request.get("stream_options") or {}).get("include_usage", False)
        self._model = request.get("model", "fake-model")
        self._prefix = self._event({"delta": {self._part: "\0"}, "finish_reason": None}).partition(b'"\\u0000"')

    def _event(self, choice: Json, usage: Json | None = None) -> bytes:
        body: Json = {"id": "chatcmpl-fake", "object": "chat.completion.chunk", "created": 1, "model": self._model}
        body["choices"] = [{"index": 0, **choice}] if choice else []
        if usage is not None:
            body["usage"] = usage
        return b"data: " + json.dumps(body, separators=(",", ":")).encode() + b"\n\n"

    def delta(self, token: str) -> bytes:
        """One token as one HTTP chunk."""
        before, _, after = self._prefix
        return _chunk(before + json.dumps(token).encode() + after)

    def end(self) -> bytes:
        """The finish reason, the usage when it was asked for, and the end of the body."""
        last = _chunk(self._event({"delta": {}, "finish_reason": self._finish}))
        if self._usage is not None and self._told:
            last += _chunk(self._event({}, self._usage))
        return last + _chunk(b"data: [DONE]\n\n") + b"0\r\n\r\n"

    def whole(self) -> Json:
        """As one JSON body."""
        message: Json = {"role": "assistant", "content": None, self._part: "".join(self.tokens)}
        choice = {"index": 0, "message": message, "finish_reason": self._finish}
        body: Json = {"id": "chatcmpl-fake", "object": "chat.completion", "created": 1, "model": self._model}
        return {**body, "choices": [choice], "usage": self._usage}


def embeddings(request: Json) -> Json:
    """Sixty-four numbers for each text."""
    texts = request["input"] if isinstance(request["input"], list) else [request["input"]]
    vectors = [[chance(text, place).uniform(-1, 1) for place in range(64)] for text in texts]
    data = [{"object": "embedding", "index": index, "embedding": vector} for index, vector in enumerate(vectors)]
    used = sum(-(-len(str(text)) // 4) for text in texts)
    return {"object": "list", "data": data, "model": "fake", "usage": {"prompt_tokens": used, "total_tokens": used}}


def _chunk(payload: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(payload), payload)
