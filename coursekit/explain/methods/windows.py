"""What the units of a convolution or pooling layer see of the layer below."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import keras
import numpy as np
from numpy.typing import NDArray

from coursekit.arrays import Floats

Points = NDArray[np.intp]


@dataclass(frozen=True)
class Window:
    """The window of a layer, along its axes.

    Attributes
    ----------
    strides, before : array (axes,)
        From a unit's window to the next, and how far the first begins outside of the maps.
    offsets : array (taps, axes)
        From where a window starts to each pixel in it.
    middle : array (axes,)
        From where it starts to its middle; of two, the first.
    """

    strides: Points
    before: Points
    offsets: Points
    middle: Points

    @classmethod
    def of(cls, layer: keras.Layer, size: tuple[int, ...], sides: tuple[int, ...]) -> Window:
        """Return the window of a layer whose kernel has a size, on maps whose sides have these lengths."""
        strides, dilation = (
            np.broadcast_to(getattr(layer, name, 1), len(size)).astype(np.intp) for name in ("strides", "dilation_rate")
        )
        extent = (np.array(size) - 1) * dilation + 1
        before = np.zeros(len(size), np.intp)
        if getattr(layer, "padding", "valid") == "same":
            steps = -(-np.array(sides) // strides) - 1
            before = np.maximum(steps * strides + extent - sides, 0) // 2
        taps = np.array(list(itertools.product(*map(range, size))), np.intp).reshape(-1, len(size))
        return cls(strides, before, taps * dilation, (extent - 1) // 2)

    def starts(self, places: Points) -> Points:
        """Return where the windows of units at places (m, axes) start."""
        return places * self.strides - self.before

    def patches(self, inputs: Floats, starts: Points, channels: Points, outside: float) -> Floats:
        """Return what lies under windows, (m, taps, channels), by given channels (m, channels) of each."""
        places = starts[:, np.newaxis] + self.offsets
        inside = np.logical_and(places >= 0, places < np.array(inputs.shape[:-1])).all(axis=-1, keepdims=True)
        within = np.clip(places, 0, np.array(inputs.shape[:-1]) - 1)
        index = tuple(within[..., i, np.newaxis] for i in range(within.shape[-1]))
        seen: Floats = np.where(inside, inputs[(*index, channels[:, np.newaxis])], outside)
        return seen
