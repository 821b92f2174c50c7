"""What both ways of serving begin with: settings, log, and words for a person who started it by hand."""

import sys
from typing import TYPE_CHECKING

from synthaix.server.logs import set_up_logs
from synthaix.server.settings import Settings, SettingsInvalid, read_settings, unknown_variables

if TYPE_CHECKING:
    from fastmcp import FastMCP

USAGE = 2  # exit status of a wrong call
HINT = "SynthAIx serves MCP on stdin and stdout. End it with Ctrl+C; `synthaix --help` lists the commands.\n"


def serve(*, works: bool = True) -> None:
    """Serve a host over stdio; `works`: and make model calls for the fleet, where there is one."""
    settings = ready_settings()
    if sys.stdin is not None and sys.stdin.isatty():
        sys.stderr.write(HINT)
    from synthaix.server.stdio import serve_stdio

    serve_stdio(settings, works=works)


def configured_server() -> "FastMCP":
    """The server as the environment configures it, for whoever runs it himself: fastmcp.json names this."""
    from synthaix.server.app import build_server

    return build_server(ready_settings())


def ready_settings() -> Settings:
    """The settings, with the log set up; the process ends where they cannot be read."""
    try:
        settings = read_settings()
    except SettingsInvalid as exc:
        sys.stderr.write(f"synthaix: {exc}\n")
        raise SystemExit(USAGE) from None
    try:
        set_up_logs(settings.log_level, settings.log_format, settings.secrets(), settings.log_file)
    except OSError as exc:
        sys.stderr.write(f"synthaix: SYNTHAIX_LOG_FILE cannot be written ({exc.strerror})\n")
        raise SystemExit(USAGE) from None
    for name, hint in unknown_variables().items():
        sys.stderr.write(f"synthaix: {name} is no setting. {hint or ''}\n")
    return settings
