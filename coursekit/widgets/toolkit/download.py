"""A button that keeps what an explorer shows: its image, its numbers, its words and its code in one file."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import anywidget
import numpy as np
import traitlets
from numpy.typing import NDArray

from coursekit.widgets.toolkit.pixels import Pixels, png


class Download(anywidget.AnyWidget):
    """A button. The file is made when it is pressed.

    Parameters
    ----------
    name : str
        Of the file.
    parts : function
        Returns the files within it, by name, see `parts_of`.
    """

    _esm = Path(__file__).with_suffix(".js")
    description = traitlets.Unicode("Download").tag(sync=True)

    def __init__(self, name: str, parts: Callable[[], Mapping[str, bytes]]) -> None:
        super().__init__()
        self._name, self._parts = name, parts
        self.on_msg(self._asked)

    def _asked(self, _widget: object, _content: object, _buffers: object) -> None:
        self.send({"name": self._name}, [zipped(self._parts())])


def parts_of(sentence: str, code: str, still: Pixels, arrays: Mapping[str, NDArray[Any]]) -> dict[str, bytes]:
    """Return the parts of a download: ``image.png``, ``about.txt``, ``code.py``, and a ``.npy`` for each array.

    Parameters
    ----------
    sentence : str
        What is shown, in words.
    code : str
        What computes it.
    still : uint8 array (height, width, 3 or 4)
        What is shown, as an image.
    arrays : mapping of str to array
        Of any shape.

    Returns
    -------
    dict of str to bytes
        By file name.

    Examples
    --------
    >>> sorted(parts_of("a point", "x = 0", np.zeros((1, 1, 4), np.uint8), {"x": np.zeros(3)}))
    ['about.txt', 'code.py', 'image.png', 'x.npy']
    """
    parts = {"image.png": png(still), "about.txt": sentence.encode(), "code.py": code.encode()}
    for name, values in arrays.items():
        buffer = io.BytesIO()
        np.save(buffer, values, allow_pickle=False)
        parts[f"{name}.npy"] = buffer.getvalue()
    return parts


def zipped(parts: Mapping[str, bytes]) -> bytes:
    """Return files as one archive."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()
