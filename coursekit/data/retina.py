"""Eye fundus pictures: their grades, and the patients that they are of.

Pictures are named ``<patient>_<left|right>.jpg``; the two eyes of a patient resemble each other in colour and grade, so
a patient must never stand in two splits. Hand `patient_of` to `image_folder.class_folders` as `group_of`.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from pathlib import Path, PurePath
from types import MappingProxyType

from coursekit.data.errors import DamagedError

# The International Clinical Diabetic Retinopathy scale: C. P. Wilkinson et al., Ophthalmology 110 (2003) 1677-1682.
CLASS_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "0": "no diabetic retinopathy",
        "1": "mild",
        "2": "moderate",
        "3": "severe",
        "4": "proliferative",
    }
)
CLASSES = tuple(CLASS_NAMES)

_NAME = re.compile(r"(?P<patient>\d+)_(?P<eye>left|right)")


def patient_of(path: PurePath | str) -> str:
    """Return the patient that a picture is of.

    Parameters
    ----------
    path
        A path or file name, ``123_left.jpg``.

    Raises
    ------
    ValueError
        If the file is named otherwise.

    Examples
    --------
    >>> patient_of("3/123_left.jpg"), patient_of("0/123_right.jpg")
    ('123', '123')
    """
    return _parts(path)["patient"]


def eye_of(path: PurePath | str) -> str:
    """Return which eye a picture shows, ``"left"`` or ``"right"``.

    Raises
    ------
    ValueError
        If the file is named otherwise than ``123_left.jpg``.

    Examples
    --------
    >>> eye_of("123_left.jpg")
    'left'
    """
    return _parts(path)["eye"]


def read_grades(path: Path) -> dict[str, int]:
    """Read ``labels.csv``: the grade, 0 to 4, of each picture by its name without ``.jpg``.

    Parameters
    ----------
    path
        A table with the columns ``image`` and ``level``, as in the Kaggle competition of 2015.

    Raises
    ------
    DamagedError
        If the file cannot be read, lacks a column, names a picture twice, or holds another grade.
    """
    grades: dict[str, int] = {}
    try:
        with path.open(encoding="utf-8", newline="") as file:
            for line, row in enumerate(csv.DictReader(file), start=2):
                image, level = row.get("image"), row.get("level")
                if not image or level not in CLASSES:
                    raise DamagedError(
                        f"{path.name} is damaged in line {line}: image is {image!r} and level {level!r}, but a name "
                        "and a grade of 0 to 4 are needed"
                    )
                if image in grades:
                    raise DamagedError(f"{path.name} is damaged in line {line}: {image} is graded a second time")
                grades[image] = int(level)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DamagedError(f"{path.name} cannot be read ({error})") from error
    if not grades:
        raise DamagedError(f"{path.name} holds no grades")
    return grades


def _parts(path: PurePath | str) -> dict[str, str]:
    found = _NAME.fullmatch(PurePath(path).stem)
    if found is None:
        raise ValueError(
            f"{PurePath(path).name!r} names no patient and eye. Fundus pictures are named as 123_left.jpg or "
            "123_right.jpg: rename it, or leave it out."
        )
    return found.groupdict()
