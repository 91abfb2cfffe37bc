"""The exercises of lesson 06. Keras and TensorFlow are imported by those that need them, when they are called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logsumexp, softmax

from coursekit import backend
from coursekit.check.attempt import Attempt, WrongAnswerError
from coursekit.check.differences import counter_example, difference, numbers
from coursekit.check.embeddings import synthetic_embeddings
from coursekit.check.exercise import Exercises
from coursekit.check.positions import chosen_positions

if TYPE_CHECKING:
    import keras

exercises = Exercises("06_flowers", __name__)
__getattr__, __dir__ = exercises.missing, exercises.names

_DROPOUT = 0.2


@exercises.add(
    "Two steps: make 64 bits of each image, then count where the two rows of bits differ.",
    "`image.reshape(8, height // 8, 8, width // 8)` cuts an image into 8 times 8 blocks. Axes 1 and 3 are the rows "
    "and the columns inside a block: take the mean over both.",
    "The bits are `blocks > blocks.mean()`. `(a != b).sum()` counts the places where two arrays differ.",
    size="core",
)
def bits_apart(attempt: Attempt) -> None:
    """Return in how many of 64 bits two grey images differ: one bit a block, set where it is brighter than the mean.

    Height and width are multiples of 8.
    """
    rng = np.random.default_rng(0)
    small, wide = rng.random((8, 8)).round(1), 0.4 * rng.random((16, 24)) ** 3
    for image, other in (
        (small, small.T.copy()),
        (small, 0.5 * small + 0.3),
        (wide, 0.4 * rng.random((16, 24))),
    ):
        first, second = _bits(image), _bits(other)
        expected = int((first != second).sum())
        blocks = [_blocks(one) for one in (image, other)]
        known_mistakes = {
            "That is a share of the 64 bits. Count them.": expected / 64,
            "That counts the bits that are the same.": 64 - expected,
            "Both images are compared with 0.5. Compare each with its own mean: it may be darker as a whole.": int(
                ((blocks[0] > 0.5) != (blocks[1] > 0.5)).sum()
            ),
            "Both images are compared with the mean of the first. Compare each with its own.": int(
                (first != (blocks[1] > blocks[0].mean())).sum()
            ),
            "It counts pixels. Take the mean of each of the 8 times 8 blocks first.": int(
                ((image > image.mean()) != (other > other.mean())).sum()
            ),
        }
        attempt.must_return(expected, known_mistakes, image=image, other=other)


@exercises.add(
    "Label 0 is the class `names[0]`. At which place does that name stand in `folder_names`?",
    "`folder_names.index(name)` gives the place of a name.",
    "Make the new number of each class first, `[folder_names.index(name) for name in names]`, as a NumPy array. "
    "Indexed with `labels`, it gives all new labels at once.",
    size="core",
)
def to_folder_order(attempt: Attempt) -> None:
    """Return labels that count the classes as `folder_names` does, from labels that count them as `names` does."""
    for names, labels in (
        (["dog", "cat"], [0, 0, 1]),
        (["dog", "fox", "cat"], [0, 1, 2, 2]),
        (["dandelion", "daisy", "tulips", "sunflowers", "roses"], [3, 0, 4, 1, 2, 3, 0]),
    ):
        folder_names, numbers = sorted(names), np.array(labels)
        new = np.array([folder_names.index(name) for name in names])
        backwards = np.array([names.index(name) for name in folder_names])
        known_mistakes = {
            "The labels are the old ones.": numbers,
            "That is the way back: from the folders' numbers to the others.": backwards[numbers],
        }
        attempt.must_return(new[numbers], known_mistakes, labels=numbers, names=names, folder_names=folder_names)


@exercises.add(
    "Which of the two is the network judged on? Must its images be the same in every epoch?",
    "`map` changes every batch of a data set: `train.map(lambda images, labels: (augment(images), labels))`.",
    "Leave the line for `train` as it is, drop the other one, and `return train, validation`.",
    size="warm-up",
)
def augmented(attempt: Attempt) -> None:
    """Return two data sets, for training and for validation, of which only what must be augmented is."""
    import tensorflow as tf

    def augment(images: Any, training: bool = True) -> Any:  # as Keras' random layers
        return images + 10.0 if training else images

    images, labels = np.arange(12, dtype=np.float32).reshape(3, 2, 2, 1), np.array([2, 0, 1])
    train = tf.data.Dataset.from_tensor_slices((images, labels)).batch(2)
    validation = tf.data.Dataset.from_tensor_slices((images + 100, labels)).batch(2)
    answer = attempt(train=train, validation=validation, augment=augment)
    if not isinstance(answer, tuple | list) or len(answer) != 2:
        raise WrongAnswerError("It must return two data sets: `return train, validation`.")
    new_train, new_validation = (_joined(one, name) for one, name in zip(answer, ("first", "second"), strict=True))
    if np.array_equal(new_train[0], images + 100) or np.array_equal(new_validation[0], images):
        raise WrongAnswerError("They are the wrong way round: first the data set for training, then for validation.")
    if not np.array_equal(new_validation[0], images + 100):
        raise WrongAnswerError(
            "The validation images are changed. Then it is luck how hard they are, and each epoch has another test."
        )
    if np.array_equal(new_train[0], images):
        raise WrongAnswerError("The training images are as before: `augment` must be called on each batch of them.")
    if not np.array_equal(new_train[0], images + 10):
        raise WrongAnswerError("The training images are not what one call of `augment` makes of them.")
    if not (np.array_equal(new_train[1], labels) and np.array_equal(new_validation[1], labels)):
        raise WrongAnswerError("The labels are not the same as before. Augmentation leaves them alone.")


@exercises.add(
    "Copy the baseline. `penalty = keras.regularizers.L2(l2)`, and every layer with a kernel gets "
    "`kernel_regularizer=penalty`.",
    "Five layers have a kernel: three convolutions, two dense layers.",
    "`layers.Dropout(0.2)` stands between the two dense layers.",
    size="core",
)
def improved_convnet(attempt: Attempt) -> None:
    """Return the baseline for images of `size` pixels with dropout 0.2 before the output and L2 on all kernels.

    `l2` is the weight of the penalty.
    """
    keras = backend.import_keras()
    from coursekit import networks

    if isinstance(attempt.function, keras.Model):
        raise WrongAnswerError("The check got a model. Pass the function that returns it: its name, without brackets.")
    for size, l2 in ((32, 1e-2), (46, 1e-3)):
        model = attempt(size=size, l2=l2)
        if not isinstance(model, keras.Model):
            raise WrongAnswerError(f"It must return a Keras model, not a value of type {type(model).__name__}.")
        if not model.built:
            raise WrongAnswerError(
                "The model does not know how large its input is. Begin it with keras.Input((size, size, 3))."
            )
        if tuple(model.input_shape[1:]) != (size, size, 3):
            raise WrongAnswerError(
                f"With size={size} its input has the shape {tuple(model.input_shape[1:])}. It must be (size, size, 3)."
            )
        reference = networks.flower_convnet(size, dropout=_DROPOUT, l2=l2)
        if model.count_params() != reference.count_params():
            few = "few" if model.count_params() < reference.count_params() else "many"
            raise WrongAnswerError(
                f"The model has {model.count_params():,} parameters, which is too {few}. Neither dropout nor L2 "
                "changes how many there are: they are those of the baseline."
            )
        _must_drop(model)
        _must_be_penalised(model, reference, l2)
        images = np.random.default_rng(0).random((2, size, size, 3), dtype=np.float32)
        if difference(np.asarray(model(images)), np.asarray(reference(images))):
            raise WrongAnswerError(
                "Dropout and L2 are right, but the layers compute something else than the baseline's."
            )


@exercises.add(
    "All of them must be positive, and each row must sum to 1. `np.exp` makes every number positive.",
    "Divide `np.exp(logits)` by its sum. Each image is a row: `sum(axis=1, keepdims=True)`.",
    "`np.exp(1000)` is infinite. Take the largest number of the row off first: the probabilities stay the same.",
    size="core",
)
def to_probabilities(attempt: Attempt) -> None:
    """Return the probabilities, one row an image, that belong to logits of shape (images, classes)."""
    for rows in ([[0, 1, 2]], [[2.1, -0.3, 3.5], [0.4, -1.2, -4]], [[1000, 999], [-1000, -1000], [0, 3]]):
        logits = np.array(rows, dtype=float)
        with np.errstate(all="ignore"):
            known_mistakes = {
                "The numbers are divided by their sum. Negative ones stay negative: apply np.exp first.": logits
                / logits.sum(axis=1, keepdims=True),
                "All images together sum to 1. Each row must.": softmax(logits),
                "That is the sigmoid of each number: a row does not sum to 1.": expit(logits),
                "np.exp is right, but each row must sum to 1.": np.exp(logits),
                "That is the sum over the images. Divide each row by its own sum (axis=1).": softmax(logits, axis=0),
            }
        attempt.must_return(softmax(logits, axis=1), known_mistakes, logits=logits)


@exercises.add(
    "Which class does each image get? `probabilities.argmax(axis=1)`. And how sure is the network of it?",
    "`np.flatnonzero((labels == wanted) & (predictions != labels))` are the places of the mistakes in the class.",
    "`places[np.argsort(-confidence[places])]` puts the surest first. Take the first `count` of them.",
    size="core",
)
def surest_mistakes(attempt: Attempt) -> None:
    """Return the places of the wrongly answered images of a class, the surest first, at most `count` of them."""
    rng = np.random.default_rng(2)
    few = np.array([[0.3, 0.7], [0.1, 0.9], [0.4, 0.6], [0.8, 0.2], [0.55, 0.45]])
    many = rng.dirichlet(np.ones(3), size=12).round(3)  # all different: there is one order
    for labels, scores, wanted, count in (
        (np.array([0, 0, 0, 0, 1]), few, 0, 5),
        (np.array([0, 0, 0, 1, 1]), few, 0, 2),
        (rng.permutation(np.repeat([0, 1, 2], 4)), many, 2, 2),
    ):
        answers, confidence = scores.argmax(axis=1), scores.max(axis=1)

        def ranked(chosen: NDArray[np.bool_], by: NDArray[Any], count: int = count) -> NDArray[np.intp]:
            places = np.flatnonzero(chosen)
            return places[np.argsort(-by[places], kind="stable")][:count]

        mistakes = (labels == wanted) & (answers != labels)
        known_mistakes = {
            "The least sure come first. Turn the order round.": ranked(mistakes, -confidence),
            "Right answers are among them.": ranked(labels == wanted, confidence),
            "These are the images that are taken for the class. Wanted are images of it.": ranked(
                (answers == wanted) & (answers != labels), confidence
            ),
            "Mistakes in images of other classes are among them.": ranked(answers != labels, confidence),
            "They stand in the order of the images. The surest must come first.": np.flatnonzero(mistakes)[:count],
            "There are more than `count`.": ranked(mistakes, confidence, len(labels)),
        }
        attempt.must_return(
            ranked(mistakes, confidence),
            known_mistakes,
            labels=labels,
            probabilities=scores,
            wanted=wanted,
            count=count,
        )


@exercises.add(
    "The loss is minus the logarithm of the probability. Write softmax into it, and the logarithm of the quotient as a "
    "difference of two logarithms.",
    "One of the two is the logarithm of a power: it is the logit of the label itself. The other one is "
    "`np.log(np.exp(logits).sum(axis=1))`, and it is infinite where a logit is 1000.",
    "Take the largest logit of the row out of the sum, and add it again behind the logarithm: "
    "`largest + np.log(np.exp(logits - largest).sum(axis=1, keepdims=True))`.",
    size="stretch",
)
def loss_of_logits(attempt: Attempt) -> None:
    """Return the cross-entropy of each image from logits (images, classes) and labels, however small its probability.

    The loss of an image is minus the logarithm of the probability of its label.
    """
    for rows, classes in (
        ([[0, 1, 3]], [1]),
        ([[2.1, -0.3, 4.7], [0.4, 1.5, -4], [3.5, 0.2, 0.1]], [0, 2, 0]),
    ):
        logits, labels = np.array(rows, dtype=float), np.array(classes)
        own, largest = logits[np.arange(len(labels)), labels], logits.max(axis=1)
        expected = logsumexp(logits, axis=1) - own
        known_mistakes = {
            "The sign is wrong. The logarithm of a probability is negative; the loss is minus that.": -expected,
            "That is the probability of the label. The loss is minus its logarithm.": np.exp(-expected),
            "That is the logarithm to base 2. Cross-entropy takes the natural one, np.log.": expected / np.log(2),
            "That is the mean over the images. Return one loss for each.": expected.mean(),
            "That is the loss of the most probable class. Take the class that the label names.": logsumexp(
                logits, axis=1
            )
            - largest,
            "The largest logit was taken out of the sum, but not added again.": expected - largest,
            "The largest logit is added again, but was never taken out of the sum.": expected + largest,
            "That is minus the logit of the label. The logarithm of the sum over the classes is missing.": -own,
        }
        attempt.must_return(expected, known_mistakes, logits=logits, labels=labels)
    given = {"logits": np.array([[1000.0, 0, 999], [-1000, 2, -1000]]), "labels": np.array([1, 1])}
    expected = np.array([1000 + np.log1p(np.exp(-1)), 0.0])
    answer = attempt(**given)
    reason = difference(answer, expected)
    if reason is None:
        return
    losses = numbers(answer)
    if losses is not None and losses.shape == expected.shape:
        if not np.isfinite(losses).all():
            reason = (
                "It returns no number where a logit is large: np.exp(1000) is infinite, and the probability of the "
                "label rounds to 0, which has no logarithm. Compute without the probability."
            )
        elif losses[0] < 100:
            reason = (
                f"The loss ends at {losses[0]:.3g}, because the probability was kept away from 0. Compute without the "
                "probability: the loss here is above 1000."
            )
    raise WrongAnswerError(f"With logits this large it is wrong. {reason}", counter_example(given, answer, expected))


_IMAGES_WITH_WRONG_LABELS = 50


@exercises.challenge(goal=0.7)
def wrong_labels(find: object) -> float:
    """Find the 50 wrong labels among 500 synthetic flowers: the share of them that is found, over five draws."""
    from threadpoolctl import threadpool_limits

    attempt, (features, true) = Attempt(find), synthetic_embeddings("synthetic_flowers")
    shares = []
    for number in range(5):
        rng = np.random.default_rng(60 + number)
        wrong = rng.choice(len(true), _IMAGES_WITH_WRONG_LABELS, replace=False)
        labels = true.copy()
        labels[wrong] = (true[wrong] + rng.integers(1, 5, len(wrong))) % 5
        # On many small problems BLAS's threads wait for each other longer than they compute.
        with threadpool_limits(1):
            answer = attempt(features=features, labels=labels, count=len(wrong))
        found = chosen_positions(answer, len(wrong), len(true))
        shares.append(np.mean(np.isin(wrong, found)))
    return round(float(np.mean(shares)), 3)


def _blocks(image: NDArray[np.float64]) -> NDArray[np.float64]:
    height, width = image.shape
    means: NDArray[np.float64] = image.reshape(8, height // 8, 8, width // 8).mean(axis=(1, 3))
    return means


def _bits(image: NDArray[np.float64]) -> NDArray[np.bool_]:
    blocks = _blocks(image)
    bits: NDArray[np.bool_] = blocks > blocks.mean()
    return bits


def _joined(dataset: Any, which: str) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return all images and all labels of a data set of batches."""
    import tensorflow as tf

    if not isinstance(dataset, tf.data.Dataset):
        raise WrongAnswerError(
            f"The {which} of the two is a value of type {type(dataset).__name__}. `map` returns a new data set; "
            "return that."
        )
    if not isinstance(dataset.element_spec, tuple) or len(dataset.element_spec) != 2:
        raise WrongAnswerError(f"The {which} data set must give pairs (images, labels), as before.")
    batches = [(images.numpy(), labels.numpy()) for images, labels in dataset]
    images, labels = (np.concatenate(parts) for parts in zip(*batches, strict=True))
    return images, labels


def _must_drop(model: keras.Model) -> None:
    keras = backend.import_keras()
    dropped = [layer for layer in model.layers if isinstance(layer, keras.layers.Dropout)]
    if not dropped:
        raise WrongAnswerError("There is no Dropout layer in it.")
    if len(dropped) > 1:
        raise WrongAnswerError(f"There are {len(dropped)} Dropout layers in it. Only one is asked for.")
    if dropped[0].rate != _DROPOUT:
        raise WrongAnswerError(f"The dropout switches off {dropped[0].rate:.0%} of the numbers. It must be 20 %.")
    if dropped[0] is not model.layers[-2]:
        raise WrongAnswerError("The Dropout layer is in another place. Put it right before the last Dense layer.")


def _must_be_penalised(model: keras.Model, reference: keras.Model, l2: float) -> None:
    """Give the reference the weights of the model, and compare what both pay for them."""
    weights = model.get_weights()
    if [weight.shape for weight in weights] != [weight.shape for weight in reference.get_weights()]:
        raise WrongAnswerError("The number of parameters is right, but the layers are not those of the baseline.")
    reference.set_weights(weights)
    if not model.losses:
        raise WrongAnswerError("No kernel is penalised: kernel_regularizer is missing.")
    if len(model.losses) != len(reference.losses):
        raise WrongAnswerError(
            f"{len(model.losses)} weights are penalised; there are {len(reference.losses)} kernels. Biases are free."
        )
    paid, expected = (float(sum(float(loss) for loss in one.losses)) for one in (model, reference))
    if abs(paid - expected) > 1e-3 * expected:
        raise WrongAnswerError(
            f"The penalty is {paid:.3g}, but with l2={l2:g} these weights make {expected:.3g}: l2 times the sum of "
            "their squares."
        )
