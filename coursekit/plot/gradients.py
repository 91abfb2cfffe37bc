"""How much of the gradient reaches each layer."""

from __future__ import annotations

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike, NDArray

from coursekit.docstrings import entries_from

_STYLES = ("o-", "s--", "^:", "D-.", "v-")
_ALL_MARKED = 30

Norms = ArrayLike | Mapping[str, float]


def gradient_norms(norms: Mapping[str, Norms], ax: Axes | None = None) -> Axes:
    """Draw the size of the gradient in each layer of one network or several, on a logarithmic axis.

    A layer that no gradient reaches has no place on such an axis: it is a cross at the bottom.

    Parameters
    ----------
    norms : mapping of str to array (layers,), or to mapping of layer to float
        For each network the size in every layer, from the first layer to the last, as
        `coursekit.training.gradient_norms` gives it.
    ax : matplotlib axes, optional
        Where to draw; a new figure if not given.

    Returns
    -------
    matplotlib axes
        Those that were drawn into.

    Raises
    ------
    ValueError
        If there is no network or no layer, or a size is negative or not finite.

    Examples
    --------
    >>> ax = gradient_norms({"plain": [1e-6, 1e-4, 1e-2], "residual": [1e-2, 1e-2, 1e-2]})
    >>> ax.get_yscale(), [line.get_label() for line in ax.lines]
    ('log', ['plain, 3 layers', 'residual, 3 layers'])
    """
    sizes = _checked(norms)
    if ax is None:
        _, ax = plt.subplots()
    for number, (name, values) in enumerate(sizes.items()):
        layers = np.arange(1, len(values) + 1)
        every = 1 if len(values) <= _ALL_MARKED else len(values) // 15
        ax.plot(
            layers,
            np.where(values > 0, values, np.nan),
            _STYLES[number % len(_STYLES)],
            color=f"C{number}",
            markersize=5,
            markevery=every,
            label=f"{name}, {len(values)} layers",
        )
        dead = layers[values == 0]
        if len(dead):
            ax.plot(
                dead,
                np.full(len(dead), 0.02),
                "x",
                color=f"C{number}",
                transform=ax.get_xaxis_transform(),
                label=f"{name}: no gradient at all",
            )
    ax.set(yscale="log", xlabel="layer, from the image to the answer", ylabel="size of the gradient")
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.legend(fontsize=9, loc="lower right")
    return ax


@entries_from(gradient_norms)
def gradient_sentence(norms: Mapping[str, Norms]) -> str:
    """Return what the gradients per layer show, in words, for ``ck.plot.show(alt=...)``.

    Parameters
    ----------
    {norms}

    Returns
    -------
    str
        One sentence or more, for those who cannot see the figure.

    Raises
    ------
    ValueError
        As `gradient_norms`.

    Examples
    --------
    >>> print(gradient_sentence({"plain": [1e-6, 1e-4, 1e-2]}))
    Size of the gradient in each layer. plain: 1e-06 in the first of 3 layers, 0.01 in the last.
    """
    parts = [
        f"{name}: {values[0]:.2g} in the first of {len(values)} layers, {values[-1]:.2g} in the last."
        for name, values in _checked(norms).items()
    ]
    return " ".join(["Size of the gradient in each layer.", *parts])


def _checked(norms: Mapping[str, Norms]) -> dict[str, NDArray[np.float64]]:
    if not norms:
        raise ValueError('there is no network to draw: pass {"plain": sizes}, one size a layer.')
    sizes = {}
    for name, given in norms.items():
        values = np.asarray(list(given.values()) if isinstance(given, Mapping) else given, float)
        if values.ndim != 1 or not len(values):
            raise ValueError(f"the sizes of {name!r} have shape {values.shape}: pass (layers,), one number a layer.")
        strange = np.flatnonzero(~np.isfinite(values) | (values < 0))
        if len(strange):
            raise ValueError(
                f"the gradient of {name!r} has size {values[strange[0]]} in layer {strange[0] + 1}: it must be finite "
                "and 0 or more. If it is nan or infinite, the loss was so too: look at the images and the weights."
            )
        sizes[name] = values
    return sizes
