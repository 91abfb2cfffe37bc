"""The exercises of lesson 02."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from coursekit import convolution, kernels, photographs, pooling
from coursekit.check.attempt import Attempt, WrongAnswerError
from coursekit.check.exercise import Exercises
from coursekit.receptive_field import Layer, of_chain

exercises = Exercises("02_pooling_and_receptive_fields", __name__)
__getattr__, __dir__ = exercises.missing, exercises.names

Array = NDArray[Any]


def _images_and_sizes() -> Iterator[tuple[Array, int]]:
    """Yield from small to large; some windows leave rows or columns out, and in some all numbers are negative."""
    yield np.array([[1, 2, 5, 0], [4, 0, 3, 1]]), 2
    yield np.array([[3, 1, 1, 2, 8], [1, 0, 6, 3, 2], [2, 5, 7, 1, 0]]), 2
    random = np.random.default_rng(0)
    yield random.integers(-9, 0, (4, 6)), 2
    yield random.random((7, 9)), 3


@exercises.add(
    "How many windows are there? `image.shape[0] // size` from top to bottom: what is left over is in no window.",
    "Window (i, j) begins at row i · size and column j · size.",
    "`image[i * size : (i + 1) * size, j * size : (j + 1) * size].max()` is the largest number of one window.",
    size="core",
)
def max_pool2d(attempt: Attempt) -> None:
    """Return the largest number of every window; the windows touch, and what is left over at the end is left out."""
    for image, size in _images_and_sizes():
        expected = pooling.max_pool2d(image, size)
        known_mistakes = {
            "That is the mean of every window, not its largest number.": pooling.average_pool2d(image, size),
            **_window_mistakes("max", image, size),
            "Zero wins where all numbers are negative. Start from the numbers of the window.": np.maximum(expected, 0),
        }
        attempt.must_return(expected, known_mistakes, image=image, size=size)


@exercises.add(
    "The windows are those of max pooling. What changes is the one number that is made of each.",
    "The array that you fill must hold fractions: `np.zeros((height, width))` does.",
    "`window.mean()`, or the sum divided by size · size.",
    size="warm-up",
)
def avg_pool2d(attempt: Attempt) -> None:
    """Return the mean of every window; the windows touch, and what is left over at the end is left out."""
    for image, size in _images_and_sizes():
        expected = pooling.average_pool2d(image, size)
        known_mistakes = {
            "That is the sum of every window. Divide it by how many numbers there are.": expected * size**2,
            "Divide by how many numbers a window has: size · size, not size.": expected * size,
            "That is the largest number of every window, not its mean.": pooling.max_pool2d(image, size),
            **_window_mistakes("average", image, size),
        }
        attempt.must_return(expected, known_mistakes, image=image, size=size)


@exercises.add(
    "The first window takes `window` pixels. How many are left for moving on?",
    "It moves on by whole strides as long as they fit. What remains then is in no window.",
    "The remainder of a division is `%`.",
    size="core",
)
def pixels_left_out(attempt: Attempt) -> None:
    """Return how many pixels at the end of one side lie in no window, without padding."""
    for size, window, stride in ((11, 2, 2), (26, 2, 2), (10, 3, 2), (11, 3, 2), (28, 5, 3), (30, 3, 4)):
        places = convolution.output_size(size, window, stride)
        known_mistakes = {
            "That is how many windows there are. How many pixels does none of them cover?": places,
            "That holds only where the stride equals the window: here windows overlap, or leave gaps.": size % window,
            "The window is not used: the first one takes `window` pixels, not `stride`.": size % stride,
            "The windows overlap: each covers `window` pixels, but moves on by `stride` only.": size - places * window,
            "The first window takes `window` pixels: only what is left is for moving on.": size - places * stride,
        }
        expected = size - ((places - 1) * stride + window)
        attempt.must_return(expected, known_mistakes, size=size, window=window, stride=stride)


@exercises.add(
    "Pool both images with `ck.pooling.max_pool2d(image, size)`, and compare the two maps number by number.",
    "`before == after` holds True wherever a number has stayed.",
    "The mean of True and False is the fraction of True: `(before == after).mean()`.",
    size="core",
    course=("max_pool2d",),
)
def unchanged_share(attempt: Attempt) -> None:
    """Return the fraction of the max-pooled numbers that stay exactly the same when the image changes."""
    random = np.random.default_rng(1)
    first = np.array([[9, 0, 0, 0, 3], [0, 0, 8, 0, 0]])
    noise = random.integers(0, 30, (9, 12))
    for image, size in ((first, 2), (noise, 2), (noise, 3), (noise.T, 4)):
        moved = np.roll(image, 1, axis=1)
        before, after = (pooling.max_pool2d(one, size) for one in (image, moved))
        known_mistakes = {
            "That is the fraction of the pixels. Pool both images first.": (image == moved).mean(),
            "That is the fraction of the numbers that have changed.": (before != after).mean(),
            "That is how many numbers stay. Which fraction is it?": (before == after).sum(),
            "That is a percentage. Return a fraction: 1 is all.": 100 * (before == after).mean(),
        }
        attempt.must_return(float((before == after).mean()), known_mistakes, image=image, moved=moved, size=size)


@exercises.add(
    "Begin at a single pixel: it sees 1 pixel, and neighbouring pixels are 1 apart. Go up, layer by layer.",
    "A window of k units sees k − 1 steps more than one unit. How long is a step? All strides below count.",
    "In each layer: `size += (kernel - 1) * step`, and after that `step *= stride`.",
    size="core",
)
def receptive_field_size(attempt: Attempt) -> None:
    """Return how many pixels along one side a unit of the last layer sees; layers are pairs (kernel size, stride)."""
    for layers in (
        [(3, 1)],
        [(3, 1), (3, 1), (3, 1)],
        [(3, 1), (2, 2), (3, 1)],
        [(5, 2), (3, 2), (1, 1)],
        [(3, 1), (2, 2), (3, 1), (2, 2), (3, 1)],
        [(7, 2), (3, 2), (3, 1), (3, 2), (3, 1)],
    ):
        steps = np.cumprod([stride for _, stride in layers])
        reference = of_chain(Layer(kernel, stride) for kernel, stride in layers)[-1].size[0]
        known_mistakes = {
            "The strides are not used: after a stride of 2, every step is twice as long.": 1
            + sum(kernel - 1 for kernel, _ in layers),
            "A layer's own stride makes the steps longer only for the layers above it.": 1
            + sum((kernel - 1) * int(step) for (kernel, _), step in zip(layers, steps, strict=True)),
            "Only the stride of the layer itself is used. All strides below it count, multiplied.": 1
            + sum((kernel - 1) * stride for kernel, stride in layers),
            "The kernel sizes are added up. A window of k units is only k − 1 steps wider than one unit.": sum(
                kernel for kernel, _ in layers
            ),
        }
        attempt.must_return(reference, known_mistakes, layers=layers)


@exercises.add(
    "`Flatten` makes one long row of all numbers of the feature maps. How long is it?",
    "Each unit of the dense layer has a weight for every number of that row, and one bias.",
    "So each unit has height · width · channels + 1 parameters. How many units are that?",
    size="warm-up",
)
def units_behind(attempt: Attempt) -> None:
    """Return how many units a dense layer on flattened maps needs to have so many parameters; it may be a fraction."""
    for height, width, channels, parameters in (
        (2, 3, 4, 125),
        (3, 3, 64, 36_928),
        (22, 22, 64, 1_982_528),
        (5, 4, 1, 100),
    ):
        values = height * width * channels
        known_mistakes = {
            "The biases are missing: each unit has one parameter more than it has inputs.": parameters / values,
            "One bias is not enough: each unit has its own.": (parameters - 1) / values,
            "The channels are not counted: each map has height · width numbers.": parameters / (height * width + 1),
            "That is how many numbers `Flatten` hands on. How many units share the parameters?": values,
            "That multiplies. Asked is the other way round: the parameters are known.": (values + 1) * parameters,
        }
        attempt.must_return(
            parameters / (values + 1),
            known_mistakes,
            height=height,
            width=width,
            channels=channels,
            parameters=parameters,
        )


_LEAST_OF_A_LINE = 0.5


@exercises.challenge(goal=0.8)
def shift_proof(halve: object) -> float:
    """Halve the cat's edges so that they change little when the cat moves by one pixel, and keep thin lines."""
    attempt = Attempt(halve)
    for column in range(6, 10):
        line = np.zeros((16, 16))
        line[:, column] = 1
        _refuse_other_sizes(halved := np.asarray(attempt(image=line)), line)
        if halved[4].max() < _LEAST_OF_A_LINE:
            raise WrongAnswerError(
                f"A line of strength 1 in column {column} is left with {halved[4].max():.2f}. "
                f"Keep {_LEAST_OF_A_LINE} of every thin line: edges are thin."
            )
    cat = photographs.load_image("cat", size=(200, 204), grey=True)
    before, after = (np.asarray(attempt(image=_edges(cat[:, 4 - shift : 204 - shift]))) for shift in (0, 1))
    _refuse_other_sizes(before, cat[1:-1, 1:-5])
    return float(np.corrcoef(before.ravel(), after.ravel())[0, 1])


def _edges(image: Array) -> Array:
    return np.maximum(convolution.correlate2d(image, kernels.get("edges")), 0)


def _refuse_other_sizes(halved: Array, image: Array) -> None:
    wanted = (image.shape[0] // 2, image.shape[1] // 2)
    if halved.shape != wanted:
        raise WrongAnswerError(f"An image of {image.shape} became {halved.shape}. Halve it to {wanted}.")


def _window_mistakes(kind: pooling.Kind, image: Array, size: int) -> dict[str, Array]:
    def pooled(stride: int, padding: pooling.Padding) -> Array:
        layer = pooling.pooling_layer(image[np.newaxis, :, :, np.newaxis], size, stride, padding, kind)
        return layer[0, :, :, 0]

    mistakes = {"The window moves one pixel at a time. It must move on by its own size.": pooled(1, "valid")}
    if image.shape[0] % size or image.shape[1] % size:
        reason = "There are windows that reach beyond the image. What is left over at the end is left out."
        mistakes[reason] = pooled(size, "same")
    return mistakes
