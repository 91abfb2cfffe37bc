"""Heatmaps: where in an image something is, beside the image and over it."""

from __future__ import annotations

from typing import Any

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike, NDArray
from scipy import ndimage

from coursekit.arrays import Floats, checked_plane
from coursekit.docstrings import entries_from
from coursekit.metrics.boxes import Box
from coursekit.plot.images import ColourScale
from coursekit.plot.images import image as draw_image

# What red, green and blue of sRGB give to the brightness Y.
_BRIGHTNESS = np.array([0.2126, 0.7152, 0.0722])
_COLOURS = 256


def overlay(
    image: ArrayLike,
    heatmap: ArrayLike,
    alpha: float = 0.6,
    title: str = "",
    limit: float | None = None,
    box: Box | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw a heatmap over its image.

    Maps without negative values go from dark to bright (viridis); maps with some are blue below zero, white at zero and
    red above. Where there is no heat the image is seen as it is: the heatmap covers it in proportion to its strength. A
    smaller heatmap is stretched over the whole image, smoothly.

    Parameters
    ----------
    image : array (height, width), (height, width, 1) or (height, width, 3)
        Between 0 and 1.
    heatmap : array (h, w)
        Its zero stays zero: nothing is rescaled but the colours.
    alpha : float
        How much of the image the strongest heat covers: 0 nothing, 1 all.
    title : str
        Above the figure; none if empty.
    limit : float, optional
        The value drawn in the strongest colour; by default the largest in this map. Pass the same one to compare maps.
    box : (row, column, height, width), optional
        A frame to draw, in pixels of the image; see `heatmap_box`.
    ax : matplotlib axes, optional
        Where to draw; a new figure if not given.

    Returns
    -------
    matplotlib axes
        Those that were drawn into.

    Raises
    ------
    ValueError
        If there is not one image and one map of finite numbers, or alpha is out of range.

    Examples
    --------
    >>> ax = overlay(np.zeros((8, 8)), np.eye(4))
    >>> [image.cmap.name for image in ax.images]
    ['gray', 'viridis']
    """
    values = checked_plane(heatmap, "heatmap")
    if not 0 <= alpha <= 1:
        raise ValueError(f"alpha is {alpha!r}: it must lie between 0 (only the image) and 1 (only the heatmap).")
    ax = draw_image(image, title, ax=ax)
    # Grey images stay grey, and the map lies exactly over the image, however small it is.
    below = ax.images[0]
    draw_image(values, title, _scale(values), limit, ax=ax)
    above = ax.images[1]
    strongest = above.norm.vmax
    opacity = alpha * np.clip(np.abs(values) / strongest, 0, 1)
    above.set(alpha=opacity, interpolation="bilinear", extent=below.get_extent())
    ax.set(xlim=below.get_extent()[:2], ylim=below.get_extent()[2:])
    if box is not None:
        row, column, height, width = box
        corner = (column - 0.5, row - 0.5)
        for colour, thickness in (("black", 4), ("white", 2)):  # to be seen on every image
            ax.add_patch(Rectangle(corner, width, height, fill=False, edgecolor=colour, linewidth=thickness))
    return ax


@entries_from(overlay)
def explanation_row(
    image: ArrayLike,
    heatmap: ArrayLike,
    titles: tuple[str, str, str] = ("image", "heatmap", "overlay"),
    alpha: float = 0.6,
    limit: float | None = None,
    box: Box | None = None,
) -> NDArray[Any]:
    """Draw an image, its heatmap with a colour bar, and the heatmap over the image.

    Parameters
    ----------
    {image}
    {heatmap}
    {alpha}
    {limit}
    {box}
    titles : three of str
        Above the image, the heatmap, and both together.

    Returns
    -------
    array of three matplotlib axes

    Raises
    ------
    ValueError
        As `overlay`.

    Examples
    --------
    >>> axes = explanation_row(np.zeros((8, 8, 3)), np.zeros((4, 4)))
    >>> [ax.get_title(loc="left") for ax in axes]
    ['image', 'heatmap: zero everywhere', 'overlay']
    """
    values = checked_plane(heatmap, "heatmap")
    _, axes = plt.subplots(1, 3, figsize=(9.0, 3.0), layout="constrained")
    draw_image(image, titles[0], ax=axes[0])
    note = "" if values.any() else ": zero everywhere"
    draw_image(values, titles[1] + note, _scale(values), limit, ax=axes[1])
    # Inside the room of its axes, so that the three images are equally large.
    axes[1].figure.colorbar(axes[1].images[0], cax=axes[1].inset_axes((1.04, 0, 0.06, 1)))
    overlay(image, values, alpha, titles[2], limit, box, axes[2])
    return np.asarray(axes)


def heatmap_box(heatmap: ArrayLike, share: float = 0.2) -> Box:
    """Return the frame around the largest connected part of a heatmap that is at least a share of its largest value.

    Parameters
    ----------
    heatmap : array (height, width)
        Only what is above zero counts. Of a small map the box is in its own pixels: resize the map first.
    share : float
        Above 0, up to 1; the paper takes 0.2.

    Returns
    -------
    (row, column, height, width)

    Raises
    ------
    ValueError
        If the heatmap is not above zero anywhere, or the share is out of range.

    References
    ----------
    B. Zhou, A. Khosla, A. Lapedriza, A. Oliva and A. Torralba (2016), "Learning deep features for discriminative
    localization", CVPR, section 3.2.

    Examples
    --------
    >>> heatmap_box([[0, 0, 0, 0.9], [0.5, 1.0, 0, 0], [0.1, 0.4, 0, 0]])
    (1, 0, 2, 2)
    """
    values = checked_plane(heatmap, "heatmap")
    if not 0 < share <= 1:
        raise ValueError(f"share is {share!r}: it must lie above 0 and be 1 at most, for example 0.2.")
    if values.max() <= 0:
        raise ValueError(
            f"the largest value of the heatmap is {values.max():.3g}: without any above zero there is no box."
        )
    parts, count = ndimage.label(values >= share * values.max())
    sizes = ndimage.sum_labels(np.ones_like(values), parts, range(1, count + 1))
    rows, columns = ndimage.find_objects(parts)[int(np.argmax(sizes))]
    return rows.start, columns.start, rows.stop - rows.start, columns.stop - columns.start


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
    colours = matplotlib.colormaps[colour_map](np.linspace(0, 1, _COLOURS))[:, :3]
    linear = np.where(colours <= 0.04045, colours / 12.92, ((colours + 0.055) / 1.055) ** 2.4)
    bright = linear @ _BRIGHTNESS
    found: Floats = np.where(bright > 216 / 24389, 116 * np.cbrt(bright) - 16, bright * 24389 / 27)
    return found


def _scale(values: Floats) -> ColourScale:
    return "signed" if (values < 0).any() else "positive"
