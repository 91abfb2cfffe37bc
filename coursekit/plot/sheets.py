"""Many small pictures or feature maps on one sheet."""

from __future__ import annotations

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike, NDArray

from coursekit.arrays import at_least_one

_GAP = 0.06  # of a tile's longer side


def sheet(tiles: ArrayLike, columns: int = 16, title: str = "", ax: Axes | None = None) -> Axes:
    """Draw pictures or feature maps in rows, close together, in one image.

    Each map has colours of its own, from 0 (dark) to its largest value (bright); with values below zero blue, white at
    zero, red. So maps can be compared by what they show, not by how strong they are.

    Parameters
    ----------
    tiles : array (n, height, width), or (n, height, width, 3) for pictures from 0 to 1
    columns : int
    title : str
    ax : matplotlib axes, optional

    Returns
    -------
    matplotlib axes
        Those that were drawn into.

    Raises
    ------
    ValueError
        If the shape is not that of several maps or colour pictures.

    Examples
    --------
    >>> sheet(np.ones((20, 4, 4)), title="twenty maps").get_title(loc="left")
    'twenty maps'
    """
    values = np.asarray(tiles, np.float64)
    if values.size == 0 or not (values.ndim == 3 or (values.ndim == 4 and values.shape[-1] == 3)):
        raise ValueError(
            f"tiles have shape {np.shape(tiles)}: pass maps (n, height, width) or pictures (n, height, width, 3). "
            "For the maps of one picture (height, width, K): maps.transpose(2, 0, 1)."
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


def _coloured(values: NDArray[np.float64]) -> NDArray[np.float64]:
    largest = float(np.abs(values).max()) or 1.0
    if values.min() < 0:
        return np.asarray(matplotlib.colormaps["RdBu_r"]((values / largest + 1) / 2))[..., :3]
    return np.asarray(matplotlib.colormaps["viridis"](values / largest))[..., :3]
