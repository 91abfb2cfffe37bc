"""The exercises of lesson 11."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from coursekit.check.attempt import Attempt, WrongAnswerError
from coursekit.check.differences import counter_example, numbers
from coursekit.check.exercise import Exercises
from coursekit.metrics import box_overlap as overlap_of_boxes

# The best box that is the same for all hidden animals scores 0.694, the smoothed gradient of `small_pets` 0.728
# (tests/check/test_inside.py).
GOAL = 0.72

exercises = Exercises("11_seeing_inside", __name__)
__getattr__, __dir__ = exercises.missing, exercises.names


@exercises.add(
    "`maps == 0` is True wherever a map says nothing. The mean of True and False is the share of True.",
    "Each map keeps its own number: average over images, rows and columns, which are the axes 0, 1 and 2.",
    "`(maps == 0).mean(axis=(0, 1, 2))`",
    size="warm-up",
)
def sparsity(attempt: Attempt) -> None:
    """Return for each of K maps the share of its values that are zero, from maps (n, height, width, K)."""
    rng = np.random.default_rng(4)
    for shape in ((2, 2, 3, 2), (3, 4, 2, 5)):
        maps = np.round(np.maximum(rng.normal(size=shape), 0), 1)
        zero = maps == 0
        known_mistakes: dict[str, Any] = {
            "That is one number for all maps. Each map has its own: leave the last axis out of the mean.": zero.mean(),
            "That is the share of what is *not* zero.": (~zero).mean(axis=(0, 1, 2)),
            "That counts the zeros. Divide by how many values a map has.": zero.sum(axis=(0, 1, 2)),
            "That is one number an image. One for each map is asked for: the last axis stays.": zero.mean(
                axis=(1, 2, 3)
            ),
            "That is one for each map and image. Average over the images too.": zero.mean(axis=(1, 2)),
            "That is how large the maps are on average, not how often they are zero.": maps.mean(axis=(0, 1, 2)),
        }
        attempt.must_return(zero.mean(axis=(0, 1, 2)), known_mistakes, maps=maps)


@exercises.add(
    "Which way is uphill? The gradient points there, so add it.",
    "Its size is the root of the mean square: `np.sqrt(np.mean(gradient**2))`. Dividing by it makes every step equal.",
    "`np.clip(image + rate * gradient / size, 0, 1)`",
    size="core",
)
def ascent_step(attempt: Attempt) -> None:
    """Return the image one normalised step uphill, kept between 0 and 1."""
    rng = np.random.default_rng(8)
    for shape in ((2, 3), (3, 2, 3)):
        image, gradient = rng.random(shape).round(1), (4 * rng.normal(size=shape)).round(1)
        size = np.sqrt(np.mean(gradient**2))
        rate = 0.3
        known_mistakes = {
            "The gradient is not normalised: the step would be tiny in one layer and huge in the next.": np.clip(
                image + rate * gradient, 0, 1
            ),
            "Pixels leave the range of an image. Keep them between 0 and 1.": image + rate * gradient / size,
            "It is divided by the largest slope. Divide by the root of the mean square.": np.clip(
                image + rate * gradient / np.abs(gradient).max(), 0, 1
            ),
            "It is divided by the length of the gradient, which grows with the image. Take the mean, not the sum.": (
                np.clip(image + rate * gradient / np.sqrt(np.sum(gradient**2)), 0, 1)
            ),
            "That is the step alone. Add it to the image.": rate * gradient / size,
        }
        expected = np.clip(image + rate * gradient / size, 0, 1)
        given: dict[str, Any] = {"image": image, "gradient": gradient, "rate": rate}
        answer = numbers(attempt(**given))
        # Each pixel against its slope: said first, whatever else is wrong.
        if answer is not None and answer.shape == image.shape and _is_downhill(answer - image, gradient):
            raise WrongAnswerError(
                "That is downhill: the image would silence the filter. The gradient points uphill, so add it.",
                counter_example(given, answer, expected),
            )
        attempt.must_return(expected, known_mistakes, **given)


@exercises.add(
    "Each map has a weight for each class: those for this class stand in one *column*, `weights[:, label]`.",
    "Multiply every map by its weight and add up over the maps, the last axis.",
    "`(maps * weights[:, label]).sum(axis=-1)`, or shorter `maps @ weights[:, label]`.",
    size="core",
)
def class_activation_map(attempt: Attempt) -> None:
    """Return CAM (height, width) from maps (height, width, K) and the dense layer's weights (K, classes)."""
    rng = np.random.default_rng(7)
    for shape, classes, label in (((2, 3, 2), 2, 1), ((3, 2, 4), 4, 0)):
        maps, weights = rng.random(shape).round(1), rng.normal(size=(shape[-1], classes)).round(1)
        expected = maps @ weights[:, label]
        known_mistakes: dict[str, Any] = {
            "What speaks against the class is gone. CAM keeps it: its mean is the score.": np.maximum(expected, 0),
            "That is the mean over the maps. They are added up.": expected / shape[-1],
            "That is the score of the class, without its places: average over rows and columns comes later.": float(
                expected.mean()
            ),
            "The maps are not weighted.": maps.sum(axis=-1),
            "That is the map of another class: `weights[:, label]` is the column of this one.": maps
            @ weights[:, (label + 1) % classes],
            "It is divided by its largest value. Leave that to the figure.": expected / expected.max(),
        }
        if weights.shape[0] > label and weights.shape[0] == classes:
            known_mistakes["That takes a row of the weights. A class is a column."] = maps @ weights[label]
        attempt.must_return(expected, known_mistakes, maps=maps, weights=weights, label=label)


@exercises.add(
    "Mark the box first: `inside = np.zeros((*image.shape[:2], 1), bool)`, then True from `row` to `row + height`.",
    "`np.where(inside, image, 0.5)` keeps the box and makes new pixels of the rest. What covers the box?",
    "Stack three images, whole, alone and covered, and ask once: `activation(np.stack([…]))`. Divide by the first.",
    size="stretch",
)
def alone_and_covered(attempt: Attempt) -> None:
    """Return which shares of an activation are left if only a box is seen, and if only the box is covered with grey."""
    rng = np.random.default_rng(10)
    activation = _Weighted()
    for (height, width), box in (((3, 4), (0, 1, 2, 3)), ((6, 5), (1, 2, 3, 2)), ((4, 6), (2, 0, 1, 4))):
        image = rng.random((height, width, 3)).round(1)
        inside = np.zeros((height, width, 1), bool)
        row, column, rows, columns = box
        inside[row : row + rows, column : column + columns] = True
        ends, turned = np.zeros_like(inside), np.zeros_like(inside)
        ends[row:rows, column:columns] = True
        turned[column : column + columns, row : row + rows] = True

        def left(mask: NDArray[Any], fill: float = 0.5, image: NDArray[Any] = image) -> NDArray[Any]:
            alone, covered = np.where(mask, image, fill), np.where(mask, fill, image)
            shares: NDArray[Any] = activation(np.stack([alone, covered])) / activation(image[np.newaxis])
            return shares

        whole = activation(image[np.newaxis])
        grey = activation(np.full((1, *image.shape), 0.5)) / whole
        expected = left(inside)
        known_mistakes: dict[str, Any] = {
            "The two shares stand the wrong way round: first what is left with the box alone.": expected[::-1],
            "Those are the activations. Divide each by that of the whole image.": expected * whole,
            "That is what was lost. Return what is left.": 1 - expected,
            "What is missing is black. Make it grey, 0.5.": left(inside, 0.0),
            "The box is read as two corners. Its last two numbers are its height and width.": left(ends),
            "Rows and columns are swapped: the box begins with its row.": left(turned),
            "The second image was made of the first, so that nothing of the photograph is left. Begin each with a "
            "copy of the whole image.": (expected[0], grey.item()),
            "`image` itself was covered, so that no whole image is left to divide by. Cover a copy.": (
                expected[0] / expected[1],
                1.0,
            ),
        }
        attempt.must_return(expected, known_mistakes, activation=activation, image=image, box=box)


@exercises.add(
    "Grad-CAM takes the mean of the gradient first. Here nothing is averaged.",
    "Multiply the two arrays number by number, then add up over the maps, the last axis.",
    "`(maps * gradient).sum(axis=-1)`",
    size="core",
)
def place_by_place(attempt: Attempt) -> None:
    """Return HiResCAM (height, width) from maps and their gradient, both (height, width, K)."""
    rng = np.random.default_rng(9)
    for shape in ((2, 3, 2), (3, 2, 4)):
        maps, gradient = rng.random(shape).round(1), rng.normal(size=shape).round(1)
        product = maps * gradient
        known_mistakes: dict[str, Any] = {
            "That is Grad-CAM: the gradient was averaged over the places first.": maps @ gradient.mean(axis=(0, 1)),
            "What speaks against the class is gone. Keep the signs.": np.maximum(product.sum(axis=-1), 0),
            "That is LayerCAM: only positive gradients were kept.": (maps * np.maximum(gradient, 0)).sum(axis=-1),
            "One map is asked for, not one for each feature map. Add up over the last axis.": product,
            "That is one number. Add up over the maps only, so that the places stay.": float(product.sum()),
            "That is the mean over the maps. They are added up.": product.mean(axis=-1),
        }
        attempt.must_return(product.sum(axis=-1), known_mistakes, maps=maps, gradient=gradient)


@exercises.add(
    "The shared part begins at the larger of the two first rows and ends at the smaller of the two ends.",
    "`height = min(r1 + h1, r2 + h2) - max(r1, r2)`, and not below 0. The same for the width.",
    "Union: both areas less what they share, which would else be counted twice.",
    size="core",
)
def box_overlap(attempt: Attempt) -> None:
    """Return intersection over union of two boxes (row, column, height, width)."""
    pairs = (
        ((0, 0, 6, 6), (2, 3, 4, 4)),
        ((1, 2, 5, 3), (1, 2, 5, 3)),
        ((0, 0, 2, 3), (5, 7, 4, 2)),
        ((0, 0, 8, 10), (2, 1, 3, 4)),
        ((0, 5, 4, 3), (6, 0, 3, 4)),
    )
    for first, second in pairs:
        expected = overlap_of_boxes(first, second)
        (r1, c1, h1, w1), (r2, c2, h2, w2) = first, second
        height, width = min(r1 + h1, r2 + h2) - max(r1, r2), min(c1 + w1, c2 + w2) - max(c1, c2)
        shared = max(0, height) * max(0, width)
        known_mistakes = {
            "Boxes apart share nothing: two negative sides multiply to a positive area. Cut each side off at 0.": (
                height * width / (h1 * w1 + h2 * w2 - height * width)
            ),
            "What both share is counted twice in the union.": shared / (h1 * w1 + h2 * w2),
            "That is the area that they share. Divide it by the area of both together.": float(shared),
            "It is divided by the first box. Divide by what both cover together.": shared / (h1 * w1),
            "It is divided by the smaller box: a small box within a large one would count as perfect.": shared
            / min(h1 * w1, h2 * w2),
        }
        attempt.must_return(expected, known_mistakes, first=first, second=second)


@exercises.add(
    "Ascent raises the activation, descent lowers it. Compare the last number with the first.",
    "Two things are asked for: the verdict, and the change that is its reason.",
    '`change = heights[-1] - heights[0]`, then `("code" if change > 0 else "words"), change`',
    size="warm-up",
)
def who_is_right(attempt: Attempt) -> None:
    """Return "code" where the activations climb and "words" where they descend, with the change from first to last."""
    for heights in ([0.5, 1.0, 2.5], [2.0, 1.5, 0.25], [1.0, 0.5, 1.5], [1.0, 1.5, 0.5]):
        change = heights[-1] - heights[0]
        verdict = "code" if change > 0 else "words"
        answer = attempt(heights=heights)
        if answer is None:
            raise WrongAnswerError("Nothing was returned. Return the verdict and the change.")
        if not isinstance(answer, tuple) or len(answer) != 2:
            raise WrongAnswerError(
                "A verdict needs its reason: return two things, the word and the change, as in `return word, change`."
            )
        word, reason = answer
        if word not in ("code", "words"):
            raise WrongAnswerError(f'The verdict is {word!r}: it must be "code" or "words".')
        if word != verdict:
            raise WrongAnswerError(
                f"For {heights} it says {word!r}, but from first to last the activation changes by {change:+g}. Ascent "
                "raises the activation; the code adds the gradient, and so ascends. A step between may go either way."
            )
        if not isinstance(reason, Real) or not np.isclose(float(reason), change):
            raise WrongAnswerError(
                f"The verdict is right, its reason is not: for {heights} the change from first to last is {change:+g}, "
                f"and {reason!r} came."
            )


@exercises.challenge(goal=GOAL, lower_is_better=False)
def beat_the_middle(find_boxes: Callable[[Any], Sequence[Any]]) -> float:
    """Frame 24 hidden synthetic animals, from images (n, 150, 150, 3), better than any box that is the same for all."""
    from coursekit.plot import heatmap_box
    from coursekit.synthetic import pets

    drawn = pets.draw(24, size=150, seed=12)
    boxes = Attempt(find_boxes)(images=(drawn.images / 255).astype(np.float32))
    if len(boxes) != len(drawn.images):
        raise WrongAnswerError(f"{len(boxes)} boxes came for {len(drawn.images)} images: return one for each.")
    truth = [heatmap_box(mask, share=1) for mask in drawn.masks]
    return float(np.mean([overlap_of_boxes(*pair) for pair in zip(boxes, truth, strict=True)]))


class _Weighted:
    """An activation that no two boxes share: the sum of all values, each times 1 + its row + 2 · its column."""

    def __call__(self, images: ArrayLike) -> NDArray[Any]:
        """Return a number for each of n images; ValueError for anything else."""
        batch = np.asarray(images)
        if batch.ndim != 4:
            raise ValueError(f"activation takes images (n, height, width, 3), and an array of shape {batch.shape} came")
        rows, columns = np.ogrid[: batch.shape[1], : batch.shape[2]]
        sums: NDArray[Any] = np.einsum("nhwc,hw->n", batch, 1.0 + rows + 2 * columns)
        return sums

    def __repr__(self) -> str:
        return "the sum of all values, each times 1 + its row + 2 · its column"


def _is_downhill(step: NDArray[Any], gradient: NDArray[Any]) -> bool:
    uphill = step * gradient
    return bool((uphill <= 0).all() and (uphill < 0).any())
