"""The layers of a model whose output has the axes of an image, and the one that a user asks for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeAlias

import keras
import numpy as np

from coursekit.explain.engine.layer_calls import Step, is_activation_of, layer_paths
from coursekit.explain.engine.tf_graph import ancestors, is_convolved

Layer: TypeAlias = str | int | keras.Layer
"""A name, a path ``"nested/name"``, an index into ``model.layers``, or the layer itself."""

# They choose among, or blank out, what the layer before them computed, which is the finer map.
_PASSING_ON = ("Pooling", "Dropout", "ZeroPadding", "Cropping", "Identity", "GaussianNoise", "ActivityRegularization")


def chosen(model: keras.Model, layer: Layer | None, steps: list[Step], batch: Any, outputs: Iterable[Any]) -> Step:
    """Return the last step of the layer that is asked for; if none is, of the last one that makes maps.

    Parameters
    ----------
    model : keras.Model
        A classifier of one input and one output, of logits or probabilities.
    layer : str, int, layer or None
    steps : list of Step
        Of one run of the model.
    batch : tensor
        What it ran on.
    outputs : tensors
        What it returned.

    Raises
    ------
    ValueError
        If the layer is unknown, or makes no map that reaches the outputs.
    """
    found = spatial(steps, batch, outputs)
    if layer is None:
        return _last(model, steps, found)
    wanted = _asked_for(model, layer)
    calls = [step for step in found if step.layer is wanted]
    if calls:
        return calls[-1]
    own = [step for step in steps if step.layer is wanted]
    if not own:
        why = "is not used when the model runs,"
    elif own[-1].output is not None and _has_axes(own[-1], batch):
        why = "does not reach the model's output, or runs out of sight, in a loop or a function of its own,"
    else:
        why = f"returns {', '.join(str(tensor.shape) for tensor in own[-1].outputs)}, without the axes of an image,"
    having = ", ".join(names(found))
    raise ValueError(f"layer {wanted.name!r} {why} so it has no map to explain by. These have: {having}.")


def spatial(steps: list[Step], batch: Any, outputs: Iterable[Any]) -> list[Step]:
    """Return the steps that make maps on the way to the outputs."""
    reaching = set().union(*map(ancestors, outputs))
    return [step for step in steps if _has_axes(step, batch) and step.output.op in reaching]


def names(steps: list[Step]) -> list[str]:
    """Return the layers of steps, each map once: a nested model returns the map of its last layer."""
    makers = {step.name for step in _makers(steps).values()}
    return [name for name in dict.fromkeys(step.name for step in steps) if name in makers]


def _makers(steps: list[Step]) -> dict[Any, Step]:
    """Return which layer is asked for a map: of those that return it, the innermost.

    A nested model returns the map of its last layer; but a layer's activation is no layer to ask.
    """
    makers: dict[Any, Step] = {}
    for step in steps:
        known = makers.get(step.output.ref())
        if known is None or is_activation_of(known, step):
            makers[step.output.ref()] = step
    return makers


def makers_of_maps(steps: list[Step], batch: Any, outputs: Any) -> list[str]:
    """Return the layers after a convolution whose maps are more than one pixel, in the order of the computation."""
    found = spatial(steps, batch, keras.tree.flatten(outputs))
    return list(dict.fromkeys(step.name for step in _after_convolutions(found)))


def _after_convolutions(steps: list[Step]) -> list[Step]:
    makers = _makers(steps)
    asked = [makers[step.output.ref()] for step in steps]
    return [step for step in asked if not _passes_on(step) and _is_map(step)]


def _last(model: keras.Model, steps: list[Step], found: list[Step]) -> Step:
    after = _after_convolutions(found)
    if after:
        return after[-1]
    elsewhere = [step for step in steps if step not in found and step.output is not None and _is_map(step)]
    advice = "Explain this model by gradients, gradient_x_input, integrated_gradients or occlusion."
    if elsewhere:
        raise ValueError(
            f"model {model.name!r} convolves maps of other axes than the image, {elsewhere[-1].output.shape} in layer "
            f"{elsewhere[-1].name!r}: something rearranges the image before, so class activation methods cannot say "
            f"where in it a map lies. {advice}"
        )
    raise ValueError(
        f"model {model.name!r} has no convolution whose maps reach its output: class activation methods need one. "
        + advice
    )


def _passes_on(step: Step) -> bool:
    return any(word in kind.__name__ for kind in type(step.layer).__mro__ for word in _PASSING_ON)


def _is_map(step: Step) -> bool:
    """Return whether a step's output comes from a convolution and has more than one place."""
    sides = step.output.shape[1:-1]
    return len(sides) > 0 and max(side or 2 for side in sides) > 1 and is_convolved(step.output)


def _has_axes(step: Step, batch: Any) -> bool:
    return step.output is not None and len(step.output.shape) == len(batch.shape)


def _asked_for(model: keras.Model, layer: Layer) -> Any:
    paths = layer_paths(model)
    if isinstance(layer, int | np.integer):
        if not -len(model.layers) <= layer < len(model.layers):
            raise ValueError(f"layer is {layer}: model {model.name!r} has {len(model.layers)} layers, counted from 0.")
        return model.layers[layer]
    if isinstance(layer, str):
        if layer in paths:
            return paths[layer]
        named = [(path, inner) for path, inner in paths.items() if inner.name == layer]
        if len(named) == 1:
            return named[0][1]
        if named:
            which = " or ".join(repr(path) for path, _ in named)
            raise ValueError(f"several layers are called {layer!r}: pass {which}.")
        raise ValueError(f"model {model.name!r} has no layer {layer!r}. It has: {', '.join(paths)}.")
    if any(layer is inner for inner in paths.values()):
        return layer
    raise ValueError(f"layer is {layer!r}: it must be a name, an index or a layer of model {model.name!r}.")
