"""Recipes that train a head on the features of a frozen backbone."""

from __future__ import annotations

import dataclasses

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from coursekit import metrics, networks, settings
from coursekit.training.evaluation import metric_with_interval
from coursekit.training.frozen_features import features
from coursekit.training.quarter_turns import quarter_turned
from coursekit.training.recipes.declaration import PreparedData, Recipe, TrainingInputs
from coursekit.training.recipes.image_recipe import load_images, training_parts


@dataclasses.dataclass(frozen=True, kw_only=True)
class FrozenFeaturesRecipe(Recipe):
    """A `coursekit.networks.classifier` of which only the head is trained, on features computed once.

    Attributes
    ----------
    size : int
        Height and width in pixels that images are scaled to.
    validation : float
        Share of the training images that is set aside where the data set has no validation part.
    rotated_copies : int
        So many copies of each training image are trained on too, turned by one, two and three quarters. They are the
        same in every epoch.
    graded : bool
        The classes are grades in order: the run records the sensitivity for each of them, and quadratic kappa.
    """

    size: int
    validation: float = 0.1
    rotated_copies: int = 0
    graded: bool = False

    def prepare(self, profile: settings.Profile) -> PreparedData:
        """Load the images and split them."""
        dataset = load_images(self.dataset)
        training, validation = training_parts(dataset, self.validation, self.limit[profile])
        assert validation is not None  # a share is always set aside

        def inputs(model: keras.Model) -> TrainingInputs:
            backbone, head = networks.split_head(model)
            found, labels = features(backbone, training, self.size)
            if self.rotated_copies:
                copies = [quarter_turned(training, self.size, turns) for turns in range(1, self.rotated_copies + 1)]
                found = np.concatenate([found, *(features(backbone, copy, self.size)[0] for copy in copies)])
                labels = np.tile(labels, 1 + self.rotated_copies)

            def shuffled(seed: int) -> tf.data.Dataset:
                batches = tf.data.Dataset.from_tensor_slices((found, labels))
                return batches.shuffle(len(labels), seed=seed).batch(self.batch_size)

            return TrainingInputs(head, shuffled, features(backbone, validation, self.size))

        return PreparedData(
            source=dataset.source,
            input_shape=(self.size, self.size, 3),
            labels=training.labels,
            validation_labels=validation.labels,
            test_labels=dataset.test.labels,
            test_batches=lambda: dataset.test.batches(64, size=self.size),
            inputs=inputs,
        )

    def further_metrics(
        self, model: keras.Model, prepared: PreparedData, probabilities: NDArray[np.floating]
    ) -> dict[str, float]:
        """Return quadratic kappa and the sensitivity for each grade, if the classes are grades."""
        if not self.graded:
            return {}
        predictions = probabilities.argmax(axis=1)
        found = metric_with_interval("quadratic_kappa", metrics.quadratic_kappa, prepared.test_labels, predictions)
        for grade in range(probabilities.shape[1]):
            of_grade = predictions[prepared.test_labels == grade]
            share = metrics.proportion_interval(int((of_grade == grade).sum()), len(of_grade))
            found |= share.figures(f"sensitivity_{grade}")
        return found
