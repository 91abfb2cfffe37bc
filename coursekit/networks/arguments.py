"""Checks of what the networks are asked for, before anything long begins."""

from __future__ import annotations


def check_classes(classes: int) -> None:
    """Raise unless there are at least two classes to tell apart.

    Parameters
    ----------
    classes : int
        How many classes there are.

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
    """Raise unless images of ``size`` by ``size`` pixels are large enough for a network.

    Parameters
    ----------
    size : int
        Height and width in pixels.
    least : int
        The smallest size that the network takes, in pixels.
    network : str
        Its name, for the message.

    Examples
    --------
    >>> check_size(150, least=46, network="cats_dogs_convnet")
    """
    if size < least:
        raise ValueError(
            f"size is {size}, but {network} needs images of at least {least} by {least} pixels: smaller maps shrink "
            f"to nothing on the way. Pass size={least} or more."
        )


def check_weights(weights: str | None) -> None:
    """Raise unless weights of ImageNet, or random ones, are asked for.

    Parameters
    ----------
    weights : str or None
        What was passed.

    Examples
    --------
    >>> check_weights("imagenet")
    """
    if weights not in ("imagenet", None):
        raise ValueError(f'weights is {weights!r}. Pass "imagenet", or None for random weights.')
