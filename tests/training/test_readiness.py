"""What is said before a training that could not work, and when one goes wrong."""

import keras
import numpy as np
import pytest

from coursekit.training import DivergedError
from coursekit.training.callbacks.terminate_on_nan import TerminateOnNaN
from coursekit.training.readiness import check_ready


@pytest.fixture(scope="module")
def model():
    return keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Flatten(), keras.layers.Dense(3)])


IMAGES = np.zeros((6, 8, 8, 1), np.float32)
LABELS = np.array([0, 1, 2, 0, 1, 2])


def test_what_fits_passes(model):
    check_ready(model, IMAGES, LABELS, LABELS[:3], batch_size=6)


def test_a_network_for_images_of_any_size_takes_any_size():
    free = keras.Sequential(
        [
            keras.Input((None, None, 3)),
            keras.layers.Conv2D(2, 3),
            keras.layers.GlobalMaxPooling2D(),
            keras.layers.Dense(1),
        ]
    )
    check_ready(free, (40, 30, 3), np.array([0, 1]))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"labels": LABELS[:0]}, "no image to train on"),
        ({"images": (9, 8, 1)}, "9x8x1, but the network takes 8x8x1"),
        ({"images": (8, 8)}, "8x8, but the network takes 8x8x1"),
        ({"images": IMAGES[:5]}, "5 images but 6 labels"),
        ({"images": np.full_like(IMAGES, np.nan)}, "NaN"),
        ({"labels": LABELS + 1}, "from 1 to 3, but a network for 3 classes needs 0 to 2"),
        ({"labels": LABELS - 1}, "from -1 to 1"),
        ({"labels": LABELS.astype(float)}, "whole number"),
        ({"labels": np.eye(3)[LABELS]}, "one whole number an image"),
        ({"labels": np.zeros(6, int)}, "nothing to tell apart"),
        ({"batch_size": 7}, "batch_size is 7, but there are only 6"),
        ({"validation_labels": np.array([0, 1])}, "no validation image has class 2"),
        ({"validation_labels": np.array([0, 1, 3])}, "validation labels go from 0 to 3"),
    ],
)
def test_what_does_not_fit_is_named(model, arguments, message):
    with pytest.raises(ValueError, match=message):
        check_ready(model, **({"images": IMAGES, "labels": LABELS} | arguments))


def test_a_diverging_training_stops_and_names_the_rate():
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile(optimizer=keras.optimizers.SGD(1e30), loss="mse")
    with pytest.raises(DivergedError, match=r"loss is (inf|nan) at batch \d+ of epoch \d+.*1e\+30.*too large"):
        model.fit(np.ones((64, 2)), np.ones(64), batch_size=8, epochs=3, verbose=0, callbacks=[TerminateOnNaN()])
