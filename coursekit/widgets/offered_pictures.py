"""The pictures that an explorer offers for a model, each as the model takes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import ipywidgets
import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image

from coursekit.data import PICTURES, load_picture
from coursekit.widgets.course_models import NamedModel
from coursekit.widgets.picture_upload import PictureUpload
from coursekit.widgets.uploads import read_picture

SAMPLES = 24
"""So many test pictures of a data set are offered."""

SIDE_OF_ANY = 128
"""Height and width of pictures for a model that takes any."""

_LONGEST_UPLOAD = 1024
_LUMINANCE = np.array([0.2125, 0.7154, 0.0721], np.float32)

Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True)
class OfferedPicture:
    """One picture as a model takes it, with a line of code that gives it as ``picture``."""

    values: Floats
    code: str


class OfferedPictures:
    """A list of pictures and a button for uploads, for a model that may change.

    Offered are the person's own uploads and arrays, test pictures of the data set that the model knows, and, for
    models that take grey or coloured pictures, the photographs of the course. Photographs and uploads have values from
    0 to 1; the largest centred part that has the model's proportions is scaled to its size.

    Parameters
    ----------
    given : array (n, height, width, channels) or (n, length, channels), optional
        The person's own pictures, as the model takes them.

    Attributes
    ----------
    control : ipywidgets.Dropdown
        The list; its value is the name of the picture.
    upload : PictureUpload
    shape : tuple of int
        Of a picture, as the model takes it.
    """

    def __init__(self, given: ArrayLike | None = None) -> None:
        self._given = None if given is None else np.asarray(given, np.float32)
        if self._given is not None and (self._given.ndim < 2 or len(self._given) == 0):
            raise ValueError(
                f"pictures has shape {self._given.shape}: pass many, (n, height, width, channels), as the model takes "
                "them."
            )
        self._uploads: dict[str, Floats] = {}
        self._samples: dict[str, tuple[Floats, list[str], tuple[str, ...]]] = {}
        self.control = ipywidgets.Dropdown(description="Picture")
        self.upload = PictureUpload()
        self.shape: tuple[int, ...] = ()

    def enter(self, named: NamedModel, own: bool) -> None:
        """Offer the pictures of this model, and choose the first.

        Parameters
        ----------
        named : NamedModel
        own : bool
            Whether it is the person's model, which the given pictures are for.

        Raises
        ------
        ValueError
            If the model does not say what it takes, or takes something that the course has no pictures for, and none
            were passed; or if those that were passed are of another shape.
        """
        self._model, self._own = named, own
        self.shape = self._shape_of(named)
        self.upload.disabled = not self._is_picture
        self.control.options = self._names()
        self.control.value = self.control.options[0]

    def get(self, name: str) -> OfferedPicture:
        """Return the picture of that name."""
        if name in self._uploads:
            return OfferedPicture(
                fitted_to(self._uploads[name], self.shape), "picture = explorer.picture  # your upload"
            )
        if name in PICTURES:
            return OfferedPicture(
                fitted_to(load_picture(name), self.shape),
                f'picture = explorer.picture  # "{name}", cut and scaled to {" × ".join(map(str, self.shape))}',
            )
        index = int(name.split()[1].rstrip(":"))
        if self._own and self._given is not None:
            return OfferedPicture(self._given[index], f"picture = pictures[{index}]  # what you passed to the explorer")
        size = "" if self._model.size is None else f", size={self._model.size}"
        source = f'ck.data.load("{self._model.dataset}")'
        if self._model.prepare is not None:
            source = f'ck.training.recipe("{self._model.name}").prepare({source})'
        code = f"{source}.test.arrays(limit={SAMPLES}{size})[0][{index}]"
        return OfferedPicture(self._dataset()[0][index], f"picture = {code}")

    def take(self, files: Sequence[dict[str, Any]]) -> None:
        """Add what was uploaded to the list, and choose it.

        Raises
        ------
        ValueError
            If it cannot be read as a picture, see `coursekit.widgets.uploads.read_picture`.
        """
        if files:
            name = files[0]["name"]
            values = read_picture(
                bytes(files[0]["content"]), name, _LONGEST_UPLOAD, grey=False, size=files[0].get("size")
            )
            # A number, because another picture may come under the same name.
            own = f"{name} (yours, {len(self._uploads) + 1})"
            self._uploads[own] = values
            self.control.options = self._names()
            self.control.value = own

    @property
    def _is_picture(self) -> bool:
        return len(self.shape) == 3 and self.shape[2] in (1, 3)

    def _names(self) -> list[str]:
        names = list(self._uploads) if self._is_picture else []
        if self._own and self._given is not None:
            names += [f"picture {index}" for index in range(len(self._given))]
        elif self._model.dataset:
            names += [f"test {index}: {label}" for index, label in enumerate(self._dataset()[1])]
        return names + (list(PICTURES) if self._is_picture else [])

    def _shape_of(self, named: NamedModel) -> tuple[int, ...]:
        from coursekit.explain.inputs import input_shape

        known = input_shape(named.model)
        if self._own and self._given is not None:
            shape = self._given.shape[1:]
            fits = known is None or (
                len(known) == len(shape) and all(a in (None, b) for a, b in zip(known, shape, strict=True))
            )
            if not fits:
                raise ValueError(f"pictures has shape {self._given.shape}, but {named.model.name!r} takes {known}.")
            return shape
        if named.dataset:
            return self._dataset()[0].shape[1:]
        if known is None or len(known) != 3 or known[2] not in (1, 3):
            raise ValueError(
                f"the model {named.model.name!r} takes {known}: the course has no pictures of that kind. Pass "
                "pictures=..., an array (n, ...) of what it takes."
            )
        return known[0] or SIDE_OF_ANY, known[1] or SIDE_OF_ANY, known[2]

    def pool(self) -> Floats:
        """Return all pictures that the model knows or was given, as it takes them (n, ...); photographs if none."""
        if self._own and self._given is not None:
            return self._given
        if self._model.dataset:
            return self._dataset()[0]
        return np.stack([fitted_to(load_picture(name), self.shape) for name in PICTURES])

    def classes(self) -> tuple[str, ...]:
        """Return the names of the classes that the model knows; empty where they are not known."""
        return self._dataset()[2] if self._model.dataset else ()

    def _dataset(self) -> tuple[Floats, list[str], tuple[str, ...]]:
        from coursekit import data

        name = self._model.name
        if name not in self._samples:
            loaded = data.load(self._model.dataset)
            if self._model.prepare is not None:
                loaded = self._model.prepare(loaded)
            pictures, labels = loaded.test.arrays(limit=SAMPLES, size=self._model.size)
            self._samples[name] = pictures, [loaded.classes[label] for label in labels], tuple(loaded.classes)
        return self._samples[name]


def fitted_to(picture: Floats, shape: tuple[int, ...]) -> NDArray[np.float32]:
    """Return the largest centred part of a picture that has a shape's proportions, scaled to it, grey or coloured.

    Parameters
    ----------
    picture : array (height, width) or (height, width, 3), in 0..1
    shape : (height, width, 1 or 3)

    Examples
    --------
    >>> fitted_to(np.ones((100, 200, 3)), (28, 28, 1)).shape
    (28, 28, 1)
    """
    height, width, channels = shape
    scale = min(picture.shape[0] / height, picture.shape[1] / width)
    top, left = (picture.shape[0] - scale * height) / 2, (picture.shape[1] - scale * width) / 2
    part = (left, top, left + scale * width, top + scale * height)
    coloured = np.asarray(picture if picture.ndim == 3 else np.stack([picture] * 3, axis=-1), np.float32)
    planes = [coloured @ _LUMINANCE] if channels == 1 else [coloured[..., index] for index in range(3)]
    scaled = [
        np.asarray(Image.fromarray(plane).resize((width, height), Image.Resampling.LANCZOS, box=part))
        for plane in planes
    ]
    return np.stack(scaled, axis=-1).clip(0, 1)
