"""Places of files: folders, and addresses that fsspec has a driver for."""

import uuid
from pathlib import Path
from typing import Any

import pytest
from fsspec.implementations.memory import MemoryFileSystem

from synthaix.orchestration.errors import ArgumentInvalid, StorageError
from synthaix.orchestration.results.places import RemotePath, copy_file, place_of, size_of


@pytest.fixture
def folder() -> RemotePath:
    """A folder at an address, which nobody else uses."""
    place = place_of(f"memory://{uuid.uuid4().hex}")
    assert isinstance(place, RemotePath)
    return place


def names(folder: RemotePath) -> list[str]:
    """What is in a folder."""
    return sorted(path.rpartition("/")[2] for path in MemoryFileSystem().find(str(folder)))


def test_an_address_of_this_machine_is_a_path() -> None:
    """So is what is no address."""
    assert place_of("file:///data/a%20b.csv") == Path("/data/a b.csv")
    assert place_of("out/a.csv") == Path("out/a.csv")


def test_an_address_has_the_ways_of_a_path() -> None:
    """Names beside it and in it; a last slash goes."""
    place = place_of("S3://bucket/folder/rows.csv")
    assert str(place) == "s3://bucket/folder/rows.csv"
    assert (place.name, place.stem, place.suffix) == ("rows.csv", "rows", ".csv")
    assert str(place.with_name("other.csv")) == "s3://bucket/folder/other.csv"
    assert str(place_of("s3://bucket/folder/") / "rows.csv") == "s3://bucket/folder/rows.csv"


def test_a_file_goes_there_and_back(folder: RemotePath, tmp_path: Path) -> None:
    """Whole, in parts, and nothing is left beside it; an older one is replaced."""
    source, target = tmp_path / "source", folder / "in" / "rows.csv"
    for content in (b"old", b"0123456789"):
        source.write_bytes(content)
        copy_file(source, target)
    assert names(folder) == ["rows.csv"]
    assert size_of(target) == 10
    assert b"".join(target.parts(3, 7)) == b"3456"
    copy_file(target, tmp_path / "new" / "rows.csv")
    assert (tmp_path / "new" / "rows.csv").read_bytes() == b"0123456789"
    copy_file(target, folder / "copy.csv")
    assert names(folder) == ["copy.csv", "rows.csv"]
    folder.remove()
    folder.remove()
    assert size_of(target) is None


def test_a_broken_upload_leaves_nothing(
    folder: RemotePath, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither a part of the file nor its temporary name; the driver's words, which may hold keys, are not told."""
    source = tmp_path / "source"
    source.write_bytes(b"0123456789")
    put = MemoryFileSystem.put_file

    def cut(self: Any, local: str, path: str, **more: Any) -> None:
        put(self, local, path, **more)
        raise ConnectionResetError("secret=c4n4ry")

    monkeypatch.setattr(MemoryFileSystem, "put_file", cut)
    with pytest.raises(StorageError, match="ConnectionResetError") as caught:
        copy_file(source, folder / "rows.csv")
    assert "c4n4ry" not in caught.value.message
    assert names(folder) == []


def test_a_folder_is_tried_without_a_trace(folder: RemotePath) -> None:
    """No file stays."""
    folder.check_folder()
    assert names(folder) == []


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("sftp://host/rows.csv", "paramiko"),
        ("nothing://host/rows.csv", "No driver"),
        ("ftp://ana:c4n4ry@host/rows.csv", "password"),
    ],
)
def test_an_address_that_cannot_be_used_says_what_is_missing(address: str, said: str) -> None:
    """The package to install, by name; a password never comes back."""
    with pytest.raises(ArgumentInvalid, match=said) as caught:
        size_of(place_of(address))
    assert "c4n4ry" not in str(caught.value.fields())
