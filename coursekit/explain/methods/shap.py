"""SHAP by the shap library: expected gradients, integrated gradients from many baselines at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import ArrayLike

from coursekit.arrays import Floats, at_least_one
from coursekit.explain.engine.heatmaps import warn_of_flat_maps
from coursekit.explain.engine.inputs import Inputs
from coursekit.explain.engine.pass_counter import note
from coursekit.explain.engine.run import fitting_batch, score_function, target_classes
from coursekit.explain.engine.value_range import Baseline, baseline_of
from coursekit.explain.methods.channel_pooling import Pooling, pool_channels


def shap(
    model: keras.Model,
    images: ArrayLike,
    target: ArrayLike | None = None,
    *,
    background: Baseline = "black",
    samples: int = 50,
    seed: int = 0,
    pooling: Pooling | None = "sum",
    batch_size: int | None = None,
) -> Floats:
    """Return SHAP values by shap.GradientExplainer.

    The mean, over random background images b and random a in 0 ... 1, of ``(x - b) * g`` at ``b + a (x - b)``. The
    map sums, on average over the samples, to S(x) minus the mean score of the background. The library would explain
    what the model returns, often a softmax; it gets the logits here.

    Parameters
    ----------
    model : keras.Model
        A classifier of one input and one output, of logits or probabilities.
    images : array (n, height, width, channels) or (n, length, channels)
        In the values that the model takes, for example 0 to 1. Of three axes, spectra.
    target : None, int or array (n,)
        Class to explain; None means the predicted class of each image.
    background : "black", "grey", "white", number, one image, array (m, height, width, channels) or (n, m, ...)
        What the image is compared with, in its own units: 20 to 100 images of the training set, or black. With one
        more axis in front, each of the n images has m of its own, such as its twin.
    samples : int
        Random points for each image; the error falls with the root of their number.
    seed : int
        The same points for every image.
    pooling : str, optional
        How the channels become one number, one of those of `pool_channels`. None keeps them.
    batch_size : int, optional
        Points at once. If not given, as many as this machine's cache holds, 32 at most.

    Returns
    -------
    array float32 (n, height, width) or (n, length)
        Signed.

    Raises
    ------
    ValueError
        If the background does not fit the images, or samples is less than 1.

    References
    ----------
    S. M. Lundberg and S.-I. Lee (2017), "A unified approach to interpreting model predictions", NeurIPS,
    arXiv:1705.07874.
    G. Erion et al. (2021), "Improving performance of deep learning models with axiomatic attribution priors and
    expected gradients", Nature Machine Intelligence 3, 620-631, arXiv:1906.10670.

    Examples
    --------
    >>> from coursekit import networks
    >>> shap(networks.mnist_convnet(), np.ones((1, 28, 28, 1)), samples=2).shape
    (1, 28, 28)
    """
    at_least_one(samples, "samples")
    inputs = Inputs.of(model, images)
    checked = inputs.images
    batch_size = fitting_batch(inputs, batch_size, 0)
    portions = -(-samples // batch_size)
    compared = _checked_background(background, inputs)
    own = compared.ndim > checked.ndim
    explainer, explained = _explainer(inputs, compared[0] if own else compared, -(-samples // portions))
    classes = target_classes(inputs, target, batch_size=batch_size)
    per_channel = np.empty(checked.shape, np.float32)
    kept = np.random.get_state()  # noqa: NPY002
    try:
        for i, class_ in enumerate(classes):
            # One at a time, or each would get other random points.
            explained.assign(class_)
            if own:
                explainer.explainer.data = [compared[i]]
            values = explainer.shap_values(checked[i : i + 1], nsamples=samples, rseed=seed)
            per_channel[i] = np.asarray(values)[0, ..., 0]
    finally:
        # The library seeds the global generator, which belongs to the user.
        np.random.set_state(kept)  # noqa: NPY002
    note(len(checked), False)
    note(len(checked) * samples, True)
    heatmaps = pool_channels(per_channel, pooling)
    warn_of_flat_maps(heatmaps, "the image is its background, or no pixel changes the score (dead ReLUs).")
    return heatmaps


def _explainer(inputs: Inputs, background: Floats, at_once: int) -> tuple[Any, Any]:
    """Return the library's explainer of one score, and the variable that says of which class it is.

    The last one is kept: it is slow to make, and would be traced again for each class.
    """
    all_scores, kept = score_function(inputs)
    key = (background.tobytes(), at_once)
    if kept.get("key") != key:
        explained = tf.Variable(0, trainable=False)
        # The library takes Keras models only; this one holds nothing but the function that was traced.
        batch = keras.Input(inputs.images.shape[1:], dtype=inputs.images.dtype.name)
        score = keras.layers.Lambda(lambda some: tf.gather(all_scores(some), [explained], axis=1), output_shape=(1,))
        wrapped = keras.Model([batch], score(batch))
        explainer = _library().GradientExplainer(wrapped, background, batch_size=at_once)
        kept.update(key=key, explainer=explainer, explained=explained)
    return kept["explainer"], kept["explained"]


def _library() -> Any:
    """Import shap, which takes a second and only this module needs.

    The library keeps the errors of imports that it can do without, with all callers of the import and what they hold,
    such as a model. In a thread of its own the import has no callers.
    """
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(import_module, "shap").result()


def _checked_background(background: Baseline, inputs: Inputs) -> Floats:
    array, images = np.asarray(background), inputs.images
    if array.ndim == images.ndim + 1 and array.shape[:1] + array.shape[2:] != images.shape:
        raise ValueError(
            f"background has shape {array.shape}: for these images, with backgrounds of their own, it must be "
            f"({len(images)}, m, {', '.join(map(str, images.shape[1:]))})."
        )
    if array.ndim == images.ndim + 1:
        if not np.isfinite(array).all() or array.shape[1] == 0:
            raise ValueError("background is empty or holds values that are not finite.")
        return array.astype(images.dtype)
    if array.ndim < images.ndim or array.shape[1:] != images.shape[1:]:
        return baseline_of(background, inputs)[:1]
    if not np.isfinite(array).all() or len(array) == 0:
        raise ValueError("background is empty or holds values that are not finite: pass images of the training set.")
    return array.astype(images.dtype)
