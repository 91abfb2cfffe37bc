"""A network that a learner trained elsewhere, made ready for the explainers and explorers of the course."""

from __future__ import annotations

import os
import warnings
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import keras
import numpy as np
from keras import layers

from coursekit.networks.graph import layer_graph
from coursekit.networks.own.model_file import FileFormat, read
from coursekit.networks.own.value_range import ValueRange, found_range

_MOST_CHANNELS = 4


@dataclass(frozen=True, eq=False)
class OwnModel:
    """A network from a file, and what was found out about it.

    Attributes
    ----------
    model : keras.Model
        Takes images (n, height, width, channels) with values from 0 to 1, as all networks of the course: the way to
        the values that the file's own network takes is part of it. For the explainers and explorers.
    class_names : tuple of str
        One for each class.
    input_shape : tuple of int or None
        ``(height, width, channels)`` of the images, or ``(length, channels)`` of spectra; None where any will do.
    value_range : (float, float)
        Black and white as the file's own network takes them.
    range_from : {"found", "given"}
        Whether its own first layers tell that range, or you did.
    format : {"keras", "h5", "savedmodel"}
        Of the file. A SavedModel is one layer: nothing inside of it can be looked at.
    """

    model: keras.Model
    class_names: tuple[str, ...]
    input_shape: tuple[int | None, ...]
    value_range: ValueRange
    range_from: Literal["found", "given"]
    format: FileFormat


def open_model(
    path: str | os.PathLike[str],
    class_names: Sequence[str] | None = None,
    value_range: ValueRange | None = None,
) -> OwnModel:
    """Open a classifier that you trained elsewhere. No code that came with the file is run.

    Parameters
    ----------
    path : str or path
        A ``.keras`` or ``.h5`` file, or the folder of a SavedModel.
    class_names : sequence of str, optional
        A name for each class, in the order of the outputs; by default ``"class 0"``, ``"class 1"``, ... One output unit
        tells two classes apart: it says how probable the second one is.
    value_range : (float, float), optional
        Black and white in the images that it was trained on: ``(0, 1)``, ``(0, 255)`` or ``(-1, 1)``, say. Only needed
        where its own first layers (Rescaling, Normalization, ``x / 255``) do not tell. Where they tell something else,
        yours is taken, with a warning.

    Returns
    -------
    OwnModel
        Its ``model`` takes values from 0 to 1, whatever the file's own network takes.

    Raises
    ------
    ValueError
        If the file cannot be opened safely, holds no classifier of images with one input and one output, its values
        cannot be told, or the names are too many or too few. The message says what to do.

    Examples
    --------
    >>> import tempfile
    >>> trained = keras.Sequential(
    ...     [keras.Input((8, 8, 1)), layers.Rescaling(1 / 255), layers.Flatten(), layers.Dense(2, activation="softmax")]
    ... )
    >>> file = Path(tempfile.mkdtemp()) / "mine.keras"
    >>> trained.save(file)
    >>> own = open_model(file, class_names=("cat", "dog"))
    >>> own.input_shape, own.value_range, own.range_from
    ((8, 8, 1), (0.0, 255.0), 'found')
    """
    place = Path(path).expanduser()
    model, file_format = read(place)
    shape = _checked_input(model, place)
    units = _checked_output(model, place)
    if not isinstance(model, keras.Sequential):
        # Old files have lists of one input and one output; Keras warns at every call that a tensor is none.
        model = keras.Model(model.inputs[0], model.outputs[0], name=model.name)
    _refuse_regression(model, place, units, class_names)
    names = _names(class_names, max(units, 2))
    given = None if value_range is None else _checked_range(value_range)
    whole_numbers = "int" in str(model.inputs[0].dtype)
    found = (0.0, 255.0) if whole_numbers else found_range(model)
    range_ = given or found
    if range_ is None:
        raise ValueError(
            f"{place} does not tell which values it takes. Pass those that it was trained on: value_range=(0, 1) if "
            "the images were divided by 255, (0, 255) if they were taken as stored, (-1, 1) if they were divided by "
            "127.5 and lessened by 1. A wrong range gives wrong answers without an error."
        )
    if given and found and given != found:
        warnings.warn(
            f"the first layers of {place.name} are made for values from {found[0]:g} to {found[1]:g}, but value_range "
            f"is {given}, which is taken. It is what the file's network takes; images from 0 to 1 are brought there.",
            stacklevel=2,
        )
    ready, taken = _taking_0_to_1(model, shape, range_)
    if file_format == "savedmodel":
        ready = _with_scores(ready, taken)
    return OwnModel(ready, names, taken, range_, "given" if given else "found", file_format)


def _checked_input(model: keras.Model, path: Path) -> tuple[int | None, ...]:
    inputs = getattr(model, "inputs", None)
    if not inputs:
        raise ValueError(
            f"{path} holds a {type(model).__name__} whose input is not known. Call it once on a batch of images before "
            "it is saved; a model of an own class, make a functional one: keras.Model(images, model(images)) with "
            "images = keras.Input((height, width, channels))."
        )
    if len(inputs) != 1:
        raise ValueError(f"{path} has {len(inputs)} inputs: only a model of one can be explained.")
    shape = tuple(inputs[0].shape[1:])
    if len(shape) == 3 and shape[0] in (1, 3) and shape[2] is not None and shape[2] > _MOST_CHANNELS:
        raise ValueError(
            f"{path} takes {shape}, channels first: here images are (height, width, channels). Put "
            f"keras.layers.Permute((3, 1, 2)) in front of it, and save it again with channels last."
        )
    if len(shape) not in (2, 3):
        raise ValueError(
            f"{path} takes {shape}: images (height, width, channels) are needed. If these are images that were "
            "flattened, put keras.layers.Flatten() in front of it and save that."
        )
    return shape


def _checked_output(model: keras.Model, path: Path) -> int:
    if len(model.outputs) != 1:
        raise ValueError(
            f"{path} has {len(model.outputs)} outputs: make a model of the one to explain, keras.Model(model.inputs, "
            "model.outputs[0]), and save that."
        )
    shape = tuple(model.outputs[0].shape)
    if len(shape) < 2 or shape[-1] is None or any(side != 1 for side in shape[1:-1]):
        raise ValueError(
            f"{path} returns {shape}, but a classifier returns (n, classes): this is a network without its head, or "
            "one that says something about each place. Save it with its head."
        )
    return int(shape[-1])


def _refuse_regression(model: keras.Model, path: Path, units: int, class_names: Sequence[str] | None) -> None:
    """Raise where one number comes out and nothing says that it stands for two classes."""
    if units > 1:
        return
    ends_in = _last_activation(model)
    if ends_in == "softmax":
        raise ValueError(f"{path} ends in a softmax of one unit, which is always 1: it needs a sigmoid, or two units.")
    if ends_in != "sigmoid" and class_names is None:
        raise ValueError(
            f"{path} ends in one number that is no probability as far as one can see ({ends_in}): it may be a measure "
            "(an age, say), which has no classes to explain. If it is the logit of the second of two classes, say so "
            'by class_names=("first", "second").'
        )


def _last_activation(model: keras.Model) -> str:
    try:
        graph = layer_graph(model)
    except ValueError:
        return f"{type(model).__name__}, whose layers are not known"
    layer = next(call.layer for call in graph.calls if any(made is graph.outputs[0] for made in call.outputs))
    if isinstance(layer, keras.Model):
        return _last_activation(layer)
    activation = getattr(layer, "activation", None)
    return str(getattr(activation, "__name__", type(layer).__name__)).lower()


def _names(given: Sequence[str] | None, classes: int) -> tuple[str, ...]:
    if given is None:
        return tuple(f"class {number}" for number in range(classes))
    if isinstance(given, Mapping | Set):
        raise ValueError(
            f"class_names is a {type(given).__name__}, but a list in the order of the model's outputs is needed"
            + (
                ": pass sorted(names, key=names.get) if it holds the number of each."
                if isinstance(given, Mapping)
                else "."
            )
        )
    if isinstance(given, str) or len(given) != classes:
        count = "one word" if isinstance(given, str) else f"{len(given)} names"
        raise ValueError(
            f"class_names holds {count}, but the model tells {classes} classes apart: pass {classes} names."
        )
    return tuple(str(name) for name in given)


def _checked_range(value_range: ValueRange) -> ValueRange:
    try:
        low, high = (float(value) for value in value_range)
    except (TypeError, ValueError):
        low = high = 0.0
    if not low < high < float("inf") or low == -float("inf"):
        raise ValueError(f"value_range is {value_range!r}: pass two numbers, black and white, as (0, 1) or (0, 255).")
    return low, high


def _taking_0_to_1(
    model: keras.Model, shape: tuple[int | None, ...], range_: ValueRange
) -> tuple[keras.Model, tuple[int | None, ...]]:
    """Return a model that takes values from 0 to 1, and images with an axis of channels; and their shape."""
    grey = len(shape) == 2 and _is_of_images(model, shape)
    dtype = str(model.inputs[0].dtype)
    if range_ == (0.0, 1.0) and not grey and "int" not in dtype:
        return model, shape
    taken = (*shape, 1) if grey else shape
    images = values = keras.Input(taken, name="images")
    if range_ != (0.0, 1.0):
        values = layers.Rescaling(range_[1] - range_[0], offset=range_[0], name="to_its_values")(values)
    if grey:
        values = layers.Reshape(shape, name="to_its_axes")(values)
    if "int" in dtype:
        values = keras.ops.cast(keras.ops.round(values), dtype)
    return keras.Model(images, model(values), name=model.name), taken


def _with_scores(model: keras.Model, shape: tuple[int | None, ...]) -> keras.Model:
    """Return the model of a SavedModel so that its scores can be read, where it returns probabilities.

    What its probabilities were made of is hidden in one layer. Their logarithms are scores of the same answers: the
    softmax of log p is p.
    """
    sides = [32 if side is None else side for side in shape]
    answers = model.predict(np.random.default_rng(0).random((4, *sides), np.float32), verbose=0)
    output = model.outputs[0]
    least = 1e-30  # of a float32, so that the logarithm of 0 is finite
    if answers.min() < 0 or answers.max() > 1:
        return model
    if answers.shape[-1] == 1:
        odds = keras.ops.log(keras.ops.maximum(output, least)) - keras.ops.log(keras.ops.maximum(1 - output, least))
        return keras.Model(model.inputs[0], layers.Activation("sigmoid")(odds), name=model.name)
    if not np.allclose(answers.sum(axis=-1), 1, atol=1e-3):
        return model
    scores = keras.ops.log(keras.ops.maximum(output, least))
    return keras.Model(model.inputs[0], layers.Softmax()(scores), name=model.name)


def _is_of_images(model: keras.Model, shape: tuple[int | None, ...]) -> bool:
    """Tell images without an axis of channels, (28, 28), from spectra or other series."""
    if shape[1] is None or shape[1] <= _MOST_CHANNELS or None in shape:
        return False
    calls = layer_graph(model).calls
    flattened = any(isinstance(call.layer, layers.Flatten) and len(call.inputs[0].shape) == 3 for call in calls)
    return flattened or any(len(made.shape) == 4 for call in calls for made in call.outputs)
