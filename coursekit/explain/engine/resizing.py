"""Maps in another size."""

from __future__ import annotations

import functools

import numpy as np

from coursekit.arrays import Floats


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


@functools.lru_cache(maxsize=256)
def _interpolation(before: int, after: int) -> Floats:
    """Return how much each of so many pixels counts for each of the new ones, (before, after)."""
    places = np.clip((np.arange(after) + 0.5) * before / after - 0.5, 0, before - 1)
    weights: Floats = np.maximum(1 - np.abs(places - np.arange(before)[:, np.newaxis]), 0).astype(np.float32)
    weights.setflags(write=False)
    return weights
