"""Recipes that train a network on spectra."""

from __future__ import annotations

import dataclasses
from typing import Literal

import keras

from coursekit import data, settings
from coursekit.data.spectra_dataset import splits_by_mouse
from coursekit.training.recipes.declaration import PreparedData, Recipe, TrainingInputs


@dataclasses.dataclass(frozen=True, kw_only=True)
class SpectraRecipe(Recipe):
    """A network that is trained on Raman spectra, split by mouse, 70 / 15 / 15.

    Attributes
    ----------
    dataset : {"raman_mice"}
    normalisation : {"raw", "unit_length", "standard_normal_variate", "unit_band"}
        How each spectrum is normalised, by `coursekit.data.spectra_dataset.normalised`.
    """

    dataset: Literal["raman_mice"] = "raman_mice"
    normalisation: str = "standard_normal_variate"

    def prepare(self, profile: settings.Profile) -> PreparedData:
        """Load the spectra, normalise and split them."""
        dataset = data.load(self.dataset)
        training, validation, test = splits_by_mouse(dataset.table, self.normalisation)
        training = training.limited(self.limit[profile])

        def inputs(model: keras.Model) -> TrainingInputs:
            return TrainingInputs(
                model,
                lambda seed: training.batches(self.batch_size, shuffle=True, seed=seed),
                validation.batches(64),
            )

        return PreparedData(
            source=dataset.source,
            input_shape=training.spectra.shape[1:],
            labels=training.labels,
            validation_labels=validation.labels,
            test_labels=test.labels,
            test_batches=lambda: test.batches(64),
            inputs=inputs,
        )
