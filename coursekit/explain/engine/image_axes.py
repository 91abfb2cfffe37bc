"""Whether a layer's maps lie over the image: what changes in the image changes the maps at the same place."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from coursekit.arrays import Floats
from coursekit.explain.engine.forward import Forward, as_float
from coursekit.explain.engine.inputs import Inputs
from coursekit.explain.engine.layer_kinds import ADDING, AVERAGING, CHOOSING, ONE_BY_ONE, SCALING, kinds
from coursekit.explain.engine.layer_selection import makers_of_maps
from coursekit.explain.engine.model_state import State, model_state, settled
from coursekit.explain.engine.tracing import Request, Traced, fact, traced
from coursekit.networks.graph import layer_graph

# Keras' own layers after which a place is still the same place, or after which there are no places at all.
_KEEPING_AXES = {
    *(ONE_BY_ONE | SCALING | CHOOSING | AVERAGING | ADDING),
    *("BaseConv", "BaseDepthwiseConv", "BaseSeparableConv", "BasePooling", "BaseGlobalPooling", "Dense", "Flatten"),
    *("Concatenate", "Multiply", "Dropout", "SpatialDropout1D", "SpatialDropout2D"),
}
_PLACES = (0.2, 0.5, 0.8)  # of the side
_SAMPLES = 2
# Seen in six networks of keras.applications with random weights, whose units see all of the image: 0.15 or more, and
# 0.81 or more. Heads of attention and transposed maps: 0.02 or less; rows cut in two and laid side by side: 0.61 near.
_LEAST_MOVED, _LEAST_NEAR = 0.1, 0.7
_EDGE, _LEAST_EDGE = 8, 3  # of the side, and pixels: what pooling and kernels leave out at an edge is less


def on_image(inputs: Inputs, request: Request) -> Traced:
    """Return the function of a request that takes the maps of a layer, if those lie over the image.

    If no layer is asked for and the last one with maps has lost the image's axes, it is the last one that has not.

    Raises
    ------
    ValueError
        If the layer that is asked for has lost them, or all have.
    """
    made = traced(inputs, request)
    if not made.map_name or lies_on_image(inputs, made.map_name):
        return made
    if request.layer is None:
        return traced(inputs, replace(request, layer=last_on_image(inputs)))
    having = ", ".join(name for name in _candidates(inputs) if lies_on_image(inputs, name))
    raise ValueError(
        f"layer {made.map_name!r} has as many axes as the image, but they are others: where the image changes, its "
        f"maps do not change at the same place (it may be cropped). Maps that lie over the image: {having or 'none'}."
    )


def last_on_image(inputs: Inputs) -> str:
    """Return the name of the last layer after a convolution whose maps lie over the image.

    Raises
    ------
    ValueError
        If there is none.
    """
    for name in reversed(_candidates(inputs)):
        if lies_on_image(inputs, name):
            return name
    raise ValueError(
        f"model {inputs.model.name!r} rearranges the image before its convolutions, crops it or lays a frame "
        "around it: no maps lie over it, so class activation methods would show the wrong place. Do that to the images "
        "before you pass them, or explain it by gradients, integrated_gradients or occlusion."
    )


def lies_on_image(inputs: Inputs, name: str) -> bool:
    """Return whether the maps of a layer have the axes of the image; found out once for a layer and a size and kept."""

    def read() -> tuple[State, bool]:
        return settled(inputs.state, model_state(inputs.model)), _keeps_axes(inputs.model)

    def tried() -> tuple[State, bool]:
        made = traced(inputs, Request.of(inputs, _maps, name, classifier=False))
        return made.state, _follows(inputs, made)

    # Nothing but layers that keep the axes: certain, also of maps too small to be tried.
    known: bool = fact(inputs, "all layers keep the axes", read)
    # What is cropped may depend on the image's proportions.
    return known or bool(fact(inputs, f"maps of {name} lie on images {inputs.images.shape[1:]}", tried))


def _keeps_axes(model: keras.Model) -> bool:
    """Return whether a model is made of layers none of which rearranges the axes of maps."""
    try:
        graph = layer_graph(model)
    except ValueError:
        return False
    return all(
        call.is_input
        or (_keeps_axes(call.layer) if isinstance(call.layer, keras.Model) else _layer_keeps_axes(call.layer))
        for call in graph.calls
    )


def _layer_keeps_axes(layer: Any) -> bool:
    names = kinds(layer)
    if names & {"ZeroPadding1D", "ZeroPadding2D"}:
        return int(np.max(layer.padding)) <= _LEAST_EDGE
    if "Resizing" in names and (layer.crop_to_aspect_ratio or layer.pad_to_aspect_ratio):
        return False
    return bool(names & _KEEPING_AXES)


def _candidates(inputs: Inputs) -> list[str]:
    made = traced(inputs, Request.of(inputs, _convolved_names, classifier=False))
    return [str(name) for name in made.notes]


def _follows(inputs: Inputs, made: Traced) -> bool:
    """Return whether stripes of the image that are changed change the maps in the same stripes."""
    rng = np.random.default_rng(0)
    sides = inputs.images.shape[1:-1]
    low, high = float(inputs.images.min()), float(inputs.images.max())
    spread = max(high, low + 1) - low
    base, other = low + spread * rng.random((2, _SAMPLES, *inputs.images.shape[1:]))

    def maps(images: Floats) -> Floats:
        found: Floats = made.function(tf.constant(images.astype(inputs.images.dtype)), tf.zeros(_SAMPLES, tf.int32))[
            0
        ].numpy()
        return found

    before = maps(base)

    def changes(axis: int, first: int, last: int) -> Floats:
        """Return by how much maps change along an axis where the image is another one from first to last."""
        stripe: list[Any] = [slice(None)] * base.ndim
        stripe[axis] = slice(first, last)
        changed = base.copy()
        changed[tuple(stripe)] = other[tuple(stripe)]
        change = np.abs(maps(changed) - before).astype(np.float64)
        profile: Floats = change.sum(axis=tuple(i for i in range(change.ndim) if i != axis))
        return profile

    for axis, side in enumerate(sides, start=1):
        if before.shape[axis] == 1 or side < len(_PLACES):
            continue
        stripes = [(min(int(side * (place - 0.1)), side - 1), int(side * (place + 0.1))) for place in _PLACES]
        profiles = [changes(axis, first, max(first + 1, last)) for first, last in stripes]
        if not _moves_along(np.stack(profiles)):
            return False
        edge = max(side // _EDGE, _LEAST_EDGE)
        ends = [changes(axis, 0, edge), changes(axis, side - edge, side)]
        if not _covers(ends, changes(axis, 0, side)):
            return False
    return True


def _covers(ends: list[Floats], whole: Floats) -> bool:
    """Return whether maps see the first and the last part of the image, and have no first or last part without it.

    If not, the image was cropped before, or a frame was laid around it: the maps lie over something else.
    """
    if not whole.any():
        return True  # dead maps
    edge = max(1, len(whole) // _EDGE)
    return all(end.any() for end in ends) and bool(whole[:edge].any() and whole[-edge:].any())


def _moves_along(profiles: Floats) -> bool:
    """Return whether changes along an axis of maps, (places, side), move with the places."""
    totals = profiles.sum(axis=1, keepdims=True)
    # Nothing changes in dead maps: that says nothing against them.
    if not np.isfinite(totals).all() or not totals.all():
        return True
    shares = profiles / totals
    along = np.linspace(0, 1, shares.shape[1])
    centres = shares @ along
    # What changes wherever the image changes, as attention and pooled gates do, says nothing about places.
    local = np.maximum(shares - shares.mean(axis=0), 0)
    near = np.abs(along - np.array(_PLACES)[:, np.newaxis]) <= 0.3
    share = (local * near).sum() / local.sum() if local.any() else 0.0
    return bool(centres[-1] - centres[0] >= _LEAST_MOVED and share >= _LEAST_NEAR)


def _maps(forward: Forward) -> list[Any]:
    return [as_float(forward.maps)]


def _convolved_names(forward: Forward) -> list[Any]:
    forward.notes.extend(makers_of_maps(forward.steps, forward.images, forward.outputs))
    return [tf.identity(forward.asked)]
