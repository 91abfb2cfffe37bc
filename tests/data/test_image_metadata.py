"""Broken notes beside the pixels are no damage: the image is decoded, and nothing is said."""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from coursekit.data.errors import DamagedError
from coursekit.data.images.decoding import decode, decode_all, examine

# A quarter red, the rest blue: turned by 90 degrees it is another image.
UPRIGHT = np.zeros((40, 80, 3), np.uint8)
UPRIGHT[...], UPRIGHT[:20, :40] = (0, 0, 255), (255, 0, 0)


def exif(orientation: int) -> bytes:
    """What a camera writes: one directory with the orientation and a second entry."""
    entries = struct.pack("<HHII", 0x0112, 3, 1, orientation) + struct.pack("<HHII", 0x0128, 3, 1, 2)
    return b"II*\0" + struct.pack("<IH", 8, 2) + entries + struct.pack("<I", 0)


def jpeg(note: bytes, segment: int = 0xE1) -> bytes:
    file = io.BytesIO()
    Image.fromarray(UPRIGHT).save(file, "JPEG", quality=95)
    content = file.getvalue()
    return content[:2] + bytes([0xFF, segment]) + struct.pack(">H", len(note) + 2) + note + content[2:]


def png(kind: bytes, note: bytes, checksum: int | None = None) -> bytes:
    file = io.BytesIO()
    Image.fromarray(UPRIGHT).save(file, "PNG")
    content = file.getvalue()
    checksum = zlib.crc32(kind + note) if checksum is None else checksum
    return content[:33] + struct.pack(">I", len(note)) + kind + note + struct.pack(">I", checksum) + content[33:]


def webp(kind: bytes, note: bytes, flag: int) -> bytes:
    file = io.BytesIO()
    Image.fromarray(UPRIGHT).save(file, "WEBP", lossless=True)
    pixels = file.getvalue()[12:]
    head = b"VP8X" + struct.pack("<I", 10) + bytes([flag, 0, 0, 0]) + (79).to_bytes(3, "little")
    head += (39).to_bytes(3, "little")
    beside = kind + struct.pack("<I", len(note)) + note + b"\0" * (len(note) % 2)
    whole = b"WEBP" + head + pixels + beside
    return b"RIFF" + struct.pack("<I", len(whole)) + whole


GOOD = exif(1)
HARMLESS = {
    "EXIF is no TIFF": jpeg(b"Exif\0\0nonsense"),
    "EXIF is empty": jpeg(b"Exif\0\0"),
    "EXIF is cut in its head": jpeg(b"Exif\0\0" + GOOD[:5]),
    "EXIF directory is cut": jpeg(b"Exif\0\0" + GOOD[:-10]),
    "EXIF directory lies outside": jpeg(b"Exif\0\0II*\0" + struct.pack("<I", 60_000)),
    "EXIF value lies outside": jpeg(
        b"Exif\0\0II*\0" + struct.pack("<IH", 8, 1) + struct.pack("<HHII", 0x0112, 3, 9_000, 50_000)
    ),
    "EXIF orientation is text": jpeg(
        b"Exif\0\0II*\0" + struct.pack("<IH", 8, 1) + struct.pack("<HHI", 0x0112, 2, 4) + b"six\0" + b"\0\0\0\0"
    ),
    "EXIF orientation is 99": jpeg(b"Exif\0\0" + exif(99)),
    "several images are promised": jpeg(b"MPF\0II*\0" + b"\x08\0\0\0\xff\xff", 0xE2),
    "colour profile is cut": jpeg(b"ICC_PROFILE\0\x01", 0xE2),
    "Photoshop's notes are cut": jpeg(b"Photoshop 3.0\x008BIM\x03\xed\0\0\0\0\0\x10\0", 0xED),
    "Adobe's note is cut": jpeg(b"Adobe", 0xEE),
    "XMP is no XML": jpeg(b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta"),
    "PNG: EXIF is no TIFF": png(b"eXIf", b"nonsense"),
    "PNG: EXIF directory is cut": png(b"eXIf", GOOD[:-10]),
    "PNG: text with a wrong checksum": png(b"tEXt", b"Title\0an eye", checksum=1),
    "PNG: text that is not packed": png(b"zTXt", b"Title\0\0not packed"),
    "PNG: text too long to read": png(b"zTXt", b"Title\0\0" + zlib.compress(bytes(2**21))),
    "PNG: colour profile is not packed": png(b"iCCP", b"name\0\0not packed"),
    "PNG: resolution is cut": png(b"pHYs", b"\0\0"),
    "PNG: gamma is cut": png(b"gAMA", b"\0"),
    "WebP: EXIF is no TIFF": webp(b"EXIF", b"nonsense", 0x08),
    "WebP: EXIF directory is cut": webp(b"EXIF", b"Exif\0\0" + GOOD[:-10], 0x08),
    "WebP: XMP is no XML": webp(b"XMP ", b"<x:xmpmeta", 0x04),
}


@pytest.mark.parametrize("content", HARMLESS.values(), ids=HARMLESS)
def test_an_image_with_broken_notes_is_read_quietly(tmp_path: Path, content: bytes, capfd):
    path = tmp_path / "a.any"
    path.write_bytes(content)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        image = decode(path)
        assert examine([path]).tolist() == [[40, 80]]
        assert decode(path, longest_side=40).shape == (20, 40, 3)
    assert np.abs(image.astype(int) - UPRIGHT).mean() < 5
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(
    "content",
    [
        jpeg(b"Exif\0\0" + exif(6)),
        png(b"eXIf", exif(6)),
        webp(b"EXIF", exif(6), 0x08),
        jpeg(b"Exif\0\0" + exif(6)[:22]),
    ],
    ids=["JPEG", "PNG", "WebP", "JPEG, cut behind the orientation"],
)
def test_the_orientation_counts_wherever_it_can_be_read(tmp_path: Path, content: bytes):
    (tmp_path / "a.any").write_bytes(content)
    assert examine([tmp_path / "a.any"]).tolist() == [[80, 40]]
    assert np.abs(decode(tmp_path / "a.any").astype(int) - np.rot90(UPRIGHT, -1)).mean() < 5


def test_files_with_broken_notes_are_read_quietly_by_several_threads(tmp_path: Path):
    paths = [tmp_path / f"{number}.jpg" for number in range(40)]
    for path in paths:
        path.write_bytes(HARMLESS["EXIF directory is cut"])
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        filters = list(warnings.filters)
        assert decode_all(paths).shape == (40, 40, 80, 3)
        assert warnings.filters == filters
    assert said == []


@pytest.mark.parametrize("kind", [b"IDAT", b"PLTE"])
def test_what_holds_pixels_must_still_be_sound(tmp_path: Path, kind: bytes):
    with pytest.raises(DamagedError, match="cannot be decoded"):
        decode(png(kind, b"nonsense", checksum=1))
