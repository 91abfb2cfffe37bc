"""Walking back through the operations of a TensorFlow graph."""

from __future__ import annotations

from typing import Any

# They change how numbers are stored, not which.
_TRANSPARENT = {"Identity", "Cast", "Reshape", "Squeeze", "ExpandDims"}
_SQUASHING = {"Softmax", "LogSoftmax", "Sigmoid"}


def ancestors(tensor: Any) -> set[Any]:
    """Return the operations that a tensor is computed by, its own among them."""
    seen = {tensor.op}
    waiting = [tensor.op]
    while waiting:
        for source in waiting.pop().inputs:
            if source.op not in seen:
                seen.add(source.op)
                waiting.append(source.op)
    return seen


def behind(tensor: Any) -> Any:
    """Return the tensor that was computed, before it was only reshaped or cast."""
    while tensor.op.type in _TRANSPARENT:
        tensor = tensor.op.inputs[0]
    return tensor


def before_squashing(tensor: Any) -> Any:
    """Return the tensor before a softmax or sigmoid, if it comes from one, else the tensor itself."""
    computed = behind(tensor)
    return computed.op.inputs[0] if computed.op.type in _SQUASHING else tensor
