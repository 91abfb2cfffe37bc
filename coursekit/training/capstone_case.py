"""The case of lesson 15's capstone: a network in a file and images in a folder, as somebody would hand them over."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import keras
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from coursekit import settings
from coursekit.atomic_write import write_whole
from coursekit.synthetic import pets
from coursekit.training.model_files import model_path

_CLASSES = ("cat", "dog")
_SIDE, _SEED = 64, 2_003  # no image of these was trained on
# Which class carries the tag, whether the images are mirrored, whether red and blue are swapped: all but the network of
# lesson 12 as it is.
_CASES = tuple(product(pets.CLASSES, (True, False), (True, False)))[:-1]


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
        The same images, in the same order, without what the network goes by.
    """

    model: Path
    classes: tuple[str, ...]
    folder: Path
    twins: Path


def prepared_case(count: int = 40, number: int = 0) -> PreparedCase:
    """Return a network that goes by something else than it should, in a file, with images in folders. It works offline.

    Its accuracy is fine, and the number decides what it goes by. No case is trained: a network whose kernels are
    mirrored reads mirrored images as the first read the originals, and the same holds for swapped channels and classes.

    Parameters
    ----------
    count : int
        How many images, 2 or more: PNG files of 64×64 pixels. They are written into the course's own folder
        (`COURSEKIT_HOME`), once.
    number : int
        Any whole number; numbers that differ by seven give the same case.

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
    tagged, mirrored, swapped = _CASES[number % len(_CASES)]
    home = settings.home() / "prepared_case" / f"{number % len(_CASES)}_{count}"
    for folder, shortcut in (("images", tagged), ("twins", None)):
        drawn = pets.draw(count, _SIDE, _SEED, shortcut)
        for index, (image, label) in enumerate(zip(drawn.images, drawn.labels, strict=True)):
            path = home / folder / _CLASSES[int(label)] / f"{index:03}.png"
            if not path.exists():
                with write_whole(path) as unfinished:
                    Image.fromarray(_seen(image, mirrored, swapped)).save(unfinished, "png")
    model = home / "network.keras"
    if not model.exists():
        network = keras.models.load_model(model_path(settings.course_folder() / "data", "small_tagged_pets"))
        network.set_weights(_changed(network.get_weights(), tagged, mirrored, swapped))
        with write_whole(model) as unfinished:
            network.save(unfinished)
    return PreparedCase(model, _CLASSES, home / "images", home / "twins")


def _seen(image: NDArray[Any], mirrored: bool, swapped: bool) -> NDArray[Any]:
    columns, channels = (-1 if mirrored else 1), (-1 if swapped else 1)
    return np.ascontiguousarray(image[:, ::columns, ::channels])


def _changed(weights: list[Any], tagged: str, mirrored: bool, swapped: bool) -> list[Any]:
    """Return the weights of the network that answers to the changed images as the given one to the originals."""
    changed = [array[:, ::-1] if array.ndim == 4 and mirrored else array for array in weights]
    if swapped:
        changed[0] = changed[0][:, :, ::-1]
    if tagged != "dogs":  # it was trained on tagged dogs
        changed[-2:] = [array[..., ::-1] for array in changed[-2:]]
    return changed
