"""What a classifier answers: the score that is explained, its class, and the probabilities.

The score of a class is its logit: the number before a softmax or a sigmoid. A softmax divides by all classes and is
flat where the network is sure, so its gradient says little, and about the wrong thing. Where a network ends in one
sigmoid unit with logit z, the score of class 1 is z and that of class 0 is -z. Probabilities are what the model
returns, or are made of its logits.
"""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import ArrayLike

from coursekit.arrays import Floats
from coursekit.explain.engine.ending import ending
from coursekit.explain.engine.forward import Forward, as_float
from coursekit.explain.engine.inputs import Classes, Inputs
from coursekit.explain.engine.run import run, target_classes, target_scores
from coursekit.explain.engine.tracing import Body


def scores(
    model: keras.Model, images: ArrayLike, target: ArrayLike | None = None, *, batch_size: int | None = None
) -> Floats:
    """Return the score that the explainers explain: the logit of the target class.

    Parameters
    ----------
    model : keras.Model
        A classifier of one input and one output, of logits or probabilities.
    images : array (n, height, width, channels) or (n, length, channels)
        In the values that the model takes, for example 0 to 1. Of three axes, spectra.
    target : None, int or array (n,)
        Class; None means the predicted class of each image.
    batch_size : int, optional
        Images at once. If not given, as many as this machine's cache holds, 32 at most.

    Returns
    -------
    array (n,)

    Examples
    --------
    >>> from coursekit import networks
    >>> import numpy as np
    >>> model, blank = networks.mnist_convnet(), np.zeros((1, 28, 28, 1))
    >>> scores(model, blank, target=3)  # every bias is still 0
    array([0.], dtype=float32)
    """
    return target_scores(Inputs.of(model, images), target, batch_size=batch_size)


def explained_classes(
    model: keras.Model, images: ArrayLike, target: ArrayLike | None = None, *, batch_size: int | None = None
) -> Classes:
    """Return the class that is explained for each image, (n,): the target, or if None the predicted class.

    With one output unit, class 1 is predicted where its logit is above 0.

    Parameters
    ----------
    model : keras.Model
        A classifier of one input and one output.
    images : array (n, height, width, channels) or (n, length, channels)
        In the values that the model was trained on.
    target : None, int or array (n,)
        Class; None means the predicted class of each image.
    batch_size : int, optional
        Images at once. If not given, as many as this machine's cache holds, 32 at most.

    Returns
    -------
    array of int (n,)
    """
    return target_classes(Inputs.of(model, images), target, batch_size=batch_size)


def class_probabilities(model: keras.Model, images: ArrayLike, *, batch_size: int | None = None) -> Floats:
    """Return the probability of each class.

    What the model returns, if that are probabilities; else the softmax of its logits. One unit is the probability of
    class 1, and what is left that of class 0.

    Parameters
    ----------
    model : keras.Model
        A classifier.
    images : array (n, height, width, channels) or (n, length, channels)
        In the values that the model takes, for example 0 to 1. Of three axes, spectra.
    batch_size : int, optional
        Images at once. If not given, as many as this machine's cache holds, 32 at most.

    Returns
    -------
    array (n, classes)

    Raises
    ------
    ValueError
        If the model is no classifier, its single output may be a quantity, or the images do not fit.

    Examples
    --------
    >>> from coursekit import networks
    >>> class_probabilities(networks.cats_dogs_convnet(), np.zeros((1, 150, 150, 3)))  # every bias is still 0
    array([[0.5, 0.5]], dtype=float32)
    """
    return probabilities(Inputs.of(model, images), batch_size=batch_size)


def probabilities(inputs: Inputs, *, batch_size: int | None = None) -> Floats:
    """Return the probability of each class for images that are checked, (n, classes)."""
    nothing = np.full(len(inputs), -1, np.int32)
    return run(inputs, nothing, probability_body(inputs), classifier=False, batch_size=batch_size)[0]


def probability_body(inputs: Inputs) -> Body:
    """Return the function of a `Forward` that makes the probabilities (n, classes) of a model like this.

    Raises
    ------
    ValueError
        If the model is no classifier, or its outputs may be quantities.
    """
    found = ending(inputs)
    if found.kind == "quantities":
        raise ValueError(found.unread)
    return _outputs if found.kind == "probabilities" else _probabilities


def probabilities_of(forward: Forward) -> Any:
    """Return the probabilities as a tensor (n, classes) of the graph.

    Raises
    ------
    ValueError
        If the model is no classifier.
    """
    logits = forward.logits
    squashed = forward.squashing in ("Softmax", "Sigmoid")
    if logits.shape[1] == 1:
        one = tf.sigmoid(logits)
        return tf.concat([1 - one, one], axis=1)
    return tf.cast(tf.reshape(forward.outputs, tf.shape(logits)), logits.dtype) if squashed else tf.nn.softmax(logits)


def target_probability(forward: Forward) -> Any:
    """Return the probability of the class explained as a tensor (n,) of the graph.

    A network that ends in several sigmoid units says yes or no to each class by itself.
    """
    if forward.logits.shape[1] == 1 or forward.squashing == "Sigmoid":
        return tf.sigmoid(forward.score)
    return tf.gather(tf.nn.softmax(forward.logits), forward.target, batch_dims=1)


def _probabilities(forward: Forward) -> list[Any]:
    return [probabilities_of(forward)]


def _outputs(forward: Forward) -> list[Any]:
    outputs = as_float(tf.reshape(forward.outputs, tf.shape(forward.logits)))
    return [tf.concat([1 - outputs, outputs], axis=1)] if forward.logits.shape[1] == 1 else [outputs]
