"""Five species of flowers, drawn: the stand-in for the photographs of the flowers data set.

Colour alone does not tell the species: tulips and roses share their colours, daisies and sunflowers come in more than
one, dandelions are yellow in bloom and white as a seed clock. Shape does: the number, the form and the set of the
petals, the disc in the middle, the leaves. The mask is the flower heads as far as they are seen.

A head is modelled in space, petal by petal, and seen from the front, from the side or from between.

Examples
--------
>>> drawn = draw(10, size=32)
>>> [CLASSES[label] for label in sorted(drawn.labels.tolist())[::2]]
['daisy', 'dandelion', 'roses', 'sunflowers', 'tulips']
"""

from __future__ import annotations

import math
from bisect import bisect
from dataclasses import dataclass, replace
from itertools import accumulate, groupby

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image, ImageDraw, ImageFilter

from coursekit.data.samples.canvas import (
    Canvas,
    Colour,
    Drawn,
    Floats,
    Points,
    Role,
    Shape,
    clouds,
    draw_many,
    ellipse,
    horizon,
    hsv,
    leaf,
    mixed,
    photograph,
    placed,
    smooth,
    streaks,
    stroke,
    surface,
    varied,
    wall,
)

CLASSES = ("daisy", "dandelion", "roses", "sunflowers", "tulips")
DAISY, DANDELION, ROSE, SUNFLOWER, TULIP = range(len(CLASSES))

# Hue, saturation and value, low and high.
_COLOURS = {
    "white": ((0.08, 0.16), (0.0, 0.1), (0.9, 1.0)),
    "cream": ((0.11, 0.15), (0.15, 0.4), (0.9, 1.0)),
    "yellow": ((0.12, 0.165), (0.75, 1.0), (0.88, 1.0)),
    "orange": ((0.04, 0.1), (0.7, 0.95), (0.85, 1.0)),
    "pink": ((0.88, 0.97), (0.25, 0.65), (0.85, 1.0)),
    "red": ((-0.03, 0.02), (0.75, 0.95), (0.65, 0.95)),
    "purple": ((0.74, 0.86), (0.4, 0.75), (0.4, 0.8)),
}
# How often each species has each colour, in the order of _COLOURS.
_SHARES = {
    DAISY: (0.42, 0.08, 0.18, 0.06, 0.13, 0.05, 0.08),
    DANDELION: (0.0, 0.0, 0.88, 0.12, 0.0, 0.0, 0.0),
    ROSE: (0.15, 0.08, 0.17, 0.13, 0.2, 0.22, 0.05),
    SUNFLOWER: (0.05, 0.1, 0.57, 0.16, 0.02, 0.1, 0.0),
    TULIP: (0.13, 0.05, 0.19, 0.13, 0.18, 0.2, 0.12),
}
_GOLDEN_ANGLE = math.pi * (3 - math.sqrt(5))


def draw(count: int, size: int, seed: int = 0) -> Drawn:
    """Draw flowers of the five species of `CLASSES`; the masks are their heads.

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
    >>> drawn = draw(5, size=32, seed=1)
    >>> drawn.pictures.shape, bool(drawn.masks.any(axis=(1, 2)).all())
    ((5, 32, 32, 3), True)
    """
    return draw_many(count, size, seed, CLASSES, _paint)


class Collage:
    """Many flat pieces laid over each other on one fine sheet, which is then pasted on a canvas at once.

    Much faster than painting piece by piece. Places are in sides of the picture, as on the canvas.
    """

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        # Small pictures show the steps of an edge more.
        self._fine = 4 if canvas.size < 64 else 3 if canvas.size < 100 else 2
        self._side = canvas.size * self._fine
        self._sheet = Image.new("RGBA", (self._side, self._side))
        self._pen = ImageDraw.Draw(self._sheet)

    def piece(self, outline: Points, colour: Colour) -> None:
        """Lay down one outline ``(points, 2)``."""
        self._pen.polygon((outline * self._side).ravel().tolist(), fill=_ink(colour))

    def pieces(self, outlines: Points, colours: NDArray[np.floating]) -> None:
        """Lay down outlines ``(pieces, points, 2)`` in their colours ``(pieces, 3)``, the first at the bottom."""
        corners = (outlines * self._side).reshape(len(outlines), -1).tolist()
        # Pillow's own way to write a colour as one number: a quarter faster than a tuple.
        inks = (np.clip(colours, 0, 1) * 255).astype(np.int64) @ (1, 1 << 8, 1 << 16) + (255 << 24)
        for corner, ink in zip(corners, inks.tolist(), strict=True):
            self._pen.polygon(corner, fill=ink)

    def line(self, path: Points, width: float, colour: Colour) -> None:
        """Lay down a line through points ``(points, 2)``, at least as wide as the sheet can show."""
        self._pen.line((path * self._side).ravel().tolist(), fill=_ink(colour), width=max(1, round(width * self._side)))

    def paste(self, role: Role, soft: float = 0.0, opacity: float = 1.0, grain: Floats | None = None) -> None:
        """Paste the sheet on the canvas, blurred by the length `soft`, and clear it."""
        box = self._sheet.getbbox()
        if box is None:
            return
        size, fine = self._canvas.size, self._fine
        rim = math.ceil(3 * soft * size)
        left, top = (max(0, low // fine - rim) for low in box[:2])
        right, bottom = (min(size, -(-high // fine) + rim) for high in box[2:])
        part = self._sheet.crop((left * fine, top * fine, right * fine, bottom * fine)).reduce(fine)
        if soft * size > 0.3:
            # Colours weighted by their cover, so that the empty sheet's black does not bleed in.
            part = part.convert("RGBa").filter(ImageFilter.GaussianBlur(soft * size)).convert("RGBA")
        values = np.asarray(part, dtype=np.float32) / np.float32(255)
        rows, columns = slice(top, bottom), slice(left, right)
        colours: Floats = np.zeros((size, size, 3), dtype=np.float32)
        colours[rows, columns] = values[..., :3]
        self._canvas.paint(Shape(rows, columns, values[..., 3]), colours, role=role, opacity=opacity, grain=grain)
        self._sheet.paste((0, 0, 0, 0), (0, 0, self._side, self._side))


def _ink(colour: Colour) -> tuple[int, int, int, int]:
    red, green, blue = (round(255 * min(max(value, 0.0), 1.0)) for value in colour)
    return red, green, blue, 255


@dataclass(frozen=True)
class _View:
    """How a head is seen: where, how large, from which side, and from where light falls on it.

    `tilt` 0 is from the front, pi/2 from the side; `roll` turns the picture of it. `detail` is the head's radius in
    pixels: small heads are made of fewer pieces. `light` points to the light: right, down, towards the viewer.
    """

    x: float
    y: float
    radius: float
    tilt: float
    roll: float
    detail: float
    light: tuple[float, float, float]

    def seen(self, points: NDArray[np.floating]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return where points ``(..., 3)`` in space are seen ``(..., 3)``, before the shift to x and y, and there."""
        cosine, sine = math.cos(self.tilt), math.sin(self.tilt)
        right = points[..., 0]
        down = points[..., 1] * cosine - points[..., 2] * sine
        near = points[..., 1] * sine + points[..., 2] * cosine
        cosine, sine = math.cos(self.roll), math.sin(self.roll)
        turned = np.stack([right * cosine - down * sine, right * sine + down * cosine, near], axis=-1)
        return turned, turned[..., :2] * self.radius + (self.x, self.y)


@dataclass(frozen=True)
class _Petals:
    """A ring or spiral of petals around the axis of a head. Lengths are in radii of the head, one for each petal.

    Attributes
    ----------
    angles
        Where each stands around the axis.
    lengths, widths, starts
        Its size and its distance from the axis.
    rises, curls
        How steep it stands at its base (0 flat, pi/2 along the axis), and how much steeper it is at its tip.
    belly, blunt
        Where it is widest (0 base, 1 tip), and how blunt its tip is (0 pointed, 1 round).
    wrapped
        0: flat across; 1: bent around the axis like the side of a cup.
    """

    angles: NDArray[np.float64]
    lengths: ArrayLike
    widths: ArrayLike
    starts: ArrayLike
    rises: ArrayLike
    curls: ArrayLike
    belly: float = 0.6
    blunt: float = 0.6
    wrapped: float = 0.0

    def mesh(self, along: int, across: int) -> NDArray[np.float64]:
        """Return points in space ``(petals, along + 1, across + 1, 3)``."""
        count = len(self.angles)
        lengths, widths, starts, rises, curls = (
            np.broadcast_to(np.asarray(values, dtype=np.float64), count)[:, np.newaxis]
            for values in (self.lengths, self.widths, self.starts, self.rises, self.curls)
        )
        t = np.linspace(0, 1, along + 1)
        steep = rises + curls * t
        steps = np.concatenate([np.zeros((count, 1)), (steep[:, 1:] + steep[:, :-1]) / 2], axis=1)
        out = starts + np.cumsum(np.cos(steps) * (t > 0), axis=1) * lengths / along
        up = np.cumsum(np.sin(steps) * (t > 0), axis=1) * lengths / along
        warped = t ** (math.log(0.5) / math.log(self.belly))
        half = widths / 2 * (np.sin(math.pi * warped) ** (1.2 - 0.8 * self.blunt) * 0.94 + 0.06)
        half[:, -1] *= 0.5 + 0.5 * self.blunt
        side = np.linspace(-1, 1, across + 1)
        offset = half[..., np.newaxis] * side
        angle = self.angles[:, np.newaxis, np.newaxis] + np.zeros_like(offset)
        bent = angle + self.wrapped * np.clip(offset / np.maximum(out, 0.12)[..., np.newaxis], -1.5, 1.5)
        flat = offset * (1 - self.wrapped)
        far = out[..., np.newaxis]
        return np.stack(
            [
                far * np.cos(bent) - flat * np.sin(angle),
                far * np.sin(bent) + flat * np.cos(angle),
                np.broadcast_to(up[..., np.newaxis], offset.shape),
            ],
            axis=-1,
        )


@dataclass(frozen=True)
class _Part:
    """A part of a head, laid down as a whole: how near it is, its pieces ``(n, corners, 2)`` and their colours."""

    near: float
    outlines: Points
    colours: NDArray[np.float64]


def _petal_parts(
    petals: _Petals,
    view: _View,
    rng: np.random.Generator,
    base: Colour,
    tip: Colour,
    *,
    dark: float = 0.75,
    reach: float = 1.0,
    rim: float = 0.0,
    vein: float = 0.06,
) -> list[_Part]:
    """Return petals coloured from `base` to `tip` and lit.

    `dark` is how bright a petal is at its base; `reach` above 1 keeps the base's colour further out; `rim` lightens
    the edges and `vein` darkens the middle.
    """
    finest = 8 if petals.wrapped else 4
    along = int(np.clip(view.detail / 6, 2, 3 + finest // 2))
    across = int(np.clip(view.detail / 8, 1, finest / 2)) * 2 if view.detail > 10 else 1
    turned, places = view.seen(petals.mesh(along, across))
    corners = np.stack([places[:, :-1, :-1], places[:, :-1, 1:], places[:, 1:, 1:], places[:, 1:, :-1]], axis=3)
    normals = np.cross(turned[:, 1:, 1:] - turned[:, :-1, :-1], turned[:, 1:, :-1] - turned[:, :-1, 1:])
    facing = np.abs(normals @ np.array(view.light)) / np.maximum(np.linalg.norm(normals, axis=-1), 1e-9)
    out = ((np.arange(along) + 0.6) / along)[:, np.newaxis]
    side = np.abs((np.arange(across) + 0.5) / across * 2 - 1)
    bright = (0.62 + 0.42 * facing) * (dark + (1 - dark) * np.minimum(1, out * 1.3))
    bright = bright + rim * np.maximum(side**3, out**4) - vein * (1 - side)
    # Petals differ a little, and each is finely striped from base to tip.
    bright = bright * np.exp(rng.normal(0, 0.06, (len(bright), 1, 1)) + rng.normal(0, 0.025, (len(bright), 1, across)))
    share = np.broadcast_to(out**reach, bright.shape)[..., np.newaxis]
    colours = (np.array(base) * (1 - share) + np.array(tip) * share) * bright[..., np.newaxis]
    near = turned[:, -1, :, 2].mean(axis=-1) * 0.5 + turned[:, 1, :, 2].mean(axis=-1) * 0.5
    pieces = along * across
    return [
        _Part(float(depth), outline, colour)
        for depth, outline, colour in zip(
            near, corners.reshape(len(corners), pieces, 4, 2), colours.reshape(len(colours), pieces, 3), strict=True
        )
    ]


def _disc_parts(
    view: _View, rng: np.random.Generator, radius: float, height: float, inner: Colour, outer: Colour, lift: float = 0.0
) -> list[_Part]:
    """Return the dome in the middle of a head, and the florets that cover it in a sunflower's spiral."""
    near = float(view.seen(np.array([0.0, 0.0, height * 0.5 + lift]))[0][2]) + 0.05
    shares = np.array([1.0, 0.86, 0.45])
    ups = height * np.sqrt(1 - shares**2) + lift
    dome = _Part(
        near,
        view.seen(_rings(radius * shares, ups, corners=24))[1],
        np.stack([np.array(outer) * 0.72, np.array(outer) * 0.9, np.array(inner) * 0.85]),
    )
    florets = int(np.clip((view.detail * radius) ** 2 / 3, 0, 90))
    if florets <= 8:
        return [dome]
    number = np.arange(florets)
    far = np.sqrt((number + 0.5) / florets) * 0.96
    around = number * _GOLDEN_ANGLE + rng.uniform(0, 6)
    ups = height * np.sqrt(1 - far**2) + lift
    turned, places = view.seen(np.stack([radius * far * np.cos(around), radius * far * np.sin(around), ups], axis=1))
    dot = _rings(np.array([0.9 * radius / math.sqrt(florets) * view.radius]), np.zeros(1), corners=6)[0, :, :2]
    bright = 1.1 + 0.5 * (turned @ np.array(view.light) - height / 2 - lift) + rng.normal(0, 0.13, florets)
    share = far[:, np.newaxis] ** 1.5
    colours = (np.array(inner) * (1 - share) + np.array(outer) * share) * bright[:, np.newaxis]
    return [dome, _Part(near + 0.01, places[:, np.newaxis] + dot, colours)]


def _rings(radii: NDArray[np.floating], ups: NDArray[np.floating], corners: int) -> NDArray[np.float64]:
    """Return circles in space ``(circles, corners, 3)`` around the axis of a head."""
    angles = np.linspace(0, 2 * math.pi, corners, endpoint=False)
    flat = radii[:, np.newaxis, np.newaxis] * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    return np.concatenate([flat, np.broadcast_to(ups[:, np.newaxis, np.newaxis], (*flat.shape[:2], 1))], axis=2)


def _lay(collage: Collage, parts: list[_Part]) -> None:
    """Lay down the parts of a head, the far ones first."""
    ordered = sorted(parts, key=lambda part: part.near)
    for _, group in groupby(ordered, key=lambda part: part.outlines.shape[1]):
        alike = list(group)
        outlines = np.concatenate([part.outlines for part in alike])
        collage.pieces(outlines, np.concatenate([part.colours for part in alike]))


# The species: each returns the parts of one head.


def _daisy(view: _View, rng: np.random.Generator, colour: Colour, opened: float) -> list[_Part]:
    count = int(rng.integers(11, 30))
    rises = (1 - opened) * 1.3 + rng.uniform(-0.25, 0.35) + rng.normal(0, 0.07, count)
    width = rng.uniform(1.0, 1.7) * 2 * math.pi * 0.6 / count
    petals = _Petals(
        angles=_around(count, rng, 0.12),
        lengths=rng.uniform(0.68, 0.78) * np.exp(rng.normal(0, 0.05, count)),
        widths=min(width, 0.3),
        starts=0.2,
        rises=rises,
        curls=rng.uniform(-0.5, 0.2),
        belly=rng.uniform(0.55, 0.72),
        blunt=rng.uniform(0.6, 1.0),
    )
    if rng.uniform() < 0.3:
        kept = rng.uniform(size=count) > 0.12
        kept[0] = True
        petals = replace(
            petals, angles=petals.angles[kept], lengths=np.asarray(petals.lengths)[kept], rises=rises[kept]
        )
    base = mixed(colour, varied((0.8, 0.75, 0.6), rng), rng.uniform(0, 0.4))
    parts = _petal_parts(petals, view, rng, base, colour, dark=0.8)
    outer = varied((0.9, 0.68, 0.1), rng) if rng.uniform() < 0.82 else varied((0.35, 0.2, 0.12), rng)
    inner = mixed(outer, (0.75, 0.8, 0.15), rng.uniform(0, 0.7))
    return [*parts, *_disc_parts(view, rng, rng.uniform(0.2, 0.34), rng.uniform(0.08, 0.2), inner, outer)]


def _sunflower(view: _View, rng: np.random.Generator, colour: Colour, opened: float) -> list[_Part]:
    parts = []
    disc = rng.uniform(0.3, 0.52)
    tip = varied(colour, rng, 0.05)
    base = mixed(colour, (0.75, 0.35, 0.05) if rng.uniform() < 0.7 else (0.45, 0.08, 0.05), rng.uniform(0.1, 0.8))
    count = int(rng.integers(13, 22))
    green = _green(rng)
    # The green sepals behind the petals are left out where the head is too small to show them.
    for ring in range(0 if view.detail > 14 else 1, 3):
        sepals = ring == 0
        petals = _Petals(
            angles=_around(count, rng, 0.15) + ring * math.pi / count,
            lengths=(1.02 - disc) * np.exp(rng.normal(0, 0.09, count)) * (0.85 if sepals else 1),
            widths=rng.uniform(0.2, 0.3),
            starts=disc * 0.8,
            rises=(1 - opened) * 1.5 + rng.uniform(-0.3, 0.3) + 0.12 * ring - 0.1 + rng.normal(0, 0.12, count),
            curls=rng.uniform(-0.4, 0.5),
            belly=rng.uniform(0.36, 0.5),
            blunt=rng.uniform(0.0, 0.25),
        )
        ends = (green, mixed(green, tip, 0.15)) if sepals else (base, tip)
        seen = replace(view, detail=min(view.detail, 10)) if sepals else view
        parts.extend(_petal_parts(petals, seen, rng, *ends, dark=0.7, reach=0.7, vein=0.1))
    outer = varied((0.3, 0.17, 0.08), rng) if rng.uniform() < 0.75 else varied((0.75, 0.5, 0.12), rng)
    inner = varied(((0.25, 0.14, 0.08), (0.45, 0.5, 0.15), (0.6, 0.42, 0.12))[int(rng.integers(3))], rng)
    return [*parts, *_disc_parts(view, rng, disc, rng.uniform(0.06, 0.16), inner, outer, lift=0.04)]


def _dandelion(view: _View, rng: np.random.Generator, colour: Colour, opened: float) -> list[_Part]:
    count = int(np.clip(view.detail * 6, 40, 220))
    far = np.sqrt((np.arange(count) + 0.5) / count)
    spread = 0.35 + 0.65 * opened
    petals = _Petals(
        angles=np.arange(count) * _GOLDEN_ANGLE + rng.normal(0, 0.1, count),
        lengths=(0.45 + 0.5 * far) * np.exp(rng.normal(0, 0.07, count)),
        widths=float(np.clip(rng.uniform(1.1, 1.6) / math.sqrt(count), 0.07, 0.2)),
        starts=0.06 * far,
        rises=1.5 - (1.5 + rng.uniform(-0.2, 0.25)) * far * spread + rng.normal(0, 0.08, count),
        curls=rng.uniform(-0.5, 0.1) * far,
        belly=0.75,
        blunt=1.0,
    )
    base = mixed(colour, (0.75, 0.42, 0.0), rng.uniform(0.3, 0.7))
    green = _green(rng)
    rays = _petal_parts(petals, replace(view, detail=10), rng, base, colour, dark=0.55, vein=0.0)
    bracts = 12
    cup = _Petals(
        angles=_around(bracts, rng, 0.1),
        lengths=rng.uniform(0.3, 0.5) + 0.3 * (1 - opened),
        widths=0.2,
        starts=0.06,
        rises=1.2 - 1.6 * opened * rng.uniform(0.4, 1.3),
        curls=-0.5 * opened,
        belly=0.4,
        blunt=0.1,
    )
    return [*rays, *_petal_parts(cup, replace(view, detail=10), rng, green, green, dark=0.8)]


def _rose(view: _View, rng: np.random.Generator, colour: Colour, opened: float) -> list[_Part]:
    count = int(rng.integers(15, 28))
    order = np.arange(count) / (count - 1)
    spread = order * (0.35 + 0.65 * opened)
    petals = _Petals(
        angles=np.arange(count) * _GOLDEN_ANGLE + rng.uniform(0, 6) + rng.normal(0, 0.15, count),
        lengths=(0.52 + 0.2 * order) * np.exp(rng.normal(0, 0.05, count)),
        widths=(0.28 + 0.75 * order) * np.exp(rng.normal(0, 0.08, count)),
        starts=0.05 + 0.16 * order,
        rises=1.62 - 0.8 * spread + rng.normal(0, 0.05, count),
        curls=-0.3 - rng.uniform(0.6, 1.3) * spread,
        belly=0.66,
        blunt=0.95,
        wrapped=rng.uniform(0.75, 0.95),
    )
    tip = colour if rng.uniform() < 0.6 else varied(colour, rng, 0.25)
    base = mixed(colour, varied((0.7, 0.4, 0.15), rng), rng.uniform(0.05, 0.4))
    parts = _petal_parts(petals, view, rng, base, tip, dark=rng.uniform(0.12, 0.35), rim=0.22, vein=0.0, reach=0.5)
    green = _green(rng)
    sepals = _Petals(
        angles=_around(5, rng, 0.1),
        lengths=rng.uniform(0.3, 0.6),
        widths=0.2,
        starts=0.1,
        rises=0.9 - 1.6 * rng.uniform(0, 1) * opened,
        curls=-0.4,
        belly=0.35,
        blunt=0.0,
    )
    # The depth of the bud, where no petal covers it.
    heart = _disc_parts(
        replace(view, detail=0), rng, 0.13, 0.2, mixed(base, (0, 0, 0), 0.6), mixed(base, (0, 0, 0), 0.6)
    )
    return [*parts, *heart, *_petal_parts(sepals, view, rng, green, green)]


def _tulip(view: _View, rng: np.random.Generator, colour: Colour, opened: float) -> list[_Part]:
    count = 6 if rng.uniform() < 0.85 else int(rng.integers(8, 12))
    inner = np.arange(count) % 2
    petals = _Petals(
        angles=_around(count, rng, 0.08),
        lengths=1.3 * np.exp(rng.normal(0, 0.04, count)) + 0.05 * inner,
        widths=rng.uniform(0.75, 1.0),
        starts=0.04,
        rises=0.7 - 0.3 * opened + rng.normal(0, 0.05, count),
        curls=rng.uniform(1.1, 1.5) - 1.2 * opened * rng.uniform(0.3, 1) + 0.1 * inner,
        belly=rng.uniform(0.48, 0.62),
        blunt=rng.uniform(0.15, 0.7),
        wrapped=rng.uniform(0.6, 0.9),
    )
    kind = rng.uniform()
    green = _green(rng)
    if kind < 0.25:
        tip, base = varied(colour, rng, 0.1), mixed(colour, _colour(TULIP, rng), 0.8)
    elif kind < 0.5:
        tip, base = colour, mixed(colour, green, 0.6)
    else:
        tip, base = colour, mixed(colour, (1.0, 0.9, 0.5), rng.uniform(0, 0.4))
    parts = _petal_parts(
        petals,
        view,
        rng,
        base,
        tip,
        dark=0.65,
        reach=rng.uniform(0.3, 1.2),
        rim=rng.uniform(-0.28, -0.1),
        vein=rng.uniform(-0.05, 0.15),
    )
    heart = varied(((0.12, 0.1, 0.12), (0.85, 0.75, 0.2))[int(rng.integers(2))], rng)
    return [*parts, *_disc_parts(view, rng, 0.14, 0.3, heart, heart)]


_SPECIES = {DAISY: _daisy, DANDELION: _dandelion, ROSE: _rose, SUNFLOWER: _sunflower, TULIP: _tulip}


def _clock(canvas: Canvas, view: _View, collage: Collage, bloom: float) -> None:
    """Draw a dandelion's seed clock: seeds on a ball, each with a tuft; `bloom` of them are still there."""
    rng = canvas.rng
    seeds = int(np.clip(view.detail * 3, 12, 110))
    near = 1 - 2 * (np.arange(seeds) + 0.5) / seeds
    around = np.arange(seeds) * _GOLDEN_ANGLE + rng.uniform(0, 6)
    ring = np.sqrt(1 - near**2)
    ball = np.stack([ring * np.cos(around), ring * np.sin(around), near], axis=1)
    gone = np.array([math.cos(view.roll * 3 + 1), math.sin(view.roll * 3 + 1), 0.3])
    ball = ball[ball @ gone < 2.6 * bloom - 1.05]
    middle = np.array([view.x, view.y])
    radius = view.radius
    white = varied((0.9, 0.9, 0.86), rng, 0.05)
    brown = varied((0.45, 0.33, 0.2), rng)
    fuzz = canvas.shape(ellipse(view.x, view.y, radius, radius), soft=radius * 0.06)
    if bloom > 0.9:
        canvas.mask[fuzz.rows, fuzz.columns] = np.maximum(canvas.mask[fuzz.rows, fuzz.columns], fuzz.cover)
        canvas.paint(fuzz, white, role="scenery", opacity=rng.uniform(0.2, 0.5), relief=0.3)
    thin = 0.011 * radius
    collage.line(np.array([(view.x, view.y + radius), (view.x, view.y)]), 0.07 * radius, brown)
    ball = ball[np.argsort(ball[:, 2])]
    flat = ball[:, np.newaxis, :2]
    seats = middle + 0.72 * radius * flat
    spokes = np.linspace(0, 2 * math.pi, 8, endpoint=False)
    ends = seats + radius * (0.28 * flat + 0.2 * np.stack([np.cos(spokes), np.sin(spokes)], axis=1))
    # A tuft is one line there and back: much faster than a line a spoke.
    tufts = np.stack([ends, np.broadcast_to(seats, ends.shape)], axis=2).reshape(len(ball), 16, 2)
    stalks = np.concatenate([middle + 0.14 * radius * flat, seats], axis=1)
    tones = 0.72 + 0.3 * (ball @ np.array(view.light)) + rng.normal(0, 0.05, len(ball))
    for stalk, tuft, tone in zip(stalks, tufts, tones.tolist(), strict=True):
        shade = mixed((0.45, 0.45, 0.45), white, tone)
        collage.line(stalk, thin, mixed(shade, brown, 0.35))
        collage.line(tuft, thin, shade)
    collage.piece(ellipse(view.x, view.y, 0.16 * radius, 0.16 * radius), brown)


def _around(count: int, rng: np.random.Generator, disorder: float) -> NDArray[np.float64]:
    """Return angles all around, each out of place by that share of their distance."""
    step = 2 * math.pi / count
    return (np.arange(count) + rng.normal(0, disorder, count)) * step + rng.uniform(0, step)


def _colour(species: int, rng: np.random.Generator) -> Colour:
    family = bisect(list(accumulate(_SHARES[species]))[:-1], rng.uniform())
    hue, saturation, value = (rng.uniform(low, high) for low, high in list(_COLOURS.values())[family])
    return hsv(hue, saturation, value)


def _green(rng: np.random.Generator) -> Colour:
    return hsv(rng.uniform(0.2, 0.38), rng.uniform(0.3, 0.7), rng.uniform(0.25, 0.6))


# A picture: the place, then flowers, then what is in front.


def _paint(canvas: Canvas, species: int) -> None:
    rng = canvas.rng
    canvas.fill(_place(canvas))
    kind = rng.uniform()
    if kind < 0.09:
        # A meadow: the far heads are small and stand high up.
        nearness = np.sort(rng.uniform(0, 1, int(rng.integers(9, 18))))
        top = rng.uniform(0.1, 0.45)
        radii = rng.uniform(0.08, 0.14) * (0.35 + 0.65 * nearness)
        spots = np.stack([rng.uniform(0.02, 0.98, len(nearness)), top + (0.95 - top) * nearness], axis=1)
    elif kind < 0.32:
        spots = _apart(int(rng.integers(2, 6)), rng)
        radii = np.sort(rng.uniform(0.12, 0.22, len(spots)))
    elif kind < 0.5:
        radii, spots = rng.uniform(0.42, 0.66, 1), rng.uniform(0.25, 0.75, (1, 2))
    else:
        radii, spots = rng.uniform(0.24, 0.42, 1), rng.normal((0.5, 0.45), 0.08, (1, 2))
    _flowers(canvas, species, radii, spots)
    if radii[-1] > 0.1 and rng.uniform() < 0.18:
        x, y = spots[-1] + rng.normal(0, 0.35 * radii[-1], 2)
        _insect(canvas, x, y, float(np.clip(radii[-1] * rng.uniform(0.2, 0.5), 0.03, 0.12)))
    if rng.uniform() < 0.25:
        _blades(canvas, int(rng.integers(1, 5)), "occluder", rng.uniform(0.0, 0.02))
    canvas.light(0.8)
    if rng.uniform() < 0.04:
        canvas.colours[...] = canvas.colours.mean(axis=2, keepdims=True)
    canvas.lens(noise=rng.uniform(0.005, 0.022))


def _flowers(canvas: Canvas, species: int, radii: NDArray[np.float64], spots: Points) -> None:
    """Paint flowers of one species: all stems and leaves, then the heads, the last in front."""
    rng = canvas.rng
    mood, light = _mood(species, rng), _light(rng)
    clock = species == DANDELION and rng.uniform() < 0.4
    colour, alike = _colour(species, rng), rng.uniform(0.5, 1.0)
    stems, heads = Collage(canvas), Collage(canvas)
    clocks = []
    for radius, (x, y) in zip(radii.tolist(), spots.tolist(), strict=True):
        view = _view(canvas, x, y, radius, mood, light)
        if len(radii) > 6:
            low = np.array([(x, y), (x + rng.normal(0, 0.02), y + 4 * radius)])
            stems.line(low, 0.15 * radius, _green(rng))
        else:
            _stem(stems, rng, species, view, clock)
        if clock:
            clocks.append(view)
        else:
            shade = varied(colour, rng, 0.06) if rng.uniform() < alike else _colour(species, rng)
            opened = float(np.clip(mood.opened + rng.normal(0, 0.1), 0, 1))
            _lay(heads, _SPECIES[species](view, rng, shade, opened))
    stems.paste("scenery")
    for view in clocks:
        _clock(canvas, view, heads, bloom=1.0 if rng.uniform() < 0.75 else rng.uniform(0.35, 0.9))
    heads.paste("object")


@dataclass(frozen=True)
class _Mood:
    """What the heads of one picture have in common: the view of them and how far they are open."""

    tilt: float
    roll: float
    opened: float


def _mood(species: int, rng: np.random.Generator) -> _Mood:
    # Tulips are cups on high stems and mostly seen from the side; the others turn to the light.
    side = rng.uniform() < (0.82 if species == TULIP else 0.25)
    tilt = rng.uniform(1.0, 1.6) if side else rng.uniform(0.0, 0.95)
    opened = rng.uniform(0.7, 1.0) if rng.uniform() < 0.8 else rng.uniform(0.0, 0.6)
    if species == TULIP:
        opened = rng.uniform(0.0, 0.75) if side else rng.uniform(0.5, 1.0)
    if species == ROSE:
        tilt *= 0.75
    return _Mood(tilt, rng.normal(0, 0.25), opened)


def _light(rng: np.random.Generator) -> tuple[float, float, float]:
    turn, near = rng.uniform(-2.8, -0.3), rng.uniform(0.4, 0.9)
    flat = math.sqrt(1 - near**2)
    return flat * math.cos(turn), flat * math.sin(turn), near


def _view(canvas: Canvas, x: float, y: float, radius: float, mood: _Mood, light: tuple[float, float, float]) -> _View:
    rng = canvas.rng
    tilt = float(np.clip(mood.tilt + rng.normal(0, 0.2), 0, 1.75))
    return _View(x, y, radius, tilt, mood.roll + rng.normal(0, 0.25), radius * canvas.size, light)


def _apart(count: int, rng: np.random.Generator) -> Points:
    """Return places of which none lies on another."""
    spots = [rng.uniform(0.15, 0.8, 2)]
    while len(spots) < count:
        tries = rng.uniform((0.08, 0.1), (0.92, 0.75), (6, 2))
        far = np.min([np.hypot(*(tries - spot).T) for spot in spots], axis=0)
        spots.append(tries[int(np.argmax(far))])
    return np.stack(spots)


def _stem(collage: Collage, rng: np.random.Generator, species: int, view: _View, clock: bool) -> None:
    base = view.seen(np.zeros(3))[1]
    towards = view.seen(np.array([0.0, 0.0, -1.2]))[1]
    foot = np.array([base[0] + rng.normal(0, 0.12), 1.1])
    if clock:
        towards = base + np.array([0.0, view.radius])
    path = smooth(np.stack([base, towards, (towards + foot) / 2 + rng.normal(0, 0.02, 2), foot]), closed=False)
    green = _green(rng)
    width = view.radius * {DAISY: 0.09, DANDELION: 0.1, ROSE: 0.11, SUNFLOWER: 0.13, TULIP: 0.15}[species]
    collage.piece(stroke(path[::4], width), green)
    collage.line(path + np.array([width * 0.2, 0.0]), width * 0.25, mixed(green, (1.0, 1.0, 0.8), 0.25))
    if rng.uniform() < 0.25:
        return
    for number in range(int(rng.integers(1, 5))):
        x, y = path[int(rng.integers(len(path) // 3, len(path)))]
        left = number % 2 == 1
        shade = varied(green, rng, 0.1)
        scale = view.radius * rng.uniform(0.8, 1.3)
        if species == TULIP:
            turn = -math.pi / 2 + (-1 if left else 1) * rng.uniform(0.1, 0.5)
            _leaf(collage, x, y + scale, 2.6 * scale, 0.55 * scale, turn, shade, 0)
        elif species == ROSE:
            turn = (math.pi if left else 0) + rng.normal(0, 0.5)
            end = np.array([math.cos(turn), math.sin(turn)]) * scale
            node = np.array([x, y])
            collage.line(np.stack([node, node + end]), width * 0.4, shade)
            for share, bend in ((0.45, 0.9), (0.5, -0.9), (1.0, 0.0)):
                at = node + end * share
                _leaf(collage, at[0], at[1], 0.7 * scale, 0.45 * scale, turn + bend, shade, 9)
        elif species == SUNFLOWER:
            turn = (math.pi if left else 0) + rng.normal(0.2, 0.4)
            _leaf(collage, x, y, 1.2 * scale, 0.95 * scale, turn, shade, 5)
        elif species == DANDELION:
            turn = -math.pi / 2 + (-1 if left else 1) * rng.uniform(0.4, 1.3)
            _leaf(collage, foot[0], 1.02, 2.2 * scale, 0.6 * scale, turn, shade, 6)
        else:
            turn = -math.pi / 2 + (-1 if left else 1) * rng.uniform(0.3, 1.2)
            _leaf(collage, x, y, 0.8 * scale, 0.28 * scale, turn, shade, 3)


def _leaf(
    collage: Collage, x: float, y: float, length: float, width: float, turn: float, colour: Colour, teeth: int
) -> None:
    """Lay down a leaf of two halves in two tones; `teeth` cut into its edge."""
    along = np.linspace(0, 1, 25)
    half = np.sin(math.pi * along**0.7) * width / 2
    if teeth:
        half *= 1 - (0.35 if teeth == 6 else 0.15) * (along * teeth % 1)
    for side, tone in ((1, 0.85), (-1, 1.1)):
        edge = np.stack([along * length, side * half], axis=1)
        outline = np.concatenate([edge, edge[::-1] * (1, 0)])
        red, green, blue = (min(1.0, value * tone) for value in colour)
        collage.piece(placed(outline, x, y, turn=turn), (red, green, blue))


def _place(canvas: Canvas) -> Floats:
    """Return a background that all species share."""
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
    one, other = np.array(_green(rng)), np.array(_green(rng)) * rng.uniform(0.5, 1.5)
    share = np.clip(0.5 + 0.4 * clouds(size, rng, cell=rng.uniform(0.1, 0.5)), 0, 1)[..., np.newaxis]
    blades = 1 + rng.uniform(0, 0.25) * streaks(
        size, rng, math.pi / 2 + rng.normal(0, 0.3), rng.uniform(0.01, 0.04), rng.uniform(3, 8)
    )
    colours = (one + (other - one) * share) * blades[..., np.newaxis]
    canvas.fill(colours.astype(np.float32))
    collage = Collage(canvas)
    for _ in range(int(rng.integers(0, 14))):
        radius = rng.uniform(0.01, 0.06)
        colour = _colour(int(rng.integers(5)), rng)
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


def _blades(canvas: Canvas, count: int, role: Role, soft: float) -> None:
    """Paint blades of grass from the bottom edge."""
    rng = canvas.rng
    collage = Collage(canvas)
    for _ in range(count):
        x, lean = rng.uniform(), rng.normal(0, 0.2)
        top = rng.uniform(0.05, 0.8)
        path = np.array([(x, 1.05), (x + 0.2 * lean, (1 + top) / 2), (x + lean, top)])
        collage.piece(stroke(path, rng.uniform(0.015, 0.05), end=0.003), varied(_green(rng), rng, 0.1))
    collage.paste(role, soft=soft)


def _insect(canvas: Canvas, x: float, y: float, length: float) -> None:
    """Paint a bee, a ladybird or a butterfly on a flower."""
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
