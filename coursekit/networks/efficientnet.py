"""EfficientNet-Lite0, the pretrained network in the box: its weights lie in a package that the course depends on."""

from __future__ import annotations

from typing import Literal, NamedTuple

import keras
from keras import layers

from coursekit import data
from coursekit.networks.arguments import check_size, check_weights

LEAST = 32


class _Stage(NamedTuple):
    """Blocks of one kind: how many, their kernel, the stride of the first, their expansion, the maps they return."""

    blocks: int
    kernel: int
    stride: int
    expansion: int
    filters: int


_STAGES = (
    _Stage(1, 3, 1, 1, 16),
    _Stage(2, 3, 2, 6, 24),
    _Stage(2, 5, 2, 6, 40),
    _Stage(3, 3, 2, 6, 80),
    _Stage(3, 5, 1, 6, 112),
    _Stage(4, 5, 2, 6, 192),
    _Stage(1, 3, 1, 6, 320),
)


def efficientnet_lite0(
    top: bool = True, image_size: int = 224, weights: Literal["imagenet"] | None = "imagenet"
) -> keras.Model:
    """Return EfficientNet-Lite0: 16 inverted residual blocks, without squeeze-and-excitation, with ReLU6.

    Input (image_size, image_size, 3) with values from 0 to 1: the model's first layer makes the values (255 x - 127) /
    128 of them that it was trained on. 4,694,024 parameters, 3,413,024 without the head. Its layers are ``stem_...``,
    ``block_0_...`` to ``block_15_...``, ``last_...`` and ``top_...``, so that `blocks`, `freeze` and `unfreeze` know
    them. The weights come with the course, so no network is needed.

    The network: M. Tan, Q. V. Le, EfficientNet: rethinking model scaling for convolutional neural networks, ICML 2019
    (https://arxiv.org/abs/1905.11946), in the form without what small devices are slow at (R. Liu, Higher accuracy on
    vision models with EfficientNet-Lite, TensorFlow blog, 2020).

    Parameters
    ----------
    top : bool
        Whether with the head that names the 1,000 classes of ImageNet (see `decode`); else it returns feature maps.
    image_size : int
        Height and width of the images in pixels, 32 or more; it was trained at 224.
    weights : {"imagenet"} or None
        ``"imagenet"``, or None for random ones.

    Returns
    -------
    keras.Model
        Built, not compiled: float32 images (n, image_size, image_size, 3) from 0 to 1 in, (n, 1000) probabilities out,
        or without `top` feature maps (n, image_size / 32, image_size / 32, 1280), sizes rounded up.

    Raises
    ------
    ValueError
        If the images are too small, or if `weights` is something else.
    DataError
        If the weights cannot be had: their package is missing or another one, and nobody else has them.

    Examples
    --------
    >>> efficientnet_lite0(top=False, image_size=96, weights=None).output_shape
    (None, 3, 3, 1280)
    """
    check_weights(weights)
    check_size(image_size, LEAST, "efficientnet_lite0")
    # Before seconds are spent on building it.
    file = data.weights("efficientnet_lite0") if weights else None
    images = keras.Input((image_size, image_size, 3))
    maps = layers.Rescaling(255 / 128, offset=-127 / 128, name="preparation")(images)
    maps = _convolved(maps, "stem_conv", 32, kernel=3, stride=2)
    number = 0
    for stage in _STAGES:
        for place in range(stage.blocks):
            maps = _block(maps, f"block_{number}", stage, stage.stride if place == 0 else 1)
            number += 1
    maps = _convolved(maps, "last_conv", 1280)
    if top:
        averages = layers.GlobalAveragePooling2D(name="top_average")(maps)
        maps = layers.Dense(1000, activation="softmax", name="top_classes")(averages)
    model = keras.Model(images, maps, name="efficientnet_lite0")
    if file is not None:
        model.load_weights(file)
    return model


def _block(maps: keras.KerasTensor, name: str, stage: _Stage, stride: int) -> keras.KerasTensor:
    """Widen the maps, look at each by itself, and narrow them again; where the shapes agree, add what came in."""
    given = maps
    if stage.expansion != 1:
        maps = _convolved(maps, f"{name}_expand", stage.expansion * given.shape[-1])
    maps = _convolved(maps, f"{name}_depthwise", None, stage.kernel, stride)
    maps = _convolved(maps, f"{name}_project", stage.filters, activated=False)
    return layers.Add(name=f"{name}_add")([maps, given]) if maps.shape == given.shape else maps


def _convolved(
    maps: keras.KerasTensor, name: str, filters: int | None, kernel: int = 1, stride: int = 1, activated: bool = True
) -> keras.KerasTensor:
    """Convolve, normalise and, if asked, cut at 0 and 6. Without `filters` each map has a kernel of its own."""
    chosen = {"strides": stride, "padding": "same", "use_bias": False, "name": name}
    convolution = (
        layers.Conv2D(filters, kernel, **chosen) if filters is not None else layers.DepthwiseConv2D(kernel, **chosen)
    )
    maps = layers.BatchNormalization(epsilon=1e-3, name=f"{name}_bn")(convolution(maps))
    return layers.ReLU(max_value=6, name=f"{name}_relu")(maps) if activated else maps
