"""The network for cats and dogs that is trained from scratch (lesson 05)."""

from __future__ import annotations

import keras
from keras import layers

from coursekit.networks.arguments import check_size


def cats_dogs_convnet(size: int = 150, dropout: float = 0.0) -> keras.Sequential:
    """Return a network of four convolutions with pooling and two dense layers.

    Input (size, size, 3) with values from 0 to 1, output the probability of class 1. 3,453,121 parameters at 150
    pixels, nine tenths of them where the maps, flattened, meet the first dense layer.

    Parameters
    ----------
    size : int
        Height and width of the images, 46 pixels or more.
    dropout : float
        Share of the flattened numbers, 0 to below 1, that is switched off at random while training.

    Returns
    -------
    keras.Sequential
        Built, not compiled: float32 images (n, size, size, 3) from 0 to 1 in, (n, 1) probabilities of class 1 out.

    Raises
    ------
    ValueError
        If the images are too small.

    References
    ----------
    F. Chollet (2017), "Deep Learning with Python", section 5.2.

    Examples
    --------
    >>> cats_dogs_convnet().count_params()
    3453121
    """
    check_size(size, least=46, network="cats_dogs_convnet")
    convolutions: list[layers.Layer] = []
    for filters in (32, 64, 128, 128):
        convolutions += [layers.Conv2D(filters, 3, activation="relu"), layers.MaxPooling2D(2)]
    return keras.Sequential(
        [
            keras.Input((size, size, 3)),
            *convolutions,
            layers.Flatten(),
            *([layers.Dropout(dropout)] if dropout else []),
            layers.Dense(512, activation="relu"),
            layers.Dense(1, activation="sigmoid"),
        ],
        name="cats_dogs_convnet",
    )
