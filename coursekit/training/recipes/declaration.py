"""What every recipe says, and what it hands to a training."""

from __future__ import annotations

import dataclasses
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
from numpy.typing import NDArray

from coursekit import settings
from coursekit.training.schedules import Schedule

if TYPE_CHECKING:
    import tensorflow as tf


@dataclasses.dataclass(frozen=True)
class TrainingInputs:
    """What is trained, and on what.

    Attributes
    ----------
    model : keras.Model
        The network itself, or the head of it.
    batches : callable
        Takes a seed and returns a `tf.data.Dataset` of batches ``(inputs, labels)``, shuffled by it.
    validation : tf.data.Dataset or (array, array) or None
        What is validated on after each epoch.
    """

    model: keras.Model
    batches: Callable[[int], tf.data.Dataset]
    validation: Any


@dataclasses.dataclass(frozen=True)
class PreparedData:
    """The data of a recipe, loaded and split.

    Attributes
    ----------
    source : str
        ``"real"`` or ``"sample"``: which form of the data set.
    input_shape : tuple of int
        Of one image or spectrum, without the batch axis.
    labels : int64 array (n,)
        Of what is trained on.
    validation_labels : int64 array (m,) or None
        None if nothing is validated on.
    test_labels : int64 array (k,)
    test_batches : callable
        Returns a `tf.data.Dataset` of batches ``(inputs, labels)`` of the test set, in the order of `test_labels`.
    inputs : callable
        Takes the whole network and returns its `TrainingInputs`; what is expensive is computed there.
    """

    source: str
    input_shape: tuple[int, ...]
    labels: NDArray[np.int64]
    validation_labels: NDArray[np.int64] | None
    test_labels: NDArray[np.int64]
    test_batches: Callable[[], tf.data.Dataset]
    inputs: Callable[[keras.Model], TrainingInputs]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Recipe(ABC):
    """What decides how a network is trained, whatever its inputs are; a subclass for each kind of input.

    Attributes
    ----------
    name : str
    dataset : str
        One of `coursekit.data.load`, or one of `coursekit.data.GROUND_TRUTH`.
    network : callable
        Returns a new `keras.Model`: untrained, or with a pretrained backbone.
    optimizer : callable
        Returns a new `keras.optimizers.Optimizer`.
    batch_size : int
    epochs : mapping of {"quick", "lesson", "full"} to int
        The most epochs for each profile.
    limit : mapping of {"quick", "lesson", "full"} to int or None
        Number of training samples for each profile; None is all of them.
    schedule : callable, optional
        Takes the number of epochs and returns a schedule (`coursekit.training.schedules`); None keeps the optimiser's
        learning rate.
    monitor : str, optional
        The validation metric that decides which epoch is kept; None keeps the last.
    patience : int, optional
        Stop after so many epochs without a better value of `monitor`.
    stop_below_loss : float, optional
        Stop when the training loss is below it: the network has learned its training data by heart.
    checkpoint_every : int
        A checkpoint is written after so many epochs: 1, or more where a network is large and its epochs are short.
    balanced : bool
        Whether balanced accuracy is measured after each epoch, beside accuracy.
    family : str
        The sub-folder of ``runs/`` that its record is kept in; "" is ``runs/`` itself.
    choices : mapping of str to str
        What tells it apart from others of its family, in words: ``{"learning rate": "1e-3"}``. The training-curve
        explorer offers runs by them.
    note : str
        What a reader of the run must know.
    """

    name: str
    dataset: str
    network: Callable[[], keras.Model]
    optimizer: Callable[[], keras.optimizers.Optimizer]
    batch_size: int
    epochs: Mapping[settings.Profile, int]
    limit: Mapping[settings.Profile, int | None]
    schedule: Callable[[int], Schedule] | None = None
    monitor: str | None = None
    patience: int | None = None
    stop_below_loss: float | None = None
    checkpoint_every: int = 1
    balanced: bool = False
    family: str = ""
    choices: Mapping[str, str] = dataclasses.field(default_factory=dict)
    note: str = ""

    @abstractmethod
    def prepare(self, profile: settings.Profile) -> PreparedData:
        """Load the data set and split it.

        Parameters
        ----------
        profile : {"quick", "lesson", "full"}
            How many samples are trained on.

        Returns
        -------
        PreparedData

        Raises
        ------
        DataError
            If the data set cannot be had.
        """

    def further_metrics(
        self, model: keras.Model, prepared: PreparedData, probabilities: NDArray[np.floating]
    ) -> dict[str, float]:
        """Return metrics on the test set that this kind of recipe adds to those of every run; by default none.

        Parameters
        ----------
        model : keras.Model
            The trained network.
        prepared : PreparedData
        probabilities : float array (k, classes)
            What the network answers for the test set.

        Returns
        -------
        dict of str to float
        """
        return {}
