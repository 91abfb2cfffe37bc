"""Heatmaps of several methods side by side, and the scores of the methods."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from numpy.typing import ArrayLike, NDArray

from coursekit.arrays import Floats
from coursekit.metrics.interval import Interval
from coursekit.plot.images import ColourScale
from coursekit.plot.images import image as draw_image

_SHARE = 99.5
_METHOD, _BASELINE, _SECOND = "#0072B2", "#D55E00", "#555555"


def explanation_grid(
    images: ArrayLike, heatmaps: Mapping[str, ArrayLike], titles: Sequence[str] = (), size: float = 1.2
) -> NDArray[Any]:
    r"""Draw the heatmaps of several methods: a column an image, a row a method, the images themselves on top.

    Methods have different units, so every row has a scale of its own, and one for all its images: full colour stands
    for the 99.5th percentile of its absolute values, so that a single pixel does not turn all others pale. Zero keeps
    its colour: maps without negative values go from dark to bright (viridis), others are blue below zero, white at zero
    and red above. A map without heat is drawn as that, not stretched.

    Parameters
    ----------
    images : array (n, height, width, 1 or 3)
        Values from 0 to 1.
    heatmaps : dict
        Name of the method to its heatmaps (n, height, width).
    titles : sequence of str
        One for each image, or none.
    size : float
        Inches that one image takes.

    Returns
    -------
    array (methods + 1, n) of matplotlib axes

    Raises
    ------
    ValueError
        If there is no image or no method, or their numbers do not fit.

    Examples
    --------
    >>> axes = explanation_grid(np.zeros((2, 8, 8, 3)), {"flat": np.zeros((2, 8, 8))})
    >>> axes.shape, axes[1, 0].get_ylabel()
    ((2, 2), 'flat\nzero everywhere')
    """
    shown, maps = _checked(images, heatmaps)
    if titles and len(titles) != len(shown):
        raise ValueError(f"there are {len(titles)} titles for {len(shown)} images: pass one for each, or none.")
    shape = (len(maps) + 1, len(shown))
    _, axes = plt.subplots(
        *shape, figsize=(1.3 + size * shape[1], (size + 0.06) * shape[0]), squeeze=False, layout="constrained"
    )
    for column, pixels in enumerate(shown):
        draw_image(pixels, ax=axes[0, column])
        axes[0, column].set_title(titles[column] if titles else "", loc="left", fontsize=9.5, fontweight="normal")
    for row, (name, own) in enumerate(maps.items(), start=1):
        scale, limit = map_scale(own)
        for ax, one in zip(axes[row], own, strict=True):
            draw_image(one, scale=scale, limit=limit, ax=ax)
        label = f"{name}\n{_range(scale, limit)}"
        axes[row, 0].set_ylabel(label, rotation=0, ha="right", va="center", fontsize=9.5)
    return np.asarray(axes)


def explanation_sheet(
    image: ArrayLike, heatmaps: Mapping[str, ArrayLike], columns: int = 6, size: float = 1.45
) -> NDArray[Any]:
    r"""Draw one image and the heatmap of it by each method, as a sheet; each map on its own scale.

    Parameters
    ----------
    image : array (height, width, 1 or 3)
        From 0 to 1.
    heatmaps : dict
        Name of the method to its heatmap (height, width).
    columns : int
        Images in a row.
    size : float
        Inches that one image takes.

    Returns
    -------
    array (rows, columns) of matplotlib axes

    Raises
    ------
    ValueError
        As `explanation_grid`, of whose scales these are.

    Examples
    --------
    >>> axes = explanation_sheet(np.zeros((8, 8, 3)), {"signed": np.eye(8) - 0.5}, columns=2)
    >>> [ax.get_title(loc="left") for ax in axes[0]]
    ['image', 'signed\n±0.5']
    """
    shown, maps = _checked(
        np.asarray(image)[np.newaxis], {name: np.asarray(one)[np.newaxis] for name, one in heatmaps.items()}
    )
    count = len(maps) + 1
    columns = min(columns, count)
    rows = -(-count // columns)
    _, axes = plt.subplots(
        rows, columns, figsize=(columns * size, rows * (size + 0.38)), squeeze=False, layout="constrained"
    )
    for ax in axes.flat[count:]:
        ax.set_axis_off()
    draw_image(shown[0], ax=axes[0, 0])
    titles = ["image"]
    for ax, (name, (own,)) in zip(axes.flat[1:], maps.items(), strict=False):
        scale, limit = map_scale(own)
        draw_image(own, scale=scale, limit=limit, ax=ax)
        titles.append(f"{name}\n{_range(scale, limit)}")
    for ax, title in zip(axes.flat, titles, strict=False):
        ax.set_title(title, loc="left", fontsize=9, fontweight="normal")
    return np.asarray(axes)


def method_scores(
    scores: Mapping[str, Interval],
    label: str = "",
    baselines: Sequence[str] = (),
    chance: float | None = None,
    less_is_better: bool = False,
    title: str = "",
    second: Mapping[str, Interval] | None = None,
    legend: tuple[str, str] = ("", ""),
    ax: Axes | None = None,
) -> Axes:
    """Draw the score of each method with its interval, the best on top.

    Parameters
    ----------
    scores : dict
        Name of the method to its score; an interval without ends (nan) is drawn as a point.
    label : str
        What is measured.
    baselines : sequence of str
        Names of those that do not look at the network: other colour, other marker.
    chance : float, optional
        A score to mark by a line.
    less_is_better : bool
        Whether a low score is a good one.
    title : str
        Above the figure; none if empty.
    second : dict, optional
        The same methods judged in a second way: hollow squares below the first.
    legend : tuple of str
        What the first and the second way are called.
    ax : matplotlib axes, optional
        Where to draw; a new figure if not given.

    Returns
    -------
    matplotlib axes
        Those that were drawn into.

    Raises
    ------
    ValueError
        If there is no score, or the second way lacks a method.

    Examples
    --------
    >>> ax = method_scores({"A": Interval(0.2, 0.1, 0.3, 0.95), "B": Interval(0.5, 0.4, 0.6, 0.95)})
    >>> [text.get_text() for text in ax.get_yticklabels()]
    ['B', 'A']
    """
    if not scores:
        raise ValueError("there is no score to draw: scores is empty.")
    if second is not None and (lacking := [name for name in scores if name not in second]):
        raise ValueError(f"second has no score of {', '.join(lacking)}: pass one for each method.")
    sign = 1 if less_is_better else -1
    order = sorted(scores, key=lambda name: sign * scores[name].value)
    if ax is None:
        _, ax = plt.subplots(figsize=(7.2, 0.9 + 0.25 * len(order)))
    for place, name in enumerate(order):
        one, base = scores[name], name in baselines
        colour = _BASELINE if base else _METHOD
        if np.isfinite([one.low, one.high]).all():
            ax.hlines(place, one.low, one.high, color=colour, linewidth=1.6)
        ax.plot(one.value, place, marker="D" if base else "o", markersize=6.5, color=colour, markeredgecolor="white")
        if second is not None:
            other = second[name]
            ax.hlines(place + 0.3, other.low, other.high, color=_SECOND, linewidth=1)
            ax.plot(other.value, place + 0.3, marker="s", markersize=4.5, color=_SECOND, markerfacecolor="white")
    if chance is not None:
        ax.axvline(chance, color="#777777", linewidth=1, linestyle=(0, (2, 2)), zorder=0)
        ax.text(chance, -0.9, " chance", color="#555555", fontsize=9, va="center")
    if second is not None:
        first = Line2D([], [], marker="o", markersize=6.5, color=_METHOD, label=legend[0])
        hollow = Line2D([], [], marker="s", markersize=4.5, color=_SECOND, markerfacecolor="white", label=legend[1])
        ax.legend(handles=[first, hollow], loc="lower left", bbox_to_anchor=(0, 1), ncols=2, fontsize=9, frameon=False)
    names = [f"{name} ◆" if name in baselines else name for name in order]
    ax.set_yticks(range(len(order)), names)
    ax.set_ylim(len(order) - 0.4, -1.4 if chance is not None else -0.6)
    ax.set_xlabel(label)
    ax.grid(axis="x", color="#dddddd", linewidth=0.8)
    ax.set_axisbelow(True)
    ax.set_title(title, loc="left")
    return ax


def map_scale(heatmaps: ArrayLike) -> tuple[ColourScale, float]:
    """Return how heatmaps are coloured: signed or not, and the value in full colour (0 where there is no heat).

    Parameters
    ----------
    heatmaps : array
        Of any shape.

    Returns
    -------
    (ColourScale, float)

    Examples
    --------
    >>> map_scale([[0.0, 0.0], [0.0, 2.0]])[0]
    'positive'
    """
    values = np.asarray(heatmaps, np.float64)
    size = np.abs(values)
    limit = float(np.percentile(size, _SHARE)) or float(size.max())
    return ("signed" if (values < 0).any() else "positive"), limit


def _range(scale: ColourScale, limit: float) -> str:
    if limit == 0:
        return "zero everywhere"
    return f"{'±' if scale == 'signed' else '0 to '}{limit:.2g}"


def _checked(images: ArrayLike, heatmaps: Mapping[str, ArrayLike]) -> tuple[Floats, dict[str, Floats]]:
    shown: Floats = np.asarray(images)
    if shown.ndim != 4 or len(shown) == 0 or not heatmaps:
        raise ValueError(
            f"images have shape {shown.shape} and there are {len(heatmaps)} methods: pass images "
            "(n, height, width, channels) and the heatmaps of one method or more."
        )
    maps: dict[str, Floats] = {name: np.asarray(own, np.float64) for name, own in heatmaps.items()}
    for name, own in maps.items():
        if own.ndim != 3 or len(own) != len(shown):
            raise ValueError(f"{name} has heatmaps of shape {own.shape} for {len(shown)} images: one each is needed.")
        if not np.isfinite(own).all():
            raise ValueError(f"{name} has heatmaps that are not finite: explain these images again.")
    return shown, maps
