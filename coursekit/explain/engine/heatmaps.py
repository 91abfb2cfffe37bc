"""Heatmaps as they are returned: brought to the size of the image, and a warning of those that are zero everywhere."""

from __future__ import annotations

import functools
import os
import sys
import warnings
from pathlib import Path

import numpy as np

from coursekit.arrays import Floats

_PACKAGE = f"{Path(__file__).parents[2]}{os.sep}"


def resized(maps: Floats, shape: tuple[int, ...]) -> Floats:
    """Return maps (n, h, w) or (n, l) in another size, by bilinear interpolation between the middles of pixels.

    Examples
    --------
    >>> import numpy as np
    >>> resized(np.array([[[0.0, 1.0]]], dtype=np.float32), (1, 4))
    array([[[0.  , 0.25, 0.75, 1.  ]]], dtype=float32)
    """
    larger: Floats = maps.astype(np.float32, copy=False)
    for axis, size in enumerate(shape, start=1):
        along = np.moveaxis(larger, axis, -1) @ _interpolation(maps.shape[axis], size)
        larger = np.moveaxis(along, -1, axis)
    return np.ascontiguousarray(larger)


@functools.lru_cache(maxsize=32)
def _interpolation(before: int, after: int) -> Floats:
    """Return how much each of so many pixels counts for each of the new ones, (before, after)."""
    places = np.clip((np.arange(after) + 0.5) * before / after - 0.5, 0, before - 1)
    weights: Floats = np.maximum(1 - np.abs(places - np.arange(before)[:, np.newaxis]), 0).astype(np.float32)
    weights.setflags(write=False)
    return weights


def warn_of_flat_maps(heatmaps: Floats, why: str) -> None:
    """Warn of maps that are zero everywhere, and say why."""
    flat = np.flatnonzero(~heatmaps.reshape(len(heatmaps), -1).any(axis=1))
    if len(flat):
        which = ", ".join(map(str, flat[:8])) + (" ..." if len(flat) > 8 else "")
        warn_of_user(f"the heatmap is zero everywhere for image {which}: {why}")


def warn_of_user(message: str) -> None:
    """Warn at the line outside of this package that asked, however many functions lie between."""
    depth, frame = 2, sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_PACKAGE):
        depth, frame = depth + 1, frame.f_back
    warnings.warn(message, stacklevel=depth)
