"""The pictures that a model can be asked about: the learner's, those of the course, and uploads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from coursekit.arrays import Floats
from coursekit.data import PICTURES
from coursekit.widgets.sources.image_fitting import fitted_picture
from coursekit.widgets.sources.image_list import Picture, PictureList, photograph
from coursekit.widgets.toolkit.pixels import Pixels

_SIDE = 96  # for models that take any size, where no pictures are given
_MOST = 200


@dataclass(frozen=True)
class ModelPicture(Picture):
    """A picture as a model takes it (height, width, channels), its code, and as it is drawn (height, width, 3)."""

    shown: Pixels


class ModelPictures(PictureList[ModelPicture]):
    """A list of pictures for one model, and a button for uploads.

    Parameters
    ----------
    model : keras.Model
        Of one input (height, width, 1 or 3).
    pictures : array (n, height, width, channels), optional
        The learner's own, as the model takes them; the first is chosen. The course's photographs are there in any
        case.
    explorer : str
        The name of the explorer's function, for the code.
    value_range : (float, float)
        What the model takes for black and for white.

    Attributes
    ----------
    shape : (height, width, channels)

    Raises
    ------
    ValueError
        If the model takes no pictures, or those that are given do not fit.

    Examples
    --------
    >>> from coursekit import networks
    >>> choice = ModelPictures(networks.mnist_convnet(), None, "explore_feature_maps")
    >>> choice.get("cat").values.shape, choice.get("cat").shown.shape
    ((28, 28, 1), (28, 28, 3))
    """

    def __init__(
        self,
        model: Any,
        pictures: ArrayLike | None,
        explorer: str,
        value_range: tuple[float, float] = (0.0, 1.0),
    ) -> None:
        from coursekit.explain.inputs import checked_pictures, input_shape

        super().__init__()
        self._low, self._high = value_range
        if not self._low < self._high:
            raise ValueError(f"value_range is {value_range}: pass what the model takes for black and for white.")
        expected = input_shape(model)
        self._given: Floats = np.zeros((0,))
        if pictures is None:
            self.shape = _shape(model, expected)
        else:
            self._given = checked_pictures(model, pictures)[:_MOST]
            if not len(self._given):
                raise ValueError("pictures is empty: pass at least one, or None for the photographs of the course.")
            self.shape = _shape(model, self._given.shape[1:])
        self._explorer = explorer
        self._places = {f"picture {index}": index for index in range(len(self._given))}
        self.offer(next(iter(self._places), "cat"))

    def names(self) -> list[str]:
        """Return uploads, photographs of the course, and what the learner passed."""
        return [*self._own, *PICTURES, *self._places]

    def make(self, name: str) -> ModelPicture:
        """Return the picture of that name."""
        if name in self._places:
            values, code = self._given[self._places[name]], f"pictures[{self._places[name]}]"
        elif name in self._own:
            values = self._ranged(fitted_picture(self._own[name], self.shape))
            code = f"explorer.picture  # your upload; explorer is what {self._explorer}() returned"
        else:
            taken = photograph_for(name, self.shape)
            values, code = self._ranged(taken.values), taken.code
            if (self._low, self._high) != (0, 1):
                code = f"{self._low:g} + {self._high - self._low:g} * {code}"
        return ModelPicture(values, code, self._drawn(values))

    def _ranged(self, values: Floats) -> Floats:
        return (self._low + (self._high - self._low) * values).astype(np.float32)

    def _drawn(self, values: Floats) -> Pixels:
        share = np.clip((values - self._low) / (self._high - self._low), 0, 1)
        pixels: Pixels = np.rint(255 * share).astype(np.uint8)
        return np.repeat(pixels, 3, axis=-1) if pixels.shape[-1] == 1 else pixels


def photograph_for(name: str, shape: tuple[int, int, int]) -> Picture:
    """Return a photograph of the course (height, width, channels), grey or in colour.

    Examples
    --------
    >>> photograph_for("cat", (28, 32, 1)).code
    'ck.data.load_picture("cat", size=(28, 32), grey=True)[..., np.newaxis]'
    """
    height, width, channels = shape
    taken = photograph(name, (height, width), grey=channels == 1)
    if taken.values.ndim == 3:
        return taken
    values, code = taken.values[..., np.newaxis], f"{taken.code}[..., np.newaxis]"
    return Picture(values, code) if channels == 1 else Picture(values.repeat(3, -1), f"np.repeat({code}, 3, axis=-1)")


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


def _shape(model: Any, expected: tuple[int | None, ...] | None) -> tuple[int, int, int]:
    if expected is None or len(expected) != 3:
        what = "does not know its input yet" if expected is None else f"takes {expected}"
        raise ValueError(
            f"model {model.name!r} {what}: explorers show pictures (height, width, channels). "
            "Call the model once on such pictures, or pass pictures=."
        )
    height, width, channels = (
        side if side is not None else (_SIDE, _SIDE, 3)[axis] for axis, side in enumerate(expected)
    )
    if channels not in (1, 3):
        raise ValueError(
            f"model {model.name!r} takes {channels} channels: only 1 (grey) and 3 (red, green, blue) can be drawn."
        )
    return height, width, channels
