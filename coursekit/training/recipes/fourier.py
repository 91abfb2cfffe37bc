"""Recipes of the lessons in the Fourier domain: networks whose convolutions can be merged."""

from __future__ import annotations

from functools import partial

import keras

from coursekit import data, networks
from coursekit.training.recipes.declaration import Recipe

_ONE_AGAINST_SEVEN = partial(
    Recipe,
    dataset="mnist",
    prepare=lambda digits: data.noisy(data.only(digits, ("1", "7"))),
    validation=None,
)

FOURIER: tuple[Recipe, ...] = (
    _ONE_AGAINST_SEVEN(
        name="fourier_mnist",
        network=networks.linear_fourier_net,
        optimizer=lambda: keras.optimizers.Adam(1e-4),
        batch_size=128,
        epochs={"quick": 1, "lesson": 2, "full": 3},
        limit={"quick": 300, "lesson": 4_000, "full": None},
        note="3 epochs, where the source has 100 and says that fewer than 20 are enough.",
    ),
    _ONE_AGAINST_SEVEN(
        name="fourier_mnist_narrow",
        network=lambda: networks.linear_fourier_net(filters=(8, 16, 32), hidden=16),
        optimizer=lambda: keras.optimizers.Adam(3e-4),
        batch_size=64,
        epochs={"quick": 2, "lesson": 5, "full": 8},
        limit={"quick": 1_000, "lesson": None, "full": None},
    ),
)
