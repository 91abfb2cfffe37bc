"""What a recipe says."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping

import keras

from coursekit import data, settings
from coursekit.training.schedules import Schedule


@dataclasses.dataclass(frozen=True)
class Recipe:
    """Everything that decides how a network is trained, for each profile where it matters.

    Attributes
    ----------
    name, dataset : str
        The data set is one of `coursekit.data.load`, or one of `coursekit.data.GROUND_TRUTH`.
    network : callable
        Returns a new model: untrained, or with a pretrained backbone.
    optimizer : callable
        Returns a new optimiser.
    batch_size : int
    epochs : mapping of profile to int
    limit : mapping of profile to int or None
        Number of training pictures; None is all of them.
    size : int, optional
        Height and width that pictures are scaled to; None leaves them as they are.
    augmentation : callable, optional
        Returns a Keras model that changes training pictures at random. Validation pictures are never changed.
    schedule : callable, optional
        Takes the number of epochs and returns a schedule; None keeps the optimiser's learning rate.
    validation : float or None
        Share of the training pictures that is set aside where the data set has no validation part. None: no validation.
    watch : str, optional
        The validation metric that decides which epoch is kept; None keeps the last.
    patience : int, optional
        Stop after so many epochs without a better value of `watch`.
    frozen_backbone : bool
        The network is a `coursekit.networks.classifier`: only its head is trained, on features that its backbone
        computes once.
    rotated_copies : int
        With `frozen_backbone`: so many copies of each training picture are trained on too, turned by one, two and
        three quarters. They are the same in every epoch.
    begins_with : str, optional
        Name of the recipe whose trained network is trained on, to fine-tune it.
    unfreeze_from : str, optional
        With `begins_with`: the first block of the backbone that learns.
    prepare : callable, optional
        Takes the data set and returns the one to train and judge on: some of its classes, its pictures in grey.
    note : str
        What a reader of the run must know.
    family : str
        The sub-folder of ``runs/`` that its record is kept in; "" is ``runs/`` itself.
    choices : mapping of str to str
        What tells it apart from others of its family, in words: ``{"learning rate": "1e-3"}``. The training-curve
        explorer offers runs by them.
    balanced : bool
        Whether balanced accuracy is measured after each epoch, beside accuracy.
    graded : bool
        The classes are grades in order: the run records the sensitivity for each of them, and quadratic kappa.
    mirrored : bool
        The test is judged a second time with the mean of the answers to a picture and to its mirror image.
    normalisation : str, optional
        For spectra: how they are normalised, one of `coursekit.data.spectra_dataset.NORMALISATIONS`. They are split by
        mouse, 70 / 15 / 15; `size`, `augmentation` and `validation` are for pictures.
    checkpoint_every : int
        A checkpoint is written after so many epochs: 1, or more where a network is large and its epochs are short.
    enough : float, optional
        Stop when the training loss is below it: the network has learned its training data by heart.
    """

    name: str
    dataset: str
    network: Callable[[], keras.Model]
    optimizer: Callable[[], keras.optimizers.Optimizer]
    batch_size: int
    epochs: Mapping[settings.Profile, int]
    limit: Mapping[settings.Profile, int | None]
    size: int | None = None
    augmentation: Callable[[], keras.Model] | None = None
    schedule: Callable[[int], Schedule] | None = None
    validation: float | None = 0.1
    watch: str | None = None
    patience: int | None = None
    frozen_backbone: bool = False
    rotated_copies: int = 0
    begins_with: str | None = None
    unfreeze_from: str | None = None
    prepare: Callable[[data.Dataset], data.Dataset] | None = None
    note: str = ""
    family: str = ""
    choices: Mapping[str, str] = dataclasses.field(default_factory=dict)
    balanced: bool = False
    graded: bool = False
    mirrored: bool = False
    normalisation: str | None = None
    checkpoint_every: int = 1
    enough: float | None = None
