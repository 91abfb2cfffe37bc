"""CNN fixations: the same as unit by unit in plain Python, places that are known, and layers of every kind."""

import numpy as np
import pytest

from coursekit import explain
from coursekit.explain.methods.fixations import fixated_pixels
from tests.explain.conftest import BUILDERS, RANDOM, head, images_for, keras, layers
from tests.explain.fixations_by_hand import fixations_by_hand
from tests.quick import quick_only

PLAIN = {"neighbours": 0}


@pytest.mark.parametrize(
    ("padding", "strides"),
    [
        ("same", 2),
        ("valid", 1),
        pytest.param("same", 1, marks=pytest.mark.slow),
        pytest.param("valid", 2, marks=pytest.mark.slow),
    ],
)
def test_every_unit_leads_back_as_in_plain_python(padding, strides):
    model = keras.Sequential(
        [
            keras.Input((15, 15, 2)),
            layers.Conv2D(4, 3, padding=padding, strides=strides, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Conv2D(5, 2, padding=padding, activation="relu"),
            layers.Flatten(),
            layers.Dense(8, activation="relu"),
            head(),
        ]
    )
    for image in RANDOM.random((3, 15, 15, 2), dtype=np.float32):
        for class_ in range(3):
            (found,) = fixated_pixels(model, image[None], class_, **PLAIN)
            assert sorted(map(tuple, found.tolist())) == fixations_by_hand(model, image, class_)


@pytest.mark.parametrize(
    "name",
    quick_only(
        BUILDERS,
        ["nested", "residual", "concatenation", "subclassed", "half precision", "spectra"],
    ),
)
def test_every_shape_has_fixations_and_a_batch_those_of_its_images_alone(zoo, name):
    model, images = zoo[name], images_for(name)
    together = explain.fixations(model, images, batch_size=2)
    assert together.shape == images.shape[:-1]
    assert together.dtype == np.float32
    np.testing.assert_array_equal(together.reshape(3, -1).max(axis=1), 1)
    alone = np.concatenate([explain.fixations(model, image[np.newaxis]) for image in images])
    if name != "half precision":  # where the largest of two numbers that are nearly equal is a matter of rounding
        np.testing.assert_array_equal(together, alone)


def test_linear_network_looks_at_the_pixel_that_adds_most():
    model = keras.Sequential([keras.Input((4, 5, 1)), layers.Flatten(), head()])
    images = RANDOM.normal(size=(5, 4, 5, 1)).astype(np.float32)
    parts = images[..., 0] * model.get_weights()[0][:, 2].reshape(4, 5)
    for part, places in zip(parts, fixated_pixels(model, images, 2), strict=True):
        assert places.tolist() == [list(np.unravel_index(part.argmax(), part.shape))]


def test_one_sigmoid_unit_is_followed_down_for_class_0():
    model = keras.Sequential([keras.Input((3, 3, 1)), layers.Flatten(), head(1, "sigmoid")])
    model.set_weights([np.arange(-4.0, 5.0)[:, np.newaxis], np.zeros(1)])
    image = np.ones((1, 3, 3, 1))
    assert fixated_pixels(model, image, 1)[0].tolist() == [[2, 2]]
    assert fixated_pixels(model, image, 0)[0].tolist() == [[0, 0]]


def followed(layer, image, place, seed=0):
    """Where one number of a layer's output leads back to, asked through a linear class of its own."""
    keras.utils.set_random_seed(seed)
    model = keras.Sequential([keras.Input(image.shape), layer, layers.Flatten(), head(2, bias_initializer="zeros")])
    maps = np.array(layer(image[None]))[0]
    kernel = np.zeros((maps.size, 2), np.float32)
    kernel[np.ravel_multi_index(place, maps.shape), 1] = np.sign(maps[place])
    model.layers[-1].set_weights([kernel, np.zeros(2)])
    return fixated_pixels(model, image[None], 1, **PLAIN)[0].tolist()


@pytest.mark.parametrize(
    ("layer", "place", "expected"),
    [
        (lambda: layers.Conv2D(2, 3, dilation_rate=2), (1, 2, 0), [[3, 4]]),
        (lambda: layers.Conv2D(4, 3, groups=2, padding="same"), (0, 5, 3), [[0, 5]]),
        (lambda: layers.SeparableConv2D(3, 3, strides=2, padding="same"), (1, 1, 2), [[3, 2]]),
        (lambda: layers.ZeroPadding2D(((1, 0), (2, 0))), (3, 4, 1), [[2, 2]]),
        (lambda: layers.Cropping2D(((1, 0), (2, 0))), (3, 3, 1), [[4, 5]]),
        (lambda: layers.UpSampling2D(2), (5, 8, 0), [[2, 4]]),
        (lambda: layers.Resizing(12, 4), (5, 1, 0), [[2, 2]]),
        (lambda: layers.Permute((2, 1, 3)), (4, 1, 1), [[1, 4]]),
        (lambda: layers.Dense(3), (4, 2, 1), [[4, 2]]),
    ],
)
def test_layers_of_other_kinds_lead_back_to_their_place(layer, place, expected):
    assert followed(layer(), RANDOM.random((6, 7, 2), dtype=np.float32), place) == expected


def test_depthwise_convolution_leads_to_the_pixel_that_adds_most():
    # No weight is negative: the method follows what is positive, and takes a negative unit for a positive one.
    weights = keras.initializers.RandomUniform(0, 1)
    layer = layers.DepthwiseConv2D(3, depth_multiplier=2, padding="same", use_bias=False, depthwise_initializer=weights)
    image = RANDOM.random((6, 7, 2), dtype=np.float32)
    ((row, column),) = followed(layer, image, (2, 5, 3))
    # The fourth map is the second kernel of the second channel.
    seen = image[1:4, 4:7, 1] * layer.kernel.numpy()[:, :, 1, 1]
    best = np.unravel_index(seen.argmax(), (3, 3))
    assert (row, column) == (1 + best[0], 4 + best[1])


@pytest.mark.parametrize("kind", [layers.MaxPooling2D, layers.AveragePooling2D])
@pytest.mark.parametrize(("padding", "expected"), [("valid", [[2, 3]]), ("same", [[4, 5]])])
def test_pooling_leads_to_the_strongest_pixel_of_the_window(kind, padding, expected):
    image = RANDOM.random((5, 6, 1), dtype=np.float32)
    image[2, 3] = image[4, 5] = 2
    place = (1, 1, 0) if padding == "valid" else (2, 2, 0)
    assert followed(kind(2, padding=padding), image, place) == expected


def test_sum_leads_to_its_larger_term_and_concatenation_to_the_own_part():
    image = keras.Input((4, 4, 2))
    first, second = (layers.Conv2D(1, 1, use_bias=False)(image) for _ in range(2))
    for join, class_channels in ((layers.Add(), 1), (layers.Concatenate(), 2)):
        joined = join([first, second])
        maps = keras.Model(image, joined)
        for layer, kernel in zip([layer for layer in maps.layers if layer.weights], ([1, 0], [0, 1]), strict=True):
            layer.set_weights([np.array(kernel, np.float32).reshape(1, 1, 2, 1)])
        model = keras.Model(image, head(2, bias_initializer="zeros")(layers.Flatten()(joined)))
        kernel = np.zeros((16 * class_channels, 2), np.float32)
        kernel[5 * class_channels, 1] = 1  # row 1, column 1, the first channel
        model.layers[-1].set_weights([kernel, np.zeros(2)])
        pixels = np.zeros((1, 4, 4, 2), np.float32)
        pixels[0, 1, 1] = [0.2, 0.7]
        assert fixated_pixels(model, pixels, 1)[0].tolist() == [[1, 1]]


def test_negative_batch_normalization_turns_what_is_asked_for():
    """A unit that is large because its convolution is small comes from the pixel that made it small."""
    layer, normalized = layers.Conv2D(1, 1, use_bias=False), layers.BatchNormalization()
    model = keras.Sequential([keras.Input((1, 4, 2)), layer, normalized, layers.GlobalMaxPooling2D(), head(2)])
    layer.set_weights([np.array([[[[1.0], [1.0]]]])])
    normalized.set_weights([np.array([-1.0]), np.zeros(1), np.zeros(1), np.ones(1)])
    model.layers[-1].set_weights([np.array([[0.0, 1.0]]), np.zeros(2)])
    image = np.array([3.0, -5.0, 1.0, 7.0]).reshape(1, 1, 4, 1) * [1.0, 0.5]
    assert fixated_pixels(model, image, 1)[0].tolist() == [[0, 1]]


def test_lonely_pixels_are_left_out():
    from coursekit.explain.methods.fixations import _supported

    crowd = np.array([[row, column] for row in range(5) for column in range(5)])
    places = np.concatenate([crowd, [[60, 60]]])
    np.testing.assert_array_equal(_supported(places, (64, 64), 0.05, 0.1), crowd)
    np.testing.assert_array_equal(_supported(places, (64, 64), 0, 0.1), places)
    lonely = np.array([[row, column] for row in range(0, 60, 10) for column in range(0, 60, 10)])
    np.testing.assert_array_equal(_supported(lonely, (60, 60), 0.05, 0.05), lonely)


def test_fixation_is_drawn_as_a_gaussian_of_a_share_of_the_longer_side():
    model = keras.Sequential([keras.Input((30, 50, 1)), layers.Flatten(), head(2)])
    kernel = np.zeros((1500, 2), np.float32)
    kernel[15 * 50 + 25, 1] = 1
    model.set_weights([kernel, np.zeros(2)])
    heatmap = explain.fixations(model, np.ones((1, 30, 50, 1)), 1, spread=0.06)[0]
    expected = np.exp(-(np.arange(10) ** 2) / (2 * 3.0**2))
    np.testing.assert_allclose(heatmap[15, 25:35], expected, atol=1e-3)
    np.testing.assert_allclose(heatmap[15, 25:15:-1], expected, atol=1e-3)


def test_class_that_nothing_speaks_for_gets_a_flat_map_and_a_warning():
    model = keras.Sequential([keras.Input((3, 3, 1)), layers.Flatten(), head(2)])
    model.set_weights([-np.ones((9, 2)), np.zeros(2)])
    with pytest.warns(UserWarning, match="nothing speaks for the class"):
        assert not explain.fixations(model, np.ones((1, 3, 3, 1)), 1).any()


def test_layer_without_a_rule_is_named():
    end = [layers.LayerNormalization(name="odd_one"), layers.Flatten(), head()]
    model = keras.Sequential([keras.Input((6, 6, 1)), layers.Conv2D(2, 3), *end])
    with pytest.raises(ValueError, match=r"'odd_one' is a LayerNormalization.*integrated_gradients"):
        explain.fixations(model, np.ones((1, 6, 6, 1)))


@pytest.mark.parametrize("options", [{"spread": 0}, {"neighbours": 1}, {"radius": 0}, {"batch_size": 0}])
def test_options_that_make_no_sense(zoo, options):
    with pytest.raises(ValueError, match=next(iter(options))):
        explain.fixations(zoo["sequential"], images_for("sequential"), **options)
