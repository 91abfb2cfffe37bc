"""Where the evidence of a unit comes from: one step back through a layer, for the points of CNN fixations.

A point is a row of whole numbers: the place in a tensor (row, column, channel; or unit), then 1, or -1 where what made
the number small is asked for. The rules stand in `coursekit.explain.methods.fixations.fixated_pixels`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from coursekit.arrays import Floats
from coursekit.explain.engine.forward import Forward, as_float
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
from coursekit.explain.methods.lrp_rules import linear_parts
from coursekit.explain.methods.windows import Points, Window

_DEPTHWISE = (keras.layers.DepthwiseConv1D, keras.layers.DepthwiseConv2D)
_SAME_PLACE = ONE_BY_ONE | {"Multiply"}
_AT_ONCE = 2_000_000  # numbers in the patches that are looked at together


@dataclass(frozen=True)
class Link:
    """One call of a layer; tensors are numbered, and the layer is named by its path.

    Attributes
    ----------
    path : str
    inputs : tuple of int
        Numbers of the tensors that went in.
    output : int
        Number of the tensor that came out.
    values : tuple of int
        Where in the arrays of a run the inputs stand; or their shapes, for layers that only move numbers.
    flattened : bool
        Whether the inputs are maps, flattened.
    """

    path: str
    inputs: tuple[int, ...]
    output: int
    values: tuple[int, ...]
    flattened: bool


@dataclass(frozen=True)
class BackwardChain:
    """The way back from the logits to the images.

    Attributes
    ----------
    units : int
        How many logits.
    top, images : int
        Numbers of these tensors.
    links : list of Link
        The last first.
    """

    units: int
    top: int
    images: int
    links: list[Link]


def chain(forward: Forward) -> list[Any]:
    """Note the `BackwardChain` of a model; return the arrays that its links need."""
    steps = working(forward.steps)
    made_by = {tensor_key(step.output): step for step in steps if step.output is not None}
    flattened = _flattened_maps(steps)
    numbers: dict[Any, int] = {}
    returned: list[Any] = []
    top, bottom = top_key(forward, made_by), tensor_key(forward.images)
    wanted, links = {top}, []
    for step in reversed(steps):
        if step.output is None or tensor_key(step.output) not in wanted:
            continue
        needed = _needed(step)
        # A gate only lets evidence through.
        inputs = (gated_input(step),) if "Multiply" in kinds(step.layer) else step.inputs
        links.append(
            Link(
                step.name,
                tuple(numbers.setdefault(tensor_key(tensor), len(numbers)) for tensor in inputs),
                numbers.setdefault(tensor_key(step.output), len(numbers)),
                tuple(range(len(returned), len(returned) + len(needed))),
                tensor_key(step.inputs[0]) in flattened,
            )
        )
        returned += needed
        wanted.remove(tensor_key(step.output))
        wanted.update(map(tensor_key, inputs))
    if wanted != {bottom}:
        raise outside_layers(forward, "CNN fixations")
    forward.notes.append(BackwardChain(int(forward.logits.shape[1]), numbers[top], numbers[bottom], links))
    return [forward.target, *returned]


def sources(link: Link, layer: keras.Layer, arrays: list[Floats], points: Points) -> list[tuple[int, Points]]:
    """Return the inputs of a layer, by number, with the points that its points lead back to.

    Parameters
    ----------
    link : Link
    layer : keras.Layer
    arrays : list of array
        Of one image, as `link.values` counts them.
    points : array (m, axes + 1)
    """
    names, values = kinds(layer), [arrays[place] for place in link.values]
    if "BatchNormalization" in names and layer.scale:
        signs = np.where(np.asarray(layer.gamma) < 0, -1, 1)
        points = points.copy()
        points[:, -1] *= signs[points[:, layer.axis - 1]]
        return [(link.inputs[0], points)]
    if names & _SAME_PLACE:
        return [(link.inputs[0], points)]
    if "Dense" in names and values[0].ndim == 1:
        found = _dense(values[0], np.asarray(layer.kernel, np.float32), points, link.flattened)
    elif linear_parts(layer) is not None:
        found = _convolution(values[0], layer, points)
    elif names & (CHOOSING | AVERAGING):
        found = _pooling(values[0], layer, points)
    elif names & ADDING:
        return _larger_term(link, values, points)
    elif "Concatenate" in names:
        return _parts(link, layer.axis, values, points)
    elif names & SCALING:
        found = _scaled(values[0], values[1], points)
    else:
        found = _moved(values[0], layer, points)
    return [(link.inputs[0], found)]


def _needed(step: Step) -> list[Any]:
    """Return what one step back needs to know of a layer's inputs: their values or their shapes."""
    names = kinds(step.layer)
    if names & _SAME_PLACE:
        return []
    if linear_parts(step.layer) is not None or names & (CHOOSING | AVERAGING | ADDING):
        return [as_float(tensor) for tensor in step.inputs]
    if names & (MOVING | SCALING | {"Concatenate"}):
        shapes = [tf.shape(tensor) for tensor in (*step.inputs, step.output)]
        return [tf.tile(shape[tf.newaxis, 1:], (shape[0], 1)) for shape in shapes]
    raise no_rule(step, "the method of CNN fixations")


def _flattened_maps(steps: list[Step]) -> set[Any]:
    found = set()
    for step in steps:
        if step.output is None or not step.inputs:
            continue
        source, names = step.inputs[0], kinds(step.layer)
        maps = len(step.output.shape) == 2 < len(source.shape) and any(side != 1 for side in source.shape[1:-1])
        if (names & MOVING and maps) or (names & ONE_BY_ONE and tensor_key(source) in found):
            found.add(tensor_key(step.output))
    return found


def _dense(inputs: Floats, kernel: Floats, points: Points, strongest: bool) -> Points:
    evidence = inputs * kernel[:, points[:, 0]].T * points[:, -1:]
    if strongest:
        best = evidence.argmax(axis=1)
        kept = best[evidence[np.arange(len(best)), best] > 0]
    else:
        kept = np.flatnonzero((evidence > 0).any(axis=0))
    return np.stack([kept, np.ones_like(kept)], axis=1)


def _convolution(inputs: Floats, layer: keras.Layer, points: Points) -> Points:
    axes = inputs.ndim - 1
    kernel = _kernel(layer, axes)
    *size, per_group, filters = kernel.shape
    window = Window.of(layer, tuple(size), inputs.shape[:axes])
    weights = kernel.reshape(-1, per_group, filters)
    # With groups, a filter sees a part of the channels, which begin here.
    first = points[:, axes] // (filters // (inputs.shape[-1] // per_group)) * per_group
    found = []
    for some in _portions(points, weights.shape[0] * per_group):
        starts = window.starts(points[some, :axes])
        channels = first[some, np.newaxis] + np.arange(per_group)
        patches = window.patches(inputs, starts, channels, outside=0)
        seen_by = weights[:, :, points[some, axes]]
        places = np.clip(starts + window.middle, 0, np.array(inputs.shape[:axes]) - 1)
        if isinstance(layer, _DEPTHWISE):
            # A unit that sees one map has no channel to choose, but a pixel, as in pooling. At the middle, all pixels
            # would come back that the last maps have, for a network of such layers.
            each = patches[..., 0] * seen_by[:, 0].T * points[some, -1:]
            best = each.argmax(axis=1)
            speaks = each[np.arange(len(best)), best] > 0
            places[speaks] = (starts + window.offsets[best])[speaks]
            found.append(np.column_stack([places, channels[:, 0], np.ones_like(best)]))
            continue
        evidence = np.einsum("mtc,tcm->mc", patches, seen_by) * points[some, -1:]
        best = evidence.argmax(axis=1)
        found.append(np.column_stack([places, channels[np.arange(len(best)), best], np.ones_like(best)]))
    return np.concatenate(found)


def _kernel(layer: keras.Layer, axes: int) -> Floats:
    """Return the weights as those of a convolution along axes, (..., channels of a group, filters)."""
    if isinstance(layer, keras.layers.Dense):
        kernel = np.asarray(layer.kernel, np.float32)
        return kernel.reshape(*[1] * axes, *kernel.shape)
    if hasattr(layer, "pointwise_kernel"):
        depthwise, pointwise = (np.asarray(k, np.float32) for k in (layer.depthwise_kernel, layer.pointwise_kernel))
        *_, channels, multiplier = depthwise.shape
        mixing = pointwise.reshape(channels, multiplier, -1)
        return np.asarray(np.einsum("...cm,cmk->...ck", depthwise, mixing))
    kernel = np.asarray(layer.kernel, np.float32)
    if isinstance(layer, _DEPTHWISE):
        return kernel.reshape(*kernel.shape[:-2], 1, -1)
    return kernel


def _pooling(inputs: Floats, layer: keras.Layer, points: Points) -> Points:
    axes = inputs.ndim - 1
    if "Global" in type(layer).__name__:
        flat = inputs.reshape(-1, inputs.shape[-1])[:, points[:, -2]] * points[:, -1]
        places = np.unravel_index(flat.argmax(axis=0), inputs.shape[:-1])
        return np.column_stack([*places, points[:, -2:]])
    window = Window.of(layer, layer.pool_size, inputs.shape[:axes])
    found = []
    for some in _portions(points, int(np.prod(layer.pool_size))):
        starts = window.starts(points[some, :axes])
        seen = window.patches(inputs, starts, points[some, axes : axes + 1], outside=np.nan)[..., 0]
        best = np.nanargmax(seen * points[some, -1:], axis=1)
        found.append(np.column_stack([starts + window.offsets[best], points[some, axes:]]))
    return np.concatenate(found)


def _larger_term(link: Link, values: list[Floats], points: Points) -> list[tuple[int, Points]]:
    places = [np.minimum(points[:, :-1], np.array(term.shape) - 1) for term in values]
    terms = np.stack([term[tuple(place.T)] for term, place in zip(values, places, strict=True)])
    chosen = (terms * points[:, -1]).argmax(axis=0)
    return [
        (source, np.column_stack([place, points[:, -1]])[chosen == i])
        for i, (source, place) in enumerate(zip(link.inputs, places, strict=True))
    ]


def _parts(link: Link, axis: int, shapes: list[Any], points: Points) -> list[tuple[int, Points]]:
    column = axis - 1 if axis > 0 else axis + len(shapes[0])
    ends = np.cumsum([shape[column] for shape in shapes])
    found = []
    for source, start, end in zip(link.inputs, [0, *ends], ends, strict=False):
        inside = points[(start <= points[:, column]) & (points[:, column] < end)].copy()
        inside[:, column] -= start
        found.append((source, inside))
    return found


def _scaled(before: Any, after: Any, points: Points) -> Points:
    """Follow points through a layer that changes the size of maps, to the nearest pixels."""
    nearest = (2 * points[:, :-2] + 1) * before[:-1] // (2 * after[:-1])
    return np.column_stack([nearest, points[:, -2:]])


def _moved(shape: Any, layer: keras.Layer, points: Points) -> Points:
    """Follow numbers through a layer that only moves them, by moving their places, counted from 1; padding has 0."""
    places = np.arange(1, np.prod(shape) + 1, dtype=np.int32).reshape(1, *shape)
    came_from = np.asarray(layer(places))[0][tuple(points[:, :-1].T)]
    kept = came_from > 0
    return np.column_stack([*np.unravel_index(came_from[kept] - 1, shape), points[kept, -1]])


def _portions(points: Points, numbers: int) -> list[slice]:
    step = max(_AT_ONCE // numbers, 1)
    return [slice(start, start + step) for start in range(0, max(len(points), 1), step)]
