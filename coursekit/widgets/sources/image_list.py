"""Pictures by name, each with its code: what every list of them does, uploads and photographs of the course."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import ipywidgets

from coursekit.arrays import Floats
from coursekit.data import load_picture
from coursekit.widgets.controls.image_upload import PictureUpload
from coursekit.widgets.sources.uploads import read_picture


@dataclass(frozen=True)
class Picture:
    """A picture (height, width) or (height, width, channels), with the expression that gives it."""

    values: Floats
    code: str


APicture = TypeVar("APicture", bound=Picture)


class PictureList(Generic[APicture]):
    """The base of every list of pictures with a button for uploads.

    A subclass gives `names` and `make`, and calls `offer` once it knows them.

    Parameters
    ----------
    longest_side : int
        Pixels along the longer side of an upload at most.
    grey : bool
        Whether the colours of an upload become brightness.

    Attributes
    ----------
    control : ipywidgets.Dropdown
        The list; its value is the name of the picture.
    upload : PictureUpload
    """

    def __init__(self, longest_side: int = 1024, grey: bool = False) -> None:
        self.control = ipywidgets.Dropdown(description="Picture")
        self.upload = PictureUpload()
        self._longest_side, self._grey = longest_side, grey
        self._own: dict[str, Floats] = {}
        self._ready: dict[str, APicture] = {}

    def names(self) -> list[str]:
        """Return the names of all pictures, in the order of the list."""
        raise NotImplementedError

    def make(self, name: str) -> APicture:
        """Return the picture of that name, which is then kept."""
        raise NotImplementedError

    def get(self, name: str) -> APicture:
        """Return the picture of that name."""
        if name not in self._ready:
            self._ready[name] = self.make(name)
        return self._ready[name]

    def offer(self, chosen: str) -> None:
        """List all pictures, and choose one."""
        self.control.options = self.names()
        self.control.value = chosen

    def take(self, files: Sequence[dict[str, Any]]) -> None:
        """Add what was uploaded to the list, and choose it.

        Raises
        ------
        ValueError
            If it cannot be read as a picture, see `coursekit.widgets.sources.uploads.read_picture`.
        """
        if files:
            name, content, size = files[0]["name"], bytes(files[0]["content"]), files[0].get("size")
            values = read_picture(content, name, self._longest_side, self._grey, size)
            # A number, because another picture may come under the same name.
            own = f"{name} (yours, {len(self._own) + 1})"
            self._own[own] = values
            self.offer(own)


def photograph(name: str, size: int | tuple[int, int], grey: bool) -> Picture:
    """Return a photograph of the course, see `coursekit.data.load_picture`.

    Examples
    --------
    >>> photograph("cat", (28, 32), grey=True).code
    'ck.data.load_picture("cat", size=(28, 32), grey=True)'
    """
    code = f'ck.data.load_picture("{name}", size={size}{", grey=True" if grey else ""})'
    return Picture(load_picture(name, size=size, grey=grey), code)
