"""What is around flowers of any species: the place behind them, grass in front, insects on them."""

from __future__ import annotations

import math

import numpy as np

from coursekit.arrays import Floats
from coursekit.synthetic.drawing.backgrounds import horizon, photograph, surface, wall
from coursekit.synthetic.drawing.canvas import Canvas, Role
from coursekit.synthetic.drawing.collage import Collage
from coursekit.synthetic.drawing.colours import hsv, mixed, varied
from coursekit.synthetic.drawing.outlines import ellipse, leaf, stroke
from coursekit.synthetic.drawing.textures import clouds, streaks
from coursekit.synthetic.flower_parts.species import flower_colour, leaf_green


def place(canvas: Canvas) -> Floats:
    """Return a background that all species share.

    Parameters
    ----------
    canvas : Canvas
        The image that is painted.

    Returns
    -------
    float32 array (size, size, 3)
        Red, green and blue from 0 to 1.
    """
    rng, size = canvas.rng, canvas.size
    kind = rng.uniform()
    if kind < 0.3:
        return _meadow(canvas)
    if kind < 0.48:
        return horizon(_sky(canvas), _meadow(canvas), rng.uniform(0.2, 0.75), soft=rng.uniform(0.02, 0.2))
    if kind < 0.58:
        return _sky(canvas)
    if kind < 0.72:
        return wall(size, rng)
    if kind < 0.82:
        return surface(size, rng)
    if kind < 0.93:
        return photograph(size, rng, blurred=rng.uniform(0.01, 0.04))
    # A dark room.
    dark = np.array(varied((0.06, 0.06, 0.06), rng), dtype=np.float32)
    return np.asarray(dark * (1 + 0.3 * clouds(size, rng)[..., np.newaxis]), dtype=np.float32)


def _meadow(canvas: Canvas) -> Floats:
    """Return grass and blurred flowers of any colour."""
    rng, size = canvas.rng, canvas.size
    one, other = np.array(leaf_green(rng)), np.array(leaf_green(rng)) * rng.uniform(0.5, 1.5)
    share = np.clip(0.5 + 0.4 * clouds(size, rng, cell=rng.uniform(0.1, 0.5)), 0, 1)[..., np.newaxis]
    blades = 1 + rng.uniform(0, 0.25) * streaks(
        size, rng, math.pi / 2 + rng.normal(0, 0.3), rng.uniform(0.01, 0.04), rng.uniform(3, 8)
    )
    colours = (one + (other - one) * share) * blades[..., np.newaxis]
    canvas.fill(colours.astype(np.float32))
    collage = Collage(canvas)
    for _ in range(int(rng.integers(0, 14))):
        radius = rng.uniform(0.01, 0.06)
        colour = flower_colour(int(rng.integers(5)), rng)
        collage.piece(ellipse(rng.uniform(), rng.uniform(), radius, radius), mixed(colour, (0.2, 0.3, 0.1), 0.3))
    collage.paste("scenery", soft=rng.uniform(0.01, 0.03), opacity=0.8)
    return canvas.colours.copy()


def _sky(canvas: Canvas) -> Floats:
    rng, size = canvas.rng, canvas.size
    high = np.array(hsv(rng.uniform(0.55, 0.63), rng.uniform(0.1, 0.75), rng.uniform(0.5, 0.9)))
    low = np.array(varied((0.78, 0.82, 0.87), rng, 0.15))
    down = np.linspace(0, 1, size)[:, np.newaxis, np.newaxis]
    colours = high + (low - high) * down**1.3
    cloud = np.clip(clouds(size, rng, cell=0.5) * 0.5 - rng.uniform(-0.3, 0.8), 0, 1)[..., np.newaxis]
    return np.asarray(colours + (0.9 - colours) * cloud, dtype=np.float32)


def grass_blades(canvas: Canvas, count: int, role: Role, soft: float) -> None:
    """Paint blades of grass from the bottom edge.

    Parameters
    ----------
    canvas : Canvas
        The image that is painted.
    count : int
        How many.
    role : {"object", "scenery", "occluder"}
        Whether it adds to the mask, leaves it as it is, or hides the object behind it.
    soft : float
        How far they are blurred, in sides of the image.
    """
    rng = canvas.rng
    collage = Collage(canvas)
    for _ in range(count):
        x, lean = rng.uniform(), rng.normal(0, 0.2)
        top = rng.uniform(0.05, 0.8)
        path = np.array([(x, 1.05), (x + 0.2 * lean, (1 + top) / 2), (x + lean, top)])
        collage.piece(stroke(path, rng.uniform(0.015, 0.05), end=0.003), varied(leaf_green(rng), rng, 0.1))
    collage.paste(role, soft=soft)


def insect(canvas: Canvas, x: float, y: float, length: float) -> None:
    """Paint a bee, a ladybird or a butterfly on a flower.

    Parameters
    ----------
    canvas : Canvas
        The image that is painted.
    x : float
        Place from left to right, in sides of the image.
    y : float
        Place from top to bottom, in sides of the image.
    length : float
        Of its body, in sides of the image.
    """
    rng = canvas.rng
    collage = Collage(canvas)
    turn = rng.uniform(0, 2 * math.pi)
    ahead = np.array([math.cos(turn), math.sin(turn)]) * length
    dark = (0.1, 0.08, 0.07)
    kind = rng.integers(3)
    if kind == 0:
        collage.piece(ellipse(x, y, 0.6 * length, 0.32 * length, turn), (0.75, 0.5, 0.1))
        for share in (-0.35, -0.05, 0.25):
            collage.piece(ellipse(x + share * ahead[0], y + share * ahead[1], 0.08 * length, 0.3 * length, turn), dark)
        for side in (-1, 1):
            collage.piece(leaf(x, y, 0.7 * length, 0.3 * length, turn + side * 2.0), (0.8, 0.82, 0.85))
    elif kind == 1:
        collage.piece(ellipse(x, y, 0.45 * length, 0.4 * length, turn), (0.8, 0.1, 0.06))
        collage.line(np.array([(x, y) - 0.45 * ahead, (x, y) + 0.45 * ahead]), 0.06 * length, dark)
        for side in (-1, 1):
            for share in (-0.2, 0.15):
                spot = np.array([x, y]) + share * ahead + side * 0.2 * np.array([-ahead[1], ahead[0]])
                collage.piece(ellipse(spot[0], spot[1], 0.08 * length, 0.08 * length), dark)
    else:
        colour = hsv(rng.uniform(), rng.uniform(0.2, 0.9), rng.uniform(0.4, 0.95))
        for side in (-1, 1):
            collage.piece(leaf(x, y, 1.3 * length, 0.9 * length, turn + side * 1.1, 1.5), colour)
            collage.piece(leaf(x, y, 0.9 * length, 0.7 * length, turn + side * 2.1, 1.5), mixed(colour, dark, 0.3))
    head = np.array([x, y]) + 0.55 * ahead
    collage.piece(
        stroke(np.array([(x, y) - 0.4 * ahead, (x, y), head]), 0.18 * length if kind == 2 else 0.05 * length), dark
    )
    collage.piece(ellipse(head[0], head[1], 0.16 * length, 0.16 * length), dark)
    collage.paste("occluder")
