"""Images for a model, each as the model takes it: the person's own, those of the course, and uploads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from coursekit import data
from coursekit.arrays import Floats
from coursekit.data import PHOTOGRAPHS
from coursekit.widgets.sources.images import ImageList, SourceImage, fitted_image, own_image, photograph
from coursekit.widgets.sources.models import PRETRAINED_MODELS, NamedModel
from coursekit.widgets.sources.own import array_code
from coursekit.widgets.sources.samples import Samples
from coursekit.widgets.toolkit.pixels import Pixels, to_pixels

if TYPE_CHECKING:
    import keras

SIDE_OF_ANY = 128
"""Height and width of images for a model of the course's networks that takes any."""

_SIDE = 96  # for other models that take any size, where no images are given
_MOST = 200


@dataclass(frozen=True)
class ModelImage(SourceImage):
    """An image as a model takes it (height, width, channels), and its code.

    Attributes
    ----------
    shown : uint8 array (height, width, 3)
        As it is drawn.
    shown_code : str
        The expression that makes ``image`` what is drawn, from 0 to 1.
    """

    shown: Pixels
    shown_code: str = "image"


def model_images(
    model: keras.Model, images: ArrayLike | None, value_range: tuple[float, float] = (0.0, 1.0)
) -> ImageList[ModelImage]:
    """Return the list of images for one model.

    Parameters
    ----------
    model : keras.Model
        Of one input (height, width, 1 or 3).
    images : array (n, height, width, channels), optional
        The learner's own, as the model takes them; the first is chosen. The course's photographs are there in any
        case.
    value_range : (float, float)
        What the model takes for black and for white.

    Returns
    -------
    ImageList
        Of `ModelImage`. Its ``shape`` is what the model takes, (height, width, channels).

    Raises
    ------
    ValueError
        If the model takes no images, or those that are given do not fit.

    Examples
    --------
    >>> from coursekit import networks
    >>> images = model_images(networks.mnist_convnet(), None)
    >>> images.get("cat").values.shape, images.get("cat").shown.shape
    ((28, 28, 1), (28, 28, 3))
    """
    from coursekit.explain.engine.inputs import checked_images, input_shape

    low, high = value_range
    if not low < high:
        raise ValueError(f"value_range is {value_range}: pass what the model takes for black and for white.")
    expected = input_shape(model)
    given: Floats = np.zeros((0,))
    if images is not None:
        given = checked_images(model, images)[:_MOST]
        if not len(given):
            raise ValueError("images is empty: pass at least one, or None for the photographs of the course.")
        expected = given.shape[1:]
    shape = _shape(model, expected)

    def drawn(values: Floats, code: str) -> ModelImage:
        shown = "image" if (low, high) == (0, 1) else f"(image - {low:g}) / {high - low:g}".replace("- -", "+ ")
        return ModelImage(values, code, to_pixels(values, low, high), shown)

    def shipped(name: str) -> ModelImage:
        taken = photograph_for(name, shape)
        scaled = f"({low:g} + {high - low:g} * {taken.code}).astype(np.float32)"
        return drawn(ranged(taken.values), taken.code if (low, high) == (0, 1) else scaled)

    def ranged(values: Floats) -> Floats:
        return (low + (high - low) * values).astype(np.float32)

    def own(values: Floats) -> ModelImage:
        return drawn(values, array_code(values))

    makers: dict[str, Callable[[], ModelImage]] = {name: partial(shipped, name) for name in PHOTOGRAPHS}
    makers |= {f"image {i}": partial(own, one) for i, one in enumerate(given)}
    return ImageList(
        makers, lambda values: own(ranged(fitted_image(values, shape))), "image 0" if len(given) else "cat", shape=shape
    )


def photograph_for(name: str, shape: tuple[int, int, int]) -> SourceImage:
    """Return a photograph of the course (height, width, channels), grey or in colour.

    Examples
    --------
    >>> photograph_for("cat", (28, 32, 1)).code
    'ck.data.load_image("cat", size=(28, 32), grey=True)[..., np.newaxis]'
    """
    height, width, channels = shape
    taken = photograph(name, (height, width), grey=channels == 1)
    if taken.values.ndim == 3:
        return taken
    values, code = taken.values[..., np.newaxis], f"{taken.code}[..., np.newaxis]"
    return (
        SourceImage(values, code)
        if channels == 1
        else SourceImage(values.repeat(3, -1), f"np.repeat({code}, 3, axis=-1)")
    )


def class_names(count: int, classes: Sequence[str] | None) -> tuple[str, ...]:
    """Return a name for each class, made up where there is none.

    Raises
    ------
    ValueError
        If there are names, but not as many as classes.

    Examples
    --------
    >>> class_names(2, None)
    ('class 0', 'class 1')
    """
    if classes is None:
        return tuple(f"class {index}" for index in range(count))
    if len(classes) != count:
        raise ValueError(f"there are {len(classes)} names, but the model tells {count} classes apart: pass {count}.")
    return tuple(map(str, classes))


class OfferedImages(ImageList[SourceImage]):
    """A list of images for a model that may change.

    Offered are the person's own uploads and arrays, test images of the data set that the model knows, and, for models
    that take grey or coloured images, the photographs of the course. Photographs and uploads have values from 0 to 1;
    the largest centred part that has the model's proportions is scaled to its size.

    Parameters
    ----------
    given : array (n, height, width, channels) or (n, length, channels), optional
        The person's own images, as the model takes them.

    Raises
    ------
    ValueError
        If ``given`` is one image, or none.
    """

    def __init__(self, given: ArrayLike | None = None) -> None:
        super().__init__()
        self._given = None if given is None else np.asarray(given, np.float32)
        if self._given is not None and (self._given.ndim < 2 or len(self._given) == 0):
            raise ValueError(
                f"images has shape {self._given.shape}: pass many, (n, height, width, channels), as the model takes "
                "them."
            )
        self._samples = Samples()

    def enter(self, named: NamedModel, own: bool) -> None:
        """Offer the images of this model, and choose the first.

        Parameters
        ----------
        named : NamedModel
            The model that is entered.
        own : bool
            Whether it is the person's model, which the given images are for.

        Raises
        ------
        ValueError
            If the model does not say what it takes, or takes something that the course has no images for, and none
            were passed; or if those that were passed are of another shape.
        """
        self._model, self._theirs = named, own
        self.shape = self._shape_of(named)
        makers: dict[str, Callable[[], SourceImage]] = {}
        if self._passed is not None:
            makers = {f"image {i}": partial(own_image, one) for i, one in enumerate(self._passed)}
        else:
            makers = self._samples.makers(named)
        if not (len(self.shape) == 3 and self.shape[2] in (1, 3)):
            self.offer(makers, None)
            return
        makers |= {name: partial(photograph_for, name, self._height_width_channels()) for name in PHOTOGRAPHS}
        first = None if self._own or self._passed is not None else self._samples.first(named)
        self.offer(makers, lambda values: own_image(fitted_image(values, self.shape)), first)

    def pool(self) -> Floats:
        """Return all images that the model knows or was given, as it takes them (n, ...); photographs if none."""
        if self._passed is not None:
            return self._passed
        if self._model.dataset:
            return self._samples.images(self._model)
        return np.stack([photograph_for(name, self._height_width_channels()).values for name in PHOTOGRAPHS])

    def classes(self) -> tuple[str, ...]:
        """Return the names of the classes that the model knows; empty where they are not known."""
        if self._model.name in PRETRAINED_MODELS:
            return data.imagenet_classes()
        return self._samples.classes(self._model) if self._model.dataset else ()

    @property
    def _passed(self) -> Floats | None:
        """What the person passed, where it is for this model."""
        return self._given if self._theirs else None

    def _height_width_channels(self) -> tuple[int, int, int]:
        height, width, channels = self.shape
        return height, width, channels

    def _shape_of(self, named: NamedModel) -> tuple[int, ...]:
        from coursekit.explain.engine.inputs import input_shape

        known = input_shape(named.model)
        if self._passed is not None:
            shape = self._passed.shape[1:]
            fits = known is None or (
                len(known) == len(shape) and all(a in (None, b) for a, b in zip(known, shape, strict=True))
            )
            if not fits:
                raise ValueError(f"images has shape {self._passed.shape}, but {named.model.name!r} takes {known}.")
            return shape
        if named.dataset:
            return self._samples.images(named).shape[1:]
        if known is None or len(known) != 3 or known[2] not in (1, 3):
            raise ValueError(
                f"the model {named.model.name!r} takes {known}: the course has no images of that kind. Pass "
                "images=..., an array (n, ...) of what it takes."
            )
        return known[0] or SIDE_OF_ANY, known[1] or SIDE_OF_ANY, known[2]


def _shape(model: keras.Model, expected: tuple[int | None, ...] | None) -> tuple[int, int, int]:
    if expected is None or len(expected) != 3:
        what = "does not know its input yet" if expected is None else f"takes {expected}"
        raise ValueError(
            f"model {model.name!r} {what}: explorers show images (height, width, channels). "
            "Call the model once on such images, or pass images=."
        )
    height, width, channels = (
        side if side is not None else (_SIDE, _SIDE, 3)[axis] for axis, side in enumerate(expected)
    )
    if channels not in (1, 3):
        raise ValueError(
            f"model {model.name!r} takes {channels} channels: only 1 (grey) and 3 (red, green, blue) can be drawn."
        )
    return height, width, channels
