"""The one-dimensional networks for Raman spectra (lesson 09)."""

from __future__ import annotations

import keras
from keras import layers

from coursekit.networks.arguments import check_classes

_WIDTH = 5


def raman_convnet(points: int = 696, classes: int = 4, width: int = 32) -> keras.Sequential:
    """Return a network of three convolutions along the wavenumbers, without pooling, and two dense layers.

    Input (points, 1), output one probability a class. With 696 points and width 32 it has 22,859,396 parameters, nearly
    all of them in the first dense layer.

    Parameters
    ----------
    points : int
        How many wavenumbers a spectrum has, 1 or more.
    classes : int
        How many classes there are, 2 or more.
    width : int
        Filters of the first convolution; the second has twice as many, the third four times. 8 suits two processor
        cores.

    Returns
    -------
    keras.Sequential
        Built, not compiled: float32 spectra (n, points, 1) in, (n, classes) probabilities out.

    Raises
    ------
    ValueError
        If there are fewer than two classes, no points, or no filters.

    Examples
    --------
    >>> raman_convnet().count_params()
    22859396
    """
    _check(points, classes, least=1, network="raman_convnet")
    return keras.Sequential(
        [
            keras.Input((points, 1)),
            *(layers.Conv1D(filters, _WIDTH, padding="same", activation="relu") for filters in _filters(width)),
            layers.Flatten(),
            layers.Dense(256, activation="relu"),
            layers.Dense(classes, activation="softmax"),
        ],
        name="raman_convnet",
    )


def raman_pooled(points: int = 696, classes: int = 4, width: int = 32, dropout: float = 0.2) -> keras.Sequential:
    """Return a network of three convolutions without padding, each with max pooling, and two dense layers.

    Input (points, 1), output one probability a class. With 696 points and width 32 it has 2,772,612 parameters.

    Parameters
    ----------
    points : int
        How many wavenumbers a spectrum has, 36 or more.
    classes : int
        How many classes there are, 2 or more.
    width : int
        Filters of the first convolution; the second has twice as many, the third four times. 8 suits two processor
        cores.
    dropout : float
        The share of the 256 numbers before the last layer, 0 to below 1, that each training step leaves out.

    Returns
    -------
    keras.Sequential
        Built, not compiled: float32 spectra (n, points, 1) in, (n, classes) probabilities out.

    Raises
    ------
    ValueError
        If there are fewer than two classes, too few points, or no filters.

    Examples
    --------
    >>> raman_pooled().count_params()
    2772612
    """
    _check(points, classes, least=36, network="raman_pooled")
    return keras.Sequential(
        [
            keras.Input((points, 1)),
            *(
                layer
                for filters in _filters(width)
                for layer in (layers.Conv1D(filters, _WIDTH, activation="relu"), layers.MaxPooling1D(2))
            ),
            layers.Flatten(),
            layers.Dense(256, activation="relu"),
            layers.Dropout(dropout),
            layers.Dense(classes, activation="softmax"),
        ],
        name="raman_pooled",
    )


def _filters(width: int) -> tuple[int, int, int]:
    if width < 1:
        raise ValueError(f"width is {width}, but a convolution needs at least 1 filter. Pass for example width=8.")
    return width, 2 * width, 4 * width


def _check(points: int, classes: int, least: int, network: str) -> None:
    check_classes(classes)
    if points < least:
        raise ValueError(
            f"points is {points}, but {network} needs spectra of at least {least}: shorter ones shrink to nothing on "
            "the way. Pass the number of wavenumbers, for example 696."
        )
