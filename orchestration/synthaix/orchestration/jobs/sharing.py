"""How a fleet's room for calls is shared: owners equally, and an owner's jobs equally within that."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

AHEAD = 1.25  # calls handed out for each that can run: whoever gets free finds the next one waiting


@dataclass(frozen=True, slots=True)
class Demand:
    """What one job could use.

    Attributes:
        calls: in flight at once, at most.
    """

    owner: str
    calls: int


def shares(demands: Mapping[str, Demand], room: int) -> dict[str, int]:
    """Calls that each job may have under way, at least one.

    What one cannot use goes to the others, so no room stays empty while anybody wants it.

    Args:
        room: calls that the fleet's processes make at once; 0: nobody is there yet, and each job may queue all.
    """
    if room <= 0:
        return {job: demand.calls for job, demand in demands.items()}
    jobs: dict[str, dict[str, float]] = defaultdict(dict)
    for job, demand in demands.items():
        jobs[demand.owner][job] = demand.calls
    owners = _levelled({owner: sum(wanted.values()) for owner, wanted in jobs.items()}, AHEAD * room)
    parts = {job: part for owner, wanted in jobs.items() for job, part in _levelled(wanted, owners[owner]).items()}
    return {job: max(1, min(demands[job].calls, round(part))) for job, part in parts.items()}


def _levelled(wanted: Mapping[str, float], room: float) -> dict[str, float]:
    """Equal parts, but to nobody more than is wanted (max-min fairness by filling the smallest wish first)."""
    given: dict[str, float] = {}
    left = room
    for place, name in enumerate(sorted(wanted, key=lambda name: (wanted[name], name))):
        given[name] = min(wanted[name], left / (len(wanted) - place))
        left -= given[name]
    return given
