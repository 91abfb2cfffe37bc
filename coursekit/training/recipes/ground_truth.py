"""Recipes of networks to explain: what they can go by is known (`coursekit.data.ground_truth`)."""

from __future__ import annotations

from functools import partial

import keras

from coursekit import networks
from coursekit.training import schedules
from coursekit.training.recipes.image_recipe import ImageRecipe

_SMALL = partial(
    ImageRecipe,
    family="ground_truth",
    network=networks.small_convnet,
    optimizer=lambda: keras.optimizers.Adam(4e-3),
    batch_size=32,
    limit={"quick": 64, "lesson": 800, "full": 800},
    schedule=lambda epochs: schedules.one_cycle(4e-3, epochs),
)

GROUND_TRUTH_RECIPES: tuple[ImageRecipe, ...] = (
    _SMALL(name="small_pets", dataset="pets", epochs={"quick": 1, "lesson": 8, "full": 8}),
    _SMALL(name="small_tagged_pets", dataset="tagged_pets", epochs={"quick": 1, "lesson": 4, "full": 4}),
    _SMALL(
        name="small_eyes",
        dataset="eyes",
        network=lambda: networks.small_convnet(size=96),
        # Four times slower than the animals': lesions are small, and the steps of 4e-3 never found them.
        optimizer=lambda: keras.optimizers.Adam(1e-3),
        schedule=None,
        epochs={"quick": 1, "lesson": 20, "full": 20},
    ),
    _SMALL(
        name="small_graded_eyes",
        dataset="graded_eyes",
        network=lambda: networks.small_convnet(size=96, classes=5),
        # From scratch it had learnt nothing after five epochs; the kernels of small_eyes know lesions already.
        initial_recipe="small_eyes",
        optimizer=lambda: keras.optimizers.Adam(1e-3),
        schedule=None,
        limit={"quick": 64, "lesson": 1_600, "full": 1_600},
        epochs={"quick": 1, "lesson": 4, "full": 16},
    ),
)
