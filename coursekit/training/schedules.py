"""Learning-rate schedules: functions of the epoch, and the callback that follows one.

A schedule takes the epoch as a number with a fraction, 0.0 at the first step, and returns the learning rate. So it can
be plotted, tested, and taken up again in the middle of a training.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate

import keras

Schedule = Callable[[float], float]


def constant(rate: float) -> Schedule:
    """Return one learning rate for all epochs.

    Parameters
    ----------
    rate : float
        The learning rate, above 0.

    Returns
    -------
    Schedule
        A function of the epoch, a float from 0, that returns the learning rate.

    Raises
    ------
    ValueError
        If the rate is not above 0.

    Examples
    --------
    >>> constant(1e-3)(7.5)
    0.001
    """
    _check_rate(rate)
    return lambda epoch: rate


def exponential(rate: float, decay: float = 0.01, constant_epochs: int = 10) -> Schedule:
    """Return a schedule that is constant at first and then shrinks by the factor e^-decay an epoch.

    Parameters
    ----------
    rate : float
        The first learning rate, above 0.
    decay : float
        The rate shrinks by the factor e^-decay an epoch; 0 or more.
    constant_epochs : int
        For so many epochs the rate stays as it is.

    Returns
    -------
    Schedule
        A function of the epoch, a float from 0, that returns the learning rate.

    Raises
    ------
    ValueError
        If the rate is not above 0.

    Examples
    --------
    >>> schedule = exponential(1e-3, decay=0.01, constant_epochs=10)
    >>> schedule(10), round(schedule(110), 6)
    (0.001, 0.000368)
    """
    _check_rate(rate)
    return lambda epoch: rate * math.exp(-decay * max(0.0, epoch - constant_epochs))


def step_decay(rate: float, factor: float = 0.9, every: int = 20) -> Schedule:
    """Return a schedule that falls in steps: it is multiplied by a factor every so many epochs.

    Parameters
    ----------
    rate : float
        The first learning rate, above 0.
    factor : float
        What the rate is multiplied by at each step, 0 to 1.
    every : int
        Epochs from one step to the next, 1 or more.

    Returns
    -------
    Schedule
        A function of the epoch, a float from 0, that returns the learning rate.

    Raises
    ------
    ValueError
        If the rate is not above 0, or a step is shorter than an epoch.

    Examples
    --------
    >>> schedule = step_decay(1e-3, factor=0.5, every=20)
    >>> schedule(19.9), schedule(20), schedule(40)
    (0.001, 0.0005, 0.00025)
    """
    _check_rate(rate)
    if every < 1:
        raise ValueError(f"every is {every}, but a step is at least 1 epoch long.")
    return lambda epoch: rate * factor ** (epoch // every)


def piecewise_constant(rate: float, factors: Mapping[int, float]) -> Schedule:
    """Return a schedule of constant pieces: from each epoch named on, the first rate times the factor given for it.

    Parameters
    ----------
    rate : float
        The first learning rate, above 0.
    factors : mapping of int to float
        From an epoch to what the first rate is multiplied by from it on.

    Returns
    -------
    Schedule
        A function of the epoch, a float from 0, that returns the learning rate.

    Raises
    ------
    ValueError
        If the rate is not above 0.

    Examples
    --------
    The schedule of "Practical Projects" (`coursekit.sources`, lesson 07):

    >>> schedule = piecewise_constant(1e-3, {25: 1e-2, 50: 1e-3, 75: 5e-4})
    >>> schedule(0), round(schedule(25), 9), round(schedule(80), 9)
    (0.001, 1e-05, 5e-07)
    """
    _check_rate(rate)

    def schedule(epoch: float) -> float:
        reached = [first for first in factors if epoch >= first]
        return rate * (factors[max(reached)] if reached else 1.0)

    return schedule


def cosine(rate: float, epochs: float, warm_up: float = 0.0) -> Schedule:
    """Return a schedule that falls from the rate to zero along half a cosine wave.

    Parameters
    ----------
    rate : float
        The highest learning rate, above 0.
    epochs : float
        How long the training is, longer than its warm-up.
    warm_up : float
        For so many epochs the rate first rises from nearly nothing in a straight line.

    Returns
    -------
    Schedule
        A function of the epoch, a float from 0, that returns the learning rate.

    Raises
    ------
    ValueError
        If the rate is not above 0, or the training is not longer than its warm-up.

    References
    ----------
    I. Loshchilov and F. Hutter (2017), "SGDR: Stochastic gradient descent with warm restarts", ICLR.

    Examples
    --------
    >>> schedule = cosine(0.1, epochs=10)
    >>> round(schedule(0), 3), round(schedule(5), 3), round(schedule(10), 3)
    (0.1, 0.05, 0.0)
    """
    _check_rate(rate)
    _check_epochs(epochs, warm_up)

    def schedule(epoch: float) -> float:
        if epoch < warm_up:
            return rate * max(epoch / warm_up, 1e-3)
        share = min(1.0, (epoch - warm_up) / (epochs - warm_up))
        return rate * (1 + math.cos(math.pi * share)) / 2

    return schedule


def one_cycle(rate: float, epochs: float, rising: float = 0.3, start: float = 0.04, end: float = 1e-4) -> Schedule:
    """Return a schedule that rises to the rate and then falls far below where it began, both along cosine waves.

    Parameters
    ----------
    rate : float
        The highest learning rate, above 0.
    epochs : float
        How long the training is, above 0.
    rising : float
        The share of the training in which the rate rises, above 0 and below 1.
    start, end : float
        The first and the last rate, as shares of the highest.

    Returns
    -------
    Schedule
        A function of the epoch, a float from 0, that returns the learning rate.

    Raises
    ------
    ValueError
        If the rate is not above 0, the training has no length, or `rising` is not a share.

    References
    ----------
    L. N. Smith and N. Topin (2018), "Super-convergence: very fast training of neural networks using large learning
    rates", arXiv:1708.07120.

    Examples
    --------
    >>> schedule = one_cycle(0.1, epochs=10)
    >>> round(schedule(0), 4), round(schedule(3), 4), round(schedule(10), 6)
    (0.004, 0.1, 1e-05)
    """
    _check_rate(rate)
    if not 0 < rising < 1:
        raise ValueError(f"rising is {rising}, but it is a share of the training: more than 0 and less than 1.")
    _check_epochs(epochs, 0.0)
    top = epochs * rising

    def schedule(epoch: float) -> float:
        if epoch < top:
            return rate * _wave(start, 1.0, epoch / top)
        return rate * _wave(1.0, end, min(1.0, (epoch - top) / (epochs - top)))

    return schedule


def cycles(rates: Sequence[float], epochs: Sequence[float]) -> Schedule:
    """Return one `one_cycle` after another: a training that begins again from the weights it has found.

    Parameters
    ----------
    rates : sequence of float
        The highest learning rate of each cycle, above 0.
    epochs : sequence of float
        How long each cycle is; as many values as `rates`.

    Returns
    -------
    Schedule
        A function of the epoch, a float from 0, that returns the learning rate.

    Raises
    ------
    ValueError
        If there is no cycle, a length is missing, or a number is out of range.

    References
    ----------
    I. Loshchilov and F. Hutter (2017), "SGDR: Stochastic gradient descent with warm restarts", ICLR.

    Examples
    --------
    >>> schedule = cycles((0.1, 0.05), epochs=(10, 20))
    >>> [round(schedule(epoch), 4) for epoch in (3, 9.99, 10, 16, 30)]
    [0.1, 0.0, 0.002, 0.05, 0.0]
    """
    if len(rates) != len(epochs) or not rates:
        raise ValueError(
            f"rates has {len(rates)} and epochs {len(epochs)} values, but each cycle, and there is at least one, has "
            "one of both."
        )
    parts = [one_cycle(rate, length) for rate, length in zip(rates, epochs, strict=True)]
    beginnings = [0.0, *accumulate(epochs[:-1])]

    def schedule(epoch: float) -> float:
        cycle = bisect_right(beginnings, epoch) - 1
        return parts[cycle](epoch - beginnings[cycle])

    return schedule


def _wave(first: float, last: float, share: float) -> float:
    return last + (first - last) * (1 + math.cos(math.pi * share)) / 2


def _check_rate(rate: float) -> None:
    if not (math.isfinite(rate) and rate > 0):
        raise ValueError(f"rate is {rate}, but a learning rate is a number above 0, for example 1e-3.")


def _check_epochs(epochs: float, warm_up: float) -> None:
    if not 0 <= warm_up < epochs:
        raise ValueError(
            f"epochs is {epochs} and warm_up is {warm_up}, but the training must be longer than its warm-up."
        )


class LearningRate(keras.callbacks.Callback):  # type: ignore[misc]
    """Set the learning rate before every batch by a schedule, and record it as ``learning_rate`` in the history.

    Parameters
    ----------
    schedule : callable
        Takes the epoch, a float from 0, and returns the learning rate: `constant`, `exponential`, `step_decay`,
        `piecewise_constant`, `cosine`, `one_cycle` and `cycles` make one, or write your own function.

    Examples
    --------
    >>> import numpy as np
    >>> model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    >>> model.compile(optimizer="sgd", loss="mse")
    >>> batches = np.zeros((8, 2)), np.zeros(8)
    >>> halved = LearningRate(step_decay(0.1, factor=0.5, every=1))
    >>> history = model.fit(*batches, epochs=2, verbose=0, callbacks=[halved])
    >>> [round(float(rate), 3) for rate in history.history["learning_rate"]]
    [0.1, 0.05]
    """

    def __init__(self, schedule: Schedule) -> None:
        super().__init__()
        self._schedule = schedule
        self._epoch = 0

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Remember which epoch it is."""
        self._epoch = epoch

    def on_train_batch_begin(self, batch: int, logs: dict[str, float] | None = None) -> None:
        """Set the rate for this batch."""
        batches = self.params.get("steps") or 1
        self.model.optimizer.learning_rate = self._schedule(self._epoch + batch / batches)

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Record the rate at which the epoch began."""
        if logs is not None:
            logs["learning_rate"] = self._schedule(epoch)
