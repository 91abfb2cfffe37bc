"""The pictures that an explorer offers: those of the course, and the person's own, by code or by upload."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ipywidgets
import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image

from coursekit.data import PICTURES, load_picture
from coursekit.widgets.kernel_sums import array_code
from coursekit.widgets.picture_pixels import pixels_of
from coursekit.widgets.picture_upload import PictureUpload
from coursekit.widgets.stage_figure import MOST_NUMBERS
from coursekit.widgets.uploads import read_picture

WORKED_EXAMPLE = np.array(
    [
        [3, 1, 1, 2, 8, 4],
        [1, 0, 6, 3, 2, 1],
        [2, 5, 7, 1, 0, 5],
        [4, 2, 3, 6, 1, 2],
        [0, 1, 5, 2, 7, 3],
        [6, 3, 2, 4, 1, 0],
    ],
    np.float64,
)
"""The small picture that lessons 01 and 02 work out by hand."""

SHIPPED_SIDE = 140
LONGEST_SIDE = 512
WORKED = "worked example"
_GIVEN = "your picture"
_LUMINANCE = [0.2125, 0.7154, 0.0721]

Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True)
class Picture:
    """A picture (height, width), or (height, width, 3) in colour, with the code that gives it."""

    values: Floats
    code: str


class PictureChoice:
    """A list of pictures and a button for uploads.

    Parameters
    ----------
    picture : str or array (height, width) or (height, width, 3)
        What is chosen first: a name, or the person's own numbers. Colours become grey.
    explorer : str
        The name of the explorer's function, for the code.
    side : int
        Pixels along a side of the course's photographs, and at most along one of an upload.
    made : dict, optional
        Names of further pictures, to functions that make them when they are chosen.
    grey : bool
        Whether colours become brightness. If not, every picture is (height, width, 3) with values in 0..1, and at most
        ``side`` pixels along a side.

    Attributes
    ----------
    control : ipywidgets.Dropdown
        The list; its value is the name of the picture.
    upload : PictureUpload

    Raises
    ------
    ValueError
        If there is no such picture, or it is too large or holds something other than finite numbers.

    Examples
    --------
    >>> choice = PictureChoice("cat", "explore_pooling")
    >>> choice.get(choice.control.value).values.shape
    (140, 140)
    """

    def __init__(
        self,
        picture: str | ArrayLike,
        explorer: str,
        side: int = SHIPPED_SIDE,
        made: Mapping[str, Callable[[], Picture]] | None = None,
        grey: bool = True,
    ) -> None:
        self._explorer, self._side, self._made, self._grey = explorer, side, dict(made or {}), grey
        self._own: dict[str, Picture] = {}
        if isinstance(picture, str):
            first = picture
        else:
            first = _GIVEN
            self._own[first] = self._given(picture)
        if first not in self._names():
            known = ", ".join((*PICTURES, *self._made))
            raise ValueError(f"there is no picture {first!r}. Choose {known}, or pass an array.")
        self.control = ipywidgets.Dropdown(options=self._names(), value=first, description="Picture")
        self.upload = PictureUpload()

    def get(self, name: str) -> Picture:
        """Return the picture of that name."""
        if name in self._own:
            return self._own[name]
        if name in self._made:
            return self._made[name]()
        values = load_picture(name, size=self._side, grey=self._grey)
        code = f'ck.data.load_picture("{name}", size={self._side}{", grey=True" if self._grey else ""})'
        if values.ndim == 2 and not self._grey:
            return Picture(np.stack([values] * 3, axis=-1), f"np.stack([{code}] * 3, axis=-1)")
        return Picture(values, code)

    def take(self, files: Sequence[dict[str, Any]]) -> None:
        """Add what was uploaded to the list, and choose it.

        Raises
        ------
        ValueError
            If it cannot be read as a picture, see `coursekit.widgets.uploads.read_picture`.
        """
        if files:
            name = files[0]["name"]
            values = read_picture(
                bytes(files[0]["content"]), name, self._side, grey=self._grey, size=files[0].get("size")
            )
            # A number, because another picture may come under the same name.
            own = f"{name} (yours, {len(self._own) + 1})"
            self._own[own] = Picture(values, f"{self._stored}, with your upload")
            self.control.options = self._names()
            self.control.value = own

    @property
    def _stored(self) -> str:
        return f"explorer.picture  # what {self._explorer}() returned"

    def _names(self) -> list[str]:
        return [*self._own, *PICTURES, *self._made]

    def _given(self, picture: ArrayLike) -> Picture:
        if not self._grey:
            return Picture(_in_colour(picture, self._side), self._stored)
        values = np.asarray(picture)
        values = values @ _LUMINANCE if values.ndim == 3 and values.shape[2] == 3 else values
        values = checked(values, "picture", LONGEST_SIDE)
        return Picture(values, array_code(values) if values.size <= MOST_NUMBERS**2 else self._stored)


def _in_colour(picture: ArrayLike, side: int) -> Floats:
    """Any picture as (height, width, 3), shrunk where it is large."""
    shrunk = Image.fromarray(pixels_of(picture, "picture")).convert("RGB")
    shrunk.thumbnail((side, side), Image.Resampling.LANCZOS)
    return np.asarray(shrunk, np.float32) / np.float32(255)


def worked_example() -> Picture:
    """Return `WORKED_EXAMPLE` with the code that makes it."""
    return Picture(WORKED_EXAMPLE, array_code(WORKED_EXAMPLE))


def checked(values: ArrayLike, what: str, longest: int) -> Floats:
    """Return numbers as floats (rows, columns), if they are real, finite and not too many.

    Parameters
    ----------
    values : array
    what : str
        What a message calls them.
    longest : int
        How many rows and columns there may be.

    Raises
    ------
    ValueError
        If they are something else; the message says what to do.

    Examples
    --------
    >>> checked([[1, 2]], "picture", longest=512).dtype
    dtype('float64')
    """
    array = np.asarray(values)
    if array.ndim != 2 or array.size == 0 or array.dtype.kind not in "buif":
        raise ValueError(
            f"{what} has shape {array.shape} and type {array.dtype}: it must hold real numbers in (rows, columns)."
        )
    if max(array.shape) > longest:
        raise ValueError(
            f"{what} is {array.shape[0]} by {array.shape[1]}: the explorer shows at most {longest} along a side. "
            f"Pass a part of it, such as {what}[:{longest}, :{longest}]."
        )
    if not np.isfinite(array).all():
        raise ValueError(f"{what} holds NaN or infinite values: replace them first, for example by np.nan_to_num.")
    return array.astype(np.result_type(array.dtype, np.float32))
