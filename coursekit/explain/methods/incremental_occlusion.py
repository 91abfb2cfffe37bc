"""The score of an image under each of many patches, computing anew only what a patch can change.

A patch changes a small window of each map; how large follows from the kernels and strides above it. Layers that look at
a few pixels at a time are computed on these windows, on top of the maps of the whole image, as long as the windows
are small; the rest of the network gets whole maps with the windows pasted in. The result is that of covering the
image and running the whole network, but for rounding.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from coursekit.explain.engine.forward import Forward
from coursekit.explain.engine.layer_calls import Step
from coursekit.explain.engine.layer_kinds import ADDING, kinds, tensor_key, working
from coursekit.explain.methods.windows import Window

# Beyond this share of a map, pasting is not worth its while.
_SMALL = 0.5
_POINTWISE = {
    *("Activation", "ReLU", "Relu", "Relu6", "LeakyReLU", "ELU", "Sigmoid", "Silu", "Tanh", "Gelu"),
    *("Rescaling", "BatchNormalization"),
}
Sizes = NDArray[np.int32]


@dataclass(frozen=True)
class CoveredScores:
    """The body of a run: of one image, with what covers it and the corners of the patches as `Forward.extra`.

    Attributes
    ----------
    patch : (rows, columns)
    """

    patch: tuple[int, int]

    def __call__(self, forward: Forward) -> list[Any]:
        """Return the scores, (patches,)."""
        nothing, corners = forward.extra
        covered = _Region.of_pixels(forward.images, nothing, corners, self.patch)
        regions = {tensor_key(forward.images): covered}
        pasted: dict[str, Any] = {}
        names = [step.name for step in forward.steps]
        for step in working(forward.steps):
            # The calls of a layer that is used twice cannot be told apart by its name.
            if step.output is None or names.count(step.name) > 1:
                continue
            before = [regions[tensor_key(tensor)] for tensor in step.inputs if tensor_key(tensor) in regions]
            region = _after(step, before) if before and len(before) == len(step.inputs) else None
            if region is not None:
                regions[tensor_key(step.output)] = region
                pasted[step.name] = region.pasted()
        asked = tf.repeat(forward.asked, tf.shape(corners)[0])
        return [Forward.of(forward.model, covered.pasted(), asked, replaced_outputs=pasted).score]


@dataclass(frozen=True, eq=False)
class _Region:
    """What patches change of a map: along each axis, unit i sees the pixels ``i * stride - left`` to ``+ right``.

    Attributes
    ----------
    whole : tensor (1, h, w, K)
        The map of the image without patches.
    block : tensor (patches, rows, columns, K)
        What it is where a patch can change it.
    corners : tensor (patches, 2)
        Of the patches, in pixels.
    patch, stride, left, right : array (2,)
    """

    whole: Any
    block: Any
    corners: Any
    patch: Sizes
    stride: Sizes
    left: Sizes
    right: Sizes

    @classmethod
    def of_pixels(cls, image: Any, nothing: Any, corners: Any, patch: tuple[int, int]) -> _Region:
        """Return the region of the pixels themselves, covered by those of another image."""
        one, zero = np.ones(2, np.int32), np.zeros(2, np.int32)
        covering = _cut(nothing, _places(corners, patch))
        return cls(image, covering, corners, np.array(patch, np.int32), one, zero, zero)

    @property
    def size(self) -> Sizes:
        """Rows and columns that a patch can change, at most."""
        return self._size(self.left, self.right, self.stride, self.whole)

    @property
    def start(self) -> Any:
        """Where they begin, (patches, 2); so that they lie inside of the map."""
        first = -tf.math.floordiv(self.right - self.corners, self.stride)
        return tf.clip_by_value(first, 0, np.array(self.whole.shape[1:3]) - self.size)

    def with_block(self, whole: Any, block: Any) -> _Region:
        """Return the region of another map that lies as this one."""
        return _Region(whole, tf.cast(block, whole.dtype), self.corners, self.patch, self.stride, self.left, self.right)

    def cast(self, dtype: Any) -> _Region:
        """Return the region in another precision."""
        return self.with_block(tf.cast(self.whole, dtype), tf.cast(self.block, dtype))

    def seen_by(self, whole: Any, stride: Any, left: Any, right: Any) -> _Region | None:
        """Return the region, still without a block, of a map whose units see this one; None if it is not small."""
        step, reach = self.stride * stride, (self.left + left * self.stride, self.right + right * self.stride)
        size = self._size(*reach, step, whole)
        if np.prod(size) > _SMALL * np.prod(whole.shape[1:3]):
            return None
        return _Region(whole, None, self.corners, self.patch, step, *reach)

    def window(self, start: Any, size: Any, outside: float = 0.0) -> Any:
        """Return a part of the map with the block pasted in, (patches, rows, columns, K)."""
        places, sides = _places(start, size), np.array(self.whole.shape[1:3], np.int32)
        old = _cut(self.whole, tf.clip_by_value(places, 0, sides - 1))
        old = tf.where(_inside(places, sides), old, tf.cast(outside, old.dtype))
        within = places - self.start[:, tf.newaxis, tf.newaxis]
        new = tf.gather_nd(self.block, tf.clip_by_value(within, 0, self.size - 1), batch_dims=1)
        return tf.where(_inside(within, self.size), new, old)

    def pasted(self) -> Any:
        """Return the whole map under each patch, (patches, h, w, K)."""
        return self.window(tf.zeros_like(self.corners), np.array(self.whole.shape[1:3]))

    def _size(self, left: Sizes, right: Sizes, stride: Sizes, whole: Any) -> Sizes:
        most = (self.patch - 1 + left + right) // stride + 1
        return np.asarray(np.minimum(most, np.array(whole.shape[1:3])), np.int32)


def _after(step: Step, before: list[_Region]) -> _Region | None:
    """Return the region of a layer's output, given those of its inputs; None if it is computed in the usual way."""
    layer, names, whole = step.layer, kinds(step.layer), step.output
    # A layer of half precision casts what it gets.
    before = [region.cast(tensor.dtype) for region, tensor in zip(before, step.inputs, strict=True)]
    region = before[0]
    if len(whole.shape) != 4 or None in whole.shape[1:]:
        return None
    if names & _POINTWISE and getattr(layer, "axis", -1) in (-1, 3):
        return region.with_block(whole, layer(region.block))
    if type(layer) is keras.layers.ZeroPadding2D and layer.data_format == "channels_last":
        (top, _), (left, _) = layer.padding
        return _moved(region, whole, np.array([top, left], np.int32))
    if names & ADDING or ("Concatenate" in names and layer.axis in (-1, 3)):
        return _joined(layer, before, whole)
    local = _local(layer)
    return None if local is None else _through_windows(region, layer, whole, *local)


def _moved(region: _Region, whole: Any, before: Sizes) -> _Region | None:
    moved = region.seen_by(whole, 1, before, -before)
    if moved is None:
        return None
    return moved.with_block(whole, region.window(moved.start - before, moved.size))


def _joined(layer: keras.Layer, before: list[_Region], whole: Any) -> _Region | None:
    first = before[0]
    if any((region.stride != first.stride).any() for region in before):
        return None
    left, right = (np.max([getattr(region, side) for region in before], axis=0) for side in ("left", "right"))
    widest = _Region(whole, None, first.corners, first.patch, first.stride, left, right)
    blocks = [region.window(widest.start, widest.size) for region in before]
    # `x + y` is an operation of two arguments, the layer Add takes a list.
    return widest.with_block(whole, layer(blocks) if isinstance(layer, keras.layers.Layer) else layer(*blocks))


def _through_windows(
    region: _Region,
    layer: keras.Layer,
    whole: Any,
    size: tuple[int, ...],
    outside: float,
    compute: Callable[[Any], Any],
) -> _Region | None:
    window = Window.of(layer, size, tuple(region.whole.shape[1:3]))
    strides, before, extent = (
        array.astype(np.int32) for array in (window.strides, window.before, window.offsets.max(axis=0) + 1)
    )
    found = region.seen_by(whole, strides, before, extent - 1 - before)
    if found is None:
        return None
    block = region.window(found.start * strides - before, (found.size - 1) * strides + extent, outside)
    return found.with_block(whole, compute(block))


def _local(layer: keras.Layer) -> tuple[tuple[int, ...], float, Callable[[Any], Any]] | None:
    """Return a layer's window, what lies outside of the map for it, and how it computes without padding."""
    kind, own = type(layer), keras.layers
    if getattr(layer, "padding", None) not in ("same", "valid") or layer.data_format != "channels_last":
        return None
    if kind is own.MaxPooling2D:
        return (
            layer.pool_size,
            -np.inf,
            lambda block: keras.ops.max_pool(block, layer.pool_size, layer.strides, "valid"),
        )
    if kind is own.AveragePooling2D and layer.padding == "valid":
        return layer.pool_size, 0, lambda block: keras.ops.average_pool(block, layer.pool_size, layer.strides, "valid")
    if kind not in (own.Conv2D, own.DepthwiseConv2D, own.SeparableConv2D):
        return None

    def convolved(block: Any) -> Any:
        def weights(variable: Any) -> Any:
            return tf.cast(keras.ops.convert_to_tensor(variable), block.dtype)

        how: Any = {"strides": layer.strides, "padding": "valid", "dilation_rate": layer.dilation_rate}
        if kind is own.SeparableConv2D:
            kernels = weights(layer.depthwise_kernel), weights(layer.pointwise_kernel)
            found = keras.ops.separable_conv(block, *kernels, **how)
        else:
            operation = keras.ops.conv if kind is own.Conv2D else keras.ops.depthwise_conv
            found = operation(block, weights(layer.kernel), **how)
        return layer.activation(found if layer.bias is None else found + weights(layer.bias))

    return layer.kernel_size, 0, convolved


def _places(start: Any, size: Any) -> Any:
    """Return the rows and columns of windows, (patches, rows, columns, 2)."""
    offsets = np.stack(np.meshgrid(*map(np.arange, size), indexing="ij"), axis=-1).astype(np.int32)
    return start[:, tf.newaxis, tf.newaxis] + offsets


def _cut(whole: Any, places: Any) -> Any:
    return tf.gather_nd(whole[0], places)


def _inside(places: Any, sides: Any) -> Any:
    return tf.reduce_all((places >= 0) & (places < sides), axis=-1, keepdims=True)
