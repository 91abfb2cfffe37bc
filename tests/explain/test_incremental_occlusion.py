"""Scores under patches: the same as those of covered images, whatever is between pixels and score."""

import numpy as np
import pytest

from coursekit import explain
from coursekit.explain.methods.incremental_occlusion import CoveredScores
from tests.explain.conftest import RANDOM, head, keras, layers
from tests.quick import quick_only

SIDES = (40, 36)
CONVOLUTION = {"activation": "relu", "bias_initializer": "random_normal"}


def residual(x):
    y = layers.Conv2D(4, 3, padding="same", **CONVOLUTION)(x)
    return keras.ops.relu(y + layers.Conv2D(4, 3, padding="same", **CONVOLUTION)(y))


def branches(x):
    sizes = (1, 3, 5)
    return layers.Concatenate()([layers.Conv2D(2, size, padding="same", **CONVOLUTION)(x) for size in sizes])


def normalized(x):
    x = layers.BatchNormalization(beta_initializer="ones")(layers.Rescaling(2.0, offset=-1.0)(x))
    return layers.ReLU(max_value=6)(
        layers.DepthwiseConv2D(3, strides=2, padding="valid")(layers.ZeroPadding2D(((0, 1), (1, 0)))(x))
    )


STEMS = {
    "same": lambda x: layers.Conv2D(4, 3, padding="same", **CONVOLUTION)(x),
    "strides": lambda x: layers.Conv2D(4, 3, strides=2, padding="same", **CONVOLUTION)(x),
    "strides wider than the kernel": lambda x: layers.Conv2D(4, 2, strides=3, padding="same", **CONVOLUTION)(x),
    "dilation": lambda x: layers.Conv2D(4, 3, dilation_rate=3, padding="same", **CONVOLUTION)(x),
    "separable": lambda x: layers.SeparableConv2D(4, (3, 5), padding="same", **CONVOLUTION)(x),
    "normalized": normalized,
    "max pooling": lambda x: layers.MaxPooling2D(3, strides=2, padding="same")(layers.Conv2D(4, 3)(x)),
    "average pooling": lambda x: layers.AveragePooling2D(2)(layers.Conv2D(4, 4, **CONVOLUTION)(x)),
    "residual": residual,
    "branches": branches,
    "nested": lambda x: keras.Sequential([layers.Conv2D(4, 3, **CONVOLUTION), layers.MaxPooling2D(2)])(x),
    "twice": lambda x: (shared := layers.Conv2D(2, 3, padding="same", **CONVOLUTION))(shared(x)),
    "no rule": lambda x: layers.Conv2D(3, 3)(layers.LayerNormalization()(x)),
}


def covered(image, nothing, patch, stride):
    """Every patch's corner, and the image with it covered."""
    rows, columns = (
        sorted({min(start, side - size) for start in range(0, side - size + stride, stride)})
        for side, size in zip(SIDES, patch, strict=True)
    )
    corners = [(row, column) for row in rows for column in columns]
    images = np.tile(image, (len(corners), 1, 1, 1))
    for one, (row, column) in zip(images, corners, strict=True):
        place = slice(row, row + patch[0]), slice(column, column + patch[1])
        one[place] = nothing[place]
    return corners, images


@pytest.mark.parametrize(
    "name",
    quick_only(STEMS, ["residual"]),
)
def test_computing_only_what_a_patch_changes_changes_nothing(name):
    pixels = keras.Input((*SIDES, 2))
    x = layers.Conv2D(5, 3, **CONVOLUTION)(STEMS[name](pixels))
    model = keras.Model(pixels, head()(layers.Flatten()(layers.MaxPooling2D(2)(x))))
    image, nothing = RANDOM.random((2, *SIDES, 2), dtype=np.float32)
    corners, images = covered(image, nothing, (5, 3), 3)
    falls = explain.scores(model, image[None], 1) - explain.scores(model, images, 1)
    total, times = np.zeros(SIDES), np.zeros(SIDES)
    for (row, column), fall in zip(corners, falls, strict=True):
        total[row : row + 5, column : column + 3] += fall
        times[row : row + 5, column : column + 3] += 1
    found = explain.occlusion(model, image[None], 1, patch=(5, 3), stride=3, baseline=nothing)[0]
    np.testing.assert_allclose(found, total / times, atol=2e-5 * np.abs(falls).max())


def test_only_small_windows_are_computed_anew(monkeypatch):
    """A patch of 5 by 3 changes 7 by 5 units of a 3 by 3 convolution, 4 by 3 of the pooling after it."""
    seen = []
    original = keras.ops.conv

    def watched(inputs, kernel, *args, **kwargs):
        seen.append(tuple(inputs.shape[1:3]))
        return original(inputs, kernel, *args, **kwargs)

    first, second = (layers.Conv2D(3, 3, **CONVOLUTION) for _ in range(2))
    model = keras.Sequential(
        [keras.Input((*SIDES, 1)), first, layers.MaxPooling2D(2), second, layers.GlobalMaxPooling2D(), head()]
    )
    model(np.zeros((1, *SIDES, 1)))
    monkeypatch.setattr(keras.ops, "conv", watched)
    explain.occlusion(model, RANDOM.random((1, *SIDES, 1)), 1, patch=(5, 3))
    assert (9, 7) in seen
    assert (8, 7) in seen


def test_body_is_traced_once_for_a_size_of_patch():
    assert CoveredScores((5, 3)) == CoveredScores((5, 3))
    assert hash(CoveredScores((5, 3))) == hash(CoveredScores((5, 3)))
