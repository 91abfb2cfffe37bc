"""One number per pixel from one per channel: the poolings that the literature uses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from coursekit.arrays import Floats

Pooling = Literal["sum", "sum_abs", "sum_pos", "max_norm", "l1_norm", "l2_norm", "l2_norm_sq"]


def pool_channels(attributions: ArrayLike, pooling: Pooling | None = "sum") -> Floats:
    """Return one number per pixel from one per channel.

    Which pooling is taken can decide a comparison: a sum lets the signs of the channels cancel, a norm does not. So
    compare methods under one pooling, and say which.

    Parameters
    ----------
    attributions : array (..., channels)
        Such as the derivative of the score by each channel of each pixel.
    pooling : str, optional
        ``"sum"`` of the channels, signed; ``"sum_abs"`` and ``"sum_pos"``, its absolute value and its positive part;
        ``"max_norm"``, ``"l1_norm"``, ``"l2_norm"`` and ``"l2_norm_sq"``: the largest absolute value, the sum of them,
        the root of the sum of squares, and that sum. None keeps the channels.

    Returns
    -------
    array float32 (...)
        With the channels as the last axis where pooling is None.

    Raises
    ------
    ValueError
        If there is no such pooling.

    References
    ----------
    L. Arras, A. Osman and W. Samek (2022), "CLEVR-XAI: a benchmark dataset for the ground truth evaluation of neural
    network explanations", Information Fusion 81, 14-40, arXiv:2003.07258.

    Examples
    --------
    >>> pixel = [3.0, -4.0, 0.0]
    >>> [float(pool_channels(pixel, name)) for name in ("sum", "sum_pos", "max_norm", "l1_norm", "l2_norm")]
    [-1.0, 0.0, 4.0, 7.0, 5.0]
    """
    values = np.asarray(attributions)
    if pooling is None:
        return values.astype(np.float32)
    if pooling not in _POOLINGS:
        raise ValueError(f"pooling is {pooling!r}: it must be {', '.join(_POOLINGS)}, or None to keep the channels.")
    # Channel by channel: NumPy is slow along a short last axis.
    pooled: Floats = _POOLINGS[pooling](np.moveaxis(values, -1, 0))
    return pooled.astype(np.float32)


_POOLINGS: Mapping[str, Callable[[Floats], Floats]] = MappingProxyType(
    {
        "sum": lambda channels: channels.sum(axis=0),
        "sum_abs": lambda channels: np.abs(channels.sum(axis=0)),
        "sum_pos": lambda channels: np.maximum(channels.sum(axis=0), 0),
        "max_norm": lambda channels: np.abs(channels).max(axis=0),
        "l1_norm": lambda channels: np.abs(channels).sum(axis=0),
        "l2_norm": lambda channels: np.sqrt((channels**2).sum(axis=0)),
        "l2_norm_sq": lambda channels: (channels**2).sum(axis=0),
    }
)
