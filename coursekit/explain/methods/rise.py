"""RISE: look at the image through random masks and watch the score. No gradient is needed."""

from __future__ import annotations

from collections.abc import Iterator

import keras
import numpy as np
from numpy.typing import ArrayLike

from coursekit.arrays import Floats, at_least_one
from coursekit.docstrings import entries_from
from coursekit.explain.engine.heatmaps import resized
from coursekit.explain.engine.inputs import Classes, Inputs
from coursekit.explain.engine.run import fitting_batch, target_classes, target_scores
from coursekit.explain.engine.value_range import Baseline, baseline_of
from coursekit.explain.methods.gradients import gradients


@entries_from(gradients)
def rise(
    model: keras.Model,
    images: ArrayLike,
    target: ArrayLike | None = None,
    *,
    masks: int = 2000,
    cells: int = 7,
    shown: float = 0.5,
    baseline: Baseline = "black",
    seed: int = 0,
    batch_size: int | None = None,
) -> Floats:
    """Return RISE: the mean score of the image seen through random masks that let the pixel through.

    ``sum over masks of S(M x + (1 - M) b) M / sum over masks of M``, pixel by pixel. Masks are random grids of 0 and 1,
    enlarged by bilinear interpolation and shifted at random. The mean score is no zero: only the differences between
    pixels say something. The paper takes the probability for S and divides by the masks' expected mean instead of
    their mean; this way a number that is added to every score is added to every pixel.

    Parameters
    ----------
    {model}
    {images}
    {target}
    masks : int
        How many; the same for all images. It costs a forward pass each.
    cells : int
        Cells of the grid along each side.
    shown : float
        Probability that a cell is let through, above 0 and below 1.
    baseline : "black", "grey", "white", number or array that broadcasts to the images
        What hidden pixels fade to, in the images' units: black, the mean colour, a blurred image.
    seed : int
        Of the random numbers: the same seed, the same result.
    {batch_size}

    Returns
    -------
    array float32 (n, height, width) or (n, length)
        In the range of the scores.

    Raises
    ------
    ValueError
        If an option is out of its range, or so few masks are drawn that they never show some pixel.

    References
    ----------
    V. Petsiuk, A. Das and K. Saenko (2018), "RISE: randomized input sampling for explanation of black-box models",
    BMVC, arXiv:1806.07421.

    Examples
    --------
    >>> from coursekit import networks
    >>> rise(networks.mnist_convnet(), np.ones((2, 28, 28, 1)), masks=40).shape
    (2, 28, 28)
    """
    at_least_one(masks, "masks")
    at_least_one(cells, "cells")
    if not 0 < shown < 1:
        raise ValueError(f"shown is {shown!r}: it is the share of cells that are let through, above 0 and below 1.")
    inputs = Inputs.of(model, images)
    checked = inputs.images
    nothing = baseline_of(baseline, inputs)
    classes = target_classes(inputs, target, batch_size=batch_size)
    batch_size = fitting_batch(inputs, batch_size, len(inputs) * masks)
    weighted = np.zeros(checked.shape[:-1])
    total = np.zeros(checked.shape[1:-1])
    for some in _random_masks(checked.shape[1:-1], masks, cells, shown, seed, batch_size):
        seen = _covered_scores(inputs, nothing, 1 - some, classes, batch_size)
        weighted += np.tensordot(seen, some, axes=1)
        total += some.sum(axis=0)
    if not total.all():
        raise ValueError(f"{masks} masks never show {np.sum(total == 0)} of the pixels: draw more masks.")
    heatmaps: Floats = (weighted / total).astype(np.float32)
    return heatmaps


def _random_masks(
    shape: tuple[int, ...], masks: int, cells: int, shown: float, seed: int, at_once: int
) -> Iterator[Floats]:
    """Yield smooth random masks, 0 to 1, some at a time; how many at a time changes none of them."""
    random = np.random.default_rng(seed)
    cell = tuple(-(-side // cells) for side in shape)
    for start in range(0, masks, at_once):
        drawn = []
        for _ in range(min(at_once, masks - start)):
            # One cell more than the image has, for the shift.
            grid = (random.random((1, *[cells + 1] * len(shape))) < shown).astype(np.float32)
            large = resized(grid, tuple(size * (cells + 1) for size in cell))[0]
            shift = [random.integers(size) for size in cell]
            drawn.append(large[tuple(slice(first, first + side) for first, side in zip(shift, shape, strict=True))])
        yield np.stack(drawn)


def _covered_scores(inputs: Inputs, nothing: Floats, covering: Floats, classes: Classes, batch_size: int) -> Floats:
    """Return the score (n, m) of each of n images under each of m covers, batch_size at once.

    A cover is 0 where the image shows and 1 where `nothing` does.
    """
    images = inputs.images
    found = np.empty((len(images), len(covering)), images.dtype)
    for start in range(0, found.size, batch_size):
        which, cover = np.divmod(np.arange(start, min(start + batch_size, found.size)), len(covering))
        opacity = covering[cover][..., np.newaxis].astype(images.dtype)
        covered = images[which] + opacity * (nothing[which] - images[which])
        found[which, cover] = target_scores(inputs.with_images(covered), classes[which], batch_size=batch_size)
    return found
