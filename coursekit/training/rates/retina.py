"""A study on learning rates: one head on the kept features of a frozen backbone, at four rates.

The head has one hidden layer of 256 units and is trained by `small_network`'s Adam, so that 400 epochs take seconds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from coursekit import metrics
from coursekit.arrays import Floats
from coursekit.training.rates.small_network import Adam, glorot, loss_and_gradients, scores_of

RATES: Mapping[float, int] = {1e-2: 400, 1e-3: 100, 1e-4: 200, 1e-5: 200}
"""For each learning rate the number of epochs."""

HIDDEN, BATCH = 256, 32
Part = tuple[Floats, NDArray[np.int64], NDArray[np.str_]]


def head_rate(rate: float, epochs: int, train: Part, validation: Part, test: Part, seed: int = 0) -> dict[str, Any]:
    """Train a head at one rate to the last epoch, and return how it went and how it ended.

    Parameters
    ----------
    rate : float
        Of Adam.
    epochs : int
    train, validation, test : (float32 array (n, numbers), int64 array (n,), str array (n,))
        Features, grades and patients.
    seed : int
        Of the first weights and of the order.

    Returns
    -------
    dict
        ``rate``, ``epochs``, ``eyes``; ``loss`` and ``val_loss`` after each epoch; ``best_epoch``, from 1, by quadratic
        kappa on the validation eyes; and on the test eyes at the last epoch ``test_loss``, ``kappa`` and
        ``balanced_accuracy`` with intervals from patients drawn anew.
    """
    features, grades, _ = train
    classes = int(grades.max()) + 1
    generator = np.random.default_rng(seed)
    weights = glorot(generator, features.shape[1], HIDDEN, classes)
    update = Adam(weights, rate)
    history: dict[str, list[float]] = {"loss": [], "val_loss": [], "val_kappa": []}
    with np.errstate(all="ignore"):
        for _ in range(epochs):
            losses = []
            order = generator.permutation(len(grades))
            for batch in np.split(order, range(BATCH, len(order), BATCH)):
                loss, gradients = loss_and_gradients(weights, features[batch], grades[batch])
                losses.append(loss)
                update.step(gradients)
            history["loss"].append(float(np.mean(losses)))
            history["val_loss"].append(loss_and_gradients(weights, validation[0], validation[1])[0])
            said = scores_of(weights, validation[0]).argmax(axis=1)
            history["val_kappa"].append(metrics.quadratic_kappa(validation[1], said))
    said = scores_of(weights, test[0]).argmax(axis=1)
    row: dict[str, Any] = {"rate": rate, "epochs": epochs, "eyes": len(grades), "test_eyes": len(said)}
    row["best_epoch"] = int(np.nanargmax(history["val_kappa"])) + 1
    row["test_loss"] = loss_and_gradients(weights, test[0], test[1])[0]
    for name, metric in (("kappa", metrics.quadratic_kappa), ("balanced_accuracy", metrics.balanced_accuracy)):
        row |= metrics.bootstrap_interval(metric, test[1], said, groups=test[2]).figures(name)
    row = {key: round(value, 4) if key != "rate" and isinstance(value, float) else value for key, value in row.items()}
    kept = {metric: [float(f"{value:.4g}") for value in history[metric]] for metric in ("loss", "val_loss")}
    return row | kept


def head_rate_study(train: Part, validation: Part, test: Part) -> Iterator[dict[str, Any]]:
    """Yield `head_rate` for each of `RATES`.

    Parameters
    ----------
    train, validation, test : (array float32 (n, features), array int (n,), array (n,))
        The features, grades and patients of each part.

    Returns
    -------
    iterator of dict
        A row for each rate.
    """
    for rate, epochs in RATES.items():
        yield head_rate(rate, epochs, train, validation, test)
