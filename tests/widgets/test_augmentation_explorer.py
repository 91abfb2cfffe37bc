"""The augmentation explorer without a browser: ``set_state`` is what a browser sends."""

import numpy as np
import pytest

import coursekit as ck
from coursekit.widgets import explore_augmentation
from tests.quick import quick_only
from tests.widgets.sending import choose, upload

IMAGE = np.random.default_rng(0).random((12, 16, 3), dtype=np.float32)


@pytest.fixture
def explorer():
    explorer = explore_augmentation(IMAGE)
    yield explorer
    assert explorer.errors == []


@pytest.fixture
def quiet(explorer):
    """An explorer with nothing on."""
    explorer.off_button.click()
    return explorer


def test_it_opens_on_the_cat_in_colour():
    explorer = explore_augmentation()
    np.testing.assert_array_equal(explorer.image, ck.data.load_image("cat", size=128))
    assert explorer.variations.shape == (8, 128, 128, 3)
    assert explorer.images.value.count("<img") == 9


def test_nothing_on_leaves_every_image_as_it_is(quiet):
    np.testing.assert_array_equal(quiet.variations, np.stack([quiet.image] * 8))
    assert quiet.status.text.startswith("Nothing is on")


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("rotation", 90, "rotation up to 90° either way; the edge is filled with the nearest pixel"),
        ("shift", 0.3, "shift by up to 30 % of the height and width;"),
        ("shear", 20, "shear up to 20°;"),
        ("zoom", 0.5, "zoom 50 % in or out;"),
        ("brightness", 0.5, "brightness up to 50 % up or down."),
        ("contrast", 0.5, "contrast 50 % up or down."),
        ("channel_shift", 0.2, "all channels shifted by up to 20 %."),
        ("hue", 0.3, "hue turned by up to 30 % of the colour circle."),
    ],
)
def test_every_amount_changes_the_images_and_is_said(quiet, name, value, words):
    getattr(quiet, name).set_state({"value": value})
    assert words in quiet.status.text
    assert np.abs(quiet.variations - quiet.image).max() > 0.01
    assert 0 <= quiet.variations.min() <= quiet.variations.max() <= 1
    getattr(quiet, name).set_state({"value": 0})
    assert quiet.status.text.startswith("Nothing is on")


def test_a_flipped_image_is_the_original_or_its_mirror_image(quiet):
    choose(quiet.flip, "left and right")
    mirrored = [np.allclose(variation, quiet.image[:, ::-1], atol=1e-6) for variation in quiet.variations]
    same = [np.allclose(variation, quiet.image, atol=1e-6) for variation in quiet.variations]
    assert (np.array(mirrored) ^ np.array(same)).all()
    assert "left and right swapped half of the time" in quiet.status.text


def test_the_edge_is_filled_as_chosen(quiet):
    quiet.shift.set_state({"value": 0.5})
    nearest = quiet.variations
    choose(quiet.fill_mode, "black")
    assert (quiet.variations.min(axis=-1) == 0).mean() > (nearest.min(axis=-1) == 0).mean() + 0.1
    assert "filled with black" in quiet.status.text


def test_a_new_seed_gives_other_images_and_the_old_one_the_same(explorer):
    first = explorer.variations
    explorer.seed_button.click()
    assert explorer.seed.value == 1
    assert np.abs(explorer.variations - first).max() > 0.01
    explorer._memory.clear()
    explorer.reset_button.click()
    np.testing.assert_array_equal(explorer.variations, first)


@pytest.mark.parametrize("everything", quick_only([False, True], [True]))
def test_the_code_gives_the_same_images(everything):
    explorer = explore_augmentation("camera")
    if everything:
        for name, control in explorer._amounts.items():
            control.set_state({"value": {"rotation": 30, "shear": 10}.get(name, 0.2)})
    names: dict[str, object] = {}
    exec(explorer.code.code, names)
    np.testing.assert_allclose(np.asarray(names["variations"]), explorer.variations, atol=1e-4)


def test_the_layers_are_fit_for_a_model(explorer):
    batch = np.stack([IMAGE] * 4)
    np.testing.assert_array_equal(np.asarray(explorer.layers(batch, training=False)), batch)


def test_an_upload_keeps_its_colours(explorer):
    upload(explorer.upload, "own.png", np.full((200, 300, 3), (255, 0, 0), np.uint8))
    assert explorer.image.shape == (85, 128, 3)
    np.testing.assert_array_equal(explorer.image[0, 0], [1, 0, 0])
    assert '"own.png (yours, 2)"' in explorer.status.text


def test_a_file_that_is_no_image_is_refused_in_place(monkeypatch):
    monkeypatch.setenv("COURSEKIT_STRICT", "0")
    explorer = explore_augmentation(IMAGE)
    upload(explorer.upload, "own.png", b"nothing")
    assert explorer.status.state == "error"
    assert "is not an image" in explorer.status.text


def test_a_grey_image_gets_three_channels():
    explorer = explore_augmentation(np.full((8, 8), 128, np.uint8))
    assert explorer.image.shape == (8, 8, 3)
    assert explorer.image[0, 0, 0] == np.float32(128 / 255)


def test_a_large_image_is_shrunk():
    assert explore_augmentation(np.zeros((600, 300, 3), np.uint8)).image.shape == (128, 64, 3)


def test_a_reader_without_a_kernel_sees_all_images(explorer):
    data, metadata = explorer._repr_mimebundle_()
    assert data["text/plain"] == explorer.status.text
    assert metadata["image/png"]["width"] >= 5 * 16


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
        explore_augmentation(image)
