"""How a model ends, and whether its answers are read as it means them: compared with its own output, once per model."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import keras
import numpy as np
import tensorflow as tf
from scipy import special

from coursekit.arrays import Floats
from coursekit.explain.engine.forward import Forward, as_float
from coursekit.explain.engine.image_axes import on_image
from coursekit.explain.engine.inputs import Inputs
from coursekit.explain.engine.model_state import State
from coursekit.explain.engine.tf_graph import bounded, made_of_squashed
from coursekit.explain.engine.tracing import Request, Traced, fact, traced

Kind = Literal["logits", "softmax", "log softmax", "sigmoid", "probabilities", "quantities"]

_COMPARED = 4  # images
_FAR = 1000.0  # what is still between 0 and 1 for images so many times as bright is bounded, not small by chance
# As Keras's classes, functions and short words are called, in small letters and without "_".
_REGRESSION_LOSSES = ("meansquared", "meanabsolute", "huber", "logcosh", "mse", "mae", "mape", "msle", "poisson")


@dataclass(frozen=True)
class Ending:
    """What a model returns.

    Attributes
    ----------
    kind : str
        ``"probabilities"`` where the scores that they are made of cannot be seen; ``"quantities"`` where nothing says
        that the numbers belong to classes.
    unread : str
        Why there are no scores to explain, and what to do; empty where there are.
    """

    kind: Kind
    unread: str = ""


def traced_classifier(inputs: Inputs, request: Request) -> Traced:
    """Return the function of a request about a score, for a model whose scores are what they seem.

    Raises
    ------
    ValueError
        If the model is no classifier, its scores cannot be read, or maps it asks for do not lie over the image.
    """
    found = ending(inputs)
    if found.unread:
        raise ValueError(found.unread)
    return on_image(inputs, request)


def ending(inputs: Inputs) -> Ending:
    """Return how a model ends, found out once and kept.

    Raises
    ------
    ValueError
        If the model is no classifier, or answers otherwise than the functions that are traced of it.
    """

    def find() -> tuple[State, Ending]:
        made = traced(inputs, Request.of(inputs, _ends, classifier=False))
        return made.state, _found(inputs, made)

    # What a model is compiled with changes nothing that it computes, but what its outputs mean.
    known: Ending = fact(inputs, f"ending, {_loss(inputs.model)}", find)
    return known


def _found(inputs: Inputs, made: Traced) -> Ending:
    name, batch = inputs.model.name, _seeded(inputs)
    (kind, in_bounds, of_probabilities), precision = made.notes, inputs.model.compute_dtype
    logits, outputs = _run(made, batch)
    tolerance = 2e-2 if precision in ("float16", "bfloat16") else 1e-3
    _must_agree(inputs, batch, outputs, tolerance)
    squashed = {"softmax": special.softmax, "log softmax": special.log_softmax}.get(kind)
    expected = squashed(logits, axis=1) if squashed else special.expit(logits) if kind == "sigmoid" else logits
    if not np.allclose(expected, outputs, atol=tolerance, rtol=tolerance):
        return Ending("probabilities", _hidden(name, "is reshaped or changed after its softmax"))
    if kind != "logits":
        return Ending(kind)
    if outputs.shape[1] > 1 and _are_shares(outputs, tolerance):
        return Ending("probabilities", _hidden(name, "returns numbers that sum to 1, so they are probabilities,"))
    if in_bounds and outputs.any() and _between_0_and_1(outputs):
        far = _run(made, batch * _FAR)[1]
        if _between_0_and_1(far):
            return Ending("probabilities", _hidden(name, "never leaves 0 to 1, so it returns probabilities,"))
    if of_probabilities:
        return Ending("quantities", _hidden(name, "computes what it returns from probabilities,"))
    loss = _loss(inputs.model)
    if outputs.shape[1] == 1 and "from_logits" not in loss:
        return Ending("quantities", _one_unit(name))
    if _is_of_regression(loss):
        return Ending("quantities", _several_units(name, outputs.shape[1], loss))
    return Ending("logits")


def _seeded(inputs: Inputs) -> Floats:
    """Return a few images of noise, in the range of those that are to be explained."""
    low, high = float(inputs.images.min()), float(inputs.images.max())
    fixed = inputs.model.inputs[0].shape[0] if getattr(inputs.model, "inputs", None) else None
    noise = np.random.default_rng(0).random((fixed or _COMPARED, *inputs.images.shape[1:]))
    scaled: Floats = (low + (max(high, low + 1) - low) * noise).astype(inputs.images.dtype)
    return scaled


def _run(made: Traced, batch: Floats) -> tuple[Floats, Floats]:
    logits, outputs = made.function(tf.constant(batch), tf.zeros(len(batch), tf.int32))
    return logits.numpy().astype(np.float64), outputs.numpy().astype(np.float64)


def _must_agree(inputs: Inputs, batch: Floats, outputs: Floats, tolerance: float) -> None:
    """Raise ValueError if the model itself answers otherwise than its traced function."""
    model = inputs.model

    def own() -> Floats:
        answer: Floats = np.asarray(as_float(tf.convert_to_tensor(model(batch, training=False))), np.float64)
        return answer.reshape(outputs.shape)

    answer = own()
    if np.allclose(answer, outputs, atol=tolerance, rtol=tolerance, equal_nan=True):
        return
    # One that draws random numbers at each call disagrees with itself.
    again = own()
    if np.allclose(answer, again, atol=tolerance, rtol=tolerance, equal_nan=True):
        raise ValueError(
            f"model {model.name!r} answers otherwise when it is traced as a graph: its outputs differ by up to "
            f"{np.abs(answer - outputs).max():.3g}. A layer computes with Python numbers that change, or outside of "
            "TensorFlow: write it with keras.ops, from its input alone."
        )


def _are_shares(outputs: Floats, tolerance: float) -> bool:
    return bool((outputs >= -1e-6).all() and np.allclose(outputs.sum(axis=1), 1, atol=tolerance))


def _between_0_and_1(outputs: Floats) -> bool:
    return bool(((outputs >= -1e-6) & (outputs <= 1 + 1e-6)).all())


def _loss(model: keras.Model) -> str:
    """Return the name of the loss that a model is compiled with, "from_logits" behind it where it says so."""
    loss = getattr(model, "loss", None)
    if isinstance(loss, Mapping | list | tuple) and len(loss) == 1:
        (loss,) = loss.values() if isinstance(loss, Mapping) else loss
    settings = getattr(loss, "_fn_kwargs", None) or {}
    if isinstance(loss, functools.partial):
        settings, loss = loss.keywords, loss.func
    name = loss if isinstance(loss, str) else getattr(loss, "__name__", type(loss).__name__)
    return f"{name} from_logits" if settings.get("from_logits") else str(name)


def _is_of_regression(loss: str) -> bool:
    return any(word in loss.replace("_", "").lower() for word in _REGRESSION_LOSSES)


def _hidden(name: str, why: str) -> str:
    return (
        f"model {name!r} {why} but what they are made of cannot be seen: a SavedModel, a function, or a layer after "
        "its softmax or sigmoid hides it, and an explanation needs the scores before it. Build the model so that it "
        "ends in keras.layers.Softmax() or Activation('sigmoid'), or returns the scores themselves."
    )


def _one_unit(name: str) -> str:
    return (
        f"model {name!r} ends in one unit that is no sigmoid: what does it say? If it is a logit (class 1 above 0, "
        "class 0 below), or if it is a quantity (regression), explain "
        "keras.Sequential([model, keras.layers.Activation('sigmoid')]): its score is that number. For a quantity pass "
        "target=1: what makes it larger."
    )


def _several_units(name: str, units: int, loss: str) -> str:
    return (
        f"model {name!r} ends in {units} units without a softmax and was compiled with {loss}, so they may be "
        "quantities (regression): what do they say? If each stands for a class, explain "
        "keras.Sequential([model, keras.layers.Softmax()]). To explain quantity i, explain with target=1 "
        "keras.Model(model.inputs[0], keras.layers.Activation('sigmoid')(model.outputs[0][:, i:i + 1])): its score "
        "is that number."
    )


def _ends(forward: Forward) -> list[Any]:
    """Note how the model seems to end, and return its logits and its outputs, both (n, units)."""
    logits = forward.logits
    kind = {"Softmax": "softmax", "LogSoftmax": "log softmax", "Sigmoid": "sigmoid"}.get(forward.squashing, "logits")
    forward.notes.extend([kind, bounded(forward.outputs), made_of_squashed(forward.outputs)])
    return [logits, as_float(tf.reshape(forward.outputs, tf.shape(logits)))]
