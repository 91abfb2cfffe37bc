"""The five species of flowers and the colours that they come in."""

from __future__ import annotations

from bisect import bisect
from itertools import accumulate

import numpy as np

from coursekit.synthetic.drawing.colours import Colour, hsv

SPECIES = ("daisy", "dandelion", "roses", "sunflowers", "tulips")
DAISY, DANDELION, ROSE, SUNFLOWER, TULIP = range(len(SPECIES))

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


def flower_colour(species: int, rng: np.random.Generator) -> Colour:
    """Return a colour that flowers of a species have.

    Parameters
    ----------
    species : int
        A position in `SPECIES`.
    rng : numpy.random.Generator
        The only source of chance.

    Returns
    -------
    (float, float, float)
        Red, green and blue from 0 to 1.
    """
    family = bisect(list(accumulate(_SHARES[species]))[:-1], rng.uniform())
    hue, saturation, value = (rng.uniform(low, high) for low, high in list(_COLOURS.values())[family])
    return hsv(hue, saturation, value)


def leaf_green(rng: np.random.Generator) -> Colour:
    """Return a green of stems, leaves and grass.

    Parameters
    ----------
    rng : numpy.random.Generator
        The only source of chance.

    Returns
    -------
    (float, float, float)
        Red, green and blue from 0 to 1.
    """
    return hsv(rng.uniform(0.2, 0.38), rng.uniform(0.3, 0.7), rng.uniform(0.25, 0.6))
