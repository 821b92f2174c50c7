"""A report held against rows: from the store, or from a file that was exported."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from synthaix.orchestration.errors import ArgumentInvalid, SchemaInvalid
from synthaix.orchestration.results.formats.layout import field_of
from synthaix.orchestration.results.report.canonical_rows import Canonical
from synthaix.orchestration.results.report.document import Json, digest_of
from synthaix.orchestration.results.report.fingerprint import Fingerprint, Fingerprinter, differences
from synthaix.orchestration.schema.schema import Schema, Table

CanonicalBatches = Iterable[Sequence[Canonical]]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was checked: `what`, whether it is as reported, and what is not."""

    what: str
    good: bool
    said: str


class Verifier:
    """Checks a report's parts.

    Args:
        document: from `document.read_document`.

    Raises:
        ArgumentInvalid: parts of the report are missing, or not of their form.
    """

    def __init__(self, document: Json) -> None:
        self._document = document
        try:
            self.job_id = str(document["job"]["job_id"])
            self.schema = Schema.model_validate(document["schema"])
            self._hash = str(document["manifest"]["schema_hash"])
            self._prints = {t["name"]: Fingerprint.from_plain(t["fingerprint"]) for t in document["tables"]}
        except (KeyError, TypeError, ValueError, SchemaInvalid):
            raise ArgumentInvalid("Parts of the report are missing or unreadable.", field="report") from None

    def itself(self) -> list[Finding]:
        """The report's own digest, and the hash of the schema in it."""
        whole = digest_of(self._document) == self._document.get("digest")
        hashed = self.schema.hash == self._hash
        return [
            Finding("report", whole, "unchanged since it was made" if whole else "edited since it was made"),
            Finding("schema in the report", hashed, self._hash if hashed else "edited: its hash is not the manifest's"),
        ]

    def stored_schema(self, schema: Schema) -> Finding:
        """The schema that the store has for the job."""
        if schema.hash == self._hash:
            return Finding("schema in the store", True, "the same")
        where = ", ".join(_schema_differences(self.schema, schema)) or "a part that the report's schema has too"
        return Finding("schema in the store", False, f"another one: {where}")

    def rows_of(self, table: str) -> int:
        """How many rows the report counts."""
        return self._print(table).rows

    def rows(self, table: str, batches: CanonicalBatches, what: str) -> Finding:
        """A table's rows."""
        was = self._print(table)
        print_ = Fingerprinter(self.schema.table(table).names, was.rows, keep=True)
        for batch in batches:
            print_.add(batch)
        found = print_.result()
        faults = differences(was, found, print_.hashes())
        return Finding(what, not faults, "; ".join(faults) or f"{found.rows:,} rows, sha256 {found.sha256[:16]}…")

    def _print(self, table: str) -> Fingerprint:
        if table not in self._prints or table not in self.schema.names:
            raise ArgumentInvalid("The report has no such table.", field="table", allowed=list(self._prints))
        return self._prints[table]

    def table(self, name: str | None) -> Table:
        """The table of this name; the root table without one. Raises ArgumentInvalid."""
        if name is None:
            return self.schema.root
        self._print(name)
        return self.schema.table(name)


def fields_of(table: Table) -> list[Any]:
    """The table's columns as files have them."""
    return [field_of(column) for column in table.columns]


def _schema_differences(one: Schema, other: Schema) -> list[str]:
    """Where two schemas differ: tables, columns, or a table's own rules."""
    found = []
    for name in dict.fromkeys([*one.names, *other.names]):
        if name not in one.names or name not in other.names:
            found.append(f"table {name} is {'new' if name in other.names else 'gone'}")
            continue
        mine, theirs = _plain(one.table(name)), _plain(other.table(name))
        both = dict.fromkeys([*mine["columns"], *theirs["columns"]])
        found += [f"column {name}.{each}" for each in both if mine["columns"].get(each) != theirs["columns"].get(each)]
        if mine["rest"] != theirs["rest"]:
            found.append(f"the rules of table {name}")
        elif not found and [*mine["columns"]] != [*theirs["columns"]]:
            found.append(f"the order of the columns of {name}")
    return found


def _plain(table: Table) -> Mapping[str, Any]:
    loose = table.model_dump(mode="json", exclude_none=True)
    columns = {each["name"]: {k: v for k, v in each.items() if k != "confidence"} for each in loose.pop("columns")}
    return {"columns": columns, "rest": loose}
