"""The sanity check: a heatmap that explains a trained network must change when its weights are random."""

from __future__ import annotations

from typing import Any, Literal

import keras
import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from coursekit.arrays import Floats
from coursekit.explain.engine.inputs import checked_pictures
from coursekit.explain.engine.layer_calls import layer_paths
from coursekit.explain.engine.run import explained_classes
from coursekit.explain.evaluate.faithfulness import Explainer


def model_randomisation(
    model: Any,
    pictures: ArrayLike,
    explainer: Explainer,
    target: Any = None,
    *,
    mode: Literal["cascading", "independent"] = "cascading",
    magnitude: bool = False,
    seed: int = 0,
) -> dict[str, Floats]:
    """Return how similar heatmaps stay when layers get new random weights, from the last layer to the first.

    Each layer is initialised anew, by its own initialisers, on a copy of the model. Similarity is Spearman's rank
    correlation of the pixels: 1 is the same order, 0 none. A method whose heatmaps stay similar draws the picture, not
    the network.

    Parameters
    ----------
    model : keras.Model
        One that Keras can copy: Sequential, functional, or subclassed with ``get_config``.
    pictures : array (n, height, width, channels) or (n, length, channels)
    explainer : function (model, pictures, target) -> heatmaps
    target : None, int or array (n,)
        None means the class that the trained model predicts.
    mode : {"cascading", "independent"}
        Whether the layers above stay random, or only one layer at a time is.
    magnitude : bool
        Compare ``|heat|``, for signed methods.
    seed : int

    Returns
    -------
    dict
        Path of the layer to the similarities (n,); nan where a heatmap is flat.

    Raises
    ------
    ValueError
        If the model cannot be copied, or the mode is unknown.

    References
    ----------
    J. Adebayo et al. (2018), "Sanity checks for saliency maps", NeurIPS, arXiv:1810.03292.

    Examples
    --------
    >>> from coursekit import networks
    >>> from coursekit.explain import gradients
    >>> similar = model_randomisation(networks.mnist_convnet(), np.ones((1, 28, 28, 1)), gradients)
    >>> len(similar)
    5
    """
    if mode not in ("cascading", "independent"):
        raise ValueError(f'mode is {mode!r}: it must be "cascading" or "independent".')
    checked = checked_pictures(model, pictures)
    classes = explained_classes(model, checked, target)
    copy = _copied(model, checked)
    trained = copy.get_weights()
    own = explainer(copy, checked, classes)
    similar = {}
    for number, (path, layer) in enumerate(reversed(list(layer_paths(copy).items()))):
        if not _own_variables(layer):
            continue
        if mode == "independent":
            copy.set_weights(trained)
        initialise(layer, seed + 1000 * number)
        similar[path] = _similarity(own, explainer(copy, checked, classes), magnitude)
    return similar


def randomised(model: Any, pictures: ArrayLike, layers: int | None = None, *, seed: int = 0) -> Any:
    """Return a copy of a model whose last layers have new random weights: one step of the cascade.

    Parameters
    ----------
    model : keras.Model
        One that Keras can copy.
    pictures : array (n, height, width, channels) or (n, length, channels)
        Any that the model takes.
    layers : int, optional
        How many of the layers with weights, counted from the last; all if not given.
    seed : int

    Raises
    ------
    ValueError
        If the model cannot be copied, or has no such number of layers with weights.

    Examples
    --------
    >>> from coursekit import networks
    >>> model, pictures = networks.mnist_convnet(), np.ones((1, 28, 28, 1))
    >>> copy = randomised(model, pictures, layers=1)
    >>> [bool((a == b).all()) for a, b in zip(model.get_weights()[::2], copy.get_weights()[::2])]
    [True, True, True, True, False]
    """
    copy = _copied(model, checked_pictures(model, pictures))
    randomise(copy, layers, seed=seed)
    return copy


def randomise(model: Any, layers: int | None = None, *, seed: int = 0) -> None:
    """Give the last layers of a model itself new random weights, all if no number is given; see `randomised`."""
    weighted = layers_with_weights(model)
    if layers is not None and not 0 <= layers <= len(weighted):
        raise ValueError(f"layers is {layers!r}: model {model.name!r} has {len(weighted)} layers with weights.")
    for number, path in enumerate(weighted[:layers]):
        initialise(layer_paths(model)[path], seed + 1000 * number)


def layers_with_weights(model: Any) -> list[str]:
    """Return the paths of the layers that hold weights of their own, the last one first."""
    return [path for path, layer in reversed(list(layer_paths(model).items())) if _own_variables(layer)]


def initialise(layer: Any, seed: int) -> None:
    """Give a layer new weights, by its own initialisers with given seeds; layers inside it are left alone."""
    for number, variable in enumerate(_own_variables(layer)):
        initialiser = getattr(layer, f"{variable.name}_initializer", None) or keras.initializers.GlorotUniform()
        settings = initialiser.get_config()
        if "seed" in settings:
            settings["seed"] = seed + number
        variable.assign(type(initialiser).from_config(settings)(variable.shape, dtype=variable.dtype))


def _own_variables(layer: Any) -> list[Any]:
    """Return the variables of a layer itself that are weights, not counters or the state of a random generator."""
    own = [*getattr(layer, "_trainable_variables", ()), *getattr(layer, "_non_trainable_variables", ())]
    return [variable for variable in own if "float" in str(variable.dtype)]


def _copied(model: Any, pictures: Floats) -> Any:
    try:
        copy = keras.models.clone_model(model)
        copy(pictures[:1], training=False)
        copy.set_weights(model.get_weights())
    except (NotImplementedError, TypeError, ValueError) as error:
        raise ValueError(
            f"model {model.name!r} cannot be copied: build it as a Sequential or functional model, or give its class "
            f"get_config. Keras says: {str(error).splitlines()[0]}"
        ) from error
    return copy


def _similarity(first: Floats, second: Floats, magnitude: bool) -> Floats:
    pairs = zip(first.reshape(len(first), -1), second.reshape(len(second), -1), strict=True)
    if magnitude:
        pairs = ((np.abs(a), np.abs(b)) for a, b in pairs)  # type: ignore[assignment]
    return np.array([np.nan if np.ptp(a) * np.ptp(b) == 0 else stats.spearmanr(a, b).statistic for a, b in pairs])
