"""The commands that people type. Each is thin: arguments in, one flow, an exit status out.

Exit status: 0 done, 1 not done, 2 wrong arguments, 3 the user said no, 130 interrupted.
"""

import os
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from synthaix.server.serving import USAGE, ready_settings, serve

DEFAULT_OUT = "synthaix-out"

app = typer.Typer(
    name="synthaix",
    help="Synthetic data: a sentence in, exactly N distinct valid rows out.",
    no_args_is_help=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
jobs = typer.Typer(help="Look at jobs, write their rows to files, delete them.", no_args_is_help=True)
app.add_typer(jobs, name="jobs")
keys = typer.Typer(help="Make, list and drop the keys of callers over HTTP.", no_args_is_help=True)
app.add_typer(keys, name="keys")


def _formats_beginning(incomplete: str) -> list[str]:
    """For the shell's completion."""
    from synthaix.server.files import FORMATS

    return [each for each in FORMATS if each.startswith(incomplete)]


Json = Annotated[bool, typer.Option("--json", help="One JSON object on stdout, nothing else.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
Out = Annotated[
    str | None,
    typer.Option(
        "--out", "-o", show_default=DEFAULT_OUT,
        help="File (its suffix is the format), or folder (none, or a last slash); s3://bucket/rows.csv likewise.",
    ),
]  # fmt: skip
To = Annotated[
    str | None,
    typer.Option("--to", help="A database instead: postgresql://user@host/name or sqlite:///file; with --out, both."),
]
Append = Annotated[bool, typer.Option("--append", help="Add to tables that --to finds there.")]
Format = Annotated[
    str | None,
    typer.Option(
        "--format", "-f", help="csv, json, jsonl, parquet, avro, xlsx or sql.", autocompletion=_formats_beginning
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Only the files' paths.")]
SeedOption = Annotated[int | None, typer.Option("--seed", help="Same seed, same rows.", min=0)]


def _tell_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"synthaix {version('synthaix')}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def bare(
    ctx: typer.Context,
    _: Annotated[
        bool, typer.Option("--version", callback=_tell_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Serve over stdio when no command is given."""
    if ctx.invoked_subcommand is None:
        serve()


@app.command("serve")
def serve_command(
    http: Annotated[bool, typer.Option("--http", help="Streamable HTTP instead of stdio.")] = False,
    host: Annotated[str | None, typer.Option(help="Address to bind; one that others can reach needs keys.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to bind.", min=0, max=65535)] = None,
    tls_cert: Annotated[Path | None, typer.Option(help="PEM file: certificate and chain.", exists=True)] = None,
    tls_key: Annotated[Path | None, typer.Option(help="PEM file: the certificate's key.", exists=True)] = None,
    worker: Annotated[
        bool, typer.Option(help="With SYNTHAIX_REDIS_URL: make model calls here too, or leave them to workers.")
    ] = True,
) -> None:
    """Serve MCP: over stdio for a host that starts it, or over HTTP."""
    if not http:
        serve(works=worker)
        return
    if (tls_cert is None) != (tls_key is None):
        typer.echo("synthaix: give --tls-cert and --tls-key, both or none.", err=True)
        raise typer.Exit(USAGE)
    from synthaix.server.http import Binding, BindRefused, serve_http
    from synthaix.server.settings import SettingsInvalid

    settings = ready_settings()
    binding = Binding(host or settings.host, settings.port if port is None else port, tls_cert, tls_key)
    try:
        serve_http(settings, binding, works=worker)
    except (BindRefused, SettingsInvalid) as exc:
        typer.echo(f"synthaix: {exc}", err=True)
        raise typer.Exit(USAGE) from None


@app.command("worker")
def worker_command(
    concurrency: Annotated[
        int | None, typer.Option("--concurrency", "-c", help="Model calls at once.", min=1, max=1_000)
    ] = None,
) -> None:
    """Make model calls for the jobs of all machines, and take over jobs of dead processes; needs SYNTHAIX_REDIS_URL."""
    from synthaix.server.working import NoFleet, work

    try:
        work(ready_settings(), concurrency)
    except NoFleet as exc:
        typer.echo(f"synthaix: {exc}", err=True)
        raise typer.Exit(USAGE) from None


@app.command()
def generate(
    request: Annotated[str | None, typer.Argument(help="What you need, in a sentence.")] = None,
    rows: Annotated[int | None, typer.Option("--rows", "-n", help="How many rows of the main table.", min=1)] = None,
    out: Out = None,
    to: To = None,
    append: Append = False,
    format: Format = None,
    schema: Annotated[
        Path | None, typer.Option("--schema", help="A JSON file with a ready schema.", exists=True, dir_okay=False)
    ] = None,
    context: Annotated[str | None, typer.Option(help="More about the request.")] = None,
    extend: Annotated[
        str | None, typer.Option(help="A job or a collection whose rows are not repeated; a new name begins one.")
    ] = None,
    seed: SeedOption = None,
    max_cost: Annotated[float | None, typer.Option("--max-cost", help="Most it may cost, in dollars.", min=0)] = None,
    workers: Annotated[int | None, typer.Option(help="Model calls in flight.", min=1)] = None,
    mode: Annotated[
        Literal["live", "economy"],
        typer.Option(help="economy: through the model provider's Batch API, at half the price, within 24 hours."),
    ] = "live",
    yes: Yes = False,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Make rows from a sentence or a schema and write them to files."""
    if (request is None) == (schema is None):
        typer.echo("synthaix: give a request or --schema, one of the two.", err=True)
        raise typer.Exit(USAGE)
    from synthaix.server.generating import generate_rows
    from synthaix.server.wish import Wish

    wish = Wish(
        **_target(out, to), append=append, request=request, schema=schema, context=context, rows=rows, format=format,
        extend=extend, seed=seed, max_cost_usd=max_cost, workers=workers, mode=mode, yes=yes,
    )  # fmt: skip
    _run(generate_rows, wish, json=json, quiet=quiet)


@app.command()
def demo(
    rows: Annotated[int, typer.Option("--rows", "-n", help="How many customers.", min=1)] = 200_000,
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder for the files.")] = Path("synthaix-out"),
    seed: SeedOption = 7,
) -> None:
    """Show the whole way, from a sentence to files, without any key."""
    from synthaix.server.demo import show_all

    _run(show_all, rows, out, seed, json=False, quiet=False)


@app.command()
def doctor(
    live: Annotated[bool, typer.Option("--live", help="Also ask the model once; costs less than a cent.")] = False,
    json: Json = False,
) -> None:
    """Check settings, data folder, store and model; show where each setting came from."""
    from synthaix.server.doctor import examine

    _run(examine, live, json=json, quiet=False)


@app.command()
def verify(
    report: Annotated[Path, typer.Argument(help="The .json file of a quality report.")],
    rows: Annotated[
        Path | None, typer.Option("--rows", help="An exported file instead of the store: csv, json, jsonl, parquet.")
    ] = None,
    table: Annotated[str | None, typer.Option("--table", help="Only this table; of --rows: which one it is.")] = None,
    json: Json = False,
) -> None:
    """Hold a report against the job's rows: one changed cell, missing row or edited schema is found; status 1."""
    from synthaix.server.reporting import verify_report

    _run(verify_report, report, rows, table, json=json, quiet=False)


@jobs.command("list")
def list_jobs(
    status: Annotated[str | None, typer.Option(help="Only jobs of this status.")] = None,
    limit: Annotated[int, typer.Option(help="At most so many.", min=1, max=100)] = 20,
    json: Json = False,
) -> None:
    """List jobs, newest first."""
    from synthaix.server.job_commands import show_list

    _run(show_list, status, limit, json=json, quiet=False)


@jobs.command("show")
def show_job(job_id: str, json: Json = False) -> None:
    """Show one job: counts, cost, first rows, quality by column."""
    from synthaix.server.job_commands import show_one

    _run(show_one, job_id, json=json, quiet=False)


@jobs.command("report")
def report_job(
    job_id: str,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Folder for a copy of the files.")] = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Write the quality report of a job: a page to open in a browser, and the same as JSON."""
    from synthaix.server.reporting import make_report

    _run(make_report, job_id, out, json=json, quiet=quiet)


@jobs.command("export")
def export_job(
    job_id: str,
    out: Out = None,
    to: To = None,
    append: Append = False,
    format: Format = None,
    yes: Yes = False,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Write the rows of a job to files, or into a database."""
    from synthaix.server.job_commands import export
    from synthaix.server.wish import Wish

    wish = Wish(**_target(out, to), append=append, format=format, yes=yes)
    _run(export, job_id, wish, json=json, quiet=quiet)


@jobs.command("resume")
def resume_job(
    job_id: str,
    rows: Annotated[int | None, typer.Option("--rows", "-n", help="A new number of rows.", min=1)] = None,
    max_cost: Annotated[float | None, typer.Option("--max-cost", help="A new cap, in dollars.", min=0)] = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Go on with a job that was stopped, or whose process died."""
    from synthaix.server.job_commands import resume

    _run(resume, job_id, rows, max_cost, json=json, quiet=quiet)


@jobs.command("cancel")
def cancel_job(job_id: str, json: Json = False) -> None:
    """End a job for good, also one whose process died; its rows stay."""
    from synthaix.server.job_commands import cancel

    _run(cancel, job_id, json=json, quiet=False)


@jobs.command("rm")
def remove_jobs(
    job_ids: Annotated[list[str] | None, typer.Argument(help="Whole ids, or their beginnings.")] = None,
    older_than: Annotated[
        float | None, typer.Option("--older-than", help="All jobs untouched for so many days.", min=0)
    ] = None,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Delete jobs that are not running, with their rows and files; the disk is freed."""
    if bool(job_ids) == (older_than is not None):
        typer.echo("synthaix: give ids or --older-than, one of the two.", err=True)
        raise typer.Exit(USAGE)
    from synthaix.server.job_commands import remove, remove_old

    if older_than is None:
        _run(remove, job_ids, yes, json=json, quiet=False)
    else:
        _run(remove_old, older_than, yes, json=json, quiet=False)


@keys.command("new")
def new_key(
    name: Annotated[str, typer.Argument(help="Whose it is; what is made with it belongs to this name.")],
    read_only: Annotated[bool, typer.Option("--read-only", help="Only look at jobs and fetch rows.")] = False,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Make a key and show it, this once."""
    from synthaix.server.key_commands import make

    _run(make, name, read_only, json=json, quiet=quiet)


@keys.command("list")
def list_keys(json: Json = False) -> None:
    """List the keys: whose, their marks, what they may do."""
    from synthaix.server.key_commands import show

    _run(show, json=json, quiet=False)


@keys.command("rm")
def remove_key(which: Annotated[str, typer.Argument(help="A name, or a mark.")], json: Json = False) -> None:
    """Drop a name's keys, or one by its mark; it is refused from then on, also by a server that runs."""
    from synthaix.server.key_commands import remove

    _run(remove, which, json=json, quiet=False)


def _target(out: str | None, to: str | None) -> dict[str, Any]:
    """Where rows go. A path that ends in a slash is a folder's; with a database, files have to be asked for."""
    from synthaix.orchestration.results.places import place_of

    path = out or DEFAULT_OUT
    return {"out": place_of(path), "folder": path.endswith(("/", os.sep)), "files": bool(out) or to is None, "to": to}


def _run(flow: Any, *arguments: Any, json: bool, quiet: bool) -> None:
    """Run a flow with an engine and a screen; every ending has its exit status."""
    from synthaix.server.running import run

    settings = ready_settings()
    raise typer.Exit(run(settings, flow, *arguments, json=json, quiet=quiet))
