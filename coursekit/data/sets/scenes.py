"""Scenes: photographs of landscapes and towns, from a public challenge of Intel."""

from __future__ import annotations

import functools
import re
from types import MappingProxyType

from coursekit.data import image_folder
from coursekit.data.catalogue_entry import CatalogueEntry, DataSource, KaggleSource, RemoteFile
from coursekit.data.fetching import kaggle
from coursekit.data.sets.synthetic_sample import SyntheticSample

CLASSES = ("buildings", "forest", "glacier", "mountain", "sea", "street")


def _from_kaggle(path: str) -> str | None:
    """Place the files of the Kaggle data set: ``seg_train/seg_train/<class>/<number>.jpg``, and ``seg_test`` alike.

    Its ``seg_pred`` has no labels and is left out.

    Parameters
    ----------
    path : str
        Path of a file in the data set.

    Returns
    -------
    str or None
        Its path in the cache; None leaves it out.

    Examples
    --------
    >>> _from_kaggle("seg_test/seg_test/sea/20072.jpg"), _from_kaggle("seg_pred/seg_pred/5.jpg")
    ('test/sea/20072.jpg', None)
    """
    found = re.fullmatch(r"seg_(train|test)/seg_\1/(\w+)/(\d+\.jpg)", path)
    return None if found is None else f"{found[1]}/{found[2]}/{found[3]}"


SCENES = CatalogueEntry(
    name="scenes",
    title="Scenes: landscapes and towns",
    classes=CLASSES,
    counts=MappingProxyType({"train": 3_000, "test": 1_800}),
    licence="no open licence stated (data files © original authors); published for a public challenge",
    citation="Intel Image Classification, Analytics Vidhya and Intel, 2018, on Kaggle by P. Bansal",
    layout="train|test/<class>/<number>.jpg",
    mirror=DataSource(
        (
            RemoteFile(
                name="scenes.zip",
                address="scenes.zip",
                checksum="f6bd65875a98177b0b8805503e240e22ca4b2081f74805f074c80d7235c7baf0",
                size=37_653_957,
                unpacked_size=37_082_081,
            ),
        )
    ),
    # 14,034 + 3,000 images. Kaggle publishes no hash; kagglehub checks the one that Kaggle sends along.
    homes=(
        KaggleSource(
            "puneet6060/intel-image-classification",
            functools.partial(kaggle.copy_all, place=_from_kaggle),
            size=363_000_000,
            unpacked_size=270_000_000,
            images=17_034,
        ),
    ),
    read=functools.partial(image_folder.split_folders, classes=CLASSES, splits=("train", "test")),
    sample="1,200 synthetic images of the six classes: 960 to train, 240 to test",
    make_sample=SyntheticSample("scenes", 128, {"train": 960, "test": 240}),
)
