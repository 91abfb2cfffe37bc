"""Files of PyTorch: read exactly, or refused; nothing that stands in them is ever run."""

from __future__ import annotations

import functools
import os
import pickle
import shutil
import subprocess
from collections import OrderedDict
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit.data.errors import DamagedError
from coursekit.data.torch_file import read_tensors
from tests.data.torch_files import Storage, Tensor, pickled, torch_file

NUMBERS = {"7": np.arange(24, dtype=np.float32), "8": np.array([5], dtype=np.int64)}
FLOATS, LONGS = Storage("7", "FloatStorage", 24), Storage("8", "LongStorage", 1)


def tensors() -> OrderedDict[str, object]:
    """A cube as the axes lie in memory, one turned round, a part of it, and a number."""
    return OrderedDict(
        cube=Tensor(FLOATS, 0, (2, 3, 4), (12, 4, 1)),
        turned=Tensor(FLOATS, 0, (4, 3, 2), (1, 4, 12)),
        part=Tensor(FLOATS, 6, (2, 2), (4, 2)),
        steps=Tensor(LONGS, 0, (), ()),
    )


@functools.cache
def sound() -> bytes:
    return torch_file(tensors(), NUMBERS)


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("torch") / "network.pth"


def read(place: Path, content: bytes) -> dict[str, np.ndarray]:
    place.write_bytes(content)
    return read_tensors(place)


def test_arrays_are_read_as_they_lie_in_memory(place: Path):
    found = read(place, sound())
    cube = np.arange(24, dtype=np.float32).reshape(2, 3, 4)
    assert list(found) == ["cube", "turned", "part", "steps"]
    np.testing.assert_array_equal(found["cube"], cube)
    np.testing.assert_array_equal(found["turned"], cube.transpose(2, 1, 0))
    np.testing.assert_array_equal(found["part"], [[6, 8], [10, 12]])
    assert found["steps"] == 5
    assert found["steps"].dtype == np.int64


class Poison:
    """What runs when an ordinary unpickler reads it."""

    def __init__(self, call, *arguments) -> None:
        self.call, self.arguments = call, arguments

    def __reduce__(self):
        return self.call, self.arguments


@pytest.mark.parametrize(
    ("call", "arguments", "said"),
    [
        (os.system, ("touch poisoned",), "asks for (posix|nt).system"),
        (subprocess.check_output, (["touch", "poisoned"],), "asks for subprocess.check_output"),
        (eval, ("open('poisoned', 'w')",), "asks for builtins.eval"),
        (getattr, (OrderedDict, "__init__"), "asks for builtins.getattr"),
        (np.load, ("poisoned",), "asks for numpy.load"),
        (shutil.rmtree, ("folder",), "asks for shutil.rmtree"),
    ],
)
@pytest.mark.parametrize("where", ["in place of a tensor", "before the file"])
def test_a_poisoned_file_is_refused_and_nothing_runs(
    place: Path, tmp_path: Path, monkeypatch, call, arguments, said: str, where: str
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    poison = Poison(call, *arguments)
    content = torch_file({"a": poison}, NUMBERS) if where == "in place of a tensor" else pickled(poison) + sound()
    with pytest.raises(DamagedError, match=f"network.pth cannot be read: it {said}"):
        read(place, content)
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


@pytest.mark.parametrize("protocol", [3, 4, 5])
def test_names_that_later_protocols_put_together_are_refused(place: Path, protocol: int):
    with pytest.raises(DamagedError, match="which no array needs"):
        read(place, pickle.dumps(Poison(os.getcwd), protocol) + sound())


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (lambda: b"", "pickle exhausted"),
        (lambda: b"PK\x03\x04" + sound(), "cannot be read"),
        (lambda: sound()[:-1], "it is cut"),
        (lambda: sound() + b"x", "more follows"),
        (lambda: pickled(7) + sound(), "no such file of PyTorch"),
        (lambda: torch_file({"a": Tensor(FLOATS, 1, (24,), (1,))}, NUMBERS), "leads out of its storage"),
        (lambda: torch_file({"a": Tensor(FLOATS, -1, (2,), (1,))}, NUMBERS), "leads out of its storage"),
        (lambda: torch_file({"a": Tensor(FLOATS, 0, (10**12,), (0,))}, NUMBERS), "more numbers than its storage"),
        (lambda: torch_file({"a": Tensor(FLOATS, 0, (2, 2), (1,))}, NUMBERS), "another number of strides"),
        (lambda: torch_file({"a": Tensor(FLOATS, 0, (24,), (1,))}, {"7": np.zeros(9, np.float32)}), "24 are needed"),
        (
            lambda: torch_file(
                {"a": Tensor(Storage("7", "FloatStorage", 99), 90, (5,), (1,)), "b": Tensor(FLOATS, 0, (1,), (1,))},
                NUMBERS,
            ),
            "different things of their storage",
        ),
        (lambda: torch_file({"a": Tensor(Storage("7", "HalfStorage", 9), 0, (9,), (1,))}, NUMBERS), "HalfStorage"),
        (
            lambda: torch_file({"a": Tensor(Storage("7", "FloatStorage", 9, "cuda"), 0, (9,), (1,))}, NUMBERS),
            "asks for the storage",
        ),
        (lambda: torch_file(tensors(), NUMBERS, keys=["7"]), "list of storages"),
        (lambda: torch_file({"a": 1}, {}), "something that is no tensor"),
        (lambda: b"\x80\x02Nr\xff\xff\xff\xff." + sound(), "remembers 4,294,967,295 objects"),
    ],
)
def test_other_files_are_refused(place: Path, content, said: str):
    with pytest.raises(DamagedError, match=said):
        read(place, content())


@given(data=st.data())
def test_a_file_that_was_changed_anywhere_is_read_or_refused(place: Path, data):
    content = bytearray(sound())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content) - 1))
        match data.draw(st.sampled_from(["change", "cut out", "put in"])):
            case "change":
                content[at] = data.draw(st.integers(0, 255))
            case "cut out":
                del content[at : at + data.draw(st.integers(1, 40))]
            case "put in":
                content[at:at] = data.draw(st.binary(min_size=1, max_size=40))
    try:
        found = read(place, bytes(content))
    except DamagedError as error:
        assert str(error).startswith("network.pth cannot be read: ")  # noqa: PT017 - both ends are right
    else:
        assert all(array.dtype in (np.float32, np.int64) for array in found.values())


@given(st.binary(max_size=200))
def test_bytes_that_are_no_such_file_are_refused(place: Path, content: bytes):
    with pytest.raises(DamagedError):
        read(place, content)
