"""Maps lie over the image, or they are not shown: found by changing the image and looking where the maps change."""

import numpy as np
import pytest

from coursekit import explain
from coursekit.explain.engine.image_axes import lies_on_image
from coursekit.explain.engine.inputs import Inputs
from tests.explain.conftest import BUILDERS, head, images_for, keras, layers
from tests.quick import quick_only

SIDE = 28


def patches_with_attention():
    image = keras.Input((SIDE, SIDE, 3))
    x = layers.Reshape((49, 8))(layers.Conv2D(8, 4, strides=4, name="patches")(image))
    x = layers.LayerNormalization()(x + layers.MultiHeadAttention(4, 6, name="mha")(x, x))
    return keras.Model(image, head()(layers.GlobalAveragePooling1D()(x)))


def permuted():
    end = [layers.Permute((2, 1, 3)), layers.Conv2D(4, 3, name="conv"), layers.GlobalAveragePooling2D(), head()]
    return keras.Sequential([keras.Input((SIDE, SIDE, 3)), *end])


def cut_rows():
    end = [layers.Reshape((14, 56, 3)), layers.Conv2D(4, 3, name="conv"), layers.GlobalAveragePooling2D(), head()]
    return keras.Sequential([keras.Input((SIDE, SIDE, 3)), *end])


def as_sequence():
    end = [layers.Reshape((784, 3)), layers.Conv1D(4, 3, name="conv"), layers.GlobalAveragePooling1D(), head()]
    return keras.Sequential([keras.Input((SIDE, SIDE, 3)), *end])


def grey():
    end = [layers.Reshape((SIDE, SIDE, 1)), layers.Conv2D(4, 3), layers.GlobalAveragePooling2D(), head()]
    return keras.Sequential([keras.Input((SIDE, SIDE)), *end])


def images():
    return np.random.default_rng(0).random((2, SIDE, SIDE, 3), np.float32)


@pytest.mark.parametrize("name", quick_only(BUILDERS, ["nested", "residual", "spectra"]))
def test_maps_of_every_layer_of_ordinary_networks_lie_over_the_image(zoo, name):
    inputs = Inputs.of(zoo[name], images_for(name))
    assert all(lies_on_image(inputs, layer) for layer in explain.spatial_layers(zoo[name], images_for(name)))


@pytest.mark.parametrize("side", [8, 12, 16])
def test_maps_of_two_places_lie_over_the_image_too(side):
    """Each of their units sees nearly all of it: changes there say nothing, what the layers are does."""
    blocks = [
        layer
        for name in ("first", "second", "third")
        for layer in (layers.Conv2D(6, 3, padding="same", name=name), layers.MaxPooling2D(2, padding="same"))
    ]
    model = keras.Sequential([keras.Input((side, side, 3)), *blocks, layers.GlobalAveragePooling2D(), head()])
    inputs = Inputs.of(model, np.random.default_rng(0).random((1, side, side, 3), np.float32))
    assert all(lies_on_image(inputs, name) for name in ("first", "second", "third"))


@pytest.mark.slow
def test_attention_among_patches_is_explained_by_the_patches():
    model = patches_with_attention()
    assert explain.last_spatial_layer(model, images()) == "patches"
    found = explain.grad_cam(model, images(), relu=False)
    np.testing.assert_array_equal(found, explain.grad_cam(model, images(), layer="patches", relu=False))
    for part in ("value", "query"):
        with pytest.raises(ValueError, match=r"'mha/.*they are others.*Maps that lie over the image: patches\."):
            explain.grad_cam(model, images(), layer=f"mha/{part}")


@pytest.mark.parametrize("build", [permuted, pytest.param(cut_rows, marks=pytest.mark.slow)])
def test_rearranged_images_have_no_class_activation(build):
    for method in (explain.grad_cam, explain.layer_cam, explain.score_cam, explain.last_spatial_layer):
        with pytest.raises(ValueError, match="rearranges the image before its convolutions"):
            method(build(), images())
    assert explain.gradients(build(), images()).shape == (2, SIDE, SIDE)


CROPPED = {
    "centre": layers.CenterCrop(16, 16),
    "lower half": layers.Cropping2D(((14, 0), (0, 0))),
    "corner": layers.Cropping2D(((8, 0), (8, 0))),
    "frame": layers.ZeroPadding2D(12),
    "frame above": layers.ZeroPadding2D(((20, 0), (0, 0))),
    "slice": layers.Lambda(lambda x: x[:, :, 14:]),
    "upside down": layers.Lambda(lambda x: x[:, ::-1]),
}


@pytest.mark.parametrize("name", quick_only(CROPPED, ["centre", "corner", "frame above", "slice"]))
def test_cropped_and_framed_images_have_no_class_activation(name):
    end = [layers.Conv2D(4, 3, padding="same"), layers.GlobalAveragePooling2D(), head()]
    model = keras.Sequential([keras.Input((SIDE, SIDE, 3)), CROPPED[name], *end])
    with pytest.raises(ValueError, match="crops it or lays a frame around it"):
        explain.grad_cam(model, images())


@pytest.mark.parametrize("option", ["crop_to_aspect_ratio", "pad_to_aspect_ratio"])
def test_an_image_cut_to_a_square_is_cropped_and_a_square_is_not(option):
    resizing = layers.Resizing(16, 16, **{option: True})
    end = [layers.Conv2D(4, 3, padding="same"), layers.GlobalAveragePooling2D(), head()]
    model = keras.Sequential([keras.Input((None, None, 3)), resizing, *end])
    explain.grad_cam(model, images(), relu=False)
    with pytest.raises(ValueError, match="crops it or lays a frame around it"):
        explain.grad_cam(model, np.random.default_rng(0).random((2, SIDE, 2 * SIDE, 3)))


def test_the_padding_of_kernels_is_no_frame():
    end = [layers.Conv2D(4, 7, strides=2), layers.GlobalAveragePooling2D(), head()]
    for padding in (3, 4):  # known to be small, and tested
        model = keras.Sequential([keras.Input((SIDE, SIDE, 3)), layers.ZeroPadding2D(padding), *end])
        assert explain.grad_cam(model, images(), relu=False).shape == (2, SIDE, SIDE)


def test_convolution_of_other_axes_is_not_called_none():
    with pytest.raises(ValueError, match=r"convolves maps of other axes than the image, \(None, 782, 4\) in layer 'co"):
        explain.grad_cam(as_sequence(), images())


def test_grey_images_without_channels_are_no_spectra():
    model = grey()
    flat = keras.Sequential([keras.Input((SIDE, SIDE)), layers.Flatten(), head()])
    for one in (model, flat):
        with pytest.raises(ValueError, match=r"no spectra of 28 channels.*keras.Input\(\(28, 28, 1\)\)"):
            explain.gradients(one, images()[..., 0])
    cured = keras.Sequential([keras.Input((SIDE, SIDE, 1)), layers.Reshape((SIDE, SIDE)), model])
    assert explain.grad_cam(cured, images()[..., :1], relu=False).shape == (2, SIDE, SIDE)


def test_spectra_of_many_channels_are_spectra():
    kernel = layers.Conv1D(4, 3)
    model = keras.Sequential([keras.Input((40, 12)), kernel, layers.GlobalAveragePooling1D(), head()])
    assert explain.grad_cam(model, np.random.default_rng(0).random((2, 40, 12)), relu=False).shape == (2, 40)


APPLICATIONS = ["MobileNetV2", "MobileNetV3Small", "EfficientNetV2B0", "DenseNet121", "ConvNeXtTiny", "NASNetMobile"]


@pytest.mark.slow
@pytest.mark.parametrize("name", APPLICATIONS)
def test_maps_of_applications_lie_over_the_image(name):
    model = getattr(keras.applications, name)(weights=None, input_shape=(96, 96, 3), classes=5)
    found = np.random.default_rng(0).random((1, 96, 96, 3), np.float32)
    inputs = Inputs.of(model, found)
    assert lies_on_image(inputs, explain.last_spatial_layer(model, found))
