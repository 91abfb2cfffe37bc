"""The sanity check: a heatmap that explains a trained network must change when its weights are random."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import keras
import numpy as np
from numpy.typing import ArrayLike

from coursekit.arrays import Floats, at_least_one
from coursekit.explain.engine.forward import as_float
from coursekit.explain.engine.inputs import Inputs
from coursekit.explain.engine.layer_calls import layer_paths
from coursekit.explain.engine.model_state import constants
from coursekit.explain.engine.run import target_classes
from coursekit.explain.evaluate.faithfulness import Explainer
from coursekit.explain.evaluate.similarity import rank_correlation

Order = Literal["top_down", "bottom_up", "independent"]


@dataclass(frozen=True, eq=False)
class Randomisation:
    """How similar heatmaps stay while layers get random weights, one after the other.

    Attributes
    ----------
    layers : tuple of str
        Paths of the layers in the order in which they became random. After the last one of ``"top_down"`` and of
        ``"bottom_up"`` the whole network is random.
    signed, magnitude : array (layers, seeds, n)
        Spearman's rank correlation of the pixels with the trained network's map, and of their absolute values: 1 is
        the same order, 0 none; nan where a map is flat.
    """

    layers: tuple[str, ...]
    signed: Floats
    magnitude: Floats


def model_randomisation(
    model: keras.Model,
    images: ArrayLike,
    explainer: Explainer,
    target: ArrayLike | None = None,
    *,
    order: Order = "top_down",
    seeds: int = 1,
) -> Randomisation:
    """Return how similar heatmaps stay when layers get new random weights.

    Each layer is initialised anew, by its own initialisers, on a copy of the model. A method whose heatmaps stay
    similar when *all* layers are random draws the image, not the network. From the top down much may stay although a
    method looks at the network: what the lower, trained layers let through has the same shape (Binder et al. 2023). So
    look at both orders, at all layers, at several seeds, and at the absolute values beside the signs, which are as good
    as thrown once the last layer is random.

    Parameters
    ----------
    model : keras.Model
        One that Keras can copy: Sequential, functional, or subclassed with ``get_config``.
    images : array (n, height, width, channels) or (n, length, channels)
        In the values that the model takes, for example 0 to 1. Of three axes, spectra.
    explainer : function (model, images, target) -> heatmaps
        Any function of `coursekit.explain`, or one of your own.
    target : None, int or array (n,)
        None means the class that the trained model predicts.
    order : {"top_down", "bottom_up", "independent"}
        From the last layer to the first, those above staying random; from the first to the last; or one at a time.
    seeds : int
        How often everything is done, each time from other random numbers.

    Returns
    -------
    Randomisation

    Raises
    ------
    ValueError
        If the model cannot be copied, or the order is unknown.

    References
    ----------
    J. Adebayo et al. (2018), "Sanity checks for saliency maps", NeurIPS, arXiv:1810.03292.
    A. Binder, L. Weber, S. Lapuschkin, G. Montavon, K.-R. Müller and W. Samek (2023), "Shortcomings of top-down
    randomization-based sanity checks for evaluations of deep neural network explanations", CVPR, arXiv:2211.12486.

    Examples
    --------
    >>> from coursekit import networks
    >>> from coursekit.explain import gradients
    >>> found = model_randomisation(networks.mnist_convnet(), np.ones((1, 28, 28, 1)), gradients, seeds=2)
    >>> len(found.layers), found.signed.shape
    (5, (5, 2, 1))
    """
    if order not in ("top_down", "bottom_up", "independent"):
        raise ValueError(f'order is {order!r}: it must be "top_down", "bottom_up" or "independent".')
    at_least_one(seeds, "seeds")
    inputs = Inputs.of(model, images)
    checked, classes = inputs.images, target_classes(inputs, target)
    copy = _copied(inputs)
    trained, own = copy.get_weights(), explainer(copy, checked, classes)
    weighted, parts = layers_with_weights(copy), layer_paths(copy)
    paths = weighted[::-1] if order == "bottom_up" else weighted
    similar = np.empty((2, len(paths), seeds, len(checked)))
    for seed in range(seeds):
        copy.set_weights(trained)
        for step, path in enumerate(paths):
            if order == "independent":
                copy.set_weights(trained)
            initialise(parts[path], _layer_seed(seed, weighted.index(path)))
            found = explainer(copy, checked, classes)
            similar[:, step, seed] = rank_correlation(own, found), rank_correlation(np.abs(own), np.abs(found))
    return Randomisation(tuple(paths), *similar)


def randomised(model: keras.Model, images: ArrayLike, layers: int | None = None, *, seed: int = 0) -> keras.Model:
    """Return a copy of a model whose last layers have new random weights: one step of the cascade.

    Parameters
    ----------
    model : keras.Model
        One that Keras can copy.
    images : array (n, height, width, channels) or (n, length, channels)
        Any that the model takes.
    layers : int, optional
        How many of the layers with weights, counted from the last; all if not given.
    seed : int
        Of the random numbers: the same seed, the same result.

    Returns
    -------
    keras.Model
        The copy; the model itself is left as it is.

    Raises
    ------
    ValueError
        If the model cannot be copied, or has no such number of layers with weights.

    Examples
    --------
    >>> from coursekit import networks
    >>> model, images = networks.mnist_convnet(), np.ones((1, 28, 28, 1))
    >>> copy = randomised(model, images, layers=1)
    >>> [bool((a == b).all()) for a, b in zip(model.get_weights()[::2], copy.get_weights()[::2])]
    [True, True, True, True, False]
    """
    copy = _copied(Inputs.of(model, images))
    randomise(copy, layers, seed=seed)
    return copy


def randomise(model: keras.Model, layers: int | None = None, *, seed: int = 0) -> None:
    """Give the last layers of a model itself new random weights.

    `randomised` does so on a copy.

    Parameters
    ----------
    model : keras.Model
        Built; it is changed.
    layers : int, optional
        How many of the layers with weights, counted from the last; all if not given.
    seed : int
        Of the random numbers: the same seed, the same result.
    """
    quantized = [path for path, layer in layer_paths(model).items() if getattr(layer, "quantization_mode", None)]
    if quantized:
        raise ValueError(
            f"layer {quantized[0]!r} of model {model.name!r} is quantized: its weights are whole numbers, which no "
            "initialiser draws. Take the model as it was before quantize()."
        )
    weighted = layers_with_weights(model)
    if layers is not None and not 0 <= layers <= len(weighted):
        raise ValueError(f"layers is {layers!r}: model {model.name!r} has {len(weighted)} layers with weights.")
    for number, path in enumerate(weighted[:layers]):
        initialise(layer_paths(model)[path], _layer_seed(seed, number))


def layers_with_weights(model: keras.Model) -> list[str]:
    """Return the paths of the layers that hold weights of their own, the last one first.

    Parameters
    ----------
    model : keras.Model
        Built.

    Returns
    -------
    list of str
    """
    return [path for path, layer in reversed(list(layer_paths(model).items())) if _own_variables(layer)]


def initialise(layer: keras.Layer, seed: int) -> None:
    """Give a layer new weights, by its own initialisers with given seeds; layers inside it are left alone."""
    for number, variable in enumerate(_own_variables(layer)):
        initialiser = getattr(layer, f"{variable.name}_initializer", None) or keras.initializers.GlorotUniform()
        settings = initialiser.get_config()
        if "seed" in settings:
            settings["seed"] = seed + number
        variable.assign(type(initialiser).from_config(settings)(variable.shape, dtype=variable.dtype))


def _layer_seed(seed: int, number: int) -> int:
    """Return the seed of a layer, counted from the last one: the same layer gets the same weights in every order."""
    return (100_000 * seed + 1000 * number) % 2**31


def _own_variables(layer: keras.Layer) -> list[Any]:
    """Return the variables of a layer itself that are drawn at the start: no counters, statistics, or random states."""
    statistics = getattr(layer, "_non_trainable_variables", ())
    drawn = [variable for variable in statistics if hasattr(layer, f"{variable.name}_initializer")]
    return [
        variable for variable in (*getattr(layer, "_trainable_variables", ()), *drawn) if "float" in str(variable.dtype)
    ]


def _copied(inputs: Inputs) -> keras.Model:
    """Return a copy of the model that answers as it does, or raise ValueError."""
    model, images = inputs.model, inputs.images[:8]
    try:
        copy = keras.models.clone_model(model)
        copy(images[:1], training=False)
        copy.set_weights(model.get_weights())
        _copy_constants(model, copy)
    except (NotImplementedError, TypeError, ValueError) as error:
        raise ValueError(
            f"model {model.name!r} cannot be copied: build it as a Sequential or functional model, or give its class "
            f"get_config. Keras says: {str(error).splitlines()[0]}"
        ) from error
    own, copied = (np.asarray(as_float(one(images, training=False))) for one in (model, copy))
    if not np.allclose(own, copied, rtol=1e-3, atol=1e-3 * float(np.abs(own).max() or 1)):
        raise ValueError(
            f"model {model.name!r} cannot be copied: the copy answers otherwise, by up to "
            f"{np.abs(own - copied).max():.3g}. A layer draws random numbers, or holds something that is neither a "
            "weight nor in its get_config: make it a weight, self.add_weight(..., trainable=False)."
        )
    return copy


def _copy_constants(model: keras.Model, copy: keras.Model) -> None:
    """Give the layers of a copy what those of the model hold besides weights, such as an adapted mean."""
    own, copied = ({"": one, **layer_paths(one)}.values() for one in (model, copy))
    for layer, twin in zip(own, copied, strict=True):
        for name, value in constants(layer).items():
            # Plain attributes: Keras would track what is set the usual way.
            object.__setattr__(twin, name, value)
