"""The log: one line an event, nothing secret in it."""

import json
import logging
import sys
from typing import Literal

import pytest
from pydantic import SecretStr

from synthaix.server.logs import StructuredLines, set_up_logs

SECRET = "c4n4ry-51e2-key"


def record(message: str, *arguments: object, **extra: object) -> logging.LogRecord:
    """A record as a logger makes it."""
    log = logging.getLogger("synthaix.test")
    made = log.makeRecord(log.name, logging.INFO, "f", 1, message, arguments, None)
    for name, value in extra.items():
        setattr(made, name, value)
    return made


@pytest.mark.parametrize("form", ["json", "console"])
@pytest.mark.parametrize(
    "leak",
    [SECRET, "Bearer abcdef123456", "sk-abcdefgh12345678", "AIzaSyA0123456789", "yes_AbCd1234efgh", "go_17_abcdef12"],
)
def test_no_secret_is_written(form: Literal["json", "console"], leak: str) -> None:
    """Neither ours, wherever it stands, nor what looks like anybody's."""
    line = StructuredLines(form, [SECRET]).format(record("asked with %s", leak, header=leak))
    assert leak.removeprefix("Bearer ") not in line
    assert "asked with" in line


def test_json_lines_have_their_parts() -> None:
    """Time, level, event and the extras."""
    line = json.loads(StructuredLines("json").format(record("chunk committed", job_id="job_1")))
    assert line["event"] == "chunk committed"
    assert (line["job_id"], line["level"]) == ("job_1", "info")
    assert line["timestamp"].endswith("Z")


def test_a_traceback_is_redacted_too() -> None:
    """Exceptions hold what libraries put into them."""
    made = record("failed")
    try:
        raise ValueError(f"key {SECRET} refused")
    except ValueError:
        made.exc_info = sys.exc_info()
    line = StructuredLines("json", [SECRET]).format(made)
    assert "ValueError" in line
    assert SECRET not in line


def test_everything_goes_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    """stdout belongs to the protocol."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    try:
        set_up_logs("info", "json", (SecretStr(SECRET), None))
        logging.getLogger("some.library").warning("its key is %s", SECRET)
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
    written = capsys.readouterr()
    assert written.out == ""
    assert "its key is ***" in written.err


def test_what_is_less_severe_is_not_written(capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever level a library has given its own logger."""
    root, library = logging.getLogger(), logging.getLogger("some.library")
    handlers, level = root.handlers[:], root.level
    try:
        set_up_logs("error", "console")
        library.setLevel(logging.WARNING)
        library.warning("of no interest")
        library.error("of interest")
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
        library.setLevel(logging.NOTSET)
    assert "of interest" in (written := capsys.readouterr().err)
    assert "of no interest" not in written
