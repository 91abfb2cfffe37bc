"""Textures: noise of many kinds, as of clouds, fur or grass, and blurred maps."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache

import numpy as np
from PIL import Image, ImageFilter

from coursekit.arrays import Floats
from coursekit.synthetic.drawing.outlines import Points

# Side of the square of noise that all textures are cut from.
_NOISE_SIDE = 512


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
        Side of the image in pixels.
    rng : numpy.random.Generator
        The only source of chance.
    cell : float
        The largest scale, in sides of the image.

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
        Side of the image in pixels.
    rng : numpy.random.Generator
        The only source of chance.
    width : float
        About how wide the spots are, in sides of the image.

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
        Side of the image in pixels.
    rng : numpy.random.Generator
        The only source of chance.
    turn : float
        Angle in radians, from x towards y.
    width : float
        About how wide a streak is, in sides of the image.
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


def to_image(colours: Floats) -> Image.Image:
    """Return colours as an image of Pillow.

    Parameters
    ----------
    colours : float array (height, width, 3) or (height, width)
        From 0 to 1; what is outside is clipped.

    Returns
    -------
    PIL.Image.Image
        8 bit, rounded.
    """
    return Image.fromarray((np.clip(colours, 0, 1) * 255 + 0.5).astype(np.uint8))
