"""The Batch API of the fake provider: files, batches of requests, and how they end.

A batch is worked on when it is looked at: it ends at the look after `Batching.looks` of them, unless it is held.
"""

import json
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

Json = dict[str, Any]
Answered = tuple[int, Any]  # status and body
BOUNDARY = re.compile(rb'boundary="?([^";,\s]+)')
WORKING = frozenset({"validating", "in_progress", "finalizing"})


@dataclass
class Batching:
    """How batches go; a part of the provider's scenario.

    Attributes:
        absent: there is no Batch API, and its paths answer 404.
        html: they answer with a web page.
        hold: nothing is worked on.
        looks: how often a batch is still in progress.
        end: how it ends: completed, expired (after half of its requests), failed, token_limit.
        most: requests of all batches in progress; further ones fail for their token_limit.
        lost: batches are made, but their answers break off.
    """

    absent: bool = False
    html: bool = False
    hold: bool = False
    looks: int = 1
    end: str = "completed"
    most: int = 0
    lost: bool = False


@dataclass
class _Batch:
    shown: Json
    lines: list[Json]
    headers: dict[str, str]
    looks: int = 0


class FakeBatches:
    """Files and batches.

    Args:
        answer: serves one request, given its headers, body and whether it is of a batch.
    """

    def __init__(self, answer: Callable[[dict[str, str], Json], Answered]) -> None:
        self.counts = {"batches": 0, "batch_requests": 0, "batches_cancelled": 0, "batch_looks": 0}
        self._answer = answer
        self._files: dict[str, bytes] = {}
        self._batches: dict[str, _Batch] = {}

    def route(self, method: str, path: str, headers: dict[str, str], body: bytes, plan: Batching) -> Answered | bytes:
        """The answer to a request below /files or /batches; bytes: a file."""
        if plan.absent:
            return 404, {"error": {"message": "Not found", "code": None, "param": None}}
        if plan.html:
            return 200, "<!doctype html><title>Welcome</title>"
        bare = path.partition("?")[0].strip("/").split("/")
        match method, *bare:
            case "GET", ("files" | "batches") as kind:
                newest = [batch.shown for batch in reversed(self._batches.values())] if kind == "batches" else []
                return 200, {"object": "list", "data": newest, "has_more": False}
            case "POST", "files":
                return 200, self._uploaded(headers, body)
            case "GET", "files", name, "content" if name in self._files:
                return self._files[name]
            case "POST", "batches":
                return self._made(json.loads(body), headers, plan)
            case "GET", "batches", name if name in self._batches:
                return 200, self._looked_at(self._batches[name], plan)
            case "POST", "batches", name, "cancel" if name in self._batches:
                return self._cancelled(self._batches[name])
        return 404, {"error": {"message": "There is no such thing.", "code": "not_found", "param": None}}

    def _uploaded(self, headers: dict[str, str], body: bytes) -> Json:
        found = BOUNDARY.search(headers["content-type"].encode())
        assert found is not None
        parts = body.split(b"--" + found[1])
        content = next(part.partition(b"\r\n\r\n")[2][:-2] for part in parts if b'name="file"' in part)
        return {**self._kept(content), "object": "file", "purpose": "batch"}

    def _kept(self, content: bytes) -> Json:
        name = f"file-{len(self._files)}"
        self._files[name] = content
        return {"id": name, "bytes": len(content)}

    def _made(self, asked: Json, headers: dict[str, str], plan: Batching) -> Answered:
        lines = [json.loads(line) for line in self._files[asked["input_file_id"]].splitlines()]
        assert len({line["custom_id"] for line in lines}) == len(lines)
        shown: Json = {
            "id": f"batch-{len(self._batches)}", "object": "batch", "status": "validating", "errors": None,
            "endpoint": asked["endpoint"], "input_file_id": asked["input_file_id"], "metadata": asked.get("metadata"),
            "completion_window": asked["completion_window"], "output_file_id": None, "error_file_id": None,
            "created_at": 1, "request_counts": {"total": len(lines), "completed": 0, "failed": 0},
        }  # fmt: skip
        self._batches[shown["id"]] = _Batch(shown, lines, headers)
        self.counts["batches"] += 1
        if plan.end in ("failed", "token_limit") or (plan.most and len(lines) > plan.most):
            code = "invalid_request" if plan.end == "failed" else "token_limit_exceeded"
            shown |= {"status": "failed", "errors": {"object": "list", "data": [{"code": code, "message": "No."}]}}
        return (500, {"error": {"message": "Something broke."}}) if plan.lost else (200, shown)

    def _looked_at(self, batch: _Batch, plan: Batching) -> Json:
        self.counts["batch_looks"] += 1
        if batch.shown["status"] in WORKING and not plan.hold:
            batch.looks += 1
            batch.shown["status"] = "in_progress"
            if batch.looks > plan.looks:
                self._work(batch, plan)
        return batch.shown

    def _work(self, batch: _Batch, plan: Batching) -> None:
        served: list[Json] = []
        refused: list[Json] = []
        half = len(batch.lines) // 2 if plan.end == "expired" else len(batch.lines)
        for line in batch.lines[:half]:
            status, body = self._answer(batch.headers, line["body"])
            said = {"id": "r", "custom_id": line["custom_id"], "response": {"status_code": status, "body": body}}
            (served if status == 200 else refused).append({**said, "error": None})
        for line in batch.lines[half:]:
            error = {"code": "batch_expired", "message": "This request could not be executed in time."}
            refused.append({"id": "r", "custom_id": line["custom_id"], "response": None, "error": error})
        self.counts["batch_requests"] += len(served)
        for name, lines in (("output_file_id", served[::-1]), ("error_file_id", refused)):
            if lines:  # a provider promises no order
                batch.shown[name] = self._kept("\n".join(map(json.dumps, lines)).encode() + b"\n")["id"]
        batch.shown["status"] = plan.end if plan.end == "expired" else "completed"
        batch.shown["request_counts"] |= {"completed": len(served), "failed": len(refused)}

    def _cancelled(self, batch: _Batch) -> Answered:
        if batch.shown["status"] not in WORKING:
            return 409, {"error": {"message": "The batch has ended.", "code": None, "param": None}}
        batch.shown["status"] = "cancelled"
        self.counts["batches_cancelled"] += 1
        return 200, batch.shown


def batching(loose: Json) -> Batching:
    """From a scenario's JSON."""
    return Batching(**{**asdict(Batching()), **loose})
