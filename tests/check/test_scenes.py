"""Lesson 08: right answers pass, wrong ones fail for the right reason."""

import math

import numpy as np
import pytest

from coursekit import backend
from coursekit.check import scenes

keras = backend.import_keras()
layers = keras.layers


def block(
    bias=False, normalise=True, shortcut="projection", always=False, last="relu", add_after=False, strided="first"
):
    """A basic block; every argument makes one mistake."""

    def build(maps, filters, stride):
        def convolved(maps, size, stride=1):
            maps = layers.Conv2D(filters, size, strides=stride, padding="same", use_bias=bias)(maps)
            return layers.BatchNormalization()(maps) if normalise or size > 1 else maps

        short = maps
        if stride != 1 or always:
            if shortcut == "projection":
                short = convolved(maps, 1, stride)
            elif shortcut == "pooling":
                short = layers.Concatenate()([layers.AveragePooling2D(stride, padding="same")(maps)] * 2)[..., :filters]
        first, second = (stride, 1) if strided == "first" else (1, stride)
        inner = convolved(layers.ReLU()(convolved(maps, 3, first)), 3, second)
        if add_after:
            return layers.Add()([layers.ReLU()(inner), short])
        return layers.Activation(last)(layers.Add()([inner, short]))

    return build


def average(batch_means, momentum, start=0.0):
    for mean in batch_means:
        start = momentum * start + (1 - momentum) * mean
    return start


RIGHT = [
    ("validation_sizes", lambda counts, share: [int(share * count) for count in counts]),
    ("validation_sizes", lambda counts, share: np.floor(share * np.array(counts)).astype(int)),
    ("network_depth", lambda blocks, convolutions: 2 + convolutions * sum(blocks)),
    ("basic_block", block()),
    ("running_mean", average),
    ("running_mean", lambda means, m: sum((1 - m) * x * m**i for i, x in enumerate(reversed(means)))),
    ("grad_cam_map", lambda maps, gradients: np.maximum(maps @ gradients.mean((0, 1)), 0)),
    ("precision_per_class", lambda matrix: np.diag(matrix) / matrix.sum(axis=0)),
    ("precision_per_class", lambda matrix: [matrix[i, i] / sum(matrix[:, i]) for i in range(len(matrix))]),
]
WRONG = [
    (
        "validation_sizes",
        lambda counts, share: [round(share * count) for count in counts],
        "These numbers are rounded.",
    ),
    ("validation_sizes", lambda counts, share: [math.ceil(share * count) for count in counts], "rounded up"),
    ("validation_sizes", lambda counts, share: [share * count for count in counts], "no 328.65 images"),
    ("validation_sizes", lambda counts, share: sum(int(share * count) for count in counts), "That is the sum"),
    ("validation_sizes", lambda counts, share: int(share * sum(counts)), "share of all images"),
    ("validation_sizes", lambda counts, share: [count - int(share * count) for count in counts], "left to train on"),
    ("validation_sizes", lambda counts, share: [int(share * sum(counts) / len(counts))] * len(counts), "Wrong numbers"),
    ("network_depth", lambda blocks, convolutions: sum(blocks) * convolutions, "what lies in the blocks"),
    ("network_depth", lambda blocks, convolutions: sum(blocks) * convolutions + 1, "One layer is missing"),
    ("network_depth", lambda blocks, convolutions: sum(blocks) * convolutions + 6, "on the short paths do not count"),
    ("network_depth", lambda blocks, convolutions: sum(blocks) * convolutions + 5, "A short path lies beside"),
    ("network_depth", lambda blocks, convolutions: sum(blocks), "number of blocks"),
    ("network_depth", lambda blocks, convolutions: len(blocks) * convolutions + 2, "sum the blocks"),
    ("network_depth", lambda blocks, convolutions: 18, "wrong number"),
    ("basic_block", block(bias=True), "need no bias"),
    ("basic_block", block(always=True), "needs no projection where the stride is 1"),
    ("basic_block", block(shortcut="pooling"), "needs a projection where the stride is not 1"),
    ("basic_block", block(shortcut=None), "It raises ValueError"),
    ("basic_block", block(normalise=False), "batch normalisation follow every convolution"),
    ("basic_block", block(last="linear"), "negative numbers come out"),
    ("basic_block", block(add_after=True), "negative numbers come out"),
    ("basic_block", block(strided="second"), "the stride in the first"),
    ("basic_block", lambda maps, filters, stride: layers.Conv2D(7, 3)(maps), "have shape (7, 4, 7)"),
    ("basic_block", lambda maps, filters, stride: keras.Model(maps, maps), "must return maps"),
    ("running_mean", lambda means, momentum: average(means, 1 - momentum), "wrong way round"),
    ("running_mean", lambda means, momentum: average(means[1:], momentum, means[0]), "begins at the first batch"),
    ("running_mean", lambda means, momentum: np.mean(means), "plain mean"),
    ("running_mean", lambda means, momentum: (1 - momentum) * means[0], "first step only"),
    ("running_mean", lambda means, momentum: [average(means, momentum)], "a single number"),
    ("grad_cam_map", lambda maps, gradients: maps @ gradients.mean((0, 1)), "negative numbers become 0"),
    (
        "grad_cam_map",
        lambda maps, gradients: np.maximum(maps * gradients.mean((0, 1)), 0).sum(-1),
        "dropped too early",
    ),
    ("grad_cam_map", lambda maps, gradients: np.maximum((maps * gradients).sum(-1), 0), "pixel by pixel"),
    ("grad_cam_map", lambda maps, gradients: np.maximum(maps @ gradients.sum((0, 1)), 0), "Take their mean"),
    (
        "grad_cam_map",
        lambda maps, gradients: np.maximum((maps * gradients.mean((0, 1))).mean(-1), 0),
        "They are added up",
    ),
    (
        "grad_cam_map",
        lambda maps, gradients: (lambda h: h / h.max())(np.maximum(maps @ gradients.mean((0, 1)), 0)),
        "divided by its largest value",
    ),
    ("grad_cam_map", lambda maps, gradients: maps.sum(-1), "not weighted"),
    ("grad_cam_map", lambda maps, gradients: maps * gradients, "the shape must be (2, 3)"),
    ("precision_per_class", lambda matrix: np.diag(matrix) / matrix.sum(axis=1), "That is the recall"),
    ("precision_per_class", lambda matrix: np.diag(matrix).sum() / matrix.sum(), "the accuracy"),
    ("precision_per_class", lambda matrix: np.diag(matrix) / matrix.sum(), "divided by all images"),
    ("precision_per_class", lambda matrix: 100 * np.diag(matrix) / matrix.sum(axis=0), "percentages"),
    ("precision_per_class", lambda matrix: 1 - np.diag(matrix) / matrix.sum(axis=0), "called wrongly"),
]


@pytest.mark.parametrize(("name", "answer"), RIGHT)
def test_right_answers(name, answer):
    assert str(getattr(scenes, name)(answer)) == f"✔ correct: {name}"


@pytest.mark.parametrize(("name", "answer", "words"), WRONG)
def test_wrong_answers(name, answer, words):
    result = getattr(scenes, name)(answer)
    assert result.status == "incorrect"
    assert words in result.reason


def test_each_exercise_is_tested_with_wrong_answers():
    names = [name for name, _, _ in WRONG]
    assert all(names.count(name) >= 2 for name in scenes.exercises.all)


def test_the_reported_split_comes_out():
    counts = [2191, 2271, 2404, 2512, 2274, 2382]
    assert sum(counts) == 14_034
    assert sum(int(0.15 * count) for count in counts) == 2_102


def line_at_the_end(batch_means):
    steps = np.arange(len(batch_means))
    return np.polyval(np.polyfit(steps, batch_means, 1), steps[-1])


@pytest.mark.parametrize(
    ("follow", "met"),
    [(line_at_the_end, True), (np.mean, False), *((lambda means, m=m: average(means, m), False) for m in (0.9, 0.6))],
)
def test_the_challenge_is_met_by_following_the_drift(follow, met):
    assert scenes.follow_the_mean.goal.met(scenes.follow_the_mean(follow).value) is met


def test_the_challenge_wants_one_number():
    assert "one number" in scenes.follow_the_mean(lambda batch_means: batch_means).reason
