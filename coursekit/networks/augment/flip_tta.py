"""Test-time augmentation by the mirror image."""

from __future__ import annotations

import keras


def flip_tta(model: keras.Model) -> keras.Model:
    """Return a network whose output is the mean of the model's outputs for an image and for its mirror image.

    Left and right are exchanged. The two looks share their weights and take twice the time. It helps where the mirror
    image has the same class, best in a network that was trained on mirrored images: the mistakes of the two looks
    are not all the same, and their mean cancels some. With more looks this is *test-time augmentation* (Krizhevsky et
    al. 2012, section 4.1, take the mean of ten).

    Parameters
    ----------
    model : keras.Model
        With one input (height, width, channels) and one output: probabilities, as in this course, or logits.

    Returns
    -------
    keras.Model
        With the same input and output, not compiled. It shares its weights with ``model``.

    Raises
    ------
    ValueError
        If the model reads anything but one image, or has more than one output.

    Examples
    --------
    >>> import numpy as np
    >>> from coursekit.networks import residual_cifar
    >>> both = flip_tta(residual_cifar(width=4))
    >>> image = np.random.default_rng(0).random((1, 32, 32, 3), dtype="float32")
    >>> np.allclose(both(image), both(image[:, :, ::-1]), atol=1e-6)
    True
    """
    shape = model.input_shape
    if isinstance(shape, list) or len(shape) != 4:
        raise ValueError(
            f"{model.name} has the input {shape}, but only an image (height, width, channels) has a mirror image. "
            "Pass a network with one input of that shape."
        )
    if len(model.outputs) != 1:
        raise ValueError(
            f"{model.name} has {len(model.outputs)} outputs, but the mean is taken of one. Pass a network that ends in "
            "the output you want, for example keras.Model(model.input, model.outputs[0])."
        )
    images = keras.Input(shape[1:])
    looks = [model(images), model(keras.ops.flip(images, axis=2))]
    return keras.Model(images, keras.layers.Average()(looks), name=f"{model.name}_flip_tta")
