"""Backgrounds: parts of photographs, walls and grounds."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
from PIL import Image, ImageFilter

from coursekit.arrays import Floats
from coursekit.photographs import load_image
from coursekit.synthetic.drawing.colours import natural_colour, varied
from coursekit.synthetic.drawing.textures import clouds, to_image

# No cat among them, nothing that one class would see more often than another.
_BACKGROUNDS = ("coffee", "rocket", "astronaut", "camera", "coins")
_SURFACES = ("brick", "grass", "gravel")


def background(size: int, rng: np.random.Generator) -> Floats:
    """Return a place of any kind and colour: a wall or a blurred view above, mostly, and a ground below.

    Parameters
    ----------
    size : int
        Side of the image in pixels.
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
        Side of the image in pixels.
    rng : numpy.random.Generator
        The only source of chance.
    names : sequence of str
        Keys of `coursekit.photographs.PHOTOGRAPHS`, of which one is taken by chance.
    blurred : float, optional
        Radius of the blur, in sides of the image; by default at random.

    Returns
    -------
    float32 array (size, size, 3)
        Red, green and blue from 0 to 1.
    """
    image = _cut_photograph(size, rng, names[int(rng.integers(len(names)))], smallest=0.35)
    radius = (rng.uniform(0.0, 0.03) if blurred is None else blurred) * size
    if radius > 0.2:
        image = image.filter(ImageFilter.GaussianBlur(radius))
    colours = _from_image(image)
    grey = colours.mean(axis=2, keepdims=True)
    order = rng.permutation(3) if rng.uniform() < 0.4 else np.arange(3)
    return _tinted(grey + (colours - grey)[..., order] * np.float32(rng.uniform(0, 0.8)), rng)


def surface(size: int, rng: np.random.Generator, names: Sequence[str] = _SURFACES) -> Floats:
    """Return brick, grass or gravel of any colour.

    Parameters
    ----------
    size : int
        Side of the image in pixels.
    rng : numpy.random.Generator
        The only source of chance.
    names : sequence of str
        Keys of `coursekit.photographs.PHOTOGRAPHS`, of which one is taken by chance.

    Returns
    -------
    float32 array (size, size, 3)
        Red, green and blue around 0 to 1.
    """
    image = _from_image(_cut_photograph(size, rng, names[int(rng.integers(len(names)))], smallest=0.25))
    image -= image.mean()
    colour = np.array(natural_colour(rng), dtype=np.float32)
    return np.asarray(colour * (1 + np.float32(rng.uniform(0.5, 1.6)) * image), dtype=np.float32)


def wall(size: int, rng: np.random.Generator) -> Floats:
    """Return a plain wall, floor, cloth or far view: one or two colours that run into each other, with soft spots.

    Parameters
    ----------
    size : int
        Side of the image in pixels.
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
        The height, in sides of the image, 0 at the top.
    soft : float
        How wide the edge is, in sides of the image.

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
    return to_image(load_image(name)).convert("RGB")


def _cut_photograph(size: int, rng: np.random.Generator, name: str, smallest: float) -> Image.Image:
    """Cut out a square of at least `smallest` of the photograph's shorter side, mirrored by chance."""
    stored = _stored_photograph(name)
    side = rng.uniform(smallest, 1) * min(stored.size)
    left, top = rng.uniform(0, stored.width - side), rng.uniform(0, stored.height - side)
    box = (left, top, left + side, top + side)
    part = stored.resize((size, size), Image.Resampling.BILINEAR, box, reducing_gap=1.0)
    return part.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if rng.uniform() < 0.5 else part


def _from_image(image: Image.Image) -> Floats:
    return np.asarray(image, dtype=np.float32) / np.float32(255)
