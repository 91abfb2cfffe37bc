"""Checks of what the networks are asked for, before anything long begins."""

from __future__ import annotations

import keras
import numpy as np
from numpy.typing import ArrayLike


def check_classes(classes: int) -> None:
    """Raise unless there are at least two classes to tell apart.

    Examples
    --------
    >>> check_classes(2)
    """
    if classes < 2:
        raise ValueError(
            f"classes is {classes}, but a classifier tells at least 2 classes apart. Pass the number of classes, for "
            "example len(dataset.classes)."
        )


def check_size(size: int, least: int, network: str) -> None:
    """Raise unless pictures of ``size`` by ``size`` pixels are large enough for a network.

    Examples
    --------
    >>> check_size(150, least=46, network="cats_dogs_convnet")
    """
    if size < least:
        raise ValueError(
            f"size is {size}, but {network} needs pictures of at least {least} by {least} pixels: smaller maps shrink "
            f"to nothing on the way. Pass size={least} or more."
        )


def check_pictures(model: keras.Model, pictures: ArrayLike) -> None:
    """Raise unless pictures fit a model: before it trains or predicts for long.

    Parameters
    ----------
    model
        With one input (height, width, channels).
    pictures
        (n, height, width, channels), values from 0 to 1.

    Raises
    ------
    ValueError
        If the shape is not the model's, if there are no pictures, or if values are not from 0 to 1.

    Examples
    --------
    >>> model = keras.Sequential([keras.Input((32, 32, 3)), keras.layers.Flatten()])
    >>> check_pictures(model, np.zeros((5, 32, 32, 3)))
    """
    array = np.asarray(pictures)
    needed = model.input_shape[1:]
    shown = ", ".join("any" if number is None else str(number) for number in needed)
    if array.ndim == len(needed):
        raise ValueError(
            f"pictures has shape {array.shape}, one picture, but {model.name} takes many, (n, {shown}). "
            "Pass pictures[None]."
        )
    if array.ndim != len(needed) + 1 or any(
        want not in (None, got) for want, got in zip(needed, array.shape[1:], strict=True)
    ):
        raise ValueError(
            f"pictures has shape {array.shape}, but {model.name} takes (n, {shown}). Load the pictures in that size, "
            "or build the model for theirs."
        )
    if not len(array):
        raise ValueError(f"pictures is empty, shape {array.shape}: {model.name} needs at least one picture.")
    low, high = float(array.min()), float(array.max())
    # Resizing with a smooth filter may step a little beyond.
    if not (low >= -0.1 and high <= 1.1):
        cure = "Divide by 255." if low >= 0 and high <= 255 else "Scale them first, and remove what is not finite."
        raise ValueError(f"pictures holds values from {low:g} to {high:g}, but {model.name} takes 0 to 1. {cure}")
