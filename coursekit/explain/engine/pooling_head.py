"""Networks that end in global average pooling: the weight of every feature map for every class."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from coursekit.explain.engine.forward import Forward, as_float
from coursekit.explain.engine.layer_kinds import computes_by_itself
from coursekit.explain.engine.tf_graph import before_squashing, behind

_DENSE = keras.layers.Dense
_POOLING = (keras.layers.GlobalAveragePooling1D, keras.layers.GlobalAveragePooling2D)


def pooled_maps(forward: Forward) -> tuple[Any, Any]:
    """Return the maps that are averaged, and how much each counts for the class explained.

    Returns
    -------
    maps : tensor (n, h, w, K) or (n, l, K)
    weights : tensor (n, K)
        The score is the sum over k of ``weights * mean of map k``, plus a bias.

    Raises
    ------
    ValueError
        If the network does not end in global average pooling and one dense layer, or in the pooling itself.
    """
    pooled = {behind(step.output).ref(): step for step in forward.steps if isinstance(step.layer, _POOLING)}
    logits = behind(forward.logits)
    units = forward.logits.shape[1]
    kernel = None
    for step in forward.steps:
        if (
            isinstance(step.layer, _DENSE)
            and not computes_by_itself(step.layer)
            and behind(before_squashing(step.output)) is logits
        ):
            logits = behind(step.inputs[0])
            kernel = as_float(keras.ops.convert_to_tensor(step.layer.kernel))
    pooling = pooled.get(logits.ref())
    if pooling is None:
        raise ValueError(
            "the network does not end in GlobalAveragePooling and one Dense layer of the classes, so its maps have no "
            "weights of their own. Call grad_cam: where both exist, they agree."
        )
    maps = as_float(pooling.inputs[0])
    if kernel is None:
        kernel = tf.eye(units, dtype=maps.dtype)
    if units == 1:
        return maps, tf.where(forward.target == 1, 1.0, -1.0)[:, tf.newaxis] * kernel[:, 0]
    return maps, tf.gather(tf.transpose(kernel), forward.target)
