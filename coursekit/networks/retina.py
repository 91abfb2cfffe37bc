"""The networks for eyes (lesson 10): a pretrained backbone, and one of two heads."""

from __future__ import annotations

from typing import Literal

import keras
from keras import layers

from coursekit.networks.arguments import check_classes
from coursekit.networks.freezing import freeze
from coursekit.networks.pretrained import Weights, backbone

Head = Literal[1, 2]


def retina_classifier(
    network: str = "mobilenet_v2",
    head: Head = 1,
    size: int = 224,
    classes: int = 5,
    filters: int = 1280,
    weights: Weights = "imagenet",
) -> keras.Model:
    """Return a frozen backbone with a head that grades eyes.

    Input (size, size, 3) with values from 0 to 1, output one probability a class. Each backbone brings its own
    preparation of the values.

    - Head 1: the maximum of each map, dense layers of 2,048 and 256 units, softmax. On MobileNetV2 3,149,317 trainable
      parameters, 5,407,301 in all.
    - Head 2: a separable convolution first, then the maximum of each map, dense layers of 1,024 and 256 units, each
      with dropout 0.2, softmax. On MobileNetV2 3,226,629 trainable parameters, 5,484,613 in all.

    `split_head` cuts it where learning begins, for head 1 after the pooling: the features that a frozen backbone
    computes of an image are computed once.

    Parameters
    ----------
    network : str
        Name of a `backbone`: ``"efficientnet_lite0"``, ``"mobilenet_v2"``, ``"vgg16"``, ``"resnet50"`` and others.
    head : {1, 2}
        Which of the two.
    size : int
        Height and width of the images in pixels.
    classes : int
        How many grades there are, 2 or more.
    filters : int
        Feature maps of the separable convolution of head 2, 1 or more.
    weights : {"imagenet"} or None
        ``"imagenet"``, or None for random ones.

    Returns
    -------
    keras.Model
        Built, not compiled: float32 images (n, size, size, 3) from 0 to 1 in, (n, classes) probabilities out.

    Raises
    ------
    ValueError
        If there is no such network or head, fewer than two classes, no filters, or if the images are too small.
    DataError
        If the weights cannot be had.

    Examples
    --------
    >>> from coursekit.networks import parameter_counts
    >>> parameter_counts(retina_classifier("mobilenet_v2", head=1, weights=None))
    ParameterCounts(total=5407301, trainable=3149317, fixed=2257984)
    """
    check_classes(classes)
    if head not in (1, 2):
        raise ValueError(f"head is {head!r}: pass 1 for dense layers, or 2 for a separable convolution before them.")
    if filters < 1:
        raise ValueError(f"filters is {filters}, but a convolution needs at least 1. Pass 1280, for example.")
    base = backbone(network, size, weights)
    freeze(base)
    if head == 1:
        numbers = layers.GlobalMaxPooling2D(name="head_maximum")(base.output)
    else:
        maps = layers.Identity(name="head_maps")(base.output)
        maps = layers.SeparableConv2D(filters, 3, padding="same", activation="relu", name="head_separable")(maps)
        numbers = layers.GlobalMaxPooling2D(name="head_pooling")(maps)
    for place, units in enumerate((2048, 256) if head == 1 else (1024, 256), start=1):
        numbers = layers.Dense(units, activation="relu", name=f"head_hidden_{place}")(numbers)
        if head == 2:
            numbers = layers.Dropout(0.2, name=f"head_dropout_{place}")(numbers)
    output = layers.Dense(classes, activation="softmax", name="head_output")
    return keras.Model(base.input, output(numbers), name=f"{base.name}_eyes")
