"""Synthetic samples as data sets: drawn once, kept in one file each, and drawn again where that file is damaged."""

from __future__ import annotations

import contextlib
import hashlib
import importlib
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from coursekit import settings, synthetic
from coursekit.atomic_write import write_whole
from coursekit.data.dataset import Split, Splits
from coursekit.data.images.listing import in_order

# What a split takes of what is drawn; groups (of which patient an image is) are not drawn for every set.
_FIELDS = ("images", "labels", "masks", "groups")
# The modules that draw.
_DRAWERS = Path(synthetic.__file__).parent
# Few enough to be quick, and many enough that no class is missing.
_LEAST = 30


@dataclass(frozen=True)
class SyntheticSample:
    """The synthetic sample of a data set, with a true mask for each image. Called, it returns the splits.

    It is kept in ``COURSEKIT_HOME/samples/`` and drawn again if that file is missing, damaged, or of an older version
    of the drawing. Where nothing can be written it is drawn each time. In a smoke test (``COURSEKIT_PROFILE=smoke``) a
    twelfth is drawn, at least 30 images of each split.

    Attributes
    ----------
    module : str
        The module of `coursekit.synthetic` that draws it.
    size : int
        Height and width of the images in pixels.
    counts : mapping of str to int
        Images of each split, in the order in which they are drawn: no image is in two splits.
    """

    module: str
    size: int
    counts: Mapping[str, int]

    def __call__(self) -> Splits:
        """Return the splits, uint8 images of shape ``(size, size, 3)`` with bool masks ``(size, size)``."""
        counts = {split: _in_smoke_test(count) for split, count in self.counts.items()}
        total = sum(counts.values())
        path = settings.home() / "samples" / f"{self.module}-{total}-{self._fingerprint()}.npz"
        arrays = _kept(path, total)
        if arrays is None:
            drawer = importlib.import_module(f"coursekit.synthetic.{self.module}")
            drawn = drawer.draw(total, self.size)
            arrays = {field: getattr(drawn, field) for field in _FIELDS if hasattr(drawn, field)}
            _keep(path, arrays)
        splits, start = {}, 0
        for split, count in counts.items():
            part = {field: array[start : start + count] for field, array in arrays.items()}
            splits[split] = Split.from_arrays(split, **part)
            start += count
        return Splits(train=splits["train"], validation=splits.get("validation"), test=splits["test"])

    def _fingerprint(self) -> str:
        # Of all the code that draws, as the modules share much of it: another version of it is another file.
        digest = hashlib.sha256(str(self.size).encode())
        for module in in_order(_DRAWERS.rglob("*.py"), _DRAWERS):
            digest.update(module.read_bytes())
        return digest.hexdigest()[:16]


def _in_smoke_test(count: int) -> int:
    # Even: the two eyes of a patient stay in one split.
    return min(count, max(_LEAST, 2 * (count // 24))) if settings.profile() == "smoke" else count


def _kept(path: Path, total: int) -> dict[str, NDArray[Any]] | None:
    try:
        # Every array in the file has a checksum, which is compared as it is read.
        with np.load(path, allow_pickle=False) as file:
            arrays = {field: file[field] for field in _FIELDS if field in file}
    except (OSError, ValueError, EOFError, zipfile.BadZipFile, zlib.error):
        return None
    whole = all(len(array) == total for array in arrays.values())
    return arrays if whole and {"images", "labels", "masks"} <= set(arrays) else None


def _keep(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    # A full disk or a folder that cannot be written: the sample is in memory all the same.
    with contextlib.suppress(OSError):
        for outdated in path.parent.glob(f"{path.stem.rpartition('-')[0]}-*.npz"):
            outdated.unlink()
        with write_whole(path) as unfinished:
            np.savez(unfinished, **arrays)  # type: ignore[arg-type]  # its stub takes arrays for the flag allow_pickle
