"""What all jobs of a process share: the store, the threads, the model."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import anyio

from synthaix.orchestration.config import Config
from synthaix.orchestration.dedup.vector_place import ChromaServer, JobFolder, JobOnServer, VectorPlace
from synthaix.orchestration.jobs.fleet import Fleet
from synthaix.orchestration.jobs.paying.writer import Writer
from synthaix.orchestration.jobs.running.embedders import Embedders
from synthaix.orchestration.jobs.running.lease import holder_name
from synthaix.orchestration.jobs.running.shared_sampler import SharedSampler
from synthaix.orchestration.jobs.running.turns import AT_ONCE, Turns
from synthaix.orchestration.results.places import Place, RemotePath, place_of
from synthaix.orchestration.store.store import Store


@dataclass(slots=True)
class Means:
    """Shared by every worker of the process.

    Attributes:
        holder: this process, in leases.
        clock: seconds since the epoch.
        writer: the model that writes text; None where there is none.
        chroma: the server that keeps text vectors; None: each job has a directory.
        fleet: other processes that make calls; None where this one is alone.
        encoders: processes that encode the texts of jobs with many calls in flight.
        turns: of the jobs that ask no model; those that do mostly wait for it.
        samplers: threads that prepare chunks; one, since more only contend for the interpreter.
        committers: threads that judge chunks; one for the same reason.
        planners: threads that plan and quote jobs; one likewise, and so that callers who only ask are served.
    """

    config: Config
    store: Store
    clock: Callable[[], float]
    embedders: Embedders
    sampler: SharedSampler
    writer: Writer | None = None
    chroma: ChromaServer | None = None
    fleet: Fleet | None = None
    encoders: Sequence[SharedSampler] = ()
    holder: str = field(default_factory=holder_name)
    turns: Turns = field(default_factory=lambda: Turns(AT_ONCE))
    samplers: anyio.CapacityLimiter = field(default_factory=lambda: anyio.CapacityLimiter(1))
    committers: anyio.CapacityLimiter = field(default_factory=lambda: anyio.CapacityLimiter(1))
    planners: anyio.CapacityLimiter = field(default_factory=lambda: anyio.CapacityLimiter(1))

    def vectors_of(self, job_id: str) -> VectorPlace:
        """Where a job's text vectors are kept."""
        if self.chroma is not None:
            return JobOnServer(self.chroma, job_id)
        return JobFolder(self.config.home / "vectors" / job_id)

    def files_of(self, job_id: str) -> Place:
        """Where a job's files are kept: by every process that shares the store, where the settings say so."""
        place: Place = self.config.home / "exports" if self.config.exports is None else place_of(self.config.exports)
        return place / job_id

    def workshop_of(self, job_id: str) -> Path:
        """A folder of this machine where a job's files are made: the one where they are kept, if it can be."""
        kept = self.files_of(job_id)
        return self.config.home / "exports" / job_id if isinstance(kept, RemotePath) else kept
