"""How much of the gradient reaches each layer."""

from __future__ import annotations

import keras
import numpy as np
from numpy.typing import NDArray


def gradient_norms(model: keras.Model, images: NDArray[np.floating], labels: NDArray[np.integer]) -> dict[str, float]:
    """Return the size of the loss's gradient for each layer with a kernel, from the first layer to the last.

    The size is the root mean square over the layer's kernel, so that layers of different width can be compared. Batch
    normalisation works as in training: with the mean and the spread of these images. The network is left as it was.

    Parameters
    ----------
    model : keras.Model
        A classifier with probabilities as its output, one a class or one for two classes.
    images : float32 array (n, height, width, channels)
        Values from 0 to 1.
    labels : int array (n,)
        0 ... classes - 1.

    Returns
    -------
    dict of str to float
        From the layer's name to the size, in units of the loss per unit of a weight.

    References
    ----------
    X. Glorot and Y. Bengio (2010), "Understanding the difficulty of training deep feedforward neural networks",
    AISTATS.

    Examples
    --------
    >>> dense = keras.layers.Dense(3, name="first"), keras.layers.Dense(1, "sigmoid", name="second")
    >>> model = keras.Sequential([keras.Input((4,)), *dense])
    >>> list(gradient_norms(model, np.ones((2, 4), np.float32), np.array([0, 1])))
    ['first', 'second']
    """
    import tensorflow as tf

    kernels = [(layer, layer.kernel) for layer in _flat(model) if getattr(layer, "kernel", None) is not None]
    before = [variable.numpy() for variable in model.non_trainable_variables]
    with tf.GradientTape() as tape:
        probabilities = model(images, training=True)
        if model.output_shape[-1] == 1:
            losses = keras.losses.binary_crossentropy(labels.reshape(-1, 1), probabilities)
        else:
            losses = keras.losses.sparse_categorical_crossentropy(labels, probabilities)
        loss = tf.reduce_mean(losses)
    gradients = tape.gradient(loss, [kernel.value for _, kernel in kernels])
    for variable, value in zip(model.non_trainable_variables, before, strict=True):
        variable.assign(value)
    return {
        layer.name: 0.0 if gradient is None else float(tf.sqrt(tf.reduce_mean(tf.square(gradient))))
        for (layer, _), gradient in zip(kernels, gradients, strict=True)
    }


def _flat(model: keras.Model) -> list[keras.layers.Layer]:
    return list(model._flatten_layers(include_self=False, recursive=True))
