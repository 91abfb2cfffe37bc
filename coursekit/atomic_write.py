"""Write a file or a folder in one step, so that a crash or a full disk never leaves a part of it."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

_PREFIX = ".unfinished-"


@contextlib.contextmanager
def write_whole(path: Path) -> Iterator[Path]:
    """Write a file or a folder whole or not at all.

    The block writes to the path that it is given: the same name in a hidden folder beside `path`. Where the block ends
    without an error, that takes the place of `path` in one step. Otherwise it is removed, and `path` stays as it was.

    Parameters
    ----------
    path : Path
        The file or folder to write; a folder must not be there yet. Its parents are made.

    Yields
    ------
    Path
        Where to write, with the name and suffix of `path`.

    Raises
    ------
    OSError
        If nothing can be written there.

    Examples
    --------
    >>> folder = Path(tempfile.mkdtemp())
    >>> with write_whole(folder / "run.json") as unfinished:
    ...     _ = unfinished.write_text("{}")
    ...     (folder / "run.json").exists()
    False
    >>> [path.name for path in folder.iterdir()]
    ['run.json']
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    # The same folder is on the same disk, or `replace` would not be one step.
    with tempfile.TemporaryDirectory(prefix=_PREFIX, dir=path.parent, ignore_cleanup_errors=True) as folder:
        unfinished = Path(folder, path.name)
        yield unfinished
        unfinished.replace(path)


def remove_leftovers(folder: Path, name: str | None = None) -> None:
    """Remove what `write_whole` left in a folder and below it, where its process was killed.

    Parameters
    ----------
    folder : Path
        Nobody else may be writing there now, unless to files of other names.
    name : str, optional
        The name of the file or folder that was being written. None: any.

    Examples
    --------
    >>> folder = Path(tempfile.mkdtemp())
    >>> (folder / ".unfinished-1").mkdir()
    >>> remove_leftovers(folder)
    >>> list(folder.iterdir())
    []
    """
    for leftover in list(folder.rglob(f"{_PREFIX}*")):
        if name is None or (leftover / name).exists():
            shutil.rmtree(leftover, ignore_errors=True)
