"""Any Keras model, opened: what each of its layers takes, gives, learns and costs, and what passes through it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from coursekit.arrays import Floats
from coursekit.receptive_field import ReceptiveField, receptive_fields

if TYPE_CHECKING:
    import keras

Group = Literal["convolution", "dense", "other"]

_SLIDING = {"BaseConv", "BaseDepthwiseConv", "BaseSeparableConv"}
_CONVOLUTIONS = _SLIDING | {"BaseConvTranspose"}


@dataclass(frozen=True)
class ModelLayer:
    """One layer of a model.

    Attributes
    ----------
    name : str
        ``"inner/name"`` within a model inside the model.
    kind : str
        Its class, for example ``"Conv2D"``.
    group : {"convolution", "dense", "other"}
    takes : tuple of shapes
        One for each input, without the batch axis.
    gives : tuple of int
    parameters : int
    products : int or None
        Multiplications with a weight for one image: 0 where there is no kernel, None where it is not known.
    field : ReceptiveField or None
        What its units see of the image; None where that is not defined.
    kernel : str
        The name of its kernel among its weights; empty where it has none.
    """

    name: str
    kind: str
    group: Group
    takes: tuple[tuple[int, ...], ...]
    gives: tuple[int, ...]
    parameters: int
    products: int | None
    field: ReceptiveField | None
    kernel: str


@dataclass(frozen=True)
class Passage:
    """What one image became on its way through a model: tensors, read where they are asked for."""

    tensors: Sequence[Any]
    places: dict[str, tuple[int, int]]
    scores: NDArray[np.float32]

    def taken(self, layer: str) -> Floats:
        """Return what a layer took, (height, width, channels) or (units,); of several inputs, the first."""
        return _read(self.tensors[self.places[layer][0]])

    def given(self, layer: str) -> Floats:
        """Return what a layer gave, (height, width, channels) or (units,)."""
        return _read(self.tensors[self.places[layer][1]])


class OpenedModel:
    """A Keras model whose layers can be looked at: sequential, functional, nested, or of an own class.

    It is traced once for one shape; an image then costs one run, whichever layer is looked at. Layers that run out of
    sight, in a loop of their own, are left out.

    Parameters
    ----------
    model : keras.Model
        Any of one input.
    shape : tuple of int
        Of one image as the model takes it, without the batch axis.

    Raises
    ------
    TypeError
        If it is not a Keras model.
    ValueError
        If it does not take images of this shape.

    Examples
    --------
    >>> from coursekit import networks
    >>> opened = OpenedModel(networks.mnist_convnet(), (28, 28, 1))
    >>> first = opened.layers[0]
    >>> first.kind, first.gives, first.parameters, first.products, first.field.size
    ('Conv2D', (26, 26, 32), 320, 194688, (3, 3))
    """

    def __init__(self, model: keras.Model, shape: tuple[int, ...]) -> None:
        import keras

        if not isinstance(model, keras.Model):
            raise TypeError(f"the model is a {type(model).__name__}: pass a Keras model, such as mnist_convnet().")
        self.model, self.shape = model, shape
        try:
            if not model.built:
                model(np.zeros((1, *shape), np.float32), training=False)
            self._trace()
        except (ValueError, TypeError, KeyError) as error:
            raise ValueError(
                f"the model {model.name!r} does not take one image of shape {shape}: "
                f"{str(error).strip().splitlines()[0]} Pass images as the model takes them, (n, height, width, "
                "channels)."
            ) from error
        if not self.layers:
            raise ValueError(f"the model {model.name!r} has no layer that can be looked into.")

    def pass_through(self, image: Floats) -> Passage:
        """Run the model on one image, (height, width, channels)."""
        scores, tensors = self._run(np.asarray(image, np.float32)[np.newaxis])
        return Passage(tensors, self._places, _read(scores) if scores is not None else np.zeros(0, np.float32))

    def kernel(self, name: str) -> NDArray[np.float32]:
        """Return the kernel of a layer as (rows, columns, channels in, kernels); of a dense layer (1, 1, in, units)."""
        values = np.asarray(getattr(self._found[name], self.layer(name).kernel), np.float32)
        if values.ndim == 2:
            return values[np.newaxis, np.newaxis]
        if values.ndim == 3:
            return values[np.newaxis]
        if "depthwise" in self.layer(name).kernel:
            # Each of its kernels reads one channel: as many kernels as channels times the depth multiplier.
            return values.reshape(*values.shape[:2], 1, -1)
        if "Transpose" in self.layer(name).kind:
            return values.transpose(0, 1, 3, 2)
        return values

    def keras_layer(self, name: str) -> Any:
        """Return the layer of that name as Keras has it."""
        return self._found[name]

    def layer(self, name: str) -> ModelLayer:
        """Return the layer of that name."""
        return self._by_name[name]

    def _trace(self) -> None:
        import tensorflow as tf

        from coursekit.explain.engine.layer_calls import recorded

        noted: list[Any] = []
        places: dict[str, tuple[int, int]] = {}

        def run(batch: Any) -> tuple[Any, list[Any]]:
            graph = tf.compat.v1.get_default_graph()
            with recorded(self.model) as steps:
                scores = self.model(batch, training=False)
            noted[:] = _in_sight(steps, graph)
            unique = {id(tensor): tensor for step in noted for tensor in (step.inputs[0], step.output)}
            number = {key: index for index, key in enumerate(unique)}
            # A layer that is used several times shows its last use.
            places.update((step.name, (number[id(step.inputs[0])], number[id(step.output)])) for step in noted)
            return (scores if tf.is_tensor(scores) else None), list(unique.values())

        signature = [tf.TensorSpec((1, *self.shape), tf.float32)]
        self._run = tf.function(run, input_signature=signature, autograph=False).get_concrete_function()
        self._places, self._found = places, {step.name: step.layer for step in noted}
        fields = self._fields()
        self.layers = [_described(step, fields.get(step.name)) for step in {step.name: step for step in noted}.values()]
        self._by_name = {layer.name: layer for layer in self.layers}

    def _fields(self) -> dict[str, ReceptiveField]:
        if len(self.shape) != 3:
            return {}
        try:
            return receptive_fields(self.model, (self.shape[0], self.shape[1]))
        except ValueError:
            # Some layer has none, for example a transposed convolution; the model can be looked at all the same.
            return {}


def _in_sight(steps: Sequence[Any], graph: Any) -> list[Any]:
    """Return the steps whose tensors can be read, without models that only hold other layers.

    An activation that was given as a layer is a part of the layer that makes its output, as any other activation is.
    """
    from coursekit.explain.engine.layer_calls import is_activation_of

    steps = [step for step in steps if not any(is_activation_of(step, owner) for owner in steps)]
    kept = [
        step
        for step in steps
        if step.output is not None
        and step.inputs
        and all(tensor.graph is graph and None not in tensor.shape for tensor in (step.inputs[0], step.output))
    ]
    names = {step.name for step in kept}
    return [step for step in kept if not any(name.startswith(f"{step.name}/") for name in names)]


def _described(step: Any, field: ReceptiveField | None) -> ModelLayer:
    layer = step.layer
    kinds = {kind.__name__ for kind in type(layer).__mro__}
    group: Group = "other"
    if kinds & _CONVOLUTIONS:
        group = "convolution"
    elif kinds & {"Dense", "EinsumDense"}:
        group = "dense"
    kernel = next((name for name in ("depthwise_kernel", "kernel") if _has_kernel(layer, name)), "")
    given = tuple(int(side) for side in step.output.shape[1:])
    taken = tuple(tuple(int(side) for side in tensor.shape[1:]) for tensor in step.inputs)
    return ModelLayer(
        name=step.name,
        kind=type(layer).__name__,
        group=group,
        takes=taken,
        gives=given,
        parameters=int(layer.count_params()) if hasattr(layer, "count_params") else 0,
        products=_products(layer, kinds, taken[0], given),
        field=field,
        kernel=kernel,
    )


def _has_kernel(layer: Any, name: str) -> bool:
    shape = getattr(getattr(layer, name, None), "shape", None)
    # A kernel that slides along three axes cannot be drawn on a page.
    return shape is not None and 2 <= len(shape) <= 4


def _products(layer: Any, kinds: set[str], taken: tuple[int, ...], given: tuple[int, ...]) -> int | None:
    """Return how many products with weights a layer computes for one image; normalisation and the like count 0."""
    weights = [weight for weight in getattr(layer, "weights", ()) if "kernel" in weight.name]
    if not weights:
        return None if getattr(layer, "count_params", lambda: 0)() and "BatchNormalization" not in kinds else 0
    size = sum(int(np.prod(weight.shape)) for weight in weights)
    if kinds & {"Dense", *_SLIDING}:
        # Every weight is used once at every place of the output.
        return size * int(np.prod(given[:-1], dtype=int))
    if "BaseConvTranspose" in kinds:
        return size * int(np.prod(taken[:-1], dtype=int))
    return None


def _read(tensor: Any) -> NDArray[np.float32]:
    return np.asarray(tensor.numpy()[0], np.float32)
