"""The networks for scenes (lesson 08)."""

from __future__ import annotations

import keras
from keras import layers

from coursekit.networks.arguments import check_classes, check_size

_STAGES = (1, 2, 4, 8)


def scene_resnet(size: int = 256, classes: int = 6) -> keras.Model:
    """Return a residual network of bottleneck blocks, with 37 convolutions on its main path.

    Input (size, size, 3) with values from 0 to 1, output one probability a class. 19,952,262 parameters for six classes
    at 256 pixels, 19,909,894 of them trainable. Four stages, each one convolution block and two identity blocks, with a
    bias in every convolution. It is often called ResNet-18, which is `resnet18`.

    Parameters
    ----------
    size : int
        Height and width of the images, 129 pixels or more.
    classes : int
        How many classes there are, 2 or more.

    Returns
    -------
    keras.Model
        Built, not compiled: float32 images (n, size, size, 3) from 0 to 1 in, (n, classes) probabilities out.

    Raises
    ------
    ValueError
        If there are fewer than two classes, or if the images are too small.

    Examples
    --------
    >>> scene_resnet().count_params()
    19952262
    """
    check_classes(classes)
    check_size(size, least=129, network="scene_resnet")
    images = keras.Input((size, size, 3))
    maps = layers.Conv2D(64, 7, strides=2)(layers.ZeroPadding2D(3)(images))
    maps = layers.ReLU()(layers.BatchNormalization()(maps))
    maps = layers.MaxPooling2D(3, strides=2)(maps)
    for times in _STAGES:
        maps = _bottleneck(maps, 64 * times, shrink=True)
        maps = _bottleneck(maps, 64 * times)
        maps = _bottleneck(maps, 64 * times)
    numbers = layers.Flatten()(layers.AveragePooling2D(2)(maps))
    return keras.Model(images, layers.Dense(classes, activation="softmax")(numbers), name="scene_resnet")


def resnet18(size: int = 150, classes: int = 6, width: int = 64, momentum: float = 0.99) -> keras.Model:
    """Return ResNet-18: eight basic blocks of two convolutions, 17 convolutions and a dense layer on the main path.

    Input (size, size, 3) with values from 0 to 1, output one probability a class. 11,189,190 parameters for six
    classes, 11,179,590 of them trainable; 11,689,512 trainable ones for 1,000 classes, as in torchvision. Where the
    shape changes, the shortcut is a 1 by 1 projection (the paper's option B). No convolution has a bias: each is
    followed by batch normalisation.

    Parameters
    ----------
    size : int
        Height and width of the images, 32 pixels or more.
    classes : int
        How many classes there are, 2 or more.
    width : int
        Filters of the first stage, 64 in the paper. 32 at 128 pixels suits two processor cores.
    momentum : float
        Share of batch normalisation's running statistics that is kept in each step, 0 to below 1. 0.9 suits trainings
        of few steps.

    Returns
    -------
    keras.Model
        Built, not compiled: float32 images (n, size, size, 3) from 0 to 1 in, (n, classes) probabilities out.

    Raises
    ------
    ValueError
        If there are fewer than two classes, no filters, or if the images are too small.

    References
    ----------
    K. He, X. Zhang, S. Ren and J. Sun (2016), "Deep residual learning for image recognition", CVPR, table 1.

    Examples
    --------
    >>> resnet18().count_params()
    11189190
    """
    check_classes(classes)
    check_size(size, least=32, network="resnet18")
    if width < 1:
        raise ValueError(f"width is {width}, but a convolution needs at least 1 filter. Pass for example width=32.")
    images = keras.Input((size, size, 3))
    maps = layers.ReLU()(_normalised(images, width, kernel_size=7, stride=2, momentum=momentum))
    maps = layers.MaxPooling2D(3, strides=2, padding="same")(maps)
    for stage, times in enumerate(_STAGES):
        for block in range(2):
            maps = _basic_block(maps, width * times, 2 if stage and not block else 1, momentum)
    numbers = layers.GlobalAveragePooling2D()(maps)
    return keras.Model(images, layers.Dense(classes, activation="softmax")(numbers), name="resnet18")


def _bottleneck(maps: keras.KerasTensor, filters: int, shrink: bool = False) -> keras.KerasTensor:
    """Return maps with four times the filters; ``shrink`` halves them and gives the short path a projection."""
    inner = layers.Conv2D(filters, 1)(maps)
    if shrink:
        inner = layers.MaxPooling2D(2)(inner)
        maps = layers.BatchNormalization()(layers.MaxPooling2D(2)(layers.Conv2D(4 * filters, 1)(maps)))
    inner = layers.ReLU()(layers.BatchNormalization()(inner))
    inner = layers.Conv2D(filters, 3, padding="same")(inner)
    inner = layers.ReLU()(layers.BatchNormalization()(inner))
    inner = layers.BatchNormalization()(layers.Conv2D(4 * filters, 1)(inner))
    return layers.ReLU()(layers.Add()([inner, maps]))


def _basic_block(maps: keras.KerasTensor, filters: int, stride: int, momentum: float = 0.99) -> keras.KerasTensor:
    inner = layers.ReLU()(_normalised(maps, filters, kernel_size=3, stride=stride, momentum=momentum))
    inner = _normalised(inner, filters, kernel_size=3, momentum=momentum)
    if stride != 1:
        maps = _normalised(maps, filters, kernel_size=1, stride=stride, momentum=momentum)
    return layers.ReLU()(layers.Add()([inner, maps]))


def _normalised(
    maps: keras.KerasTensor, filters: int, kernel_size: int, stride: int = 1, momentum: float = 0.99
) -> keras.KerasTensor:
    convolution = layers.Conv2D(
        filters, kernel_size, strides=stride, padding="same", use_bias=False, kernel_initializer="he_normal"
    )
    return layers.BatchNormalization(momentum=momentum)(convolution(maps))
