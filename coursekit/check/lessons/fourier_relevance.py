"""The exercises of lesson 14."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from coursekit.check.attempt import Attempt, WrongAnswerError
from coursekit.check.exercise import Exercises

exercises = Exercises("14_fourier_relevance", __name__)
__getattr__, __dir__ = exercises.missing, exercises.names

_MOST_KERNELS = 8


@exercises.add(
    "Two factors for each branch: how y changes with g, and how g changes with x. g⁵ changes by 5·g⁴.",
    "dg/dx is `b` itself. Multiply the factors branch by branch; x moves all branches at once, so the products add up.",
    "`np.sum(5 * (x * b) ** 4 * b)`",
    size="warm-up",
)
def chain_rule(attempt: Attempt) -> None:
    """Return dy/dx of y = Σ g⁵ with g = x · b, for a number x and several numbers b."""
    for x, b in ((3, [3, 4]), (2, [1, -1, 2]), (1.5, [2.0])):
        factors = np.asarray(b)
        g = x * factors
        known_mistakes: dict[str, Any] = {
            "dg/dx is missing: how much does g change when x does? Multiply by it before you add up.": (5 * g**4).sum(),
            "That is y itself. How much does it change with x?": (g**5).sum(),
            "Each branch has its own product, and they are right. x moves all of them: add them up.": 5
            * g**4
            * factors,
            "The exponent has not become one less: g⁵ changes by 5·g⁴.": (5 * g**5 * factors).sum(),
            "The 5 in front is missing: g⁵ changes by 5·g⁴.": (g**4 * factors).sum(),
            "First multiply branch by branch, then add up. Here it was the other way round.": (5 * g**4).sum()
            * factors.sum(),
            "g changes with x by b; x is the other factor.": (5 * g**4 * x).sum(),
        }
        attempt.must_return((5 * g**4 * factors).sum(), known_mistakes, x=x, b=factors)


@exercises.add(
    "Begin with zeros: the image's size and half a kernel on each side, `np.zeros((h + 2 * r, w + 2 * r))`.",
    "Go through all places of the map. Each adds its slope, times the kernel as it is, to the pixels under the kernel.",
    "`around[i : i + size, j : j + size] += slopes[i, j] * kernel`; at last cut the border off.",
    size="core",
)
def slopes_of_image(attempt: Attempt) -> None:
    """Return dy/dx (height, width) from dy/dg of one map with "same" padding and its square kernel of odd size."""
    rng = np.random.default_rng(14)
    for shape, size in (((3, 4), 3), ((6, 5), 5)):
        slopes = rng.integers(-3, 4, shape).astype(float)
        kernel = rng.integers(-3, 4, (size, size)).astype(float)
        known_mistakes = {
            "That is the way there, a correlation. On the way back each slope is spread out over the pixels that the "
            "kernel touched: kernels lie as they are, only the roles are changed.": _spread(slopes, kernel[::-1, ::-1]),
            "The kernel lies on its side. Spread it out as it is.": _spread(slopes, kernel.T),
            "Where two kernels overlap, their values add up: write += in place of =.": _spread(slopes, kernel, False),
            "That is the slope at one place times the sum of the kernel. Shift the kernel to each place.": slopes
            * kernel.sum(),
        }
        attempt.must_return(_spread(slopes, kernel), known_mistakes, slopes=slopes, kernel=kernel)


@exercises.add(
    "How far is each pixel from its root point, and how much does the score change for each step of that pixel?",
    "From the root *to* the image: `image - root`.",
    "`slope * (image - root)`",
    size="warm-up",
)
def taylor_map(attempt: Attempt) -> None:
    """Return the relevance of each pixel: the slope times the way from the root point to the image."""
    rng = np.random.default_rng(41)
    for shape in ((2, 3), (4, 3)):
        slope = np.round(rng.normal(size=shape), 1)
        image, root = (np.round(rng.random(shape), 1) for _ in range(2))
        way = image - root
        known_mistakes: dict[str, Any] = {
            "The way leads from the root to the image, not back: the signs are turned around.": -slope * way,
            "The root is missing: that is the relevance with black as the root.": slope * image,
            "The signs are gone. A pixel may speak against the class.": np.abs(slope * way),
            "That is the sum. Return a map: a number for each pixel.": (slope * way).sum(),
            "The slope is missing: how much does the score change with this pixel?": way,
        }
        attempt.must_return(slope * way, known_mistakes, slope=slope, image=image, root=root)


@exercises.add(
    "What the map sums to, and what the score really changed by: how far apart are they?",
    "As a share of the change, and without a sign: `abs(…) / abs(change)`.",
    "`abs(change - relevance.sum()) / abs(change)`",
    size="core",
)
def missed_share(attempt: Attempt) -> None:
    """Return how much of the score's change a relevance map misses, as a share of the change."""
    for relevance, change in (
        ([[1.0, 2.0, 0.5], [0.5, -1.0, 0.0]], 4.0),
        ([[-2.0, 0.5], [-1.0, 0.0], [0.5, 1.0]], -0.8),
    ):
        values = np.asarray(relevance)
        left = change - values.sum()
        known_mistakes = {
            "That is what is missed, in units of the score. Divide it by the change.": abs(left),
            "A share has no sign here: too much is as wrong as too little.": left / change,
            "Divide by what the score really changed by, not by what the map sums to.": abs(left / values.sum()),
            "That is what the map explains. How much does it miss?": values.sum() / change,
            "Those are percentages. Return a fraction: 1 is all.": 100 * abs(left / change),
        }
        attempt.must_return(abs(left / change), known_mistakes, relevance=values, change=change)


@exercises.add(
    "With all maps a unit's sum is `shares.sum(axis=0) + bias`. With a map switched off, its row is missing from it.",
    "`shares.sum(axis=0) - shares` does that for all maps at once: row c is the sum of all rows but c.",
    "`np.maximum(shares.sum(axis=0) - shares + bias, 0) @ weights`",
    size="core",
)
def logits_without_each(attempt: Attempt) -> None:
    """Return the logits with each map switched off in turn, (maps, classes), without a loop over forward passes."""
    rng = np.random.default_rng(7)
    for count, units, classes in ((3, 4, 2), (5, 3, 4)):
        shares = rng.integers(-4, 5, (count, units)).astype(float)
        bias, weights = rng.integers(-2, 3, units).astype(float), rng.integers(-3, 4, (units, classes)).astype(float)
        whole = shares.sum(axis=0)
        known_mistakes = {
            "Those are the logits with one map alone: all others are switched off.": np.maximum(shares + bias, 0)
            @ weights,
            "The ReLU is missing: sums below 0 become 0.": (whole - shares + bias) @ weights,
            "The bias is missing. It belongs to the unit, whatever maps there are.": np.maximum(whole - shares, 0)
            @ weights,
            "Those are the logits of the whole network, with no map switched off.": np.maximum(whole + bias, 0)
            @ weights,
            "That is by how much the logits change. Return the logits.": np.maximum(whole + bias, 0) @ weights
            - np.maximum(whole - shares + bias, 0) @ weights,
            "Those are the units. Behind them are the weights of the last layer.": np.maximum(whole - shares + bias, 0),
        }
        expected = np.maximum(whole - shares + bias, 0) @ weights
        attempt.must_return(expected, known_mistakes, shares=shares, bias=bias, weights=weights)


@exercises.add(
    "`errors[0]` is the error with no map, `errors[1]` with one. Where is the first that is below the tolerance?",
    "`errors < tolerance` is an array of True and False, and `argmax` finds its first True.",
    "`int(np.argmax(errors < tolerance))`",
    size="core",
)
def maps_needed(attempt: Attempt) -> None:
    """Return how many maps are needed until the error is below the tolerance for the first time."""
    cases = (([1.0, 0.7, 0.28, 0.35, 0.1, 0.05, 0.02, 0.0], 0.3), ([1.0, 0.95, 0.9, 0.5, 0.25, 0.0], 0.5))
    for listed, tolerance in cases:
        errors = np.asarray(listed)
        below = errors < tolerance
        first, count = int(below.argmax()), len(errors)
        known_mistakes: dict[str, Any] = {
            "That is one too many: errors[0] is the error with no map at all.": first + 1,
            "That is one too few: the error there is not below the tolerance yet.": first - 1,
            "That is where the error stays below for good. The first time is asked for.": count
            - int((~below)[::-1].argmax()),
            "That is how many errors are below the tolerance. Where is the first?": int(below.sum()),
            "Below means less than the tolerance; equal is not enough.": int((errors <= tolerance).argmax()),
            "That is the error. How many maps stand there?": errors[first],
        }
        attempt.must_return(first, known_mistakes, errors=errors, tolerance=tolerance)


@exercises.add(
    "Restart the kernel in your mind: which names does your function use that it neither takes nor makes?",
    "gᵖ changes by p·gᵖ⁻¹, and g = x · b changes by b when x does.",
    "`power * g ** (power - 1) * b`, summed over the branches; y is `np.sum(g**power)`.",
    size="warm-up",
)
def mended(attempt: Attempt) -> None:
    """Return y and dy/dx of y = Σ gᵖ with g = x · b, for any power p."""
    for x, b, power in ((3, [3, 4], 5), (2, [1, -1, 2], 3), (2, [1.0, 3.0], 4)):
        factors = np.asarray(b)
        g = x * factors
        outer = power * g ** (power - 1)
        y, slope = (g**power).sum(), (outer * factors).sum()
        known_mistakes: dict[str, NDArray[Any]] = {
            "y is Σ (g + p) here. The power is meant: gᵖ.": np.array([(g + power).sum(), slope]),
            "y is right. In dy/dx the factor dg/dx is 1; g = x · b changes by b.": np.array([y, outer.sum()]),
            "y is right. In dy/dx the factor dg/dx is x; g = x · b changes by b.": np.array([y, (outer * x).sum()]),
            "That is the derivative for the power 5. Here the power is an argument.": np.array(
                [y, (5 * g**4 * factors).sum()]
            ),
            "y is right. The exponent has not become one less: gᵖ changes by p·gᵖ⁻¹.": np.array(
                [y, (power * g**power * factors).sum()]
            ),
            "Both are right, but the wrong way round: first y, then dy/dx.": np.array([slope, y]),
        }
        attempt.must_return(np.array([y, slope]), known_mistakes, x=x, b=factors, power=power)


@exercises.challenge(goal=0.2, lower_is_better=True)
def eight_kernels(kernels: Sequence[int], factor: float) -> float:
    """Come near to the logits with 8 of 32 maps, all multiplied by one factor: the error on 100 digits, as a share."""
    from coursekit import data
    from coursekit.fourier import FourierNet3
    from coursekit.training import trained

    chosen = np.unique(np.asarray(kernels, int))
    if len(chosen) > _MOST_KERNELS or not set(chosen.tolist()) <= set(range(32)):
        raise WrongAnswerError(f"Pass at most {_MOST_KERNELS} numbers of kernels, from 0 to 31, and a factor.")
    net = FourierNet3(trained("fourier_mnist_narrow"))
    digits = data.add_noise(data.select_classes(data.load("mnist"), ("1", "7")))
    maps = net.maps(digits.test.arrays(limit=100)[0])
    kept = np.zeros_like(maps)
    kept[..., chosen] = factor * maps[..., chosen]
    logits = net.tail(maps)
    return round(float(np.abs(net.tail(kept) - logits).mean() / np.abs(logits).mean()), 3)


def _spread(slopes: NDArray[Any], kernel: NDArray[Any], add: bool = True) -> NDArray[Any]:
    """Lay a kernel around every place, times its slope, and add up; or let the later one win."""
    (height, width), size = slopes.shape, len(kernel)
    around = np.zeros((height + size - 1, width + size - 1))
    for (i, j), slope in np.ndenumerate(slopes):
        under = around[i : i + size, j : j + size]
        under[:] = slope * kernel + (under if add else 0)
    half = size // 2
    return around[half : half + height, half : half + width]
