"""Recipes of the lesson on Raman spectra: one network at many learning rates, a second network, two scales."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import keras

from coursekit import networks
from coursekit.training import schedules
from coursekit.training.recipes.declaration import Recipe
from coursekit.training.schedules import Schedule

_SPECTRA = partial(
    Recipe,
    dataset="raman_mice",
    family="raman",
    limit={"quick": 100, "lesson": None, "full": None},
    normalisation="standard_normal_variate",
    balanced=True,
    checkpoint_every=50,
    enough=0.01,
)
_CHOICES = {"network": "raman_convnet", "schedule": "constant", "normalisation": "standard normal variate"}


def _rate(name: str, rate: str, word: str, epochs: int, schedule: Callable[[float], Schedule], note: str) -> Recipe:
    """Net 1 at one learning rate."""
    return _SPECTRA(
        name=name,
        network=lambda: networks.raman_convnet(width=8),
        optimizer=lambda: keras.optimizers.Adam(float(rate)),
        schedule=lambda _epochs: schedule(float(rate)),
        batch_size=64,
        epochs={"quick": 1, "lesson": 3, "full": epochs},
        choices=_CHOICES | {"learning rate": rate, "schedule": word},
        note=note,
    )


def _pooled(name: str, rate: str, normalisation: str, epochs: int, note: str) -> Recipe:
    """Net 2 at one learning rate, on spectra of one scale."""
    return _SPECTRA(
        name=name,
        network=lambda: networks.raman_pooled(width=8),
        optimizer=lambda: keras.optimizers.Adam(float(rate)),
        schedule=lambda _epochs: schedules.constant(float(rate)),
        batch_size=32,
        epochs={"quick": 1, "lesson": 10, "full": epochs},
        normalisation=normalisation,
        choices={
            "network": "raman_pooled",
            "schedule": "constant",
            "normalisation": normalisation.replace("_", " "),
            "learning rate": rate,
        },
        note=note,
    )


_SMALLER = "Width 8 in place of 32, and at most {} epochs where the source has 150 to 500: what two cores can train."

RAMAN: tuple[Recipe, ...] = (
    _rate("raman_rate_1e-2", "1e-2", "constant", 20, schedules.constant, _SMALLER.format(20)),
    _rate("raman_rate_1e-3", "1e-3", "constant", 40, schedules.constant, _SMALLER.format(40)),
    _rate("raman_rate_1e-4", "1e-4", "constant", 40, schedules.constant, _SMALLER.format(40)),
    _rate("raman_rate_1e-6", "1e-6", "constant", 15, schedules.constant, _SMALLER.format(15)),
    _rate("raman_exponential", "1e-3", "exponential", 40, schedules.exponential, _SMALLER.format(40)),
    _rate("raman_ladder", "1e-3", "ladder", 40, schedules.ladder, _SMALLER.format(40)),
    _pooled("raman_pooled", "1e-3", "standard_normal_variate", 60, _SMALLER.format(60)),
    _pooled("raman_raw", "1e-3", "raw", 15, "Intensities as they were measured. " + _SMALLER.format(15)),
)
