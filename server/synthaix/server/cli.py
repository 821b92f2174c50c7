"""The command line. Bare `synthaix` serves a host over stdio, with no import that the handshake does not need."""

import gc
import os
import sys

COMPLETING = "_SYNTHAIX_COMPLETE"  # typer's own: a shell that wants completions calls without arguments


def main() -> None:
    """Run the command that was given."""
    if sys.argv[1:] in ([], ["serve"]) and COMPLETING not in os.environ:
        gc.disable()  # the imports make no garbage worth looking for; serve_stdio turns it on again
        _serve()
    else:
        from synthaix.server.commands import app

        app()


def _serve() -> None:
    from synthaix.server.serving import serve

    serve()
