"""The network for flowers that is trained from scratch (lesson 06)."""

from __future__ import annotations

import keras
from keras import layers

from coursekit.networks.arguments import check_classes, check_size


def flower_convnet(size: int = 128, classes: int = 5, dropout: float = 0.0, l2: float = 0.0) -> keras.Sequential:
    """Return a network of three convolutions (without padding) with pooling and two dense layers.

    Input (size, size, 3) with values from 0 to 1, output one probability a class. 1,629,989 parameters for five classes
    at 128 pixels.

    Parameters
    ----------
    size : int
        Height and width of the images, 22 pixels or more.
    classes : int
        How many classes there are, 2 or more.
    dropout : float
        Share of the last hidden numbers, 0 to below 1, that is switched off at random while training.
    l2 : float
        Weight of the penalty on the squares of all kernels, 0 or more.

    Returns
    -------
    keras.Sequential
        Built, not compiled: float32 images (n, size, size, 3) from 0 to 1 in, (n, classes) probabilities out.

    Raises
    ------
    ValueError
        If there are fewer than two classes, or if the images are too small.

    Examples
    --------
    >>> flower_convnet().count_params()
    1629989
    """
    check_classes(classes)
    check_size(size, least=22, network="flower_convnet")
    penalty = keras.regularizers.L2(l2) if l2 else None
    convolutions: list[layers.Layer] = []
    for filters in (16, 32, 64):
        convolutions += [
            layers.Conv2D(filters, 3, activation="relu", kernel_regularizer=penalty),
            layers.MaxPooling2D(2),
        ]
    return keras.Sequential(
        [
            keras.Input((size, size, 3)),
            *convolutions,
            layers.Flatten(),
            layers.Dense(128, activation="relu", kernel_regularizer=penalty),
            *([layers.Dropout(dropout)] if dropout else []),
            layers.Dense(classes, activation="softmax", kernel_regularizer=penalty),
        ],
        name="flower_convnet",
    )
