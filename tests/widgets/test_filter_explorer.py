"""The filter explorer without a browser."""

import numpy as np
import pytest

from coursekit import explain
from coursekit.widgets import explore_filters
from tests.widgets.seeing import keras, layers, network


@pytest.fixture(scope="module")
def model():
    return network()


@pytest.fixture
def explorer(model):
    explorer = explore_filters(model, layer="first")
    explorer.filter.value = 0
    explorer.fourier.value = explorer.decorrelate.value = False
    yield explorer
    assert explorer.errors == []


def test_it_opens_deep_along_waves_in_decorrelated_colours_on_a_filter_that_answers(model):
    opened = explore_filters(model)
    assert (opened.layer.value, opened.fourier.value, opened.decorrelate.value) == ("last", True, True)
    assert "did not rise" not in opened.status.text
    assert opened.images.std() > 0.02
    assert opened.sheet.layout.display != "none"
    assert opened._many.layout.display == "none"


def test_more_steps_than_are_taken_are_refused_and_said(explorer, monkeypatch):
    monkeypatch.setenv("COURSEKIT_STRICT", "0")
    explorer.steps.set_state({"refused": "Steps: 100000 is no whole number from 1 to 200. Type one."})
    assert explorer.status.text.startswith("Steps: 100000 is no whole number")
    assert explorer.steps.value == 20
    explorer.errors.clear()


def test_an_interrupted_ascent_is_said(explorer, monkeypatch):
    def interrupted(*_args, **_options):
        raise KeyboardInterrupt

    monkeypatch.setattr(explain, "maximise_filters", interrupted)
    explorer.steps.set_state({"value": 11})
    assert explorer.status.text.startswith("Stopped.")


def test_the_image_is_that_of_the_ascent(explorer, model):
    explorer.layer.value = "last"
    explorer.filter.set_state({"value": 2})
    np.testing.assert_array_equal(explorer.images, explain.maximise_filters(model, "last", [2]))
    assert 'Filter 2 of 6 in "last": 20 steps uphill from grey noise' in explorer.status.text


def test_more_steps_climb_higher_and_the_sentence_says_from_where(explorer, model):
    explorer.steps.set_state({"value": 40})
    text = explorer.status.text
    after = explain.feature_maps(model, explorer.images, "first").mean(axis=(1, 2))[0, 0]
    assert text.endswith((f"to {after:.2f}.", f"to {after:.3f}."))


def test_all_filters_of_a_layer_are_one_batch_and_equal_those_alone(explorer, model):
    explorer.whole.set_state({"value": True})
    assert explorer.images.shape == (18, 16, 20, 3)
    assert "filters 0 to 17; " in explorer.status.text
    together = explorer.images
    np.testing.assert_allclose(together[4:5], explain.maximise_filters(model, "first", [4]), atol=1e-4)
    explorer.sheet.set_state({"selected": 4})
    assert explorer.filter.value == 4
    assert explorer.status.text.startswith("Filter 4 of 18")
    assert explorer.sheet.source.startswith("data:image/png")


def test_how_to_climb_is_said_and_copied(explorer, model):
    explorer.jitter.set_state({"value": 2})
    explorer.smoothness.set_state({"value": 0.1})
    explorer.fourier.set_state({"value": True})
    explorer.decorrelate.set_state({"value": True})
    assert "shifts by up to 2 pixels, smoothness 0.1, along waves, in decorrelated colours" in explorer.status.text
    names = {"model": model}
    exec(explorer.code.code, names)
    np.testing.assert_array_equal(names["images"], explorer.images)
    explorer.whole.set_state({"value": True})
    exec(explorer.code.code, names)
    np.testing.assert_array_equal(names["images"], explorer.images)


def test_a_model_for_any_size_takes_small_images():
    anything = keras.Sequential([keras.Input((None, None, 1)), layers.Conv2D(40, 3)])
    explorer = explore_filters(anything, size=(12, 14), value_range=(-1, 1))
    assert explorer.images.shape == (1, 12, 14, 1)
    explorer.whole.set_state({"value": True})
    explorer.sheet.set_state({"selected": 33})
    assert (explorer.sheet.first, explorer.sheet.total) == (32, 40)
    assert explorer.images.shape == (8, 12, 14, 1)
    assert -1 <= explorer.images.min() < 0


def test_a_dead_filter_is_said_to_be_one():
    dead = keras.Sequential([keras.Input((8, 8, 1)), layers.Conv2D(2, 3, activation="relu", name="dead")])
    dead.set_weights([-np.ones((3, 3, 1, 2)), -np.ones(2)])
    assert "this filter may be dead" in explore_filters(dead).status.text


def test_a_reader_without_a_kernel_sees_the_image(explorer):
    data, _ = explorer._repr_mimebundle_()
    assert data["text/plain"] == explorer.status.text
    explorer.whole.set_state({"value": True})
    assert explorer._repr_mimebundle_()[1]["image/png"]["width"] > 640


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda model: explore_filters(model, layer="nothing"), "layer 'nothing' has no feature maps"),
        (lambda _model: explore_filters(keras.Sequential([keras.Input((9, 2)), layers.Conv1D(2, 3)])), "images"),
        (lambda model: explore_filters(model, value_range=(1, 1)), "value_range"),
    ],
)
def test_bad_input_is_refused(model, ask, words):
    with pytest.raises(ValueError, match=words):
        ask(model)
