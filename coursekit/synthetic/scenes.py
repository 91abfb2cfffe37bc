"""Six kinds of scenes, drawn: the stand-in for the photographs of the scenes data set.

The classes share much, as in life: glaciers lie between snowy mountains, mountains stand behind the sea, streets run
between buildings, trees grow everywhere, and all are seen by day, in fog, at dusk and at night.

The mask is the region that makes the class, as far as it is seen: the houses (buildings), the wood with its ground
(forest), the ice (glacier), the rock and snow (mountain), the water (sea), the road with its houses and cars (street).

Examples
--------
>>> drawn = draw(6, size=32)
>>> [CLASSES[label] for label in sorted(drawn.labels.tolist())]
['buildings', 'forest', 'glacier', 'mountain', 'sea', 'street']
"""

from __future__ import annotations

import math

import numpy as np

from coursekit.synthetic.drawing.canvas import Canvas, SyntheticImages, draw_many
from coursekit.synthetic.drawing.collage import Collage, uneven_squares
from coursekit.synthetic.drawing.colours import hsv, mixed, varied
from coursekit.synthetic.drawing.outlines import Points, ellipse, stroke
from coursekit.synthetic.drawing.textures import streaks
from coursekit.synthetic.scenery.backdrop import blend, paint_cover, soft_clouds, uneven_line
from coursekit.synthetic.scenery.land import boulders, footpath, ground, mountain_range, mountainside, rock_colour
from coursekit.synthetic.scenery.sky_and_weather import Air, sky, snowfall
from coursekit.synthetic.scenery.town import Camera, car, facade, house, paving_colour, people, random_style
from coursekit.synthetic.scenery.trees import conifers, crown, leaf_colour, plant_green, sunbeams, tree
from coursekit.synthetic.scenery.water_and_ice import beach, floes, ice, lake, ships, water

CLASSES = ("buildings", "forest", "glacier", "mountain", "sea", "street")


def draw(count: int, size: int, seed: int = 0) -> SyntheticImages:
    """Draw scenes of the six kinds of `CLASSES`; the masks are what makes each its kind.

    Parameters
    ----------
    count : int
        How many images, at least 1. The classes are balanced and mixed.
    size : int
        Their side in pixels, at least 16.
    seed : int
        Not negative. Image i depends on `seed` and i only.

    Returns
    -------
    SyntheticImages

    Raises
    ------
    ValueError
        If a number is too small.

    Examples
    --------
    >>> drawn = draw(6, size=32, seed=1)
    >>> drawn.images.shape, bool(drawn.masks.any(axis=(1, 2)).all())
    ((6, 32, 32, 3), True)
    """
    return draw_many(count, size, seed, CLASSES, _paint)


def _paint(canvas: Canvas, label: int) -> None:
    rng = canvas.rng
    air = sky(canvas)
    _SCENES[label](canvas, air)
    if rng.uniform() < 0.08:
        snowfall(canvas)
    canvas.light(0.7)
    if rng.uniform() < 0.04:
        canvas.colours[...] = canvas.colours.mean(axis=2, keepdims=True)
    canvas.lens(noise=rng.uniform(0.004, 0.02))


def _buildings(canvas: Canvas, air: Air) -> None:
    rng = canvas.rng
    horizon = rng.uniform(0.62, 0.95)
    camera = Camera(rng.uniform(0.3, 0.7), horizon, rng.uniform(0.7, 1.3), 1.7)
    if rng.uniform() < 0.25:
        mountain_range(
            canvas, air, horizon, rng.uniform(0.1, 0.4), 0.9, rng.uniform(0, 0.6), "scenery", rock_colour(rng)
        )
    kind = rng.uniform()
    ground(canvas, air, horizon + 0.01, paving_colour(rng) if rng.uniform() < 0.6 else plant_green(rng), "scenery")
    collage = Collage(canvas)
    tall = kind < 0.4
    count = int(rng.integers(4, 9)) if tall else int(rng.integers(1, 5))
    aways = np.sort(rng.uniform(22, 70, count))[::-1] if tall else np.sort(rng.uniform(9, 34, count))[::-1]
    for away in aways.tolist():
        style = random_style(rng, modern=tall or rng.uniform() < 0.25)
        gable = not tall and rng.uniform() < 0.55
        width = rng.uniform(8, 16)
        height = rng.uniform(18, 60) if tall else rng.uniform(4, 10) if gable else rng.uniform(7, 20)
        x = (rng.uniform(0.0, 0.9) - camera.x) * away / camera.focal - 0.25 * width
        turn = rng.uniform(0.0, 0.9)
        house(collage, camera, air, rng, style, (x, away), turn, width, rng.uniform(6, 12), height, gable)
        if tall and rng.uniform() < 0.25:
            top = camera.seen(np.array([[x, height, away], [x, height * 1.2, away]]))
            collage.line(top, 0.006, air.seen((0.3, 0.3, 0.32), away / 60))
    collage.paste("object")
    for _ in range(int(rng.integers(0, 4))):
        away = rng.uniform(7, 20)
        foot = camera.seen(np.array([0.0, 0.0, away]))[1]
        tree(collage, air, rng.uniform(0, 1), foot, camera.focal * rng.uniform(3, 8) / away, rng, away / 60)
    people(collage, camera, air, rng, int(rng.choice([0, 0, 2, 5])), 6)
    for _ in range(int(rng.choice([0, 0, 1, 2, 3]))):
        car(collage, camera, air, rng, rng.uniform(-5, 5), rng.uniform(7, 14), across=True)
    collage.paste("occluder")


def _forest(canvas: Canvas, air: Air) -> None:
    rng, size = canvas.rng, canvas.size
    kind = rng.uniform()
    if kind < 0.2:
        # Seen from outside: rows of firs or crowns under a sky.
        foot = rng.uniform(0.45, 0.8)
        if rng.uniform() < 0.4:
            mountain_range(
                canvas, air, foot, rng.uniform(0.1, 0.35), 0.9, rng.uniform(0, 0.7), "scenery", rock_colour(rng)
            )
        ground(canvas, air, foot, plant_green(rng), "object")
        if rng.uniform() < 0.6:
            for row in range(3):
                conifers(canvas, air, foot + 0.1 * row, int(rng.integers(9, 18)), 0.2 + 0.12 * row, "object")
        else:
            collage = Collage(canvas)
            for near in np.sort(rng.uniform(0, 1, 12)).tolist():
                high = rng.uniform(0.3, 0.5) * (0.6 + 0.6 * near)
                tree(collage, air, rng.uniform(0, 1), foot + 0.2 * near, high, rng, 0.5 * (1 - near))
            collage.paste("object")
        return
    leaves = leaf_colour(rng)
    foot = rng.uniform(0.5, 0.85)
    bare = rng.uniform() < 0.15
    # Behind the trunks: leaves against the light, more or less of the sky between them.
    thick = soft_clouds(size, rng, 0.15) * 0.6 + (rng.uniform(-0.8, 0.0) if bare else rng.uniform(0.1, 1.2))
    spots = soft_clouds(size, rng, 0.08)
    behind = blend(
        air.seen(mixed(leaves, (0.02, 0.04, 0.02), 0.5), 0.5),
        air.seen(mixed(leaves, (0.9, 0.95, 0.6), 0.3), 0.5),
        0.45 + 0.35 * spots,
    )
    paint_cover(canvas, np.asarray(np.clip(thick + 0.5, 0, 1), dtype=np.float32), behind, "object")
    collage = Collage(canvas)
    if not bare:
        places = rng.uniform((0, -0.02), (1, foot), (140, 2))
        share = rng.uniform(0, 1, (140, 1))
        dark, bright = (
            np.array(air.seen(mixed(leaves, end, 0.4), 0.4)) for end in ((0.02, 0.05, 0.02), (0.9, 0.95, 0.6))
        )
        collage.pieces(uneven_squares(places, rng.uniform(0.006, 0.024, 140), rng), dark * (1 - share) + bright * share)
        collage.paste("object", soft=rng.uniform(0.0, 0.008))
    soil = leaves if rng.uniform() < 0.5 else hsv(rng.uniform(0.05, 0.12), rng.uniform(0.3, 0.6), rng.uniform(0.2, 0.5))
    if rng.uniform() < 0.1:
        soil = (0.8, 0.83, 0.88)
    ground(canvas, air, foot, soil, "object")
    if rng.uniform() < 0.35:
        footpath(canvas, air, foot)
    bark = hsv(rng.uniform(0.02, 0.12), rng.uniform(0.1, 0.5), rng.uniform(0.12, 0.45))
    birch = rng.uniform() < 0.15
    lean = rng.normal(0, 0.03)
    for near in np.sort(rng.uniform(0, 1, int(rng.integers(6, 18))) ** 1.5).tolist():
        width = 0.01 + 0.07 * near * rng.uniform(0.5, 1.3)
        x, low = rng.uniform(-0.05, 1.05), foot + (1.1 - foot) * near**1.2
        tilt = lean + rng.normal(0, 0.04)
        path = np.array([(x, low), (x + tilt * 0.5, low - 0.6), (x + tilt, -0.1)])
        shade = air.seen((0.82, 0.8, 0.76) if birch else varied(bark, rng, 0.06), 0.9 * (1 - near))
        collage.piece(stroke(path, width, 0.6 * width), mixed(shade, (0.02, 0.02, 0.02), 0.4))
        collage.piece(stroke(path - (0.15 * width, 0), 0.6 * width, 0.35 * width), shade)
        if width > 0.03:
            marks = rng.uniform((-0.45, 0), (0.35, low), (12, 2)) * (width, 1) + (x + tilt * 0.3, 0)
            ends = marks + ((0.3 * width, 0.0) if birch else (0.0, 0.06))
            for start, end in zip(marks, ends, strict=True):
                collage.line(np.stack([start, end]), 0.1 * width, mixed(shade, (0.03, 0.03, 0.03), 0.6))
        for _ in range(int(rng.integers(0, 4))):
            y = rng.uniform(0, foot)
            side = rng.choice([-1, 1]) * rng.uniform(0.05, 0.2)
            collage.line(
                np.array([(x + tilt * 0.5, y), (x + tilt * 0.5 + side, y - abs(side) * rng.uniform(0.2, 1))]),
                0.15 * width,
                shade,
            )
    collage.paste("object", grain=np.float32(0.12) * streaks(size, rng, math.pi / 2, width=0.012, length=5))
    if not bare:
        for _ in range(int(rng.integers(1, 5))):
            colour = air.seen(varied(leaves, rng, 0.1), rng.uniform(0, 0.4))
            crown(
                collage,
                rng.uniform(0, 1),
                rng.uniform(-0.1, 0.25),
                rng.uniform(0.4, 0.9),
                rng.uniform(0.2, 0.5),
                colour,
                rng,
                110,
            )
    for _ in range(int(rng.integers(0, 4))):
        colour = air.seen(varied(soil, rng, 0.1), 0.1)
        crown(
            collage,
            rng.uniform(0, 1),
            rng.uniform(foot, 1),
            rng.uniform(0.2, 0.5),
            rng.uniform(0.1, 0.3),
            colour,
            rng,
            90,
        )
    collage.paste("object")
    if rng.uniform() < 0.25:
        sunbeams(canvas)


def _glacier(canvas: Canvas, air: Air) -> None:
    rng = canvas.rng
    rock = rock_colour(rng)
    kind = rng.uniform()
    snow = rng.uniform(0.0, 0.9)
    if kind < 0.4:
        # A front of ice above water.
        top, foot = rng.uniform(0.25, 0.55), rng.uniform(0.65, 1.0)
        if rng.uniform() < 0.75:
            mountain_range(canvas, air, top + 0.08, rng.uniform(0.15, 0.5), 0.5, snow, "scenery", rock)
        line = top + uneven_line(canvas.size, rng, 0.05) + uneven_line(canvas.size, rng, 0.015, cell=0.05)
        ice(canvas, air, np.asarray(line, dtype=np.float32), steep=True)
        if foot < 0.97:
            lake(canvas, air, foot)
            if rng.uniform() < 0.7:
                floes(canvas, air, foot, int(rng.integers(2, 9)))
    elif kind < 0.75:
        # A tongue that flows down between two slopes.
        top = rng.uniform(0.25, 0.5)
        mountain_range(canvas, air, top + 0.12, rng.uniform(0.15, 0.4), 0.6, max(snow, 0.3), "scenery", rock)
        ice(canvas, air, np.asarray(top + 0.05 + uneven_line(canvas.size, rng, 0.03), dtype=np.float32), steep=False)
        for left in (True, False):
            if rng.uniform() < 0.85:
                mountainside(canvas, air, left, rock, snow)
        if rng.uniform() < 0.3:
            lake(canvas, air, rng.uniform(0.8, 0.93))
    else:
        # Ice as far as one sees, or floes on a lagoon.
        top = rng.uniform(0.05, 0.45)
        if rng.uniform() < 0.6:
            mountain_range(canvas, air, top + 0.05, rng.uniform(0.1, 0.3), 0.8, snow, "scenery", rock)
        if rng.uniform() < 0.5:
            ice(canvas, air, np.asarray(top + uneven_line(canvas.size, rng, 0.04), dtype=np.float32), steep=False)
        else:
            lake(canvas, air, max(top, 0.25))
            floes(canvas, air, max(top, 0.25), int(rng.integers(5, 16)))
    if rng.uniform() < 0.25:
        boulders(canvas, air, rng.uniform(0.85, 1.0), int(rng.integers(3, 9)), rng.uniform(0.03, 0.12))


def _mountain(canvas: Canvas, air: Air) -> None:
    rng = canvas.rng
    base = rng.uniform(0.55, 1.0)
    snow = float(rng.choice([0.0, rng.uniform(0.2, 0.7), rng.uniform(0.7, 1.3)], p=[0.35, 0.35, 0.3]))
    rock = rock_colour(rng) if rng.uniform() < 0.65 else plant_green(rng)
    ranges = int(rng.integers(1, 4))
    for number in range(ranges):
        distance = (ranges - 1 - number) / 2
        height = base * rng.uniform(0.5, 0.9) * (1 - 0.25 * number)
        mountain_range(
            canvas, air, base + 0.1 * number, height, distance + 0.15, snow * (1 - 0.3 * number), "object", rock
        )
    kind = rng.uniform()
    foot = base + rng.uniform(-0.08, 0.08)
    if kind < 0.25 and foot < 0.95:
        lake(canvas, air, foot)
    elif kind < 0.5:
        ground(canvas, air, foot, plant_green(rng))
    elif kind < 0.8:
        ground(canvas, air, foot, plant_green(rng) if rng.uniform() < 0.6 else rock_colour(rng))
        conifers(canvas, air, foot + 0.02, int(rng.integers(4, 22)), rng.uniform(0.05, 0.2), "occluder")
    else:
        boulders(canvas, air, foot, int(rng.integers(4, 14)), rng.uniform(0.04, 0.16))


def _sea(canvas: Canvas, air: Air) -> None:
    rng = canvas.rng
    horizon = rng.uniform(0.2, 0.65)
    kind = rng.uniform()
    if kind < 0.4:
        snow = rng.uniform(0.1, 0.9) if rng.uniform() < 0.3 else 0.0
        rock = rock_colour(rng) if rng.uniform() < 0.5 else plant_green(rng)
        mountain_range(
            canvas, air, horizon + 0.02, horizon * rng.uniform(0.15, 0.8), rng.uniform(0.3, 1.2), snow, "scenery", rock
        )
    water(canvas, air, horizon, "object", rng.uniform(0.06, 0.3))
    if rng.uniform() < 0.35:
        ships(canvas, air, horizon, int(rng.integers(1, 4)))
    shore = rng.uniform()
    if shore < 0.4:
        beach(canvas, air)
    elif shore < 0.6:
        boulders(canvas, air, rng.uniform(max(horizon, 0.55), 0.95), int(rng.integers(3, 14)), rng.uniform(0.05, 0.16))
    elif shore < 0.72:
        mountainside(canvas, air, bool(rng.integers(2)), rock_colour(rng), 0.0)
    if rng.uniform() < 0.1:
        collage = Collage(canvas)
        for _ in range(int(rng.integers(1, 4))):
            tree(collage, air, rng.uniform(0, 1), 1.02, rng.uniform(0.4, 0.8), rng, distance=0.0)
        collage.paste("occluder")


_END_WALL = ((0, 0), (1, 0), (1, 1), (0, 1))


def _street(canvas: Canvas, air: Air) -> None:
    rng = canvas.rng
    horizon = rng.uniform(0.42, 0.72)
    camera = Camera(rng.uniform(0.3, 0.7), horizon, rng.uniform(0.5, 0.9), rng.uniform(1.5, 3.5))
    if rng.uniform() < 0.15:
        mountain_range(
            canvas, air, horizon, rng.uniform(0.1, 0.35), 0.9, rng.uniform(0, 0.6), "scenery", rock_colour(rng)
        )
    half = rng.uniform(2.2, 7.0)
    path = rng.uniform(0.6, 2.5)
    paving = paving_colour(rng)
    ground(canvas, air, horizon, mixed(paving, (0.75, 0.73, 0.7), 0.4), "object")
    collage = Collage(canvas)
    far, close = 70.0, 0.8

    def strip(left: float, right: float, start: float, end: float) -> Points:
        return camera.seen(np.array([(left, 0, start), (right, 0, start), (right, 0, end), (left, 0, end)]))

    asphalt = mixed(paving, (0.2, 0.2, 0.21), 0.55)
    for start, end in ((30.0, far), (10.0, 30.0), (4.0, 10.0), (close, 4.0)):
        collage.piece(strip(-half, half, start, end), air.seen(asphalt, start / 60))
    if half > 3 and rng.uniform() < 0.75:
        white = (0.85, 0.84, 0.78) if rng.uniform() < 0.8 else (0.85, 0.65, 0.15)
        for start in np.arange(1.0 + rng.uniform(0, 3), 60, 5.0).tolist():
            collage.piece(strip(-0.12, 0.12, start, start + 2.4), air.seen(white, start / 60))
        if rng.uniform() < 0.35:
            away = rng.uniform(3, 9)
            for x in np.arange(-half + 0.3, half - 0.5, 1.0).tolist():
                collage.piece(strip(x, x + 0.5, away, away + 2.5), air.seen(white, away / 60))
    collage.paste("object", grain=np.float32(0.06) * streaks(canvas.size, rng, 0.0, width=0.012, length=2))
    for side in (-1, 1):
        if rng.uniform() < 0.1:
            continue
        away = far
        houses = []
        while away > close:
            length = rng.uniform(6, 16)
            houses.append((max(close, away - length), min(length, away - close)))
            away -= length
        modern = rng.uniform() < 0.3
        general = rng.uniform(6, 18)
        for start, length in houses:
            style = random_style(rng, modern)
            height = general * rng.uniform(0.7, 1.3)
            edge = side * (half + path)
            bright = 0.75 if (air.sun[0] > 0.5) == (side > 0) else 1.0
            # The end wall, without windows, is turned to the camera and shows where the next house is lower.
            wall = np.array([(edge + 10 * side * right, height * up, start) for right, up in _END_WALL])
            red, green, blue = (0.85 * value for value in style.wall)
            collage.piece(camera.seen(wall), air.seen((red, green, blue), start / 60))
            facade(collage, camera, air, rng, style, (edge, start), (0.0, 1.0), length, height, bright)
    collage.paste("object")
    trees = rng.uniform() < 0.35
    lamps = rng.uniform() < 0.5
    for away in np.arange(40, 4, -rng.uniform(5, 9)).tolist():
        for side in (-1, 1):
            foot = camera.seen(np.array([side * (half + 0.3), 0.0, away]))
            tall = camera.focal * 5.5 / away
            if trees and rng.uniform() < 0.7:
                tree(collage, air, float(foot[0]), float(foot[1]), tall, rng, away / 60)
            elif lamps:
                pole = foot - np.array([(0.0, 0.0), (0.0, 1.0), (0.25 * side, 1.02)]) * tall
                collage.line(pole, 0.02 * tall, air.seen((0.2, 0.2, 0.22), away / 60))
                if air.night:
                    collage.piece(ellipse(pole[2, 0], pole[2, 1], 0.04 * tall, 0.04 * tall), (1.0, 0.88, 0.6))
    people(collage, camera, air, rng, int(rng.choice([0, 1, 3, 8])), half + path)
    for away in np.sort(rng.uniform(5, 35, int(rng.integers(0, 6))))[::-1].tolist():
        lane = float(rng.choice([-1, 1])) * (half - 1.1 if rng.uniform() < 0.5 else half * 0.45)
        if half > 2.8:
            car(collage, camera, air, rng, lane, away, across=False)
    collage.paste("object")


_SCENES = (_buildings, _forest, _glacier, _mountain, _sea, _street)
