"""The images that the comparison explorer offers, brought to the size that a model takes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from coursekit.data import PHOTOGRAPHS, Split
from coursekit.widgets.sources.images import ImageList, Images, SourceImage, fitted_image, pixels_of
from coursekit.widgets.sources.model_images import photograph_for
from coursekit.widgets.sources.own import array_code

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True)
class ComparisonImage(SourceImage):
    """An image (height, width, channels) as the model takes it; where known its class and its ground-truth mask."""

    label: int | None = None
    mask: NDArray[np.bool_] | None = None


class ComparisonImages(ImageList[ComparisonImage]):
    """A list of images for a network that may change, whose classes and ground-truth masks may be known."""

    def enter(
        self,
        shape: tuple[int, int, int],
        images: Split | Images | None,
        classes: Sequence[str],
        code: str | None = None,
        first: str | None = None,
    ) -> None:
        """Offer the images of a network, and choose one.

        Parameters
        ----------
        shape : (height, width, channels)
            What the network takes; channels is 1 or 3.
        images : Split, images, or None
            Those of a split keep their classes and masks. None offers the photographs of the course.
        classes : sequence of str
            The name of each class.
        code : str, optional
            The expression that gives all images.
        first : str, optional
            The name of the image that is chosen; the first.

        Raises
        ------
        ValueError
            If there is no image, or one is none.
        """

        def uploaded(values: NDArray[np.float32]) -> ComparisonImage:
            fitted = fitted_image(values, shape)
            return ComparisonImage(fitted, array_code(fitted))

        def shipped(name: str) -> ComparisonImage:
            chosen = photograph_for(name, shape)
            return ComparisonImage(chosen.values, chosen.code)

        def passed(number: int) -> ComparisonImage:
            values = np.asarray(given[number])
            if values.shape == shape and values.dtype.kind == "f":
                values = values.astype(np.float32)
            else:
                values = fitted_image(pixels_of(values, f"image {number}") / np.float32(255), shape)
            label, mask = None, None
            if isinstance(images, Split):
                label = int(images.labels[number])
                if images.masks is not None and images.masks[number].shape == shape[:2] and images.masks[number].any():
                    mask = images.masks[number]
            return ComparisonImage(values, f"{code}[{number}]" if code else array_code(values), label, mask)

        given: Images
        makers: dict[str, Callable[[], ComparisonImage]]
        if images is None:
            makers = {name: partial(shipped, name) for name in PHOTOGRAPHS}
        elif isinstance(images, Split):
            given, labels = images.arrays()
            makers = {f"{i}: {classes[label]}": partial(passed, i) for i, label in enumerate(labels)}
        else:
            given = images
            makers = {str(i): partial(passed, i) for i in range(len(images))}
        if not makers:
            raise ValueError("there is no image: pass at least one.")
        self.shape = shape
        self.offer(makers, uploaded, first or next(iter(makers)))
        self.get()


def image_shape(model: keras.Model) -> tuple[int, int, int]:
    """Return what a model takes, (height, width, 1 or 3).

    Raises
    ------
    ValueError
        If it takes something else, or images of any size.
    """
    shape = tuple(getattr(model, "input_shape", ()) or ())[1:]
    if len(shape) != 3 or None in shape or shape[2] not in (1, 3):
        raise ValueError(
            f"the model {getattr(model, 'name', model)!r} takes {shape}: it must take images (height, width, 1 or 3) "
            "of a known size."
        )
    return shape
