"""Layer-wise relevance propagation: the score, handed down from layer to layer until it lies on the pixels.

Each layer shares out what arrives at its outputs among its inputs, by one of the rules of
`coursekit.explain.methods.lrp_rules`, so that the heatmap sums to the score, but for what biases and epsilon absorb.
"""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import ArrayLike

from coursekit.arrays import Floats
from coursekit.docstrings import entries_from
from coursekit.explain.engine.forward import Forward, as_float
from coursekit.explain.engine.heatmaps import warn_of_flat_maps
from coursekit.explain.engine.inputs import Inputs
from coursekit.explain.engine.layer_calls import Step
from coursekit.explain.engine.layer_kinds import (
    ADDING,
    AVERAGING,
    CHOOSING,
    MOVING,
    ONE_BY_ONE,
    SCALING,
    gated_input,
    kinds,
    no_rule,
    outside_layers,
    tensor_key,
    top_key,
    working,
)
from coursekit.explain.engine.run import run, run_noted
from coursekit.explain.engine.value_range import value_range
from coursekit.explain.methods.channel_pooling import Pooling, pool_channels
from coursekit.explain.methods.lrp_rules import (
    Rule,
    folded,
    hand_down,
    linear_parts,
    normalized,
    pulled_back,
    share_of_sum,
)

Name = Literal["epsilon", "gamma", "alpha_beta", "w_squared", "flat", "composite"]


def lrp(
    model: keras.Model,
    images: ArrayLike,
    target: ArrayLike | None = None,
    *,
    rule: Name = "composite",
    epsilon: float = 1e-6,
    gamma: float = 0.25,
    alpha: float = 2.0,
    low: float | None = None,
    high: float | None = None,
    pooling: Pooling | None = "sum",
    batch_size: int = 4,
) -> Floats:
    """Return the relevance of each pixel by layer-wise relevance propagation.

    Batch normalization is folded into the convolution before it; max pooling hands everything to the winner; sums and
    average pooling share out in proportion; activations, and layers that treat each number by itself, hand on what
    they got. Of a product the signal gets all and the gate nothing; layer normalization is taken for a straight line,
    its standard deviation for a constant. The score is the logit.

    Parameters
    ----------
    model : keras.Model
        Made of layers that have a rule here; the message names the one that has none.
    images : array (n, height, width, channels) or (n, length, channels)
        In the values that the model takes, for example 0 to 1. Of three axes, spectra.
    target : None, int or array (n,)
        Class to explain; None means the predicted class of each image.
    rule : str
        One of `coursekit.explain.methods.lrp_rules.Rule` for all layers with weights, or ``"composite"``: epsilon in
        dense layers, alpha_beta with alpha 1 in convolutions, and z^B in the layer that sees the pixels. Relevance is
        lost where nobody may inherit: w_squared and flat also hand it to units that are switched off, below which an
        average of zeros may stand; alpha_beta cannot pass a unit that nothing speaks for but its bias. Of a score of
        EfficientNet-Lite0 some 4 % arrive at the pixels, the rest ends in depthwise convolutions, whose units see one
        map: there the map says where, and not how much.
    epsilon : float
        0 or more, in units of the layers' outputs. The larger, the more weak relevance is absorbed.
    gamma, alpha : float
        For the rules of these names; alpha is 1 or more.
    low, high : float, optional
        What pixels may be, for composite. If not given, the range that the images are found to have: 0 to 1, 0 to 255
        or -1 to 1.
    pooling : str, optional
        How the channels become one number, one of those of `pool_channels`; ``"sum"`` conserves. None keeps them.
    batch_size : int
        Images at once. Every layer's numbers are kept till the end: four of MobileNetV2 take 1.3 GB, eight 1.6.

    Returns
    -------
    array float32 (n, height, width) or (n, length)
        Signed.

    Raises
    ------
    ValueError
        If an option is out of its range, the images' range is not known, or a layer has no rule.

    References
    ----------
    S. Bach et al. (2015), PLOS ONE 10, e0130140; G. Montavon et al. (2019), Springer LNCS 11700; M. Kohlbrenner et al.
    (2020), "Towards best practice in explaining neural network decisions with LRP", IJCNN, arXiv:1910.09840. Gates:
    L. Arras, G. Montavon, K.-R. Müller and W. Samek (2017), "Explaining recurrent neural network predictions in
    sentiment analysis", WASSA, arXiv:1706.07206. Layer normalization: A. Ali et al. (2022), "XAI for transformers:
    better explanations through conservative propagation", ICML, arXiv:2202.07304.

    Examples
    --------
    >>> from coursekit import networks
    >>> lrp(networks.mnist_convnet(), np.ones((2, 28, 28, 1)), target=3).shape
    (2, 28, 28)
    """
    inputs = Inputs.of(model, images)
    rules = _lrp_rules(inputs, rule=rule, epsilon=epsilon, gamma=gamma, alpha=alpha, low=low, high=high)
    return _relevance(inputs, target, rules, pooling, batch_size)


@entries_from(lrp)
def deep_taylor(
    model: keras.Model,
    images: ArrayLike,
    target: ArrayLike | None = None,
    *,
    low: float | None = None,
    high: float | None = None,
    pooling: Pooling | None = "sum",
    batch_size: int = 4,
) -> Floats:
    """Return the deep Taylor decomposition: the z+ rule in every layer, z^B at the pixels.

    It explains ReLU(score), and no pixel gets less than 0: what speaks against the class does not show.

    Parameters
    ----------
    {model}
    {images}
    {target}
    {low}
    {high}
    {pooling}
    {batch_size}

    Returns
    -------
    array float32 (n, height, width) or (n, length)
        0 or more; all 0 where the score is negative.

    Raises
    ------
    ValueError
        If a pixel is out of its range, the images' range is not known, or a layer has no rule.

    References
    ----------
    G. Montavon, S. Lapuschkin, A. Binder, W. Samek and K.-R. Müller (2017), "Explaining nonlinear classification
    decisions with deep Taylor decomposition", Pattern Recognition 65, 211-222, arXiv:1512.02479.

    Examples
    --------
    >>> from coursekit import networks
    >>> bool((deep_taylor(networks.mnist_convnet(), np.ones((2, 28, 28, 1))) >= 0).all())
    True
    """
    inputs = Inputs.of(model, images)
    return _relevance(inputs, target, _deep_taylor_rules(inputs, low, high), pooling, batch_size)


@entries_from(lrp)
def relevance_totals(
    model: keras.Model,
    images: ArrayLike,
    target: ArrayLike | None = None,
    *,
    method: Literal["lrp", "deep_taylor"] = "lrp",
    batch_size: int = 4,
    **options: Any,
) -> dict[str, Floats]:
    """Return how much relevance there is after each layer has handed down its own: what these methods conserve.

    Counted is all that is on its way, in every branch. Where the total changes, a layer has not conserved it: a
    positive bias, an epsilon or a unit that nobody may inherit from takes a share, a negative bias lets the rest grow.

    Parameters
    ----------
    {model}
    {images}
    {target}
    {batch_size}
    method : {"lrp", "deep_taylor"}
        Whose relevance is counted.
    **options : float or str
        Of that method, such as ``rule="epsilon"``.

    Returns
    -------
    dict of array (n,)
        ``"the score"`` first, then by layer from the output down to the pixels; a layer that is called several times
        has a number behind its name. The last total is the sum of the heatmap.

    Raises
    ------
    ValueError
        If an option is out of its range or a layer has no rule.

    Examples
    --------
    >>> from coursekit import networks
    >>> totals = relevance_totals(networks.mnist_convnet(), np.ones((2, 28, 28, 1)), target=3, rule="epsilon")
    >>> list(totals)[0], totals["the score"].shape, len(totals)
    ('the score', (2,), 9)
    """
    if method not in ("lrp", "deep_taylor"):
        raise ValueError(f'method is {method!r}: pass "lrp" or "deep_taylor".')
    inputs = Inputs.of(model, images)
    rules = _lrp_rules(inputs, **options) if method == "lrp" else _deep_taylor_rules(inputs, **options)
    totals, names = run_noted(inputs, target, _Totals(rules), batch_size=batch_size)
    return dict(zip(names, totals, strict=True))


def _lrp_rules(
    inputs: Inputs,
    *,
    rule: Name = "composite",
    epsilon: float = 1e-6,
    gamma: float = 0.25,
    alpha: float = 2.0,
    low: float | None = None,
    high: float | None = None,
) -> _Rules:
    if not (0 <= epsilon < np.inf and 0 <= gamma < np.inf and 1 <= alpha < np.inf):
        raise ValueError(
            f"epsilon is {epsilon!r}, gamma {gamma!r} and alpha {alpha!r}: pass epsilon and gamma of 0 or more, and "
            "alpha of 1 or more."
        )
    absorbing = Rule("epsilon", epsilon=epsilon)
    if rule == "composite":
        return _Rules(absorbing, Rule("alpha_beta"), Rule("z_box"), *value_range(inputs, low, high))
    if rule in ("epsilon", "gamma", "alpha_beta", "w_squared", "flat"):
        same = Rule(rule, epsilon=epsilon, gamma=gamma, alpha=alpha)
        return _Rules(same, same, same)
    raise ValueError(f"rule is {rule!r}: it must be epsilon, gamma, alpha_beta, w_squared, flat or composite.")


def _deep_taylor_rules(inputs: Inputs, low: float | None = None, high: float | None = None) -> _Rules:
    helping = Rule("alpha_beta")
    return _Rules(helping, helping, Rule("z_box"), *value_range(inputs, low, high), positive=True)


@dataclass(frozen=True)
class _Rules:
    """Which rule for which layer; called on a `Forward`, the relevance of its pixels."""

    dense: Rule
    convolution: Rule
    pixels: Rule
    low: float = 0.0
    high: float = 1.0
    positive: bool = False

    def __call__(self, forward: Forward) -> list[Any]:
        *_, (_, pixels) = self.descent(forward)
        return [tf.add_n(pixels)]

    def descent(self, forward: Forward) -> Iterator[tuple[str, list[Any]]]:
        """Yield the name of each layer on the way down, and the relevance on its way after it has handed down its own.

        The first is the score's, under the name "the score"; the last is that of the pixels.
        """
        steps = working(forward.steps)
        made_by = {tensor_key(step.output): step for step in steps if step.output is not None}
        bounds = self._bounds(forward, steps)
        arrived: dict[Any, list[Any]] = defaultdict(list)
        arrived[top_key(forward, made_by)].append(self._start(forward))
        yield "the score", list(itertools.chain(*arrived.values()))
        for step in reversed(steps):
            if step.output is None or tensor_key(step.output) not in arrived:
                continue
            relevance = tf.add_n(arrived.pop(tensor_key(step.output)))
            for inputs, part in self._handed_down(step, made_by, bounds, relevance):
                arrived[tensor_key(inputs)].append(part)
            yield step.name, list(itertools.chain(*arrived.values()))
        if set(arrived) != {tensor_key(forward.images)}:
            raise outside_layers(forward, "relevance")

    def _start(self, forward: Forward) -> Any:
        score = tf.nn.relu(forward.score) if self.positive else forward.score
        if forward.logits.shape[1] == 1:
            return score[:, tf.newaxis]
        return tf.one_hot(forward.target, forward.logits.shape[1], dtype=score.dtype) * score[:, tf.newaxis]

    def _bounds(self, forward: Forward, steps: list[Step]) -> dict[Any, tuple[Any, Any]]:
        """Return the lowest and highest values of the tensors that are still pixels, rescaled or rearranged."""
        images = forward.images
        lowest, highest = (tf.zeros_like(images) + value for value in (self.low, self.high))
        bounds = {tensor_key(images): (lowest, highest)}
        for step in steps:
            if not step.inputs or step.output is None or tensor_key(step.inputs[0]) not in bounds:
                continue
            if kinds(step.layer) & {"Rescaling", "Normalization"}:
                ends = [as_float(step.layer(end)) for end in bounds[tensor_key(step.inputs[0])]]
                bounds[tensor_key(step.output)] = tf.minimum(*ends), tf.maximum(*ends)
            elif kinds(step.layer) & {"Flatten", "Reshape", "Permute", "Resizing", "CenterCrop"}:
                low, high = bounds[tensor_key(step.inputs[0])]
                bounds[tensor_key(step.output)] = as_float(step.layer(low)), as_float(step.layer(high))
        return bounds

    def _handed_down(self, step: Step, made_by: dict[Any, Step], bounds: Any, relevance: Any) -> list[tuple[Any, Any]]:
        """Return the step's inputs with their relevance."""
        names, layer = kinds(step.layer), step.layer
        relevance = tf.reshape(relevance, tf.shape(step.output))
        parts = linear_parts(layer)
        source = step
        if "BatchNormalization" in names and layer.axis in (-1, len(step.output.shape) - 1):
            before = made_by.get(tensor_key(step.inputs[0]))
            parts = linear_parts(before.layer) if before is not None and _is_linear(before.layer) else None
            if parts is not None and before is not None:
                source, parts = before, [*parts[:-1], folded(parts[-1], layer)]
        if parts is not None:
            inputs = source.inputs[0]
            return [(inputs, self._through_weights(source, parts, bounds.get(tensor_key(inputs)), relevance))]
        if names & ADDING:
            terms = [tf.broadcast_to(self._counted(term), tf.shape(relevance)) for term in step.inputs]
            return list(zip(step.inputs, share_of_sum(terms, relevance), strict=True))
        if names & (ONE_BY_ONE | {"LayerScale"}):
            return [(step.inputs[0], relevance)]
        if "Multiply" in names:
            return [(gated_input(step), relevance)]
        if "LayerNormalization" in names:
            return [(step.inputs[0], self._through_normalization(step, relevance))]
        if "Concatenate" in names:
            sizes = [inputs.shape[layer.axis] for inputs in step.inputs]
            return list(zip(step.inputs, tf.split(relevance, sizes, axis=layer.axis), strict=True))
        if names & (MOVING | CHOOSING | AVERAGING | SCALING):
            values, weighted = self._counted(step.inputs[0]), bool(names & (AVERAGING | SCALING))
            return [(step.inputs[0], pulled_back(layer, values, relevance, weighted))]
        raise no_rule(step, "relevance propagation")

    def _counted(self, values: Any) -> Any:
        """Return what has a share in a sum: everything, or for deep Taylor what is positive."""
        return tf.nn.relu(as_float(values)) if self.positive else as_float(values)

    def _through_normalization(self, step: Step, relevance: Any) -> Any:
        if self.positive:
            raise ValueError(
                f"layer {step.name!r} is a LayerNormalization: it takes a mean away, so that what speaks for a class "
                "may come from numbers that speak against it, and deep Taylor follows only what speaks for it. Explain "
                "this model by lrp or integrated_gradients."
            )
        return normalized(step.layer, as_float(step.inputs[0]), relevance, self.dense.epsilon)

    def _through_weights(self, step: Step, parts: Any, bounds: Any, relevance: Any) -> Any:
        rule = self.dense if "Dense" in kinds(step.layer) else self.convolution
        values = [as_float(step.inputs[0])]
        for part in parts[:-1]:
            values.append(part.apply(values[-1], part.kernel) + part.bias)
        for i in reversed(range(len(parts))):
            used = self.pixels if i == 0 and bounds is not None else rule
            relevance = hand_down(used, parts[i], values[i], relevance, bounds)
        return relevance


@dataclass(frozen=True)
class _Totals:
    """The relevance on its way after each layer, summed; called on a `Forward`."""

    rules: _Rules

    def __call__(self, forward: Forward) -> list[Any]:
        calls: Counter[str] = Counter()
        totals = []
        for name, parts in self.rules.descent(forward):
            calls[name] += 1
            forward.notes.append(name if calls[name] == 1 else f"{name} {calls[name]}")
            totals.append(
                tf.add_n([tf.reduce_sum(tf.reshape(part, (tf.shape(part)[0], -1)), axis=1) for part in parts])
            )
        return totals


def _relevance(
    inputs: Inputs, target: ArrayLike | None, rules: _Rules, pooling: Pooling | None, batch_size: int
) -> Floats:
    heatmaps = pool_channels(run(inputs, target, rules, batch_size=batch_size)[0], pooling)
    warn_of_flat_maps(heatmaps, "the score is 0 (for deep Taylor, or less), or nothing below had a share in it.")
    return heatmaps


def _is_linear(layer: keras.Layer) -> bool:
    return getattr(layer, "activation", None) in (None, keras.activations.linear)
