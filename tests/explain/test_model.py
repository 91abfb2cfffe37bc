"""Reading a classifier: the logit, the layer, and a model that is left as it was."""

import gc
import threading
import warnings
import weakref

import numpy as np
import pytest

from coursekit import explain
from coursekit.explain.engine.layer_calls import layer_paths
from tests.explain.conftest import (
    BUILDERS,
    CLASSES,
    SIZE,
    convolutions,
    head,
    images_for,
    keras,
    layers,
)
from tests.quick import quick_only

SOFTMAX = [name for name in BUILDERS if name not in ("logits", "one sigmoid", "separate activation")]
ENDS = ["functional", "nested", "separate softmax", "subclassed", "half precision", "spectra"]
"""Each kind of end that the score is found before, inside and outside of nested models."""
LAST = {
    "nested": "backbone/conv2d",
    "nested twice": "outer/re_lu",
    "residual": "re_lu",
    "concatenation": "concatenate",
    "spectra": "conv1d",
}


def all_logits(model, images):
    return np.stack([explain.scores(model, images, target=c) for c in range(CLASSES)], axis=1)


@pytest.mark.parametrize("name", quick_only(SOFTMAX, ENDS))
def test_score_is_the_number_before_the_softmax(zoo, name):
    images = images_for(name)
    exponentials = np.exp(all_logits(zoo[name], images))
    expected = exponentials / exponentials.sum(axis=1, keepdims=True)
    tolerance = 2e-3 if name == "half precision" else 1e-5
    np.testing.assert_allclose(zoo[name](images, training=False), expected, atol=tolerance)


def test_score_is_the_number_before_a_sigmoid_of_each_class(zoo):
    images = images_for("separate activation")
    expected = 1 / (1 + np.exp(-all_logits(zoo["separate activation"], images)))
    np.testing.assert_allclose(zoo["separate activation"](images, training=False), expected, atol=1e-6)


def test_score_of_a_network_that_returns_logits_is_its_output(zoo):
    images = images_for("logits")
    np.testing.assert_array_equal(all_logits(zoo["logits"], images), zoo["logits"](images))


def test_one_sigmoid_unit_speaks_for_class_1_and_against_class_0(zoo):
    model, images = zoo["one sigmoid"], images_for("one sigmoid")
    logit = explain.scores(model, images, target=1)
    np.testing.assert_allclose(model(images, training=False)[:, 0], 1 / (1 + np.exp(-logit)), rtol=1e-5)
    np.testing.assert_array_equal(explain.scores(model, images, target=0), -logit)
    np.testing.assert_array_equal(explain.explained_classes(model, images), logit > 0)
    np.testing.assert_array_equal(explain.scores(model, images), np.abs(logit))


@pytest.mark.parametrize("name", quick_only(SOFTMAX, ["residual", "subclassed", "spectra"]))
def test_without_a_target_the_predicted_class_is_explained(zoo, name):
    images = images_for(name)
    predicted = np.argmax(zoo[name](images, training=False), axis=1)
    np.testing.assert_array_equal(explain.explained_classes(zoo[name], images), predicted)
    np.testing.assert_array_equal(
        explain.grad_cam(zoo[name], images, relu=False),
        explain.grad_cam(zoo[name], images, predicted, relu=False),
    )


def test_softmax_that_is_sure_still_has_a_score_with_a_gradient():
    """The gradient of a probability of 1 is nothing; that of its logit is the weight."""
    model = keras.Sequential([keras.Input((2, 2, 1)), layers.Flatten(), layers.Dense(2, activation="softmax")])
    model.set_weights([np.full((4, 2), 50.0) * [1, -1], np.zeros(2)])
    np.testing.assert_allclose(explain.gradients(model, np.ones((1, 2, 2, 1)), pooling="sum"), np.full((1, 2, 2), 50.0))


@pytest.mark.parametrize("name", quick_only(BUILDERS, [*LAST, "augmented", "subclassed"]))
def test_last_layer_with_maps_is_found(zoo, name):
    found = explain.last_spatial_layer(zoo[name], images_for(name))
    assert found.rstrip("_0123456789").startswith(LAST.get(name, "conv2d"))
    assert found == [layer for layer in explain.spatial_layers(zoo[name], images_for(name)) if "pool" not in layer][-1]


def test_layer_by_name_by_path_by_index_and_itself_are_the_same(zoo):
    model, images = zoo["nested"], images_for("nested")
    backbone = model.get_layer("backbone")
    inner = backbone.layers[-1]
    expected = explain.grad_cam(model, images, relu=False)
    for layer in (inner.name, f"backbone/{inner.name}", inner, "backbone", model.layers.index(backbone), backbone):
        np.testing.assert_array_equal(explain.grad_cam(model, images, layer=layer, relu=False), expected)


def test_name_that_two_nested_layers_carry_asks_for_the_path():
    def branch(name):
        return keras.Sequential([keras.Input((SIZE, SIZE, 3)), layers.Conv2D(2, 3, name="same_name")], name=name)

    image = keras.Input((SIZE, SIZE, 3))
    x = layers.Concatenate()([branch("left")(image), branch("right")(image)])
    model = keras.Model(image, head()(layers.Flatten()(x)))
    with pytest.raises(ValueError, match="'left/same_name' or 'right/same_name'"):
        explain.grad_cam(model, images_for("nested"), layer="same_name")
    assert explain.grad_cam(model, images_for("nested"), layer="right/same_name", relu=False).any()


@pytest.mark.parametrize("name", quick_only(BUILDERS, ["nested", "augmented", "subclassed", "half precision"]))
def test_model_is_left_as_it_was(zoo, name):
    model, images = zoo[name], images_for(name)
    before = np.array(model(images, training=False))
    weights = model.get_weights()
    kinds = {path: type(layer).call for path, layer in layer_paths(model).items()}
    with warnings.catch_warnings(action="ignore"):
        explain.guided_backpropagation(model, images)
    assert {path: layer.call.__func__ for path, layer in layer_paths(model).items()} == kinds
    for weight, expected in zip(model.get_weights(), weights, strict=True):
        np.testing.assert_array_equal(weight, expected)
    np.testing.assert_array_equal(model(images, training=False), before)


def test_model_is_left_as_it_was_after_an_error(zoo):
    with pytest.raises(ValueError, match="no layer 'nowhere'"):
        explain.grad_cam(zoo["sequential"], images_for("sequential"), layer="nowhere")
    assert all("call" not in layer.__dict__ for layer in layer_paths(zoo["sequential"]).values())


class Counting(keras.layers.Layer):
    """Passes its input on and counts how often Python does so: once a tracing."""

    runs = 0

    def call(self, inputs):
        self.runs += 1
        return inputs


@pytest.mark.parametrize(
    "method",
    quick_only(
        [explain.gradients, explain.grad_cam, explain.integrated_gradients],
        [explain.grad_cam, explain.integrated_gradients],
    ),
)
def test_nothing_is_traced_again_for_another_image_class_or_batch(method):
    counting = Counting()
    model = keras.Sequential([keras.Input((SIZE, SIZE, 3)), counting, *convolutions(), layers.Flatten(), head()])
    with warnings.catch_warnings(action="ignore"):
        method(model, images_for("sequential"), target=0)
        runs = counting.runs
        method(model, 1 - images_for("sequential"), target=2)
        method(model, images_for("sequential", n=1), target=[1], batch_size=7)
        method(model, images_for("sequential", n=5), batch_size=2)
    assert counting.runs == runs


def test_changed_weights_are_seen():
    model, images = BUILDERS["sequential"](), images_for("sequential")
    before = explain.gradients(model, images, target=0, pooling="sum")
    kernel, bias = model.layers[-1].get_weights()
    model.layers[-1].set_weights([2 * kernel, bias])
    np.testing.assert_allclose(explain.gradients(model, images, target=0, pooling="sum"), 2 * before, rtol=1e-4)


def test_sequential_that_gained_a_layer_is_read_anew():
    model = keras.Sequential([keras.Input((SIZE, SIZE, 3)), *convolutions(), layers.Flatten(), head(activation=None)])
    images = images_for("sequential")
    before = explain.scores(model, images, target=0)
    model.add(layers.Rescaling(3.0))
    np.testing.assert_allclose(explain.scores(model, images, target=0), 3 * before, rtol=1e-6)


@pytest.mark.usefixtures("young_garbage")
def test_explaining_does_not_keep_a_model_alive():
    model = BUILDERS["nested"]()
    explain.gradients(model, images_for("nested"))
    explain.grad_cam(model, images_for("nested"), relu=False)
    reference = weakref.ref(model)
    del model
    keras.utils.clear_session()
    gc.collect()
    assert reference() is None


def test_model_for_images_of_any_size_takes_several_sizes():
    model = keras.Sequential([keras.Input((None, None, 1)), *convolutions(), layers.GlobalAveragePooling2D(), head()])
    for shape in [(8, 10), (12, 6)]:
        assert explain.grad_cam(model, np.ones((1, *shape, 1)), relu=False).shape == (1, *shape)


def test_layer_used_twice_is_explained_at_its_last_use():
    shared = layers.Conv2D(3, 3, padding="same", activation="relu")
    image = keras.Input((SIZE, SIZE, 3))
    model = keras.Model(image, head()(layers.GlobalAveragePooling2D()(shared(shared(image)))))
    images = images_for("sequential")
    np.testing.assert_array_equal(
        explain.grad_cam(model, images, layer=shared.name, relu=False), explain.grad_cam(model, images, relu=False)
    )


@pytest.mark.parametrize(
    ("images", "message"),
    [
        (np.ones((2, SIZE, SIZE, 1)), r"\(2, 12, 12, 1\): model .* takes \(n, 12, 12, 3\)"),
        (np.ones((SIZE, SIZE, 3)), r"pass image\[np.newaxis\]"),
        (np.ones((0, SIZE, SIZE, 3)), "empty"),
        (np.full((1, SIZE, SIZE, 3), np.nan), "not finite, the first at"),
        (np.full((1, SIZE, SIZE, 3), "a"), "must hold real numbers"),
    ],
)
def test_images_that_cannot_be_explained(zoo, images, message):
    with pytest.raises(ValueError, match=message):
        explain.gradients(zoo["sequential"], images)


@pytest.mark.parametrize("target", [3, -1, [0, 3, 1], [0, 1], 1.0, "cat"])
def test_target_that_is_no_class(zoo, target):
    with pytest.raises(ValueError, match="target is"):
        explain.gradients(zoo["sequential"], images_for("sequential"), target)


def test_one_unit_tells_two_classes_apart(zoo):
    with pytest.raises(ValueError, match="tells 2 classes apart"):
        explain.gradients(zoo["one sigmoid"], images_for("one sigmoid"), target=2)


@pytest.mark.parametrize(
    ("layer", "message"),
    [
        ("conv2d_x", "has no layer 'conv2d_x'. It has: .*dense"),
        (9, "has 5 layers, counted from 0"),
        (-1, r"returns \(None, 3\), without the axes of an image.*These have: conv2d"),
        (layers.Conv2D(1, 1), "it must be a name, an index or a layer of model"),
    ],
)
def test_layer_that_cannot_be_used(zoo, layer, message):
    with pytest.raises(ValueError, match=message):
        explain.grad_cam(zoo["sequential"], images_for("sequential"), layer=layer)


def test_layer_that_does_not_reach_the_score():
    image = keras.Input((SIZE, SIZE, 3))
    x = layers.Conv2D(2, 3, name="used")(image)
    aside = layers.Conv2D(2, 3, name="aside")(image)
    both = keras.Model(image, [head()(layers.Flatten()(x)), head()(layers.Flatten()(aside))])
    model = keras.Sequential([both, layers.Lambda(lambda outputs: outputs[0])])
    assert explain.last_spatial_layer(model, images_for("nested")).endswith("used")
    with pytest.raises(ValueError, match="does not reach the model's output"):
        explain.grad_cam(model, images_for("nested"), layer="aside")


def test_network_without_convolution_has_no_class_activation():
    model = keras.Sequential([keras.Input((4, 4, 1)), layers.Rescaling(0.5), layers.Flatten(), head()])
    with pytest.raises(ValueError, match=r"no convolution.*occlusion"):
        explain.grad_cam(model, np.ones((1, 4, 4, 1)))
    assert explain.gradients(model, np.ones((1, 4, 4, 1))).any()


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda x: layers.Conv2D(2, 3)(x), "returns .* a classifier returns"),
        (lambda x: [layers.Flatten()(x), layers.Flatten()(x)], "several outputs"),
        (lambda x: head(1)(layers.Flatten()(x)), "softmax of one unit"),
    ],
)
@pytest.mark.filterwarnings("ignore:You are using a softmax over axis -1 of a tensor of shape")
def test_model_that_is_no_classifier(build, message):
    image = keras.Input((SIZE, SIZE, 3))
    with pytest.raises(ValueError, match=message):
        explain.gradients(keras.Model(image, build(image)), images_for("nested"))


def test_input_of_whole_numbers_has_no_gradient():
    image = keras.Input((SIZE, SIZE, 3), dtype="uint8")
    x = layers.Rescaling(1 / 255)(image)
    for layer in [*convolutions(), layers.Flatten(), head()]:
        x = layer(x)
    model = keras.Model(image, x)
    images = np.arange(SIZE * SIZE * 3).reshape(1, SIZE, SIZE, 3) % 256
    with pytest.raises(ValueError, match="give the model a float input"):
        explain.gradients(model, images)
    assert explain.grad_cam(model, images, relu=False).any()


def test_dead_network_gives_a_flat_map_and_says_why():
    model = BUILDERS["sequential"]()
    model.layers[2].set_weights([0 * weight for weight in model.layers[2].get_weights()])
    with pytest.warns(UserWarning, match=r"zero everywhere for image 0, 1: .*dead ReLUs"):
        heatmaps = explain.grad_cam(model, images_for("sequential", n=2))
    assert not heatmaps.any()


def test_model_that_runs_in_another_thread_meanwhile_is_explained_as_ever(zoo):
    model, images = zoo["nested"], images_for("nested")
    expected = explain.grad_cam(model, images, relu=False)
    stop = threading.Event()

    def keep_running():
        while not stop.is_set():
            model(images, training=False)

    thread = threading.Thread(target=keep_running)
    thread.start()
    try:
        found = explain.grad_cam(model, images, layer="backbone", relu=False)
    finally:
        stop.set()
        thread.join()
    np.testing.assert_array_equal(found, expected)
