"""The command line: files, one JSON object, exit statuses."""

import csv
import hashlib
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from synthaix.orchestration.errors import StorageError
from synthaix.orchestration.jobs.reporting import ReportFile
from synthaix.server.files import copy_whole
from synthaix.server.reporting import verdict_line

DONE, NOT_DONE, USAGE, DECLINED = 0, 1, 2, 3
SCHEMA = {
    "columns": [
        {"name": "id", "type": "integer", "constraints": {"distribution": {"name": "sequence"}}},
        {"name": "amount", "type": "decimal", "constraints": {"min": 1, "max": 9_000}},
    ]
}
TABLES = {
    "tables": [
        {"name": "shops", **SCHEMA},
        {"name": "sales", "rows_per_parent": 2, "columns": [
            {"name": "shop", "type": "integer", "constraints": {"references": "shops.id"}},
            {"name": "sold", "type": "decimal", "constraints": {"min": 1, "max": 9_000}}]},
    ]
}  # fmt: skip


@pytest.fixture(autouse=True)
def schemas(tmp_path: Path) -> None:
    """Two ready schemas in the folder of the command."""
    (tmp_path / "schema.json").write_text(json.dumps(SCHEMA))
    (tmp_path / "tables.json").write_text(json.dumps(TABLES))


def read_csv(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def generate(run: Callable[..., Result], *more: str) -> dict[str, Any]:
    """The JSON object that `generate` prints."""
    result = run("generate", "--schema", "schema.json", "--rows", "50", "--yes", "--json", *more)
    assert result.exit_code == DONE, result.output
    answer: dict[str, Any] = json.loads(result.stdout)
    return answer


def test_a_schema_becomes_a_file(run: Callable[..., Result], tmp_path: Path) -> None:
    """Under the name that was given, in the format that its suffix says, with its hash."""
    answer = generate(run, "--out", "out/amounts.csv", "--mode", "economy")  # no model writes here: it changes nothing
    (file,) = answer["files"]
    assert Path(file["path"]) == tmp_path / "out" / "amounts.csv"
    assert (answer["status"], answer["rows_generated"], file["rows"], file["format"]) == ("completed", 50, 50, "csv")
    assert hashlib.sha256(Path(file["path"]).read_bytes()).hexdigest() == file["sha256"]
    assert len(read_csv(Path(file["path"]))) == 50


def test_the_same_seed_gives_the_same_file(run: Callable[..., Result]) -> None:
    """Byte for byte; another seed gives another."""
    one, same, other = (generate(run, "--seed", seed, "--format", "jsonl") for seed in ("5", "5", "6"))
    assert one["files"][0]["sha256"] == same["files"][0]["sha256"] != other["files"][0]["sha256"]


def test_a_second_run_extends_a_collection(run: Callable[..., Result]) -> None:
    """Under a name of the user's; nothing promises the same rows again, and the first job is kept."""
    first = generate(run, "--out", "one.csv", "--extend", "my amounts")
    second = generate(run, "--out", "two.csv", "--extend", "my amounts")
    assert json.loads(run("jobs", "show", second["job_id"], "--json").stdout)["detail"]["extends"] == {
        first["job_id"]: {"rows": 50}
    }
    assert "extends" not in json.loads(run("jobs", "show", first["job_id"], "--json").stdout)["detail"]
    refused = run("jobs", "rm", first["job_id"], "--yes")
    assert refused.exit_code != DONE
    assert second["job_id"] in refused.output


def test_a_sentence_becomes_a_file(run: Callable[..., Result], tmp_path: Path) -> None:
    """The number of rows is in the request; without a suffix the format is parquet, in a folder."""
    result = run("generate", "120 customers with name, email and city", "--yes", "--out", "data")
    assert result.exit_code == DONE, result.output
    (file,) = (tmp_path / "data").iterdir()
    assert file.suffix == ".parquet"
    for word in ("email", "120 of 120 rows", "made by", "costs nothing"):
        assert word in result.stdout


def test_every_table_has_its_file(run: Callable[..., Result], tmp_path: Path) -> None:
    """The root table has the name that was given, the other one is beside it; every key is found."""
    result = run("generate", "--schema", "tables.json", "--rows", "20", "--yes", "--quiet", "--out", "shops.csv")
    assert result.exit_code == DONE, result.output
    assert result.stdout.split() == [str(tmp_path / "shops.csv"), str(tmp_path / "shops.sales.csv")]
    keys = {row["id"] for row in read_csv(tmp_path / "shops.csv")}
    sales = read_csv(tmp_path / "shops.sales.csv")
    assert (len(keys), len(sales)) == (20, 40)
    assert {row["shop"] for row in sales} <= keys


def test_each_table_is_counted_by_name(run: Callable[..., Result], tmp_path: Path) -> None:
    """In the plan as delivered, at the end, in the list, and with its quality."""
    drawn = json.dumps(TABLES).replace('"rows_per_parent": 2', '"rows_per_parent": {"min": 1, "max": 5}')
    (tmp_path / "drawn.json").write_text(drawn)
    said = run("generate", "--schema", "drawn.json", "--rows", "40", "--yes", "--out", "shops.csv").stdout
    made = len(read_csv(tmp_path / "shops.sales.csv"))
    assert said.count(f"{40 + made} rows (40 shops, {made} sales)") == 2
    listed = run("jobs", "list").stdout
    assert all(word in listed for word in ("40", "shops", str(made), "sales"))
    (job,) = json.loads(run("jobs", "list", "--json").stdout)["jobs"]
    shown = run("jobs", "show", job["job_id"])
    assert f"quality of {made} rows of sales" in shown.stdout
    summaries = json.loads(run("jobs", "show", job["job_id"], "--json").stdout)["summaries"]
    assert [each["table"] for each in summaries] == ["shops", "sales"]


def test_without_a_yes_nothing_is_made(run: Callable[..., Result], tmp_path: Path) -> None:
    """Where nobody can be asked, the answer is no."""
    result = run("generate", "--schema", "schema.json", "--rows", "5", "--out", "never.csv")
    assert result.exit_code == DECLINED
    assert "Nothing was started." in result.output
    assert not (tmp_path / "never.csv").exists()
    assert json.loads(run("jobs", "list", "--json").stdout)["jobs"] == []


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["generate"], "--schema"),
        (["generate", "5 names", "--schema", "schema.json"], "--schema"),
        (["generate", "names", "--yes"], "--rows"),
        (["generate", "5 names", "--format", "parket", "--yes"], "parquet"),
        (["generate", "--schema", "nothing.json"], "nothing.json"),
        (["generate", "5 names", "--rows", "0"], "--rows"),
        (["generate", "5 names", "--mode", "cheap"], "economy"),
        (["serve", "--http", "--host", "0.0.0.0"], "synthaix keys new"),
        (["jobs", "show", "job_nothing"], "no job"),
    ],
)
def test_a_wrong_call_says_what_is_right(run: Callable[..., Result], arguments: list[str], word: str) -> None:
    """On stderr, with status 2."""
    result = run(*arguments)
    assert result.exit_code == USAGE, result.output
    assert word in result.stderr


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["generate", "5 names", "--rows", "1000000000"], "--rows"),
        (["demo", "--rows", "1000000000"], "--rows"),
        (["generate", "5 names", "--workers", "1000"], "--workers"),
        (["generate", "5 names", "--max-cost", "1000"], "--max-cost"),
        (["generate", "5 names", "--out", "a.csv", "--format", "parquet", "--yes"], "--format says parquet"),
        (["generate", "5 names", "--out", "x.pdf", "--yes"], ".parquet"),
        (["generate", "5 names", "--out", "x.pdf", "--format", "csv", "--yes"], ".parquet"),
    ],
)
def test_a_wrong_option_is_told_before_any_work(
    run: Callable[..., Result], tmp_path: Path, arguments: list[str], word: str
) -> None:
    """Nothing is translated, nothing is written."""
    before = sorted(tmp_path.iterdir())
    result = run(*arguments)
    assert result.exit_code == USAGE, result.output
    assert word in result.stderr
    assert result.stdout == ""
    assert [path for path in tmp_path.iterdir() if path not in before and path.name != "home"] == []


@pytest.mark.parametrize(
    ("out", "format", "file"),
    [
        ("a.csv", "csv", "a.csv"),
        ("a.CSV", None, "a.CSV"),
        ("folder", "csv", "folder/rows.csv"),
        ("folder.v2/", None, "folder.v2/rows.parquet"),
        ("there.csv", "jsonl", "there.csv/rows.jsonl"),
        ("a.ndjson", "jsonl", "a.ndjson"),
    ],
)
def test_out_is_a_file_or_a_folder(
    run: Callable[..., Result], tmp_path: Path, out: str, format: str | None, file: str
) -> None:
    """A folder where it exists, ends in a slash or has no suffix; a file else."""
    (tmp_path / "there.csv").mkdir()
    answer = generate(run, "--out", out, *(["--format", format] if format else []))
    assert Path(answer["files"][0]["path"]) == tmp_path / file


def test_an_error_is_json_too(run: Callable[..., Result]) -> None:
    """With --json, stdout is one object whatever happens."""
    result = run("jobs", "show", "job_nothing", "--json")
    assert json.loads(result.stdout)["error"]["code"] == "job_not_found"


@pytest.mark.parametrize("out", ["file/inside.csv", "/proc/nope/z.csv"])
def test_what_cannot_be_written_is_told_at_once(run: Callable[..., Result], tmp_path: Path, out: str) -> None:
    """Before the request is translated: no job, nothing on stdout, status 2."""
    (tmp_path / "file").write_text("")
    result = run("generate", "--schema", "schema.json", "--rows", "5", "--yes", "--out", out)
    assert (result.exit_code, result.stdout) == (USAGE, "")
    assert "cannot be written" in result.stderr
    assert json.loads(run("jobs", "list", "--json").stdout)["jobs"] == []


def test_a_file_that_cannot_be_made_in_the_end_names_the_way_to_its_rows(tmp_path: Path) -> None:
    """The rows are kept; the command that writes them is in the error."""
    source, target = tmp_path / "rows", tmp_path / "rows" / "inside.csv"
    source.write_text("")
    with pytest.raises(StorageError) as caught:
        copy_whole(source, target, again="synthaix jobs export job_x")
    assert "synthaix jobs export job_x --out" in str(caught.value.suggestion)


def test_a_jobs_rows_are_written_again(run: Callable[..., Result], tmp_path: Path) -> None:
    """Byte for byte, under another name; the tables beside each other; another format too."""
    made = run("generate", "--schema", "tables.json", "--rows", "20", "--yes", "--json", "--out", "shops.csv")
    job_id = json.loads(made.stdout)["job_id"]
    answer = json.loads(run("jobs", "export", job_id, "--out", "again.csv", "--json").stdout)
    assert [file["rows"] for file in answer["files"]] == [20, 40]
    for one, other in (("shops.csv", "again.csv"), ("shops.sales.csv", "again.sales.csv")):
        assert (tmp_path / one).read_bytes() == (tmp_path / other).read_bytes()
    assert run("jobs", "export", job_id[:12], "--out", "f/", "--format", "jsonl", "-q").stdout.count(".jsonl") == 2
    assert run("jobs", "export", job_id, "--out", "/proc/nope/z.csv").exit_code == USAGE
    assert run("jobs", "export", "job_nothing", "--out", "x.csv").exit_code == USAGE


def test_rows_go_into_a_database(run: Callable[..., Result], tmp_path: Path) -> None:
    """After the plan was shown; a no leaves nothing, and files are made only where asked for."""
    theirs = tmp_path / "theirs.db"
    made = generate(run, "--to", f"sqlite:///{theirs}")
    assert (made["files"], made["rows_delivered"]) == ([], 50)
    with closing(sqlite3.connect(theirs)) as connection:
        assert connection.execute("SELECT count(*), max(id) FROM rows").fetchone() == (50, 50)
    again = run("jobs", "export", made["job_id"], "--to", f"sqlite:///{theirs}", "--yes")
    assert (again.exit_code, "--append" in again.stderr) == (USAGE, True)
    other = tmp_path / "other.db"
    declined = run("jobs", "export", made["job_id"], "--to", f"sqlite:///{other}")
    assert (declined.exit_code, "CREATE TABLE rows" in declined.stdout, other.exists()) == (DECLINED, True, False)
    both = run("jobs", "export", made["job_id"], "--to", f"sqlite:///{other}", "--out", "a.csv", "--yes", "--json")
    assert (json.loads(both.stdout)["rows_delivered"], (tmp_path / "a.csv").exists()) == (50, True)


def test_jobs_are_listed_shown_and_deleted(run: Callable[..., Result]) -> None:
    """Deleting asks first, and takes rows and files along."""
    job_id = generate(run)["job_id"]
    listed = json.loads(run("jobs", "list", "--json").stdout)["jobs"]
    shown = run("jobs", "show", job_id)
    refused = run("jobs", "rm", job_id)
    removed = run("jobs", "rm", job_id, "--yes")
    gone = run("jobs", "show", job_id)
    assert [job["job_id"] for job in listed] == [job_id]
    assert "50 of 50 rows" in shown.stdout
    assert "amount" in shown.stdout
    assert "Nothing was deleted." in refused.output
    assert (refused.exit_code, removed.exit_code, gone.exit_code) == (DECLINED, DONE, USAGE)


def test_a_cut_list_says_that_there_are_more(run: Callable[..., Result]) -> None:
    """And nothing where it is whole."""
    for seed in ("1", "2"):
        generate(run, "--seed", seed)
    assert "there are more" in run("jobs", "list", "--limit", "1").stdout
    assert "there are more" not in run("jobs", "list", "--limit", "2").stdout
    assert json.loads(run("jobs", "list", "--limit", "1", "--json").stdout)["more"] is True


def test_ids_are_whole_or_begin_a_whole_one(run: Callable[..., Result]) -> None:
    """What `jobs list` shows is what `jobs show` takes; so is a beginning that only one id has."""
    one, other = (generate(run, "--seed", seed)["job_id"] for seed in ("1", "2"))
    listed = run("jobs", "list").stdout
    assert one in listed
    assert other in listed
    both = run("jobs", "show", "job_")
    assert (both.exit_code, one in both.stderr) == (USAGE, True)
    shown = run("jobs", "show", one[:12])
    assert shown.exit_code == DONE
    assert run("jobs", "rm", one[:12], "--yes").exit_code == DONE
    assert one not in run("jobs", "list").stdout


def test_deleting_frees_the_disk(run: Callable[..., Result], tmp_path: Path) -> None:
    """Rows, files and the store's own size go; what is left is read as before."""
    kept = generate(run)["job_id"]
    result = run("generate", "--schema", "schema.json", "--rows", "30000", "--yes", "--json", "--out", "a.csv")
    job_id = json.loads(result.stdout)["job_id"]
    store = tmp_path / "home"
    before = sum(path.stat().st_size for path in store.rglob("*") if path.is_file())
    assert run("jobs", "rm", job_id, "--yes").exit_code == DONE
    after = sum(path.stat().st_size for path in store.rglob("*") if path.is_file())
    assert before > 1_000_000
    assert after < before / 5
    assert [path for path in store.rglob("*") if job_id in path.name] == []
    assert "50 of 50 rows" in run("jobs", "show", kept).stdout


def test_old_jobs_are_deleted_together(run: Callable[..., Result]) -> None:
    """By age; those that were touched later stay; one of the two ways has to be said."""
    job_id = generate(run)["job_id"]
    assert run("jobs", "rm", "--older-than", "1", "--yes").exit_code == DONE
    assert job_id in run("jobs", "list").stdout
    assert run("jobs", "rm", "--older-than", "0").exit_code == DECLINED
    removed = json.loads(run("jobs", "rm", "--older-than", "0", "--yes", "--json").stdout)
    assert removed == {"removed": [job_id]}
    assert json.loads(run("jobs", "list", "--json").stdout)["jobs"] == []
    assert (run("jobs", "rm").exit_code, run("jobs", "rm", job_id, "--older-than", "1").exit_code) == (USAGE, USAGE)


def test_the_demo_goes_the_whole_way(run: Callable[..., Result], tmp_path: Path) -> None:
    """Request, schema, rows, quality, two files, and what to do next."""
    result = run("demo", "--rows", "300", "--out", "shown")
    assert result.exit_code == DONE, result.output
    assert {path.suffix for path in (tmp_path / "shown").iterdir()} == {".parquet", ".csv", ".html", ".json"}
    assert len(read_csv(tmp_path / "shown" / "customers.csv")) == 300
    first = read_csv(tmp_path / "shown" / "customers.csv")[0]
    for word in ("Lisbon", "the first rows", first["full_name"], "quality of 300 rows of customers", "mcpServers"):
        assert word in result.stdout


def test_a_report_is_written_and_verified(run: Callable[..., Result], tmp_path: Path) -> None:
    """A page and its figures in a folder; the store and the file are as reported: status 0."""
    answer = generate(run, "--out", "out.csv")
    told = json.loads(run("jobs", "report", answer["job_id"], "--out", "shown", "--json").stdout)
    page, figures = (Path(each["path"]) for each in told["files"])
    assert (page.suffix, figures.suffix, page.parent) == (".html", ".json", tmp_path / "shown")
    assert hashlib.sha256(page.read_bytes()).hexdigest() == told["files"][0]["sha256"]
    assert (told["verdict"]["rows"], told["verdict"]["invalid_rows"]) == (50, 0)
    for more in ((), ("--rows", "out.csv")):
        result = run("verify", str(figures), *more)
        assert result.exit_code == DONE, result.output
        assert "All is as reported" in result.stdout
    assert run("jobs", "report", answer["job_id"], "--quiet").stdout.count("report-") == 2


def test_verify_names_a_changed_cell(run: Callable[..., Result], tmp_path: Path) -> None:
    """Row and column, status 1; with --json as an object."""
    answer = generate(run, "--out", "out.jsonl")
    figures = json.loads(run("jobs", "report", answer["job_id"], "--json").stdout)["files"][1]["path"]
    lines = (tmp_path / "out.jsonl").read_text().splitlines(keepends=True)
    (tmp_path / "out.jsonl").write_text("".join([*lines[:9], '{"id": 10, "amount": 0.5}\n', *lines[10:]]))
    result = run("verify", figures, "--rows", "out.jsonl", "--json")
    told = json.loads(result.stdout)
    assert (result.exit_code, told["verified"]) == (NOT_DONE, False)
    assert [each["said"] for each in told["findings"] if not each["good"]] == ["row 10 differs in column amount"]
    assert "WRONG" in run("verify", figures, "--rows", "out.jsonl").stdout


def test_verify_tells_another_order_from_other_rows(run: Callable[..., Result], tmp_path: Path) -> None:
    """Status 1 too, since a file is not as reported then; but nothing is lost."""
    answer = generate(run, "--out", "out.jsonl")
    figures = json.loads(run("jobs", "report", answer["job_id"], "--json").stdout)["files"][1]["path"]
    lines = (tmp_path / "out.jsonl").read_text().splitlines(keepends=True)
    (tmp_path / "out.jsonl").write_text("".join(reversed(lines)))
    result = run("verify", figures, "--rows", "out.jsonl")
    assert (result.exit_code, "the same rows in another order" in result.stdout) == (NOT_DONE, True)


def test_the_headline_names_what_is_not_as_asked() -> None:
    """The column, or its null rate."""
    found = {"rows": 9, "invalid_rows": 0, "equal_rows": 0, "repeats": 0, "orphans": 0, "tests": 3, "tests_agree": 2}
    report = ReportFile("job_x", "html", "ready", verdict=found | {"tests_differ": ["spend"]})
    assert verdict_line(report).endswith("2 of 3 distributions and null rates as asked; not: spend")


@pytest.mark.parametrize(
    "arguments",
    [["nothing.json"], ["schema.json"], ["report.json", "--rows", "out.xlsx"], ["report.json", "--table", "x"]],
)
def test_verify_says_what_it_needs(run: Callable[..., Result], tmp_path: Path, arguments: list[str]) -> None:
    """No file, no report, no such format or table: status 2, not 1."""
    answer = generate(run)
    figures = json.loads(run("jobs", "report", answer["job_id"], "--json").stdout)["files"][1]["path"]
    (tmp_path / "report.json").write_bytes(Path(figures).read_bytes())
    result = run("verify", *arguments)
    assert result.exit_code == USAGE, result.output
    assert result.stderr


def test_the_version_is_told(run: Callable[..., Result]) -> None:
    """As pip knows it."""
    assert run("--version").stdout == f"synthaix {version('synthaix')}\n"


def test_help_names_every_command(run: Callable[..., Result]) -> None:
    """In its order."""
    text = run("--help").stdout
    places = [text.index(f"\n  {name} ") for name in ("serve", "generate", "demo", "doctor", "verify", "jobs")]
    assert places == sorted(places)


def test_a_worker_without_a_queue_says_what_to_set(run: Callable[..., Result]) -> None:
    """There is nothing to work for; status 2."""
    result = run("worker")
    assert result.exit_code == 2
    assert "SYNTHAIX_REDIS_URL" in result.output


@pytest.mark.subprocess
@pytest.mark.parametrize(
    ("words", "completed"),
    [("synthaix ge", "generate"), ("synthaix demo --se", "--seed"), ("synthaix generate --format pa", "parquet")],
)
def test_a_shell_completes_words(words: str, completed: str) -> None:
    """A shell asks by calling the program without arguments, which must not serve."""
    asked = {"_SYNTHAIX_COMPLETE": "complete_bash", "COMP_WORDS": words, "COMP_CWORD": str(len(words.split()) - 1)}
    ended = subprocess.run(
        [sys.executable, "-c", "import sys; sys.argv[0] = 'synthaix'; from synthaix.server.cli import main; main()"],
        env=os.environ | asked, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip
    assert ended.stdout.split() == [completed]
