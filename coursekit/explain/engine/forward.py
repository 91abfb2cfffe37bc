"""One run of a classifier inside a traced function: the score to explain, the maps to explain it by."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from coursekit.explain.engine.layer_calls import Step, recorded
from coursekit.explain.engine.layer_selection import Layer, chosen
from coursekit.explain.engine.tf_graph import ancestors, before_squashing, kinds_within, squashing

# Half precision holds nothing below 6e-8, and the derivatives of a mean over many pixels are smaller. A power of two
# changes no digit of those that it can hold.
_HALF_PRECISION_SCALE = 256.0


@dataclass(frozen=True, eq=False)
class Forward:
    """A model's run on a batch, as tensors of a graph.

    Attributes
    ----------
    model : keras.Model
    images : tensor (n, height, width, channels) or (n, length, channels)
    asked : tensor (n,)
        The class to explain; -1 where it is the predicted one.
    layer : str, int, layer or None
        Whose `maps`.
    steps : list of Step
        Every call of a layer.
    outputs : tensor, or several
        What the model returned.
    derived : list
        By what a derivative was taken.
    extra : list
        Tensors that the method gets besides.
    notes : list
        What a method wants to know at every run besides the tensors. No layer: it would keep the model alive.
    """

    model: keras.Model
    images: Any
    asked: Any
    layer: Layer | None
    steps: list[Step]
    outputs: Any
    derived: list[Any] = field(default_factory=list)
    extra: list[Any] = field(default_factory=list)
    notes: list[Any] = field(default_factory=list)

    @classmethod
    def of(
        cls,
        model: keras.Model,
        images: Any,
        asked: Any,
        layer: Layer | None = None,
        replaced_gradients: dict[str, str] | None = None,
        replaced_outputs: dict[str, Any] | None = None,
    ) -> Forward:
        """Run a model.

        `replaced_gradients` names operations of TensorFlow and the registered gradients they take instead;
        `replaced_outputs` are what layers return, by path, instead of what they would compute.
        """
        graph = tf.compat.v1.get_default_graph()
        with recorded(model, replaced_outputs) as steps, graph.gradient_override_map(replaced_gradients or {}):
            return cls(model, images, asked, layer, steps, model(images, training=False))

    @property
    def squashing(self) -> str:
        """Kind of operation, "Softmax", "LogSoftmax" or "Sigmoid", where the graph ends in one; else empty."""
        return squashing(self.outputs)

    @cached_property
    def logits(self) -> Any:
        """The numbers (n, units) behind the output, found in the graph: exact, and the model is untouched.

        Raises
        ------
        ValueError
            If the model is no classifier of one output.
        """
        outputs, name = self.outputs, self.model.name
        if not tf.is_tensor(outputs):
            raise ValueError(
                f"model {name!r} has several outputs: make a model of the one to explain, "
                "keras.Model(model.inputs, model.outputs[0])."
            )
        units = 0 if None in outputs.shape[1:] else int(np.prod(outputs.shape[1:]))
        if units == 0 or units != (outputs.shape[-1] if len(outputs.shape) > 1 else 1):
            raise ValueError(
                f"model {name!r} returns {outputs.shape}: a classifier returns (n, classes). To explain one pixel of "
                "an output, or its mean, add a layer that picks it."
            )
        if units == 1 and self.squashing in ("Softmax", "LogSoftmax"):
            raise ValueError(f"model {name!r} ends in a softmax of one unit, which is always 1: use a sigmoid.")
        return as_float(tf.reshape(before_squashing(outputs), (-1, units)))

    @property
    def classes(self) -> int:
        """How many classes the model tells apart."""
        return max(int(self.logits.shape[1]), 2)

    @cached_property
    def target(self) -> Any:
        """The class explained, (n,)."""
        if self.logits.shape[1] == 1:
            return tf.where(self.asked < 0, tf.cast(self.logits[:, 0] > 0, tf.int32), self.asked)
        return tf.where(self.asked < 0, tf.argmax(self.logits, axis=1, output_type=tf.int32), self.asked)

    @cached_property
    def score(self) -> Any:
        """The logit of the class explained, (n,)."""
        if self.logits.shape[1] == 1:
            return tf.where(self.target == 1, self.logits[:, 0], -self.logits[:, 0])
        # Not a gather: its derivative takes as long to trace as a small network.
        chosen_one = tf.one_hot(self.target, self.classes, on_value=True, off_value=False)
        return tf.reduce_sum(tf.where(chosen_one, self.logits, tf.zeros_like(self.logits)), axis=1)

    @cached_property
    def map_step(self) -> Step:
        """The call of the layer asked for; if none is, of the last one that makes maps."""
        return chosen(self.model, self.layer, self.steps, self.images, keras.tree.flatten(self.outputs))

    @property
    def maps(self) -> Any:
        """Output of that layer, (n, h, w, K) or (n, l, K), in the layer's own precision."""
        return self.map_step.output

    def operations(self) -> set[str]:
        """Return the kinds of TensorFlow operations that the score is computed by, such as "Relu"."""
        return kinds_within(ancestors(self.score))

    def derivative(self, by: Any, of: Any = None) -> Any:
        """Return the derivative of the score, or of other numbers (n,), by a tensor: its shape, float32 or float64.

        Raises
        ------
        ValueError
            If no derivative reaches it.
        """
        self.derived.append(by)
        (slope,) = tf.gradients((self.score if of is None else of) * _HALF_PRECISION_SCALE, by)
        if slope is None:
            raise ValueError(
                f"no derivative of the output of model {self.model.name!r} reaches what it is asked for: something in "
                "between cannot be differentiated, for example an input of whole numbers (give the model a float "
                "input), an argmax or a layer that runs outside TensorFlow."
            )
        return as_float(tf.convert_to_tensor(slope)) / _HALF_PRECISION_SCALE


def as_float(tensor: Any) -> Any:
    """Return half precision as float32, anything else as it is."""
    return tf.cast(tensor, tf.float32) if tensor.dtype in (tf.float16, tf.bfloat16) else tensor
