"""What a command line asked for."""

from dataclasses import dataclass
from pathlib import Path

from synthaix.orchestration.jobs.order import Mode
from synthaix.orchestration.results.places import Place


@dataclass(frozen=True, slots=True)
class Wish:
    """What the command line asked for.

    Attributes:
        out: a path, or an address that fsspec has a driver for.
        folder: whether `out` is to be a folder, whatever it is called.
        files: whether files are wanted.
        to: address of a database that is to have the rows; `append` lets it have such tables already.
    """

    out: Place
    folder: bool = False
    files: bool = True
    to: str | None = None
    append: bool = False
    request: str | None = None
    schema: Path | None = None
    context: str | None = None
    rows: int | None = None
    format: str | None = None
    extend: str | None = None
    seed: int | None = None
    max_cost_usd: float | None = None
    workers: int | None = None
    mode: Mode = "live"
    yes: bool = False
