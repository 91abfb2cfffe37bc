"""A Keras classifier of digits, traced once, with the feature maps of its convolutional layers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import keras

INPUT_SHAPE = (28, 28, 1)


@dataclass(frozen=True)
class Answer:
    """What a classifier answers to one image.

    Attributes
    ----------
    probabilities : float32 array (classes,)
        In 0..1, with the sum 1.
    maps : dict of str to float32 array (height, width, channels)
        The output of every convolutional layer, by its name, in the order of the computation.
    """

    probabilities: NDArray[np.float32]
    maps: dict[str, NDArray[np.float32]]


class DigitClassifier:
    """Any Keras classifier of 28 by 28 grey images: sequential, functional, nested or of an own class.

    Its output may be probabilities or logits. It is traced when it is built, so that a call costs a few milliseconds.

    Raises
    ------
    TypeError
        If it is not a Keras model.
    ValueError
        If it does not take one image (28, 28, 1), or does not answer with at least two numbers.

    Examples
    --------
    >>> from coursekit.networks import mnist_convnet
    >>> answer = DigitClassifier(mnist_convnet())(np.zeros((28, 28)))
    >>> answer.probabilities.shape, [maps.shape for maps in answer.maps.values()]
    ((10,), [(26, 26, 32), (11, 11, 64), (3, 3, 64)])
    """

    def __init__(self, model: keras.Model) -> None:
        import keras

        from coursekit.explain import Probe

        if not isinstance(model, keras.Model):
            raise TypeError(f"the model is a {type(model).__name__}: pass a Keras model, such as mnist_convnet().")
        try:
            # An empty image builds models that have not been called yet.
            scores = model(np.zeros((1, *INPUT_SHAPE), np.float32), training=False)
        except Exception as error:
            raise ValueError(
                f"the model {model.name!r} does not take one image of shape {INPUT_SHAPE} with values from 0 to 1: "
                f"{str(error).strip().splitlines()[0]} Pass a classifier of 28 by 28 grey images."
            ) from error
        shape = tuple(getattr(scores, "shape", ()))
        if len(shape) != 2 or shape[1] < 2:
            raise ValueError(
                f"the model {model.name!r} answers with shape {shape}: a classifier gives (1, classes), with two or "
                "more classes. End the model with a Dense layer that has one unit a class."
            )
        self._probe = Probe(model, INPUT_SHAPE)
        self._layers = [path for path in self._probe.layers if _is_convolution(model, path)]

    def __call__(self, image: NDArray[np.floating[Any]]) -> Answer:
        """Classify one image (28, 28) with values from 0 to 1."""
        seen = self._probe(np.reshape(image, (1, *INPUT_SHAPE)))
        maps = {name: seen.maps(name)[0] for name in self._layers}
        if seen.probabilities is None:
            raise ValueError("the model answers with numbers that are no probabilities: pass a classifier.")
        return Answer(seen.probabilities[0], maps)


def _is_convolution(model: keras.Model, path: str) -> bool:
    """Whether the layer at ``"layer"``, or ``"nested/layer"``, slides a kernel over an image."""
    import keras

    layer = model
    for name in path.split("/"):
        layer = layer.get_layer(name)
    return isinstance(layer, keras.layers.Conv2D | keras.layers.DepthwiseConv2D | keras.layers.SeparableConv2D)
