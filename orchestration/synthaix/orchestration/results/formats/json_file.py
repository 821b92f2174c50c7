"""JSON: one array, one object on each line; and JSON Lines: the objects alone. Cells as they are stored."""

from collections.abc import Iterable, Iterator
from typing import BinaryIO

from synthaix.orchestration.results.batches import Batch
from synthaix.orchestration.results.formats.layout import Layout
from synthaix.orchestration.results.formats.spelling import json_bytes


def write(sink: BinaryIO, layout: Layout, batches: Iterable[Batch]) -> None:
    """Write the table as one JSON array of objects."""
    before = b"[\n"
    for batch in batches:
        sink.write(before + b",\n".join(_objects(layout.names, batch)))
        before = b",\n"
    sink.write(b"\n]\n" if before == b",\n" else b"[]\n")


def write_lines(sink: BinaryIO, layout: Layout, batches: Iterable[Batch]) -> None:
    """Write the table as JSON Lines."""
    for batch in batches:
        sink.write(b"\n".join(_objects(layout.names, batch)) + b"\n")


def _objects(names: list[str], batch: Batch) -> Iterator[bytes]:
    return (json_bytes(dict(zip(names, row, strict=True))) for row in zip(*batch, strict=True))
