"""The pictures that an explorer offers: those of the course, and the person's own, by code or by upload."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import ArrayLike
from PIL import Image

from coursekit.arrays import Floats
from coursekit.data import PICTURES
from coursekit.data.pictures import LUMINANCE
from coursekit.widgets.sources.image_list import Picture, PictureList, photograph
from coursekit.widgets.sources.image_pixels import pixels_of
from coursekit.widgets.toolkit.code import array_code
from coursekit.widgets.toolkit.stage_figure import MOST_NUMBERS

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


class PictureChoice(PictureList[Picture]):
    """A list of pictures and a button for uploads, for an explorer without a model.

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
        super().__init__(side, grey)
        self._side, self._makers = side, dict(made or {})
        self._stored = f"explorer.picture  # what {explorer}() returned"
        if not isinstance(picture, str):
            self._own[_GIVEN] = self._given(picture)
        first = picture if isinstance(picture, str) else _GIVEN
        if first not in self.names():
            known = ", ".join((*PICTURES, *self._makers))
            raise ValueError(f"there is no picture {first!r}. Choose {known}, or pass an array.")
        self.offer(first)

    def names(self) -> list[str]:
        """Return the person's own pictures, the photographs of the course, and what is made."""
        return [*self._own, *PICTURES, *self._makers]

    def make(self, name: str) -> Picture:
        """Return the picture of that name."""
        if name in self._own:
            return Picture(self._own[name], self._code(name))
        if name in self._makers:
            return self._makers[name]()
        chosen = photograph(name, self._side, self._grey)
        if chosen.values.ndim == 2 and not self._grey:
            return Picture(np.stack([chosen.values] * 3, axis=-1), f"np.stack([{chosen.code}] * 3, axis=-1)")
        return chosen

    def _code(self, own: str) -> str:
        if own != _GIVEN:
            return f"{self._stored}, with your upload"
        small = self._grey and self._own[own].size <= MOST_NUMBERS**2
        return array_code(self._own[own]) if small else self._stored

    def _given(self, picture: ArrayLike) -> Floats:
        if not self._grey:
            return _in_colour(picture, self._side)
        values = np.asarray(picture)
        values = values @ LUMINANCE if values.ndim == 3 and values.shape[2] == 3 else values
        return checked(values, "picture", LONGEST_SIDE)


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
