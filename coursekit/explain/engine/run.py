"""Reading a classifier: the score to explain, the layers with maps, and running a method on pictures.

The score of a class is its logit: the number before a softmax or a sigmoid. A softmax divides by all classes and is
flat where the network is sure, so its gradient says little, and about the wrong thing. Where a network ends in one
sigmoid unit with logit z, the score of class 1 is z and that of class 0 is -z.

Whatever a method computes runs in one function that TensorFlow traces once for a model, a layer and a picture shape.
The weights are not copied: a model that is trained on, or edited, is explained as it is now. The model is not changed.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import ArrayLike, NDArray

from coursekit.arrays import Floats, at_least_one
from coursekit.explain.engine.forward import Forward
from coursekit.explain.engine.inputs import Classes, checked_pictures, checked_target
from coursekit.explain.engine.layer_calls import layer_paths
from coursekit.explain.engine.layer_selection import Layer, names, spatial
from coursekit.explain.engine.pass_counter import note

Body = Callable[[Forward], list[Any]]
_Method = tuple[Body, Layer | None, tuple[tuple[str, str], ...], bool]


def run(
    model: Any,
    pictures: ArrayLike,
    target: Any,
    body: Body,
    *,
    layer: Layer | None = None,
    replaced_gradients: tuple[tuple[str, str], ...] = (),
    classifier: bool = True,
    batch_size: int = 8,
) -> list[NDArray[Any]]:
    """Run a method's body on pictures, in batches, traced once.

    Parameters
    ----------
    model : keras.Model
    pictures : array (n, height, width, channels) or (n, length, channels)
    target : None, int or array (n,)
        Class; None means the predicted class of each picture.
    body : function
        Of a `Forward`; returns a list of tensors, each with a first axis n. It must be the same function at every call.
    layer : str, int, layer or None
        Which maps the body finds in the `Forward`.
    replaced_gradients : pairs of str
        An operation of TensorFlow and the registered gradient to take in place of its own.
    classifier : bool
        False for a body that asks for no score: any model will do, and target is any n numbers for the body.
    batch_size : int
        Pictures at once: bounds the memory.

    Returns
    -------
    list of array

    Raises
    ------
    ValueError
        If the pictures, the target, the layer or the model cannot be used; the message says why.
    """
    return _run(model, pictures, target, batch_size, (body, layer, replaced_gradients, classifier))[0]


def run_noted(
    model: Any, pictures: ArrayLike, target: Any, body: Body, *, batch_size: int = 8
) -> tuple[list[NDArray[Any]], list[Any]]:
    """Run a method's body on pictures as `run` does; return its arrays, and what it noted in the `Forward`."""
    return _run(model, pictures, target, batch_size, (body, None, (), True))


def map_count(model: Any, pictures: ArrayLike, layer: Layer | None = None) -> int:
    """Return how many maps a layer computes: the channels of its output."""
    return int(_looked_up(model, pictures, lambda forward: forward.maps.shape[-1], layer))


def scores(model: Any, pictures: ArrayLike, target: Any = None, *, batch_size: int = 8) -> Floats:
    """Return the score that the explainers explain: the logit of the target class.

    Parameters
    ----------
    model : keras.Model
    pictures : array (n, height, width, channels) or (n, length, channels)
    target : None, int or array (n,)
        Class; None means the predicted class of each picture.
    batch_size : int

    Returns
    -------
    array (n,)

    Examples
    --------
    >>> from coursekit import networks
    >>> model, blank = networks.mnist_convnet(), np.zeros((1, 28, 28, 1))
    >>> scores(model, blank, target=3)  # every bias is still 0
    array([0.], dtype=float32)
    """
    return run(model, pictures, target, _class_and_score, batch_size=batch_size)[1]


def score_function(model: Any, pictures: ArrayLike) -> tuple[Callable[[Any], Any], dict[str, Any]]:
    """Return the function from a tensor of pictures like these to the scores of all classes, (n, classes).

    It is traced once, can be differentiated, and works outside of graphs and within. The dictionary beside it lives as
    long: what was made of the function can be kept there.
    """
    checked = _prepared(model, pictures)
    traced = _traced(model, _Request(_class_scores, None, (), True, checked.shape[1:], checked.dtype.name))

    def all_scores(batch: Any) -> Any:
        return traced.function(batch, tf.zeros(tf.shape(batch)[:1], tf.int32))[0]

    return all_scores, traced.made_of_it


def explained_classes(model: Any, pictures: ArrayLike, target: Any = None, *, batch_size: int = 8) -> Classes:
    """Return the class that is explained for each picture, (n,): the target, or if None the predicted class.

    With one output unit, class 1 is predicted where its logit is above 0.
    """
    if target is None:
        return run(model, pictures, target, _class_and_score, batch_size=batch_size)[0]
    # Nothing has to be computed, but the model has to be a classifier that knows these classes.
    checked = _prepared(model, pictures)
    request = _Request(_class_and_score, None, (), True, checked.shape[1:], checked.dtype.name)
    return checked_target(target, len(checked), _traced(model, request).classes)


def spatial_layers(model: Any, pictures: ArrayLike) -> list[str]:
    """Return the layers whose output has the pictures' axes, in the order of the computation.

    These may be asked for as ``layer``; the last one that is found if none is asked for is `last_spatial_layer`.

    Examples
    --------
    >>> from coursekit import networks
    >>> model = networks.mnist_convnet()
    >>> spatial_layers(model, np.zeros((1, 28, 28, 1))) == [layer.name for layer in model.layers[:5]]
    True
    """
    found: list[str] = _looked_up(model, pictures, _spatial_names)
    return found


def last_spatial_layer(model: Any, pictures: ArrayLike) -> str:
    """Return the layer that the class activation methods take if none is asked for.

    It is the last one after a convolution whose maps are more than one pixel, without the pooling, dropout or padding
    that may follow it: these only choose among its numbers.

    Raises
    ------
    ValueError
        If there is none.

    Examples
    --------
    >>> from coursekit import networks
    >>> model = networks.mnist_convnet()
    >>> last_spatial_layer(model, np.zeros((1, 28, 28, 1))) == model.layers[4].name
    True
    """
    name: str = _looked_up(model, pictures, lambda forward: forward.map_step.name)
    return name


def run_on_one(
    model: Any, picture: Floats, class_: int, body: Body, extra: list[NDArray[Any]], passes: int
) -> list[NDArray[Any]]:
    """Run a method's body on one picture (1, ...) and more arrays, which it finds in `Forward.extra`.

    The first axis of these may differ from call to call. It counts as so many passes forward.
    """
    checked = _prepared(model, picture)
    kinds = tuple((array.shape[1:], array.dtype.name) for array in extra)
    traced = _traced(model, _Request(body, None, (), True, checked.shape[1:], checked.dtype.name, kinds))
    note(passes, traced.backward)
    asked = checked_target(class_, 1, traced.classes)
    parts = traced.function(tf.constant(checked), tf.constant(asked), *map(tf.constant, extra))
    return [part.numpy() for part in parts]


def _run(
    model: Any, pictures: ArrayLike, target: Any, batch_size: int, method: _Method
) -> tuple[list[NDArray[Any]], list[Any]]:
    at_least_one(batch_size, "batch_size")
    checked = _prepared(model, pictures)
    body, layer, replaced_gradients, classifier = method
    layer = int(layer) if isinstance(layer, np.integer) else layer
    request = _Request(body, layer, replaced_gradients, classifier, checked.shape[1:], checked.dtype.name)
    traced = _traced(model, request)
    asked = checked_target(target, len(checked), traced.classes) if classifier else np.asarray(target, np.int32)
    note(len(checked), traced.backward)
    batches = []
    for start in range(0, len(checked), batch_size):
        rows = slice(start, start + batch_size)
        parts = traced.function(tf.constant(checked[rows]), tf.constant(asked[rows]))
        batches.append([part.numpy() for part in parts])
    together = batches[0] if len(batches) == 1 else [np.concatenate(parts) for parts in zip(*batches, strict=True)]
    return together, traced.notes


@dataclass(frozen=True)
class _Request:
    """All that a traced function is made for, besides the model."""

    body: Body
    layer: Layer | None
    replaced_gradients: tuple[tuple[str, str], ...]
    classifier: bool
    shape: tuple[int, ...]
    dtype: str
    extra: tuple[tuple[tuple[int, ...], str], ...] = ()

    @property
    def signature(self) -> list[Any]:
        tensors = [(self.shape, self.dtype), ((), "int32"), *self.extra]
        return [tf.TensorSpec((None, *shape), dtype) for shape, dtype in tensors]

    def key(self, model: Any) -> Hashable:
        # What is kept must not keep a layer alive, and through it the model: a weak reference equals only another one
        # to the same living layer. A Sequential model may gain or lose layers after it was explained.
        layer = self.layer if isinstance(self.layer, str | int | None) else weakref.ref(self.layer)
        made_of = tuple(map(weakref.ref, layer_paths(model).values()))
        return (self.body, layer, self.replaced_gradients, self.classifier, self.shape, self.dtype, self.extra, made_of)


@dataclass(frozen=True)
class _Traced:
    function: Any
    classes: int
    backward: bool
    notes: list[Any]
    made_of_it: dict[str, Any] = field(default_factory=dict)


_TRACED: weakref.WeakKeyDictionary[Any, dict[Hashable, _Traced]] = weakref.WeakKeyDictionary()


def _traced(model: Any, request: _Request) -> _Traced:
    known = _TRACED.setdefault(model, {})
    key = request.key(model)
    if key not in known:
        known[key] = _trace(model, request)
    return known[key]


def _trace(model: Any, request: _Request) -> _Traced:
    classes, backward = 0, False
    notes: list[Any] = []
    reference = weakref.ref(model)

    def function(batch: Any, asked: Any, *extra: Any) -> list[Any]:
        nonlocal classes, backward, notes
        forward = Forward.of(reference(), batch, asked, request.layer, dict(request.replaced_gradients))
        forward.extra.extend(extra)
        classes = forward.classes if request.classifier else 0
        found = request.body(forward)
        backward, notes = bool(forward.derived), forward.notes
        return found

    traced = tf.function(function, input_signature=request.signature, autograph=False).get_concrete_function()
    return _Traced(traced, classes, backward, notes)


def _looked_up(model: Any, pictures: ArrayLike, question: Callable[[Forward], Any], layer: Layer | None = None) -> Any:
    """Run the model once as a graph and return what a question finds in it."""
    checked = _prepared(model, pictures)
    answers = []

    def function(batch: Any) -> None:
        answers.append(question(Forward.of(model, batch, None, layer)))

    signature = [tf.TensorSpec((None, *checked.shape[1:]), checked.dtype)]
    tf.function(function, input_signature=signature, autograph=False).get_concrete_function()
    return answers[0]


def _prepared(model: Any, pictures: ArrayLike) -> Floats:
    checked = checked_pictures(model, pictures)
    if not model.built:
        model(checked[:1], training=False)
    return checked


def _spatial_names(forward: Forward) -> list[str]:
    return names(spatial(forward.steps, forward.pictures, keras.tree.flatten(forward.outputs)))


def _class_scores(forward: Forward) -> list[Any]:
    if forward.logits.shape[1] == 1:
        return [tf.concat([-forward.logits, forward.logits], axis=1)]
    return [forward.logits]


def _class_and_score(forward: Forward) -> list[Any]:
    return [forward.target, forward.score]
