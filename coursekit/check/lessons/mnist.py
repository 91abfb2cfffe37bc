"""The exercises of lesson 03. Keras is imported by those that need it, when they are called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from coursekit import backend, descent
from coursekit.check.attempt import Attempt, WrongAnswerError
from coursekit.check.differences import WRONG_NUMBER, difference
from coursekit.check.exercise import Exercises

if TYPE_CHECKING:
    import keras

exercises = Exercises("03_mnist_convnet", __name__)
__getattr__, __dir__ = exercises.missing, exercises.names

_REACHED = 0.001
# Of the convnet for colour images of 32×32 pixels whose first kernels are 5×5: no lesson prints its numbers.
_SHAPES = {
    "the first convolution": (28, 28, 32),
    "the first pooling": (14, 14, 32),
    "the second convolution": (12, 12, 64),
    "the second pooling": (6, 6, 64),
    "the third convolution": (4, 4, 64),
    "Flatten": (1024,),
    "the first Dense": (64,),
    "the second Dense": (10,),
}
# (weights of one unit or filter, number of units or filters)
_WINDOWS = {"the first convolution": 5 * 5, "the second convolution": 3 * 3, "the third convolution": 3 * 3}
_LEARNED = {
    "the first convolution": (5 * 5 * 3, 32),
    "the second convolution": (3 * 3 * 32, 64),
    "the third convolution": (3 * 3 * 64, 64),
    "the first Dense": (1024, 64),
    "the second Dense": (64, 10),
}


@exercises.add(
    "The gradient points uphill. In which direction must the weight go?",
    "The step is the learning rate times the gradient.",
    "Subtract rate · gradient from the weight.",
    size="warm-up",
)
def step(attempt: Attempt) -> None:
    """Return a weight after one step of gradient descent, from the weight, the gradient and the learning rate."""
    for weight, gradient, rate in ((3.0, 4.0, 0.5), (-1.5, -16.0, 0.1), (0.25, 0.0, 0.3)):
        move = rate * gradient
        known_mistakes = {
            "That is a step uphill: the loss grows in the direction of the gradient.": weight + move,
            "The learning rate is missing.": weight - gradient,
            "That is only the change. Add it to the weight.": -move,
            "The step is divided by the learning rate. A larger rate must make a larger step.": weight
            - gradient / rate,
            "The step is in proportion to the weight. It must not depend on the weight itself.": weight * (1 - move),
        }
        attempt.must_return(weight - move, known_mistakes, weight=weight, gradient=gradient, rate=rate)


@exercises.add(
    "Go forward first and keep every number: the hidden number, the output, the loss.",
    "Then go backward. By the output the loss has the derivative 2 · (output − target). Multiply it on.",
    "By w2: that times the hidden number. By w1: that times w2 and times x, or 0 where the ReLU is off.",
    size="core",
)
def two_layer_gradients(attempt: Attempt) -> None:
    """Return dLoss/dw1 and dLoss/dw2 of (w2 · relu(w1 · x) − target)²."""
    for x, w1, w2, target in ((2.0, 0.5, 3.0, 1.0), (1.0, 2.0, -1.5, 0.5), (3.0, -1.0, 2.0, 1.0)):
        hidden = max(w1 * x, 0.0)
        error = w2 * hidden - target
        back = 2 * error * w2 * (hidden > 0)
        expected = np.array([back * x, 2 * error * hidden])
        known_mistakes = {
            "The two are in the wrong order: dLoss/dw1 comes first.": expected[::-1],
            "The signs are wrong: the error is the output minus the target.": -expected,
            "The 2 is missing: the derivative of a square is twice what was squared.": expected / 2,
            "What goes back to w1 passes w2 on its way: multiply by it.": np.array(
                [2 * error * (hidden > 0) * x, expected[1]]
            ),
            "By w2 the derivative has the hidden number in it, not x.": np.array([expected[0], 2 * error * x]),
        }
        if hidden == 0:
            known_mistakes["Where the ReLU is off, nothing goes back to w1."] = np.array([2 * error * w2 * x, 0.0])
        attempt.must_return(expected, known_mistakes, x=x, w1=w1, w2=w2, target=target)


@exercises.add(
    "Without padding a 5×5 kernel takes four from each side and a 3×3 kernel two. Pooling halves each side.",
    "Height and width come from the image, the number of channels from the filters. Pooling keeps the channels.",
    "`Flatten` has one axis, as long as height · width · channels. A shape with one number is written `(64,)`.",
    size="core",
)
def output_shapes(attempt: Attempt) -> None:
    """Return the output shapes of the eight layers of the colour convnet, in order, without the batch axis."""
    answer = _as_list(attempt(), "shapes", len(_SHAPES))
    for number, ((layer, expected), shape) in enumerate(zip(_SHAPES.items(), answer, strict=True), start=1):
        which = f"Shape {number} of {len(_SHAPES)}, of {layer},"
        if not isinstance(shape, tuple | list):
            raise WrongAnswerError(f"{which} is no shape but {shape!r}. Write a tuple; one number needs a comma: (7,).")
        if None in shape:
            raise WrongAnswerError(f"{which} has the batch axis in it. Leave it out.")
        if len(shape) != len(expected):
            raise WrongAnswerError(f"{which} has {len(shape)} numbers. That is not how many axes this layer puts out.")
        if tuple(shape) != expected:
            wrong = "number of channels" if tuple(shape)[:-1] == expected[:-1] and len(expected) > 1 else "size"
            raise WrongAnswerError(f"{which} has the wrong {wrong}: {tuple(shape)}. The shapes before it are right.")


@exercises.add(
    "Each filter of a convolution has a kernel for every channel of its input, and one bias.",
    "Each unit of a Dense layer has one weight for every number of its input, and one bias.",
    "The first: (5 · 5 · 3 + 1) · 32. The next: (3 · 3 · 32 + 1) · 64. `Flatten` hands on 4 · 4 · 64 numbers.",
    size="core",
)
def parameter_counts(attempt: Attempt) -> None:
    """Return how many parameters each of the five layers that learn has, in order: weights and biases."""
    answer = _as_list(attempt(), "numbers", len(_LEARNED))
    for number, ((layer, (weights, units)), count) in enumerate(zip(_LEARNED.items(), answer, strict=True), start=1):
        expected = (weights + 1) * units
        reason = difference(count, expected)
        if reason is None:
            continue
        which = f"Number {number} of {len(_LEARNED)}, of {layer}"
        if reason != WRONG_NUMBER:
            raise WrongAnswerError(f"{which}, is no whole number: {count!r}.")
        if count == weights * units:
            raise WrongAnswerError(f"{which}: the biases are missing.")
        if count == (_WINDOWS.get(layer, 0) + 1) * units:
            raise WrongAnswerError(f"{which}: each filter has a kernel for every channel of its input.")
        raise WrongAnswerError(f"{which}, is too {'large' if count > expected else 'small'}: {count}.")


@exercises.add(
    "The error rate is 1 − accuracy.",
    "From 50 % to 75 % accuracy: there were 50 % errors and there are 25 %. Which part of them is gone?",
    "Divide the difference of the two error rates by the first one.",
    size="warm-up",
)
def error_reduction(attempt: Attempt) -> None:
    """Return the fraction of the errors that the better network removes, from the accuracy before and after."""
    for before, after in ((0.5, 0.75), (0.8, 0.95), (0.978, 0.9833)):
        expected = (after - before) / (1 - before)
        known_mistakes = {
            "That is the difference of the accuracies. Which part of the errors is it?": after - before,
            "The sign is wrong: where errors are removed, the fraction is positive.": -expected,
            "That is the part of the errors that is left.": (1 - after) / (1 - before),
            "That is a percentage. Return a fraction: 1 is all.": 100 * expected,
        }
        attempt.must_return(expected, known_mistakes, accuracy_before=before, accuracy_after=after)


@exercises.add(
    "Copy the convnet of section 3. One line changes.",
    "`layers.GlobalAveragePooling2D()` stands where `layers.Flatten()` stood.",
    "The two dense layers stay: 64 units with ReLU, 10 with softmax.",
    size="stretch",
)
def gap_convnet(attempt: Attempt) -> None:
    """Return the convnet of the lesson with global average pooling in place of Flatten."""
    model = _image_model(attempt)
    from keras import layers

    from coursekit import networks

    if any(isinstance(layer, layers.Flatten) for layer in model.layers):
        raise WrongAnswerError("There is a Flatten in it. Put global average pooling in its place.")
    what = "ReLU in all layers but the last, max pooling between, the average at the end"
    _must_compute_the_same(model, networks.mnist_gap_convnet(), what)


@exercises.add(
    "Which list of the model has what training changes, and nothing of the optimiser? Try `model.` and the Tab key.",
    "`model.trainable_weights` is that list. Each entry has a shape.",
    "`np.prod(weight.shape)` is how many numbers there are in one of them. Sum over the list.",
    size="core",
)
def trainable_parameters(attempt: Attempt) -> None:
    """Return how many numbers of a model are learned, whether it has been trained or not."""
    keras = backend.import_keras()
    from keras import layers

    dense = keras.Sequential([keras.Input((4,)), layers.Dense(3)], name="four_inputs_three_units")
    normalised = keras.Sequential(
        [keras.Input((5, 7, 2)), layers.Conv2D(4, (3, 2)), layers.BatchNormalization()],
        name="convolution_with_batch_normalisation",
    )
    for model in (dense, normalised):
        model.compile(optimizer="rmsprop", loss="mean_squared_error")
        model.optimizer.build(model.trainable_variables)
        expected = sum(weight.numpy().size for weight in model.trainable_weights)
        optimiser = sum(variable.numpy().size for variable in model.optimizer.variables)
        known_mistakes = {
            "It also counts what is not learned: the running means of batch normalisation.": model.count_params(),
            "It also counts the variables of the optimiser.": expected + optimiser,
        }
        attempt.must_return(expected, known_mistakes, model=model)


@exercises.challenge(3, unit="steps", lower_is_better=True)
def fewest_steps(rates: object) -> float:
    """Reach a loss of 0.001 in the valley of two weights, from (−1.5, 1), with a learning rate of your own per step."""
    steps = np.asarray(rates, np.float64)
    if steps.ndim != 1 or len(steps) == 0 or not (steps > 0).all():
        raise WrongAnswerError("Pass a list of learning rates above 0, one per step: [0.2, 0.2, 0.1].")
    weights = descent.descend("two weights", -1.5, 0.1, steps=0).weights[0]
    valley = descent.LANDSCAPES["two weights"]
    for rate in steps:
        weights = descent.step(weights, valley.gradient(weights), rate)
    loss = float(valley.loss(weights))
    if loss > _REACHED:
        raise WrongAnswerError(f"After {len(steps)} steps the loss is {loss:.3g}, and it must be {_REACHED} or less.")
    return len(steps)


def _as_list(answer: object, what: str, length: int) -> list[Any]:
    if not isinstance(answer, list | tuple | np.ndarray):
        raise WrongAnswerError(
            f"It must return a list of {length} {what}, not a value of type {type(answer).__name__}."
        )
    if len(answer) != length:
        raise WrongAnswerError(f"It returns {len(answer)} {what}; there must be {length}.")
    return list(answer)


def _image_model(attempt: Attempt) -> keras.Model:
    """Return the model that the attempt builds, if it makes ten numbers from a 28 by 28 image."""
    keras = backend.import_keras()
    if isinstance(attempt.function, keras.Model):
        raise WrongAnswerError("The check got a model. Pass the function that returns it: its name, without brackets.")
    model = attempt()
    if not isinstance(model, keras.Model):
        raise WrongAnswerError(f"It must return a Keras model, not a value of type {type(model).__name__}.")
    if not model.built:
        raise WrongAnswerError(
            "The model does not know how large its input is. Begin it with keras.Input((28, 28, 1))."
        )
    for end, shape, needed in (("input", model.input_shape, (28, 28, 1)), ("output", model.output_shape, (10,))):
        if shape[1:] != needed:
            raise WrongAnswerError(f"The {end} of the model has shape {shape[1:]}; it must be {needed}.")
    return model


def _must_compute_the_same(model: keras.Model, reference: keras.Model, what: str) -> None:
    """Give the reference the weights of the model, and compare what both compute."""
    count, needed = (sum(weight.numpy().size for weight in one.trainable_weights) for one in (model, reference))
    if count != needed:
        few = "few" if count < needed else "many"
        raise WrongAnswerError(f"The model has {count:,} parameters. These are too {few}: compare layers and sizes.")
    weights = [weight.numpy() for weight in model.trainable_weights]
    if [weight.shape for weight in weights] != [weight.shape for weight in reference.trainable_weights]:
        raise WrongAnswerError("The number of parameters is right, but the layers are not.")
    reference.set_weights(weights)
    images = np.random.default_rng(0).random((3, 28, 28, 1), dtype=np.float32)
    given, expected = (np.asarray(one(images, training=False)) for one in (model, reference))
    if np.abs(given.sum(axis=1) - 1).max() > 1e-4:
        raise WrongAnswerError("The ten outputs do not sum to 1: probabilities need softmax.")
    if difference(given, expected):
        raise WrongAnswerError(f"The layers have the right sizes, but they compute something else. Needed: {what}.")
