"""Lesson 03: right answers pass, wrong ones fail for the right reason."""

import numpy as np
import pytest

from coursekit import backend, networks
from coursekit.check import mnist

keras = backend.import_keras()
layers = keras.layers

SHAPES = [(28, 28, 32), (14, 14, 32), (12, 12, 64), (6, 6, 64), (4, 4, 64), (1024,), (64,), (10,)]
COUNTS = [2_432, 18_496, 36_928, 65_600, 650]


def replaced(values, index, value):
    return lambda: [*values[:index], value, *values[index + 1 :]]


def gradients(x, w1, w2, target, *, twice=2, sign=1, hidden_in_w2=True, through_w2=True, relu=True):
    hidden = max(w1 * x, 0)
    back = twice * sign * (w2 * hidden - target)
    gate = (hidden > 0) if relu else 1
    return back * (w2 if through_w2 else 1) * gate * x, back * (hidden if hidden_in_w2 else x)


def with_mistake(**mistake):
    return lambda x, w1, w2, target: gradients(x, w1, w2, target, **mistake)


def convnet(*head, activation="relu", pooling=layers.MaxPooling2D, start=(28, 28, 1)):
    stack = [layers.Conv2D(32, 3, activation=activation), pooling(2)]
    stack += [layers.Conv2D(64, 3, activation=activation), pooling(2), layers.Conv2D(64, 3, activation=activation)]
    stack += [*head, layers.Dense(64, activation=activation), layers.Dense(10, activation="softmax")]
    return keras.Sequential([keras.Input(start), *stack])


def average():
    return layers.GlobalAveragePooling2D()


def sizes(variables):
    return sum(int(np.prod(variable.shape)) for variable in variables)


RIGHT = [
    ("step", lambda weight, gradient, rate: weight - rate * gradient),
    ("two_layer_gradients", gradients),
    ("two_layer_gradients", lambda *given: np.array(gradients(*given))),
    ("output_shapes", lambda: SHAPES),
    ("output_shapes", lambda: tuple(list(shape) for shape in SHAPES)),
    ("parameter_counts", lambda: COUNTS),
    ("parameter_counts", lambda: np.array(COUNTS)),
    ("gap_convnet", lambda: convnet(average())),
    ("gap_convnet", lambda: convnet(layers.AveragePooling2D(3), layers.Reshape((64,)))),
    ("error_reduction", lambda before, after: 1 - (1 - after) / (1 - before)),
    ("trainable_parameters", lambda model: sizes(model.trainable_weights)),
    ("trainable_parameters", lambda model: sum(weight.numpy().size for weight in model.trainable_variables)),
]
WRONG = [
    ("step", lambda weight, gradient, rate: weight + rate * gradient, "uphill"),
    ("step", lambda weight, gradient, rate: weight - gradient, "rate is missing"),
    ("step", lambda weight, gradient, rate: -rate * gradient, "only the change"),
    ("step", lambda weight, gradient, rate: weight - gradient / rate, "larger rate"),
    ("step", lambda weight, gradient, rate: weight * (1 - rate * gradient), "proportion to the weight"),
    ("two_layer_gradients", lambda *given: gradients(*given)[::-1], "wrong order"),
    ("two_layer_gradients", with_mistake(sign=-1), "output minus the target"),
    ("two_layer_gradients", with_mistake(twice=1), "The 2 is missing"),
    ("two_layer_gradients", with_mistake(through_w2=False), "passes w2"),
    ("two_layer_gradients", with_mistake(hidden_in_w2=False), "not x"),
    ("two_layer_gradients", with_mistake(relu=False), "ReLU is off"),
    ("output_shapes", replaced(SHAPES, 3, (7, 7, 64)), "Shape 4 of 8, of the second pooling, has the wrong size"),
    ("output_shapes", replaced(SHAPES, 4, (4, 4, 32)), "Shape 5 of 8, of the third convolution, has the wrong number"),
    ("output_shapes", replaced(SHAPES, 0, (None, 28, 28, 32)), "batch axis"),
    ("output_shapes", replaced(SHAPES, 6, 64), "one number needs a comma"),
    ("output_shapes", replaced(SHAPES, 5, (4, 4, 64)), "has 3 numbers"),
    ("output_shapes", lambda: SHAPES[:-1], "returns 7 shapes; there must be 8"),
    ("output_shapes", lambda: "26, 26, 32", "a list of 8 shapes, not a value of type str"),
    ("parameter_counts", replaced(COUNTS, 0, 2_400), "Number 1 of 5, of the first convolution: the biases are missing"),
    ("parameter_counts", replaced(COUNTS, 0, 832), "for every channel"),
    ("parameter_counts", replaced(COUNTS, 1, 640), "for every channel"),
    ("parameter_counts", replaced(COUNTS, 3, 589_888), "of the first Dense, is too large"),
    ("parameter_counts", replaced(COUNTS, 4, 64), "too small"),
    ("parameter_counts", replaced(COUNTS, 4, 650.0), "no whole number"),
    ("parameter_counts", lambda: sum(COUNTS), "a list of 5 numbers"),
    ("gap_convnet", networks.mnist_gap_convnet(), "The check got a model"),
    ("gap_convnet", lambda: [layers.Flatten()], "must return a Keras model, not a value of type list"),
    ("gap_convnet", lambda: convnet(average(), start=(32, 28, 1)), "The input of the model has shape (32, 28, 1)"),
    ("gap_convnet", networks.mnist_convnet, "There is a Flatten in it"),
    ("gap_convnet", lambda: convnet(layers.GlobalMaxPooling2D()), "something else"),
    ("gap_convnet", lambda: convnet(average(), activation=None), "something else"),
    ("gap_convnet", lambda: convnet(average(), pooling=layers.AveragePooling2D), "something else"),
    ("gap_convnet", lambda: convnet(average(), layers.Dense(64)), "too many"),
    ("gap_convnet", lambda: convnet(), "The output of the model has shape (3, 3, 10)"),
    ("error_reduction", lambda before, after: after - before, "difference of the accuracies"),
    ("error_reduction", lambda before, after: (1 - after) / (1 - before), "errors that is left"),
    ("error_reduction", lambda before, after: (before - after) / (1 - before), "sign is wrong"),
    ("error_reduction", lambda before, after: 100 * (after - before) / (1 - before), "percentage"),
    ("error_reduction", lambda before, after: (after - before) / before, "wrong number"),
    ("error_reduction", lambda before, after: (after - before) / (1 - after), "wrong number"),
    ("trainable_parameters", lambda model: sizes([*model.weights, *model.optimizer.variables]), "optimiser"),
    ("trainable_parameters", lambda model: model.count_params(), "running means"),
    ("trainable_parameters", lambda model: len(model.trainable_weights), "wrong number"),
    ("trainable_parameters", lambda model: 15, "wrong number"),
]


@pytest.mark.parametrize(("name", "answer"), RIGHT)
def test_right_answers(name, answer):
    assert str(getattr(mnist, name)(answer)) == f"✔ correct: {name}"


@pytest.mark.parametrize(("name", "answer", "words"), WRONG)
def test_wrong_answers(name, answer, words):
    result = getattr(mnist, name)(answer)
    assert result.status == "incorrect"
    assert words in result.reason


def test_each_exercise_is_tested_with_wrong_answers():
    names = [name for name, _, _ in WRONG]
    assert all(names.count(name) >= 2 for name in mnist.exercises.all)


@pytest.mark.parametrize(("name", "answers"), [("output_shapes", SHAPES), ("parameter_counts", COUNTS)])
def test_numbers_to_work_out_are_not_given_away(name, answers):
    for index, answer in enumerate(answers):
        wrong = 7 if isinstance(answer, int) else tuple(7 for _ in answer)
        assert str(answer) not in str(getattr(mnist, name)(replaced(answers, index, wrong)))


def test_the_shapes_and_counts_are_those_that_keras_finds():
    colour = keras.Sequential(
        [
            keras.Input((32, 32, 3)),
            layers.Conv2D(32, 5),
            layers.MaxPooling2D(2),
            layers.Conv2D(64, 3),
            layers.MaxPooling2D(2),
            layers.Conv2D(64, 3),
            layers.Flatten(),
            layers.Dense(64),
            layers.Dense(10),
        ]
    )
    assert [layer.output.shape[1:] for layer in colour.layers] == SHAPES
    assert [layer.count_params() for layer in colour.layers if layer.weights] == COUNTS


def test_a_trained_model_is_not_changed_by_its_check():
    model = networks.mnist_gap_convnet()
    before = [weight.numpy() for weight in model.weights]
    mnist.gap_convnet(lambda: model)
    assert all(np.array_equal(old, new.numpy()) for old, new in zip(before, model.weights, strict=True))


@pytest.mark.parametrize(
    ("rates", "score", "status"), [([0.2] * 40, 40, "not attempted"), ([0.125, 2.5], 2, "correct")]
)
def test_the_challenge_counts_steps_and_two_reach_the_goal(rates, score, status):
    """A step of 1 / curvature takes a weight to the bottom at once, and the two weights do not disturb each other."""
    found = mnist.fewest_steps(rates)
    assert (found.value, found.status) == (score, status)


@pytest.mark.parametrize(("rates", "words"), [([0.2], "the loss is"), ([], "one per step"), ([0.1, -1], "above 0")])
def test_the_challenge_says_why_there_is_no_score(rates, words):
    found = mnist.fewest_steps(rates)
    assert found.value is None
    assert words in found.reason
