"""Convolution in two domains: the theorem as one image, kernels and their spectra, border errors, speed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import scipy.fft
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike, NDArray

from coursekit.arrays import checked_plane
from coursekit.plot.images import ColourScale
from coursekit.plot.images import image as draw_image

_STYLES = ("o-", "s--", "^-.", "D:")
_CROSSINGS = (":", "--", "-.")
_SMALLEST = 1e-8


def convolution_theorem(image: ArrayLike, kernel: ArrayLike) -> NDArray[Any]:
    """Draw the convolution theorem: above an image, a kernel and what comes out, below the spectra of the three.

    Spectra are drawn as logarithms of their magnitude, with frequency 0 in the middle.

    Parameters
    ----------
    image : array (height, width)
        Grey, from 0 to 1.
    kernel : array (kernel_height, kernel_width)
        As a convolutional layer has it; it is turned here.

    Returns
    -------
    array (2, 3) of matplotlib axes

    Raises
    ------
    ValueError
        If one of the two is no plane of finite numbers.

    Examples
    --------
    >>> axes = convolution_theorem(np.eye(8), [[1.0, -1.0]])
    >>> [ax.get_title(loc="left") for ax in axes[1]]
    ['its spectrum', 'its spectrum', 'the product of both']
    """
    plane, weights = checked_plane(image, "image"), checked_plane(kernel, "kernel")[::-1, ::-1]
    shape = tuple(n + k - 1 for n, k in zip(plane.shape, weights.shape, strict=True))
    spectra = [scipy.fft.fft2(values, shape) for values in (plane, weights)]
    spectra.append(spectra[0] * spectra[1])
    result = scipy.fft.ifft2(spectra[2]).real
    figure, axes = plt.subplots(2, 3, figsize=(8.4, 5.4), layout="constrained", gridspec_kw={"wspace": 0.12})
    draw_image(plane, "image", "positive", ax=axes[0, 0])
    axes[0, 0].images[0].set_cmap("gray")
    draw_image(weights, "kernel, turned", "signed", ax=axes[0, 1])
    # The jump to the zeros around the image would outshine everything else.
    rows, columns = weights.shape
    inside = np.abs(result[rows:-rows, columns:-columns])
    draw_image(result, "their convolution", "signed", float(inside.max(initial=0)) or None, ax=axes[0, 2])
    titles = ("its spectrum", "its spectrum", "the product of both")
    for ax, spectrum, title in zip(axes[1], spectra, titles, strict=True):
        strength = np.abs(scipy.fft.fftshift(spectrum))
        # A range of 1 to 1000 is as much as an eye can tell apart.
        largest = strength.max() or 1.0
        draw_image(3 + np.log10(np.maximum(strength / largest, 1e-3)), title, "positive", ax=ax)
    for row, sign in enumerate(("∗", "·")):
        for column, symbol in ((1, sign), (2, "=")):
            ax = axes[row, column]
            ax.text(-0.11, 0.5, symbol, transform=ax.transAxes, ha="center", va="center", fontsize=22, weight="bold")
    for ax, arrow in zip(axes[0], ("FFT ↓", "FFT ↓", "FFT ↓ ↑ inverse"), strict=True):
        ax.set_xlabel(arrow, fontsize=10)
    figure.align_xlabels()
    return np.asarray(axes)


def kernel_spectra(kernels: ArrayLike, magnitudes: ArrayLike, titles: Sequence[str] = ()) -> NDArray[Any]:
    """Draw kernels above their spectra, each in a column.

    Parameters
    ----------
    kernels : array (n, height, width)
        Red above zero, blue below it; each to its own largest value.
    magnitudes : array (n, size, size)
        With frequency 0 in the middle, as `coursekit.fourier.magnitude` gives them; dark is 0, bright the largest. Of
        another part of the spectra, such as the phase, what is below zero is blue.
    titles : sequence of str
        One for each kernel, or none.

    Returns
    -------
    array (2, n) of matplotlib axes

    Raises
    ------
    ValueError
        If the numbers of kernels, spectra and titles differ.

    Examples
    --------
    >>> kernel_spectra(np.ones((3, 7, 7)), np.ones((3, 32, 32))).shape
    (2, 3)
    """
    planes, spectra = np.asarray(kernels), np.asarray(magnitudes)
    if planes.ndim != 3 or spectra.ndim != 3 or len(planes) != len(spectra) or len(titles) not in (0, len(planes)):
        raise ValueError(
            f"kernels have shape {planes.shape}, magnitudes {spectra.shape}, and there are {len(titles)} titles: pass "
            "(n, height, width) of both, and n titles or none."
        )
    count = len(planes)
    scale: ColourScale = "signed" if spectra.min() < 0 else "positive"
    _, axes = plt.subplots(2, count, figsize=(1.45 * count + 0.4, 3.15), squeeze=False, layout="constrained")
    for i in range(count):
        draw_image(planes[i], "", "signed", ax=axes[0, i])
        draw_image(spectra[i], "", scale, ax=axes[1, i])
        axes[0, i].set_title(titles[i] if titles else "", loc="left", fontsize=9.5, fontweight="normal")
        axes[1, i].images[0].set_extent((-0.5, 0.5, 0.5, -0.5))
        axes[1, i].set(xticks=[-0.5, 0, 0.5], yticks=[], xticklabels=["−½", "0", "½"])
        axes[1, i].tick_params(labelsize=8)
    axes[0, 0].set_ylabel("in space", fontsize=9.5)
    axes[1, 0].set(yticks=[-0.5, 0, 0.5], yticklabels=["−½", "0", "½"])
    axes[1, 0].set_ylabel("in frequency\n(cycles per pixel)", fontsize=9.5)
    return np.asarray(axes)


def border_error(
    error: ArrayLike,
    rings: int | None = None,
    title: str = "",
    ax: Axes | None = None,
    bar: Sequence[Axes] | None = None,
) -> Axes:
    """Draw where two networks differ, on a logarithmic scale.

    Parameters
    ----------
    error : array (height, width)
        0 or more. Everything below 1e-8 is drawn alike.
    rings : int, optional
        So many rings should differ: a frame is drawn inside of them.
    title : str
        Above the figure; none if empty.
    ax : matplotlib axes, optional
        Where to draw; a new figure if not given.
    bar : sequence of matplotlib axes, optional
        Those that share the colour bar, which stands beside them: empty for none, by default those drawn into.

    Returns
    -------
    matplotlib axes
        Those that were drawn into.

    Raises
    ------
    ValueError
        If an error is negative, or the rings leave nothing.

    Examples
    --------
    >>> ax = border_error(np.eye(8), rings=2)
    >>> ax.patches[0].get_width()
    4
    """
    values = checked_plane(error, "error")
    if values.min() < 0:
        raise ValueError(f"error is {values.min():.3g} somewhere: it must be 0 or more. Pass np.abs of the difference.")
    height, width = values.shape
    if rings is not None and not 0 <= 2 * rings < min(height, width):
        raise ValueError(f"rings is {rings}: it must be 0 or more, and leave something of {height}x{width}.")
    if ax is None:
        _, ax = plt.subplots(figsize=(4.2, 3.6))
    image = ax.imshow(
        np.maximum(values, _SMALLEST), norm=LogNorm(_SMALLEST, max(1.0, float(values.max()))), cmap="viridis"
    )
    beside = [ax] if bar is None else list(bar)
    if beside:
        ax.figure.colorbar(image, ax=beside, shrink=0.85).set_label("share of the largest value", fontsize=8.5)
    if rings is not None:
        for colour, thickness in (("black", 3.5), ("white", 1.5)):  # to be seen on every colour
            ax.add_patch(
                Rectangle(
                    (rings - 0.5, rings - 0.5),
                    width - 2 * rings,
                    height - 2 * rings,
                    fill=False,
                    edgecolor=colour,
                    linewidth=thickness,
                )
            )
    ax.set_title(title, loc="left")
    ax.set(xticks=[], yticks=[])
    return ax


def ways_compared(
    sizes: Sequence[float],
    seconds: Mapping[str, Sequence[float]],
    crossings: Mapping[str, float | None],
    title: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw how long ways to compute take as a size grows, both on a logarithmic scale.

    Parameters
    ----------
    sizes : sequence of numbers above 0
        What was measured for, along the horizontal axis.
    seconds : dict of str to sequence of numbers above 0
        For each way one number a size.
    crossings : dict of str to number or None
        Sizes at which one way overtakes another, marked by a line that the legend names; None is left out.
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
        If a way has another number of times than there are sizes.

    Examples
    --------
    >>> ax = ways_compared([3, 5], {"loops": [1, 3], "FFT": [2, 2]}, {"FFT overtakes": 4.1})
    >>> [line.get_label() for line in ax.lines][:2]
    ['loops', 'FFT']
    """
    for way, values in seconds.items():
        if len(values) != len(sizes):
            raise ValueError(f"{way!r} has {len(values)} times for {len(sizes)} sizes: pass one for each.")
    if ax is None:
        _, ax = plt.subplots()
    for i, (way, values) in enumerate(seconds.items()):
        ax.loglog(sizes, np.asarray(values) * 1000, _STYLES[i % len(_STYLES)], label=way)
    known = {what: size for what, size in crossings.items() if size is not None}
    for i, (what, size) in enumerate(known.items()):
        # Named in the legend: a name beside the line would lie across the curves.
        ax.axvline(
            size, color="#777777", linewidth=1.2, linestyle=_CROSSINGS[i % len(_CROSSINGS)], label=f"{what}: {size:.0f}"
        )
        ax.text(size, 0.98, f"{size:.0f} ", transform=ax.get_xaxis_transform(), ha="right", va="top", fontsize=8.5)
    ax.set_xticks(list(sizes), [f"{size:g}" for size in sizes])
    ax.minorticks_off()
    ax.set_ylabel("milliseconds")
    ax.set_title(title, loc="left")
    ax.legend(fontsize=8.5, loc="upper left", bbox_to_anchor=(1, 1))
    return ax
