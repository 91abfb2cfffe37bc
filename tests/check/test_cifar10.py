"""Lesson 07: right answers pass, wrong ones fail for the right reason."""

import itertools

import numpy as np
import pytest

from coursekit import backend
from coursekit.check import cifar10

keras = backend.import_keras()
layers = keras.layers


def block_parameters(
    channels, filters, second=None, biases=1, normalised=4, projected=None, kernel=1, projection_normalised=True
):
    """All parameters and those learned; every argument but the first two makes one mistake."""
    projected = channels != filters if projected is None else projected
    convolutions = (9 * channels + biases) * filters + (9 * (second or filters) + biases) * filters
    normalisations = 2
    if projected:
        convolutions += (kernel * channels + biases) * filters
        normalisations += projection_normalised
    return (
        convolutions + normalised * normalisations * filters,
        convolutions + normalised // 2 * normalisations * filters,
    )


def counting(**mistake):
    return lambda channels, filters: block_parameters(channels, filters, **mistake)


def network(
    stages=(1, 2, 4),
    blocks=2,
    first_activation="relu",
    pooling=layers.MaxPooling2D,
    head="average",
    units="relu",
    dropout=0.5,
    last="softmax",
    size=32,
    own_block=None,
):
    def build(residual_block, width):
        block = own_block or residual_block
        images = keras.Input((size, size, 3))
        maps = layers.BatchNormalization()(layers.Conv2D(width, 3, padding="same")(images))
        maps = layers.Activation(first_activation)(maps)
        for number, factor in enumerate(stages):
            maps = pooling(2)(maps) if number else maps
            for _ in range(blocks):
                maps = block(maps, factor * width)
        pool = layers.GlobalAveragePooling2D() if head == "average" else layers.GlobalMaxPooling2D()
        numbers = layers.Dense(512, activation=units)(pool(maps))
        if dropout:
            numbers = layers.Dropout(dropout)(numbers)
        return keras.Model(images, layers.Dense(10, activation=last)(numbers))

    return build


def shortcut_first(maps, filters):
    """The right block in another order: the layers of the network come in another order too."""
    short = maps
    if maps.shape[-1] != filters:
        short = layers.BatchNormalization()(layers.Conv2D(filters, 1, padding="same")(maps))
    inner = layers.ReLU()(layers.BatchNormalization()(layers.Conv2D(filters, 3, padding="same")(maps)))
    inner = layers.BatchNormalization()(layers.Conv2D(filters, 3, padding="same")(inner))
    return layers.Activation("relu")(short + inner)


def other_block(residual_block, width):
    """The right network, if it asks for blocks and then takes its own."""

    def block(maps, filters):
        residual_block(maps, filters)
        return shortcut_first(maps, filters)

    return network(own_block=block)(residual_block, width)


def normalisations(block):
    return [layer for layer in block.layers if isinstance(layer, layers.BatchNormalization)]


def zero(*names, place=-1):
    def change(block):
        for name in names:
            weight = getattr(normalisations(block)[place], name)
            weight.assign(np.zeros(weight.shape))
        return block

    return change


def zero_everything(block):
    block.set_weights([np.zeros_like(weight) for weight in block.get_weights()])
    return block


def stop_early(losses, patience):
    best = 0
    for epoch in range(len(losses)):
        best = epoch if losses[epoch] < losses[best] else best
        if epoch == best + patience:
            break
    return [epoch + 1, best + 1]


def stop_late(losses, patience):
    return stop_early(losses, patience + 1)


def stop_by_the_epoch_before(losses, patience):
    best, waited = 1, 0
    for epoch, (before, now) in enumerate(itertools.pairwise(losses), start=2):
        waited = 0 if now < before else waited + 1
        best = epoch if now < before else best
        if waited == patience:
            return epoch, best
    return len(losses), best


def stop_and_search_everywhere(losses, patience):
    return stop_early(losses, patience)[0], int(np.argmin(losses)) + 1


def stop_with_equal_as_better(losses, patience):
    stopped, best = stop_early((-1e-9 * np.arange(len(losses)) + losses).tolist(), patience)
    return stopped, best


RIGHT = [
    ("block_parameters", block_parameters),
    ("block_parameters", lambda channels, filters: list(block_parameters(channels, filters))),
    ("residual_network", network()),
    ("residual_network", other_block),
    ("make_identity", zero("gamma", "beta")),
    ("stop_early", stop_early),
    ("stop_early", lambda losses, patience: np.array(stop_early(losses, patience))),
    ("honest_accuracy", lambda validation, test: test[validation.argmax()]),
    ("honest_accuracy", lambda validation, test: float(dict(zip(validation, test, strict=True))[max(validation)])),
]
WRONG = [
    ("block_parameters", counting(normalised=0), "normalisations are missing"),
    ("block_parameters", counting(biases=0), "biases are missing"),
    ("block_parameters", counting(projected=True), "No projection is needed"),
    ("block_parameters", counting(projected=False), "projection is missing"),
    ("block_parameters", counting(projection_normalised=False), "The projection's normalisation is missing"),
    ("block_parameters", counting(kernel=9), "The projection is a 1×1 convolution"),
    ("block_parameters", lambda channels, filters: block_parameters(channels, filters, second=channels), "as many"),
    ("block_parameters", lambda channels, filters: block_parameters(channels, filters)[::-1], "wrong way round"),
    ("block_parameters", lambda channels, filters: (block_parameters(channels, filters)[0],) * 2, "running means"),
    ("block_parameters", lambda channels, filters: block_parameters(channels, filters)[0], "a single number"),
    ("residual_network", network(stages=(1, 1, 1)), "its blocks have 4, 4, 4, 4, 4, 4 filters; they must have 4, 4, 8"),
    ("residual_network", network(blocks=1), "they must have 4, 4, 8, 8, 16, 16"),
    ("residual_network", network(own_block=shortcut_first), "its blocks have no filters"),
    ("residual_network", network(first_activation="linear"), "something else"),
    ("residual_network", network(pooling=layers.AveragePooling2D), "something else"),
    ("residual_network", network(head="largest"), "something else"),
    ("residual_network", network(units="linear"), "something else"),
    ("residual_network", network(last="linear"), "softmax"),
    ("residual_network", network(dropout=None), "One Dropout(0.5)"),
    ("residual_network", network(dropout=0.2), "One Dropout(0.5)"),
    ("residual_network", network(size=28), "input of the model has shape (28, 28, 3)"),
    ("residual_network", lambda residual_block, width: [1], "must return a Keras model, not a value of type list"),
    ("residual_network", lambda width: None, "It takes (width), but the check calls it with residual_block, width"),
    ("make_identity", zero("gamma"), "beta of the last normalisation is not 0"),
    ("make_identity", zero("beta"), "still multiplies by gamma"),
    ("make_identity", zero("gamma", "beta", place=0), "Is it the last batch normalisation"),
    ("make_identity", zero_everything, "It changes the convolutions"),
    ("make_identity", lambda block: block, "as it was before"),
    ("make_identity", lambda block: 1, "return block"),
    ("stop_early", stop_late, "one epoch too late"),
    ("stop_early", stop_by_the_epoch_before, "compares with the epoch before"),
    ("stop_early", stop_and_search_everywhere, "comes after the stop"),
    ("stop_early", stop_with_equal_as_better, "Equal is no improvement"),
    ("stop_early", lambda losses, patience: stop_early(losses, patience)[::-1], "wrong way round"),
    ("stop_early", lambda losses, patience: [n - 1 for n in stop_early(losses, patience)], "counted from 1"),
    ("stop_early", lambda losses, patience: [stop_early(losses, patience)[0]] * 2, "keeps the last epoch"),
    ("honest_accuracy", lambda validation, test: test.max(), "the test set has chosen"),
    ("honest_accuracy", lambda validation, test: validation.max(), "That is a validation accuracy"),
    ("honest_accuracy", lambda validation, test: test[-1], "That is the last epoch"),
    ("honest_accuracy", lambda validation, test: int(validation.argmax()), "the place of the epoch"),
]


@pytest.mark.parametrize(("name", "answer"), RIGHT)
def test_right_answers(name, answer):
    assert str(getattr(cifar10, name)(answer)) == f"✔ correct: {name}"


# To build a network takes a second; each exercise has quick cases, this one those that stop before it is built.
BUILT = [
    pytest.param(*case, marks=pytest.mark.slow) if case[2] in ("something else", "One Dropout(0.5)") else case
    for case in WRONG
]


@pytest.mark.parametrize(("name", "answer", "words"), BUILT)
def test_wrong_answers(name, answer, words):
    result = getattr(cifar10, name)(answer)
    assert result.status == "incorrect"
    assert words in result.reason


def test_each_exercise_is_tested_with_wrong_answers():
    names = [name for name, _, _ in WRONG]
    assert all(names.count(name) >= 2 for name in cifar10.exercises.all)


def test_the_counts_of_a_block_are_those_that_keras_counts():
    for channels, filters in ((3, 3), (3, 5)):
        maps = keras.Input((4, 4, channels))
        block = keras.Model(maps, shortcut_first(maps, filters))
        learned = sum(weight.numpy().size for weight in block.trainable_weights)
        assert block_parameters(channels, filters) == (block.count_params(), learned)


def test_a_trained_network_is_not_changed_by_its_check():
    built = []

    def build(residual_block, width):
        built.append(network()(residual_block, width))
        before.extend(built[0].get_weights())
        return built[0]

    before = []
    cifar10.residual_network(build)
    assert all(np.array_equal(old, new) for old, new in zip(before, built[0].get_weights(), strict=True))


def smoothed(accuracies):
    """Keep the highest point of a parabola through all epochs."""
    epochs = np.arange(len(accuracies))
    return int(np.argmax(np.polyval(np.polyfit(epochs, accuracies, 2), epochs)))


@pytest.mark.parametrize(("rule", "met"), [(smoothed, True), (lambda accuracies: int(np.argmax(accuracies)), False)])
def test_the_challenge_is_met_by_a_rule_that_looks_at_more_than_one_epoch(rule, met):
    assert cifar10.lost_by_choice.goal.met(cifar10.lost_by_choice(rule).value) is met


def test_the_challenge_wants_the_place_of_an_epoch():
    assert "0 to 39" in cifar10.lost_by_choice(lambda accuracies: max(accuracies)).reason
