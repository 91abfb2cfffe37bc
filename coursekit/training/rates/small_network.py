"""A small network on small digits, trained within a few hundredths of a second: to see what a learning rate does.

NumPy alone, so that every line of the update can be read, and so that a slider can train it anew at each step.
`tests/training/test_small_network.py` holds it against Keras, step by step.
"""

from __future__ import annotations

import functools
import itertools
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from coursekit.arrays import Floats

Optimizer = Literal["sgd", "adam"]
OPTIMIZERS: tuple[Optimizer, ...] = ("sgd", "adam")

TRAINED, CLASSES, HIDDEN, BATCH = 1000, 10, 32, 50
GUESSING = float(np.log(CLASSES))
"""The loss of a network that gives every digit the same probability, whatever it sees."""


@dataclass(frozen=True, eq=False)
class SmallTraining:
    """How one training of the small network went.

    Attributes
    ----------
    losses : float array (steps,)
        Cross-entropy of each batch before the step that it causes; nan from where it is no longer a finite number.
    accuracies : float array (epochs + 1,)
        Share of the validation digits that are right, before the training and after each epoch.
    """

    losses: Floats
    accuracies: Floats

    @property
    def steps_per_epoch(self) -> int:
        """How many batches an epoch has."""
        return len(self.losses) // (len(self.accuracies) - 1)

    @property
    def last_loss(self) -> float:
        """The mean loss of the last epoch's batches; infinite where the training diverged."""
        last = float(self.losses[-self.steps_per_epoch :].mean())
        return last if np.isfinite(last) else float("inf")


@functools.cache
def small_digits() -> tuple[Floats, NDArray[np.int64]]:
    """Return the 1,797 handwritten digits that ship with scikit-learn, 8×8 pixels each, one per row.

    Returns
    -------
    images : float32 array (1797, 64)
        0 is the ground, 1 the darkest ink.
    labels : int64 array (1797,)
        0 to 9.

    Examples
    --------
    >>> images, labels = small_digits()
    >>> images.shape, float(images.max()), labels[:3].tolist()
    ((1797, 64), 1.0, [0, 1, 2])
    """
    from sklearn.datasets import load_digits

    images, labels = load_digits(return_X_y=True)
    return (images / 16).astype(np.float32), labels.astype(np.int64)


def first_weights(seed: int = 0) -> list[Floats]:
    """Return the weights that a training begins with: two dense layers, uniform after Glorot and Bengio, biases 0.

    Parameters
    ----------
    seed : int

    Returns
    -------
    list of float32 arrays
        Kernel (64, 32) and bias (32,) of the hidden layer, kernel (32, 10) and bias (10,) of the output.

    Examples
    --------
    >>> [weights.shape for weights in first_weights()]
    [(64, 32), (32,), (32, 10), (10,)]
    """
    return glorot(np.random.default_rng(seed), 64, HIDDEN, CLASSES)


def glorot(generator: np.random.Generator, *units: int) -> list[Floats]:
    """Return kernels and biases of dense layers, the kernels uniform after Glorot and Bengio, the biases 0.

    Parameters
    ----------
    generator : numpy.random.Generator
    units : int
        The inputs, then the units of each layer.

    Returns
    -------
    list of float32 arrays

    Examples
    --------
    >>> [weights.shape for weights in glorot(np.random.default_rng(0), 4, 2)]
    [(4, 2), (2,)]
    """
    weights: list[Floats] = []
    for inputs, units_out in itertools.pairwise(units):
        limit = np.sqrt(6 / (inputs + units_out))
        weights += [generator.uniform(-limit, limit, (inputs, units_out)), np.zeros(units_out)]
    return [one.astype(np.float32) for one in weights]


def batch_order(epochs: int, seed: int = 0) -> list[NDArray[np.intp]]:
    """Return which of the training digits each step sees: every epoch shuffles all of them anew.

    Parameters
    ----------
    epochs : int
    seed : int

    Returns
    -------
    list of int arrays (50,)

    Examples
    --------
    >>> len(batch_order(epochs=2))
    40
    """
    generator = np.random.default_rng(seed)
    return [batch for _ in range(epochs) for batch in np.split(generator.permutation(TRAINED), TRAINED // BATCH)]


@functools.lru_cache(maxsize=256)
def train_small_network(
    rate: float, optimizer: Optimizer = "sgd", scale: float = 1.0, epochs: int = 10, seed: int = 0
) -> SmallTraining:
    """Train a network of 32 hidden units on 1,000 small digits, and validate it on the other 797.

    Parameters
    ----------
    rate : float
        The learning rate, above 0.
    optimizer : {"sgd", "adam"}
        Stochastic gradient descent, w ← w − rate · ∂Loss/∂w; or Adam, which divides each weight's step by the typical
        size of that weight's gradients.
    scale : float
        What the images, 0 to 1, are multiplied by: 255 gives the values that an image file holds.
    epochs : int
        Of 20 steps each, 1 or more.
    seed : int
        Of the first weights and of the order of the digits.

    Returns
    -------
    SmallTraining

    Raises
    ------
    ValueError
        If the rate is not above 0, there is no such optimiser, or no epoch.

    References
    ----------
    D. P. Kingma and J. Ba (2015), "Adam: A method for stochastic optimization", ICLR.

    Examples
    --------
    >>> training = train_small_network(0.3)
    >>> training.losses.shape, bool(training.last_loss < 0.3 < GUESSING)
    ((200,), True)
    """
    if not rate > 0:
        raise ValueError(f"rate is {rate}, but a learning rate is a number above 0, for example 0.1.")
    if optimizer not in OPTIMIZERS:
        raise ValueError(f"there is no optimizer {optimizer!r} here. Pass one of {', '.join(OPTIMIZERS)}.")
    if epochs < 1:
        raise ValueError(f"epochs is {epochs}, but a training has at least 1.")
    digits, labels = small_digits()
    images = digits * np.float32(scale)
    weights, order = first_weights(seed), batch_order(epochs, seed)
    update = Adam(weights, rate) if optimizer == "adam" else GradientDescent(weights, rate)
    losses = np.full(len(order), np.nan)
    accuracies = [_accuracy(weights, images[TRAINED:], labels[TRAINED:])]
    # A training that diverges overflows: that is what is to be seen.
    with np.errstate(all="ignore"):
        for step, batch in enumerate(order):
            losses[step], gradients = loss_and_gradients(weights, images[batch], labels[batch])
            if not np.isfinite(losses[step]):
                losses[step] = np.nan
                break
            update.step(gradients)
            if (step + 1) % (TRAINED // BATCH) == 0:
                accuracies.append(_accuracy(weights, images[TRAINED:], labels[TRAINED:]))
    accuracies += [np.nan] * (epochs + 1 - len(accuracies))
    return SmallTraining(losses, np.array(accuracies))


def loss_and_gradients(weights: list[Floats], images: Floats, labels: NDArray[np.int64]) -> tuple[float, list[Floats]]:
    """Return the loss of a batch and its derivative by each weight, by the chain rule.

    Parameters
    ----------
    weights : list of four arrays
        As `first_weights` gives them.
    images : array (n, 64)
    labels : int array (n,)

    Returns
    -------
    loss : float
        The mean cross-entropy.
    gradients : list of four arrays
        In the shapes of the weights.

    Examples
    --------
    >>> loss, gradients = loss_and_gradients(first_weights(), np.zeros((2, 64)), np.array([0, 1]))
    >>> round(loss, 4), gradients[3].round(1).tolist()[:3]
    (2.3026, [-0.4, -0.4, 0.1])
    """
    kernel, bias, output_kernel, output_bias = weights
    sums = images @ kernel + bias
    hidden = np.maximum(sums, 0)
    scores = hidden @ output_kernel + output_bias
    shifted = scores - scores.max(axis=1, keepdims=True)
    probabilities = np.exp(shifted)
    totals = probabilities.sum(axis=1, keepdims=True)
    rows = np.arange(len(labels))
    loss = float((np.log(totals[:, 0]) - shifted[rows, labels]).mean())
    by_scores = probabilities / totals
    by_scores[rows, labels] -= 1
    by_scores /= len(labels)
    by_sums = by_scores @ output_kernel.T * (sums > 0)
    return loss, [images.T @ by_sums, by_sums.sum(axis=0), hidden.T @ by_scores, by_scores.sum(axis=0)]


class GradientDescent:
    """w ← w − rate · ∂Loss/∂w, in place."""

    def __init__(self, weights: list[Floats], rate: float) -> None:
        self._weights, self._rate = weights, rate

    def step(self, gradients: list[Floats]) -> None:
        """Change the weights by one step.

        Parameters
        ----------
        gradients : list of array
            Of each weight, in its shape.
        """
        for weight, gradient in zip(self._weights, gradients, strict=True):
            weight -= self._rate * gradient


class Adam(GradientDescent):
    """Running means of the gradients and of their squares, corrected because both begin at 0; as Keras computes it."""

    def __init__(self, weights: list[Floats], rate: float) -> None:
        super().__init__(weights, rate)
        self._means = [np.zeros_like(weight) for weight in weights]
        self._squares = [np.zeros_like(weight) for weight in weights]
        self._steps = 0

    def step(self, gradients: list[Floats]) -> None:
        """Change the weights by one step."""
        self._steps += 1
        rate = self._rate * np.sqrt(1 - 0.999**self._steps) / (1 - 0.9**self._steps)
        for weight, gradient, mean, square in zip(self._weights, gradients, self._means, self._squares, strict=True):
            mean += 0.1 * (gradient - mean)
            square += 0.001 * (gradient**2 - square)
            weight -= rate * mean / (np.sqrt(square) + 1e-7)


def scores_of(weights: list[Floats], images: Floats) -> Floats:
    """Return the scores of the classes before softmax, array (n, classes).

    Parameters
    ----------
    weights : list of array
        Of the network, layer by layer: kernel, then bias.
    images : array (n, pixels)
        0 to 1.

    Returns
    -------
    array (n, classes)
    """
    kernel, bias, output_kernel, output_bias = weights
    scores: Floats = np.maximum(images @ kernel + bias, 0) @ output_kernel + output_bias
    return scores


def _accuracy(weights: list[Floats], images: Floats, labels: NDArray[np.int64]) -> float:
    return float((scores_of(weights, images).argmax(axis=1) == labels).mean())
