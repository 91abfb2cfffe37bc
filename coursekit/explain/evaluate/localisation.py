"""Does the heatmap lie where the object is? Comparisons with a mask of the object.

That the network looks elsewhere is no fault of the explainer: these say something about methods only where it is known
what the network looks at.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import ndimage

from coursekit.arrays import Floats
from coursekit.docstrings import entries_from
from coursekit.explain.evaluate.ratio import ratio

Masks = NDArray[np.bool_]


def pointing_game(heatmaps: ArrayLike, masks: ArrayLike, tolerance: float = 0) -> Floats:
    """Return 1 for each heatmap whose highest pixel lies on the object, else 0.

    Of several highest pixels the share on the object counts: a flat map scores what a random point would.

    Parameters
    ----------
    heatmaps : array (n, height, width)
        Of any units, the hotter the higher.
    masks : array (n, height, width)
        True, or above 0, on the object.
    tolerance : float
        A pixel so close to the object also hits, in pixels.

    Returns
    -------
    array (n,)

    Raises
    ------
    ValueError
        If the shapes differ, a heatmap is not finite or a mask is empty.

    References
    ----------
    J. Zhang et al. (2018), "Top-down neural attention by excitation backprop", International Journal of Computer
    Vision 126, 1084-1102.

    Examples
    --------
    >>> pointing_game([[[0.1, 0.9]]], [[[False, True]]])
    array([1.])
    """
    maps, objects = _checked(heatmaps, masks)
    if tolerance > 0:
        objects = np.stack([ndimage.distance_transform_edt(~mask) <= tolerance for mask in objects])
    highest = maps == maps.max(axis=(1, 2), keepdims=True)
    hits: Floats = (highest & objects).sum(axis=(1, 2)) / highest.sum(axis=(1, 2))
    return hits


@entries_from(pointing_game)
def relevance_mass_accuracy(heatmaps: ArrayLike, masks: ArrayLike) -> Floats:
    """Return the share of the positive heat that lies on the object.

    A flat map scores the object's share of the image.

    Parameters
    ----------
    {heatmaps}
    {masks}

    Returns
    -------
    array (n,)
        0 to 1; nan where there is no positive heat.

    References
    ----------
    H. Wang et al. (2020), arXiv:1910.01279 (the energy-based pointing game).

    Examples
    --------
    >>> relevance_mass_accuracy([[[1.0, 3.0, -9.0]]], [[[False, True, False]]])
    array([0.75])
    """
    maps, objects = _checked(heatmaps, masks)
    heat = np.maximum(maps, 0)
    return ratio((heat * objects).sum(axis=(1, 2)), heat.sum(axis=(1, 2)))


@entries_from(pointing_game)
def relevance_rank_accuracy(heatmaps: ArrayLike, masks: ArrayLike) -> Floats:
    """Return which share of the hottest pixels, as many as the object has, lies on it. No threshold is needed.

    Ties count by the share that would fall on the object at random.

    Parameters
    ----------
    {heatmaps}
    {masks}

    Returns
    -------
    array (n,)
        0 to 1.

    References
    ----------
    L. Arras, A. Osman and W. Samek (2022), "CLEVR-XAI: a benchmark dataset for the ground truth evaluation of neural
    network explanations", Information Fusion 81, 14-40.

    Examples
    --------
    >>> relevance_rank_accuracy([[[1.0, 0.9, 0.1]]], [[[False, True, True]]])
    array([0.5])
    """
    maps, objects = _checked(heatmaps, masks)
    shares = []
    for heat, mask in zip(maps.reshape(len(maps), -1), objects.reshape(len(objects), -1), strict=True):
        size = int(mask.sum())
        limit = np.partition(heat, -size)[-size]
        above, level = heat > limit, heat == limit
        hits = (above & mask).sum() + (size - above.sum()) * (level & mask).sum() / level.sum()
        shares.append(hits / size)
    return np.array(shares)


def _checked(heatmaps: ArrayLike, masks: ArrayLike) -> tuple[Floats, Masks]:
    maps, objects = np.asarray(heatmaps, np.float64), np.asarray(masks)
    if maps.ndim != 3 or maps.size == 0 or objects.shape != maps.shape:
        raise ValueError(
            f"heatmaps have shape {maps.shape} and masks {objects.shape}: both must be (n, height, width), n above 0."
        )
    if not np.isfinite(maps).all():
        raise ValueError("heatmaps hold values that are not finite: explain these images again.")
    found: Masks = objects > 0
    if not found.any(axis=(1, 2)).all():
        empty = int(np.flatnonzero(~found.any(axis=(1, 2)))[0])
        raise ValueError(f"mask {empty} is empty: leave out images without the object.")
    return maps, found
