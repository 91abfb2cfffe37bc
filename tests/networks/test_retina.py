"""The networks for eyes: parameter counts, what is frozen, and the cut before the head."""

import keras
import numpy as np
import pytest

from coursekit.networks import parameter_counts, retina_classifier, split_head

# Dense layers after a backbone of so many maps: what each head trains, by hand.
MAPS = {"vgg16": 512, "mobilenet_v2": 1280, "resnet50": 2048, "inception_v3": 2048}
FIXED = {"vgg16": 14_714_688, "mobilenet_v2": 2_257_984, "resnet50": 23_587_712, "inception_v3": 21_802_784}


@pytest.mark.parametrize(
    ("head", "trainable", "total"),
    [pytest.param(1, 3_149_317, 5_407_301, marks=pytest.mark.slow), (2, 3_226_629, 5_484_613)],
)
def test_on_mobilenet_v2_the_counts_are_the_published_ones(head, trainable, total):
    counts = parameter_counts(retina_classifier("mobilenet_v2", head, weights=None))
    assert (counts.trainable, counts.total) == (trainable, total)


@pytest.mark.parametrize(
    ("network", "head"),
    [
        ("vgg16", 2),
        ("mobilenet_v2", 1),
        pytest.param("resnet50", 1, marks=pytest.mark.slow),
        pytest.param("inception_v3", 2, marks=pytest.mark.slow),
    ],
)
def test_every_backbone_takes_the_heads(network, head):
    maps, output = MAPS[network], 256 * 5 + 5
    expected = {
        1: (maps + 1) * 2048 + 2049 * 256 + output,
        2: 9 * maps + (maps + 1) * 1280 + 1281 * 1024 + 1025 * 256 + output,
    }
    model = retina_classifier(network, head, size=96, weights=None)
    counts = parameter_counts(model)
    assert (counts.trainable, counts.fixed) == (expected[head], FIXED[network])
    assert model.output_shape == (None, 5)


@pytest.mark.parametrize("head", [1, 2])
def test_the_halves_make_the_whole_and_share_their_weights(head):
    model = retina_classifier("course", head, size=32, filters=16)
    backbone, top = split_head(model)
    assert backbone.output_shape == ((None, 96) if head == 1 else (None, 4, 4, 96))
    assert top.count_params() == parameter_counts(model).trainable
    images = np.random.default_rng(0).random((3, 32, 32, 3), np.float32)
    np.testing.assert_allclose(top(backbone(images)), model(images), atol=1e-6)
    top.layers[-1].bias.assign([9.0, 0, 0, 0, 0])
    assert (np.argmax(model(images), axis=1) == 0).all()


def test_only_the_head_learns():
    model = retina_classifier("course", 2, size=32, filters=8)
    before = {variable.path: variable.numpy() for variable in model.weights}
    model.compile("adam", "sparse_categorical_crossentropy", run_eagerly=True)
    model.fit(np.random.default_rng(0).random((4, 32, 32, 3)), np.arange(4), verbose=0)
    moved = {path for variable in model.weights if (before[path := variable.path] != variable.numpy()).any()}
    # Where ReLU lets nothing through, a weight of the head may stand still.
    assert "head_output/kernel" in moved
    assert all(path.startswith("head_") for path in moved)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"head": 3}, "head is 3"),
        ({"classes": 1}, "classes is 1"),
        ({"filters": 0, "head": 2}, "filters is 0"),
        ({"network": "lenet"}, "there is no network 'lenet'"),
        ({"size": 16}, "size is 16"),
    ],
)
def test_bad_arguments_are_named(arguments, words):
    with pytest.raises(ValueError, match=words):
        retina_classifier(**({"network": "mobilenet_v2", "weights": None} | arguments))


def test_the_model_can_be_saved(tmp_path):
    model = retina_classifier("course", 2, size=32, filters=8)
    model.save(tmp_path / "eyes.keras")
    again = keras.saving.load_model(tmp_path / "eyes.keras", safe_mode=True)
    assert again.count_params() == model.count_params()
