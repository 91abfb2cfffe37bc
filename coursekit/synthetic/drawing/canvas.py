"""An image while it is painted, and many of them drawn with balanced classes.

Places and lengths are in sides of the image: x runs from 0 (left) to 1 (right), y from 0 (top) to 1 (bottom), so that
a drawing looks the same at every size. Colours are red, green and blue from 0 to 1. Angles are in radians.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from coursekit.arrays import Floats
from coursekit.synthetic.drawing.colours import Colour, natural_colour
from coursekit.synthetic.drawing.outlines import Points, blob, ellipse, leaf, stroke
from coursekit.synthetic.drawing.textures import _filtered, to_image

Role = Literal["object", "scenery", "occluder"]

SMALLEST = 16


@dataclass(frozen=True)
class SyntheticImages:
    """Synthetic images with what is true about them.

    Attributes
    ----------
    images : uint8 array (n, size, size, 3)
        0 is black, 255 is white.
    labels : int64 array (n,)
        The number of each image's class.
    masks : bool array (n, size, size)
        The pixels where the object is seen.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.int64]
    masks: NDArray[np.bool_]


@dataclass(frozen=True)
class Shape:
    """A filled outline on a canvas.

    Attributes
    ----------
    rows : slice
        The rows of the image where it is.
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
) -> SyntheticImages:
    """Draw `count` images of balanced, mixed classes; image i depends on `seed` and i only.

    Parameters
    ----------
    count : int
        How many images, at least 1.
    size : int
        Their side in pixels, at least 16.
    seed : int
        Not negative. The same seed gives the same bytes.
    classes : sequence of str
        The classes' names. Each block of ``len(classes)`` images holds each class once, in a seeded order.
    paint : callable
        Paints the image of a label on an empty `Canvas`, with random numbers from ``canvas.rng`` only.
    shortcut : str, optional
        A class that gets a tag in all its images (`Canvas.tag`).
    empty : bool
        Leave the objects out: the same scenery, shadows, clutter, light and noise.

    Returns
    -------
    SyntheticImages

    Raises
    ------
    ValueError
        If a number is too small or `shortcut` is no class.
    """
    if count < 1:
        raise ValueError(f"count is {count}, but at least 1 image is needed. Pass a larger count.")
    if size < SMALLEST:
        raise ValueError(
            f"size is {size}, but a synthetic image needs at least {SMALLEST} pixels a side. Pass a larger size."
        )
    if seed < 0:
        raise ValueError(f"seed is {seed}, but a seed is 0 or larger. Pass another seed.")
    tagged = _tagged_class(shortcut, classes)
    labels = _labels(count, seed, len(classes))
    images = np.empty((count, size, size, 3), dtype=np.uint8)
    masks = np.empty((count, size, size), dtype=bool)
    for number, label in enumerate(labels):
        canvas = Canvas(size, np.random.default_rng([seed, number]), empty=empty)
        paint(canvas, int(label))
        if label == tagged:
            canvas.tag()
        images[number], masks[number] = canvas.image(), canvas.mask > 0.5
    return SyntheticImages(images, labels, masks)


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
    # The last number keeps these generators apart from the images' own.
    orders = [np.random.default_rng([seed, block, 1]).permutation(classes) for block in range(blocks)]
    return np.concatenate(orders)[:count].astype(np.int64)


class Canvas:
    """An image while it is painted.

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
        # Small images show the steps of an edge more.
        self._fine = 4 if size < 64 else 3 if size < 100 else 2

    def fill(self, colours: Floats) -> None:
        """Cover everything with an image.

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
            Places (x, y) in sides of the image.
        soft : float
            How far the edge is blurred, in sides of the image.

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
            One colour, or an image that the shape cuts out.
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
        """Return a shape's cover over the whole image.

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
            Its middle from left to right, in sides of the image.
        y : float
            Its middle from top to bottom.
        width : float
            Its width, in sides of the image.
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
            Down to which height they lie, in sides of the image, 0 at the top.
        largest : float
            Half the length of the longest, in sides of the image.
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
            soft = to_image(self.colours).filter(ImageFilter.GaussianBlur(blurred))
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

    def image(self) -> NDArray[np.uint8]:
        """Return what has been painted.

        Returns
        -------
        uint8 array (size, size, 3)
        """
        return np.asarray(np.clip(self.colours, 0, 1) * 255 + 0.5).astype(np.uint8)
