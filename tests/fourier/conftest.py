"""Small Keras models with random weights."""

import numpy as np

from coursekit.backend import import_keras

keras = import_keras()
layers = keras.layers


def fill(model, seed=0):
    """Give every weight a random value, running variances a positive one."""
    rng = np.random.default_rng(seed)
    for variable in model.weights:
        values = rng.normal(0, 0.3, variable.shape)
        variable.assign(np.abs(values) + 0.5 if variable.name in ("moving_variance", "gamma") else values)
    return model


def plain(sizes=(3, 3, 3), channels=(1, 3, 4, 5), padding="same", shape=(16, 13), bias=False, dtype="float32"):
    """Convolutions with nothing between them, then flattening and two dense layers."""
    with_dtype = {"dtype": dtype}
    convolutions = [
        layers.Conv2D(count, size, padding=padding, use_bias=bias, **with_dtype)
        for count, size in zip(channels[1:], sizes, strict=False)
    ]
    tail = [layers.Flatten(**with_dtype), layers.Dense(6, activation="relu", **with_dtype)]
    tail += [layers.Dense(3, activation="softmax", **with_dtype)]
    return fill(keras.Sequential([keras.Input((*shape, channels[0]), dtype=dtype), *convolutions, *tail]))


def maps_model(model):
    """The model up to the maps that it flattens."""
    last = [layer for layer in model.layers if len(layer.output.shape) == 4][-1]
    return keras.Model(model.inputs, last.output)


def noise(shape, seed=1, dtype=np.float32):
    return np.random.default_rng(seed).random(shape).astype(dtype)


def relative(ours, reference):
    return np.abs(np.asarray(ours) - np.asarray(reference)).max() / np.abs(np.asarray(reference)).max()
