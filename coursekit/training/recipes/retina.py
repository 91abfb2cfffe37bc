"""Recipes of the lesson on eyes: one head at four learning rates, then with rotated copies, then another head."""

from __future__ import annotations

from functools import partial

import keras

from coursekit import networks
from coursekit.networks.retina import Head
from coursekit.training.recipes.frozen_features_recipe import FrozenFeaturesRecipe

_EYES = partial(
    FrozenFeaturesRecipe,
    dataset="retina_balanced",
    family="retina",
    batch_size=32,
    limit={"quick": 100, "lesson": None, "full": None},
    size=224,
    monitor="val_loss",
    balanced=True,
    graded=True,
)
_FEW = (
    "On 501 eyes a head learns its eyes by heart within few epochs; the source, with many more, trains for 40 to 150."
)
_ROTATED = (
    "Features of a frozen backbone are computed once, so rotation is no new draw in each epoch: each image has three "
    "copies, turned by one, two and three quarters."
)


def _eyes(
    name: str, head: Head, rate: float, epochs: int, rotated_copies: int = 0, note: str = ""
) -> FrozenFeaturesRecipe:
    return _EYES(
        name=name,
        network=lambda: networks.retina_classifier("mobilenet_v2", head),
        optimizer=lambda: keras.optimizers.Adam(rate),
        epochs={"quick": 2, "lesson": 10, "full": epochs},
        rotated_copies=rotated_copies,
        choices={
            "head": str(head),
            "learning rate": f"{rate:.0e}".replace("e-0", "e-"),
            "rotation": "three quarter turns" if rotated_copies else "none",
        },
        note=note,
    )


RETINA_RECIPES: tuple[FrozenFeaturesRecipe, ...] = (
    _eyes("retina_rate_1e-2", 1, 1e-2, 10, note=_FEW),
    _eyes("retina_rate_1e-3", 1, 1e-3, 15, note=_FEW),
    _eyes("retina_rate_1e-4", 1, 1e-4, 15, note=_FEW),
    _eyes("retina_rate_1e-5", 1, 1e-5, 20, note=_FEW),
    _eyes("retina_rotated", 1, 1e-4, 8, rotated_copies=3, note=_ROTATED),
    _eyes("retina_head_2_rotated", 2, 1e-4, 10, rotated_copies=3, note=_ROTATED),
    # Small enough to ship, and with nothing hidden between the maps and the answer: a network to be explained.
    _EYES(
        name="retina_averaged",
        family="",
        network=lambda: networks.classifier("mobilenet_v2", classes=5, size=224, hidden=0, dropout=0.2),
        optimizer=lambda: keras.optimizers.Adam(1e-3),
        epochs={"quick": 2, "lesson": 30, "full": 30},
        patience=5,
        choices={"head": "average", "learning rate": "1e-3", "rotation": "none"},
    ),
)
