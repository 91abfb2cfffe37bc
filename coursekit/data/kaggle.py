"""Data sets whose public home is Kaggle: fetched by kagglehub, an optional extra."""

from __future__ import annotations

import importlib
import shutil
from collections.abc import Callable
from pathlib import Path

from coursekit.data import retina
from coursekit.data.errors import UnavailableError

# Gives a file of a Kaggle data set, or for None the folder with all of them.
Download = Callable[[str | None], Path]

# The picture of each eye, at most 1,024 pixels wide, in natural colours.
_EYE = "resized_train/resized_train/{}.jpeg"
_EYES_LOOKED_AT = 960
_HEALTHY_LIMIT = 250


def downloader(handle: str) -> Download:
    """Return what fetches the files of a Kaggle data set, into the cache that kagglehub keeps itself.

    Raises
    ------
    UnavailableError
        If kagglehub is not installed; and from what is returned, if Kaggle cannot be reached or wants a login.

    Examples
    --------
    >>> download = downloader("puneet6060/intel-image-classification")  # doctest: +SKIP
    """
    try:
        # An optional extra, so it is not among the imports above.
        kagglehub = importlib.import_module("kagglehub")
    except ImportError as error:
        raise UnavailableError(
            f"its public home is Kaggle ({handle}), which needs the package kagglehub; "
            "install it with: pip install 'coursekit[online]'"
        ) from error

    def download(path: str | None) -> Path:
        try:
            return Path(kagglehub.dataset_download(handle, path=path))
        except Exception as error:  # kagglehub raises its own errors, those of requests, and OSError
            raise UnavailableError(
                f"Kaggle does not give {handle} ({type(error).__name__}: {error}); "
                "if it asks for a login, run kagglehub.login() in Python once"
            ) from error

    return download


def copy_all(download: Download, folder: Path, place: Callable[[str], str | None]) -> None:
    """Copy a whole data set into a folder, each file where `place` says (see `layouts`).

    Raises
    ------
    UnavailableError
        If it cannot be had.
    """
    source = download(None)
    for path in sorted(source.rglob("*")):
        target = place(path.relative_to(source).as_posix()) if path.is_file() else None
        if target is not None:
            (folder / target).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, folder / target)


def copy_eyes(download: Download, folder: Path) -> None:
    """Copy about 500 eyes of the diabetic retinopathy competition into ``<grade>/<patient>_<left|right>.jpeg``.

    Of the first 960 pictures of ``trainLabels.csv`` all of grades 1 to 4, and the first 250 of grade 0. They are
    fetched one by one, for the whole data set has 7 GB.

    Raises
    ------
    UnavailableError
        If they cannot be had.
    DamagedError
        If the list of grades is not one.
    """
    grades = list(retina.read_grades(download("trainLabels.csv")).items())[:_EYES_LOOKED_AT]
    healthy = [image for image, grade in grades if grade == 0]
    left_out = set(healthy[_HEALTHY_LIMIT:])
    for image, grade in grades:
        if image not in left_out:
            target = folder / str(grade) / f"{image}.jpeg"
            target.parent.mkdir(exist_ok=True)
            shutil.copyfile(download(_EYE.format(image)), target)
