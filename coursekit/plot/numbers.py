"""Small arrays as tables of numbers, coloured by value."""

from __future__ import annotations

from typing import Literal

import matplotlib.pyplot as plt
import numpy as np
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike, NDArray

from coursekit.convolution import Padding, correlate2d, pad2d


def numbers(
    values: ArrayLike,
    title: str = "",
    window: tuple[int, int, int, int] | None = None,
    limit: float | None = None,
    ax: Axes | None = None,
    scale: Literal["signed", "image"] = "signed",
    decimals: int | None = None,
) -> Axes:
    """Draw a small array with its numbers in the cells, each in the colour of its value.

    Parameters
    ----------
    values : array (height, width)
        The numbers to write.
    title : str
        Above the figure; none if empty.
    window : (row, column, height, width), optional
        Cells to put a thick frame around.
    limit : float, optional
        The value drawn in the strongest colour; by default the largest in this array.
    ax : matplotlib axes, optional
        Where to draw; a new figure if not given.
    scale : {"signed", "image"}
        Blue below zero, white at zero, red above; or the greys of an image, black at 0 and white at the limit.
    decimals : int, optional
        As many behind the point in every cell; by default three significant digits.

    Returns
    -------
    matplotlib axes
        Those that were drawn into. The table stands at their upper edge, so that tables side by side begin level.

    Raises
    ------
    ValueError
        If the array is too large to be read (more than 20 rows or columns).

    Examples
    --------
    >>> ax = numbers([[1, 0], [0, -1]], window=(0, 0, 1, 1))
    >>> [text.get_text() for text in ax.texts]
    ['1', '0', '0', '−1']
    """
    table = np.asarray(values, float)
    if table.ndim != 2 or max(table.shape) > 20:
        raise ValueError(
            f"values have shape {table.shape}: a table of numbers can be read up to 20 rows and columns. "
            "Draw larger arrays with ck.plot.image, or pass a part of them."
        )
    if ax is None:
        _, ax = plt.subplots(figsize=(0.5 * table.shape[1] + 0.4, 0.5 * table.shape[0] + 0.6))
    strongest = (np.abs(table).max() if limit is None else limit) or 1.0
    sns.heatmap(
        table,
        annot=[[_written(value, decimals) for value in row] for row in table],
        fmt="",
        cmap="gray" if scale == "image" else "RdBu_r",
        vmin=0 if scale == "image" else -1.5 * strongest,
        vmax=strongest if scale == "image" else 1.5 * strongest,
        cbar=False,
        square=True,
        linewidths=1,
        linecolor="#bbbbbb",
        xticklabels=False,
        yticklabels=False,
        ax=ax,
    )
    # The cells, row by row: black or white, whichever can be read better on the colour of the cell.
    for text, colour in zip(ax.texts, np.asarray(ax.collections[0].get_facecolor(), np.float64), strict=True):
        text.set_color(_readable(colour))
    if window is not None:
        row, column, height, width = window
        ax.add_patch(Rectangle((column, row), width, height, fill=False, edgecolor="black", linewidth=3, clip_on=False))
    ax.set_title(title, loc="left")
    ax.set_anchor("N")
    return ax


def _readable(colour: NDArray[np.float64]) -> str:
    # The relative luminance of the Web Content Accessibility Guidelines; at 0.179 both contrasts are equal.
    channels = colour[:3]
    linear = np.where(channels <= 0.03928, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return "black" if linear @ [0.2126, 0.7152, 0.0722] > 0.179 else "white"


def _written(value: float, decimals: int | None) -> str:
    # Zeros without a sign: −0 is a rounding artefact that only raises questions.
    rounded = float(f"{value:.3g}" if decimals is None else f"{value:.{decimals}f}") + 0.0
    return (f"{rounded:.3g}" if decimals is None else f"{rounded:.{decimals}f}").replace("-", "−")


def convolution_step(
    image: ArrayLike, kernel: ArrayLike, row: int, column: int, stride: int = 1, padding: Padding = "valid"
) -> list[Axes]:
    """Draw one step of `coursekit.convolution.correlate2d`: the window, the kernel, and the output with its place.

    Parameters
    ----------
    image, kernel : array (height, width)
        Small enough to be read as numbers.
    row, column : int
        The place in the output.
    stride : int
        Pixels from one place of the kernel to the next.
    padding : "valid" or int
        None, or so many pixels of zeros around the image.

    Returns
    -------
    list of three matplotlib axes

    Raises
    ------
    ValueError
        If the output has no such place.

    Examples
    --------
    >>> axes = convolution_step(np.eye(4), [[1, 0], [0, 1]], row=0, column=0)
    >>> [ax.get_title(loc="left") for ax in axes]
    ['input 4×4', 'kernel 2×2', 'output 3×3']
    """
    weights = np.asarray(kernel, float)
    output = correlate2d(image, weights, stride, padding)
    if not (0 <= row < output.shape[0] and 0 <= column < output.shape[1]):
        raise ValueError(
            f"row {row}, column {column} is outside the output, which has {output.shape[0]} rows and "
            f"{output.shape[1]} columns, counted from 0."
        )
    rings = padding if isinstance(padding, int) else 0
    padded = pad2d(image, rings)
    panels = [
        ("input", padded, (row * stride, column * stride, *weights.shape)),
        ("kernel", weights, None),
        ("output", output, (row, column, 1, 1)),
    ]
    _, axes = plt.subplots(
        1,
        3,
        figsize=(8.4, 3.4),
        width_ratios=[values.shape[1] for _, values, _ in panels],
        layout="constrained",
    )
    for ax, (name, values, window) in zip(axes, panels, strict=True):
        height, width = values.shape
        padded_note = f", {rings} ring{'s' * (rings != 1)} of zeros" if name == "input" and rings else ""
        numbers(values, f"{name} {height}×{width}{padded_note}", window, ax=ax)
    return list(axes)
