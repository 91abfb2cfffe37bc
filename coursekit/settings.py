"""Settings: the environment variables that steer the course, and the folders that it uses.

========================  ================================================  =====================
variable                  what it sets                                      default
========================  ================================================  =====================
``COURSEKIT_PROFILE``     how much work: smoke, quick, lesson, full         ``lesson``
``COURSEKIT_DATA``        which data: auto, real, sample                    ``auto``
``COURSEKIT_MIRROR``      a folder or URL that holds the real data          none
``COURSEKIT_HOME``        where downloads and progress are kept             the user cache folder
``COURSEKIT_STRICT``      1: failed checks and widget errors raise          ``0``
``COURSEKIT_AT_ONCE``     how many images an explainer runs at once         what fits the machine
========================  ================================================  =====================
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal, cast, get_args

import platformdirs

_SWITCHES = {"0": False, "1": True, "false": False, "true": True, "no": False, "yes": True, "off": False, "on": True}

Profile = Literal["smoke", "quick", "lesson", "full"]
DataPreference = Literal["auto", "real", "sample"]


def profile() -> Profile:
    """Return how much work a lesson does: ``"smoke"``, ``"quick"``, ``"lesson"`` (default) or ``"full"``.

    ``"smoke"`` is for tests: every cell runs, but on so few images and epochs that no result means anything.

    Returns
    -------
    {"smoke", "quick", "lesson", "full"}

    Raises
    ------
    ValueError
        If ``COURSEKIT_PROFILE`` holds another word.
    """
    return cast(Profile, _choice("COURSEKIT_PROFILE", get_args(Profile), default="lesson"))


def data_preference() -> DataPreference:
    """Return which data to load: ``"auto"`` (default), ``"real"`` or ``"sample"``.

    Returns
    -------
    {"auto", "real", "sample"}

    Raises
    ------
    ValueError
        If ``COURSEKIT_DATA`` holds another word.
    """
    return cast(DataPreference, _choice("COURSEKIT_DATA", get_args(DataPreference), default="auto"))


def mirror() -> str | None:
    """Return the classroom mirror (a folder, ``file://`` or ``http(s)://`` address), or None where there is none.

    Returns
    -------
    str or None
    """
    return os.environ.get("COURSEKIT_MIRROR", "").strip() or None


def home() -> Path:
    """Return the folder that keeps downloads, trained weights and progress. It need not exist yet.

    Returns
    -------
    Path
    """
    chosen = os.environ.get("COURSEKIT_HOME", "").strip()
    return Path(chosen).expanduser() if chosen else platformdirs.user_cache_path("coursekit", appauthor=False)


def strict() -> bool:
    """Return whether failed checks and errors inside widgets raise (for CI and for automatic grading).

    Returns
    -------
    bool
    """
    return _SWITCHES[_choice("COURSEKIT_STRICT", tuple(_SWITCHES), default="0", lower=True)]


def images_at_once() -> int | None:
    """Return how many images an explainer runs at once where its call does not say; None lets the machine decide.

    Returns
    -------
    int or None

    Raises
    ------
    ValueError
        If ``COURSEKIT_AT_ONCE`` is no whole number from 1 on.
    """
    asked = os.environ.get("COURSEKIT_AT_ONCE", "").strip()
    if not asked:
        return None
    if not asked.isdecimal() or int(asked) < 1:
        raise ValueError(f"COURSEKIT_AT_ONCE is {asked!r}, but it must be a whole number from 1 on. Or unset it.")
    return int(asked)


def course_folder() -> Path:
    """Return the folder that holds ``notebooks/``, ``solutions/`` and ``data/``.

    In a clone it is the folder above the package; in an installed wheel the three travel inside the package.

    Returns
    -------
    Path
    """
    package = Path(__file__).resolve().parent
    return package / "course" if is_installed_copy() else package.parent


def is_installed_copy() -> bool:
    """Return whether the course came as a wheel: its folder then belongs to Python, and nobody writes there.

    Returns
    -------
    bool
    """
    return (Path(__file__).resolve().parent / "course").is_dir()


def _choice(variable: str, allowed: tuple[str, ...], default: str, lower: bool = False) -> str:
    value = os.environ.get(variable, "").strip() or default
    value = value.lower() if lower else value
    if value not in allowed:
        raise ValueError(
            f"{variable} is {value!r}, but it must be one of {', '.join(allowed)}. "
            f"Set it to one of these, or unset it to get {default!r}."
        )
    return value
