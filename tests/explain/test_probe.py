"""The probe: all maps and the answer in one run, with other kernels, and the model untouched."""

import warnings

import numpy as np
import pytest

from coursekit import explain
from coursekit.explain.class_activation_comparison import COMPARED
from tests.explain.conftest import BUILDERS, images_for, keras, layers
from tests.quick import quick_only

SHAPES = ["nested twice", "residual", "augmented", "one sigmoid", "subclassed", "half precision", "spectra"]
"""The networks that differ most; those between them are slow tests."""


def probe_of(zoo, name):
    return explain.Probe(zoo[name], images_for(name).shape[1:])


@pytest.mark.parametrize("name", quick_only(BUILDERS, SHAPES))
def test_it_sees_what_the_model_computes(zoo, name):
    model, images = zoo[name], images_for(name)
    probe = probe_of(zoo, name)
    seen = probe(images)
    assert list(probe.layers) == explain.spatial_layers(model, images)
    last = explain.last_spatial_layer(model, images)
    tolerance = 2e-3 if name == "half precision" else 1e-6
    np.testing.assert_allclose(seen.maps(last), explain.feature_maps(model, images), atol=tolerance)
    np.testing.assert_allclose(seen.probabilities, explain.class_probabilities(model, images), atol=tolerance)


@pytest.mark.parametrize(
    "name",
    quick_only([name for name in BUILDERS if name != "separate activation"], [*SHAPES, "logits", "separate softmax"]),
)
def test_probabilities_are_those_of_the_model(zoo, name):
    images = images_for(name)
    returned = np.asarray(zoo[name](images, training=False), np.float32)
    found = explain.class_probabilities(zoo[name], images)
    if name == "one sigmoid":
        returned = np.concatenate([1 - returned, returned], axis=1)
    elif name == "logits":
        returned = np.exp(returned) / np.exp(returned).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(found, returned, atol=2e-3 if name == "half precision" else 1e-6)
    np.testing.assert_allclose(found.sum(axis=1), 1, atol=2e-3)


def test_labels_that_do_not_exclude_each_other_keep_their_probabilities(zoo):
    images = images_for("separate activation")
    found = explain.class_probabilities(zoo["separate activation"], images)
    np.testing.assert_allclose(found, zoo["separate activation"](images), atol=1e-6)


@pytest.mark.parametrize("name", quick_only(BUILDERS, SHAPES))
def test_another_kernel_does_what_setting_the_weights_would_and_changes_nothing(zoo, name):
    model, images = zoo[name], images_for(name)
    probe = probe_of(zoo, name)
    layer = probe.kernels[0]
    before, answer = model.get_weights(), probe(images).probabilities
    kernel = probe.kernel(layer)
    kernel[..., 0, 1] = np.random.default_rng(0).normal(size=kernel.shape[:-2])
    edited = probe(images, {layer: kernel})
    for one, same in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(one, same)
    np.testing.assert_array_equal(probe(images).probabilities, answer)
    place = next(i for i, one in enumerate(model.weights) if one is probe._variables[layer])
    model.set_weights([kernel if i == place else one for i, one in enumerate(before)])
    try:
        changed = probe(images)
        np.testing.assert_allclose(edited.probabilities, changed.probabilities, atol=1e-6)
        np.testing.assert_array_equal(edited.maps(layer), changed.maps(layer))
        assert not np.array_equal(changed.probabilities, answer)  # weights trained later are seen as well
    finally:
        model.set_weights(before)


def test_a_model_without_answer_has_maps():
    model = keras.Sequential([keras.Input((None, None, 2)), layers.Conv2D(3, 3)])
    seen = explain.Probe(model, (8, 9, 2))(np.ones((1, 8, 9, 2)))
    assert seen.probabilities is None
    assert seen.maps(model.layers[0].name).shape == (1, 6, 7, 3)


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda probe: probe.kernel("nothing"), "layer 'nothing' has no kernel to replace. These have: conv2d"),
        (lambda probe: probe(np.ones((1, 12, 12, 3)), {probe.kernels[0]: np.ones((3, 3))}), r"has shape \(3, 3\)"),
        (lambda probe: probe(np.ones((1, 12, 12, 3)), {probe.kernels[0]: np.full((3, 3, 3, 4), np.nan)}), "finite"),
        (lambda probe: probe(np.ones((12, 12, 3))), r"needs a first axis"),
    ],
)
def test_bad_input_is_refused(zoo, ask, words):
    with pytest.raises(ValueError, match=words):
        ask(probe_of(zoo, "sequential"))


@pytest.mark.parametrize("name", quick_only([name for name in BUILDERS if name != "spectra"], ["nested"]))
def test_all_class_activation_maps_at_once_are_those_of_their_functions(zoo, name):
    model, images = zoo[name], images_for(name)
    target = 1
    found = explain.class_activations(model, images[0], target)
    assert found.target == target
    for method, heatmap in found.maps.items():
        function = getattr(explain, COMPARED[method])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            expected = function(model, images[:1], target, relu=True, upsample=False)[0]
        scale = max(float(np.abs(expected).max()), 1e-6)
        np.testing.assert_allclose(heatmap, expected, atol=(1e-2 if name == "half precision" else 1e-5) * scale)
    assert ("CAM" in found.maps) == (
        name
        in ("never called", "nested", "nested twice", "residual", "subclassed", "one sigmoid", "separate activation")
    )


def test_without_a_class_the_predicted_one_is_explained(zoo):
    found = explain.class_activations(zoo["functional"], images_for("functional")[0])
    assert found.target == found.probabilities.argmax()
