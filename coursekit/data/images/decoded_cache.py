"""Decoded images on disk, in ``COURSEKIT_HOME/cache``: whole or not at all, and never those of other files."""

from __future__ import annotations

import contextlib
import hashlib
import io
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import filelock
import numpy as np
from numpy.typing import NDArray

from coursekit import settings
from coursekit.atomic_write import remove_leftovers, write_whole
from coursekit.data.errors import DataError

# Images decoded and written at once.
_CHUNK = 256
_SPARE_BYTES = 50_000_000


def folder() -> Path:
    """Return where decoded images are kept; it can be removed at any time.

    Returns
    -------
    Path
    """
    return settings.home() / "cache"


def fingerprint(paths: Sequence[Path], *details: object) -> str:
    """Return a name that changes with the files' paths, sizes or times, or with `details`.

    Parameters
    ----------
    paths : sequence of Path
        The files.
    *details : object
        What else the name depends on, such as a size; each is told apart by its ``repr``.

    Returns
    -------
    str
        32 hexadecimal digits.

    Raises
    ------
    FileNotFoundError
        If one of the files is not there.
    """
    digest = hashlib.sha256(repr(details).encode())
    for path in paths:
        status = path.stat()
        digest.update(f"{path}\0{status.st_size}\0{status.st_mtime_ns}\0".encode())
    return digest.hexdigest()[:32]


def on_disk(name: str, shape: tuple[int, ...], decode: Callable[[slice], NDArray[np.uint8]]) -> NDArray[np.uint8]:
    """Return images from the cache; decode and keep them where they are not there yet.

    Parameters
    ----------
    name : str
        Their `fingerprint`.
    shape : tuple of int
        ``(n, height, width, channels)``.
    decode : callable
        Returns the images of a part of ``range(n)``.

    Returns
    -------
    uint8 array (n, height, width, channels)
        Read-only; what is used of it is read from the disk.

    Raises
    ------
    DataError
        If the cache cannot be written or the disk is full.
    """
    path = folder() / f"images-{name}.npy"
    found = _open(path, shape)
    if found is not None:
        return found
    needed = int(np.prod(shape, dtype=np.int64))
    with _writing(), _lock(path):
        found = _open(path, shape)  # perhaps another process wrote it while this one waited
        if found is not None:
            return found
        free = shutil.disk_usage(folder()).free
        if free < needed + _SPARE_BYTES:
            raise DataError(
                f"The decoded images need {needed / 1e6:,.0f} MB, but only {free / 1e6:,.0f} MB are free at "
                f'{folder()}. Make room, set COURSEKIT_HOME to a folder on another disk, or pass cache="memory".'
            )
        with write_whole(path) as unfinished, unfinished.open("wb") as file:
            for chunk in _npy(shape, decode):
                file.write(chunk)
        found = _open(path, shape)
    if found is None:
        raise DataError(f"{path} was written but cannot be read again. Remove the folder {folder()} and try again.")
    return found


def _npy(shape: tuple[int, ...], decode: Callable[[slice], NDArray[np.uint8]]) -> Iterable[bytes | memoryview]:
    # Written part by part, and not through a memory map: on a full disk that would end the process.
    header = io.BytesIO()
    np.lib.format.write_array_header_2_0(header, {"descr": "|u1", "fortran_order": False, "shape": shape})
    yield header.getvalue()
    for start in range(0, shape[0], _CHUNK):
        yield np.ascontiguousarray(decode(slice(start, start + _CHUNK))).data


def _open(path: Path, shape: tuple[int, ...]) -> NDArray[np.uint8] | None:
    try:
        images: NDArray[np.uint8] = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
    return images if images.shape == shape and images.dtype == np.uint8 else None


@contextlib.contextmanager
def _lock(path: Path) -> Iterator[None]:
    path.parent.mkdir(parents=True, exist_ok=True)
    with filelock.FileLock(path.with_name(f".{path.name}.lock")):
        # Who holds the lock is alone: what another process left, it left when it was killed.
        remove_leftovers(path.parent, path.name)
        yield


@contextlib.contextmanager
def _writing() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise DataError(
            f"The cache folder {folder()} cannot be written ({error.strerror or error}). Set COURSEKIT_HOME to a "
            'folder that can be written and has room, or pass cache="memory".'
        ) from error
