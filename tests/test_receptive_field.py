"""Receptive fields, proved by gradients: a pixel that a unit sees has a derivative, any other has none."""

import dataclasses

import numpy as np
import pytest

from coursekit import networks
from coursekit.receptive_field import Layer, ReceptiveField, nearest_unit, of_chain, receptive_fields, region

KNOWN = ("VGG16", "MobileNetV2")


@pytest.fixture(scope="module")
def keras():
    from coursekit.backend import import_keras

    return import_keras()


def transparent(keras, model, filters=None):
    """The same network, in which no weight, activation or maximum can hide a pixel, if wanted with fewer channels."""

    def clone(layer):
        settings = layer.get_config()
        if isinstance(layer, keras.layers.MaxPooling2D):
            return keras.layers.AveragePooling2D.from_config(settings)
        if isinstance(layer, keras.layers.ReLU):
            return keras.layers.Activation("linear", name=layer.name)
        if "activation" in settings:
            settings["activation"] = "linear"
        if "filters" in settings and filters:
            settings["filters"] = filters
        return type(layer).from_config(settings)

    copy = keras.models.clone_model(model, clone_function=clone)
    random = np.random.default_rng(0)
    for layer in copy._flatten_layers(include_self=False):
        for weight in layer.trainable_weights if not hasattr(layer, "layers") else []:
            fan_in = max(1, int(np.prod(weight.shape[:-1])))
            weight.assign(random.uniform(0.5, 1.5, weight.shape) / fan_in)
    return copy


def regions_by_gradient(keras, model, names):
    """Yield (name, unit, mask of the pixels with a derivative) for the corners and the middle of every layer."""
    import tensorflow as tf

    outputs = [model.get_layer(name).output for name in names]
    image = tf.ones((3, *model.inputs[0].shape[1:]))
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(image)
        features = dict(zip(names, keras.Model(model.inputs, outputs)(image, training=False), strict=True))
        chosen = {}
        for name, values in features.items():
            rows, columns = values.shape[1:3] if len(values.shape) == 4 else (1, 1)
            units = [(0, 0), (rows // 2, columns // 2), (rows - 1, columns - 1)]
            maps = values if len(values.shape) == 4 else values[:, None, None, :]
            sums = [tf.reduce_sum(maps[i, row, column]) for i, (row, column) in enumerate(units)]
            chosen[name] = units, tf.add_n(sums)
    for name, (units, total) in chosen.items():
        masks = (tape.gradient(total, image).numpy() != 0).any(axis=-1)
        yield from ((name, unit, mask) for unit, mask in zip(units, masks, strict=True))


def assert_gradients_agree(keras, model, every=1):
    fields = receptive_fields(model)
    names = [layer.name for layer in model.layers if not isinstance(layer, keras.layers.InputLayer)]
    # Every value that Flatten hands on still sees its own region; all of them together are what comes next.
    names = [name for name in names if not isinstance(model.get_layer(name), keras.layers.Flatten)]
    for name, unit, mask in regions_by_gradient(keras, model, names[::-every]):
        if isinstance(model.get_layer(name), keras.layers.ZeroPadding2D) and not mask.any():
            continue  # one of the zeros that were added
        expected = np.zeros_like(mask)
        expected[region(fields[name], *unit, mask.shape)] = True
        assert np.array_equal(mask, expected), (name, unit, fields[name], np.argwhere(mask)[[0, -1]])


def plain(keras):
    return networks.mnist_convnet()


def odd(keras):
    """Sizes that a stride leaves a rest of, even kernels, kernels that are not square, dilation."""
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((37, 30, 2)),
            layers.Conv2D(2, (3, 5), strides=(2, 1), padding="same"),
            layers.MaxPooling2D(2),
            layers.Conv2D(2, 3, padding="same"),
            layers.AveragePooling2D(2, strides=1, padding="same"),
            layers.SeparableConv2D(2, 3, dilation_rate=2, padding="same"),
            layers.MaxPooling2D(3, strides=2, padding="same"),
            layers.Conv2D(2, 3, padding="same"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(2),
        ]
    )


def padded(keras):
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((32, 32, 1)),
            layers.ZeroPadding2D(((0, 1), (1, 2))),
            layers.DepthwiseConv2D(3, strides=2),
            layers.BatchNormalization(),
            layers.Dropout(0.5),
            layers.ZeroPadding2D(1),
            layers.Conv2D(2, 4),
            layers.ReLU(),
            layers.Dense(3),
            layers.Flatten(),
            layers.Dense(2),
        ]
    )


def residual(keras):
    """Branches of different depth, a skip, and channels weighted by the whole image (squeeze and excitation)."""
    layers = keras.layers
    pixels = keras.Input((33, 33, 1))
    stem = layers.Conv2D(2, 3, strides=2, padding="same")(pixels)
    deep = layers.Conv2D(2, 3, padding="same")(layers.Conv2D(2, 3, padding="same", activation="relu")(stem))
    added = layers.Add()([deep, stem])
    joined = layers.Concatenate()([layers.Conv2D(2, 1)(added), layers.Conv2D(2, 5, padding="same")(added)])
    narrow = layers.MaxPooling2D(2)(joined)
    whole = layers.GlobalAveragePooling2D(keepdims=True)(narrow)
    return keras.Model(pixels, layers.Multiply()([narrow, layers.Dense(4)(whole)]))


def dilated(keras):
    layers = keras.layers
    convolutions = [layers.Conv2D(1, 3, dilation_rate=rate) for rate in (1, 2, 4)]
    return keras.Sequential([keras.Input((40, 24, 1)), *convolutions])


@pytest.mark.parametrize("build", [plain, odd, padded, residual, dilated])
def test_gradients_prove_every_layer(keras, build):
    assert_gradients_agree(keras, transparent(keras, build(keras)))


@pytest.mark.parametrize(
    ("name", "every"),
    [pytest.param(name, 1, marks=pytest.mark.slow) for name in KNOWN],
)
def test_gradients_prove_every_layer_of_known_networks(keras, name, every):
    """So many of their layers on 224 by 224 pixels, with two channels: what a unit sees does not depend on channels."""
    model = getattr(keras.applications, name)(weights=None, include_top=False, input_shape=(224, 224, 3))
    assert_gradients_agree(keras, transparent(keras, model, filters=2), every)


def test_three_by_three_three_times_sees_seven_by_seven():
    assert of_chain([Layer(3)] * 3)[-1] == ReceptiveField(size=(7, 7), stride=(1, 1), offset=(0, 0))


@pytest.mark.parametrize(
    ("name", "size"), [("VGG16", 212), ("MobileNet", 315), pytest.param("ResNet50", 483, marks=pytest.mark.slow)]
)
def test_published_sizes(keras, name, size):
    """The table of Araujo, Norris and Sim (2019): what the last feature maps see, 32 pixels apart."""
    model = getattr(keras.applications, name)(weights=None, include_top=False, input_shape=(224, 224, 3))
    last = list(receptive_fields(model).values())[-1]
    assert (last.size, last.stride) == ((size, size), (32, 32))


def test_digits_network_never_sees_the_last_two_rows_and_columns():
    """28, 26, 13, 11, 5: the second pooling leaves out the eleventh row."""
    assert list(receptive_fields(networks.mnist_convnet()).values())[-1] == ReceptiveField(
        size=(26, 26), stride=(0, 0), offset=(0, 0), reach=(26, 26), units=(1, 1)
    )


def test_chain_and_model_agree(keras):
    chain = [Layer((3, 5), (2, 1), padding="same"), Layer(2, 2), Layer(3, dilation=2, padding=1)]
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((29, 30, 1)),
            layers.Conv2D(1, (3, 5), strides=(2, 1), padding="same"),
            layers.MaxPooling2D(2),
            layers.ZeroPadding2D(1, name="padding"),
            layers.Conv2D(1, 3, dilation_rate=2),
        ]
    )
    fields = receptive_fields(model)
    del fields["padding"]
    assert of_chain(chain, image_shape=(29, 30)) == list(fields.values())


def test_model_inside_a_model_counts_on_from_where_it_stands(keras):
    layers = keras.layers
    inner = keras.Sequential([keras.Input((13, 13, 4)), layers.Conv2D(4, 3, name="conv")], name="inner")
    outer = keras.Sequential(
        [keras.Input((28, 28, 1)), layers.Conv2D(4, 3, name="first"), layers.MaxPooling2D(), inner]
    )
    fields = receptive_fields(outer)
    assert fields["inner/conv"] == fields["inner"]
    assert (fields["inner"].size, fields["inner"].stride) == ((8, 8), (2, 2))


def test_images_of_any_size_need_one(keras):
    model = keras.Sequential([keras.Input((None, None, 3)), keras.layers.Conv2D(1, 3, strides=2, padding="same")])
    with pytest.raises(ValueError, match=r"image_shape=\(224, 224\)"):
        receptive_fields(model)
    (field,) = receptive_fields(model, image_shape=(28, 29)).values()
    assert field.offset == (0, -1)


def test_centre_is_the_middle_of_what_the_first_unit_sees():
    first, second = of_chain([Layer(3, padding="same"), Layer(2, 2)])
    assert (first.centre, second.centre) == ((0, 0), (0.5, 0.5))


@pytest.mark.parametrize("build", [plain, odd, residual])
def test_units_are_the_rows_and_columns_of_the_feature_maps(keras, build):
    model = build(keras)
    for name, field in receptive_fields(model).items():
        shape = model.get_layer(name).output.shape
        assert field.units == (shape[1:3] if len(shape) == 4 else (1, 1)), name


def test_nearest_unit_is_the_one_whose_centre_is_nearest():
    field = of_chain([Layer(3, 2, padding="same"), Layer(4, 3)], image_shape=(41, 30))[-1]
    centres = [[field.centre[axis] + unit * field.stride[axis] for unit in range(field.units[axis])] for axis in (0, 1)]
    for row, column in ((0, 0), (17, 3), (40, 29), (9.3, 14.6)):
        expected = tuple(np.abs(np.subtract(centres[axis], place)).argmin() for axis, place in enumerate((row, column)))
        assert nearest_unit(field, row, column) == expected
    even = of_chain([Layer(2)], image_shape=(9, 9))[0]
    assert [nearest_unit(even, pixel, pixel)[0] for pixel in range(9)] == [0, 1, 2, 3, 4, 5, 6, 7, 7]
    assert nearest_unit(ReceptiveField((5, 5), (0, 0), (0, 0), (5, 5), (1, 1)), 4, 4) == (0, 0)
    with pytest.raises(ValueError, match=r"image_shape=\(28, 28\)"):
        nearest_unit(of_chain([Layer(3)])[0], 0, 0)


def test_fields_cannot_be_changed_by_accident():
    with pytest.raises(dataclasses.FrozenInstanceError):
        of_chain([Layer(3)])[0].size = (9, 9)


@pytest.mark.parametrize(
    ("layer", "words"),
    [
        (Layer(3, 2, padding="same"), ["image_shape=(28, 28)"]),
        (3, ["holds 3", "Layer(3, stride=2)"]),
        (Layer(0), ["kernel_size is 0", "1 or more"]),
        (Layer(3, stride=0), ["stride is 0"]),
        (Layer(3, dilation=0), ["dilation is 0"]),
        (Layer(3, padding="full"), ["'full'", '"valid"', '"same"']),
        (Layer(3, padding=-1), ["padding is -1"]),
    ],
)
def test_bad_layers_are_explained(layer, words):
    with pytest.raises(ValueError) as error:
        of_chain([layer])
    assert all(word in str(error.value) for word in words), str(error.value)


def test_a_kernel_larger_than_what_is_left_is_explained():
    with pytest.raises(ValueError, match="kernel has 3 pixels along a side but the image has 2"):
        of_chain([Layer(3), Layer(3)], image_shape=(4, 4))


@pytest.mark.parametrize(("row", "column"), [(13, 0), (0, -1)])
def test_units_that_are_not_there_are_explained(row, column):
    field = of_chain([Layer(2, 2)], image_shape=(26, 26))[0]
    with pytest.raises(ValueError, match=rf"unit \({row}, {column}\) sees no pixel of an image of 26x26"):
        region(field, row, column, (26, 26))


def test_models_that_cannot_be_followed_are_explained(keras):
    layers = keras.layers
    draws = keras.Sequential([keras.Input((8, 8, 1)), layers.Conv2DTranspose(1, 3, name="enlarge")])
    with pytest.raises(ValueError, match="layer 'enlarge' is a Conv2DTranspose"):
        receptive_fields(draws)
    with pytest.raises(ValueError, match=r"keras\.Input"):
        receptive_fields(keras.Sequential([layers.Conv2D(1, 3)]))
    with pytest.raises(ValueError, match=r"shape \[\(None, 8\)\]"):
        receptive_fields(keras.Sequential([keras.Input((8,)), layers.Dense(1)]))


def test_branches_that_move_apart_are_explained(keras):
    layers = keras.layers
    pixels = keras.Input((4, 4, 1))
    halved = layers.MaxPooling2D(2)(pixels)
    cut = layers.Conv2D(1, 3)(pixels)
    with pytest.raises(ValueError, match=r"'meeting' joins branches whose strides are \[1, 2\]"):
        receptive_fields(keras.Model(pixels, layers.Add(name="meeting")([halved, cut])))
