"""A Keras classifier, traced once, that also gives away what its convolutional layers answer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import keras

INPUT_SHAPE = (28, 28, 1)


@dataclass(frozen=True)
class Answer:
    """What a classifier says about one picture.

    Attributes
    ----------
    probabilities : float32 array (classes,)
    maps : dict of str to float32 array (height, width, channels)
        The output of every convolutional layer, by its name, in the order of the network.
    """

    probabilities: NDArray[np.float32]
    maps: dict[str, NDArray[np.float32]]


class DigitClassifier:
    """Any Keras classifier of 28 by 28 grey pictures: sequential, functional, nested or of an own class.

    Its output may be probabilities or logits. It is traced when it is built, so that a call costs a few milliseconds.

    Raises
    ------
    TypeError
        If it is not a Keras model.
    ValueError
        If it does not take one picture (28, 28, 1), or does not answer with at least two numbers.

    Examples
    --------
    >>> from coursekit.networks import mnist_convnet
    >>> answer = DigitClassifier(mnist_convnet())(np.zeros((28, 28)))
    >>> answer.probabilities.shape, [maps.shape for maps in answer.maps.values()]
    ((10,), [(26, 26, 32), (11, 11, 64), (3, 3, 64)])
    """

    def __init__(self, model: keras.Model) -> None:
        import keras

        if not isinstance(model, keras.Model):
            raise TypeError(f"the model is a {type(model).__name__}: pass a Keras model, such as mnist_convnet().")
        try:
            # An empty picture builds models that have not been called yet.
            scores = model(np.zeros((1, *INPUT_SHAPE), np.float32), training=False)
        except Exception as error:
            raise ValueError(
                f"the model {model.name!r} does not take one picture of shape {INPUT_SHAPE} with values from 0 to 1: "
                f"{str(error).strip().splitlines()[0]} Pass a classifier of 28 by 28 grey pictures."
            ) from error
        shape = tuple(getattr(scores, "shape", ()))
        if len(shape) != 2 or shape[1] < 2:
            raise ValueError(
                f"the model {model.name!r} answers with shape {shape}: a classifier gives (1, classes), with two or "
                "more classes. End the model with a Dense layer that has one unit a class."
            )
        self._run = _traced(model)
        # Logits are told from probabilities by what the model says about noise: it cannot sum to 1 by chance.
        noise = np.random.default_rng(0).random((1, *INPUT_SHAPE), np.float32)
        sample = self._run(noise)[0].numpy()[0]
        self._logits = bool(sample.min() < 0 or abs(sample.sum() - 1) > 1e-3)

    def __call__(self, picture: NDArray[np.floating[Any]]) -> Answer:
        """Classify one picture (28, 28) with values from 0 to 1."""
        scores, maps = self._run(np.asarray(picture, np.float32).reshape(1, *INPUT_SHAPE))
        values = scores.numpy()[0]
        if self._logits:
            values = np.exp(values - values.max())
            values /= values.sum()
        return Answer(values, {name: layer_maps.numpy()[0] for name, layer_maps in maps.items()})


def _traced(model: keras.Model) -> Any:
    import tensorflow as tf

    layers = list(_convolutions(model))

    def run(picture: Any) -> tuple[Any, dict[str, Any]]:
        heard: dict[str, Any] = {}
        with ExitStack() as stack:
            for layer in layers:
                stack.enter_context(_listening(layer, heard))
            return model(picture, training=False), heard

    return tf.function(run, input_signature=[tf.TensorSpec((1, *INPUT_SHAPE), tf.float32)])


def _convolutions(model: keras.Model) -> Iterator[keras.Layer]:
    import keras

    for layer in model.layers:
        if hasattr(layer, "layers"):
            yield from _convolutions(layer)
        elif isinstance(layer, keras.layers.Conv2D | keras.layers.DepthwiseConv2D | keras.layers.SeparableConv2D):
            yield layer


@contextmanager
def _listening(layer: keras.Layer, heard: dict[str, Any]) -> Iterator[None]:
    """Keep the output of a layer in ``heard``.

    The outputs inside a nested model are no part of the outer model's graph, so a second ``keras.Model`` cannot give
    them; listening to the call works for every kind of model.
    """
    call = layer.call

    def listen(*arguments: Any, **options: Any) -> Any:
        output = call(*arguments, **options)
        heard[layer.name] = output
        return output

    object.__setattr__(layer, "call", listen)
    try:
        yield
    finally:
        object.__delattr__(layer, "call")
