"""Lesson 02: right answers pass, wrong ones fail for the right reason."""

import numpy as np
import pytest
import skimage.measure

from coursekit import convolution
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
    ("pixels_left_out", lambda size, window, stride: (size - window) % stride),
    ("pixels_left_out", lambda size, window, stride: size - window - range(0, size - window + 1, stride)[-1]),
    ("unchanged_share", share()),
    ("unchanged_share", share(lambda before, after: float(np.isclose(before, after).mean()))),
    ("receptive_field_size", field()),
    ("units_behind", lambda height, width, channels, parameters: parameters / (height * width * channels + 1)),
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
    ("pixels_left_out", lambda size, window, stride: (size - window) // stride + 1, "how many windows there are"),
    ("pixels_left_out", lambda size, window, stride: size % window, "only where the stride equals the window"),
    ("pixels_left_out", lambda size, window, stride: size % stride, "The window is not used"),
    ("pixels_left_out", lambda size, window, stride: (size - window) / stride, "wrong number"),
    ("unchanged_share", lambda image, moved, size: (image == moved).mean(), "fraction of the pixels"),
    ("unchanged_share", share(lambda before, after: (before != after).mean()), "that have changed"),
    ("unchanged_share", share(lambda before, after: (before == after).sum()), "how many numbers stay"),
    ("unchanged_share", share(lambda before, after: 100 * (before == after).mean()), "percentage"),
    ("receptive_field_size", field(strides=False), "strides are not used"),
    ("receptive_field_size", field(step_before=False), "own stride"),
    ("receptive_field_size", field(strides=False, minus=0), "kernel sizes are added up"),
    ("receptive_field_size", lambda layers: 1 + sum((k - 1) * s for k, s in layers), "Only the stride"),
    ("units_behind", lambda height, width, channels, parameters: parameters / (height * width * channels), "biases"),
    ("units_behind", lambda height, width, channels, parameters: height * width * channels, "Flatten"),
    ("units_behind", lambda height, width, channels, parameters: parameters / (height * width + 1), "channels"),
    ("units_behind", lambda height, width, channels, parameters: (parameters - 1) / (height * width * channels), "own"),
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


def blurred_maximum(image):
    """Zhang's remedy: the maximum at every place, blurred, and only then every second number."""
    largest = reference.max_pool2d(np.pad(image, ((0, 1), (0, 1)), mode="edge"), 2, stride=1)
    kernel = np.outer([1, 2, 1], [1, 2, 1]) / 16
    halved = convolution.correlate2d(largest, kernel, stride=2, padding=1)
    return halved[: image.shape[0] // 2, : image.shape[1] // 2]


@pytest.mark.parametrize(("halve", "met"), [(blurred_maximum, True), (lambda image: blocks(np.max, image, 2), False)])
def test_the_challenge_is_met_by_blurring_and_not_by_max_pooling(halve, met):
    score = pooling.shift_proof(halve)
    assert pooling.shift_proof.goal.met(score.value) is met


@pytest.mark.parametrize(
    ("halve", "words"),
    [
        (lambda image: image, "Halve it to (8, 8)"),
        (lambda image: blocks(np.mean, image, 2) * 0 + 1e-9, "Keep 0.5"),
        (lambda image: image[::2, ::2], "in column 7"),
    ],
)
def test_what_gives_no_score_in_the_challenge(halve, words):
    assert words in pooling.shift_proof(halve).reason
