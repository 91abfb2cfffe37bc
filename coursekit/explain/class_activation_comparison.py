"""All class activation maps of one layer in one run: what an explorer asks for when it goes from method to method."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import ArrayLike

from coursekit.arrays import Floats
from coursekit.explain.engine.forward import Forward
from coursekit.explain.engine.inputs import Inputs
from coursekit.explain.engine.layer_selection import Layer
from coursekit.explain.engine.run import run
from coursekit.explain.engine.scores import probabilities_of
from coursekit.explain.methods.class_activation import (
    _cam,
    _grad_cam,
    _grad_cam_plus_plus,
    _hires_cam,
    _layer_cam,
)
from coursekit.explain.registry import METHODS

COMPARED = {METHODS[name].title: name for name in ("grad_cam", "hires_cam", "grad_cam_plus_plus", "layer_cam", "cam")}
"""Their titles, and the names of the functions in `coursekit.explain`."""


@dataclass(frozen=True)
class ClassActivations:
    """Maps of one image by every method, and what the model says about it.

    Attributes
    ----------
    maps : dict of str to array (h, w)
        By the titles in `COMPARED`, without what speaks against the class; CAM only where the network allows it.
    target : int
        The class explained.
    probabilities : array (classes,)
    """

    maps: dict[str, Floats]
    target: int
    probabilities: Floats


def class_activations(
    model: keras.Model, image: ArrayLike, target: int | None = None, *, layer: Layer | None = None
) -> ClassActivations:
    """Return what `grad_cam`, `hires_cam`, `grad_cam_plus_plus`, `layer_cam` and `cam` say about one image, in one run.

    Parameters
    ----------
    model : keras.Model
        A classifier.
    image : array (height, width, channels)
        In the values that the model takes, for example 0 to 1.
    target : int, optional
        Class; the predicted one if none is asked for.
    layer : str, int or layer, optional
        Whose maps; the last one that has some. CAM is always about the maps that are averaged.

    Returns
    -------
    ClassActivations
        The maps by title, the class explained and the probabilities of all.

    Raises
    ------
    ValueError
        As `coursekit.explain.grad_cam`.

    Examples
    --------
    >>> from coursekit import networks
    >>> found = class_activations(networks.mnist_convnet(), np.ones((28, 28, 1)))
    >>> {name: heatmap.shape for name, heatmap in found.maps.items()}
    {'Grad-CAM': (3, 3), 'HiResCAM': (3, 3), 'Grad-CAM++': (3, 3), 'LayerCAM': (3, 3)}
    """
    found, classes, *maps = run(Inputs.of(model, np.asarray(image)[np.newaxis]), target, _together, layer=layer)
    # The last of them is missing where the network has no weight for each map.
    named = {name: np.maximum(one[0], 0) for name, one in zip(COMPARED, maps, strict=False)}
    return ClassActivations(named, int(classes[0]), found[0])


def _together(forward: Forward) -> list[Any]:
    found = [probabilities_of(forward), tf.identity(forward.target)]
    found += [*_grad_cam(forward), *_hires_cam(forward), *_grad_cam_plus_plus(forward), *_layer_cam(forward)]
    try:
        return [*found, *_cam(forward)]
    except ValueError:
        return found
