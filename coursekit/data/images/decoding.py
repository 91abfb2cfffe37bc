"""Image files to arrays: any common format, turned and coloured right, several at once.

Pillow releases Python's lock while it decodes and scales, so threads use all processors.
"""

from __future__ import annotations

import contextlib
import functools
import io
import json
import os
import struct
import warnings
import zlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from coursekit.atomic_write import write_whole
from coursekit.data.errors import DamagedError
from coursekit.data.images import decoded_cache

Fit = Literal["stretch", "crop", "pad"]

# File names that count as images, in lower case, and the decoders that may read them.
SUFFIXES = (".bmp", ".gif", ".jpeg", ".jpg", ".png", ".webp")
FORMATS = ("PNG", "JPEG", "GIF", "BMP", "WEBP")
# How every image file is scaled, those that train a network and those that somebody uploads to ask it: Pillow's
# bilinear filter, which averages over all pixels that a new one covers.
RESAMPLING = Image.Resampling.BILINEAR
# What Pillow raises for files that are cut, damaged, no images, or far too large.
_UNDECODABLE = (OSError, SyntaxError, ValueError, EOFError, struct.error, zlib.error, Image.DecompressionBombError)
_EXIF_ORIENTATION = 0x0112


def decode(
    source: Path | bytes,
    size: tuple[int, int] | None = None,
    fit: Fit = "stretch",
    *,
    least: int | None = None,
    longest_side: int | None = None,
    most_pixels: int | None = None,
) -> NDArray[np.uint8]:
    """Decode an image file: the one decoder for data sets and for uploads.

    The first frame of an animation; turned as its EXIF note says; transparent parts on white; grey, palette, CMYK and
    16 bit images become 8 bit RGB. What the file is, is told by its content, not by its name.

    Parameters
    ----------
    source : Path or bytes
        A PNG, JPEG, WebP, BMP or GIF file, or its content.
    size : (int, int), optional
        ``(height, width)`` in pixels, reached without aliasing. By default as stored.
    fit : {"stretch", "crop", "pad"}
        How an image of another shape becomes `size`. ``"stretch"``: all of it, proportions change. ``"crop"``: its
        largest centred part of that shape. ``"pad"``: all of it, centred on black.
    least : int, optional
        Instead of `size`: a JPEG may come at a half, a quarter or an eighth, in less time, as long as both sides keep
        so many pixels.
    longest_side : int, optional
        Instead of `size`: a larger image is shrunk, in its proportions, until its longer side has so many pixels.
    most_pixels : int, optional
        A larger image is refused before it is decoded. By default Pillow's own limit of 179 million holds.

    Returns
    -------
    uint8 array (height, width, 3)
        0 is black, 255 is white. Of 16 bits the value is divided by 257 and rounded, so that white stays white.

    Raises
    ------
    DamagedError
        If the file cannot be decoded, or has too many pixels. Its cause is Pillow's error; for a file of another kind
        that is `PIL.UnidentifiedImageError`.
    ValueError
        If `fit` is another word.

    Examples
    --------
    >>> import io
    >>> file = io.BytesIO()
    >>> Image.new("L", (400, 100), 255).save(file, "PNG")
    >>> decode(file.getvalue(), longest_side=200).shape
    (50, 200, 3)
    """
    check_fit(fit)
    name = str(source) if isinstance(source, Path) else f"the file of {len(source):,} bytes"
    try:
        with warnings.catch_warnings():
            # Pillow warns from 89 million pixels on and refuses twice as many.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            opened = Image.open(source if isinstance(source, Path) else io.BytesIO(source), formats=FORMATS)
        with opened:
            if most_pixels is not None and opened.width * opened.height > most_pixels:
                raise DamagedError(
                    f"{name} has {opened.width} x {opened.height} pixels, but at most {most_pixels:,} are decoded"
                )
            least = max(size) if size is not None else 2 * longest_side if longest_side is not None else least
            if least is not None:
                # JPEG can be decoded at a half, a quarter or an eighth, which is quick and makes no aliases.
                opened.draft(None, (least, least))
            image = upright(opened, "RGB", longest_side if size is None else None)
            return np.asarray(image if size is None else resize(image, size, fit))
    except _UNDECODABLE as error:
        reason = str(error).replace(str(source), source.name) if isinstance(source, Path) else str(error)
        raise DamagedError(f"{name} cannot be decoded ({reason})") from error


def decode_all(paths: Sequence[Path], size: tuple[int, int] | None = None, fit: Fit = "stretch") -> NDArray[np.uint8]:
    """Decode image files in parallel into one array.

    Parameters
    ----------
    paths : sequence of Path
        Files.
    size : (int, int), optional
        ``(height, width)`` in pixels; by default the size of the first.
    fit : {"stretch", "crop", "pad"}
        How an image of another shape becomes `size`; see `decode`.

    Returns
    -------
    uint8 array (n, height, width, 3)
        In the order of `paths`.

    Raises
    ------
    DamagedError
        If one of the files cannot be decoded.
    """
    height, width = decode(paths[0]).shape[:2] if size is None else size
    images = np.empty((len(paths), height, width, 3), dtype=np.uint8)
    if len(paths) == 0:
        return images
    # A part of the list for each thread: handing over single images would cost as much as decoding small ones.
    parts = np.array_split(np.arange(len(paths)), min(len(paths), _processors()))

    def fill(part: NDArray[np.intp]) -> None:
        for position in part:
            images[position] = decode(paths[position], (height, width), fit)

    for _ in _threads().map(fill, parts):
        pass
    return images


def examine(paths: Sequence[Path]) -> NDArray[np.int64]:
    """Try to decode each file, and return how large the images are. What was found is remembered for the next time.

    Parameters
    ----------
    paths : sequence of Path
        Files.

    Returns
    -------
    int64 array (n, 2)
        Height and width in pixels, turned as the EXIF note says; zeros for a file that cannot be decoded.

    Raises
    ------
    FileNotFoundError
        If one of the files is not there.
    """
    remembered = decoded_cache.folder() / f"sizes-{decoded_cache.fingerprint(paths)}.json"
    try:
        sizes = np.array(json.loads(remembered.read_text(encoding="utf-8")), dtype=np.int64).reshape(-1, 2)
        if len(sizes) == len(paths):
            return sizes
    except (OSError, ValueError):
        pass
    sizes = np.array(list(_threads().map(_size, paths, chunksize=1)), dtype=np.int64).reshape(-1, 2)
    with contextlib.suppress(OSError), write_whole(remembered) as unfinished:
        unfinished.write_text(json.dumps(sizes.tolist()), encoding="utf-8")
    return sizes


def resize(image: Image.Image, size: tuple[int, int], fit: Fit = "stretch") -> Image.Image:
    """Scale an image without aliasing.

    Parameters
    ----------
    image : PIL.Image.Image
        Of any mode that Pillow can scale.
    size : (int, int)
        ``(height, width)`` in pixels.
    fit : {"stretch", "crop", "pad"}
        How an image of another shape becomes `size`; see `decode`.

    Returns
    -------
    PIL.Image.Image

    Raises
    ------
    ValueError
        If `fit` is another word.

    Examples
    --------
    >>> resize(Image.new("RGB", (40, 20)), (10, 10), fit="pad").size
    (10, 10)
    """
    height, width = size
    if fit == "stretch":
        if image.size == (width, height):
            return image
        return image.resize((width, height), RESAMPLING)
    if fit == "crop":
        return ImageOps.fit(image, (width, height), RESAMPLING)
    check_fit(fit)
    return ImageOps.pad(image, (width, height), RESAMPLING)


def resize_all(images: NDArray[np.uint8], size: tuple[int, int], fit: Fit = "stretch") -> NDArray[np.uint8]:
    """Scale images without aliasing, channel by channel.

    Parameters
    ----------
    images : uint8 array (n, height, width, channels)
        0 is black, 255 is white.
    size : (int, int)
        ``(height, width)`` in pixels.
    fit : {"stretch", "crop", "pad"}
        How images of another shape become `size`; see `decode`.

    Returns
    -------
    uint8 array (n, height, width, channels)
        Of the height and width that `size` says.

    Examples
    --------
    >>> resize_all(np.zeros((2, 8, 6, 1), np.uint8), (4, 3)).shape
    (2, 4, 3, 1)
    """
    scaled = np.empty((len(images), *size, images.shape[3]), dtype=np.uint8)
    for image, target in zip(images, scaled, strict=True):
        for channel in range(images.shape[3]):
            target[..., channel] = np.asarray(resize(Image.fromarray(image[..., channel]), size, fit))
    return scaled


def check_fit(fit: str) -> None:
    """Raise ValueError if `fit` is not one of the ways that `decode` knows.

    Parameters
    ----------
    fit : str
        What a user passed.
    """
    if fit not in get_args(Fit):
        raise ValueError(f"fit is {fit!r}, but it must be one of: {', '.join(get_args(Fit))}.")


def upright(opened: Image.Image, mode: Literal["L", "RGB"], longest_side: int | None = None) -> Image.Image:
    """Return an opened image in 8 bits, turned as its EXIF note says, with transparent parts on white.

    Parameters
    ----------
    opened : PIL.Image.Image
        An image as `PIL.Image.open` returns it; it may be changed.
    mode : {"L", "RGB"}
        Grey (``"L"``) or colour.
    longest_side : int, optional
        Pixels that the longer side has at most afterwards. None: as many as stored.

    Returns
    -------
    PIL.Image.Image

    Examples
    --------
    >>> deep = Image.fromarray(np.array([[0, 128, 129, 65535]], np.uint16))
    >>> np.asarray(upright(deep, "L")).tolist()
    [[0, 0, 1, 255]]
    """
    image, transparent = opened, opened.has_transparency_data
    if image.mode.startswith("I"):
        # 16 bit grey, which `convert` would cut off at 255. As in PNG's own rule, 257 steps of 16 bits are one of 8.
        image = Image.fromarray(((np.asarray(image).astype(np.uint32) + 128) // 257).clip(0, 255).astype(np.uint8))
    wanted = "RGBA" if transparent else mode
    image = image if image.mode == wanted else image.convert(wanted)
    if longest_side is not None:
        # Before it is put on white, which would need three more copies of a large image.
        image.thumbnail((longest_side, longest_side), RESAMPLING)
    if transparent:
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert(mode)
    image.load()
    turn = _TURNS.get(opened.getexif().get(_EXIF_ORIENTATION, 1))
    return image if turn is None else image.transpose(turn)


# How an image is turned upright, for each value of EXIF's orientation that asks for it (EXIF 2.3, tag 274).
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def _size(path: Path) -> tuple[int, int]:
    try:
        with Image.open(path, formats=FORMATS) as opened:
            width, height = opened.size
            opened.draft(None, (1, 1))  # all of the file is read; large images at an eighth of their size, in less time
            opened.load()
            turned = opened.getexif().get(_EXIF_ORIENTATION, 1) in (5, 6, 7, 8)
    except _UNDECODABLE:
        return 0, 0
    return (width, height) if turned else (height, width)


def _processors() -> int:
    # Not os.cpu_count: a container or a batch system may give this process a part of the machine only.
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@functools.cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(_processors(), thread_name_prefix="decode")
