"""A broken mirror is an error that says what to do, and leaves nothing in the cache."""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path

import numpy as np
import pytest

from coursekit.data import DataError, load


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def assert_fails(home: Path, *parts: str) -> None:
    with pytest.raises(DataError) as raised:
        load("mnist")
    for part in (*parts, "COURSEKIT_MIRROR"):
        assert part in str(raised.value)
    assert [path for path in (home / "data").iterdir() if path.name != ".mnist.lock"] == []


@pytest.fixture
def folder(tmp_path: Path, monkeypatch) -> Path:
    monkeypatch.setenv("COURSEKIT_MIRROR", str(tmp_path / "mirror"))
    return tmp_path / "mirror"


def test_wrong_hash_names_file_and_both_hashes(folder: Path, write_mirror, home: Path):
    write_mirror({"mnist.npz": b"other!"}, listed={"mnist.npz": b"wanted"})
    assert_fails(home, str(folder / "mnist.npz"), sha256(b"other!"), sha256(b"wanted"))


def test_cut_file(folder: Path, write_mirror, home: Path, mnist_bytes: bytes):
    write_mirror({"mnist.npz": mnist_bytes[:1000]}, listed={"mnist.npz": mnist_bytes})
    assert_fails(home, str(folder / "mnist.npz"), "1,000 bytes", f"{len(mnist_bytes):,} bytes")


def test_listed_file_that_is_missing(folder: Path, write_mirror, home: Path):
    write_mirror({"other.zip": b"other"}, listed={"mnist.npz": b"wanted"})
    assert_fails(home, "lists mnist.npz", "no such file")


def test_listed_file_that_is_missing_on_the_web(server, home: Path, monkeypatch):
    files = [{"path": "mnist.npz", "bytes": 6, "sha256": sha256(b"wanted")}]
    server.files["/index.json"] = json.dumps({"data_sets": [{"files": files}]}).encode()
    monkeypatch.setenv("COURSEKIT_MIRROR", server.url)
    assert_fails(home, f"{server.url}/mnist.npz", "404")


@pytest.mark.parametrize("index", [b"", b"[]", b'{"data_sets": [{"files": [{"path": "mnist.npz"}]}]}', b"\xff\x00"])
def test_index_that_cannot_be_understood(folder: Path, home: Path, index: bytes):
    folder.mkdir()
    (folder / "index.json").write_bytes(index)
    assert_fails(home, str(folder / "index.json"), "data_sets")


def test_without_index_the_hash_of_the_catalogue_counts(folder: Path, home: Path):
    folder.mkdir()
    (folder / "mnist.npz").write_bytes(b"not the published file")
    assert_fails(home, "06af5dfe73b70e3bc1c36439982b18a8d76803db9b544f6fdf838a37fbb01b64")


def test_address_of_another_kind(monkeypatch):
    monkeypatch.setenv("COURSEKIT_MIRROR", "ftp://example.org/data")
    with pytest.raises(ValueError, match=r"COURSEKIT_MIRROR is 'ftp://.*https://"):
        load("mnist")


def npz(**arrays) -> bytes:
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    return file.getvalue()


def real_shapes(**changed):
    return {
        "x_train": np.zeros((60_000, 28, 28), np.uint8),
        "y_train": np.resize(np.arange(10, dtype=np.uint8), 60_000),
        "x_test": np.zeros((10_000, 28, 28), np.uint8),
        "y_test": np.resize(np.arange(10, dtype=np.uint8), 10_000),
    } | changed


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"no archive at all", "mnist.npz cannot be read"),
        (npz(x_train=np.zeros(3, np.uint8)), "y_train"),
        (npz(x_train=np.array([{}], dtype=object)), "mnist.npz cannot be read"),
        (npz(**real_shapes(x_test=np.zeros((10, 28, 28), np.uint8))), r"x_test is uint8 of shape \(10, 28, 28\)"),
        (npz(**real_shapes(x_test=np.zeros((10_000, 28, 28)))), "x_test is float64"),
        (npz(**real_shapes(y_test=np.full(10_000, 77, np.uint8))), "labels 0 to 9"),
    ],
    ids=["no npz", "array missing", "pickled object", "shape", "type", "labels"],
)
def test_right_hash_but_wrong_content_is_not_kept(folder: Path, write_mirror, home: Path, content: bytes, said: str):
    write_mirror({"mnist.npz": content})
    with pytest.raises(DataError, match=said):
        load("mnist")
    assert not (home / "data" / "mnist").exists()


def test_mirror_that_comes_back_is_used(folder: Path, write_mirror, mnist_bytes: bytes):
    assert load("mnist").source == "sample"
    write_mirror({"mnist.npz": mnist_bytes})
    assert load("mnist").source == "real"
