"""The networks whose answers the comparison explorer explains, each with its images and the names of its classes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from coursekit.data import Split
from coursekit.widgets.comparison.images import image_shape
from coursekit.widgets.sources.images import Images
from coursekit.widgets.sources.models import PRETRAINED_MODELS, at_hand, course_model

if TYPE_CHECKING:
    import keras

WITH_MASKS = "small_pets"


@dataclass(frozen=True, eq=False)
class Compared:
    """A network with its images.

    Attributes
    ----------
    model : keras.Model
        A classifier that takes images from 0 to 1.
    code : str
        A line that makes ``model``.
    shape : (height, width, channels)
        What it takes; channels is 1 or 3.
    classes : tuple of str
        Their names.
    images : Split, images, or None
        None for the photographs of the course.
    images_code : str, optional
        The expression that gives all images.
    first : str, optional
        The name of the image to begin with.
    """

    model: keras.Model
    code: str
    shape: tuple[int, int, int]
    classes: tuple[str, ...]
    images: Split | Images | None = None
    images_code: str | None = None
    first: str | None = None


def compared(
    model: keras.Model,
    code: str,
    images: Split | Images | None,
    classes: Sequence[str] | None,
    images_code: str | None = None,
    first: str | None = None,
) -> Compared:
    """Return a network with its images; classes without names are numbered.

    Raises
    ------
    ValueError
        If it does not take images of a known size, or there are not as many names as classes.
    """
    from coursekit.networks.own.value_range import taking_0_to_1

    shape, model = image_shape(model), taking_0_to_1(model)
    count = max(2, int(np.prod(model(np.zeros((1, *shape), np.float32), training=False).shape[1:])))
    names = tuple(map(str, classes or range(count)))
    if len(names) != count:
        raise ValueError(f"there are {len(names)} names for the {count} classes of the model.")
    return Compared(model, code, shape, names, images, images_code, first)


def offered() -> list[str]:
    """Return the networks of the course to choose from: those for photographs first, then the one with masks."""
    return [*at_hand(*PRETRAINED_MODELS), WITH_MASKS]


def of_course(name: str) -> Compared:
    """Return one of the networks that are `offered`.

    Examples
    --------
    >>> of_course("small_pets").classes
    ('no animal', 'animal')
    """
    from coursekit import data, training

    if name == WITH_MASKS:
        pets, code = data.ground_truth("pets", count=12), 'ck.data.ground_truth("pets", count=12).arrays()[0]'
        model = training.trained(name)
        return compared(model, f'model = ck.training.trained("{name}")', pets, ("no animal", "animal"), code)
    named = course_model(name)
    return compared(named.model, named.code, None, data.imagenet_classes(), first="coffee")
