"""Recipes of the lesson on Raman spectra: one network at many learning rates, a second network, two scales."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import keras

from coursekit import networks
from coursekit.training import schedules
from coursekit.training.recipes.spectra_recipe import SpectraRecipe
from coursekit.training.schedules import Schedule

_SPECTRA = partial(
    SpectraRecipe,
    family="raman",
    limit={"quick": 100, "lesson": None, "full": None},
    balanced=True,
    checkpoint_every=50,
    stop_below_loss=0.01,
)
_CHOICES = {"network": "raman_convnet", "schedule": "constant", "normalisation": "standard normal variate"}


def _rate(
    name: str, rate: str, word: str, epochs: int, schedule: Callable[[float], Schedule], note: str
) -> SpectraRecipe:
    """Net 1 at one learning rate."""
    return _SPECTRA(
        name=name,
        network=networks.raman_convnet,
        optimizer=lambda: keras.optimizers.Adam(float(rate)),
        schedule=lambda _epochs: schedule(float(rate)),
        batch_size=64,
        epochs={"quick": 1, "lesson": 3, "full": epochs},
        choices=_CHOICES | {"learning rate": rate, "schedule": word},
        note=note,
    )


def _pooled(name: str, rate: str, normalisation: str, epochs: int, note: str) -> SpectraRecipe:
    """Net 2 at one learning rate, on spectra of one scale."""
    return _SPECTRA(
        name=name,
        network=networks.raman_pooled,
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


_STOPPED = "At most {} epochs; stopped when the training loss is below 0.01, for then the spectra are known by heart."
_AS_THERE = "At most {} epochs, as in the source; stopped when the training loss is below 0.01."

RAMAN_RECIPES: tuple[SpectraRecipe, ...] = (
    _rate("raman_rate_1e-2", "1e-2", "constant", 30, schedules.constant, _STOPPED.format(30)),
    _rate("raman_rate_1e-3", "1e-3", "constant", 200, schedules.constant, _AS_THERE.format(200)),
    _rate("raman_rate_1e-4", "1e-4", "constant", 500, schedules.constant, _AS_THERE.format(500)),
    _rate("raman_rate_1e-6", "1e-6", "constant", 15, schedules.constant, _STOPPED.format(15)),
    _rate("raman_exponential", "1e-3", "exponential", 200, schedules.exponential, _AS_THERE.format(200)),
    _rate("raman_step_decay", "1e-3", "step decay", 150, schedules.step_decay, _AS_THERE.format(150)),
    _pooled("raman_pooled", "1e-3", "standard_normal_variate", 300, _AS_THERE.format(300)),
    _pooled("raman_raw", "1e-3", "raw", 100, "Intensities as they were measured. " + _STOPPED.format(100)),
)
