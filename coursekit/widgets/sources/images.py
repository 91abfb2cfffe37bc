"""Images that an explorer offers: those of the course, and the person's own, by code or by upload."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar

import ipywidgets
import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image

from coursekit.arrays import Floats
from coursekit.data import PHOTOGRAPHS, load_image
from coursekit.data.images.decoding import RESAMPLING
from coursekit.photographs import LUMINANCE
from coursekit.widgets.controls.image_upload import ImageUpload
from coursekit.widgets.sources.own import array_code
from coursekit.widgets.sources.uploads import read_image
from coursekit.widgets.toolkit.code import numbers_code
from coursekit.widgets.toolkit.pixels import Pixels
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
"""The small image that lessons 01 and 02 work out by hand."""

SHIPPED_SIDE = 140
LONGEST_SIDE = 512
WORKED = "worked example"
_GIVEN = "your image"

Images = Sequence[ArrayLike] | NDArray[Any]
"""Many images, in one array or not."""


@dataclass(frozen=True)
class SourceImage:
    """An image, array (height, width) or (height, width, channels), with the expression that gives it."""

    values: Floats
    code: str


AnImage = TypeVar("AnImage", bound=SourceImage)


class ImageList(ipywidgets.Dropdown, Generic[AnImage]):  # type: ignore[misc]
    """A list of images by name, each made when it is first chosen, and a button that adds uploads to the list.

    Its ``value`` is the name of the chosen image.

    Parameters
    ----------
    makers : mapping of str to function
        What makes each image. A function takes nothing and returns a `SourceImage`, or a subclass of it.
    uploaded : function, optional
        Makes the image that is offered of an upload, float32 (height, width) or (height, width, 3) in 0..1. None
        refuses uploads.
    first : str, optional
        The name that is chosen, by default the first.
    longest_side : int
        Pixels along the longer side of an upload at most.
    grey : bool
        Whether the colours of an upload become brightness.
    shape : tuple of int
        Of every image, where all have the same.

    Attributes
    ----------
    upload : ImageUpload
        The button that adds an image of the person's own.

    Examples
    --------
    >>> images = ImageList({"black": lambda: SourceImage(np.zeros((2, 2)), "np.zeros((2, 2))")})
    >>> images.value, images.get("black").code
    ('black', 'np.zeros((2, 2))')
    """

    value: str

    def __init__(
        self,
        makers: Mapping[str, Callable[[], AnImage]] | None = None,
        uploaded: Callable[[Floats], AnImage] | None = None,
        first: str | None = None,
        longest_side: int = 1024,
        grey: bool = False,
        shape: tuple[int, ...] = (),
    ) -> None:
        super().__init__(description="Image")
        self.upload, self.shape = ImageUpload(), shape
        self._longest_side, self._grey = longest_side, grey
        self._own: dict[str, Floats] = {}
        self.offer(makers or {}, uploaded, first)

    def offer(
        self,
        makers: Mapping[str, Callable[[], AnImage]],
        uploaded: Callable[[Floats], AnImage] | None,
        first: str | None = None,
    ) -> None:
        """List other images, and what was uploaded so far, as arrays (height, width) or (height, width, 3)."""
        self._makers, self._uploaded = makers, uploaded
        self._ready: dict[str, AnImage] = {}
        self.upload.disabled = uploaded is None
        self._list(first)

    def get(self, name: str | None = None) -> AnImage:
        """Return the image of that name, by default the chosen one; what `makers` or `uploaded` made of it is kept."""
        name = self.value if name is None else name
        if name not in self._ready:
            self._ready[name] = (
                self._uploaded(self._own[name]) if self._uploaded and name in self._own else self._makers[name]()
            )
        return self._ready[name]

    def take(self, files: Sequence[dict[str, Any]]) -> None:
        """Add what was uploaded to the list, and choose it.

        Raises
        ------
        ValueError
            If it cannot be read as an image, see `coursekit.widgets.sources.uploads.read_image`.
        """
        if files:
            name, content, size = files[0]["name"], bytes(files[0]["content"]), files[0].get("size")
            values = read_image(content, name, self._longest_side, self._grey, size)
            # A number, because another image may come under the same name.
            own = f"{name} (yours, {len(self._own) + (_GIVEN in self._makers) + 1})"
            self._own[own] = values
            self._list(own)

    def forget(self, name: str, chosen: str) -> None:
        """Take an upload off the list again, and choose another image."""
        del self._own[name]
        self._ready.pop(name, None)
        self._list(chosen)

    def _list(self, chosen: str | None) -> None:
        names = [*(self._own if self._uploaded is not None else []), *self._makers]
        self.options = names
        if names:
            self.value = chosen or names[0]


def photograph(name: str, size: int | tuple[int, int], grey: bool) -> SourceImage:
    """Return a photograph of the course, see `coursekit.data.load_image`.

    Examples
    --------
    >>> photograph("cat", (28, 32), grey=True).code
    'ck.data.load_image("cat", size=(28, 32), grey=True)'
    """
    code = f'ck.data.load_image("{name}", size={size}{", grey=True" if grey else ""})'
    return SourceImage(load_image(name, size=size, grey=grey), code)


def image_choice(
    image: str | ArrayLike,
    side: int = SHIPPED_SIDE,
    made: Mapping[str, Callable[[], SourceImage]] | None = None,
    grey: bool = True,
) -> ImageList[SourceImage]:
    """Return the list of images for an explorer without a model: photographs, what is made, and the person's own.

    Parameters
    ----------
    image : str or array (height, width) or (height, width, 3)
        What is chosen first: a name, or the person's own numbers. Colours become grey.
    side : int
        Pixels along a side of the course's photographs, and at most along one of an upload.
    made : dict, optional
        Names of further images, to functions that make them when they are chosen.
    grey : bool
        Whether colours become brightness. If not, every image is (height, width, 3) with values in 0..1, and at most
        ``side`` pixels along a side.

    Raises
    ------
    ValueError
        If there is no such image, or it is too large or holds something other than finite numbers.

    Examples
    --------
    >>> image_choice("cat").get().values.shape
    (140, 140)
    """
    makers: dict[str, Callable[[], SourceImage]] = {}
    if not isinstance(image, str):
        values = _grey(image) if grey else _in_colour(image, side)
        small = grey and values.size <= MOST_NUMBERS**2
        makers[_GIVEN] = lambda: SourceImage(values, numbers_code(values)) if small else own_image(values)
    makers |= {name: partial(_photograph, name, side, grey) for name in PHOTOGRAPHS} | dict(made or {})
    first = image if isinstance(image, str) else _GIVEN
    if first not in makers:
        known = ", ".join(name for name in makers if name != _GIVEN)
        raise ValueError(f"there is no image {first!r}. Choose {known}, or pass an array.")
    return ImageList(makers, own_image, first, side, grey)


def own_image(values: Floats) -> SourceImage:
    """Return an image of the person's own, (height, width) or (height, width, 3), with the code that gives it again."""
    return SourceImage(values, array_code(values))


def _photograph(name: str, side: int, grey: bool) -> SourceImage:
    found = photograph(name, side, grey)
    if found.values.ndim == 2 and not grey:
        return SourceImage(np.stack([found.values] * 3, axis=-1), f"np.stack([{found.code}] * 3, axis=-1)")
    return found


def _grey(image: ArrayLike) -> Floats:
    values = np.asarray(image)
    values = values @ LUMINANCE if values.ndim == 3 and values.shape[2] == 3 else values
    return checked(values, "image", LONGEST_SIDE)


def _in_colour(image: ArrayLike, side: int) -> Floats:
    """Any image as (height, width, 3), shrunk where it is large."""
    shrunk = Image.fromarray(pixels_of(image, "image")).convert("RGB")
    shrunk.thumbnail((side, side), RESAMPLING)
    return np.asarray(shrunk, np.float32) / np.float32(255)


def sized_image(name: str, image: SourceImage, shape: tuple[int, int]) -> SourceImage:
    """Return an image in grey, cut and scaled to (height, width), with the code that gives it in that size.

    Examples
    --------
    >>> sized_image("cat", photograph("cat", 140, grey=True), (28, 32)).code
    'ck.data.load_image("cat", size=(28, 32), grey=True)'
    """
    if name in PHOTOGRAPHS:
        return photograph(name, shape, grey=True)
    return image if image.values.shape == shape else own_image(fitted_plane(image.values, shape))


def worked_example() -> SourceImage:
    """Return `WORKED_EXAMPLE` with the code that makes it."""
    return SourceImage(WORKED_EXAMPLE, numbers_code(WORKED_EXAMPLE))


def checked(values: ArrayLike, what: str, longest: int) -> Floats:
    """Return numbers as floats (rows, columns), if they are real, finite and not too many.

    Parameters
    ----------
    values : array
        Real numbers (rows, columns).
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
    >>> checked([[1, 2]], "image", longest=512).dtype
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


def pixels_of(image: ArrayLike, name: str) -> Pixels:
    """Return an image as it is drawn.

    Parameters
    ----------
    image : array (height, width), (height, width, 1) or (height, width, 3)
        Whole numbers 0..255, or floats 0..1.
    name : str
        What the message of an error calls it.

    Returns
    -------
    uint8 array (height, width) or (height, width, 3)

    Raises
    ------
    ValueError
        If it is no such image.

    Examples
    --------
    >>> pixels_of(np.ones((2, 2, 1)), "image").tolist()
    [[255, 255], [255, 255]]
    """
    values = np.asarray(image)
    if values.ndim == 3 and values.shape[2] == 1:
        values = values[:, :, 0]
    if values.size == 0 or not (values.ndim == 2 or (values.ndim == 3 and values.shape[2] == 3)):
        raise ValueError(
            f"{name} has shape {np.shape(image)}: an image is (height, width), (height, width, 1) or "
            "(height, width, 3)."
        )
    if values.dtype == np.uint8:
        return values
    if values.dtype.kind not in "buif" or not (values.min() >= -1e-3 and values.max() <= 1 + 1e-3):
        raise ValueError(
            f"{name} holds {values.dtype} values from {values.min():.3g} to {values.max():.3g}: pass "
            "images as they were before a network's own preprocessing, floats in 0..1 or uint8 in 0..255."
        )
    pixels: Pixels = np.rint(255 * np.clip(values.astype(np.float64), 0, 1)).astype(np.uint8)
    return pixels


def fitted_plane(plane: Floats, shape: tuple[int, int]) -> Floats:
    """Return the largest centred part of a plane that has a shape's proportions, scaled to it, (height, width).

    Parameters
    ----------
    plane : array (height, width), in 0..1
        One channel of an image.
    shape : (height, width)
        In pixels.

    Examples
    --------
    >>> fitted_plane(np.zeros((100, 200)), (28, 28)).shape
    (28, 28)
    """
    if plane.shape == shape:
        return plane
    height, width = shape
    scale = min(plane.shape[0] / height, plane.shape[1] / width)
    top, left = (plane.shape[0] - scale * height) / 2, (plane.shape[1] - scale * width) / 2
    part = (left, top, left + scale * width, top + scale * height)
    whole = Image.fromarray(plane.astype(np.float32))
    scaled: Floats = np.asarray(whole.resize((width, height), Image.Resampling.LANCZOS, box=part)).clip(0, 1)
    return scaled


def fitted_image(image: Floats, shape: tuple[int, ...]) -> Floats:
    """Return the largest centred part of an image that has a shape's proportions, scaled to it, grey or coloured.

    Parameters
    ----------
    image : array (height, width) or (height, width, 3), in 0..1
        Grey or in colour.
    shape : (height, width, 1 or 3)
        What the network takes; one channel makes colours brightness.

    Returns
    -------
    array (height, width, 1 or 3)

    Examples
    --------
    >>> fitted_image(np.ones((100, 200, 3)), (28, 28, 1)).shape
    (28, 28, 1)
    """
    height, width, channels = shape
    if image.ndim == 3 and channels == 1:
        image = image @ LUMINANCE
    planes = [image] if image.ndim == 2 else [image[..., index] for index in range(3)]
    fitted = np.stack([fitted_plane(plane, (height, width)) for plane in planes], axis=-1)
    return np.broadcast_to(fitted, shape).astype(np.float32)
