"""From the layout of a public home to that of the cache: for each path at home its path in the cache, or None.

Each function maps a path inside an archive (or a downloaded folder) to where the file goes; None leaves it out.
"""

from __future__ import annotations

import re

_KAGGLE_PETS = {"Cat": "cat", "Dog": "dog"}
# Chollet's "Deep Learning with Python" uses these numbers of each animal; the other 21,000 pictures are left out.
_PETS_NUMBERS = {"train": range(1000), "validation": range(1000, 1500), "test": range(1500, 2000)}
# An empty file, as upstream.
_PETS_EMPTY = {"PetImages/Cat/666.jpg"}
# Google's copy has no test pictures: of its 500 + 500 for validation (numbers 2000 to 2499) the second half.
_FIRST_TEST_NUMBER = 2250


def as_it_is(path: str) -> str:
    """Keep each file where it is.

    Examples
    --------
    >>> as_it_is("train/cats/cat.0.jpg")
    'train/cats/cat.0.jpg'
    """
    return path


def filtered_cats_dogs(path: str) -> str | None:
    """Place the files of Google's copy: ``cats_and_dogs_filtered/train|validation/cats|dogs/cat.<number>.jpg``.

    Examples
    --------
    >>> filtered_cats_dogs("cats_and_dogs_filtered/validation/cats/cat.2400.jpg")
    'test/cats/cat.2400.jpg'
    """
    found = re.fullmatch(r"cats_and_dogs_filtered/(train|validation)/(cats|dogs)/((?:cat|dog)\.(\d+)\.jpg)", path)
    if found is None:
        return None
    split, animals, file, number = found.groups()
    return f"{'test' if split == 'validation' and int(number) >= _FIRST_TEST_NUMBER else split}/{animals}/{file}"


def microsoft_cats_dogs(path: str) -> str | None:
    """Place 2,000 + 1,000 + 1,000 files of Microsoft's archive of 25,000: ``PetImages/Cat|Dog/<number>.jpg``.

    Examples
    --------
    >>> microsoft_cats_dogs("PetImages/Dog/1000.jpg"), microsoft_cats_dogs("PetImages/Dog/2000.jpg")
    ('validation/dogs/dog.1000.jpg', None)
    """
    found = re.fullmatch(r"PetImages/(Cat|Dog)/(\d+)\.jpg", path)
    if found is None or path in _PETS_EMPTY:
        return None
    animal, number = _KAGGLE_PETS[found[1]], int(found[2])
    for split, numbers in _PETS_NUMBERS.items():
        if number in numbers:
            return f"{split}/{animal}s/{animal}.{number}.jpg"
    return None


def flower_photos(path: str) -> str | None:
    """Place the files of TensorFlow's archive: ``flower_photos/<class>/<name>.jpg`` and ``flower_photos/LICENSE.txt``.

    Examples
    --------
    >>> flower_photos("flower_photos/roses/1.jpg"), flower_photos("flower_photos/._roses")
    ('roses/1.jpg', None)
    """
    found = re.fullmatch(r"(?:\./)?flower_photos/((?:\w+/[^./][^/]*\.jpg)|LICENSE\.txt)", path)
    return None if found is None else found[1]


def intel_scenes(path: str) -> str | None:
    """Place the files of the Kaggle data set: ``seg_train/seg_train/<class>/<number>.jpg``, and ``seg_test`` alike.

    Its ``seg_pred`` has no labels and is left out.

    Examples
    --------
    >>> intel_scenes("seg_test/seg_test/sea/20072.jpg"), intel_scenes("seg_pred/seg_pred/5.jpg")
    ('test/sea/20072.jpg', None)
    """
    found = re.fullmatch(r"seg_(train|test)/seg_\1/(\w+)/(\d+\.jpg)", path)
    return None if found is None else f"{found[1]}/{found[2]}/{found[3]}"
