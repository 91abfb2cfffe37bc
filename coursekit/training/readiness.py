"""Check that data and network fit together, before the first epoch."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from numpy.typing import ArrayLike


def check_ready(
    model: keras.Model,
    images: Any,
    labels: ArrayLike,
    validation_labels: ArrayLike | None = None,
    batch_size: int | None = None,
) -> None:
    """Raise a clear error if a training could not work.

    Parameters
    ----------
    model : keras.Model
        A classifier with one output a class, or one output for two classes.
    images : array (n, ...) or tuple of int
        The images, or the shape of one as a tuple.
    labels : array_like (n,)
        Whole numbers from 0.
    validation_labels : array_like (m,), optional
        Those of the validation images, if there are any.
    batch_size : int, optional
        How many images a batch has.

    Raises
    ------
    ValueError
        If there is no image or one class only, images have another shape than the network takes or hold NaN,
        labels are out of range, a class has no validation image, or a batch is larger than the data.

    Examples
    --------
    >>> model = keras.Sequential([keras.Input((28, 28, 1)), keras.layers.Flatten(), keras.layers.Dense(10)])
    >>> check_ready(model, (28, 28, 1), np.arange(10))
    >>> check_ready(model, (28, 28, 3), np.arange(10))
    Traceback (most recent call last):
    ValueError: images have shape 28x28x3, but the network takes 28x28x1. ...
    """
    values = np.asarray(labels)
    if values.size == 0:
        raise ValueError("there is no image to train on. Look at the folder, and at `limit`.")
    given = tuple(images) if isinstance(images, tuple) else tuple(np.shape(images)[1:])
    wanted = tuple(model.input_shape[1:])
    fits = len(given) == len(wanted) and all(need in (None, size) for need, size in zip(wanted, given, strict=False))
    if not fits:
        raise ValueError(
            f"images have shape {_shape(given)}, but the network takes {_shape(wanted)}. Load them with that size "
            "(`size=` of arrays and batches), or build the network for theirs."
        )
    if not isinstance(images, tuple):
        _check_values(np.asarray(images), len(values))
    outputs = int(model.output_shape[-1])
    classes = max(outputs, 2)
    _check_labels(values, classes, "labels")
    if len(np.unique(values)) < 2:
        raise ValueError(
            f"all {len(values)} labels are {values.flat[0]}: with one class there is nothing to tell apart. "
            "Load images of at least two classes."
        )
    if batch_size is not None and batch_size > len(values):
        raise ValueError(
            f"batch_size is {batch_size}, but there are only {len(values)} images: an epoch would be less than one "
            f"batch. Pass batch_size={max(1, len(values) // 10)}, or more images."
        )
    if validation_labels is not None:
        seen = np.asarray(validation_labels)
        _check_labels(seen, classes, "validation labels")
        missing = sorted(set(values.tolist()) - set(seen.tolist()))
        if missing:
            raise ValueError(
                f"no validation image has class {', '.join(map(str, missing))}: the validation metrics would say "
                "nothing about it. Use ck.data.hold_out, which takes the same share of each class."
            )


def _check_labels(labels: np.ndarray, classes: int, name: str) -> None:
    if labels.ndim != 1 or not np.issubdtype(labels.dtype, np.integer):
        raise ValueError(
            f"{name} are {labels.dtype} of shape {labels.shape}, but one whole number an image is needed, shape (n,)."
        )
    if labels.size and (labels.min() < 0 or labels.max() >= classes):
        raise ValueError(
            f"{name} go from {labels.min()} to {labels.max()}, but a network for {classes} classes needs 0 to "
            f"{classes - 1}. Count classes from 0, or give the network one output a class."
        )


def _check_values(images: np.ndarray, count: int) -> None:
    if len(images) != count:
        raise ValueError(f"there are {len(images)} images but {count} labels: one label an image is needed.")
    if np.isnan(images).any():
        raise ValueError("images hold NaN values: the loss would be NaN. Find them with np.isnan(images).")


def _shape(shape: tuple[int | None, ...]) -> str:
    return "x".join("any" if size is None else str(size) for size in shape)
