"""Walking back through the operations of a TensorFlow graph."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import tensorflow as tf

# They change how numbers are stored, not which.
_TRANSPARENT = {"Identity", "IdentityN", "StopGradient", "Cast", "Reshape", "Squeeze", "ExpandDims"}
_SQUASHING = {"Softmax", "LogSoftmax", "Sigmoid"}
_MATRIX_PRODUCTS = {"MatMul", "BatchMatMul", "BatchMatMulV2", "BatchMatMulV3", "Einsum", "BiasAdd"}
_CONVOLUTIONS = {"Conv2D", "Conv3D", "DepthwiseConv2dNative", "Conv2DBackpropInput"}
_FROM_MINUS_1 = {"Tanh", "Erf"}
_BOUNDING = {*_SQUASHING, *_FROM_MINUS_1, "Relu6", "Minimum", "Maximum", "ClipByValue"}
# What they return does not follow from the numbers that they get.
_SHAPES = {"Shape", "ZerosLike", "OnesLike"}


def ancestors(tensor: Any) -> set[Any]:
    """Return the operations of its graph that a tensor is computed by, its own among them."""
    seen = {tensor.op}
    waiting = [tensor.op]
    while waiting:
        for source in waiting.pop().inputs:
            if source.op not in seen:
                seen.add(source.op)
                waiting.append(source.op)
    return seen


def kinds_within(operations: Iterable[Any]) -> set[str]:
    """Return the kinds of operations, such as "Relu", also of those in the bodies of functions, loops and branches."""
    found: set[str] = set()
    for operation in operations:
        found.add(operation.type)
        for body in _bodies(operation):
            found |= kinds_within(body.get_operations())
    return found


def functions_with(operations: Iterable[Any], wanted: set[str]) -> list[str]:
    """Return the names of the operations that call a function in whose body there are operations of a wanted kind."""
    return [
        operation.name
        for operation in operations
        if any(wanted & kinds_within(body.get_operations()) for body in _bodies(operation))
    ]


def is_convolved(tensor: Any) -> bool:
    """Return whether a convolution is among what a tensor is computed by, also within a function."""
    return bool(_CONVOLUTIONS & kinds_within(ancestors(tensor)))


def behind(tensor: Any) -> Any:
    """Return the tensor that was computed, before it was only reshaped or cast."""
    while tensor.op.type in _TRANSPARENT:
        tensor = tensor.op.inputs[tensor.value_index if tensor.op.type == "IdentityN" else 0]
    return tensor


def squashing(tensor: Any) -> str:
    """Return "Softmax", "LogSoftmax" or "Sigmoid" where a tensor comes from one, else ""."""
    kind: str = behind(tensor).op.type
    return kind if kind in _SQUASHING else ""


def before_squashing(tensor: Any) -> Any:
    """Return the tensor before a softmax or sigmoid, if it comes from one, else the tensor itself."""
    return behind(tensor).op.inputs[0] if squashing(tensor) else tensor


def bounded(tensor: Any) -> bool:
    """Return whether what may keep numbers between 0 and 1, such as a sigmoid or a clip, stands before a tensor.

    No weights may be in between. What comes straight out of a tanh, or of a clip from -1 on, may be below 0 even where
    all that was tried is above it.
    """
    return not _below_0(tensor) and any(
        operation.type in _BOUNDING or functions_with([operation], _SQUASHING) for operation in _without_weights(tensor)
    )


def _below_0(tensor: Any) -> bool:
    """Return whether the last operation that computes a tensor is known to allow numbers below 0."""
    operation = behind(tensor).op
    if operation.type == "ClipByValue":
        limits = [tf.get_static_value(operation.inputs[1])]
    elif operation.type in {"Minimum", "Maximum"}:
        limits = [tf.get_static_value(side) for side in operation.inputs]
        if operation.type == "Minimum":
            return any(_below_0(side) for side, limit in zip(operation.inputs, limits, strict=True) if limit is None)
    else:
        return operation.type in _FROM_MINUS_1
    return any(limit is not None and np.any(limit < 0) for limit in limits)


def made_of_squashed(tensor: Any) -> bool:
    """Return whether a tensor is computed from a softmax or sigmoid and from constants alone, and is none itself."""
    squashed = False
    for operation in _without_weights(tensor, beyond=False):
        within = kinds_within([operation])
        if within & (_MATRIX_PRODUCTS | _CONVOLUTIONS) or (
            operation.type == "Placeholder" and not _is_weight(operation)
        ):
            return False
        squashed = squashed or bool(within & _SQUASHING)
    return squashed and not squashing(tensor)


def _without_weights(tensor: Any, beyond: bool = True) -> Iterator[Any]:
    """Yield the operations before a tensor, its own first, up to the last ones with weights; these too.

    Where not `beyond`, also only up to a softmax or sigmoid.
    """
    seen, waiting = {tensor.op}, [tensor.op]
    while waiting:
        operation = waiting.pop()
        yield operation
        within = kinds_within([operation])
        if operation.type in _MATRIX_PRODUCTS | _CONVOLUTIONS | _SHAPES or (not beyond and within & _SQUASHING):
            continue
        new = {source.op for source in operation.inputs} - seen
        seen |= new
        waiting += new


def _is_weight(placeholder: Any) -> bool:
    """Return whether a placeholder is a variable that a traced function took in, or a number of it."""
    output = placeholder.outputs[0]
    return bool(output.dtype.name == "resource" or output.shape.rank == 0)


def _bodies(operation: Any) -> list[Any]:
    """Return the graphs of the functions that an operation calls."""
    names = [
        operation.get_attr(attribute.name).name
        for attribute in operation.op_def.attr
        if attribute.type == "func" and operation.get_attr(attribute.name).name
    ]
    found = [operation.graph._get_function(name) for name in names]
    return [function.graph for function in found if function is not None]
