"""The files of a folder: which are images, and why the others are not. No file is dropped without a word."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath

from coursekit.data.images.decoding import SUFFIXES

# What systems and programs put into folders by themselves. All that begins with a dot counts as such, too: macOS leaves
# a ._name.jpg beside each name.jpg in archives, Jupyter copies in .ipynb_checkpoints.
_LITTER = {
    "thumbs.db",
    "ehthumbs.db",
    "desktop.ini",
    "icon\r",
    "__macosx",
    "__pycache__",
    "@eadir",
    "$recycle.bin",
    "system volume information",
    "lost+found",
}


@dataclass(frozen=True)
class Listing:
    """What a folder holds, in one order on every system.

    Attributes
    ----------
    images : tuple of Path
        Files whose names end as an image's.
    left_out : dict of Path to str
        The others, and why each is no image that can be read here.
    litter : tuple of Path
        Hidden files, and what systems leave behind (``Thumbs.db``): nothing that a person put there.
    """

    images: tuple[Path, ...]
    left_out: dict[Path, str]
    litter: tuple[Path, ...]


def list_folder(folder: Path, besides: Iterable[Path] = ()) -> Listing:
    """List all files in a folder and below it. Links are followed.

    Parameters
    ----------
    folder : Path
    besides : iterable of Path
        Files and folders that do not count, such as a result inside the folder.

    Returns
    -------
    Listing

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> for name in ("b.jpg", "a.png", "Thumbs.db", "c.tif"):
    ...     _ = (folder / name).write_bytes(b"")
    >>> found = list_folder(folder)
    >>> [path.name for path in found.images], [path.name for path in found.left_out]
    (['a.png', 'b.jpg'], ['c.tif'])
    """
    left_out: dict[Path, str] = {}
    images, litter = [], []

    def unreadable(error: OSError) -> None:
        left_out[Path(error.filename)] = f"the folder cannot be opened ({error.strerror})"

    excluded = {path.resolve() for path in besides}
    for path in in_order(_walk(folder, excluded, unreadable), folder):
        if is_litter(path.relative_to(folder)):
            litter.append(path)
        elif path.suffix.lower() not in SUFFIXES:
            kind = path.suffix or "a name without an ending"
            left_out[path] = f"{kind} is none of {', '.join(SUFFIXES)}: save it as PNG or JPEG if it is an image"
        elif path.is_symlink() and not path.exists():
            left_out[path] = "it is a link to a file that is not there"
        elif not path.is_file() and path.exists():
            left_out[path] = "it is no regular file"
        else:
            images.append(path)
    return Listing(tuple(images), left_out, tuple(litter))


def in_order(paths: Iterable[Path], folder: Path) -> list[Path]:
    """Sort paths by their names below a folder: the same order on every system.

    Paths themselves are compared without regard to case on Windows; and macOS takes accents apart.

    Parameters
    ----------
    paths : iterable of Path
        Files or folders below `folder`.
    folder : Path

    Returns
    -------
    list of Path

    Examples
    --------
    >>> [path.name for path in in_order([Path("in/b"), Path("in/a"), Path("in/C")], Path("in"))]
    ['C', 'a', 'b']
    """
    return sorted(paths, key=lambda path: [composed(part) for part in path.relative_to(folder).parts])


def composed(name: str) -> str:
    r"""Return a name with its accents put together (Unicode's form NFC), as one types it.

    Parameters
    ----------
    name : str
        As a file system gives it: macOS may take accents apart.

    Returns
    -------
    str

    Examples
    --------
    >>> len("e\u0301"), len(composed("e\u0301"))
    (2, 1)
    """
    return unicodedata.normalize("NFC", name)


def is_litter(path: PurePath) -> bool:
    """Whether a file is hidden, or stands in a hidden folder, or is one that systems leave behind.

    Parameters
    ----------
    path : PurePath
        Relative to the folder that a person chose, which may itself be hidden.

    Returns
    -------
    bool

    Examples
    --------
    >>> is_litter(PurePath(".ipynb_checkpoints/1.jpg")), is_litter(PurePath("cats/1.jpg"))
    (True, False)
    """
    return any(part.startswith(".") or part.lower() in _LITTER for part in path.parts)


def _walk(folder: Path, excluded: set[Path], unreadable: Callable[[OSError], None]) -> Iterator[Path]:
    for place, folders, files in os.walk(folder, onerror=unreadable, followlinks=True):
        here = Path(place)
        above = {here.resolve(), *here.resolve().parents}
        # A link to a folder above would be followed for ever.
        folders[:] = [
            name
            for name in folders
            if (resolved := (here / name).resolve()) not in excluded
            and not ((here / name).is_symlink() and resolved in above)
        ]
        yield from (here / name for name in files if not excluded or (here / name).resolve() not in excluded)
