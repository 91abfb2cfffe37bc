"""What a user passes to an explainer, checked before any work."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import ArrayLike, NDArray

from coursekit.arrays import Floats, checked_floats
from coursekit.explain.engine.layer_calls import layer_paths
from coursekit.explain.engine.model_state import State, model_state

_CHANNELS_OF_AN_IMAGE = 4

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
    state : mapping
        What the model computes by: layers, settings, the identity of weights. It may change after it was explained.
    """

    model: keras.Model
    images: Floats
    state: State

    @classmethod
    def of(cls, model: keras.Model, images: ArrayLike) -> Inputs:
        """Check the images, and build the model if it was never called.

        Raises
        ------
        ValueError
            If it is no Keras model, or the images do not fit it or hold a number that is not finite.
        """
        check_model(model)
        checked = checked_images(model, images)
        if not model.built:
            model(checked[:1], training=False)
        if checked.ndim == 3 and checked.shape[-1] > _CHANNELS_OF_AN_IMAGE and not _has_sequences(model):
            rows, columns = checked.shape[1:]
            raise ValueError(
                f"model {model.name!r} takes {_shown(checked.shape[1:])} and nothing in it works along one axis, so "
                f"these are no spectra of {columns} channels. Give grey images a channel: explain keras.Sequential(["
                f"keras.Input(({rows}, {columns}, 1)), keras.layers.Reshape(({rows}, {columns})), model]), and pass "
                "images[..., np.newaxis]."
            )
        return cls(model, checked, model_state(model))

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
    array = _array_of(images)
    expected = input_shape(model)
    shape = "(n, height, width, channels), or spectra (n, length, channels)"
    if expected is not None and len(expected) not in (2, 3):
        raise ValueError(
            f"model {model.name!r} takes {_shown(expected)}, and images have the axes {shape}. {_cure(expected)}"
        )
    if expected is not None:
        shape = _shown(expected)
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


def check_model(model: Any) -> None:
    """Raise ValueError unless it is a Keras model, and say what to pass instead.

    Parameters
    ----------
    model : keras.Model
        What a user passed.
    """
    if isinstance(model, keras.Model):
        return
    needed = "explainers take a Keras model"
    owner = getattr(model, "__self__", None)
    origins = {kind.__module__.partition(".")[0] for kind in type(model).__mro__}
    if isinstance(owner, keras.Model):
        cure = f"it is a method of model {owner.name!r}: pass the model itself"
    elif isinstance(model, str | os.PathLike):
        cure = f"it is a name or a path: load the model first, model = keras.models.load_model({os.fspath(model)!r})"
    elif "torch" in origins:
        cure = "it is a PyTorch module: build the network in Keras and set its weights, or explain it with Captum"
    elif isinstance(model, keras.Layer):
        cure = "it is a layer alone: pass keras.Sequential([keras.Input(shape), layer]) with the shape of an image"
    elif isinstance(model, type):
        cure = f"it is a class: pass a model that is made of it, {model.__name__}(...)"
    elif isinstance(model, list | tuple):
        cure = "these are several: pass one after the other"
    elif hasattr(model, "shape"):
        cure = "it is an array: the model comes first, then the images"
    elif "tensorflow" in origins:
        cure = (
            "it is a loaded SavedModel: wrap its folder, keras.Sequential([keras.Input(shape), "
            "keras.layers.TFSMLayer(folder, call_endpoint='serving_default')])"
        )
    elif callable(model):
        cure = "it is a function: what happens inside cannot be seen. Build it of Keras layers"
    else:
        cure = "pass one that keras.Sequential, keras.Model or keras.models.load_model returned"
    raise ValueError(f"model is a {type(model).__name__}, but {needed}: {cure}.")


def _array_of(images: Any) -> NDArray[Any]:
    """Return images as an array, or raise ValueError and say what to pass instead."""
    if isinstance(images, str | os.PathLike):
        cure = f"it is a name or a path: load the image first, ck.data.load_image({os.fspath(images)!r})[np.newaxis]"
    elif isinstance(images, tf.data.Dataset):
        cure = "these are batches: pass the images of one of them, for example next(iter(dataset))[0]"
    elif isinstance(images, Iterator):
        cure = "it gives images one after the other: pass an array of them, np.stack(list(images))"
    elif isinstance(images, Mapping):
        cure = f"it has entries {', '.join(map(repr, images))}: pass the array that holds the images"
    else:
        try:
            array = np.asarray(images)
        except ValueError:  # of several shapes
            array = np.empty(0, object)
        if array.dtype != object:
            return array
        shapes = [np.shape(one) for one in images] if isinstance(images, list | tuple) else []
        if len(shapes) == 2 and len(shapes[0]) == 4 and len(shapes[1]) < 3:
            cure = "it is a batch of images and labels: pass the images alone, images[0]"
        elif len(set(shapes)) > 1:
            cure = f"they have different shapes, {shapes[0]} and others: bring all to one size"
        else:
            cure = "it holds something other than numbers: pass an array (n, height, width, channels)"
    raise ValueError(f"images is a {type(images).__name__}, and explainers take one array: {cure}.")


def _has_sequences(model: keras.Model) -> bool:
    """Return whether a model works along the first axis of what it gets, as networks of spectra do."""
    names = {kind.__name__ for layer in layer_paths(model).values() for kind in type(layer).__mro__}
    return bool(names & {"RNN", "MultiHeadAttention", "GroupedQueryAttention"}) or any("1D" in name for name in names)


def _shown(expected: tuple[int | None, ...]) -> str:
    sides = ", ".join("any" if side is None else str(side) for side in expected)
    return f"(n, {sides})"


def _cure(expected: tuple[int | None, ...]) -> str:
    """Return what to do about a model whose input has not the axes of images."""
    if len(expected) == 1:
        numbers = expected[0]
        side = int(np.sqrt(numbers or 0))
        shape = f"({side}, {side}, 1)" if numbers and side**2 == numbers else "(height, width, channels)"
        return (
            f"If its numbers are pixels, put the flattening into the model, keras.Sequential([keras.Input({shape}), "
            f"keras.layers.Flatten(), model]), and pass images of that shape."
        )
    return "Only models of images and spectra can be explained here."


def _fits(shape: tuple[int, ...], expected: tuple[int | None, ...]) -> bool:
    return len(shape) == len(expected) and all(b in (None, a) for a, b in zip(shape, expected, strict=True))
