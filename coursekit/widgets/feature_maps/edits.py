"""A network whose kernels can be edited for one run: its feature maps, its answers, and the model left as it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from coursekit.arrays import Floats
from coursekit.widgets.sources.kernel_sets import Rows, rows_of
from coursekit.widgets.toolkit.lru import LRUCache

if TYPE_CHECKING:
    from coursekit.explain import Probe

Edits = tuple[tuple[str, int, int, Rows], ...]
"""Layer, the place of the plane in its kernel (third and fourth axis), and the numbers that were put there."""


@dataclass(frozen=True, eq=False)
class MapSheet:
    """All maps of a layer on an image, and what the network answers with and without the edits."""

    maps: Floats
    probabilities: Floats | None
    before: Floats | None

    @property
    def empty(self) -> int:
        """How many maps are zero everywhere."""
        return int(np.count_nonzero(~self.maps.any(axis=(0, 1))))


class EditableKernels:
    """The kernels of a network's layers with the edits that are made to them.

    Parameters
    ----------
    probe : Probe
        The network, see `coursekit.explain.Probe`.
    shapes : mapping of str to (height, width, maps)
        Of the maps of each layer.
    """

    def __init__(self, probe: Probe, shapes: Mapping[str, tuple[int, ...]]) -> None:
        self._probe, self._shapes = probe, shapes
        self._learned: LRUCache[Floats | None] = LRUCache()

    def editable(self, layer: str) -> bool:
        """Return whether a layer has a kernel."""
        return layer in self._probe.kernels

    def channels(self, layer: str) -> int:
        """Return of how many input channels the kernel of one map can be chosen."""
        if not self.editable(layer):
            return 1
        shape = self._probe.kernel(layer).shape
        return int(shape[2]) if shape[3] == self._shapes[layer][-1] else 1

    def edited(self, edits: Edits) -> dict[str, Floats]:
        """Return the kernels of all edited layers, whole, (rows, columns, channels in, filters)."""
        kernels = {layer: self._probe.kernel(layer) for layer, *_ in edits}
        for layer, channel, index, plane in edits:
            kernels[layer][:, :, channel, index] = plane
        return kernels

    def kernel_of(self, layer: str, index: int, channel: int, edits: Edits) -> Floats | None:
        """Return the planes that make one map (rows, columns, channels in); None where the layer has no kernel."""
        if not self.editable(layer):
            return None
        kernel = self.edited(edits).get(layer)
        kernel = self._probe.kernel(layer) if kernel is None else kernel
        channel, place = plane_at(kernel.shape, self._shapes[layer][-1], index, channel)
        return kernel[..., place] if self.channels(layer) > 1 else kernel[:, :, [channel], place]

    def with_plane(self, edits: Edits, layer: str, index: int, channel: int, weights: ArrayLike) -> Edits:
        """Return the edits with other weights for one map and input channel; learned weights are no edit.

        Parameters
        ----------
        edits : tuple
            What was edited before.
        layer : str
            Its name.
        index, channel : int
            The map, and the input channel.
        weights : array (rows, columns)
            Of that plane.

        Returns
        -------
        tuple
        """
        plane, kernel = rows_of(weights), self._probe.kernel(layer)
        place = plane_at(kernel.shape, self._shapes[layer][-1], index, channel)
        others = tuple(one for one in edits if one[:3] != (layer, *place))
        learned = rows_of(kernel[:, :, place[0], place[1]])
        return others if plane == learned else (*others, (layer, *place, plane))

    def look(self, name: str, image: Floats, layer: str, edits: Edits) -> MapSheet:
        """Return the maps of a layer on an image (height, width, channels), which is remembered by its name."""
        batch = image[np.newaxis]
        seen = self._probe(batch, self.edited(edits))
        before = seen.probabilities
        if edits:
            before = self._learned.get(name, lambda: self._probe(batch).probabilities)
        return MapSheet(
            maps=seen.maps(layer)[0],
            probabilities=None if seen.probabilities is None else seen.probabilities[0],
            before=None if before is None else before[0],
        )


def plane_at(kernel: tuple[int, ...], maps: int, index: int, channel: int) -> tuple[int, int]:
    """Return where in a kernel the plane for a map and an input channel stands: its third and fourth axis.

    Examples
    --------
    >>> plane_at((3, 3, 8, 32), maps=32, index=5, channel=2)
    (2, 5)
    >>> plane_at((3, 3, 16, 2), maps=32, index=5, channel=0)  # depthwise: two maps of each channel
    (2, 1)
    """
    return (channel, index) if kernel[3] == maps else divmod(index, kernel[3])
