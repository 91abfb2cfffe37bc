"""The rules by which a layer hands relevance down: how much of R at its output each input has earned.

With inputs a_j, weights w_jk, z_k = sum over j of a_j w_jk + b_k, and R_k at output k, every rule is

    R_j = sum over k of (share of input j in output k) R_k

computed for a whole layer as ``a * vjp(R / z)``: the derivative of z by a, applied to R / z, shares out along the same
connections as the layer itself, convolutions included.

References
----------
S. Bach et al. (2015), "On pixel-wise explanations for non-linear classifier decisions by layer-wise relevance
propagation", PLOS ONE 10, e0130140.
G. Montavon et al. (2017), "Explaining nonlinear classification decisions with deep Taylor decomposition", Pattern
Recognition 65, 211-222.
G. Montavon et al. (2019), "Layer-wise relevance propagation: an overview", in "Explainable AI", Springer LNCS 11700.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import keras
import tensorflow as tf

from coursekit.explain.engine.forward import as_float
from coursekit.explain.engine.layer_kinds import computes_by_itself

Kind = Literal["epsilon", "gamma", "alpha_beta", "w_squared", "flat", "z_box"]


@dataclass(frozen=True)
class Rule:
    """How one layer hands relevance down.

    Attributes
    ----------
    kind : str
        * ``"epsilon"``: a w / (z + epsilon sign z), with sign 0 = 1. With epsilon = 0 LRP-0, where 0 / 0 counts as 0.
        * ``"gamma"``: a (w + gamma w+) / (z with these weights). Of inputs below 0, w- is what speaks for a unit; in a
          unit below 0, what made it so counts more.
        * ``"alpha_beta"``: alpha times the share in what is positive, minus (alpha - 1) times that in what is negative;
          biases left out.
        * ``"w_squared"``: w^2 / sum of w^2; ``"flat"``: the same with w = 1. What the inputs are does not matter.
        * ``"z_box"``, z^B: (a w - low w+ - high w-) / sum of these, for pixels between low and high.
    epsilon, gamma, alpha : float
    """

    kind: Kind
    epsilon: float = 0.0
    gamma: float = 0.25
    alpha: float = 1.0


@dataclass(frozen=True, eq=False)
class Linear:
    """The linear part of a layer: ``apply(inputs, kernel) + bias``."""

    apply: Callable[[Any, Any], Any]
    kernel: Any
    bias: Any


def hand_down(rule: Rule, linear: Linear, inputs: Any, relevance: Any, bounds: tuple[Any, Any] | None = None) -> Any:
    """Return the relevance of a linear layer's inputs, given that of its outputs.

    Parameters
    ----------
    rule : Rule
    linear : Linear
    inputs, relevance : tensors
    bounds : (low, high), tensors of the inputs' shape
        For the rule "z_box".
    """
    kernel = linear.kernel
    positive, negative = tf.nn.relu(kernel), -tf.nn.relu(-kernel)
    if rule.kind == "epsilon":
        z = linear.apply(inputs, kernel) + linear.bias
        return inputs * _pull_back(linear, inputs, kernel, _ratio(relevance, _stabilised(z, rule.epsilon)))
    if rule.kind == "gamma":
        return _favoured(rule.gamma, linear, inputs, relevance)
    if rule.kind == "alpha_beta":
        above, below = tf.nn.relu(inputs), -tf.nn.relu(-inputs)
        helping = _share(linear, [(above, positive), (below, negative)], relevance)
        if rule.alpha == 1:
            return helping
        hindering = _share(linear, [(above, negative), (below, positive)], relevance)
        return rule.alpha * helping - (rule.alpha - 1) * hindering
    if rule.kind == "z_box" and bounds is not None:
        low, high = bounds
        return _share(linear, [(inputs, kernel), (-low, positive), (-high, negative)], relevance)
    weights = kernel**2 if rule.kind == "w_squared" else tf.ones_like(kernel)
    return _share(linear, [(tf.ones_like(inputs), weights)], relevance)


def share_of_sum(terms: list[Any], relevance: Any) -> list[Any]:
    """Return the relevance of the terms of a sum, in proportion to what they add."""
    ratio = _ratio(relevance, tf.add_n(terms))
    return [term * ratio for term in terms]


def pulled_back(function: Callable[[Any], Any], inputs: Any, relevance: Any, weighted: bool) -> Any:
    """Return relevance pulled back through a layer without weights.

    Weighted by the inputs (average pooling), or as it is (max pooling: the winner takes all; padding; reshaping).
    """
    inputs = tf.identity(inputs)
    outputs = as_float(function(inputs))
    if not weighted:
        return tf.gradients(outputs, inputs, grad_ys=relevance)[0]
    return inputs * tf.gradients(outputs, inputs, grad_ys=_ratio(relevance, outputs))[0]


def normalized(layer: Any, inputs: Any, relevance: Any, epsilon: float) -> Any:
    """Return the relevance of what goes into a layer normalization, by the rule epsilon.

    Its standard deviation is taken for a constant (A. Ali et al. 2022, arXiv:2202.07304): what is left is a straight
    line. With the deviation differentiated, nothing would be conserved: the layer does not change when all is doubled.
    """
    inputs = tf.identity(inputs)
    axes = [layer.axis] if isinstance(layer.axis, int) else list(layer.axis)
    mean, variance = tf.nn.moments(inputs, axes, keepdims=True)
    shape = [side if axis in {a % len(inputs.shape) for a in axes} else 1 for axis, side in enumerate(inputs.shape)]
    scale = tf.stop_gradient(tf.math.rsqrt(variance + layer.epsilon))
    if layer.scale:
        scale *= tf.reshape(_weights(layer.gamma), shape)
    centred = (inputs - mean) * scale
    outputs = centred + (tf.reshape(_weights(layer.beta), shape) if layer.center else 0.0)
    ratio = _ratio(relevance, _stabilised(outputs, epsilon))
    return inputs * tf.gradients(centred, inputs, grad_ys=ratio)[0]


def linear_parts(layer: keras.Layer) -> list[Linear] | None:
    """Return the linear parts of a layer with weights, in the order in which they work; None if it is no such layer."""
    if computes_by_itself(layer):
        return None
    if isinstance(layer, keras.layers.Dense):
        return [Linear(keras.ops.matmul, _weights(layer.kernel), _bias(layer))]
    if getattr(layer, "padding", None) not in ("same", "valid") or layer.data_format != "channels_last":
        return None
    where = {"padding": layer.padding, "data_format": "channels_last"}

    def convolved(inputs: Any, kernel: Any) -> Any:
        return keras.ops.conv(inputs, kernel, layer.strides, dilation_rate=layer.dilation_rate, **where)

    def by_channel(inputs: Any, kernel: Any) -> Any:
        return keras.ops.depthwise_conv(inputs, kernel, layer.strides, dilation_rate=layer.dilation_rate, **where)

    def mixed(inputs: Any, kernel: Any) -> Any:
        return keras.ops.conv(inputs, kernel, 1, padding="valid", data_format="channels_last")

    if isinstance(layer, keras.layers.SeparableConv1D | keras.layers.SeparableConv2D):
        depthwise = Linear(by_channel, _weights(layer.depthwise_kernel), tf.zeros(()))
        return [depthwise, Linear(mixed, _weights(layer.pointwise_kernel), _bias(layer))]
    if isinstance(layer, keras.layers.DepthwiseConv1D | keras.layers.DepthwiseConv2D):
        return [Linear(by_channel, _weights(layer.kernel), _bias(layer))]
    if isinstance(layer, keras.layers.Conv1D | keras.layers.Conv2D):
        return [Linear(convolved, _weights(layer.kernel), _bias(layer))]
    return None


def folded(linear: Linear, normalization: Any) -> Linear:
    """Return a linear layer and the batch normalization after it as one linear layer."""
    mean, variance = _weights(normalization.moving_mean), _weights(normalization.moving_variance)
    scale = tf.math.rsqrt(variance + normalization.epsilon)
    if normalization.scale:
        scale *= _weights(normalization.gamma)
    shift = _weights(normalization.beta) if normalization.center else tf.zeros_like(mean)
    # A depthwise kernel ends in (channels, multiplier), any other in the output channels.
    last = linear.kernel.shape[-2:] if linear.kernel.shape[-1] != mean.shape[0] else linear.kernel.shape[-1:]
    kernel = linear.kernel * tf.reshape(scale, last)
    return Linear(linear.apply, kernel, scale * (linear.bias - mean) + shift)


def _share(linear: Linear, terms: list[tuple[Any, Any]], relevance: Any) -> Any:
    """Return relevance shared out in proportion to terms ``inputs * kernel``, summed for each input."""
    ratio = _ratio(relevance, _total(linear, terms))
    return tf.add_n([inputs * _pull_back(linear, inputs, kernel, ratio) for inputs, kernel in terms])


def _favoured(gamma: float, linear: Linear, inputs: Any, relevance: Any) -> Any:
    """Return relevance by the rule gamma: in a unit, what has the unit's own sign counts 1 + gamma times."""
    kernel, bias = linear.kernel, linear.bias
    above, below = tf.nn.relu(inputs), -tf.nn.relu(-inputs)
    positive, negative = kernel + gamma * tf.nn.relu(kernel), kernel - gamma * tf.nn.relu(-kernel)
    lifted = [(above, positive), (below, negative)], bias + gamma * tf.nn.relu(bias)
    lowered = [(above, negative), (below, positive)], bias - gamma * tf.nn.relu(-bias)
    below_0 = linear.apply(inputs, kernel) + bias < 0
    found = []
    for (terms, shift), own in (
        (lifted, tf.where(below_0, 0.0, relevance)),
        (lowered, tf.where(below_0, relevance, 0.0)),
    ):
        ratio = _ratio(own, _total(linear, terms) + shift)
        found += [values * _pull_back(linear, values, weights, ratio) for values, weights in terms]
    return tf.add_n(found)


def _total(linear: Linear, terms: list[tuple[Any, Any]]) -> Any:
    return tf.add_n([linear.apply(inputs, kernel) for inputs, kernel in terms])


def _pull_back(linear: Linear, inputs: Any, kernel: Any, ratio: Any) -> Any:
    at = tf.identity(inputs)
    return tf.gradients(linear.apply(at, kernel), at, grad_ys=ratio)[0]


def _stabilised(total: Any, epsilon: float) -> Any:
    """Return a total moved away from 0 by epsilon."""
    return total + epsilon * tf.where(total < 0, -tf.ones_like(total), tf.ones_like(total))


def _ratio(relevance: Any, total: Any) -> Any:
    """Return relevance / total, 0 where the total is 0: no input has a share in it then."""
    return tf.math.divide_no_nan(relevance, total)


def _weights(variable: Any) -> Any:
    return as_float(keras.ops.convert_to_tensor(variable))


def _bias(layer: keras.Layer) -> Any:
    return tf.zeros(()) if layer.bias is None else _weights(layer.bias)
