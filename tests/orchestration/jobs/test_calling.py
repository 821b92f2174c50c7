"""Calls that fail in another process: whoever waits for one is told, in a way that the job can end by."""

import logging
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import anyio
import pytest

from synthaix.orchestration.config import Config
from synthaix.orchestration.errors import (
    EncryptionKeyWrong,
    InternalFault,
    StorageError,
    StorageFull,
    StorageReadOnly,
    StoreTooNew,
    StoreUnreachable,
    SynthAIxError,
)
from synthaix.orchestration.jobs.fleet import Fleet, Outcome, Place
from synthaix.orchestration.jobs.running import calling
from synthaix.orchestration.jobs.running.feeding import Feed
from synthaix.orchestration.jobs.running.means import Means
from synthaix.orchestration.store.chunks import Chunk

CHUNK = Chunk(table_index=0, idx=0, round=0, start=0, count=10)


class FailingStore:
    """A store that fails once for each of these errors, and then knows of no job."""

    def __init__(self, *errors: Exception) -> None:
        self._errors = list(errors)
        self.jobs = self

    async def wishes(self, job_ids: list[str]) -> dict[str, Any]:
        """What the owners want."""
        if self._errors:
            raise self._errors.pop(0)
        return {}


class OneProcess(Fleet):
    """A fleet of one process, reached without a queue."""

    def __init__(self, folder: Path, *errors: Exception) -> None:
        super().__init__("redis://nowhere", name="feeder", calls=0, most_calls=None, dead_seconds=15)
        store: Any = FailingStore(*errors)
        nothing: Any = SimpleNamespace()
        self._makes = calling.Calling(Means(Config(home=folder), store, lambda: 0.0, nothing, nothing))

    async def call(self, place: Place) -> Outcome:
        """Make it."""
        return await self._makes.make(place)


async def asked(fleet: Fleet) -> None:
    """Have one call made, as a job does."""
    with anyio.fail_after(20):
        await Feed(fleet, "job_1", anyio.CapacityLimiter(1)).call(CHUNK, 0)


@pytest.mark.parametrize("fault", [KeyError("a secret"), InternalFault("a job is gone")])
async def test_a_fault_of_ours_is_told_with_its_trace(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, fault: Exception
) -> None:
    """It ends the job as it does on one machine, instead of being handed out again; the log knows it by the trace."""
    with caplog.at_level(logging.ERROR), pytest.raises(InternalFault, match=r"\(trace \w{16} in its log\)") as told:
        await asked(OneProcess(tmp_path, fault))
    assert "secret" not in told.value.message
    (line,) = caplog.records
    assert line.getMessage().rpartition(" ")[2] in told.value.message
    assert line.exc_info is not None
    assert line.exc_info[1] is fault


@pytest.mark.parametrize("error", [EncryptionKeyWrong, StoreTooNew, StorageReadOnly, StorageError])
async def test_what_no_waiting_cures_is_told(tmp_path: Path, error: type[SynthAIxError]) -> None:
    """An operator has to act, and reads in the job what to do."""
    with pytest.raises(error) as told:
        await asked(OneProcess(tmp_path, error()))
    assert type(told.value) is error
    assert told.value.message == error.sentence


async def test_a_store_that_is_away_or_full_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The call is tried again in its place; here its job is gone by then."""
    monkeypatch.setattr(calling, "AGAIN_SECONDS", 0.0)
    with anyio.fail_after(20):
        outcome = await OneProcess(tmp_path, StoreUnreachable(), StorageFull()).call(Place("job_1", 0, 0, 0))
    assert outcome == Outcome("left")
