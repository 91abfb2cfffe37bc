"""What the convolution-theorem explorer can choose from: kernels by name or of a layer, and images of every kind."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from coursekit import kernels
from coursekit.data import PHOTOGRAPHS
from coursekit.photographs import LUMINANCE
from coursekit.widgets.convolution_theorem.view import TheoremState
from coursekit.widgets.sources.images import ImageList, SourceImage, image_choice, own_image, sized_image
from coursekit.widgets.sources.kernel_sets import KernelSet
from coursekit.widgets.sources.models import NamedModel
from coursekit.widgets.sources.samples import Samples

NAMED = "kernels by name"
RANDOM = "random numbers"
TEST = "a test image of the network"
_MADE = (TEST, RANDOM)


def offered_images(image: str | ArrayLike) -> ImageList[SourceImage]:
    """Return the list of photographs, of what is drawn by a seed, and of the person's own image (height, width)."""
    return image_choice(image, made=dict.fromkeys(_MADE, _unsized))


def sized(
    state: TheoremState, offered: ImageList[SourceImage], named: NamedModel | None, samples: Samples
) -> SourceImage:
    """Return the image of a state in grey, in the size that the state asks for.

    Raises
    ------
    ValueError
        If a test image is asked for, but no network with a data set is chosen.
    """
    shape = state.size, state.size
    if state.image == RANDOM:
        code = f"np.random.default_rng({state.seed}).random({shape})"
        return SourceImage(np.random.default_rng(state.seed).random(shape), code)
    if state.image == TEST:
        found = _plane(_test_image(state.seed, named, samples))
        taken = found if found.values.shape == shape else sized_image(TEST, found, shape)
    else:
        taken = sized_image(state.image, offered.get(state.image), shape)
    return SourceImage(np.asarray(taken.values, np.float64), f"np.asarray({taken.code}, np.float64)")


def has_test_images(named: NamedModel | None) -> bool:
    """Return whether this is a network with a data set; None stands for kernels by name."""
    return named is not None and bool(named.dataset)


def drawn_image(seed: int, named: NamedModel | None, samples: Samples) -> tuple[str, int | None]:
    """Return the name of an image for this seed, and the side that it has by itself: a photograph has none."""
    if named is not None and named.dataset:
        return TEST, samples.images(named).shape[1]
    return list(PHOTOGRAPHS)[np.random.default_rng(seed).integers(len(PHOTOGRAPHS))], None


def drawn_kernel(seed: int, number: int, sets: Mapping[str, KernelSet]) -> tuple[str, int, int]:
    """Draw a kernel of the layer of that number, from 1: return the layer, the kernel and the channel.

    Examples
    --------
    >>> one = KernelSet("conv", np.zeros((3, 3, 1, 8)), "")
    >>> drawn_kernel(0, 1, {"conv": one})[::2]
    ('conv', 0)
    """
    chosen = single_layers(sets)[number - 1]
    rng = np.random.default_rng([seed, number])
    channels, count = sets[chosen].kernels.shape[2:]
    return chosen, int(rng.integers(count)), int(rng.integers(channels))


def single_layers(sets: Mapping[str, KernelSet]) -> list[str]:
    """Return the names of those that are one layer of a network each, not several merged."""
    return [name for name, one in sets.items() if one.layers == 1]


def named_kernels() -> dict[str, KernelSet]:
    """Return the kernels of lesson 01, each as a layer of one kernel."""
    return {
        name: KernelSet(name, kernels.get(name)[:, :, np.newaxis, np.newaxis], f'kernel = ck.kernels.get("{name}")')
        for name in kernels.NAMED
    }


def _test_image(seed: int, named: NamedModel | None, samples: Samples) -> SourceImage:
    if named is None or not named.dataset:
        raise ValueError("there are test images of the course's networks only: choose one of them, or another image.")
    return samples.get(named, int(np.random.default_rng(seed).integers(len(samples.images(named)))))


def _plane(image: SourceImage) -> SourceImage:
    """One image of a data set in grey."""
    if image.values.shape[-1] == 1:
        return SourceImage(image.values[..., 0], f"{image.code}[..., 0]")
    return own_image(image.values @ LUMINANCE)


def _unsized() -> SourceImage:
    """What is drawn by a seed is made in the size that is asked for, see `sized`."""
    return SourceImage(np.zeros((1, 1)), "")
