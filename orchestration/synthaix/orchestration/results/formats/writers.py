"""The formats by name: the file's extension, its media type, and the function that writes it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import BinaryIO

from synthaix.orchestration.errors import ArgumentInvalid
from synthaix.orchestration.results.batches import Batch
from synthaix.orchestration.results.formats import avro_file, csv_file, json_file, parquet_file, sql_file, xlsx_file
from synthaix.orchestration.results.formats.layout import Layout
from synthaix.orchestration.schema.nearest import did_you_mean

RowWriter = Callable[[BinaryIO, Layout, Iterable[Batch]], None]  # writes to the sink as batches come; adds notes


@dataclass(frozen=True, slots=True)
class Format:
    """One file format."""

    name: str
    media_type: str
    write: RowWriter

    @property
    def extension(self) -> str:
        """Without a full stop."""
        return self.name


FORMATS: Mapping[str, Format] = MappingProxyType({
    form.name: form
    for form in (
        Format("json", "application/json", json_file.write),
        Format("csv", "text/csv", csv_file.write),
        Format("jsonl", "application/jsonl", json_file.write_lines),
        Format("parquet", "application/vnd.apache.parquet", parquet_file.write),
        Format("avro", "application/vnd.apache.avro", avro_file.write),
        Format("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", xlsx_file.write),
        Format("sql", "application/sql", sql_file.write),
    )
})  # fmt: skip


def format_named(name: str) -> Format:
    """The format of this name. Raises ArgumentInvalid."""
    if name not in FORMATS:
        raise ArgumentInvalid(
            "There is no such export format.", field="format", allowed=list(FORMATS),
            suggestion=did_you_mean(name, FORMATS),
        )  # fmt: skip
    return FORMATS[name]
