"""The score that is explained, and the class that it belongs to.

The score of a class is its logit: the number before a softmax or a sigmoid. A softmax divides by all classes and is
flat where the network is sure, so its gradient says little, and about the wrong thing. Where a network ends in one
sigmoid unit with logit z, the score of class 1 is z and that of class 0 is -z.
"""

from __future__ import annotations

import keras
from numpy.typing import ArrayLike

from coursekit.arrays import Floats
from coursekit.explain.engine.inputs import Classes, Inputs
from coursekit.explain.engine.run import target_classes, target_scores


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
