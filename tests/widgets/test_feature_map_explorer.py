"""The feature-map explorer without a browser: ``set_state`` is what a browser sends."""

import numpy as np
import pytest

from coursekit import explain
from coursekit.widgets import explore_feature_maps
from tests.widgets.seeing import CLASSES, IMAGES, keras, layers, network
from tests.widgets.sending import upload


@pytest.fixture(scope="module")
def model():
    return network()


@pytest.fixture
def explorer(model):
    explorer = explore_feature_maps(model, IMAGES, classes=CLASSES)
    yield explorer
    assert explorer.errors == []


def edit(explorer, row, column, weight):
    weights = [list(line) for line in explorer.weights.weights]
    weights[row][column] = weight
    explorer.weights.set_state({"weights": weights})


def test_it_shows_the_maps_that_the_layer_computes(explorer, model):
    explorer.layer.value = "last"
    expected = explain.feature_maps(model, IMAGES[:1], "last")[0]
    np.testing.assert_allclose(explorer.maps, expected, atol=1e-6)
    explorer.sheet.set_state({"selected": 4})
    one = expected[..., 4]
    assert explorer.map.value == 4
    assert f"Map 4: from {one.min():.0f}" in explorer.status.text
    assert f"{100 * np.mean(one == 0):.0f} % of it zero" in explorer.status.text
    assert explorer.large.value.startswith('<div class="ck-large"><img alt="&quot;last&quot; on')


def test_the_layers_are_listed_with_their_shapes_in_order(explorer):
    assert [label for label, _ in explorer.layer.options] == [
        "first  14 × 18 × 18",
        "deep  12 × 16 × 36",
        "pool  6 × 8 × 36",
        "last  6 × 8 × 6",
    ]


def test_an_edited_kernel_changes_map_and_answer_and_not_the_model(explorer, model):
    before, maps = model.get_weights(), explorer.maps.copy()
    answer = model.predict(IMAGES[:1], verbose=0)
    explorer.sheet.set_state({"selected": 5})
    explorer.channel.set_state({"value": 2})
    edit(explorer, 0, 1, 7.5)
    assert "with the kernels as learned" in explorer.status.text
    assert "was 0." in explorer.bars.value
    kernel = before[0].copy()
    kernel[0, 1, 2, 5] = 7.5
    np.testing.assert_array_equal(explorer.kernels["first"], kernel)
    changed = network()
    changed.set_weights([kernel, *before[1:]])
    np.testing.assert_allclose(explorer.maps, explain.feature_maps(changed, IMAGES[:1], "first")[0], atol=1e-6)
    for one, same in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(one, same)
    np.testing.assert_array_equal(model.predict(IMAGES[:1], verbose=0), answer)
    explorer.undo_button.click()
    np.testing.assert_array_equal(explorer.maps, maps)
    assert explorer.kernels == {}


def test_edits_add_up_over_layers_and_are_all_undone(explorer):
    edit(explorer, 0, 0, 3.0)
    edit(explorer, 0, 0, 4.0)
    explorer.layer.value = "last"
    edit(explorer, 1, 1, -2.0)
    assert set(explorer.kernels) == {"first", "last"}
    assert "2 planes of kernels edited" in explorer.status.text
    explorer.undo_button.click()
    explorer.undo_button.click()
    assert set(explorer.kernels) == {"first"}
    assert explorer.kernels["first"][0, 0, 0, 0] == 3
    explorer.reset_button.click()
    assert explorer.kernels == {}
    explorer.undo_button.click()
    assert set(explorer.kernels) == {"first"}


def test_the_learned_weight_typed_again_is_no_edit(explorer, model):
    learned = float(model.get_weights()[0][0, 0, 0, 0])
    edit(explorer, 0, 0, learned + 1)
    edit(explorer, 0, 0, learned)
    assert explorer.kernels == {}


def test_a_depthwise_kernel_belongs_to_its_map(explorer, model):
    explorer.layer.value = "deep"
    explorer.sheet.set_state({"selected": 7})
    assert explorer.channel.disabled
    np.testing.assert_allclose(explorer.weights.weights, model.layers[1].kernel.numpy()[:, :, 3, 1])
    before = explorer.maps.copy()
    edit(explorer, 1, 1, 9.0)
    changed = np.flatnonzero((explorer.maps != before).any(axis=(0, 1)))
    assert changed.tolist() == [7]


def test_a_layer_without_kernel_says_so(explorer):
    explorer.layer.value = "pool"
    assert "no kernel of its own" in explorer.note.value
    assert explorer.weights.layout.display == "none"


def test_another_layer_with_fewer_maps_begins_at_its_first(explorer):
    explorer.map.set_state({"value": 17})
    explorer.layer.value = "last"
    assert (explorer.map.value, explorer.map.max, explorer.sheet.selected) == (0, 5, 0)


def test_pages_of_many_maps(explorer):
    wide = keras.Sequential([keras.Input((8, 8, 1)), layers.Conv2D(300, 3)])
    many = explore_feature_maps(wide)
    many.sheet.set_state({"selected": 290})
    assert (many.sheet.first, many.sheet.total, many.map.value) == (256, 300, 290)
    assert many.sheet.label == "Maps 256 to 299 of 300"
    assert many.bars.value == "<p>This network gives no answer: it has no head.</p>"


def test_the_code_does_what_is_shown(explorer, model):
    for change in (lambda: None, lambda: edit(explorer, 0, 0, 2.5), lambda: setattr(explorer.layer, "value", "deep")):
        change()
        names = {"model": model, "images": IMAGES}
        exec(explorer.code.code, names)
        np.testing.assert_allclose(names["maps"], explorer.maps, atol=1e-5)


def test_weights_that_are_trained_later_are_seen(model):
    later = network()
    explorer = explore_feature_maps(later, IMAGES)
    later.set_weights([2 * one for one in later.get_weights()])
    explorer.image_name.value = "image 1"
    np.testing.assert_allclose(explorer.maps, explain.feature_maps(later, IMAGES[1:2], "first")[0], atol=1e-6)


def test_uploads_and_photographs_fit_the_model(explorer):
    upload(explorer.upload, "red.png", np.full((30, 90, 3), (255, 0, 0), np.uint8))
    assert explorer.image.shape == (16, 20, 3)
    np.testing.assert_allclose(explorer.image[8, 10], [1, 0, 0])
    explorer.image_name.value = "camera"
    assert explorer.image.shape == (16, 20, 3)


def test_grey_models_and_other_ranges():
    explorer = explore_feature_maps(network(channels=1), value_range=(0, 255))
    assert explorer.image.shape == (16, 20, 1)
    assert 100 < explorer.image.max() <= 255
    names = {}
    exec(explorer.code.code, names)
    np.testing.assert_allclose(names["image"], explorer.image, rtol=1e-4)


def test_a_reader_without_a_kernel_sees_the_sheet(explorer):
    data, metadata = explorer._repr_mimebundle_()
    assert data["text/plain"] == explorer.status.text
    assert metadata["image/png"]["width"] > 700


@pytest.mark.parametrize("layer", ["first", "deep", "last"])
def test_the_stored_sheet_is_as_high_as_the_large_map_and_white_where_it_is_empty(explorer, layer):
    explorer.layer.value = layer
    still = explorer.view.still
    assert (still[still[..., 3] == 0][:, :3] == 255).all()
    height, width = explorer.view.pixels.shape[:2]
    shown = still[:, : -width - 16, 3].any(axis=1)
    assert shown.sum() > 0.75 * (height + 22)


def test_the_chosen_map_has_the_frame_in_the_stored_sheet(explorer):
    framed = []
    for index in (0, 17):
        explorer.map.value = index
        framed.append(np.argwhere((explorer.view.still == (255, 152, 0, 255)).all(axis=-1)))
    (top, left), (lower, right) = (places.min(axis=0) for places in framed)
    assert (top, left) < (lower, right)
    assert all(np.ptp(places, axis=0).min() > 60 for places in framed)


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda model: explore_feature_maps(model, layer="nothing"), "layer 'nothing' has no feature maps. These have"),
        (lambda model: explore_feature_maps(model, IMAGES[0]), "needs a first axis"),
        (lambda model: explore_feature_maps(model, IMAGES[:0]), "images is empty"),
        (lambda model: explore_feature_maps(model, classes=["cat"]), "1 names, but the model tells 3 classes apart"),
        (lambda model: explore_feature_maps(model, value_range=(1, 0)), "for black and for white"),
        (
            lambda _model: explore_feature_maps(keras.Sequential([keras.Input((9, 9, 5)), layers.Conv2D(2, 3)])),
            "takes 5 channels",
        ),
        (lambda _model: explore_feature_maps(keras.Sequential([keras.Input((9,)), layers.Dense(2)])), "takes"),
    ],
)
def test_bad_input_is_refused(model, ask, words):
    with pytest.raises(ValueError, match=words):
        ask(model)
