"""Spectra, how many of each class there are, and which wavenumbers an explanation points at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from numpy.typing import ArrayLike

from coursekit.arrays import Floats

BANDS: Mapping[float, str] = {1002: "phenylalanine", 1448: "CH₂, CH₃", 1658: "amide I"}
"""Bands that all tissue has, in 1/cm, and what vibrates there."""

_DASHES = ("-", "--", "-.", ":")


def spectra_by_class(
    spectra: ArrayLike, labels: ArrayLike, wavenumbers: ArrayLike, classes: Sequence[str], ax: Axes | None = None
) -> Axes:
    """Draw the mean spectrum of each class, one above the other, each in a band of one standard deviation either way.

    Parameters
    ----------
    spectra : array (n, points)
        Intensities, one spectrum a row.
    labels : array (n,)
        Positions in `classes`.
    wavenumbers : array (points,)
        In 1/cm.
    classes : sequence of str
        Their names, in the order of their numbers.
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
    >>> ax = spectra_by_class([[1, 2, 1], [1, 4, 1], [0, 1, 0]], [0, 0, 1], [1000, 1002, 1004], ["Normal", "Tumour"])
    >>> [text.get_text() for text in ax.texts]
    ['Normal (2)', 'Tumour (1)']
    """
    values, axis = _table(spectra, wavenumbers)
    marks = np.asarray(labels)
    if marks.shape != (len(values),):
        raise ValueError(f"labels have shape {marks.shape}, but there are {len(values)} spectra: one each is needed.")
    present = [label for label in range(len(classes)) if (marks == label).any()]
    groups = {label: values[marks == label] for label in present}
    step = 0.55 * max((float(np.ptp(group.mean(axis=0))) for group in groups.values()), default=0.0)
    if ax is None:
        _, ax = plt.subplots(figsize=(8, 1.6 + 1.1 * len(present)))
    for row, (label, group) in enumerate(groups.items()):
        raised = step * (len(present) - 1 - row)
        mean, spread = group.mean(axis=0) + raised, group.std(axis=0)
        ax.fill_between(axis, mean - spread, mean + spread, color=f"C{label}", alpha=0.3, linewidth=0)
        ax.plot(axis, mean, _DASHES[label % len(_DASHES)], color=f"C{label}", linewidth=1.4)
        ax.annotate(
            f"{classes[label]} ({len(group)})",
            (1.01, mean[-1]),
            xycoords=ax.get_yaxis_transform(),
            color=f"C{label}",
            va="center",
            annotation_clip=False,
        )
    ax.set(xlabel="wavenumber in 1/cm", ylabel="intensity, one class above the other", xlim=(axis[0], axis[-1]))
    ax.set_yticks([])
    return ax


def class_histogram(parts: Mapping[str, ArrayLike], classes: Sequence[str], ax: Axes | None = None) -> Axes:
    """Draw how many of each class there are, a bar for each part of the data, with the counts on top.

    Parameters
    ----------
    parts : mapping of str to array (n,)
        The labels of each part, by its name.
    classes : sequence of str
        Their names, in the order of their numbers.
    ax : matplotlib axes, optional
        Where to draw; a new figure if not given.

    Returns
    -------
    matplotlib axes
        Those that were drawn into.

    Raises
    ------
    ValueError
        If there is no part, or a label is none of the classes.

    Examples
    --------
    >>> ax = class_histogram({"train": [0, 0, 1], "test": [1]}, ["Normal", "Tumour"])
    >>> [text.get_text() for text in ax.texts]
    ['2', '1', '0', '1']
    """
    if not parts:
        raise ValueError('there is no part to count. Pass for example {"train": labels}.')
    if ax is None:
        _, ax = plt.subplots(figsize=(7.2, 3.2))
    width = 0.8 / len(parts)
    hatches = ("", "//", "..", "xx")
    for number, (name, labels) in enumerate(parts.items()):
        marks = np.asarray(labels)
        if marks.size and not 0 <= marks.min() <= marks.max() < len(classes):
            raise ValueError(
                f"the labels of {name} go from {marks.min()} to {marks.max()}, but there are {len(classes)} classes, "
                "counted from 0. Pass the names of all classes."
            )
        counts = np.bincount(marks, minlength=len(classes))
        places = np.arange(len(classes)) + (number - (len(parts) - 1) / 2) * width
        bars = ax.bar(
            places,
            counts,
            0.92 * width,
            color=f"C{number}",
            hatch=hatches[number % len(hatches)],
            edgecolor="white",
            label=name,
        )
        ax.bar_label(bars, fontsize=9)
    ax.set_xticks(range(len(classes)), classes)
    ax.set_ylabel("spectra")
    ax.margins(y=0.12)
    if len(parts) > 1:
        ax.legend()
    return ax


def spectrum_heatmap(
    spectrum: ArrayLike,
    heat: ArrayLike,
    wavenumbers: ArrayLike,
    bands: Mapping[float, str] = BANDS,
    title: str = "",
    ax: Axes | None = None,
) -> Axes:
    r"""Draw a spectrum as a line whose colour and width say how much each wavenumber counts.

    The heat itself is drawn below the spectrum, as an area: what is above zero speaks for the class, what is below it
    against.

    Parameters
    ----------
    spectrum : array (points,)
        Intensities.
    heat : array (points,)
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
    strength = np.asarray(heat, dtype=np.float64).ravel()
    if strength.shape != line.shape:
        raise ValueError(
            f"heat has shape {np.shape(heat)}, but the spectrum has {len(line)} points: pass one number a point."
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
