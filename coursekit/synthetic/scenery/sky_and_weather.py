"""The sky of a scene, the light and the haze that it gives to everything below, and snow that falls."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from coursekit.synthetic.drawing.canvas import Canvas
from coursekit.synthetic.drawing.collage import Collage, uneven_squares
from coursekit.synthetic.drawing.colours import Colour, hsv, mixed, varied
from coursekit.synthetic.scenery.backdrop import grid, ink, soft_clouds


@dataclass(frozen=True)
class Air:
    """The time of day and the weather of a scene.

    Attributes
    ----------
    light : (float, float, float)
        The colour of the light; red, green and blue from 0 to 1.
    haze : (float, float, float)
        The colour that far things fade into.
    density : float
        How fast they do; 0 is clear air.
    sun : (float, float)
        Where it stands, in sides of the image.
    night : bool
        Whether lamps are on.
    """

    light: Colour
    haze: Colour
    density: float
    sun: tuple[float, float]
    night: bool

    def seen(self, colour: Colour, distance: float) -> Colour:
        """Return a colour as it is seen in this light from a distance.

        Parameters
        ----------
        colour : (float, float, float)
            Red, green and blue from 0 to 1.
        distance : float
            0 is near, 1 is far.

        Returns
        -------
        (float, float, float)
            Red, green and blue from 0 to 1.
        """
        red, green, blue = (value * lamp for value, lamp in zip(colour, self.light, strict=True))
        return mixed((red, green, blue), self.haze, 1 - math.exp(-self.density * distance))


def sky(canvas: Canvas) -> Air:
    """Fill the canvas with a sky.

    Parameters
    ----------
    canvas : Canvas
        The image that is painted.

    Returns
    -------
    Air
        The weather that goes with it.
    """
    rng, size = canvas.rng, canvas.size
    kind = rng.uniform()
    sun = (rng.uniform(0.05, 0.95), rng.uniform(0.02, 0.35))
    light: Colour = (1.0, 1.0, 0.97)
    cloudiness = rng.uniform(-0.9, 0.5)
    density = rng.uniform(0.1, 0.9)
    if kind < 0.5:
        high = hsv(rng.uniform(0.55, 0.63), rng.uniform(0.3, 0.8), rng.uniform(0.55, 0.9))
        low = mixed(high, (0.86, 0.9, 0.94), rng.uniform(0.4, 1.0))
    elif kind < 0.7:
        grey = rng.uniform(0.5, 0.85)
        high, low = varied((grey, grey, grey * 1.05), rng, 0.04), varied((grey, grey, grey), rng, 0.12)
        light = (0.82, 0.84, 0.88)
        density = rng.uniform(0.4, 1.8)
        cloudiness = rng.uniform(-0.4, 0.4)
    elif kind < 0.9:
        high = hsv(rng.uniform(0.55, 0.8), rng.uniform(0.2, 0.6), rng.uniform(0.35, 0.75))
        low = hsv(rng.uniform(-0.02, 0.12), rng.uniform(0.3, 0.8), rng.uniform(0.75, 0.98))
        light = (0.9, 0.72, 0.6)
        sun = (sun[0], rng.uniform(0.25, 0.5))
    else:
        high = hsv(rng.uniform(0.58, 0.7), rng.uniform(0.4, 0.8), rng.uniform(0.1, 0.28))
        low = mixed(high, hsv(rng.uniform(0.0, 0.7), 0.4, 0.5), rng.uniform(0.1, 0.6))
        light = (0.42, 0.44, 0.54)
    y, x = grid(size)
    share = np.minimum(1, y / rng.uniform(0.4, 0.9))[..., np.newaxis] ** rng.uniform(0.7, 1.5)
    colours = ink(high) + (ink(low) - ink(high)) * share
    cover = np.clip(0.55 * soft_clouds(size, rng, rng.uniform(0.25, 0.7)) + cloudiness, 0, 1)[..., np.newaxis]
    lit = ink(mixed((0.95, 0.95, 0.95), low, 0.35)) * ink(light)
    colours = colours + (lit - colours) * cover * rng.uniform(0.6, 1.0)
    if kind < 0.5 or 0.7 <= kind < 0.9:
        glow = np.exp(-np.hypot(x - sun[0], y - sun[1]) / rng.uniform(0.05, 0.2))[..., np.newaxis]
        colours = colours + (ink((1.0, 0.95, 0.85)) - colours) * glow * rng.uniform(0.0, 0.9)
    canvas.fill(colours.astype(np.float32))
    return Air(light, low, density, sun, kind >= 0.9)


def snowfall(canvas: Canvas) -> None:
    """Let snow fall in front of everything; it brightens the whole image.

    Parameters
    ----------
    canvas : Canvas
        The image that is painted.
    """
    rng = canvas.rng
    flakes = int(rng.integers(60, 160))
    collage = Collage(canvas)
    outlines = uneven_squares(rng.uniform(0, 1, (flakes, 2)), rng.uniform(0.002, 0.008, flakes), rng)
    collage.pieces(outlines, np.tile((0.95, 0.95, 0.97), (flakes, 1)))
    collage.paste("scenery", opacity=0.8)
    canvas.colours += np.float32(rng.uniform(0.1, 0.4)) * (np.float32(0.8) - canvas.colours)
