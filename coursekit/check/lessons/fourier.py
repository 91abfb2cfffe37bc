"""The exercises of lesson 13, in NumPy alone."""

from __future__ import annotations

from typing import Any

import numpy as np

from coursekit.arrays import Floats
from coursekit.check.attempt import Attempt, WrongAnswerError
from coursekit.check.exercise import Exercises
from coursekit.convolution import convolve2d, correlate2d

exercises = Exercises("13_fourier_networks", __name__)
__getattr__, __dir__ = exercises.missing, exercises.names

_LARGEST_KERNEL = 7


@exercises.add(
    "Slide a kernel of 3 over an image of 5 so far that only one of its pixels lies on the image, on both sides. "
    "How many places are there?",
    "Each side gets room for what hangs over: `kernel_side - 1` in all.",
    "`side + kernel_side - 1`",
    size="warm-up",
)
def padded_side(attempt: Attempt) -> None:
    """Return how long a side must be so that nothing comes round when a kernel is applied."""
    for side, kernel_side in ((5, 3), (28, 7), (9, 4)):
        known_mistakes: dict[str, Any] = {
            "That is the image's own side. What the kernel carries over the border would come in opposite.": side,
            "That is one too many: the kernel always keeps one pixel on the image.": side + kernel_side,
            "That is room for one side of the kernel only.": side + kernel_side // 2,
            "That is the result of padding 'valid'. Here everything must be kept.": side - kernel_side + 1,
            "With twice the kernel it works, but it is more than is needed: how many places are there?": side
            + 2 * (kernel_side - 1),
        }
        attempt.must_return(side + kernel_side - 1, known_mistakes, side=side, kernel_side=kernel_side)


@exercises.add(
    "Four steps: pad both to one shape (`np.fft.rfft2(values, shape)` does it), transform, multiply, transform back.",
    "The theorem convolves. To correlate, as Keras does, turn the kernel first: `kernel[::-1, ::-1]`.",
    'What comes back is larger than the image. Padding "same" keeps the part that begins at half of the kernel: '
    "`whole[rows // 2 : rows // 2 + height, columns // 2 : columns // 2 + width]`, for a kernel of rows by columns.",
    size="core",
)
def correlate_in_frequency(attempt: Attempt) -> None:
    """Return what a layer of Keras with padding "same" makes of an image and a kernel, computed by the FFT."""
    rng = np.random.default_rng(13)
    for shape, kernel_shape in (((4, 5), (3, 3)), ((7, 6), (5, 3)), ((8, 8), (3, 5))):
        image, kernel = rng.integers(0, 9, shape).astype(float), rng.integers(-4, 5, kernel_shape).astype(float)
        expected = correlate2d(image, kernel, padding="same")
        whole = _product(image, kernel[::-1, ::-1], padded=True)
        wrapped = _product(image, kernel[::-1, ::-1], padded=False)
        known_mistakes = {
            "The kernel is not turned: this is the convolution of mathematics, Keras correlates.": convolve2d(
                image, kernel, padding="same"
            ),
            "Without zeros around both, what leaves on one side comes in again at the other: see the border.": np.roll(
                wrapped, tuple(-(n // 2) for n in kernel_shape), axis=(0, 1)
            ),
            "Both are as large as the image, so it comes round; and the part to keep begins further in.": wrapped,
            'The whole product came back. Padding "same" keeps a part that is as large as the image.': whole,
            "The right numbers, but cut out at the wrong place: begin at half of the kernel.": whole[
                : shape[0], : shape[1]
            ],
            'That is the part that padding "valid" keeps.': correlate2d(image, kernel),
        }
        attempt.must_return(expected, known_mistakes, image=image, kernel=kernel)


@exercises.add(
    "Every weight of the second kernel places a copy of the first one, times that weight, at its own position.",
    "The result has `first + second - 1` rows and columns. Begin with `np.zeros` of that shape.",
    "`combined[m : m + rows, n : n + columns] += first * second[m, n]` for every m and n of the second kernel, where "
    "the first has rows by columns.",
    size="core",
)
def combine(attempt: Attempt) -> None:
    """Return the one kernel that does what two kernels do one after the other (correlation, nothing between)."""
    rng = np.random.default_rng(14)
    for shape, other in (((2, 2), (2, 2)), ((3, 3), (3, 3)), ((3, 2), (2, 4))):
        first, second = (rng.integers(-3, 4, size).astype(float) for size in (shape, other))
        expected = _product(first, second, padded=True).round()
        around = tuple((n - 1, n - 1) for n in other)
        known_mistakes = {
            "One kernel is turned: that correlates the two kernels. They must be convolved, though each of them "
            "correlates.": correlate2d(np.pad(first, around), second),
            "Its edge is cut off: two kernels together reach further than one.": _middle(expected, shape),
            "The kernels are added. One is applied to the result of the other.": first + second
            if shape == other
            else 0,
            "The kernels are multiplied weight by weight. That is right for their spectra, not in space.": first
            * second
            if shape == other
            else 0,
            "It is turned by 180 degrees. Correlating twice needs no turning.": expected[::-1, ::-1],
        }
        attempt.must_return(expected, known_mistakes, first=first, second=second)


@exercises.add(
    "After each layer Keras throws away what lies outside the image. How far into the image does the *next* layer "
    "miss it?",
    "Each layer but the first misses what lies within half a kernel: `kernel_side // 2` pixels.",
    "`(layers - 1) * (kernel_side // 2)`",
    size="core",
)
def error_rings(attempt: Attempt) -> None:
    """Return how many rings of pixels differ between layers with padding "same" and the same layers merged."""
    for layers, kernel_side in ((3, 3), (1, 5), (4, 7), (2, 5)):
        half = kernel_side // 2
        known_mistakes = {
            "The first layer loses nothing: before it, the image is whole.": layers * half,
            "That is one layer's reach. Each layer but the first adds to it.": half,
            "A kernel reaches half its side, not all of it.": (layers - 1) * kernel_side,
            "Those are both sides together. How many rings are there on one?": 2 * (layers - 1) * half,
        }
        attempt.must_return((layers - 1) * half, known_mistakes, layers=layers, kernel_side=kernel_side)


@exercises.add(
    "Change from row to row has a high *vertical* frequency. Weigh the power by the square of the frequency, then sum.",
    "`down = (rows[:, None] ** 2 * power).sum()` is for one direction; `across` is the same with the columns.",
    "`down / (down + across)`",
    size="stretch",
)
def vertical_share(attempt: Attempt) -> None:
    """Return how much of a kernel's answer to change is an answer to vertical change, from 0 to 1."""
    rng = np.random.default_rng(15)
    for height, width in ((3, 4), (5, 3)):
        power = rng.integers(1, 9, (height, width)).astype(float)
        rows, columns = np.round(np.linspace(-0.5, 0.3, height), 2), np.round(np.linspace(-0.4, 0.5, width), 2)
        down = float((rows[:, np.newaxis] ** 2 * power).sum())
        across = float((columns**2 * power).sum())
        absolute = float((np.abs(rows)[:, np.newaxis] * power).sum())
        other = float((np.abs(columns) * power).sum())
        signed, beside = float((rows[:, np.newaxis] * power).sum()), float((columns * power).sum())
        known_mistakes = {
            "That is the horizontal share: change from column to column.": across / (down + across),
            "That is the sum for one direction. Divide it by the sum for both.": down,
            "That compares the two. A share is a part of the whole.": down / across,
            "The frequencies are not squared.": absolute / (absolute + other),
            "Frequencies below zero cancel those above. Square them.": signed / (signed + beside),
            "The power is squared once more. It is already the square of the magnitude.": float(
                (rows[:, np.newaxis] ** 2 * power**2).sum() / ((rows[:, np.newaxis] ** 2 + columns**2) * power**2).sum()
            ),
        }
        attempt.must_return(down / (down + across), known_mistakes, power=power, rows=rows, columns=columns)


@exercises.add(
    "A layer of 3x3 without bias has 9 weights for each pair of a channel that comes in and one that goes out. The "
    "image is grey: one channel comes in.",
    'Padding "same" keeps 28 by 28, so flattening gives 784 times the last number of filters. Dense layers have '
    "biases.",
    "`9 * sum(a * b for a, b in zip([1, *filters], filters))` for the convolutions; then "
    "`784 * filters[-1] * hidden + hidden + 2 * hidden + 2`",
    size="stretch",
)
def parameter_count(attempt: Attempt) -> None:
    """Return how many numbers the network for 28 by 28 digits learns, for its filters and its hidden units."""
    for filters, hidden in (([2, 3], 4), ([32, 64, 128], 256), ([64, 64, 64], 256)):
        pairs = sum(a * b for a, b in zip([1, *filters], filters, strict=False))
        behind = 784 * filters[-1] * hidden + hidden + 2 * hidden + 2
        known_mistakes = {
            "The convolutions have no biases here.": 9 * pairs + sum(filters) + behind,
            "The dense layers do have biases: one number a unit.": 9 * pairs + behind - hidden - 2,
            "That is the convolutions alone. Two dense layers follow.": 9 * pairs,
            "That is the dense layers alone.": behind,
            "Each kernel has 9 weights.": pairs + behind,
            "Only the first layer has one channel coming in: the others get all maps of the layer before.": 9
            * sum(filters)
            + behind,
            "With 'same' padding the maps stay 28 by 28; this counts as if each layer took a ring away.": 9 * pairs
            + behind
            + ((28 - 2 * len(filters)) ** 2 - 784) * filters[-1] * hidden,
            "The second dense layer, to two classes, is missing.": 9 * pairs + 784 * filters[-1] * hidden + hidden,
        }
        attempt.must_return(9 * pairs + behind, known_mistakes, filters=filters, hidden=hidden)


@exercises.challenge(goal=0.993)
def one_kernel(kernel: object) -> float:
    """Tell sevens from ones by one kernel, ReLU and the mean: the area under the ROC curve of 300 digits."""
    from coursekit import data
    from coursekit.metrics import area_under_roc

    weights = np.asarray(kernel, np.float64)
    if weights.ndim != 2 or max(weights.shape) > _LARGEST_KERNEL:
        raise WrongAnswerError(
            f"It has shape {weights.shape}. Pass one kernel of numbers, {_LARGEST_KERNEL}×{_LARGEST_KERNEL} at most."
        )
    images, labels = data.select_classes(data.load("mnist"), ("1", "7")).train.arrays(limit=300)
    answers = [np.maximum(correlate2d(image, weights, padding="same"), 0).mean() for image in images[..., 0]]
    return round(float(area_under_roc(labels, answers)), 4)


def _product(first: Floats, second: Floats, padded: bool) -> Floats:
    """Return the convolution of two planes by the FFT, on a circle as long as the first unless padded."""
    shape = tuple(n + k - 1 if padded else n for n, k in zip(first.shape, second.shape, strict=True))
    return np.fft.irfft2(np.fft.rfft2(first, shape) * np.fft.rfft2(second, shape), shape)


def _middle(values: Floats, shape: tuple[int, ...]) -> Floats:
    rows, columns = ((n - size) // 2 for n, size in zip(values.shape, shape, strict=True))
    return values[rows : rows + shape[0], columns : columns + shape[1]]
