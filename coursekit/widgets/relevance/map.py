"""One Taylor decomposition as arrays: an image, its root point, the gradient, and the relevance of every pixel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from coursekit.arrays import Floats

if TYPE_CHECKING:
    import keras

RootName = Literal["blur", "sharpen", "pixelate", "nearest"]
Slope = Literal["root", "image", "mean"]


@dataclass(frozen=True)
class RelevanceMap:
    """How the answer for one class is shared out among the pixels.

    Attributes
    ----------
    target : int
        The class.
    classes : int
        How many the model tells apart.
    image, root, gradient : array
        Of the shape that the model takes.
    answers : (float, float)
        For the class, at the image and at the root point: logits, or probabilities.
    """

    target: int
    classes: int
    image: Floats
    root: Floats
    gradient: Floats
    answers: tuple[float, float]

    @property
    def heatmap(self) -> Floats:
        """The relevance of each pixel: gradient times (image - root), channels summed."""
        summed: Floats = (self.gradient * (self.image - self.root)).sum(axis=-1)
        return summed

    @property
    def remainder(self) -> float:
        """What the straight line misses: the difference of the answers less the sum of the relevance."""
        return self.answers[0] - self.answers[1] - float(self.heatmap.sum())


def relevance_of(
    model: keras.Model, image: Floats, root: Floats, target: int | None, slope: Slope, softmax: bool
) -> RelevanceMap:
    """Share the answer for a class out among the pixels.

    Parameters
    ----------
    model : keras.Model
        Any of one input.
    image, root : array (height, width, channels) or (length, channels)
        As the model takes them.
    target : int or None
        None is the class that the model predicts for the image.
    slope : {"root", "image", "mean"}
        Where the gradient is taken.
    softmax : bool
        Explain the probability, after softmax or sigmoid, and not the logit.

    Examples
    --------
    >>> import keras
    >>> model = keras.Sequential([keras.Input((2, 2, 1)), keras.layers.Flatten(), keras.layers.Dense(2)])
    >>> weights = np.array([[0.0, 1.0], [0.0, 2.0], [0.0, 3.0], [0.0, 4.0]])
    >>> model.set_weights([weights, np.zeros(2)])
    >>> found = relevance_of(model, np.ones((2, 2, 1)), np.zeros((2, 2, 1)), 1, "root", softmax=False)
    >>> found.heatmap.tolist(), abs(round(found.remainder, 4))
    ([[1.0, 2.0], [3.0, 4.0]], 0.0)
    """
    from coursekit.explain import class_probabilities, explained_classes, taylor_relevance

    one = image[np.newaxis]
    chosen = int(explained_classes(model, one, target)[0])
    found = taylor_relevance(model, one, chosen, root=root[np.newaxis], slope=slope, probability=softmax)
    return RelevanceMap(
        target=chosen,
        classes=class_probabilities(model, one).shape[1],
        image=image,
        root=root,
        gradient=found.slopes[0],
        answers=(float(found.above[0]), float(found.below[0])),
    )


def nearest_other(image: Floats, target: int, pool: Floats, classes: NDArray[np.integer[Any]]) -> int:
    """Return which image of a pool, of another class, differs least from this one: the least sum of squares.

    Parameters
    ----------
    image : array (height, width, channels)
        The one that is explained.
    target : int
        Its class.
    pool : array (n, height, width, channels)
        Where it is looked for.
    classes : int array (n,)
        Of the pool.

    Returns
    -------
    int
        Its place in the pool.

    Raises
    ------
    ValueError
        If all of the pool is of this class.

    Examples
    --------
    >>> nearest_other(np.zeros((2, 2)), 1, np.array([np.zeros((2, 2)), np.ones((2, 2))]), np.array([1, 0]))
    1
    """
    others = np.flatnonzero(classes != target)
    if not len(others):
        raise ValueError(
            f"the model sees class {target} in all {len(pool)} images that it is offered: there is none of another "
            "class. Choose a blurred or sharpened image as the root point, or pass more images."
        )
    distances = ((pool[others] - image) ** 2).reshape(len(others), -1).sum(axis=1)
    return int(others[np.argmin(distances)])


def with_gamma(heatmap: Floats, gamma: float) -> Floats:
    """Return relevance (height, width), -1 to 1, its size to a power and its sign kept: under 1 weak relevance shows.

    Examples
    --------
    >>> with_gamma(np.array([-4.0, 1.0]), 0.5).tolist()
    [-1.0, 0.5]
    """
    largest = float(np.abs(heatmap).max())
    share: Floats = np.abs(heatmap) / (largest if largest > 0 else 1.0)
    drawn: Floats = np.sign(heatmap) * share**gamma
    return drawn


def in_blocks(heatmap: Floats, most: int) -> Floats:
    """Return the sums of a map (height, width) over equal blocks, at most so many along a side.

    Examples
    --------
    >>> in_blocks(np.ones((5, 4)), most=3).tolist()
    [[4.0, 4.0], [4.0, 4.0], [2.0, 2.0]]
    """
    side = -(-max(heatmap.shape) // most)
    padded = np.pad(heatmap, [(0, -length % side) for length in heatmap.shape])
    rows, columns = (length // side for length in padded.shape)
    sums: Floats = padded.reshape(rows, side, columns, side).sum(axis=(1, 3))
    return sums
