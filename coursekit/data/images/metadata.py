"""What an image file says beside its pixels (EXIF, XMP, profiles): never a reason to refuse the pixels."""

from __future__ import annotations

import contextlib
import struct
import threading
import warnings
import zlib
from collections.abc import Iterator

from PIL import Image

_EXIF_ORIENTATION = 0x0112
# Chunks that hold text or a profile. Others of a PNG are left out only where their checksum is wrong or they are cut.
_PNG_NOTES = {b"tEXt", b"zTXt", b"iTXt", b"iCCP", b"pHYs", b"gAMA", b"cHRM", b"sRGB", b"tIME"}
_PNG_START, _JPEG_START = b"\x89PNG\r\n\x1a\n", b"\xff\xd8"
# APP0 (JFIF) and APP14 (Adobe) say what the colours are; an EXIF note in APP1 may hold an orientation.
_JPEG_COLOURS = {0xE0, 0xEE}
_WEBP_NOTES = {b"ICCP", b"XMP ", b"EXIF"}


def orientation(opened: Image.Image) -> int:
    """Return how an image is to be turned: EXIF's tag 274, 1 to 8.

    Parameters
    ----------
    opened : PIL.Image.Image
        As Pillow opened it.

    Returns
    -------
    int
        1, upright, where there is no note or none that can be read.

    Examples
    --------
    >>> orientation(Image.new("RGB", (4, 3)))
    1
    """
    try:
        found = opened.getexif().get(_EXIF_ORIENTATION, 1)
    except Exception:
        # Pillow's parser ends in many kinds of errors, and none of them is about the pixels.
        return 1
    return found if isinstance(found, int) and 1 <= found <= 8 else 1


def without_notes(content: bytes) -> bytes:
    """Return an image file without the notes over which a decoder may stumble: text, profiles, other programs' data.

    Parameters
    ----------
    content : bytes
        A PNG, JPEG or WebP file; others come back as they are.

    Returns
    -------
    bytes
        The same pixels, as far as they are there.

    Examples
    --------
    >>> import io
    >>> file = io.BytesIO()
    >>> Image.new("RGB", (4, 3)).save(file, "JPEG", comment=b"a note")
    >>> b"a note" in file.getvalue(), b"a note" in without_notes(file.getvalue())
    (True, False)
    """
    if content.startswith(_PNG_START):
        return _PNG_START + b"".join(_png_chunks(content))
    if content.startswith(_JPEG_START):
        return _JPEG_START + b"".join(_jpeg_segments(content))
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        kept = b"WEBP" + b"".join(_webp_chunks(content))
        return b"RIFF" + struct.pack("<I", len(kept)) + kept
    return content


def _png_chunks(content: bytes) -> Iterator[bytes]:
    at = len(_PNG_START)
    while at + 12 <= len(content):
        (length,), kind = struct.unpack_from(">I", content, at), content[at + 4 : at + 8]
        end = at + 12 + length
        ancillary = bool(kind[0] & 0x20)  # as the format says: a small first letter
        sound = content[end - 4 : end] == struct.pack(">I", zlib.crc32(content[at + 4 : end - 4]))
        if not ancillary or (sound and kind not in _PNG_NOTES):
            yield content[at:end]
        at = end
    yield content[at:]


def _jpeg_segments(content: bytes) -> Iterator[bytes]:
    at = len(_JPEG_START)
    while at + 4 <= len(content) and content[at] == 0xFF and content[at + 1] != 0xDA:  # at DA the pixels begin
        marker = content[at + 1]
        end = at + 2 + int.from_bytes(content[at + 2 : at + 4], "big")
        note = 0xE0 <= marker <= 0xEF or marker == 0xFE
        exif = marker == 0xE1 and content[at + 4 : at + 8] == b"Exif"
        colours = marker in _JPEG_COLOURS and end - at >= 16
        if not note or exif or colours:
            yield content[at:end]
        at = end
    yield content[at:]


def _webp_chunks(content: bytes) -> Iterator[bytes]:
    at = 12
    while at + 8 <= len(content):
        kind, length = content[at : at + 4], int.from_bytes(content[at + 4 : at + 8], "little")
        end = at + 8 + length + length % 2
        if kind == b"VP8X":
            # The flags of what is left: transparency and animation.
            yield content[at : at + 8] + bytes([content[at + 8] & 0x12]) + content[at + 9 : end]
        elif kind not in _WEBP_NOTES:
            yield content[at:end]
        at = end
    yield content[at:]


_quiet_lock = threading.Lock()
_quiet_now = contextlib.ExitStack()
_quiet_count = 0


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Hold back what Pillow warns of inside the block, as of a cut EXIF note.

    Python's filters of warnings are shared by all threads: they are set when the first thread enters, and put back when
    the last one leaves. Warnings of other modules are not touched.

    Examples
    --------
    >>> with quiet():
    ...     warnings.filters[0][0]
    'ignore'
    """
    global _quiet_count
    with _quiet_lock:
        if _quiet_count == 0:
            _quiet_now.enter_context(warnings.catch_warnings())
            warnings.filterwarnings("ignore", module=r"PIL\.")
        _quiet_count += 1
    try:
        yield
    finally:
        with _quiet_lock:
            _quiet_count -= 1
            if _quiet_count == 0:
                _quiet_now.close()
