"""What a model computes by, in brief: its layers, their settings and their weights' identity, to notice a change."""

from __future__ import annotations

import functools
import types
import weakref
from collections.abc import Iterator, Mapping
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from coursekit.explain.engine.layer_calls import layer_paths

State = Mapping[tuple[str, str], Any]
"""What an attribute is, by the path of its layer and its name."""

_KEPT_IN_FULL = 4096  # numbers
# What TensorFlow, training and the graph of a functional model keep besides: they follow from the rest.
_BOOKKEEPING = ("_self_", "_compile", "_epoch", "_eval_epoch", "_nodes", "_operations_by", "_tensor_usage", "stop_")
_ONLY_TRAINED = ("_initializer", "_regularizer", "_constraint")


class SameObject:
    """Equal only to another one of the same object, while that lives; it does not keep it alive."""

    def __init__(self, value: Any) -> None:
        self._reference = weakref.ref(value)
        self._hash = id(value)

    def __eq__(self, other: object) -> bool:
        own = self._reference()
        return isinstance(other, SameObject) and own is not None and own is other._reference()

    def __hash__(self) -> int:
        return self._hash


def model_state(model: keras.Model) -> dict[tuple[str, str], Any]:
    """Return what a model computes by.

    Weights count by their identity: a traced function reads their values when it runs. All else that an attribute may
    hold is a constant of a traced function, and counts by its value: settings, activations, the mean of an adapted
    normalization.
    """
    state: dict[tuple[str, str], Any] = {}
    for path, layer in {"": model, **layer_paths(model)}.items():
        state[path, ""] = SameObject(layer)
        # One that a person puts in later would be new: what is not there yet counts as well.
        state[path, "call"] = _brief(vars(layer).get("call"))
        for name, value in _attributes(layer):
            state[path, name] = _brief(value)
    return state


def constants(layer: keras.Layer) -> dict[str, Any]:
    """Return the attributes of a layer that are numbers, words, arrays or functions: what a copy may share."""
    return {name: value for name, value in _attributes(layer) if _is_constant(value)}


def unchanged(state: State, now: State) -> bool:
    """Return whether all that a state holds is now the same."""
    missing = object()
    return all(now.get(key, missing) == value for key, value in state.items())


def settled(before: State, after: State) -> State:
    """Return the part of a state that a run of the model has left as it was: what a run changes only counts runs."""
    missing = object()
    return {key: value for key, value in before.items() if after.get(key, missing) == value}


def _attributes(layer: keras.Layer) -> Iterator[tuple[str, Any]]:
    skipped = _bookkeeping()
    # A copy: another thread that runs the model may add to it meanwhile.
    for name, value in dict(vars(layer)).items():
        if name not in skipped and not name.startswith(_BOOKKEEPING) and not name.endswith(_ONLY_TRAINED):
            yield name, value


def _is_constant(value: Any) -> bool:
    if isinstance(value, tuple):
        return all(map(_is_constant, value))
    return value is None or isinstance(
        value, bool | int | float | str | np.generic | np.ndarray | tf.Tensor | types.FunctionType
    )


@functools.cache
def _bookkeeping() -> frozenset[str]:
    """Return the attributes that Keras keeps about a layer or a training, which change no answer."""
    watched = {"_layers", "_functional"}
    own = {*vars(keras.layers.Layer()), *vars(keras.Sequential())}
    return frozenset({*own, "history", "optimizer", "stop_training"} - watched)


def _brief(value: Any) -> Any:
    """Return what tells a value from others, without keeping anything alive that is large or leads to the model."""
    if value is None or isinstance(value, bool | int | float | complex | str | bytes | np.generic):
        return (type(value), value)
    if isinstance(value, tuple | list):
        return tuple(map(_brief, value))
    if isinstance(value, Mapping):
        return tuple((str(key), _brief(one)) for key, one in value.items())
    if isinstance(value, types.MethodType):
        return _brief(value.__func__), SameObject(value.__self__)
    if isinstance(value, functools.partial):
        return _brief(value.func), _brief(value.args), _brief(value.keywords)
    eager = isinstance(value, tf.Tensor) and hasattr(value, "numpy")
    if (eager or isinstance(value, np.ndarray)) and np.size(value) <= _KEPT_IN_FULL:
        numbers = np.asarray(value)
        return numbers.shape, numbers.dtype.str, numbers.tobytes()
    try:
        return SameObject(value)
    except TypeError:
        return (type(value), id(value))
