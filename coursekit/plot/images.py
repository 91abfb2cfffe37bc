"""Images and feature maps, one or many."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike, NDArray

from coursekit.arrays import at_least_one
from coursekit.docstrings import entries_from

ColourScale = Literal["image", "positive", "signed"]

_GAP = 0.06  # between the tiles of a sheet, of their longer side


def image(
    values: ArrayLike,
    title: str = "",
    scale: ColourScale = "image",
    limit: float | None = None,
    colour_bar: bool = False,
    ax: Axes | None = None,
) -> Axes:
    """Draw an image or a feature map.

    Parameters
    ----------
    values : array (height, width), (height, width, 1) or (height, width, 3)
        An image from 0 to 1, or a map of any numbers; see `scale`.
    title : str
        Above the figure; none if empty.
    scale : {"image", "positive", "signed"}
        ``"image"``: grey from 0 (black) to 1 (white), or RGB from 0 to 1. ``"positive"``: from 0 (dark) to the
        largest value (bright). ``"signed"``: blue below zero, white at zero, red above.
    limit : float, optional
        The value drawn in the strongest colour; by default the largest in this image.
    colour_bar : bool
        Whether to draw the scale beside the image.
    ax : matplotlib axes, optional
        Where to draw; a new figure if not given.

    Returns
    -------
    matplotlib axes
        Those that were drawn into.

    Raises
    ------
    ValueError
        If the shape is not that of one image.

    Examples
    --------
    >>> image(np.zeros((8, 8)), title="night").get_title(loc="left")
    'night'
    """
    pixels = np.asarray(values)
    if pixels.ndim == 3 and pixels.shape[2] == 1:
        pixels = pixels[:, :, 0]
    if pixels.ndim != 2 and not (pixels.ndim == 3 and pixels.shape[2] == 3):
        raise ValueError(
            f"values have shape {pixels.shape}: one image is (height, width), (height, width, 1) or "
            "(height, width, 3). For several, use ck.plot.images."
        )
    if ax is None:
        _, ax = plt.subplots(figsize=(3.6, 3.6))
    image = ax.imshow(pixels, **_colours(pixels, scale, limit))
    if colour_bar:
        # As tall as the image, whatever its shape.
        ax.figure.colorbar(image, cax=ax.inset_axes((1.04, 0, 0.05, 1)))
    ax.set_title(title, loc="left")
    ax.set_xticks([])
    ax.set_yticks([])
    ax.spines[:].set_visible(False)
    return ax


@entries_from(image)
def images(
    values: Sequence[ArrayLike] | NDArray[Any],
    titles: Sequence[str] = (),
    columns: int = 5,
    scale: ColourScale = "image",
    limit: float | None = None,
    size: float = 1.5,
) -> NDArray[Any]:
    """Draw several images as a grid and return its axes.

    Parameters
    ----------
    values : sequence of arrays (height, width), (height, width, 1) or (height, width, 3)
        The images, all on the same scale.
    titles : sequence of str
        One for each image, or none.
    columns : int
        Images in a row, at most.
    {scale}
    {limit}
    size : float
        Inches that one image takes.

    Returns
    -------
    array (rows, columns) of matplotlib axes

    Raises
    ------
    ValueError
        If there is no image, or the number of titles is another than that of images.

    Examples
    --------
    >>> images(np.zeros((7, 8, 8))).shape
    (2, 5)
    """
    if len(values) == 0:
        raise ValueError("there is no image to draw: values is empty.")
    if titles and len(titles) != len(values):
        raise ValueError(f"there are {len(titles)} titles for {len(values)} images: pass one for each, or none.")
    columns = min(columns, len(values))
    rows = -(-len(values) // columns)
    title_height = 0.2 * (1 + max((title.count("\n") for title in titles), default=0)) if any(titles) else 0.05
    _, axes = plt.subplots(
        rows, columns, figsize=(columns * size, rows * (size + title_height)), squeeze=False, layout="constrained"
    )
    for ax in axes.flat[len(values) :]:
        ax.set_axis_off()
    for i, (ax, pixels) in enumerate(zip(axes.flat, values, strict=False)):
        image(pixels, "", scale, limit, ax=ax)
        ax.set_title(titles[i] if titles else "", loc="left", fontsize=9.5, fontweight="normal")
    return axes


def sheet(tiles: ArrayLike, columns: int = 16, title: str = "", ax: Axes | None = None) -> Axes:
    """Draw images or feature maps in rows, close together, in one image.

    Each map has colours of its own, from 0 (dark) to its largest value (bright); with values below zero blue, white at
    zero, red. So maps can be compared by what they show, not by how strong they are.

    Parameters
    ----------
    tiles : array (n, height, width), or (n, height, width, 3) for images from 0 to 1
        Maps of any numbers, or colour images.
    columns : int
        Maps in a row, at most.
    title : str
        Above the figure; none if empty.
    ax : matplotlib axes, optional
        Where to draw; a new figure if not given.

    Returns
    -------
    matplotlib axes
        Those that were drawn into.

    Raises
    ------
    ValueError
        If the shape is not that of several maps or colour images.

    Examples
    --------
    >>> sheet(np.ones((20, 4, 4)), title="twenty maps").get_title(loc="left")
    'twenty maps'
    """
    values = np.asarray(tiles, np.float64)
    if values.size == 0 or not (values.ndim == 3 or (values.ndim == 4 and values.shape[-1] == 3)):
        raise ValueError(
            f"tiles have shape {np.shape(tiles)}: pass maps (n, height, width) or images (n, height, width, 3). "
            "For the maps of one image (height, width, K): maps.transpose(2, 0, 1)."
        )
    at_least_one(columns, "columns")
    coloured = values if values.ndim == 4 else np.stack([_coloured(one) for one in values])
    count, height, width = coloured.shape[:3]
    columns = min(columns, count)
    rows = -(-count // columns)
    gap = max(1, round(_GAP * max(height, width)))
    whole = np.ones((rows * (height + gap) - gap, columns * (width + gap) - gap, 3))
    for index, tile in enumerate(coloured):
        top, left = index // columns * (height + gap), index % columns * (width + gap)
        whole[top : top + height, left : left + width] = np.clip(tile, 0, 1)
    if ax is None:
        across = 9.0 if columns > 8 else 0.9 * columns
        _, ax = plt.subplots(figsize=(across, across * whole.shape[0] / whole.shape[1] + 0.3), layout="constrained")
    # Maps shrink by averaging: single bright pixels stay to be seen.
    ax.imshow(whole, interpolation="antialiased")
    ax.set_title(title, loc="left")
    ax.set_axis_off()
    return ax


def _colours(pixels: NDArray[Any], scale: ColourScale, limit: float | None) -> dict[str, Any]:
    if scale == "image":
        return {"vmin": 0, "vmax": 1 if limit is None else limit, "cmap": "gray"}
    strongest = float(np.abs(pixels).max()) if limit is None else limit
    strongest = strongest or 1.0  # an image of zeros is drawn as zeros
    if scale == "positive":
        return {"vmin": 0, "vmax": strongest, "cmap": "viridis"}
    if scale == "signed":
        return {"vmin": -strongest, "vmax": strongest, "cmap": "RdBu_r"}
    raise ValueError(f'scale is {scale!r}: choose "image", "positive" or "signed".')


def _coloured(values: NDArray[np.float64]) -> NDArray[np.float64]:
    largest = float(np.abs(values).max()) or 1.0
    if values.min() < 0:
        return np.asarray(matplotlib.colormaps["RdBu_r"]((values / largest + 1) / 2))[..., :3]
    return np.asarray(matplotlib.colormaps["viridis"](values / largest))[..., :3]
