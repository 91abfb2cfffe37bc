"""A study on eyes: how well a judge on a frozen network tells healthy from severely ill, for unknown patients.

The judge is logistic regression on averages or maxima of maps. Where they are taken from, and in how many quarter turns
an eye is looked at, is what the study compares.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import keras
import numpy as np
from keras import layers
from numpy.typing import NDArray

from coursekit import metrics
from coursekit.data import Dataset, Split
from coursekit.networks import backbone
from coursekit.training.frozen_features import features
from coursekit.training.quarter_turns import quarter_turned

Numbers = NDArray[np.float32]

MIDDLE = ("block_6_expand_relu", "block_10_expand_relu", "block_13_expand_relu")
"""Layers of MobileNetV2 whose maps are finer than the last ones, and their features simpler."""


def severe_study(
    dataset: Dataset, network: str = "mobilenet_v2", middle: tuple[str, ...] = MIDDLE, size: int = 224
) -> Iterator[dict[str, Any]]:
    """Yield the area under the ROC curve, grade 0 against 3 and 4, for several judges. Folds are by patient.

    Parameters
    ----------
    dataset : Dataset
        Eyes in five grades, with patients as groups.
    network : str
        A `coursekit.networks.backbone`.
    middle : tuple of str
        Layers in the middle of it; the last one is also tried alone.
    size : int
        Height and width of the images.

    Yields
    ------
    dict
        ``numbers`` (what the judge is given), ``turns``, ``eyes``, ``patients``, ``area``, ``area_low``, ``area_high``.
        The interval is a 95 % bootstrap interval, from patients drawn anew.
    """
    model, width = _tapped(network, middle, size)
    parts = [part for part in (dataset.train, dataset.validation, dataset.test) if part is not None]
    chosen = [part.take(np.flatnonzero((part.labels == 0) | (part.labels >= 3))) for part in parts]
    severe = np.concatenate([part.labels >= 3 for part in chosen])
    patients = np.concatenate([part.groups for part in chosen if part.groups is not None])
    turned = [_of_all(model, chosen, size, turns) for turns in range(4)]
    last, alone = slice(0, width["last"]), slice(width["last"], width["last"] + width["alone"])
    for name, columns, turns in (
        ("averages of the last maps", last, 1),
        (f"averages of {middle[-1]}", alone, 1),
        *(("averages and maxima of the middle layers", slice(alone.start, None), turns) for turns in (1, 2, 4)),
    ):
        scores = scores_by_patient([numbers[:, columns] for numbers in turned[:: 4 // turns]], severe, patients)
        low, high = _interval_by_patient(severe, scores, patients)
        yield {
            "numbers": name,
            "turns": turns,
            "eyes": len(severe),
            "patients": len(np.unique(patients)),
            "area": round(metrics.area_under_roc(severe, scores), 4),
            "area_low": round(low, 4),
            "area_high": round(high, 4),
        }


def scores_by_patient(
    turned: list[Numbers], severe: NDArray[np.bool_], patients: NDArray[np.str_], seed: int = 0
) -> NDArray[np.float64]:
    """Return a score for each eye from a judge that never saw its patient: logistic regression, five folds.

    Parameters
    ----------
    turned : list of float32 array (n, numbers)
        The same eyes in one or more quarter turns. The judge learns from all; an eye's score is the mean of its turns'.
    severe : bool array (n,)
    patients : str array (n,)
        Whose eye it is.
    seed : int
        Of the folds.

    Returns
    -------
    float array (n,)
        The higher, the more the eye looks severely ill.

    Examples
    --------
    >>> ill = np.arange(60) % 2 == 1
    >>> numbers = ill[:, np.newaxis] + np.random.default_rng(0).normal(0, 0.1, (60, 3))
    >>> float(metrics.area_under_roc(ill, scores_by_patient([numbers], ill, np.arange(60) // 2)))
    1.0
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedGroupKFold
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    scores = np.zeros(len(severe))
    folds = StratifiedGroupKFold(5, shuffle=True, random_state=seed)
    for train, test in folds.split(turned[0], severe, patients):
        judge = make_pipeline(StandardScaler(), LogisticRegression(C=0.01, max_iter=500))
        judge.fit(np.concatenate([numbers[train] for numbers in turned]), np.tile(severe[train], len(turned)))
        scores[test] = np.mean([judge.decision_function(numbers[test]) for numbers in turned], axis=0)
    return scores


def grading_study(
    dataset: Dataset, network: str = "mobilenet_v2", middle: tuple[str, ...] = MIDDLE, size: int = 224, turns: int = 2
) -> Iterator[dict[str, Any]]:
    """Yield how well simple judges on kept features give five grades: as classes, and as numbers that are cut.

    Parameters
    ----------
    dataset : Dataset
        Eyes in five grades, with patients as groups.
    network : str
        A `coursekit.networks.backbone`.
    middle : tuple of str
        Layers in the middle of it, beside the last one.
    size : int
        Height and width of the images.
    turns : int
        In how many quarter turns each eye is looked at, 1 to 4.

    Yields
    ------
    dict
        As `graded_by_patient`.
    """
    model, _ = _tapped(network, middle, size)
    parts = [part for part in (dataset.train, dataset.validation, dataset.test) if part is not None]
    turned = [_of_all(model, parts, size, turn) for turn in range(turns)]
    patients = np.concatenate([part.groups for part in parts if part.groups is not None])
    yield from graded_by_patient(turned, np.concatenate([part.labels for part in parts]), patients)


def kept_maxima(
    dataset: Dataset, network: str = "mobilenet_v2", size: int = 224
) -> list[tuple[Numbers, NDArray[np.int64], NDArray[np.str_]]]:
    """Return for each part of the eyes the maxima of the last maps, the grades and the patients.

    Parameters
    ----------
    dataset : Dataset
        Of eyes, whose patients are known.
    network : str
        Name of a `coursekit.networks.backbone`.
    size : int
        Height and width of the images in pixels.

    Returns
    -------
    list of (array float32 (n, maps), int array (n,), str array (n,))
        For train, validation and test.
    """
    model = keras.Sequential([backbone(network, size), layers.GlobalMaxPooling2D()])
    kept = []
    for part in (dataset.train, dataset.validation, dataset.test):
        assert part is not None
        assert part.groups is not None
        # Scaled as for the other studies, where eyes are turned.
        kept.append((*features(model, quarter_turned(part, size, 0), size), part.groups))
    return kept


def graded_by_patient(
    turned: list[Numbers], grades: NDArray[np.int64], patients: NDArray[np.str_], seed: int = 0
) -> Iterator[dict[str, Any]]:
    """Yield for each judge its agreement with the true grades, every eye graded by a judge that never saw its patient.

    Five folds by patient. Of what is not tested a fifth of the patients is kept aside: on it the strength of the
    penalty, and where the number is cut, are chosen.

    Parameters
    ----------
    turned : list of float32 array (n, numbers)
        The same eyes in several quarter turns; an eye's score is the mean of its turns'.
    grades : int64 array (n,)
    patients : str array (n,)
    seed : int
        Of the folds.

    Yields
    ------
    dict
        ``judge``, ``turns``, ``eyes``, ``patients``, ``accuracy``, ``kappa``, and ``difference``, in kappa from the
        categorical judge; the last two with an interval from patients drawn anew.
    """
    classes = int(grades.max()) + 1
    judges = {"always the most frequent grade": 1, "categorical": len(turned), "ordinal, 1 turn": 1}
    judges["ordinal"] = len(turned)
    found = {name: np.zeros(len(grades), np.int64) for name in judges}
    for train, test in _by_patient(turned[0], grades, patients, seed):
        learned, chosen = (train[part] for part in next(_by_patient(train, grades[train], patients[train], seed)))
        found["always the most frequent grade"][test] = np.bincount(grades[train]).argmax()
        categorical = _judge(turned, learned, chosen, test, grades, classes, ordinal=False)
        found["categorical"][test] = categorical.argmax(axis=1)
        for name, looks in (("ordinal, 1 turn", turned[:1]), ("ordinal", turned)):
            scores = _judge(looks, learned, chosen, np.concatenate([chosen, test]), grades, classes, ordinal=True)
            cuts = metrics.grade_thresholds(scores[: len(chosen), 0], grades[chosen], classes)
            found[name][test] = np.digitize(scores[len(chosen) :, 0], cuts)
    for name, turns in judges.items():
        kappa = metrics.bootstrap_interval(metrics.quadratic_kappa, grades, found[name], groups=patients)
        gained = metrics.difference_interval(
            metrics.quadratic_kappa, grades, found[name], found["categorical"], groups=patients
        )
        row: dict[str, Any] = {"judge": name.partition(",")[0], "turns": turns, "eyes": len(grades)}
        row |= {"patients": len(np.unique(patients)), "accuracy": metrics.accuracy(grades, found[name])}
        row |= kappa.figures("kappa") | gained.figures("difference")
        yield {key: round(value, 4) if isinstance(value, float) else value for key, value in row.items()}


def _by_patient(
    numbers: NDArray[Any], grades: NDArray[np.int64], patients: NDArray[np.str_], seed: int
) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    from sklearn.model_selection import StratifiedGroupKFold

    return StratifiedGroupKFold(5, shuffle=True, random_state=seed).split(numbers, grades, patients)  # type: ignore[no-any-return]


def _judge(
    turned: list[Numbers],
    learned: NDArray[np.intp],
    chosen: NDArray[np.intp],
    asked: NDArray[np.intp],
    grades: NDArray[np.int64],
    classes: int,
    ordinal: bool,
) -> NDArray[np.float64]:
    """Return the mean scores over the turns (asked, 1 or classes), with the penalty that is best on the chosen eyes."""
    from sklearn.linear_model import LogisticRegression, Ridge
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    def scores(judge: Any, which: NDArray[np.intp]) -> NDArray[np.float64]:
        one = [judge.predict(numbers[which]) if ordinal else judge.predict_proba(numbers[which]) for numbers in turned]
        return np.mean(one, axis=0).reshape(len(which), -1)  # type: ignore[no-any-return]

    everything, targets = (
        np.concatenate([numbers[learned] for numbers in turned]),
        np.tile(grades[learned], len(turned)),
    )
    best, kept = -np.inf, None
    for strength in (1e3, 1e4, 1e5) if ordinal else (1e-4, 1e-3, 1e-2):
        model = Ridge(strength) if ordinal else LogisticRegression(C=strength, max_iter=300)
        judge = make_pipeline(StandardScaler(), model).fit(everything, targets)
        there = scores(judge, chosen)
        if ordinal:
            agreement = float(np.corrcoef(there[:, 0], grades[chosen])[0, 1])
        else:
            agreement = metrics.quadratic_kappa(grades[chosen], there.argmax(axis=1))
        if agreement > best:
            best, kept = agreement, judge
    return scores(kept, asked)


def _tapped(network: str, middle: tuple[str, ...], size: int) -> tuple[keras.Model, dict[str, int]]:
    """Return a model whose output holds averages of the last maps, then of the last middle layer, then all the rest."""
    base = backbone(network, size, pooling="avg")
    maps = [base.get_layer(name).output for name in reversed(middle)]
    averages = [layers.GlobalAveragePooling2D()(one) for one in maps]
    maxima = [layers.GlobalMaxPooling2D()(one) for one in maps]
    model = keras.Model(base.input, layers.Concatenate()([base.output, *averages, *maxima]), name=f"{base.name}_tapped")
    return model, {"last": base.output.shape[-1], "alone": maps[0].shape[-1]}


def _of_all(model: keras.Model, parts: list[Split], size: int, turns: int) -> Numbers:
    copies = [quarter_turned(part, size, turns) for part in parts]
    return np.concatenate([features(model, copy, size)[0] for copy in copies])


def _interval_by_patient(
    severe: NDArray[np.bool_], scores: NDArray[np.float64], patients: NDArray[np.str_], repeats: int = 1000
) -> tuple[float, float]:
    """Return a 95 % bootstrap interval. Patients are drawn, not eyes: the two eyes of one are alike."""
    _, owner = np.unique(patients, return_inverse=True)
    eyes_of = [np.flatnonzero(owner == patient) for patient in range(owner.max() + 1)]
    generator = np.random.default_rng(0)
    found = np.empty(repeats)
    for repeat in range(repeats):
        drawn = np.concatenate([eyes_of[patient] for patient in generator.integers(0, len(eyes_of), len(eyes_of))])
        found[repeat] = metrics.area_under_roc(severe[drawn], scores[drawn])
    low, high = np.nanquantile(found, [0.025, 0.975])
    return float(low), float(high)
