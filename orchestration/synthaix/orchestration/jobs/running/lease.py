"""A job's lease: who may run and commit it, for how long, and how another knows that the holder has died."""

import os
import secrets
import socket
from dataclasses import dataclass
from pathlib import Path

from synthaix.orchestration.store.jobs import Jobs


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to run a job. A commit carries the token; a later holder's token shuts it out."""

    job: int
    job_id: str
    token: int


def holder_name() -> str:
    """This process: machine, process id, and a random part, since ids are used again."""
    return f"{_machine()}:{os.getpid()}:{secrets.token_hex(4)}"


def _machine() -> str:
    """Within what process ids mean the same: a host's name, and where it can be read its boot and process namespace.

    Machines that share a database may share a name. Each would take the other for dead and take its jobs, for ever.
    """
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text("ascii")[:8]
        return f"{socket.gethostname()}/{boot}/{Path('/proc/self/ns/pid').stat().st_ino}"
    except OSError:
        return socket.gethostname()


def has_died(holder: str | None) -> bool:
    """Whether a holder on this machine is certainly gone, so that its lease need not lapse first.

    A wrong yes costs a hand-over and nothing else: the token guards.
    """
    if holder is None or os.name != "posix":
        return False
    machine, _, rest = holder.rpartition(":")[0].rpartition(":")
    if machine != _machine() or not rest.isdigit():
        return False
    try:
        os.kill(int(rest), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False


async def take(
    jobs: Jobs, job: int, job_id: str, *, holder: str, seconds: float, last_holder: str | None
) -> Lease | None:
    """Take a job's lease if it is free, has lapsed, or its holder has died."""
    dead = last_holder if has_died(last_holder) else None
    token = await jobs.take(job, holder=holder, seconds=seconds, from_dead=dead)
    return None if token is None else Lease(job, job_id, token)
