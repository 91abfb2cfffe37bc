"""Feature maps, and the images that filters and classes answer to most."""

import numpy as np
import pytest

from coursekit import explain
from coursekit.data import load_image
from coursekit.explain.methods.activation_maximization import COLOUR_CORRELATION, along_colours, along_waves
from coursekit.explain.methods.image_transforms import ImageTransform
from tests.explain.conftest import BUILDERS, RANDOM, images_for, keras, layers


@pytest.fixture(scope="module")
def backbone():
    """A network without a head, for images of any size."""
    keras.utils.set_random_seed(6)
    inner = [layers.Conv2D(6, 3, activation="relu"), layers.MaxPooling2D(2), layers.Conv2D(8, 3, name="top")]
    return keras.Sequential([keras.Input((None, None, 2)), *inner])


@pytest.mark.parametrize("name", BUILDERS)
def test_feature_maps_of_every_shape_feed_what_follows(zoo, name):
    maps = explain.feature_maps(zoo[name], images_for(name))
    assert maps.dtype == np.float32
    assert len(maps) == 3
    assert maps.any()


def test_feature_maps_are_what_the_layer_returns(backbone):
    images = RANDOM.random((5, 10, 12, 2), dtype=np.float32)
    first = np.array(backbone.layers[0](images))
    np.testing.assert_allclose(explain.feature_maps(backbone, images, 0, batch_size=2), first, rtol=1e-5)
    np.testing.assert_allclose(explain.feature_maps(backbone, images), backbone(images), rtol=1e-5, atol=1e-6)


def mean_activations(model, images, layer):
    return explain.feature_maps(model, images, layer).mean(axis=(1, 2))


@pytest.mark.parametrize("options", [{}, {"jitter": 2, "smoothness": 0.1}, {"fourier": True, "rotate": 10}])
def test_ascent_raises_every_filter_above_what_other_images_reach(backbone, options):
    how = explain.Ascent(steps=25, **options)
    images = explain.maximise_filters(backbone, "top", size=(12, 12), ascent=how)
    assert images.shape == (8, 12, 12, 2)
    assert images.dtype == np.float32
    assert images.min() >= 0
    assert images.max() <= 1
    reached = np.diag(mean_activations(backbone, images, "top"))
    noise = mean_activations(backbone, RANDOM.random((40, 12, 12, 2)), "top")
    assert (reached > noise.max(axis=0)).all()


def test_filters_together_climb_as_each_alone(backbone):
    how = explain.Ascent(steps=3, jitter=1)
    together = explain.maximise_filters(backbone, "top", [5, 0], size=(9, 9), ascent=how, batch_size=1)
    for image, filter_ in zip(together, [5, 0], strict=True):
        alone = explain.maximise_filters(backbone, "top", filter_, size=(9, 9), ascent=how)
        np.testing.assert_allclose(alone[0], image, atol=1e-5)


def test_one_step_goes_along_the_gradient():
    model = keras.Sequential([keras.Input((4, 4, 1)), layers.Conv2D(1, 4, use_bias=False)])
    kernel = RANDOM.normal(size=(4, 4, 1, 1))
    model.set_weights([kernel])
    how = explain.Ascent(steps=1, rate=0.1, start=0, value_range=(-2, 4))
    image = explain.maximise_filters(model, 0, ascent=how)[0]
    expected = 1 + 6 * 0.1 * kernel[..., 0] / np.sqrt(np.mean(kernel**2))
    np.testing.assert_allclose(image, expected, rtol=1e-5)


@pytest.mark.slow
def test_smoothness_makes_smoother_images(backbone):
    def roughness(smoothness):
        how = explain.Ascent(steps=15, smoothness=smoothness)
        images = explain.maximise_filters(backbone, "top", size=(12, 12), ascent=how)
        return np.abs(np.diff(images, axis=1)).mean() + np.abs(np.diff(images, axis=2)).mean()

    assert roughness(0.5) < 0.8 * roughness(0)


@pytest.mark.parametrize("shape", [(6, 8), (7, 5)])
def test_step_along_waves_is_a_gradient_step_in_scaled_waves(shape):
    """Written out: x = F s w for waves w, so the step by w is s F^T g, and x moves by F s s F^T g."""
    gradient = RANDOM.normal(size=shape)
    rows, columns = (np.fft.fftfreq(side) * max(shape) for side in shape)
    scale = 1 / np.maximum(np.hypot(rows[:, None], columns), 1)
    basis = np.kron(*(np.fft.fft(np.eye(side), norm="ortho") for side in shape))
    expected = basis.conj().T @ (scale.ravel() ** 2 * (basis @ gradient.ravel()))
    np.testing.assert_allclose(along_waves(gradient[None, :, :, None])[0, :, :, 0].ravel(), expected.real, atol=1e-12)


def test_step_along_colours_is_a_gradient_step_in_decorrelated_ones():
    """Written out: x = R c with R R^T the correlation matrix, so the step by c is R^T g, and x moves by R R^T g."""
    gradient = RANDOM.normal(size=(2, 4, 5, 3))
    matrix = np.linalg.cholesky(COLOUR_CORRELATION + (1 - COLOUR_CORRELATION) * np.eye(3))
    np.testing.assert_allclose(along_colours(gradient), gradient @ matrix @ matrix.T, atol=1e-12)
    grey = gradient[..., :1]
    np.testing.assert_array_equal(along_colours(grey), grey)


def test_colours_correlate_in_photographs_as_the_step_along_them_supposes():
    names = ("cat", "coffee", "astronaut", "rocket", "flower", "china")
    pixels = np.concatenate([load_image(name, size=64).reshape(-1, 3) for name in names])
    between = np.corrcoef(pixels.T)[np.triu_indices(3, 1)]
    assert between.mean() == pytest.approx(COLOUR_CORRELATION, abs=0.03)


@pytest.mark.parametrize(
    "view",
    [ImageTransform((3, -2)), ImageTransform(angle=10), ImageTransform(scale=1.1), ImageTransform((1, 2), -8.0, 0.9)],
)
def test_what_is_seen_in_a_view_comes_back_to_its_place(view):
    """A smooth hill off the centre: bilinear interpolation twice moves it by far less than the view did."""
    rows, columns = np.mgrid[:31, :33]
    hill = np.exp(-((rows - 12) ** 2 + (columns - 19) ** 2) / 40)[None, :, :, None]
    back = view.undone(view.of(hill))
    assert np.abs(view.of(hill) - hill).max() > 0.08
    assert np.abs(back - hill).max() < 0.07


def test_a_view_turns_about_the_centre_as_its_angle_says():
    image = np.zeros((1, 9, 9, 1))
    image[0, 4, 7] = 1
    turned = ImageTransform(angle=90.0).of(image)
    assert turned[0, 1, 4] == pytest.approx(1, abs=1e-5)


def test_classes_climb_above_what_other_images_reach():
    keras.utils.set_random_seed(7)
    inner = [layers.Conv2D(6, 3), layers.Flatten(), layers.Dense(4, activation="softmax")]
    model = keras.Sequential([keras.Input((10, 10, 3)), *inner])
    how = explain.Ascent(steps=25, fourier=True, decorrelate=True, jitter=1, rotate=5, zoom=0.1)
    images = explain.maximise_classes(model, [2, 0], ascent=how)
    noise = RANDOM.random((40, 10, 10, 3))
    for image, class_ in zip(images, [2, 0], strict=True):
        reached = explain.scores(model, image[np.newaxis], class_)[0]
        assert reached > explain.scores(model, noise, class_).max()
    with pytest.raises(ValueError, match="4"):
        explain.maximise_classes(model, [4])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"layer": "top"}, r"pass one, for example size=\(64, 64\)"),
        ({"layer": "top", "filters": [8], "size": (9, 9)}, "the layer has 8; pass whole numbers from 0 to 7"),
        ({"layer": "bottom", "size": (9, 9)}, "has no layer 'bottom'"),
    ],
)
def test_filters_that_do_not_exist(backbone, arguments, message):
    with pytest.raises(ValueError, match=message):
        explain.maximise_filters(backbone, **arguments)


@pytest.mark.parametrize("options", [{"steps": 0}, {"rate": -1}, {"value_range": (1, 0)}, {"jitter": -2}, {"zoom": 1}])
def test_ascent_that_makes_no_sense(options):
    with pytest.raises(ValueError, match=next(iter(options))):
        explain.Ascent(**options)


@pytest.mark.parametrize("name", ["block_3", "block_8", "block_11", "block_14", "last_conv", "classes"])
def test_recorded_filter_images_are_one_for_each_filter(name):
    found = explain.recorded_filter_images(name)
    assert found.images.shape == (len(found.filters), 128, 128, 3)
    assert len(found.activation) == len(set(found.filters)) == len(found.filters)
    assert max(found.climb) == found.ascent["steps"]
    assert 0 <= found.images.min() < found.images.max() <= 1
    np.testing.assert_array_equal(found.of(found.filters[-1]), found.images[-1])


def test_the_recorded_climb_of_classes_levels_off():
    """What lesson 11 says of it: the first doubling gains by far more than the last."""
    means = [found.mean() for found in explain.recorded_filter_images("classes").climb.values()]
    gains = np.divide(means[1:], means[:-1]) - 1
    assert gains[0] > 0.4
    assert 0 < gains[-1] < 0.06


def test_a_climb_can_be_watched(backbone):
    seen = []
    options = {"size": (9, 9), "ascent": explain.Ascent(steps=3)}
    images = explain.maximise_filters(backbone, "top", [1], watch=lambda *now: seen.append(now), **options)
    assert [step for step, _ in seen] == [1, 2, 3]
    np.testing.assert_array_equal(seen[-1][1], images)
    assert not np.array_equal(seen[0][1], images)


def test_filter_images_that_were_not_recorded_are_said():
    with pytest.raises(ValueError, match="There are: block_11, block_14"):
        explain.recorded_filter_images("block_99")
    with pytest.raises(ValueError, match="was not recorded"):
        explain.recorded_filter_images("block_8").of(99)
