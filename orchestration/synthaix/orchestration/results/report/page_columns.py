"""The page's part about columns: one line each, then each on its own."""

from collections.abc import Mapping, Sequence
from typing import Any

from synthaix.orchestration.results.report.charts import Charts
from synthaix.orchestration.results.report.document import Json
from synthaix.orchestration.results.report.markup import cell, chance, esc, joined, number, percent, tag, whole
from synthaix.orchestration.results.report.moments import from_numbers
from synthaix.orchestration.schema.column import NUMERIC_TYPES, TEMPORAL_TYPES

_LISTED = 6  # values that a sentence names


def schema_columns(schema: Json, table: str) -> Mapping[str, Json]:
    """The columns of a table, from the schema in its short or its long form."""
    tables = schema.get("tables") or [schema]
    found = next((each for each in tables if each.get("name", "rows") == table), tables[0])
    return {column["name"]: column for column in found["columns"]}


def overview(columns: Sequence[Json], rows: int, place: int, charts: Charts) -> str:
    """A line for each column, with the way to its part."""
    head = (
        '<tr><th scope="col">Column</th><th scope="col" class="far">Type</th><th scope="col" class="n">Invalid</th>'
        '<th scope="col" class="n">Nulls</th><th scope="col" class="n">Distinct</th>'
        '<th scope="col" class="far shape">Shape</th><th scope="col" class="n">Asked</th></tr>'
    )
    lines = []
    for i, column in enumerate(columns):
        name = tag("a", esc(column["name"]), href=f"#c{place}-{i}")
        distinct = ("≈ " if column.get("distinct_is_estimate") else "") + whole(column["distinct"])
        lines.append(
            f'<tr><td>{name}</td><td class="type far">{esc(column["type"])}</td>'
            f'<td class="n">{_zero(column["invalid"])}</td><td class="n">{_nulls(column["nulls"])}</td>'
            f'<td class="n">{distinct}</td><td class="far shape">{_spark(column, charts)}</td>'
            f'<td class="n">{_pill(column) or _NOTHING}</td></tr>'
        )
    body = f"<thead>{head}</thead><tbody>{joined(lines)}</tbody>"
    return f'<div class="scroll" tabindex="0"><table class="overview">{body}</table></div>'


_NOTHING = '<span class="soft">–</span>'


def detail(column: Json, schema: Json, rows: int, anchor: str, charts: Charts) -> str:
    """One column: what was asked, what came, in words, numbers and a picture."""
    made = [schema.get("kind"), schema.get("strategy")]
    said = " · ".join(each for each in made if each)
    header = joined(
        [
            tag("h3", esc(column["name"])),
            tag("span", esc(column["type"]), class_="type"),
            tag("span", esc(said), class_="soft") if said else "",
            _pill(column),
        ]
    )
    asked = asked_words(column, schema)
    told = joined(
        [
            tag("p", esc(schema["description"])) if schema.get("description") else "",
            tag("p", f"Asked: {asked}.", class_="asked-for") if asked else "",
            *(tag("p", sentence) for sentence in _sentences(column)),
            _pairs(column, rows),
        ]
    )
    pictures = (_picture(column, charts), _quantiles(column), _values(column, rows, charts), _words(column, charts))
    shown = joined(pictures) or _samples(column)
    return (
        f'<article class="column" id="{anchor}"><header>{header}</header>'
        f'<div class="told">{told}</div><div class="shown">{shown}</div></article>'
    )


def asked_words(column: Json, schema: Json) -> str:
    """What the schema states about a column, in a line; nothing where it states nothing."""
    rules: Json = schema.get("constraints") or {}
    said = []
    if "expression" in rules:
        said.append(f"= <code>{esc(rules['expression'])}</code>")
    if "references" in rules:
        said.append(f"a key of <code>{esc(rules['references'])}</code>")
    if "distribution" in column.get("asked", {}):
        said.append(esc(column["asked"]["distribution"]))
    elif rules.get("distribution", {}).get("name") == "sequence":
        said.append("a sequence")
    if "enum" in rules:
        listed = ", ".join(cell(value, 24) for value in rules["enum"][:_LISTED])
        more = f" and {len(rules['enum']) - _LISTED} more" if len(rules["enum"]) > _LISTED else ""
        said.append(f"one of {listed}{more}" + (", weighted" if "weights" in rules else ""))
    low, high = rules.get("min", rules.get("exclusive_min")), rules.get("max", rules.get("exclusive_max"))
    if low is not None or high is not None:
        said.append(_range(low, high))
    for key, words in (("decimals", "{} decimals"), ("min_length", "at least {} characters"),
                       ("max_length", "at most {} characters"), ("format", "{}"), ("pattern", "like {}"),
                       ("after", "after {}"), ("before", "before {}")):  # fmt: skip
        if key in rules:
            said.append(words.format(f"<code>{esc(rules[key])}</code>" if key in ("pattern", "after", "before")
                                     else esc(rules[key])))  # fmt: skip
    if rules.get("unique"):
        said.append("unique")
    if "null_rate" in rules:
        said.append(f"{percent(rules['null_rate'])} null")
    elif rules.get("nullable"):
        said.append("null allowed")
    return ", ".join(said)


def _range(low: Any, high: Any) -> str:
    if low is None:
        return f"at most {number(high)}"
    return f"{number(low)} to {number(high)}" if high is not None else f"at least {number(low)}"


def _sentences(column: Json) -> list[str]:
    """The tests' outcomes in words."""
    said = []
    said += [fit_words(fit) for fit in (column.get("fit"), column.get("weights", {}).get("fit")) if fit is not None]
    nulls = column["nulls"]
    if "agrees" in nulls:
        low, high = nulls["interval"]
        told = "which holds" if nulls["agrees"] else "which does not hold"
        said.append(
            f"Nulls: {percent(nulls['rate'], 2)} (99 % interval {percent(low, 2)} to {percent(high, 2)}), "
            f"{told} the {percent(nulls['asked'], 2)} asked for."
        )
    return said


def fit_words(fit: Json) -> str:
    """A test's outcome in a sentence."""
    if fit["test"] == "chi-square":
        statistic = number(fit["statistic"]) if "statistic" in fit else "∞"
        test = f"χ² = {statistic} on {fit['degrees_of_freedom']} degrees of freedom"
        gap = f"{percent(fit['distance'], 2)} of the cells would have to change"
    else:
        test = f"Kolmogorov–Smirnov D = {number(fit['statistic'])}"
        gap = f"cumulative shares at most {percent(fit['distance'], 2)} apart"
    verdict = "as asked" if fit["agrees"] else "not what was asked"
    return f"{test}, {chance(fit['p_value'])}: {verdict}, {gap}."


def _pairs(column: Json, rows: int) -> str:
    pairs = [("Nulls", _nulls(column["nulls"])), ("Distinct", whole(column["distinct"]))]
    if column["invalid"]:
        pairs.insert(0, ("Invalid", whole(column["invalid"])))
    pairs += [(name.capitalize(), number(column[key])) for key, name in (
        ("min", "least"), ("max", "greatest"), ("mean", "mean"), ("std", "deviation")) if key in column]  # fmt: skip
    drawn = joined(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in pairs)
    length = column.get("length")
    if length and "weights" not in column:
        unit = "Items" if column["type"] == "array" else "Characters"
        said = f"{length['min']:,} to {length['max']:,}, {length['mean']:,.1f} on average"
        if length["min"] == length["max"]:
            said = f"{length['min']:,}"
        drawn += f'<div class="wide"><dt>{unit}</dt><dd>{said}</dd></div>'
    pictured = "histogram" in (length or {}) and "top" not in column
    return tag("dl", drawn, class_="pairs") + (_samples(column) if pictured else "")


def _samples(column: Json) -> str:
    """The first cells, where they say more than their range."""
    if column["type"] in NUMERIC_TYPES | TEMPORAL_TYPES:
        return ""
    listed = joined(f"<li>{cell(value)}</li>" for value in column.get("examples", ()))
    return f'<h4>Such as</h4><ul class="samples">{listed}</ul>' if listed else ""


def _picture(column: Json, charts: Charts) -> str:
    """The histogram of numbers, moments or lengths."""
    picture = column.get("histogram")
    if "weights" in column:
        return ""
    if picture is None:
        length = (column.get("length") or {}).get("histogram")
        if length is None or (column["type"] == "string" and "top" in column):
            return ""
        unit = "items" if column["type"] == "array" else "characters"
        return _figure(length, f"Cells by number of {unit}", "integer", charts, column["name"], column["length"]["max"])
    return _figure(picture, "Cells by value", column["type"], charts, column["name"], column.get("max"))


def _figure(picture: Json, caption: str, type_: str, charts: Charts, name: str, most: Any) -> str:
    asked = picture.get("asked")
    ends = _edges(type_, picture)
    if most is not None and not picture["above"]:  # the last bin reaches beyond the greatest cell
        ends[-1] = number(most)
    counts: Sequence[int] = picture["counts"]
    highest = counts.index(max(counts))
    fullest = f"the fullest, of {max(counts):,} cells, begins at {ends[highest]}"
    told = f"{len(counts)} bins from {ends[0]} to {ends[-1]}; {fullest}"
    chart = charts.histogram(counts, asked, title=f"{caption} of {name}", description=told)
    keys = '<span class="key">got</span><span class="key line-key">asked</span>' if asked else ""
    outside = [f"{picture[side]:,} {side}" for side in ("below", "above") if picture[side]]
    middle = esc(", ".join(outside)) + (" not shown" if outside else "")
    return (
        f"<figure><figcaption><span>{caption}</span><span>{keys}</span></figcaption>{chart}"
        f'<div class="axis"><span>{esc(ends[0])}</span><span>{middle}</span><span>{esc(ends[-1])}</span></div></figure>'
    )


def _edges(type_: str, picture: Json) -> list[str]:
    """The bins' edges as the column's cells are written; where cells are on a grid, the first cell of each bin."""
    import numpy as np

    edges, step = picture["edges"], picture.get("step")
    if step is None:
        return [number(edge) for edge in edges]
    inner = np.array([*np.ceil(np.array(edges[:-1]) / step - 1e-9), np.floor(edges[-1] / step + 1e-9)]) * step
    shown = from_numbers(type_, inner + 0.0)  # type: ignore[arg-type]  # a column's type
    return [number(each) for each in shown]


def _quantiles(column: Json) -> str:
    quantiles = column.get("quantiles")
    if not quantiles or column["distinct"] < 3 or "weights" in column:
        return ""
    shown = {share: value for share, value in quantiles.items() if share in ("0.05", "0.25", "0.5", "0.75", "0.95")}
    names = {"0.5": "median"}
    head = joined(f'<th scope="col">{names.get(s, f"{float(s):.0%}".replace("%", " %"))}</th>' for s in shown)
    cells = joined(f"<td>{number(value)}</td>" for value in shown.values())
    return f'<table class="quantiles"><thead><tr>{head}</tr></thead><tbody><tr>{cells}</tr></tbody></table>'


def _values(column: Json, rows: int, charts: Charts) -> str:
    """Weighted values against their weights, or the most frequent ones."""
    there = max(1, rows - column["nulls"]["count"])
    weights = column.get("weights")
    if weights is not None:
        listed = [(each["value"], each["count"], each["asked"]) for each in weights["got"][:30]]
        caption, keys = "Share of each value", '<span class="key">got</span><span class="key line-key">asked</span>'
    elif "top" in column and "histogram" not in column:
        listed = [(each["value"], each["count"], None) for each in column["top"]]
        caption, keys = "Most frequent", ""
        if len(listed) == column["distinct"]:
            caption = "Every value"
    else:
        return ""
    scale = max([max(count / there, asked or 0.0) for _, count, asked in listed], default=1.0)
    lines = [
        f'<tr><td class="v">{cell(value, 48)}</td><td>{charts.bar(count / there, asked, scale)}</td>'
        f'<td class="n">{percent(count / there)}</td><td class="n soft">{_beside(count, asked)}</td></tr>'
        for value, count, asked in listed
    ]
    return (
        f"<figure><figcaption><span>{caption}</span><span>{keys}</span></figcaption>"
        f'<table class="values"><tbody>{joined(lines)}</tbody></table></figure>'
    )


def _beside(count: int, asked: float | None) -> str:
    return whole(count) if asked is None else f"asked {percent(asked)}"


def _words(column: Json, charts: Charts) -> str:
    words = column.get("words")
    if not words:
        return ""
    growth: Sequence[tuple[float, float]] = [(0, 0), *words["growth"]]
    chart = charts.line(
        growth,
        title=f"Vocabulary of {column['name']} as it grows",
        description=f"From 0 to {words['vocabulary']:,} different words over {words['texts_read']:,} texts",
    )
    facts = [f"{number(words['words_per_text'])} words a text", f"{words['vocabulary']:,} different words",
             f"{percent(words['used_once'] / words['vocabulary'])} of them once",
             f"{percent(words['distinct_openings'])} different openings"]  # fmt: skip
    if "distinct_3" in words:
        facts.append(f"{percent(words['distinct_3'])} of three-word runs different")
    listed = joined(
        f"<span>{esc(each['word'][:24])} <small>{each['count']:,}</small></span>" for each in words["frequent"]
    )
    return (
        f"<figure><figcaption><span>Different words, text by text</span></figcaption>{chart}"
        f'<div class="axis"><span>0 texts</span><span>{words["texts_read"]:,} texts, {words["vocabulary"]:,} words'
        f'</span></div></figure><p class="note">{", ".join(facts)}.</p><div class="words">{listed}</div>'
    )


def _pill(column: Json) -> str:
    """As asked, or not; nothing where nothing was stated."""
    tested = [fit for fit in (column.get("fit"), column.get("weights", {}).get("fit")) if fit is not None]
    agree = [fit["agrees"] for fit in tested]
    if "agrees" in column["nulls"]:
        agree.append(column["nulls"]["agrees"])
    if column["invalid"]:
        return tag("span", f"{column['invalid']:,} invalid", class_="pill bad")
    if not agree:
        return ""
    return tag("span", "as asked" if all(agree) else "differs", class_=f"pill {'good' if all(agree) else 'warn'}")


def _spark(column: Json, charts: Charts) -> str:
    picture = column.get("histogram") or (column.get("length") or {}).get("histogram")
    if "weights" in column:
        return charts.spark([each["count"] for each in column["weights"]["got"][:24]])
    if "histogram" not in column and "top" in column:
        return charts.spark([each["count"] for each in column["top"]])
    return charts.spark(picture["counts"]) if picture else ""


def _nulls(nulls: Json) -> str:
    return _zero(nulls["count"]) if not nulls["count"] else f"{percent(nulls['rate'])}"


def _zero(count: int) -> str:
    return whole(count) if count else '<span class="soft">0</span>'
