"""The pictures that a model can be asked about: the learner's, those of the course, and uploads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image, ImageOps

from coursekit.data import PICTURES, load_picture
from coursekit.widgets.picture_choice import Picture, PictureChoice
from coursekit.widgets.render import Pixels

_SIDE = 96  # for models that take any size, where no pictures are given
_MOST = 200
_LUMINANCE = np.array([0.2125, 0.7154, 0.0721], np.float32)


@dataclass(frozen=True)
class ModelPicture:
    """A picture as a model takes it (height, width, channels), as it is drawn (height, width, 3), and its code."""

    values: NDArray[np.floating[Any]]
    shown: Pixels
    code: str


class ModelPictures:
    """A list of pictures for a model, and a button for uploads.

    Parameters
    ----------
    model : keras.Model
        Of one input (height, width, 1 or 3).
    pictures : array (n, height, width, channels), optional
        The learner's own, as the model takes them; they come first. Without them, the course's photographs.
    explorer : str
        The name of the explorer's function, for the code.
    value_range : (float, float)
        What the model takes for black and for white.

    Attributes
    ----------
    control : ipywidgets.Dropdown
    upload : ipywidgets.FileUpload
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

        self._low, self._high = value_range
        if not self._low < self._high:
            raise ValueError(f"value_range is {value_range}: pass what the model takes for black and for white.")
        expected = input_shape(model)
        self._given: NDArray[np.floating[Any]] = np.zeros((0,))
        if pictures is None:
            self.shape = _shape(model, expected)
        else:
            self._given = checked_pictures(model, pictures)[:_MOST]
            if not len(self._given):
                raise ValueError("pictures is empty: pass at least one, or None for the photographs of the course.")
            self.shape = _shape(model, self._given.shape[1:])
        self._explorer = explorer
        names = {f"picture {index}": index for index in range(len(self._given))}
        self._choice = PictureChoice(
            next(iter(names), "cat"),
            explorer,
            side=max(self.shape[:2]),
            made=dict.fromkeys(names, _nothing),
            grey=False,
        )
        self._places = names
        self.control, self.upload = self._choice.control, self._choice.upload

    def get(self, name: str) -> ModelPicture:
        """Return the picture of that name."""
        if name in self._places:
            index = self._places[name]
            return ModelPicture(self._given[index], self._drawn(self._given[index]), f"pictures[{index}]")
        height, width, channels = self.shape
        if name in PICTURES:
            values = load_picture(name, size=(height, width), grey=channels == 1)
            code = f'ck.data.load_picture("{name}", size=({height}, {width}){", grey=True" if channels == 1 else ""})'
        else:
            values = _filling(self._choice.get(name).values, height, width)
            values = values @ _LUMINANCE if channels == 1 else values
            code = f"explorer.picture  # your upload; explorer is what {self._explorer}() returned"
        if values.ndim == 2:
            values = np.repeat(values[..., np.newaxis], channels, axis=-1)
            code += "[..., np.newaxis]" if name in PICTURES else ""
            code = f"np.repeat({code}, 3, axis=-1)" if channels == 3 and name in PICTURES else code
        if name in PICTURES and (self._low, self._high) != (0, 1):
            code = f"{self._low:g} + {self._high - self._low:g} * {code}"
        scaled = (self._low + (self._high - self._low) * values).astype(np.float32)
        return ModelPicture(scaled, self._drawn(scaled), code)

    def take(self, files: tuple[dict[str, Any], ...]) -> None:
        """Add what was uploaded to the list, and choose it; see `PictureChoice.take`."""
        self._choice.take(files)

    def _drawn(self, values: NDArray[Any]) -> Pixels:
        share = np.clip((values - self._low) / (self._high - self._low), 0, 1)
        pixels: Pixels = np.rint(255 * share).astype(np.uint8)
        return np.repeat(pixels, 3, axis=-1) if pixels.shape[-1] == 1 else pixels


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


def _nothing() -> Picture:
    raise KeyError("the learner's pictures are not made by PictureChoice")


def _filling(values: NDArray[Any], height: int, width: int) -> NDArray[np.float32]:
    """The largest part in the middle that has the shape, scaled to it."""
    picture = Image.fromarray(np.rint(255 * values).astype(np.uint8)).convert("RGB")
    return np.asarray(ImageOps.fit(picture, (width, height), Image.Resampling.LANCZOS), np.float32) / np.float32(255)


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
