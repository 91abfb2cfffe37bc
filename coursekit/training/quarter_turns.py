"""Turned copies of training images: what stands in for augmentation where features are computed once."""

from __future__ import annotations

import numpy as np

from coursekit.data import Split


def quarter_turned(split: Split, size: int, turns: int) -> Split:
    """Return the images of a split, scaled to a square, each turned by so many quarter turns counter-clockwise.

    Quarter turns are exact: no pixel is interpolated and no corner is lost.

    Parameters
    ----------
    split : Split
        Images for which every way up is as good, as eyes are.
    size : int
        Height and width in pixels.
    turns : int
        0 to 3.

    Returns
    -------
    Split
        uint8 images (n, size, size, 3) with the labels and groups of the split.

    Examples
    --------
    >>> grey = Split.from_arrays("train", np.full((2, 8, 8, 3), 9, np.uint8), [0, 1])
    >>> quarter_turned(grey, size=8, turns=1)
    Split('train', 2 images of 8x8x3)
    """
    images = np.rint(255 * split.arrays(size=size)[0]).astype(np.uint8)
    turned = np.ascontiguousarray(np.rot90(images, turns, axes=(1, 2)))
    return Split.from_arrays(split.name, turned, split.labels, groups=split.groups)
