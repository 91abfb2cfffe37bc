"""Data sets that are folders of image files, one folder a class, with or without a folder a split."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from coursekit.data.dataset import Split, Splits
from coursekit.data.errors import DamagedError
from coursekit.data.images.decoding import SUFFIXES
from coursekit.data.images.listing import composed, is_litter, list_folder
from coursekit.data.splitting import stratified_parts

SPLITS = ("train", "validation", "test")


def split_folders(folder: Path, classes: Sequence[str], splits: Sequence[str] = SPLITS) -> Splits:
    """Read ``folder/<split>/<class>/*``.

    Files that are no images are left out and named in one printed line; hidden ones, and what systems leave behind, are
    passed over. The images of a split stand in the order of `classes`, sorted by name within a class, on any machine.

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
        If a class folder is missing or holds no image that can be decoded.
    """
    if not {"train", "test"} <= set(splits) <= set(SPLITS):
        raise ValueError(f"splits are {tuple(splits)}, but they must be train, test, and validation if there is one.")
    made = {}
    for name in splits:
        paths, labels, left_out = _images(folder / name, classes)
        made[name] = Split.from_files(name, paths, labels, left_out=left_out)
        empty = _without_images(made[name], classes)
        if empty:
            raise DamagedError(f"{folder / name} holds no image of {' and '.join(empty)} that can be decoded")
    return Splits(train=made["train"], validation=made.get("validation"), test=made["test"])


def class_folders(
    folder: Path,
    classes: Sequence[str],
    fractions: tuple[float, float, float] = (0.8, 0.1, 0.1),
    seed: int = 3,
    group_of: Callable[[Path], str] | None = None,
) -> Splits:
    """Read ``folder/<class>/*`` and split it at random, each class in the same proportions.

    Files are left out as by `split_folders`; ``train.left_out`` names those of the whole folder.

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
        If `fractions` are negative, do not add up to 1, or leave nothing for train or test; or if a split would be
        without any image of some class.
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
    paths, labels, left_out = _images(folder, classes)
    groups = None if group_of is None else np.array([group_of(path) for path in paths])
    parts = stratified_parts(labels, fractions, seed, groups)
    made = {}
    for part, name in enumerate(SPLITS):
        members = np.flatnonzero(parts == part)
        chosen = [paths[member] for member in members]
        if fractions[part] > 0:
            made[name] = Split.from_files(
                name,
                chosen,
                labels[members],
                groups=None if groups is None else groups[members],
                left_out=left_out if name == "train" else {},
            )
            _refuse_gaps(made[name], classes, labels, groups)
    return Splits(train=made["train"], validation=made.get("validation"), test=made["test"])


def _refuse_gaps(split: Split, classes: Sequence[str], labels: NDArray[np.int64], groups: ArrayLike | None) -> None:
    empty = _without_images(split, classes)
    if not empty:
        return
    members = labels == classes.index(empty[0])
    count = f"{np.count_nonzero(members)} files"
    if groups is not None:
        count += f" of {len(set(np.asarray(groups)[members].tolist()))} groups"
    raise ValueError(
        f"the split {split.name!r} would be without any image of {' and '.join(empty)}: the folder {empty[0]} holds "
        f"{count}, of which each split needs one at least. Put at least ten images into each class folder, or pass "
        "other fractions, a share of 0 for validation, say."
    )


def _without_images(split: Split, classes: Sequence[str]) -> list[str]:
    return [name for label, name in enumerate(classes) if label not in split.labels]


def _images(folder: Path, classes: Sequence[str]) -> tuple[list[Path], NDArray[np.int64], dict[Path, str]]:
    """Return the images of the class folders, their labels, and the files that are left out."""
    paths: list[Path] = []
    labels: list[int] = []
    left_out: dict[Path, str] = {}
    places = _places(folder)
    for label, name in enumerate(classes):
        same = places.pop(composed(name), [])
        if not same:
            raise DamagedError(
                f"{folder / name} is missing: a folder for each of the classes {', '.join(classes)} is needed"
            )
        before = len(paths)
        for place in same:
            found = list_folder(place)
            left_out |= found.left_out
            for path in found.images:
                if path.parent == place:
                    paths.append(path)
                else:
                    left_out[path] = f"it stands deeper than in the class folder {name}"
        if len(paths) == before:
            raise DamagedError(f"{folder / name} holds no images ({', '.join(SUFFIXES)})")
        labels += [label] * (len(paths) - before)
    for other in places.values():
        for place in other:
            for path in list_folder(place).images:
                left_out[path] = f"{place.name} is none of the classes {', '.join(classes)}"
    return paths, np.array(labels, dtype=np.int64), left_out


def _places(folder: Path) -> dict[str, list[Path]]:
    """Return the folders in a folder by their composed names: two may be one class, its accents written in two ways."""
    places: dict[str, list[Path]] = {}
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.is_dir() and not is_litter(path.relative_to(folder)):
            places.setdefault(composed(path.name), []).append(path)
    return places
