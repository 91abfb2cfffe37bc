"""What a run records of its settings is what its recipe says; and a training of one's own is told apart from it."""

import keras
import pytest

from coursekit import training
from coursekit.training.recorded_settings import beside_record, network_settings, recipe_settings

# Recipes that were changed after their run was recorded. Take one out when it is recorded again: the list only shrinks.
CHANGED: set[str] = set()
WITH_SETTINGS = [name for name in training.recorded_runs() if training.load_run(name).settings]


@pytest.mark.parametrize("name", WITH_SETTINGS)
def test_the_recipe_is_still_the_one_that_was_recorded(name):
    run = training.load_run(name)
    told = recipe_settings(training.recipe(name), run.profile)
    assert (told == {word: run.settings[word] for word in told}) == (name not in CHANGED)


@pytest.mark.parametrize("name", ["cats_dogs_augmented", "flowers_improved", "cifar10_residual"])
def test_the_network_is_still_the_one_that_was_recorded(name):
    settings = training.load_run(name).settings
    told = network_settings(training.recipe(name).network())
    assert told == {word: settings[word] for word in told}


def flowers(dropout=0.2, l2=1e-4, rate=1e-3):
    """Return a small network with the settings of `flowers_improved`, or others."""
    penalty = keras.regularizers.L2(l2)
    model = keras.Sequential(
        [
            keras.Input((8, 8, 3)),
            training.recipe("flowers_improved").augmentation(),
            keras.layers.Flatten(),
            keras.layers.Dropout(dropout),
            keras.layers.Dense(5, kernel_regularizer=penalty),
        ]
    )
    model.compile(optimizer=keras.optimizers.Adam(rate), loss="mse")
    return model


def said(model, images=2934, epochs=35, size=128):
    schedule = training.recipe("flowers_improved").schedule(epochs)
    return beside_record("flowers_improved", model, images, epochs, size, schedule=schedule)


def test_the_recorded_settings_are_recognised():
    assert said(flowers()) == "As long as the record."


def test_where_a_training_is_shorter_is_said():
    assert (
        said(flowers(), 480, 8, 64) == "Shorter than the record: 480 of 2,934 images, 8 of 35 epochs, 64 of 128 pixels."
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [({"dropout": 0.5}, "dropout 0.5, there 0.2"), ({"l2": 1e-3}, "L2 0.001, there 0.0001")],
)
def test_what_else_differs_is_said(change, words):
    assert words in said(flowers(**change))


def test_another_rate_is_seen():
    model = flowers(rate=3e-3)
    assert "rate 0.003, there 0.001 to 0" in beside_record("flowers_improved", model, 2934, 35)
