"""Lesson 05: right answers pass, wrong ones fail for the right reason."""

import math

import numpy as np
import pytest
from sklearn.cluster import KMeans

from coursekit import backend
from coursekit.check import cats_dogs

keras = backend.import_keras()
layers = keras.layers

DIAGNOSES = ["overfits", "train longer", "learns nothing", "healthy"]


def reading(watched="val_loss", choose=np.argmin, first=1, gap=("accuracy", "val_accuracy"), last=False, sign=1):
    def read_curves(history):
        place = int(choose(history[watched]))
        gaps = np.subtract(history[gap[0]], history[gap[1]])
        return place + first, sign * gaps[-1 if last else place]

    return read_curves


def pipeline(flip="horizontal", turn=40 / 360, shift=0.2, zoom=0.2, fill="nearest", extra=()):
    def augmentation():
        steps = [
            *([layers.RandomFlip(flip)] if flip else []),
            layers.RandomRotation(turn, fill_mode=fill),
            layers.RandomTranslation(shift, shift, fill_mode=fill),
            layers.RandomZoom(zoom, fill_mode=fill),
        ]
        return keras.Sequential([*steps, *(make() for make in extra)])

    return augmentation


def with_head(*head, freeze=True):
    def frozen_classifier(base):
        base.trainable = not freeze
        return keras.Sequential([base, *(make() for make in head)])

    return frozen_classifier


def dense(units=256, activation="relu"):
    return lambda: layers.Dense(units, activation=activation)


def functional(base):
    for layer in base.layers:
        layer.trainable = False
    hidden = layers.Dense(256)(layers.Reshape((-1,))(base.output))
    return keras.Model(base.input, layers.Dense(1, activation="sigmoid")(layers.ReLU()(hidden)))


def all_frozen(base):
    model = with_head(layers.Flatten, dense(), dense(1, "sigmoid"))(base)
    model.trainable = False
    return model


def unfrozen(chosen, switch_on=True):
    def unfreeze_from(base, first):
        if switch_on:
            base.trainable = True
        names = [layer.name for layer in base.layers]
        for place, layer in enumerate(base.layers):
            layer.trainable = chosen(place, names.index(first), layer.name, first)
        return base

    return unfreeze_from


RIGHT = [
    ("read_curves", reading()),
    ("read_curves", lambda history: np.array(reading()(history))),
    ("diagnose", lambda: DIAGNOSES),
    ("augmentation", pipeline()),
    ("augmentation", pipeline(turn=(-1 / 9, 1 / 9), shift=(-0.2, 0.2), zoom=(-0.2, 0.2))),
    ("augmentation", lambda: keras.Sequential([keras.Input((8, 8, 3)), pipeline()()])),
    ("frozen_classifier", with_head(layers.Flatten, dense(), dense(1, "sigmoid"))),
    ("frozen_classifier", functional),
    ("unfreeze_from", unfrozen(lambda place, start, name, first: place >= start)),
    ("fine_tuning_steps", lambda: "CEABD"),
    ("fine_tuning_steps", lambda: list("ceabd")),
    ("edge_shift", lambda degrees, size: size * math.sin(degrees / 180 * math.pi) / 2),
    ("edge_shift", lambda degrees, size: size / 2 * np.sin(np.radians(degrees))),
]
WRONG = [
    ("read_curves", reading(first=0), "epoch 1, not epoch 0"),
    ("read_curves", reading(choose=np.argmax), "highest validation loss"),
    ("read_curves", reading(watched="val_accuracy", choose=np.argmax), "highest validation accuracy"),
    ("read_curves", reading(watched="loss"), "lowest training loss"),
    ("read_curves", reading(last=True), "that of the last epoch"),
    ("read_curves", reading(sign=-1), "The sign of the gap is wrong"),
    ("read_curves", reading(gap=("val_loss", "loss")), "Take the accuracies"),
    ("diagnose", lambda: ["overfits", "train longer", "learns nothing", "overfits"], "D is not rightly named"),
    ("diagnose", lambda: ["train longer", *DIAGNOSES[1:]], "A is not rightly named"),
    ("diagnose", lambda: [*DIAGNOSES[:3], "good"], "'good' for D is none of the four"),
    ("diagnose", lambda: DIAGNOSES[:3], "a list of 4 words"),
    ("diagnose", lambda: "overfits", "a list of 4 words"),
    ("augmentation", pipeline(flip="horizontal_and_vertical"), "upside down"),
    ("augmentation", pipeline(flip=None), "no layer that mirrors"),
    ("augmentation", pipeline(turn=0.4), "goes from -144° to 144°; needed is 40° either way"),
    ("augmentation", pipeline(turn=(0, 1 / 9)), "goes from 0° to 40°"),
    ("augmentation", pipeline(shift=0.1), "height_factor of RandomTranslation goes from -0.1 to 0.1"),
    ("augmentation", pipeline(zoom=(0.8, 1.0)), "RandomZoom goes from 0.8 to 1;"),
    ("augmentation", pipeline(fill="reflect"), "RandomRotation fills the edge by 'reflect'"),
    ("augmentation", pipeline(extra=[lambda: layers.RandomContrast(0.1)]), "more than was asked for: RandomContrast"),
    ("augmentation", pipeline(extra=[lambda: layers.RandomZoom(0.2)]), "two layers RandomZoom"),
    ("augmentation", lambda: [layers.RandomFlip()], "not a value of type list"),
    ("frozen_classifier", with_head(layers.Flatten, dense(), dense(1, "sigmoid"), freeze=False), "is not frozen"),
    ("frozen_classifier", with_head(layers.GlobalAveragePooling2D, dense(), dense(1, "sigmoid")), "means of the maps"),
    ("frozen_classifier", with_head(layers.Flatten, dense(128), dense(1, "sigmoid")), "Compare the layers of the head"),
    ("frozen_classifier", with_head(layers.Flatten, dense(), dense(1, None)), "a sigmoid at the end"),
    ("frozen_classifier", with_head(layers.Flatten, dense(256, None), dense(1, "sigmoid")), "ReLU after the 256 units"),
    ("frozen_classifier", with_head(layers.Flatten, dense(), dense(2, "softmax")), "one number an image"),
    ("frozen_classifier", all_frozen, "Freeze the base only"),
    ("frozen_classifier", lambda base: [base, layers.Flatten()], "not a value of type list"),
    (
        "unfreeze_from",
        unfrozen(lambda place, start, name, first: place >= start, switch_on=False),
        "still switched off",
    ),
    ("unfreeze_from", unfrozen(lambda place, start, name, first: True), "All layers are trained"),
    ("unfreeze_from", unfrozen(lambda place, start, name, first: place > start), "itself is still frozen"),
    ("unfreeze_from", unfrozen(lambda place, start, name, first: place < start), "the wrong way round"),
    ("unfreeze_from", unfrozen(lambda place, start, name, first: name[:6] == first[:6]), "Other layers are trained"),
    ("unfreeze_from", lambda base, first: True, "not a value of type bool"),
    ("fine_tuning_steps", lambda: "CEBAD", "before the head is trained"),
    ("fine_tuning_steps", lambda: "CAEBD", "not frozen yet"),
    ("fine_tuning_steps", lambda: "ECABD", "Another step comes before C"),
    ("fine_tuning_steps", lambda: "CEADB", "D trains the last blocks too"),
    ("fine_tuning_steps", lambda: "CEAB", "must come once"),
    ("fine_tuning_steps", lambda: [3, 5, 1, 2, 4], "five letters"),
    ("edge_shift", lambda degrees, size: size / 2 * math.sin(degrees), "math.sin takes radians"),
    ("edge_shift", lambda degrees, size: size * math.sin(math.radians(degrees)), "both edges"),
    ("edge_shift", lambda degrees, size: size / 2 * degrees, "taken for a share"),
    ("edge_shift", lambda degrees, size: size / 2 * math.tan(math.radians(degrees)), "the tangent"),
]


@pytest.mark.parametrize(("name", "answer"), RIGHT)
def test_right_answers(name, answer):
    assert str(getattr(cats_dogs, name)(answer)) == f"✔ correct: {name}"


@pytest.mark.parametrize(("name", "answer", "words"), WRONG)
def test_wrong_answers(name, answer, words):
    result = getattr(cats_dogs, name)(answer)
    assert result.status == "incorrect"
    assert words in result.reason


def test_each_exercise_is_tested_with_wrong_answers():
    names = [name for name, _, _ in WRONG]
    assert all(names.count(name) >= 2 for name in cats_dogs.exercises.all)


def the_first(features, count):
    return np.arange(count)


def at_random(features, count):
    return np.random.default_rng(4).choice(len(features), count, replace=False)


def outliers(features, count):
    return np.argsort(-np.linalg.norm(features - features.mean(axis=0), axis=1))[:count]


def farthest_from_each_other(features, count):
    chosen = [0]
    distance = np.linalg.norm(features - features[0], axis=1)
    while len(chosen) < count:
        chosen.append(int(distance.argmax()))
        distance = np.minimum(distance, np.linalg.norm(features - features[chosen[-1]], axis=1))
    return chosen


def middles_of_clusters(features, count):
    return KMeans(count, n_init=1, random_state=0).fit_transform(features).argmin(axis=0)


# Seen: the first 20 0.629; at random, six draws, 0.592 to 0.674; outliers 0.707; k-means, three seeds, 0.779 to 0.801.
@pytest.mark.parametrize(
    ("choose", "met"),
    [
        (the_first, False),
        (at_random, False),
        (outliers, False),
        (farthest_from_each_other, True),
        (middles_of_clusters, True),
    ],
)
def test_the_challenge_is_met_by_animals_that_differ(choose, met):
    assert cats_dogs.few_labels.goal.met(cats_dogs.few_labels(choose).value) is met


def test_labels_of_one_animal_alone_are_scored_as_guessing():
    def one_series(features, count):
        series = KMeans(8, n_init=1, random_state=0).fit(features)
        largest = np.bincount(series.labels_).argmax()
        return series.transform(features)[:, largest].argsort()[:count]

    assert abs(cats_dogs.few_labels(one_series).value - 0.5) < 0.02


@pytest.mark.parametrize(
    ("choose", "words"),
    [
        (lambda features, count: np.arange(count + 1), "Return 20 positions, whole numbers from 0 to 399"),
        (lambda features, count: features[:count, 0], "whole numbers"),
        (lambda features, count: [0] * count, "Position 0 comes 20 times"),
        (lambda features, count: np.arange(count) + 390, "There is no position 400"),
        (lambda features: [0], "It takes (features)"),
    ],
)
def test_what_gives_no_score_in_the_challenge(choose, words):
    assert words in cats_dogs.few_labels(choose).reason


def test_the_diagnosis_is_not_given_away():
    for place, right in enumerate(DIAGNOSES):
        other = DIAGNOSES[place - 1]
        answer = [*DIAGNOSES[:place], other, *DIAGNOSES[place + 1 :]]
        assert right not in str(cats_dogs.diagnose(lambda answer=answer: answer))
