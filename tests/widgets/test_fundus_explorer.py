"""The fundus explorer without a browser: ``set_state`` is what a browser sends."""

import numpy as np
import pytest

import coursekit as ck
from coursekit.widgets import explore_fundus
from tests.widgets.sending import choose, upload


@pytest.fixture
def explorer():
    explorer = explore_fundus()
    yield explorer
    assert explorer.errors == []


def test_it_opens_on_the_healthy_eye_prepared(explorer):
    assert explorer.image.shape == (320, 320, 3)
    assert explorer.field == ck.fundus.field_of_view(explorer.image)
    expected = ck.fundus.clahe(ck.fundus.pad_to_square(ck.fundus.crop(explorer.image)), clip_limit=0.01, tiles=8)
    np.testing.assert_array_equal(explorer.result, expected)
    assert explorer.status.text.startswith('"retina": a field of 3')
    assert "CLAHE with 8×8 tiles and limit 0.01: local contrast" in explorer.status.text
    assert explorer.images.value.count("<img") == 2


def test_the_sliders_are_claimed_and_used(explorer):
    first = explorer.result
    explorer.clip_limit.set_state({"value": 0.05})
    assert "limit 0.05" in explorer.status.text
    assert (explorer.result != first).any()
    explorer.tiles.set_state({"value": 2.0})
    assert "2×2 tiles" in explorer.status.text
    square = ck.fundus.pad_to_square(ck.fundus.crop(explorer.image))
    np.testing.assert_array_equal(explorer.result, ck.fundus.clahe(square, 0.05, 2))
    explorer.clip_limit.set_state({"value": 0.0})
    assert "no limit" in explorer.status.text
    explorer.reset_button.click()
    np.testing.assert_array_equal(explorer.result, first)


def test_each_step_can_be_left_out(explorer):
    explorer.equalised.set_state({"value": False})
    assert "The local contrast is as it was" in explorer.status.text
    np.testing.assert_array_equal(explorer.result, ck.fundus.pad_to_square(ck.fundus.crop(explorer.image)))
    explorer.cropped.set_state({"value": False})
    assert "not cut out" in explorer.status.text
    np.testing.assert_array_equal(explorer.result, explorer.image)


@pytest.mark.parametrize(("name", "why"), [("cat", "bright up to its corners"), ("coins", "is grey")])
def test_where_there_is_no_eye_it_says_so_and_shows_clahe_all_the_same(explorer, name, why):
    choose(explorer.image_name, name)
    assert explorer.field is None
    assert why in explorer.status.text
    assert explorer.status.state == "ready"
    np.testing.assert_array_equal(explorer.result, ck.fundus.clahe(explorer.image, 0.01, 8))


def test_the_drawn_eye_is_sick_and_found(explorer):
    choose(explorer.image_name, "synthetic eye")
    assert explorer.field is not None
    assert '"synthetic eye": a field of' in explorer.status.text


def test_an_upload_that_is_dark_or_tiny_is_told_apart(explorer):
    dark = np.zeros((100, 120, 3), np.uint8)
    dark[20:80, 30:90] = (12, 6, 3)
    upload(explorer.upload, "dark.png", dark)
    assert "too dark: its brightest parts reach 12 of 255" in explorer.status.text
    upload(explorer.upload, "tiny.png", np.full((6, 5, 3), 9, np.uint8))
    assert "6x5 pixels: at least 64" in explorer.status.text
    assert explorer.result.shape == (6, 5, 3)


@pytest.mark.parametrize("name", ["retina", "cat", "synthetic eye", "camera"])
def test_the_code_gives_the_same_image(explorer, name):
    choose(explorer.image_name, name)
    names: dict[str, object] = {}
    exec(explorer.code.code, names)
    np.testing.assert_array_equal(names["image"], explorer.result)


def test_a_reader_without_a_kernel_sees_both_images(explorer):
    data, metadata = explorer._repr_mimebundle_()
    assert data["text/plain"] == explorer.status.text
    assert metadata["image/png"]["width"] > 2 * 300


@pytest.mark.parametrize(
    ("image", "words"),
    [
        ("dog", "there is no image 'dog'"),
        (np.zeros(4), r"image has shape \(4,\)"),
        (np.full((4, 4), 200.0), "floats in 0..1 or uint8"),
    ],
)
def test_bad_input_is_refused_when_the_explorer_is_made(image, words):
    with pytest.raises(ValueError, match=words):
        explore_fundus(image)
