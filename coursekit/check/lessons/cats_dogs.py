"""The exercises of lesson 05. Keras is imported by those that need it, when they are called."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from coursekit import backend
from coursekit.check.attempt import Attempt, WrongAnswerError
from coursekit.check.differences import difference
from coursekit.check.embeddings import synthetic_embeddings
from coursekit.check.exercise import Exercises
from coursekit.check.positions import chosen_positions

if TYPE_CHECKING:
    import keras

exercises = Exercises("05_cats_vs_dogs", __name__)
__getattr__, __dir__ = exercises.missing, exercises.names

_HISTORIES = (
    {
        "accuracy": [0.55, 0.7, 0.8, 0.9, 0.95],
        "loss": [0.69, 0.6, 0.4, 0.3, 0.2],
        "val_accuracy": [0.5, 0.66, 0.7, 0.73, 0.71],
        "val_loss": [0.8, 0.61, 0.58, 0.62, 0.7],
    },
    {
        "accuracy": [0.6, 0.75, 0.9],
        "loss": [0.65, 0.5, 0.3],
        "val_accuracy": [0.58, 0.71, 0.7],
        "val_loss": [0.66, 0.57, 0.75],
    },
)
# What each pair of curves shows, and where to look.
_CURVES = {
    "A": ("overfits", "Compare the two lines at the end, and see where the dashed one stops to rise."),
    "B": ("train longer", "Are the two lines far apart? Have they stopped rising?"),
    "C": ("learns nothing", "What would guessing reach, with two classes?"),
    "D": ("healthy", "Which line is higher? Dropout and augmentation make only the training harder."),
}
_STEPS = "CEABD"


@exercises.add(
    "`history` is a dictionary of lists. The validation loss of all epochs is `history['val_loss']`.",
    "`np.argmin(history['val_loss'])` is the place of the lowest loss, counted from 0.",
    "The gap is the training accuracy at that place minus the validation accuracy at that place.",
    size="core",
)
def read_curves(attempt: Attempt) -> None:
    """Return the epoch, from 1, with the lowest validation loss, and how far training is ahead in accuracy then."""
    for history in _HISTORIES:
        gaps = np.subtract(history["accuracy"], history["val_accuracy"])

        def answer(place: int, gaps: Any = gaps) -> list[float]:
            return [place + 1, gaps[place]]

        best = int(np.argmin(history["val_loss"]))
        known_mistakes = {
            "The first epoch is epoch 1, not epoch 0.": [best, gaps[best]],
            "That is the epoch with the highest validation loss.": answer(int(np.argmax(history["val_loss"]))),
            "That is the epoch with the highest validation accuracy. Take the lowest validation loss.": answer(
                int(np.argmax(history["val_accuracy"]))
            ),
            "That is the epoch with the lowest training loss, nearly always the last one.": answer(
                int(np.argmin(history["loss"]))
            ),
            "The gap is that of the last epoch. Take it where the validation loss is lowest.": [best + 1, gaps[-1]],
            "The sign of the gap is wrong: it is positive where training is ahead.": [best + 1, -gaps[best]],
            "The gap is that of the losses. Take the accuracies.": [
                best + 1,
                history["val_loss"][best] - history["loss"][best],
            ],
        }
        attempt.must_return(np.array(answer(best)), known_mistakes, history=history)


@exercises.add(
    "Two questions an image: is the validation still getting better? How far is it below the training?",
    "With two classes, guessing is right half of the time. One of the four never gets beyond that.",
    "Validation above training is no mistake: dropout and augmentation are active only while training.",
    size="warm-up",
)
def diagnose(attempt: Attempt) -> None:
    """Return for the curves A to D, in a list, "overfits", "train longer", "learns nothing" or "healthy"."""
    answer = attempt()
    words = [word for word, _ in _CURVES.values()]
    if not isinstance(answer, list | tuple) or len(answer) != len(_CURVES):
        raise WrongAnswerError(f"It must return a list of {len(_CURVES)} words, one for each of A, B, C and D.")
    for given, (name, (word, look)) in zip(answer, _CURVES.items(), strict=True):
        if given not in words:
            raise WrongAnswerError(f"{given!r} for {name} is none of the four: {', '.join(sorted(words))}.")
        if given != word:
            raise WrongAnswerError(f"{name} is not rightly named. {look}")


@exercises.add(
    "`keras.Sequential([...])` takes `layers.RandomFlip`, `layers.RandomRotation`, `layers.RandomTranslation` and "
    "`layers.RandomZoom`.",
    "`RandomRotation` takes a fraction of a full turn: 90° would be 90 / 360. The flip needs its direction.",
    'The shift is `layers.RandomTranslation(0.2, 0.2, fill_mode="nearest")`; turn and zoom take the same `fill_mode`.',
    size="core",
)
def augmentation(attempt: Attempt) -> None:
    """Return layers that mirror left and right, turn by up to 40°, shift and zoom by up to a fifth; nearest fill."""
    keras = backend.import_keras()
    answer = attempt()
    if not isinstance(answer, keras.layers.Layer):
        raise WrongAnswerError(
            f"It must return a Keras model, not a value of type {type(answer).__name__}. Put the layers into "
            "keras.Sequential([...])."
        )
    found: dict[str, dict[str, Any]] = {}
    for layer in _flat(answer):
        kind = type(layer).__name__
        if kind in found:
            raise WrongAnswerError(f"There are two layers {kind}. One is enough.")
        found[kind] = layer.get_config()
    wanted = {"RandomFlip": "mirrors", "RandomRotation": "turns", "RandomTranslation": "shifts", "RandomZoom": "zooms"}
    for kind, does in wanted.items():
        if kind not in found:
            raise WrongAnswerError(f"There is no layer that {does} the images.")
    extra = found.keys() - wanted.keys() - {"InputLayer"}
    if extra:
        raise WrongAnswerError(f"There is more than was asked for: {', '.join(sorted(extra))}.")
    if found["RandomFlip"]["mode"] != "horizontal":
        raise WrongAnswerError("It also turns images upside down, or only that. Mirror left and right.")
    _must_reach(found["RandomRotation"]["factor"], 40 / 360, "RandomRotation", lambda share: f"{360 * share:.4g}°")
    for kind in ("RandomTranslation", "RandomZoom"):
        for side in ("height_factor", "width_factor"):
            if found[kind][side] is not None:
                _must_reach(found[kind][side], 0.2, f"The {side} of {kind}", lambda share: f"{share:.4g}")
    for kind in ("RandomRotation", "RandomTranslation", "RandomZoom"):
        if found[kind]["fill_mode"] != "nearest":
            raise WrongAnswerError(
                f'{kind} fills the edge by {found[kind]["fill_mode"]!r}. Ask each layer for fill_mode="nearest".'
            )


@exercises.add(
    "`base.trainable = False` freezes a whole network in one line.",
    "A model can be a layer of another: `keras.Sequential([base, layers.Flatten(), ...])`.",
    'After `Flatten` come `layers.Dense(256, activation="relu")` and `layers.Dense(1, activation="sigmoid")`.',
    size="core",
)
def frozen_classifier(attempt: Attempt) -> None:
    """Return a model: the frozen base, Flatten, a dense layer of 256 units with ReLU, one sigmoid unit."""
    keras = backend.import_keras()
    from keras import layers

    for shape in ((20, 28, 3), (16, 16, 3)):
        base = _small_base(shape)
        model = attempt(base=base)
        if not isinstance(model, keras.Model):
            raise WrongAnswerError(f"It must return a Keras model, not a value of type {type(model).__name__}.")
        if not model.built or model.output_shape[1:] != (1,):
            raise WrongAnswerError("The model must take what the base takes, and put out one number an image.")
        flat = math.prod(base.output_shape[1:])
        reference_base = _small_base(shape)
        reference_base.trainable = False
        head = [layers.Flatten(), layers.Dense(256, activation="relu"), layers.Dense(1, activation="sigmoid")]
        reference = keras.Sequential([reference_base, *head])
        _must_be_trained(model, reference, _size(base.weights), flat)
        reference.set_weights([weight.numpy() for weight in model.weights])
        images = np.random.default_rng(0).random((4, *shape), dtype=np.float32)
        given, expected = (np.asarray(one(images, training=False)) for one in (model, reference))
        if difference(given, expected):
            raise WrongAnswerError(
                "The layers have the right sizes, but they compute something else. Needed: ReLU after the 256 units, a "
                "sigmoid at the end."
            )


@exercises.add(
    "The base is switched off as a whole: then no layer in it learns, whatever the layer says. Switch it on first.",
    "`base.trainable = True` switches all layers on. Now go through `base.layers` and switch the early ones off.",
    "Set `found = False` before the loop; in it `found = found or layer.name == first`, and `layer.trainable = found`.",
    size="stretch",
)
def unfreeze_from(attempt: Attempt) -> None:
    """Return the base with the layer of that name, and all after it, trainable, and all before it frozen."""
    keras = backend.import_keras()
    for shape, first in (((20, 28, 3), "block2_conv1"), ((16, 16, 3), "block3_conv1"), ((16, 20, 3), "block2_conv2")):
        base = _small_base(shape)
        base.trainable = False
        names = [layer.name for layer in base.layers if layer.weights]
        expected = names[names.index(first) :]
        answer = attempt(base=base, first=first)
        if not isinstance(answer, keras.Model):
            raise WrongAnswerError(f"It must return the base, not a value of type {type(answer).__name__}.")
        learning = {id(weight) for weight in answer.trainable_weights}
        trained = [layer.name for layer in answer.layers if any(id(weight) in learning for weight in layer.weights)]
        if trained == expected:
            continue
        if not trained:
            reason = "Nothing is trained: the base as a whole is still switched off. Set base.trainable = True first."
        elif trained == names:
            reason = "All layers are trained: those before the one that is named must be switched off again."
        elif trained == expected[1:]:
            reason = f"{first} itself is still frozen."
        elif set(trained).isdisjoint(expected):
            reason = "It is the wrong way round: the layers before are trained, the others frozen."
        else:
            reason = "Other layers are trained than asked for."
        raise WrongAnswerError(
            reason, f"With first = {first!r} these learn: {', '.join(trained) or 'none'}\nout of {', '.join(names)}"
        )


@exercises.add(
    "Which of the five can be done at once, with nothing but the pretrained base in hand?",
    "A new head is random at first. What must not happen to the base while the head makes large errors?",
    "Freeze before the first training, unfreeze before the second.",
    size="warm-up",
)
def fine_tuning_steps(attempt: Attempt) -> None:
    """Return the letters of the five steps of fine-tuning in their order."""
    answer = attempt()
    if not isinstance(answer, str | list | tuple) or not all(isinstance(one, str) for one in answer):
        raise WrongAnswerError('It must return five letters in their order, for example "ABCDE".')
    order = "".join(answer).upper()
    if sorted(order) != sorted(_STEPS):
        raise WrongAnswerError(f"Each of {', '.join(sorted(_STEPS))} must come once.")
    place = order.index
    if place("C") != 0:
        raise WrongAnswerError("Another step comes before C. Without a head there is no classifier yet.")
    if place("B") < place("A"):
        raise WrongAnswerError(
            "The last blocks are unfrozen before the head is trained. The head is random then, and its large errors "
            "would spoil what they have learned."
        )
    if place("E") > place("A"):
        raise WrongAnswerError("The head is trained while the base is not frozen yet: all of the base would change.")
    if place("E") > place("B"):
        raise WrongAnswerError("What is unfrozen in B is frozen again in E.")
    if place("D") < place("B"):
        raise WrongAnswerError("D trains the last blocks too. Which step must come before that?")


@exercises.add(
    "The pixels at the edge are half the image's size away from the middle.",
    "`math.sin` takes radians. A full turn is 2π radians, or 360 degrees.",
    "`size / 2 * math.sin(math.radians(degrees))`.",
    size="warm-up",
)
def edge_shift(attempt: Attempt) -> None:
    """Return by how many pixels the edge of an image moves when it is sheared around its middle, in degrees."""
    for degrees, size in ((30.0, 100), (0.2, 150), (12.0, 64)):
        expected = size / 2 * math.sin(math.radians(degrees))
        known_mistakes = {
            "The sine is taken of the degrees. math.sin takes radians.": size / 2 * math.sin(degrees),
            "That is how far both edges move apart. Each is size / 2 away from the middle.": 2 * expected,
            "The angle is taken for a share of the size.": degrees * size / 2,
            "That is the tangent. The generator takes the sine.": size / 2 * math.tan(math.radians(degrees)),
        }
        attempt.must_return(expected, known_mistakes, degrees=degrees, size=size)


_LABELS = 20
_POOLS = 10
_BURSTS, _IN_A_BURST, _ALONE = 4, 75, 100


@exercises.challenge(goal=0.75)
def few_labels(choose: object) -> float:
    """Choose 20 of 400 images, by their features, for labels: the score is the accuracy of a head trained on them."""
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits

    attempt, (embeddings, labels) = Attempt(choose), synthetic_embeddings("synthetic_pets")
    accuracies = []
    # On many small problems BLAS's threads wait for each other longer than they compute.
    with threadpool_limits(1):
        for features, animals, others in pools(embeddings):
            chosen = chosen_positions(attempt(features=features, count=_LABELS), _LABELS, len(features))
            known = labels[animals[chosen]]
            answers = np.full(len(others), known[0])
            if len(np.unique(known)) > 1:  # Whoever has seen one class only knows one answer.
                head = LogisticRegression(max_iter=1000).fit(features[chosen], known)
                answers = head.predict(embeddings[others])
            accuracies.append(np.mean(answers == labels[others]))
    return round(float(np.mean(accuracies)), 3)


def pools(
    embeddings: NDArray[np.float64],
) -> list[tuple[NDArray[np.float64], NDArray[np.intp], NDArray[np.intp]]]:
    """Return for each of ten draws the features of 400 images, which animal each shows, and the animals that are left.

    Four animals were photographed 75 times each, a moment apart: such features differ a little. A hundred others were
    photographed once.
    """
    found = []
    for number in range(_POOLS):
        rng = np.random.default_rng(50 + number)
        order = rng.permutation(len(embeddings))
        seen = np.concatenate([np.repeat(order[:_BURSTS], _IN_A_BURST), order[_BURSTS : _BURSTS + _ALONE]])
        animals = rng.permutation(seen)
        features = embeddings[animals] + rng.normal(0, 0.2, (len(animals), embeddings.shape[1]))
        found.append((features, animals, order[_BURSTS + _ALONE :]))
    return found


def _must_reach(factor: float | tuple[float, float], wanted: float, what: str, shown: Any) -> None:
    """Raise unless a random layer's factor means "up to so much, either way"."""
    low, high = factor if isinstance(factor, tuple | list) else (-factor, factor)
    if not (math.isclose(low, -wanted, rel_tol=1e-3) and math.isclose(high, wanted, rel_tol=1e-3)):
        raise WrongAnswerError(f"{what} goes from {shown(low)} to {shown(high)}; needed is {shown(wanted)} either way.")


def _flat(layer: keras.layers.Layer) -> list[keras.layers.Layer]:
    inner = getattr(layer, "layers", None)
    return [layer] if inner is None else [one for part in inner for one in _flat(part)]


def _small_base(shape: tuple[int, int, int]) -> keras.Model:
    """Return a tiny network with the names of VGG16's layers."""
    keras = backend.import_keras()
    from keras import layers

    images = maps = keras.Input(shape)
    for block, (filters, convolutions) in enumerate(((4, 1), (6, 2), (8, 2)), start=1):
        for number in range(1, convolutions + 1):
            name = f"block{block}_conv{number}"
            maps = layers.Conv2D(filters, 3, padding="same", activation="relu", name=name)(maps)
        maps = layers.MaxPooling2D(2, name=f"block{block}_pool")(maps)
    return keras.Model(images, maps, name="small_base")


def _must_be_trained(model: keras.Model, reference: keras.Model, in_base: int, flat: int) -> None:
    """Compare what the two models train."""
    shapes, needed = ([weight.shape for weight in one.trainable_weights] for one in (model, reference))
    count, wanted = _size(model.trainable_weights), _size(reference.trainable_weights)
    if count == wanted and shapes == needed and len(model.weights) == len(reference.weights):
        return
    counts = f"{count:,} parameters are trained; it must be {wanted:,}."
    if count == wanted + in_base:
        raise WrongAnswerError(f"The base is not frozen. {counts}")
    if not count:
        raise WrongAnswerError("Nothing is trained. Freeze the base only, not the whole model.")
    if shapes and len(shapes[-1]) == 1 and shapes[0] == (8, 256):
        raise WrongAnswerError(f"The dense layer gets 8 numbers, the means of the maps. Flatten hands on all {flat}.")
    raise WrongAnswerError(f"{counts} Compare the layers of the head and their sizes.")


def _size(variables: list[keras.Variable]) -> int:
    return sum(math.prod(variable.shape) for variable in variables)
