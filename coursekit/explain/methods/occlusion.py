"""Occlusion: cover the image patch by patch and watch the score. No gradient is needed."""

from __future__ import annotations

import keras
import numpy as np
from numpy.typing import ArrayLike, NDArray

from coursekit.arrays import Floats, at_least_one
from coursekit.explain.engine.heatmaps import warn_of_flat_maps
from coursekit.explain.engine.inputs import Inputs
from coursekit.explain.engine.run import fitting_batch, run_on_one, target_classes, target_scores
from coursekit.explain.engine.value_range import Baseline, baseline_of
from coursekit.explain.methods.incremental_occlusion import CoveredScores

Sides = int | tuple[int, ...]
Corners = NDArray[np.int32]

_LEAST_AT_ONCE = 8


def occlusion(
    model: keras.Model,
    images: ArrayLike,
    target: ArrayLike | None = None,
    *,
    patch: Sides = 8,
    stride: Sides | None = None,
    baseline: Baseline = "black",
    batch_size: int | None = None,
) -> Floats:
    """Return by how much the score falls when a patch over the pixel is covered.

    A pixel gets the mean of ``S(x) - S(x with the patch covered)`` over the patches that cover it. Patches lie a stride
    apart, the last ones flush with the edge, so that every pixel is covered. It costs a forward pass a patch; of
    images less, as only what a patch can change is computed anew, and that exactly.

    Parameters
    ----------
    model : keras.Model
        A classifier of one input and one output, of logits or probabilities.
    images : array (n, height, width, channels) or (n, length, channels)
        In the values that the model takes, for example 0 to 1. Of three axes, spectra.
    target : None, int or array (n,)
        Class to explain; None means the class predicted for the whole image.
    patch : int or (rows, columns)
        Size of the patch in pixels.
    stride : int or (rows, columns), optional
        From one patch to the next, at most as far as it is wide; as far if not given.
    baseline : "black", "grey", "white", number or array that broadcasts to the images
        What the patch shows, in the images' units: black, the mean colour, a blurred image.
    batch_size : int, optional
        Covered images at once. If not given, as many as this machine's cache holds, 8 to 32.

    Returns
    -------
    array float32 (n, height, width) or (n, length)
        Signed: below 0 where the score rises when the patch is covered.

    Raises
    ------
    ValueError
        If the patch does not fit into the image, or the stride would leave pixels out.

    References
    ----------
    M. D. Zeiler and R. Fergus (2014), "Visualizing and understanding convolutional networks", ECCV, arXiv:1311.2901.

    Examples
    --------
    >>> from coursekit import networks
    >>> occlusion(networks.mnist_convnet(), np.ones((2, 28, 28, 1)), patch=14).shape
    (2, 28, 28)
    """
    inputs = Inputs.of(model, images)
    checked = inputs.images
    corners, sizes = _patches(checked.shape[1:-1], patch, stride)
    nothing = baseline_of(baseline, inputs)
    classes = target_classes(inputs, target, batch_size=batch_size)
    if batch_size is None:
        # Each call computes the whole image once, and then only what its patches change.
        batch_size = max(_LEAST_AT_ONCE, fitting_batch(inputs, None, 0))
    at_least_one(batch_size, "batch_size")
    falls = np.repeat(target_scores(inputs, classes, batch_size=batch_size)[:, np.newaxis], len(corners), axis=1)
    for i, class_ in enumerate(classes):
        one = inputs.with_images(checked[i : i + 1])
        for start in range(0, len(corners), batch_size):
            some = slice(start, start + batch_size)
            falls[i, some] -= _scores_under_patches(one, nothing[i : i + 1], int(class_), corners[some], sizes)
    heatmaps = _mean_falls(falls, corners, sizes, checked.shape[1:-1]).astype(np.float32)
    warn_of_flat_maps(heatmaps, "no patch changes the score; cover more, or by another baseline.")
    return heatmaps


def _scores_under_patches(
    one: Inputs, nothing: Floats, class_: int, corners: Corners, sizes: tuple[int, ...]
) -> Floats:
    """Return the score of one image (1, ...) with each of the patches covered, (patches,)."""
    if len(sizes) == 2:
        body = CoveredScores((sizes[0], sizes[1]))
        return run_on_one(one, class_, body, [nothing, corners], passes=len(corners))[0]
    covered = one.images.repeat(len(corners), axis=0)
    for image, corner in zip(covered, corners, strict=True):
        image[_place(corner, sizes)] = nothing[0][_place(corner, sizes)]
    return target_scores(one.with_images(covered), class_, batch_size=len(covered))


def _mean_falls(falls: Floats, corners: Corners, sizes: tuple[int, ...], shape: tuple[int, ...]) -> Floats:
    total, times = np.zeros((len(falls), *shape)), np.zeros(shape)
    for corner, fall in zip(corners, falls.T, strict=True):
        total[(slice(None), *_place(corner, sizes))] += fall.reshape(-1, *[1] * len(shape))
        times[_place(corner, sizes)] += 1
    return np.asarray(total / times)


def _place(corner: Corners, sizes: tuple[int, ...]) -> tuple[slice, ...]:
    return tuple(slice(first, first + size) for first, size in zip(corner, sizes, strict=True))


def _patches(shape: tuple[int, ...], patch: Sides, stride: Sides | None) -> tuple[Corners, tuple[int, ...]]:
    """Return the corners (patches, axes) and the size of patches that cover every pixel."""
    sizes = _sides(patch, "patch", len(shape))
    steps = sizes if stride is None else _sides(stride, "stride", len(shape))
    if any(size > side for size, side in zip(sizes, shape, strict=True)):
        raise ValueError(f"patch is {sizes} but the image {shape}: the patch must fit into the image.")
    if any(step > size for step, size in zip(steps, sizes, strict=True)):
        raise ValueError(f"stride is {steps} and patch {sizes}: a stride above the patch leaves pixels uncovered.")
    places = [
        np.minimum(np.arange(0, side - size + step, step), side - size)
        for side, size, step in zip(shape, sizes, steps, strict=True)
    ]
    corners = np.stack(np.meshgrid(*places, indexing="ij"), axis=-1).reshape(-1, len(shape))
    return corners.astype(np.int32), sizes


def _sides(value: Sides, name: str, axes: int) -> tuple[int, ...]:
    sides = value if isinstance(value, tuple) else (value,) * axes
    if len(sides) != axes:
        raise ValueError(f"{name} is {value!r}: pass one number, or one for each of the {axes} axes of the image.")
    for side in sides:
        at_least_one(side, name)
    return sides
