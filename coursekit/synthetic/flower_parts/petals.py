"""The parts of a flower head, modelled in space: petals, the disc in the middle, and how they are seen and lit."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import ArrayLike, NDArray

from coursekit.synthetic.drawing.collage import Collage
from coursekit.synthetic.drawing.colours import Colour
from coursekit.synthetic.drawing.outlines import Points

GOLDEN_ANGLE = math.pi * (3 - math.sqrt(5))


@dataclass(frozen=True)
class FlowerView:
    """How a flower's head is seen: where, how large, from which side, and from where light falls on it.

    Attributes
    ----------
    x : float
        Its middle from left to right, in sides of the image.
    y : float
        Its middle from top to bottom.
    radius : float
        In sides of the image.
    tilt : float
        In radians: 0 is from the front, pi/2 from the side.
    roll : float
        By how much the image of it is turned, in radians.
    detail : float
        Its radius in pixels: small heads are made of fewer pieces.
    light : (float, float, float)
        A unit vector to the light: right, down, towards the viewer.
    """

    x: float
    y: float
    radius: float
    tilt: float
    roll: float
    detail: float
    light: tuple[float, float, float]

    def seen(self, points: NDArray[np.floating]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return where points in space are seen.

        Parameters
        ----------
        points : float array (..., 3)
            In radii of the head: right, down, towards the viewer, before tilt and roll.

        Returns
        -------
        turned : float64 array (..., 3)
            The points tilted and rolled, in radii of the head.
        places : float64 array (..., 2)
            Where they are seen, in sides of the image.
        """
        cosine, sine = math.cos(self.tilt), math.sin(self.tilt)
        right = points[..., 0]
        down = points[..., 1] * cosine - points[..., 2] * sine
        near = points[..., 1] * sine + points[..., 2] * cosine
        cosine, sine = math.cos(self.roll), math.sin(self.roll)
        turned = np.stack([right * cosine - down * sine, right * sine + down * cosine, near], axis=-1)
        return turned, turned[..., :2] * self.radius + (self.x, self.y)


@dataclass(frozen=True)
class Petals:
    """A ring or spiral of petals around the axis of a head. Lengths are in radii of the head, one for each petal.

    Attributes
    ----------
    angles : float64 array (petals,)
        Where each stands around the axis, in radians.
    lengths : float array (petals,) or float
        From base to tip.
    widths : float array (petals,) or float
        Where it is widest.
    starts : float array (petals,) or float
        Its distance from the axis.
    rises : float array (petals,) or float
        How steep it stands at its base, in radians (0 flat, pi/2 along the axis).
    curls : float array (petals,) or float
        How much steeper it is at its tip, in radians.
    belly : float
        Where it is widest, from 0 (base) to 1 (tip).
    blunt : float
        How blunt its tip is, from 0 (pointed) to 1 (round).
    wrapped : float
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
        """Return a grid of points over each petal.

        Parameters
        ----------
        along : int
            Steps from base to tip.
        across : int
            Steps from side to side.

        Returns
        -------
        float64 array (petals, along + 1, across + 1, 3)
            Places in space, in radii of the head.
        """
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
class FlowerPart:
    """A part of a head, laid down as a whole.

    Attributes
    ----------
    near : float
        How near it is; the nearest is laid down last.
    outlines : float64 array (pieces, corners, 2)
        Places (x, y) in sides of the image.
    colours : float64 array (pieces, 3)
        Red, green and blue from 0 to 1.
    """

    near: float
    outlines: Points
    colours: NDArray[np.float64]


def petal_parts(
    petals: Petals,
    view: FlowerView,
    rng: np.random.Generator,
    base: Colour,
    tip: Colour,
    *,
    dark: float = 0.75,
    reach: float = 1.0,
    rim: float = 0.0,
    vein: float = 0.06,
) -> list[FlowerPart]:
    """Return petals, coloured and lit.

    Parameters
    ----------
    petals : Petals
        Their shape.
    view : FlowerView
        How the head is seen.
    rng : numpy.random.Generator
        The only source of chance.
    base : (float, float, float)
        Their colour at the base; red, green and blue from 0 to 1.
    tip : (float, float, float)
        Their colour at the tip.
    dark : float
        How bright a petal is at its base; 1 is as bright as at its tip.
    reach : float
        Above 1 the colour of the base is kept further out.
    rim : float
        How much lighter the edges are.
    vein : float
        How much darker the middle is.

    Returns
    -------
    list of FlowerPart
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
        FlowerPart(float(depth), outline, colour)
        for depth, outline, colour in zip(
            near, corners.reshape(len(corners), pieces, 4, 2), colours.reshape(len(colours), pieces, 3), strict=True
        )
    ]


def disc_parts(
    view: FlowerView,
    rng: np.random.Generator,
    radius: float,
    height: float,
    inner: Colour,
    outer: Colour,
    lift: float = 0.0,
) -> list[FlowerPart]:
    """Return the dome in the middle of a head, and the florets that cover it in a sunflower's spiral.

    Parameters
    ----------
    view : FlowerView
        How the head is seen.
    rng : numpy.random.Generator
        The only source of chance.
    radius : float
        Of the dome, in radii of the head.
    height : float
        Of the dome, in radii of the head.
    inner : (float, float, float)
        Colour in the middle; red, green and blue from 0 to 1.
    outer : (float, float, float)
        Colour at the rim.
    lift : float
        How far the dome stands above the petals, in radii of the head.

    Returns
    -------
    list of FlowerPart
    """
    near = float(view.seen(np.array([0.0, 0.0, height * 0.5 + lift]))[0][2]) + 0.05
    shares = np.array([1.0, 0.86, 0.45])
    ups = height * np.sqrt(1 - shares**2) + lift
    dome = FlowerPart(
        near,
        view.seen(_rings(radius * shares, ups, corners=24))[1],
        np.stack([np.array(outer) * 0.72, np.array(outer) * 0.9, np.array(inner) * 0.85]),
    )
    florets = int(np.clip((view.detail * radius) ** 2 / 3, 0, 90))
    if florets <= 8:
        return [dome]
    number = np.arange(florets)
    far = np.sqrt((number + 0.5) / florets) * 0.96
    around = number * GOLDEN_ANGLE + rng.uniform(0, 6)
    ups = height * np.sqrt(1 - far**2) + lift
    turned, places = view.seen(np.stack([radius * far * np.cos(around), radius * far * np.sin(around), ups], axis=1))
    dot = _rings(np.array([0.9 * radius / math.sqrt(florets) * view.radius]), np.zeros(1), corners=6)[0, :, :2]
    bright = 1.1 + 0.5 * (turned @ np.array(view.light) - height / 2 - lift) + rng.normal(0, 0.13, florets)
    share = far[:, np.newaxis] ** 1.5
    colours = (np.array(inner) * (1 - share) + np.array(outer) * share) * bright[:, np.newaxis]
    return [dome, FlowerPart(near + 0.01, places[:, np.newaxis] + dot, colours)]


def _rings(radii: NDArray[np.floating], ups: NDArray[np.floating], corners: int) -> NDArray[np.float64]:
    """Return circles in space ``(circles, corners, 3)`` around the axis of a head."""
    angles = np.linspace(0, 2 * math.pi, corners, endpoint=False)
    flat = radii[:, np.newaxis, np.newaxis] * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    return np.concatenate([flat, np.broadcast_to(ups[:, np.newaxis, np.newaxis], (*flat.shape[:2], 1))], axis=2)


def all_around(count: int, rng: np.random.Generator, disorder: float) -> NDArray[np.float64]:
    """Return angles all around.

    Parameters
    ----------
    count : int
        How many.
    rng : numpy.random.Generator
        The only source of chance.
    disorder : float
        How far each is out of place, as a share of the distance between two.

    Returns
    -------
    float64 array (count,)
        In radians.
    """
    step = 2 * math.pi / count
    return (np.arange(count) + rng.normal(0, disorder, count)) * step + rng.uniform(0, step)


def lay(collage: Collage, parts: list[FlowerPart]) -> None:
    """Lay down the parts of a head, the far ones first.

    Parameters
    ----------
    collage : Collage
        The sheet that the pieces are laid on.
    parts : list of FlowerPart
        In any order.
    """
    ordered = sorted(parts, key=lambda part: part.near)
    for _, group in groupby(ordered, key=lambda part: part.outlines.shape[1]):
        alike = list(group)
        outlines = np.concatenate([part.outlines for part in alike])
        collage.pieces(outlines, np.concatenate([part.colours for part in alike]))
