"""The learning-rate range test: try all rates in one short training."""

from __future__ import annotations

import math
from dataclasses import dataclass

import keras
import numpy as np
from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True)
class RangeTest:
    """The result of a learning-rate range test.

    Attributes
    ----------
    rates : float array (steps,)
        The learning rates tried, rising. It ends early where the loss explodes.
    losses : float array (steps,)
        The loss at each, smoothed.
    """

    rates: NDArray[np.float64]
    losses: NDArray[np.float64]

    @property
    def suggested(self) -> float:
        """The rate in the middle of the tenfold step in which the loss falls furthest.

        Not where the curve is steepest: batches differ, and the first wobble can be steeper than the fall that counts.
        """
        decades = np.log10(self.rates[-1] / self.rates[0])
        half = round((len(self.rates) - 1) / max(2 * decades, 2))
        falls = self.losses[: len(self.losses) - 2 * half] - self.losses[2 * half :]
        return float(self.rates[int(np.argmax(falls)) + half])


def learning_rate_range_test(
    model: keras.Model,
    images: ArrayLike,
    labels: ArrayLike,
    lowest: float = 1e-6,
    highest: float = 1.0,
    steps: int = 100,
    batch_size: int = 32,
    smoothing: float = 0.9,
    seed: int = 0,
) -> RangeTest:
    """Train for one batch at each of many learning rates, from tiny to huge, and record the loss.

    The rates grow by a constant factor. The test stops when the loss is four times the lowest one. The model and its
    optimiser are then as they were before.

    Parameters
    ----------
    model : keras.Model
        Compiled with an optimiser and a loss.
    images, labels : array_like (n, ...) and (n,)
        What to train on.
    lowest, highest : float
        The range of learning rates, above 0.
    steps : int
        How many rates, that is, how many batches; 2 or more.
    batch_size : int
        As in the training that is to follow: the right rate depends on it.
    smoothing : float
        Share of the running mean that is kept at each step, 0 (none) to below 1; corrected for its start.
    seed : int
        Of the choice of the batches.

    Returns
    -------
    RangeTest

    Raises
    ------
    ValueError
        If the model is not compiled, there is not one label an image, the range is empty, or the first loss is
        no number.

    References
    ----------
    L. N. Smith (2017), "Cyclical learning rates for training neural networks", WACV.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> x = rng.normal(size=(64, 4)).astype("float32")
    >>> model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
    >>> model.compile(optimizer="sgd", loss="mse")
    >>> result = learning_rate_range_test(model, x, x.sum(axis=1), steps=50, lowest=1e-5, highest=100)
    >>> result.rates[0] < result.suggested < 100
    True
    """
    x, y = np.asarray(images), np.asarray(labels)
    if getattr(model, "optimizer", None) is None:
        raise ValueError("the model is not compiled: call model.compile(optimizer=..., loss=...) first.")
    if len(x) != len(y) or len(x) == 0:
        raise ValueError(f"there are {len(x)} images and {len(y)} labels: one label an image is needed.")
    if not 0 < lowest < highest or steps < 2:
        raise ValueError(
            f"lowest is {lowest}, highest {highest}, steps {steps}: the rates must rise from above 0, in 2 steps or "
            "more."
        )
    optimizer = model.optimizer
    optimizer.build(model.trainable_variables)
    variables = [*model.variables, *optimizer.variables]
    before = [variable.numpy() for variable in variables]
    generator = np.random.default_rng(seed)
    rates: list[float] = []
    losses: list[float] = []
    mean = 0.0
    try:
        for step, rate in enumerate(np.geomspace(lowest, highest, steps)):
            optimizer.learning_rate = float(rate)
            batch = generator.choice(len(x), size=min(batch_size, len(x)), replace=False)
            model.reset_metrics()
            loss = float(model.train_on_batch(x[batch], y[batch], return_dict=True)["loss"])
            mean = smoothing * mean + (1 - smoothing) * loss
            smoothed = mean / (1 - smoothing ** (step + 1))
            if not math.isfinite(smoothed) or (losses and smoothed > 4 * min(losses)):
                break
            rates.append(float(rate))
            losses.append(smoothed)
    finally:
        for variable, value in zip(variables, before, strict=True):
            variable.assign(value)
        model.reset_metrics()
    if not rates:
        raise ValueError(f"the loss is {loss} at the first batch: look for NaN in the images and labels.")
    return RangeTest(np.array(rates), np.array(losses))
