"""Unpack an archive without trusting it: no path leads out, no links, not more files or bytes than expected."""

from __future__ import annotations

import contextlib
import functools
import lzma
import shutil
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Generator, Iterator
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import IO, NamedTuple

from coursekit.data.errors import DamagedError

_FILES_LIMIT = 100_000
_ZIPS = {".zip", ".whl"}
_CUT = (zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, EOFError, NotImplementedError)


def as_it_is(path: str) -> str:
    """Keep each file where it is: the layout of the archive is that of the cache.

    Parameters
    ----------
    path : str
        Path of a file inside an archive.

    Returns
    -------
    str

    Examples
    --------
    >>> as_it_is("train/cats/cat.0.jpg")
    'train/cats/cat.0.jpg'
    """
    return path


class Member(NamedTuple):
    """A file in an archive: its path (which leads nowhere out), where it is to go, its size, its content to read.

    Attributes
    ----------
    path : str
        Its path in the archive, which leads nowhere out.
    target : str
        The path where it is to go.
    size : int
        Its size in bytes.
    content : binary file
        Its content, open for reading.
    """

    path: str
    target: str
    size: int
    content: IO[bytes]


def unpack(
    archive: Path,
    folder: Path,
    bytes_limit: int,
    files_limit: int = _FILES_LIMIT,
    place: Callable[[str], str | None] = as_it_is,
) -> None:
    """Unpack an archive (``.zip``, ``.whl``, ``.tar``, ``.tar.gz``, ``.tar.xz``) into a folder, and remove it.

    Parameters
    ----------
    archive : Path
        The archive.
    folder : Path
        Where its content goes. After an error it may hold a part: the caller throws it away.
    bytes_limit : int
        How many bytes may come out of the archive.
    files_limit : int
        How many files it may hold.
    place : callable
        For each path in the archive the path in the folder, or None to leave the file out.

    Raises
    ------
    DamagedError
        If the archive is cut or damaged, holds too much, a link, a device, or a path that leads out of the folder.
    """
    with members(archive, bytes_limit, files_limit, place) as found:
        for member in found:
            target = folder / member.target
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                copy = target.open("xb")
            except FileExistsError as error:
                raise DamagedError(f"{archive.name} holds two files of the same name") from error
            with copy:
                shutil.copyfileobj(member.content, copy)
    archive.unlink()


@contextlib.contextmanager
def members(
    archive: Path,
    bytes_limit: int,
    files_limit: int = _FILES_LIMIT,
    place: Callable[[str], str | None] = as_it_is,
) -> Iterator[Iterator[Member]]:
    """Open a zip or tar archive and give its files one by one, checked as by `unpack`, without writing them.

    Parameters
    ----------
    archive : Path
        The archive; it stays.
    bytes_limit : int
        How many bytes may come out of it.
    files_limit : int
        How many files it may hold.
    place : callable
        For each path in the archive the path where it is to go, or None to leave the file out.

    Yields
    ------
    iterator of Member
        The content of each is read before the next one is asked for.

    Raises
    ------
    DamagedError
        As `unpack`; also while the content of a member is read.
    """
    try:
        with contextlib.closing(_members(archive, bytes_limit, files_limit, place)) as found:
            yield found
    except _CUT as error:
        raise DamagedError(f"{archive.name} is cut or damaged ({error})") from error


def _members(
    archive: Path, bytes_limit: int, files_limit: int, place: Callable[[str], str | None]
) -> Generator[Member]:
    total = 0
    # A zip says at once how many files it holds: too many are refused before one is written.
    if archive.suffix in _ZIPS and _zip_count(archive) > files_limit:
        raise _too_much(archive, files_limit, bytes_limit)
    with contextlib.closing(_files(archive)) as files:
        for count, (path, size, open_content) in enumerate(files, start=1):
            target = place(_inside(archive.name, path).as_posix())
            total += 0 if target is None else size
            if count > files_limit or total > bytes_limit:
                raise _too_much(archive, files_limit, bytes_limit)
            if target is not None:
                # A member never holds more bytes than its header says: both libraries stop there.
                with open_content() as content:
                    yield Member(path, target, size, content)


def _too_much(archive: Path, files_limit: int, bytes_limit: int) -> DamagedError:
    return DamagedError(f"{archive.name} holds more than the expected {files_limit:,} files or {bytes_limit:,} bytes")


def _zip_count(archive: Path) -> int:
    with zipfile.ZipFile(archive) as opened:
        return sum(not info.is_dir() for info in opened.infolist())


def _inside(archive: str, path: str) -> PurePosixPath:
    inside = PurePosixPath(path)
    if inside.is_absolute() or ".." in inside.parts or "\\" in path or PureWindowsPath(path).drive:
        raise DamagedError(f"{archive} is not safe: the path {path!r} leads out of the folder")
    return inside


def _files(archive: Path) -> Generator[tuple[str, int, Callable[[], IO[bytes]]]]:
    return _zip_files(archive) if archive.suffix in _ZIPS else _tar_files(archive)


def _zip_files(archive: Path) -> Generator[tuple[str, int, Callable[[], IO[bytes]]]]:
    with zipfile.ZipFile(archive) as opened:
        for info in opened.infolist():
            kind = stat.S_IFMT(info.external_attr >> 16)
            if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
                raise DamagedError(f"{archive.name} is not safe: {info.filename!r} is a link or no plain file")
            if info.flag_bits & 1:
                raise DamagedError(f"{archive.name} cannot be unpacked: {info.filename!r} is encrypted")
            if not info.is_dir():
                yield info.filename, info.file_size, functools.partial(opened.open, info)


def _tar_files(archive: Path) -> Generator[tuple[str, int, Callable[[], IO[bytes]]]]:
    with tarfile.open(archive, mode="r:*") as opened:
        for info in opened:
            if info.isdir():
                continue
            if not info.isreg() or (content := opened.extractfile(info)) is None:
                raise DamagedError(f"{archive.name} is not safe: {info.name!r} is a link or no plain file")
            yield info.name, info.size, functools.partial(_given, content)


def _given(content: IO[bytes]) -> IO[bytes]:
    return content
