"""Data sets whose public home is Kaggle: fetched by kagglehub, an optional extra."""

from __future__ import annotations

import importlib
import shutil
from collections.abc import Callable
from pathlib import Path

from coursekit.data.errors import UnavailableError
from coursekit.data.fetching.download import in_words

# Gives a file of a Kaggle data set, or for None the folder with all of them.
Downloader = Callable[[str | None], Path]


def downloader(handle: str) -> Downloader:
    """Return what fetches the files of a Kaggle data set, into the cache that kagglehub keeps itself.

    Parameters
    ----------
    handle : str
        ``"owner/name"`` of the data set.

    Returns
    -------
    callable
        Given the path of a file in the data set, it fetches that file and returns where it is now; given None, it
        fetches all of them and returns their folder.

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
            "install it with: pip install kagglehub"
        ) from error

    def download(path: str | None) -> Path:
        try:
            return Path(kagglehub.dataset_download(handle, path=path))
        except Exception as error:  # kagglehub raises its own errors, those of requests, and OSError
            raise UnavailableError(
                f"Kaggle does not give {handle} ({type(error).__name__}: {in_words(error)}); "
                "if it asks for a login, run kagglehub.login() in Python once"
            ) from error

    return download


def copy_all(download: Downloader, folder: Path, place: Callable[[str], str | None]) -> None:
    """Copy a whole data set into a folder, each file where `place` says (None: nowhere).

    Parameters
    ----------
    download : callable
        What `downloader` returns.
    folder : Path
        Where the copies go.
    place : callable
        For each path in the data set its path in the folder, or None to leave it out.

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
