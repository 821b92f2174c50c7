"""What a person sees: tables, a live bar, a last panel. With `--json`, one object on stdout and nothing else."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import orjson
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.panel import Panel
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from synthaix.tools.replies import iso
from synthaix.tools.schema_views import estimate_text, rules_of
from synthaix.tools.views import money, visible

if TYPE_CHECKING:
    from synthaix.orchestration.jobs.proposals import Proposal
    from synthaix.orchestration.jobs.states import JobView
    from synthaix.orchestration.results.summary import Summary

WIDEST_CELL = 36
FEWEST_COLUMNS, COLUMN_WIDTH = 4, 18  # how many columns of rows a screen shows
RARE = 0.02  # share of the rows below which a value is not called frequent


class Screen:
    """Writes for a person, or collects one answer for a program.

    Args:
        json: `answer` is the whole of stdout.
        quiet: only `paths` is shown.
    """

    def __init__(self, *, json: bool = False, quiet: bool = False) -> None:
        self.json = json
        self.quiet = quiet
        self.console = Console(highlight=False, quiet=json or quiet)
        self._errors = Console(stderr=True, highlight=False)
        self._answer: dict[str, Any] | None = None

    def answer(self, fields: Mapping[str, Any]) -> None:
        """What a program reads, with `--json`."""
        self._answer = dict(fields)

    def close(self) -> None:
        """Write the answer out."""
        if self.json and self._answer is not None:
            sys.stdout.write(orjson.dumps(self._answer, option=orjson.OPT_INDENT_2, default=str).decode() + "\n")
            sys.stdout.flush()

    def say(self, text: str, style: str = "") -> None:
        """A line, on stderr where stdout belongs to a program."""
        (self._errors if self.json else self.console).print(Text(visible(text), style=style), soft_wrap=True)

    def path(self, path: object) -> None:
        """A path, or what else a script wants, alone on its line."""
        sys.stdout.write(f"{path}\n")

    def error(self, fields: Mapping[str, Any]) -> None:
        """An error with all that helps."""
        self.answer({"error": dict(fields)})
        lines = [str(fields["message"])]
        lines += [f"{name}: {_listed(fields[name])}" for name in ("field", "allowed", "suggestion") if name in fields]
        self._errors.print(Text("\n".join(lines), style="red"))

    def ask(self, question: str) -> bool:
        """Whether the answer is yes; no where nobody can be asked."""
        if not sys.stdin.isatty():
            self._errors.print("Nobody can be asked here; add --yes to go on without asking.")
            return False
        return self._errors.input(f"{question} [y/N] ").strip().lower() in ("y", "yes")

    def request(self, text: str) -> None:
        """The request, in a frame."""
        self.console.print(Panel(Text(visible(text)), title="request", title_align="left", border_style="cyan"))

    def proposal(self, proposal: "Proposal") -> None:
        """The schema as a table, then what was assumed, asked and warned of."""
        draft = proposal.draft
        for table in draft.schema.tables:
            title = f"schema {proposal.schema_id[:12]}…" if len(draft.schema.tables) == 1 else visible(table.name)
            drawn = _table("column", "type", "meaning", "made by", "rules", "sure", title=title)
            for column in table.columns:
                sure = "" if column.confidence is None else f"{column.confidence:.2f}"
                means = column.kind or column.description
                cells = (column.name, column.type, means, column.strategy or "", rules_of(column), sure)
                drawn.add_row(*(_cell(cell, 48) for cell in cells))
            self.console.print(drawn)
        self._list("Assumed", draft.assumptions, "dim")
        self._list("Open", [f"{each.text} (assumed: {each.default})" for each in draft.questions], "yellow")
        self._list("Warning", draft.warnings, "yellow")

    def estimate(self, proposal: "Proposal", quote: Any) -> None:
        """Rows, time and money in a line."""
        self.console.print(Text(estimate_text(quote), style="bold"))
        self._list("Warning", [each for each in quote.warnings if each not in proposal.draft.warnings], "yellow")

    def rows(self, rows: Sequence[Mapping[str, Any]], title: str) -> None:
        """Some rows, as a table."""
        if not rows:
            return
        names = list(rows[0])
        shown = names[: max(FEWEST_COLUMNS, self.console.width // COLUMN_WIDTH)]
        more = [f"+{len(names) - len(shown)}"] if len(names) > len(shown) else []
        drawn = _table(*map(visible, shown), *more, title=title, fold=False)
        for row in rows:
            drawn.add_row(*(_cell(row.get(name)) for name in shown), *("" for _ in more))
        self.console.print(drawn)

    def jobs(self, jobs: Sequence["JobView"]) -> None:
        """Jobs, a line each; their ids are whole, since other commands need them whole."""
        drawn = Table(box=SIMPLE_HEAD, header_style="bold cyan")
        drawn.add_column("job", no_wrap=True, overflow="ignore", min_width=max(len(job.job_id) for job in jobs))
        for header in ("status", "rows", "created"):
            drawn.add_column(header, overflow="fold")
        for job in jobs:
            more = len(job.tables) > 1
            why = f" ({job.stop_reason})" if job.stop_reason else ""
            rows = "\n".join(
                f"{each.rows_generated:,} of {each.total_rows:,}" + (f" {visible(each.name)}" if more else "")
                for each in job.tables
            )
            drawn.add_row(job.job_id, f"{job.status}{why}", rows, iso(job.created_at)[:16].replace("T", " "))
        self.console.print(drawn)

    def summary(self, summary: "Summary") -> None:
        """What each column holds, in a line."""
        title = f"quality of {summary.rows:,} rows of {visible(summary.table)}"
        drawn = _table("column", "nulls", "distinct", "from", "to", "most frequent", title=title)
        whole = max(1, summary.rows)
        for column in summary.columns:
            ends = (column.spread.min, column.spread.max) if column.spread else ("", "")
            often = [each for each in column.top[:3] if each.count >= RARE * whole]
            top = ", ".join(f"{_plain(each.value)} {100 * each.count / whole:.0f} %" for each in often)
            distinct = f"{'' if column.distinct_exact else '~'}{column.distinct:,}"
            cells = (column.name, f"{column.nulls:,}", distinct, *ends, top)
            drawn.add_row(*(_cell(cell, 48) for cell in cells))
        self.console.print(drawn)

    def panel(self, title: str, lines: Sequence[str], style: str = "green") -> None:
        """A frame around lines."""
        text = Text("\n".join(map(visible, lines)))
        self.console.print(Panel(text, title=title, title_align="left", border_style=style))

    @contextmanager
    def progress(self, total: int) -> Iterator["Bar"]:
        """A live bar of a job."""
        columns = (
            SpinnerColumn(), BarColumn(bar_width=32), TextColumn("{task.percentage:>5.1f} %"),
            TextColumn("{task.fields[rows]}"), TextColumn("{task.fields[rate]}", style="cyan"),
            TextColumn("{task.fields[twice]}", style="dim"), TextColumn("{task.fields[spent]}", style="dim"),
            TimeElapsedColumn(),
        )  # fmt: skip
        with Progress(*columns, console=self.console, transient=False) as progress:
            task = progress.add_task("", total=total, rows="", rate="", twice="", spent="")
            yield Bar(progress, task)

    def _list(self, title: str, lines: Sequence[str], style: str) -> None:
        for line in lines:
            self.console.print(Text(f"  {title}: {visible(line)}", style=style))


class Bar:
    """The live bar: rows, rows a second, duplicates, spend."""

    def __init__(self, progress: Progress, task: TaskID) -> None:
        self._progress = progress
        self._task = task

    def show(self, job: "JobView") -> None:
        """Move to where the job is."""
        done = sum(table.rows_generated for table in job.tables)
        total = sum(table.total_rows for table in job.tables)
        self._progress.update(
            self._task,
            completed=done,
            total=total,
            rows=f"{done:,} of {total:,} rows",
            rate=f"{job.rows_per_second:,.0f}/s" if job.rows_per_second else "",
            twice=f"{job.rows_deduplicated:,} duplicates",
            spent=money(job.cost.spent_usd) if job.cost.calls else "0 USD",
        )


def _table(*headers: str, title: str, fold: bool = True) -> Table:
    drawn = Table(box=SIMPLE_HEAD, title=title, title_justify="left", title_style="bold", header_style="bold cyan")
    for header in headers:
        drawn.add_column(header, overflow="fold" if fold else "ellipsis", no_wrap=not fold)
    return drawn


def _cell(value: object, longest: int = WIDEST_CELL) -> Text:
    text = " ".join(visible(_plain(value)).split())
    return Text(text if len(text) <= longest else f"{text[: longest - 1]}…", style="dim" if value is None else "")


def _plain(value: object) -> str:
    if value is None:
        return "null"
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def _listed(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
