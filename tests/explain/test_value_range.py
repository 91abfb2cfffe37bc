"""Values belong to the model: black is its own black, and the same network explains the same image the same way."""

import numpy as np
import pytest

from coursekit import explain
from coursekit.explain import evaluate
from coursekit.explain.engine.inputs import Inputs
from coursekit.explain.engine.value_range import baseline_of, told_range, value_range
from coursekit.networks.own.value_range import found_range
from tests.explain.conftest import convolutions, head, keras, layers, may_be_flat

SHAPE = (12, 12, 3)
# How 0 to 1 is made of what the network takes, by the words for its range.
PREPARED = {
    "0 to 255": ((0.0, 255.0), lambda: layers.Rescaling(1 / 255)),
    "-1 to 1": ((-1.0, 1.0), lambda: layers.Rescaling(0.5, offset=0.5)),
}
# The derivative by the pixel and what is made of it change with the units; the rest does not.
IN_UNITS_OF_THE_SCORE = {
    "integrated_gradients": {"steps": 4},
    "shap": {"samples": 4},
    "taylor_decomposition": {},
    "cam": {},
    "grad_cam": {"relu": False},
    "score_cam": {"relu": False},
    "occlusion": {"patch": 4},
    "rise": {"masks": 30},
    "lime": {"samples": 20, "segments": 9},
    "lrp": {},
    "deep_taylor": {},
    "fixations": {},
}


@pytest.fixture(scope="module")
def plain():
    return keras.Sequential([keras.Input(SHAPE), *convolutions(), layers.GlobalAveragePooling2D(), head()])


@pytest.fixture(scope="module")
def images():
    return np.random.default_rng(1).random((2, *SHAPE)).astype(np.float32)


@pytest.fixture(scope="module", params=PREPARED)
def prepared(request, plain):
    """The same network for values of another range, that range, and how images are brought there."""
    (low, high), preparation = PREPARED[request.param]
    model = keras.Sequential([keras.Input(SHAPE), preparation(), *plain.layers])
    return model, (low, high), lambda values: low + (high - low) * values


@may_be_flat
@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=() if name in ("integrated_gradients", "grad_cam", "lrp") else pytest.mark.slow)
        for name in IN_UNITS_OF_THE_SCORE
    ],
)
def test_same_image_in_other_values_has_the_same_map(name, plain, prepared, images):
    model, _, brought = prepared
    options = IN_UNITS_OF_THE_SCORE[name]
    expected = getattr(explain, name)(plain, images, 1, **options)
    found = getattr(explain, name)(model, brought(images), 1, **options)
    np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-3 * np.abs(expected).max())


def test_curves_are_the_same_in_other_values(plain, prepared, images):
    model, _, brought = prepared
    heat = images.sum(axis=-1)
    for curve in (evaluate.deletion, evaluate.insertion):
        expected = curve(plain, images, heat, points=3).probability
        np.testing.assert_allclose(curve(model, brought(images), heat, points=3).probability, expected, rtol=1e-4)


def test_words_mean_numbers_of_the_model(prepared, images):
    model, (low, high), brought = prepared
    inputs = Inputs.of(model, brought(images))
    assert told_range(inputs) == (low, high)
    numbers = [float(baseline_of(word, inputs).mean()) for word in ("black", "grey", "white")]
    np.testing.assert_allclose(numbers, [low, (low + high) / 2, high], rtol=1e-6)


def test_images_made_from_nothing_lie_in_the_values_of_the_model(prepared):
    model, range_, _ = prepared
    options = {"layer": 1, "filters": [0]}
    expected = explain.maximise_filters(model, **options, ascent=explain.Ascent(value_range=range_))
    np.testing.assert_array_equal(explain.maximise_filters(model, **options), expected)
    with pytest.warns(UserWarning, match=r"made for values from .*value_range is \(0.0, 2.0\)"):
        explain.maximise_filters(model, **options, ascent=explain.Ascent(steps=1, value_range=(0.0, 2.0)))


def test_a_model_that_tells_nothing_goes_by_the_images(plain, images):
    assert told_range(Inputs.of(plain, images)) is None
    for factor, offset, expected in ((1, 0, (0, 1)), (2, -1, (-1, 1)), (255, 0, (0, 255))):
        inputs = Inputs.of(plain, factor * images + offset)
        assert value_range(inputs) == expected
        assert baseline_of("black", inputs).max() == expected[0]


def test_black_of_standardised_images_is_asked_for(plain, images):
    with pytest.raises(
        ValueError, match=r"so what a pixel may be is not known.*pass baseline, the number that stands for black"
    ):
        explain.occlusion(plain, 8 * images - 4, patch=4)
    assert explain.occlusion(plain, 8 * images - 4, patch=4, baseline=-4.0).shape == (2, 12, 12)


def test_images_in_other_values_than_the_model_s_are_noticed(plain, prepared, images):
    model, (low, high), _ = prepared
    with pytest.raises(ValueError, match=f"made for values from {low:g} to {high:g}"):
        explain.lrp(model, 400 * images)
    if high == 255:
        with pytest.warns(UserWarning, match=r"divided by 255 already.*255 \* images") as caught:
            explain.lrp(model, images)
        assert caught[0].filename == __file__


def test_an_unknown_word_is_refused(plain, images):
    with pytest.raises(ValueError, match="baseline is 'blue'"):
        explain.integrated_gradients(plain, images, baseline="blue")


def test_black_of_a_spectrum_is_0():
    model = keras.Sequential(
        [keras.Input((20, 1)), layers.Conv1D(2, 3, activation="relu"), layers.GlobalAveragePooling1D(), head()]
    )
    spectra = np.random.default_rng(0).normal(size=(1, 20, 1))
    expected = explain.integrated_gradients(model, spectra, 0, baseline=0.0, steps=3)
    np.testing.assert_array_equal(explain.integrated_gradients(model, spectra, 0, steps=3), expected)


def test_a_frozen_network_tells_its_values_as_well():
    backbone = keras.Sequential([keras.Input(SHAPE), *convolutions()])
    backbone.trainable = False
    model = keras.Sequential(
        [keras.Input(SHAPE), layers.Rescaling(1 / 255), backbone, layers.GlobalAveragePooling2D(), head()]
    )
    assert found_range(model) == (0, 255)


@pytest.mark.slow
@may_be_flat
def test_comparison_of_whole_numbers_gives_the_model_its_own_values(plain):
    from coursekit.widgets import compare_explanations

    model = keras.Sequential([keras.Input(SHAPE), layers.Rescaling(1 / 255), *plain.layers])
    whole = np.random.default_rng(3).integers(0, 256, (1, *SHAPE), np.uint8)
    explorer = compare_explanations(model, whole)
    answer = explain.class_probabilities(model, whole.astype(np.float32))
    np.testing.assert_allclose(
        explain.class_probabilities(explorer.model, explorer.image[np.newaxis]), answer, rtol=1e-4
    )


PREPARATIONS = {
    "operations": (lambda x: x / 127.5 - 1.0, (0.0, 255.0)),
    "function": (layers.Lambda(lambda x: (x - 128.0) / 128.0), (0.0, 255.0)),
    "nested": (keras.Sequential([keras.Input(SHAPE), layers.Rescaling(1 / 255)]), (0.0, 255.0)),
    "means of ImageNet": (
        layers.Normalization(mean=[123.7, 116.3, 103.5], variance=[58.4**2, 57.1**2, 57.4**2]),
        (0.0, 255.0),
    ),
    "means of 0 to 1": (layers.Normalization(mean=0.45, variance=0.05), (0.0, 1.0)),
    "after augmentation": (
        keras.Sequential([keras.Input(SHAPE), layers.RandomFlip(), layers.Resizing(8, 8), layers.Rescaling(1 / 255)]),
        (0.0, 255.0),
    ),
    "blue, green, red": (lambda x: x[..., ::-1] - np.float32([103.939, 116.779, 123.68]), (0.0, 255.0)),
    "negative": (lambda x: 1.0 - x, None),
    "nothing": (lambda x: x, None),
}


@pytest.mark.parametrize("name", PREPARATIONS)
def test_preparation_is_read_however_it_is_written(name):
    prepare, expected = PREPARATIONS[name]
    image = keras.Input(SHAPE)
    model = keras.Model(image, head()(layers.GlobalAveragePooling2D()(layers.Conv2D(3, 3)(prepare(image)))))
    assert told_range(Inputs.of(model, np.ones((1, *SHAPE)))) == expected
