"""Cats and dogs: photographs of pets in two folders."""

from __future__ import annotations

import functools
import re
from types import MappingProxyType

from coursekit.data import image_folder
from coursekit.data.catalogue_entry import CatalogueEntry, DataSource, RemoteFile
from coursekit.data.fetching import archive
from coursekit.data.sets.synthetic_sample import SyntheticSample

CLASSES = ("cats", "dogs")

_ANIMALS = {"Cat": "cat", "Dog": "dog"}
# Chollet's "Deep Learning with Python" uses these numbers of each animal; the other 21,000 images are left out.
_NUMBERS = {"train": range(1000), "validation": range(1000, 1500), "test": range(1500, 2000)}
# An empty file, as upstream.
_EMPTY = {"PetImages/Cat/666.jpg"}
# Google's copy has no test images: of its 500 + 500 for validation (numbers 2000 to 2499) the second half.
_FIRST_TEST_NUMBER = 2250


def _from_google(path: str) -> str | None:
    """Place the files of Google's copy: ``cats_and_dogs_filtered/train|validation/cats|dogs/cat.<number>.jpg``.

    Parameters
    ----------
    path : str
        Path of a file in the archive.

    Returns
    -------
    str or None
        Its path in the cache; None leaves it out.

    Examples
    --------
    >>> _from_google("cats_and_dogs_filtered/validation/cats/cat.2400.jpg")
    'test/cats/cat.2400.jpg'
    """
    found = re.fullmatch(r"cats_and_dogs_filtered/(train|validation)/(cats|dogs)/((?:cat|dog)\.(\d+)\.jpg)", path)
    if found is None:
        return None
    split, animals, file, number = found.groups()
    return f"{'test' if split == 'validation' and int(number) >= _FIRST_TEST_NUMBER else split}/{animals}/{file}"


def _from_microsoft(path: str) -> str | None:
    """Place 2,000 + 1,000 + 1,000 files of Microsoft's archive of 25,000: ``PetImages/Cat|Dog/<number>.jpg``.

    Parameters
    ----------
    path : str
        Path of a file in the archive.

    Returns
    -------
    str or None
        Its path in the cache; None leaves it out.

    Examples
    --------
    >>> _from_microsoft("PetImages/Dog/1000.jpg"), _from_microsoft("PetImages/Dog/2000.jpg")
    ('validation/dogs/dog.1000.jpg', None)
    """
    found = re.fullmatch(r"PetImages/(Cat|Dog)/(\d+)\.jpg", path)
    if found is None or path in _EMPTY:
        return None
    animal, number = _ANIMALS[found[1]], int(found[2])
    for split, numbers in _NUMBERS.items():
        if number in numbers:
            return f"{split}/{animal}s/{animal}.{number}.jpg"
    return None


CATS_DOGS = CatalogueEntry(
    name="cats_dogs",
    title="Cats and dogs",
    classes=CLASSES,
    counts=MappingProxyType({"train": 2_000, "validation": 1_000, "test": 600}),
    licence="no open licence; rules of the Kaggle competition, widely used in teaching",
    citation=(
        "J. Elson, J. R. Douceur, J. Howell, J. Saul: Asirra: A CAPTCHA that exploits interest-aligned manual image "
        "categorization, ACM Conference on Computer and Communications Security 2007 (Kaggle: Dogs vs. Cats, 2013)"
    ),
    layout="train|validation|test/cats|dogs/<cat|dog>.<number>.jpg",
    mirror=DataSource(
        (
            RemoteFile(
                name="cats_dogs.zip",
                address="cats_dogs.zip",
                checksum="e1153246b205b69461d9487800d74f6f7af81adf406d25a1aaf062dbf80a50ec",
                size=32_220_885,
                unpacked_size=31_777_303,
            ),
        )
    ),
    homes=(
        # Google's copy for its TensorFlow tutorials: 2,000 images to train, 1,000 more. No hash is published (not
        # in Keras, TensorFlow Datasets or those tutorials); the size is what their progress bars count to.
        DataSource(
            (
                RemoteFile(
                    name="cats_and_dogs_filtered.zip",
                    address="https://storage.googleapis.com/mledu-datasets/cats_and_dogs_filtered.zip",
                    checksum=None,
                    size=68_606_236,
                    unpacked_size=80_000_000,
                ),
            ),
            unpack=functools.partial(archive.unpack, place=_from_google),
            images=3_000,
        ),
        # All 25,000. Address, size and hash as in TensorFlow Datasets 4.9.10 (url_checksums/cats_vs_dogs.txt).
        DataSource(
            (
                RemoteFile(
                    name="kagglecatsanddogs_5340.zip",
                    address=(
                        "https://download.microsoft.com/download/3/E/1/3E1C3F21-ECDB-4869-8368-6DEBA77B919F/"
                        "kagglecatsanddogs_5340.zip"
                    ),
                    checksum="b7974bd00a84a99921f36ee4403f089853777b5ae8d151c76a86e64900334af9",
                    size=824_887_076,
                    unpacked_size=200_000_000,
                ),
            ),
            unpack=functools.partial(archive.unpack, place=_from_microsoft),
        ),
    ),
    read=functools.partial(image_folder.split_folders, classes=CLASSES),
    sample="1,200 synthetic images of cats and dogs: 800 to train, 200 to validate, 200 to test",
    make_sample=SyntheticSample("pets", 128, {"train": 800, "validation": 200, "test": 200}),
)
