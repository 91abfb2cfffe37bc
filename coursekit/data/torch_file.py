"""Read the arrays of a file of PyTorch (its first format, to version 1.5), without PyTorch and without trusting it.

Such a file is a row of pickles, and a pickle is a program. Only the instructions that build numbers, texts and
collections of them are admitted, and of names only the three that make a tensor and the dictionary that holds them;
see "Restricting globals" in the documentation of Python's pickle.
"""

from __future__ import annotations

import io
import math
import pickle
import pickletools
import re
from collections import OrderedDict
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from coursekit.data.errors import DamagedError

# What such a file begins with, and the version of its format.
_MAGIC = 0x1950A86A20F9469CFC6C
_VERSION = 1001
_TYPES = {"FloatStorage": "<f4", "LongStorage": "<i8"}
# Of protocol 2; what is missing makes objects of classes, or names that are put together while reading.
_INSTRUCTIONS = re.compile(
    "PROTO|STOP|MARK|NONE|NEWTRUE|NEWFALSE|BININT[12]?|LONG1|BINUNICODE|TUPLE[123]?|EMPTY_(TUPLE|LIST|DICT)|APPENDS?|"
    "SETITEMS?|(LONG_)?BIN(PUT|GET)|REDUCE|BUILD|BINPERSID"
)
# More than any network of this size needs; a larger number would make the reader reserve memory for it.
_REMEMBERED = 100_000


class _Storage(NamedTuple):
    key: str
    numbers: str
    size: int


class _Tensor(NamedTuple):
    storage: _Storage
    start: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]


class _RestrictedUnpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return _tensor
        if module == "torch" and name in _TYPES:
            return _TYPES[name]
        raise pickle.UnpicklingError(f"it asks for {module}.{name}, which no array needs")

    def persistent_load(self, pid: Any) -> _Storage:
        kind, numbers, key, place, size, view = pid
        if (kind, place, view) != ("storage", "cpu", None) or numbers not in _TYPES.values():
            raise pickle.UnpicklingError(f"it asks for the storage {pid!r}")
        return _Storage(str(key), numbers, int(size))


def _tensor(storage: Any, start: Any, shape: Any, strides: Any, needs_gradient: Any, hooks: Any) -> _Tensor:
    found = _Tensor(storage, int(start), tuple(map(int, shape)), tuple(map(int, strides)))
    if not isinstance(storage, _Storage) or len(found.shape) != len(found.strides):
        raise pickle.UnpicklingError("a tensor has no storage, or another number of strides than of axes")
    last = found.start + sum((size - 1) * step for size, step in zip(found.shape, found.strides, strict=True))
    if min((found.start, *found.strides)) < 0 or min((1, *found.shape)) < 1 or last >= storage.size:
        raise pickle.UnpicklingError("a tensor leads out of its storage")
    if math.prod(found.shape) > storage.size:
        raise pickle.UnpicklingError("a tensor has more numbers than its storage")
    return found


def read_tensors(path: Path) -> dict[str, NDArray[Any]]:
    """Return the arrays of a file that ``torch.save`` of a network's ``state_dict`` has written, by name.

    Parameters
    ----------
    path : Path
        The file, of the format before PyTorch 1.6, which is no zip archive.

    Returns
    -------
    dict of str to array
        float32 or int64, of any shape.

    Raises
    ------
    DamagedError
        If the file is cut, of another format, or asks for anything but arrays.
    OSError
        If it cannot be read.

    Examples
    --------
    >>> import fractions, tempfile
    >>> path = Path(tempfile.mkdtemp(), "own.pth")
    >>> _ = path.write_bytes(pickle.dumps(fractions.Fraction, 2))
    >>> read_tensors(path)
    Traceback (most recent call last):
    ...
    coursekit.data.errors.DamagedError: own.pth cannot be read: it asks for fractions.Fraction, which no array needs
    """
    content = io.BytesIO(path.read_bytes())
    try:
        return _read(content)
    # What is no pickle can raise anything; see the documentation of pickle.UnpicklingError.
    except Exception as error:
        raise DamagedError(f"{path.name} cannot be read: {error or type(error).__name__}") from error


def _read(content: io.BytesIO) -> dict[str, NDArray[Any]]:
    if _load(content) != _MAGIC or _load(content) != _VERSION or _load(content)["little_endian"] is not True:
        raise pickle.UnpicklingError("it is no such file of PyTorch")
    tensors, keys = _load(content), _load(content)
    if not all(isinstance(tensor, _Tensor) for tensor in tensors.values()):
        raise pickle.UnpicklingError("it holds something that is no tensor")
    wanted = {tensor.storage.key: tensor.storage for tensor in tensors.values()}
    if any(tensor.storage != wanted[tensor.storage.key] for tensor in tensors.values()):
        raise pickle.UnpicklingError("two tensors tell different things of their storage")
    if not isinstance(keys, list) or sorted(keys) != sorted(wanted):
        raise pickle.UnpicklingError("its list of storages is not that of its tensors")
    numbers = {key: _numbers(content, wanted[key]) for key in keys}
    if content.read(1):
        raise pickle.UnpicklingError("more follows after the last storage")
    return {str(name): _array(numbers[tensor.storage.key], tensor) for name, tensor in tensors.items()}


def _load(content: io.BytesIO) -> Any:
    """Return what the next pickle holds, after a look at each of its instructions."""
    start = content.tell()
    for instruction, argument, _ in pickletools.genops(content):
        if instruction.name == "GLOBAL":
            # Asked already here, for a message that names what is refused.
            _RestrictedUnpickler(io.BytesIO()).find_class(*str(argument).split(" ", 1))
        elif not _INSTRUCTIONS.fullmatch(instruction.name):
            raise pickle.UnpicklingError(f"it holds the instruction {instruction.name}, which no array needs")
        elif instruction.name == "LONG_BINPUT" and int(argument or 0) > _REMEMBERED:
            raise pickle.UnpicklingError(f"it remembers {argument:,} objects")
    content.seek(start)
    return _RestrictedUnpickler(content).load()


def _numbers(content: io.BytesIO, storage: _Storage) -> NDArray[Any]:
    (size,) = np.frombuffer(content.read(8), "<i8")
    kind = np.dtype(storage.numbers)
    if size != storage.size:
        raise pickle.UnpicklingError(f"the storage {storage.key} has {size} numbers, but {storage.size} are needed")
    raw = content.read(storage.size * kind.itemsize)
    if len(raw) < storage.size * kind.itemsize:
        raise EOFError("it is cut")
    return np.frombuffer(raw, kind)


def _array(numbers: NDArray[Any], tensor: _Tensor) -> NDArray[Any]:
    steps = tuple(numbers.itemsize * step for step in tensor.strides)
    # Where it may point was checked when the tensor was made.
    view = np.lib.stride_tricks.as_strided(numbers[tensor.start :], tensor.shape, steps)
    return view.astype(numbers.dtype.newbyteorder("="), order="C")
