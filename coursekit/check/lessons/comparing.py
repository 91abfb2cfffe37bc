"""The exercises of lesson 12."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from coursekit.check.attempt import Attempt
from coursekit.check.exercise import Exercises

exercises = Exercises("12_comparing_explanations", __name__)
__getattr__, __dir__ = exercises.missing, exercises.names

Array = NDArray[np.float64]

_HIDDEN = 40  # images, every second one with an animal


class _Known:
    """A function of images that the learner's function is given; it says what it computes where it is shown."""

    def __init__(self, compute: Callable[[Array], Array], words: str) -> None:
        self.compute, self.words = compute, words

    def __call__(self, images: Array) -> Array:
        return self.compute(np.asarray(images, np.float64))

    def __repr__(self) -> str:
        return f"<{self.words}>"


@exercises.add(
    "Two loops, over the upper and the left edges of the patches: `range(0, height, patch)`.",
    "Cover a *copy*: `covered = image.copy()`, then `covered[place] = reference[place]`.",
    "The heat of a whole patch is the fall: `score(image[np.newaxis])[0] - score(covered[np.newaxis])[0]`.",
    size="core",
)
def occlusion_map(attempt: Attempt) -> None:
    """Return by how much the score falls when the patch around each pixel shows the reference image."""
    rng = np.random.default_rng(1)
    for shape, patch in (((2, 4, 1), 2), ((4, 6, 3), 2)):
        image, reference = (np.round(rng.random(shape), 1) for _ in range(2))
        weights = np.round(rng.normal(size=shape), 1)

        def compute(images: Array, weights: Array = weights) -> Array:
            totals: Array = (images * weights).reshape(len(images), -1).sum(axis=1)
            return totals + totals**2

        score = _Known(compute, "the score of each image of a batch (n, height, width, channels)")
        heat, kept = _occluded(score, image, reference, patch), _occluded(score, image, reference, patch, keep=True)
        known_mistakes: dict[str, Any] = {
            "The sign is the wrong way round: where the score *falls*, the patch spoke for the class.": -heat,
            "The patch shows 0, not the reference image.": _occluded(score, image, np.zeros_like(image), patch),
            "What was covered stays covered: the image itself is changed. Cover a copy.": kept,
            "That is the score of the covered image. How far did it fall?": float(score(image[np.newaxis])[0]) - heat,
            "The sign is gone. Below zero the score *rises* when the patch is covered.": np.abs(heat),
            "The fall is shared out among the pixels of the patch. Give each of them the whole fall.": heat / patch**2,
        }
        attempt.must_return(heat, known_mistakes, score=score, image=image, reference=reference, patch=patch)


@exercises.add(
    "The points on the way: `reference + a * (image - reference)` for a in the *middle* of each of the steps.",
    "`a = (np.arange(steps) + 0.5) / steps`. Pass all points to `gradient` as one batch, then take the mean over them.",
    "`((image - reference) * gradient(points).mean(axis=0)).sum(axis=-1)`.",
    size="core",
)
def path_attributions(attempt: Attempt) -> None:
    """Return integrated gradients of one image: what each pixel adds on the way from the reference to the image."""
    rng = np.random.default_rng(2)
    for shape, steps in (((2, 2, 1), 2), ((3, 4, 3), 5)):
        image, reference = (np.round(rng.random(shape), 1) for _ in range(2))
        weights = np.round(rng.normal(size=shape), 1)

        def compute(images: Array, weights: Array = weights) -> Array:
            slopes: Array = 3 * weights * images**2
            return slopes

        gradient = _Known(compute, "the gradient of the score, in the shape of the batch it gets")
        way = image - reference
        places = (np.arange(steps) + 0.5) / steps

        def mean(
            where: Array,
            gradient: _Known = gradient,
            reference: Array = reference,
            way: Array = way,
            shape: tuple[int, ...] = shape,
        ) -> Array:
            average: Array = gradient(reference + where.reshape(-1, *[1] * len(shape)) * way).mean(axis=0)
            return average

        whole = way * mean(places)
        known_mistakes: dict[str, Any] = {
            "That is the mean gradient. Multiply it with the way, `image - reference`.": mean(places).sum(axis=-1),
            "It is multiplied with the image. The way starts at the reference.": (image * mean(places)).sum(axis=-1),
            "All gradients are taken at the image: that is gradient × (image − reference), one step.": (
                way * gradient(image[np.newaxis])[0]
            ).sum(axis=-1),
            "The points are the *ends* of the steps. Take their middles.": (
                way * mean(np.arange(1, steps + 1) / steps)
            ).sum(axis=-1),
            "The points are the *starts* of the steps. Take their middles.": (way * mean(np.arange(steps) / steps)).sum(
                axis=-1
            ),
            "The gradients are added up. Take their mean.": steps * whole.sum(axis=-1),
            "The channels stand apart still. Sum over the last axis.": whole,
            "The way is walked from the image to the reference: the sign is the wrong way round.": -whole.sum(axis=-1),
        }
        attempt.must_return(
            whole.sum(axis=-1), known_mistakes, gradient=gradient, image=image, reference=reference, steps=steps
        )


@exercises.add(
    "The weight of a map is the mean of its gradients: `gradients.mean(axis=(0, 1))`, one number per map.",
    "Against the class, every weight changes its sign, *before* the maps are summed and the ReLU comes.",
    "Last the ReLU in both cases: `np.maximum((maps * weights).sum(axis=-1), 0)`.",
    size="warm-up",
)
def for_or_against(attempt: Attempt) -> None:
    """Return Grad-CAM of one image, from maps and gradients (height, width, K): what speaks for a class or against."""
    rng = np.random.default_rng(3)
    for shape, against in (((2, 3, 2), False), ((2, 3, 2), True), ((4, 5, 3), True), ((4, 5, 3), False)):
        maps = np.round(2 * rng.random(shape), 1)
        gradients = np.round(rng.normal(0.1, 1, size=shape), 1)
        gradients[..., 0] += 1  # one map speaks for the class, and one against it
        gradients[..., -1] -= 1
        sign = -1 if against else 1
        weights = sign * gradients.mean(axis=(0, 1))
        total = (maps * weights).sum(axis=-1)
        relu_of_other = np.maximum(-total, 0)
        known_mistakes: dict[str, Any] = {
            "The ReLU is missing: below zero lies what speaks for the other side.": total,
            "That is what speaks *for* the class, and against it was asked."
            if against
            else "That is what speaks *against* the class, and for it was asked.": relu_of_other,
            "The ReLU came before the sign: turn the weights around first, then drop what is negative.": -relu_of_other,
            "The ReLU comes too early. Sum the maps first, then drop what is negative.": (
                np.maximum(maps * weights, 0).sum(axis=-1)
            ),
            "Gradients times maps, place by place: that is HiResCAM. Take the mean of the gradients first.": (
                np.maximum(sign * (maps * gradients).sum(axis=-1), 0)
            ),
            "The gradients are summed, not averaged.": np.maximum(
                sign * (maps * gradients.sum(axis=(0, 1))).sum(axis=-1), 0
            ),
            "The maps are averaged, not summed.": np.maximum((maps * weights).mean(axis=-1), 0),
            "The weights are without their sign. A map whose mean gradient is negative speaks against the class.": (
                (maps * np.abs(weights)).sum(axis=-1)
            ),
        }
        attempt.must_return(np.maximum(total, 0), known_mistakes, maps=maps, gradients=gradients, against=against)


@exercises.add(
    "First what reaches each neuron above: `z = inputs @ weights + biases`.",
    "Push z away from 0: `z + epsilon * np.where(z >= 0, 1, -1)`. Then `share = relevance / z`.",
    "Each input gets `inputs * (weights @ share)`.",
    size="core",
)
def lrp_epsilon(attempt: Attempt) -> None:
    """Return the relevance (J,) of the inputs of a dense layer, from that of its outputs (K,), by the epsilon rule."""
    # The first case is the hidden layer of the network of three neurons.
    cases = [(np.array([1.0, 2.0]), np.array([[1.0, -1.0], [1.0, 1.0]]), np.zeros(2), np.array([6.0, -1.0]), 0.0)]
    rng = np.random.default_rng(4)
    for size in ((3, 2), (2, 4)):
        weights = np.round(rng.normal(size=size), 1)
        inputs, relevance = np.round(0.1 + rng.random(size[0]), 1), np.round(rng.normal(size=size[1]), 1)
        cases.append((inputs, weights, np.round(rng.normal(size=size[1]), 1), relevance, 0.25))
    for inputs, weights, biases, relevance, epsilon in cases:
        z = inputs @ weights + biases
        sign = np.where(z >= 0, 1, -1)
        parts = inputs[:, np.newaxis] * weights
        with np.errstate(divide="ignore", invalid="ignore"):
            known_mistakes: dict[str, Any] = {
                "Epsilon is added to negative z, too, and brings it nearer to 0: add it with z's sign.": (
                    parts @ (relevance / (z + epsilon))
                ),
                "Epsilon is missing.": parts @ (relevance / z),
                "The biases are missing in z. They take their share, and nobody inherits it.": (
                    parts @ (relevance / (inputs @ weights + epsilon * np.where(inputs @ weights >= 0, 1, -1)))
                ),
                "The inputs are missing: what is handed down is `inputs * weights`, not the weights.": (
                    weights @ (relevance / (z + epsilon * sign))
                ),
                "Relevance is shared out without dividing by z: it is not conserved.": parts @ relevance,
                "These are the parts from each output. Add up what an input inherits from all of them.": (
                    parts * (relevance / (z + epsilon * sign))
                ),
            }
        attempt.must_return(
            parts @ (relevance / (z + epsilon * sign)),
            known_mistakes,
            inputs=inputs,
            weights=weights,
            biases=biases,
            relevance=relevance,
            epsilon=epsilon,
        )


@exercises.add(
    "Keep only what helps: `positive = np.maximum(weights, 0)`. The inputs are 0 or more.",
    "`z = inputs @ positive`, without biases. Where z is 0 nobody can inherit: take 0 there.",
    "`share = np.divide(relevance, z, out=np.zeros_like(z), where=z > 0)`, then `inputs * (positive @ share)`.",
    size="stretch",
)
def lrp_z_plus(attempt: Attempt) -> None:
    """Return the relevance (J,) of inputs of 0 or more, by the z⁺ rule: only positive parts inherit."""
    cases = [(np.array([1.0, 2.0]), np.array([[1.0, -1.0], [1.0, 1.0]]), np.array([5.0, 0.0]))]
    rng = np.random.default_rng(5)
    for size in ((3, 2), (2, 4)):
        weights = np.round(rng.normal(size=size), 1)
        weights[:, -1] = -np.abs(weights[:, -1])  # a neuron that nothing speaks for
        cases.append((np.round(0.1 + rng.random(size[0]), 1), weights, np.round(rng.random(size[1]), 1)))
    for inputs, weights, relevance in cases:
        positive = np.maximum(weights, 0)
        z, all_z = inputs @ positive, inputs @ weights
        share = np.divide(relevance, z, out=np.zeros_like(z), where=z > 0)
        with np.errstate(divide="ignore", invalid="ignore"):
            known_mistakes: dict[str, Any] = {
                "Negative weights take part: that is the rule of the last exercise. Keep only the positive ones.": (
                    inputs * (weights @ (relevance / all_z))
                ),
                "z is that of all weights. Divide by the sum of what inherits, so that nothing is lost.": (
                    inputs * (positive @ (relevance / all_z))
                ),
                "The inputs are missing: what is handed down is `inputs * positive`.": positive @ share,
            }
        attempt.must_return(
            inputs * (positive @ share), known_mistakes, inputs=inputs, weights=weights, relevance=relevance
        )


@exercises.add(
    "The classes are the *last* axis: image i needs `values[i, ..., labels[i]]`.",
    "A loop over the images, or `values[np.arange(len(labels)), ..., labels]`, which pairs images and labels.",
    size="core",
)
def values_of_labels(attempt: Attempt) -> None:
    """Return the SHAP values of each image for its own label, (n, height, width, channels)."""
    rng = np.random.default_rng(6)
    for shape, labels in (((2, 1, 2, 1, 3), [2, 1]), ((3, 2, 3, 3, 4), [3, 1, 2])):
        values, own = np.round(rng.normal(size=shape), 1), np.array(labels)
        expected = np.stack([values[i, ..., label] for i, label in enumerate(own)])
        known_mistakes: dict[str, Any] = {
            "These are class 0's values for every image: the bug of the book.": values[..., 0],
            "Every image gets the class of the first one.": values[..., own[0]],
            "These are the values of all labels for every image. Each image needs one: its own.": values[..., own],
        }
        attempt.must_return(expected, known_mistakes, values=values, labels=own)


def _occluded(score: _Known, image: Array, reference: Array, patch: int, *, keep: bool = False) -> Array:
    heat = np.zeros(image.shape[:2])
    whole, covered = float(score(image[np.newaxis])[0]), image.copy()
    for top in range(0, image.shape[0], patch):
        for left in range(0, image.shape[1], patch):
            place = slice(top, top + patch), slice(left, left + patch)
            covered = covered if keep else image.copy()
            covered[place] = reference[place]
            heat[place] = whole - float(score(covered[np.newaxis])[0])
    return heat


@exercises.challenge(goal=0.8)
def beat_the_blob(explainer: Callable[..., Any]) -> float:
    """Explain hidden images of pets. Your score is the relevance rank accuracy, a mean over the images."""
    from coursekit import data, explain, training

    split = data.ground_truth("pets", "validation", count=_HIDDEN)
    model, images = training.trained("small_pets"), split.arrays()[0]
    assert split.masks is not None
    shown = split.masks.any(axis=(1, 2)) & (explain.explained_classes(model, images) == 1)
    heatmaps = np.asarray(explainer(model, images[shown]))
    return float(explain.evaluate.relevance_rank_accuracy(heatmaps, split.masks[shown]).mean())
