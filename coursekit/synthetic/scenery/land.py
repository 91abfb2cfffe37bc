"""The land of scenes: mountain ranges and slopes, fields, paths and boulders."""

from __future__ import annotations

import math

import numpy as np

from coursekit.arrays import Floats
from coursekit.synthetic.drawing.canvas import Canvas, Role
from coursekit.synthetic.drawing.collage import Collage
from coursekit.synthetic.drawing.colours import Colour, hsv, mixed, varied
from coursekit.synthetic.drawing.outlines import blob, polygon
from coursekit.synthetic.drawing.textures import clouds, streaks
from coursekit.synthetic.scenery.backdrop import below, blend, grid, ink, paint_cover, soft_clouds, uneven_line
from coursekit.synthetic.scenery.sky_and_weather import Air


def mountain_range(
    canvas: Canvas, air: Air, base: float, height: float, distance: float, snow: float, role: Role, rock: Colour
) -> Floats:
    """Paint a range of mountains and return its line.

    Parameters
    ----------
    canvas : Canvas
        The image that is painted.
    air : Air
        The light and the weather.
    base : float
        Height of its foot, in sides of the image, 0 at the top.
    height : float
        How high it rises above its foot, in sides of the image.
    distance : float
        How far away it is; 1 is far.
    snow : float
        The share of its height that is white, from the top.
    role : {"object", "scenery", "occluder"}
        Whether it adds to the mask, leaves it as it is, or hides the object behind it.
    rock : (float, float, float)
        Its colour; red, green and blue from 0 to 1.

    Returns
    -------
    float array (size,)
        For each column the height of the line, in sides of the image, 0 at the top.
    """
    rng, size = canvas.rng, canvas.size
    y, x = grid(size)
    peaks = int(rng.integers(1, 5))
    middles = np.sort(rng.uniform(-0.1, 1.1, peaks))
    tops = base - height * rng.uniform(0.55, 1.0, peaks)
    tops[rng.integers(peaks)] = base - height
    slopes = rng.uniform(0.5, 1.5, (2, peaks)) * height / 0.45
    away = x[0] - middles[:, np.newaxis]
    sides = tops[:, np.newaxis] + np.where(away < 0, -slopes[0][:, np.newaxis], slopes[1][:, np.newaxis]) * away
    sides = np.concatenate([sides, np.full((1, size), base)])
    rough = uneven_line(size, rng, 0.1 * height + 0.01, cell=0.25)
    nearest = np.argmin(sides, axis=0)
    line = np.asarray(np.min(sides, axis=0) + rough, dtype=np.float32)
    noise = clouds(size, rng, cell=0.3)
    # Ridges run down from the peaks, lit on one side.
    spine = np.append(middles, 0.5).astype(np.float32)[nearest] + rng.normal(0, 0.1) * (y - base + height) / height
    depth = np.maximum(0, y - line)
    side = np.tanh((x - spine + noise * (0.05 + 0.35 * depth)) / 0.03)
    slope = np.zeros_like(noise)
    slope[1:, 1:] = (noise[1:, 1:] - noise[:-1, :-1]) * size / 128
    lit = 1 - (1 if air.sun[0] < 0.5 else -1) * rng.uniform(0.1, 0.3) * side + 0.9 * np.tanh(2.5 * slope) * 0.5
    white = (snow * height * 1.15 - (y - (base - height)) + 0.1 * height * noise - 0.06 * side * height) / 0.05
    white = np.clip(white + 2.0 * slope, 0, 1) if snow > 0 else np.zeros_like(noise)
    colours = blend(rock, (0.93, 0.95, 1.0), white) * np.clip(lit, 0.35, 1.4)[..., np.newaxis].astype(np.float32)
    colours = colours * ink(air.light)
    fade = 1 - math.exp(-air.density * distance)
    foot = np.clip(fade + 0.3 * air.density * depth / height, 0, 0.95)[..., np.newaxis]
    colours = colours + (ink(air.haze) - colours) * foot
    paint_cover(canvas, below(canvas, line), colours.astype(np.float32), role)
    return line


def rock_colour(rng: np.random.Generator) -> Colour:
    """Return a colour of stone, brown or bluish.

    Parameters
    ----------
    rng : numpy.random.Generator
        The only source of chance.

    Returns
    -------
    (float, float, float)
        Red, green and blue from 0 to 1.
    """
    return hsv(
        rng.uniform(0.02, 0.13) if rng.uniform() < 0.6 else rng.uniform(0.5, 0.65),
        rng.uniform(0.05, 0.4),
        rng.uniform(0.25, 0.6),
    )


def mountainside(canvas: Canvas, air: Air, left: bool, rock: Colour, snow: float) -> None:
    """Paint a dark slope that comes down from one side of the image.

    Parameters
    ----------
    canvas : Canvas
        The image that is painted.
    air : Air
        The light and the weather.
    left : bool
        Whether it comes down from the left side.
    rock : (float, float, float)
        Its colour; red, green and blue from 0 to 1.
    snow : float
        How much of it is white, from 0 to 1.
    """
    rng, size = canvas.rng, canvas.size
    _, x = grid(size)
    inward = x[0] if left else 1 - x[0]
    line = rng.uniform(0.15, 0.4) + inward * rng.uniform(1.3, 3.4) + uneven_line(size, rng, 0.06)
    noise = soft_clouds(size, rng, 0.2)
    white = np.clip(noise - 1.6 + 1.5 * snow, 0, 1)
    colours = blend(air.seen(rock, 0.2), air.seen((0.9, 0.93, 0.97), 0.2), white)
    dark = mixed(air.seen(rock, 0.2), (0.05, 0.05, 0.06), 0.3)
    colours = colours + (ink(dark) - colours) * np.clip(0.3 * noise + 0.2, 0, 1)[..., np.newaxis]
    paint_cover(canvas, below(canvas, np.asarray(line, dtype=np.float32)), colours.astype(np.float32), "occluder")


def ground(canvas: Canvas, air: Air, top: float, colour: Colour, role: Role = "occluder") -> None:
    """Paint a field of grass, sand, stones or leaves below an uneven line.

    Parameters
    ----------
    canvas : Canvas
        The image that is painted.
    air : Air
        The light and the weather.
    top : float
        Height where it begins, in sides of the image, 0 at the top.
    colour : (float, float, float)
        Red, green and blue from 0 to 1.
    role : {"object", "scenery", "occluder"}
        Whether it adds to the mask, leaves it as it is, or hides the object behind it.
    """
    rng, size = canvas.rng, canvas.size
    line = top + uneven_line(size, rng, 0.02)
    y, _ = grid(size)
    near = np.clip((y - top) / (1.001 - min(top, 1.0)), 0, 1)
    spots = soft_clouds(size, rng, 0.12)
    fine = streaks(size, rng, rng.normal(0, 0.3), width=0.015, length=rng.uniform(1.5, 5))
    grain = np.asarray((0.12 * spots + 0.15 * fine) * (0.3 + 0.7 * near), dtype=np.float32)
    colours = blend(air.seen(colour, 0.6), air.seen(varied(colour, rng, 0.12), 0), near + np.zeros_like(spots))
    paint_cover(canvas, below(canvas, np.asarray(line, dtype=np.float32)), colours, role, grain)


def boulders(canvas: Canvas, air: Air, top: float, count: int, largest: float, role: Role = "occluder") -> None:
    """Paint rocks, the near ones larger.

    Parameters
    ----------
    canvas : Canvas
        The image that is painted.
    air : Air
        The light and the weather.
    top : float
        Height where it begins, in sides of the image, 0 at the top.
    count : int
        How many.
    largest : float
        Radius of the largest, in sides of the image.
    role : {"object", "scenery", "occluder"}
        Whether it adds to the mask, leaves it as it is, or hides the object behind it.
    """
    rng = canvas.rng
    collage = Collage(canvas)
    colour = rock_colour(rng)
    for near in np.sort(rng.uniform(0, 1, count)).tolist():
        x, y = rng.uniform(-0.05, 1.05), top + (1.05 - top) * near
        radius = largest * (0.4 + 0.8 * near)
        outline = blob(x, y, radius, rng, rough=0.3)[::4]
        shade = air.seen(varied(colour, rng, 0.1), 0.3 * (1 - near))
        collage.piece(outline, mixed(shade, (0.03, 0.03, 0.04), 0.45))
        collage.piece((outline - (x, y)) * (0.85, 0.7) + (x - 0.1 * radius, y - 0.25 * radius), shade)
        upper = (outline - (x, y)) * (0.5, 0.35) + (x - 0.2 * radius, y - 0.45 * radius)
        collage.piece(upper, mixed(shade, (0.9, 0.9, 0.88), 0.2))
    collage.paste(role)


def footpath(canvas: Canvas, air: Air, foot: float) -> None:
    """Paint a path that leads into the image.

    Parameters
    ----------
    canvas : Canvas
        The image that is painted.
    air : Air
        The light and the weather.
    foot : float
        The height where it ends, in sides of the image, 0 at the top.
    """
    rng = canvas.rng
    far, near = rng.uniform(0.3, 0.7), rng.uniform(0.2, 0.8)
    half = rng.uniform(0.12, 0.35)
    bend = (far + near) / 2 + rng.normal(0, 0.06)
    left = [(far - 0.01, foot), (bend - half * 0.35, (1 + foot) / 2), (near - half, 1.02)]
    right = [(near + half, 1.02), (bend + half * 0.35, (1 + foot) / 2), (far + 0.01, foot)]
    colour = air.seen(hsv(rng.uniform(0.06, 0.12), rng.uniform(0.1, 0.4), rng.uniform(0.35, 0.7)), 0.1)
    canvas.paint(canvas.shape(polygon(*left, *right), soft=0.01), colour, role="object", opacity=0.85)
