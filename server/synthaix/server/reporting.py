"""`synthaix jobs report` and `synthaix verify`: a job's quality as files, and a report held against rows."""

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import anyio
import anyio.to_thread

from synthaix.orchestration.engine import Engine
from synthaix.orchestration.errors import ArgumentInvalid, StorageError
from synthaix.server.files import FILE_SECONDS, copy_whole
from synthaix.server.running import DONE, NOT_DONE, OWNER
from synthaix.server.screen import Screen
from synthaix.server.settings import Settings

if TYPE_CHECKING:
    from synthaix.orchestration.jobs.reporting import ReportFile


MOST_NAMED = 8  # columns that a line names


async def report_files(engine: Engine, job_id: str, out: Path | None) -> list["ReportFile"]:
    """The report of a job as a page and as JSON, in the data folder, and copied to `out` when there is one."""
    files = []
    for format in ("html", "json"):
        while True:
            made = await engine.report(job_id, owner=OWNER, format=format, wait_seconds=FILE_SECONDS)
            if made.state != "preparing":
                break
        if made.state == "failed" or made.path is None:
            raise StorageError(made.error or "The report could not be written.")
        if out is not None:
            again = f"synthaix jobs report {job_id}"
            copy = Path.cwd() / out / made.path.name
            await anyio.to_thread.run_sync(partial(copy_whole, made.path, copy, again=again))
            made = replace(made, path=copy)
        files.append(made)
    return files


async def make_report(engine: Engine, screen: Screen, settings: Settings, job_id: str, out: Path | None) -> int:
    """Write the report and say where it is."""
    page, figures = await report_files(engine, job_id, out)
    screen.answer(
        {
            "job_id": job_id,
            "verdict": page.verdict,
            "files": [
                {"path": str(each.path), "format": each.format, "bytes": each.bytes, "sha256": each.sha256}
                for each in (page, figures)
            ],
        }
    )
    if screen.quiet and not screen.json:
        for each in (page, figures):
            screen.path(each.path or Path())
    screen.say(verdict_line(page), "bold")
    for line in (f"{page.path}", f"{figures.path}", f"synthaix verify {figures.path}"):
        screen.say(line)
    return DONE


def verdict_line(report: "ReportFile") -> str:
    """What matters first, in a line."""
    found = report.verdict
    faults = found["invalid_rows"] + found["equal_rows"] + found["repeats"] + found["orphans"]
    said = f"{found['rows']:,} rows, " + ("valid and distinct" if not faults else f"{faults:,} faults")
    if found["tests"]:
        said += f", {found['tests_agree']} of {found['tests']} distributions and null rates as asked"
    if found["tests_differ"]:
        said += f"; not: {', '.join(found['tests_differ'][:MOST_NAMED])}"
    return said


async def verify_report(
    engine: Engine, screen: Screen, settings: Settings, report: Path, rows: Path | None, table: str | None
) -> int:
    """Hold a report against the store or a file; 0 when all is as reported."""
    try:
        stored = await anyio.Path(report).read_bytes()
    except OSError as exc:
        raise ArgumentInvalid(f"The report cannot be read: {exc.strerror}.", field="report") from None
    findings = await engine.verify(stored, owner=OWNER, rows=rows, table=table)
    good = all(each.good for each in findings)
    screen.answer(
        {
            "verified": good,
            "findings": [{"what": each.what, "good": each.good, "said": each.said} for each in findings],
        }
    )
    for each in findings:
        screen.say(f"{'ok   ' if each.good else 'WRONG'}  {each.what}: {each.said}", "" if each.good else "red")
    screen.say("All is as reported." if good else "It is not as reported.", "bold")
    return DONE if good else NOT_DONE
