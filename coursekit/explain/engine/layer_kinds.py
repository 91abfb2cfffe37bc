"""What kinds of layers there are, for methods that walk back through a network layer by layer."""

from __future__ import annotations

from typing import Any

import keras

from coursekit.explain.engine.forward import Forward
from coursekit.explain.engine.layer_calls import Step, is_activation_of, layer_paths
from coursekit.explain.engine.tf_graph import before_squashing, behind, squashing

ONE_BY_ONE = {
    *("Activation", "ReLU", "Relu", "Relu6", "LeakyReLU", "PReLU", "ELU", "Softmax", "Sigmoid", "Silu", "Tanh", "Gelu"),
    *("Rescaling", "Normalization", "BatchNormalization"),
}
MOVING = {
    *("Flatten", "Reshape", "Permute", "ZeroPadding1D", "ZeroPadding2D", "Cropping1D", "Cropping2D", "CenterCrop"),
}
SCALING = {"Resizing", "UpSampling1D", "UpSampling2D"}
CHOOSING = {"MaxPooling1D", "MaxPooling2D", "GlobalMaxPooling1D", "GlobalMaxPooling2D"}
AVERAGING = {"AveragePooling1D", "AveragePooling2D", "GlobalAveragePooling1D", "GlobalAveragePooling2D"}
ADDING = {"Add", "Average"}
_KNOWN = (
    "Known are dense layers, convolutions (not transposed or causal), pooling, sums, products with a gate, "
    "concatenation, batch normalization, flattening, padding and activations"
)


def kinds(layer: keras.Layer) -> set[str]:
    """Return the names of a layer's class and of those whose computation it has.

    A class that is derived from one of Keras but computes by a ``call`` of its own is of no known kind.

    Examples
    --------
    >>> import keras
    >>> "BaseConv" in kinds(keras.layers.Conv2D(1, 1))
    True
    """
    if computes_by_itself(layer):
        return {type(layer).__name__}
    return {kind.__name__ for kind in type(layer).__mro__}


def computes_by_itself(layer: keras.Layer) -> bool:
    """Return whether what a layer computes is written in a class that is not Keras's own."""
    writer = next((kind for kind in type(layer).__mro__ if "call" in vars(kind)), object)
    return writer.__module__.partition(".")[0] != "keras"


def working(steps: list[Step]) -> list[Step]:
    """Return the steps of layers that compute: that hold no layers themselves, and change what they get.

    Dropout and random augmentation do not, where the model is not trained. A layer whose activation is a layer makes
    two steps, its own and the activation's.
    """
    found: list[Step] = []
    for step in steps:
        activation = next((i for i, inner in enumerate(found) if is_activation_of(inner, step)), None)
        if activation is not None:
            found.insert(activation, Step(step.name, step.layer, step.inputs, found[activation].inputs))
        elif not getattr(step.layer, "_layers", None):
            found.append(step)
    return [step for step in found if not _left_alone(step)]


def tensor_key(tensor: Any) -> Any:
    """Return what tells a tensor from others, the same if it was only cast."""
    while tensor.op.type in ("Identity", "Cast"):
        tensor = tensor.op.inputs[0]
    return tensor.ref()


def top_key(forward: Forward, made_by: dict[Any, Step]) -> Any:
    """Return the key of the tensor to start from: what the last layer returned, its logits or what it made of them."""
    for tensor in (forward.outputs, before_squashing(forward.outputs), behind(before_squashing(forward.outputs))):
        if tensor_key(tensor) in made_by:
            return tensor_key(tensor)
    return tensor_key(forward.outputs)


def _left_alone(step: Step) -> bool:
    both = step.inputs and step.output is not None
    return bool(both) and tensor_key(step.inputs[0]) == tensor_key(step.output)


def gated_input(step: Step) -> Any:
    """Return the input of a product that its other inputs only let through, more or less: gates.

    It is the one of the output's shape, where the others are smaller (a number a channel, as in squeeze and
    excitation; or a pixel), or the one that is not made by a sigmoid or softmax.

    Raises
    ------
    ValueError
        If that does not tell them apart.
    """
    whole = [tensor for tensor in step.inputs if tensor.shape[1:] == step.output.shape[1:]]
    if len(whole) > 1:
        whole = [tensor for tensor in whole if not squashing(tensor)]
    if len(whole) == 1:
        return whole[0]
    raise ValueError(
        f"layer {step.name!r} multiplies tensors of one shape, and not all but one are made by a sigmoid: which is the "
        "signal and which only lets it through cannot be told, and nor can who has earned what of a product of two "
        "signals. Explain this model by integrated_gradients."
    )


def no_rule(step: Step, method: str) -> ValueError:
    """Return the error that says that a method does not know a layer, and what to do."""
    return ValueError(
        f"layer {step.name!r} is a {type(step.layer).__name__}: {method} has no rule for it here. {_KNOWN}. Explain "
        "this model by integrated_gradients."
    )


def outside_layers(forward: Forward, what: str) -> ValueError:
    """Return the error for a model that computes between its layers, where nothing can be followed."""
    # Keras does not call those as it calls others.
    paths = layer_paths(forward.model)
    quantized = next((path for path, layer in paths.items() if getattr(layer, "quantization_mode", None)), None)
    if quantized is not None:
        return ValueError(
            f"layer {quantized!r} is quantized: {what} needs its weights as they were before quantize(). Explain the "
            "model as it was then, or this one by occlusion."
        )
    return ValueError(
        f"model {forward.model.name!r} computes something outside its layers, which {what} cannot pass: write it as "
        "layers (Add, Concatenate, Flatten ...), or explain it by gradients."
    )
