"""The exercises of lesson 01."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from coursekit import convolution
from coursekit.check.attempt import Attempt, WrongAnswerError
from coursekit.check.differences import WRONG_NUMBER, difference, indented, numbers
from coursekit.check.exercise import Exercises
from coursekit.photographs import load_image

exercises = Exercises("01_convolution_by_hand", __name__)
__getattr__, __dir__ = exercises.missing, exercises.names

Array = NDArray[Any]

_WINDOW = np.array([[3, 1, 1], [1, 0, 6], [2, 5, 7]])
_KERNEL = np.array([[1, 0, 0], [1, 0, -1], [0, 0, -1]])
_TIMES_FASTER = 10
# Responses of a kernel whose absolute weights sum to 1. Line and Sobel kernels reach 0.25 to 0.5 on thin strokes.
_NEARLY_ZERO = 1e-6
_STRONG = 0.1
# Rows and columns of the photograph.
_WHISKER_BOX = (slice(138, 196), slice(4, 62))
_WHISKER_KERNEL = 7


def _images_and_kernels() -> Iterator[tuple[Array, Array]]:
    """Yield from small to large; no kernel looks the same when it is turned."""
    yield np.array([[1, 2, 5], [4, 0, 3]]), np.array([[1, 2], [0, -1]])
    yield _WINDOW, _KERNEL
    random = np.random.default_rng(0)
    yield random.integers(0, 10, (5, 4)), np.array([[1, 2], [0, -1], [3, 0]])
    yield random.random((6, 8)), random.random((2, 3))


@exercises.add(
    "Put the kernel on the top left 3×3 pixels. Multiply each weight by the pixel under it.",
    "Five weights are zero, so four products are left. Two of the weights are −1: mind the signs.",
    "Row by row: 3 · 1, then 1 · 1 and 6 · (−1), then 7 · (−1). Add them up.",
    size="warm-up",
)
def first_output(attempt: Attempt) -> None:
    """Return the first output of the worked example without padding: the sum of nine products, as one number."""
    expected = float((_WINDOW * _KERNEL).sum())
    answer = attempt()
    reason = difference(answer, expected)
    if reason == WRONG_NUMBER:
        number = float(answer)
        known_mistakes = {
            -expected: "The sign is wrong. Do not turn the kernel, and subtract the pixels whose weight is −1.",
            np.abs(_WINDOW * _KERNEL).sum(): "Two of the weights are −1: their products must be subtracted.",
            _WINDOW.sum(): "That is the sum of the pixels. Multiply each by its weight first.",
            _KERNEL.sum(): "That is the sum of the weights. Multiply each by its pixel first.",
        }
        reason = known_mistakes.get(number, f"The number is too {'large' if number > expected else 'small'}.")
    if reason:
        raise WrongAnswerError(reason)


@exercises.add(
    "How many places are there? A kernel of k rows fits at height − k + 1 places from top to bottom.",
    "Make the output with `np.zeros((height, width))`, and loop over its rows i and columns j.",
    "The window at (i, j) is `image[i : i + kernel_height, j : j + kernel_width]`. Multiply by the kernel and sum.",
    size="core",
)
def correlate2d(attempt: Attempt) -> None:
    """Slide a kernel over an image without padding; return the sum of products at every place where it fits."""
    for image, kernel in _images_and_kernels():
        _must_correlate(attempt, image, kernel)


@exercises.add(
    "Each ring makes the image two rows and two columns larger.",
    "Make an array of zeros of the larger size, then put the image into the middle.",
    "The middle is `padded[rings : rings + height, rings : rings + width]`.",
    size="warm-up",
)
def pad_with_zeros(attempt: Attempt) -> None:
    """Return the image with a number of rings of zeros around it."""
    for image, rings in (
        (np.array([[1, 2]]), 1),
        (np.array([[1, 2], [3, 4], [5, 6]]), 0),
        (np.array([[0.5, 1, 2], [3, 4, 5]]), 2),
    ):
        attempt.must_return(convolution.pad2d(image, rings), image=image, rings=rings)
    attempt.refuse("pad", "It uses a ready-made padding function. Put the image into an array of zeros yourself.")


@exercises.add(
    "With stride 1 it is the exercise before. What changes is how many places there are, and where each window begins.",
    "There are (height − kernel_height) // stride + 1 rows, and as many columns by the same rule.",
    "The window of output (i, j) begins at row i · stride and column j · stride.",
    size="core",
)
def correlate2d_strided(attempt: Attempt) -> None:
    """Slide a kernel over an image, a number of pixels at a time; return the sum of products at every place."""
    first = np.array([[1, 2, 5, 0], [4, 0, 3, 1], [2, 6, 1, 3]]), np.array([[2, 1]])
    for (image, kernel), stride in zip((first, *_images_and_kernels()), (2, 2, 1, 2, 3), strict=True):
        expected = convolution.correlate2d(image, kernel, stride)
        known_mistakes = {"The stride is not used: it moves one pixel at a time.": _reference(image, kernel)}
        attempt.must_return(expected, known_mistakes, image=image, kernel=kernel, stride=stride)


@exercises.add(
    "On an even surface the response is the sum of all weights, times the brightness. What must that sum be?",
    "Along a horizontal stroke every column looks the same. So the weights of each row must sum to zero.",
    "A vertical stroke is one bright column between two dark ones: let each row of the kernel look like it.",
    size="core",
)
def vertical_strokes(attempt: Attempt) -> None:
    """Return a kernel that responds most on vertical strokes, and not at all to horizontal ones and even surfaces."""
    kernel = numbers(attempt())
    if kernel is None or kernel.ndim != 2:
        raise WrongAnswerError("It must return a kernel: a two-dimensional array of numbers.")
    if min(kernel.shape) < 3 or kernel.shape[0] % 2 == 0 or kernel.shape[1] % 2 == 0:
        raise WrongAnswerError(f"The kernel has shape {kernel.shape}: use odd sizes of 3×3 or more.")
    if not np.isfinite(kernel).all():
        raise WrongAnswerError("The kernel holds numbers that are not finite.")
    shown = "\n".join(["The kernel is", indented(kernel)])
    if np.abs(kernel).max() < _STRONG:
        raise WrongAnswerError("It hardly responds to a vertical stroke: its weights are close to zero.", shown)
    kernel = kernel / np.abs(kernel).sum()
    height, width = (2 * side + 2 for side in kernel.shape)

    def responses(rows: slice, columns: slice) -> Array:
        image = np.zeros((height, width))
        image[rows, columns] = 1
        return _reference(image, kernel)

    everywhere = slice(None)
    if np.abs(responses(everywhere, everywhere)).max() > _NEARLY_ZERO:
        raise WrongAnswerError("It responds to an even surface: there the products must cancel out.", shown)
    for thickness in (1, 2):
        for row in range(height - thickness + 1):
            if np.abs(responses(slice(row, row + thickness), everywhere)).max() > _NEARLY_ZERO:
                raise WrongAnswerError("It responds to a horizontal stroke: there the products must cancel out.", shown)
        for column in (kernel.shape[1] - 1, kernel.shape[1]):
            if responses(everywhere, slice(column, column + thickness)).max() < _STRONG:
                raise WrongAnswerError("It hardly responds to a vertical stroke.", shown)
    # What a thin stroke gives where it lies under each column of the kernel.
    by_column = kernel.sum(axis=0)
    middle = len(by_column) // 2
    if np.abs(by_column - by_column[::-1]).max() > _NEARLY_ZERO:
        raise WrongAnswerError(
            "It responds in another way on the left of a stroke than on its right: that is a kernel for edges.", shown
        )
    if np.abs(by_column).argmax() != middle:
        raise WrongAnswerError("It responds most beside the stroke. Its middle must lie on it.", shown)


@exercises.add(
    "NumPy multiplies a whole array by a number in one step. Which loop is short: over the pixels or over the weights?",
    "Weight (m, n) meets the image shifted by m rows and n columns.",
    "`output += kernel[m, n] * image[m : m + height, n : n + width]`, for each weight, adds it all up.",
    size="stretch",
)
def correlate2d_vectorised(attempt: Attempt) -> None:
    """Slide a kernel over an image, at least ten times faster than two loops over the pixels."""
    for image, kernel in _images_and_kernels():
        _must_correlate(attempt, image, kernel)
    large = np.random.default_rng(0).random((128, 112))
    loops = _seconds(lambda: convolution.correlate2d(large, _KERNEL, method="loops"))
    if loops < _TIMES_FASTER * _seconds(lambda: attempt(image=large, kernel=_KERNEL)):
        raise WrongAnswerError(
            f"The numbers are right. But on 128×112 pixels it is less than {_TIMES_FASTER} times as fast as "
            "two loops over the pixels (the best of five runs each)."
        )


@exercises.add(
    "Compare both on an image with a single bright pixel: what does each make of the kernel?",
    "SciPy's `convolve2d` turns the kernel by 180 degrees first. Turn it before, and the two turns cancel out.",
    '`kernel[::-1, ::-1]` is the turned kernel. Without padding the mode is `"valid"`.',
    size="core",
)
def matches_keras(attempt: Attempt) -> None:
    """Return what a Keras Conv2D layer without padding computes, by SciPy's convolve2d."""
    for image, kernel in _images_and_kernels():
        _must_correlate(attempt, image, kernel)
    attempt.must_use("convolve2d", "The numbers are right, but it must still use SciPy's `convolve2d`.")


def _must_correlate(attempt: Attempt, image: Array, kernel: Array) -> None:
    known_mistakes = {"The kernel is turned by 180 degrees. Slide it as it is.": _reference(image, kernel[::-1, ::-1])}
    attempt.must_return(_reference(image, kernel), known_mistakes, image=image, kernel=kernel)


def _reference(image: Array, kernel: Array) -> Array:
    return convolution.correlate2d(image, kernel)


def _seconds(run: Callable[[], object]) -> float:
    """Return how long this process works on it: the best of five. Other programs' work does not count."""
    durations = []
    for _ in range(5):
        begun = time.process_time()
        run()
        durations.append(time.process_time() - begun)
    return min(durations)


@exercises.challenge(0.26)
def whiskers(kernel: object) -> float:
    """Find a kernel that responds to the cat's whiskers: the share of its squared responses, after ReLU, in their box.

    The kernel has 7 rows and columns at most. The photograph is ``ck.data.load_image("cat", size=200, grey=True)``, the
    box holds the whiskers at its lower left.
    """
    weights = np.asarray(kernel, np.float64)
    if weights.ndim != 2 or max(weights.shape) > _WHISKER_KERNEL or not weights.any():
        raise WrongAnswerError(
            f"It has shape {weights.shape}. Pass a kernel of numbers, {_WHISKER_KERNEL}×{_WHISKER_KERNEL} at most, not "
            "all of them 0."
        )
    cat = load_image("cat", size=200, grey=True)
    responses = np.maximum(convolution.correlate2d(cat, weights, padding="same", mode="edge"), 0) ** 2
    return round(float(responses[_WHISKER_BOX].sum() / max(responses.sum(), 1e-12)), 3)
