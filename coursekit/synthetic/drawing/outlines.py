"""Outlines: places (x, y) in sides of the image, from which a canvas makes shapes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]


def polygon(*corners: tuple[float, float]) -> Points:
    """Return straight edges between corners.

    Parameters
    ----------
    *corners : (float, float)
        Places (x, y) in sides of the image.

    Returns
    -------
    float64 array (corners, 2)
    """
    return np.array(corners, dtype=np.float64)


def ellipse(x: float, y: float, radius_x: float, radius_y: float, turn: float = 0.0) -> Points:
    """Return an ellipse around (x, y), turned.

    Parameters
    ----------
    x : float
        Place from left to right, in sides of the image.
    y : float
        Place from top to bottom, in sides of the image.
    radius_x : float
        Half its width before it is turned, in sides of the image.
    radius_y : float
        Half its height.
    turn : float
        Angle in radians, from x towards y.

    Returns
    -------
    float64 array (points, 2)
    """
    return placed(_circle(32) * (radius_x, radius_y), x, y, turn=turn)


def leaf(x: float, y: float, length: float, width: float, turn: float = 0.0, tip: float = 1.0) -> Points:
    """Return a leaf or petal that grows from (x, y) in the direction `turn`; a larger `tip` moves its belly out.

    Parameters
    ----------
    x : float
        Place from left to right, in sides of the image.
    y : float
        Place from top to bottom, in sides of the image.
    length : float
        From its stalk to its tip, in sides of the image.
    width : float
        Where it is widest, in sides of the image.
    turn : float
        Angle in radians, from x towards y.
    tip : float
        1 is a symmetric leaf; a larger number moves its widest part out.

    Returns
    -------
    float64 array (points, 2)
    """
    along = np.linspace(0, 1, 14)
    half = np.sin(math.pi * along**tip) * width / 2
    there = np.stack([along * length, half], axis=1)
    return placed(np.concatenate([there, there[::-1] * (1, -1)]), x, y, turn=turn)


def blob(x: float, y: float, radius: float, rng: np.random.Generator, rough: float = 0.2) -> Points:
    """Return a round outline with bumps; `rough` 0 is a circle.

    Parameters
    ----------
    x : float
        Place from left to right, in sides of the image.
    y : float
        Place from top to bottom, in sides of the image.
    radius : float
        Its mean radius, in sides of the image.
    rng : numpy.random.Generator
        The only source of chance.
    rough : float
        How high the bumps are, as a share of the radius; 0 is a circle.

    Returns
    -------
    float64 array (points, 2)
    """
    angles = np.linspace(0, 2 * math.pi, 40, endpoint=False)
    waves = np.arange(2, 6)
    phases, heights = rng.uniform(0, 2 * math.pi, 4), rng.normal(0, rough, 4) / waves
    radii = radius * (1 + np.cos(angles[:, np.newaxis] * waves + phases) @ heights)
    return np.stack([x + radii * np.cos(angles), y + radii * np.sin(angles)], axis=1)


def smooth(points: Points | Sequence[tuple[float, float]], closed: bool = True, steps: int = 6) -> Points:
    """Return a smooth curve through points (a Catmull-Rom spline).

    Parameters
    ----------
    points : float array (points, 2)
        Places (x, y).
    closed : bool
        Whether the last point is joined to the first.
    steps : int
        Points from each to the next.

    Returns
    -------
    float64 array (points, 2)
    """
    knots = np.asarray(points, dtype=np.float64)
    before, after = (knots[-1:], knots[:2]) if closed else (knots[:1], knots[-1:])
    chain = np.concatenate([before, knots, after])
    pieces = len(chain) - 3
    fours = np.stack([chain[shift : pieces + shift] for shift in range(4)], axis=1)
    line: Points = (_spline(steps) @ fours).reshape(-1, 2)
    return line if closed else np.concatenate([line, knots[-1:]])


def stroke(path: Points | Sequence[tuple[float, float]], width: float, end: float | None = None) -> Points:
    """Return a smooth thick line along `path` whose width runs from `width` to `end`, with round ends.

    Parameters
    ----------
    path : float array (points, 2)
        Places (x, y) that it runs through.
    width : float
        Its width at the first point, in sides of the image.
    end : float, optional
        Its width at the last point; by default as at the first.

    Returns
    -------
    float64 array (points, 2)
        Its outline.
    """
    line = smooth(path, closed=False)
    way = np.empty_like(line)
    way[1:-1], way[0], way[-1] = line[2:] - line[:-2], line[1] - line[0], line[-1] - line[-2]
    length = np.maximum(np.hypot(way[:, 0], way[:, 1]), 1e-9)
    across = np.stack([-way[:, 1], way[:, 0]], axis=1) / length[:, np.newaxis]
    half = np.linspace(width, width if end is None else end, len(line)) / 2
    side = across * half[:, np.newaxis]
    bend = np.array([(0.52,), (1.05,), (1.57,), (2.09,), (2.62,)])

    def cap(at: int) -> Points:
        ahead = way[at] / length[at] * half[at] * (1 if at else -1)
        towards = side[at] * (1 if at else -1)
        rounded: Points = line[at] + np.cos(bend) * towards + np.sin(bend) * ahead
        return rounded

    return np.concatenate([line + side, cap(-1), (line - side)[::-1], cap(0)])


def placed(
    points: Points, x: float = 0.0, y: float = 0.0, scale: float = 1.0, turn: float = 0.0, mirrored: bool = False
) -> Points:
    """Return points mirrored left to right, scaled, turned (from x towards y) and then moved to (x, y).

    Parameters
    ----------
    points : float array (points, 2)
        Places around (0, 0).
    x : float
        Where (0, 0) comes to, from left to right.
    y : float
        Where it comes to, from top to bottom.
    scale : float
        How many times as large.
    turn : float
        Angle in radians, from x towards y.
    mirrored : bool
        Whether left and right are swapped first.

    Returns
    -------
    float64 array (points, 2)
    """
    cosine, sine = math.cos(turn) * scale, math.sin(turn) * scale
    if mirrored:
        points = points * (-1, 1)
    there: Points = points @ np.array([(cosine, sine), (-sine, cosine)]) + (x, y)
    return there


@cache
def _spline(steps: int) -> Points:
    """How much each of four neighbouring points weighs at each step from the second to the third."""
    t = np.linspace(0, 1, steps, endpoint=False)[:, np.newaxis]
    return np.concatenate(
        [-t + 2 * t**2 - t**3, 2 - 5 * t**2 + 3 * t**3, t + 4 * t**2 - 3 * t**3, t**3 - t**2], axis=1
    ) / np.float64(2)


@cache
def _circle(corners: int) -> Points:
    angles = np.linspace(0, 2 * math.pi, corners, endpoint=False)
    return np.stack([np.cos(angles), np.sin(angles)], axis=1)
