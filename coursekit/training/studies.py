"""Recorded studies: a table of figures that take many trainings. Stored as JSON, beside the recorded runs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from coursekit import data, settings
from coursekit.atomic_write import write_whole
from coursekit.training import raman_studies

Study = dict[str, Any]


def _study(dataset: str, rows: Callable[[Any], Iterator[dict[str, Any]]], note: str) -> Callable[[str], Study]:
    def study(name: str) -> Study:
        loaded = data.load(dataset)
        found = []
        for row in rows(loaded):
            found.append(row)
            print(name, row, flush=True)
        packages = {package: version(package) for package in ("keras", "tensorflow", "scikit-learn", "numpy")}
        return {"name": name, "source": loaded.source, "note": note, "rows": found, "versions": packages}

    return study


def _severe_study(eyes: data.Dataset) -> Iterator[dict[str, Any]]:
    # It imports TensorFlow, which reading a study does not need.
    from coursekit.training.retina_studies import severe_study

    return severe_study(eyes)


def _digits(study: str, **options: Any) -> Callable[[data.Dataset], Iterator[dict[str, Any]]]:
    def rows(digits: data.Dataset) -> Iterator[dict[str, Any]]:
        from coursekit.training import mnist_studies

        found: Iterator[dict[str, Any]] = getattr(mnist_studies, study)(digits, **options)
        return found

    return rows


def _rate_study(mice: data.RamanDataset) -> Iterator[dict[str, Any]]:
    from coursekit.training.rates.raman import rate_study

    return rate_study(mice.table, settings.home() / "trained" / "raman_rates")


def _head_study(eyes: data.Dataset) -> Iterator[dict[str, Any]]:
    from coursekit.training.rates.retina import head_rate_study
    from coursekit.training.retina_studies import kept_maxima

    return head_rate_study(*kept_maxima(eyes))


def _grading_study(eyes: data.Dataset) -> Iterator[dict[str, Any]]:
    from coursekit.training.retina_studies import grading_study

    return grading_study(eyes)


_METHODS = (
    f"Standard normal variate; PCA with {raman_studies.COMPONENTS} components and LDA with equal priors; net 2 of "
    f"width 8, {raman_studies.EPOCHS} epochs, Adam 1e-3, classes weighted."
)
_JUDGED = (
    "Grade 0 against grades 3 and 4, MobileNetV2 at 224 pixels, logistic regression (C = 0.01) on standardised "
    "numbers, five folds by patient. In several quarter turns the judge learns from all; the mean score counts."
)
_MICE = "Intervals (95 %) draw mice; a mouse's majority is taken for each of its classes."
_RATES = (
    "Standard normal variate; net 1 of width 2, net 2 of width 4, 300 epochs each, none stopped early, the last epoch "
    "counts; three folds by mouse. Intervals (95 %) draw mice."
)
_HEADS = (
    "Maxima of MobileNetV2's last maps at 224 pixels, kept; a head of one layer of 256 units, Adam, batches of 32, to "
    "the last epoch; 501 eyes train, 111 validate, 111 test. Intervals (95 %) draw patients."
)
_GRADES = (
    "Averages and maxima of four layers of MobileNetV2 at 224 pixels, eyes in two turns; five folds by patient. "
    "Categorical: logistic regression. Ordinal: ridge regression, cut where kappa is highest on patients kept aside. "
    "Intervals (95 %) draw patients."
)
STUDIES: Mapping[str, Callable[[str], Study]] = {
    "raman_leakage": _study(
        "raman_mice", lambda mice: raman_studies.leakage_study(mice.table), f"A fifth is tested on. {_METHODS}"
    ),
    "raman_by_mouse": _study(
        "raman_mice", lambda mice: raman_studies.by_mouse_study(mice.table), f"Five folds by mouse. {_METHODS} {_MICE}"
    ),
    "mnist_samples": _study(
        "mnist",
        _digits("samples_study", seeds=range(10)),
        "RMSprop 1e-3, batches of 64, 300 updates whatever the number of images; ten draws of images and weights.",
    ),
    "mnist_shifts": _study(
        "mnist",
        _digits("shifts_study"),
        "Both networks trained on the 60,000 centred digits, 5 epochs, batches of 64; a shift is the mean of four "
        "directions; intervals over the 10,000 test images.",
    ),
    "raman_rates": _study("raman_mice", _rate_study, _RATES),
    "retina_severe": _study("retina_balanced", _severe_study, _JUDGED),
    "retina_rates": _study("retina_balanced", _head_study, _HEADS),
    "retina_grading": _study("retina_balanced", _grading_study, _GRADES),
}
"""The studies by name; ``coursekit train NAME`` makes one again."""


def make_study(name: str, folder: Path) -> Path:
    """Make a study again and write it as JSON.

    Parameters
    ----------
    name : str
        One of `STUDIES`.
    folder : Path
        The file is written as ``folder/studies/<name>.json``.

    Returns
    -------
    Path
        That file.

    Raises
    ------
    ValueError
        If there is no such study.
    """
    _check(name)
    path = folder / "studies" / f"{name}.json"
    content = json.dumps(STUDIES[name](name), indent=1) + "\n"
    with write_whole(path) as unfinished:
        unfinished.write_text(content, encoding="utf-8")
    return path


def load_study(name: str) -> Study:
    """Return a study that ships with the course.

    Parameters
    ----------
    name : str
        One of `STUDIES`.

    Returns
    -------
    dict
        ``name``, ``source`` (``"real"`` or ``"sample"`` data), ``note``, ``versions``, and ``rows``: a list of dicts.

    Raises
    ------
    ValueError
        If there is no such study.

    Examples
    --------
    >>> load_study("raman_leakage")["source"]
    'real'
    """
    _check(name)
    path = settings.course_folder() / "data" / "studies" / f"{name}.json"
    study: Study = json.loads(path.read_text(encoding="utf-8"))
    return study


def _check(name: str) -> None:
    if name not in STUDIES:
        raise ValueError(f"there is no study {name!r}. The studies are: {', '.join(STUDIES)}.")
