"""What a classifier answers: a probability for each class, whatever its last layer is."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import ArrayLike

from coursekit.arrays import Floats
from coursekit.explain.engine.forward import Forward
from coursekit.explain.engine.inputs import Inputs
from coursekit.explain.engine.run import run
from coursekit.explain.engine.tf_graph import behind


def class_probabilities(model: keras.Model, images: ArrayLike, *, batch_size: int = 8) -> Floats:
    """Return the probability of each class.

    What the model returns, if that comes from a softmax or sigmoid; else the softmax of its logits. One unit is the
    probability of class 1, and what is left that of class 0.

    Parameters
    ----------
    model : keras.Model
        A classifier.
    images : array (n, height, width, channels) or (n, length, channels)
        In the values that the model takes, for example 0 to 1. Of three axes, spectra.
    batch_size : int
        Images at once: bounds the memory.

    Returns
    -------
    array (n, classes)

    Raises
    ------
    ValueError
        If the model is no classifier, or the images do not fit.

    Examples
    --------
    >>> from coursekit import networks
    >>> class_probabilities(networks.cats_dogs_convnet(), np.zeros((1, 150, 150, 3)))  # every bias is still 0
    array([[0.5, 0.5]], dtype=float32)
    """
    inputs = Inputs.of(model, images)
    nothing = np.full(len(inputs), -1, np.int32)
    return run(inputs, nothing, _probabilities, classifier=False, batch_size=batch_size)[0]


def probabilities_of(forward: Forward) -> Any:
    """Return the probabilities as a tensor (n, classes) of the graph.

    Raises
    ------
    ValueError
        If the model is no classifier.
    """
    logits = forward.logits
    squashed = behind(forward.outputs).op.type in ("Softmax", "Sigmoid")
    if logits.shape[1] == 1:
        one = tf.sigmoid(logits)
        return tf.concat([1 - one, one], axis=1)
    return tf.cast(tf.reshape(forward.outputs, tf.shape(logits)), logits.dtype) if squashed else tf.nn.softmax(logits)


def target_probability(forward: Forward) -> Any:
    """Return the probability of the class explained as a tensor (n,) of the graph.

    A network that ends in several sigmoid units says yes or no to each class by itself.
    """
    if forward.logits.shape[1] == 1 or behind(forward.outputs).op.type == "Sigmoid":
        return tf.sigmoid(forward.score)
    return tf.gather(tf.nn.softmax(forward.logits), forward.target, batch_dims=1)


def _probabilities(forward: Forward) -> list[Any]:
    return [probabilities_of(forward)]
