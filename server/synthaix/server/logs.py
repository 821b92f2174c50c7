"""The log: structured lines on stderr, secrets taken out, nothing ever on stdout."""

import logging
import re
import sys
from collections.abc import Sequence
from typing import Any, Literal

from pydantic import SecretStr

_TOKENS = re.compile(
    r"(?i)(bearer\s+|api[_-]?key[\"'=:\s]+|authorization[\"'=:\s]+)[^\s\"',;]{6,}"
    r"|\b(?:sk-|sxk_|eyJ|AIza|yes_|go_)[A-Za-z0-9_\-]{8,}"
)
HIDDEN = "***"
_QUIET = {"httpx": logging.WARNING, "httpcore": logging.WARNING, "openai": logging.WARNING, "chromadb": logging.ERROR,
          "aiosqlite": logging.WARNING, "mcp": logging.WARNING, "uvicorn.access": logging.WARNING}  # fmt: skip


def set_up_logs(level: str, form: Literal["json", "console"], secrets: Sequence[SecretStr | None] = ()) -> None:
    """Send every library's log through one handler to stderr.

    Args:
        level: the least severe that is kept.
        secrets: values that never appear, whoever logs them.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setLevel(level.upper())  # here too: some libraries give their loggers levels of their own
    handler.setFormatter(StructuredLines(form, [each.get_secret_value() for each in secrets if each is not None]))
    handler.addFilter(_not_told_twice)
    root = logging.getLogger()
    root.handlers[:] = [handler]
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
        return _TOKENS.sub(lambda found: f"{found[1] or ''}{HIDDEN}", text)


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
