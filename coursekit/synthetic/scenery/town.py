"""The houses, cars and people of scenes: flat pieces in space, seen by a small camera."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from coursekit.synthetic.drawing.collage import Collage
from coursekit.synthetic.drawing.colours import Colour, hsv, mixed, random_colour, varied
from coursekit.synthetic.drawing.outlines import Points, ellipse
from coursekit.synthetic.scenery.sky_and_weather import Air

_LAMPLIGHT = (0.95, 0.78, 0.42)


@dataclass(frozen=True)
class Camera:
    """Looks straight ahead. Space is in metres: right, up from the ground, away from the camera.

    Attributes
    ----------
    x : float
        Where the middle of what it sees is, from left to right, in sides of the image.
    horizon : float
        Height of the horizon, in sides of the image, 0 at the top.
    focal : float
        How large a metre at a metre's distance is, in sides of the image.
    eye : float
        Its height above the ground in metres.
    """

    x: float
    horizon: float
    focal: float
    eye: float

    def seen(self, points: NDArray[np.floating]) -> Points:
        """Return where points in space are seen.

        Parameters
        ----------
        points : float array (..., 3)
            In metres: right, up, away.

        Returns
        -------
        float64 array (..., 2)
            Places (x, y) in sides of the image.
        """
        away = np.maximum(points[..., 2], 0.3)
        right = self.x + self.focal * points[..., 0] / away
        down = self.horizon - self.focal * (points[..., 1] - self.eye) / away
        return np.stack([right, down], axis=-1)


@dataclass(frozen=True)
class Style:
    """How a house is built.

    Attributes
    ----------
    wall : (float, float, float)
        Colour of its walls; red, green and blue from 0 to 1.
    glass : (float, float, float)
        Colour of its windows.
    frame : (float, float, float)
        Colour of their frames.
    storey : float
        Height of a storey in metres.
    bay : float
        From one window to the next in metres.
    wide : float
        The share of a bay that is window.
    high : float
        The share of a storey's height that is window.
    shop : bool
        Whether there are shop windows on the ground floor.
    """

    wall: Colour
    glass: Colour
    frame: Colour
    storey: float
    bay: float
    wide: float
    high: float
    shop: bool


def random_style(rng: np.random.Generator, modern: bool) -> Style:
    """Return a style: the windows of modern houses are larger.

    Parameters
    ----------
    rng : numpy.random.Generator
        The only source of chance.
    modern : bool
        Whether the house is a modern one, whose windows are larger.

    Returns
    -------
    Style
    """
    wall = hsv(
        rng.uniform(0.0, 0.15) if rng.uniform() < 0.6 else rng.uniform(), rng.uniform(0.03, 0.5), rng.uniform(0.4, 0.92)
    )
    glass = hsv(rng.uniform(0.5, 0.65), rng.uniform(0.1, 0.5), rng.uniform(0.12, 0.6 if modern else 0.35))
    return Style(
        wall=wall,
        glass=glass,
        frame=varied((0.9, 0.88, 0.84), rng, 0.1) if rng.uniform() < 0.6 else mixed(wall, (0.1, 0.1, 0.1), 0.4),
        storey=rng.uniform(2.8, 3.8),
        bay=rng.uniform(1.6, 3.4),
        wide=rng.uniform(0.6, 0.95) if modern else rng.uniform(0.3, 0.55),
        high=rng.uniform(0.5, 0.85) if modern else rng.uniform(0.4, 0.6),
        shop=rng.uniform() < 0.4,
    )


def facade(
    collage: Collage,
    camera: Camera,
    air: Air,
    rng: np.random.Generator,
    style: Style,
    corner: tuple[float, float],
    along: tuple[float, float],
    length: float,
    height: float,
    bright: float,
) -> None:
    """Lay down one wall with its windows.

    Parameters
    ----------
    collage : Collage
        The sheet that the pieces are laid on.
    camera : Camera
        From where it is seen.
    air : Air
        The light and the weather.
    rng : numpy.random.Generator
        The only source of chance.
    style : Style
        How it is built.
    corner : (float, float)
        Where it starts, in metres: right, away.
    along : (float, float)
        A unit vector in the direction of the wall.
    length : float
        In metres.
    height : float
        In metres.
    bright : float
        How much of the light falls on it, from 0 to 1.
    """
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


def house(
    collage: Collage,
    camera: Camera,
    air: Air,
    rng: np.random.Generator,
    style: Style,
    corner: tuple[float, float],
    turn: float,
    width: float,
    depth: float,
    height: float,
    gable: bool,
) -> None:
    """Lay down a house: from its nearest corner one wall runs right, and one left.

    Parameters
    ----------
    collage : Collage
        The sheet that the pieces are laid on.
    camera : Camera
        From where it is seen.
    air : Air
        The light and the weather.
    rng : numpy.random.Generator
        The only source of chance.
    style : Style
        How it is built.
    corner : (float, float)
        The nearest corner, in metres: right, away.
    turn : float
        By how much the right wall is turned away, in radians.
    width : float
        Length of the right wall in metres.
    depth : float
        Length of the left wall in metres.
    height : float
        Height of the walls in metres.
    gable : bool
        Whether it has a gable roof; otherwise no roof is seen.
    """
    right = (math.cos(turn), math.sin(turn))
    left = (-math.sin(turn), math.cos(turn))
    bright = (1.0, 0.72) if air.sun[0] > 0.5 else (0.72, 1.0)
    ends = np.array([corner, np.add(corner, np.multiply(right, width))])
    # Of the two side walls at most one is turned to the camera, which stands at (0, 0).
    outward = ends @ np.array(right)
    roof = varied(((0.5, 0.22, 0.15), (0.25, 0.25, 0.28), (0.35, 0.28, 0.24))[int(rng.integers(3))], rng, 0.08)
    if outward[0] > 0:
        facade(collage, camera, air, rng, style, corner, left, depth, height, bright[1])
    elif outward[1] < 0:
        facade(collage, camera, air, rng, style, (ends[1, 0], ends[1, 1]), left, depth, height, bright[1])
    facade(collage, camera, air, rng, style, corner, right, width, height, bright[0])
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


def paving_colour(rng: np.random.Generator) -> Colour:
    """Return a colour of asphalt, concrete or setts.

    Parameters
    ----------
    rng : numpy.random.Generator
        The only source of chance.

    Returns
    -------
    (float, float, float)
        Red, green and blue from 0 to 1.
    """
    return hsv(rng.uniform(0.05, 0.7), rng.uniform(0.0, 0.15), rng.uniform(0.25, 0.65))


def car(
    collage: Collage, camera: Camera, air: Air, rng: np.random.Generator, x: float, away: float, across: bool
) -> None:
    """Lay down a car, seen from behind, in front, or from the side.

    Parameters
    ----------
    collage : Collage
        The sheet that the pieces are laid on.
    camera : Camera
        From where it is seen.
    air : Air
        The light and the weather.
    rng : numpy.random.Generator
        The only source of chance.
    x : float
        Where it stands, in metres to the right.
    away : float
        Its distance in metres.
    across : bool
        Whether it is seen from the side.
    """
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


def people(collage: Collage, camera: Camera, air: Air, rng: np.random.Generator, count: int, reach: float) -> None:
    """Lay down people who stand in the street.

    Parameters
    ----------
    collage : Collage
        The sheet that the pieces are laid on.
    camera : Camera
        From where it is seen.
    air : Air
        The light and the weather.
    rng : numpy.random.Generator
        The only source of chance.
    count : int
        How many.
    reach : float
        How far to the left or right they stand at most, in metres.
    """
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
