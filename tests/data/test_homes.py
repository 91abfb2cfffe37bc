"""The public homes: a small archive of each true layout, served by a web server (or a stand-in for kagglehub)."""

from __future__ import annotations

import csv
import hashlib
import io
import sys
import tarfile
import types
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from coursekit.data import DataError, load
from coursekit.data.fetching import cache
from coursekit.data.sets import CATS_DOGS, CIFAR10, FLOWERS, MNIST, RAMAN_MICE, RETINA, RETINA_BALANCED, SCENES, cifar10


def image(number: int = 0) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (12, 10), (number % 256, 90, 10)).save(file, "JPEG")
    return file.getvalue()


def zipped(files: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        for path, content in files.items():
            packed.writestr(path, content)
    return file.getvalue()


def tarred(files: dict[str, bytes], mode: str = "w:gz") -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode=mode) as packed:
        for path, content in files.items():
            info = tarfile.TarInfo(path)
            info.size = len(content)
            packed.addfile(info, io.BytesIO(content))
    return file.getvalue()


@pytest.fixture
def serve(server):
    """Serve a content under the name that it has at a home, and give that home with its address and its hash."""

    def serve_content(home, content: bytes, **changed):
        (file,) = home.files
        path = "/" + file.address.rpartition("/")[2]
        server.files[path] = content
        checksum = None if file.checksum is None else hashlib.sha256(content).hexdigest()
        file = replace(file, address=server.url + path, checksum=checksum, size=max(file.size, len(content)))
        return replace(home, files=(file,), **changed)

    return serve_content


@pytest.fixture
def small_cifar10(monkeypatch):
    """CIFAR-10 with 10 records a batch in place of 10,000."""
    monkeypatch.setattr(cifar10, "_BATCH", 10)
    monkeypatch.setattr(cifar10, "COUNTS", {"train": 50, "test": 10})


def cifar10_batches(seed: int = 0) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    names = [*(f"data_batch_{number}" for number in range(1, 6)), "test_batch"]
    batches = {}
    for name in names:
        records = rng.integers(0, 256, (10, 3073), dtype=np.uint8)
        records[:, 0] = rng.permutation(10)
        batches[name] = records
    return batches


def cifar10_archive(batches: dict[str, np.ndarray]) -> bytes:
    files = {f"cifar-10-batches-bin/{name}.bin": records.tobytes() for name, records in batches.items()}
    return tarred({"cifar-10-batches-bin/batches.meta.txt": b"airplane\n", **files})


def test_cifar10_binary_version(serve, set_homes, small_cifar10):
    batches = cifar10_batches()
    set_homes("cifar10", serve(CIFAR10.homes[0], cifar10_archive(batches)))
    dataset = load("cifar10")
    assert dataset.source == "real"
    assert (len(dataset.train), len(dataset.test)) == (50, 10)
    record = batches["data_batch_2"][3]
    assert dataset.train.labels[13] == record[0]
    red, green, blue = record[1:].reshape(3, 32, 32)
    np.testing.assert_array_equal(dataset.train.images[13], np.stack([red, green, blue], axis=-1))
    np.testing.assert_array_equal(dataset.test.labels, batches["test_batch"][:, 0])


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda batches: batches.pop("data_batch_3"), "10 of 50 to train are missing"),
        (lambda batches: batches.update(test_batch=batches["test_batch"][:9]), "test_batch.bin has 27,657 bytes"),
    ],
)
def test_cifar10_with_a_part_missing(serve, set_homes, small_cifar10, home: Path, monkeypatch, spoil, said: str):
    batches = cifar10_batches()
    spoil(batches)
    monkeypatch.setenv("COURSEKIT_DATA", "real")
    set_homes("cifar10", serve(CIFAR10.homes[0], cifar10_archive(batches)))
    with pytest.raises(DataError, match=said):
        load("cifar10")
    assert not (home / "data" / "cifar10").exists()


def google_pets(each: int = 8) -> dict[str, bytes]:
    folder = "cats_and_dogs_filtered"
    files = {f"{folder}/vectorize.py": b"print()"}
    for animal in ("cat", "dog"):
        for number in range(each):
            files[f"{folder}/train/{animal}s/{animal}.{number}.jpg"] = image(number)
        for number in range(2000 + 250 - each, 2000 + 250 + each):
            files[f"{folder}/validation/{animal}s/{animal}.{number}.jpg"] = image(number)
    return files


def microsoft_pets() -> dict[str, bytes]:
    files = {"readme[1].txt": b"PetImages", "MSR-LA - 3467.docx": b"", "PetImages/Cat/Thumbs.db": b""}
    for animal in ("Cat", "Dog"):
        for number in (0, 1, 666, 999, 1000, 1499, 1500, 1999, 2000, 12499):
            empty = animal == "Cat" and number == 666
            files[f"PetImages/{animal}/{number}.jpg"] = b"" if empty else image(number)
    return files


def test_cats_and_dogs_of_google(serve, set_homes):
    set_homes("cats_dogs", serve(CATS_DOGS.homes[0], zipped(google_pets()), images=48))
    dataset = load("cats_dogs")
    assert dataset.source == "real"
    assert np.bincount(dataset.train.labels).tolist() == [8, 8]
    assert np.bincount(dataset.validation.labels).tolist() == [8, 8]
    assert np.bincount(dataset.test.labels).tolist() == [8, 8]
    assert dataset.test.paths[-1].name == "dog.2257.jpg"


def test_cats_and_dogs_of_microsoft(serve, set_homes, capsys):
    set_homes("cats_dogs", serve(CATS_DOGS.homes[1], zipped(microsoft_pets())))
    dataset = load("cats_dogs")
    assert dataset.source == "real"
    assert [path.name for path in dataset.train.paths] == [
        *("cat.0.jpg", "cat.1.jpg", "cat.999.jpg"),
        *("dog.0.jpg", "dog.1.jpg", "dog.666.jpg", "dog.999.jpg"),
    ]
    assert np.bincount(dataset.validation.labels).tolist() == [2, 2]
    assert np.bincount(dataset.test.labels).tolist() == [2, 2]
    assert "cannot be decoded" not in capsys.readouterr().out


def test_second_home_where_the_first_has_another_number_of_images(serve, set_homes):
    google = serve(CATS_DOGS.homes[0], zipped(google_pets()))
    microsoft = serve(CATS_DOGS.homes[1], zipped(microsoft_pets()))
    set_homes("cats_dogs", google, microsoft)
    dataset = load("cats_dogs")
    assert dataset.origin == microsoft.name


def test_both_homes_are_named_where_neither_can_give(serve, set_homes, server, monkeypatch):
    google, microsoft = (serve(home, b"") for home in CATS_DOGS.homes)
    server.files.clear()
    set_homes("cats_dogs", google, microsoft)
    monkeypatch.setenv("COURSEKIT_DATA", "real")
    with pytest.raises(DataError, match=r"cats_and_dogs_filtered\.zip.*404.*kagglecatsanddogs_5340\.zip.*404"):
        load("cats_dogs")


def test_flower_photos_of_tensorflow(serve, set_homes):
    files = {"flower_photos/LICENSE.txt": b"CC BY 2.0"}
    for name in FLOWERS.classes:
        files |= {f"flower_photos/{name}/{number}_a.jpg": image(number) for number in range(10)}
        files[f"flower_photos/{name}/._0_a.jpg"] = b"left by macOS"
    set_homes("flowers", serve(FLOWERS.homes[0], tarred(files)))
    dataset = load("flowers")
    assert dataset.source == "real"
    assert [np.bincount(split.labels).tolist() for split in (dataset.train, dataset.validation, dataset.test)] == [
        [8] * 5,
        [1] * 5,
        [1] * 5,
    ]
    assert (cache.folder("flowers") / "LICENSE.txt").read_bytes() == b"CC BY 2.0"


def test_raman_table_of_the_authors(serve, set_homes):
    labels = [
        name for name, count in {"Normal": 397, "Hp": 97, "Adenom": 196, "Karzinom": 63}.items() for _ in range(count)
    ]
    text = io.StringIO()
    # As R's write.csv: quoted texts, and the number of the row in a first column without a name.
    writer = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
    writer.writerow(["", "Name", *map(str, range(400, 1792, 2)), "Annotation", "Tissue"])
    for number, label in enumerate(labels):
        writer.writerow([str(number + 1), f"M{number % 9}_C2_I_001", *["1.5"] * 696, label, "biopsy"])
    set_homes("raman_mice", serve(RAMAN_MICE.homes[0], text.getvalue().encode()))
    dataset = load("raman_mice")
    assert dataset.source == "real"
    assert np.bincount(dataset.table.labels).tolist() == [397, 97, 196, 63]
    assert "753 spectra of 9 mice" in dataset.describe()


@pytest.fixture
def kaggle_folder(tmp_path: Path, monkeypatch) -> Path:
    """What a stand-in for kagglehub gives."""
    folder = tmp_path / "kagglehub"
    folder.mkdir()

    def dataset_download(handle: str, path: str | None = None) -> str:
        assert handle in {home.handle for entry in (SCENES, RETINA) for home in entry.homes}
        found = folder if path is None else folder / path
        if not found.exists():
            raise RuntimeError("404 Client Error")
        return str(found)

    module = types.SimpleNamespace(dataset_download=dataset_download)
    monkeypatch.setitem(sys.modules, "kagglehub", module)
    return folder


def write(folder: Path, files: dict[str, bytes]) -> None:
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)


def scenes_files() -> dict[str, bytes]:
    files = {"seg_pred/seg_pred/5.jpg": image()}
    for number, name in enumerate(SCENES.classes):
        files |= {f"seg_train/seg_train/{name}/{number}{one}.jpg": image(one) for one in range(3)}
        files[f"seg_test/seg_test/{name}/2000{number}.jpg"] = image(number)
    return files


def test_scenes_of_kaggle(kaggle_folder: Path, set_homes):
    write(kaggle_folder, scenes_files())
    set_homes("scenes", replace(SCENES.homes[0], images=24))
    dataset = load("scenes")
    assert dataset.source == "real"
    assert np.bincount(dataset.train.labels).tolist() == [3] * 6
    assert np.bincount(dataset.test.labels).tolist() == [1] * 6
    assert "https://www.kaggle.com/datasets/puneet6060/intel-image-classification" in dataset.describe()


def test_scenes_of_kaggle_with_a_class_short_of_images(kaggle_folder: Path, set_homes, home: Path, monkeypatch):
    write(kaggle_folder, scenes_files())
    set_homes("scenes", SCENES.homes[0])
    monkeypatch.setenv("COURSEKIT_DATA", "real")
    with pytest.raises(DataError, match="24 images, but 17,034 are expected"):
        load("scenes")
    assert not (home / "data" / "scenes").exists()


def test_eyes_of_kaggle(kaggle_folder: Path, set_homes):
    grades = [0] * 300 + [1, 2, 3, 4] * 20 + [0] * 5
    rows = [f"{number // 2}_{('left', 'right')[number % 2]},{grade}" for number, grade in enumerate(grades)]
    names = [row.partition(",")[0] for row in rows]
    write(kaggle_folder, {"trainLabels.csv": "\n".join(["image,level", *rows]).encode()})
    write(kaggle_folder, {f"resized_train/resized_train/{name}.jpeg": image() for name in names})
    set_homes("retina", RETINA.homes[0])
    dataset = load("retina")
    splits = (dataset.train, dataset.validation, dataset.test)
    assert dataset.source == "real"
    assert sum(np.bincount(split.labels, minlength=5) for split in splits).tolist() == [250, 20, 20, 20, 20]
    patients = [set(split.groups.tolist()) for split in splits]
    assert not any(first & second for first, second in zip(patients, patients[1:] + patients[:1], strict=True))


def test_kaggle_that_refuses(kaggle_folder: Path, set_homes, monkeypatch):
    set_homes("retina", RETINA.homes[0])
    monkeypatch.setenv("COURSEKIT_DATA", "real")
    with pytest.raises(DataError, match=r"Kaggle does not give tanlikesmath/.*404 Client Error.*kagglehub\.login"):
        load("retina")


def test_without_kagglehub_the_message_says_how_to_install_it(set_homes, monkeypatch):
    monkeypatch.setitem(sys.modules, "kagglehub", None)
    set_homes("scenes", SCENES.homes[0])
    monkeypatch.setenv("COURSEKIT_DATA", "real")
    with pytest.raises(DataError, match=r"pip install 'coursekit\[online\]'"):
        load("scenes")


def test_no_home_is_said(monkeypatch):
    monkeypatch.setenv("COURSEKIT_DATA", "real")
    with pytest.raises(DataError, match="no public home"):
        load("retina_balanced")


def test_every_checksum_of_the_catalogue_is_a_hash():
    # Not those of CATALOGUE, whose homes the fixture takes away.
    for entry in (MNIST, CIFAR10, CATS_DOGS, FLOWERS, SCENES, RETINA, RETINA_BALANCED, RAMAN_MICE):
        for source in (entry.mirror, *entry.homes):
            for file in getattr(source, "files", ()):
                assert file.checksum is None or len(bytes.fromhex(file.checksum)) == 32
                assert source is entry.mirror or file.address.startswith("https://")
