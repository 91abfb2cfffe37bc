"""The pictures that the comparison explorer offers, brought to the size that a model takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import ipywidgets
import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image

from coursekit.arrays import Floats
from coursekit.data import PICTURES, Split, load_picture
from coursekit.widgets.picture_pixels import Pictures, pixels_of
from coursekit.widgets.uploads import read_picture

_LARGEST = 1024


@dataclass(frozen=True)
class Shown:
    """One picture (height, width, channels) as the model takes it; where known its class and the mask of its evidence.

    ``code`` is the expression that gives it.
    """

    picture: Floats
    code: str
    label: int | None = None
    mask: NDArray[np.bool_] | None = None


class ModelPictures:
    """A list of pictures for one model, and a button for uploads.

    Parameters
    ----------
    shape : (height, width, channels)
        What the model takes; channels is 1 or 3.
    pictures : Split, pictures, or None
        Those of a split keep their classes and masks. None offers the photographs of the course.
    classes : sequence of str
    code : str, optional
        The expression that gives all pictures.

    Attributes
    ----------
    control : ipywidgets.Dropdown
    upload : ipywidgets.FileUpload

    Raises
    ------
    ValueError
        If there is no picture, or one is none.
    """

    def __init__(
        self,
        shape: tuple[int, int, int],
        pictures: Split | Pictures | None,
        classes: Sequence[str],
        code: str | None = None,
    ) -> None:
        self._shape, self._split = shape, pictures if isinstance(pictures, Split) else None
        self._given: Pictures | None
        self._code = code or "explorer.pictures"
        self._own: dict[str, Shown] = {}
        if isinstance(pictures, Split):
            self._given, labels = pictures.arrays()
            names = [f"{i}: {classes[label]}" for i, label in enumerate(labels)]
        elif pictures is None:
            self._given, names = None, list(PICTURES)
        else:
            self._given = pictures
            names = [str(i) for i in range(len(pictures))]
        if not names:
            raise ValueError("there is no picture: pass at least one.")
        self._names = names
        self.control = ipywidgets.Dropdown(options=names, value=names[0], description="Picture")
        self.upload = ipywidgets.FileUpload(accept="image/*", description="Own picture")
        self.get(names[0])

    def get(self, name: str) -> Shown:
        """Return the picture of that name."""
        if name in self._own:
            return self._own[name]
        height, width, channels = self._shape
        if self._given is None:
            photograph = load_picture(name, size=(height, width), grey=channels == 1)
            code = f'ck.data.load_picture("{name}", size=({height}, {width}){", grey=True" if channels == 1 else ""})'
            return Shown(_channels(photograph, channels), code)
        number = self._names.index(name)
        picture = self._fitted(self._given[number], f"picture {number}")
        label, mask = None, None
        if self._split is not None:
            label = int(self._split.labels[number])
            masks = self._split.masks
            if masks is not None and masks[number].shape == picture.shape[:2] and masks[number].any():
                mask = masks[number]
        return Shown(picture, f"{self._code}[{number}]", label, mask)

    def take(self, files: tuple[dict[str, Any], ...]) -> None:
        """Add what was uploaded to the list, scaled to the model's size, and choose it.

        Raises
        ------
        ValueError
            If it cannot be read as a picture, see `coursekit.widgets.uploads.read_picture`.
        """
        if files:
            name = files[0]["name"]
            values = read_picture(bytes(files[0]["content"]), name, longest_side=_LARGEST, grey=self._shape[2] == 1)
            own = f"{name} (yours, {len(self._own) + 1})"
            self._own[own] = Shown(self._fitted(values, name), "explorer.picture  # your upload")
            self.control.options = [*self._own, *self._names]
            self.control.value = own

    def _fitted(self, picture: ArrayLike, name: str) -> Floats:
        """Return a picture in the model's shape: the largest centred part of its proportions, scaled."""
        height, width, channels = self._shape
        values = np.asarray(picture)
        if values.shape == self._shape and values.dtype.kind == "f":
            return values.astype(np.float32)
        image = Image.fromarray(pixels_of(values, name)).convert("L" if channels == 1 else "RGB")
        scale = min(image.width / width, image.height / height)
        left, top = (image.width - scale * width) / 2, (image.height - scale * height) / 2
        part = (left, top, left + scale * width, top + scale * height)
        resized = image.resize((width, height), Image.Resampling.LANCZOS, box=part)
        return _channels(np.asarray(resized, np.float32) / np.float32(255), channels)


def _channels(picture: Floats, channels: int) -> Floats:
    if picture.ndim == 2:
        return np.repeat(picture[..., np.newaxis], channels, axis=-1)
    return picture
