"""The command line. Bare `synthaix` serves a host over stdio, with no import that the handshake does not need."""

import gc
import sys


def main() -> None:
    """Run the command that was given."""
    if sys.argv[1:] not in ([], ["serve"]):
        _run()
        return
    gc.disable()  # the imports make no garbage worth looking for; serve_stdio turns it on again
    from synthaix.server.settings import completing

    if completing():
        _run()
    else:
        _serve()


def _run() -> None:
    from synthaix.server.commands import app

    app()


def _serve() -> None:
    from synthaix.server.serving import serve

    serve()
