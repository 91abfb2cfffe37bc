"""Data sets made of data sets: some of the classes, grey images, images with noise, images with a border.

Each function returns a new `Dataset` and leaves the one that it was given as it is.

Examples
--------
>>> parts = {n: Split.from_arrays(n, np.full((3, 6, 8, 3), 99, np.uint8), [0, 1, 2]) for n in ("train", "test")}
>>> named = {name: name for name in ("name", "title", "source", "origin", "licence", "citation")}
>>> animals = Dataset(**parts, **named, validation=None, classes=("cat", "dog", "owl"))
>>> padded(grey(select_classes(animals, ("owl", "cat"))), rings=5).train
Split('train', 2 images of 16x18x1)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from coursekit.arrays import at_least_one
from coursekit.data.dataset import Dataset, Split
from coursekit.photographs import LUMINANCE


def select_classes(dataset: Dataset, classes: Sequence[str]) -> Dataset:
    """Return the images of some classes; their labels count those classes from 0, in the order given.

    Parameters
    ----------
    dataset : Dataset
        Of images in memory or of files.
    classes : sequence of str
        Names, at least two of ``dataset.classes``, each once.

    Returns
    -------
    Dataset

    Raises
    ------
    ValueError
        If a name is unknown or given twice, or there are fewer than two.

    Examples
    --------
    >>> from coursekit.data import ground_truth_dataset
    >>> swapped = select_classes(ground_truth_dataset("tagged_pets", count=4), ("dogs", "cats"))
    >>> swapped.classes, swapped.title
    (('dogs', 'cats'), 'Synthetic cats and dogs, every dog with a tag, dogs against cats')
    """
    unknown = [name for name in classes if name not in dataset.classes]
    if unknown or len(classes) < 2 or len(set(classes)) < len(classes):
        raise ValueError(
            f"classes are {', '.join(map(repr, classes)) or 'none'}: pass two or more different ones of "
            f"{', '.join(dataset.classes)}."
        )
    positions = [dataset.classes.index(name) for name in classes]

    def chosen(split: Split) -> Split:
        part = split.take(np.isin(split.labels, positions))
        numbered = np.zeros(len(dataset.classes), dtype=np.int64)
        numbered[positions] = np.arange(len(positions))
        return replace(part, labels=numbered[part.labels])

    title = f"{dataset.title}, {' against '.join(classes)}"
    return replace(_changed(dataset, chosen, title), classes=tuple(classes))


def add_noise(dataset: Dataset, highest: float = 0.3, seed: int = 0) -> Dataset:
    """Return images with noise: to each pixel a number from 0 to `highest` is added, all equally likely.

    What would be more than white stays white. The noise of an image is always the same one.

    Parameters
    ----------
    dataset : Dataset
        With images in memory.
    highest : float
        More than 0, 1 at most.
    seed : int
        Of the noise, not negative.

    Returns
    -------
    Dataset

    Raises
    ------
    ValueError
        If `highest` is out of range, or the images are files.

    Examples
    --------
    >>> from coursekit.data import ground_truth_dataset
    >>> pets = ground_truth_dataset("pets", count=4)
    >>> added = add_noise(pets, highest=0.2).test.images.astype(int) - pets.test.images
    >>> added.min().item() >= 0, added.max().item() <= 0.2 * 255
    (True, True)
    """
    if not 0 < highest <= 1:
        raise ValueError(f"highest is {highest!r}: it must be more than 0 and 1 at most, for example 0.3.")
    number = {"train": 0, "validation": 1, "test": 2}

    def changed(split: Split) -> Split:
        pixels = _in_memory(split)
        rng = np.random.default_rng([seed, number[split.name]])
        noise = rng.integers(0, int(255 * highest), pixels.shape, dtype=np.uint8, endpoint=True)
        # 255 - noise is the brightest to which noise can be added without running over.
        return replace(split, images=np.minimum(pixels, 255 - noise) + noise)

    return _changed(dataset, changed, f"{dataset.title}, with noise up to {highest:g}")


def grey(dataset: Dataset) -> Dataset:
    """Return grey images: how bright the colours look (ITU-R BT.709, as `load_image` has it).

    Parameters
    ----------
    dataset : Dataset
        With colour images in memory.

    Returns
    -------
    Dataset
        Images of shape ``(height, width, 1)``.

    Raises
    ------
    ValueError
        If the images are files, or have no three colours.

    Examples
    --------
    >>> from coursekit.data import ground_truth_dataset
    >>> grey(ground_truth_dataset("pets", count=4)).train
    Split('train', 4 images of 64x64x1)
    """

    def changed(split: Split) -> Split:
        pixels = _in_memory(split)
        if pixels.shape[3] != 3:
            raise ValueError(f"{split!r} holds {pixels.shape[3]} channels: it must hold 3, red, green and blue.")
        # In parts: all at once, CIFAR-10 would take 1.2 GB.
        shades = np.empty((*pixels.shape[:3], 1), np.uint8)
        for start in range(0, len(pixels), 5_000):
            part = slice(start, start + 5_000)
            shades[part, ..., 0] = np.rint(pixels[part] @ LUMINANCE)
        return replace(split, images=shades)

    return _changed(dataset, changed, f"{dataset.title}, grey")


def padded(dataset: Dataset, rings: int) -> Dataset:
    """Return images with rings of black pixels around them.

    Parameters
    ----------
    dataset : Dataset
        With images in memory.
    rings : int
        1 or more.

    Returns
    -------
    Dataset
        Each image is ``2 * rings`` pixels higher and wider.

    Raises
    ------
    ValueError
        If `rings` is no such number, or the images are files.

    Examples
    --------
    >>> from coursekit.data import ground_truth_dataset
    >>> padded(ground_truth_dataset("pets", count=4), rings=3).train
    Split('train', 4 images of 70x70x3)
    """
    at_least_one(rings, "rings")
    around = ((0, 0), (rings, rings), (rings, rings))

    def changed(split: Split) -> Split:
        masks = None if split.masks is None else np.pad(split.masks, around)
        return replace(split, images=np.pad(_in_memory(split), (*around, (0, 0))), masks=masks)

    return _changed(dataset, changed, f"{dataset.title}, padded by {rings}")


def _changed(dataset: Dataset, change: Callable[[Split], Split], title: str) -> Dataset:
    validation = None if dataset.validation is None else change(dataset.validation)
    return replace(dataset, title=title, train=change(dataset.train), validation=validation, test=change(dataset.test))


def _in_memory(split: Split) -> NDArray[np.uint8]:
    if split.images is None:
        raise ValueError(
            f"{split!r}: only images in memory can be changed, such as those of mnist and cifar10. Make a split of "
            "them by Split.from_arrays."
        )
    return split.images
