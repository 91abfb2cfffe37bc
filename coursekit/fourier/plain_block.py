"""Read a Keras model into arrays: its convolutions, what stands between them, and the dense layers behind.

`read` takes any model that is one chain of layers. `plain_block` asks for more: convolutions that can be merged into
one product a frequency, with nothing between them that is not linear and the same at every place.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import keras
import numpy as np

from coursekit.arrays import Floats
from coursekit.fourier.transforms import Padding, PlaneShape
from coursekit.networks.graph import LayerCall, layer_graph


@dataclass(frozen=True, eq=False)
class Convolution:
    """A convolution as arrays.

    Attributes
    ----------
    name : str
    kernels : array (kernel_height, kernel_width, channels_in, channels_out)
    bias : array (channels_out,)
        Zeros where the layer has none.
    padding : {"same", "valid"}
    """

    name: str
    kernels: Floats
    bias: Floats
    padding: Padding

    @property
    def size(self) -> PlaneShape:
        """Height and width of the kernels."""
        return self.kernels.shape[0], self.kernels.shape[1]


@dataclass(frozen=True, eq=False)
class Scaling:
    """A batch normalisation that no longer learns: ``maps * scale + shift``, one number of each a channel."""

    name: str
    scale: Floats
    shift: Floats

    def __call__(self, maps: Floats) -> Floats:
        """Return the maps, scaled and shifted."""
        return maps * self.scale + self.shift


@dataclass(frozen=True, eq=False)
class Dense:
    """A dense layer as arrays, before its activation: ``numbers @ weights + bias``."""

    name: str
    weights: Floats
    bias: Floats

    def __call__(self, numbers: Floats) -> Floats:
        """Return the sums of the units."""
        return numbers @ self.weights + self.bias


@dataclass(frozen=True, eq=False)
class Other:
    """What is neither: an activation, pooling, flattening. Keras computes it.

    Attributes
    ----------
    name : str
    kind : str
        Of what kind: ``"relu"``, ``"MaxPooling2D"``, ``"Flatten"``.
    compute : callable
    """

    name: str
    kind: str
    compute: Callable[[Floats], Any]

    def __call__(self, maps: Floats) -> Floats:
        """Return what Keras makes of the maps."""
        return np.asarray(self.compute(maps))


PlainStep = Convolution | Scaling | Dense | Other


@dataclass(frozen=True, eq=False)
class Tail:
    """The layers behind the maps, up to the logits.

    Attributes
    ----------
    steps : tuple
    last : Other or None
        The softmax or sigmoid that makes probabilities of the logits; None where the model has none.
    """

    steps: tuple[PlainStep, ...]
    last: Other | None

    def __call__(self, maps: Floats) -> Floats:
        """Return the logits (n, classes) of maps (n, height, width, channels)."""
        numbers = maps
        for step in self.steps:
            assert not isinstance(step, Convolution)  # `read` puts them before the tail
            numbers = step(numbers)
        return numbers

    def probabilities(self, logits: Floats) -> Floats:
        """Return what the model returns: the logits through its softmax or sigmoid, if it has one.

        Parameters
        ----------
        logits : array (n, classes)
            Before a softmax or sigmoid.

        Returns
        -------
        array (n, classes)
            0 to 1 where there is one, else as they came.
        """
        return logits if self.last is None else self.last(logits)

    def dense_layers(self) -> list[Dense]:
        """Return the dense layers, where the tail is flattening and dense layers with ReLU between them.

        Returns
        -------
        list of Dense
            From the first to the output.

        Raises
        ------
        ValueError
            If there is another layer; the message names it.
        """
        expected = "Flatten"
        dense = []
        for step in self.steps:
            kind = "Dense" if isinstance(step, Dense) else getattr(step, "kind", type(step).__name__)
            if kind != expected:
                raise ValueError(
                    f"layer {step.name!r} behind the convolutions is {kind}, where {expected} is needed: written out "
                    "as arrays, the tail is flattening, then dense layers with ReLU between them."
                )
            if isinstance(step, Dense):
                dense.append(step)
            expected = "relu" if kind == "Dense" else "Dense"
        return dense


@dataclass(frozen=True, eq=False)
class Chain:
    """A model as steps.

    Attributes
    ----------
    name : str
        Of the model.
    input_shape : tuple
        (height, width, channels); height and width may be None.
    steps : tuple
        Those that make maps, convolutions among them.
    tail : Tail
        The rest.
    """

    name: str
    input_shape: tuple[Any, ...]
    steps: tuple[PlainStep, ...]
    tail: Tail

    @property
    def dtype(self) -> np.dtype[Any]:
        """What the convolutions compute in, float32 or float64."""
        return next(step.kernels.dtype for step in self.steps if isinstance(step, Convolution))


@dataclass(frozen=True, eq=False)
class PlainBlock:
    """Convolutions with nothing between them, and the tail behind.

    Attributes
    ----------
    name : str
        Of the model.
    input_shape : tuple
        (height, width, channels); height and width may be None.
    convolutions : tuple of Convolution
        In the order of the computation, batch normalisation folded in.
    tail : Tail
    """

    name: str
    input_shape: tuple[Any, ...]
    convolutions: tuple[Convolution, ...]
    tail: Tail

    @property
    def dtype(self) -> np.dtype[Any]:
        """What the convolutions compute in, float32 or float64."""
        return self.convolutions[0].kernels.dtype

    @property
    def kernels(self) -> list[Floats]:
        """The kernels of each layer."""
        return [layer.kernels for layer in self.convolutions]

    @property
    def biases(self) -> list[Floats]:
        """The biases of each layer; zeros where it has none."""
        return [layer.bias for layer in self.convolutions]

    @property
    def sizes(self) -> list[PlaneShape]:
        """Height and width of the kernels of each layer."""
        return [layer.size for layer in self.convolutions]

    @property
    def paddings(self) -> list[Padding]:
        """The padding of each layer."""
        return [layer.padding for layer in self.convolutions]


def read(model: keras.Model) -> Chain:
    """Read a model that is one chain of layers.

    Parameters
    ----------
    model : keras.Model
        Built, Sequential or functional, of float32 or float64, channels last. Its convolutions are ``Conv2D`` without
        stride, dilation and groups. Between and behind them may stand any layer that Keras has.

    Returns
    -------
    Chain
        Its arrays are copies: what is trained later is not seen.

    Raises
    ------
    ValueError
        If there is no convolution, or a layer cannot be used; the message names it and the reason.

    Examples
    --------
    >>> from coursekit import networks
    >>> [type(step).__name__ for step in read(networks.mnist_convnet()).steps]
    ['Convolution', 'Other', 'Other', 'Convolution', 'Other', 'Other', 'Convolution', 'Other']
    """
    calls = _calls(model)
    first = next((i for i, call in enumerate(calls) if len(call.outputs[0].shape) != 4), len(calls))
    block = [step for call in calls[:first] for step in _steps(call)]
    if not any(isinstance(step, Convolution) for step in block):
        raise ValueError(
            f"model {model.name!r} has no Conv2D before its maps are flattened or pooled to numbers: there is nothing "
            "to compute in frequency."
        )
    behind = [step for call in calls[first:] for step in _steps(call)]
    squashing = bool(behind) and isinstance(behind[-1], Other) and behind[-1].kind in ("softmax", "sigmoid", "Softmax")
    last = behind.pop() if squashing else None
    assert last is None or isinstance(last, Other)
    return Chain(model.name, tuple(model.input_shape[1:]), tuple(block), Tail(tuple(behind), last))


def plain_block(model: keras.Model) -> PlainBlock:
    """Read a model whose convolutions can be merged.

    Parameters
    ----------
    model : keras.Model
        Built, Sequential or functional, of float32 or float64, channels last. Its convolutions are ``Conv2D`` without
        stride, dilation and groups. Between them stands nothing but batch normalisation, which is folded into them, and
        layers that do nothing after training, such as dropout.

    Returns
    -------
    PlainBlock

    Raises
    ------
    ValueError
        If a layer cannot be merged; the message names it and the reason.

    Examples
    --------
    >>> from coursekit import networks
    >>> block = plain_block(networks.linear_fourier_net())
    >>> [kernels.shape for kernels in block.kernels]
    [(3, 3, 1, 32), (3, 3, 32, 64), (3, 3, 64, 128)]
    """
    chain = read(model)
    convolutions: list[Convolution] = []
    for step in chain.steps:
        if isinstance(step, Convolution):
            convolutions.append(step)
        elif isinstance(step, Scaling) and convolutions:
            convolutions[-1] = _folded(convolutions[-1], step)
        else:
            kind, reason = _why_not(step)
            raise ValueError(
                f"layer {step.name!r} cannot be merged with the convolutions: {kind} {reason}. FourierNet1 computes it "
                "between two transforms; FourierNet2 and FourierNet3 need a network without it."
            )
    return PlainBlock(chain.name, chain.input_shape, tuple(convolutions), chain.tail)


def _calls(model: keras.Model) -> list[LayerCall]:
    """Return the calls of layers and operations in the order of the computation, those in nested models too."""
    if not model.built or not getattr(model, "layers", None):
        raise ValueError(
            f"model {model.name!r} has no layers yet, or is a class of its own: pass a built Sequential or functional "
            "model."
        )
    graph = layer_graph(model)
    found: list[LayerCall] = []
    for place, call in enumerate(graph.calls):
        if call.is_input:
            if place:
                raise _no_chain(call)
            continue
        again = any(call.layer is earlier.layer for earlier in graph.calls[:place])
        if len(call.inputs) != 1 or len(call.outputs) != 1 or call.parents != (place - 1,) or again:
            raise _no_chain(call)
        found += _calls(call.layer) if isinstance(call.layer, keras.Model) else [call]
    if graph.outputs[0] is not graph.calls[-1].outputs[0] or len(graph.outputs) != 1:
        raise _no_chain(graph.calls[-1])
    return found


def _no_chain(call: LayerCall) -> ValueError:
    return ValueError(
        f"layer {call.layer.name!r} ({type(call.layer).__name__}) does not stand between the one before it and the "
        "output alone: the layers must be one chain, each used once, without branches and shortcuts. Of a layer that "
        "is used twice make two, and set_weights."
    )


def _computed(call: LayerCall) -> Callable[[Floats], Any]:
    """Return what a call computes, as after training: random layers do nothing, operations keep their constants."""
    return functools.partial(keras.Model(call.inputs[0], call.outputs[0]), training=False)


def _steps(call: LayerCall) -> Sequence[PlainStep]:
    """Return what a layer does, its activation as a step of its own; nothing of a layer that only acts in training."""
    layer, kind, axes = call.layer, type(call.layer).__name__, len(call.outputs[0].shape)
    if not isinstance(layer, keras.Layer):
        named = kind.lower() if kind in ("Relu", "Sigmoid", "Softmax") else kind
        return [] if kind == "Identity" else [Other(layer.name, named, _computed(call))]
    if layer.compute_dtype not in ("float32", "float64"):
        raise ValueError(
            f"layer {layer.name!r} computes in {layer.compute_dtype}: its sums have 3 digits or fewer, and a transform "
            "would be held against rounding. Build the model with float32, and set_weights(model.get_weights())."
        )
    if isinstance(layer, keras.layers.Conv2D) and kind == "Conv2D":
        _must_be_plain(layer)
        kernels = _array(layer.kernel)
        bias = _array(layer.bias) if layer.use_bias else np.zeros(kernels.shape[3], kernels.dtype)
        return [Convolution(layer.name, kernels, bias, layer.padding), *_activation(layer)]
    if "Conv" in kind:
        raise ValueError(
            f"layer {layer.name!r} is a {kind}: only Conv2D is written as one product of all channels a frequency. "
            "Rebuild the model with Conv2D layers."
        )
    if kind == "Dense" and axes == 2:
        weights = _array(layer.kernel)
        bias = _array(layer.bias) if layer.use_bias else np.zeros(weights.shape[1], weights.dtype)
        return [Dense(layer.name, weights, bias), *_activation(layer)]
    if kind == "BatchNormalization" and layer.axis in (-1, axes - 1):
        scale = 1 / np.sqrt(_array(layer.moving_variance) + np.float32(layer.epsilon))
        if layer.scale:
            scale = scale * _array(layer.gamma)
        shift = -_array(layer.moving_mean) * scale
        return [Scaling(layer.name, scale, shift + _array(layer.beta) if layer.center else shift)]
    if kind in ("Activation", "ReLU", "Softmax"):
        function = getattr(layer, "activation", None)
        named = getattr(function, "__name__", "relu" if kind == "ReLU" and _is_plain_relu(layer) else kind)
        return [] if named == "linear" else [Other(layer.name, named, _computed(call))]
    if kind in _SILENT:
        return []
    return [Other(layer.name, kind, _computed(call))]


# After training they hand on what they get.
_SILENT = {
    *("Dropout", "SpatialDropout2D", "GaussianNoise", "GaussianDropout", "AlphaDropout"),
    *("Identity", "ActivityRegularization"),
}


def _activation(layer: keras.Layer) -> list[PlainStep]:
    name = getattr(layer.activation, "__name__", type(layer.activation).__name__)
    return [] if name == "linear" else [Other(layer.name, name, layer.activation)]


def _is_plain_relu(layer: keras.Layer) -> bool:
    return layer.max_value is None and not layer.negative_slope and not layer.threshold


def _must_be_plain(layer: keras.Layer) -> None:
    faults = {
        f"it steps over pixels (strides {layer.strides})": set(layer.strides) != {1},
        f"it has gaps (dilation_rate {layer.dilation_rate})": set(layer.dilation_rate) != {1},
        f"its channels are kept apart (groups {layer.groups})": layer.groups != 1,
        "its channels come first (data_format 'channels_first')": layer.data_format != "channels_last",
    }
    for fault, there in faults.items():
        if there:
            raise ValueError(
                f"layer {layer.name!r} is no plain convolution: {fault}. The networks in frequency take Conv2D with "
                "strides=1, dilation_rate=1, groups=1 and channels last."
            )


def _folded(layer: Convolution, scaling: Scaling) -> Convolution:
    """Return a convolution and the batch normalisation behind it as one convolution."""
    return replace(layer, kernels=layer.kernels * scaling.scale, bias=layer.bias * scaling.scale + scaling.shift)


def _why_not(step: PlainStep) -> tuple[str, str]:
    """Return what a step is, and why no product of kernels can stand for it."""
    if isinstance(step, Scaling):
        return (
            "BatchNormalization",
            "stands before the first convolution, and what it adds ends at the image's border",
        )
    kind = step.kind if isinstance(step, Other) else type(step).__name__
    if "Pooling" in kind:
        return kind, "does not do the same at every place: it keeps one place in several"
    if "Padding" in kind or "Cropping" in kind or "Sampling" in kind:
        return kind, "changes the size of the maps"
    if kind in ("Rescaling", "Normalization", "Add", "Subtract", "Multiply", "Divide", "TrueDivide"):
        return kind, "is no convolution. Scale the images before, or the first kernels"
    return kind, "is not linear: what it does to a sum is not the sum of what it does to the parts"


def _array(variable: Any) -> Floats:
    values: Floats = variable.numpy()
    return values
