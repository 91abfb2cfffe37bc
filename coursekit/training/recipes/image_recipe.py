"""Recipes that train a network on images."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from functools import partial

import keras
import numpy as np
from numpy.typing import NDArray

from coursekit import data, metrics, networks, settings
from coursekit.training.evaluation import class_probabilities, metric_with_interval
from coursekit.training.recipes.declaration import PreparedData, Recipe, TrainingInputs


@dataclasses.dataclass(frozen=True, kw_only=True)
class ImageRecipe(Recipe):
    """A network that is trained on images, all of it or from a block of its backbone on.

    Attributes
    ----------
    size : int, optional
        Height and width in pixels that images are scaled to; None leaves them as they are.
    transform : callable, optional
        Takes the data set and returns the one to train and judge on: some of its classes, its images in grey.
    validation : float or None
        Share of the training images that is set aside where the data set has no validation part. None: no validation.
    augmentation : callable, optional
        Returns a Keras model that changes training images at random. Validation images are never changed.
    initial_recipe : str, optional
        Name of the recipe whose trained network is trained on, to fine-tune it.
    unfreeze_from : str, optional
        With `initial_recipe`: the first block of the backbone that learns. Without it the network of this recipe
        begins with the other one's weights, but for its last layer.
    flip_tta : bool
        The test is judged a second time with the mean of the answers to an image and to its mirror image.
    """

    size: int | None = None
    transform: Callable[[data.Dataset], data.Dataset] | None = None
    validation: float | None = 0.1
    augmentation: Callable[[], keras.Model] | None = None
    initial_recipe: str | None = None
    unfreeze_from: str | None = None
    flip_tta: bool = False

    def prepare(self, profile: settings.Profile) -> PreparedData:
        """Load the images and split them."""
        dataset = load_images(self.dataset)
        if self.transform is not None:
            dataset = self.transform(dataset)
        training, validation = training_parts(dataset, self.validation, self.limit[profile])

        def inputs(model: keras.Model) -> TrainingInputs:
            augment = None if self.augmentation is None else partial(self.augmentation(), training=True)
            return TrainingInputs(
                model,
                lambda seed: training.batches(
                    self.batch_size, shuffle=True, seed=seed, size=self.size, augment=augment, cache="memory"
                ),
                None if validation is None else validation.batches(64, size=self.size, cache="memory"),
            )

        return PreparedData(
            source=dataset.source,
            input_shape=(self.size, self.size, 3) if self.size else training.arrays(limit=1)[0].shape[1:],
            labels=training.labels,
            validation_labels=None if validation is None else validation.labels,
            test_labels=dataset.test.labels,
            test_batches=lambda: dataset.test.batches(64, size=self.size),
            inputs=inputs,
        )

    def further_metrics(
        self, model: keras.Model, prepared: PreparedData, probabilities: NDArray[np.floating]
    ) -> dict[str, float]:
        """Return the accuracy of two looks, if the recipe asks for it."""
        if not self.flip_tta:
            return {}
        answers = class_probabilities(networks.flip_tta(model), prepared.test_batches()).argmax(axis=1)
        return metric_with_interval("accuracy_flip_tta", metrics.accuracy, prepared.test_labels, answers)


def load_images(name: str) -> data.Dataset:
    """Return a data set of images: one that is drawn with a known ground truth, or one of `coursekit.data.load`.

    Parameters
    ----------
    name : str
        One of `coursekit.data.load`, or one of `coursekit.data.GROUND_TRUTH`.

    Returns
    -------
    Dataset
    """
    return data.ground_truth_dataset(name) if name in data.GROUND_TRUTH else data.load(name)


def training_parts(
    dataset: data.Dataset, validation: float | None, limit: int | None
) -> tuple[data.Split, data.Split | None]:
    """Return what is trained on and what is validated on, each of at most so many images.

    Parameters
    ----------
    dataset : Dataset
    validation : float or None
        Share of the training images that is set aside where the data set has no validation part. None: no validation.
    limit : int or None
        The most images of each part; None is all of them.

    Returns
    -------
    training : Split
    validation : Split or None
    """
    if validation is None:
        return dataset.train.limited(limit), None
    training, unseen = dataset.train, dataset.validation
    if unseen is None:
        training, unseen = data.hold_out(training, validation)
    return training.limited(limit), unseen.limited(limit)
