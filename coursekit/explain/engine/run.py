"""Running a method on a classifier: traced once, in batches, and the model left as it is.

Whatever a method computes runs in one function that TensorFlow traces once for a model, a layer and an image shape.
The weights are not copied: a model that is trained on, or edited, is explained as it is now. The model is not changed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import ArrayLike, NDArray

from coursekit import settings
from coursekit.arrays import Floats
from coursekit.explain.engine.batch_size import evenly, faster, images_at_once
from coursekit.explain.engine.ending import traced_classifier
from coursekit.explain.engine.forward import Forward
from coursekit.explain.engine.image_axes import on_image
from coursekit.explain.engine.inputs import Classes, Inputs, checked_target
from coursekit.explain.engine.layer_selection import Layer
from coursekit.explain.engine.pass_counter import note
from coursekit.explain.engine.tracing import Body, Request


def run(
    inputs: Inputs,
    target: ArrayLike | None,
    body: Body,
    *,
    layer: Layer | None = None,
    replaced_gradients: tuple[tuple[str, str], ...] = (),
    classifier: bool = True,
    batch_size: int | None = None,
) -> list[NDArray[Any]]:
    """Run a method's body on images, in batches, traced once.

    Parameters
    ----------
    inputs : Inputs
        The model and the images.
    target : None, int or array (n,)
        Class; None means the predicted class of each image.
    body : function
        Of a `Forward`; returns a list of tensors, each with a first axis n. It must be the same function at every call.
    layer : str, int, layer or None
        Which maps the body finds in the `Forward`.
    replaced_gradients : pairs of str
        An operation of TensorFlow and the registered gradient to take in place of its own.
    classifier : bool
        False for a body that asks for no score: any model will do, and target is any n numbers for the body.
    batch_size : int, optional
        Images at once. If not given, as many as this machine's cache holds, 32 at most.

    Returns
    -------
    list of array

    Raises
    ------
    ValueError
        If the target, the layer or the model cannot be used; the message says why.
    """
    request = Request.of(inputs, body, layer, replaced_gradients, classifier)
    return _run(inputs, target, batch_size, request)[0]


def run_noted(
    inputs: Inputs, target: ArrayLike | None, body: Body, *, batch_size: int | None = None
) -> tuple[list[NDArray[Any]], list[Any]]:
    """Run a method's body on images as `run` does; return its arrays, and what it noted in the `Forward`."""
    return _run(inputs, target, batch_size, Request.of(inputs, body))


def run_on_one(inputs: Inputs, class_: int, body: Body, extra: list[NDArray[Any]], passes: int) -> list[NDArray[Any]]:
    """Run a method's body on one image (1, ...) and more arrays, which it finds in `Forward.extra`.

    The first axis of these may differ from call to call. It counts as so many passes forward.
    """
    kinds = tuple((array.shape[1:], array.dtype.name) for array in extra)
    made = traced_classifier(inputs, Request.of(inputs, body, extra=kinds))
    note(passes, made.backward)
    asked = checked_target(class_, 1, made.classes)
    parts = made.function(tf.constant(inputs.images), tf.constant(asked), *map(tf.constant, extra))
    return [part.numpy() for part in parts]


def target_classes(inputs: Inputs, target: ArrayLike | None = None, *, batch_size: int | None = None) -> Classes:
    """Return the class that is explained for each image, (n,): the target, or if None the predicted class."""
    if target is None:
        return run(inputs, target, _class_and_score, batch_size=batch_size)[0]
    # Nothing has to be computed, but the model has to be a classifier that knows these classes.
    request = Request.of(inputs, _class_and_score)
    return checked_target(target, len(inputs), traced_classifier(inputs, request).classes)


def target_scores(inputs: Inputs, target: ArrayLike | None = None, *, batch_size: int | None = None) -> Floats:
    """Return the logit of the target class for each image, (n,); None means the predicted class."""
    return run(inputs, target, _class_and_score, batch_size=batch_size)[1]


def fitting_batch(inputs: Inputs, batch_size: int | None, passes: int, body: Body | None = None) -> int:
    """Return how many images a method makes and runs at once: as given, else as many as fit this machine.

    Parameters
    ----------
    inputs : Inputs
    batch_size : int or None
        As a person asks for it.
    passes : int
        How many there will be. Before more than one call, once for a model and a size of images, it is tried what is
        fastest; the calls then get equally many.
    body : function, optional
        What is run; the score alone if not given.

    Raises
    ------
    ValueError
        If batch_size is less than 1, or the model is no classifier.
    """
    made = traced_classifier(inputs, Request.of(inputs, body or _class_and_score))
    some = images_at_once(batch_size, made.bytes_an_image)
    if batch_size is not None or settings.images_at_once() is not None or passes <= some:
        return some

    def trial(count: int) -> None:
        made.function(
            tf.constant(np.resize(inputs.images, (count, *inputs.images.shape[1:]))), tf.zeros(count, tf.int32)
        )

    if "at once" not in made.made_of_it:
        made.made_of_it["at once"] = faster(some, trial)
    return evenly(passes, int(made.made_of_it["at once"]))


def score_function(inputs: Inputs) -> tuple[Callable[[Any], Any], dict[str, Any]]:
    """Return the function from a tensor of images like these to the scores of all classes, (n, classes).

    It is traced once, can be differentiated, and works outside of graphs and within. The dictionary beside it lives as
    long: what was made of the function can be kept there.
    """
    made = traced_classifier(inputs, Request.of(inputs, _class_scores))

    def all_scores(batch: Any) -> Any:
        return made.function(batch, tf.zeros(tf.shape(batch)[:1], tf.int32))[0]

    return all_scores, made.made_of_it


def looked_up(inputs: Inputs, question: Callable[[Forward], Any], layer: Layer | None = None) -> Any:
    """Run the model once as a graph and return what a question finds in it."""
    found = []

    def function(batch: Any) -> None:
        found.append(question(Forward.of(inputs.model, batch, None, layer)))

    signature = [tf.TensorSpec((None, *inputs.images.shape[1:]), inputs.images.dtype)]
    tf.function(function, input_signature=signature, autograph=False).get_concrete_function()
    return found[0]


def _run(
    inputs: Inputs, target: ArrayLike | None, batch_size: int | None, request: Request
) -> tuple[list[NDArray[Any]], list[Any]]:
    images = inputs.images
    made = traced_classifier(inputs, request) if request.classifier else on_image(inputs, request)
    asked = checked_target(target, len(images), made.classes) if request.classifier else np.asarray(target, np.int32)
    note(len(images), made.backward)
    some = images_at_once(batch_size, made.bytes_an_image)
    batches = []
    for start in range(0, len(images), some):
        rows = slice(start, start + some)
        parts = made.function(tf.constant(images[rows]), tf.constant(asked[rows]))
        batches.append([part.numpy() for part in parts])
    together = batches[0] if len(batches) == 1 else [np.concatenate(parts) for parts in zip(*batches, strict=True)]
    return together, made.notes


def _class_scores(forward: Forward) -> list[Any]:
    if forward.logits.shape[1] == 1:
        return [tf.concat([-forward.logits, forward.logits], axis=1)]
    return [forward.logits]


def _class_and_score(forward: Forward) -> list[Any]:
    return [forward.target, forward.score]
