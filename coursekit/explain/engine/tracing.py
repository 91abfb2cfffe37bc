"""Functions that TensorFlow traces once for a model, a method, a layer and an image shape, and keeps."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from coursekit.explain.engine.batch_size import bytes_an_image
from coursekit.explain.engine.forward import Forward
from coursekit.explain.engine.inputs import Inputs
from coursekit.explain.engine.layer_selection import Layer
from coursekit.explain.engine.model_state import SameObject, State, model_state, settled, unchanged

Body = Callable[[Forward], list[Any]]

FUNCTIONS_KEPT = 48
"""How many functions of one model are kept, each with megabytes of graph. A comparison of all methods needs some 30."""
FACTS_KEPT = 128
"""How many facts of one model are kept, each with what the model was when it was found out."""
SHAPES_KEPT = 8
"""For how many shapes of images a model's functions are kept: whoever goes through sizes seldom comes back to one."""


@dataclass(frozen=True)
class Request:
    """All that a traced function is made for, besides the model."""

    body: Body
    layer: Layer | None
    replaced_gradients: tuple[tuple[str, str], ...]
    classifier: bool
    shape: tuple[int, ...]
    dtype: str
    extra: tuple[tuple[tuple[int, ...], str], ...] = ()

    @classmethod
    def of(
        cls,
        inputs: Inputs,
        body: Body,
        layer: Layer | None = None,
        replaced_gradients: tuple[tuple[str, str], ...] = (),
        classifier: bool = True,
        extra: tuple[tuple[tuple[int, ...], str], ...] = (),
    ) -> Request:
        """Return the request of a body for images like these."""
        asked = int(layer) if isinstance(layer, np.integer) else layer
        shape, dtype = inputs.images.shape[1:], inputs.images.dtype.name
        return cls(body, asked, replaced_gradients, classifier, shape, dtype, extra)

    @property
    def signature(self) -> list[Any]:
        """What the function takes: images, classes, and more arrays."""
        tensors = [(self.shape, self.dtype), ((), "int32"), *self.extra]
        return [tf.TensorSpec((None, *shape), dtype) for shape, dtype in tensors]

    def key(self) -> Hashable:
        """Return what tells it from others. It does not keep a layer alive, and through it the model."""
        layer = self.layer if isinstance(self.layer, str | int | None) else SameObject(self.layer)
        return (self.body, layer, self.replaced_gradients, self.classifier, self.shape, self.dtype, self.extra)


@dataclass
class Traced:
    """A traced function.

    Attributes
    ----------
    function : callable
        Of images, classes and more arrays.
    classes : int
        How many classes the model tells apart; 0 where no score was asked for.
    backward : bool
        Whether it takes a derivative.
    notes : list
        What the body noted in the `Forward`.
    map_name : str
        The layer whose maps it takes; empty if it takes none.
    shape : tuple of int
        Of an image that it takes.
    bytes_an_image : int
        Of the largest tensor that it computes of one image.
    state : mapping
        What the model was when it was traced.
    made_of_it : dict
        What was made of the function; kept as long.
    """

    function: Any
    classes: int
    backward: bool
    notes: list[Any]
    map_name: str
    shape: tuple[int, ...]
    bytes_an_image: int
    state: State
    made_of_it: dict[str, Any] = field(default_factory=dict)


_TRACED: weakref.WeakKeyDictionary[Any, dict[Hashable, Traced]] = weakref.WeakKeyDictionary()


def traced(inputs: Inputs, request: Request) -> Traced:
    """Return the function of a request, traced anew where the model has changed in more than its weights' values."""
    known, key = _TRACED.setdefault(inputs.model, {}), request.key()
    found = known.pop(key, None)
    if found is None or not unchanged(found.state, inputs.state):
        found = _trace(inputs, request)
    # The one asked for last stands last.
    known[key] = found
    _forget_oldest(known)
    return found


def _forget_oldest(known: dict[Hashable, Traced]) -> None:
    """Leave the functions asked for last: so many, for so many shapes."""
    shapes = list(dict.fromkeys(one.shape for one in reversed(known.values())))[:SHAPES_KEPT]
    last = [key for key, one in known.items() if one.shape in shapes][-FUNCTIONS_KEPT:]
    for key in known.keys() - set(last):
        del known[key]


_FACTS: weakref.WeakKeyDictionary[Any, dict[str, tuple[State, Any]]] = weakref.WeakKeyDictionary()


def fact(inputs: Inputs, name: str, find: Callable[[], tuple[State, Any]]) -> Any:
    """Return what was found out about a model under a name; found anew where the model has changed."""
    known = _FACTS.setdefault(inputs.model, {})
    found = known.pop(name, None)
    if found is None or not unchanged(found[0], inputs.state):
        found = find()
    # The one asked for last stands last.
    known[name] = found
    for oldest in list(known)[:-FACTS_KEPT]:
        known.pop(oldest, None)
    return found[1]


def _trace(inputs: Inputs, request: Request) -> Traced:
    classes, backward, map_name = 0, False, ""
    notes: list[Any] = []
    reference: weakref.ref[keras.Model] = weakref.ref(inputs.model)

    def function(batch: Any, asked: Any, *extra: Any) -> list[Any]:
        nonlocal classes, backward, notes, map_name
        model = reference()
        assert model is not None  # it runs only while it is traced
        forward = Forward.of(model, batch, asked, request.layer, dict(request.replaced_gradients))
        forward.extra.extend(extra)
        classes = forward.classes if request.classifier else 0
        found = request.body(forward)
        backward, notes = bool(forward.derived), forward.notes
        map_name = forward.map_step.name if "map_step" in vars(forward) else ""
        return found

    made = tf.function(function, input_signature=request.signature, autograph=False).get_concrete_function()
    kept = settled(inputs.state, model_state(inputs.model))
    return Traced(made, classes, backward, notes, map_name, request.shape, bytes_an_image(made.graph), kept)
