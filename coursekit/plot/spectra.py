"""A spectrum, and which wavenumbers an explanation points at."""

from __future__ import annotations

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from numpy.typing import ArrayLike

from coursekit.arrays import Floats

BANDS: Mapping[float, str] = {1002: "phenylalanine", 1448: "CH₂, CH₃", 1658: "amide I"}
"""Bands that all tissue has, in 1/cm, and what vibrates there."""


def spectrum_heatmap(
    spectrum: ArrayLike,
    heatmap: ArrayLike,
    wavenumbers: ArrayLike,
    bands: Mapping[float, str] = BANDS,
    title: str = "",
    ax: Axes | None = None,
) -> Axes:
    r"""Draw a spectrum as a line whose colour and width say how much each wavenumber counts.

    The heatmap itself is drawn below the spectrum, as an area: what is above zero speaks for the class, what is below
    it against.

    Parameters
    ----------
    spectrum : array (points,)
        Intensities.
    heatmap : array (points,)
        An explanation, for example ``ck.explain.grad_cam(model, spectra)[0]``.
    wavenumbers : array (points,)
        In 1/cm.
    bands : mapping of float to str
        Wavenumbers to mark, and what vibrates there.
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
        If the arrays do not belong together.

    Examples
    --------
    >>> ax = spectrum_heatmap([0, 1, 0, 2], [0, 1, 0, -1], [1000, 1002, 1004, 1006])
    >>> [text.get_text() for text in ax.texts]
    ['1002\nphenylalanine']
    """
    values, axis = _table(np.reshape(spectrum, (1, -1)), wavenumbers)
    line = values[0]
    strength = np.asarray(heatmap, dtype=np.float64).ravel()
    if strength.shape != line.shape:
        raise ValueError(
            f"heatmap has shape {np.shape(heatmap)}, but the spectrum has {len(line)} points: pass one number a point."
        )
    if ax is None:
        _, ax = plt.subplots(figsize=(8, 3))
    largest = float(np.abs(strength).max()) or 1.0
    share = strength / largest
    signed = bool((strength < 0).any())
    ends = np.stack([axis, line], axis=1)
    colours = plt.get_cmap("RdBu_r" if signed else "viridis")
    between = (share[1:] + share[:-1]) / 2
    shades = colours((between + 1) / 2 if signed else between)
    if signed:  # near zero the map is white, as the page is: let the grey line show
        shades[:, 3] = np.abs(between)
    pieces = LineCollection(
        list(np.stack([ends[:-1], ends[1:]], axis=1)),
        colors=shades,
        linewidths=1 + 3 * np.abs(between),
    )
    ax.plot(axis, line, color="0.6", linewidth=0.8)
    ax.add_collection(pieces)
    low, high = float(line.min()), float(line.max())
    height = (high - low) or 1.0
    ground = low - 0.55 * height
    bars = 0.4 * height * share
    ax.fill_between(axis, ground, ground + np.maximum(bars, 0), color=colours(0.85), linewidth=0, label="for")
    if signed:
        ax.fill_between(axis, ground, ground + np.minimum(bars, 0), color=colours(0.15), linewidth=0, label="against")
        ax.legend(loc="upper left", bbox_to_anchor=(1, 1), title="evidence")
    ax.axhline(ground, color="0.45", linewidth=0.8)
    for place, name in bands.items():
        if axis[0] <= place <= axis[-1]:
            ax.axvline(place, color="black", linewidth=0.8, linestyle=":")
            ax.annotate(
                f"{place:g}\n{name}",
                (place, 1),
                (3, -2),
                xycoords=ax.get_xaxis_transform(),
                textcoords="offset points",
                va="top",
                fontsize=8,
            )
    ax.set(xlim=(axis[0], axis[-1]), ylim=(ground - 0.45 * height, high + 0.35 * height), title=title)
    ax.set(xlabel="wavenumber in 1/cm", ylabel="spectrum; heat below it")
    ax.set_yticks([])
    return ax


def _table(spectra: ArrayLike, wavenumbers: ArrayLike) -> tuple[Floats, Floats]:
    values, axis = np.asarray(spectra, dtype=np.float64), np.asarray(wavenumbers, dtype=np.float64)
    if values.ndim != 2 or axis.shape != values.shape[1:]:
        raise ValueError(
            f"spectra have shape {values.shape} and wavenumbers {axis.shape}: pass a table (n, points) and one "
            "wavenumber a point."
        )
    return values, axis
