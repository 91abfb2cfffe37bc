"""CIFAR-10: 60,000 images decoded once into two NumPy arrays, which are then mapped into memory, not read."""

from __future__ import annotations

import io
import re
import tarfile
from collections.abc import Iterator
from pathlib import Path
from types import MappingProxyType
from typing import IO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from coursekit.data.catalogue_entry import CatalogueEntry, DataSource, RemoteFile
from coursekit.data.dataset import Split, Splits
from coursekit.data.errors import DamagedError
from coursekit.data.fetching import archive
from coursekit.data.sets.synthetic_sample import SyntheticSample

CLASSES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
COUNTS = MappingProxyType({"train": 50_000, "test": 10_000})
# Of the archive as it is in a mirror. It is small and stays in the cache, so that another mirror can be written.
_MIRRORED = "cifar10.tar.xz"

_SIDE = 32
_BATCH = 10_000
_RECORD = 1 + 3 * _SIDE * _SIDE


class _Decoded:
    """The images and labels of one split while they are filled in, in any order."""

    def __init__(self, folder: Path, name: str, count: int) -> None:
        # Written to the disk as they come: 150 MB need not be held in memory.
        self.images = np.lib.format.open_memmap(
            folder / f"{name}_images.npy", mode="w+", dtype=np.uint8, shape=(count, _SIDE, _SIDE, 3)
        )
        self.labels = np.full(count, len(CLASSES), dtype=np.uint8)
        # The single images of a mirror are sorted by class. Mixed, the first ones show what the data are like.
        # Not with seed 0: the first epoch that is shuffled with it would sort them again.
        self.mixed = np.random.default_rng(count).permutation(count)

    def close(self, path: Path) -> None:
        self.images.flush()
        np.save(path, self.labels)


def unpack(path: Path, folder: Path, bytes_limit: int) -> None:
    """Decode the archive of a mirror (JPEG files) or of the authors (binary version) into four ``.npy`` files.

    Parameters
    ----------
    path : Path
        A tar archive with ``train|test/<class>/<number>.jpg``, or with ``cifar-10-batches-bin/*.bin``.
    folder : Path
        Where ``train_images.npy``, ``train_labels.npy`` and the same of ``test`` are written.
    bytes_limit : int
        How much the archive may hold.

    Raises
    ------
    DamagedError
        If the archive is damaged or unsafe, or holds other images than CIFAR-10's.
    """
    splits = {name: _Decoded(folder, name, count) for name, count in COUNTS.items()}
    with archive.members(path, bytes_limit) as members:
        for member in members:
            if jpeg := re.fullmatch(r"(train|test)/(\w+)/(\d{4})\.jpg", member.path):
                _add_jpeg(splits[jpeg[1]], jpeg[2], int(jpeg[3]), member)
            elif batch := re.fullmatch(r"cifar-10-batches-bin/(?:data_batch_([1-5])|test_batch)\.bin", member.path):
                start = 0 if batch[1] is None else (int(batch[1]) - 1) * _BATCH
                _add_batch(splits["test" if batch[1] is None else "train"], start, member)
    for name, split in splits.items():
        missing = np.count_nonzero(split.labels == len(CLASSES))
        if missing:
            raise DamagedError(
                f"{path.name} holds no CIFAR-10: {missing:,} of {len(split.labels):,} to {name} are missing"
            )
        split.close(folder / f"{name}_labels.npy")
    if path.name != _MIRRORED:
        path.unlink()


def _add_jpeg(split: _Decoded, label: str, number: int, member: archive.Member) -> None:
    each = len(split.labels) // len(CLASSES)
    if label not in CLASSES or number >= each:
        raise DamagedError(f"{member.path} is no image of CIFAR-10")
    try:
        with Image.open(io.BytesIO(member.content.read())) as image:
            # The size stands in the header: nothing large is ever decoded.
            if image.size != (_SIDE, _SIDE) or image.mode != "RGB":
                raise DamagedError(f"{member.path} is {image.mode} of {image.size}, but RGB of 32x32 is needed")
            pixels = np.asarray(image)
    except (UnidentifiedImageError, OSError) as error:
        raise DamagedError(f"{member.path} cannot be decoded ({error})") from error
    position = split.mixed[CLASSES.index(label) * each + number]
    split.images[position] = pixels
    split.labels[position] = CLASSES.index(label)


def _add_batch(split: _Decoded, start: int, member: archive.Member) -> None:
    if member.size != _BATCH * _RECORD:
        raise DamagedError(f"{member.path} has {member.size:,} bytes, but 10,000 records of 3,073 bytes are needed")
    records = np.frombuffer(member.content.read(), dtype=np.uint8).reshape(_BATCH, _RECORD)
    split.labels[start : start + _BATCH] = records[:, 0]
    # Red, green and blue planes one after the other; here the three of a pixel stand together.
    planes = records[:, 1:].reshape(_BATCH, 3, _SIDE, _SIDE)
    split.images[start : start + _BATCH] = planes.transpose(0, 2, 3, 1)


def read(folder: Path) -> Splits:
    """Map the arrays of the cache into memory: images of shape ``(32, 32, 3)``, read from the disk as they are used.

    Parameters
    ----------
    folder : Path
        The folder of the cache, with the four files that `unpack` writes.

    Returns
    -------
    Splits
        50,000 images to train and 10,000 to test.

    Raises
    ------
    DamagedError
        If an array is missing, cut, or not CIFAR-10's.
    """
    return Splits(train=_split(folder, "train"), validation=None, test=_split(folder, "test"))


def pack(folder: Path, target: IO[bytes]) -> None:
    """Write the archive of a mirror, in the layout of the authors' binary version: nothing is lost.

    Parameters
    ----------
    folder : Path
        Where `unpack` wrote the arrays.
    target : binary file
        The open file of the archive.

    Raises
    ------
    DamagedError
        As `read`.
    """
    # A higher preset takes minutes and saves a few per cent.
    with tarfile.open(fileobj=target, mode="w:xz", preset=0) as packed:
        for name, content in _batches(read(folder)):
            info = tarfile.TarInfo(name)
            info.size = len(content)
            packed.addfile(info, io.BytesIO(content))


def _batches(splits: Splits) -> Iterator[tuple[str, bytes]]:
    """Give the name and the content of each file of the authors' binary version."""
    for split in (splits.train, splits.test):
        assert split.images is not None  # as `read` makes them
        for number, start in enumerate(range(0, len(split), _BATCH), start=1):
            part = slice(start, start + _BATCH)
            planes = split.images[part].transpose(0, 3, 1, 2).reshape(_BATCH, -1)
            records = np.concatenate([split.labels[part, np.newaxis].astype(np.uint8), planes], axis=1)
            title = "test_batch" if split.name == "test" else f"data_batch_{number}"
            yield f"cifar-10-batches-bin/{title}.bin", records.tobytes()


def _split(folder: Path, name: str) -> Split:
    count = COUNTS[name]
    images = _array(folder / f"{name}_images.npy", (count, _SIDE, _SIDE, 3))
    labels = _array(folder / f"{name}_labels.npy", (count,))
    if not np.array_equal(np.unique(labels), np.arange(len(CLASSES))):
        raise DamagedError(f"{name}_labels.npy does not hold the labels 0 to 9")
    return Split.from_arrays(name, images, labels.astype(np.int64))


def _array(path: Path, shape: tuple[int, ...]) -> NDArray[np.uint8]:
    try:
        array: NDArray[np.uint8] = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise DamagedError(f"{path.name} cannot be read ({error})") from error
    if array.shape != shape or array.dtype != np.uint8:
        raise DamagedError(f"{path.name} is {array.dtype} of shape {array.shape}, but uint8 of shape {shape} is needed")
    return array


CIFAR10 = CatalogueEntry(
    name="cifar10",
    title="CIFAR-10 small photographs",
    classes=CLASSES,
    counts=COUNTS,
    licence="no formal licence; free for research and teaching, the authors ask to be cited",
    citation="A. Krizhevsky: Learning Multiple Layers of Features from Tiny Images, University of Toronto, 2009",
    layout="tar archive: train|test/<class>/<number>.jpg, or cifar-10-batches-bin/*.bin as the authors offer it",
    mirror=DataSource(
        (
            RemoteFile(
                name="cifar10.tar.xz",
                address="cifar10.tar.xz",
                checksum="3ecf5b9e02cfb00b4b2acfc720140192181d6159ee1907015ed7c42ba34a1f15",
                size=18_560_464,
                unpacked_size=200_000_000,
            ),
        ),
        unpack=unpack,
    ),
    # The binary version, for the version for Python is a pickle. Address, size and hash as in TensorFlow Datasets
    # 4.9.10 (url_checksums/cifar10.txt); the authors' page gives the MD5 c32a1d4ab5d03f1284b67883e8d87530.
    homes=(
        DataSource(
            (
                RemoteFile(
                    name="cifar-10-binary.tar.gz",
                    address="https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz",
                    checksum="c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
                    size=170_052_171,
                    unpacked_size=200_000_000,
                ),
            ),
            unpack=unpack,
        ),
    ),
    read=read,
    sample="3,000 synthetic images of the ten classes: 2,400 to train, 300 to validate, 300 to test",
    make_sample=SyntheticSample("objects", 32, {"train": 2_400, "validation": 300, "test": 300}),
    pack=pack,
)
