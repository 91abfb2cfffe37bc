"""How light a colour map is: what makes it honest or misleading."""

from __future__ import annotations

import matplotlib
import numpy as np

from coursekit.arrays import Floats

# What red, green and blue of sRGB give to the brightness Y.
_BRIGHTNESS = np.array([0.2126, 0.7152, 0.0722])
_STEPS = 256


def lightness(colour_map: str) -> Floats:
    """Return the lightness L* of a colour map's 256 colours: 0 is black, 100 white.

    The eye sees shape by lightness. A map is honest if equal steps of the value are about equal steps of L*, all in one
    direction.

    Parameters
    ----------
    colour_map : str
        A name that matplotlib knows.

    Returns
    -------
    array (256,)

    Raises
    ------
    ValueError
        If there is no such colour map.

    References
    ----------
    CIE 1976 L*a*b*, ISO/CIE 11664-4; J. R. Nuñez, C. R. Anderton and R. S. Renslow (2018), "Optimizing colormaps with
    consideration for color vision deficiency", PLOS ONE 13, e0199239.

    Examples
    --------
    >>> lightness("gray")[[0, -1]].round(1)
    array([  0., 100.])
    >>> [bool((np.diff(lightness(name)) > 0).all()) for name in ("viridis", "jet")]
    [True, False]
    """
    if colour_map not in matplotlib.colormaps:
        raise ValueError(f'there is no colour map {colour_map!r}. Choose one such as "viridis", "gray" or "cividis".')
    colours = matplotlib.colormaps[colour_map](np.linspace(0, 1, _STEPS))[:, :3]
    linear = np.where(colours <= 0.04045, colours / 12.92, ((colours + 0.055) / 1.055) ** 2.4)
    bright = linear @ _BRIGHTNESS
    found: Floats = np.where(bright > 216 / 24389, 116 * np.cbrt(bright) - 16, bright * 24389 / 27)
    return found
