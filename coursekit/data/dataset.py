"""A data set in memory: splits of pictures and labels, and where they came from."""

from __future__ import annotations

import operator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import tensorflow as tf


@dataclass(frozen=True, eq=False, repr=False)
class Split:
    """Pictures and labels that belong together: the training, validation or test part of a data set.

    Attributes
    ----------
    name
        ``"train"``, ``"validation"`` or ``"test"``.
    pictures
        uint8, shape ``(n, height, width, channels)``, as stored: 0 is black, 255 is white. Read-only.
    labels
        int64, shape ``(n,)``: for each picture the position of its class in `Dataset.classes`. Read-only.

    Examples
    --------
    >>> split = Split("train", np.full((4, 2, 2, 1), 255, dtype=np.uint8), np.array([0, 0, 0, 1]))
    >>> pictures, labels = split.arrays(limit=2)
    >>> pictures.shape, float(pictures.max()), sorted(labels.tolist())
    ((2, 2, 2, 1), 1.0, [0, 1])
    """

    name: str
    pictures: NDArray[np.uint8]
    labels: NDArray[np.int64]

    def __post_init__(self) -> None:
        if self.pictures.dtype != np.uint8 or self.pictures.ndim != 4:
            raise ValueError(
                f"pictures are {self.pictures.dtype} of shape {self.pictures.shape}, but a split holds uint8 of shape "
                "(n, height, width, channels)."
            )
        if self.labels.shape != self.pictures.shape[:1]:
            raise ValueError(
                f"labels have shape {self.labels.shape}, but there are {len(self.pictures)} pictures: "
                "one label a picture is needed."
            )
        # Read-only views: what a lesson does with one split, no later cell can be surprised by.
        for name, array in (("pictures", self.pictures), ("labels", self.labels.astype(np.int64))):
            view = array.view()
            view.flags.writeable = False
            object.__setattr__(self, name, view)

    def __repr__(self) -> str:
        shape = "x".join(map(str, self.pictures.shape[1:]))
        return f"Split({self.name!r}, {len(self):,} pictures of {shape})"

    def __len__(self) -> int:
        return len(self.labels)

    def arrays(self, limit: int | None = None) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Return pictures and labels as arrays.

        Parameters
        ----------
        limit
            How many. None: all, in the stored order. A number: that many from the front of one fixed, shuffled,
            class-balanced order. Always the same ones, so figures can be compared; the first 100 are also
            among the first 200, so more data means *more* data; and as many of each class as there can be, give or
            take one (until the smallest class is used up).

        Returns
        -------
        pictures
            float32 between 0 and 1, shape ``(n, height, width, channels)``. A copy that may be changed.
        labels
            int64, shape ``(n,)``.

        Raises
        ------
        ValueError
            If `limit` is less than one.
        """
        chosen = self._chosen(limit)
        return np.divide(self.pictures[chosen], np.float32(255)), self.labels[chosen]

    def batches(
        self, batch_size: int, shuffle: bool = False, seed: int = 0, limit: int | None = None
    ) -> tf.data.Dataset:
        """Return a `tf.data.Dataset` of batches ``(pictures, labels)`` for `fit`, `evaluate` and `predict`.

        Pictures are stored as bytes and become float32 between 0 and 1 batch by batch, which takes a quarter of the
        memory of `arrays`.

        Parameters
        ----------
        batch_size
            Pictures a batch; the last batch may have fewer.
        shuffle
            Whether each epoch has its own order. The orders follow from `seed` and are the same in each run.
        seed
            Seed of the shuffling, not negative.
        limit
            As in `arrays`.

        Raises
        ------
        ValueError
            If `batch_size` or `limit` is less than one.
        """
        if operator.index(batch_size) < 1:
            raise ValueError(f"batch_size is {batch_size}, but a batch holds at least one picture.")
        chosen = self._chosen(limit)
        import tensorflow as tf

        batches = tf.data.Dataset.from_tensor_slices((self.pictures[chosen], self.labels[chosen]))
        if shuffle:
            batches = batches.shuffle(len(self), seed=seed, reshuffle_each_iteration=True)
        batches = batches.batch(batch_size)
        return batches.map(lambda pictures, labels: (tf.cast(pictures, tf.float32) / 255.0, labels)).prefetch(2)

    def _chosen(self, limit: int | None) -> NDArray[np.intp] | slice:
        if limit is None:
            return slice(None)
        if operator.index(limit) < 1:
            raise ValueError(f"limit is {limit}, but at least one picture is needed. Pass None for all of them.")
        return balanced_order(self.labels)[:limit]


def balanced_order(labels: NDArray[np.int64]) -> NDArray[np.intp]:
    """Return a fixed shuffled order in which any first part has as many of each class as it can.

    Parameters
    ----------
    labels
        int64, shape ``(n,)``.

    Returns
    -------
    Positions, shape ``(n,)``: the order goes round by round, with one of each class in a round.

    Examples
    --------
    >>> labels = np.array([7, 7, 7, 7, 1, 1])
    >>> [sorted(pair.tolist()) for pair in labels[balanced_order(labels)].reshape(3, 2)]
    [[1, 7], [1, 7], [7, 7]]
    """
    shuffled = np.random.default_rng(0).permutation(len(labels))
    rounds = np.empty(len(labels), dtype=np.intp)
    for label in np.unique(labels):
        members = labels[shuffled] == label
        rounds[members] = np.arange(np.count_nonzero(members))
    return shuffled[np.argsort(rounds, kind="stable")]


@dataclass(frozen=True)
class Splits:
    """The parts of a data set; `validation` is None where it has none of its own."""

    train: Split
    validation: Split | None
    test: Split


@dataclass(frozen=True)
class Dataset:
    """A data set, ready to use.

    Attributes
    ----------
    name, title
        Short and full name.
    train, validation, test
        The splits. `validation` is None where the data set has none of its own: take it from `train`.
    classes
        Names of the classes; a label is a position in this tuple.
    source
        ``"real"``, or ``"sample"`` for what stands in where the real data cannot be had.
    origin
        Where the data came from, in words.
    licence, citation
        The terms of the real data, and the publication to cite.
    """

    name: str
    title: str
    train: Split
    validation: Split | None
    test: Split
    classes: tuple[str, ...]
    source: Literal["real", "sample"]
    origin: str
    licence: str
    citation: str

    def describe(self) -> str:
        """Return a short text: what the data set holds, where it came from, its licence."""
        height, width, channels = self.train.pictures.shape[1:]
        colours = "grey" if channels == 1 else "colour"
        splits = [split for split in (self.train, self.validation, self.test) if split is not None]
        return "\n".join(
            [
                f"{self.title}: {len(self.classes)} classes, pictures of {height}x{width} pixels, {colours}",
                *(f"  {split.name:<11}{len(split):>7,}" for split in splits),
                f"Data: {self.source} ({self.origin})",
                f"Licence: {self.licence}",
                f"Cite: {self.citation}",
            ]
        )
