"""How good a trained network is on its test set, as a run records it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import keras
import numpy as np
from numpy.typing import NDArray

from coursekit import metrics

if TYPE_CHECKING:
    import tensorflow as tf


def class_probabilities(model: keras.Model, batches: tf.data.Dataset) -> NDArray[np.float32]:
    """Return the probability of each class, also for a network with one output.

    Parameters
    ----------
    model : keras.Model
        A classifier with one output a class, or one output for two classes.
    batches : tf.data.Dataset
        Batches ``(inputs, labels)``.

    Returns
    -------
    float32 array (n, classes)
    """
    probabilities: NDArray[np.float32] = model.predict(batches, verbose=0)
    return probabilities if probabilities.shape[1] > 1 else np.hstack([1 - probabilities, probabilities])


def classification_metrics(labels: NDArray[np.int64], probabilities: NDArray[np.floating]) -> dict[str, float]:
    """Return the loss, and accuracy and balanced accuracy, each with a 95 % bootstrap interval.

    Parameters
    ----------
    labels : int64 array (n,)
    probabilities : float array (n, classes)

    Returns
    -------
    dict of str to float
        ``loss`` (cross-entropy in nats), ``accuracy``, ``accuracy_low``, ``accuracy_high``, ``balanced_accuracy``,
        ``balanced_accuracy_low``, ``balanced_accuracy_high``.

    Examples
    --------
    >>> found = classification_metrics(np.array([0, 1]), np.array([[0.5, 0.5], [0.0, 1.0]]))
    >>> round(found["loss"], 3), found["accuracy"]
    (0.347, 1.0)
    """
    predictions = probabilities.argmax(axis=1)
    likelihood = np.clip(probabilities[np.arange(len(labels)), labels], 1e-7, 1)
    found = {"loss": float(-np.log(likelihood).mean())}
    found |= metric_with_interval("accuracy", metrics.accuracy, labels, predictions)
    return found | metric_with_interval("balanced_accuracy", metrics.balanced_accuracy, labels, predictions)


def metric_with_interval(
    name: str, metric: Callable[..., float], labels: NDArray[np.int64], predictions: NDArray[np.integer]
) -> dict[str, float]:
    """Return a metric and the ends of its 95 % bootstrap interval.

    Parameters
    ----------
    name : str
    metric : callable
        ``metric(labels, predictions)`` returns a number.
    labels, predictions : int array (n,)

    Returns
    -------
    dict of str to float
        ``name``, ``name_low`` and ``name_high``.

    Examples
    --------
    >>> metric_with_interval("accuracy", metrics.accuracy, np.array([0, 1]), np.array([0, 1]))
    {'accuracy': 1.0, 'accuracy_low': 1.0, 'accuracy_high': 1.0}
    """
    return metrics.bootstrap_interval(metric, labels, predictions).figures(name)
