"""A data set: splits of images and labels, in memory or as files, and where they came from."""

from __future__ import annotations

import itertools
import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from coursekit.data.images import decoded_cache, decoding
from coursekit.data.images.decoding import Fit

if TYPE_CHECKING:
    import tensorflow as tf

Size = int | tuple[int, int]
_Cache = Literal["memory", "disk"]
_told: set[tuple[Path, ...]] = set()


@dataclass(frozen=True, eq=False, repr=False)
class Split:
    """Images and labels that belong together: the training, validation or test part of a data set.

    `from_arrays` makes it of images in memory, `from_files` of image files, which stay on disk and are decoded
    when they are asked for.

    Attributes
    ----------
    name : str
        ``"train"``, ``"validation"`` or ``"test"``.
    images : uint8 array (n, height, width, channels) or None
        As stored: 0 is black, 255 is white. Read-only. None for files.
    labels : int64 array (n,)
        For each image the position of its class in `Dataset.classes`. Read-only.
    masks : bool array (n, height, width) or None
        Where the object is, known for synthetic images. None for others. Read-only.
    groups : str array (n,) or None
        What each image was taken of (a patient, say). None where it does not matter. Read-only.
    paths : tuple of Path or None
        The image files, in the order of `labels`. None for images in memory.
    broken : tuple of Path
        Files that cannot be decoded. They are left out of everything else.
    left_out : mapping of Path to str
        Other files beside the images, each with the reason why it is none. Empty for images in memory.

    Examples
    --------
    >>> split = Split.from_arrays("train", np.full((4, 2, 2, 1), 255, dtype=np.uint8), [0, 0, 0, 1])
    >>> images, labels = split.arrays(limit=2)
    >>> images.shape, float(images.max()), sorted(labels.tolist())
    ((2, 2, 2, 1), 1.0, [0, 1])
    """

    name: str
    images: NDArray[np.uint8] | None
    labels: NDArray[np.int64]
    masks: NDArray[np.bool_] | None = None
    groups: NDArray[np.str_] | None = None
    paths: tuple[Path, ...] | None = None
    broken: tuple[Path, ...] = ()
    left_out: Mapping[Path, str] = field(default_factory=dict)
    _file_sizes: NDArray[np.int64] | None = None

    @classmethod
    def from_arrays(
        cls,
        name: str,
        images: NDArray[np.uint8],
        labels: ArrayLike,
        masks: NDArray[np.bool_] | None = None,
        groups: ArrayLike | None = None,
    ) -> Split:
        """Make a split of images in memory.

        Parameters
        ----------
        name : str
            ``"train"``, ``"validation"`` or ``"test"``.
        images : uint8 array (n, height, width, channels)
            0 is black, 255 is white. One channel for grey, three for colour.
        labels : int array (n,)
            For each image the position of its class in `Dataset.classes`.
        masks : bool array (n, height, width), optional
            Where the object is.
        groups : str array (n,), optional
            What each image was taken of (a patient, say).

        Returns
        -------
        Split

        Raises
        ------
        ValueError
            If `images` are not uint8 of four dimensions, or the others do not have an item for each of them.

        Examples
        --------
        >>> Split.from_arrays("train", np.zeros((4, 28, 28, 1), np.uint8), [0, 0, 1, 1])
        Split('train', 4 images of 28x28x1)
        """
        return cls(name, images, np.asarray(labels), masks, None if groups is None else np.asarray(groups, dtype=str))

    @classmethod
    def from_files(
        cls,
        name: str,
        paths: Sequence[Path],
        labels: ArrayLike,
        groups: ArrayLike | None = None,
        left_out: Mapping[Path, str] | None = None,
    ) -> Split:
        """Make a split of image files.

        Each file is tried once (what was found is remembered until it changes). Those that cannot be decoded are left
        out and named in one printed line.

        Parameters
        ----------
        name : str
            ``"train"``, ``"validation"`` or ``"test"``.
        paths : sequence of Path
            PNG, JPEG, WebP, BMP or GIF files.
        labels : int array (n,)
            For each file the position of its class in `Dataset.classes`.
        groups : str array (n,), optional
            What each image was taken of (a patient, say).
        left_out : mapping of Path to str, optional
            Files beside them that are no images, and why. They are named in one printed line, too.

        Returns
        -------
        Split

        Raises
        ------
        FileNotFoundError
            If one of the files is not there.
        ValueError
            If there is not one label and one group a file.

        Examples
        --------
        >>> import tempfile
        >>> from PIL import Image
        >>> path = Path(tempfile.mkdtemp()) / "a.png"
        >>> Image.new("RGB", (8, 6)).save(path)
        >>> Split.from_files("train", [path], [0])
        Split('train', 1 image files of 6x8)
        """
        found = np.array([Path(path) for path in paths], dtype=object)
        arrays = {"labels": np.asarray(labels), "groups": None if groups is None else np.asarray(groups, dtype=str)}
        for title, array in arrays.items():
            if array is not None and array.shape != found.shape:
                raise ValueError(
                    f"{title} have shape {array.shape}, but there are {len(found)} files: one a file is needed."
                )
        sizes = decoding.examine(list(found))
        whole = sizes.all(axis=1)
        broken = tuple(found[~whole])
        for files, sentence in ((broken, _broken_sentence), (tuple(left_out or ()), _left_out_sentence)):
            if files and files not in _told:
                _told.add(files)
                print(f"{name}: {sentence(files)}")
        return cls(
            name,
            None,
            np.asarray(labels)[whole],
            groups=None if arrays["groups"] is None else arrays["groups"][whole],
            paths=tuple(found[whole]),
            broken=broken,
            left_out=dict(left_out or {}),
            _file_sizes=sizes[whole],
        )

    def __post_init__(self) -> None:
        if self.images is not None and (self.images.dtype != np.uint8 or self.images.ndim != 4):
            raise ValueError(
                f"images are {self.images.dtype} of shape {self.images.shape}, but a split holds uint8 of shape "
                "(n, height, width, channels)."
            )
        count = len(self.paths or ()) if self.images is None else len(self.images)
        if self.labels.shape != (count,):
            raise ValueError(
                f"labels have shape {self.labels.shape}, but there are {count} images: one label an image is needed."
            )
        if self.groups is not None and self.groups.shape != (count,):
            raise ValueError(
                f"groups have shape {self.groups.shape}, but there are {count} images: one group an image is needed."
            )
        if self.masks is not None and (self.images is None or self.masks.shape != self.images.shape[:3]):
            raise ValueError(
                f"masks have shape {self.masks.shape}, but a mask of the same height and width is needed for each "
                f"of the {count} images."
            )
        object.__setattr__(self, "labels", self.labels.astype(np.int64))
        # Read-only views: what a lesson does with one split, no later cell can be surprised by.
        for name in ("images", "labels", "masks", "groups"):
            array = getattr(self, name)
            if array is not None:
                view = array.view()
                view.flags.writeable = False
                object.__setattr__(self, name, view)

    def __repr__(self) -> str:
        if self.images is None:
            return f"Split({self.name!r}, {len(self):,} image files of {_size_range(self.sizes)})"
        shape = "x".join(map(str, self.images.shape[1:]))
        return f"Split({self.name!r}, {len(self):,} images of {shape})"

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def sizes(self) -> NDArray[np.int64]:
        """Height and width of each image as stored, in pixels: int64, shape ``(n, 2)``."""
        if self._file_sizes is not None:
            return self._file_sizes.copy()
        assert self.images is not None  # one of the two is there
        return np.tile(np.array(self.images.shape[1:3], dtype=np.int64), (len(self), 1))

    def take(self, chosen: ArrayLike, name: str | None = None) -> Split:
        """Return a split of some of the images.

        Parameters
        ----------
        chosen : int array (k,) or bool array (n,)
            Their positions, or a bool for each image.
        name : str, optional
            The name of the new split; by default that of this one.

        Returns
        -------
        Split

        Examples
        --------
        >>> split = Split.from_arrays("train", np.zeros((4, 8, 8, 1), np.uint8), [0, 0, 1, 1])
        >>> split.take(split.labels == 1, "ones")
        Split('ones', 2 images of 8x8x1)
        """
        positions = np.arange(len(self))[np.asarray(chosen)]
        return replace(
            self,
            name=name or self.name,
            images=None if self.images is None else self.images[positions],
            labels=self.labels[positions],
            masks=None if self.masks is None else self.masks[positions],
            groups=None if self.groups is None else self.groups[positions],
            paths=None if self.paths is None else tuple(self.paths[position] for position in positions),
            broken=(),
            left_out={},
            _file_sizes=None if self._file_sizes is None else self._file_sizes[positions],
        )

    def limited(self, limit: int | None) -> Split:
        """Return a split of the images that `limit` stands for in `arrays` and `batches`.

        Parameters
        ----------
        limit : int or None
            How many, at least 1: from the front of one fixed, shuffled, class-balanced order. None: all of them.

        Returns
        -------
        Split

        Raises
        ------
        ValueError
            If `limit` is less than one.

        Examples
        --------
        >>> split = Split.from_arrays("train", np.zeros((6, 8, 8, 1), np.uint8), [0, 0, 0, 0, 1, 1])
        >>> sorted(split.limited(4).labels.tolist())
        [0, 0, 1, 1]
        """
        return self.take(self._chosen(limit))

    def arrays(
        self, limit: int | None = None, size: Size | None = None, fit: Fit = "stretch"
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Return images and labels as arrays.

        Parameters
        ----------
        limit : int, optional
            How many. None: all, in the stored order. A number: that many from the front of one fixed, shuffled,
            class-balanced order. Always the same ones, so figures can be compared; the first 100 are also
            among the first 200, so more data means *more* data; and as many of each class as there can be, give or
            take one (until the smallest class is used up).
        size : int or (int, int), optional
            ``(height, width)`` in pixels, or one number for a square: images are scaled to it, without aliasing.
            None: as stored; needed where the stored sizes differ.
        fit : {"stretch", "crop", "pad"}
            How an image of another shape becomes `size`. ``"stretch"``: all of it, proportions change. ``"crop"``:
            its largest centred part of that shape. ``"pad"``: all of it, centred on black.

        Returns
        -------
        images : float32 array (n, height, width, channels)
            Between 0 and 1. A copy that may be changed.
        labels : int64 array (n,)

        Raises
        ------
        ValueError
            If `limit` or `size` is less than one, if `fit` is another word, or without `size` where it is needed.

        Examples
        --------
        >>> split = Split.from_arrays("train", np.full((6, 8, 8, 1), 255, np.uint8), [0, 1] * 3)
        >>> images, labels = split.arrays(limit=4, size=(4, 6), fit="pad")
        >>> images.shape, images.min().item(), images.max().item(), labels.shape
        ((4, 4, 6, 1), 0.0, 1.0, (4,))
        """
        chosen = self._chosen(limit)
        source = self._source(chosen, self._target(chosen, size), fit)
        return np.divide(source.at(np.arange(len(chosen))), np.float32(255)), self.labels[chosen]

    def batches(
        self,
        batch_size: int,
        shuffle: bool = False,
        seed: int = 0,
        limit: int | None = None,
        size: Size | None = None,
        fit: Fit = "stretch",
        augment: Callable[[Any], Any] | None = None,
        cache: _Cache | None = None,
    ) -> tf.data.Dataset:
        """Return a `tf.data.Dataset` of batches ``(images, labels)`` for `fit`, `evaluate` and `predict`.

        Images stay bytes, or files that are decoded by all processors while the network trains, and become float32
        between 0 and 1 batch by batch: that takes much less memory than `arrays`.

        Parameters
        ----------
        batch_size : int
            Images in a batch, at least 1; the last batch may have fewer.
        shuffle : bool
            Whether each epoch has its own order. The orders follow from `seed` alone and are the same in each run.
        seed : int
            Seed of the shuffling, not negative.
        limit : int, optional
            How many images, class-balanced and always the same ones; by default all.
        size : int or (int, int), optional
            ``(height, width)`` in pixels, or one number for a square; by default as stored.
        fit : {"stretch", "crop", "pad"}
            How an image of another shape becomes `size`: stretched, its largest centred part, or all of it on black.
        augment : callable, optional
            Called with each batch of images, a float32 tensor; returns the changed images. A Keras layer will do.
        cache : {"memory", "disk"}, optional
            Where decoded images of files are kept, so that only the first epoch decodes them. ``"memory"``: as long
            as the batches are. ``"disk"``: for later runs too, in ``COURSEKIT_HOME/cache``.

        Returns
        -------
        tf.data.Dataset
            Of float32 tensors ``(batch, height, width, channels)`` between 0 and 1, and int64 tensors ``(batch,)``.

        Raises
        ------
        ValueError
            If `batch_size`, `limit` or `size` is less than one, `seed` is negative, `fit` or `cache` is another word,
            or without `size` where it is needed.
        DataError
            If the cache on disk cannot be written.

        Examples
        --------
        >>> split = Split.from_arrays("train", np.full((6, 8, 8, 1), 255, np.uint8), [0, 1] * 3)
        >>> [images.shape.as_list() for images, labels in split.batches(4)]
        [[4, 8, 8, 1], [2, 8, 8, 1]]
        """
        if operator.index(batch_size) < 1:
            raise ValueError(f"batch_size is {batch_size}, but a batch holds at least one image.")
        if operator.index(seed) < 0:
            raise ValueError(f"seed is {seed}, but a seed is zero or more.")
        if cache not in (None, "memory", "disk"):
            raise ValueError(f'cache is {cache!r}, but it must be None, "memory" or "disk".')
        chosen = self._chosen(limit)
        source = self._source(chosen, self._target(chosen, size), fit, cache)
        epochs = itertools.count()

        def orders() -> Iterator[NDArray[np.intp]]:
            order = np.arange(len(chosen))
            if shuffle:
                # Not TensorFlow's shuffling: its orders would also depend on the seed that a lesson sets for all.
                order = np.random.default_rng([seed, next(epochs)]).permutation(order)
            for start in range(0, len(order), batch_size):
                yield order[start : start + batch_size]

        import tensorflow as tf

        labels = tf.constant(self.labels[chosen])
        stored = tf.constant(source.at(np.arange(len(chosen)))) if source.in_memory else None

        def gather(positions: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            if stored is not None:
                images = tf.gather(stored, positions)
            else:
                images = tf.numpy_function(source.at, [positions], tf.uint8, stateful=False)
                images.set_shape((None, *source.shape))
            return tf.cast(images, tf.float32) / 255.0, tf.gather(labels, positions)

        batches = tf.data.Dataset.from_generator(orders, output_signature=tf.TensorSpec((None,), tf.int64))
        batches = batches.apply(tf.data.experimental.assert_cardinality(-(-len(chosen) // batch_size)))
        batches = batches.map(gather, num_parallel_calls=2)
        if augment is not None:
            # One batch after the other, so that random augmentation with a seed is the same in each run.
            batches = batches.map(lambda images, labels: (augment(images), labels))
        return batches.prefetch(2)

    def _chosen(self, limit: int | None) -> NDArray[np.intp]:
        if limit is None:
            return np.arange(len(self))
        if operator.index(limit) < 1:
            raise ValueError(f"limit is {limit}, but at least one image is needed. Pass None for all of them.")
        return balanced_order(self.labels)[:limit]

    def _target(self, chosen: NDArray[np.intp], size: Size | None) -> tuple[int, int]:
        if size is not None:
            height, width = size if isinstance(size, tuple) else (size, size)
            if min(operator.index(height), operator.index(width)) < 1:
                raise ValueError(f"size is {size}, but an image has at least one pixel each way.")
            return height, width
        sizes = self.sizes if len(self) else np.ones((1, 2), dtype=np.int64)
        if (sizes != sizes[0]).any():
            raise ValueError(
                f"the images of {self.name} differ in size ({_size_range(sizes)} pixels), but an array holds "
                "images of one size. Pass size=(height, width), or one number for a square."
            )
        return int(sizes[0, 0]), int(sizes[0, 1])

    def _source(
        self, chosen: NDArray[np.intp], target: tuple[int, int], fit: Fit, cache: _Cache | None = None
    ) -> _Source:
        decoding.check_fit(fit)
        if self.images is not None:
            stored = self.images
            shape = (*target, stored.shape[3])
            if stored.shape[1:3] == target:
                return _Source(shape, lambda positions: stored[chosen[positions]], in_memory=True)
            return _Source(
                shape, lambda positions: decoding.resize_all(stored[chosen[positions]], target, fit), in_memory=True
            )
        paths = [(self.paths or ())[position] for position in chosen]
        shape = (*target, 3)

        def decoded(positions: NDArray[np.intp]) -> NDArray[np.uint8]:
            return decoding.decode_all([paths[position] for position in positions], target, fit)

        if cache == "disk":
            everything = np.arange(len(paths))
            kept = decoded_cache.on_disk(
                decoded_cache.fingerprint(paths, target, fit),
                (len(paths), *shape),
                lambda part: decoded(everything[part]),
            )
            return _Source(shape, lambda positions: kept[positions], in_memory=False)
        return _Source(shape, decoded, in_memory=cache == "memory")


@dataclass(frozen=True)
class _Source:
    """Where batches get their images: `at` gives those at some positions, as bytes; `shape` is that of one image.

    `in_memory`: all of them are asked for once, before the first batch.
    """

    shape: tuple[int, int, int]
    at: Callable[[NDArray[np.intp]], NDArray[np.uint8]]
    in_memory: bool


def balanced_order(labels: NDArray[np.int64]) -> NDArray[np.intp]:
    """Return a fixed shuffled order in which any first part has as many of each class as it can.

    Parameters
    ----------
    labels : int64 array (n,)
        The class of each item.

    Returns
    -------
    int array (n,)
        Positions: the order goes round by round, with one of each class in a round.

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
    """The parts of a data set; `validation` is None where it has none of its own.

    Attributes
    ----------
    train : Split
        To learn from.
    validation : Split or None
        To choose by; None where the data set has none of its own.
    test : Split
        To judge by.
    """

    train: Split
    validation: Split | None
    test: Split


@dataclass(frozen=True)
class Dataset:
    """A data set, ready to use.

    Attributes
    ----------
    name : str
        What `load` calls it.
    title : str
        What people call it.
    train : Split
        To learn from.
    validation : Split or None
        To choose by. None where the data set has none of its own: take it from `train` by `hold_out`.
    test : Split
        To judge by.
    classes : tuple of str
        Names of the classes; a label is a position in this tuple.
    source : {"real", "sample"}
        ``"sample"`` for what stands in where the real data cannot be had.
    origin : str
        Where the data came from, in words.
    licence : str
        The terms of the real data.
    citation : str
        The publication to cite.
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
        """Return a short text: what the data set holds, where it came from, its licence, files that were left out.

        Returns
        -------
        str

        Examples
        --------
        >>> from coursekit.data import ground_truth_dataset
        >>> print(ground_truth_dataset("pets", count=4).describe().splitlines()[0])
        Synthetic images with and without an animal: 2 classes, images of 64x64 pixels, colour
        """
        splits = [split for split in (self.train, self.validation, self.test) if split is not None]
        sizes = np.concatenate([split.sizes for split in splits])
        grey = all(split.images is not None and split.images.shape[3] == 1 for split in splits)
        broken = [path for split in splits for path in split.broken]
        left_out = [path for split in splits for path in split.left_out]
        return "\n".join(
            [
                f"{self.title}: {len(self.classes)} classes, images of {_size_range(sizes)} pixels, "
                f"{'grey' if grey else 'colour'}",
                *(f"  {split.name:<11}{len(split):>7,}" for split in splits),
                *([_broken_sentence(broken)] if broken else []),
                *([_left_out_sentence(left_out)] if left_out else []),
                f"Data: {self.source} ({self.origin})",
                f"Licence: {self.licence}",
                f"Cite: {self.citation}",
            ]
        )


def _size_range(sizes: NDArray[np.int64]) -> str:
    """Return ``28x28``, or the smallest and largest height and width: ``90x100 to 374x500``."""
    if len(sizes) == 0:
        return "any size"
    smallest, largest = ("x".join(map(str, bound)) for bound in (sizes.min(axis=0), sizes.max(axis=0)))
    return smallest if smallest == largest else f"{smallest} to {largest}"


def _broken_sentence(paths: Sequence[Path]) -> str:
    files = (
        "1 file that cannot be decoded is" if len(paths) == 1 else f"{len(paths):,} files that cannot be decoded are"
    )
    return f"{files} left out: {_shown(paths)}"


def _left_out_sentence(paths: Sequence[Path]) -> str:
    files = (
        "1 file is no image of a class and is"
        if len(paths) == 1
        else f"{len(paths):,} files are no images of a class and are"
    )
    return f"{files} left out: {_shown(paths)} (why: left_out of the split)"


def _shown(paths: Sequence[Path]) -> str:
    return ", ".join("/".join(path.parts[-2:]) for path in paths[:5]) + (", ..." if len(paths) > 5 else "")
