"""The networks for handwritten digits (lesson 03)."""

from __future__ import annotations

import keras
from keras import layers


def dense_baseline() -> keras.Sequential:
    """Return a network without convolution: 512 templates as large as the image.

    Input (28, 28, 1) with values from 0 to 1, output 10 probabilities, 407,050 parameters.

    Returns
    -------
    keras.Sequential
        Built, not compiled: float32 images (n, 28, 28, 1) from 0 to 1 in, (n, 10) probabilities out.

    Examples
    --------
    >>> dense_baseline().count_params()
    407050
    """
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Flatten(),
            layers.Dense(512, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ],
        name="dense_baseline",
    )


def mnist_convnet() -> keras.Sequential:
    """Return a small convolutional network for 28 by 28 digits.

    Input (28, 28, 1) with values from 0 to 1, output 10 probabilities, 93,322 parameters.

    Returns
    -------
    keras.Sequential
        Built, not compiled: float32 images (n, 28, 28, 1) from 0 to 1 in, (n, 10) probabilities out.

    References
    ----------
    F. Chollet (2017), "Deep Learning with Python", section 5.1.

    Examples
    --------
    >>> mnist_convnet().count_params()
    93322
    """
    return _convnet("mnist_convnet", layers.Flatten())


def mnist_gap_convnet() -> keras.Sequential:
    """Return `mnist_convnet` with global average pooling in place of flattening.

    Input (28, 28, 1) with values from 0 to 1, output 10 probabilities, 60,554 parameters.

    Returns
    -------
    keras.Sequential
        Built, not compiled: float32 images (n, 28, 28, 1) from 0 to 1 in, (n, 10) probabilities out.

    References
    ----------
    M. Lin, Q. Chen and S. Yan (2014), "Network in network", arXiv:1312.4400.

    Examples
    --------
    >>> mnist_gap_convnet().count_params()
    60554
    """
    return _convnet("mnist_gap_convnet", layers.GlobalAveragePooling2D())


def mnist_batch_norm_convnet() -> keras.Sequential:
    """Return `mnist_convnet` with batch normalisation after each convolution and after the first dense layer.

    These layers have no bias of their own, because batch normalisation subtracts the mean and adds one.
    Input (28, 28, 1) with values from 0 to 1, output 10 probabilities, 93,994 parameters.

    Returns
    -------
    keras.Sequential
        Built, not compiled: float32 images (n, 28, 28, 1) from 0 to 1 in, (n, 10) probabilities out.

    References
    ----------
    S. Ioffe and C. Szegedy (2015), "Batch normalization: Accelerating deep network training by reducing internal
    covariate shift", ICML.

    Examples
    --------
    >>> mnist_batch_norm_convnet().count_params()
    93994
    """
    learned = [layers.Conv2D(filters, 3, use_bias=False) for filters in (32, 64, 64)]
    hidden = layers.Dense(64, use_bias=False)
    stack: list[layers.Layer] = []
    for layer, after in zip(
        [*learned, hidden], [layers.MaxPooling2D(2), layers.MaxPooling2D(2), layers.Flatten(), None], strict=True
    ):
        stack += [layer, layers.BatchNormalization(), layers.ReLU()]
        stack += [] if after is None else [after]
    return keras.Sequential(
        [keras.Input((28, 28, 1)), *stack, layers.Dense(10, activation="softmax")], name="mnist_batch_norm_convnet"
    )


def _convnet(name: str, maps_to_numbers: layers.Layer) -> keras.Sequential:
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Conv2D(64, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Conv2D(64, 3, activation="relu"),
            maps_to_numbers,
            layers.Dense(64, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ],
        name=name,
    )
