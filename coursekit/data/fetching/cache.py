"""The cache: whole data sets, each in its own folder, with a list of its files and their hashes.

``COURSEKIT_HOME/data/<name>/`` holds the files and ``files.json``. A data set is put together in a temporary folder
beside it and renamed in one step when all is checked; a lock keeps two processes from doing so at once. A crash leaves
a temporary folder, which the next fetch removes, and never a part of a data set.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Literal

import filelock

from coursekit import settings
from coursekit.data.catalogue_entry import CatalogueEntry, DataSource, InstalledFile, KaggleSource
from coursekit.data.errors import DamagedError, DataError, MissingError, UnavailableError
from coursekit.data.fetching import download, installed, kaggle, mirror
from coursekit.data.images.listing import in_order

# How long to wait for another process that fetches the same data set.
LOCK_SECONDS = 900.0
# Left free on the disk besides the data set itself.
_SPARE_BYTES = 50_000_000
_LIST = "files.json"

FileState = Literal["ok", "damaged", "missing"]


@dataclass(frozen=True)
class Cached:
    """A data set in the cache: its folder, and where its files came from in words.

    Attributes
    ----------
    folder : Path
        Where its files are.
    origin : str
        Where they came from, in words.
    """

    folder: Path
    origin: str


@dataclass(frozen=True)
class _CachedFile:
    path: str
    size: int
    sha256: str
    modified: int  # nanoseconds: a file with the same size and time as when it was checked is not read again


def folder(name: str) -> Path:
    """Return where a data set is, or would be, in the cache.

    Parameters
    ----------
    name : str
        Name of the data set.

    Returns
    -------
    Path
    """
    return settings.home() / "data" / name


def find(name: str, thorough: bool = False) -> Cached | None:
    """Return a data set of the cache, or None where it is not there whole.

    Parameters
    ----------
    name : str
        Name of the data set.
    thorough : bool
        Whether the hash of every file is checked; otherwise files whose size and time are as they were count as whole.

    Returns
    -------
    Cached or None
    """
    listed = _listed(name)
    if listed is None:
        return None
    origin, cached_files = listed
    whole = all(_state(folder(name), file, thorough) == "ok" for file in cached_files)
    return Cached(folder(name), origin) if whole else None


def verify(name: str) -> dict[str, FileState]:
    """Check the hash of each file of a data set in the cache again; empty where the data set is not there.

    Parameters
    ----------
    name : str
        Name of the data set.

    Returns
    -------
    dict of str to {"ok", "damaged", "missing"}
        The state of each file, by its path in the folder.
    """
    if not folder(name).is_dir():
        return {}
    listed = _listed(name)
    if listed is None:
        return {_LIST: "damaged" if (folder(name) / _LIST).exists() else "missing"}
    return {file.path: _state(folder(name), file, thorough=True) for file in listed[1]}


def fetch(entry: CatalogueEntry, installed_only: bool = False) -> Cached:
    """Return a data set of the cache, every hash checked; where it is not there, get it from elsewhere.

    The places are an installed package that holds it, the mirror, and its public homes. A damaged data set is replaced,
    and stays as it is when a whole one cannot be had.

    Parameters
    ----------
    entry : CatalogueEntry
        What is known of the data set.
    installed_only : bool
        Whether neither the mirror nor the network may be asked.

    Returns
    -------
    Cached

    Raises
    ------
    UnavailableError
        If no place can give it; the message says for each why.
    DataError
        If something must be mended: a mirror with wrong files, a cache that cannot be written, a full disk.
    """
    with _writing(), _lock(entry.name):
        # Perhaps another process fetched it while this one waited for the lock.
        found = find(entry.name, thorough=True)
        if found is not None:
            return found
        for leftover in _data_folder().glob(f".{entry.name}.*.partial"):
            shutil.rmtree(leftover)
        reasons = [f"the copy in {folder(entry.name)} is damaged"] if folder(entry.name).exists() else []
        places: list[Callable[[CatalogueEntry], Cached]] = []
        if entry.installed is not None:
            places.append(functools.partial(_from_package, entry.installed))
        if not installed_only:
            places += [_from_mirror, *(functools.partial(_from_home, home) for home in entry.homes)]
        for place in places:
            try:
                return place(entry)
            except UnavailableError as error:
                reasons.append(str(error))
        if not entry.homes:
            reasons.append("it has no public home that can be fetched from")
        raise UnavailableError("; ".join(reasons))


def files(place: Path) -> list[Path]:
    """Return the files of a data set in its folder, sorted, without the list of them.

    Parameters
    ----------
    place : Path
        The folder.

    Returns
    -------
    list of Path
    """
    return in_order((path for path in place.rglob("*") if path.is_file() and path != place / _LIST), place)


def remove(name: str) -> bool:
    """Remove a data set from the cache, and say whether it was there.

    Parameters
    ----------
    name : str
        Name of the data set.

    Returns
    -------
    bool

    Raises
    ------
    DataError
        If it cannot be removed.
    """
    with _writing(), _lock(name):
        leftovers = list(_data_folder().glob(f".{name}.*.partial"))
        if folder(name).exists():
            # Renamed first: a data set is never there in part.
            leftovers.append(folder(name).rename(_beside(name, "removed")))
        for leftover in leftovers:
            shutil.rmtree(leftover)
        return bool(leftovers)


def _from_mirror(entry: CatalogueEntry) -> Cached:
    address = settings.mirror()
    if address is None:
        raise UnavailableError("no classroom mirror is set (COURSEKIT_MIRROR)")
    try:
        source = replace(entry.mirror, files=tuple(mirror.locate(address, entry.mirror.files)))
        return _install(entry, source, f"the classroom mirror {address}")
    except (DamagedError, MissingError) as error:
        # Not passed over in silence: someone must mend the mirror, or a whole class works on the sample.
        raise DataError(
            f"The classroom mirror {address} is broken: {error}. Copy that file into the mirror again (or tell whoever "
            "keeps it), or go on without: unset COURSEKIT_MIRROR, or set COURSEKIT_DATA=sample."
        ) from error


def _from_package(file: InstalledFile, entry: CatalogueEntry) -> Cached:
    located = tuple(replace(one, address=str(installed.locate(file.package, one.address))) for one in file.source.files)
    try:
        return _install(entry, replace(file.source, files=located), file.name)
    except DamagedError as error:
        raise UnavailableError(f"{file.name} holds another file, or it was changed: {error}") from error


def _from_home(home: DataSource | KaggleSource, entry: CatalogueEntry) -> Cached:
    try:
        return _install(entry, home, home.name)
    except DamagedError as error:
        # What a login page of a wireless network, or a changed home, sends. Nobody here can mend it.
        raise UnavailableError(str(error)) from error


def _install(entry: CatalogueEntry, source: DataSource | KaggleSource, origin: str) -> Cached:
    name, target = entry.name, folder(entry.name)
    needed = source.size + source.unpacked_size + _SPARE_BYTES
    free = shutil.disk_usage(target.parent).free
    if free < needed:
        raise DataError(
            f"{name} needs {needed / 1e6:,.0f} MB, but only {free / 1e6:,.0f} MB are free at {target.parent}. "
            "Make room, or set COURSEKIT_HOME to a folder on another disk."
        )
    partial, replaced = _beside(name, "new"), _beside(name, "replaced")
    try:
        partial.mkdir()
        _bring(source, partial)
        entry.read(partial)
        _write_list(partial, origin)
        if target.exists():
            target.rename(replaced)
        partial.rename(target)
    finally:
        for leftover in (partial, replaced):
            shutil.rmtree(leftover, ignore_errors=True)
    return Cached(target, origin)


def _bring(source: DataSource | KaggleSource, partial: Path) -> None:
    if isinstance(source, KaggleSource):
        source.copy(kaggle.downloader(source.handle), partial)
    else:
        for file in source.files:
            download.save(file.address, partial / file.name, file.checksum, file.size)
            if file.unpacked_size is not None:
                source.unpack(partial / file.name, partial, file.unpacked_size)
    if source.images is not None:
        found = sum(1 for _ in partial.rglob("*.jpg"))
        if found != source.images:
            raise DamagedError(f"{source.name} holds {found:,} images, but {source.images:,} are expected")


def _beside(name: str, purpose: str) -> Path:
    return _data_folder() / f".{name}.{os.getpid()}.{purpose}.partial"


def _write_list(place: Path, origin: str) -> None:
    listed = []
    for path in files(place):
        status = path.stat()
        relative = path.relative_to(place).as_posix()
        listed.append(_CachedFile(relative, status.st_size, sha256_of(path), status.st_mtime_ns))
    content = {"origin": origin, "files": [asdict(file) for file in listed]}
    (place / _LIST).write_text(json.dumps(content, indent=1), encoding="utf-8")


def _listed(name: str) -> tuple[str, list[_CachedFile]] | None:
    try:
        content = json.loads((folder(name) / _LIST).read_text(encoding="utf-8"))
        return content["origin"], [_CachedFile(**file) for file in content["files"]]
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _state(place: Path, file: _CachedFile, thorough: bool) -> FileState:
    path = place / file.path
    try:
        status = path.stat()
        if status.st_size != file.size:
            return "damaged"
        if status.st_mtime_ns == file.modified and not thorough:
            return "ok"
        return "ok" if sha256_of(path) == file.sha256 else "damaged"
    except FileNotFoundError:
        return "missing"
    except OSError:
        return "damaged"


def sha256_of(path: Path) -> str:
    """Return the sha256 of a file, 64 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _data_folder() -> Path:
    return settings.home() / "data"


@contextlib.contextmanager
def _lock(name: str) -> Iterator[None]:
    _data_folder().mkdir(parents=True, exist_ok=True)
    lock = filelock.FileLock(_data_folder() / f".{name}.lock")
    try:
        lock.acquire(blocking=False)
    except filelock.Timeout:
        print(f"{name}: another process is fetching it; waiting for that to end.")
        try:
            lock.acquire(timeout=LOCK_SECONDS)
        except filelock.Timeout:
            raise DataError(
                f"Another process has been fetching {name} for {LOCK_SECONDS / 60:.0f} minutes. End it (another "
                "notebook, perhaps), or set COURSEKIT_HOME to another folder."
            ) from None
    try:
        yield
    finally:
        lock.release()


@contextlib.contextmanager
def _writing() -> Iterator[None]:
    # What is read from elsewhere raises DataError, so an OSError that comes here is of the cache.
    try:
        yield
    except OSError as error:
        raise DataError(
            f"The cache folder {_data_folder()} cannot be written ({error.strerror or error}). "
            "Set COURSEKIT_HOME to a folder that can be written and has room."
        ) from error
