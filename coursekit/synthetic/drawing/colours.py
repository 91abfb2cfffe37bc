"""Colours: red, green and blue from 0 to 1."""

from __future__ import annotations

import colorsys

import numpy as np

Colour = tuple[float, float, float]


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
