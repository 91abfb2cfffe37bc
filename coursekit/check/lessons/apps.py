"""The exercises of lesson 15."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from numbers import Real
from typing import Any

import numpy as np

from coursekit.arrays import Floats
from coursekit.check.attempt import Attempt, WrongAnswerError
from coursekit.check.exercise import Exercises

# Covering just the animals scores 0.434, a blob at best 0.577.
GOAL = 0.45

exercises = Exercises("15_xai_apps", __name__)
__getattr__, __dir__ = exercises.missing, exercises.names


@exercises.add(
    "One number of the output is a sum of products: how many? How many numbers has the output?",
    "Each number of the output takes rows · columns · channels_in products; there are height · width · channels_out.",
    "`height * width * rows * columns * channels_in * channels_out`",
    size="warm-up",
)
def products(attempt: Attempt) -> None:
    """Return how many products a convolution computes for one image, from the size of its output and its kernels."""
    for height, width, rows, columns, channels_in, channels_out in ((26, 26, 3, 3, 1, 32), (5, 8, 3, 7, 4, 6)):
        kernel = rows * columns
        expected = height * width * kernel * channels_in * channels_out
        known_mistakes = {
            "That is how many weights there are. Each is used at every place of the output.": kernel
            * channels_in
            * channels_out,
            "A kernel reads all channels that come in: they are missing.": height * width * kernel * channels_out,
            "There is a number of the output for each kernel: the channels that go out are missing.": height
            * width
            * kernel
            * channels_in,
            "That is how many numbers the output has. Each is a sum of many products.": height * width * channels_out,
        }
        attempt.must_return(
            expected,
            known_mistakes,
            height=height,
            width=width,
            rows=rows,
            columns=columns,
            channels_in=channels_in,
            channels_out=channels_out,
        )


@exercises.add(
    "On an even grey of 1 a kernel answers with the sum of its weights. That is frequency 0 of its spectrum.",
    "`np.fft.fft2(kernel, (size, size))` holds all frequencies; `np.abs` gives their strengths.",
    "`strength = np.abs(np.fft.fft2(kernel, (size, size)))`, then `strength[0, 0] / strength.max()`",
    size="core",
)
def share_of_grey(attempt: Attempt) -> None:
    """Return how strongly a kernel answers to an even grey, as a share of its answer to its favourite frequency."""
    kernels = (
        (np.full((3, 3), 1 / 9), 32),
        (np.array([[0.0, -1, 0], [-1, 5, -1], [0, -1, 0]]), 32),
        (np.array([[-1.0, 0, 2, -3]]), 16),
    )
    for kernel, size in kernels:
        strength = np.abs(np.fft.fft2(kernel, (size, size)))
        expected = strength[0, 0] / strength.max()
        known_mistakes = {
            "That is the answer to grey itself. Divide it by the strongest answer of all frequencies.": strength[0, 0],
            "That is grey as a share of all answers together. The strongest one is asked for.": strength[0, 0]
            / strength.sum(),
            "The spectrum has only as many frequencies as the kernel has weights. Pass the size to `fft2`.": strength[
                0, 0
            ]
            / np.abs(np.fft.fft2(kernel)).max(),
            "That is upside down.": strength.max() / strength[0, 0] if strength[0, 0] > 0 else -1.0,
            "That is frequency 0 against the largest weight, not the strongest frequency.": abs(kernel.sum())
            / np.abs(kernel).max(),
        }
        attempt.must_return(expected, known_mistakes, kernel=kernel, size=size)


@exercises.add(
    "Three steps: find the shorter side, cut as much away at both ends of the longer one, divide by 255.",
    "`side = min(image.shape[:2])`, and `top = (image.shape[0] - side) // 2`; likewise for the left.",
    "`image[top : top + side, left : left + side].astype(np.float32) / 255`",
    size="core",
)
def prepared(attempt: Attempt) -> None:
    """Return the largest square in the middle of a photograph (height, width, 3), with values from 0 to 1."""
    draw = np.random.default_rng(0)
    for height, width in ((4, 7), (6, 3), (5, 5)):
        image = draw.integers(0, 256, (height, width, 3), dtype=np.uint8)
        side = min(height, width)
        top, left = (height - side) // 2, (width - side) // 2
        square = image[top : top + side, left : left + side]
        known_mistakes = {
            "The values still go to 255. Divide by 255.": square.astype(np.float64),
            "The square lies at the top left. Cut as much away at both ends.": image[:side, :side] / 255,
            "The whole image comes back. Cut a square out of it.": image / 255,
            "The shape is right, but all is 0 or 1: divide, do not use `//`.": square // 255,
            "256 is how many values there are; the largest is 255.": square / 256,
        }
        attempt.must_return(square / 255, known_mistakes, image=image)


@exercises.add(
    "Begin with the difference of image and root point, and multiply it by the gradient, number by number.",
    "A pixel has several channels, but one relevance: sum over the last axis.",
    "`(gradient * (image - root)).sum(axis=-1)`",
    size="warm-up",
)
def relevance(attempt: Attempt) -> None:
    """Return the relevance of every pixel (height, width) of a Taylor decomposition."""
    draw = np.random.default_rng(1)
    for shape in ((2, 3, 1), (3, 2, 3)):
        gradient, image, root = (draw.integers(-3, 4, shape).astype(float) for _ in range(3))
        product = gradient * (image - root)
        known_mistakes = {
            "The root point is missing: that is gradient times input.": (gradient * image).sum(axis=-1),
            "That is the wrong way round: image minus root.": -product.sum(axis=-1),
            "One map is asked for, not one for each channel. Sum over the last axis.": product,
            "That is the sum of all relevance. Sum over the channels only.": product.sum(),
            "The signs are gone. Relevance may speak against a class.": np.abs(product).sum(axis=-1),
            "Sum over the channels; the mean makes the shares too small.": product.mean(axis=-1),
        }
        attempt.must_return(product.sum(axis=-1), known_mistakes, gradient=gradient, image=image, root=root)


@exercises.add(
    "A negative number has no real square root. Take the size and the sign apart.",
    "`np.abs(heatmap) ** gamma` is never negative. What gives the sign back?",
    "`np.sign(heatmap) * np.abs(heatmap) ** gamma`",
    size="core",
)
def with_gamma(attempt: Attempt) -> None:
    """Return a heatmap whose sizes are raised to a power, and whose signs are kept."""
    for heatmap, gamma in ((np.array([[-0.25, 1.0, 0.0], [0.5, -1.0, 0.04]]), 0.5), (np.array([[-0.5], [0.5]]), 2.0)):
        size = np.abs(heatmap) ** gamma
        known_mistakes = {
            "The signs are gone: negative relevance became positive.": size,
            "Negative relevance became 0. It is part of the explanation.": np.maximum(heatmap, 0) ** gamma,
            "The map is as it was. Raise its size to the power.": heatmap,
        }
        attempt.must_return(np.sign(heatmap) * size, known_mistakes, heatmap=heatmap, gamma=gamma)


@exercises.add(
    "The images are the same, so subtract first: one difference per image. Then mean and standard error of those.",
    "`error = difference.std(ddof=1) / np.sqrt(len(difference))`; low and high lie two of them from the mean.",
    "The first leads if low is above 0, the second if high is below 0; else neither does.",
    size="stretch",
)
def lead(attempt: Attempt) -> None:
    """Return the verdict and its reason: ("first", "second" or "neither", low, high) of the paired difference."""
    rng = np.random.default_rng(2)
    hard = rng.normal(0.5, 0.3, 12).round(2)  # how easy each image is for every method
    for gain, spread in ((0.2, 0.05), (-0.1, 0.05), (0.02, 0.2)):
        first, second = hard + gain, hard + rng.normal(0, spread, len(hard)).round(2)
        verdict, low, high = _lead(first, second)
        answer = attempt(first=first, second=second)
        if not isinstance(answer, tuple | list) or len(answer) != 3:
            raise WrongAnswerError(
                "A verdict needs its reason: return three things, the word and both ends of the interval."
            )
        word, *ends = answer
        known_mistakes = {
            "That is the mean ± 2 standard deviations: where single images lie. Divide by √n.": _ends(
                first - second, 1
            ),
            "The methods were treated as if they saw different images. Subtract image by image first.": _unpaired(
                first, second
            ),
            "The standard deviation is that of n; pass `ddof=1`, because the mean was estimated, too.": _ends(
                first - second, len(first), ddof=0
            ),
            "That is second minus first.": _ends(second - first, len(first)),
        }
        for reason, mistake in known_mistakes.items():
            if _same(ends, mistake):
                raise WrongAnswerError(reason)
        if not _same(ends, (low, high)):
            raise WrongAnswerError(
                f"For scores that differ by {np.mean(first - second):.3f} on average, the interval is {low:.3f} to "
                f"{high:.3f}, and {ends} came."
            )
        if word != verdict:
            raise WrongAnswerError(
                f"The interval {low:.3f} to {high:.3f} is right, but {word!r} is not what it says: it must be "
                f"{verdict!r}, because 0 lies {'inside' if verdict == 'neither' else 'outside'}."
            )


def _ends(difference: Floats, count: int, ddof: int = 1) -> tuple[float, float]:
    reach = 2 * difference.std(ddof=ddof) / np.sqrt(count)
    return float(difference.mean() - reach), float(difference.mean() + reach)


def _unpaired(first: Floats, second: Floats) -> tuple[float, float]:
    reach = 2 * np.sqrt((first.var(ddof=1) + second.var(ddof=1)) / len(first))
    middle = first.mean() - second.mean()
    return float(middle - reach), float(middle + reach)


def _lead(first: Floats, second: Floats) -> tuple[str, float, float]:
    low, high = _ends(first - second, len(first))
    return ("first" if low > 0 else "second" if high < 0 else "neither"), low, high


def _same(found: Sequence[Any], expected: tuple[float, float]) -> bool:
    return all(isinstance(one, Real) for one in found) and bool(np.allclose(np.asarray(found, float), expected))


@exercises.challenge(goal=GOAL, lower_is_better=True)
def fewest_pixels(cover: Callable[[Any, Any], Any]) -> float:
    """Cover as few pixels as possible of hidden images so that a network no longer finds their animal."""
    from coursekit.data import ground_truth
    from coursekit.explain import class_probabilities
    from coursekit.training import trained

    network = trained("small_pets")
    drawn = ground_truth("pets", "validation", 48)
    images = drawn.arrays()[0][drawn.labels == 1]
    images = images[class_probabilities(network, images).argmax(axis=1) == 1]
    chosen = np.asarray(Attempt(cover)(network=network, images=images))
    if chosen.shape != images.shape[:3] or chosen.dtype != bool:
        raise WrongAnswerError(
            f"An array {chosen.shape} of {chosen.dtype} came: return True or False for each pixel, {images.shape[:3]}."
        )
    covered = np.where(chosen[..., np.newaxis], images.mean(axis=(1, 2), keepdims=True), images)
    gone = class_probabilities(network, covered).argmax(axis=1) == 0
    return float(np.where(gone, chosen.mean(axis=(1, 2)), 1.0).mean())
