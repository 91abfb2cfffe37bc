"""Small classifiers of every shape that a learner may build, and images for them."""

import gc
import os

import numpy as np
import pytest

from coursekit.backend import import_keras

keras = import_keras()
layers = keras.layers

SIZE, CLASSES = 12, 3
SEED = int(os.environ.get("COURSEKIT_TEST_SEED", "0"))
RANDOM = np.random.default_rng((3, SEED))
_START = RANDOM.bit_generator.state


def convolutions(filters=4):
    return [
        layers.Conv2D(filters, 3, padding="same", activation="relu", bias_initializer="random_normal"),
        layers.MaxPooling2D(2),
        layers.Conv2D(filters + 1, 3, padding="same", activation="relu", bias_initializer="random_normal"),
    ]


def head(units=CLASSES, activation="softmax", bias_initializer="random_normal", **options):
    return layers.Dense(units, activation=activation, bias_initializer=bias_initializer, **options)


def sequential():
    return keras.Sequential([keras.Input((SIZE, SIZE, 3)), *convolutions(), layers.Flatten(), head()])


def never_called():
    return keras.Sequential([*convolutions(), layers.GlobalAveragePooling2D(), head()])


def functional():
    x = image = keras.Input((SIZE, SIZE, 3))
    for layer in [*convolutions(), layers.MaxPooling2D(2), layers.Dropout(0.5), layers.Flatten()]:
        x = layer(x)
    return keras.Model(image, head()(x))


def nested():
    backbone = keras.Sequential([keras.Input((None, None, 3)), *convolutions()], name="backbone")
    image = keras.Input((SIZE, SIZE, 3))
    x = layers.GlobalAveragePooling2D()(backbone(layers.Rescaling(2.0, offset=-1.0)(image)))
    return keras.Model(image, head()(x))


def nested_twice():
    inner = keras.Sequential([keras.Input((SIZE, SIZE, 3)), *convolutions()], name="inner")
    outer = keras.Sequential([keras.Input((SIZE, SIZE, 3)), inner, layers.ReLU()], name="outer")
    return keras.Sequential([keras.Input((SIZE, SIZE, 3)), outer, layers.GlobalAveragePooling2D(), head()])


def residual():
    image = keras.Input((SIZE, SIZE, 3))
    x = layers.Conv2D(4, 3, padding="same")(image)
    y = keras.ops.relu(layers.BatchNormalization()(x))
    y = layers.Conv2D(4, 3, padding="same")(y)
    return keras.Model(image, head()(layers.GlobalAveragePooling2D()(layers.ReLU()(x + y))))


def concatenation():
    image = keras.Input((SIZE, SIZE, 3))
    branches = [layers.Conv2D(3, size, padding="same", activation="relu")(image) for size in (1, 3)]
    x = layers.Concatenate()(branches)
    return keras.Model(image, head()(layers.Flatten()(layers.AveragePooling2D(2)(x))))


def augmented():
    inside = [layers.RandomFlip(), layers.RandomRotation(0.2), layers.Rescaling(0.5)]
    return keras.Sequential(
        [keras.Input((SIZE, SIZE, 3)), *inside, *convolutions(), layers.Flatten(), layers.Dropout(0.5), head()]
    )


def separate_softmax():
    return keras.Sequential(
        [keras.Input((SIZE, SIZE, 3)), *convolutions(), layers.Flatten(), head(activation=None), layers.Softmax()]
    )


def separate_activation():
    end = [layers.GlobalAveragePooling2D(), head(activation=None), layers.Activation("sigmoid")]
    return keras.Sequential([keras.Input((SIZE, SIZE, 3)), *convolutions(), *end])


def logits():
    return keras.Sequential([keras.Input((SIZE, SIZE, 3)), *convolutions(), layers.Flatten(), head(activation=None)])


def one_sigmoid():
    end = [layers.GlobalAveragePooling2D(), head(1, activation="sigmoid")]
    return keras.Sequential([keras.Input((SIZE, SIZE, 3)), *convolutions(), *end])


class Subclassed(keras.Model):
    def __init__(self, **options):
        super().__init__(**options)
        self.features = convolutions()
        self.pool = layers.GlobalAveragePooling2D()
        self.answer = head(activation=None)

    def call(self, images):
        for layer in self.features:
            images = layer(images)
        return keras.ops.softmax(self.answer(self.pool(images)))


def half_precision():
    policy = keras.dtype_policies.DTypePolicy("mixed_float16")
    kernel = {"padding": "same", "activation": "relu", "dtype": policy}
    return keras.Sequential(
        [
            keras.Input((SIZE, SIZE, 3)),
            layers.Conv2D(4, 3, **kernel),
            layers.MaxPooling2D(2, dtype=policy),
            layers.Conv2D(5, 3, **kernel),
            layers.Flatten(dtype=policy),
            head(dtype=policy),
        ]
    )


def spectra():
    kernel = {"padding": "same", "activation": "relu", "bias_initializer": "random_normal"}
    return keras.Sequential(
        [
            keras.Input((40, 1)),
            layers.Conv1D(4, 5, **kernel),
            layers.MaxPooling1D(2),
            layers.Conv1D(5, 5, **kernel),
            layers.Flatten(),
            head(),
        ]
    )


BUILDERS = {
    "sequential": sequential,
    "never called": never_called,
    "functional": functional,
    "nested": nested,
    "nested twice": nested_twice,
    "residual": residual,
    "concatenation": concatenation,
    "augmented": augmented,
    "separate softmax": separate_softmax,
    "separate activation": separate_activation,
    "logits": logits,
    "one sigmoid": one_sigmoid,
    "subclassed": Subclassed,
    "half precision": half_precision,
    "spectra": spectra,
}


may_be_flat = pytest.mark.filterwarnings("ignore:the heatmap is zero everywhere")
"""For networks drawn at random: an image that switches all its units off, or is the baseline, has no heatmap."""


def every_pair(firsts, names=BUILDERS, *, quick, start=0, turns=None):
    """All pairs as parameters, so many of them quick, the others slow.

    Each first comes up in turn, with one name after another from `start` on: every method is tried on a few of the
    networks, every network with a few of the methods.
    """
    firsts, names = list(firsts), list(names)
    turns = turns or range(len(firsts))
    quick = {(turns[k % len(turns)], (start + k) % len(names)) for k in range(quick)}
    return [
        pytest.param(
            *(first if isinstance(first, tuple) else (first,)), name, marks=() if (i, j) in quick else pytest.mark.slow
        )
        for i, first in enumerate(firsts)
        for j, name in enumerate(names)
    ]


def images_for(name, n=3):
    shape = (40, 1) if name == "spectra" else (SIZE, SIZE, 3)
    return np.random.default_rng(5).random((n, *shape), dtype=np.float32)


@pytest.fixture(scope="session")
def zoo():
    """A model of every shape, made once with given weights."""
    models = {}
    for seed, (name, build) in enumerate(BUILDERS.items()):
        keras.utils.set_random_seed(seed + 10)
        models[name] = build()
    return models


@pytest.fixture(autouse=True)
def same_numbers():
    """Numbers that a test draws are the same at every run, whatever ran before (no fixture of a module draws any)."""
    RANDOM.bit_generator.state = _START


@pytest.fixture
def young_garbage():
    """Leave all that is in memory by now out of the garbage collection: a full one takes seconds after TensorFlow."""
    gc.freeze()
    yield
    gc.unfreeze()
