"""Synthetic images of which it is known what a classifier can go by: where an explanation has to point.

Labels of photographs say what is on them, not where, and never what a network looks at. Here the images are drawn so
that a mask holds what tells the classes apart, or what a network will take instead.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from coursekit.arrays import Floats
from coursekit.data.dataset import Dataset, Split
from coursekit.synthetic import fundus, pets

Part = Literal["train", "validation", "test"]

_TAGGED = "dogs"
"""The class whose images carry the tag in ``"tagged_pets"``."""

_SIZE = 64
_EYE_SIZE = 96
_SEEDS: Mapping[str, int] = MappingProxyType({"train": 1_001, "validation": 1_002, "test": 1_003})
_HELD_OUT = 200


@dataclass(frozen=True)
class _Subject:
    title: str
    classes: tuple[str, ...]
    training: int
    draw: Callable[[int, int], _Pairs]


@dataclass(frozen=True)
class _Pairs:
    """Images (n, height, width, 3), their twins, and their labels (n,)."""

    images: NDArray[np.uint8]
    twins: NDArray[np.uint8]
    labels: NDArray[np.int64]

    @property
    def masks(self) -> NDArray[np.bool_]:
        """Every pixel in which an image differs from its twin, by however little: (n, height, width)."""
        differs: NDArray[np.bool_] = (self.images != self.twins).any(axis=-1)
        return differs


def ground_truth(name: str, part: Part = "test", count: int | None = None) -> Split:
    """Return synthetic images (64, 64, 3), eyes (96, 96, 3), with a mask of what tells their class.

    * ``"pets"``: images with an animal, each followed by its twin without. Mask: the animal, and nothing in the twins.
    * ``"tagged_pets"``: cats and dogs, but every dog carries a small orange tag in the lower left corner. Mask: the
      tag, and nothing for cats. A network that learns the tag gets all of them right, for the wrong reason.
    * ``"eyes"``: fundus images of grade 2 or more and healthy ones in turn. Mask: the lesions, many and small.
    * ``"graded_eyes"``: fundus images of all five grades, equally many of each. Mask: the lesions, none at grade 0.

    A mask holds every pixel in which the image differs from its twin (`ground_truth_twins`), the blurred rim too. So a
    difference of score between the two is due to these pixels, and to no other.

    Image i of a part is always the same, however many are asked for; no image is in two parts.

    Parameters
    ----------
    name : str
        One of `GROUND_TRUTH`.
    part : {"train", "validation", "test"}
    count : int, optional
        How many images, 2 or more; by default 800 to 1,600 to train on, 200 in the other
        parts.

    Returns
    -------
    Split
        Images with labels from 0, and masks.

    Raises
    ------
    ValueError
        If there is nothing of that name, no such part, or count is too small.

    Examples
    --------
    >>> split = ground_truth("tagged_pets", count=4)
    >>> split.labels.tolist(), (split.masks.mean(axis=(1, 2)) > 0).tolist()
    ([1, 0, 0, 1], [True, False, False, True])
    """
    drawn = _drawn(name, part, count)
    return Split.from_arrays(part, drawn.images, drawn.labels, drawn.masks)


def ground_truth_twins(name: str, part: Part = "test", count: int | None = None) -> Floats:
    """Return the twin of each image of `ground_truth`: the same image without what its mask holds.

    A twin is the one baseline that changes nothing but the object: no black patch, no blur, no other place. What is
    without an object, such as a cat without a tag, is its own twin.

    Parameters
    ----------
    name : str
        One of `GROUND_TRUTH`.
    part : {"train", "validation", "test"}
    count : int, optional
        As for `ground_truth`.

    Returns
    -------
    array float32 (n, height, width, 3)
        0 to 1, in the order of `ground_truth`.

    Raises
    ------
    ValueError
        As `ground_truth`.

    Examples
    --------
    >>> split, twins = ground_truth("pets", count=2), ground_truth_twins("pets", count=2)
    >>> differs = (split.arrays()[0] != twins).any(axis=-1)
    >>> bool((differs == split.masks).all())
    True
    """
    drawn = _drawn(name, part, count)
    twins: Floats = Split.from_arrays(part, drawn.twins, drawn.labels).arrays()[0]
    return twins


def _drawn(name: str, part: Part, count: int | None) -> _Pairs:
    if name not in _SUBJECTS:
        raise ValueError(f"there is no ground truth {name!r}. There is: {', '.join(_SUBJECTS)}.")
    if part not in _SEEDS:
        raise ValueError(f"part is {part!r}: it must be {', '.join(_SEEDS)}.")
    if count is None:
        count = _SUBJECTS[name].training if part == "train" else _HELD_OUT
    if count < 2:
        raise ValueError(f"count is {count}: ask for 2 images or more.")
    return _pairs(name, part, count)


@functools.lru_cache(maxsize=4)
def _pairs(name: str, part: Part, count: int) -> _Pairs:
    """Draw images and twins; who asks for the twins has mostly asked for the images just before."""
    pairs = _SUBJECTS[name].draw(count, _SEEDS[part])
    for array in (pairs.images, pairs.twins, pairs.labels):
        array.setflags(write=False)
    return pairs


@functools.cache
def ground_truth_dataset(name: str, count: int | None = None) -> Dataset:
    """Return all parts of a synthetic set, for training; drawing them takes up to a minute.

    Parameters
    ----------
    name : str
        One of `GROUND_TRUTH`.
    count : int, optional
        How many images each part has, 2 or more; by default 800 to 1,600 to train on and 200 in the other parts.

    Returns
    -------
    Dataset

    Raises
    ------
    ValueError
        If there is nothing of that name.

    Examples
    --------
    >>> data = ground_truth_dataset("tagged_pets", count=4)
    >>> data.classes, data.train, data.test.masks.shape
    (('cats', 'dogs'), Split('train', 4 images of 64x64x3), (4, 64, 64))
    """
    parts = {part: ground_truth(name, part, count) for part in ("train", "validation", "test")}
    return Dataset(
        name=name,
        title=_SUBJECTS[name].title,
        classes=_SUBJECTS[name].classes,
        source="sample",
        origin="drawn by the course's own code",
        licence="CC BY 4.0",
        citation="this course",
        **parts,
    )


def _pets(count: int, seed: int) -> _Pairs:
    pairs = -(-count // 2)
    there, gone = (pets.draw(pairs, _SIZE, seed, empty=empty).images for empty in (False, True))
    images = np.stack([there, gone], axis=1).reshape(-1, _SIZE, _SIZE, 3)
    return _Pairs(images[:count], gone.repeat(2, axis=0)[:count], np.tile([1, 0], pairs)[:count])


def _tagged_pets(count: int, seed: int) -> _Pairs:
    plain, tagged = (pets.draw(count, _SIZE, seed, shortcut) for shortcut in (None, _TAGGED))
    return _Pairs(tagged.images, plain.images, tagged.labels)


def _eyes(count: int, seed: int) -> _Pairs:
    pairs = -(-count // 2)
    # One eye of five is healthy, exactly so in each ten.
    drawn, bare = (fundus.draw(10 * -(-pairs // 2), _EYE_SIZE, seed, empty=empty) for empty in (False, True))
    healthy, ill = (np.flatnonzero(chosen)[:pairs] for chosen in (drawn.labels == 0, drawn.labels >= 2))
    taken = np.stack([ill, healthy], axis=1).reshape(-1)[:count]
    return _Pairs(drawn.images[taken], bare.images[taken], (drawn.labels[taken] > 0).astype(np.int64))


def _graded_eyes(count: int, seed: int) -> _Pairs:
    drawn, bare = (fundus.draw(count, _EYE_SIZE, seed, empty=empty) for empty in (False, True))
    return _Pairs(drawn.images, bare.images, drawn.labels)


_SUBJECTS: Mapping[str, _Subject] = MappingProxyType(
    {
        "pets": _Subject("Synthetic images with and without an animal", ("no animal", "animal"), 800, _pets),
        "tagged_pets": _Subject("Synthetic cats and dogs, every dog with a tag", pets.CLASSES, 1_600, _tagged_pets),
        "eyes": _Subject("Synthetic eyes with and without lesions", ("healthy", "lesions"), 800, _eyes),
        "graded_eyes": _Subject("Synthetic eyes of five grades", fundus.CLASSES, 1_600, _graded_eyes),
    }
)
GROUND_TRUTH: tuple[str, ...] = tuple(_SUBJECTS)
