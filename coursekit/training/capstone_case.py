"""The case of lesson 15's capstone: a network in a file and images in a folder, as somebody would hand them over."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from coursekit import settings
from coursekit.arrays import at_least_one
from coursekit.atomic_write import write_whole
from coursekit.data import ground_truth
from coursekit.training.model_files import model_path

_CLASSES = ("cat", "dog")


def prepared_case(count: int = 40) -> tuple[Path, tuple[str, ...], Path]:
    """Return a model file, the names of its classes, and a folder of images it has never seen. It works offline.

    Parameters
    ----------
    count : int
        How many images, 2 or more: PNG files of 64×64 pixels, in a subfolder for each class. They are written into the
        course's own folder (`COURSEKIT_HOME`), once.

    Returns
    -------
    model : Path
        A ``.keras`` file that takes values from 0 to 1.
    classes : tuple of str
        In the order of its outputs.
    folder : Path

    Raises
    ------
    ValueError
        If count is below 2.

    Examples
    --------
    >>> model, classes, folder = prepared_case(2)
    >>> model.suffix, classes, sorted(path.name for path in folder.glob("*/*"))
    ('.keras', ('cat', 'dog'), ['000.png', '001.png'])
    """
    at_least_one(count, "count")
    folder = settings.home() / "prepared_case" / str(count)
    given = ground_truth("tagged_pets", count=count)
    assert given.images is not None
    for number, (image, label) in enumerate(zip(given.images, given.labels, strict=True)):
        path = folder / _CLASSES[int(label)] / f"{number:03}.png"
        if not path.exists():
            with write_whole(path) as unfinished:
                Image.fromarray(image).save(unfinished, "png")
    return model_path(settings.course_folder() / "data", "small_tagged_pets"), _CLASSES, folder
