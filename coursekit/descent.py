"""Gradient descent on losses that can be drawn: of one weight, or of two (lesson 03).

Examples
--------
>>> from coursekit import descent
>>> path = descent.descend("one weight", start=-1.5, rate=0.125, steps=1)
>>> path.weights[:, 0].tolist(), path.losses.tolist()
([-1.5, 0.5], [16.0, 0.0])
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike, NDArray

Weights = NDArray[np.float64]

STARTS = (-2.0, 2.0)
"""The least and the largest value of a weight that a descent is worth starting at."""

RATES: Mapping[str, float] = MappingProxyType({"Too small": 0.005, "Right": 0.1, "Too large": 0.22, "Diverges": 0.27})
"""Learning rates worth trying. All landscapes bend alike at their steepest: above 0.25 a step makes the loss larger."""

_FAR = 1e6
_MOVED = 0.95
_FLAT = 0.5
# Below the bottom of the shallow valley, above all else that is as flat.
_HIGH = 0.55


@dataclass(frozen=True)
class Landscape:
    """A loss as a function of the weights, with its gradient.

    Attributes
    ----------
    title : str
        The formula, for a figure.
    count : int
        How many weights: 1 or 2.
    loss : callable
        Takes weights, array (..., count), and returns the loss, array (...); its lowest value is 0.
    gradient : callable
        Takes weights, array (..., count), and returns the derivative by each of them, of the same shape.
    span : (float, float)
        The least and the largest value of each weight in a figure.
    """

    title: str
    count: int
    loss: Callable[[Weights], Weights]
    gradient: Callable[[Weights], Weights]
    span: tuple[float, float] = STARTS


@dataclass(frozen=True, eq=False)
class Descent:
    """The path of a gradient descent.

    Attributes
    ----------
    landscape : Landscape
        What it goes down.
    rate : float
        The learning rate.
    weights, gradients : float array (steps + 1, count)
        Before the first step, and after each. A descent that runs away ends early.
    losses : float array (steps + 1,)
        The loss there.
    """

    landscape: Landscape
    rate: float
    weights: Weights
    gradients: Weights
    losses: Weights

    @property
    def verdict(self) -> str:
        """What the learning rate was for this start: a word or two, a colon, and the reason."""
        first, last = self.losses[0], self.losses[-1]
        if len(self.losses) == 1:
            return "no step yet: the gradient says which way is down"
        if not self.gradients[0].any():
            return "no slope: where the gradient is zero, no step moves the weight"
        if last > first:
            return "diverges: each step jumps across the valley and ends higher up"
        turned = (self.gradients[1:] * self.gradients[:-1]).sum(axis=1) < 0
        if turned.sum() > len(turned) / 2:
            return "too large: the steps jump from side to side of the valley"
        if abs(self.gradients[-1]).max() < _FLAT and last > _HIGH:
            return "stuck: it is nearly flat here, but another valley is deeper"
        if first - last < _MOVED * first:
            return f"too small: {(first - last) / first:.0%} of the loss is gone"
        return f"right: {(first - last) / first:.0%} of the loss is gone"


def step(weights: ArrayLike, gradient: ArrayLike, rate: float) -> Weights:
    """Return the weights after one step of gradient descent: w − rate · dL/dw.

    Parameters
    ----------
    weights : array_like of any shape
        A weight, or any number of them.
    gradient : array_like of the same shape
        The derivative of the loss by each weight.
    rate : float
        The learning rate.

    Returns
    -------
    float array, of the shape of `weights`

    Raises
    ------
    ValueError
        If the shapes differ.

    Examples
    --------
    >>> step([1.0, 2.0], [-4.0, 0.5], rate=0.1).round(3).tolist()
    [1.4, 1.95]
    """
    before, slope = np.asarray(weights, np.float64), np.asarray(gradient, np.float64)
    if before.shape != slope.shape:
        raise ValueError(f"weights have shape {before.shape}, gradient {slope.shape}: pass one derivative per weight.")
    return before - rate * slope


def descend(landscape: Landscape | str, start: ArrayLike, rate: float, steps: int) -> Descent:
    """Follow the gradient downhill.

    Parameters
    ----------
    landscape : Landscape or str
        Or a name in `LANDSCAPES`.
    start : float or array_like (count,)
        The weights at the start. A single number stands for the first weight; a second one then starts at 1.
    rate : float
        The learning rate, above 0.
    steps : int
        How many steps, 0 or more. Weights beyond a million end the descent.

    Returns
    -------
    Descent

    Raises
    ------
    ValueError
        If there is no such landscape, the rate is not above 0, or the start has too many weights.

    Examples
    --------
    >>> descend("one weight", start=-1.5, rate=0.27, steps=20).verdict
    'diverges: each step jumps across the valley and ends higher up'
    """
    if isinstance(landscape, str):
        if landscape not in LANDSCAPES:
            raise ValueError(f"there is no landscape {landscape!r}. Choose one of {', '.join(LANDSCAPES)}.")
        landscape = LANDSCAPES[landscape]
    if rate <= 0:
        raise ValueError(f"rate is {rate}: a learning rate is above 0. Pass for example rate=0.1.")
    given = np.atleast_1d(np.asarray(start, np.float64))
    if len(given) > landscape.count:
        raise ValueError(f"start has {len(given)} weights, but the landscape has {landscape.count}.")
    path = [np.append(given, np.ones(landscape.count - len(given)))]
    for _ in range(steps):
        if abs(path[-1]).max() > _FAR:
            break
        path.append(step(path[-1], landscape.gradient(path[-1]), rate))
    weights = np.stack(path)
    return Descent(landscape, rate, weights, landscape.gradient(weights), landscape.loss(weights))


# (w² − 1)² + 0.3 w: two valleys of different depth. What is added makes the deeper one end at 0.
_POLYNOMIAL = np.polynomial.Polynomial([1, 0.3, -2, 0, 1])
_LOWEST = min(_POLYNOMIAL(root.real) for root in _POLYNOMIAL.deriv().roots())
_LONG = np.array([0.2, 4.0])

LANDSCAPES: Mapping[str, Landscape] = MappingProxyType(
    {
        "one weight": Landscape(
            "loss = (2w − 1)²",
            1,
            lambda weights: ((2 * weights - 1) ** 2).sum(axis=-1),
            lambda weights: 4 * (2 * weights - 1),
            span=(-2.0, 3.0),
        ),
        "two valleys": Landscape(
            "loss: two valleys, one deeper",
            1,
            lambda weights: (_POLYNOMIAL(weights) - _LOWEST).sum(axis=-1),
            lambda weights: _POLYNOMIAL.deriv()(weights),
        ),
        "two weights": Landscape(
            "loss = 0.2 a² + 4 b²",
            2,
            lambda weights: (_LONG * weights**2).sum(axis=-1),
            lambda weights: 2 * _LONG * weights,
        ),
    }
)
"""A loss of one weight with one valley; one with two; and a long, narrow valley of two weights."""
