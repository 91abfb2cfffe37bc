"""How a model is read: as it means its answers, as it is now, whatever hides what it computes; or refused by name."""

import functools
import warnings
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from coursekit import explain
from coursekit.explain.engine.inputs import check_model
from tests.explain.conftest import CLASSES, SIZE, convolutions, head, images_for, keras, layers
from tests.quick import quick_only

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
    def call(self, images):
        for layer in self.features:
            images = layer(images)
        return self.end(self.answer(self.pool(images)))


class WithHelper(InFunction):
    """The same, and the softmax in a function that the call calls."""

    @tf.function
    def squash(self, scores):
        return tf.nn.softmax(scores)

    def call(self, images):
        for layer in self.features:
            images = layer(images)
        return self.squash(self.answer(self.pool(images)))


@pytest.mark.parametrize(
    "end", quick_only([tf.nn.softmax, tf.nn.sigmoid, tf.nn.log_softmax, tf.identity], [tf.nn.softmax, tf.nn.sigmoid])
)
def test_model_whose_call_is_a_function_is_read_like_any_other(end):
    model, images = InFunction(end), images_for("sequential")
    logits = InFunction.call.python_function
    returned = model(images, training=False).numpy()
    model.end, squash = tf.identity, end
    scores = logits(model, images).numpy()
    model.end = squash
    np.testing.assert_allclose(explain.scores(model, images, target=1), scores[:, 1], rtol=1e-5)
    expected = returned if end in (tf.nn.softmax, tf.nn.sigmoid) else tf.nn.softmax(scores)
    np.testing.assert_allclose(explain.class_probabilities(model, images), expected, atol=1e-6)
    assert explain.last_spatial_layer(model, images).startswith("conv2d")


def test_softmax_in_a_function_of_its_own_is_refused_but_its_probabilities_are_right():
    model, images = WithHelper(tf.nn.softmax), images_for("sequential")
    returned = model(images, training=False)
    np.testing.assert_allclose(explain.class_probabilities(model, images), returned, atol=1e-6)
    np.testing.assert_allclose(explain.Probe(model, SHAPE)(images).probabilities, returned, atol=1e-6)
    with pytest.raises(ValueError, match=r"sum to 1, so they are probabilities, .*cannot be seen"):
        explain.gradients(model, images)


@pytest.mark.slow
def test_saved_model_is_refused_but_its_probabilities_are_right(tmp_path):
    inner, images = ending_in(head()), images_for("sequential")
    inner.export(str(tmp_path), verbose=False)
    model = keras.Sequential([keras.Input(SHAPE), layers.TFSMLayer(str(tmp_path), call_endpoint="serve")])
    np.testing.assert_allclose(explain.class_probabilities(model, images), inner(images), atol=1e-6)
    with pytest.raises(ValueError, match="SavedModel"):
        explain.scores(model, images)


AFTER_SOFTMAX = {
    "clipped": lambda x: keras.ops.clip(x, 1e-7, 1 - 1e-7),
    "by hand": lambda x: keras.ops.exp(x) / keras.ops.sum(keras.ops.exp(x), axis=-1, keepdims=True),
    "smoothed": lambda x: 0.9 * x + 0.1 / CLASSES,
}


@pytest.mark.parametrize("name", AFTER_SOFTMAX)
def test_probabilities_that_are_computed_further_are_not_taken_for_scores(name):
    start = head(activation=None if name == "by hand" else "softmax")
    model, images = ending_in(start, layers.Lambda(AFTER_SOFTMAX[name])), images_for("sequential")
    np.testing.assert_allclose(explain.class_probabilities(model, images), model(images), atol=1e-6)
    with pytest.raises(ValueError, match="are probabilities"):
        explain.gradients(model, images)


def test_mean_of_two_networks_keeps_its_probabilities():
    image = keras.Input(SHAPE)
    model = keras.Model(image, layers.Average()([ending_in(head())(image) for _ in range(2)]))
    images = images_for("sequential")
    np.testing.assert_allclose(explain.class_probabilities(model, images), model(images), atol=1e-6)


def test_clipped_sigmoids_are_not_taken_for_scores():
    model = ending_in(head(activation="sigmoid"), layers.Lambda(lambda x: keras.ops.clip(x, 0.01, 0.99)))
    images = images_for("sequential")
    np.testing.assert_allclose(explain.class_probabilities(model, images), model(images), atol=1e-6)
    with pytest.raises(ValueError, match="never leaves 0 to 1"):
        explain.gradients(model, images)


BOUNDED = {
    "hyperbolic tangent": lambda x: (keras.ops.tanh(x) + 1) / 2,
    "hard sigmoid": keras.activations.hard_sigmoid,
    "clip": lambda x: keras.ops.clip(x + 0.5, 0, 1),
    "square": lambda x: keras.ops.sigmoid(x) ** 2,
}


@pytest.mark.parametrize("name", BOUNDED)
def test_units_that_something_else_keeps_between_0_and_1_are_no_scores(name):
    model, images = ending_in(head(activation=None), layers.Lambda(BOUNDED[name])), images_for("sequential")
    np.testing.assert_allclose(explain.class_probabilities(model, images), model(images), atol=1e-6)
    with pytest.raises(ValueError, match="never leaves 0 to 1"):
        explain.gradients(model, images)


OF_PROBABILITIES = {
    "per cent": lambda x: 100 * keras.ops.softmax(x),
    "logarithm": lambda x: keras.ops.log(keras.ops.softmax(x) + 1e-9),
    "margin": lambda x: keras.ops.softmax(x) - 0.5,
    "function": lambda x: 100 * tf.function(tf.nn.softmax)(x),
}


@pytest.mark.parametrize("name", OF_PROBABILITIES)
def test_numbers_made_of_probabilities_are_neither_scores_nor_probabilities(name):
    model, images = ending_in(head(activation=None), layers.Lambda(OF_PROBABILITIES[name])), images_for("sequential")
    for ask in (explain.scores, explain.class_probabilities, explain.grad_cam):
        with pytest.raises(ValueError, match="computes what it returns from probabilities"):
            ask(model, images)


def test_attention_that_weighs_by_a_softmax_does_not_hide_scores():
    image = keras.Input(SHAPE)
    x = layers.Conv2D(CLASSES, 3)(image)
    weights = layers.Softmax(axis=(1, 2))(layers.Conv2D(1, 3)(image))
    model = keras.Model(image, keras.ops.sum(x * weights, axis=(1, 2)))
    images = images_for("sequential")
    np.testing.assert_allclose(explain.scores(model, images, target=0), model(images)[:, 0], rtol=1e-5, atol=1e-6)


def test_gates_of_sigmoids_do_not_hide_scores():
    """Squeeze and excitation multiplies maps by sigmoids; what is pooled of them is still a score."""
    image = keras.Input(SHAPE)
    x = layers.Conv2D(CLASSES, 3, activation="relu", bias_initializer="ones")(image)
    gate = layers.Activation("sigmoid")(layers.GlobalAveragePooling2D(keepdims=True)(x))
    model = keras.Model(image, layers.GlobalAveragePooling2D()(layers.Multiply()([x, gate])))
    images = images_for("sequential")
    np.testing.assert_allclose(explain.scores(model, images, target=0), model(images)[:, 0], rtol=1e-5)


def test_softmax_over_other_numbers_than_the_classes_is_refused():
    model = ending_in(head(4, activation=None), layers.Reshape((2, 2)), layers.Softmax(), layers.Flatten())
    with pytest.raises(ValueError, match="changed after its softmax"):
        explain.scores(model, images_for("sequential"))


class Noisy(keras.layers.Layer):
    """Adds noise, in training or not."""

    def call(self, inputs):
        return inputs + tf.random.normal(tf.shape(inputs))


def test_model_that_draws_at_each_call_is_explained():
    assert explain.gradients(ending_in(Noisy(), head()), images_for("sequential")).any()


def test_model_whose_graph_answers_otherwise_is_refused():
    model = ending_in(layers.Lambda(lambda x: x * 50.0 if tf.executing_eagerly() else x), head())
    with pytest.raises(ValueError, match=r"answers otherwise when it is traced"):
        explain.gradients(model, images_for("sequential"))


@pytest.mark.parametrize("activation", ["tanh", "hard_tanh"])
def test_single_unit_that_may_be_below_0_is_no_probability_even_if_it_never_was(activation):
    # Of what is not negative, all weights 1: the unit is between 0 and 1 for every image.
    end = head(1, activation=activation, kernel_initializer="ones", bias_initializer="zeros")
    model, images = ending_in(layers.ReLU(), end), images_for("sequential")
    assert explain.Probe(model, SHAPE)(images).probabilities is None
    with pytest.raises(ValueError, match=r"one unit that is no sigmoid: what does it say\?"):
        explain.class_probabilities(model, images)


@pytest.mark.parametrize("activation", [None, "relu", "tanh"])
def test_single_unit_that_is_no_sigmoid_is_asked_what_it_is(activation):
    model, images = ending_in(head(1, activation=activation)), images_for("sequential")
    for function in (explain.class_probabilities, explain.grad_cam, explain.scores, explain.lrp):
        with pytest.raises(ValueError, match=r"one unit that is no sigmoid: what does it say\?"):
            function(model, images)
    assert explain.Probe(model, SHAPE)(images).probabilities is None


def test_what_the_question_advises_explains_the_quantity_itself():
    quantity, images = ending_in(head(1, activation=None)), images_for("sequential")
    model = keras.Sequential([quantity, layers.Activation("sigmoid")])
    np.testing.assert_allclose(explain.scores(model, images, target=1), quantity(images)[:, 0], rtol=1e-5)


def test_loss_says_that_a_single_unit_is_a_logit():
    model, images = ending_in(head(1, activation=None)), images_for("sequential")
    model.compile(loss=keras.losses.BinaryCrossentropy(from_logits=True))
    np.testing.assert_allclose(
        explain.class_probabilities(model, images)[:, 1], tf.sigmoid(model(images))[:, 0], atol=1e-6
    )


@pytest.mark.parametrize(
    "loss",
    [
        functools.partial(keras.losses.binary_crossentropy, from_logits=True),
        [keras.losses.BinaryFocalCrossentropy(from_logits=True)],
    ],
)
def test_a_loss_in_other_clothes_says_it_too(loss):
    model, images = ending_in(head(1, activation=None)), images_for("sequential")
    with pytest.raises(ValueError, match="what does it say"):
        explain.scores(model, images)
    model.compile(loss=loss)
    np.testing.assert_allclose(explain.scores(model, images, 1), model(images)[:, 0], rtol=1e-5)
    model.compile(loss="mse")
    with pytest.raises(ValueError, match="what does it say"):
        explain.scores(model, images)


@pytest.mark.parametrize(
    "loss", ["huber", "log_cosh", "msle", "mape", "poisson", keras.losses.MeanSquaredError(), ["mae"]]
)
def test_every_loss_of_quantities_is_known(loss):
    model, images = ending_in(head(activation=None)), images_for("sequential")
    assert explain.scores(model, images).shape == (len(images),)
    model.compile(loss=loss)
    with pytest.raises(ValueError, match="may be quantities"):
        explain.scores(model, images)


def test_several_units_trained_on_quantities_are_asked_what_they_are():
    model, images = ending_in(head(activation=None)), images_for("sequential")
    model.compile(loss="mse")
    with pytest.raises(ValueError, match="compiled with mse"):
        explain.class_probabilities(model, images)
    one = keras.Model(model.inputs[0], layers.Activation("sigmoid")(model.outputs[0][:, 2:3]))
    np.testing.assert_allclose(explain.scores(one, images, target=1), model(images)[:, 2], rtol=1e-5)


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
        "a function": lambda images: images,
        "several": [model],
        "model is a NoneType": None,
    }
    for message, given in cases.items():
        with pytest.raises(ValueError, match=message):
            check_model(given)
        with pytest.raises(ValueError, match=message):
            explain.gradients(given, np.ones((1, 4, 4, 1)))


def test_what_is_no_array_of_images_is_named_with_its_cure(tmp_path):
    model, images = ending_in(head()), images_for("sequential")
    dataset = tf.data.Dataset.from_tensor_slices((images, np.zeros(len(images)))).batch(2)
    for wrong, cure in {
        "path": (tmp_path / "cat.png", "load the image first"),
        "dataset": (dataset, r"next\(iter\(dataset\)\)\[0\]"),
        "generator": (iter(images), r"np.stack\(list\(images\)\)"),
        "batch": ((images, np.zeros(len(images))), r"images and labels: pass the images alone"),
        "sizes": ([images[0], images[0][:5]], "bring all to one size"),
        "dictionary": ({"image": images}, "'image': pass the array"),
        "nothing": (None, "something other than numbers"),
    }.values():
        with pytest.raises(ValueError, match=cure):
            explain.gradients(model, wrong)
    np.testing.assert_array_equal(explain.gradients(model, list(images)), explain.gradients(model, images))


def test_model_of_vectors_is_told_how_to_take_images():
    model = keras.Sequential([keras.Input((784,)), head()])
    for images in (np.ones((5, 784)), np.ones((5, 28, 28, 1))):
        with pytest.raises(ValueError, match=r"takes \(n, 784\), and .*keras.Input\(\(28, 28, 1\)\)"):
            explain.gradients(model, images)
    cured = keras.Sequential([keras.Input((28, 28, 1)), layers.Flatten(), model])
    assert explain.gradients(cured, np.ones((5, 28, 28, 1))).shape == (5, 28, 28)


def test_normalization_that_is_adapted_again_is_seen():
    norm = layers.Normalization()
    norm.adapt(np.full((2, *SHAPE), 3.0) * [[[[0.0]]], [[[1.0]]]])
    model, images = keras.Sequential([keras.Input(SHAPE), norm, layers.Flatten(), head()]), images_for("sequential")
    before = explain.class_probabilities(model, images)
    norm.adapt(np.full((2, *SHAPE), 50.0) * [[[[-1.0]]], [[[1.0]]]])
    found = explain.class_probabilities(model, images)
    np.testing.assert_allclose(found, keras.Sequential([norm, *model.layers[1:]])(images), atol=1e-6)
    assert not np.allclose(found, before, atol=1e-3)


def changed_activation(model):
    model.layers[0].activation = keras.activations.relu


def changed_scale(model):
    model.get_layer("scale").scale = 7.0


def changed_slope(model):
    model.get_layer("leak").negative_slope = 0.9


@pytest.mark.parametrize("change", quick_only([changed_activation, changed_scale, changed_slope], [changed_activation]))
def test_changed_setting_is_seen_by_every_function(change):
    ends = [layers.Rescaling(0.5, name="scale"), layers.LeakyReLU(name="leak"), head()]
    features = layers.Conv2D(5, 3, activation="tanh")
    model = keras.Sequential([keras.Input(SHAPE), features, layers.GlobalAveragePooling2D(), *ends])
    images = images_for("sequential")
    functions = [explain.class_probabilities, explain.scores, explain.feature_maps]
    before = [function(model, images) for function in functions]
    probe = explain.Probe(model, SHAPE)
    probe(images)
    change(model)
    answer = model(images, training=False)
    np.testing.assert_allclose(explain.class_probabilities(model, images), answer, atol=1e-6)
    np.testing.assert_allclose(probe(images).probabilities, answer, atol=1e-6)
    found = [function(model, images) for function in functions]
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
    images = images_for("sequential")
    explain.scores(model, images)
    model.layers[0]._factor = 4.0
    np.testing.assert_allclose(explain.class_probabilities(model, images), model(images), atol=1e-6)
    model.layers[0].mask = 3 * model.layers[0].mask
    np.testing.assert_allclose(explain.class_probabilities(model, images), model(images), atol=1e-6)


def test_weight_that_is_another_variable_is_seen():
    model, images = ending_in(head()), images_for("sequential")
    explain.scores(model, images)
    other = keras.Variable(np.ones((5, CLASSES), np.float32) * [1, 2, 3])
    object.__setattr__(model.layers[-1], "_kernel", other)
    np.testing.assert_allclose(explain.class_probabilities(model, images), model(images), atol=1e-6)


def test_training_and_compiling_trace_nothing_anew(monkeypatch):
    model, images = ending_in(head()), images_for("sequential")
    explain.gradients(model, images, 0)
    model.compile(loss="sparse_categorical_crossentropy")
    model.fit(images, np.zeros(3), verbose=0)
    monkeypatch.setattr("coursekit.explain.engine.tracing._trace", None)
    explain.gradients(model, images, 0)


def around(*middle):
    return keras.Sequential([keras.Input(SHAPE), *middle, layers.GlobalAveragePooling2D(), head()])


def twin(model, build):
    """The same network, built otherwise, with the same weights."""
    other = build()
    other.set_weights(model.get_weights())
    return other


def test_grouped_convolution_makes_maps():
    """Keras runs it in a function that is compiled."""
    model = around(layers.Conv2D(6, 3, groups=3, activation="relu"))
    assert explain.last_spatial_layer(model, images_for("sequential")) == model.layers[0].name
    assert explain.grad_cam(model, images_for("sequential"), relu=False).shape == (3, SIZE, SIZE)


class Block(keras.layers.Layer):
    """A convolution with its ReLU; ``call`` or a helper may be a function of TensorFlow."""

    def __init__(self, **options):
        super().__init__(**options)
        self.inner = layers.Conv2D(5, 3, bias_initializer="random_normal")

    def call(self, inputs):
        return tf.nn.relu(self.inner(inputs))


class BlockInFunction(Block):
    """The same as a function."""

    @tf.function
    def call(self, inputs):
        return tf.nn.relu(self.inner(inputs))


class BlockWithHelper(Block):
    """The ReLU in a function that the call calls."""

    @tf.function
    def answer(self, inputs):
        return tf.nn.relu(self.inner(inputs))

    def call(self, inputs):
        return self.answer(inputs)


def test_guided_backpropagation_reaches_the_relu_of_a_layer_whose_call_is_a_function():
    model, images = around(BlockInFunction(), layers.Conv2D(4, 3)), images_for("sequential")
    same = twin(model, lambda: around(Block(), layers.Conv2D(4, 3)))
    found = explain.guided_backpropagation(model, images, 0, pooling="sum")
    np.testing.assert_allclose(found, explain.guided_backpropagation(same, images, 0, pooling="sum"), atol=1e-6)
    assert not np.allclose(found, explain.gradients(model, images, 0, pooling="sum"))
    np.testing.assert_allclose(model.layers[0](images), same.layers[0](images), atol=1e-6)  # left as it was
    assert hasattr(model.layers[0].call, "python_function")


def test_guided_backpropagation_says_where_it_cannot_reach_a_relu():
    model = around(BlockWithHelper(), layers.ReLU())
    with pytest.raises(ValueError, match=r"has ReLUs inside .*, a function"):
        explain.guided_backpropagation(model, images_for("sequential"))
    assert explain.gradients(model, images_for("sequential")).any()


class Branching(keras.layers.Layer):
    """Needs TensorFlow's reading of Python's branches, which only its function has."""

    @tf.function
    def call(self, inputs):
        if tf.reduce_sum(inputs) > 0:
            return tf.nn.relu(inputs)
        return inputs * 2.0


def test_function_with_branches_stays_a_function():
    model, images = around(layers.Conv2D(4, 3), Branching()), images_for("sequential")
    np.testing.assert_allclose(explain.class_probabilities(model, images), model(images), atol=1e-6)
    with pytest.raises(ValueError, match="has ReLUs inside"):
        explain.guided_backpropagation(model, images)


def as_layers(one, other):
    return around(layers.Conv2D(4, 3, activation=one), layers.Conv2D(5, 3, activation=other), layers.ReLU())


def beside(one, other):
    return around(layers.Conv2D(4, 3), one, layers.Conv2D(5, 3), other, layers.ReLU())


WALKING = {
    "lrp": explain.lrp,
    "lrp alpha beta": functools.partial(explain.lrp, rule="alpha_beta"),
    "deep_taylor": explain.deep_taylor,
    "fixations": explain.fixations,
    "grad_cam": functools.partial(explain.grad_cam, relu=False),
    "guided": explain.guided_backpropagation,
}


@pytest.mark.parametrize("name", quick_only(WALKING, ["lrp", "grad_cam"]))
def test_activation_that_is_a_layer_is_explained_like_the_layer_behind(name):
    images = images_for("sequential")
    model = as_layers(layers.LeakyReLU(0.2), layers.ELU())
    same = twin(model, lambda: beside(layers.LeakyReLU(0.2), layers.ELU()))
    with warnings.catch_warnings(action="ignore"):
        found, expected = (WALKING[name](one, images, 1) for one in (model, same))
    np.testing.assert_allclose(found, expected, atol=1e-6)


@pytest.mark.parametrize("end", [layers.Softmax, lambda: functools.partial(keras.activations.softmax, axis=-1)])
def test_activation_of_the_last_layer_may_be_a_layer_or_a_partial(end):
    model = keras.Sequential([keras.Input(SHAPE), layers.Flatten(), head(activation=end())])
    images = images_for("sequential")
    np.testing.assert_allclose(explain.class_probabilities(model, images), model(images), atol=1e-6)
    summed = explain.lrp(model, images, rule="epsilon", epsilon=0).sum(axis=(1, 2))
    assert np.isfinite(summed).all()


def test_layer_with_such_an_activation_has_its_maps_in_the_probe():
    model, images = as_layers(layers.LeakyReLU(), layers.LeakyReLU()), images_for("sequential")
    first, second = (layer.name for layer in model.layers[:2])
    probe = explain.Probe(model, SHAPE)
    assert probe.layers[:2] == probe.kernels == (first, second)
    np.testing.assert_allclose(probe(images).maps(first), model.layers[0](images), atol=1e-6)
    assert explain.spatial_layers(model, images)[:2] == [first, second]


def test_partial_as_activation_before_batch_normalization():
    leaky = functools.partial(keras.activations.relu, negative_slope=0.1)
    model = around(layers.Conv2D(4, 3, activation=leaky), layers.BatchNormalization())
    assert np.isfinite(explain.lrp(model, images_for("sequential"), 0)).all()


class Standardised(layers.Conv2D):
    """A convolution that standardises its kernel first."""

    def call(self, inputs):
        kernel = self.kernel - keras.ops.mean(self.kernel, axis=(0, 1, 2))
        return keras.ops.conv(inputs, kernel, padding="valid")


class Renamed(layers.Conv2D):
    """A convolution like any other."""


def test_derived_layer_is_known_only_if_it_computes_the_same():
    images = images_for("sequential")
    for method in (explain.lrp, explain.deep_taylor, explain.fixations):
        with pytest.raises(ValueError, match=r"is a Standardised: .* has no rule for it"):
            method(around(Standardised(4, 3)), images)
    model = around(Renamed(4, 3))
    np.testing.assert_allclose(
        explain.lrp(model, images, 0), explain.lrp(twin(model, lambda: around(layers.Conv2D(4, 3))), images, 0)
    )


def without_biases(*end):
    start = layers.Conv2D(4, 3, activation="relu", use_bias=False)
    return keras.Sequential([keras.Input(SHAPE), start, layers.Flatten(), *end, layers.Dense(CLASSES, use_bias=False)])


@pytest.mark.filterwarnings("ignore:Layer .* does not have a `quantize` method")
@pytest.mark.parametrize(
    "change",
    [
        lambda model: setattr(model.layers[1], "epsilon", 5.0),
        lambda model: setattr(model.layers[2], "negative_slope", -3.0),
        lambda model: model.layers[-1].enable_lora(2),
        lambda model: setattr(
            model.layers[-1], "call", lambda x, training=None: 3 * keras.ops.matmul(x, model.layers[-1].kernel)
        ),
        lambda model: model.quantize("int8"),
    ],
    ids=["epsilon", "slope", "lora", "call", "int8"],
)
def test_other_changes_are_seen_as_well(change):
    chain = [layers.Conv2D(4, 3, activation="relu"), layers.BatchNormalization(), layers.LeakyReLU()]
    model = keras.Sequential([keras.Input(SHAPE), *chain, layers.GlobalAveragePooling2D(), layers.Dense(CLASSES)])
    images = images_for("sequential")
    explain.scores(model, images, 1)
    change(model)
    if hasattr(model.layers[-1], "lora_kernel_b"):
        model.layers[-1].lora_kernel_b.assign(np.ones(model.layers[-1].lora_kernel_b.shape))
    np.testing.assert_allclose(explain.scores(model, images, 1), model(images)[:, 1], rtol=1e-4, atol=1e-5)


def test_relevance_goes_by_the_kernel_with_what_was_tuned():
    model, images = without_biases(), images_for("sequential")
    model.layers[-1].enable_lora(2)
    model.layers[-1].lora_kernel_b.assign(np.ones((2, CLASSES)))
    found = explain.lrp(model, images, 1, rule="epsilon", epsilon=0).sum(axis=(1, 2))
    np.testing.assert_allclose(found, explain.scores(model, images, 1), rtol=1e-3)


@pytest.mark.filterwarnings("ignore:Layer .* does not have a `quantize` method")
def test_quantized_weights_are_neither_followed_nor_drawn_anew():
    model, images = without_biases(), images_for("sequential")
    model.quantize("int8")
    for method in (explain.lrp, explain.deep_taylor, explain.fixations):
        with pytest.raises(ValueError, match=r"is quantized: .*before quantize\(\)"):
            method(model, images)
    with pytest.raises(ValueError, match=r"is quantized: its weights are whole numbers"):
        explain.evaluate.randomised(model, images)


@pytest.mark.parametrize(
    "layer",
    [
        lambda: layers.SeparableConv2D(3, 3, activation=layers.LeakyReLU(0.2)),
        lambda: layers.DepthwiseConv2D(3, activation=layers.ELU()),
        lambda: layers.Conv2D(3, 3, activation=layers.PReLU()),
        lambda: layers.Conv2D(3, 3, activation=functools.partial(keras.activations.leaky_relu, negative_slope=0.3)),
    ],
    ids=["separable", "depthwise", "prelu", "partial"],
)
def test_other_layers_with_such_activations_conserve(layer):
    odd = layer()
    end = [layers.Flatten(), layers.Dense(CLASSES, use_bias=False)]
    model, images = keras.Sequential([keras.Input(SHAPE), odd, *end]), images_for("sequential")
    found = explain.lrp(model, images, 1, rule="epsilon", epsilon=0).sum(axis=(1, 2))
    np.testing.assert_allclose(found, explain.scores(model, images, 1), rtol=1e-3, atol=1e-5)
    assert explain.last_spatial_layer(model, images) == odd.name
    assert explain.fixations(model, images).shape == images.shape[:-1]
