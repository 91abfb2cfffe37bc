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
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from coursekit.data.samples.canvas import (
    Canvas,
    Colour,
    Drawn,
    Floats,
    Points,
    Role,
    Shape,
    blob,
    clouds,
    draw_many,
    ellipse,
    hsv,
    mixed,
    polygon,
    random_colour,
    streaks,
    stroke,
    varied,
)
from coursekit.data.samples.flowers import Collage

CLASSES = ("buildings", "forest", "glacier", "mountain", "sea", "street")
BUILDINGS, FOREST, GLACIER, MOUNTAIN, SEA, STREET = range(len(CLASSES))

_LAMPLIGHT = (0.95, 0.78, 0.42)


def draw(count: int, size: int, seed: int = 0) -> Drawn:
    """Draw scenes of the six kinds of `CLASSES`; the masks are what makes each its kind.

    Parameters
    ----------
    count
        How many pictures, at least 1. The classes are balanced and mixed.
    size
        Their side in pixels, at least 16.
    seed
        Not negative. Picture i depends on `seed` and i only.

    Raises
    ------
    ValueError
        If a number is too small.

    Examples
    --------
    >>> drawn = draw(6, size=32, seed=1)
    >>> drawn.pictures.shape, bool(drawn.masks.any(axis=(1, 2)).all())
    ((6, 32, 32, 3), True)
    """
    return draw_many(count, size, seed, CLASSES, _paint)


def _paint(canvas: Canvas, label: int) -> None:
    rng = canvas.rng
    air = _sky(canvas)
    _SCENES[label](canvas, air)
    if rng.uniform() < 0.08:
        _snowfall(canvas)
    canvas.light(0.7)
    if rng.uniform() < 0.04:
        canvas.colours[...] = canvas.colours.mean(axis=2, keepdims=True)
    canvas.lens(noise=rng.uniform(0.004, 0.02))


# Sky and air.


@dataclass(frozen=True)
class _Air:
    """The time of day and the weather of a scene.

    `light` is the colour of the light, `haze` what far things fade into, `density` how fast they do; `sun` is where it
    stands in the picture, and `night` whether lamps are on.
    """

    light: Colour
    haze: Colour
    density: float
    sun: tuple[float, float]
    night: bool

    def seen(self, colour: Colour, distance: float) -> Colour:
        """Return a colour as it is seen in this light and from that distance (1 is far)."""
        red, green, blue = (value * lamp for value, lamp in zip(colour, self.light, strict=True))
        return mixed((red, green, blue), self.haze, 1 - math.exp(-self.density * distance))


def _sky(canvas: Canvas) -> _Air:
    """Fill the canvas with a sky."""
    rng, size = canvas.rng, canvas.size
    kind = rng.uniform()
    sun = (rng.uniform(0.05, 0.95), rng.uniform(0.02, 0.35))
    light: Colour = (1.0, 1.0, 0.97)
    cloudiness = rng.uniform(-0.9, 0.5)
    density = rng.uniform(0.1, 0.9)
    if kind < 0.5:
        high = hsv(rng.uniform(0.55, 0.63), rng.uniform(0.3, 0.8), rng.uniform(0.55, 0.9))
        low = mixed(high, (0.86, 0.9, 0.94), rng.uniform(0.4, 1.0))
    elif kind < 0.7:
        grey = rng.uniform(0.5, 0.85)
        high, low = varied((grey, grey, grey * 1.05), rng, 0.04), varied((grey, grey, grey), rng, 0.12)
        light = (0.82, 0.84, 0.88)
        density = rng.uniform(0.4, 1.8)
        cloudiness = rng.uniform(-0.4, 0.4)
    elif kind < 0.9:
        high = hsv(rng.uniform(0.55, 0.8), rng.uniform(0.2, 0.6), rng.uniform(0.35, 0.75))
        low = hsv(rng.uniform(-0.02, 0.12), rng.uniform(0.3, 0.8), rng.uniform(0.75, 0.98))
        light = (0.9, 0.72, 0.6)
        sun = (sun[0], rng.uniform(0.25, 0.5))
    else:
        high = hsv(rng.uniform(0.58, 0.7), rng.uniform(0.4, 0.8), rng.uniform(0.1, 0.28))
        low = mixed(high, hsv(rng.uniform(0.0, 0.7), 0.4, 0.5), rng.uniform(0.1, 0.6))
        light = (0.42, 0.44, 0.54)
    y, x = _grid(size)
    share = np.minimum(1, y / rng.uniform(0.4, 0.9))[..., np.newaxis] ** rng.uniform(0.7, 1.5)
    colours = _ink(high) + (_ink(low) - _ink(high)) * share
    cover = np.clip(0.55 * _soft_clouds(size, rng, rng.uniform(0.25, 0.7)) + cloudiness, 0, 1)[..., np.newaxis]
    lit = _ink(mixed((0.95, 0.95, 0.95), low, 0.35)) * _ink(light)
    colours = colours + (lit - colours) * cover * rng.uniform(0.6, 1.0)
    if kind < 0.5 or 0.7 <= kind < 0.9:
        glow = np.exp(-np.hypot(x - sun[0], y - sun[1]) / rng.uniform(0.05, 0.2))[..., np.newaxis]
        colours = colours + (_ink((1.0, 0.95, 0.85)) - colours) * glow * rng.uniform(0.0, 0.9)
    canvas.fill(colours.astype(np.float32))
    return _Air(light, low, density, sun, kind >= 0.9)


def _snowfall(canvas: Canvas) -> None:
    rng = canvas.rng
    flakes = int(rng.integers(60, 160))
    collage = Collage(canvas)
    outlines = _dabs(rng.uniform(0, 1, (flakes, 2)), rng.uniform(0.002, 0.008, flakes), rng)
    collage.pieces(outlines, np.tile((0.95, 0.95, 0.97), (flakes, 1)))
    collage.paste("scenery", opacity=0.8)
    canvas.colours += np.float32(rng.uniform(0.1, 0.4)) * (np.float32(0.8) - canvas.colours)


def _grid(size: int) -> tuple[Floats, Floats]:
    """Return the height ``(size, 1)`` and the place from left to right ``(1, size)`` of the middles of the pixels."""
    places = (np.arange(size, dtype=np.float32) + np.float32(0.5)) / np.float32(size)
    return places[:, np.newaxis], places[np.newaxis]


def _line(size: int, rng: np.random.Generator, height: float, cell: float = 0.4) -> Floats:
    """Return an uneven line ``(size,)`` around 0 that goes up and down by about `height`, in ever finer steps."""
    x = np.linspace(0, 1, size)
    line = np.zeros(size)
    strength = 1.0
    while cell * size > 2:
        knots = rng.standard_normal(math.ceil(1 / cell) + 2)
        line += strength * np.interp(x / cell + rng.uniform(), np.arange(len(knots)), knots)
        cell, strength = cell / 2, strength * 0.5
    return np.asarray(height * line * 0.6, dtype=np.float32)


def _soft_clouds(size: int, rng: np.random.Generator, cell: float) -> Floats:
    """Return clouds as the canvas' own without their finest detail, in a third of the time."""
    coarse = Image.fromarray(clouds(size // 2, rng, cell))
    return np.asarray(coarse.resize((size, size), Image.Resampling.BILINEAR), dtype=np.float32)


def _below(canvas: Canvas, line: Floats) -> Floats:
    """Return how much of each pixel lies below a line ``(size,)`` of heights."""
    y, _ = _grid(canvas.size)
    return np.asarray(np.clip((y - line) * np.float32(canvas.size) + np.float32(0.5), 0, 1), dtype=np.float32)


def _cover(canvas: Canvas, cover: Floats, colours: Colour | Floats, role: Role, grain: Floats | None = None) -> None:
    """Paint where a map ``(size, size)`` covers."""
    everything = slice(0, canvas.size)
    canvas.paint(Shape(everything, everything, cover.astype(np.float32)), colours, role=role, grain=grain)


def _blend(one: Colour, other: Colour, share: NDArray[np.floating]) -> Floats:
    """Return the colours between two, ``(size, size, 3)``, by a map of shares."""
    shares = np.clip(share, 0, 1).astype(np.float32)[..., np.newaxis]
    return np.asarray(_ink(one) + (_ink(other) - _ink(one)) * shares, dtype=np.float32)


def _ink(colour: Colour) -> Floats:
    return np.array(colour, dtype=np.float32)


# Mountains and ice.


def _range(
    canvas: Canvas, air: _Air, base: float, height: float, distance: float, snow: float, role: Role, rock: Colour
) -> Floats:
    """Paint a range of mountains and return its line; `snow` is the share of its height that is white, from the top."""
    rng, size = canvas.rng, canvas.size
    y, x = _grid(size)
    peaks = int(rng.integers(1, 5))
    middles = np.sort(rng.uniform(-0.1, 1.1, peaks))
    tops = base - height * rng.uniform(0.55, 1.0, peaks)
    tops[rng.integers(peaks)] = base - height
    slopes = rng.uniform(0.5, 1.5, (2, peaks)) * height / 0.45
    away = x[0] - middles[:, np.newaxis]
    sides = tops[:, np.newaxis] + np.where(away < 0, -slopes[0][:, np.newaxis], slopes[1][:, np.newaxis]) * away
    sides = np.concatenate([sides, np.full((1, size), base)])
    rough = _line(size, rng, 0.1 * height + 0.01, cell=0.25)
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
    colours = _blend(rock, (0.93, 0.95, 1.0), white) * np.clip(lit, 0.35, 1.4)[..., np.newaxis].astype(np.float32)
    colours = colours * _ink(air.light)
    fade = 1 - math.exp(-air.density * distance)
    foot = np.clip(fade + 0.3 * air.density * depth / height, 0, 0.95)[..., np.newaxis]
    colours = colours + (_ink(air.haze) - colours) * foot
    _cover(canvas, _below(canvas, line), colours.astype(np.float32), role)
    return line


def _rock(rng: np.random.Generator) -> Colour:
    return hsv(
        rng.uniform(0.02, 0.13) if rng.uniform() < 0.6 else rng.uniform(0.5, 0.65),
        rng.uniform(0.05, 0.4),
        rng.uniform(0.25, 0.6),
    )


def _mountain(canvas: Canvas, air: _Air) -> None:
    rng = canvas.rng
    base = rng.uniform(0.55, 1.0)
    snow = float(rng.choice([0.0, rng.uniform(0.2, 0.7), rng.uniform(0.7, 1.3)], p=[0.35, 0.35, 0.3]))
    rock = _rock(rng) if rng.uniform() < 0.65 else _green(rng)
    ranges = int(rng.integers(1, 4))
    for number in range(ranges):
        distance = (ranges - 1 - number) / 2
        height = base * rng.uniform(0.5, 0.9) * (1 - 0.25 * number)
        _range(canvas, air, base + 0.1 * number, height, distance + 0.15, snow * (1 - 0.3 * number), "object", rock)
    kind = rng.uniform()
    foot = base + rng.uniform(-0.08, 0.08)
    if kind < 0.25 and foot < 0.95:
        _lake(canvas, air, foot)
    elif kind < 0.5:
        _ground(canvas, air, foot, _green(rng))
    elif kind < 0.8:
        _ground(canvas, air, foot, _green(rng) if rng.uniform() < 0.6 else _rock(rng))
        _conifers(canvas, air, foot + 0.02, int(rng.integers(4, 22)), rng.uniform(0.05, 0.2), "occluder")
    else:
        _boulders(canvas, air, foot, int(rng.integers(4, 14)), rng.uniform(0.04, 0.16))


def _glacier(canvas: Canvas, air: _Air) -> None:
    rng = canvas.rng
    rock = _rock(rng)
    kind = rng.uniform()
    snow = rng.uniform(0.0, 0.9)
    if kind < 0.4:
        # A front of ice above water.
        top, foot = rng.uniform(0.25, 0.55), rng.uniform(0.65, 1.0)
        if rng.uniform() < 0.75:
            _range(canvas, air, top + 0.08, rng.uniform(0.15, 0.5), 0.5, snow, "scenery", rock)
        line = top + _line(canvas.size, rng, 0.05) + _line(canvas.size, rng, 0.015, cell=0.05)
        _ice(canvas, air, np.asarray(line, dtype=np.float32), steep=True)
        if foot < 0.97:
            _lake(canvas, air, foot)
            if rng.uniform() < 0.7:
                _floes(canvas, air, foot, int(rng.integers(2, 9)))
    elif kind < 0.75:
        # A tongue that flows down between two slopes.
        top = rng.uniform(0.25, 0.5)
        _range(canvas, air, top + 0.12, rng.uniform(0.15, 0.4), 0.6, max(snow, 0.3), "scenery", rock)
        _ice(canvas, air, np.asarray(top + 0.05 + _line(canvas.size, rng, 0.03), dtype=np.float32), steep=False)
        for left in (True, False):
            if rng.uniform() < 0.85:
                _slope(canvas, air, left, rock, snow)
        if rng.uniform() < 0.3:
            _lake(canvas, air, rng.uniform(0.8, 0.93))
    else:
        # Ice as far as one sees, or floes on a lagoon.
        top = rng.uniform(0.05, 0.45)
        if rng.uniform() < 0.6:
            _range(canvas, air, top + 0.05, rng.uniform(0.1, 0.3), 0.8, snow, "scenery", rock)
        if rng.uniform() < 0.5:
            _ice(canvas, air, np.asarray(top + _line(canvas.size, rng, 0.04), dtype=np.float32), steep=False)
        else:
            _lake(canvas, air, max(top, 0.25))
            _floes(canvas, air, max(top, 0.25), int(rng.integers(5, 16)))
    if rng.uniform() < 0.25:
        _boulders(canvas, air, rng.uniform(0.85, 1.0), int(rng.integers(3, 9)), rng.uniform(0.03, 0.12))


def _ice(canvas: Canvas, air: _Air, line: Floats, steep: bool) -> None:
    """Paint ice below a line: torn upright where it breaks off, across where it flows."""
    rng, size = canvas.rng, canvas.size
    turn = math.pi / 2 + rng.normal(0, 0.15) if steep else rng.normal(0, 0.35)
    cracks = streaks(size, rng, turn, width=rng.uniform(0.02, 0.05), length=rng.uniform(2.5, 5))
    noise = _soft_clouds(size, rng, 0.2)
    y, _ = _grid(size)
    deep = np.clip(0.25 + 0.35 * noise + 0.5 * (y - line) - 0.25 * cracks, 0, 1)
    blue = hsv(rng.uniform(0.5, 0.58), rng.uniform(0.15, 0.55), rng.uniform(0.6, 0.85))
    colours = _blend((0.95, 0.97, 1.0), blue, deep)
    dirt = np.clip((rng.uniform(-1.2, 0.9) + noise - 0.4 * cracks) * 0.5, 0, 0.7)[..., np.newaxis]
    colours = colours + (np.float32(0.38) - colours) * dirt.astype(np.float32)
    colours = colours * (1 - 0.45 * np.clip(cracks - 0.9, 0, 1))[..., np.newaxis]
    colours = colours * (1 + 0.14 * np.clip(cracks, -1, 1))[..., np.newaxis] * _ink(air.light)
    fade = (0.6 * air.density * np.clip(0.35 - (y - line), 0, 1))[..., np.newaxis]
    colours = colours + (_ink(air.haze) - colours) * np.clip(fade, 0, 0.8)
    _cover(canvas, _below(canvas, line), colours.astype(np.float32), "object")
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


def _slope(canvas: Canvas, air: _Air, left: bool, rock: Colour, snow: float) -> None:
    """Paint a dark slope that comes down from one side of the picture."""
    rng, size = canvas.rng, canvas.size
    _, x = _grid(size)
    inward = x[0] if left else 1 - x[0]
    line = rng.uniform(0.15, 0.4) + inward * rng.uniform(1.3, 3.4) + _line(size, rng, 0.06)
    noise = _soft_clouds(size, rng, 0.2)
    white = np.clip(noise - 1.6 + 1.5 * snow, 0, 1)
    colours = _blend(air.seen(rock, 0.2), air.seen((0.9, 0.93, 0.97), 0.2), white)
    dark = mixed(air.seen(rock, 0.2), (0.05, 0.05, 0.06), 0.3)
    colours = colours + (_ink(dark) - colours) * np.clip(0.3 * noise + 0.2, 0, 1)[..., np.newaxis]
    _cover(canvas, _below(canvas, np.asarray(line, dtype=np.float32)), colours.astype(np.float32), "occluder")


def _floes(canvas: Canvas, air: _Air, horizon: float, count: int) -> None:
    """Paint pieces of ice that swim, the near ones larger."""
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


# Water and ground.


def _water(canvas: Canvas, air: _Air, horizon: float, role: Role, rough: float) -> None:
    """Paint water below a straight horizon: it mirrors the sky far away and is deeper in colour near by."""
    rng, size = canvas.rng, canvas.size
    y, x = _grid(size)
    near = np.clip((y - horizon) / (1 - horizon + 1e-6), 0, 1)
    deep = hsv(rng.uniform(0.45, 0.62), rng.uniform(0.3, 0.85), rng.uniform(0.25, 0.6))
    deep = air.seen(deep, 0.0)
    far = mixed(air.haze, deep, rng.uniform(0.2, 0.8))
    large = streaks(size, rng, rng.normal(0, 0.06), width=0.045, length=rng.uniform(4, 8))
    small = streaks(size, rng, 0.0, width=0.014, length=10)
    waves = small + (large - small) * np.clip(near * 1.4, 0, 1)
    colours = _blend(far, deep, near ** rng.uniform(0.4, 1.0) + np.zeros_like(x))
    colours = colours * (1 + rough * waves)[..., np.newaxis]
    foam = np.clip((waves - rng.uniform(1.2, 3.0)) * near * 2, 0, 0.9)[..., np.newaxis]
    colours = colours + (_ink(air.seen((0.92, 0.95, 0.96), 0)) - colours) * foam
    if rng.uniform() < 0.45:
        band = np.exp(-(((x - air.sun[0]) / (0.06 + 0.18 * near)) ** 2))
        glitter = (np.clip(waves + 0.4, 0, 1.5) * band * rng.uniform(0.3, 0.9))[..., np.newaxis]
        colours = colours + (_ink(mixed(air.haze, (1.0, 0.95, 0.85), 0.6)) - colours) * np.clip(glitter, 0, 1)
    line = np.full(size, horizon, dtype=np.float32)
    _cover(canvas, _below(canvas, line), colours.astype(np.float32), role)


def _lake(canvas: Canvas, air: _Air, horizon: float) -> None:
    """Paint still water in front of something, with a dim image of it upside down."""
    rng, size = canvas.rng, canvas.size
    row = int(horizon * size)
    mirrored = np.zeros_like(canvas.colours)
    depth = min(row, size - row)
    mirrored[row : row + depth] = canvas.colours[row - depth : row][::-1]
    _water(canvas, air, horizon, "occluder", rng.uniform(0.05, 0.15))
    part = canvas.colours[row : row + depth]
    part += np.float32(rng.uniform(0.2, 0.6)) * (mirrored[row : row + depth] - part)


def _ground(canvas: Canvas, air: _Air, top: float, colour: Colour, role: Role = "occluder") -> None:
    """Paint a field of grass, sand, stones or leaves below an uneven line."""
    rng, size = canvas.rng, canvas.size
    line = top + _line(size, rng, 0.02)
    y, _ = _grid(size)
    near = np.clip((y - top) / (1.001 - min(top, 1.0)), 0, 1)
    spots = _soft_clouds(size, rng, 0.12)
    fine = streaks(size, rng, rng.normal(0, 0.3), width=0.015, length=rng.uniform(1.5, 5))
    grain = np.asarray((0.12 * spots + 0.15 * fine) * (0.3 + 0.7 * near), dtype=np.float32)
    colours = _blend(air.seen(colour, 0.6), air.seen(varied(colour, rng, 0.12), 0), near + np.zeros_like(spots))
    _cover(canvas, _below(canvas, np.asarray(line, dtype=np.float32)), colours, role, grain)


def _boulders(canvas: Canvas, air: _Air, top: float, count: int, largest: float, role: Role = "occluder") -> None:
    """Paint rocks, the near ones larger."""
    rng = canvas.rng
    collage = Collage(canvas)
    colour = _rock(rng)
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


def _sea(canvas: Canvas, air: _Air) -> None:
    rng = canvas.rng
    horizon = rng.uniform(0.2, 0.65)
    kind = rng.uniform()
    if kind < 0.4:
        snow = rng.uniform(0.1, 0.9) if rng.uniform() < 0.3 else 0.0
        rock = _rock(rng) if rng.uniform() < 0.5 else _green(rng)
        _range(
            canvas, air, horizon + 0.02, horizon * rng.uniform(0.15, 0.8), rng.uniform(0.3, 1.2), snow, "scenery", rock
        )
    _water(canvas, air, horizon, "object", rng.uniform(0.06, 0.3))
    if rng.uniform() < 0.35:
        _ships(canvas, air, horizon, int(rng.integers(1, 4)))
    shore = rng.uniform()
    if shore < 0.4:
        _beach(canvas, air)
    elif shore < 0.6:
        _boulders(canvas, air, rng.uniform(max(horizon, 0.55), 0.95), int(rng.integers(3, 14)), rng.uniform(0.05, 0.16))
    elif shore < 0.72:
        _slope(canvas, air, bool(rng.integers(2)), _rock(rng), 0.0)
    if rng.uniform() < 0.1:
        collage = Collage(canvas)
        for _ in range(int(rng.integers(1, 4))):
            _tree(collage, air, rng.uniform(0, 1), 1.02, rng.uniform(0.4, 0.8), rng, distance=0.0)
        collage.paste("occluder")


def _beach(canvas: Canvas, air: _Air) -> None:
    """Paint sand with a wave that runs out on it."""
    rng, size = canvas.rng, canvas.size
    _, x = _grid(size)
    line = rng.uniform(0.7, 0.95) + rng.uniform(-0.5, 0.5) * (x[0] - 0.5) + 0.5 * _line(size, rng, 0.03, cell=0.5)
    sand = air.seen(hsv(rng.uniform(0.07, 0.13), rng.uniform(0.1, 0.45), rng.uniform(0.5, 0.88)), 0)
    foam = air.seen((0.92, 0.95, 0.96), 0)
    width = rng.uniform(0.01, 0.05)
    for above, colour in ((width, foam), (0.0, mixed(sand, (0.2, 0.2, 0.2), 0.35)), (-0.05, sand)):
        grain = np.float32(0.05) * streaks(size, rng, 0.1, width=0.015, length=3)
        edge = line - above + _line(size, rng, 0.006, cell=0.1)
        _cover(canvas, _below(canvas, np.asarray(edge, dtype=np.float32)), colour, "occluder", grain)


def _ships(canvas: Canvas, air: _Air, horizon: float, count: int) -> None:
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


# Trees.


def _green(rng: np.random.Generator) -> Colour:
    return hsv(rng.uniform(0.18, 0.36), rng.uniform(0.25, 0.7), rng.uniform(0.2, 0.55))


def _leaf_colour(rng: np.random.Generator) -> Colour:
    """Return the colour of a crown in some season."""
    if rng.uniform() < 0.7:
        return _green(rng)
    return hsv(rng.uniform(0.03, 0.14), rng.uniform(0.4, 0.85), rng.uniform(0.35, 0.8))


def _dabs(places: Points, radii: NDArray[np.floating], rng: np.random.Generator) -> NDArray[np.float64]:
    """Return a small uneven square ``(n, 4, 2)`` at each place."""
    angles = rng.uniform(0, math.pi, (len(places), 1)) + np.arange(4) * math.pi / 2
    reach = radii[:, np.newaxis] * rng.uniform(0.6, 1.3, angles.shape)
    return places[:, np.newaxis] + np.stack([np.cos(angles), np.sin(angles)], axis=2) * reach[..., np.newaxis]


def _crown(
    collage: Collage,
    x: float,
    y: float,
    across: float,
    high: float,
    colour: Colour,
    rng: np.random.Generator,
    dabs: int,
) -> None:
    """Lay down a crown of leaves around (x, y), light above and dark below."""
    tufts = rng.normal(0, 0.4, (max(2, dabs // 25), 2))
    places = tufts[rng.integers(len(tufts), size=dabs)] + rng.normal(0, 0.27, (dabs, 2))
    bright = np.exp(-0.35 * places[:, 1] + rng.normal(0, 0.22, dabs) - 0.1)[:, np.newaxis]
    order = np.argsort(bright[:, 0])
    radii = rng.uniform(0.4, 0.75, dabs) * math.sqrt(across * high / dabs)
    outlines = _dabs(places * (across / 2, high / 2) + (x, y), radii, rng)
    collage.pieces(outlines[order], (np.array(colour) * bright)[order])


def _tree(
    collage: Collage, air: _Air, x: float, foot: float, height: float, rng: np.random.Generator, distance: float
) -> None:
    """Lay down a whole broad-leaved tree."""
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
    colour = air.seen(_leaf_colour(rng), distance)
    if rng.uniform() < 0.88:
        dabs = int(np.clip(height * 400, 16, 200))
        _crown(collage, x + lean, top + 0.35 * height, 0.7 * height, 0.65 * height, colour, rng, dabs)


def _conifers(canvas: Canvas, air: _Air, foot: float, count: int, height: float, role: Role) -> None:
    """Paint firs in a row, the near ones larger."""
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


def _forest(canvas: Canvas, air: _Air) -> None:
    rng, size = canvas.rng, canvas.size
    kind = rng.uniform()
    if kind < 0.2:
        # Seen from outside: rows of firs or crowns under a sky.
        foot = rng.uniform(0.45, 0.8)
        if rng.uniform() < 0.4:
            _range(canvas, air, foot, rng.uniform(0.1, 0.35), 0.9, rng.uniform(0, 0.7), "scenery", _rock(rng))
        _ground(canvas, air, foot, _green(rng), "object")
        if rng.uniform() < 0.6:
            for row in range(3):
                _conifers(canvas, air, foot + 0.1 * row, int(rng.integers(9, 18)), 0.2 + 0.12 * row, "object")
        else:
            collage = Collage(canvas)
            for near in np.sort(rng.uniform(0, 1, 12)).tolist():
                high = rng.uniform(0.3, 0.5) * (0.6 + 0.6 * near)
                _tree(collage, air, rng.uniform(0, 1), foot + 0.2 * near, high, rng, 0.5 * (1 - near))
            collage.paste("object")
        return
    leaves = _leaf_colour(rng)
    foot = rng.uniform(0.5, 0.85)
    bare = rng.uniform() < 0.15
    # Behind the trunks: leaves against the light, more or less of the sky between them.
    thick = _soft_clouds(size, rng, 0.15) * 0.6 + (rng.uniform(-0.8, 0.0) if bare else rng.uniform(0.1, 1.2))
    spots = _soft_clouds(size, rng, 0.08)
    behind = _blend(
        air.seen(mixed(leaves, (0.02, 0.04, 0.02), 0.5), 0.5),
        air.seen(mixed(leaves, (0.9, 0.95, 0.6), 0.3), 0.5),
        0.45 + 0.35 * spots,
    )
    _cover(canvas, np.asarray(np.clip(thick + 0.5, 0, 1), dtype=np.float32), behind, "object")
    collage = Collage(canvas)
    if not bare:
        places = rng.uniform((0, -0.02), (1, foot), (140, 2))
        share = rng.uniform(0, 1, (140, 1))
        dark, bright = (
            np.array(air.seen(mixed(leaves, end, 0.4), 0.4)) for end in ((0.02, 0.05, 0.02), (0.9, 0.95, 0.6))
        )
        collage.pieces(_dabs(places, rng.uniform(0.006, 0.024, 140), rng), dark * (1 - share) + bright * share)
        collage.paste("object", soft=rng.uniform(0.0, 0.008))
    soil = leaves if rng.uniform() < 0.5 else hsv(rng.uniform(0.05, 0.12), rng.uniform(0.3, 0.6), rng.uniform(0.2, 0.5))
    if rng.uniform() < 0.1:
        soil = (0.8, 0.83, 0.88)
    _ground(canvas, air, foot, soil, "object")
    if rng.uniform() < 0.35:
        _path(canvas, air, foot)
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
            _crown(
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
        _crown(
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
        _shafts(canvas)


def _path(canvas: Canvas, air: _Air, foot: float) -> None:
    rng = canvas.rng
    far, near = rng.uniform(0.3, 0.7), rng.uniform(0.2, 0.8)
    half = rng.uniform(0.12, 0.35)
    bend = (far + near) / 2 + rng.normal(0, 0.06)
    left = [(far - 0.01, foot), (bend - half * 0.35, (1 + foot) / 2), (near - half, 1.02)]
    right = [(near + half, 1.02), (bend + half * 0.35, (1 + foot) / 2), (far + 0.01, foot)]
    colour = air.seen(hsv(rng.uniform(0.06, 0.12), rng.uniform(0.1, 0.4), rng.uniform(0.35, 0.7)), 0.1)
    canvas.paint(canvas.shape(polygon(*left, *right), soft=0.01), colour, role="object", opacity=0.85)


def _shafts(canvas: Canvas) -> None:
    """Let light fall through the crowns in soft beams."""
    rng = canvas.rng
    collage = Collage(canvas)
    lean = rng.uniform(-0.6, 0.6)
    for x in rng.uniform(-0.2, 1.0, 4).tolist():
        width = rng.uniform(0.03, 0.12)
        collage.piece(
            polygon((x, -0.02), (x + width, -0.02), (x + lean + 2 * width, 1), (x + lean, 1)), (1.0, 0.95, 0.75)
        )
    collage.paste("scenery", soft=0.03, opacity=rng.uniform(0.1, 0.3))


# Houses and streets: boxes in space, seen by a camera.


@dataclass(frozen=True)
class _Camera:
    """Looks straight ahead. Space is in metres: right, up from the ground, away from the camera."""

    x: float
    horizon: float
    focal: float
    eye: float

    def seen(self, points: NDArray[np.floating]) -> Points:
        """Return where points ``(..., 3)`` are seen in the picture ``(..., 2)``."""
        away = np.maximum(points[..., 2], 0.3)
        right = self.x + self.focal * points[..., 0] / away
        down = self.horizon - self.focal * (points[..., 1] - self.eye) / away
        return np.stack([right, down], axis=-1)


@dataclass(frozen=True)
class _Style:
    """How a house is built: its wall, its windows, a storey's height and how wide the windows are (shares)."""

    wall: Colour
    glass: Colour
    frame: Colour
    storey: float
    bay: float
    wide: float
    high: float
    shop: bool


def _style(rng: np.random.Generator, modern: bool) -> _Style:
    wall = hsv(
        rng.uniform(0.0, 0.15) if rng.uniform() < 0.6 else rng.uniform(), rng.uniform(0.03, 0.5), rng.uniform(0.4, 0.92)
    )
    glass = hsv(rng.uniform(0.5, 0.65), rng.uniform(0.1, 0.5), rng.uniform(0.12, 0.6 if modern else 0.35))
    return _Style(
        wall=wall,
        glass=glass,
        frame=varied((0.9, 0.88, 0.84), rng, 0.1) if rng.uniform() < 0.6 else mixed(wall, (0.1, 0.1, 0.1), 0.4),
        storey=rng.uniform(2.8, 3.8),
        bay=rng.uniform(1.6, 3.4),
        wide=rng.uniform(0.6, 0.95) if modern else rng.uniform(0.3, 0.55),
        high=rng.uniform(0.5, 0.85) if modern else rng.uniform(0.4, 0.6),
        shop=rng.uniform() < 0.4,
    )


def _facade(
    collage: Collage,
    camera: _Camera,
    air: _Air,
    rng: np.random.Generator,
    style: _Style,
    corner: tuple[float, float],
    along: tuple[float, float],
    length: float,
    height: float,
    bright: float,
) -> None:
    """Lay down one wall with its windows; it starts at `corner` (right, away) and runs `along` (a unit vector)."""
    start, way = np.array([corner[0], 0.0, corner[1]]), np.array([along[0], 0.0, along[1]])
    up = np.array([0.0, 1.0, 0.0])

    def quads(lefts: NDArray[np.floating], bottoms: NDArray[np.floating], width: float, tall: float) -> Points:
        rights = lefts[:, np.newaxis] + np.array([0.0, width, width, 0.0])
        heights = bottoms[:, np.newaxis] + np.array([0.0, 0.0, tall, tall])
        return camera.seen(start + rights[..., np.newaxis] * way + heights[..., np.newaxis] * up)

    distance = float(np.mean([corner[1], corner[1] + along[1] * length])) / 60
    none = np.zeros(1)

    def toned(colour: Colour, shade: float = 1.0) -> Colour:
        red, green, blue = (value * bright * shade for value in colour)
        return air.seen((red, green, blue), distance)

    storeys, bays = max(1, round(height / style.storey)), max(1, round(length / style.bay))
    tall, wide = height / storeys, length / bays
    first = 1 if style.shop and storeys > 1 else 0
    column, row = np.meshgrid(np.arange(bays), np.arange(first, storeys))
    lefts = column.ravel() * wide + wide * (1 - style.wide) / 2
    bottoms = row.ravel() * tall + tall * (1 - style.high) * 0.55
    count = len(lefts)
    panes = np.array(toned(style.glass)) * np.exp(rng.normal(0, 0.3, (count, 1)))
    panes[rng.uniform(size=count) < 0.15] = mixed(air.haze, style.glass, 0.4)
    if air.night:
        panes[rng.uniform(size=count) < 0.45] = _LAMPLIGHT
    layers = [(quads(none, none, length, height), np.array([toned(style.wall)]))]
    if distance < 0.6:
        # The windows stand in a frame that shows on all sides.
        rim = 0.07 * wide
        frames = quads(lefts - rim, bottoms - rim, wide * style.wide + 2 * rim, tall * style.high + 2 * rim)
        layers.append((frames, np.tile(toned(style.frame), (count, 1))))
    layers.append((quads(lefts, bottoms, wide * style.wide, tall * style.high), panes))
    if first:
        shops = np.arange(bays) * wide + 0.1 * wide
        glass = _LAMPLIGHT if air.night else toned(style.glass, 0.8)
        layers.append((quads(shops, 0 * shops, 0.8 * wide, 0.75 * tall), np.tile(glass, (bays, 1))))
        layers.append((quads(none, none + 0.8 * tall, length, 0.18 * tall), np.array([toned(random_colour(rng))])))
    eaves = quads(none, none + height * 0.985, length, 0.03 * height + 0.15)
    layers.append((eaves, np.array([toned(style.wall, 0.7)])))
    collage.pieces(*(np.concatenate(together) for together in zip(*layers, strict=True)))


def _house(
    collage: Collage,
    camera: _Camera,
    air: _Air,
    rng: np.random.Generator,
    style: _Style,
    corner: tuple[float, float],
    turn: float,
    width: float,
    depth: float,
    height: float,
    gable: bool,
) -> None:
    """Lay down a house whose nearest corner is `corner`: one wall runs right, turned away by `turn`, one left."""
    right = (math.cos(turn), math.sin(turn))
    left = (-math.sin(turn), math.cos(turn))
    bright = (1.0, 0.72) if air.sun[0] > 0.5 else (0.72, 1.0)
    ends = np.array([corner, np.add(corner, np.multiply(right, width))])
    # Of the two side walls at most one is turned to the camera, which stands at (0, 0).
    outward = ends @ np.array(right)
    roof = varied(((0.5, 0.22, 0.15), (0.25, 0.25, 0.28), (0.35, 0.28, 0.24))[int(rng.integers(3))], rng, 0.08)
    if outward[0] > 0:
        _facade(collage, camera, air, rng, style, corner, left, depth, height, bright[1])
    elif outward[1] < 0:
        _facade(collage, camera, air, rng, style, (ends[1, 0], ends[1, 1]), left, depth, height, bright[1])
    _facade(collage, camera, air, rng, style, corner, right, width, height, bright[0])
    if not gable:
        return
    far = np.multiply(left, depth)
    lift = [height, height, height + 0.35 * width]
    eaves = np.array([(x, up, away) for (x, away), up in zip([*ends, ends.mean(axis=0)], lift, strict=True)])
    shifted = eaves + np.array([far[0], 0.0, far[1]])
    distance = corner[1] / 60
    for side, bulge in ((0, -1.0), (1, 1.0)):
        # A roof's slope is seen where it is turned to the camera's eye.
        upward = np.array([bulge * 0.35 * right[0], 0.5, bulge * 0.35 * right[1]])
        if upward @ (np.array([0.0, camera.eye, 0.0]) - eaves[side]) > 0:
            slope = camera.seen(np.stack([eaves[side], eaves[2], shifted[2], shifted[side]]))
            collage.piece(slope, air.seen(mixed(roof, (0.0, 0.0, 0.0), 0.2 * side), distance))
    red, green, blue = (value * bright[0] for value in style.wall)
    collage.piece(camera.seen(eaves), air.seen((red, green, blue), distance))
    edge = camera.seen(eaves[[0, 2, 1]] + (0.0, 0.1, 0.0))
    collage.line(edge, 0.35 * camera.focal / corner[1], air.seen(roof, distance))


def _buildings(canvas: Canvas, air: _Air) -> None:
    rng = canvas.rng
    horizon = rng.uniform(0.62, 0.95)
    camera = _Camera(rng.uniform(0.3, 0.7), horizon, rng.uniform(0.7, 1.3), 1.7)
    if rng.uniform() < 0.25:
        _range(canvas, air, horizon, rng.uniform(0.1, 0.4), 0.9, rng.uniform(0, 0.6), "scenery", _rock(rng))
    kind = rng.uniform()
    _ground(canvas, air, horizon + 0.01, _paving(rng) if rng.uniform() < 0.6 else _green(rng), "scenery")
    collage = Collage(canvas)
    tall = kind < 0.4
    count = int(rng.integers(4, 9)) if tall else int(rng.integers(1, 5))
    aways = np.sort(rng.uniform(22, 70, count))[::-1] if tall else np.sort(rng.uniform(9, 34, count))[::-1]
    for away in aways.tolist():
        style = _style(rng, modern=tall or rng.uniform() < 0.25)
        gable = not tall and rng.uniform() < 0.55
        width = rng.uniform(8, 16)
        height = rng.uniform(18, 60) if tall else rng.uniform(4, 10) if gable else rng.uniform(7, 20)
        x = (rng.uniform(0.0, 0.9) - camera.x) * away / camera.focal - 0.25 * width
        turn = rng.uniform(0.0, 0.9)
        _house(collage, camera, air, rng, style, (x, away), turn, width, rng.uniform(6, 12), height, gable)
        if tall and rng.uniform() < 0.25:
            top = camera.seen(np.array([[x, height, away], [x, height * 1.2, away]]))
            collage.line(top, 0.006, air.seen((0.3, 0.3, 0.32), away / 60))
    collage.paste("object")
    for _ in range(int(rng.integers(0, 4))):
        away = rng.uniform(7, 20)
        foot = camera.seen(np.array([0.0, 0.0, away]))[1]
        _tree(collage, air, rng.uniform(0, 1), foot, camera.focal * rng.uniform(3, 8) / away, rng, away / 60)
    _people(collage, camera, air, rng, int(rng.choice([0, 0, 2, 5])), 6)
    for _ in range(int(rng.choice([0, 0, 1, 2, 3]))):
        _car(collage, camera, air, rng, rng.uniform(-5, 5), rng.uniform(7, 14), across=True)
    collage.paste("occluder")


def _paving(rng: np.random.Generator) -> Colour:
    return hsv(rng.uniform(0.05, 0.7), rng.uniform(0.0, 0.15), rng.uniform(0.25, 0.65))


_END_WALL = ((0, 0), (1, 0), (1, 1), (0, 1))


def _street(canvas: Canvas, air: _Air) -> None:
    rng = canvas.rng
    horizon = rng.uniform(0.42, 0.72)
    camera = _Camera(rng.uniform(0.3, 0.7), horizon, rng.uniform(0.5, 0.9), rng.uniform(1.5, 3.5))
    if rng.uniform() < 0.15:
        _range(canvas, air, horizon, rng.uniform(0.1, 0.35), 0.9, rng.uniform(0, 0.6), "scenery", _rock(rng))
    half = rng.uniform(2.2, 7.0)
    path = rng.uniform(0.6, 2.5)
    paving = _paving(rng)
    _ground(canvas, air, horizon, mixed(paving, (0.75, 0.73, 0.7), 0.4), "object")
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
            style = _style(rng, modern)
            height = general * rng.uniform(0.7, 1.3)
            edge = side * (half + path)
            bright = 0.75 if (air.sun[0] > 0.5) == (side > 0) else 1.0
            # The end wall, without windows, is turned to the camera and shows where the next house is lower.
            wall = np.array([(edge + 10 * side * right, height * up, start) for right, up in _END_WALL])
            red, green, blue = (0.85 * value for value in style.wall)
            collage.piece(camera.seen(wall), air.seen((red, green, blue), start / 60))
            _facade(collage, camera, air, rng, style, (edge, start), (0.0, 1.0), length, height, bright)
    collage.paste("object")
    trees = rng.uniform() < 0.35
    lamps = rng.uniform() < 0.5
    for away in np.arange(40, 4, -rng.uniform(5, 9)).tolist():
        for side in (-1, 1):
            foot = camera.seen(np.array([side * (half + 0.3), 0.0, away]))
            tall = camera.focal * 5.5 / away
            if trees and rng.uniform() < 0.7:
                _tree(collage, air, float(foot[0]), float(foot[1]), tall, rng, away / 60)
            elif lamps:
                pole = foot - np.array([(0.0, 0.0), (0.0, 1.0), (0.25 * side, 1.02)]) * tall
                collage.line(pole, 0.02 * tall, air.seen((0.2, 0.2, 0.22), away / 60))
                if air.night:
                    collage.piece(ellipse(pole[2, 0], pole[2, 1], 0.04 * tall, 0.04 * tall), (1.0, 0.88, 0.6))
    _people(collage, camera, air, rng, int(rng.choice([0, 1, 3, 8])), half + path)
    for away in np.sort(rng.uniform(5, 35, int(rng.integers(0, 6))))[::-1].tolist():
        lane = float(rng.choice([-1, 1])) * (half - 1.1 if rng.uniform() < 0.5 else half * 0.45)
        if half > 2.8:
            _car(collage, camera, air, rng, lane, away, across=False)
    collage.paste("object")


def _car(
    collage: Collage, camera: _Camera, air: _Air, rng: np.random.Generator, x: float, away: float, across: bool
) -> None:
    """Lay down a car, seen from behind, in front, or from the side."""
    foot = camera.seen(np.array([x, 0.0, away]))
    metre = camera.focal / away
    colour = air.seen(random_colour(rng, 0.9), away / 60)
    dark = air.seen((0.07, 0.08, 0.1), away / 60)
    glass = air.seen((0.3, 0.36, 0.42), away / 60)

    def part(corners: list[tuple[float, float]], ink: Colour) -> None:
        collage.piece(np.array(corners) * (metre, -metre) + foot, ink)

    half = 2.1 if across else 0.9
    part([(-half, 0.0), (half, 0.0), (half, 0.25), (-half, 0.25)], mixed(dark, (0.0, 0.0, 0.0), 0.4))
    part([(-half, 0.2), (half, 0.2), (half, 0.85), (-half, 0.9)], colour)
    if across:
        part([(-1.5, 0.85), (1.1, 0.85), (0.6, 1.45), (-1.0, 1.45)], colour)
        part([(-1.3, 0.88), (-0.1, 0.88), (-0.1, 1.36), (-0.95, 1.36)], glass)
        part([(0.0, 0.88), (0.9, 0.88), (0.5, 1.36), (0.0, 1.36)], glass)
    else:
        part([(-0.85, 0.85), (0.85, 0.85), (0.65, 1.45), (-0.65, 1.45)], colour)
        part([(-0.72, 0.9), (0.72, 0.9), (0.58, 1.36), (-0.58, 1.36)], glass)
        lamp = ((0.9, 0.1, 0.06), (1.0, 0.95, 0.75))[int(rng.integers(2))]
        for side in (-0.72, 0.5):
            part(
                [(side, 0.55), (side + 0.22, 0.55), (side + 0.22, 0.75), (side, 0.75)],
                lamp if air.night else air.seen(lamp, 0.2),
            )
    for side in (-0.62 * half, 0.62 * half):
        wheel = 0.33 * metre
        collage.piece(
            ellipse(
                foot[0] + side * metre * (1.0 if across else 1.2),
                foot[1] - 0.5 * wheel,
                wheel * (1.0 if across else 0.4),
                wheel,
            ),
            dark,
        )


def _people(collage: Collage, camera: _Camera, air: _Air, rng: np.random.Generator, count: int, reach: float) -> None:
    for _ in range(count):
        away = rng.uniform(5, 22)
        foot = camera.seen(np.array([rng.uniform(-reach, reach), 0.0, away]))
        tall = camera.focal * 1.75 / away
        coat, legs = (air.seen(random_colour(rng), away / 60) for _ in range(2))
        for side in (-0.05, 0.05):
            collage.line(
                foot + np.array([(side, 0.0), (0.0, -0.5)]) * tall,
                0.09 * tall,
                mixed(legs, (0.05, 0.05, 0.06), 0.5),
            )
        collage.piece(ellipse(foot[0], foot[1] - 0.64 * tall, 0.13 * tall, 0.22 * tall), coat)
        collage.piece(
            ellipse(foot[0], foot[1] - 0.92 * tall, 0.065 * tall, 0.085 * tall), air.seen((0.75, 0.58, 0.48), away / 60)
        )


_SCENES = (_buildings, _forest, _glacier, _mountain, _sea, _street)
