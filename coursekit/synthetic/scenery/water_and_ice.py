"""The water and the ice of scenes: sea and lakes, beaches, ships, glaciers and floes."""

from __future__ import annotations

import math

import numpy as np

from coursekit.arrays import Floats
from coursekit.synthetic.drawing.canvas import Canvas, Role
from coursekit.synthetic.drawing.collage import Collage
from coursekit.synthetic.drawing.colours import hsv, mixed, random_colour, varied
from coursekit.synthetic.drawing.outlines import Points, blob, polygon, stroke
from coursekit.synthetic.drawing.textures import streaks
from coursekit.synthetic.scenery.backdrop import below, blend, grid, ink, paint_cover, soft_clouds, uneven_line
from coursekit.synthetic.scenery.sky_and_weather import Air


def water(canvas: Canvas, air: Air, horizon: float, role: Role, rough: float) -> None:
    """Paint water below a straight horizon: it mirrors the sky far away and is deeper in colour near by.

    Parameters
    ----------
    canvas : Canvas
        The image that is painted.
    air : Air
        The light and the weather.
    horizon : float
        Height of the horizon, in sides of the image, 0 at the top.
    role : {"object", "scenery", "occluder"}
        Whether it adds to the mask, leaves it as it is, or hides the object behind it.
    rough : float
        Strength of the waves; 0 is smooth.
    """
    rng, size = canvas.rng, canvas.size
    y, x = grid(size)
    near = np.clip((y - horizon) / (1 - horizon + 1e-6), 0, 1)
    deep = hsv(rng.uniform(0.45, 0.62), rng.uniform(0.3, 0.85), rng.uniform(0.25, 0.6))
    deep = air.seen(deep, 0.0)
    far = mixed(air.haze, deep, rng.uniform(0.2, 0.8))
    large = streaks(size, rng, rng.normal(0, 0.06), width=0.045, length=rng.uniform(4, 8))
    small = streaks(size, rng, 0.0, width=0.014, length=10)
    waves = small + (large - small) * np.clip(near * 1.4, 0, 1)
    colours = blend(far, deep, near ** rng.uniform(0.4, 1.0) + np.zeros_like(x))
    colours = colours * (1 + rough * waves)[..., np.newaxis]
    foam = np.clip((waves - rng.uniform(1.2, 3.0)) * near * 2, 0, 0.9)[..., np.newaxis]
    colours = colours + (ink(air.seen((0.92, 0.95, 0.96), 0)) - colours) * foam
    if rng.uniform() < 0.45:
        band = np.exp(-(((x - air.sun[0]) / (0.06 + 0.18 * near)) ** 2))
        glitter = (np.clip(waves + 0.4, 0, 1.5) * band * rng.uniform(0.3, 0.9))[..., np.newaxis]
        colours = colours + (ink(mixed(air.haze, (1.0, 0.95, 0.85), 0.6)) - colours) * np.clip(glitter, 0, 1)
    line = np.full(size, horizon, dtype=np.float32)
    paint_cover(canvas, below(canvas, line), colours.astype(np.float32), role)


def lake(canvas: Canvas, air: Air, horizon: float) -> None:
    """Paint still water in front of something, with a dim image of it upside down.

    Parameters
    ----------
    canvas : Canvas
        The image that is painted.
    air : Air
        The light and the weather.
    horizon : float
        Height of the far shore, in sides of the image, 0 at the top.
    """
    rng, size = canvas.rng, canvas.size
    row = int(horizon * size)
    mirrored = np.zeros_like(canvas.colours)
    depth = min(row, size - row)
    mirrored[row : row + depth] = canvas.colours[row - depth : row][::-1]
    water(canvas, air, horizon, "occluder", rng.uniform(0.05, 0.15))
    part = canvas.colours[row : row + depth]
    part += np.float32(rng.uniform(0.2, 0.6)) * (mirrored[row : row + depth] - part)


def beach(canvas: Canvas, air: Air) -> None:
    """Paint sand with a wave that runs out on it.

    Parameters
    ----------
    canvas : Canvas
        The image that is painted.
    air : Air
        The light and the weather.
    """
    rng, size = canvas.rng, canvas.size
    _, x = grid(size)
    line = rng.uniform(0.7, 0.95) + rng.uniform(-0.5, 0.5) * (x[0] - 0.5) + 0.5 * uneven_line(size, rng, 0.03, cell=0.5)
    sand = air.seen(hsv(rng.uniform(0.07, 0.13), rng.uniform(0.1, 0.45), rng.uniform(0.5, 0.88)), 0)
    foam = air.seen((0.92, 0.95, 0.96), 0)
    width = rng.uniform(0.01, 0.05)
    for above, colour in ((width, foam), (0.0, mixed(sand, (0.2, 0.2, 0.2), 0.35)), (-0.05, sand)):
        grain = np.float32(0.05) * streaks(size, rng, 0.1, width=0.015, length=3)
        edge = line - above + uneven_line(size, rng, 0.006, cell=0.1)
        paint_cover(canvas, below(canvas, np.asarray(edge, dtype=np.float32)), colour, "occluder", grain)


def ships(canvas: Canvas, air: Air, horizon: float, count: int) -> None:
    """Paint sailing boats and steamers near the horizon.

    Parameters
    ----------
    canvas : Canvas
        The image that is painted.
    air : Air
        The light and the weather.
    horizon : float
        Height of the horizon, in sides of the image, 0 at the top.
    count : int
        How many.
    """
    rng = canvas.rng
    collage = Collage(canvas)
    for _ in range(count):
        x, length = rng.uniform(0.05, 0.95), rng.uniform(0.03, 0.12)
        y = horizon + length * 0.2
        hull = air.seen(random_colour(rng), 0.3)
        ends = ((x - length / 2, y - 0.15 * length), (x + length / 2, y - 0.15 * length))
        collage.piece(
            polygon(*ends, (x + 0.35 * length, y + 0.1 * length), (x - 0.35 * length, y + 0.1 * length)), hull
        )
        sail = air.seen((0.93, 0.92, 0.88), 0.2)
        if rng.uniform() < 0.6:
            mast = y - length * rng.uniform(0.9, 1.4)
            collage.piece(polygon((x, mast), (x + 0.4 * length, y - 0.2 * length), (x, y - 0.2 * length)), sail)
            collage.piece(
                polygon((x - 0.04 * length, mast), (x - 0.3 * length, y - 0.2 * length), (x, y - 0.2 * length)), hull
            )
        else:
            collage.piece(_box(x - 0.2 * length, y - 0.4 * length, 0.35 * length, 0.25 * length), sail)
            collage.piece(_box(x, y - 0.55 * length, 0.07 * length, 0.2 * length), hull)
    collage.paste("occluder")


def _box(left: float, top: float, width: float, height: float) -> Points:
    return polygon((left, top), (left + width, top), (left + width, top + height), (left, top + height))


def ice(canvas: Canvas, air: Air, line: Floats, steep: bool) -> None:
    """Paint ice below a line.

    Parameters
    ----------
    canvas : Canvas
        The image that is painted.
    air : Air
        The light and the weather.
    line : float array (size,)
        For each column its height in sides of the image, 0 at the top.
    steep : bool
        Whether it is torn upright, where it breaks off, or across, where it flows.
    """
    rng, size = canvas.rng, canvas.size
    turn = math.pi / 2 + rng.normal(0, 0.15) if steep else rng.normal(0, 0.35)
    cracks = streaks(size, rng, turn, width=rng.uniform(0.02, 0.05), length=rng.uniform(2.5, 5))
    noise = soft_clouds(size, rng, 0.2)
    y, _ = grid(size)
    deep = np.clip(0.25 + 0.35 * noise + 0.5 * (y - line) - 0.25 * cracks, 0, 1)
    blue = hsv(rng.uniform(0.5, 0.58), rng.uniform(0.15, 0.55), rng.uniform(0.6, 0.85))
    colours = blend((0.95, 0.97, 1.0), blue, deep)
    dirt = np.clip((rng.uniform(-1.2, 0.9) + noise - 0.4 * cracks) * 0.5, 0, 0.7)[..., np.newaxis]
    colours = colours + (np.float32(0.38) - colours) * dirt.astype(np.float32)
    colours = colours * (1 - 0.45 * np.clip(cracks - 0.9, 0, 1))[..., np.newaxis]
    colours = colours * (1 + 0.14 * np.clip(cracks, -1, 1))[..., np.newaxis] * ink(air.light)
    fade = (0.6 * air.density * np.clip(0.35 - (y - line), 0, 1))[..., np.newaxis]
    colours = colours + (ink(air.haze) - colours) * np.clip(fade, 0, 0.8)
    paint_cover(canvas, below(canvas, line), colours.astype(np.float32), "object")
    collage = Collage(canvas)
    dark = air.seen(hsv(rng.uniform(0.53, 0.62), rng.uniform(0.2, 0.5), rng.uniform(0.3, 0.6)), 0.1)
    edge = air.seen((0.96, 0.98, 1.0), 0.1)
    for _ in range(int(rng.integers(6, 28))):
        # A crack and, beside it, the edge that catches the light.
        x = rng.uniform(0, 1)
        top = float(line[min(size - 1, int(x * size))])
        length = rng.uniform(0.05, 0.3)
        steps = np.linspace(0, length, 6)[:, np.newaxis] * (math.cos(turn), math.sin(turn))
        start = (x, top + (rng.uniform(0, 0.2) if steep else rng.uniform(0.02, 1 - top)))
        crack = start + steps + rng.normal(0, 0.008, (6, 2))
        width = rng.uniform(0.002, 0.012)
        collage.line(crack + ((width, 0) if steep else (0, width)), width, edge)
        collage.piece(stroke(crack[::2], width, 0.3 * width), dark)
    collage.paste("object", opacity=rng.uniform(0.6, 0.9))


def floes(canvas: Canvas, air: Air, horizon: float, count: int) -> None:
    """Paint pieces of ice that swim, the near ones larger.

    Parameters
    ----------
    canvas : Canvas
        The image that is painted.
    air : Air
        The light and the weather.
    horizon : float
        Height of the horizon, in sides of the image, 0 at the top.
    count : int
        How many.
    """
    rng = canvas.rng
    collage = Collage(canvas)
    for near in np.sort(rng.uniform(0.02, 0.9, count)).tolist():
        x, y = rng.uniform(0, 1), horizon + (1 - horizon) * near
        width = (0.05 + 0.22 * near) * rng.uniform(0.5, 1.3)
        high = width * rng.uniform(0.2, 0.8)
        outline = blob(x, y, width / 2, rng, rough=0.35)
        outline[:, 1] = y - np.maximum(0, y - outline[:, 1]) * 2 * high / width
        jag = np.abs(rng.normal(0, 0.15, len(outline))) * high
        outline[:, 1] -= np.where(outline[:, 1] < y, jag, 0)
        white = air.seen(varied((0.88, 0.93, 0.97), rng, 0.05), 0.3 * (1 - near))
        blue = air.seen(hsv(rng.uniform(0.5, 0.58), rng.uniform(0.2, 0.5), 0.75), 0.3 * (1 - near))
        collage.piece(outline, white)
        share = np.array([1.0, rng.uniform(0.3, 0.7)])
        collage.piece((outline - (x, y)) * share * 0.8 + (x + width * rng.uniform(-0.08, 0.08), y), blue)
        collage.line(np.array([(x - width / 2, y), (x + width / 2, y)]), 0.006, mixed(blue, (0.1, 0.2, 0.3), 0.5))
    collage.paste("object")
