"""Faults tried for real, with a server, a second process or a small disk: an error with a cure, then it works."""

from __future__ import annotations

import functools
import hashlib
import io
import json
import os
import signal
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from coursekit.data import DataError, load, sets
from coursekit.data.fetching import archive, cache
from coursekit.data.sets.cats_dogs import CATS_DOGS

KILLED = """
import os, shutil, signal
import coursekit as ck

def copy_or_die(*streams, copy=shutil.copyfileobj, copied=[]):
    copy(*streams)
    copied.append(streams)
    if len(copied) == 100:
        os.kill(os.getpid(), signal.SIGKILL)

shutil.copyfileobj = copy_or_die
ck.data.load("cats_dogs")
"""


def kept(home: Path) -> list[str]:
    """What lies in the cache, without the locks."""
    return sorted(path.name for path in (home / "data").iterdir() if path.suffix != ".lock")


def pets_files(extra: int = 0) -> dict[str, bytes]:
    """Cats and dogs as they are in a mirror, with files behind them that nothing reads."""
    file = io.BytesIO()
    Image.fromarray(np.full((9, 9, 3), 99, np.uint8)).save(file, "JPEG")
    files = {
        f"{split}/{animal}s/{animal}.{number}.jpg": file.getvalue()
        for split in ("train", "validation", "test")
        for animal in ("cat", "dog")
        for number in range(4)
    }
    return files | {f"extra/{number}": b"" for number in range(extra)}


def zipped(files: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as packed:
        for path, content in files.items():
            packed.writestr(path, content)
    return target.getvalue()


@pytest.fixture
def pets_mirror(write_mirror, monkeypatch) -> Path:
    folder = write_mirror({"cats_dogs.zip": zipped(pets_files())})
    monkeypatch.setenv("COURSEKIT_MIRROR", str(folder))
    return folder


def list_anew(folder: Path) -> None:
    content = (folder / "cats_dogs.zip").read_bytes()
    file = {"path": "cats_dogs.zip", "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    (folder / "index.json").write_text(json.dumps({"data_sets": [{"name": "cats_dogs", "files": [file]}]}))


def redirect(target: str):
    def answer(handler) -> None:
        handler.send_response(302)
        handler.send_header("Location", target)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return answer


def test_two_addresses_that_point_to_each_other(pets_mirror: Path, server, home: Path, monkeypatch):
    server.files = {f"/{path.name}": path.read_bytes() for path in pets_mirror.iterdir()}
    server.fault("/cats_dogs.zip", redirect("/elsewhere"), times=99)
    server.fault("/elsewhere", redirect("/cats_dogs.zip"), times=99)
    monkeypatch.setenv("COURSEKIT_MIRROR", server.url)
    monkeypatch.setenv("COURSEKIT_DATA", "real")
    with pytest.raises(DataError, match=r"302.*COURSEKIT_MIRROR"):
        load("cats_dogs")
    assert kept(home) == []
    server.faults.clear()
    assert load("cats_dogs").source == "real"


@pytest.mark.parametrize("most", [1_000, pytest.param(100_000, marks=pytest.mark.slow)])
def test_one_file_too_many(pets_mirror: Path, home: Path, monkeypatch, most: int):
    assert archive._FILES_LIMIT == 100_000
    pets = sets.CATALOGUE["cats_dogs"]
    limited = replace(pets.mirror, unpack=functools.partial(archive.unpack, files_limit=most))
    monkeypatch.setitem(sets.CATALOGUE, "cats_dogs", replace(pets, mirror=limited))
    whole = (pets_mirror / "cats_dogs.zip").read_bytes()
    (pets_mirror / "cats_dogs.zip").write_bytes(zipped({str(number): b"" for number in range(most + 1)}))
    list_anew(pets_mirror)
    with pytest.raises(DataError, match=rf"more than the expected {most:,} files.*Copy that file"):
        load("cats_dogs")
    assert kept(home) == []
    (pets_mirror / "cats_dogs.zip").write_bytes(whole)
    list_anew(pets_mirror)
    assert load("cats_dogs").source == "real"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"sha256": "0" * 64}, "is damaged, or another file"),
        ({"bytes": 10}, "more than the expected 10 bytes"),
        ({"path": "../cats_dogs.zip"}, None),
        ({"bytes": "many"}, "cannot be understood"),
    ],
    ids=["hash", "size", "path", "no number"],
)
def test_wrong_index(pets_mirror: Path, home: Path, monkeypatch, changed: dict, said: str | None):
    monkeypatch.setenv("COURSEKIT_DATA", "real")
    whole = (pets_mirror / "index.json").read_text()
    index = json.loads(whole)
    index["data_sets"][0]["files"][0] |= changed
    (pets_mirror / "index.json").write_text(json.dumps(index))
    with pytest.raises(DataError, match=said or "does not list it"):
        load("cats_dogs")
    assert kept(home) == []
    (pets_mirror / "index.json").write_text(whole)
    assert load("cats_dogs").source == "real"


@pytest.fixture
def small_disk(tmp_path: Path, monkeypatch) -> Iterator[Path]:
    """A disk of its own for the cache, with 4 MB."""
    place = tmp_path / "disk"
    place.mkdir()
    options = ["-t", "tmpfs", "-o", "size=4m", "tmpfs", str(place)]
    if not sys.platform.startswith("linux") or subprocess.run(["mount", *options], capture_output=True).returncode:
        pytest.skip("this user cannot mount a small disk")
    monkeypatch.setenv("COURSEKIT_HOME", str(place))
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_small_disk_is_seen_before_anything_is_written(
    small_disk: Path, pets_mirror: Path, tmp_path: Path, monkeypatch
):
    with pytest.raises(DataError, match=r"only 4 MB are free.*COURSEKIT_HOME"):
        load("cats_dogs")
    assert kept(small_disk) == []
    monkeypatch.setenv("COURSEKIT_HOME", str(tmp_path / "home"))
    assert load("cats_dogs").source == "real"


def test_disk_that_is_full_while_unpacking(small_disk: Path, pets_mirror: Path, tmp_path: Path, monkeypatch):
    monkeypatch.setattr("coursekit.data.fetching.cache._SPARE_BYTES", -(10**9))
    (pets_mirror / "cats_dogs.zip").write_bytes(zipped(pets_files() | {"extra": os.urandom(6_000_000)}))
    list_anew(pets_mirror)
    with pytest.raises(DataError, match=r"cannot be written .*[Nn]o space left.*COURSEKIT_HOME"):
        load("cats_dogs")
    assert kept(small_disk) == []
    monkeypatch.setenv("COURSEKIT_HOME", str(tmp_path / "home"))
    assert load("cats_dogs").source == "real"


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no kill signal")
def test_killed_while_unpacking(pets_mirror: Path, home: Path):
    (pets_mirror / "cats_dogs.zip").write_bytes(zipped(pets_files(extra=500)))
    list_anew(pets_mirror)
    killed = subprocess.run([sys.executable, "-c", KILLED], capture_output=True, text=True)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    left = kept(home)
    assert len(left) == 1
    assert left[0].endswith(".partial")
    assert load("cats_dogs").source == "real"
    assert kept(home) == ["cats_dogs"]


def test_remove_then_fetch(pets_mirror: Path, home: Path):
    load("cats_dogs")
    assert cache.remove("cats_dogs")
    assert kept(home) == []
    assert not cache.remove("cats_dogs")
    assert load("cats_dogs").source == "real"


def test_folder_of_another_name_than_a_class(write_mirror, home: Path, monkeypatch):
    files = {path.replace("/dogs/", "/wolves/"): content for path, content in pets_files().items()}
    monkeypatch.setenv("COURSEKIT_MIRROR", str(write_mirror({"cats_dogs.zip": zipped(files)})))
    with pytest.raises(DataError, match=f"dogs is missing.*{', '.join(CATS_DOGS.classes)}"):
        load("cats_dogs")
    assert kept(home) == []
