"""Flowers: photographs of five species."""

from __future__ import annotations

import functools
import re
from types import MappingProxyType

from coursekit.data import image_folder
from coursekit.data.catalogue_entry import CatalogueEntry, DataSource, RemoteFile
from coursekit.data.fetching import archive
from coursekit.data.sets.synthetic_sample import SyntheticSample

CLASSES = ("daisy", "dandelion", "roses", "sunflowers", "tulips")


def _from_tensorflow(path: str) -> str | None:
    """Place the files of TensorFlow's archive: ``flower_photos/<class>/<name>.jpg`` and ``flower_photos/LICENSE.txt``.

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
    >>> _from_tensorflow("flower_photos/roses/1.jpg"), _from_tensorflow("flower_photos/._roses")
    ('roses/1.jpg', None)
    """
    found = re.fullmatch(r"(?:\./)?flower_photos/((?:\w+/[^./][^/]*\.jpg)|LICENSE\.txt)", path)
    return None if found is None else found[1]


FLOWERS = CatalogueEntry(
    name="flowers",
    title="Flowers of five species",
    classes=CLASSES,
    counts=MappingProxyType({"all": 3_670}),
    licence="CC BY 2.0; the photographers are named in LICENSE.txt",
    citation="The TensorFlow Team: Flowers, 2019, http://download.tensorflow.org/example_images/flower_photos.tgz",
    layout="<class>/<flickr id>_<key>.jpg and LICENSE.txt; no split of its own",
    mirror=DataSource(
        (
            RemoteFile(
                name="flowers.zip",
                address="flowers.zip",
                checksum="5fe954dc15f1553a6e6d233f5c5988fae53db4d8a522201d7cafd23a6dec4319",
                size=35_769_212,
                unpacked_size=35_548_453,
            ),
        )
    ),
    # Size and hash as in TensorFlow Datasets 4.9.10 (datasets/tf_flowers/checksums.tsv); the address is that of
    # TensorFlow's tutorials, where the same file comes by https.
    homes=(
        DataSource(
            (
                RemoteFile(
                    name="flower_photos.tgz",
                    address=("https://storage.googleapis.com/download.tensorflow.org/example_images/flower_photos.tgz"),
                    checksum="4c54ace7911aaffe13a365c34f650e71dd5bf1be0a58b464e5a7183e3e595d9c",
                    size=228_813_984,
                    unpacked_size=260_000_000,
                ),
            ),
            unpack=functools.partial(archive.unpack, place=_from_tensorflow),
        ),
    ),
    read=functools.partial(image_folder.class_folders, classes=CLASSES),
    sample="1,200 synthetic images of the five species: 960 to train, 120 to validate, 120 to test",
    make_sample=SyntheticSample("flowers", 128, {"train": 960, "validation": 120, "test": 120}),
)
