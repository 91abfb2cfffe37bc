"""Drawn samples as data sets: drawn once, kept in one file each, and drawn again where that file is damaged."""

from __future__ import annotations

import contextlib
import hashlib
import importlib
import os
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from coursekit import settings
from coursekit.data.dataset import Split, Splits


@dataclass(frozen=True)
class Recipe:
    """What is drawn for a sample.

    Attributes
    ----------
    module
        The module of `coursekit.data.samples` that draws it.
    size
        Height and width of the pictures.
    counts
        Pictures of each split, in the order in which they are drawn: no picture is in two splits.
    """

    module: str
    size: int
    counts: Mapping[str, int]


RECIPES: Mapping[str, Recipe] = MappingProxyType(
    {
        "cifar10": Recipe("objects", 32, MappingProxyType({"train": 2_400, "validation": 300, "test": 300})),
        "cats_dogs": Recipe("pets", 128, MappingProxyType({"train": 800, "validation": 200, "test": 200})),
        "flowers": Recipe("flowers", 128, MappingProxyType({"train": 960, "validation": 120, "test": 120})),
        "scenes": Recipe("scenes", 128, MappingProxyType({"train": 960, "test": 240})),
        "retina": Recipe("fundus", 128, MappingProxyType({"train": 420, "validation": 90, "test": 90})),
    }
)


# What a split takes of what is drawn; groups (of which patient a picture is) are not drawn for every set.
_FIELDS = ("pictures", "labels", "masks", "groups")
# The modules that draw.
_DRAWERS = Path(__file__).parent / "samples"


def sample(name: str) -> Splits:
    """Return the drawn sample of a data set, with a true mask for each picture.

    It is kept in ``COURSEKIT_HOME/samples/`` and drawn again if that file is missing, damaged, or of an older version
    of the drawing. Where nothing can be written it is drawn each time.

    Parameters
    ----------
    name
        A key of `RECIPES`.

    Raises
    ------
    KeyError
        If nothing is drawn for that name.
    """
    recipe = RECIPES[name]
    path = settings.home() / "samples" / f"{recipe.module}-{_fingerprint(recipe)}.npz"
    arrays = _kept(path, recipe)
    if arrays is None:
        drawer = importlib.import_module(f"coursekit.data.samples.{recipe.module}")
        drawn = drawer.draw(sum(recipe.counts.values()), recipe.size)
        arrays = {field: getattr(drawn, field) for field in _FIELDS if hasattr(drawn, field)}
        _keep(path, arrays)
    splits, start = {}, 0
    for split, count in recipe.counts.items():
        part = {field: array[start : start + count] for field, array in arrays.items()}
        splits[split] = Split.from_arrays(split, **part)
        start += count
    return Splits(train=splits["train"], validation=splits.get("validation"), test=splits["test"])


def _fingerprint(recipe: Recipe) -> str:
    # Of all the code that draws, as the modules share much of it: another version of it is another file.
    digest = hashlib.sha256(f"{recipe.size} {sum(recipe.counts.values())}".encode())
    for module in sorted(_DRAWERS.glob("*.py")):
        digest.update(module.read_bytes())
    return digest.hexdigest()[:16]


def _kept(path: Path, recipe: Recipe) -> dict[str, NDArray[Any]] | None:
    try:
        # Every array in the file has a checksum, which is compared as it is read.
        with np.load(path, allow_pickle=False) as file:
            arrays = {field: file[field] for field in _FIELDS if field in file}
    except (OSError, ValueError, EOFError, zipfile.BadZipFile, zlib.error):
        return None
    whole = all(len(array) == sum(recipe.counts.values()) for array in arrays.values())
    return arrays if whole and {"pictures", "labels", "masks"} <= set(arrays) else None


def _keep(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    partial = path.with_name(f".{path.stem}.{os.getpid()}.npz")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        for outdated in path.parent.glob(f"{path.name.split('-')[0]}-*.npz"):
            outdated.unlink()
        np.savez(partial, **arrays)  # type: ignore[arg-type]  # its stub takes arrays for the flag allow_pickle
        partial.replace(path)
    except OSError:
        # A full disk or a folder that cannot be written: the sample is in memory all the same.
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)
