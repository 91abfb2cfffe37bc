"""CNN fixations: from the class backwards, the places whose evidence made each unit answer, until they lie on pixels.

No gradient is needed: activations and weights of a run are enough.
"""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import ndimage
from scipy.spatial import KDTree

from coursekit.arrays import Floats, at_least_one
from coursekit.docstrings import entries_from
from coursekit.explain.engine.heatmaps import warn_of_flat_maps
from coursekit.explain.engine.inputs import Inputs
from coursekit.explain.engine.layer_calls import layer_paths
from coursekit.explain.engine.run import run_noted, target_classes
from coursekit.explain.methods.fixation_backtracking import BackwardChain, chain, sources

Places = NDArray[np.intp]


def fixations(
    model: keras.Model,
    images: ArrayLike,
    target: ArrayLike | None = None,
    *,
    spread: float = 20 / 224,
    neighbours: float = 0.05,
    radius: float = 0.1,
    batch_size: int = 4,
) -> Floats:
    """Return CNN fixations: the density of the pixels that the evidence for the class leads back to.

    `fixated_pixels` says how they are found. Each is drawn as a Gaussian; the map is divided by its maximum.

    Parameters
    ----------
    model : keras.Model
        Made of layers that have a rule here; the message names the one that has none.
    images : array (n, height, width, channels) or (n, length, channels)
        In the values that the model takes, for example 0 to 1. Of three axes, spectra.
    target : None, int or array (n,)
        Class to explain; None means the predicted class of each image.
    spread : float
        Standard deviation of the Gaussian as a share of the longer side: 20 pixels of 224 in the paper.
    neighbours, radius : float
        A pixel stays if more than this share of all pixels, itself among them, lies within this share of the image's
        diagonal; if none would, all stay. 0 keeps all.
    batch_size : int
        Images at once: bounds the memory for the activations.

    Returns
    -------
    array float32 (n, height, width) or (n, length)
        0 to 1.

    Raises
    ------
    ValueError
        If an option is out of its range or a layer has no rule.

    References
    ----------
    K. R. Mopuri, U. Garg and R. V. Babu (2019), "CNN fixations: an unraveling approach to visualize the discriminative
    image regions", IEEE Transactions on Image Processing 28, 2116-2125, arXiv:1708.06670.

    Examples
    --------
    >>> from coursekit import networks
    >>> fixations(networks.mnist_convnet(), np.random.default_rng(0).random((2, 28, 28, 1))).shape
    (2, 28, 28)
    """
    if not 0 < spread < np.inf:
        raise ValueError(f"spread is {spread!r}: it must be above 0, for example 0.09 of the image's longer side.")
    options: Any = {"neighbours": neighbours, "radius": radius, "batch_size": batch_size}
    found = fixated_pixels(model, images, target, **options)
    sides = np.asarray(images).shape[1:-1]
    heatmaps = np.zeros((len(found), *sides))
    for heatmap, places in zip(heatmaps, found, strict=True):
        heatmap[tuple(places.T)] = 1
        heatmap[...] = ndimage.gaussian_filter(heatmap, spread * max(sides), mode="constant")
        heatmap /= heatmap.max() or 1
    drawn: Floats = heatmaps.astype(np.float32)
    warn_of_flat_maps(drawn, "nothing speaks for the class: no input of its unit has a positive share in the score.")
    return drawn


@entries_from(fixations)
def fixated_pixels(
    model: keras.Model,
    images: ArrayLike,
    target: ArrayLike | None = None,
    *,
    neighbours: float = 0.05,
    radius: float = 0.1,
    batch_size: int = 4,
) -> list[Places]:
    """Return the pixels that the evidence for the class leads back to, for each image.

    From a unit of a dense layer to all inputs whose activation times weight is positive, or, where these are flattened
    maps, to the largest only. From a unit of a convolution to the channel that adds most to it, at the middle of what
    the unit sees; of a depthwise convolution, which sees one map, to the pixel that adds most. From pooling to the
    strongest pixel of its window. From a sum to its larger term, from a product to what its gate lets through. Several
    ways to one place make one place.

    Parameters
    ----------
    {model}
    {images}
    {target}
    {neighbours}
    {radius}
    {batch_size}

    Returns
    -------
    list of array (m, 2)
        Row and column of each pixel, or (m, 1) for spectra.

    Examples
    --------
    >>> from coursekit import networks
    >>> images = np.random.default_rng(0).random((2, 28, 28, 1))
    >>> [places.shape[1] for places in fixated_pixels(networks.mnist_convnet(), images)]
    [2, 2]
    """
    if not (0 <= neighbours < 1 and 0 < radius <= 1):
        raise ValueError(f"neighbours is {neighbours!r} and radius {radius!r}: pass shares, such as 0.05 and 0.1.")
    at_least_one(batch_size, "batch_size")
    inputs = Inputs.of(model, images)
    checked, layers = inputs.images, layer_paths(model)
    classes = target_classes(inputs, target, batch_size=batch_size)
    found = []
    for start in range(0, len(checked), batch_size):
        rows = slice(start, start + batch_size)
        arrays, (way,) = run_noted(inputs.with_images(checked[rows]), classes[rows], chain, batch_size=batch_size)
        for i, class_ in enumerate(classes[rows]):
            places = _followed([array[i] for array in arrays[1:]], way, layers, int(class_))
            found.append(_supported(places, checked.shape[1:-1], neighbours, radius))
    return found


def _followed(arrays: list[Floats], way: BackwardChain, layers: dict[str, Any], class_: int) -> Places:
    """Return the pixels (m, axes) that one image's class leads back to."""
    start = [0, 2 * class_ - 1] if way.units == 1 else [class_, 1]
    points = {way.top: [np.array([start])]}
    for link in way.links:
        if link.output in points:
            arrived = np.unique(np.concatenate(points.pop(link.output)), axis=0)
            for source, found in sources(link, layers[link.path], arrays, arrived):
                points.setdefault(source, []).append(found)
    on_pixels = np.concatenate(points[way.images])
    return np.unique(on_pixels[:, :-2], axis=0)


def _supported(places: Places, sides: tuple[int, ...], neighbours: float, radius: float) -> Places:
    """Return the places that have enough others around them."""
    if len(places) == 0:
        return places
    around = KDTree(places).query_ball_point(places, radius * np.hypot.reduce(sides), return_length=True)
    kept = around > neighbours * len(places)
    return places[kept] if kept.any() else places
