"""Image files to arrays: any common format, turned and coloured right, several at once.

Pillow releases Python's lock while it decodes and scales, so threads use all processors.
"""

from __future__ import annotations

import contextlib
import functools
import io
import json
import struct
import zlib
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Literal, TypeVar, get_args

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from coursekit.atomic_write import write_whole
from coursekit.data.errors import DamagedError
from coursekit.data.images import decoded_cache, metadata
from coursekit.processors import usable_processors

Fit = Literal["stretch", "crop", "pad"]

# File names that count as images, in lower case, and the decoders that may read them.
SUFFIXES = (".bmp", ".gif", ".jpeg", ".jpg", ".png", ".webp")
FORMATS = ("PNG", "JPEG", "GIF", "BMP", "WEBP")
# How every image file is scaled, those that train a network and those that somebody uploads to ask it: Pillow's
# bilinear filter, which averages over all pixels that a new one covers.
RESAMPLING = Image.Resampling.BILINEAR
# What Pillow raises for files that are cut, damaged, no images, or far too large.
_UNDECODABLE = (OSError, SyntaxError, ValueError, EOFError, struct.error, zlib.error, Image.DecompressionBombError)
_Found = TypeVar("_Found")


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
    16 bit images become 8 bit RGB. What the file is, is told by its content, not by its name. Broken notes beside the
    pixels (EXIF, text, a colour profile) are passed over without a word.

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

    def decoded(opened: Image.Image) -> NDArray[np.uint8]:
        if most_pixels is not None and opened.width * opened.height > most_pixels:
            raise DamagedError(
                f"{name} has {opened.width} x {opened.height} pixels, but at most {most_pixels:,} are decoded"
            )
        drafted = max(size) if size is not None else 2 * longest_side if longest_side is not None else least
        if drafted is not None:
            # JPEG can be decoded at a half, a quarter or an eighth, which is quick and makes no aliases.
            opened.draft(None, (drafted, drafted))
        image = _upright(opened, longest_side if size is None else None)
        return np.asarray(image if size is None else resize(image, size, fit))

    try:
        return _from_opened(source, decoded)
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
    parts = np.array_split(np.arange(len(paths)), min(len(paths), usable_processors()))

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


def _upright(opened: Image.Image, longest_side: int | None) -> Image.Image:
    """Return an opened image in 8 bits of RGB, turned as its EXIF note says, with transparent parts on white."""
    image, transparent = opened, opened.has_transparency_data
    if image.mode.startswith("I"):
        # 16 bit grey, which `convert` would cut off at 255. As in PNG's own rule, 257 steps of 16 bits are one of 8.
        image = Image.fromarray(((np.asarray(image).astype(np.uint32) + 128) // 257).clip(0, 255).astype(np.uint8))
    wanted = "RGBA" if transparent else "RGB"
    image = image if image.mode == wanted else image.convert(wanted)
    if longest_side is not None:
        # Before it is put on white, which would need three more copies of a large image.
        image.thumbnail((longest_side, longest_side), RESAMPLING)
    if transparent:
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB")
    image.load()
    turn = _TURNS.get(metadata.orientation(opened))
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


def _from_opened(source: Path | bytes, read: Callable[[Image.Image], _Found]) -> _Found:
    """Open an image file and return what `read` finds; over broken notes it is opened once more without them."""
    with metadata.quiet():
        try:
            with Image.open(source if isinstance(source, Path) else io.BytesIO(source), formats=FORMATS) as opened:
                return read(opened)
        except _UNDECODABLE as error:
            content = source.read_bytes() if isinstance(source, Path) else source
            bare = metadata.without_notes(content)
            if bare == content:
                raise
            try:
                with Image.open(io.BytesIO(bare), formats=FORMATS) as opened:
                    return read(opened)
            except _UNDECODABLE:
                raise error from None  # about the file as it is


def _size(path: Path) -> tuple[int, int]:
    def found(opened: Image.Image) -> tuple[int, int]:
        width, height = opened.size
        # All of the file is read; large images at an eighth of their size, in less time.
        opened.draft(None, (1, 1))
        opened.load()
        return (width, height) if metadata.orientation(opened) in (5, 6, 7, 8) else (height, width)

    try:
        return _from_opened(path, found)
    except _UNDECODABLE:
        return 0, 0


@functools.cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(usable_processors(), thread_name_prefix="decode")
