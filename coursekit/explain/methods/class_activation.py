"""Class activation maps: which feature maps of a late layer speak for the class, and where.

A^k is map k of the layer (h x w), S the score of the class (a logit), G^k = dS/dA^k. A method is a choice of weights.
All return heatmaps float32 (n, height, width), or (n, length) for spectra: the weighted sum, brought to the size of the
image by bilinear interpolation, in the units of the score. ``upsample=False`` returns it as it is, (n, h, w).

The layer is the last one with maps (`coursekit.explain.last_spatial_layer`) if none is asked for: a name, a path
``"nested/name"``, an index into ``model.layers``, or the layer itself.
"""

from __future__ import annotations

from typing import Any, Literal

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import ArrayLike

from coursekit.arrays import Floats, at_least_one
from coursekit.docstrings import entries_from
from coursekit.explain.engine.feature_maps import maps_of
from coursekit.explain.engine.forward import Forward, as_float
from coursekit.explain.engine.heatmaps import resized, warn_of_flat_maps
from coursekit.explain.engine.inputs import Inputs
from coursekit.explain.engine.layer_selection import Layer
from coursekit.explain.engine.pooling_head import pooled_maps
from coursekit.explain.engine.run import fitting_batch, run, target_classes, target_scores
from coursekit.explain.engine.value_range import Baseline, baseline_of

_FLAT = (
    "either no feature map changes the score (dead ReLUs), or everything in them speaks against the class, and only "
    "what speaks for it is kept; relu=False shows the rest."
)


def cam(
    model: keras.Model,
    images: ArrayLike,
    target: ArrayLike | None = None,
    *,
    relu: bool = False,
    upsample: bool = True,
    batch_size: int | None = None,
) -> Floats:
    """Return the class activation map, exact for networks that end in global average pooling and one dense layer.

    ``sum over k of w_k A^k`` with the dense layer's weights: its mean over the pixels is the score without the bias.

    Parameters
    ----------
    model : keras.Model
        A classifier of one input and one output, of logits or probabilities.
    images : array (n, height, width, channels) or (n, length, channels)
        In the values that the model takes, for example 0 to 1. Of three axes, spectra.
    target : None, int or array (n,)
        Class to explain; None means the predicted class of each image.
    relu : bool
        Keep only what speaks for the class.
    upsample : bool
        Bring the maps to the size of the image.
    batch_size : int, optional
        Images at once. If not given, as many as this machine's cache holds, 32 at most.

    Returns
    -------
    array float32 (n, height, width) or (n, length)
        Signed, unless relu.

    Raises
    ------
    ValueError
        If the model does not end that way; `grad_cam` then says the nearest thing.

    References
    ----------
    B. Zhou, A. Khosla, A. Lapedriza, A. Oliva and A. Torralba (2016), "Learning deep features for discriminative
    localization", CVPR, arXiv:1512.04150.

    Examples
    --------
    >>> from coursekit import networks
    >>> cam(networks.cifar10_backbone(), np.ones((2, 32, 32, 3))).shape
    (2, 32, 32)
    """
    inputs = Inputs.of(model, images)
    (maps,) = run(inputs, target, _cam, batch_size=batch_size)
    return _finished(maps, inputs, relu, upsample)


@entries_from(cam)
def grad_cam(
    model: keras.Model,
    images: ArrayLike,
    target: ArrayLike | None = None,
    *,
    layer: Layer | None = None,
    relu: bool = True,
    upsample: bool = True,
    batch_size: int | None = None,
) -> Floats:
    """Return Grad-CAM: the maps of a layer, each weighted by its mean gradient.

    ``ReLU(sum over k of a_k A^k)``, ``a_k = mean over the pixels of G^k``.

    Parameters
    ----------
    {model}
    {images}
    {target}
    {upsample}
    {batch_size}
    layer : str, int or layer, optional
        Whose maps: a name, a path ``"nested/name"``, an index into ``model.layers``, or the layer. If not given, the
        last one that makes maps.
    relu : bool
        Keep only what speaks for the class.

    Returns
    -------
    array float32 (n, height, width) or (n, length)
        0 or more, unless relu is False.

    Raises
    ------
    ValueError
        If the layer is unknown, has no maps, or the model has no convolution.

    References
    ----------
    R. R. Selvaraju, M. Cogswell, A. Das, R. Vedantam, D. Parikh and D. Batra (2017), "Grad-CAM: visual explanations
    from deep networks via gradient-based localization", ICCV, arXiv:1610.02391.

    Examples
    --------
    >>> from coursekit import networks
    >>> model, images = networks.mnist_convnet(), np.random.default_rng(0).random((2, 28, 28, 1))
    >>> grad_cam(model, images, relu=False).shape
    (2, 28, 28)
    >>> grad_cam(model, images, layer=2, relu=False, upsample=False).shape
    (2, 11, 11)
    """
    inputs = Inputs.of(model, images)
    (maps,) = run(inputs, target, _grad_cam, layer=layer, batch_size=batch_size)
    return _finished(maps, inputs, relu, upsample)


@entries_from(grad_cam)
def grad_cam_plus_plus(
    model: keras.Model,
    images: ArrayLike,
    target: ArrayLike | None = None,
    *,
    layer: Layer | None = None,
    relu: bool = True,
    upsample: bool = True,
    batch_size: int | None = None,
) -> Floats:
    """Return Grad-CAM++: weights that do not favour the larger one of two objects.

    ``ReLU(sum over k of w_k A^k)``, ``w_k = sum over the pixels of alpha * ReLU(G^k)`` and
    ``alpha = G^2 / (2 G^2 + (sum over the pixels of A^k) G^3)``, 0 where that would divide by 0. The paper derives it
    for exp(S), which multiplies an image's whole map by one number and is left out.

    Parameters
    ----------
    {model}
    {images}
    {target}
    {layer}
    {relu}
    {upsample}
    {batch_size}

    Returns
    -------
    array float32 (n, height, width) or (n, length)

    References
    ----------
    A. Chattopadhyay, A. Sarkar, P. Howlader and V. Balasubramanian (2018), "Grad-CAM++: generalized gradient-based
    visual explanations for deep convolutional networks", WACV, arXiv:1710.11063.

    Examples
    --------
    >>> from coursekit import networks
    >>> grad_cam_plus_plus(networks.mnist_convnet(), np.ones((2, 28, 28, 1)), relu=False).shape
    (2, 28, 28)
    """
    inputs = Inputs.of(model, images)
    (maps,) = run(inputs, target, _grad_cam_plus_plus, layer=layer, batch_size=batch_size)
    return _finished(maps, inputs, relu, upsample)


@entries_from(grad_cam)
def layer_cam(
    model: keras.Model,
    images: ArrayLike,
    target: ArrayLike | None = None,
    *,
    layer: Layer | None = None,
    relu: bool = True,
    upsample: bool = True,
    batch_size: int | None = None,
) -> Floats:
    """Return LayerCAM: every pixel of a map weighted by its own gradient, where that is positive.

    ``ReLU(sum over k of ReLU(G^k) A^k)``. Unlike Grad-CAM it stays sharp in early layers.

    Parameters
    ----------
    {model}
    {images}
    {target}
    {layer}
    {relu}
    {upsample}
    {batch_size}

    Returns
    -------
    array float32 (n, height, width) or (n, length)

    References
    ----------
    P. Jiang, C. Zhang, Q. Hou, M. Cheng and Y. Wei (2021), "LayerCAM: exploring hierarchical class activation maps for
    localization", IEEE Transactions on Image Processing 30, 5875-5888, doi:10.1109/TIP.2021.3089943.

    Examples
    --------
    >>> from coursekit import networks
    >>> layer_cam(networks.mnist_convnet(), np.ones((2, 28, 28, 1)), layer=0).shape
    (2, 28, 28)
    """
    inputs = Inputs.of(model, images)
    (maps,) = run(inputs, target, _layer_cam, layer=layer, batch_size=batch_size)
    return _finished(maps, inputs, relu, upsample)


@entries_from(grad_cam)
def hires_cam(
    model: keras.Model,
    images: ArrayLike,
    target: ArrayLike | None = None,
    *,
    layer: Layer | None = None,
    relu: bool = False,
    upsample: bool = True,
    batch_size: int | None = None,
) -> Floats:
    """Return HiResCAM: every value of a map times its own gradient, with its sign.

    ``sum over k of G^k A^k``. Where all that follows the layer is linear, its sum over the places is the score without
    what biases add: each place has its exact share. Behind global average pooling and one dense layer it is Grad-CAM;
    behind flatten Grad-CAM may light places that the network does not use, and this does not.

    Parameters
    ----------
    {model}
    {images}
    {target}
    {layer}
    {relu}
    {upsample}
    {batch_size}

    Returns
    -------
    array float32 (n, height, width) or (n, length)
        Signed, unless relu.

    References
    ----------
    R. L. Draelos and L. Carin (2020), "Use HiResCAM instead of Grad-CAM for faithful explanations of convolutional
    neural networks", arXiv:2011.08891.

    Examples
    --------
    >>> from coursekit import networks
    >>> hires_cam(networks.mnist_convnet(), np.ones((2, 28, 28, 1)), upsample=False).shape
    (2, 3, 3)
    """
    inputs = Inputs.of(model, images)
    (maps,) = run(inputs, target, _hires_cam, layer=layer, batch_size=batch_size)
    return _finished(maps, inputs, relu, upsample)


@entries_from(grad_cam)
def score_cam(
    model: keras.Model,
    images: ArrayLike,
    target: ArrayLike | None = None,
    *,
    layer: Layer | None = None,
    weights: Literal["softmax", "change"] = "softmax",
    baseline: Baseline = "black",
    maps: int | None = 128,
    relu: bool = True,
    upsample: bool = True,
    batch_size: int | None = None,
) -> Floats:
    """Return Score-CAM: each map weighted by the score of the image seen through it. No gradient is needed.

    ``ReLU(sum over k of a_k A^k)``. Map k, brought to the size of the image and stretched to 0 ... 1, is the mask
    M^k, and ``c_k = S(M^k x + (1 - M^k) b) - S(b)``. Then ``a = softmax(c)`` over the maps as in the paper's algorithm,
    or ``a = c``. A map of one value everywhere masks the whole image. It costs a forward pass a map, and a late layer
    has up to 2048 of them, so only those that vary most over the image are asked.

    Parameters
    ----------
    {model}
    {images}
    {target}
    {layer}
    {relu}
    {upsample}
    {batch_size}
    weights : {"softmax", "change"}
        How a_k is made of c_k.
    baseline : "black", "grey", "white", number or array that broadcasts to the images
        What masked pixels fade to, b, in the images' units.
    maps : int, optional
        How many maps are asked for each image; None asks all, as in the paper.

    Returns
    -------
    array float32 (n, height, width) or (n, length)

    References
    ----------
    H. Wang et al. (2020), "Score-CAM: score-weighted visual explanations for convolutional neural networks", CVPR
    Workshops, arXiv:1910.01279.

    Examples
    --------
    >>> from coursekit import networks
    >>> score_cam(networks.mnist_convnet(), np.ones((1, 28, 28, 1)), relu=False).shape
    (1, 28, 28)
    """
    if weights not in ("softmax", "change"):
        raise ValueError(f'weights is {weights!r}: it must be "softmax" (as in the paper) or "change".')
    if maps is not None:
        at_least_one(maps, "maps")
    inputs = Inputs.of(model, images)
    checked = inputs.images
    classes = target_classes(inputs, target, batch_size=batch_size)
    all_maps = maps_of(inputs, layer, batch_size=batch_size)
    nothing = baseline_of(baseline, inputs)
    asked = min(maps or all_maps.shape[-1], all_maps.shape[-1])
    batch_size = fitting_batch(inputs, batch_size, len(inputs) * asked)
    starts = target_scores(inputs.with_images(nothing), classes, batch_size=batch_size)
    found = []
    for image, hidden, own, class_, start in zip(checked, nothing, all_maps, classes, starts, strict=True):
        own = _most_varied(own, maps)
        by_channel = np.moveaxis(own, -1, 0)
        masked_scores = []
        # As masks, maps are as large as the image: those of a whole layer would take gigabytes.
        for part in np.split(by_channel, range(batch_size, len(by_channel), batch_size)):
            masks = _stretched(resized(part, image.shape[:-1]))[..., np.newaxis]
            masked = hidden + masks * (image - hidden)
            masked_scores.append(target_scores(inputs.with_images(masked), class_, batch_size=batch_size))
        changes = np.concatenate(masked_scores)
        changes -= start
        if weights == "softmax":
            changes = np.exp(changes - changes.max())
            changes = changes / changes.sum()
        found.append(own @ changes)
    return _finished(np.stack(found), inputs, relu, upsample)


def _finished(maps: Floats, inputs: Inputs, relu: bool, upsample: bool) -> Floats:
    kept = np.maximum(maps, 0) if relu else maps
    warn_of_flat_maps(kept, _FLAT if relu else "no feature map changes the score (dead ReLUs, or weights of 0).")
    heatmaps = kept.astype(np.float32)
    return resized(heatmaps, inputs.images.shape[1:-1]) if upsample else heatmaps


def _most_varied(maps: Floats, count: int | None) -> Floats:
    """Return so many of the maps (..., K), those that vary most, in their order; all if count is None."""
    if count is None or count >= maps.shape[-1]:
        return maps
    spread = np.ptp(maps.reshape(-1, maps.shape[-1]), axis=0)
    kept: Floats = maps[..., np.sort(np.argsort(-spread, kind="stable")[:count])]
    return kept


def _stretched(maps: Floats) -> Floats:
    """Return maps (K, ...) stretched to 0 ... 1, each by itself; 0 where a map has one value everywhere."""
    axes = tuple(range(1, maps.ndim))
    low, high = maps.min(axis=axes, keepdims=True), maps.max(axis=axes, keepdims=True)
    stretched: Floats = (maps - low) / np.where(high > low, high - low, 1)
    return stretched


def _pixels(forward: Forward) -> list[int]:
    return list(range(1, len(forward.maps.shape) - 1))


def _cam(forward: Forward) -> list[Any]:
    maps, weights = pooled_maps(forward)
    return [tf.einsum("n...k,nk->n...", maps, weights)]


def _grad_cam(forward: Forward) -> list[Any]:
    weights = tf.reduce_mean(forward.derivative(forward.maps), axis=_pixels(forward), keepdims=True)
    return [tf.reduce_sum(weights * as_float(forward.maps), axis=-1)]


def _grad_cam_plus_plus(forward: Forward) -> list[Any]:
    maps, slopes = as_float(forward.maps), forward.derivative(forward.maps)
    totals = tf.reduce_sum(maps, axis=_pixels(forward), keepdims=True)
    # G^2 is cancelled: alpha stays exact where the square of a small gradient would vanish.
    alpha = tf.math.divide_no_nan(tf.ones_like(slopes), 2 + totals * slopes)
    alpha = tf.where(slopes == 0, tf.zeros_like(alpha), alpha)
    weights = tf.reduce_sum(alpha * tf.nn.relu(slopes), axis=_pixels(forward), keepdims=True)
    return [tf.reduce_sum(weights * maps, axis=-1)]


def _hires_cam(forward: Forward) -> list[Any]:
    return [tf.reduce_sum(forward.derivative(forward.maps) * as_float(forward.maps), axis=-1)]


def _layer_cam(forward: Forward) -> list[Any]:
    return [tf.reduce_sum(tf.nn.relu(forward.derivative(forward.maps)) * as_float(forward.maps), axis=-1)]
