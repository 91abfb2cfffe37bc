"""Which layer computes which tensor, found by watching a model run once inside a traced function.

In Keras 3 the tensors inside a nested model are no part of the outer model's graph, a Sequential model has none before
it is built, and a subclassed model has none at all. Their layers' calls are the same everywhere, so these are watched:
for the time of one run every layer carries a wrapped ``call``, and is left as it was.
"""

from __future__ import annotations

import contextlib
import functools
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import keras
import tensorflow as tf


@dataclass(frozen=True, eq=False)
class Step:
    """One call of a layer; a layer that is used twice makes two steps."""

    name: str
    layer: keras.Layer
    inputs: tuple[Any, ...]
    outputs: tuple[Any, ...]

    @property
    def output(self) -> Any:
        """What the layer returned; None if that was several tensors."""
        return self.outputs[0] if len(self.outputs) == 1 else None


def is_activation_of(step: Step, owner: Step) -> bool:
    """Return whether a step is the activation, given as a layer, that makes another step's output."""
    return (
        step.layer is getattr(owner.layer, "activation", None)
        and step.output is not None
        and step.output is owner.output
    )


_ONE_AT_A_TIME = threading.RLock()


def layer_paths(model: keras.Model) -> dict[str, keras.Layer]:
    """Return every layer of a model, also inside nested models, by its path.

    Parameters
    ----------
    model : keras.Model
        A classifier of one input and one output, of logits or probabilities.

    Returns
    -------
    dict
        ``"layer"`` or ``"nested/layer"`` to the layer, outer before inner.

    Examples
    --------
    >>> from coursekit import networks
    >>> list(layer_paths(networks.cifar10_backbone()))[0]
    'course_backbone'
    """
    paths: dict[str, Any] = {}
    _collect(model, "", paths, set())
    return paths


@contextlib.contextmanager
def recorded(model: keras.Model, replaced: Mapping[str, Any] | None = None) -> Iterator[list[Step]]:
    """Note the calls of a model's layers, in the order in which they end, while the body runs the model.

    A layer whose path is among the replaced ones returns that instead of what it would compute.

    Only one thread at a time records, and only what it runs itself; the layers are as before when the body ends, also
    by an error.
    """
    steps: list[Step] = []
    with _ONE_AT_A_TIME, contextlib.ExitStack() as undo:
        for name, layer in {"": model, **layer_paths(model)}.items():
            before = layer.__dict__.get("call")
            call = _opened(layer.call)
            # The model's own call is the run itself, no step of it.
            watched = _watched(call, name, layer, steps, replaced or {}) if name else call
            # Plain attributes: Keras would track what is set the usual way.
            object.__setattr__(layer, "call", watched)
            if before is None:
                undo.callback(object.__delattr__, layer, "call")
            else:
                undo.callback(object.__setattr__, layer, "call", before)
        yield steps


def _watched(
    call: Callable[..., Any], name: str, layer: keras.Layer, steps: list[Step], replaced: Mapping[str, Any]
) -> Callable[..., Any]:
    thread = threading.get_ident()

    @functools.wraps(call)
    def watched(*args: Any, **kwargs: Any) -> Any:
        own = threading.get_ident() == thread
        outputs = replaced[name] if own and name in replaced else call(*args, **kwargs)
        if own:
            steps.append(Step(name, layer, _tensors((args, kwargs)), _tensors(outputs)))
        return outputs

    return watched


def _opened(call: Callable[..., Any]) -> Callable[..., Any]:
    """Return what a ``call`` decorated with ``tf.function`` runs, so that it becomes part of the graph it is run in."""
    inside = getattr(call, "python_function", None)
    if inside is None:
        return call

    @functools.wraps(inside)
    def opened(*args: Any, **kwargs: Any) -> Any:
        try:
            return inside(*args, **kwargs)
        except tf.errors.OperatorNotAllowedInGraphError:
            # It needs TensorFlow's own reading of its loops and branches, which only the function has.
            return call(*args, **kwargs)

    return opened


def _tensors(nest: Any) -> tuple[Any, ...]:
    return tuple(leaf for leaf in keras.tree.flatten(nest) if hasattr(leaf, "shape") and hasattr(leaf, "dtype"))


def _collect(layer: keras.Layer, prefix: str, paths: dict[str, Any], seen: set[int]) -> None:
    # A functional model also holds operations that are no layers, such as the addition of `x + y`.
    inner = [*layer._layers, *getattr(layer, "operations", ())]
    for part in inner:
        if id(part) in seen or isinstance(part, keras.layers.InputLayer):
            continue
        seen.add(id(part))
        path = prefix + part.name
        while path in paths:
            path += "'"
        paths[path] = part
        if hasattr(part, "_layers"):
            _collect(part, f"{path}/", paths, seen)
