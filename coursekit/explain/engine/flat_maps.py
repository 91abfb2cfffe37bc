"""Heatmaps that are zero everywhere, and why."""

from __future__ import annotations

import warnings

import numpy as np

from coursekit.arrays import Floats


def warn_of_flat_maps(heatmaps: Floats, why: str) -> None:
    """Warn, two functions up, of maps that are zero everywhere, and say why."""
    flat = np.flatnonzero(~heatmaps.reshape(len(heatmaps), -1).any(axis=1))
    if len(flat):
        which = ", ".join(map(str, flat[:8])) + (" ..." if len(flat) > 8 else "")
        warnings.warn(f"the heatmap is zero everywhere for image {which}: {why}", stacklevel=4)
