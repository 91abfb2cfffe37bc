"""The pictures that an explorer offers for a model, each as the model takes it."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from coursekit import data
from coursekit.arrays import Floats
from coursekit.data import PICTURES, load_picture
from coursekit.widgets.sources.image_fitting import fitted_picture
from coursekit.widgets.sources.image_list import Picture, PictureList
from coursekit.widgets.sources.models import NamedModel

SAMPLES = 24
"""So many test pictures of a data set are offered."""

SIDE_OF_ANY = 128
"""Height and width of pictures for a model that takes any."""


class OfferedPictures(PictureList[Picture]):
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
    shape : tuple of int
        Of a picture, as the model takes it.
    """

    def __init__(self, given: ArrayLike | None = None) -> None:
        super().__init__()
        self._given = None if given is None else np.asarray(given, np.float32)
        if self._given is not None and (self._given.ndim < 2 or len(self._given) == 0):
            raise ValueError(
                f"pictures has shape {self._given.shape}: pass many, (n, height, width, channels), as the model takes "
                "them."
            )
        self._samples: dict[str, tuple[Floats, list[str], tuple[str, ...]]] = {}
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
        self._model, self._theirs = named, own
        # What is ready is of another model.
        self._ready.clear()
        self.shape = self._shape_of(named)
        self.upload.disabled = not self._is_picture
        self.offer(self.names()[0])

    def names(self) -> list[str]:
        """Return uploads, what was passed or test pictures of the model's data set, and photographs of the course."""
        names = list(self._own) if self._is_picture else []
        if self._passed is not None:
            names += [f"picture {index}" for index in range(len(self._passed))]
        elif self._model.dataset:
            names += [f"test {index}: {label}" for index, label in enumerate(self._dataset()[1])]
        return names + (list(PICTURES) if self._is_picture else [])

    def make(self, name: str) -> Picture:
        """Return the picture of that name."""
        if name in self._own:
            return Picture(fitted_picture(self._own[name], self.shape), "explorer.picture  # your upload")
        if name in PICTURES:
            size = " × ".join(map(str, self.shape))
            code = f'explorer.picture  # "{name}", cut and scaled to {size}'
            return Picture(fitted_picture(load_picture(name), self.shape), code)
        index = int(name.split()[1].rstrip(":"))
        if self._passed is not None:
            return Picture(self._passed[index], f"pictures[{index}]  # what you passed to the explorer")
        size = "" if self._model.size is None else f", size={self._model.size}"
        drawn = self._model.dataset in data.GROUND_TRUTH
        call = (
            f'ground_truth_dataset("{self._model.dataset}", {SAMPLES})' if drawn else f'load("{self._model.dataset}")'
        )
        source = f"ck.data.{call}"
        if self._model.prepare is not None:
            source = f'ck.training.recipe("{self._model.name}").prepare({source})'
        return Picture(self._dataset()[0][index], f"{source}.test.arrays(limit={SAMPLES}{size})[0][{index}]")

    @property
    def _is_picture(self) -> bool:
        return len(self.shape) == 3 and self.shape[2] in (1, 3)

    @property
    def _passed(self) -> Floats | None:
        """What the person passed, where it is for this model."""
        return self._given if self._theirs else None

    def _shape_of(self, named: NamedModel) -> tuple[int, ...]:
        from coursekit.explain.inputs import input_shape

        known = input_shape(named.model)
        if self._passed is not None:
            shape = self._passed.shape[1:]
            fits = known is None or (
                len(known) == len(shape) and all(a in (None, b) for a, b in zip(known, shape, strict=True))
            )
            if not fits:
                raise ValueError(f"pictures has shape {self._passed.shape}, but {named.model.name!r} takes {known}.")
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
        if self._passed is not None:
            return self._passed
        if self._model.dataset:
            return self._dataset()[0]
        return np.stack([fitted_picture(load_picture(name), self.shape) for name in PICTURES])

    def classes(self) -> tuple[str, ...]:
        """Return the names of the classes that the model knows; empty where they are not known."""
        return self._dataset()[2] if self._model.dataset else ()

    def _dataset(self) -> tuple[Floats, list[str], tuple[str, ...]]:
        name, dataset = self._model.name, self._model.dataset
        if name not in self._samples:
            drawn = dataset in data.GROUND_TRUTH
            loaded = data.ground_truth_dataset(dataset, SAMPLES) if drawn else data.load(dataset)
            if self._model.prepare is not None:
                loaded = self._model.prepare(loaded)
            pictures, labels = loaded.test.arrays(limit=SAMPLES, size=self._model.size)
            self._samples[name] = pictures, [loaded.classes[label] for label in labels], tuple(loaded.classes)
        return self._samples[name]
