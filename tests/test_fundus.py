"""Fundus photographs: the field of view is found or the message says why not; CLAHE is scikit-image's."""

import numpy as np
import pytest
from skimage.exposure import equalize_adapthist

from coursekit import fundus
from coursekit.photographs import load_image
from coursekit.synthetic import fundus as drawn


def eye(height=200, width=300, centre=(99.5, 149.5), radius=80.0, colour=(200, 120, 40), cut=None):
    """A plain disc on black, cut off above and below at ``cut`` rows."""
    image = np.zeros((height, width, 3), np.uint8)
    rows, columns = np.ogrid[:height, :width]
    inside = (rows - centre[0]) ** 2 + (columns - centre[1]) ** 2 <= radius**2
    if cut:
        inside[: cut[0]] = inside[cut[1] :] = False
    image[inside] = colour
    return image


@pytest.mark.parametrize(
    ("image", "box", "centre", "radius"),
    [
        (eye(), (20, 70, 160, 160), (99.5, 149.5), 80),
        (eye(centre=(110, 160)), (30, 80, 161, 161), (110, 160), 80),
        (eye(cut=(50, 150)), (50, 70, 100, 160), (99.5, 149.5), 80),
        (eye(cut=(20, 130)), (20, 70, 110, 160), (99.5, 149.5), 80),
        (eye(height=160, centre=(79.5, 149.5)), (0, 70, 160, 160), (79.5, 149.5), 80),
        (eye(height=100, centre=(49.5, 149.5)), (0, 70, 100, 160), (49.5, 149.5), 80),
        (eye(1000, 1500, (500, 700), 450), (50, 250, 901, 901), (500, 700), 450),
        (eye(colour=(40, 22, 10)), (20, 70, 160, 160), (99.5, 149.5), 80),
    ],
    ids=["whole", "off the middle", "cut twice", "cut once", "touches", "cut by the image", "large", "dim"],
)
def test_the_field_of_view_is_found(image, box, centre, radius):
    found = fundus.field_of_view(image)
    spare = 2 * (1 + max(image.shape) // 256)
    np.testing.assert_allclose((found.top, found.left, found.height, found.width), box, atol=2 * spare)
    np.testing.assert_allclose(found.centre, centre, atol=spare)
    assert abs(found.radius - radius) <= spare
    truth = image.max(axis=2) > 0
    mask = found.mask(image.shape)
    assert np.count_nonzero(mask & truth) / np.count_nonzero(mask | truth) > 0.96


def test_noise_in_the_black_and_a_dark_side_do_not_hide_the_field():
    rng = np.random.default_rng(0)
    image = eye().astype(np.int16)
    image[120:, 180:] = image[120:, 180:] // 60
    noisy = np.clip(image + rng.integers(0, 30, image.shape), 0, 255).astype(np.uint8)
    for dirty in (image.astype(np.uint8), noisy):
        found = fundus.field_of_view(dirty)
        assert abs(found.radius - 80) < 3
        np.testing.assert_allclose(found.centre, (99.5, 149.5), atol=3)


def test_a_halo_is_not_taken_for_the_field():
    """A dim reflection beside the disc."""
    image = eye(256, 340, (127.5, 120), 110)
    image[60:190, 220:300] = np.maximum(image[60:190, 220:300], (30, 28, 22))
    found = fundus.field_of_view(image)
    assert abs(found.radius - 110) < 3
    np.testing.assert_allclose(found.centre, (127.5, 120), atol=3)


def test_light_in_all_corners_but_one_does_not_hide_the_field():
    """Contrast that was raised before lifts the black."""
    image = eye(256, 256, (127.5, 127.5), 126)
    lifted = np.full_like(image, 28)
    lifted[:40, 220:] = 0
    found = fundus.field_of_view(np.maximum(image, lifted))
    assert abs(found.radius - 126) < 3


def test_every_drawn_eye_is_found():
    eyes = drawn.draw(40, size=160, seed=3)
    for image in eyes.images:
        found = fundus.field_of_view(image)
        assert 0.4 * 160 < found.radius < 0.53 * 160


def test_floats_and_bytes_give_the_same_field():
    image = eye()
    assert fundus.field_of_view(image / 255) == fundus.field_of_view(image)


@pytest.mark.parametrize(
    ("image", "words"),
    [
        (eye(40, 50, (20, 25), 15), r"40x50 pixels: at least 64 are needed"),
        (np.full((100, 100, 3), 180, np.uint8), "is blank: its brightness goes from 180 to 180"),
        (np.zeros((100, 100, 3), np.uint8), "is blank"),
        (eye(colour=(18, 9, 4)), "is too dark: its brightest parts reach 18 of 255"),
        (eye(colour=(150, 150, 150)), "is grey: its channels differ by 0"),
        (eye()[..., 0], r"shape \(200, 300\) and is grey"),
        (eye(1000, 1000, (500, 500), 100), "only 3% of the image is bright"),
        (load_image("cat"), "bright up to its corners"),
        (load_image("coffee"), "not a disc"),
        (load_image("astronaut"), "not a disc"),
        (load_image("rocket"), "bright up to its corners"),
        (eye(300, 300, (149.5, 149.5), 120)[:150, :150], "not a disc"),
    ],
    ids=[
        "tiny",
        "blank",
        "black",
        "dark",
        "grey",
        "one channel",
        "far",
        "cat",
        "coffee",
        "astronaut",
        "rocket",
        "quarter",
    ],
)
def test_where_there_is_no_field_the_message_says_why(image, words):
    with pytest.raises(fundus.NoFieldError, match=words):
        fundus.field_of_view(image)


def test_a_square_and_a_ring_of_dots_are_no_eyes():
    square = np.zeros((200, 200, 3), np.uint8)
    square[40:160, 20:180] = (200, 100, 50)
    triangle = np.zeros((200, 200, 3), np.uint8)
    triangle[np.tri(200, dtype=bool)] = (200, 100, 50)
    for image in (square, triangle):
        with pytest.raises(fundus.NoFieldError):
            fundus.field_of_view(image)


@pytest.mark.parametrize(
    ("image", "words"),
    [
        (np.zeros((80, 80, 4), np.uint8), r"\(80, 80, 4\): \(height, width, 3\) is needed"),
        (np.zeros((80, 0, 3), np.uint8), r"\(80, 0, 3\)"),
        (np.full((80, 80, 3), 200.0), "float64 values: uint8, or floats from 0 to 1"),
        (np.full((80, 80, 3), np.nan), "uint8, or floats from 0 to 1"),
        (np.zeros((80, 80, 3), np.int64), "int64 values"),
    ],
)
def test_what_is_no_image_is_refused(image, words):
    for function in (fundus.field_of_view, fundus.crop, fundus.pad_to_square, fundus.clahe, fundus.prepare):
        with pytest.raises(ValueError, match=words):
            function(image)


def test_crop_keeps_the_pixels():
    image = eye()
    field = fundus.field_of_view(image)
    np.testing.assert_array_equal(
        fundus.crop(image), image[field.top : field.top + field.height, field.left : field.left + field.width]
    )


@pytest.mark.parametrize("shape", [(3, 8), (8, 3), (4, 7), (5, 5)])
def test_padding_is_black_and_in_the_middle(shape):
    padded = fundus.pad_to_square(np.full((*shape, 3), 9, np.uint8))
    assert padded.shape == (max(shape), max(shape), 3)
    assert padded.sum() == 9 * 3 * shape[0] * shape[1]
    for axis in (0, 1):
        lit = np.flatnonzero(padded[..., 0].any(axis=axis))
        assert abs(lit[0] - (len(padded) - 1 - lit[-1])) <= 1


def test_resize_refuses_what_it_would_stretch():
    with pytest.raises(ValueError, match="2x3: a square one is needed"):
        fundus.resize(np.zeros((2, 3, 3)), 2)
    with pytest.raises(ValueError, match="size is 0"):
        fundus.resize(np.zeros((3, 3, 3)), 0)


@pytest.mark.parametrize("clip_limit", [0.0, 0.003, 0.01, 0.2, 1.0])
@pytest.mark.parametrize("tiles", [1, 3, 8])
def test_clahe_of_a_grey_image_is_scikit_images_to_the_last_bit(clip_limit, tiles):
    grey = load_image("retina", size=(120, 152), grey=True).astype(np.float64)
    theirs = equalize_adapthist(grey, (120 // tiles, 152 // tiles), clip_limit)
    np.testing.assert_array_equal(fundus.clahe(grey, clip_limit, tiles), theirs.astype(np.float32))


@pytest.mark.parametrize("seed", range(12))
def test_clahe_is_scikit_images_for_any_size_tiles_and_brightness(seed):
    rng = np.random.default_rng(seed)
    height, width = rng.integers(16, 100, 2)
    tiles = int(rng.integers(1, min(height, width) // 2 + 1))
    clip_limit = float(rng.choice([0.001, 0.01, 0.05, 0.7]))
    ramp = np.linspace(0.2, 0.6, width) + rng.normal(0, 0.05, (height, width))
    grey = [rng.random((height, width)), ramp.clip(0, 1), (ramp > 0.4) * 0.7][seed % 3]
    theirs = equalize_adapthist(grey, (height // tiles, width // tiles), clip_limit)
    np.testing.assert_array_equal(fundus.clahe(grey, clip_limit, tiles), theirs.astype(np.float32))
    coloured = np.rint(255 * np.stack([grey, 0.6 * grey, 0.3 * grey], axis=2)).astype(np.uint8)
    theirs = equalize_adapthist(coloured, (height // tiles, width // tiles), clip_limit)
    assert np.abs(fundus.clahe(coloured, clip_limit, tiles) - 255 * theirs).max() <= 0.5 + 1e-6


def test_clahe_of_one_brightness_is_scikit_images():
    plain = np.full((64, 64), 0.4)
    np.testing.assert_array_equal(fundus.clahe(plain), equalize_adapthist(plain, (8, 8), 0.01).astype(np.float32))


@pytest.mark.parametrize("name", ["retina", "cat"])
@pytest.mark.parametrize("kind", [np.uint8, np.float64])
def test_clahe_in_colour_is_scikit_images(name, kind):
    image = load_image(name, size=(128, 144)).astype(np.float64)
    image = np.rint(255 * image).astype(np.uint8) if kind is np.uint8 else image
    theirs = equalize_adapthist(image, (16, 18), 0.02)
    ours = fundus.clahe(image, clip_limit=0.02, tiles=8)
    assert ours.dtype == (np.uint8 if kind is np.uint8 else np.float32)
    if kind is np.uint8:
        assert np.abs(ours - 255 * theirs).max() <= 0.5 + 1e-6
    else:
        np.testing.assert_allclose(ours, theirs, atol=1e-6)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"clip_limit": -0.1}, "clip_limit is -0.1"),
        ({"clip_limit": 2}, "clip_limit is 2"),
        ({"tiles": 0}, "tiles is 0: along 64 pixels there can be 1 to 32"),
        ({"tiles": 33}, "tiles is 33"),
    ],
)
def test_clahe_says_what_its_numbers_may_be(arguments, words):
    with pytest.raises(ValueError, match=words):
        fundus.clahe(np.zeros((64, 80, 3)), **arguments)


@pytest.mark.parametrize("image", [eye(), eye(cut=(50, 150)), eye(cut=(20, 130)) / 255])
def test_a_prepared_image_is_square_and_black_around_the_field(image):
    ready = fundus.prepare(image, size=96)
    assert ready.shape == (96, 96, 3)
    assert ready.dtype == (np.uint8 if image.dtype == np.uint8 else np.float32)
    lit = ready.max(axis=2) > 0
    share = np.count_nonzero(image.max(axis=2)) / 160**2
    assert abs(lit.mean() - share) < 0.03
    assert not lit[:3, :3].any()


def test_preparing_makes_the_contrast_of_a_dim_and_a_light_eye_alike():
    light = load_image("retina", size=256)
    one, other = (fundus.prepare(image, size=128) for image in (light, 0.4 * light))
    assert np.abs(one - other).mean() < 0.03 < np.abs(light - 0.4 * light).mean()
