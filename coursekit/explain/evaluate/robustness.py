"""How much a heatmap changes when the image hardly does."""

from __future__ import annotations

import keras
import numpy as np
from numpy.typing import ArrayLike

from coursekit.arrays import Floats, at_least_one
from coursekit.explain.engine.inputs import Inputs
from coursekit.explain.engine.run import target_classes
from coursekit.explain.evaluate.faithfulness import Explainer
from coursekit.explain.evaluate.ratio import ratio


def max_sensitivity(
    model: keras.Model,
    images: ArrayLike,
    explainer: Explainer,
    target: ArrayLike | None = None,
    *,
    radius: float = 0.02,
    samples: int = 10,
    seed: int = 0,
) -> Floats:
    """Return by how much a heatmap changes at most when noise is added that hardly anybody sees.

    The largest norm of the change among the samples, as a share of the norm of the heatmap. Noise is uniform, the same
    for every method. Less is more stable, and a map that never changes scores a perfect 0: no proof that it is right.

    Parameters
    ----------
    model : keras.Model
        A classifier of one input and one output, of logits or probabilities.
    images : array (n, height, width, channels) or (n, length, channels)
        In the values that the model takes, for example 0 to 1. Of three axes, spectra.
    explainer : function (model, images, target) -> heatmaps
        Any function of `coursekit.explain`, or one of your own.
    target : None, int or array (n,)
        None means the class predicted for each image without noise.
    radius : float
        The largest change of a pixel, in the images' units.
    samples : int
        Noisy copies of each image.
    seed : int
        Of the noise.

    Returns
    -------
    array (n,)
        0 or more; nan where the heatmap is zero everywhere.

    Raises
    ------
    ValueError
        If radius is not above 0 or samples less than 1.

    References
    ----------
    C.-K. Yeh, C.-Y. Hsieh, A. S. Suggala, D. I. Inouye and P. Ravikumar (2019), "On the (in)fidelity and sensitivity
    of explanations", NeurIPS, arXiv:1901.09392.

    Examples
    --------
    >>> from coursekit import networks
    >>> from coursekit.explain import gradients
    >>> model, images = networks.mnist_convnet(), np.random.default_rng(0).random((2, 28, 28, 1))
    >>> max_sensitivity(model, images, gradients, samples=2).shape
    (2,)
    """
    at_least_one(samples, "samples")
    if not radius > 0:
        raise ValueError(f"radius is {radius!r}: it is the largest change of a pixel, above 0, for example 0.02.")
    inputs = Inputs.of(model, images)
    checked, classes = inputs.images, target_classes(inputs, target)
    own = explainer(model, checked, classes)
    rng = np.random.default_rng(seed)
    changes = np.zeros((samples, len(checked)))
    for sample in range(samples):
        noisy = checked + rng.uniform(-radius, radius, checked.shape).astype(checked.dtype)
        changes[sample] = _norms(explainer(model, noisy, classes) - own)
    return ratio(changes.max(axis=0), _norms(own))


def _norms(heatmaps: Floats) -> Floats:
    norms: Floats = np.linalg.norm(np.asarray(heatmaps, np.float64).reshape(len(heatmaps), -1), axis=1)
    return norms
