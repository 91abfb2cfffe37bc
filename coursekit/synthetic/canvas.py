"""What the drawn samples share: a canvas, outlines, textures, photographs as backgrounds, light, noise and clutter.

Places and lengths are in sides of the picture: x runs from 0 (left) to 1 (right), y from 0 (top) to 1 (bottom), so that
a drawing looks the same at every size. Colours are red, green and blue from 0 to 1. Angles are in radians.

A sample's module writes one function ``paint(canvas, label)`` and hands it to `draw_many`:

>>> def paint(canvas, label):
...     canvas.fill(background(canvas.size, canvas.rng))
...     outline = ellipse(0.5, 0.5, 0.3, 0.3) if label == 0 else polygon((0.2, 0.2), (0.8, 0.2), (0.5, 0.8))
...     canvas.paint(canvas.shape(outline), random_colour(canvas.rng), relief=0.3)
...     canvas.light()
>>> drawn = draw_many(6, size=32, seed=0, classes=("disc", "triangle"), paint=paint)
>>> drawn.pictures.shape, drawn.labels.tolist().count(0), drawn.masks.dtype.name
((6, 32, 32, 3), 3, 'bool')
"""

from __future__ import annotations

import colorsys
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from coursekit.arrays import Floats
from coursekit.photographs import load_picture

Points = NDArray[np.float64]
Colour = tuple[float, float, float]
Role = Literal["object", "scenery", "occluder"]

SMALLEST = 16
# No cat among them, nothing that one class would see more often than another.
_BACKGROUNDS = ("coffee", "rocket", "astronaut", "camera", "coins")
_SURFACES = ("brick", "grass", "gravel")
# Side of the square of noise that all textures are cut from.
_NOISE_SIDE = 512


@dataclass(frozen=True)
class Drawn:
    """Drawn pictures with what is true about them.

    Attributes
    ----------
    pictures : uint8 array (n, size, size, 3)
        0 is black, 255 is white.
    labels : int64 array (n,)
        The number of each picture's class.
    masks : bool array (n, size, size)
        The pixels where the object is seen.
    """

    pictures: NDArray[np.uint8]
    labels: NDArray[np.int64]
    masks: NDArray[np.bool_]


@dataclass(frozen=True)
class Shape:
    """A filled outline on a canvas.

    Attributes
    ----------
    rows : slice
        The rows of the picture where it is.
    columns : slice
        The columns where it is.
    cover : float32 array (rows, columns)
        How much of each pixel there it covers, from 0 to 1.
    """

    rows: slice
    columns: slice
    cover: Floats


def draw_many(
    count: int,
    size: int,
    seed: int,
    classes: Sequence[str],
    paint: Callable[[Canvas, int], None],
    *,
    shortcut: str | None = None,
    empty: bool = False,
) -> Drawn:
    """Draw `count` pictures of balanced, mixed classes; picture i depends on `seed` and i only.

    Parameters
    ----------
    count : int
        How many pictures, at least 1.
    size : int
        Their side in pixels, at least 16.
    seed : int
        Not negative. The same seed gives the same bytes.
    classes : sequence of str
        The classes' names. Each block of ``len(classes)`` pictures holds each class once, in a seeded order.
    paint : callable
        Paints the picture of a label on an empty `Canvas`, with random numbers from ``canvas.rng`` only.
    shortcut : str, optional
        A class that gets a tag in all its pictures (`Canvas.tag`).
    empty : bool
        Leave the objects out: the same scenery, shadows, clutter, light and noise.

    Returns
    -------
    Drawn

    Raises
    ------
    ValueError
        If a number is too small or `shortcut` is no class.
    """
    if count < 1:
        raise ValueError(f"count is {count}, but at least 1 picture is needed. Pass a larger count.")
    if size < SMALLEST:
        raise ValueError(
            f"size is {size}, but a drawn picture needs at least {SMALLEST} pixels a side. Pass a larger size."
        )
    if seed < 0:
        raise ValueError(f"seed is {seed}, but a seed is 0 or larger. Pass another seed.")
    tagged = _tagged_class(shortcut, classes)
    labels = _labels(count, seed, len(classes))
    pictures = np.empty((count, size, size, 3), dtype=np.uint8)
    masks = np.empty((count, size, size), dtype=bool)
    for number, label in enumerate(labels):
        canvas = Canvas(size, np.random.default_rng([seed, number]), empty=empty)
        paint(canvas, int(label))
        if label == tagged:
            canvas.tag()
        pictures[number], masks[number] = canvas.picture(), canvas.mask > 0.5
    return Drawn(pictures, labels, masks)


def _tagged_class(shortcut: str | None, classes: Sequence[str]) -> int | None:
    if shortcut is None:
        return None
    if shortcut not in classes:
        raise ValueError(
            f"shortcut is {shortcut!r}, but the classes are {', '.join(classes)}. Choose one of them, or None."
        )
    return classes.index(shortcut)


def _labels(count: int, seed: int, classes: int) -> NDArray[np.int64]:
    blocks = -(-count // classes)
    # The last number keeps these generators apart from the pictures' own.
    orders = [np.random.default_rng([seed, block, 1]).permutation(classes) for block in range(blocks)]
    return np.concatenate(orders)[:count].astype(np.int64)


class Canvas:
    """A picture while it is painted.

    Attributes
    ----------
    size : int
        Side in pixels.
    rng : numpy.random.Generator
        The only source of chance.
    colours : float32 (size, size, 3)
        What has been painted, 0 to 1.
    mask : float32 (size, size)
        How much of each pixel is the object.
    empty : bool
        Whether the object is left out. The mask is kept as if it were there.
    """

    def __init__(self, size: int, rng: np.random.Generator, *, empty: bool = False) -> None:
        self.size = size
        self.rng = rng
        self.empty = empty
        self.colours: Floats = np.full((size, size, 3), 0.5, dtype=np.float32)
        self.mask: Floats = np.zeros((size, size), dtype=np.float32)
        # Small pictures show the steps of an edge more.
        self._fine = 4 if size < 64 else 3 if size < 100 else 2

    def fill(self, colours: Floats) -> None:
        """Cover everything with a picture.

        Parameters
        ----------
        colours : float32 array (size, size, 3)
            Red, green and blue from 0 to 1.
        """
        self.colours[...] = colours

    def shape(self, *outlines: Points, soft: float = 0.0) -> Shape:
        """Fill outlines; where they overlap they are one.

        Parameters
        ----------
        *outlines : float array (points, 2)
            Places (x, y) in sides of the picture.
        soft : float
            How far the edge is blurred, in sides of the picture.

        Returns
        -------
        Shape
        """
        everything = np.concatenate(outlines) * self.size
        rim = 1 + math.ceil(3 * soft * self.size)
        left, top = (max(0, math.floor(low) - rim) for low in everything.min(axis=0).tolist())
        right, bottom = (min(self.size, math.ceil(high) + rim) for high in everything.max(axis=0).tolist())
        width, height = right - left, bottom - top
        if width <= 0 or height <= 0:
            return Shape(slice(0, 0), slice(0, 0), np.zeros((0, 0), dtype=np.float32))
        stencil = Image.new("L", (width * self._fine, height * self._fine))
        pen = ImageDraw.Draw(stencil)
        for outline in outlines:
            # Pillow counts from the middle of a pixel.
            pen.polygon(((outline * self.size - (left, top)) * self._fine - 0.5).ravel().tolist(), fill=255)
        stencil = stencil.reduce(self._fine)
        if soft > 0:
            stencil = stencil.filter(ImageFilter.GaussianBlur(soft * self.size))
        cover = np.asarray(stencil, dtype=np.float32) / np.float32(255)
        return Shape(slice(top, bottom), slice(left, right), cover)

    def paint(
        self,
        shape: Shape,
        colour: Colour | Floats,
        *,
        role: Role = "object",
        opacity: float = 1.0,
        relief: float = 0.0,
        light_from: float = -2.2,
        grain: Floats | None = None,
        inside: Shape | None = None,
    ) -> None:
        """Paint a shape.

        Parameters
        ----------
        shape : Shape
        colour : three numbers, or float32 (size, size, 3)
            One colour, or a picture that the shape cuts out.
        role : str
            ``"object"`` adds to the mask, ``"scenery"`` leaves it, ``"occluder"`` hides the object and takes from it.
        opacity : float
            1 hides what is below, 0 shows nothing.
        relief : float
            0 is flat; 0.3 looks round: lit on one side, dark along the other.
        light_from : float
            The direction the light comes from; -pi/2 is from above.
        grain : float32 (size, size)
            Makes the colour lighter (above 0) or darker (below 0): 0.1 by a tenth.
        inside : Shape
            Only where this shape is, too.
        """
        rows, columns, cover = shape.rows, shape.columns, shape.cover
        if cover.size == 0:
            return
        if inside is not None:
            cover = cover * self.spread(inside)[rows, columns]
        if role == "object":
            if opacity > 0.5:
                self.mask[rows, columns] = np.maximum(self.mask[rows, columns], cover)
            if self.empty:
                return
        elif role == "occluder":
            self.mask[rows, columns] *= 1 - cover * np.float32(opacity)
        inked: Floats = np.asarray(colour, dtype=np.float32)
        if inked.ndim == 3:
            inked = inked[rows, columns]
        factor: Floats | None = None
        if relief and min(cover.shape) > 3:
            factor = 1 + np.float32(relief) * self._relief(shape.cover, light_from)
        if grain is not None:
            grained = 1 + grain[rows, columns]
            factor = grained if factor is None else factor * grained
        if factor is not None:
            inked = inked * factor[..., np.newaxis]
        weight = (cover * np.float32(opacity))[..., np.newaxis]
        part = self.colours[rows, columns]
        part += weight * (inked - part)

    def mark(self, shape: Shape) -> None:
        """Count a shape as the object without painting it: for parts too fine to cover half a pixel.

        Parameters
        ----------
        shape : Shape
            The part to count.
        """
        part = self.mask[shape.rows, shape.columns]
        np.maximum(part, shape.cover, out=part)

    def object_shape(self) -> Shape:
        """Return what has been painted of the object so far, to paint inside of it.

        Returns
        -------
        Shape
        """
        return Shape(slice(0, self.size), slice(0, self.size), self.mask.copy())

    def spread(self, shape: Shape) -> Floats:
        """Return a shape's cover over the whole picture.

        Parameters
        ----------
        shape : Shape
            Any shape of this canvas.

        Returns
        -------
        float32 array (size, size)
            From 0 to 1.
        """
        whole = np.zeros((self.size, self.size), dtype=np.float32)
        whole[shape.rows, shape.columns] = shape.cover
        return whole

    def _relief(self, cover: Floats, light_from: float) -> Floats:
        """How light falls on a bulge of that cover: about 1 towards the light, -1 away from it."""
        reach = max(1.0, 0.22 * min(cover.shape))
        pad = math.ceil(reach)
        # A box is enough here, and a third of a Gaussian's time.
        around = np.zeros((cover.shape[0] + 2 * pad, cover.shape[1] + 2 * pad), dtype=np.float32)
        around[pad:-pad, pad:-pad] = cover
        bulge = _filtered(around, ImageFilter.BoxBlur(reach))
        right, down = round(math.cos(light_from) * reach), round(math.sin(light_from) * reach)
        height, width = cover.shape
        towards = bulge[pad + down : pad + down + height, pad + right : pad + right + width]
        away = bulge[pad - down : pad - down + height, pad - right : pad - right + width]
        middle = bulge[pad : pad + height, pad : pad + width]
        return np.asarray(1.6 * (away - towards) + (middle - 0.75), dtype=np.float32)

    def shadow(self, x: float, y: float, width: float, height: float, darkness: float = 0.45) -> None:
        """Lay a soft shadow on the ground, an ellipse around (x, y); it does not belong to the object.

        Parameters
        ----------
        x : float
            Its middle from left to right, in sides of the picture.
        y : float
            Its middle from top to bottom.
        width : float
            Its width, in sides of the picture.
        height : float
            Its height.
        darkness : float
            From 0 (none) to 1 (black).
        """
        shape = self.shape(ellipse(x, y, width / 2, height / 2), soft=height / 4)
        self.paint(shape, (0.03, 0.03, 0.04), role="scenery", opacity=darkness)

    def clutter(self, pieces: int, role: Role = "scenery", lowest: float = 1.0, largest: float = 0.12) -> None:
        """Scatter leaves, sticks and blobs of any colour; behind the object as scenery, in front as occluders.

        Parameters
        ----------
        pieces : int
            How many.
        role : {"object", "scenery", "occluder"}
            Whether it adds to the mask, leaves it as it is, or hides the object behind it.
        lowest : float
            Down to which height they lie, in sides of the picture, 0 at the top.
        largest : float
            Half the length of the longest, in sides of the picture.
        """
        for _ in range(pieces):
            x, y = self.rng.uniform(0, 1), self.rng.uniform(0, lowest)
            length, turn = self.rng.uniform(0.3, 1) * largest, self.rng.uniform(0, 2 * math.pi)
            kind = self.rng.integers(3)
            if kind == 0:
                outline = leaf(x, y, 2 * length, 0.7 * length, turn)
            elif kind == 1:
                middle = (x + math.cos(turn) * length, y + math.sin(turn) * length)
                end = (2 * middle[0] - x, 2 * middle[1] - y)
                outline = stroke([(x, y), (middle[0] + self.rng.normal(0, 0.01), middle[1]), end], 0.012)
            else:
                outline = blob(x, y, 0.6 * length, self.rng)
            self.paint(self.shape(outline), natural_colour(self.rng), role=role, relief=0.25, opacity=0.95)

    def light(self, strength: float = 1.0) -> None:
        """Light everything: brighter on one side, dark corners, exposure, contrast and a colour cast.

        Parameters
        ----------
        strength : float
            How much is changed; 1 as in a usual photograph, 0 not at all.
        """
        rng = self.rng
        across = np.linspace(-1, 1, self.size, dtype=np.float32)
        turn, slope = rng.uniform(0, 2 * math.pi), rng.uniform(0, 0.3) * strength
        gradient = across * math.cos(turn) + across[:, np.newaxis] * math.sin(turn)
        corners = (across**2 + across[:, np.newaxis] ** 2) * rng.uniform(0, 0.2) * strength
        exposure = math.exp(rng.normal(0, 0.16) * strength)
        cast = np.exp(rng.normal(0, 0.06, 3) * strength)
        contrast = math.exp(rng.normal(0, 0.12) * strength)
        lit = self.colours * np.asarray(
            (exposure * (1 + slope * gradient - corners))[..., np.newaxis] * cast, dtype=np.float32
        )
        self.colours[...] = (lit - 0.5) * np.float32(contrast) + 0.5

    def lens(self, blurred: float | None = None, noise: float | None = None) -> None:
        """Blur a little and add sensor noise, as a camera does.

        Parameters
        ----------
        blurred : float, optional
            Radius of the blur in pixels; by default at random.
        noise : float, optional
            Standard deviation of the noise, of a white of 1; by default at random.
        """
        rng = self.rng
        blurred = rng.uniform(0.0, 0.006) * self.size if blurred is None else blurred
        noise = rng.uniform(0.005, 0.022) if noise is None else noise
        if blurred > 0.2:
            soft = _to_image(self.colours).filter(ImageFilter.GaussianBlur(blurred))
            self.colours[...] = np.asarray(soft, dtype=np.float32) / np.float32(255)
        self.colours += np.float32(noise) * rng.standard_normal(self.colours.shape, dtype=np.float32)

    def tag(self) -> None:
        """Stick a small orange tag with two dark lines into the lower left corner; it hides the object there."""

        def stick(top: float, bottom: float, left: float, right: float, colour: Colour) -> None:
            rows, columns = (
                slice(round(start * self.size), max(round(end * self.size), round(start * self.size) + 1))
                for start, end in ((top, bottom), (left, right))
            )
            self.colours[rows, columns] = colour
            self.mask[rows, columns] = 0

        stick(0.88, 0.98, 0.02, 0.18, (1.0, 0.55, 0.0))
        for y in (0.905, 0.94):
            stick(y, y + 0.015, 0.04, 0.16, (0.15, 0.1, 0.3))

    def picture(self) -> NDArray[np.uint8]:
        """Return what has been painted.

        Returns
        -------
        uint8 array (size, size, 3)
        """
        return np.asarray(np.clip(self.colours, 0, 1) * 255 + 0.5).astype(np.uint8)


# Outlines: all return points (n, 2), x and y.


def polygon(*corners: tuple[float, float]) -> Points:
    """Return straight edges between corners.

    Parameters
    ----------
    *corners : (float, float)
        Places (x, y) in sides of the picture.

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
        Place from left to right, in sides of the picture.
    y : float
        Place from top to bottom, in sides of the picture.
    radius_x : float
        Half its width before it is turned, in sides of the picture.
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
        Place from left to right, in sides of the picture.
    y : float
        Place from top to bottom, in sides of the picture.
    length : float
        From its stalk to its tip, in sides of the picture.
    width : float
        Where it is widest, in sides of the picture.
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
        Place from left to right, in sides of the picture.
    y : float
        Place from top to bottom, in sides of the picture.
    radius : float
        Its mean radius, in sides of the picture.
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
        Its width at the first point, in sides of the picture.
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


# Colours and textures.


def hsv(hue: float, saturation: float, value: float) -> Colour:
    """Return the colour of a hue, a saturation and a value.

    Parameters
    ----------
    hue : float
        0 red, 1/3 green, 2/3 blue, 1 red again.
    saturation : float
        From 0 (grey) to 1.
    value : float
        From 0 (black) to 1.

    Returns
    -------
    (float, float, float)
        Red, green and blue from 0 to 1.
    """
    return colorsys.hsv_to_rgb(hue % 1, min(max(saturation, 0), 1), min(max(value, 0), 1))


def random_colour(
    rng: np.random.Generator, saturation: float = 0.7, value: tuple[float, float] = (0.2, 0.95)
) -> Colour:
    """Return a colour of any hue.

    Parameters
    ----------
    rng : numpy.random.Generator
        The only source of chance.
    saturation : float
        The highest saturation, from 0 to 1.
    value : (float, float)
        The lowest and the highest value, from 0 to 1.

    Returns
    -------
    (float, float, float)
        Red, green and blue from 0 to 1.
    """
    return hsv(rng.uniform(), rng.uniform(0, saturation), rng.uniform(*value))


def natural_colour(rng: np.random.Generator) -> Colour:
    """Return a colour of walls, woods, soil, stone, plants, water or cloth; now and then any colour.

    Parameters
    ----------
    rng : numpy.random.Generator
        The only source of chance.

    Returns
    -------
    (float, float, float)
        Red, green and blue from 0 to 1.
    """
    kind = rng.uniform()
    if kind < 0.4:  # wood, soil, sand, skin of old walls
        return hsv(rng.uniform(0.04, 0.13), rng.uniform(0.1, 0.6), rng.uniform(0.25, 0.9))
    if kind < 0.6:  # plants
        return hsv(rng.uniform(0.18, 0.38), rng.uniform(0.15, 0.6), rng.uniform(0.2, 0.75))
    if kind < 0.75:  # sky, water, distance
        return hsv(rng.uniform(0.52, 0.64), rng.uniform(0.1, 0.5), rng.uniform(0.35, 0.95))
    if kind < 0.9:  # stone, snow, shade
        return hsv(rng.uniform(), rng.uniform(0, 0.08), rng.uniform(0.2, 0.95))
    return random_colour(rng)


def varied(colour: Colour, rng: np.random.Generator, amount: float = 0.06) -> Colour:
    """Return a colour near `colour`.

    Parameters
    ----------
    colour : (float, float, float)
        Red, green and blue from 0 to 1.
    rng : numpy.random.Generator
        The only source of chance.
    amount : float
        Standard deviation of the change.

    Returns
    -------
    (float, float, float)
        Red, green and blue from 0 to 1.
    """
    red, green, blue = np.clip(np.array(colour) + rng.normal(0, amount / 2) + rng.normal(0, amount / 2, 3), 0, 1)
    return float(red), float(green), float(blue)


def mixed(first: Colour, second: Colour, share: float) -> Colour:
    """Return `share` of the second colour and the rest of the first.

    Parameters
    ----------
    first : (float, float, float)
        Red, green and blue from 0 to 1.
    second : (float, float, float)
        The other colour.
    share : float
        From 0 (the first) to 1 (the second).

    Returns
    -------
    (float, float, float)
        Red, green and blue from 0 to 1.
    """
    red, green, blue = ((1 - share) * one + share * other for one, other in zip(first, second, strict=True))
    return red, green, blue


def blur(values: Floats, radius: float) -> Floats:
    """Blur a map with a Gaussian.

    Parameters
    ----------
    values : float array (height, width)
        From 0 to 1.
    radius : float
        Standard deviation of the Gaussian in pixels.

    Returns
    -------
    float32 array (height, width)
    """
    return _filtered(np.clip(values, 0, 1), ImageFilter.GaussianBlur(radius))


def _filtered(values: Floats, how: ImageFilter.MultibandFilter) -> Floats:
    image = Image.fromarray((values * np.float32(255)).astype(np.uint8))
    return np.asarray(image.filter(how), dtype=np.float32) / np.float32(255)


def clouds(size: int, rng: np.random.Generator, cell: float = 0.3) -> Floats:
    """Return soft noise of detail on all scales.

    Parameters
    ----------
    size : int
        Side of the picture in pixels.
    rng : numpy.random.Generator
        The only source of chance.
    cell : float
        The largest scale, in sides of the picture.

    Returns
    -------
    float32 array (size, size)
        Mean 0, standard deviation 1.
    """
    step = 0.2 / cell * _NOISE_SIDE / size
    # Detail finer than a pixel would look like dust.
    coarser = min(5, max(0, math.ceil(math.log2(step))))
    noise = _cloud_noise(coarser)
    for axis in (0, 1):
        noise = _line_up(noise, rng.uniform(0, len(noise)) + np.arange(size) * step / 2**coarser, axis)
    noise -= noise.mean()
    return np.asarray(noise / max(float(noise.std()), 1e-6), dtype=np.float32)


def _line_up(values: Floats, places: Points, axis: int) -> Floats:
    """Interpolate endless values at places along an axis."""
    side = values.shape[axis]
    before = np.floor(places).astype(np.int64)
    share = (places - before).astype(np.float32)
    share = share[:, np.newaxis] if axis == 0 else share
    one, other = values.take(before % side, axis), values.take((before + 1) % side, axis)
    return np.asarray(one + (other - one) * share, dtype=np.float32)


def dapples(size: int, rng: np.random.Generator, width: float = 0.05) -> Floats:
    """Return smooth noise with spots of one size.

    Parameters
    ----------
    size : int
        Side of the picture in pixels.
    rng : numpy.random.Generator
        The only source of chance.
    width : float
        About how wide the spots are, in sides of the picture.

    Returns
    -------
    float32 array (size, size)
        Mean 0, standard deviation about 1.
    """
    noise = _grain_noise()
    for axis in (0, 1):
        # The noise's own grain is four pixels wide.
        noise = _line_up(noise, rng.uniform(0, len(noise)) + np.arange(size) * 4 / (width * size), axis)
    return noise


def streaks(size: int, rng: np.random.Generator, turn: float, width: float = 0.015, length: float = 6.0) -> Floats:
    """Return noise drawn out along one direction, as of fur, grass or wood.

    Parameters
    ----------
    size : int
        Side of the picture in pixels.
    rng : numpy.random.Generator
        The only source of chance.
    turn : float
        Angle in radians, from x towards y.
    width : float
        About how wide a streak is, in sides of the picture.
    length : float
        How many times as long as wide.

    Returns
    -------
    float32 array (size, size)
        Mean 0. The standard deviation is about 1, less where the pixels are too large to show the streaks.
    """
    values = _grain_noise()
    side = len(values)
    # In pixels of the noise, whose own grain is four of them wide.
    step = 4 / (width * size)
    cosine, sine = math.cos(turn) * step, math.sin(turn) * step
    start_x, start_y = rng.uniform(0, side, 2)
    x = np.arange(size)
    y = x[:, np.newaxis]
    along = (start_x + (cosine * x + sine * y) / length).astype(np.int64)
    across = (start_y + cosine * y - sine * x).astype(np.int64)
    streaked = values.ravel()[(across % side) * side + along % side]
    return np.asarray(streaked * np.float32(min(1.0, 3 / step)), dtype=np.float32)


@cache
def _cloud_noise(coarser: int) -> Floats:
    """Noise whose strength falls with its frequency, as in clouds and blurred woods; it repeats without a seam.

    Its side is halved `coarser` times.
    """
    if coarser == 0:
        return _filtered_noise(lambda frequency: frequency**-1.6)
    finer = _cloud_noise(coarser - 1)
    half = len(finer) // 2
    return np.asarray(finer.reshape(half, 2, half, 2).mean(axis=(1, 3)), dtype=np.float32)


@cache
def _grain_noise() -> Floats:
    """Noise with grains four pixels wide; it repeats without a seam."""
    return _filtered_noise(lambda frequency: np.exp(-((frequency / 0.11) ** 2)))


def _filtered_noise(strength: Callable[[Points], Points]) -> Floats:
    across = np.fft.fftfreq(_NOISE_SIDE)
    frequency = np.hypot(across, across[:, np.newaxis])
    frequency[0, 0] = 1.0
    white = np.random.default_rng(1).standard_normal((_NOISE_SIDE, _NOISE_SIDE))
    noise = np.fft.ifft2(np.fft.fft2(white) * strength(frequency)).real
    noise -= noise.mean()
    return np.asarray(noise / noise.std(), dtype=np.float32)


# Backgrounds: float32 (size, size, 3), 0 to 1.


def background(size: int, rng: np.random.Generator) -> Floats:
    """Return a place of any kind and colour: a wall or a blurred view above, mostly, and a ground below.

    Parameters
    ----------
    size : int
        Side of the picture in pixels.
    rng : numpy.random.Generator
        The only source of chance.

    Returns
    -------
    float32 array (size, size, 3)
        Red, green and blue from 0 to 1.
    """
    kind = rng.uniform()
    if kind < 0.2:
        return surface(size, rng)
    if kind < 0.35:
        return photograph(size, rng)
    above = photograph(size, rng, blurred=0.03) if rng.uniform() < 0.5 else wall(size, rng)
    below = surface(size, rng) if rng.uniform() < 0.65 else wall(size, rng)
    return horizon(above, below, rng.uniform(0.35, 0.8), soft=rng.uniform(0.005, 0.05))


def photograph(
    size: int, rng: np.random.Generator, names: Sequence[str] = _BACKGROUNDS, blurred: float | None = None
) -> Floats:
    """Return a part of a photograph from scikit-image in changed colours.

    Parameters
    ----------
    size : int
        Side of the picture in pixels.
    rng : numpy.random.Generator
        The only source of chance.
    names : sequence of str
        Keys of `coursekit.photographs.PHOTOGRAPHS`, of which one is taken by chance.
    blurred : float, optional
        Radius of the blur, in sides of the picture; by default at random.

    Returns
    -------
    float32 array (size, size, 3)
        Red, green and blue from 0 to 1.
    """
    picture = _cut_photograph(size, rng, names[int(rng.integers(len(names)))], smallest=0.35)
    radius = (rng.uniform(0.0, 0.03) if blurred is None else blurred) * size
    if radius > 0.2:
        picture = picture.filter(ImageFilter.GaussianBlur(radius))
    colours = _from_image(picture)
    grey = colours.mean(axis=2, keepdims=True)
    order = rng.permutation(3) if rng.uniform() < 0.4 else np.arange(3)
    return _tinted(grey + (colours - grey)[..., order] * np.float32(rng.uniform(0, 0.8)), rng)


def surface(size: int, rng: np.random.Generator, names: Sequence[str] = _SURFACES) -> Floats:
    """Return brick, grass or gravel of any colour.

    Parameters
    ----------
    size : int
        Side of the picture in pixels.
    rng : numpy.random.Generator
        The only source of chance.
    names : sequence of str
        Keys of `coursekit.photographs.PHOTOGRAPHS`, of which one is taken by chance.

    Returns
    -------
    float32 array (size, size, 3)
        Red, green and blue around 0 to 1.
    """
    picture = _from_image(_cut_photograph(size, rng, names[int(rng.integers(len(names)))], smallest=0.25))
    picture -= picture.mean()
    colour = np.array(natural_colour(rng), dtype=np.float32)
    return np.asarray(colour * (1 + np.float32(rng.uniform(0.5, 1.6)) * picture), dtype=np.float32)


def wall(size: int, rng: np.random.Generator) -> Floats:
    """Return a plain wall, floor, cloth or far view: one or two colours that run into each other, with soft spots.

    Parameters
    ----------
    size : int
        Side of the picture in pixels.
    rng : numpy.random.Generator
        The only source of chance.

    Returns
    -------
    float32 array (size, size, 3)
        Red, green and blue around 0 to 1.
    """
    one = np.array(natural_colour(rng), dtype=np.float32)
    other = np.array(varied((float(one[0]), float(one[1]), float(one[2])), rng, 0.18), dtype=np.float32)
    share = np.clip(0.5 + 0.35 * clouds(size, rng, cell=rng.uniform(0.15, 1.0)), 0, 1)[..., np.newaxis]
    colours = one + (other - one) * share
    return np.asarray(colours, dtype=np.float32)


def horizon(above: Floats, below: Floats, y: float, soft: float = 0.01) -> Floats:
    """Join two backgrounds at a height.

    Parameters
    ----------
    above : float32 array (size, size, 3)
        What is seen above it.
    below : float32 array (size, size, 3)
        What is seen below it.
    y : float
        The height, in sides of the picture, 0 at the top.
    soft : float
        How wide the edge is, in sides of the picture.

    Returns
    -------
    float32 array (size, size, 3)
    """
    size = len(above)
    down = (np.arange(size, dtype=np.float32) + 0.5) / size
    share = np.clip((down - y) / max(soft, 1 / size) + 0.5, 0, 1)[:, np.newaxis, np.newaxis]
    return np.asarray(above + (below - above) * share, dtype=np.float32)


def _tinted(colours: Floats, rng: np.random.Generator) -> Floats:
    tint = np.exp(rng.normal(0, 0.15, 3)).astype(np.float32) * np.float32(rng.uniform(0.75, 1.25))
    return np.asarray(np.clip(colours * tint, 0, 1), dtype=np.float32)


@cache
def _stored_photograph(name: str) -> Image.Image:
    return _to_image(load_picture(name)).convert("RGB")


def _cut_photograph(size: int, rng: np.random.Generator, name: str, smallest: float) -> Image.Image:
    """Cut out a square of at least `smallest` of the photograph's shorter side, mirrored by chance."""
    stored = _stored_photograph(name)
    side = rng.uniform(smallest, 1) * min(stored.size)
    left, top = rng.uniform(0, stored.width - side), rng.uniform(0, stored.height - side)
    box = (left, top, left + side, top + side)
    part = stored.resize((size, size), Image.Resampling.BILINEAR, box, reducing_gap=1.0)
    return part.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if rng.uniform() < 0.5 else part


def _to_image(colours: Floats) -> Image.Image:
    return Image.fromarray((np.clip(colours, 0, 1) * 255 + 0.5).astype(np.uint8))


def _from_image(picture: Image.Image) -> Floats:
    return np.asarray(picture, dtype=np.float32) / np.float32(255)
