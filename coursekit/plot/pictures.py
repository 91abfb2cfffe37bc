"""Pictures and feature maps, one or many."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike, NDArray

from coursekit.docstrings import entries_from

Scale = Literal["picture", "positive", "signed"]


def picture(
    values: ArrayLike,
    title: str = "",
    scale: Scale = "picture",
    limit: float | None = None,
    colour_bar: bool = False,
    ax: Axes | None = None,
) -> Axes:
    """Draw a picture or a feature map.

    Parameters
    ----------
    values : array (height, width), (height, width, 1) or (height, width, 3)
    title : str
    scale : {"picture", "positive", "signed"}
        ``"picture"``: grey from 0 (black) to 1 (white), or RGB from 0 to 1. ``"positive"``: from 0 (dark) to the
        largest value (bright). ``"signed"``: blue below zero, white at zero, red above.
    limit : float, optional
        The value drawn in the strongest colour; by default the largest in this picture.
    colour_bar : bool
        Whether to draw the scale beside the picture.
    ax : matplotlib axes, optional

    Returns
    -------
    matplotlib axes
        Those that were drawn into.

    Raises
    ------
    ValueError
        If the shape is not that of one picture.

    Examples
    --------
    >>> picture(np.zeros((8, 8)), title="night").get_title(loc="left")
    'night'
    """
    pixels = np.asarray(values)
    if pixels.ndim == 3 and pixels.shape[2] == 1:
        pixels = pixels[:, :, 0]
    if pixels.ndim != 2 and not (pixels.ndim == 3 and pixels.shape[2] == 3):
        raise ValueError(
            f"values have shape {pixels.shape}: one picture is (height, width), (height, width, 1) or "
            "(height, width, 3). For several, use ck.plot.pictures."
        )
    if ax is None:
        _, ax = plt.subplots(figsize=(3.6, 3.6))
    image = ax.imshow(pixels, **_colours(pixels, scale, limit))
    if colour_bar:
        ax.figure.colorbar(image, ax=ax, shrink=0.8)
    ax.set_title(title, loc="left")
    ax.set_xticks([])
    ax.set_yticks([])
    ax.spines[:].set_visible(False)
    return ax


@entries_from(picture)
def pictures(
    values: Sequence[ArrayLike] | NDArray[Any],
    titles: Sequence[str] = (),
    columns: int = 5,
    scale: Scale = "picture",
    limit: float | None = None,
    size: float = 1.5,
) -> NDArray[Any]:
    """Draw several pictures as a grid and return its axes.

    Parameters
    ----------
    values : sequence of arrays (height, width), (height, width, 1) or (height, width, 3)
        The pictures, all on the same scale.
    titles : sequence of str
        One for each picture, or none.
    columns : int
        Pictures in a row, at most.
    {scale}
    {limit}
    size : float
        Inches that one picture takes.

    Returns
    -------
    array (rows, columns) of matplotlib axes

    Raises
    ------
    ValueError
        If there is no picture, or the number of titles is another than that of pictures.

    Examples
    --------
    >>> pictures(np.zeros((7, 8, 8))).shape
    (2, 5)
    """
    if len(values) == 0:
        raise ValueError("there is no picture to draw: values is empty.")
    if titles and len(titles) != len(values):
        raise ValueError(f"there are {len(titles)} titles for {len(values)} pictures: pass one for each, or none.")
    columns = min(columns, len(values))
    rows = -(-len(values) // columns)
    title_height = 0.2 * (1 + max((title.count("\n") for title in titles), default=0)) if any(titles) else 0.05
    _, axes = plt.subplots(
        rows, columns, figsize=(columns * size, rows * (size + title_height)), squeeze=False, layout="constrained"
    )
    for ax in axes.flat[len(values) :]:
        ax.set_axis_off()
    for i, (ax, pixels) in enumerate(zip(axes.flat, values, strict=False)):
        picture(pixels, "", scale, limit, ax=ax)
        ax.set_title(titles[i] if titles else "", loc="left", fontsize=9.5, fontweight="normal")
    return axes


def _colours(pixels: NDArray[Any], scale: Scale, limit: float | None) -> dict[str, Any]:
    if scale == "picture":
        return {"vmin": 0, "vmax": 1 if limit is None else limit, "cmap": "gray"}
    strongest = float(np.abs(pixels).max()) if limit is None else limit
    strongest = strongest or 1.0  # a picture of zeros is drawn as zeros
    if scale == "positive":
        return {"vmin": 0, "vmax": strongest, "cmap": "viridis"}
    if scale == "signed":
        return {"vmin": -strongest, "vmax": strongest, "cmap": "RdBu_r"}
    raise ValueError(f'scale is {scale!r}: choose "picture", "positive" or "signed".')
