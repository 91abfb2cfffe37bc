"""The lessons' names: which there are, and which of them a number means."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

_NAME = re.compile(r"\d\d_[a-z0-9_]+")


def lesson_names(folder: Path, suffix: str) -> list[str]:
    """Return the names (``"01_convolution_by_hand"``) of the lessons in a folder, in order.

    Parameters
    ----------
    folder : Path
        ``solutions/`` or ``notebooks/``.
    suffix : str
        ``".py"`` or ``".ipynb"``.
    """
    return sorted(path.stem for path in folder.glob(f"*{suffix}") if _NAME.fullmatch(path.stem))


def choose(wanted: Sequence[str], names: Sequence[str]) -> list[str]:
    """Return the lessons that were asked for by number, name or file, in order; all of them if none was.

    Raises
    ------
    ValueError
        If there is no such lesson.

    Examples
    --------
    >>> choose(["1"], ["00_welcome", "01_convolution_by_hand"])
    ['01_convolution_by_hand']
    """
    if not wanted:
        return list(names)
    chosen = set()
    for word in wanted:
        stem = Path(word).stem
        found = [name for name in names if stem == name or (stem.isdigit() and stem.zfill(2) == name[:2])]
        if not found:
            raise ValueError(
                f"there is no lesson {word!r}. Give the number of one of these: {', '.join(names) or '(none yet)'}."
            )
        chosen.update(found)
    return sorted(chosen)
