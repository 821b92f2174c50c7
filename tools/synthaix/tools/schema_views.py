"""A proposed schema as people and agents read it: a table of columns, and JSON cut to what a reply may weigh."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

import orjson

from synthaix.tools.views import call, inline, money, rows_said, rows_text, span, table

if TYPE_CHECKING:
    from synthaix.orchestration.generation.plan import Quote
    from synthaix.orchestration.jobs.proposals import Proposal
    from synthaix.orchestration.jobs.states import JobView
    from synthaix.orchestration.schema.column import Column, Distribution
    from synthaix.orchestration.schema.schema import Table

BASIS_BYTES = 1_400  # of a reply's schema, whatever the number of columns
COLUMN_BYTES = 420  # of one column as JSON, on average; its line in the text takes up to as much again
MOST_SCHEMA_BYTES = 15_000
MOST_TABLE_LINES = 60
LISTED = 4  # values of an enum that a rule names
LONG_LIST = 12  # values that a cut schema keeps of a list

_LISTS = ("values", "template", "examples")
_CONSTRAINT_LISTS = ("enum", "weights")
_PARAMETERS = ("mean", "std", "median", "sigma", "exponent")
_BOUNDS = (
    ("min", "≥ {}"), ("exclusive_min", "> {}"), ("max", "≤ {}"), ("exclusive_max", "< {}"),
    ("decimals", "{} decimals"), ("min_length", "{}+ characters"), ("max_length", "≤ {} characters"),
    ("format", "{}"), ("pattern", "like {}"), ("after", "after {}"), ("before", "before {}"),
    ("references", "one of {}"), ("expression", "= {}"), ("null_rate", "{:.0%} null"),
)  # fmt: skip


def schema_text(tables: tuple["Table", ...]) -> str:
    """Every table as a markdown table of its columns."""
    most = max(4, MOST_TABLE_LINES // len(tables))
    return "\n\n".join(_table_text(each, most, named=len(tables) > 1) for each in tables)


def rules_of(column: "Column") -> str:
    """What the cells obey, in few words."""
    rules = column.rules
    said = [form.format(value) for name, form in _BOUNDS if (value := getattr(rules, name)) is not None]
    if rules.enum:
        listed = ", ".join(_values(rules.enum[:LISTED], rules.weights or (), sum(rules.weights or ())))
        said.append(listed if len(rules.enum) <= LISTED else f"{listed} and {len(rules.enum) - LISTED} more")
    if rules.unique:
        said.append("unique")
    if rules.nullable and rules.null_rate is None:
        said.append("may be null")
    if rules.distribution is not None:
        said.append(_spread(rules.distribution))
    return ", ".join(said)


def _values(values: Sequence[object], weights: Sequence[float], whole: float) -> Iterator[str]:
    """Each value, with its share where there are weights: `free 50 %`."""
    for value, weight in zip_longest(values, weights[: len(values)]):
        yield str(value) if weight is None or not whole else f"{value} {100 * weight / whole:.2g} %"


def _spread(spread: "Distribution") -> str:
    """A distribution with the parameters that were given: `normal (mean 5, std 2)`."""
    given = ", ".join(f"{name} {value:g}" for name in _PARAMETERS if (value := getattr(spread, name)) is not None)
    return f"{spread.name} ({given})" if given else spread.name


def estimate_text(quote: "Quote") -> str:
    """Rows, time and money in one sentence."""
    if quote.calls == 0:
        cost = "costs nothing"
    else:
        cap = "no cap" if quote.cap_usd is None else f"never more than {money(quote.cap_usd)}"
        low, high = money(quote.usd_low), money(quote.usd_high)
        usd = low if low == high else f"{low} to {high}"
        known = "cost unknown" if quote.usd_low is None else f"costs {usd}"
        cost = f"{known} ({quote.calls:,} calls to {inline(quote.model or 'the model', 60)}; {cap})"
    return f"{rows_said(quote.tables)} in {span(quote.seconds_high)}; {cost}."


def summary_text(proposal: "Proposal", quote: "Quote", *, most_bytes: int = 12_000) -> str:
    """What a human says yes to: columns, how they are made, what is assumed and open, three rows, cost and time."""
    draft = proposal.draft
    parts = [schema_text(draft.schema.tables)]
    if draft.assumptions:
        parts.append("Assumed: " + " ".join(inline(each, 200) for each in draft.assumptions[:12]))
    if draft.questions:
        parts.append("Open: " + " ".join(
            f"{inline(each.text, 200)} (assumed: {inline(each.default, 80)})" for each in draft.questions[:3]
        ))  # fmt: skip
    warnings = [*draft.warnings, *quote.warnings]
    if warnings:
        parts.append("Warnings: " + " ".join(inline(each, 240) for each in warnings[:12]))
    if proposal.preview:
        parts.append(rows_text(proposal.preview, 2_500, 3))
    parts.append(estimate_text(quote))
    text = "\n\n".join(parts)
    return text if len(text.encode()) <= most_bytes else text.encode()[:most_bytes].decode(errors="ignore") + "…"


def resume_text(job: "JobView", max_cost_usd: float | None, total_rows: int | None) -> str:
    """What a human says yes to before a job goes on with more: where it stands, and what would change."""
    lines = [f"Job {job.job_id} is {job.status} with {job.rows_generated:,} of {job.total_rows:,} rows."]
    if max_cost_usd is not None:
        lines.append(f"It has cost {money(job.cost.spent_usd)}; its cap would go from {money(job.cost.cap_usd)} "
                     f"to {money(max_cost_usd)}.")  # fmt: skip
    if total_rows is not None:
        lines.append(f"Its number of rows would go from {job.total_rows:,} to {total_rows:,}.")
    return " ".join(lines)


def shown_schema(plain: dict[str, Any], columns: int) -> tuple[dict[str, Any], str | None]:
    """The schema as JSON, cut to what the reply may weigh, and what was left out of it.

    The stored schema is whole: `schema_id` names it, and its resource shows it.
    """
    most = min(MOST_SCHEMA_BYTES, BASIS_BYTES + COLUMN_BYTES * columns)
    for cut, said in _CUTS:
        shown = cut(plain)
        if len(orjson.dumps(shown)) <= most:
            return shown, said
    names = [column["name"] for one in plain.get("tables", [plain]) for column in one["columns"]]
    return {"columns": [{"name": name} for name in names[: MOST_SCHEMA_BYTES // 100]]}, (
        f"all but the names of the first of {len(names)} columns"
    )


def next_text(tool: str, arguments: Mapping[str, Any]) -> str:
    """The line that ends a reply."""
    return f"Next: {call(tool, arguments)}"


def _table_text(table_: "Table", most: int, *, named: bool) -> str:
    lines = [
        (column.name, column.type, column.kind or inline(column.description, 60), column.strategy, rules_of(column),
         "" if column.confidence is None else f"{column.confidence:.2f}")
        for column in table_.columns[:most]
    ]  # fmt: skip
    drawn = table(("column", "type", "meaning", "made by", "rules", "sure"), lines)
    left = len(table_.columns) - most
    more = f"\n({left} more columns)" if left > 0 else ""
    return (f"Table {inline(table_.name, 64)}{_size(table_)}:\n\n" if named else "") + drawn + more


def _size(table_: "Table") -> str:
    per = table_.rows_per_parent
    if per is None or table_.parent is None:
        return ""
    many = str(per) if isinstance(per, int) else f"{per.min} to {per.max}"
    return f" ({many} per row of {inline(table_.parent, 64)})"


def _short_lists(plain: dict[str, Any]) -> dict[str, Any]:
    def short(column: dict[str, Any]) -> dict[str, Any]:
        cut = {name: _few(value) if name in _LISTS else value for name, value in column.items()}
        if "constraints" in cut:
            cut["constraints"] = {
                name: _few(value) if name in _CONSTRAINT_LISTS else value for name, value in cut["constraints"].items()
            }
        return cut

    return _each_column(plain, short)


def _without(*names: str) -> Any:
    def cut(plain: dict[str, Any]) -> dict[str, Any]:
        return _each_column(
            _short_lists(plain), lambda column: {name: value for name, value in column.items() if name not in names}
        )

    return cut


def _few(value: Any) -> Any:
    return value[:LONG_LIST] if isinstance(value, list) else value


def _each_column(plain: dict[str, Any], change: Any) -> dict[str, Any]:
    if "tables" in plain:
        return plain | {"tables": [_each_column(one, change) for one in plain["tables"]]}
    return plain | {"columns": [change(column) for column in plain["columns"]]}


_CUTS = (
    (lambda plain: plain, None),
    (_short_lists, f"all but the first {LONG_LIST} of long lists"),
    (_without("examples", "values", "template"), "examples, values and templates"),
    (
        _without("examples", "values", "template", "description", "confidence"),
        "examples, values, templates, descriptions and confidence",
    ),
    (
        _without("examples", "values", "template", "description", "confidence", "constraints", "depends_on", "locale"),
        "everything of the columns but name, type, kind and strategy",
    ),
)
