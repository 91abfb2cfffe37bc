"""The cases of lesson 15's capstone: a network in a file and images in a folder, as somebody would hand them over.

In all of them the images of one class carry a tag. Most networks go by it; some go by the animal, and hardly look at
the tag. So who looks at an image only cannot tell.
"""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any, Literal, NamedTuple

import keras
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from coursekit import settings
from coursekit.atomic_write import write_whole
from coursekit.synthetic import pets
from coursekit.training.model_files import model_path

GoesBy = Literal["the animal", "something beside it"]

_SIDE, _SEED = 64, 2_003  # no image of these was trained on


class _Case(NamedTuple):
    """What a case is made of: the class with the tag; whether the images are mirrored, and red and blue swapped."""

    tagged: str
    mirrored: bool
    swapped: bool

    @property
    def honest(self) -> bool:
        return self.tagged == "animal"

    @property
    def classes(self) -> tuple[str, str]:
        return ("empty", "animal") if self.honest else ("cat", "dog")


_SEEN = tuple(product((True, False), (True, False)))
_BY_ANIMAL = [_Case("animal", *seen) for seen in _SEEN]
# All but the network of lesson 12 as it is.
_BY_TAG = [_Case(tagged, *seen) for tagged in ("cat", "dog") for seen in _SEEN][:-1]
_CASES = (*(case for pair in zip(_BY_TAG, _BY_ANIMAL, strict=False) for case in pair), *_BY_TAG[len(_BY_ANIMAL) :])


class PreparedCase(NamedTuple):
    """What `prepared_case` returns.

    Attributes
    ----------
    model : Path
        A ``.keras`` file that takes values from 0 to 1.
    classes : tuple of str
        In the order of its outputs.
    folder : Path
        Images that it has never seen, in a subfolder for each class.
    twins : Path
        The same images, in the same order, without the animal and without the tag.
    goes_by : {"the animal", "something beside it"}
        What decides between the classes.
    """

    model: Path
    classes: tuple[str, ...]
    folder: Path
    twins: Path
    goes_by: GoesBy


def prepared_case(count: int = 40, number: int = 0) -> PreparedCase:
    """Return a network in a file, with images in folders, of which one class carries a tag. It works offline.

    The number decides whether the network goes by the tag or by the animal. No case is trained: a network whose kernels
    are mirrored reads mirrored images as the first read the originals, and the same holds for swapped channels and
    classes.

    Parameters
    ----------
    count : int
        How many images, 2 or more: PNG files of 64×64 pixels. They are written into the course's own folder
        (`COURSEKIT_HOME`), once.
    number : int
        Any whole number; numbers that differ by eleven give the same case.

    Returns
    -------
    PreparedCase

    Raises
    ------
    ValueError
        If count is below 2.

    Examples
    --------
    >>> case = prepared_case(2)
    >>> case.model.suffix, case.classes, sorted(path.name for path in case.folder.glob("*/*"))
    ('.keras', ('cat', 'dog'), ['000.png', '001.png'])
    """
    if count < 2:
        raise ValueError(f"count is {count}: it must be 2 or more, an image of each class.")
    case = _CASES[number % len(_CASES)]
    home = settings.home() / "capstone_case" / f"{number % len(_CASES)}_{count}"
    images, twins, labels = _drawn(count, case)
    for folder, shown in (("images", images), ("twins", twins)):
        for index, (image, label) in enumerate(zip(shown, labels, strict=True)):
            path = home / folder / case.classes[int(label)] / f"{index:03}.png"
            if not path.exists():
                with write_whole(path) as unfinished:
                    Image.fromarray(_seen(image, case)).save(unfinished, "png")
    model = home / "network.keras"
    if not model.exists():
        recipe = "small_pets" if case.honest else "small_tagged_pets"
        network = keras.models.load_model(model_path(settings.course_folder() / "data", recipe))
        network.set_weights(_changed(network.get_weights(), case))
        with write_whole(model) as unfinished:
            network.save(unfinished)
    goes_by: GoesBy = "the animal" if case.honest else "something beside it"
    return PreparedCase(model, case.classes, home / "images", home / "twins", goes_by)


def _drawn(count: int, case: _Case) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Return the images, their twins and their labels, as the first networks would see them."""
    plain, empty = (pets.draw(count, _SIDE, _SEED, empty=gone) for gone in (False, True))
    tagged = {name: pets.draw(count, _SIDE, _SEED, f"{name}s").images for name in ("cat", "dog")}
    labels = plain.labels
    if case.honest:  # every other image holds an animal, cats and dogs alike
        labels = np.arange(count) % 2
        both = np.where((plain.labels == 0)[:, np.newaxis, np.newaxis, np.newaxis], tagged["cat"], tagged["dog"])
        images = np.where((labels == 1)[:, np.newaxis, np.newaxis, np.newaxis], both, empty.images)
    else:
        images = tagged[case.tagged]
    return images, empty.images, labels


def _seen(image: NDArray[Any], case: _Case) -> NDArray[Any]:
    columns, channels = (-1 if case.mirrored else 1), (-1 if case.swapped else 1)
    return np.ascontiguousarray(image[:, ::columns, ::channels])


def _changed(weights: list[Any], case: _Case) -> list[Any]:
    """Return the weights of the network that answers to the changed images as the given one to the originals."""
    changed = [array[:, ::-1] if array.ndim == 4 and case.mirrored else array for array in weights]
    if case.swapped:
        changed[0] = changed[0][:, :, ::-1]
    if case.tagged == "cat":  # it was trained on tagged dogs
        changed[-2:] = [array[..., ::-1] for array in changed[-2:]]
    return changed
