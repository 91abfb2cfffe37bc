"""Images that somebody uploads: what is read, and what is refused."""

import io
import struct
import subprocess
import sys
import zlib

import numpy as np
import pytest
from PIL import Image

from coursekit.data.images.decoding import decode
from coursekit.widgets import explore_kernel
from coursekit.widgets.sources.uploads import read_image
from tests.widgets.sending import upload


def saved(image, kind="PNG", **options):
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def bomb(side=30_000, lines=0):
    """A small PNG that says it has so many pixels along a side, one bit each, of which so many lines are there."""

    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    pixels = zlib.compress(bytes(lines * (1 + side // 8)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def largest():
    """An image of nearly 50 million half transparent pixels, as a PNG of less than one megabyte."""
    return saved(Image.new("RGBA", (7_000, 7_000), (9, 9, 9, 9)), compress_level=1)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "BMP", "WEBP"])
@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_raster_images_become_grey_values(kind, mode):
    image = read_image(saved(Image.new(mode, (40, 30), "white"), kind), "white", longest_side=100)
    assert (image.shape, image.dtype) == ((30, 40), np.float32)
    assert image.min() > 0.99


def test_transparent_parts_are_white():
    image = Image.new("RGBA", (2, 1), (0, 0, 0, 255))
    image.putpixel((1, 0), (0, 0, 0, 0))
    assert read_image(saved(image), "hole.png", longest_side=9).tolist() == [[0, 1]]


def test_a_turned_photograph_is_turned_upright():
    photograph = Image.new("L", (40, 20))
    exif = Image.Exif()
    exif[0x0112] = 6
    assert read_image(saved(photograph, "JPEG", exif=exif), "phone.jpg", longest_side=100).shape == (40, 20)


def test_sixteen_bits_keep_their_range():
    deep = Image.fromarray(np.array([[0, 65535, 32768]], np.uint16))
    np.testing.assert_allclose(read_image(saved(deep), "deep.png", longest_side=9), [[0, 1, 0.5]], atol=0.01)


@pytest.mark.parametrize("deep", [False, True], ids=["8 bits", "16 bits"])
def test_an_upload_is_decoded_and_scaled_as_a_training_image_is(tmp_path, deep):
    pixels = np.random.default_rng(0).integers(0, 65536 if deep else 256, (60, 90), np.uint16 if deep else np.uint8)
    path = tmp_path / "noise.png"
    Image.fromarray(pixels).save(path)
    uploaded = read_image(path.read_bytes(), path.name, longest_side=45)
    np.testing.assert_array_equal(np.rint(255 * uploaded), decode(path, size=(30, 45))[..., 0])


def test_one_pixel_is_an_image():
    assert read_image(saved(Image.new("L", (1, 1), 255)), "dot.png", longest_side=9).tolist() == [[1]]


@pytest.mark.parametrize("kind", ["PNG", "GIF", "WEBP"])
def test_of_an_animation_the_first_image_is_read(kind):
    frames = [Image.new("L", (9, 9), level) for level in (255, 0, 0)]
    moving = saved(frames[0], kind, save_all=True, append_images=frames[1:])
    assert read_image(moving, "moving", longest_side=9).min() > 0.99


@pytest.mark.parametrize("mode", ["1", "P", "LA", "PA", "RGBA", "CMYK", "I;16", "RGBX"])
def test_every_kind_of_pixel_becomes_grey_or_colour(mode):
    kind = {"CMYK": "JPEG", "RGBX": "JPEG"}.get(mode, "PNG")
    image = Image.new("RGB", (6, 4), "white").convert(mode) if mode != "I;16" else None
    if image is None:
        image = Image.fromarray(np.full((4, 6), 65535, np.uint16))
    elif mode in ("RGBX", "PA"):
        image = image.convert("RGB")
    content = saved(image, kind)
    assert read_image(content, "any", longest_side=9).shape == (4, 6)
    colour = read_image(content, "any", longest_side=9, grey=False)
    assert colour.shape == (4, 6, 3)
    assert colour.min() > 0.98


def test_a_half_transparent_edge_does_not_darken_when_it_is_shrunk():
    """Colour under a transparent pixel must not leak in: black, invisible pixels beside white ones stay white."""
    pixels = np.zeros((200, 200, 4), np.uint8)
    pixels[:, ::2] = 255
    small = read_image(saved(Image.fromarray(pixels)), "stripes.png", longest_side=50)
    assert small.min() > 0.98


def test_text_is_told_by_its_content_and_an_image_too():
    with pytest.raises(ValueError, match="not an image"):
        read_image(b"GIF is not what this is", "image.png", longest_side=9)
    assert read_image(saved(Image.new("L", (3, 2))), "notes.txt", longest_side=9).shape == (2, 3)


READ_AND_MEASURE = """
import resource, sys
from coursekit.widgets.sources.uploads import read_image
content = sys.stdin.buffer.read()
held = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
before = held()
try:
    print(read_image(content, "large.png", longest_side=512, grey=False).shape)
except ValueError as refused:
    print(refused)
print(held() - before)
"""


def read_in_a_process_of_its_own(content):
    """What is said about a file, and how many megabytes more the process held at most."""
    run = subprocess.run([sys.executable, "-c", READ_AND_MEASURE], input=content, capture_output=True, check=True)
    said, megabytes = run.stdout.decode().splitlines()
    return said, float(megabytes)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the most memory is told in other units")
@pytest.mark.parametrize(
    ("content", "words"),
    [
        (lambda: bomb(20_000, lines=20_000), "large.png has too many pixels: at most 50 million are read"),
        pytest.param(largest, "(512, 512, 3)", marks=pytest.mark.slow),
    ],
    ids=["bomb", "just small enough"],
)
def test_memory_is_bounded(content, words):
    """A decompression bomb is refused unread; the largest image that is read (196 MB) is held twice."""
    said, megabytes = read_in_a_process_of_its_own(content())
    assert words in said
    assert megabytes < (20 if "at most" in words else 450)


def test_a_file_that_stayed_in_the_browser_is_refused_by_its_size():
    explorer = explore_kernel()
    with pytest.raises(ValueError, match=r"huge\.png has 200 MB: at most 9 MB are read"):
        upload(explorer.upload, "huge.png", b"", size=200_000_000)


def test_large_images_are_shrunk_and_small_ones_left():
    assert read_image(saved(Image.new("L", (400, 100))), "wide.png", longest_side=200).shape == (50, 200)
    assert read_image(saved(Image.new("L", (40, 10))), "small.png", longest_side=200).shape == (10, 40)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (bomb(), "pixels: at most 50 million"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not an image that can be read"),
        (b"only words", "not an image that can be read"),
        (b"", "not an image that can be read"),
        (saved(Image.effect_noise((99, 99), 50))[:400], "damaged or cut off"),
        (saved(Image.effect_noise((99, 99), 50), "JPEG")[:400], "damaged or cut off"),
        (saved(Image.new("L", (9, 9)), "TIFF"), "not an image that can be read"),
        (bytes(9_100_000), "9 MB are read"),
    ],
    ids=["bomb", "svg", "text", "empty", "cut png", "cut jpeg", "tiff", "too many bytes"],
)
def test_anything_else_is_refused_by_name(content, words):
    with pytest.raises(ValueError, match=words) as refused:
        read_image(content, "file.png", longest_side=100)
    assert str(refused.value).startswith("file.png ")


def test_an_upload_becomes_the_image():
    explorer = explore_kernel()
    upload(explorer.upload, "mine.png", np.full((50, 60), 255, np.uint8))
    assert explorer.image.shape == (50, 60)
    assert '"mine.png (yours, 1)"' in explorer.status.text
    explorer.undo_button.click()
    assert explorer.settings.image == "cat"


def test_another_image_of_the_same_name_is_not_taken_for_the_first():
    explorer = explore_kernel()
    for level in (255, 0):
        upload(explorer.upload, "mine.png", np.full((50, 60), level, np.uint8))
    assert explorer.image.max() == explorer.output.max() == 0


def test_a_refused_upload_leaves_everything_as_it_was(monkeypatch):
    monkeypatch.setenv("COURSEKIT_STRICT", "0")
    explorer = explore_kernel()
    before = explorer.view
    upload(explorer.upload, "note.png", b"only words")
    assert explorer.status.text.startswith("note.png is not an image")
    assert explorer.view is before
    assert len(explorer.errors) == 1


def test_a_refused_upload_is_raised_where_that_is_wanted():
    explorer = explore_kernel()
    with pytest.raises(ValueError, match=r"note\.png"):
        upload(explorer.upload, "note.png", b"only words")


def test_an_image_that_cannot_be_shown_as_the_controls_stand_leaves_the_list(monkeypatch):
    monkeypatch.setenv("COURSEKIT_STRICT", "0")
    explorer = explore_kernel()
    upload(explorer.upload, "tiny.png", np.full((1, 1), 200, np.uint8))
    assert explorer.status.state == "error"
    assert 'Choose padding "same"' in explorer.status.text
    assert explorer.image_name.value == explorer.settings.image == "cat"
    assert not any("tiny" in name for name in explorer.image_name.options)


def test_what_is_no_whole_number_is_said_and_nothing_changes(monkeypatch):
    monkeypatch.setenv("COURSEKIT_STRICT", "0")
    explorer = explore_kernel()
    for _ in range(2):
        explorer.stride.set_state({"refused": "Stride: 2.5 is no whole number from 1 to 16. Type one."})
        assert explorer.status.text.startswith("Stride: 2.5 is no whole number")
        explorer.request()
    assert explorer.settings.stride == 1
