"""Lesson 02: right answers pass, wrong ones fail for the right reason."""

import numpy as np
import pytest
import skimage.measure

from coursekit import pooling as reference
from coursekit.check import pooling


def blocks(function, image, size):
    """Every window of its own size, by scikit-image, without what fills no window."""
    height, width = (side // size * size for side in image.shape)
    return skimage.measure.block_reduce(image[:height, :width], size, function)


def started_at_zero(image, size):
    return np.maximum(blocks(np.max, image, size), 0)


def layer(kind, stride=None, padding="valid"):
    def pooled(image, size):
        return reference.pooling_layer(image[None, :, :, None], size, stride, padding, kind)[0, :, :, 0]

    return pooled


def field(step_before=True, strides=True, minus=1):
    def size_of(layers):
        size, step = (1 if minus else 0), 1
        for kernel, stride in layers:
            step *= stride if strides and not step_before else 1
            size += (kernel - minus) * step
            step *= stride if strides and step_before else 1
        return size

    return size_of


def share(judge=lambda before, after: (before == after).mean()):
    return lambda image, moved, size: judge(blocks(np.max, image, size), blocks(np.max, moved, size))


RIGHT = [
    ("max_pool2d", lambda image, size: blocks(np.max, image, size)),
    ("max_pool2d", lambda image, size: blocks(np.max, image, size).tolist()),
    ("avg_pool2d", lambda image, size: blocks(np.mean, image, size)),
    ("avg_pool2d", lambda image, size: blocks(np.mean, image.astype(np.float32), size)),
    ("pooled_size", lambda size, window, stride: len(range(0, size - window + 1, stride))),
    ("unchanged_share", share()),
    ("unchanged_share", share(lambda before, after: float(np.isclose(before, after).mean()))),
    ("receptive_field_size", field()),
    ("dense_parameters", lambda height, width, channels, units: height * width * channels * units + units),
]
WRONG = [
    ("max_pool2d", lambda image, size: blocks(np.mean, image, size), "That is the mean"),
    ("max_pool2d", layer("max", stride=1), "one pixel at a time"),
    ("max_pool2d", layer("max", padding="same"), "reach beyond the image"),
    ("max_pool2d", started_at_zero, "Zero wins"),
    ("max_pool2d", lambda image, size: image.max(), "single number"),
    ("avg_pool2d", lambda image, size: blocks(np.max, image, size), "That is the largest"),
    ("avg_pool2d", lambda image, size: blocks(np.sum, image, size), "That is the sum"),
    ("avg_pool2d", lambda image, size: blocks(np.sum, image, size) / size, "size · size, not size"),
    ("avg_pool2d", lambda image, size: blocks(np.mean, image, size).astype(int), "fractions are cut off"),
    ("avg_pool2d", layer("average", padding="same"), "reach beyond the image"),
    ("pooled_size", lambda size, window, stride: (size - window) // stride, "add one"),
    ("pooled_size", lambda size, window, stride: size // stride, "size of the window is not used"),
    ("pooled_size", lambda size, window, stride: -(-(size - window) // stride) + 1, "Rounded up"),
    ("pooled_size", lambda size, window, stride: (size - window) / stride + 1, "whole number"),
    ("unchanged_share", lambda image, moved, size: (image == moved).mean(), "fraction of the pixels"),
    ("unchanged_share", share(lambda before, after: (before != after).mean()), "that have changed"),
    ("unchanged_share", share(lambda before, after: (before == after).sum()), "how many numbers stay"),
    ("unchanged_share", share(lambda before, after: 100 * (before == after).mean()), "percentage"),
    ("receptive_field_size", field(strides=False), "strides are not used"),
    ("receptive_field_size", field(step_before=False), "own stride"),
    ("receptive_field_size", field(strides=False, minus=0), "kernel sizes are added up"),
    ("receptive_field_size", lambda layers: 1 + sum((k - 1) * s for k, s in layers), "Only the stride"),
    ("dense_parameters", lambda height, width, channels, units: height * width * channels * units, "biases"),
    ("dense_parameters", lambda height, width, channels, units: height * width * channels, "Flatten"),
    ("dense_parameters", lambda height, width, channels, units: (height * width + 1) * units, "channels"),
    ("dense_parameters", lambda height, width, channels, units: height * width * channels * units + 1, "One bias"),
]


@pytest.mark.parametrize(("name", "answer"), RIGHT)
def test_right_answers(name, answer):
    assert str(getattr(pooling, name)(answer)) == f"✔ correct: {name}"


@pytest.mark.parametrize(("name", "answer", "words"), WRONG)
def test_wrong_answers(name, answer, words):
    result = getattr(pooling, name)(answer)
    assert result.status == "incorrect"
    assert words in result.reason


def test_each_exercise_is_tested_with_wrong_answers():
    names = [name for name, _, _ in WRONG]
    assert all(names.count(name) >= 2 for name in pooling.exercises.all)


def test_the_mended_number_of_the_bug_is_not_given_away():
    answers = [answer for name, answer, _ in WRONG if name == "dense_parameters"]
    assert not any("1982528" in str(pooling.dense_parameters(answer)).replace(",", "") for answer in answers)
