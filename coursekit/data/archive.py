"""Unpack an archive without trusting it: no path leads out, no links, not more files or bytes than expected."""

from __future__ import annotations

import contextlib
import lzma
import shutil
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Generator
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import IO, NamedTuple

from coursekit.data.errors import DamagedError

FILES_LIMIT = 100_000
_CUT = (zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, EOFError, NotImplementedError)


class _Member(NamedTuple):
    path: str
    size: int
    content: IO[bytes]


def unpack(archive: Path, folder: Path, bytes_limit: int, files_limit: int = FILES_LIMIT) -> None:
    """Unpack a zip or tar archive (``.zip``, ``.tar``, ``.tar.gz``, ``.tar.xz``) into a folder.

    Parameters
    ----------
    archive
        The archive.
    folder
        Where its content goes. After an error it may hold a part: the caller throws it away.
    bytes_limit, files_limit
        How much the archive may hold, unpacked.

    Raises
    ------
    DamagedError
        If the archive is cut or damaged, holds too much, a link, a device, or a path that leads out of the folder.
    """
    try:
        with contextlib.closing(_members(archive)) as members:
            total = 0
            for count, member in enumerate(members, start=1):
                total += member.size
                if count > files_limit or total > bytes_limit:
                    raise DamagedError(
                        f"{archive.name} holds more than the expected {files_limit:,} files or {bytes_limit:,} bytes"
                    )
                target = folder / _inside(archive.name, member.path)
                target.parent.mkdir(parents=True, exist_ok=True)
                # A member never holds more bytes than its header says: both libraries stop there.
                with member.content as source, target.open("xb") as copy:
                    shutil.copyfileobj(source, copy)
    except FileExistsError as error:
        raise DamagedError(f"{archive.name} holds two files of the same name") from error
    except _CUT as error:
        raise DamagedError(f"{archive.name} is cut or damaged ({error})") from error


def _inside(archive: str, path: str) -> PurePosixPath:
    inside = PurePosixPath(path)
    if inside.is_absolute() or ".." in inside.parts or "\\" in path or PureWindowsPath(path).drive:
        raise DamagedError(f"{archive} is not safe: the path {path!r} leads out of the folder")
    return inside


def _members(archive: Path) -> Generator[_Member]:
    return _zip_members(archive) if archive.suffix == ".zip" else _tar_members(archive)


def _zip_members(archive: Path) -> Generator[_Member]:
    with zipfile.ZipFile(archive) as opened:
        for info in opened.infolist():
            kind = stat.S_IFMT(info.external_attr >> 16)
            if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
                raise DamagedError(f"{archive.name} is not safe: {info.filename!r} is a link or no plain file")
            if info.flag_bits & 1:
                raise DamagedError(f"{archive.name} cannot be unpacked: {info.filename!r} is encrypted")
            if not info.is_dir():
                yield _Member(info.filename, info.file_size, opened.open(info))


def _tar_members(archive: Path) -> Generator[_Member]:
    with tarfile.open(archive, mode="r:*") as opened:
        for info in opened:
            if info.isdir():
                continue
            if not info.isreg() or (content := opened.extractfile(info)) is None:
                raise DamagedError(f"{archive.name} is not safe: {info.name!r} is a link or no plain file")
            yield _Member(info.name, info.size, content)
