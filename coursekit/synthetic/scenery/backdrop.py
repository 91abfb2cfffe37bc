"""What spans a whole scene: uneven lines, what lies below them, two colours blended by a map."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from coursekit.arrays import Floats
from coursekit.synthetic.drawing.canvas import Canvas, Role, Shape
from coursekit.synthetic.drawing.colours import Colour
from coursekit.synthetic.drawing.textures import clouds


def grid(size: int) -> tuple[Floats, Floats]:
    """Return the places of the middles of the pixels.

    Parameters
    ----------
    size : int
        Side of the image in pixels.

    Returns
    -------
    y : float32 array (size, 1)
        From top to bottom, in sides of the image.
    x : float32 array (1, size)
        From left to right.
    """
    places = (np.arange(size, dtype=np.float32) + np.float32(0.5)) / np.float32(size)
    return places[:, np.newaxis], places[np.newaxis]


def uneven_line(size: int, rng: np.random.Generator, height: float, cell: float = 0.4) -> Floats:
    """Return an uneven line ``(size,)`` around 0 that goes up and down by about `height`, in ever finer steps.

    Parameters
    ----------
    size : int
        Side of the image in pixels.
    rng : numpy.random.Generator
        The only source of chance.
    height : float
        How far it goes up and down, in sides of the image.
    cell : float
        How wide its largest waves are, in sides of the image.

    Returns
    -------
    float array (size,)
    """
    x = np.linspace(0, 1, size)
    line = np.zeros(size)
    strength = 1.0
    while cell * size > 2:
        knots = rng.standard_normal(math.ceil(1 / cell) + 2)
        line += strength * np.interp(x / cell + rng.uniform(), np.arange(len(knots)), knots)
        cell, strength = cell / 2, strength * 0.5
    return np.asarray(height * line * 0.6, dtype=np.float32)


def soft_clouds(size: int, rng: np.random.Generator, cell: float) -> Floats:
    """Return clouds as the canvas' own without their finest detail, in a third of the time.

    Parameters
    ----------
    size : int
        Side of the image in pixels.
    rng : numpy.random.Generator
        The only source of chance.
    cell : float
        How large the largest clouds are, in sides of the image.

    Returns
    -------
    float32 array (size, size)
        Mean 0, deviation about 1.
    """
    coarse = Image.fromarray(clouds(size // 2, rng, cell))
    return np.asarray(coarse.resize((size, size), Image.Resampling.BILINEAR), dtype=np.float32)


def below(canvas: Canvas, line: Floats) -> Floats:
    """Return how much of each pixel lies below a line ``(size,)`` of heights.

    Parameters
    ----------
    canvas : Canvas
        The image that is painted.
    line : float array (size,)
        For each column its height in sides of the image, 0 at the top.

    Returns
    -------
    float array (size, size)
        From 0 (above the line) to 1 (below it).
    """
    y, _ = grid(canvas.size)
    return np.asarray(np.clip((y - line) * np.float32(canvas.size) + np.float32(0.5), 0, 1), dtype=np.float32)


def paint_cover(
    canvas: Canvas, cover: Floats, colours: Colour | Floats, role: Role, grain: Floats | None = None
) -> None:
    """Paint where a map ``(size, size)`` covers.

    Parameters
    ----------
    canvas : Canvas
        The image that is painted.
    cover : float array (size, size)
        How much of each pixel is covered, from 0 to 1.
    colours : (float, float, float) or float array (size, size, 3)
        One colour, or one for each pixel; red, green and blue from 0 to 1.
    role : {"object", "scenery", "occluder"}
        Whether it adds to the mask, leaves it as it is, or hides the object behind it.
    grain : float32 array (size, size), optional
        By how much each pixel is brighter or darker, as a share.
    """
    everything = slice(0, canvas.size)
    canvas.paint(Shape(everything, everything, cover.astype(np.float32)), colours, role=role, grain=grain)


def blend(one: Colour, other: Colour, share: NDArray[np.floating]) -> Floats:
    """Return the colours between two, ``(size, size, 3)``, by a map of shares.

    Parameters
    ----------
    one : (float, float, float)
        The colour where the share is 0; red, green and blue from 0 to 1.
    other : (float, float, float)
        The colour where it is 1.
    share : float array (size, size)
        From 0 to 1.

    Returns
    -------
    float32 array (size, size, 3)
    """
    shares = np.clip(share, 0, 1).astype(np.float32)[..., np.newaxis]
    return np.asarray(ink(one) + (ink(other) - ink(one)) * shares, dtype=np.float32)


def ink(colour: Colour) -> Floats:
    """Return a colour as an array, to reckon with.

    Parameters
    ----------
    colour : (float, float, float)
        Red, green and blue from 0 to 1.

    Returns
    -------
    float32 array (3,)
    """
    return np.array(colour, dtype=np.float32)
