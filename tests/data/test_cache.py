"""The cache holds a data set whole or not at all, whatever happens."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
import zipfile
from dataclasses import replace
from pathlib import Path

import filelock
import pytest

from coursekit.data import DataError, load, sets
from coursekit.data.catalogue_entry import DataSource, RemoteFile
from coursekit.data.errors import DamagedError, UnavailableError
from coursekit.data.fetching import cache

TOY_FILES = {"train/cats/1.txt": b"cat", "train/dogs/2.txt": b"dog"}
LOAD = "import coursekit as ck; print(ck.data.load('mnist').source)"


def content(folder: Path) -> dict[str, bytes]:
    found = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    return {path: value for path, value in found.items() if path != "files.json"}


def kept(home: Path) -> list[str]:
    """What lies in the cache, without the locks."""
    return sorted(path.name for path in (home / "data").iterdir() if path.suffix != ".lock")


@pytest.fixture
def toy(tmp_path: Path, write_mirror, monkeypatch):
    """A data set that is one archive, in a mirror."""
    with zipfile.ZipFile(tmp_path / "source.zip", "w") as packed:
        for path, text in TOY_FILES.items():
            packed.writestr(path, text)
    archive = (tmp_path / "source.zip").read_bytes()
    monkeypatch.setenv("COURSEKIT_MIRROR", str(write_mirror({"toy.zip": archive})))
    file = RemoteFile("toy.zip", "toy.zip", hashlib.sha256(archive).hexdigest(), len(archive), unpacked_size=1_000)
    return replace(sets.MNIST, name="toy", mirror=DataSource((file,)), homes=(), read=lambda folder: None)


def test_archive_is_unpacked_and_found_again(toy):
    assert cache.find("toy") is None
    cached = cache.fetch(toy)
    assert content(cached.folder) == TOY_FILES
    assert cache.find("toy") == cached


def test_second_fetch_brings_nothing(toy, tmp_path: Path):
    cached = cache.fetch(toy)
    shutil.rmtree(tmp_path / "mirror")
    assert cache.fetch(toy) == cached


@pytest.mark.parametrize("damage", [lambda path: path.unlink(), lambda path: path.write_bytes(b"cut"[:2])])
def test_damage_is_seen_without_reading_everything(toy, damage):
    damage(cache.fetch(toy).folder / "train/cats/1.txt")
    assert cache.find("toy") is None


def spoil_in_secret(path: Path) -> None:
    """Change the content, but neither size nor time."""
    before = path.stat()
    path.write_bytes(bytes(len(path.read_bytes())))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def test_verify_reads_everything(toy):
    spoil_in_secret(cache.fetch(toy).folder / "train/cats/1.txt")
    assert cache.verify("toy") == {"train/cats/1.txt": "damaged", "train/dogs/2.txt": "ok"}


def test_fetch_mends_what_verify_finds(toy):
    cached = cache.fetch(toy)
    spoil_in_secret(cached.folder / "train/cats/1.txt")
    cache.fetch(toy)
    assert content(cached.folder) == TOY_FILES


def test_touched_file_is_still_good(toy):
    cached = cache.fetch(toy)
    os.utime(cached.folder / "train/cats/1.txt", (0, 0))
    assert cache.find("toy") == cached


@pytest.mark.parametrize("text", ["", "[]", '{"origin": "x", "files": [{}]}'])
def test_spoilt_list_counts_as_damage_and_is_mended(toy, text: str):
    cached = cache.fetch(toy)
    (cached.folder / "files.json").write_text(text)
    assert cache.find("toy") is None
    assert cache.verify("toy") == {"files.json": "damaged"}
    assert cache.fetch(toy) == cached


def test_damaged_copy_stays_where_no_better_one_can_be_had(toy, monkeypatch):
    cached = cache.fetch(toy)
    (cached.folder / "train/cats/1.txt").unlink()
    monkeypatch.delenv("COURSEKIT_MIRROR")
    with pytest.raises(UnavailableError, match="is damaged; no classroom mirror is set"):
        cache.fetch(toy)
    assert content(cached.folder) == {"train/dogs/2.txt": b"dog"}


def test_content_that_the_reader_refuses_is_not_kept(toy, home: Path):
    def refuse(folder: Path) -> None:
        raise DamagedError("no cats inside")

    with pytest.raises(DataError, match="no cats inside"):
        cache.fetch(replace(toy, read=refuse))
    assert kept(home) == []


def test_interrupted_fetch_leaves_nothing(toy, home: Path):
    def interrupt(folder: Path) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cache.fetch(replace(toy, read=interrupt))
    assert kept(home) == []
    assert content(cache.fetch(toy).folder) == TOY_FILES


def test_full_disk_is_seen_before_anything_is_written(toy, home: Path, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(10**9, 10**9 - 1000, 1000))
    with pytest.raises(DataError, match=r"only 0 MB are free.*COURSEKIT_HOME"):
        cache.fetch(toy)
    assert kept(home) == []


@pytest.mark.parametrize("place", ["home", "home/data"])
def test_file_in_place_of_the_cache_folder(toy, tmp_path: Path, place: str):
    (tmp_path / place).parent.mkdir(exist_ok=True)
    (tmp_path / place).write_text("in the way")
    with pytest.raises(DataError, match=r"cannot be written.*COURSEKIT_HOME"):
        cache.fetch(toy)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="permissions do not bind root")
def test_read_only_cache(toy, home: Path):
    (home / "data").mkdir(parents=True)
    (home / "data").chmod(0o500)
    with pytest.raises(DataError, match=r"cannot be written.*COURSEKIT_HOME"):
        cache.fetch(toy)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full device")
def test_disk_that_fills_up_on_the_way(toy, home: Path, monkeypatch):
    copy = Path.open
    monkeypatch.setattr(
        Path,
        "open",
        lambda path, mode="r": copy(Path("/dev/full") if path.name == "toy.zip" and "w" in mode else path, mode),
    )
    with pytest.raises(DataError, match=r"cannot be written.*No space left.*COURSEKIT_HOME"):
        cache.fetch(toy)
    assert kept(home) == []


def test_lock_that_is_never_freed(toy, home: Path, monkeypatch, capsys):
    monkeypatch.setattr(cache, "LOCK_SECONDS", 0.1)
    (home / "data").mkdir(parents=True)
    with filelock.FileLock(home / "data" / ".toy.lock"), pytest.raises(DataError, match="Another process"):
        cache.fetch(toy)
    assert "another process is fetching it" in capsys.readouterr().out


@pytest.mark.slow
def test_two_processes_at_once_fetch_once(mirror: Path, mnist_bytes: bytes, server, monkeypatch):
    server.files = {f"/{path.name}": path.read_bytes() for path in mirror.iterdir()}
    asked, told = threading.Event(), threading.Event()

    def answer_when_told(handler) -> None:
        asked.set()
        told.wait(60)
        handler.answer(mnist_bytes)

    server.fault("/mnist.npz", answer_when_told)
    monkeypatch.setenv("COURSEKIT_MIRROR", server.url)

    def begin() -> subprocess.Popen[str]:
        return subprocess.Popen([sys.executable, "-u", "-c", LOAD], stdout=subprocess.PIPE, text=True)

    with begin() as first:
        assert asked.wait(60)
        with begin() as second:
            assert "another process is fetching it" in second.stdout.readline()
            told.set()
            said = [process.communicate(timeout=60)[0] for process in (first, second)]
    assert [text.splitlines()[-1] for text in said] == ["real", "real"]
    assert server.requests.count("/mnist.npz") == 1


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no kill signal")
def test_killed_process_leaves_nothing_that_counts(mirror: Path, server, home: Path, monkeypatch):
    server.files = {f"/{path.name}": path.read_bytes() for path in mirror.iterdir()}
    server.drip("/mnist.npz", bytes_a_time=20_000, pause=0.2)
    monkeypatch.setenv("COURSEKIT_MIRROR", server.url)
    process = subprocess.Popen([sys.executable, "-c", LOAD])
    deadline = time.monotonic() + 120
    while not list(home.glob("data/.mnist.*.partial/mnist.npz")) and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert [name for name in kept(home) if not name.endswith(".partial")] == []
    assert kept(home) != []
    assert load("mnist").source == "real"
    assert kept(home) == ["mnist"]
