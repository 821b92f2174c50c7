"""The page's other parts: rules, correlations, relations, duplicates, cost, manifest, methods."""

from collections.abc import Sequence
from typing import Any

from synthaix.orchestration.results.report.charts import Charts
from synthaix.orchestration.results.report.document import Json
from synthaix.orchestration.results.report.fit import UNLIKELY
from synthaix.orchestration.results.report.markup import cell, esc, joined, number, percent, tag, whole
from synthaix.orchestration.results.report.page_columns import fit_words

SHOWN_PAIRS = 8
WORTH = 0.1  # a weaker connection is not named
_MEASURES = {"spearman": "Spearman's ρ", "cramers_v": "Cramér's V", "correlation_ratio": "correlation ratio"}
_STAGES = {
    "exact": "equal, or the same text again",
    "unique": "a value that must not repeat",
    "number": "equal but for a rounding",
    "typo": "equal but for a letter",
    "text": "near in words or in meaning",
    "entity": "the same thing by most of what is said of it",
}
_METHODS = (
    "<b>Invalid</b>: every row is held against every rule of the schema again; nothing is taken from the job's own "
    "checks.",
    "<b>Distinct</b>: counted exactly up to four million values over all columns; beyond, an estimate (Beyer and "
    "others 2007), marked ≈.",
    "<b>χ²</b>: Pearson's goodness of fit (1900) of weighted values; values expected less than five times are pooled "
    "(Cochran 1954).",
    "<b>Kolmogorov–Smirnov D</b>: the largest gap between the cumulative shares got and asked; p by Stephens (1970). "
    "On a grid of numbers the test errs on the side of agreement (Conover 1972).",
    f"<b>As asked</b>: p is at least {UNLIKELY:g}; a null rate lies in Wilson's interval (1927) of 99 %.",
    "<b>Spearman's ρ</b> for two columns of numbers, <b>Cramér's V</b> for two of categories (corrected, Bergsma "
    "2013), the <b>correlation ratio</b> for one of each (corrected: ε, Kelley 1935).",
    "<b>Words</b>: runs of letters, case folded, in at most 20,000 texts.",
)


def validity(checked: Json, rows: int) -> str:
    """Rules that are broken, and what must not repeat."""
    broken = joined(
        f'<tr><td>{esc(each["rule"])}</td><td class="n">{each["rows"]:,}</td>'
        f'<td class="n">{esc(", ".join(f"{seq + 1:,}" for seq in each["seqs"]))}</td></tr>'
        for each in checked["broken"]
    )
    parts = []
    if broken:
        head = joined(
            f'<th scope="col"{side}>{name}</th>'
            for name, side in (("Broken rule", ""), ("Rows", ' class="n"'), ("Such as row", ' class="n"'))
        )
        table = f"<table><thead><tr>{head}</tr></thead><tbody>{broken}</tbody></table>"
        parts.append(f'<h3 class="minor">Rules that do not hold</h3><div class="scroll" tabindex="0">{table}</div>')
    said = []
    for each in checked["unique"]:
        often = f"repeats {each['repeats']:,} times" if each["repeats"] else "never repeats"
        said.append(f"<code>{esc(' + '.join(each['columns']))}</code> {often}")
    if checked["equal_rows"] is not None:
        equal = f"{checked['equal_rows']:,}" if checked["equal_rows"] else "No two"
        names = ", ".join(checked["compared_columns"])
        said.append(f"{equal} rows are equal in <code>{esc(names)}</code>")
    if said:
        parts.append(tag("p", ". ".join(said) + ".", class_="note"))
    return joined(parts)


def correlations(table: Json, *, many: bool) -> str:
    """The matrix of all pairs, and the strongest in words."""
    found = table.get("correlations")
    if not found:
        return ""
    names: Sequence[str] = found["columns"]
    head = joined(f'<th scope="col"><span>{esc(name)}</span></th>' for name in names[:-1])
    lines = []
    for i, name in enumerate(names[1:], 1):
        fields = joined(_field(found["values"][i][j]) for j in range(i))
        lines.append(f'<tr><th scope="row">{esc(name)}</th>{fields}</tr>')
    strongest = [pair for pair in found["pairs"] if abs(pair["value"]) >= WORTH][:SHOWN_PAIRS]
    listed = joined(
        f"<tr><td>{esc(pair['columns'][0])} and {esc(pair['columns'][1])}</td>"
        f'<td class="soft">{_MEASURES[pair["measure"]]}</td><td class="n">{_signed(pair["value"])}</td></tr>'
        for pair in strongest
    )
    none = tag("p", f"No two columns have a connection of {WORTH:g} or more.", class_="note")
    beside = f"<table><tbody>{listed}</tbody></table>" if listed else none
    left = f" {found['left_out']} more columns are left out." if found["left_out"] else ""
    of = f" of {esc(table['name'])}" if many else ""
    return (
        f"<section><h2>How columns{of} hang together</h2>"
        f'<p class="lead">1 is a perfect connection, 0 is none; only numbers can have a negative one.{left}</p>'
        '<div class="matrix-side"><div class="scroll" tabindex="0"><table class="matrix">'
        f"<thead><tr><td></td>{head}</tr></thead><tbody>{joined(lines)}</tbody></table></div>"
        f"<div>{beside}</div></div></section>"
    )


def _field(value: float | None) -> str:
    if value is None:
        return '<td class="self soft">–</td>'
    side = ' class="neg"' if value < 0 else ""
    return f'<td{side} style="--s:{round(abs(value) * 100)}">{_signed(value)}</td>'


def _signed(value: float) -> str:
    text = f"{abs(value):.2f}"
    return f"−{text}" if value < 0 and text != "0.00" else text


def relations(found: Sequence[Json], charts: Charts) -> str:
    """Every reference: are the keys found, and how many rows has each parent row?"""
    if not found:
        return ""
    return f"<section><h2>References</h2>{joined(_relation(each, charts) for each in found)}</section>"


def _relation(found: Json, charts: Charts) -> str:
    name = f"{found['table']}.{found['column']}"
    pill = ("good", "every key found") if found["holds"] else ("bad", f"{found['orphans']:,} keys lost")
    header = (
        f'<h3>{esc(name)}</h3><span class="soft">points at {esc(found["references"])}</span>'
        f'<span class="pill {pill[0]}">{pill[1]}</span>'
    )
    per = found.get("per_parent")
    told = [tag("p", f"{found['rows']:,} rows, {found['nulls']:,} of them null.")]
    shown = ""
    if per:
        asked = per.get("asked")
        if asked:
            words = str(asked["min"]) if asked["min"] == asked["max"] else f"{asked['min']} to {asked['max']}"
            told.append(tag("p", f"Asked: {words} rows for each parent row.", class_="asked-for"))
        if "fit" in per:
            told.append(tag("p", fit_words(per["fit"])))
        pairs = [("Parent rows", whole(per["parents"])), ("Without any", whole(per["without"]))]
        pairs += [(name.capitalize(), number(per[key])) for key, name in (("min", "least"), ("max", "greatest"))]
        pairs.append(("Mean", number(per["mean"])))
        if "outside" in per:
            pairs.append(("Outside what was asked", whole(per["outside"])))
        told.append(tag("dl", joined(f"<div><dt>{a}</dt><dd>{b}</dd></div>" for a, b in pairs), class_="pairs"))
        shown = _sizes(per, charts, name)
    return (
        f'<article class="column"><header>{header}</header><div class="told">{joined(told)}</div>'
        f'<div class="shown">{shown}</div></article>'
    )


def _sizes(per: Json, charts: Charts, name: str) -> str:
    sizes: dict[int, int] = dict(per["counts"])
    low, high = min(sizes), max(sizes)
    if low == high:
        return ""
    counts = [sizes.get(size, 0) for size in range(low, high + 1)]
    asked = per.get("asked")
    line = None
    if asked:
        share = per["parents"] / (asked["max"] - asked["min"] + 1)
        line = [share if asked["min"] <= size <= asked["max"] else 0.0 for size in range(low, high + 1)]
    told = f"From {low} to {high} rows for each of {per['parents']:,} parent rows, {number(per['mean'])} on average"
    chart = charts.histogram(counts, line, title=f"Rows per parent row of {name}", description=told)
    keys = '<span class="key">got</span>' + ('<span class="key line-key">asked</span>' if line else "")
    return (
        f"<figure><figcaption><span>Parent rows by number of rows</span><span>{keys}</span></figcaption>{chart}"
        f'<div class="axis"><span>{low}</span><span>{high} rows</span></div></figure>'
    )


def duplicates(document: Json) -> str:
    """What was refused as a repetition, by the stage that found it, with examples."""
    found = document["duplicates"]
    candidates = max(1, document["job"].get("candidates", 0))
    if not found["total"] and not found["grey"]:
        said = "No candidate repeated another: nothing was refused."
        return f'<section><h2>Duplicates refused</h2><p class="lead">{said}</p></section>'
    share = percent(found["total"] / candidates, 2)
    lead = f"{found['total']:,} of {candidates:,} candidates ({share}) repeated a row."
    if found["grey"]:
        lead += f" {found['grey']:,} more were too near to be sure."
    lines = joined(
        f"<tr><td>{esc(stage)}</td><td class=soft>{_STAGES.get(stage, '')}</td><td class=n>{count:,}</td></tr>"
        for stage, count in sorted(found["by_stage"].items(), key=lambda each: -each[1])
    )
    head = '<tr><th scope="col">Stage</th><th scope="col">What it finds</th><th scope="col" class="n">Refused</th></tr>'
    table = f"<table><thead>{head}</thead><tbody>{lines}</tbody></table>" if lines else ""
    examples = joined(_example(each, document["schema"]) for each in found["examples"])
    more = f'<h3 class="minor">Examples</h3>{examples}' if examples else ""
    return f'<section><h2>Duplicates refused</h2><p class="lead">{lead}</p>{table}{more}</section>'


def _example(example: Json, schema: Json) -> str:
    """A refused candidate above the row that it repeats."""
    differ = set(example.get("columns", ()))
    names: Sequence[str] = example["names"]
    head = joined(f'<th scope="col">{esc(name)}</th>' for name in names)
    lines = []
    repeated = f"row {example['of'] + 1:,}" + (f" of {esc(example['job'])}" if "job" in example else "")
    for title, cells in (("refused", example["candidate"]), (repeated, example.get("row"))):
        if cells is None:
            continue
        drawn = joined(
            f"<td{' class=differs' if name in differ else ''}>{cell(value, 100)}</td>"
            for name, value in zip(names, cells, strict=True)
        )
        lines.append(f'<tr><th scope="row">{title}</th>{drawn}</tr>')
    said = [esc(example["stage"]), _STAGES.get(example["stage"], "")]
    if example.get("similarity") is not None and example["similarity"] < 1:
        said.append(f"similarity {example['similarity']:.3f}")
    if len(schema.get("tables", ())) > 1:
        said.insert(0, esc(example["table"]))
    return (
        f'<div class="example"><p class="note">{" · ".join(said)}</p><div class="scroll" tabindex="0">'
        f"<table><thead><tr><td></td>{head}</tr></thead><tbody>{joined(lines)}</tbody></table></div></div>"
    )


def rejected(document: Json) -> str:
    """Candidates that broke a rule and never became rows."""
    rules = document["rejected"]["by_rule"]
    if not rules:
        return ""
    lines = joined(
        f"<tr><td>{esc(rule)}</td><td class=n>{count:,}</td></tr>"
        for rule, count in sorted(rules.items(), key=lambda each: -each[1])[:20]
    )
    total = f"{sum(rules.values()):,} candidates broke a rule when they were made, and never became rows."
    head = '<tr><th scope="col">Rule</th><th scope="col" class="n">Candidates</th></tr>'
    return (
        f'<section><h2>Candidates rejected</h2><p class="lead">{total}</p>'
        f"<table><thead>{head}</thead><tbody>{lines}</tbody></table></section>"
    )


def novelty(document: Json, charts: Charts) -> str:
    """How the share of new candidates changed over the job, where the job counted it."""
    points = _points(document.get("novelty"))
    if len(points) < 2:
        return ""
    said = f"From {percent(points[0][1])} of the first candidates to {percent(points[-1][1])} of the last were new."
    chart = charts.line(points, title="Share of new candidates over the job", description=said)
    return (
        f'<section><h2>Novelty</h2><p class="lead">{said}</p><figure>{chart}<div class="axis">'
        f"<span>first</span><span>last</span></div></figure></section>"
    )


def _points(curve: Any) -> list[tuple[float, float]]:
    """A curve as the job counted it: shares in order, or pairs of place and share."""
    if not isinstance(curve, list):
        return []
    found = []
    for place, each in enumerate(curve):
        x, y = each if isinstance(each, list) and len(each) == 2 else (place, each)
        if not isinstance(x, int | float) or not isinstance(y, int | float):
            return []
        found.append((float(x), float(y)))
    return found


def dollars(cost: Json) -> str:
    """What was spent."""
    spent = cost["spent_usd"]
    if spent is None:
        return "unknown"
    if not spent:
        return "$0"
    return f"${spent:,.2f}" if spent >= 1 else f"${spent:.4f}"


def cost(document: Json) -> str:
    """Money and tokens; nothing for a job that called no model."""
    found = document["cost"]
    if not found["calls"]:
        return ""
    rows = max(1, document["verdict"]["rows"])
    cap = "no cap" if found["cap_usd"] is None else f"cap ${found['cap_usd']:,.2f}"
    pairs = [
        ("Spent", f"{dollars(found)} ({cap})"),
        ("Calls", whole(found["calls"])),
        ("Input tokens", f"{found['input_tokens']:,}, {found['cached_tokens']:,} of them cached"),
        ("Output tokens", f"{found['output_tokens']:,}, {number(found['output_tokens'] / rows)} a row"),
    ]
    if found["spent_usd"]:
        pairs.append(("A thousand rows", dollars({"spent_usd": 1_000 * found["spent_usd"] / rows})))
    drawn = joined(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in pairs)
    return f'<section><h2>Cost</h2><dl class="manifest">{drawn}</dl></section>'


def manifest(document: Json) -> str:
    """What the rows came from, what they hash to, and how to verify them."""
    found = document["manifest"]
    versions = ", ".join(f"{name} {version}" for name, version in found["versions"].items())
    order = ", ".join(f"{name} {value}" for name, value in found["order"].items())
    pairs = [
        ("Schema", _hash(found["schema_hash"])),
        ("Seed", esc(found["seed"])),
        ("Model", esc(found["model"] or "none: no column was written by one")),
        ("Order", esc(order)),
        ("Texts compared by", esc(found["embedder"])),
        ("Versions", esc(versions)),
    ]
    for table in document["tables"]:
        digest = f'{table["rows"]:,} rows, SHA-256 {_hash(table["fingerprint"]["sha256"])}'
        pairs.append((f"Table {esc(table['name'])}", digest))
    for export in found["exports"]:
        size = f"{export['rows']:,} rows, {export['bytes']:,} bytes, SHA-256 {_hash(export['sha256'])}"
        pairs.append((f"File {esc(export['format'])}", f"{esc(export['name'])}<br>{size}"))
    drawn = joined(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in pairs)
    return (
        '<section><h2>Manifest</h2><p class="lead">The same schema, seed and versions give the same rows, but for what '
        "a model writes. This command holds the rows against the report again: those in the store or, with "
        "<code>--rows FILE</code>, those of an export.</p>"
        f'<code class="command" tabindex="0">{esc(found["verify"])}</code>'
        '<h3 class="minor">What the rows came from</h3>'
        f'<dl class="manifest">{drawn}</dl></section>'
    )


def _hash(digest: str) -> str:
    return f'<span class="mono hash">{esc(digest)}</span>'


def methods() -> str:
    """What each figure means."""
    listed = joined(f"<li>{each}</li>" for each in _METHODS)
    return f'<section><h2>How to read this</h2><ul class="methods">{listed}</ul></section>'
