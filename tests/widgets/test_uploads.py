"""Pictures that somebody uploads: what is read, and what is refused."""

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from coursekit.widgets import explore_kernel
from coursekit.widgets.uploads import read_picture


def saved(picture, kind="PNG", **options):
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def bomb():
    """A PNG of a few bytes that says it has 30,000 by 30,000 pixels."""

    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "BMP", "WEBP"])
@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_raster_pictures_become_grey_values(kind, mode):
    picture = read_picture(saved(Image.new(mode, (40, 30), "white"), kind), "white", longest_side=100)
    assert (picture.shape, picture.dtype) == ((30, 40), np.float32)
    assert picture.min() > 0.99


def test_transparent_parts_are_white():
    picture = Image.new("RGBA", (2, 1), (0, 0, 0, 255))
    picture.putpixel((1, 0), (0, 0, 0, 0))
    assert read_picture(saved(picture), "hole.png", longest_side=9).tolist() == [[0, 1]]


def test_a_turned_photograph_is_turned_upright():
    photograph = Image.new("L", (40, 20))
    exif = Image.Exif()
    exif[0x0112] = 6
    assert read_picture(saved(photograph, "JPEG", exif=exif), "phone.jpg", longest_side=100).shape == (40, 20)


def test_sixteen_bits_keep_their_range():
    deep = Image.fromarray(np.array([[0, 65535, 32768]], np.uint16))
    np.testing.assert_allclose(read_picture(saved(deep), "deep.png", longest_side=9), [[0, 1, 0.5]], atol=0.01)


def test_one_pixel_is_a_picture():
    assert read_picture(saved(Image.new("L", (1, 1), 255)), "dot.png", longest_side=9).tolist() == [[1]]


def test_large_pictures_are_shrunk_and_small_ones_left():
    assert read_picture(saved(Image.new("L", (400, 100))), "wide.png", longest_side=200).shape == (50, 200)
    assert read_picture(saved(Image.new("L", (40, 10))), "small.png", longest_side=200).shape == (10, 40)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (bomb(), "pixels: at most 50 million"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not a picture that can be read"),
        (b"only words", "not a picture that can be read"),
        (b"", "not a picture that can be read"),
        (saved(Image.effect_noise((99, 99), 50))[:400], "damaged or cut off"),
        (saved(Image.effect_noise((99, 99), 50), "JPEG")[:400], "damaged or cut off"),
        (saved(Image.new("L", (9, 9)), "TIFF"), "not a picture that can be read"),
        (bytes(20_000_001), "20 MB"),
    ],
    ids=["bomb", "svg", "text", "empty", "cut png", "cut jpeg", "tiff", "too many bytes"],
)
def test_anything_else_is_refused_by_name(content, words):
    with pytest.raises(ValueError, match=words) as refused:
        read_picture(content, "file.png", longest_side=100)
    assert str(refused.value).startswith("file.png ")


def sent(name, content):
    """What the browser sends for an upload."""
    return {
        "value": [{"name": name, "type": "", "size": len(content), "content": memoryview(content), "last_modified": 0}]
    }


def test_an_upload_becomes_the_picture():
    explorer = explore_kernel()
    explorer.upload.set_state(sent("mine.png", saved(Image.new("L", (60, 50), 255))))
    assert explorer.picture.shape == (50, 60)
    assert '"mine.png (yours, 1)"' in explorer.status.text
    explorer.undo_button.click()
    assert explorer.settings.picture == "cat"


def test_another_picture_of_the_same_name_is_not_taken_for_the_first():
    explorer = explore_kernel()
    for level in (255, 0):
        explorer.upload.set_state(sent("mine.png", saved(Image.new("L", (60, 50), level))))
    assert explorer.picture.max() == explorer.output.max() == 0


def test_a_refused_upload_leaves_everything_as_it_was(monkeypatch):
    monkeypatch.setenv("COURSEKIT_STRICT", "0")
    explorer = explore_kernel()
    before = explorer.view
    explorer.upload.set_state(sent("note.png", b"only words"))
    assert explorer.status.text.startswith("note.png is not a picture")
    assert explorer.view is before
    assert len(explorer.errors) == 1


def test_a_refused_upload_is_raised_where_that_is_wanted():
    explorer = explore_kernel()
    with pytest.raises(ValueError, match=r"note\.png"):
        explorer.upload.set_state(sent("note.png", b"only words"))
