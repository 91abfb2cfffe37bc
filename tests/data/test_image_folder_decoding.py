"""Image files of all kinds become upright 8 bit RGB."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, UnidentifiedImageError

from coursekit.data.errors import DamagedError
from coursekit.data.images.decoding import decode, decode_all, examine, resize_all

RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)
# Left half red, right half blue, 16 wide and 8 high.
HALVES = np.zeros((8, 16, 3), np.uint8)
HALVES[:, :8], HALVES[:, 8:] = RED, BLUE


def near(image: np.ndarray, row: int, column: int, colour: tuple[int, int, int]) -> bool:
    return bool(np.abs(image[row, column].astype(int) - colour).max() <= 12)


@pytest.mark.parametrize("suffix", ["png", "bmp", "gif", "jpg", "webp"])
def test_formats(tmp_path: Path, suffix: str):
    path = tmp_path / f"a.{suffix}"
    Image.fromarray(HALVES).save(path, quality=100, subsampling=0) if suffix == "jpg" else Image.fromarray(HALVES).save(
        path, lossless=True
    )
    image = decode(path)
    assert (image.shape, image.dtype) == ((8, 16, 3), np.uint8)
    assert near(image, 4, 2, RED)
    assert near(image, 4, 13, BLUE)


def test_grey(tmp_path: Path):
    Image.fromarray(np.full((4, 4), 100, np.uint8)).save(tmp_path / "a.png")
    assert (decode(tmp_path / "a.png") == 100).all()


@pytest.mark.parametrize("value", [0, 255, 256, 40_000, 65_535])
def test_grey_of_16_bit(tmp_path: Path, value: int):
    """257 steps of 16 bits are one of 8, so that black and white stay what they are."""
    Image.fromarray(np.full((4, 4), value, np.uint16)).save(tmp_path / "a.png")
    assert (decode(tmp_path / "a.png") == round(value / 257)).all()


def test_black_and_white(tmp_path: Path):
    Image.fromarray(np.array([[True, False]])).save(tmp_path / "a.png")
    assert decode(tmp_path / "a.png")[0, :, 0].tolist() == [255, 0]


def test_transparent_parts_are_white(tmp_path: Path):
    rgba = np.zeros((1, 3, 4), np.uint8)
    rgba[0] = [(*RED, 255), (*RED, 0), (*RED, 128)]
    Image.fromarray(rgba).save(tmp_path / "a.png")
    image = decode(tmp_path / "a.png")
    assert [near(image, 0, column, colour) for column, colour in enumerate([RED, WHITE, (255, 127, 127)])] == [True] * 3


def test_palette_with_a_transparent_colour(tmp_path: Path):
    image = Image.fromarray(np.array([[0, 1]], np.uint8)).convert("P")
    image.putpalette([*GREEN, *BLUE])
    image.save(tmp_path / "a.png", transparency=1)
    decoded = decode(tmp_path / "a.png")
    assert near(decoded, 0, 0, GREEN)
    assert near(decoded, 0, 1, WHITE)


def test_cmyk(tmp_path: Path):
    Image.fromarray(HALVES).convert("CMYK").save(tmp_path / "a.jpg", quality=100, subsampling=0)
    image = decode(tmp_path / "a.jpg")
    assert near(image, 4, 2, RED)
    assert near(image, 4, 13, BLUE)


def test_first_frame_of_an_animation(tmp_path: Path):
    frames = [Image.new("RGB", (4, 4), colour) for colour in (RED, GREEN)]
    frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:])
    assert near(decode(tmp_path / "a.gif"), 0, 0, RED)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("size", [None, (40, 80)])
def test_images_are_turned_upright(tmp_path: Path, orientation: int, size: tuple[int, int] | None):
    """What EXIF says is undone: whatever the stored orientation, the upright image comes out."""
    upright = np.zeros((40, 80, 3), np.uint8)
    upright[:20, :40], upright[:20, 40:], upright[20:, :40] = RED, GREEN, BLUE
    stored = {
        1: lambda a: a,
        2: lambda a: a[:, ::-1],
        3: lambda a: a[::-1, ::-1],
        4: lambda a: a[::-1],
        5: lambda a: a.transpose(1, 0, 2),
        6: lambda a: np.rot90(a),
        7: lambda a: a[::-1, ::-1].transpose(1, 0, 2),
        8: lambda a: np.rot90(a, -1),
    }[orientation](upright)
    exif = Image.Exif()
    exif[0x0112] = orientation
    Image.fromarray(np.ascontiguousarray(stored)).save(tmp_path / "a.jpg", exif=exif, quality=100, subsampling=0)
    assert examine([tmp_path / "a.jpg"]).tolist() == [[40, 80]]
    image = decode(tmp_path / "a.jpg", size)
    assert image.shape == upright.shape
    assert np.abs(image.astype(int) - upright).mean() < 5


def test_scaling_makes_no_aliases(tmp_path: Path):
    stripes = np.zeros((64, 64, 3), np.uint8)
    stripes[:, ::2] = 255
    Image.fromarray(stripes).save(tmp_path / "a.png")
    assert np.abs(decode(tmp_path / "a.png", (16, 16)).astype(int) - 127).max() < 20


def test_stretch_crop_and_pad(tmp_path: Path):
    Image.fromarray(HALVES).save(tmp_path / "a.png")
    stretched, cropped, padded = (decode(tmp_path / "a.png", (16, 16), fit) for fit in ("stretch", "crop", "pad"))
    assert stretched.shape == cropped.shape == padded.shape == (16, 16, 3)
    assert near(stretched, 0, 0, RED)
    assert near(cropped, 0, 0, RED)
    assert near(padded, 0, 0, (0, 0, 0))
    assert near(padded, 8, 1, RED)


def test_large_jpeg_is_the_same_image_when_it_is_decoded_small(tmp_path: Path):
    slope = np.tile(np.linspace(0, 255, 800, dtype=np.uint8)[:, None, None], (1, 600, 3))
    Image.fromarray(slope).save(tmp_path / "a.jpg", quality=95)
    whole = np.asarray(Image.fromarray(decode(tmp_path / "a.jpg")).resize((60, 80), Image.Resampling.BILINEAR))
    assert np.abs(decode(tmp_path / "a.jpg", (80, 60)).astype(int) - whole).max() <= 4


@pytest.mark.parametrize(
    "damage", [lambda content: content[: len(content) // 2], lambda content: b"no image", lambda content: b""]
)
@pytest.mark.parametrize("suffix", ["png", "jpg", "webp", "gif", "bmp"])
def test_damaged_files(tmp_path: Path, suffix: str, damage):
    path = tmp_path / f"a.{suffix}"
    noise = np.random.default_rng(0).integers(0, 256, (50, 50, 3), dtype=np.uint8)
    Image.fromarray(noise).save(path)
    path.write_bytes(damage(path.read_bytes()))
    assert examine([path]).tolist() == [[0, 0]]
    with pytest.raises(DamagedError, match=rf"a\.{suffix} cannot be decoded"):
        decode(path)


def test_what_was_examined_is_remembered_until_it_changes(tmp_path: Path, monkeypatch):
    path = tmp_path / "a.png"
    Image.fromarray(HALVES).save(path)
    examine([path])
    with monkeypatch.context() as patch:
        patch.setattr(Image, "open", None)
        assert examine([path]).tolist() == [[8, 16]]
    path.write_bytes(b"broken now")
    assert examine([path]).tolist() == [[0, 0]]


def test_many_files_keep_their_order(tmp_path: Path):
    paths = [tmp_path / f"{number}.png" for number in range(50)]
    for number, path in enumerate(paths):
        Image.new("L", (3, 3), number).save(path)
    assert decode_all(paths)[:, 0, 0, 0].tolist() == list(range(50))
    assert decode_all([], (5, 6)).shape == (0, 5, 6, 3)


@pytest.mark.parametrize("channels", [1, 2, 3])
def test_arrays_are_scaled_channel_by_channel(channels: int):
    images = np.stack([np.full((2, 8, 6), 10 * (channel + 1), np.uint8) for channel in range(channels)], axis=-1)
    scaled = resize_all(images, (4, 5))
    assert scaled.shape == (2, 4, 5, channels)
    assert scaled[0, 0, 0].tolist() == [10 * (channel + 1) for channel in range(channels)]


def test_content_is_decoded_as_the_file_is(tmp_path: Path):
    Image.fromarray(HALVES).save(tmp_path / "a.png")
    np.testing.assert_array_equal(decode((tmp_path / "a.png").read_bytes()), HALVES)
    with pytest.raises(DamagedError, match=r"the file of 10 bytes cannot be decoded") as found:
        decode(b"no image")
    assert isinstance(found.value.__cause__, UnidentifiedImageError)


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_large_image_is_shrunk_in_its_proportions(tmp_path: Path, mode: str):
    Image.fromarray(HALVES).convert(mode).save(tmp_path / "a.png")
    small = decode(tmp_path / "a.png", longest_side=8)
    assert small.shape == (4, 8, 3)
    assert near(small, 2, 1, RED)
    assert near(small, 2, 6, BLUE)
    assert decode(tmp_path / "a.png", longest_side=99).shape == (8, 16, 3)


def test_image_with_too_many_pixels_is_refused(tmp_path: Path):
    Image.fromarray(HALVES).save(tmp_path / "a.png")
    assert decode(tmp_path / "a.png", most_pixels=128).shape == (8, 16, 3)
    with pytest.raises(DamagedError, match="16 x 8 pixels, but at most 127"):
        decode(tmp_path / "a.png", most_pixels=127)


def test_unknown_fit_is_refused():
    with pytest.raises(ValueError, match=r"'squeeze'.*stretch, crop, pad"):
        resize_all(np.zeros((1, 4, 4, 3), np.uint8), (2, 2), "squeeze")
