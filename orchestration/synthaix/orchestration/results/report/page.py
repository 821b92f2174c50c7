"""The report as one HTML page: drawn from the document alone, with no script, no network and no text unescaped."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from importlib.resources import files

from synthaix.orchestration.results.report import page_columns, page_parts
from synthaix.orchestration.results.report.charts import Charts
from synthaix.orchestration.results.report.document import Json
from synthaix.orchestration.results.report.markup import esc, joined, number, percent, tag, whole

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def page_of(document: Json) -> str:
    """The page of a report."""
    charts = Charts()
    many = len(document["tables"]) > 1
    body = joined(
        [
            _top(document),
            "<main id=main>",
            *(_table(table, place, charts, document, many=many) for place, table in enumerate(document["tables"])),
            page_parts.relations(document["relations"], charts),
            page_parts.duplicates(document),
            page_parts.rejected(document),
            page_parts.novelty(document, charts),
            page_parts.cost(document),
            page_parts.manifest(document),
            page_parts.methods(),
            _foot(document),
            "</main>",
        ]
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{esc(POLICY)}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="referrer" content="no-referrer">'
        f"<title>{esc(_title(document))}</title><style>{_style()}</style></head><body>{body}</body></html>\n"
    )


@cache
def _style() -> str:
    return (files("synthaix.orchestration.results.report") / "report.css").read_text("utf-8")


def _title(document: Json) -> str:
    names = [table["name"] for table in document["tables"]]
    rows = document["verdict"]["rows"]
    if names == ["rows"]:
        return f"{rows:,} rows"
    return f"{rows:,} {names[0]}" if len(names) == 1 else f"{rows:,} rows in {len(names)} tables"


def _top(document: Json) -> str:
    job, verdict = document["job"], document["verdict"]
    status = job["status"] + (f" ({job['stop_reason']})" if "stop_reason" in job else "")
    begun = datetime.fromisoformat(job["created_at"])
    said = f'<span class="mono">{esc(job["job_id"])}</span> · {esc(status)} · {begun:%-d %B %Y, %H:%M} UTC'
    return joined(
        [
            '<a class="skip" href="#main">To the report</a><header class="top">',
            '<p class="eyebrow">Quality report</p>',
            tag("h1", esc(_title(document)) + _claim(verdict)),
            tag("p", said, class_="sub"),
            tag("dl", _facts(document), class_="facts"),
            "</header>",
        ]
    )


def holds(verdict: Json) -> bool:
    """Whether every row, key and reference is as the schema says."""
    return not any(verdict[name] for name in ("invalid_rows", "equal_rows", "repeats", "orphans"))


def _claim(verdict: Json) -> str:
    if not verdict["rows"]:
        return ""
    if holds(verdict):
        return ", valid and distinct"
    wrong = verdict["invalid_rows"] + verdict["equal_rows"] + verdict["repeats"] + verdict["orphans"]
    return f", with {whole(wrong)} fault{'s' if wrong > 1 else ''}"


def _facts(document: Json) -> str:
    verdict, job, cost = document["verdict"], document["job"], document["cost"]
    rows = max(1, verdict["rows"])
    valid = 1 - verdict["invalid_rows"] / rows
    facts = [
        ("Rows", whole(verdict["rows"]), f"of {verdict['asked_rows']:,} asked for"),
        ("Valid", percent(valid, 2), "every rule checked again" if valid == 1 else f"{verdict['invalid_rows']:,} not"),
        ("Repeated", whole(verdict["equal_rows"] + verdict["repeats"]), "equal rows or keys"),
    ]
    if verdict["tests"]:
        agree = f"{verdict['tests_agree']} of {verdict['tests']}"
        facts.append(("As asked", agree, "distributions and null rates"))
    if verdict["references"]:
        orphans = verdict["orphans"]
        found = f"{orphans:,} lost" if orphans else "all found"
        keys = "foreign keys" if verdict["references"] > 1 else "foreign key"
        facts.append(("References", found, f"{verdict['references']} {keys}"))
    facts.append(("Cost", page_parts.dollars(cost), f"{cost['calls']:,} model calls"))
    speed = f"{whole(job['rows_per_second'])} rows a second" if "rows_per_second" in job else "not begun"
    facts.append(("Time", f"{number(job['seconds'])} s", speed))
    return joined(f"<div><dt>{name}</dt><dd>{value}<small>{more}</small></dd></div>" for name, value, more in facts)


def _table(table: Json, place: int, charts: Charts, document: Json, *, many: bool) -> str:
    columns: Sequence[Json] = table["columns"]
    schema = page_columns.schema_columns(document["schema"], table["name"])
    rows = table["rows"]
    heading = f"Table {esc(table['name'])}" if many else "Columns"
    sampled = table["sampled_rows"]
    lead = f"{rows:,} rows, {len(columns)} columns."
    if sampled < rows:
        lead += f" Quantiles, tests of numbers and correlations are of {sampled:,} of the rows; the rest is of all."
    return joined(
        [
            "<section>",
            tag("h2", heading),
            tag("p", lead, class_="lead"),
            page_columns.overview(columns, rows, place, charts),
            page_parts.validity(table["validity"], rows),
            "</section><section>",
            tag("h2", f"{esc(table['name'])}, column by column" if many else "Column by column"),
            *(page_columns.detail(each, schema[each["name"]], rows, f"c{place}-{i}", charts)
              for i, each in enumerate(columns)),
            "</section>",
            page_parts.correlations(table, many=many),
        ]
    )  # fmt: skip


def _foot(document: Json) -> str:
    versions = document["manifest"]["versions"]
    made = f"Made by synthaix {versions.get('synthaix', '')} at {document['manifest']['made_at']}."
    return tag("footer", esc(made) + " The same figures are in the JSON file beside this page.")
