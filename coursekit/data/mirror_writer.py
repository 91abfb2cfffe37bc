"""Write a classroom mirror from the cache: the files of `mirror`, and the ``index.json`` that lists them.

A crash at any time leaves a mirror whose index is true: files are written under another name, renamed when they are
whole and checked, and listed last.
"""

from __future__ import annotations

import json
import os
import shutil
import zipfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np

from coursekit.atomic_write import write_whole
from coursekit.data import sets
from coursekit.data.catalogue_entry import CatalogueEntry
from coursekit.data.dataset import Splits
from coursekit.data.errors import DamagedError, DataError
from coursekit.data.fetching import archive, cache
from coursekit.spectra import RamanSpectra

_INDEX = "index.json"
_SPARE_BYTES = 10_000_000
_CHUNK = 1 << 18
# No archive written here unpacks to more than this many times its size.
_EXPANSION = 1000
# The same content gives the same archive, byte for byte, whenever it is packed.
_NO_TIME = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Written:
    """What a mirror now holds, and what was left out.

    Attributes
    ----------
    files : mapping of str to (str, int)
        For each data set that was written the path inside the mirror, and its size in bytes.
    left_out : mapping of str to str
        For each data set that was not, why.
    """

    files: Mapping[str, tuple[str, int]]
    left_out: Mapping[str, str]


def write(mirror: Path, names: Sequence[str] = ()) -> Written:
    """Write data sets of the cache into a mirror. What the mirror holds besides stays.

    Parameters
    ----------
    mirror : Path
        A folder. It is made if it is not there.
    names : sequence of str
        Data sets and weights. Default: all that are in the cache.

    Returns
    -------
    Written

    Raises
    ------
    ValueError
        If there is no data set of one of the names.
    DataError
        If the folder cannot be written or has no room, or if what was written cannot be read back.
    """
    entries = [sets.entry(name) for name in names or sets.NAMES]
    try:
        mirror.mkdir(parents=True, exist_ok=True)
        return _write(mirror, entries)
    except DamagedError as error:
        raise DataError(f"What was written to {mirror} cannot be read back ({error}). Is that disk sound?") from error
    except OSError as error:
        raise DataError(
            f"The mirror {mirror} cannot be written ({error.strerror or error}). What its index.json lists is whole. "
            "Choose a folder that can be written and has room."
        ) from error


def _write(mirror: Path, entries: Sequence[CatalogueEntry]) -> Written:
    listed = _listed(mirror)
    files: dict[str, tuple[str, int]] = {}
    left_out: dict[str, str] = {}
    for entry in entries:
        cached = cache.find(entry.name, thorough=True)
        pack = None if cached is None else _packer(entry, cached.folder)
        if cached is None:
            damaged = cache.folder(entry.name).exists()
            left_out[entry.name] = (
                f"{'damaged' if damaged else 'not'} in the cache; get it with: coursekit data fetch {entry.name}"
            )
        elif pack is None:
            left_out[entry.name] = "in the cache as Keras offers it, which is another file than that of a mirror"
        else:
            path = entry.mirror.files[0].address
            _check_room(mirror, cached.folder)
            with write_whole(mirror / path) as unfinished:
                size, sha256 = _write_checked(unfinished, pack)
                _compare(cached.folder / entry.mirror.files[0].name, sha256, unfinished)
                _list(mirror, listed := _without(listed, path))
            listed = _with(listed, entry, {"path": path, "bytes": size, "sha256": sha256}, cached.folder)
            _list(mirror, listed)
            files[entry.name] = (path, size)
    return Written(files, left_out)


def _packer(entry: CatalogueEntry, folder: Path) -> Callable[[IO[bytes]], None] | None:
    """Return what writes the mirror's file of a data set from its folder in the cache."""
    file = entry.mirror.files[0]
    original = folder / file.name
    if original.exists():
        return lambda target: _copy(original.open("rb"), target)
    pack = entry.pack
    if pack is not None:
        return lambda target: pack(folder, target)
    return None if file.unpacked_size is None else lambda target: _pack_zip(folder, target)


def _copy(source: IO[bytes], target: IO[bytes]) -> None:
    with source:
        shutil.copyfileobj(source, target)


def _pack_zip(folder: Path, target: IO[bytes]) -> None:
    with zipfile.ZipFile(target, "w") as packed:
        for path in cache.files(folder):
            info = zipfile.ZipInfo(path.relative_to(folder).as_posix(), _NO_TIME)
            # Images are compressed as they are.
            info.compress_type = zipfile.ZIP_DEFLATED if path.suffix in {".txt", ".csv"} else zipfile.ZIP_STORED
            packed.writestr(info, path.read_bytes())


def _check_room(mirror: Path, folder: Path) -> None:
    free = shutil.disk_usage(mirror).free
    needed = sum(path.stat().st_size for path in cache.files(folder)) + _SPARE_BYTES
    if free < needed:
        raise DataError(
            f"{mirror} has {free / 1e6:,.0f} MB left, but about {needed / 1e6:,.0f} MB are needed. Make room, or "
            "choose another folder."
        )


def _write_checked(path: Path, pack: Callable[[IO[bytes]], None]) -> tuple[int, str]:
    with path.open("w+b") as file:
        pack(file)
        file.flush()
        os.fsync(file.fileno())
        size = file.tell()
    _read_back(path, size)
    return size, cache.sha256_of(path)


def _read_back(path: Path, size: int) -> None:
    """Compare what is on the disk with the checksums inside: a bad stick shows here, not in class."""
    if not path.name.endswith((".zip", ".tar.xz")):
        return
    with archive.members(path, bytes_limit=size * _EXPANSION) as members:
        for member in members:
            while member.content.read(_CHUNK):
                pass


def _compare(original: Path, sha256: str, copy: Path) -> None:
    if original.exists() and cache.sha256_of(original) != sha256:
        raise DataError(f"{copy} is another file than {original} after it was copied. Is that disk sound?")


def _listed(mirror: Path) -> list[dict[str, Any]]:
    try:
        data_sets = json.loads((mirror / _INDEX).read_bytes())["data_sets"]
        for data_set in data_sets:
            for file in data_set["files"]:
                file["path"], file["bytes"], file["sha256"]
    except FileNotFoundError:
        return []
    except (ValueError, TypeError, KeyError) as error:
        raise DataError(
            f"{mirror / _INDEX} cannot be understood ({type(error).__name__}: {error}). It is left as it is: remove "
            "it, or choose another folder."
        ) from error
    return list(data_sets)


def _without(listed: Sequence[dict[str, Any]], path: str) -> list[dict[str, Any]]:
    """Return the index without a file: while it is replaced, no index lists it."""
    kept = [data_set | {"files": [file for file in data_set["files"] if file["path"] != path]} for data_set in listed]
    return [data_set for data_set in kept if data_set["files"]]


def _with(
    listed: Sequence[dict[str, Any]], entry: CatalogueEntry, file: dict[str, str | int], folder: Path
) -> list[dict[str, Any]]:
    name = str(file["path"]).split("/")[0].split(".")[0]
    others = [data_set for data_set in listed if data_set.get("name") != name]
    beside = [listed_file for data_set in listed if data_set.get("name") == name for listed_file in data_set["files"]]
    return [
        *others,
        {
            "name": name,
            "files": [*beside, file],
            "layout": entry.layout,
            "classes": list(entry.classes),
            "counts": _counts(entry, entry.read(folder)),
            "upstream": {
                "name": entry.title,
                "home": entry.homes[0].name if entry.homes else "",
                "licence": entry.licence,
            },
            "cite": entry.citation,
        },
    ]


def _counts(entry: CatalogueEntry, content: object) -> dict[str, dict[str, int]]:
    if isinstance(content, RamanSpectra):
        labels = {"all": content.labels}
    elif isinstance(content, Splits):
        labels = {split.name: split.labels for split in (content.train, content.validation, content.test) if split}
        if "all" in entry.counts:
            labels = {"all": np.concatenate(list(labels.values()))}
    else:
        return {}
    counted = {name: Counter(array.tolist()) for name, array in labels.items()}
    return {
        name: {title: count[label] for label, title in enumerate(entry.classes)} | {"total": count.total()}
        for name, count in counted.items()
    }


def _list(mirror: Path, listed: Sequence[dict[str, Any]]) -> None:
    total = sum(int(file["bytes"]) for data_set in listed for file in data_set["files"])
    content = json.dumps({"total_bytes": total, "data_sets": list(listed)}, indent=1, ensure_ascii=False)
    with write_whole(mirror / _INDEX) as unfinished:
        unfinished.write_text(content, encoding="utf-8")
