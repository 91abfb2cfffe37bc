"""What spans a whole scene: uneven lines, what lies below them, two colours blended by a map."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from coursekit.arrays import Floats
from coursekit.synthetic.canvas import Canvas, Colour, Role, Shape, clouds


def grid(size: int) -> tuple[Floats, Floats]:
    """Return the height ``(size, 1)`` and the place from left to right ``(1, size)`` of the middles of the pixels."""
    places = (np.arange(size, dtype=np.float32) + np.float32(0.5)) / np.float32(size)
    return places[:, np.newaxis], places[np.newaxis]


def uneven_line(size: int, rng: np.random.Generator, height: float, cell: float = 0.4) -> Floats:
    """Return an uneven line ``(size,)`` around 0 that goes up and down by about `height`, in ever finer steps."""
    x = np.linspace(0, 1, size)
    line = np.zeros(size)
    strength = 1.0
    while cell * size > 2:
        knots = rng.standard_normal(math.ceil(1 / cell) + 2)
        line += strength * np.interp(x / cell + rng.uniform(), np.arange(len(knots)), knots)
        cell, strength = cell / 2, strength * 0.5
    return np.asarray(height * line * 0.6, dtype=np.float32)


def soft_clouds(size: int, rng: np.random.Generator, cell: float) -> Floats:
    """Return clouds as the canvas' own without their finest detail, in a third of the time."""
    coarse = Image.fromarray(clouds(size // 2, rng, cell))
    return np.asarray(coarse.resize((size, size), Image.Resampling.BILINEAR), dtype=np.float32)


def below(canvas: Canvas, line: Floats) -> Floats:
    """Return how much of each pixel lies below a line ``(size,)`` of heights."""
    y, _ = grid(canvas.size)
    return np.asarray(np.clip((y - line) * np.float32(canvas.size) + np.float32(0.5), 0, 1), dtype=np.float32)


def paint_cover(
    canvas: Canvas, cover: Floats, colours: Colour | Floats, role: Role, grain: Floats | None = None
) -> None:
    """Paint where a map ``(size, size)`` covers."""
    everything = slice(0, canvas.size)
    canvas.paint(Shape(everything, everything, cover.astype(np.float32)), colours, role=role, grain=grain)


def blend(one: Colour, other: Colour, share: NDArray[np.floating]) -> Floats:
    """Return the colours between two, ``(size, size, 3)``, by a map of shares."""
    shares = np.clip(share, 0, 1).astype(np.float32)[..., np.newaxis]
    return np.asarray(ink(one) + (ink(other) - ink(one)) * shares, dtype=np.float32)


def ink(colour: Colour) -> Floats:
    """Return a colour as an array, to reckon with."""
    return np.array(colour, dtype=np.float32)
