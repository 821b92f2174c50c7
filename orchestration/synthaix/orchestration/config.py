"""What the engine needs to know: one frozen dataclass, filled by whoever builds the engine."""

import base64
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from pydantic import SecretStr

from synthaix.orchestration.watching import Watch

Provider = Literal["openai", "gemini", "offline"]
KEY_BYTES = 32  # of a key that seals the store
_STANDARD = str.maketrans("-_", "+/")  # base64 has two alphabets; Fernet's keys are in the other


@dataclass(frozen=True, slots=True)
class Config:
    """The engine's settings; the environment is read elsewhere.

    Attributes:
        home: the data folder: store, vectors, exports.
        exports: folder or fsspec address of the files of jobs; a folder in `home` when None.
        database_url: of a PostgreSQL database, `postgresql://...`; a SQLite file in `home` when None.
        chroma_url: of a Chroma server for text vectors, `http://host:port`; a directory for each job when None.
        encryption_key: seals what is stored of users' and models' words; several, comma-separated: the first seals.
        redis_url: of the Redis server through which processes share calls; None: this process makes its own.
        fleet_calls: calls that this process makes at once for all jobs of the fleet; 0: none, it only hands them out.
        max_calls: made at once by the whole fleet; None: as many as its processes have room for.
        provider: whose model writes text; `offline` writes none.
        model: the model's name as the provider knows it.
        base_url: of the OpenAI-compatible endpoint; the provider's own when None.
        embedder: `use` (sentence encoder, in the wheel), `hash` (n-grams, no weights), `openai:<model>` (the embeddings
            of the provider's endpoint, paid) or `chroma:<name>` (an embedding function registered with chromadb).
        max_workers: calls in flight over all open chunks of one job.
        max_rows: most rows of one table of one job.
        max_cost_usd: cap of a job that names none; None: no cap.
        preview_cost_usd: what may be spent before the human's yes.
        day_cost_usd: what one owner may spend in a day, in UTC, over all jobs and previews; None: no limit.
        max_jobs: unfinished jobs that one owner may have; None: no limit.
        max_stored_rows: rows that all jobs of one owner may hold; None: no limit.
        diverse: whether texts are made to differ: by who speaks and how, and by "not like these".
        hedge: whether the slowest calls are sent a second time, which is paid twice.
        lag: calls between a text and those that are told to differ from it; twice the calls that may be in flight in
            all, so that nobody waits for it.
        prices: JSON file of the operator's own prices.
        keep_days: jobs that nothing was done for in so many days are deleted; None: never.
        resume: whether an interrupted job that spends goes on by itself (`auto`) or waits (`ask`).
        sampler_process_rows: sampled jobs of at least so many rows get a process of their own.
        lease_seconds: a job's lease lapses so long after its last heartbeat.
        call_seconds: idle limit of one model call.
        drain_seconds: what calls in flight may take when their job is paused or stops.
        batch_poll_seconds: between looks at a batch.
        watch: is told what the engine does.
    """

    home: Path
    exports: str | None = None
    database_url: SecretStr | None = field(default=None, repr=False)
    chroma_url: str | None = None
    encryption_key: SecretStr | None = field(default=None, repr=False)
    redis_url: SecretStr | None = field(default=None, repr=False)
    fleet_calls: int = 20
    max_calls: int | None = None
    provider: Provider = "offline"
    model: str | None = None
    base_url: str | None = None
    api_key: SecretStr | None = field(default=None, repr=False)
    embedder: str = "use"
    max_workers: int = 20
    max_rows: int = 10_000_000
    max_cost_usd: float | None = 5.0
    preview_cost_usd: float = 0.05
    day_cost_usd: float | None = None
    max_jobs: int | None = None
    max_stored_rows: int | None = None
    diverse: bool = True
    hedge: bool = False
    lag: int = 200
    prices: Path | None = None
    keep_days: float | None = None
    resume: Literal["auto", "ask"] = "ask"
    sampler_process_rows: int = 200_000
    lease_seconds: float = 15.0
    call_seconds: float = 30.0
    drain_seconds: float = 20.0
    batch_poll_seconds: float = 30.0
    watch: Watch = field(default_factory=Watch, repr=False, compare=False)


def keys_of(setting: str) -> tuple[bytes, ...]:
    """The keys of a setting: base64, one or more, comma-separated. Raises ValueError, which does not show them."""
    try:
        keys = tuple(base64.b64decode(part.strip().translate(_STANDARD), validate=True) for part in setting.split(","))
    except ValueError:  # of which binascii.Error is one
        keys = ()
    if not keys or any(len(key) != KEY_BYTES for key in keys):
        raise ValueError("each key is 32 random bytes in base64, as `openssl rand -base64 32` prints them")
    return keys
