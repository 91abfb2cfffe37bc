"""Pretrained weights: from the mirror, else from Keras' storage, else an error that says what to do."""

from __future__ import annotations

import hashlib
import importlib.util
import io
import re
from dataclasses import replace
from pathlib import Path

import h5py
import numpy as np
import pytest

from coursekit.data import DataError, imagenet_classes, loading, sets, weights
from coursekit.data.catalogue_entry import DataSource, RemoteFile
from coursekit.data.sets import imagenet
from coursekit.data.sets.imagenet import PARAMETERS, WEIGHTS


def h5(parameters: int) -> bytes:
    """A file with so many parameters, in two arrays."""
    file = io.BytesIO()
    with h5py.File(file, "w") as opened:
        opened.create_dataset("layer/kernel", data=np.zeros(parameters - 3, np.float16), compression="gzip")
        opened.create_dataset("layer/bias", data=np.zeros(3, np.float16))
    return file.getvalue()


@pytest.fixture
def small(monkeypatch):
    """MobileNetV2 with ten parameters."""
    monkeypatch.setattr(imagenet, "PARAMETERS", dict(PARAMETERS) | {"mobilenet_v2": 10})
    return h5(10)


@pytest.fixture
def set_home(monkeypatch, server):
    """Serve a content as Keras' file of some weights."""

    def serve(name: str, content: bytes) -> None:
        (file,) = WEIGHTS[name].homes[0].files
        server.files[f"/{file.name}"] = content
        checksum = None if file.checksum is None else hashlib.md5(content).hexdigest()
        home = DataSource((RemoteFile(file.name, f"{server.url}/{file.name}", checksum, max(len(content), file.size)),))
        monkeypatch.setitem(WEIGHTS, name, replace(WEIGHTS[name], homes=(home,)))

    return serve


def test_weights_of_a_mirror(small: bytes, write_mirror, home: Path, monkeypatch):
    address = WEIGHTS["mobilenet_v2"].mirror.files[0].address
    mirror = write_mirror({address: small})
    monkeypatch.setenv("COURSEKIT_MIRROR", str(mirror))
    path = weights("mobilenet_v2")
    assert path == home / "data" / "mobilenet_v2" / "mobilenet_v2_1.0_224_no_top.weights.h5"
    assert path.read_bytes() == small
    (mirror / address).unlink()
    assert weights("mobilenet_v2") == path


def test_weights_of_keras_keep_the_name_that_keras_reads_them_by(small: bytes, set_home):
    set_home("mobilenet_v2", small)
    assert weights("mobilenet_v2").name == "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_224_no_top.h5"


def test_weights_with_an_md5(set_home, monkeypatch):
    monkeypatch.setattr(imagenet, "PARAMETERS", {"xception": 12})
    set_home("xception", h5(12))
    assert weights("xception").read_bytes() == h5(12)


def test_damaged_weights_are_fetched_again(small: bytes, set_home):
    set_home("mobilenet_v2", small)
    path = weights("mobilenet_v2")
    path.write_bytes(small[:-1])
    assert weights("mobilenet_v2").read_bytes() == small


@pytest.mark.parametrize(
    ("content", "said"),
    [(h5(11), "11 parameters, but mobilenet_v2 has 10"), (h5(10)[:900], "no weights file"), (b"<html>", "no weights")],
    ids=["other network", "cut", "login page"],
)
def test_file_without_a_published_hash_is_looked_into(small, set_home, home: Path, content: bytes, said: str):
    set_home("mobilenet_v2", content)
    with pytest.raises(DataError, match=said):
        weights("mobilenet_v2")
    assert not (home / "data" / "mobilenet_v2").exists()


def test_wrong_md5(set_home, server):
    set_home("vgg16", h5(12))
    server.files = {path: content + b"x" for path, content in server.files.items()}
    with pytest.raises(DataError, match=r"md5.*coursekit data fetch vgg16"):
        weights("vgg16")


def test_without_any_place_the_message_says_what_to_do(monkeypatch, server, set_home):
    set_home("resnet50", b"")
    server.files.clear()
    with pytest.raises(
        DataError, match=r"resnet50 cannot be had.*404.*COURSEKIT_MIRROR.*coursekit data fetch resnet50"
    ):
        weights("resnet50")


def test_sample_setting_allows_no_weights(monkeypatch, server, set_home):
    monkeypatch.setenv("COURSEKIT_DATA", "sample")
    set_home("resnet50", b"")
    with pytest.raises(DataError, match="COURSEKIT_DATA=sample allows nothing else"):
        weights("resnet50")
    assert server.requests == []


def test_unknown_name_is_answered_with_the_names():
    with pytest.raises(ValueError, match=r"no weights 'vgg17'.*vgg16_top"):
        weights("vgg17")


def test_addresses_and_hashes_are_those_of_keras():
    # Its text: to import it would load TensorFlow.
    folder = Path(importlib.util.find_spec("keras").origin).parent / "src" / "applications"
    files = ("vgg16", "resnet", "inception_v3", "xception", "mobilenet", "mobilenet_v2")
    text = "".join((folder / f"{name}.py").read_text(encoding="utf-8") for name in files)
    joined = re.sub(r'"\s+"', "", text)
    for entry in (entry for entry in WEIGHTS.values() if entry.installed is None):
        (file,) = entry.homes[0].files
        assert file.address.rpartition("/")[0] in joined
        assert file.checksum is None or file.checksum in joined
        if not entry.name.startswith(("resnet50", "mobilenet")):  # these names are put together
            assert file.address in joined


@pytest.mark.real_data
@pytest.mark.parametrize("name", ["mobilenet_v2", "mobilenet"])
def test_weights_of_the_real_mirror(real_mirror: str, home: Path, monkeypatch, name: str):
    monkeypatch.setenv("COURSEKIT_MIRROR", real_mirror)
    loading.fetch(name)
    file = sets.entry(name).mirror.files[0]
    content = (home / "data" / name / file.name).read_bytes()
    assert (len(content), hashlib.sha256(content).hexdigest()) == (file.size, file.checksum)


@pytest.mark.real_data
def test_network_with_the_real_weights_knows_a_cat(real_mirror: str, monkeypatch):
    import keras

    from coursekit.data import load_image

    monkeypatch.setenv("COURSEKIT_MIRROR", real_mirror)
    network = keras.applications.MobileNet(weights=str(weights("mobilenet")))
    prediction = network.predict(load_image("cat", size=(224, 224))[np.newaxis] * 2 - 1, verbose=0)
    assert imagenet_classes()[int(prediction.argmax())] in {"Egyptian cat", "tabby", "tiger cat"}
    backbone = keras.applications.MobileNetV2(
        include_top=False, input_shape=(96, 96, 3), weights=str(weights("mobilenet_v2"))
    )
    assert backbone.count_params() == PARAMETERS["mobilenet_v2"]
