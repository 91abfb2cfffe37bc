"""How a model is read: as it means its answers, as it is now; or refused by name."""

from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from coursekit import explain
from coursekit.explain.engine import tracing
from coursekit.explain.engine.inputs import check_model
from tests.explain.conftest import CLASSES, SIZE, convolutions, head, keras, layers, pictures_for

SHAPE = (SIZE, SIZE, 3)


def ending_in(*end):
    return keras.Sequential([keras.Input(SHAPE), *convolutions(), layers.GlobalAveragePooling2D(), *end])


class InFunction(keras.Model):
    """A classifier whose whole call is a function of TensorFlow."""

    def __init__(self, end):
        super().__init__()
        self.features, self.pool, self.answer, self.end = convolutions(), layers.GlobalAveragePooling2D(), head(3), end
        self.answer.activation = keras.activations.linear

    @tf.function
    def call(self, pictures):
        for layer in self.features:
            pictures = layer(pictures)
        return self.end(self.answer(self.pool(pictures)))


class WithHelper(InFunction):
    """The same, and the softmax in a function that the call calls."""

    @tf.function
    def squash(self, scores):
        return tf.nn.softmax(scores)

    def call(self, pictures):
        for layer in self.features:
            pictures = layer(pictures)
        return self.squash(self.answer(self.pool(pictures)))


@pytest.mark.parametrize("end", [tf.nn.softmax, tf.nn.sigmoid, tf.nn.log_softmax, tf.identity])
def test_model_whose_call_is_a_function_is_read_like_any_other(end):
    model, pictures = InFunction(end), pictures_for("sequential")
    logits = InFunction.call.python_function
    returned = model(pictures, training=False).numpy()
    model.end, squash = tf.identity, end
    scores = logits(model, pictures).numpy()
    model.end = squash
    np.testing.assert_allclose(explain.scores(model, pictures, target=1), scores[:, 1], rtol=1e-5)
    expected = returned if end in (tf.nn.softmax, tf.nn.sigmoid) else tf.nn.softmax(scores)
    np.testing.assert_allclose(explain.class_probabilities(model, pictures), expected, atol=1e-6)
    assert explain.last_spatial_layer(model, pictures).startswith("conv2d")


def test_softmax_in_a_function_of_its_own_is_refused_but_its_probabilities_are_right():
    model, pictures = WithHelper(tf.nn.softmax), pictures_for("sequential")
    returned = model(pictures, training=False)
    np.testing.assert_allclose(explain.class_probabilities(model, pictures), returned, atol=1e-6)
    np.testing.assert_allclose(explain.Probe(model, SHAPE)(pictures).probabilities, returned, atol=1e-6)
    with pytest.raises(ValueError, match=r"sum to 1, so they are probabilities, .*cannot be seen"):
        explain.gradients(model, pictures)


@pytest.mark.slow
def test_saved_model_is_refused_but_its_probabilities_are_right(tmp_path):
    inner, pictures = ending_in(head()), pictures_for("sequential")
    inner.export(str(tmp_path), verbose=False)
    model = keras.Sequential([keras.Input(SHAPE), layers.TFSMLayer(str(tmp_path), call_endpoint="serve")])
    np.testing.assert_allclose(explain.class_probabilities(model, pictures), inner(pictures), atol=1e-6)
    with pytest.raises(ValueError, match="SavedModel"):
        explain.scores(model, pictures)


AFTER_SOFTMAX = {
    "clipped": lambda x: keras.ops.clip(x, 1e-7, 1 - 1e-7),
    "by hand": lambda x: keras.ops.exp(x) / keras.ops.sum(keras.ops.exp(x), axis=-1, keepdims=True),
    "smoothed": lambda x: 0.9 * x + 0.1 / CLASSES,
}


@pytest.mark.parametrize("name", AFTER_SOFTMAX)
def test_probabilities_that_are_computed_further_are_not_taken_for_scores(name):
    start = head(activation=None if name == "by hand" else "softmax")
    model, pictures = ending_in(start, layers.Lambda(AFTER_SOFTMAX[name])), pictures_for("sequential")
    np.testing.assert_allclose(explain.class_probabilities(model, pictures), model(pictures), atol=1e-6)
    with pytest.raises(ValueError, match="are probabilities"):
        explain.gradients(model, pictures)


def test_mean_of_two_networks_keeps_its_probabilities():
    picture = keras.Input(SHAPE)
    model = keras.Model(picture, layers.Average()([ending_in(head())(picture) for _ in range(2)]))
    pictures = pictures_for("sequential")
    np.testing.assert_allclose(explain.class_probabilities(model, pictures), model(pictures), atol=1e-6)


def test_clipped_sigmoids_are_not_taken_for_scores():
    model = ending_in(head(activation="sigmoid"), layers.Lambda(lambda x: keras.ops.clip(x, 0.01, 0.99)))
    pictures = pictures_for("sequential")
    np.testing.assert_allclose(explain.class_probabilities(model, pictures), model(pictures), atol=1e-6)
    with pytest.raises(ValueError, match="from 0 to 1, computed from a sigmoid"):
        explain.gradients(model, pictures)


def test_gates_of_sigmoids_do_not_hide_scores():
    """Squeeze and excitation multiplies maps by sigmoids; what is pooled of them is still a score."""
    picture = keras.Input(SHAPE)
    x = layers.Conv2D(CLASSES, 3, activation="relu", bias_initializer="ones")(picture)
    gate = layers.Activation("sigmoid")(layers.GlobalAveragePooling2D(keepdims=True)(x))
    model = keras.Model(picture, layers.GlobalAveragePooling2D()(layers.Multiply()([x, gate])))
    pictures = pictures_for("sequential")
    np.testing.assert_allclose(explain.scores(model, pictures, target=0), model(pictures)[:, 0], rtol=1e-5)


def test_softmax_over_other_numbers_than_the_classes_is_refused():
    model = ending_in(head(4, activation=None), layers.Reshape((2, 2)), layers.Softmax(), layers.Flatten())
    with pytest.raises(ValueError, match="changed after its softmax"):
        explain.scores(model, pictures_for("sequential"))


class Noisy(keras.layers.Layer):
    """Adds noise, in training or not."""

    def call(self, inputs):
        return inputs + tf.random.normal(tf.shape(inputs))


def test_model_that_draws_at_each_call_is_explained():
    assert explain.gradients(ending_in(Noisy(), head()), pictures_for("sequential")).any()


def test_model_whose_graph_answers_otherwise_is_refused():
    model = ending_in(layers.Lambda(lambda x: x * 50.0 if tf.executing_eagerly() else x), head())
    with pytest.raises(ValueError, match=r"answers otherwise when it is traced"):
        explain.gradients(model, pictures_for("sequential"))


@pytest.mark.parametrize("activation", [None, "relu", "tanh"])
def test_single_unit_that_is_no_sigmoid_is_asked_what_it_is(activation):
    model, pictures = ending_in(head(1, activation=activation)), pictures_for("sequential")
    for function in (explain.class_probabilities, explain.grad_cam, explain.scores, explain.lrp):
        with pytest.raises(ValueError, match=r"one unit that is no sigmoid: what does it say\?"):
            function(model, pictures)
    assert explain.Probe(model, SHAPE)(pictures).probabilities is None


def test_what_the_question_advises_explains_the_quantity_itself():
    quantity, pictures = ending_in(head(1, activation=None)), pictures_for("sequential")
    model = keras.Sequential([quantity, layers.Activation("sigmoid")])
    np.testing.assert_allclose(explain.scores(model, pictures, target=1), quantity(pictures)[:, 0], rtol=1e-5)


def test_loss_says_that_a_single_unit_is_a_logit():
    model, pictures = ending_in(head(1, activation=None)), pictures_for("sequential")
    model.compile(loss=keras.losses.BinaryCrossentropy(from_logits=True))
    np.testing.assert_allclose(
        explain.class_probabilities(model, pictures)[:, 1], tf.sigmoid(model(pictures))[:, 0], atol=1e-6
    )


def test_several_units_trained_on_quantities_are_asked_what_they_are():
    model, pictures = ending_in(head(activation=None)), pictures_for("sequential")
    model.compile(loss="mse")
    with pytest.raises(ValueError, match="compiled with mse"):
        explain.class_probabilities(model, pictures)
    one = keras.Model(model.inputs[0], layers.Activation("sigmoid")(model.outputs[0][:, 2:3]))
    np.testing.assert_allclose(explain.scores(one, pictures, target=1), model(pictures)[:, 2], rtol=1e-5)


class Linear:
    """Looks like a module of PyTorch."""

    __module__ = "torch.nn.modules.linear"


def test_what_is_no_model_is_named_with_its_cure():
    model = keras.Sequential([keras.Input((4, 4, 1)), layers.Flatten(), head()], name="small")
    cases = {
        "a method of model 'small': pass the model itself": model.predict,
        r"keras.models.load_model\('net.keras'\)": "net.keras",
        r"load_model\('folder": Path("folder") / "net.keras",
        "a PyTorch module": Linear(),
        "a layer alone": layers.Dense(3),
        "a class": keras.Sequential,
        "the model comes first": np.ones((1, 4, 4, 1)),
        "SavedModel": tf.Module(),
        "a function": lambda pictures: pictures,
        "several": [model],
        "model is a NoneType": None,
    }
    for message, given in cases.items():
        with pytest.raises(ValueError, match=message):
            check_model(given)
        with pytest.raises(ValueError, match=message):
            explain.gradients(given, np.ones((1, 4, 4, 1)))


def test_model_of_vectors_is_told_how_to_take_images():
    model = keras.Sequential([keras.Input((784,)), head()])
    for pictures in (np.ones((5, 784)), np.ones((5, 28, 28, 1))):
        with pytest.raises(ValueError, match=r"takes \(n, 784\), and .*keras.Input\(\(28, 28, 1\)\)"):
            explain.gradients(model, pictures)
    cured = keras.Sequential([keras.Input((28, 28, 1)), layers.Flatten(), model])
    assert explain.gradients(cured, np.ones((5, 28, 28, 1))).shape == (5, 28, 28)


def test_normalization_that_is_adapted_again_is_seen():
    norm = layers.Normalization()
    norm.adapt(np.full((2, *SHAPE), 3.0) * [[[[0.0]]], [[[1.0]]]])
    model, pictures = keras.Sequential([keras.Input(SHAPE), norm, layers.Flatten(), head()]), pictures_for("sequential")
    before = explain.class_probabilities(model, pictures)
    norm.adapt(np.full((2, *SHAPE), 50.0) * [[[[-1.0]]], [[[1.0]]]])
    found = explain.class_probabilities(model, pictures)
    np.testing.assert_allclose(found, keras.Sequential([norm, *model.layers[1:]])(pictures), atol=1e-6)
    assert not np.allclose(found, before, atol=1e-3)


def changed_activation(model):
    model.layers[0].activation = keras.activations.relu


def changed_scale(model):
    model.get_layer("scale").scale = 7.0


def changed_slope(model):
    model.get_layer("leak").negative_slope = 0.9


@pytest.mark.parametrize("change", [changed_activation, changed_scale, changed_slope])
def test_changed_setting_is_seen_by_every_function(change):
    ends = [layers.Rescaling(0.5, name="scale"), layers.LeakyReLU(name="leak"), head()]
    features = layers.Conv2D(5, 3, activation="tanh")
    model = keras.Sequential([keras.Input(SHAPE), features, layers.GlobalAveragePooling2D(), *ends])
    pictures = pictures_for("sequential")
    functions = [explain.class_probabilities, explain.scores, explain.feature_maps]
    before = [function(model, pictures) for function in functions]
    probe = explain.Probe(model, SHAPE)
    probe(pictures)
    change(model)
    answer = model(pictures, training=False)
    np.testing.assert_allclose(explain.class_probabilities(model, pictures), answer, atol=1e-6)
    np.testing.assert_allclose(probe(pictures).probabilities, answer, atol=1e-6)
    found = [function(model, pictures) for function in functions]
    assert any(not np.allclose(one, other) for one, other in zip(before, found, strict=True))


class Scaled(keras.layers.Layer):
    """Holds a setting and a large constant that no configuration of Keras knows."""

    def __init__(self):
        super().__init__()
        self._factor, self.mask = 1.0, np.ones((*SHAPE[:2], 100), np.float32)

    def call(self, inputs):
        return inputs * self._factor * self.mask[..., :3]


def test_changed_attribute_of_a_layer_of_ones_own_is_seen():
    model = keras.Sequential([keras.Input(SHAPE), Scaled(), layers.Flatten(), head()])
    pictures = pictures_for("sequential")
    explain.scores(model, pictures)
    model.layers[0]._factor = 4.0
    np.testing.assert_allclose(explain.class_probabilities(model, pictures), model(pictures), atol=1e-6)
    model.layers[0].mask = 3 * model.layers[0].mask
    np.testing.assert_allclose(explain.class_probabilities(model, pictures), model(pictures), atol=1e-6)


def test_weight_that_is_another_variable_is_seen():
    model, pictures = ending_in(head()), pictures_for("sequential")
    explain.scores(model, pictures)
    other = keras.Variable(np.ones((5, CLASSES), np.float32) * [1, 2, 3])
    object.__setattr__(model.layers[-1], "_kernel", other)
    np.testing.assert_allclose(explain.class_probabilities(model, pictures), model(pictures), atol=1e-6)


def test_training_and_compiling_trace_nothing_anew(monkeypatch):
    model, pictures = ending_in(head()), pictures_for("sequential")
    explain.gradients(model, pictures, 0)
    model.compile(loss="sparse_categorical_crossentropy")
    model.fit(pictures, np.zeros(3), verbose=0)
    monkeypatch.setattr("coursekit.explain.engine.tracing._trace", None)
    explain.gradients(model, pictures, 0)


def test_functions_of_many_image_sizes_are_not_all_kept():
    model = keras.Sequential([keras.Input((None, None, 1)), *convolutions(1), layers.GlobalAveragePooling2D(), head()])
    for side in range(8, 8 + tracing.FUNCTIONS_KEPT // 2 + 3):
        explain.gradients(model, np.ones((1, side, 8, 1)), 0)
    assert len(tracing._TRACED[model]) == tracing.FUNCTIONS_KEPT
