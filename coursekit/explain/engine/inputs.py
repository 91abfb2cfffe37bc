"""What a user passes to an explainer, checked before any work."""

from __future__ import annotations

import weakref
from dataclasses import dataclass, replace
from typing import Any, cast

import keras
import numpy as np
from numpy.typing import ArrayLike, NDArray

from coursekit.arrays import Floats, checked_floats
from coursekit.explain.engine.layer_calls import layer_paths

Classes = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Inputs:
    """A model and the images to explain, checked once: what the engine takes.

    Attributes
    ----------
    model : keras.Model
        Built.
    images : array (n, height, width, channels) or (n, length, channels)
        In the model's precision.
    layers : tuple of weak references
        To all layers of the model, also inside nested models. A Sequential model may gain or lose some after it was
        explained.
    """

    model: keras.Model
    images: Floats
    layers: tuple[weakref.ref[Any], ...]

    @classmethod
    def of(cls, model: keras.Model, images: ArrayLike) -> Inputs:
        """Check the images, and build the model if it was never called.

        Raises
        ------
        ValueError
            If the images do not fit the model or hold a number that is not finite.
        """
        checked = checked_images(model, images)
        if not model.built:
            model(checked[:1], training=False)
        return cls(model, checked, tuple(map(weakref.ref, layer_paths(model).values())))

    def __len__(self) -> int:
        return len(self.images)

    def with_images(self, images: Floats) -> Inputs:
        """Return other images of the same shape for the same model; they are not checked again."""
        return replace(self, images=images.astype(self.images.dtype, copy=False))


def checked_images(model: keras.Model, images: ArrayLike) -> Floats:
    """Return images (n, height, width, channels) or spectra (n, length, channels), in the model's precision.

    Raises
    ------
    ValueError
        If their axes are not those, they do not fit the model, or a number is not finite.
    """
    array = np.asarray(images)
    expected = input_shape(model)
    shape = "(n, height, width, channels), or spectra (n, length, channels)"
    if expected is not None:
        shape = f"(n, {', '.join('any' if side is None else str(side) for side in expected)})"
    if array.ndim not in (3, 4) or (expected is not None and not _fits(array.shape[1:], expected)):
        alone = _fits(array.shape, expected) if expected is not None else array.ndim == 2
        cure = " One image alone needs a first axis: pass image[np.newaxis]." if alone else ""
        raise ValueError(f"images have shape {array.shape}: model {model.name!r} takes {shape}.{cure}")
    with_four_axes = array if array.ndim == 4 else array[:, :, np.newaxis]
    checked = checked_floats(with_four_axes, "images", 4).reshape(array.shape)
    inputs = getattr(model, "inputs", None)
    precision = str(inputs[0].dtype) if inputs else model.compute_dtype
    return checked.astype(np.float64 if precision == "float64" else np.float32, copy=False)


def checked_target(target: ArrayLike | None, n: int, classes: int) -> Classes:
    """Return the class to explain for each of n images; -1 stands for the predicted one.

    Raises
    ------
    ValueError
        If target is not None, one class, or n classes, each from 0 to classes - 1.
    """
    if target is None:
        return np.full(n, -1, np.int32)
    array = np.asarray(target)
    if array.dtype.kind not in "iu" or array.shape not in ((), (n,)):
        raise ValueError(
            f"target is {target!r}: it must be None (the predicted class), one class, a whole number, or one for each "
            f"of the {n} images."
        )
    if array.min() < 0 or array.max() >= classes:
        raise ValueError(f"target is {target!r}: the model tells {classes} classes apart, 0 to {classes - 1}.")
    return np.broadcast_to(array.astype(np.int32), (n,))


def checked_baseline(baseline: ArrayLike, images: Floats) -> Floats:
    """Return a baseline for every image, in the images' shape and precision.

    Raises
    ------
    ValueError
        If it does not broadcast to the images or is not finite.
    """
    array = np.asarray(baseline)
    try:
        start = np.broadcast_to(array, images.shape)
    except ValueError:
        raise ValueError(
            f"baseline has shape {array.shape} and images {images.shape}: pass a number, one image, or one for "
            "each of them."
        ) from None
    if not np.isfinite(array).all():
        raise ValueError("baseline holds values that are not finite: pass numbers in the images' own units.")
    return cast(Floats, start.astype(images.dtype))


def input_shape(model: keras.Model) -> tuple[int | None, ...] | None:
    """Return the shape of a model's input without the batch axis; None if the model does not know it yet.

    Raises
    ------
    ValueError
        If the model has several inputs.
    """
    inputs = getattr(model, "inputs", None)
    if inputs is None:
        return None
    if len(inputs) != 1:
        raise ValueError(f"model {model.name!r} has {len(inputs)} inputs: only a model of one input can be explained.")
    return cast(tuple[int | None, ...], tuple(inputs[0].shape[1:]))


def _fits(shape: tuple[int, ...], expected: tuple[int | None, ...]) -> bool:
    return len(shape) == len(expected) and all(b in (None, a) for a, b in zip(shape, expected, strict=True))
