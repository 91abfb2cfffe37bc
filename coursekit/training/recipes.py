"""Recipes: which network is trained on which data, how, and for how long."""

from __future__ import annotations

import dataclasses
import platform
import time
from collections.abc import Callable, Mapping
from importlib.metadata import version

import keras
import numpy as np
from scipy.stats import binomtest

from coursekit import data, networks, settings
from coursekit.training.progress import ProgressBar
from coursekit.training.runs import Run


@dataclasses.dataclass(frozen=True)
class Recipe:
    """Everything that decides how a network is trained, for each profile where it matters.

    Attributes
    ----------
    name, dataset : str
    network : callable
        Returns a new, untrained model.
    optimizer : callable
        Returns a new optimiser.
    batch_size : int
    epochs : mapping of profile to int
    limit : mapping of profile to int or None
        Number of training pictures; None is all of them.
    """

    name: str
    dataset: str
    network: Callable[[], keras.Model]
    optimizer: Callable[[], keras.optimizers.Optimizer]
    batch_size: int
    epochs: Mapping[settings.Profile, int]
    limit: Mapping[settings.Profile, int | None]


def _mnist(network: Callable[[], keras.Model], batch_size: int) -> Recipe:
    return Recipe(
        name=network.__name__,
        dataset="mnist",
        network=network,
        optimizer=lambda: keras.optimizers.RMSprop(1e-3),
        batch_size=batch_size,
        epochs={"quick": 2, "lesson": 5, "full": 5},
        limit={"quick": 2_000, "lesson": None, "full": None},
    )


RECIPES: dict[str, Recipe] = {
    recipe.name: recipe
    for recipe in (
        _mnist(networks.dense_baseline, batch_size=128),
        _mnist(networks.mnist_convnet, batch_size=64),
        _mnist(networks.mnist_gap_convnet, batch_size=64),
        Recipe(
            name="cifar10_backbone",
            dataset="cifar10",
            network=networks.cifar10_backbone,
            optimizer=lambda: keras.optimizers.Adam(1e-3),
            batch_size=64,
            epochs={"quick": 1, "lesson": 3, "full": 5},
            limit={"quick": 1_000, "lesson": 10_000, "full": None},
        ),
    )
}
"""The recipes by name; ``coursekit train NAME`` follows one."""


def recipe(name: str) -> Recipe:
    """Return a recipe by name.

    Raises
    ------
    ValueError
        If there is no such recipe; the message lists those there are.

    Examples
    --------
    >>> recipe("mnist_convnet").batch_size
    64
    """
    if name not in RECIPES:
        raise ValueError(f"there is no recipe {name!r}. The recipes are: {', '.join(RECIPES)}.")
    return RECIPES[name]


def train(name: str, profile: settings.Profile | None = None, seed: int = 0) -> tuple[keras.Model, Run]:
    """Follow a recipe: load the data, train a new network, judge it once on the test set.

    Parameters
    ----------
    name : str
        See `RECIPES`.
    profile : {"quick", "lesson", "full"}, optional
        How many epochs and pictures; by default the profile of the session.
    seed : int
        Fixes the first weights and the order of the pictures. On a CPU two trainings with one seed are equal.

    Returns
    -------
    model : keras.Model
        The network after its last epoch, compiled.
    run : Run
        The record of the training.

    Raises
    ------
    ValueError
        If there is no such recipe.
    """
    chosen = recipe(name)
    profile = profile or settings.profile()
    dataset = data.load(chosen.dataset)
    pictures, labels = dataset.train.arrays(limit=chosen.limit[profile])

    keras.utils.set_random_seed(seed)
    model = chosen.network()
    model.compile(optimizer=chosen.optimizer(), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    start = time.perf_counter()
    history = model.fit(
        pictures,
        labels,
        batch_size=chosen.batch_size,
        epochs=chosen.epochs[profile],
        verbose=0,
        callbacks=[ProgressBar()],
    )
    seconds = time.perf_counter() - start

    return model, Run(
        name=name,
        network=model.name,
        dataset=chosen.dataset,
        source=dataset.source,
        profile=profile,
        seed=seed,
        parameters=model.count_params(),
        pictures=len(pictures),
        epochs=chosen.epochs[profile],
        seconds=round(seconds, 1),
        history={metric: [round(float(value), 5) for value in values] for metric, values in history.history.items()},
        test=_judge(model, *dataset.test.arrays()),
        versions={"python": platform.python_version()}
        | {package: version(package) for package in ("keras", "tensorflow", "numpy")},
    )


def _judge(model: keras.Model, pictures: np.ndarray, labels: np.ndarray) -> dict[str, float]:
    loss, accuracy = model.evaluate(pictures, labels, batch_size=256, verbose=0)
    interval = binomtest(round(accuracy * len(labels)), len(labels)).proportion_ci(method="wilson")
    figures = {"loss": loss, "accuracy": accuracy, "accuracy_low": interval.low, "accuracy_high": interval.high}
    return {name: round(float(value), 5) for name, value in figures.items()} | {"pictures": len(labels)}
