"""A mirror that is written from the cache gives the same data to the next cache."""

from __future__ import annotations

import argparse
import io
import json
import shutil
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from coursekit.commands import data
from coursekit.data import DataError, load, mirror_writer
from coursekit.data.fetching import cache
from coursekit.data.sets import cifar10


def pets() -> dict[str, bytes]:
    files = {}
    for split in ("train", "validation", "test"):
        for number, animal in enumerate(("cat", "dog")):
            for one in range(3 + number):
                file = io.BytesIO()
                Image.new("RGB", (9, 8), (one * 60, number * 200, len(split))).save(file, "JPEG")
                files[f"{split}/{animal}s/{animal}.{one}.jpg"] = file.getvalue()
    return files


@pytest.fixture(scope="module")
def filled(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("filled") / "home"


@pytest.fixture
def cached(write_mirror, monkeypatch, mnist_bytes: bytes, home: Path, filled: Path) -> None:
    """MNIST and the pets are in the cache; the mirror that they came from is gone."""
    if filled.exists():
        shutil.copytree(filled, home)
        return
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        for path, content in pets().items():
            packed.writestr(path, content)
    folder = write_mirror({"mnist.npz": mnist_bytes, "cats_dogs.zip": file.getvalue()})
    monkeypatch.setenv("COURSEKIT_MIRROR", str(folder))
    load("mnist")
    load("cats_dogs")
    shutil.rmtree(folder)
    monkeypatch.delenv("COURSEKIT_MIRROR")
    shutil.copytree(home, filled)


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    return tmp_path / "stick" / "data"


def names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_what_was_written_can_be_loaded(cached, stick: Path, tmp_path: Path, monkeypatch, capsys):
    written = mirror_writer.write(stick)
    assert set(written.files) == {"mnist", "cats_dogs"}
    assert "coursekit data fetch scenes" in written.left_out["scenes"]
    assert names(stick) == ["cats_dogs.zip", "index.json", "mnist.npz"]

    before = load("cats_dogs").train.arrays(size=8)[0]
    monkeypatch.setenv("COURSEKIT_HOME", str(tmp_path / "another home"))
    monkeypatch.setenv("COURSEKIT_MIRROR", str(stick))
    monkeypatch.setenv("COURSEKIT_DATA", "real")
    np.testing.assert_array_equal(load("cats_dogs").train.arrays(size=8)[0], before)
    assert len(load("mnist").train) == 60_000


def test_index_lists_what_is_there(cached, stick: Path):
    mirror_writer.write(stick)
    index = json.loads((stick / "index.json").read_text())
    sets = {data_set["name"]: data_set for data_set in index["data_sets"]}
    assert sets["cats_dogs"]["counts"]["train"] == {"cats": 3, "dogs": 4, "total": 7}
    assert sets["mnist"]["files"][0]["bytes"] == (stick / "mnist.npz").stat().st_size
    assert index["total_bytes"] == sum((stick / name).stat().st_size for name in ("mnist.npz", "cats_dogs.zip"))


def test_same_cache_gives_the_same_bytes(cached, stick: Path, tmp_path: Path):
    for folder in (stick, tmp_path / "other"):
        mirror_writer.write(folder)
    for name in names(stick):
        assert (stick / name).read_bytes() == (tmp_path / "other" / name).read_bytes()


def test_second_time_keeps_what_is_already_there(cached, stick: Path):
    mirror_writer.write(stick, ["mnist"])
    (stick / "notes.txt").write_text("mine")
    mirror_writer.write(stick, ["cats_dogs"])
    mirror_writer.write(stick, ["cats_dogs"])
    index = json.loads((stick / "index.json").read_text())
    assert [data_set["name"] for data_set in index["data_sets"]] == ["mnist", "cats_dogs"]
    assert (stick / "notes.txt").read_text() == "mine"


def test_damaged_copy_is_left_out(cached, stick: Path):
    path = cache.folder("mnist") / "mnist.npz"
    path.write_bytes(b"x" * path.stat().st_size)
    written = mirror_writer.write(stick)
    assert written.left_out["mnist"].startswith("damaged in the cache")
    assert names(stick) == ["cats_dogs.zip", "index.json"]


def test_index_of_someone_else_is_left_as_it_is(cached, stick: Path):
    stick.mkdir(parents=True)
    (stick / "index.json").write_text('{"pages": []}')
    with pytest.raises(DataError, match="cannot be understood"):
        mirror_writer.write(stick)
    assert (stick / "index.json").read_text() == '{"pages": []}'
    assert names(stick) == ["index.json"]


def test_an_index_with_a_byte_order_mark_is_read(cached, stick: Path, tmp_path: Path, monkeypatch):
    mirror_writer.write(stick, ["mnist"])
    index = stick / "index.json"
    index.write_text(index.read_text(encoding="utf-8"), encoding="utf-8-sig")
    mirror_writer.write(stick, ["cats_dogs"])
    assert {data_set["name"] for data_set in json.loads(index.read_bytes())["data_sets"]} == {"mnist", "cats_dogs"}
    index.write_text(index.read_text(encoding="utf-8"), encoding="utf-8-sig")
    monkeypatch.setenv("COURSEKIT_HOME", str(tmp_path / "other"))
    monkeypatch.setenv("COURSEKIT_MIRROR", str(stick))
    assert load("cats_dogs").source == "real"


def test_interruption_leaves_no_part(cached, stick: Path, monkeypatch):
    mirror_writer.write(stick, ["mnist"])
    before = (stick / "index.json").read_bytes()

    def interrupt(*values: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(zipfile.ZipFile, "writestr", interrupt)
    with pytest.raises(KeyboardInterrupt):
        mirror_writer.write(stick)
    assert names(stick) == ["index.json", "mnist.npz"]
    assert json.loads((stick / "index.json").read_bytes()) == json.loads(before)


def test_disk_without_room(cached, stick: Path, monkeypatch):
    usage = shutil.disk_usage(Path.home())
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage._replace(free=1000))
    with pytest.raises(DataError, match="Make room"):
        mirror_writer.write(stick)
    assert names(stick) == []


def test_file_in_place_of_the_folder(cached, stick: Path):
    stick.parent.mkdir()
    stick.write_text("in the way")
    with pytest.raises(DataError, match="cannot be written"):
        mirror_writer.write(stick)


def test_cifar10_of_its_home_is_written_without_loss(stick: Path, home: Path, tmp_path: Path, monkeypatch):
    monkeypatch.setattr(cifar10, "_BATCH", 10)
    monkeypatch.setattr(cifar10, "COUNTS", {"train": 50, "test": 10})
    folder = home / "data" / "cifar10"
    folder.mkdir(parents=True)
    rng = np.random.default_rng(0)
    for name, count in cifar10.COUNTS.items():
        np.save(folder / f"{name}_images.npy", rng.integers(0, 256, (count, 32, 32, 3), dtype=np.uint8))
        np.save(folder / f"{name}_labels.npy", np.arange(count, dtype=np.uint8) % 10)
    cache._write_list(folder, "its home")
    before = np.array(load("cifar10").train.images)
    assert set(mirror_writer.write(stick).files) == {"cifar10"}
    monkeypatch.setenv("COURSEKIT_HOME", str(tmp_path / "another home"))
    monkeypatch.setenv("COURSEKIT_MIRROR", str(stick))
    np.testing.assert_array_equal(load("cifar10").train.images, before)


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    data.add_arguments(parser)
    return data.run(parser.parse_args(words))


def test_command_says_what_it_wrote_and_what_it_left_out(cached, stick: Path, capsys):
    assert run("mirror", str(stick)) == 0
    said = capsys.readouterr().out
    assert f"mnist: written to {stick / 'mnist.npz'}" in said
    assert "scenes: left out: not in the cache" in said
    assert f"COURSEKIT_MIRROR={stick}" in said


def test_command_fails_where_a_named_set_is_left_out(cached, stick: Path):
    assert run("mirror", str(stick), "scenes") == 1


def test_command_removes(cached, capsys):
    assert run("remove", "mnist") == 0
    assert run("remove", "mnist") == 0
    assert capsys.readouterr().out.splitlines() == ["mnist: removed from the cache", "mnist: not in the cache"]
    assert cache.find("mnist") is None
    assert cache.find("cats_dogs") is not None
