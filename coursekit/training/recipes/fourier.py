"""Recipes of the lessons in the Fourier domain: networks whose convolutions can be merged."""

from __future__ import annotations

from functools import partial

import keras

from coursekit import data, networks
from coursekit.training import schedules
from coursekit.training.recipes.image_recipe import ImageRecipe

_ONE_AGAINST_SEVEN = partial(
    ImageRecipe,
    family="fourier",
    dataset="mnist",
    transform=lambda digits: data.add_noise(data.select_classes(digits, ("1", "7"))),
    augmentation=lambda: networks.augmentation(shift=1 / 28),
    validation=None,
)
_CIFAR10 = partial(
    ImageRecipe,
    family="fourier",
    dataset="cifar10",
    augmentation=lambda: networks.augmentation(shift=1 / 32, flip=True),
    optimizer=lambda: keras.optimizers.Adam(5e-4),
    schedule=partial(schedules.cosine, 5e-4),
    batch_size=64,
    epochs={"quick": 1, "lesson": 4, "full": 10},
    limit={"quick": 1_000, "lesson": 20_000, "full": None},
)

FOURIER_RECIPES: tuple[ImageRecipe, ...] = (
    _ONE_AGAINST_SEVEN(
        name="fourier_mnist",
        network=networks.linear_fourier_net,
        optimizer=lambda: keras.optimizers.Adam(1e-4),
        schedule=partial(schedules.cosine, 1e-4),
        batch_size=128,
        epochs={"quick": 1, "lesson": 2, "full": 12},
        limit={"quick": 300, "lesson": 4_000, "full": None},
        note="12 epochs along a cosine, digits shifted by up to one pixel; the source has 100 and says that fewer than "
        "20 are enough.",
    ),
    _ONE_AGAINST_SEVEN(
        name="fourier_mnist_narrow",
        network=lambda: networks.linear_fourier_net(filters=(8, 16, 32), hidden=16),
        optimizer=lambda: keras.optimizers.Adam(3e-4),
        schedule=partial(schedules.cosine, 3e-4),
        batch_size=64,
        epochs={"quick": 2, "lesson": 5, "full": 30},
        limit={"quick": 1_000, "lesson": None, "full": None},
    ),
    _CIFAR10(
        name="fourier_cifar10_grey_narrow",
        network=lambda: networks.linear_fourier_net(32, classes=10, filters=(8, 16, 8), hidden=40),
        transform=data.grey,
    ),
    _CIFAR10(
        name="fourier_cifar10_padded_narrow",
        network=lambda: networks.linear_fourier_net(42, classes=10, filters=(8, 16, 8), hidden=40),
        transform=lambda images: data.padded(data.grey(images), rings=5),
        note="Images of 32x32 with five black rings around them.",
    ),
)
