"""Pretrained networks: shapes, sizes, the preparation of the images, where the weights come from, what is asked."""

import importlib
import importlib.metadata
import shutil

import keras
import numpy as np
import pytest

from coursekit import data, networks
from tests.quick import quick_only

MODULE = importlib.import_module("coursekit.networks.pretrained")
PARAMETERS = {
    "efficientnet_lite0": 3_413_024,
    "mobilenet": 3_228_864,
    "mobilenet_v2": 2_257_984,
    "vgg16": 14_714_688,
    "resnet50": 23_587_712,
    "inception_v3": 21_802_784,
    "xception": 20_861_480,
}


def answers(model, images):
    """Call it directly: for one batch, `predict` would trace the whole network first."""
    return np.asarray(model(images))


@pytest.fixture
def sample_only(monkeypatch, tmp_path):
    monkeypatch.setenv("COURSEKIT_DATA", "sample")
    monkeypatch.setenv("COURSEKIT_HOME", str(tmp_path))


@pytest.mark.parametrize(
    "network", quick_only([name for name in PARAMETERS if hasattr(keras.applications, name)], ["mobilenet_v2", "vgg16"])
)
def test_images_are_prepared_as_keras_prepares_them(random_backbone, network):
    model = random_backbone(network)
    images = np.random.default_rng(1).random((2, *model.input_shape[1:]), np.float32)
    prepared = answers(keras.Model(model.input, model.get_layer("preparation").output), images)
    expected = getattr(keras.applications, network).preprocess_input(255 * images)
    np.testing.assert_allclose(prepared, expected, rtol=1e-5, atol=1e-4)


@pytest.mark.parametrize("network", quick_only(list(PARAMETERS), ["mobilenet_v2", "vgg16"]))
def test_sizes(random_backbone, network):
    model = random_backbone(network)
    assert model.count_params() == PARAMETERS[network]
    assert len(model.output_shape) == 4
    assert model.name == network


def test_a_backbone_computes_what_the_network_of_keras_computes():
    keras.utils.set_random_seed(1)
    ours = networks.backbone("mobilenet", 32, weights=None)
    theirs = keras.applications.MobileNet(include_top=False, weights=None, input_shape=(32, 32, 3))
    theirs.set_weights(ours.get_weights())
    images = np.random.default_rng(2).random((2, 32, 32, 3), np.float32)
    expected = answers(theirs, keras.applications.mobilenet.preprocess_input(255 * images))
    np.testing.assert_allclose(answers(ours, images), expected, rtol=1e-4, atol=1e-6)


def test_the_order_of_the_colours_survives_saving(random_backbone, tmp_path):
    model = random_backbone("vgg16")
    head = keras.Model(model.input, model.get_layer("preparation").output)
    head.save(tmp_path / "model.keras")
    image = np.zeros((1, 32, 32, 3), np.float32)
    image[..., 0] = 1
    prepared = answers(keras.saving.load_model(tmp_path / "model.keras"), image)
    np.testing.assert_allclose(prepared[0, 0, 0], [-103.939, -116.779, 255 - 123.68], rtol=1e-5)


def test_vgg16_with_a_head_for_cats_and_dogs():
    model = networks.classifier("vgg16", classes=2, size=150, flatten=True, weights=None)
    counts = networks.parameter_counts(model)
    assert (counts.total, counts.trainable) == (16_812_353, 2_097_665)
    assert model.output_shape == (None, 1)


def test_heads():
    model = networks.classifier("course", classes=5, size=40, hidden=7, dropout=0.3)
    assert model.output_shape == (None, 5)
    np.testing.assert_allclose(answers(model, np.zeros((2, 40, 40, 3))).sum(axis=1), 1, rtol=1e-5)
    assert [layer.name for layer in model.layers[-4:]] == ["head_average", "head_hidden", "head_dropout", "head_output"]
    assert networks.parameter_counts(model).trainable == 96 * 7 + 7 + 7 * 5 + 5
    bare = networks.classifier("course", classes=2, size=40, hidden=0, flatten=True)
    assert networks.parameter_counts(bare).trainable == 5 * 5 * 96 + 1
    assert bare.layers[-1].activation is keras.activations.sigmoid


def test_a_head_on_a_network_of_ones_own():
    own = networks.backbone("course", 24, weights=None)
    model = networks.classifier(own, classes=3, size=24)
    assert model.get_layer("block1_conv") is own.get_layer("block1_conv")
    any_size = networks.classifier(networks.course_backbone(), classes=3, size=40)
    assert any_size.input_shape == (None, 40, 40, 3)
    assert networks.parameter_counts(any_size).fixed == 53_160


def test_the_courses_own_backbone_is_the_trained_one():
    shipped = keras.saving.load_model(
        MODULE.settings.course_folder() / "data" / "models" / "cifar10_backbone.keras", compile=False
    ).layers[0]
    images = np.random.default_rng(3).random((2, 32, 32, 3), np.float32)
    ours = networks.backbone("course", 32)
    np.testing.assert_allclose(answers(ours, images), answers(shipped, images), rtol=1e-5)
    random = networks.backbone("course", 32, weights=None)
    assert not np.allclose(random.get_weights()[0], ours.get_weights()[0])


def missing(package):
    raise importlib.metadata.PackageNotFoundError(package)


@pytest.mark.parametrize(
    ("owner", "name", "fault"),
    [
        (importlib.metadata, "distribution", missing),
        (shutil, "disk_usage", lambda place: shutil._ntuple_diskusage(10**9, 10**9, 0)),
    ],
    ids=["the package is missing", "the disk is full"],
)
def test_where_no_weights_can_be_had_the_courses_own_backbone_steps_in_and_says_so(
    sample_only, monkeypatch, capsys, owner, name, fault
):
    monkeypatch.setattr(owner, name, fault)
    model = networks.backbone("auto", 32, pooling="avg")
    printed = capsys.readouterr().out
    assert model.output_shape == (None, 96)
    assert printed.count("\n") == 1
    assert "course's own" in printed
    assert "coursekit data fetch efficientnet_lite0" in printed


def test_where_only_samples_are_allowed_the_choice_is_what_is_installed(sample_only, capsys):
    assert networks.backbone("auto", 40).name == "efficientnet_lite0"
    assert capsys.readouterr().out == "Backbone: EfficientNet-Lite0, trained on ImageNet.\n"


def test_random_weights_are_not_announced(capsys):
    assert networks.backbone("auto", 32, weights=None).name == "efficientnet_lite0"
    assert capsys.readouterr().out == ""


def test_a_network_that_was_asked_for_is_not_replaced(sample_only):
    with pytest.raises(data.DataError, match="COURSEKIT_DATA=sample"):
        networks.backbone("vgg16", 32)


@pytest.mark.slow
def test_mobilenet_without_its_head_reads_the_weights_with_it(monkeypatch, tmp_path):
    full = networks.full_network("mobilenet", weights=None)
    full.save_weights(tmp_path / "w.weights.h5")
    monkeypatch.setattr(data, "weights", lambda name: {"mobilenet": tmp_path / "w.weights.h5"}[name])
    # That the same weights give the same maps is shown above.
    bare = networks.backbone("mobilenet", 32)
    for layer in [layer for layer in bare.layers if layer.weights]:
        for ours, theirs in zip(layer.get_weights(), full.get_layer(layer.name).get_weights(), strict=True):
            np.testing.assert_array_equal(ours, theirs)


def test_decoding():
    probabilities = np.zeros((2, 1000))
    probabilities[0, [281, 967]] = 0.75, 0.25
    probabilities[1, 134] = 1
    first, second = networks.decode(probabilities, top=2)
    assert first == [("tabby", 0.75), ("espresso", 0.25)]
    assert second[0] == ("crane (bird)", 1.0)


def test_a_network_with_its_head_takes_images_of_other_sizes():
    model = networks.full_network("mobilenet", 96, weights=None)
    assert (model.input_shape, model.output_shape) == ((None, 96, 96, 3), (None, 1000))


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: networks.backbone("vgg19", 64), "no network 'vgg19'.*auto.*vgg16.*course"),
        (lambda: networks.classifier("VGG16", 2, 64), "no network 'VGG16'"),
        (lambda: networks.full_network("mobilenet_v2"), "'mobilenet_v2' with its head.*mobilenet, vgg16"),
        (lambda: networks.full_network("vgg16", 160, weights=None), "vgg16 takes the maps of images of 224"),
        (lambda: networks.full_network("mobilenet", 16), "at least 32"),
        (lambda: networks.backbone("xception", 70), "size is 70, but xception.*at least 71"),
        (lambda: networks.backbone("inception_v3", 74), "at least 75"),
        (lambda: networks.backbone("auto", 31), "at least 32"),
        (lambda: networks.backbone("course", 7), "at least 8"),
        (lambda: networks.backbone("vgg16", 64, weights="mine.h5"), "weights is 'mine.h5'"),
        (lambda: networks.backbone("vgg16", 64, pooling="max"), "pooling is 'max'"),
        (lambda: networks.classifier("course", 1, 64), "classes is 1"),
        (lambda: networks.classifier("course", 2, 64, hidden=-1), "hidden is -1"),
        (lambda: networks.classifier(networks.backbone("course", 24), 2, 64), r"\(24, 24, 3\), but size is 64"),
        (lambda: networks.classifier(networks.backbone("course", 24, pooling="avg"), 2, 24), "needs maps"),
        (lambda: networks.decode(np.zeros(1000)), r"shape \(1000,\), but must have shape \(n, 1000\)"),
        (lambda: networks.decode(np.zeros((1, 1000)), top=0), "top is 0"),
    ],
)
def test_bad_input(call, said):
    with pytest.raises(ValueError, match=said):
        call()


@pytest.mark.real_data
def test_mobilenet_knows_a_cat_and_a_cup():
    model = networks.full_network("mobilenet")
    images = np.stack([data.load_image(name, size=224) for name in ("cat", "coffee")])
    cat, coffee = networks.decode(answers(model, images), top=3)
    assert "cat" in cat[0][0]
    assert coffee[0][0] == "espresso"


@pytest.mark.real_data
def test_weights_of_the_mirror_are_read_as_keras_reads_them():
    theirs = keras.applications.MobileNetV2(
        include_top=False, input_shape=(96, 96, 3), weights=data.weights("mobilenet_v2")
    )
    images = np.stack([data.load_image(name, size=96) for name in ("cat", "coffee")])
    expected = answers(theirs, keras.applications.mobilenet_v2.preprocess_input(255 * images))
    ours = answers(networks.backbone("mobilenet_v2", 96), images)
    np.testing.assert_allclose(ours, expected, rtol=1e-3, atol=1e-4)
