"""Samples of each class, and variations of one image."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from numpy.typing import ArrayLike, NDArray

from coursekit.arrays import at_least_one
from coursekit.data.dataset import Split
from coursekit.plot.images import image as draw_image
from coursekit.plot.images import images as draw_images

_WIDTH = 9.0  # inches that the grid may take
_SIDE = 160  # pixels to which image files are scaled
_BLOCK = 5  # with more classes than these, two stand side by side


def sample_grid(
    images: Split | Sequence[ArrayLike] | NDArray[Any],
    labels: ArrayLike | None = None,
    classes: Sequence[str] = (),
    per_class: int = 5,
    seed: int = 0,
) -> NDArray[Any]:
    """Draw some images of each class, chosen at random, and say how many there are.

    Parameters
    ----------
    images : Split, or array (n, height, width) or (n, height, width, channels)
        Between 0 and 1. Of a split of files only those drawn are read.
    labels : int array (n,), optional
        0 ... classes - 1. By default those of the split.
    classes : sequence of str
        Names, such as ``dataset.classes``.
    per_class : int
        Images of each class; fewer where there are fewer.
    seed : int
        Another seed chooses other images.

    Returns
    -------
    array (rows, columns) of matplotlib axes
        A class a row; with more than five classes two in a row.

    Raises
    ------
    ValueError
        If lengths differ, a label is none of the classes, or a class has no image.

    Examples
    --------
    >>> axes = sample_grid(np.zeros((3, 8, 8)), [0, 0, 1], ["cat", "dog"], per_class=2)
    >>> [ax.texts[0].get_text() for ax in axes[:, 0]]
    ['cat: 2 images', 'dog: 1 image']
    """
    at_least_one(per_class, "per_class")
    if labels is None:
        if not isinstance(images, Split):
            raise ValueError("labels are missing: pass one for each image, or a split such as dataset.train.")
        labels = images.labels
    truth = np.asarray(labels)
    members = _members(truth, len(images), classes)
    generator = np.random.default_rng(seed)
    chosen = [generator.permutation(each)[:per_class] for each in members]
    beside = 2 if len(classes) > _BLOCK else 1
    rows, columns = -(-len(classes) // beside), beside * per_class
    size = min(1.5, _WIDTH / columns)
    _, axes = plt.subplots(
        rows, columns, figsize=(columns * size, rows * (size + 0.25)), squeeze=False, layout="constrained"
    )
    for ax in axes.flat:
        ax.set_axis_off()
        ax.set_anchor("S")  # the room that is left is for the words above
    drawn = iter(_read(images, np.concatenate(chosen)))
    for i, places in enumerate(chosen):
        first = (i // beside, (i % beside) * per_class)
        for column in range(len(places)):
            ax = draw_image(next(drawn), ax=axes[first[0], first[1] + column])
            ax.set_axis_on()
            ax.images[0].set_interpolation("auto")
        total = len(members[i])
        title = f"{classes[i]}: {total:,} image{'s' * (total != 1)}"
        # Not the title of the axes, which would push its neighbour away.
        axes[first].annotate(
            title,
            (0, 1),
            (0, 4),
            xycoords="axes fraction",
            textcoords="offset points",
            fontsize=9.5,
            fontweight="bold",
            in_layout=False,
        )
    return axes


def augmentation_sheet(
    image: ArrayLike, augmentation: Callable[..., Any], count: int = 6, seed: int = 0
) -> NDArray[Any]:
    """Draw an image and what augmentation makes of it.

    Parameters
    ----------
    image : array (height, width, channels)
        Between 0 and 1.
    augmentation : callable
        A Keras layer or model, called once as ``augmentation(batch, training=True)`` on copies of the image.
    count : int
        Variations.
    seed : int
        Another seed gives other variations. It decides for the random layers of Keras, which go on afterwards as if
        they had not been called; other callables have their own randomness.

    Returns
    -------
    array (rows, columns) of matplotlib axes

    Raises
    ------
    ValueError
        If there is not one image, or the augmentation gives back something else.

    Examples
    --------
    >>> axes = augmentation_sheet(np.zeros((8, 8, 3)), lambda batch, training: batch + 0.5, count=2)
    >>> [ax.get_title(loc="left") for ax in axes.flat]
    ['original', 'variation 1', 'variation 2']
    """
    at_least_one(count, "count")
    original = np.asarray(image, np.float32)
    if original.ndim != 3 or not np.isfinite(original).all():
        raise ValueError(
            f"image has shape {original.shape}{'' if original.ndim != 3 else ' and holds NaN or infinity'}: pass one "
            "image (height, width, channels), between 0 and 1."
        )
    batch = np.repeat(original[None], count, axis=0)
    varied = np.asarray(_seeded(augmentation, batch, seed))
    if varied.ndim != 4 or len(varied) != count or not np.isfinite(varied).all():
        raise ValueError(
            f"augmentation made shape {varied.shape} of {batch.shape}: it must give back as many images, without NaN."
        )
    titles = ["original", *(f"variation {number}" for number in range(1, count + 1))]
    columns = min(count + 1, 7)
    axes = draw_images(
        [original.clip(0, 1), *varied.clip(0, 1)], titles, columns=columns, size=min(1.8, _WIDTH / columns)
    )
    for ax in axes.flat[: len(titles)]:
        ax.images[0].set_interpolation("auto")
    return axes


def _members(labels: NDArray[Any], count: int, classes: Sequence[str]) -> list[NDArray[np.intp]]:
    """Return the places of the images of each class."""
    if isinstance(classes, str) or not len(classes):
        raise ValueError(f"classes is {classes!r}: pass the names of all classes in a list, as in dataset.classes.")
    if labels.shape != (count,):
        raise ValueError(f"labels have shape {labels.shape} but there are {count} images: pass one an image.")
    strangers = labels[~np.isin(labels, np.arange(len(classes)))]
    if strangers.size:
        raise ValueError(
            f"labels hold {strangers[0].item()!r}: with {len(classes)} classes they are whole numbers from 0 to "
            f"{len(classes) - 1}."
        )
    members = [np.flatnonzero(labels == i) for i in range(len(classes))]
    empty = [str(name) for name, places in zip(classes, members, strict=True) if not len(places)]
    if empty:
        raise ValueError(f"there is no image of {', '.join(empty)}: take more data, or leave the class out.")
    return members


def _read(images: Split | Sequence[ArrayLike] | NDArray[Any], places: NDArray[np.intp]) -> NDArray[Any] | list[Any]:
    if not isinstance(images, Split):
        return [np.asarray(images[i]) for i in places]
    if images.images is not None:
        return images.images[places] / np.float32(255)
    files = [(images.paths or ())[i] for i in places]
    part = Split.from_files(images.name, files, images.labels[places])
    return part.arrays(size=_SIDE, fit="crop")[0]


def _seeded(augmentation: Callable[..., Any], batch: NDArray[np.float32], seed: int) -> Any:
    """Call the augmentation with the states of its random generators set by the seed, and put them back."""
    variables = getattr(augmentation, "non_trainable_variables", [])
    states = [variable for variable in variables if "seed_generator_state" in variable.path]
    before = [state.numpy() for state in states]
    numbers = np.random.SeedSequence(seed).generate_state(len(states))
    try:
        for state, number in zip(states, numbers, strict=True):
            state.assign(np.array([number, 0], np.uint32))
        return augmentation(batch, training=True)
    finally:
        for state, value in zip(states, before, strict=True):
            state.assign(value)
