"""Small files of PyTorch's first format, written without PyTorch: modules of its names stand in while they are made."""

from __future__ import annotations

import io
import pickle
import sys
import types
from collections import OrderedDict

import numpy as np
import pytest

MAGIC, VERSION = 0x1950A86A20F9469CFC6C, 1001
ABOUT = {"protocol_version": VERSION, "little_endian": True, "type_sizes": {"short": 2, "int": 4, "long": 4}}


class Storage:
    """What a pickle says of numbers that follow after it: its persistent id."""

    def __init__(self, key: str, numbers: str, size: int, place: str = "cpu") -> None:
        self.id = ("storage", numbers, key, place, size, None)


class Tensor:
    """A view of a storage, which a pickle rebuilds by a name of PyTorch."""

    def __init__(self, storage: Storage, start: int, shape: tuple[int, ...], strides: tuple[int, ...]) -> None:
        self.arguments = (storage, start, shape, strides, False, OrderedDict())

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return sys.modules["torch._utils"]._rebuild_tensor_v2, self.arguments


class Pickler(pickle.Pickler):
    """Gives storages as ids, as PyTorch does."""

    def persistent_id(self, obj: object) -> object:
        """Return the id of a storage, with its type as the class that PyTorch has for it."""
        if not isinstance(obj, Storage):
            return None
        kind, numbers, *others = obj.id
        return (kind, getattr(sys.modules["torch"], str(numbers)), *others)


def pickled(value: object) -> bytes:
    """Return a pickle of protocol 2, in which what comes from PyTorch has PyTorch's names."""

    def _rebuild_tensor_v2() -> None: ...

    torch, utils = types.ModuleType("torch"), types.ModuleType("torch._utils")
    _rebuild_tensor_v2.__module__, _rebuild_tensor_v2.__qualname__ = "torch._utils", "_rebuild_tensor_v2"
    utils._rebuild_tensor_v2 = _rebuild_tensor_v2
    for name in ("FloatStorage", "LongStorage", "HalfStorage"):
        setattr(torch, name, type(name, (), {"__module__": "torch"}))
    file = io.BytesIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "torch", torch)
        patch.setitem(sys.modules, "torch._utils", utils)
        Pickler(file, 2, fix_imports=False).dump(value)
    return file.getvalue()


def torch_file(tensors: object, numbers: dict[str, np.ndarray], keys: list[str] | None = None) -> bytes:
    """Return a file of these tensors, with the numbers of each storage."""
    parts = [pickled(part) for part in (MAGIC, VERSION, ABOUT, tensors, list(numbers) if keys is None else keys)]
    for array in numbers.values():
        parts += [np.int64(array.size).tobytes(), array.tobytes()]
    return b"".join(parts)
