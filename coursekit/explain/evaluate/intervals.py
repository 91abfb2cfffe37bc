"""How far a mean might move, were other networks trained and other images taken."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from coursekit.arrays import at_least_one
from coursekit.metrics.interval import Interval, checked_level


def crossed_interval(values: ArrayLike, level: float = 0.95, repeats: int = 2000, seed: int = 0) -> Interval:
    """Return the mean of numbers known for several networks on the same images, and its bootstrap interval.

    Networks and images are drawn anew with replacement, each for itself, and the mean is taken of what is drawn. So the
    interval says how the mean varies from training to training *and* from image to image. With two or three networks
    it is too narrow; with one it knows nothing of other trainings.

    Parameters
    ----------
    values : array (networks, images)
        nan where a number is not defined: it is left out.
    level : float
        Share of the drawn means that the interval holds, above 0 and below 1.
    repeats : int
        How often to draw.
    seed : int
        Of the drawing.

    Returns
    -------
    coursekit.metrics.Interval
        nan where no number is defined.

    Raises
    ------
    ValueError
        If values have other than two axes, or an option is out of range.

    References
    ----------
    A. B. Owen (2007), "The pigeonhole bootstrap", Annals of Applied Statistics 1, 386-411, arXiv:0712.1111.

    Examples
    --------
    >>> print(crossed_interval([[0.5, 0.7, 0.6], [0.6, 0.8, 0.7]]))
    0.650 (95% interval 0.533 to 0.767)
    """
    numbers = np.asarray(values, np.float64)
    checked_level(level)
    at_least_one(repeats, "repeats")
    if numbers.ndim != 2 or numbers.size == 0:
        raise ValueError(f"values have shape {numbers.shape}: pass (networks, images), none of them 0.")
    known = np.isfinite(numbers)
    if not known.any():
        return Interval(float("nan"), float("nan"), float("nan"), level)
    rng = np.random.default_rng(seed)
    networks, images = (rng.multinomial(size, np.full(size, 1 / size), repeats) for size in numbers.shape)
    totals = ((networks @ np.where(known, numbers, 0)) * images).sum(axis=1)
    counts = ((networks @ known.astype(np.float64)) * images).sum(axis=1)
    means = totals[counts > 0] / counts[counts > 0]
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return Interval(float(numbers[known].mean()), float(low), float(high), level)
