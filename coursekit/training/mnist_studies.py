"""Studies on digits: convnet against dense network with few examples, and with digits that are moved."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from coursekit import metrics, networks
from coursekit.data import Dataset
from coursekit.training.recipe_training import trained

Images = NDArray[np.float32]
Labels = NDArray[np.int64]

NETWORKS: Mapping[str, Callable[[], keras.Model]] = {
    "dense_baseline": networks.dense_baseline,
    "mnist_convnet": networks.mnist_convnet,
}
SIZES = (100, 1_000, 10_000)
UPDATES = 300
BATCH_SIZE = 64
SHIFTS = range(7)
_SIDES = {"left": (0, -1), "right": (0, 1), "up": (-1, 0), "down": (1, 0)}


def shifted(images: Images, rows: int, columns: int) -> Images:
    """Return images moved by whole pixels; what comes in is black.

    Parameters
    ----------
    images : float32 array (n, height, width, 1)
    rows, columns : int
        How far down and to the right; negative numbers move up and to the left.

    Returns
    -------
    float32 array (n, height, width, 1)

    Examples
    --------
    >>> image = np.array([[1.0, 2.0], [3.0, 4.0]], np.float32)[np.newaxis, ..., np.newaxis]
    >>> shifted(image, rows=0, columns=1)[0, ..., 0].tolist()
    [[0.0, 1.0], [0.0, 3.0]]
    """
    height, width = images.shape[1:3]
    moved = np.zeros_like(images)
    moved[:, max(rows, 0) : height + min(rows, 0), max(columns, 0) : width + min(columns, 0)] = images[
        :, max(-rows, 0) : height + min(-rows, 0), max(-columns, 0) : width + min(-columns, 0)
    ]
    return moved


def samples_study(
    digits: Dataset,
    sizes: Sequence[int] = SIZES,
    seeds: Sequence[int] = (0, 1, 2),
    updates: int = UPDATES,
    change: Callable[[Images], Images] | None = None,
) -> Iterator[dict[str, Any]]:
    """Yield the test accuracies of both networks for each number of training images, one for each of several seeds.

    A seed draws the images and the first weights; both networks get the same images, batches and number of updates.

    Parameters
    ----------
    digits : Dataset
    sizes : sequence of int
        Numbers of training images.
    seeds : sequence of int
    updates : int
        Steps of the optimiser (RMSprop 1e-3, batches of 64), whatever the number of images.
    change : function, optional
        What is done to all images before training and testing: from float32 array (n, 28, 28, 1) to the same shape.

    Yields
    ------
    dict
        ``images``, and for each network ``<name>`` (a list: one accuracy per seed).
    """
    changed = change or (lambda images: images)
    test_images, test_labels = digits.test.arrays()
    test_images = changed(test_images)
    learners = {name: _Learner(network, seeds) for name, network in NETWORKS.items()}
    for size in sizes:
        row: dict[str, Any] = {"images": size, **{name: [] for name in NETWORKS}}
        for seed in seeds:
            chosen = np.random.default_rng(seed).choice(len(digits.train), size, replace=False)
            images, labels = digits.train.take(np.sort(chosen)).arrays()
            for name, learner in learners.items():
                answers = _answers(learner.fitted(changed(images), labels, seed, updates), test_images)
                row[name].append(round(float((answers == test_labels).mean()), 4))
        yield row


def shifts_study(digits: Dataset) -> Iterator[dict[str, Any]]:
    """Yield the test accuracy of both networks, trained on centred digits, on digits that are moved or upside down.

    Parameters
    ----------
    digits : Dataset

    Yields
    ------
    dict
        ``change`` ("moved by 3", "upside down"), for each network ``<name>`` (accuracy), and ``difference``,
        ``difference_low``, ``difference_high``: the convnet's accuracy minus the dense network's, with a paired 95 %
        bootstrap interval over the test images. A shift is the mean of four directions.
    """
    images, labels = digits.test.arrays()
    models = [trained(name, "full") for name in NETWORKS]
    changes = {f"moved by {shift}": shift for shift in SHIFTS} | {"upside down": None}
    for change, shift in changes.items():
        if shift is None:
            copies = [images[:, ::-1, ::-1]]
        else:
            sides = _SIDES.values() if shift else [(0, 0)]
            copies = [shifted(images, shift * down, shift * right) for down, right in sides]
        right = [np.mean([_answers(model, copy) == labels for copy in copies], axis=0) for model in models]
        found = metrics.difference_interval(_mean_of_second, labels, right[1], right[0])
        accuracies = {name: round(float(one.mean()), 4) for name, one in zip(NETWORKS, right, strict=True)}
        interval = {name: round(value, 4) for name, value in found.figures("difference").items()}
        yield {"change": change, **accuracies, **interval}


def _mean_of_second(_labels: NDArray[Any], right: NDArray[Any]) -> float:
    return float(right.mean())


class _Learner:
    """A network that begins anew for every training; so TensorFlow traces it once.

    All first weights are drawn before the first training: to set a seed makes TensorFlow forget what it has compiled.
    """

    def __init__(self, network: Callable[[], keras.Model], seeds: Sequence[int]) -> None:
        self._weights = {}
        for seed in seeds:
            keras.utils.set_random_seed(seed)
            self._weights[seed] = network().get_weights()
        self._model = network()
        self._model.compile(optimizer=keras.optimizers.RMSprop(1e-3), loss="sparse_categorical_crossentropy")
        self._model.optimizer.build(self._model.trainable_variables)
        self._beginning = [variable.numpy().copy() for variable in self._model.optimizer.variables]

    def fitted(self, images: Images, labels: Labels, seed: int, updates: int) -> keras.Model:
        """Return the network after so many steps, in batches from one pass over the images after another."""
        self._model.set_weights(self._weights[seed])
        for variable, value in zip(self._model.optimizer.variables, self._beginning, strict=True):
            variable.assign(value)
        generator = np.random.default_rng(seed)
        passes = -(-updates * BATCH_SIZE // len(images))
        order = np.concatenate([generator.permutation(len(images)) for _ in range(passes)])[: updates * BATCH_SIZE]
        self._model.fit(images[order], labels[order], batch_size=BATCH_SIZE, shuffle=False, verbose=0)
        return self._model


def _answers(model: keras.Model, images: Images) -> Labels:
    answers: Labels = model.predict(images, batch_size=512, verbose=0).argmax(axis=1)
    return answers
