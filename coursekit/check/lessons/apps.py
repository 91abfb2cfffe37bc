"""The exercises of lesson 15. Keras is imported by those that need it, when they are called."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from coursekit import backend
from coursekit.check.attempt import Attempt, WrongAnswerError
from coursekit.check.exercise import Exercises

exercises = Exercises("15_xai_apps", __name__)
__getattr__, __dir__ = exercises.missing, exercises.names


@exercises.add(
    "One number of the output is a sum of products: how many? How many numbers has the output?",
    "Each number of the output takes rows · columns · channels_in products; there are height · width · channels_out.",
    "`height * width * rows * columns * channels_in * channels_out`",
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
    "Call each method, `method(model, images)`, and hand its heatmaps to `ck.explain.evaluate.deletion`.",
    "`.area` holds one area for each image: take the mean. The *smaller* it is, the better the heatmaps.",
    "Fill a dictionary: `areas[name] = ck.explain.evaluate.deletion(model, images, "
    "method(model, images)).area.mean()` for each name and method. Then `min(areas, key=areas.get)`.",
)
def best_method(attempt: Attempt) -> None:
    """Return the name of the method whose heatmaps have the smallest mean area under the deletion curve."""
    from coursekit.explain.evaluate import deletion

    model = _small_classifier()
    for seed, order in ((0, ("right", "reversed", "random")), (1, ("random", "reversed", "right"))):
        images = np.random.default_rng(seed).random((3, 6, 5, 1)).astype(np.float32)
        methods = {name: _METHODS[name] for name in order}
        areas = {name: float(deletion(model, images, one(model, images)).area.mean()) for name, one in methods.items()}
        best, worst = min(areas, key=lambda name: areas[name]), max(areas, key=lambda name: areas[name])
        answer = attempt(model=model, images=images, methods=methods)
        if not isinstance(answer, str):
            raise WrongAnswerError(
                f"It must return the name of a method, not a value of type {type(answer).__name__}. `min(areas, "
                "key=areas.get)` gives the name."
            )
        if answer == worst:
            raise WrongAnswerError(
                "That is the method with the *largest* area: its heatmaps put the pixels that matter last. The sooner "
                "the network loses the class, the smaller the area, and the better the heatmaps."
            )
        if answer != best:
            raise WrongAnswerError(
                f"It says {answer!r}, but the smallest mean area is that of {best!r}, {areas[best]:.3f}. Take the mean "
                "over all images, and compare all methods, whatever their order."
            )


def _small_classifier() -> Any:
    """A classifier that looks at brightness, more to the right; always with the same weights."""
    keras = backend.import_keras()
    model = keras.Sequential(
        [keras.Input((6, 5, 1)), keras.layers.Flatten(), keras.layers.Dense(2, activation="softmax")]
    )
    weights = np.tile(np.linspace(0.1, 1.5, 5), 6)
    model.set_weights([np.stack([-weights, weights], axis=1), np.zeros(2)])
    return model


Method = Callable[..., Any]


def _right(model: Any, images: Any, target: Any = None) -> Any:
    return np.asarray(images)[..., 0] * np.tile(np.linspace(0.1, 1.5, 5), (6, 1))


def _reversed(model: Any, images: Any, target: Any = None) -> Any:
    return -_right(model, images)


def _random(model: Any, images: Any, target: Any = None) -> Any:
    return np.random.default_rng(0).random(np.shape(images)[:-1])


_METHODS: Mapping[str, Method] = {"right": _right, "reversed": _reversed, "random": _random}
