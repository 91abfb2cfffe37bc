"""A model that is opened for the feature-map explorer: what can be seen of it, and what is seen first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from coursekit.widgets.sources.images import ImageList
from coursekit.widgets.sources.model_images import ModelImage, class_names, model_images

if TYPE_CHECKING:
    import keras

    from coursekit.explain import Probe


@dataclass(frozen=True)
class OpenedMaps:
    """A model whose maps can be looked at.

    Attributes
    ----------
    probe : Probe
    images : ImageList
        Of images as the model takes them.
    shapes : mapping of str to shape
        (height, width, maps) of each layer that has maps.
    first : str
        The layer to begin with.
    classes : tuple of str
        Names; empty where the model is no classifier.
    """

    probe: Probe
    images: ImageList[ModelImage]
    shapes: Mapping[str, tuple[int, ...]]
    first: str
    classes: tuple[str, ...]


def opened_maps(
    model: keras.Model,
    images: ArrayLike | None,
    layer: str | None,
    classes: Sequence[str] | None,
    value_range: tuple[float, float],
) -> OpenedMaps:
    """Open a model, or say what does not fit; the arguments are those of `explore_feature_maps`.

    Images are an array (n, height, width, channels).

    Raises
    ------
    ValueError
        If the model, the images, the layer or the names do not fit together.
    """
    from coursekit.explain import Probe

    choice = model_images(model, images, value_range)
    probe = Probe(model, choice.shape)
    if not probe.layers:
        raise ValueError(f"model {model.name!r} has no layer with feature maps.")
    first = layer if layer is not None else (probe.kernels or probe.layers)[0]
    if first not in probe.layers:
        raise ValueError(f"layer {layer!r} has no feature maps. These have: {', '.join(probe.layers)}.")
    seen = probe(choice.get().values[np.newaxis])
    names = class_names(0 if seen.probabilities is None else seen.probabilities.shape[1], classes)
    shapes = {name: seen.maps(name).shape[1:] for name in probe.layers}
    return OpenedMaps(probe, choice, shapes, first, names)
