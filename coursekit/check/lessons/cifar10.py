"""The exercises of lesson 07. Keras is imported by those that need it, when they are called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from coursekit import backend
from coursekit.check.attempt import Attempt, WrongAnswerError
from coursekit.check.differences import difference
from coursekit.check.exercise import Exercises
from coursekit.check.fixed_weights import fill

if TYPE_CHECKING:
    import keras

exercises = Exercises("07_cifar10_residual", __name__)
__getattr__, __dir__ = exercises.missing, exercises.names


@exercises.add(
    "A 3×3 convolution has 9 · channels + 1 numbers for each filter: weights and a bias.",
    "A batch normalisation has four numbers a channel. Two are learned; two are running means, which are only counted.",
    "Where `channels != filters` there is a 1×1 convolution too, (channels + 1) · filters, and a third normalisation.",
    size="core",
)
def block_parameters(attempt: Attempt) -> None:
    """Return how many numbers a residual block has, and how many of them are learned."""
    for channels, filters in ((1, 1), (64, 64), (64, 128), (2, 3)):
        expected = _block_parameters(channels, filters)
        total = expected[0]
        projected = channels != filters
        projection = (channels + 1) * filters + 4 * filters
        known_mistakes = {
            "The normalisations are missing: three where the channels change, two elsewhere."
            if projected
            else "The normalisations are missing: there are two.": expected
            - (3 if projected else 2) * filters * np.array([4, 2]),
            "The biases are missing: one for each filter of every convolution.": expected - (2 + projected) * filters,
            "The two are the wrong way round: first all numbers, then those that are learned.": expected[::-1],
            "The running means of the normalisations are not learned: two of four numbers a channel.": np.array(
                [total, total]
            ),
        }
        if projected:
            known_mistakes |= {
                "The 1×1 projection is missing, with its normalisation: the channels change.": expected
                - np.array([projection, projection - 2 * filters]),
                "The projection's normalisation is missing.": expected - np.array([4 * filters, 2 * filters]),
                "The projection is a 1×1 convolution: each filter has one weight a channel.": expected
                + 8 * channels * filters,
                "The second convolution gets its input from the first: as many channels as there are filters.": expected
                + 9 * (channels - filters) * filters,
            }
        else:
            known_mistakes |= {
                "No projection is needed: as many channels go in as come out.": expected
                + np.array([projection, projection - 2 * filters])
            }
        attempt.must_return(expected, known_mistakes, channels=channels, filters=filters)


@exercises.add(
    "Begin with `keras.Input((32, 32, 3))`. Each line then takes maps and returns maps: "
    "`maps = layers.BatchNormalization()(maps)`.",
    "Two blocks a stage: `maps = residual_block(maps, width)`, twice. Then `layers.MaxPooling2D(2)`, and the next "
    "stage with `2 * width`.",
    "After the last stage: GlobalAveragePooling2D, Dense(512) with ReLU, Dropout(0.5), Dense(10) with softmax. Return "
    "`keras.Model(images, outputs)`.",
    size="stretch",
)
def residual_network(attempt: Attempt) -> None:
    """Return the network: convolution, three stages of two blocks, global average pooling, two dense layers."""
    keras = backend.import_keras()
    from coursekit import networks

    if isinstance(attempt.function, keras.Model):
        raise WrongAnswerError("The check got a model. Pass the function that returns it: its name, without brackets.")
    filters_asked: list[int] = []

    def residual_block(maps: Any, filters: int) -> Any:
        filters_asked.append(filters)
        return networks.residual_block(maps, filters)

    width = 4
    model = attempt(residual_block=residual_block, width=width)
    if not isinstance(model, keras.Model):
        raise WrongAnswerError(f"It must return a Keras model, not a value of type {type(model).__name__}.")
    for end, shape, needed in (("input", model.input_shape, (32, 32, 3)), ("output", model.output_shape, (10,))):
        if shape[1:] != needed:
            raise WrongAnswerError(f"The {end} of the model has shape {shape[1:]}; it must be {needed}.")
    stages = [width, width, 2 * width, 2 * width, 4 * width, 4 * width]
    if filters_asked != stages:
        raise WrongAnswerError(
            f"With width={width}, its blocks have {', '.join(map(str, filters_asked)) or 'no'} filters; they must have "
            f"{', '.join(map(str, stages))}."
        )
    _must_be_the_same_network(model, networks.residual_cifar(width))


@exercises.add(
    "The block returns ReLU(F(x) + x). What must F(x) be, so that x comes out?",
    "F ends in a batch normalisation, which multiplies by gamma and adds beta.",
    "`[layer for layer in block.layers if isinstance(layer, layers.BatchNormalization)][-1]` is the last one. "
    "`.gamma.assign(0 * ...gamma)` sets it; beta likewise.",
    size="core",
)
def make_identity(attempt: Attempt) -> None:
    """Return the same block after its last batch normalisation was changed so that the block returns its input."""
    keras = backend.import_keras()
    from coursekit import networks

    for height, width, channels in ((4, 5, 3), (6, 3, 8)):
        maps = keras.Input((height, width, channels))
        block = keras.Model(maps, networks.residual_block(maps, channels), name=f"block_of_{channels}_channels")
        fill(block)
        before = {variable.path: variable.numpy() for variable in block.weights}
        answer = attempt(block=block)
        if answer is not block:
            raise WrongAnswerError("It must change the block that it is given, and return it: `return block`.")
        changed = {
            "kernel" if "kernel" in variable.path or "bias" in variable.path else variable.name
            for variable in block.weights
            if not np.array_equal(before[variable.path], variable.numpy())
        }
        if "kernel" in changed:
            raise WrongAnswerError(
                "It changes the convolutions. Leave them: with zeros everywhere, no gradient would ever reach them, "
                "and the block could learn nothing any more."
            )
        inputs = np.random.default_rng(0).random((2, height, width, channels), dtype=np.float32)
        outputs = np.asarray(block(inputs, training=False))
        if not difference(outputs, inputs):
            continue
        if not changed:
            raise WrongAnswerError("The block is as it was before. `layer.gamma.assign(...)` changes a weight.")
        last = [layer for layer in block.layers if isinstance(layer, keras.layers.BatchNormalization)][-1]
        if "gamma" not in changed:
            raise WrongAnswerError("The last normalisation still multiplies by gamma, so F(x) depends on x.")
        if not np.any(last.gamma.numpy()):
            raise WrongAnswerError(
                "The same number is added to a whole channel: beta of the last normalisation is not 0."
            )
        raise WrongAnswerError(
            "The block does not return its input. Is it the last batch normalisation that you changed, the one before "
            "the addition?"
        )


@exercises.add(
    "Keep two things: the lowest loss so far, and the epoch in which it was. Go through the losses in order.",
    "Compare with the lowest loss so far, not with the epoch before. Equal is no improvement.",
    "Stop in the epoch in which `epoch - best_epoch == patience`. If that never happens, stop after the last one.",
    size="core",
)
def stop_early(attempt: Attempt) -> None:
    """Return the epoch after which the training stops and the epoch whose weights are kept, both counted from 1."""
    for losses, patience in (
        ([0.9, 0.7, 0.8, 0.75, 0.74, 0.73, 0.6], 3),
        ([0.9, 0.8, 0.6, 0.5], 2),
        ([0.5, 0.5, 0.5, 0.5, 0.4], 2),
        ([0.8, 0.6, 0.7, 0.65, 0.5, 0.9, 0.8, 0.7, 0.6, 0.55], 3),
    ):
        stopped, best = _stop_early(losses, patience)
        expected = np.array([stopped, best])
        known_mistakes = {
            "The two are the wrong way round: first when it stops, then which epoch is kept.": expected[::-1],
            "Epochs are counted from 1 here, not from 0.": expected - 1,
            "It stops one epoch too late: after `patience` epochs without a better loss.": np.array(
                _stop_early(losses, patience + 1)
            ),
            "It compares with the epoch before. Compare with the lowest loss so far.": np.array(
                _stop_early(losses, patience, by_the_last=True)
            ),
            "It keeps the last epoch. Keep the one with the lowest loss.": np.array([stopped, stopped]),
            "It keeps an epoch that comes after the stop: nobody has trained that far.": np.array(
                [stopped, int(np.argmin(losses)) + 1]
            ),
            "Equal is no improvement: the first of the lowest losses counts.": np.array(
                _stop_early(losses, patience, equal_is_better=True)
            ),
        }
        attempt.must_return(expected, known_mistakes, losses=losses, patience=patience)


@exercises.add(
    "Which of the two lists may choose the epoch? Which one is only read?",
    "`np.argmax(validation)` is the place of the best validation accuracy.",
    "Return the test accuracy at that place.",
    size="warm-up",
)
def honest_accuracy(attempt: Attempt) -> None:
    """Return the test accuracy to report, from the validation and the test accuracy of every epoch."""
    for validation, test in (
        ([0.5, 0.7, 0.6, 0.55], [0.51, 0.66, 0.69, 0.6]),
        ([0.81, 0.84, 0.83, 0.79], [0.83, 0.8, 0.85, 0.82]),
    ):
        known_mistakes = {
            "That is the best test accuracy: the test set has chosen the epoch.": max(test),
            "That is a validation accuracy. It has chosen the epoch, so it is too good as well.": max(validation),
            "That is the last epoch. Report the one that the validation set chooses.": test[-1],
            "That is the place of the epoch. Return its test accuracy.": int(np.argmax(validation)),
            "That is the mean over the epochs. Only one of them is kept.": float(np.mean(test)),
        }
        attempt.must_return(
            test[int(np.argmax(validation))],
            known_mistakes,
            validation=np.array(validation),
            test=np.array(test),
        )


def _block_parameters(channels: int, filters: int) -> NDArray[np.int64]:
    """Return all numbers of a block and those that are learned."""
    convolutions = (9 * channels + 1) * filters + (9 * filters + 1) * filters
    normalisations = 2
    if channels != filters:
        convolutions += (channels + 1) * filters
        normalisations = 3
    return convolutions + normalisations * filters * np.array([4, 2])


def _stop_early(
    losses: list[float], patience: int, by_the_last: bool = False, equal_is_better: bool = False
) -> tuple[int, int]:
    """Return when Keras' EarlyStopping stops and what it restores; the switches make typical mistakes."""
    lowest, best, waited = np.inf, 0, 0
    for epoch, loss in enumerate(losses, start=1):
        better = loss <= lowest if equal_is_better else loss < lowest
        waited = 0 if better else waited + 1
        if better:
            lowest, best = loss, epoch
        if waited == patience:
            return epoch, best
        if by_the_last:
            lowest = loss
    return len(losses), best


def _must_be_the_same_network(model: keras.Model, reference: keras.Model) -> None:
    """Compare what both compute with weights that do not depend on the order of the layers."""
    count, needed = model.count_params(), reference.count_params()
    if count != needed:
        few = "few" if count < needed else "many"
        raise WrongAnswerError(f"With width=4 the model has {count:,} parameters. These are too {few}: {needed:,}.")
    if sorted(tuple(v.shape) for v in model.weights) != sorted(tuple(v.shape) for v in reference.weights):
        raise WrongAnswerError("The number of parameters is right, but the layers are not.")
    images = np.random.default_rng(0).random((3, 32, 32, 3), dtype=np.float32)
    before = model.get_weights()
    for one in (model, reference):
        fill(one)
    given, expected = (np.asarray(one(images, training=False)) for one in (model, reference))
    model.set_weights(before)
    if np.abs(given.sum(axis=1) - 1).max() > 1e-4:
        raise WrongAnswerError("The ten outputs do not sum to 1: probabilities need softmax.")
    if difference(given, expected):
        raise WrongAnswerError(
            "The layers have the right sizes, but they compute something else. Needed: ReLU after the first "
            "normalisation, max pooling between the stages, the average at the end, ReLU after the 512 units."
        )
    keras = backend.import_keras()
    rates = [layer.rate for layer in model.layers if isinstance(layer, keras.layers.Dropout)]
    if rates != [0.5]:
        raise WrongAnswerError("One Dropout(0.5) stands between the two dense layers.")


_TRAININGS, _EPOCHS, _JUDGES = 300, 40, 300


@exercises.challenge(goal=0.3, unit="points lost", lower_is_better=True)
def lost_by_choice(epoch_to_keep: object) -> float:
    """Choose an epoch from 40 noisy validation accuracies; the score is the true accuracy that the choice loses."""
    attempt = Attempt(epoch_to_keep)
    lost = []
    for true, seen in made_up_trainings():
        chosen = attempt(accuracies=seen)
        if not (isinstance(chosen, int | np.integer) and 0 <= chosen < len(true)):
            raise WrongAnswerError(f"Return a whole number from 0 to {len(true) - 1}, the place of an epoch.")
        lost.append(true.max() - true[chosen])
    return 100 * float(np.mean(lost))


def made_up_trainings() -> list[tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """Return the true accuracy of each epoch, which rises and then falls, and what 300 images show of it."""
    generator = np.random.default_rng(7)
    epochs = np.arange(_EPOCHS)
    trainings = []
    for _ in range(_TRAININGS):
        peak, height = generator.uniform(8, 34), generator.uniform(0.7, 0.9)
        true = height - generator.uniform(0.3, 0.8) * ((epochs - peak) / _EPOCHS) ** 2
        trainings.append((true, generator.binomial(_JUDGES, true) / _JUDGES))
    return trainings
