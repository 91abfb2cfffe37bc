"""Eye fundus images: their grades, the patients that they are of, and two sets of them.

Images are named ``<patient>_<left|right>.jpg``; the two eyes of a patient resemble each other in colour and grade, so
a patient must never stand in two splits. Hand `patient_of` to `image_folder.class_folders` as `group_of`.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from pathlib import Path, PurePath
from types import MappingProxyType

from coursekit.data import image_folder
from coursekit.data.catalogue_entry import CatalogueEntry, DataSource, KaggleSource, RemoteFile
from coursekit.data.dataset import Splits
from coursekit.data.errors import DamagedError
from coursekit.data.fetching.kaggle import Downloader
from coursekit.data.images.decoding import SUFFIXES
from coursekit.data.images.listing import composed
from coursekit.data.sets.synthetic_sample import SyntheticSample
from coursekit.data.table import rows as table_rows

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

_NAME = re.compile(r"(?P<patient>\d+)_(?:left|right)")
# The image of each eye at Kaggle, at most 1,024 pixels wide, in natural colours.
_EYE = "resized_train/resized_train/{}.jpeg"
_EYES_LOOKED_AT = 960
_HEALTHY_LIMIT = 250


def patient_of(path: PurePath | str) -> str:
    """Return the patient that an image is of.

    Parameters
    ----------
    path : Path or str
        A path or file name, ``123_left.jpg``.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        If the file is named otherwise.

    Examples
    --------
    >>> patient_of("3/123_left.jpg"), patient_of("0/123_right.jpg")
    ('123', '123')
    """
    found = _NAME.fullmatch(PurePath(path).stem)
    if found is None:
        raise ValueError(
            f"{PurePath(path).name!r} names no patient and eye. Fundus images are named as 123_left.jpg or "
            "123_right.jpg: rename it, or leave it out."
        )
    return found["patient"]


def name_of(name: str) -> str:
    """Return the name of an image without its ending and with its accents put together, to find it in a table.

    Parameters
    ----------
    name : str
        A file name, or what stands in a table.

    Returns
    -------
    str

    Examples
    --------
    >>> name_of("10_left.jpeg"), name_of("10_left"), name_of("10.5_left")
    ('10_left', '10_left', '10.5_left')
    """
    path = PurePath(name)
    return composed(path.stem if path.suffix.lower() in SUFFIXES else path.name)


def read_grades(path: Path) -> dict[str, int]:
    """Read ``labels.csv``: the grade, 0 to 4, of each image by its name without ``.jpg``.

    Parameters
    ----------
    path : Path
        A table with the columns ``image`` and ``level``, as in the Kaggle competition of 2015; as a spreadsheet saves
        it, see `coursekit.data.table.rows`. A name may end in ``.jpg`` or not.

    Returns
    -------
    dict of str to int
        By what `name_of` makes of each name.

    Raises
    ------
    DamagedError
        If the file cannot be read, lacks a column, names an image twice, or holds another grade.
    """
    grades: dict[str, int] = {}
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DamagedError(f"{path.name} cannot be read ({error})") from error
    table = table_rows(content, path.name)
    _, header = next(table, (1, []))
    titles = [title.strip().lower() for title in header]
    missing = [title for title in ("image", "level") if title not in titles]
    if header and missing:
        raise DamagedError(
            f"{path.name} has the columns {', '.join(header)}, but image and level are needed: {' and '.join(missing)} "
            f"{'is' if len(missing) == 1 else 'are'} missing in its first line"
        )
    for line, row in table:
        values = {title: value.strip() for title, value in zip(titles, row, strict=False)}
        image, level = name_of(values.get("image", "")), values.get("level")
        if not image or level not in CLASSES:
            raise DamagedError(
                f"{path.name} is damaged in line {line}: image is {image!r} and level {level!r}, but a name and a "
                "grade of 0 to 4 are needed"
            )
        if image in grades:
            raise DamagedError(f"{path.name} is damaged in line {line}: {image} is graded a second time")
        grades[image] = int(level)
    if not grades:
        raise DamagedError(f"{path.name} holds no grades")
    return grades


def read(folder: Path) -> Splits:
    """Read ``<grade>/<patient>_<left|right>.jpg``, split so that no patient stands in two parts.

    Parameters
    ----------
    folder : Path
        The folder of the data set.

    Returns
    -------
    Splits
        Train, validation and test: 70, 15 and 15 of a hundred images, as near as whole patients allow.

    Raises
    ------
    DamagedError
        If a folder of a grade is missing or holds no image, or a file names no patient.
    """
    try:
        return image_folder.class_folders(folder, CLASSES, (0.7, 0.15, 0.15), group_of=patient_of)
    except ValueError as error:
        raise DamagedError(f"{folder.name} holds no eyes ({error})") from error


def _copy_eyes(download: Downloader, folder: Path) -> None:
    """Copy about 500 eyes of the diabetic retinopathy competition into ``<grade>/<patient>_<left|right>.jpeg``.

    Of the first 960 images of ``trainLabels.csv`` all of grades 1 to 4, and the first 250 of grade 0. They are
    fetched one by one, for the whole data set has 7 GB.

    Parameters
    ----------
    download : callable
        What `coursekit.data.fetching.kaggle.downloader` returns.
    folder : Path
        Where the copies go.

    Raises
    ------
    UnavailableError
        If they cannot be had.
    DamagedError
        If the list of grades is not one.
    """
    grades = list(read_grades(download("trainLabels.csv")).items())[:_EYES_LOOKED_AT]
    healthy = [image for image, grade in grades if grade == 0]
    left_out = set(healthy[_HEALTHY_LIMIT:])
    for image, grade in grades:
        if image not in left_out:
            target = folder / str(grade) / f"{image}.jpeg"
            target.parent.mkdir(exist_ok=True)
            shutil.copyfile(download(_EYE.format(image)), target)


_LICENCE = (
    "no open licence; rules of the Kaggle competition; images provided by EyePACS, sponsored by the California "
    "Healthcare Foundation; not for clinical use"
)
_CITATION = "Diabetic Retinopathy Detection, Kaggle competition with EyePACS, 2015"
_SAMPLE_IN_WORDS = "600 synthetic fundus images of the five grades: 420 to train, 90 to validate, 90 to test"
_SAMPLE = SyntheticSample("fundus", 128, {"train": 420, "validation": 90, "test": 90})

RETINA = CatalogueEntry(
    name="retina",
    title="Retinas, five grades, natural colours",
    classes=CLASSES,
    counts=MappingProxyType({"all": 499}),
    licence=_LICENCE,
    citation=_CITATION,
    layout="<grade>/<patient>_<left|right>.jpg; no split of its own",
    mirror=DataSource(
        (
            RemoteFile(
                name="retina_natural.zip",
                address="retina_natural.zip",
                checksum="ccbe9391bce445c98b8f50e540e0db3d6869863b7e8dedbec49f162f920cd900",
                size=5_009_791,
                unpacked_size=4_961_625,
            ),
        )
    ),
    # The competition itself has 82 GB; this Kaggle data set holds its images at 1,024 pixels. About 500 of them are
    # fetched one by one. Kaggle publishes no hashes.
    homes=(
        KaggleSource(
            "tanlikesmath/diabetic-retinopathy-resized",
            _copy_eyes,
            size=100_000_000,
            unpacked_size=100_000_000,
        ),
    ),
    read=read,
    sample=_SAMPLE_IN_WORDS,
    make_sample=_SAMPLE,
)

RETINA_BALANCED = CatalogueEntry(
    name="retina_balanced",
    title="Retinas, five grades, balanced",
    classes=CLASSES,
    counts=MappingProxyType({"all": 723}),
    licence=_LICENCE,
    citation=_CITATION,
    layout="<grade>/<patient>_<left|right>.jpg; no split of its own",
    mirror=DataSource(
        (
            RemoteFile(
                name="retina_balanced.zip",
                address="retina_balanced.zip",
                checksum="b29494d22109f85b4f079bfb54d314a55762440874f12ab642414be716a2808d",
                size=10_019_370,
                unpacked_size=9_948_010,
            ),
        )
    ),
    # One author's equalised copy: no public home has these images as an archive.
    homes=(),
    read=read,
    sample=_SAMPLE_IN_WORDS,
    make_sample=_SAMPLE,
)
