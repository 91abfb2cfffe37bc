"""The network for CIFAR-10 (lesson 07), and plain and residual stacks for the degradation experiment (lesson 08)."""

from __future__ import annotations

import keras
from keras import layers

from coursekit.networks.arguments import check_classes


def residual_cifar(width: int = 64, classes: int = 10, momentum: float = 0.99) -> keras.Model:
    """Return a residual network: a convolution, then two blocks each at one, two and four times the width.

    Input (32, 32, 3) with values from 0 to 1, output one probability a class. At width 64 it has 2,918,538 parameters,
    2,914,058 of them trainable. Every convolution has a bias and is followed by batch normalisation, the first one and
    the 1 by 1 projections too. A block is two convolutions of 3 by 3; the images are halved by max pooling between
    the stages, never by a stride.

    Parameters
    ----------
    width : int
        Filters of the first stage. 16, 24 or 32 suit two processor cores.
    classes : int
        How many classes there are, 2 or more.
    momentum : float
        Share of batch normalisation's running statistics that is kept in each step, 0 to below 1. 0.9 suits trainings
        of few steps.

    Returns
    -------
    keras.Model
        Built, not compiled: float32 images (n, 32, 32, 3) from 0 to 1 in, (n, classes) probabilities out.

    Raises
    ------
    ValueError
        If there are fewer than two classes, or no filters.

    References
    ----------
    K. He, X. Zhang, S. Ren and J. Sun (2016), "Deep residual learning for image recognition", CVPR.

    Examples
    --------
    >>> residual_cifar().count_params()
    2918538
    """
    check_classes(classes)
    _check_width(width)
    images = keras.Input((32, 32, 3))
    maps = layers.ReLU()(_normalised(images, width, momentum=momentum))
    for stage, filters in enumerate((width, 2 * width, 4 * width)):
        if stage:
            maps = layers.MaxPooling2D(2)(maps)
        for _ in range(2):
            maps = residual_block(maps, filters, momentum)
    numbers = layers.GlobalAveragePooling2D()(maps)
    numbers = layers.Dense(512, activation="relu")(numbers)
    numbers = layers.Dropout(0.5)(numbers)
    return keras.Model(images, layers.Dense(classes, activation="softmax")(numbers), name="residual_cifar")


def cifar_stack(depth: int, residual: bool, width: int = 16) -> keras.Model:
    """Return one of the networks that showed the degradation: 6n + 2 layers, with shortcuts or without.

    Input (32, 32, 3) with values from 0 to 1, output 10 probabilities. Three stages of 2n convolutions each at one, two
    and four times the width; the second and the third begin with a stride of 2. The shortcuts are the paper's option A:
    where the shape changes, every other pixel is kept and the new channels are zero. They have no parameters, so the
    plain and the residual network of one depth have equally many: 271,098 with 20 layers, 857,082 with 56. Batch
    normalisation follows every convolution; weights begin as the paper has them (He normal).

    Parameters
    ----------
    depth : int
        Number of layers with weights: 8, 14, 20, 26, ... The paper compares 20, 32, 44 and 56.
    residual : bool
        Whether a shortcut adds the input of every two convolutions to their output.
    width : int
        Filters of the first stage, 16 in the paper.

    Returns
    -------
    keras.Model
        Built, not compiled: float32 images (n, 32, 32, 3) from 0 to 1 in, (n, 10) probabilities out.

    Raises
    ------
    ValueError
        If the depth is not 6n + 2, or if there are no filters.

    References
    ----------
    K. He, X. Zhang, S. Ren and J. Sun (2016), "Deep residual learning for image recognition", CVPR, section 4.2.

    Examples
    --------
    >>> cifar_stack(20, residual=True).count_params() == cifar_stack(20, residual=False).count_params()
    True
    """
    if depth < 8 or depth % 6 != 2:
        raise ValueError(
            f"depth is {depth}, but these networks have 6n + 2 layers: one convolution, three stages of 2n, one dense "
            "layer. Pass 8, 14, 20, 32, 44 or 56."
        )
    _check_width(width)
    images = keras.Input((32, 32, 3))
    maps = layers.ReLU()(_normalised(images, width, use_bias=False))
    for stage in range(3):
        for block in range((depth - 2) // 6):
            stride = 2 if stage and not block else 1
            filters = width * 2**stage
            inner = layers.ReLU()(_normalised(maps, filters, stride=stride, use_bias=False))
            inner = _normalised(inner, filters, use_bias=False)
            if residual:
                inner = layers.Add()([inner, _shortcut(maps, filters, stride)])
            maps = layers.ReLU()(inner)
    numbers = layers.GlobalAveragePooling2D()(maps)
    kind = "residual" if residual else "plain"
    return keras.Model(images, layers.Dense(10, activation="softmax")(numbers), name=f"{kind}_{depth}")


def residual_block(maps: keras.KerasTensor, filters: int, momentum: float = 0.99) -> keras.KerasTensor:
    """Return the maps after two 3 by 3 convolutions, with the block's input added.

    Where the number of channels changes, the input passes through a 1 by 1 convolution first, the projection.

    Parameters
    ----------
    maps : keras.KerasTensor
        Feature maps (n, height, width, channels).
    filters : int
        Feature maps of each convolution, 1 or more.
    momentum : float
        Of batch normalisation's running statistics, 0 to below 1.

    Returns
    -------
    keras.KerasTensor
        (n, height, width, filters), 0 or more: a ReLU comes last.

    Examples
    --------
    >>> residual_block(keras.Input((8, 8, 16)), filters=32).shape
    (None, 8, 8, 32)
    """
    inner = layers.ReLU()(_normalised(maps, filters, momentum=momentum))
    inner = _normalised(inner, filters, momentum=momentum)
    if maps.shape[-1] != filters:
        maps = _normalised(maps, filters, kernel_size=1, momentum=momentum)
    return layers.ReLU()(layers.Add()([inner, maps]))


def _normalised(
    maps: keras.KerasTensor,
    filters: int,
    kernel_size: int = 3,
    stride: int = 1,
    use_bias: bool = True,
    momentum: float = 0.99,
) -> keras.KerasTensor:
    convolution = layers.Conv2D(
        filters, kernel_size, strides=stride, padding="same", use_bias=use_bias, kernel_initializer="he_normal"
    )
    return layers.BatchNormalization(momentum=momentum)(convolution(maps))


def _shortcut(maps: keras.KerasTensor, filters: int, stride: int) -> keras.KerasTensor:
    if stride == 1:
        return maps
    maps = layers.MaxPooling2D(1, strides=stride)(maps)
    before, odd = divmod(filters - maps.shape[-1], 2)
    return keras.ops.pad(maps, [(0, 0), (0, 0), (0, 0), (before, before + odd)])


def _check_width(width: int) -> None:
    if width < 1:
        raise ValueError(f"width is {width}, but a convolution needs at least 1 filter. Pass for example width=16.")
