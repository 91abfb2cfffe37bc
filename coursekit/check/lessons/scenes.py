"""The exercises of lesson 08. Keras is imported by those that need it, when they are called."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from coursekit import backend
from coursekit.check.attempt import Attempt, WrongAnswerError
from coursekit.check.differences import difference
from coursekit.check.exercise import Exercises
from coursekit.check.fixed_weights import fill

exercises = Exercises("08_scenes_resnet", __name__)
__getattr__, __dir__ = exercises.missing, exercises.names


@exercises.add(
    "Take the share of *each class* and drop the fraction: 0.15 of 2,191 images are 328.65, so 328.",
    "`int(number)` drops the fraction, `round` does not. Return one number for each class, in a list.",
    "`[int(share * count) for count in counts]`",
    size="warm-up",
)
def validation_sizes(attempt: Attempt) -> None:
    """Return how many images of each class are set aside, if each class gives a share, rounded down."""
    for counts, share in (([2191, 2271, 2404, 2512, 2274, 2382], 0.15), ([7, 10, 3], 0.25)):
        expected = [int(share * count) for count in counts]
        known_mistakes: dict[str, Any] = {
            "These numbers are rounded up. A class gives what is whole, and no more.": [
                math.ceil(share * count) for count in counts
            ],
            "That is the sum. Return one number for each class.": sum(expected),
            "That is a share of all images. Each class has its own number.": int(share * sum(counts)),
            "That is what is left to train on. How many are set aside?": [
                count - aside for count, aside in zip(counts, expected, strict=True)
            ],
            "The fractions are still there: there are no 328.65 images.": [share * count for count in counts],
            "These numbers are rounded. Round down: a fraction of an image is not set aside.": [
                round(share * count) for count in counts
            ],
        }
        attempt.must_return(expected, known_mistakes, counts=counts, share=share)


@exercises.add(
    "Only layers with weights that lie one behind the other count: not the pooling, not what lies on a short path.",
    "There is one convolution before the first block and one dense layer after the last.",
    "`1 + sum(blocks) * convolutions + 1`",
    size="core",
)
def network_depth(attempt: Attempt) -> None:
    """Return the number in a residual network's name, from its blocks a stage and the convolutions of a block."""
    for blocks, convolutions in (([2, 2, 2, 2], 2), ([3, 4, 6, 3], 2), ([3, 4, 6, 3], 3), ([9, 9, 9], 2)):
        inside = sum(blocks) * convolutions
        known_mistakes = {
            "That is what lies in the blocks. One convolution comes before them, one dense layer after.": inside,
            "One layer is missing: there is a convolution before the blocks, and a dense layer after them.": inside + 1,
            "The convolutions on the short paths do not count: they lie beside the others.": inside + 2 + len(blocks),
            "A short path lies beside the others, not behind them: its convolution does not count.": inside
            + 1
            + len(blocks),
            "That is the number of blocks. Each has several convolutions.": sum(blocks),
            "That is one stage after the other with one block each: sum the blocks.": len(blocks) * convolutions + 2,
        }
        attempt.must_return(inside + 2, known_mistakes, blocks=blocks, convolutions=convolutions)


@exercises.add(
    "Begin with the residual block of lesson 07. Three things change: the strides, the projection, the biases.",
    "The stride belongs to the *first* convolution and, where it is not 1, to the 1×1 projection of the short path.",
    '`layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)`; each convolution is followed by '
    "`layers.BatchNormalization()`. The last ReLU comes after the addition.",
    size="stretch",
)
def basic_block(attempt: Attempt) -> None:
    """Return the output of a block of ResNet-18: two convolutions of 3 by 3, and a short path around them."""
    keras = backend.import_keras()
    from coursekit.networks.scenes import _basic_block

    for shape, filters, stride in (((9, 6, 4), 4, 1), ((8, 5, 4), 6, 2)):
        maps = keras.Input(shape)
        output = attempt(maps=maps, filters=filters, stride=stride)
        if not isinstance(output, keras.KerasTensor):
            raise WrongAnswerError(
                f"It must return maps, as `layers.ReLU()(…)` does, not a value of type {type(output).__name__}."
            )
        given = keras.Model(maps, output)
        reference = keras.Model(maps, _basic_block(maps, filters, stride))
        which = f"With {shape[-1]} channels, filters={filters} and stride={stride}"
        if given.output_shape != reference.output_shape:
            raise WrongAnswerError(
                f"{which}, the maps that come out have shape {given.output_shape[1:]}; it must be "
                f"{reference.output_shape[1:]}."
            )
        _must_have_the_same_weights(given, reference, which, projected=stride != 1)
        images = np.random.default_rng(0).normal(size=(2, *shape)).astype(np.float32)
        for one in (given, reference):
            fill(one)
        answer, expected = (np.asarray(one(images, training=False)) for one in (given, reference))
        if not difference(answer, expected):
            continue
        if answer.min() < 0:
            raise WrongAnswerError(f"{which}, negative numbers come out. The last ReLU comes after the addition.")
        raise WrongAnswerError(
            f"{which}, the layers are right, but they compute something else. Needed: the stride in the first "
            "convolution, one ReLU after the first normalisation, the other after the addition."
        )


@exercises.add(
    "Begin with `mean = 0.0` and go through the means of the batches in their order.",
    "Each step keeps the share `momentum` of what there was and takes the rest, `1 - momentum`, from the new batch.",
    "`for batch_mean in batch_means: mean = momentum * mean + (1 - momentum) * batch_mean`",
    size="core",
)
def running_mean(attempt: Attempt) -> None:
    """Return the running mean after all batches, beginning at 0."""
    for batch_means, momentum in (([1.0, 2.0, 4.0], 0.75), ([3.0, 3.0, 3.0, 5.0], 0.9)):
        expected = _running_mean(batch_means, momentum)
        known_mistakes = {
            "It begins at the first batch. A running mean of Keras begins at 0.": _running_mean(
                batch_means[1:], momentum, start=batch_means[0]
            ),
            "That is the plain mean of all batches. Here the last ones count most.": float(np.mean(batch_means)),
            "The two shares are the wrong way round: momentum is what is *kept*.": _running_mean(
                batch_means, 1 - momentum
            ),
            "That is the first step only. Go through all batches.": (1 - momentum) * batch_means[0],
        }
        attempt.must_return(expected, known_mistakes, batch_means=batch_means, momentum=momentum)


@exercises.add(
    "`gradients.mean(axis=(0, 1))` is the weight of each map: one number for each of the K maps.",
    "Multiply each map by its weight and add them up: `(maps * weights).sum(axis=-1)`.",
    "At last drop what speaks against the class: `np.maximum(heatmap, 0)`.",
    size="core",
)
def grad_cam_map(attempt: Attempt) -> None:
    """Return Grad-CAM (height, width) from the maps of a layer and the score's gradients, both (height, width, K)."""
    rng = np.random.default_rng(28)  # about half the places of both maps speak against the class
    for shape in ((2, 3, 2), (5, 4, 7)):
        maps, gradients = np.round(2 * rng.random(shape), 1), np.round(rng.normal(size=shape), 1)
        signed = (maps * gradients.mean(axis=(0, 1))).sum(axis=-1)
        expected = np.maximum(signed, 0)
        each = np.maximum(np.maximum(maps * gradients.mean(axis=(0, 1)), 0).sum(axis=-1), 0)
        known_mistakes = {
            "What speaks against the class is still there: negative numbers become 0.": signed,
            "The negative numbers are dropped too early: first add up the maps, then drop.": each,
            "The gradients are multiplied pixel by pixel. Grad-CAM takes one weight a map, their mean.": np.maximum(
                (maps * gradients).sum(axis=-1), 0
            ),
            "The gradients of a map are added up. Take their mean.": expected * shape[0] * shape[1],
            "The maps are averaged. They are added up.": expected / shape[2],
            "It is divided by its largest value. Leave that to the figure: it hides how strong the map is.": expected
            / expected.max(),
            "The maps are not weighted.": maps.sum(axis=-1),
        }
        attempt.must_return(expected, known_mistakes, maps=maps, gradients=gradients)


@exercises.add(
    "Precision asks: of all images that were *called* forest, how many are forests? They stand in a column.",
    "`matrix.sum(axis=0)` adds up each column, `axis=1` each row. `np.diag(matrix)` are the right answers.",
    "`np.diag(matrix) / matrix.sum(axis=0)`",
    size="warm-up",
)
def precision_per_class(attempt: Attempt) -> None:
    """Return the precision of each class, from a confusion matrix with a row for each true class."""
    for matrix in ([[8, 2], [4, 6]], [[5, 0, 1], [3, 9, 0], [2, 1, 3]]):
        counts = np.array(matrix)
        right, called, true = np.diag(counts), counts.sum(axis=0), counts.sum(axis=1)
        known_mistakes: dict[str, Any] = {
            "That is the recall: of all images that *are* of the class, how many were found.": right / true,
            "That is one number for all classes: the accuracy.": right.sum() / counts.sum(),
            "Each class is divided by all images.": right / counts.sum(),
            "Those are percentages. Return fractions: 1 is all.": 100 * right / called,
            "That is what was called wrongly. Precision is the rest.": 1 - right / called,
        }
        attempt.must_return(right / called, known_mistakes, matrix=counts)


@exercises.challenge(goal=0.25, lower_is_better=True)
def follow_the_mean(follow: Callable[[Any], float]) -> float:
    """Say where a drifting mean is at the end, from the means of noisy batches: the mean error over 40 trainings."""
    attempt, rng = Attempt(follow), np.random.default_rng(8)
    errors = []
    for _ in range(40):
        steps = int(rng.integers(20, 60))
        slope, start = rng.normal(0, 0.1), rng.normal(0, 2)
        true = start + slope * np.arange(steps)
        answer = attempt(batch_means=true + rng.normal(0, 0.5, steps))
        if np.ndim(answer):
            raise WrongAnswerError("Return one number: the mean behind the last batch.")
        errors.append(abs(float(answer) - true[-1]))
    return round(float(np.mean(errors)), 3)


def _must_have_the_same_weights(given: Any, reference: Any, which: str, projected: bool) -> None:
    count, needed = given.count_params(), reference.count_params()
    if count == needed:
        if sorted(tuple(v.shape) for v in given.weights) != sorted(tuple(v.shape) for v in reference.weights):
            raise WrongAnswerError(f"{which}, the number of parameters is right, but the layers are not.")
        return
    why = f"It has {count:,} numbers, and needs {needed:,}."
    biases = sum(variable.name == "bias" for variable in given.weights)
    kernels = sum(variable.name == "kernel" for variable in given.weights)
    if biases:
        why = "The convolutions need no bias: the normalisation behind them takes every mean away. Use use_bias=False."
    elif projected and kernels < 3:
        why = "The short path needs a projection where the stride is not 1: a 1×1 convolution with that stride."
    elif not projected and kernels > 2:
        why = "The short path needs no projection where the stride is 1: what came in is added as it is."
    elif count < needed:
        why += " Does a batch normalisation follow every convolution, the projection too?"
    raise WrongAnswerError(f"{which}: {why}")


def _running_mean(batch_means: list[float], momentum: float, start: float = 0.0) -> float:
    mean = start
    for batch_mean in batch_means:
        mean = momentum * mean + (1 - momentum) * batch_mean
    return mean
