"""The log: structured lines on stderr and, if asked, in a file; secrets taken out, nothing ever on stdout."""

import logging
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from pydantic import SecretStr

_TOKENS = re.compile(
    r"(?i)(bearer\s+|api[_-]?key[\"'=:\s]+|authorization[\"'=:\s]+)[^\s\"',;]{6,}"
    r"|(://[^\s/:@]*:)[^\s/@]+(?=@)"  # the password of an address
    r"|\b(?:sk-|sxk_|eyJ|AIza|yes_|go_)[A-Za-z0-9_\-]{8,}"
)
FILE_BYTES = 10_000_000  # of a log file, before the next is begun
KEPT_FILES = 5  # beside the one that is written
HIDDEN = "***"
_QUIET = {"httpx": logging.WARNING, "httpx2": logging.WARNING, "httpcore": logging.WARNING, "docket": logging.WARNING,
          "openai": logging.WARNING, "chromadb": logging.ERROR,
          "aiosqlite": logging.WARNING, "mcp": logging.WARNING, "uvicorn.access": logging.WARNING}  # fmt: skip


def set_up_logs(
    level: str, form: Literal["json", "console"], secrets: Sequence[SecretStr | None] = (), file: Path | None = None
) -> None:
    """Send every library's log to stderr in this form, and to the file as JSON.

    Args:
        level: the least severe that is kept.
        secrets: values that never appear, whoever logs them.

    Raises:
        OSError: the file cannot be written.
    """
    hidden = [each.get_secret_value() for each in secrets if each is not None]
    handlers = [_prepared(logging.StreamHandler(sys.stderr), level, StructuredLines(form, hidden))]
    if file is not None:
        handlers.append(_prepared(_rotating(file), level, StructuredLines("json", hidden)))
    root = logging.getLogger()
    root.handlers[:] = handlers
    root.setLevel(level.upper())
    for name, least in _QUIET.items():
        logging.getLogger(name).setLevel(least)


def take_over_fastmcp() -> None:
    """Let fastmcp's log go the same way; at its import it gives itself a handler of many colours."""
    fastmcp = logging.getLogger("fastmcp")
    fastmcp.handlers.clear()
    fastmcp.propagate = True
    fastmcp.setLevel(logging.WARNING)


class StructuredLines(logging.Formatter):
    """One event a line, rendered by structlog, which is imported at the first of them: it takes a moment.

    Args:
        secrets: values to take out, beside what looks like a key.
    """

    def __init__(self, form: Literal["json", "console"], secrets: Sequence[str] = ()) -> None:
        super().__init__()
        self._form = form
        self._secrets = [secret for secret in secrets if len(secret) >= 6]
        self._lines: logging.Formatter | None = None

    def format(self, record: logging.LogRecord) -> str:
        """The record as a line, redacted."""
        if self._lines is None:
            self._lines = _structlog_lines(self._form)
        return self.redacted(self._lines.format(record))

    def redacted(self, text: str) -> str:
        """The text without the secrets and without what looks like one."""
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        return _TOKENS.sub(lambda found: f"{found[1] or found[2] or ''}{HIDDEN}", text)


def _prepared(handler: logging.Handler, level: str, lines: StructuredLines) -> logging.Handler:
    handler.setLevel(level.upper())  # here too: some libraries give their loggers levels of their own
    handler.setFormatter(lines)
    handler.addFilter(_not_told_twice)
    return handler


def _rotating(file: Path) -> logging.Handler:
    """A file for the user alone, followed by `file.1` when it is full, up to `KEPT_FILES` of them."""
    from logging.handlers import RotatingFileHandler  # imports sockets and pickles, and most logs have no file

    class PrivateFile(RotatingFileHandler):
        def _open(self) -> Any:
            return open(self.baseFilename, self.mode, encoding="utf-8", opener=_for_me_alone)

    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return PrivateFile(file, maxBytes=FILE_BYTES, backupCount=KEPT_FILES)


def _for_me_alone(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _structlog_lines(form: Literal["json", "console"]) -> logging.Formatter:
    import structlog

    renderer: Any = structlog.processors.JSONRenderer()
    if form == "console":
        renderer = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), pad_event_to=0)
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.stdlib.ExtraAdder(),
            structlog.processors.TimeStamper(fmt="iso", utc=True),
        ],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            renderer,
        ],
    )


def _not_told_twice(record: logging.LogRecord) -> bool:
    """fastmcp logs a traceback for whatever a tool raises; `faults.py` logs what deserves one, with its trace id."""
    return not (record.name.startswith("fastmcp") and record.exc_info)
