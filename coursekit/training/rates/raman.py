"""A study on learning rates: schedules and constant rates on Raman spectra, for one number of epochs, by mouse.

No training stops early, because a schedule that has not yet lowered its rate cannot show what it does. Each mouse is
tested once, by a network that has not seen it, so that two settings can be compared mouse by mouse.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from coursekit import metrics
from coursekit.atomic_write import write_whole
from coursekit.data.spectra_dataset import normalised
from coursekit.networks import raman_convnet, raman_pooled
from coursekit.spectra import RamanSpectra
from coursekit.training import schedules
from coursekit.training.callbacks.balanced_accuracy import BalancedAccuracy
from coursekit.training.schedules import LearningRate, Schedule

EPOCHS = 300
FOLDS = 3
VALIDATED_EVERY = 10


@dataclass(frozen=True)
class Setting:
    """One network with one schedule.

    Attributes
    ----------
    network : {"net 1", "net 2"}
        `coursekit.networks.raman_convnet` of width 2, or `raman_pooled` of width 4.
    words : str
        The schedule in words.
    schedule : Schedule
    against : str
        The setting that it is compared with, "" for none.
    """

    network: str
    words: str
    schedule: Schedule
    against: str = ""


def falling(rate: float, last: float, epochs: int = EPOCHS) -> Schedule:
    """Return a schedule that falls by the same factor each epoch, from one rate to another.

    Parameters
    ----------
    rate, last : float
        The first rate, and the one after `epochs` epochs.
    epochs : int

    Returns
    -------
    Schedule

    Examples
    --------
    >>> schedule = falling(1e-3, 1e-4, epochs=300)
    >>> schedule(0), round(schedule(300), 7)
    (0.001, 0.0001)
    """
    return schedules.exponential(rate, decay=float(np.log(rate / last)) / epochs, constant_epochs=0)


SETTINGS: Mapping[str, Setting] = {
    "exponential from 1e-2": Setting("net 1", "exponential", schedules.exponential(1e-2), "exponential from 1e-3"),
    "exponential from 1e-3": Setting("net 1", "exponential", schedules.exponential(1e-3), "constant 1e-3"),
    "step decay from 1e-2": Setting("net 1", "step decay", schedules.step_decay(1e-2), "step decay from 1e-3"),
    "step decay from 1e-3": Setting("net 1", "step decay", schedules.step_decay(1e-3), "constant 1e-3"),
    "constant 1e-3": Setting("net 1", "constant", schedules.constant(1e-3)),
    "net 2, 1e-3 to 1e-4": Setting("net 2", "falling", falling(1e-3, 1e-4), "net 2, constant 1e-3"),
    "net 2, constant 1e-3": Setting("net 2", "constant", schedules.constant(1e-3), "constant 1e-3"),
}
NETWORKS: Mapping[str, tuple[Callable[[int], keras.Model], int]] = {
    "net 1": (lambda points: raman_convnet(points, width=2), 64),
    "net 2": (lambda points: raman_pooled(points, width=4), 32),
}
"""For each network how it is built, and how many spectra are in a batch."""


def trained_fold(table: RamanSpectra, setting: Setting, fold: int, epochs: int = EPOCHS) -> dict[str, Any]:
    """Train on all folds of the mice but one, and return how it went and what the network says of that one.

    Parameters
    ----------
    table : RamanSpectra
    setting : Setting
    fold : int
        0 to `FOLDS` - 1.
    epochs : int

    Returns
    -------
    dict
        ``positions`` and ``probabilities`` of the tested spectra, and ``history`` as `fit` gives it.
    """
    from sklearn.model_selection import StratifiedGroupKFold

    spectra, build = normalised(table, "standard_normal_variate"), NETWORKS[setting.network]
    folds = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=0)
    train, test = list(folds.split(spectra, table.labels, table.mouse))[fold]
    keras.utils.set_random_seed(fold)
    model = build[0](spectra.shape[1])
    model.compile(
        optimizer=keras.optimizers.Adam(),
        loss="sparse_categorical_crossentropy",
        metrics=[BalancedAccuracy(len(table.classes))],
    )
    history = model.fit(
        spectra[train],
        table.labels[train],
        batch_size=build[1],
        epochs=epochs,
        validation_data=(spectra[test], table.labels[test]),
        validation_freq=VALIDATED_EVERY,
        verbose=0,
        callbacks=[LearningRate(setting.schedule)],
    ).history
    probabilities = model.predict(spectra[test], verbose=0)
    return {"positions": test.tolist(), "probabilities": probabilities.tolist(), "history": history}


def rate_study(
    table: RamanSpectra, folder: Path, folds: Sequence[int] = range(FOLDS), names: Sequence[str] = tuple(SETTINGS)
) -> Iterator[dict[str, Any]]:
    """Yield for each setting how it ended on mice that it did not know, with intervals over these mice.

    Parameters
    ----------
    table : RamanSpectra
    folder : Path
        Each training is kept here, so that a study that was cut off goes on.
    folds : sequence of int
        The folds that are tested; by default all, so that every mouse is.
    names : sequence of str
        Of `SETTINGS`; those that others are compared with come along.

    Yields
    ------
    dict
        ``setting``, ``network``, ``schedule``, ``epochs``, ``spectra``, ``mice``; ``accuracy``, ``balanced_accuracy``
        and its interval; ``loss``; ``against`` and the difference in balanced accuracy from it with its interval; and
        ``history``: means over the folds, every tenth epoch.
    """
    kept = {name: [_kept_fold(folder, table, name, fold) for fold in folds] for name in names}
    answers = {name: _answers(found) for name, found in kept.items()}
    for name, found in kept.items():
        setting = SETTINGS[name]
        positions, probabilities = answers[name]
        labels, mice = table.labels[positions], table.mouse[positions]
        predicted = probabilities.argmax(axis=1)
        sure = np.maximum(probabilities[np.arange(len(labels)), labels], 1e-7)
        judged = metrics.bootstrap_interval(metrics.balanced_accuracy, labels, predicted, groups=mice)
        row = {
            "setting": name,
            "network": setting.network,
            "schedule": setting.words,
            "epochs": len(found[0]["history"]["loss"]),
            "spectra": len(labels),
            "mice": len(np.unique(mice)),
            "loss": float(-np.log(sure).mean()),
            "accuracy": metrics.accuracy(labels, predicted),
            **judged.figures("balanced_accuracy"),
            "against": setting.against,
            "history": {metric: _mean(found, metric) for metric in ("loss", "val_loss", "val_balanced_accuracy")},
        }
        if setting.against in answers:
            other = answers[setting.against][1].argmax(axis=1)
            gained = metrics.difference_interval(metrics.balanced_accuracy, labels, predicted, other, groups=mice)
            row |= gained.figures("difference")
        yield {key: round(value, 4) if isinstance(value, float) else value for key, value in row.items()}


def _kept_fold(folder: Path, table: RamanSpectra, name: str, fold: int) -> dict[str, Any]:
    """Return a training of before, or train now and keep it."""
    path = folder / f"{name.replace(' ', '_').replace(',', '')}-{fold}.json"
    if not path.exists():
        found = trained_fold(table, SETTINGS[name], fold)
        with write_whole(path) as unfinished:
            unfinished.write_text(json.dumps(found), encoding="utf-8")
    kept: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return kept


def _answers(found: list[dict[str, Any]]) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    positions = np.concatenate([fold["positions"] for fold in found])
    return positions, np.concatenate([fold["probabilities"] for fold in found])


def _mean(found: list[dict[str, Any]], metric: str) -> list[float]:
    """The mean over the folds, at the epochs that were validated."""
    series = [fold["history"][metric] for fold in found]
    if not metric.startswith("val_"):
        series = [one[VALIDATED_EVERY - 1 :: VALIDATED_EVERY] for one in series]
    return [float(f"{value:.4g}") for value in np.mean(series, axis=0)]
