"""The course's own small backbone: it takes the place of a pretrained network where none can be downloaded."""

from __future__ import annotations

import keras
from keras import layers


def course_backbone() -> keras.Sequential:
    """Return three convolutions with pooling: feature maps an eighth as high and wide as the image.

    Input (height, width, 3) with values from 0 to 1, output (height // 8, width // 8, 96), 53,160 parameters.

    Returns
    -------
    keras.Sequential
        Built, not compiled: float32 images (n, height, width, 3) from 0 to 1 in, feature maps (n, height // 8,
        width // 8, 96) out.

    Examples
    --------
    >>> course_backbone().count_params()
    53160
    >>> course_backbone().compute_output_shape((1, 64, 64, 3))
    (1, 8, 8, 96)
    """
    blocks = []
    for filters in (24, 48, 96):
        blocks += [layers.Conv2D(filters, 3, padding="same", use_bias=False), layers.BatchNormalization(momentum=0.9)]
        blocks += [layers.ReLU(), layers.MaxPooling2D(2)]
    return keras.Sequential([keras.Input((None, None, 3)), *blocks], name="course_backbone")


def cifar10_backbone() -> keras.Sequential:
    """Return `course_backbone`, its first layer, with a head for CIFAR-10: what it is trained on.

    Input (height, width, 3) with values from 0 to 1, output 10 probabilities.

    Returns
    -------
    keras.Sequential
        Built, not compiled: float32 images (n, height, width, 3) from 0 to 1 in, (n, 10) probabilities out.

    Examples
    --------
    >>> model = cifar10_backbone()
    >>> model.layers[0].name, model.output_shape
    ('course_backbone', (None, 10))
    """
    return keras.Sequential(
        [
            keras.Input((None, None, 3)),
            course_backbone(),
            layers.GlobalAveragePooling2D(),
            layers.Dropout(0.3),
            layers.Dense(10, activation="softmax"),
        ],
        name="cifar10_backbone",
    )
