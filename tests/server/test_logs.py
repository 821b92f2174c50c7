"""The log: one line an event, nothing secret in it."""

import base64
import json
import logging
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from pydantic import SecretStr

from synthaix.server import logs
from synthaix.server.logs import KEPT_FILES, StructuredLines, set_up_logs
from synthaix.server.settings import Settings

SECRET = "c4n4ry-51e2-key"


@pytest.fixture
def own_logging() -> Iterator[None]:
    """Give the root logger its handlers back, and close those of the test."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    for handler in root.handlers:
        if handler not in handlers:
            handler.close()
    root.handlers[:] = handlers
    root.setLevel(level)


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


@pytest.mark.usefixtures("own_logging")
def test_everything_goes_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    """stdout belongs to the protocol."""
    set_up_logs("info", "json", (SecretStr(SECRET), None))
    logging.getLogger("some.library").warning("its key is %s", SECRET)
    written = capsys.readouterr()
    assert written.out == ""
    assert "its key is ***" in written.err


@pytest.mark.usefixtures("own_logging")
def test_what_is_less_severe_is_not_written(capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever level a library has given its own logger."""
    library = logging.getLogger("some.library")
    try:
        set_up_logs("error", "console")
        library.setLevel(logging.WARNING)
        library.warning("of no interest")
        library.error("of interest")
    finally:
        library.setLevel(logging.NOTSET)
    assert "of interest" in (written := capsys.readouterr().err)
    assert "of no interest" not in written


@pytest.mark.usefixtures("own_logging")
def test_a_file_has_the_same_lines_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Beside stderr, for the user alone, and as free of secrets."""
    file = tmp_path / "logs" / "synthaix.log"
    set_up_logs("info", "console", (SecretStr(SECRET),), file)
    logging.getLogger("some.library").warning("its key is %s", SECRET)
    assert json.loads(file.read_text())["event"] == "its key is ***"
    assert "its key is ***" in capsys.readouterr().err
    assert file.stat().st_mode & 0o077 == 0


@pytest.mark.usefixtures("own_logging")
def test_a_full_file_is_followed_by_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest are deleted, so the log has an end."""
    monkeypatch.setattr(logs, "FILE_BYTES", 500)
    file = tmp_path / "synthaix.log"
    set_up_logs("info", "json", (), file)
    for number in range(100):
        logging.getLogger("some.library").info("line %s of many", number)
    kept = sorted(tmp_path.iterdir())
    assert len(kept) == 1 + KEPT_FILES
    assert all(each.stat().st_size <= 500 and each.stat().st_mode & 0o077 == 0 for each in kept)
    assert json.loads(file.read_text().splitlines()[-1])["event"] == "line 99 of many"


def test_every_secret_setting_is_hidden(bare_environment: pytest.MonkeyPatch) -> None:
    """Whichever it is, and a database's password alone too."""
    bare_environment.setenv("OPENAI_API_KEY", SECRET)
    bare_environment.setenv("SYNTHAIX_DATABASE_URL", "postgresql://me:pa55w0rd@host/name")
    keys = [base64.b64encode(bytes([number]) * 32).decode() for number in (1, 2)]
    bare_environment.setenv("SYNTHAIX_ENCRYPTION_KEY", ", ".join(keys))
    secrets = [each.get_secret_value() for each in Settings().secrets()]
    lines = StructuredLines("json", secrets)
    assert {SECRET, "postgresql://me:pa55w0rd@host/name", *keys} <= set(secrets)
    assert "pa55w0rd" not in lines.redacted("no answer from postgresql+asyncpg://me:pa55w0rd@host:5432/name")
