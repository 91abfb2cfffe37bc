"""The trees of scenes: firs and broad-leaved trees, crowns of leaves and the light that falls through them."""

from __future__ import annotations

import math

import numpy as np

from coursekit.synthetic.drawing.canvas import Canvas, Role
from coursekit.synthetic.drawing.collage import Collage, uneven_squares
from coursekit.synthetic.drawing.colours import Colour, hsv, mixed, varied
from coursekit.synthetic.drawing.outlines import polygon, stroke
from coursekit.synthetic.scenery.sky_and_weather import Air


def plant_green(rng: np.random.Generator) -> Colour:
    """Return a green of leaves, needles or grass.

    Parameters
    ----------
    rng : numpy.random.Generator
        The only source of chance.

    Returns
    -------
    (float, float, float)
        Red, green and blue from 0 to 1.
    """
    return hsv(rng.uniform(0.18, 0.36), rng.uniform(0.25, 0.7), rng.uniform(0.2, 0.55))


def leaf_colour(rng: np.random.Generator) -> Colour:
    """Return the colour of a crown in some season.

    Parameters
    ----------
    rng : numpy.random.Generator
        The only source of chance.

    Returns
    -------
    (float, float, float)
        Red, green and blue from 0 to 1.
    """
    if rng.uniform() < 0.7:
        return plant_green(rng)
    return hsv(rng.uniform(0.03, 0.14), rng.uniform(0.4, 0.85), rng.uniform(0.35, 0.8))


def crown(
    collage: Collage,
    x: float,
    y: float,
    across: float,
    high: float,
    colour: Colour,
    rng: np.random.Generator,
    dabs: int,
) -> None:
    """Lay down a crown of leaves, light above and dark below.

    Parameters
    ----------
    collage : Collage
        The sheet that the pieces are laid on.
    x : float
        Place from left to right, in sides of the image.
    y : float
        Place from top to bottom, in sides of the image.
    across : float
        About its width, in sides of the image.
    high : float
        About its height, in sides of the image.
    colour : (float, float, float)
        Red, green and blue from 0 to 1.
    rng : numpy.random.Generator
        The only source of chance.
    dabs : int
        Of how many pieces it is made.
    """
    tufts = rng.normal(0, 0.4, (max(2, dabs // 25), 2))
    places = tufts[rng.integers(len(tufts), size=dabs)] + rng.normal(0, 0.27, (dabs, 2))
    bright = np.exp(-0.35 * places[:, 1] + rng.normal(0, 0.22, dabs) - 0.1)[:, np.newaxis]
    order = np.argsort(bright[:, 0])
    radii = rng.uniform(0.4, 0.75, dabs) * math.sqrt(across * high / dabs)
    outlines = uneven_squares(places * (across / 2, high / 2) + (x, y), radii, rng)
    collage.pieces(outlines[order], (np.array(colour) * bright)[order])


def tree(
    collage: Collage, air: Air, x: float, foot: float, height: float, rng: np.random.Generator, distance: float
) -> None:
    """Lay down a whole broad-leaved tree.

    Parameters
    ----------
    collage : Collage
        The sheet that the pieces are laid on.
    air : Air
        The light and the weather.
    x : float
        Place of its trunk from left to right, in sides of the image.
    foot : float
        Height of its foot, in sides of the image, 0 at the top.
    height : float
        Its own height, in sides of the image.
    rng : numpy.random.Generator
        The only source of chance.
    distance : float
        From 0 (near) to 1 (far).
    """
    bark = air.seen(hsv(rng.uniform(0.03, 0.1), 0.35, rng.uniform(0.15, 0.4)), distance)
    lean = rng.normal(0, 0.04) * height
    top = foot - height
    collage.piece(
        stroke(
            np.array([(x, foot), (x + lean / 2, foot - height / 2), (x + lean, top + 0.25 * height)]),
            0.07 * height,
            0.02 * height,
        ),
        bark,
    )
    for side in (-1, 1):
        fork = np.array([(x + lean / 2, foot - 0.4 * height), (x + side * 0.2 * height, top + 0.3 * height)])
        collage.line(fork, 0.02 * height, bark)
    colour = air.seen(leaf_colour(rng), distance)
    if rng.uniform() < 0.88:
        dabs = int(np.clip(height * 400, 16, 200))
        crown(collage, x + lean, top + 0.35 * height, 0.7 * height, 0.65 * height, colour, rng, dabs)


def conifers(canvas: Canvas, air: Air, foot: float, count: int, height: float, role: Role) -> None:
    """Paint firs in a row, the near ones larger.

    Parameters
    ----------
    canvas : Canvas
        The image that is painted.
    air : Air
        The light and the weather.
    foot : float
        Height of their feet, in sides of the image, 0 at the top.
    count : int
        How many.
    height : float
        Height of the tallest, in sides of the image.
    role : {"object", "scenery", "occluder"}
        Whether it adds to the mask, leaves it as it is, or hides the object behind it.
    """
    rng = canvas.rng
    collage = Collage(canvas)
    colour = hsv(rng.uniform(0.25, 0.42), rng.uniform(0.2, 0.6), rng.uniform(0.12, 0.35))
    snow = rng.uniform() < 0.2
    for near in np.sort(rng.uniform(0, 1, count)).tolist():
        x, low = rng.uniform(-0.05, 1.05), foot + 0.12 * near
        high = height * (0.6 + 0.8 * near) * rng.uniform(0.6, 1.2)
        shade = air.seen(varied(colour, rng, 0.05), 0.6 * (1 - near))
        half = high * rng.uniform(0.14, 0.24)
        tiers = int(np.clip(high * 25, 2, 7))
        for tier in range(tiers):
            top = low - high + high * 0.8 * tier / tiers
            wide = half * (tier + 1) / tiers
            bottom = top + high * 1.5 / tiers
            drop = rng.uniform(0, 0.15 * high / tiers)
            branch = polygon((x, top), (x + wide, bottom), (x, bottom - high * 0.12 + drop), (x - wide, bottom))
            collage.piece(branch, mixed(shade, (0.0, 0.0, 0.02), 0.25 * (tier % 2)))
            if snow:
                collage.piece(
                    polygon((x, top), (x + 0.5 * wide, bottom - 0.4 * high / tiers), (x - 0.7 * wide, bottom)),
                    air.seen((0.85, 0.88, 0.93), 0.3),
                )
    collage.paste(role)


def sunbeams(canvas: Canvas) -> None:
    """Let light fall through the crowns in soft beams.

    Parameters
    ----------
    canvas : Canvas
        The image that is painted.
    """
    rng = canvas.rng
    collage = Collage(canvas)
    lean = rng.uniform(-0.6, 0.6)
    for x in rng.uniform(-0.2, 1.0, 4).tolist():
        width = rng.uniform(0.03, 0.12)
        collage.piece(
            polygon((x, -0.02), (x + width, -0.02), (x + lean + 2 * width, 1), (x + lean, 1)), (1.0, 0.95, 0.75)
        )
    collage.paste("scenery", soft=0.03, opacity=rng.uniform(0.1, 0.3))
