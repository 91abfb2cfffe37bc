"""Data sets that are folders of image files, one folder a class, with or without a folder a split."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from coursekit.data.dataset import Split, Splits
from coursekit.data.errors import DamagedError
from coursekit.data.images.decoding import SUFFIXES
from coursekit.data.splitting import stratified_parts

SPLITS = ("train", "validation", "test")


def split_folders(folder: Path, classes: Sequence[str], splits: Sequence[str] = SPLITS) -> Splits:
    """Read ``folder/<split>/<class>/*``.

    Hidden files and files that are no images are passed over. The images of a split stand in the order of
    `classes`, sorted by name within a class, on any machine.

    Parameters
    ----------
    folder : Path
        The folder of the data set.
    classes : sequence of str
        Names of the class folders. A label is a position in this list.
    splits : sequence of str
        Names of the split folders that are there: ``"train"`` and ``"test"``, and ``"validation"`` if there is one.

    Returns
    -------
    Splits

    Raises
    ------
    ValueError
        If `splits` lacks train or test, or names another split.
    DamagedError
        If a class folder is missing or holds no image.
    """
    if not {"train", "test"} <= set(splits) <= set(SPLITS):
        raise ValueError(f"splits are {tuple(splits)}, but they must be train, test, and validation if there is one.")
    made = {}
    for name in splits:
        paths, labels = _images(folder / name, classes)
        made[name] = Split.from_files(name, paths, labels)
    return Splits(train=made["train"], validation=made.get("validation"), test=made["test"])


def class_folders(
    folder: Path,
    classes: Sequence[str],
    fractions: tuple[float, float, float] = (0.8, 0.1, 0.1),
    seed: int = 3,
    group_of: Callable[[Path], str] | None = None,
) -> Splits:
    """Read ``folder/<class>/*`` and split it at random, each class in the same proportions.

    Parameters
    ----------
    folder : Path
        The folder of the data set.
    classes : sequence of str
        Names of the class folders. A label is a position in this list.
    fractions : (float, float, float)
        Shares of train, validation and test; their sum is 1. A share of 0 for validation: there is none.
    seed : int
        Seed of the split, not negative. The split follows from it and from the names of the files alone.
    group_of : callable, optional
        Returns what an image was taken of (a patient, say), from its path. All images of a group come into the same
        split, so that a network is judged on patients that it has never seen. The shares then hold as well as they can.

    Returns
    -------
    Splits

    Raises
    ------
    ValueError
        If `fractions` are negative, do not add up to 1, or leave nothing for train or test.
    DamagedError
        If a class folder is missing or holds no image.

    Examples
    --------
    >>> import tempfile
    >>> from PIL import Image
    >>> folder = Path(tempfile.mkdtemp())
    >>> for name in ("cats", "dogs"):
    ...     (folder / name).mkdir()
    ...     for number in range(10):
    ...         Image.new("RGB", (8, 6)).save(folder / name / f"{number}.png")
    >>> splits = class_folders(folder, ("cats", "dogs"))
    >>> len(splits.train), len(splits.validation), len(splits.test)
    (16, 2, 2)
    """
    if min(fractions) < 0 or abs(sum(fractions) - 1) > 1e-9 or 0 in (fractions[0], fractions[2]):
        raise ValueError(
            f"fractions are {fractions}, but the shares of train, validation and test must add up to 1, and train and "
            "test need a part. Pass for example fractions=(0.8, 0.1, 0.1)."
        )
    paths, labels = _images(folder, classes)
    groups = None if group_of is None else np.array([group_of(path) for path in paths])
    parts = stratified_parts(labels, fractions, seed, groups)
    made = {}
    for part, name in enumerate(SPLITS):
        members = np.flatnonzero(parts == part)
        chosen = [paths[member] for member in members]
        if fractions[part] > 0:
            made[name] = Split.from_files(
                name, chosen, labels[members], groups=None if groups is None else groups[members]
            )
    return Splits(train=made["train"], validation=made.get("validation"), test=made["test"])


def _images(folder: Path, classes: Sequence[str]) -> tuple[list[Path], NDArray[np.int64]]:
    paths: list[Path] = []
    labels: list[int] = []
    for label, name in enumerate(classes):
        place = folder / name
        if not place.is_dir():
            raise DamagedError(f"{place} is missing: a folder for each of the classes {', '.join(classes)} is needed")
        found = sorted(path for path in place.iterdir() if _is_image(path))
        if not found:
            raise DamagedError(f"{place} holds no images ({', '.join(SUFFIXES)})")
        paths += found
        labels += [label] * len(found)
    return paths, np.array(labels, dtype=np.int64)


def _is_image(path: Path) -> bool:
    # Hidden files: macOS leaves a ._name.jpg beside each name.jpg in archives.
    return path.suffix.lower() in SUFFIXES and not path.name.startswith(".") and path.is_file()
