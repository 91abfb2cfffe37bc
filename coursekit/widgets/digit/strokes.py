"""From the strokes of a pen to an image like those of MNIST."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

Stroke = Sequence[Sequence[float]]

SIDE = 28
_BOX = 20
_PEN = 2.4
_FINENESS = 8
# A stroke shorter than this share of the pad is a dot or a slip: it is not blown up to the full box.
_SHORTEST = 0.15


def mnist_image(strokes: Sequence[Stroke], pad_size: float) -> NDArray[np.float32]:
    """Draw strokes as MNIST's digits were prepared: 20 pixels long, their centre of mass in the middle of 28 by 28.

    The pen is as broad as MNIST's, however large or small somebody draws.

    Parameters
    ----------
    strokes : sequence of strokes
        Each a sequence of points ``(x, y)``, to the right and down.
    pad_size : float
        Side of the pad in the same unit.

    Returns
    -------
    float32 array (28, 28), in 0..1
        Black (0) where there is nothing.

    References
    ----------
    Y. LeCun, C. Cortes and C. Burges, "The MNIST database of handwritten digits", section on the file formats.

    Examples
    --------
    >>> image = mnist_image([[(10, 10), (10, 200)]], pad_size=280)
    >>> image.shape, float(image.max())
    ((28, 28), 1.0)
    """
    points = [np.asarray(stroke, np.float64).reshape(-1, 2) for stroke in strokes if len(stroke)]
    if not points:
        return np.zeros((SIDE, SIDE), np.float32)
    everywhere = np.concatenate(points)
    lowest, highest = everywhere.min(axis=0), everywhere.max(axis=0)
    scale = (_BOX - _PEN) / max(float((highest - lowest).max()), _SHORTEST * pad_size)
    middle = np.array([SIDE, SIDE]) / 2
    placed = [(stroke - (lowest + highest) / 2) * scale + middle for stroke in points]
    image = _drawn(placed)
    # As in MNIST itself, whose digits have their centre of mass at row and column 14, counted from 0.
    pixels = np.arange(SIDE)
    mass = np.array([pixels @ image.sum(axis=0), pixels @ image.sum(axis=1)]) / image.sum()
    return _drawn([stroke + middle - mass for stroke in placed])


def _drawn(strokes: list[NDArray[np.float64]]) -> NDArray[np.float32]:
    """Draw strokes, in pixels, with soft edges: on a finer grid first, whose cells are then averaged."""
    fine = Image.new("L", (SIDE * _FINENESS, SIDE * _FINENESS))
    pencil = ImageDraw.Draw(fine)
    radius = _PEN * _FINENESS / 2
    for stroke in strokes:
        path = [(float(x), float(y)) for x, y in stroke * _FINENESS]
        pencil.line(path, fill=255, width=round(2 * radius))
        for x, y in path:
            pencil.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
    return np.asarray(fine.reduce(_FINENESS), np.float32) / np.float32(255)
