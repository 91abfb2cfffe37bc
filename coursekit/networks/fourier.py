"""The network that can be merged in frequency (lessons 13 and 14): convolutions with nothing between them."""

from __future__ import annotations

from collections.abc import Sequence

import keras
from keras import layers

from coursekit.networks.arguments import check_classes, check_size


def linear_fourier_net(
    size: int = 28,
    channels: int = 1,
    classes: int = 2,
    filters: Sequence[int] = (32, 64, 128),
    hidden: int = 256,
) -> keras.Sequential:
    """Return a network of convolutions without bias, activation and pooling, and two dense layers.

    Input (size, size, channels) with values from 0 to 1, output probabilities; by default 25,783,330 parameters. The
    convolutions, 3x3 with "same" padding, are linear one by one and so all together: in the frequency domain they are
    one product (see `coursekit.fourier`).

    The first kernels begin with a mean of 0. Without that all maps would begin as copies of the mean brightness. A
    hidden unit, which adds up thousands of them, would be on for all images or for none; one that is off for all
    never learns.

    Parameters
    ----------
    size : int
        Height and width of the images, 3 pixels or more.
    channels : int
        1 for grey, 3 for colour.
    classes : int
        How many classes there are, 2 or more.
    filters : sequence of int
        Kernels of each convolution, one layer or more.
    hidden : int
        Units of the dense layer between maps and classes.

    Returns
    -------
    keras.Sequential
        Built, not compiled: float32 images (n, size, size, channels) from 0 to 1 in, (n, classes) probabilities
        out.

    Raises
    ------
    ValueError
        If there is no convolution, or a number is too small.

    Examples
    --------
    >>> linear_fourier_net().count_params()
    25783330
    >>> linear_fourier_net(filters=(8, 16, 32), hidden=16).count_params()
    407290
    """
    check_classes(classes)
    check_size(size, 3, "linear_fourier_net")
    if not filters or min(*filters, channels, hidden) < 1:
        raise ValueError(
            f"filters are {tuple(filters)}, channels {channels} and hidden {hidden}: pass at least one convolution, "
            "and 1 or more of each."
        )
    model = keras.Sequential(
        [
            keras.Input((size, size, channels)),
            *(layers.Conv2D(count, 3, padding="same", use_bias=False) for count in filters),
            layers.Flatten(),
            layers.Dense(hidden, activation="relu"),
            layers.Dense(classes, activation="softmax"),
        ],
        name="linear_fourier_net",
    )
    kernels = model.layers[0].get_weights()[0]
    model.layers[0].set_weights([kernels - kernels.mean(axis=(0, 1))])
    return model
