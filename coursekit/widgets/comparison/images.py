"""The pictures that the comparison explorer offers, brought to the size that a model takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from coursekit.arrays import Floats
from coursekit.data import PICTURES, Split
from coursekit.widgets.sources.image_fitting import fitted_picture
from coursekit.widgets.sources.image_list import Picture, PictureList
from coursekit.widgets.sources.image_pixels import Pictures, pixels_of
from coursekit.widgets.sources.model_images import photograph_for


@dataclass(frozen=True)
class ComparisonPicture(Picture):
    """A picture (height, width, channels) as the model takes it; where known its class and the mask of its evidence."""

    label: int | None = None
    mask: NDArray[np.bool_] | None = None


class ComparisonPictures(PictureList[ComparisonPicture]):
    """A list of pictures for one model, whose evidence may be known, and a button for uploads.

    Parameters
    ----------
    shape : (height, width, channels)
        What the model takes; channels is 1 or 3.
    pictures : Split, pictures, or None
        Those of a split keep their classes and masks. None offers the photographs of the course.
    classes : sequence of str
    code : str, optional
        The expression that gives all pictures.

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
        super().__init__(grey=shape[2] == 1)
        self._shape, self._split = shape, pictures if isinstance(pictures, Split) else None
        self._code = code or "explorer.pictures"
        self._given: Pictures | None
        if isinstance(pictures, Split):
            self._given, labels = pictures.arrays()
            self._listed = [f"{i}: {classes[label]}" for i, label in enumerate(labels)]
        else:
            self._given = pictures
            self._listed = list(PICTURES) if pictures is None else [str(i) for i in range(len(pictures))]
        if not self._listed:
            raise ValueError("there is no picture: pass at least one.")
        self.offer(self._listed[0])
        self.get(self._listed[0])

    def names(self) -> list[str]:
        """Return uploads, and what was passed or the photographs of the course."""
        return [*self._own, *self._listed]

    def make(self, name: str) -> ComparisonPicture:
        """Return the picture of that name."""
        if name in self._own:
            return ComparisonPicture(fitted_picture(self._own[name], self._shape), "explorer.picture  # your upload")
        if self._given is None:
            chosen = photograph_for(name, self._shape)
            return ComparisonPicture(chosen.values, chosen.code)
        number = self._listed.index(name)
        picture = self._fitted(self._given[number], f"picture {number}")
        label, mask = None, None
        if self._split is not None:
            label = int(self._split.labels[number])
            masks = self._split.masks
            if masks is not None and masks[number].shape == picture.shape[:2] and masks[number].any():
                mask = masks[number]
        return ComparisonPicture(picture, f"{self._code}[{number}]", label, mask)

    def _fitted(self, picture: ArrayLike, name: str) -> Floats:
        values = np.asarray(picture)
        if values.shape == self._shape and values.dtype.kind == "f":
            return values.astype(np.float32)
        return fitted_picture(pixels_of(values, name) / np.float32(255), self._shape)
