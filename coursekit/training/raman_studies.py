"""Studies on spectra: how much a random split flatters, and whether a network beats an old method on unknown mice.

A method is a function that learns from some spectra and answers for others, so that one loop judges them all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from coursekit import metrics
from coursekit.data import split_by_group
from coursekit.data.sets.raman_mice import published_task
from coursekit.data.spectra_dataset import normalised
from coursekit.spectra import RamanSpectra

Labels = NDArray[np.int64]
SpectraClassifier = Callable[[NDArray[np.float32], Labels, NDArray[np.float32], int], Labels]

COMPONENTS = 20
EPOCHS = 15


def pca_lda(train: NDArray[np.float32], labels: Labels, test: NDArray[np.float32], seed: int = 0) -> Labels:
    """Classify spectra by principal components and linear discriminant analysis, the method of chemometrics.

    Parameters
    ----------
    train : float32 array (n, points, 1)
    labels : int64 array (n,)
    test : float32 array (m, points, 1)
    seed : int
        Of the search for the components.

    Returns
    -------
    int64 array (m,)
        A label for each test spectrum.

    Examples
    --------
    >>> spectra, labels = np.eye(60)[..., np.newaxis] * 0 + np.repeat([0, 1], 30)[:, None, None], np.repeat([0, 1], 30)
    >>> spectra = spectra + np.random.default_rng(0).normal(0, 0.1, spectra.shape)
    >>> (pca_lda(spectra, labels, spectra) == labels).mean().item()
    1.0
    """
    from sklearn.decomposition import PCA
    from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
    from sklearn.pipeline import make_pipeline

    components = min(COMPONENTS, len(train) - 1, train.shape[1])
    # Equal priors: the metric is balanced accuracy, so each class counts the same.
    classes = len(np.unique(labels))
    model = make_pipeline(
        PCA(components, random_state=seed), LinearDiscriminantAnalysis(priors=np.full(classes, 1 / classes))
    )
    answers: Labels = model.fit(train[..., 0], labels).predict(test[..., 0])
    return answers


def pooled_network(
    train: NDArray[np.float32], labels: Labels, test: NDArray[np.float32], seed: int = 0, epochs: int = EPOCHS
) -> Labels:
    """Classify spectra by a new `coursekit.networks.raman_pooled` of width 8.

    Adam at 1e-3, batches of 32. Each class weighs the same in the loss, as it does in balanced accuracy. The number of
    epochs is fixed beforehand, so nothing of the test spectra is used to choose it.

    Parameters
    ----------
    train : float32 array (n, points, 1)
    labels : int64 array (n,)
        0 ... classes - 1.
    test : float32 array (m, points, 1)
    seed : int
        Of the first weights and of the order of the spectra.
    epochs : int

    Returns
    -------
    int64 array (m,)
        A label for each test spectrum.

    Examples
    --------
    >>> spectra, labels = np.random.default_rng(0).random((8, 36, 1), np.float32), np.repeat([0, 1], 4)
    >>> pooled_network(spectra, labels, spectra[:3], epochs=1).shape
    (3,)
    """
    import keras

    from coursekit.networks import raman_pooled

    keras.utils.set_random_seed(seed)
    counts = np.bincount(labels)
    model = raman_pooled(train.shape[1], len(counts), width=8)
    model.compile(optimizer=keras.optimizers.Adam(1e-3), loss="sparse_categorical_crossentropy")
    weights = {label: len(labels) / (len(counts) * count) for label, count in enumerate(counts) if count}
    generator = np.random.default_rng(seed)
    for _ in range(epochs):
        order = generator.permutation(len(train))
        # Not model.fit: so little data is trained on faster without its pipeline.
        for start in range(0, len(order), 32):
            batch = order[start : start + 32]
            model.train_on_batch(train[batch], labels[batch], class_weight=weights)
    answers: Labels = np.asarray(model(test, training=False)).argmax(axis=1)
    return answers


CLASSIFIERS: Mapping[str, SpectraClassifier] = {"PCA + LDA": pca_lda, "net 2": pooled_network}


def leakage(
    method: SpectraClassifier,
    spectra: NDArray[np.float32],
    labels: Labels,
    mouse: ArrayLike,
    seed: int,
    share: float = 0.2,
) -> dict[str, float]:
    """Return the accuracies of a method on a random split and on a split by mouse of the same size.

    Parameters
    ----------
    method : callable
        ``method(train, labels, test, seed)`` returns a label for each test spectrum, as `pca_lda` does.
    spectra : float32 array (n, points, 1)
    labels : int64 array (n,)
    mouse : array_like (n,)
        Which mouse each spectrum is of.
    seed : int
        Of both splits and of the method.
    share : float
        The share of the spectra that is tested on, above 0 and below 1.

    Returns
    -------
    dict of str to float
        ``random_accuracy``, ``by_mouse_accuracy``, ``random_balanced_accuracy``, ``by_mouse_balanced_accuracy``: shares
        from 0 to 1.

    Examples
    --------
    >>> from coursekit.synthetic.spectra import draw
    >>> table = draw(200)
    >>> sorted(leakage(pca_lda, normalised(table, "unit_length"), table.labels, table.mouse, seed=0))[0]
    'by_mouse_accuracy'
    """
    found = {}
    for name, groups in (("random", np.arange(len(labels))), ("by_mouse", np.asarray(mouse))):
        train, test = split_by_group(groups, labels, (1 - share, share), seed)
        answers = method(spectra[train], labels[train], spectra[test], seed)
        found[f"{name}_accuracy"] = metrics.accuracy(labels[test], answers)
        found[f"{name}_balanced_accuracy"] = metrics.balanced_accuracy(labels[test], answers)
    return found


def answers_by_mouse(
    method: SpectraClassifier, spectra: NDArray[np.float32], labels: Labels, mouse: ArrayLike, seed: int, folds: int = 5
) -> Labels:
    """Return a predicted label for each spectrum, from a model that has not seen its mouse (cross-validation).

    Parameters
    ----------
    method : callable
        ``method(train, labels, test, seed)`` returns a label for each test spectrum, as `pca_lda` does.
    spectra : float32 array (n, points, 1)
    labels : int64 array (n,)
    mouse : array_like (n,)
        Which mouse each spectrum is of.
    seed : int
        Of the folds and of the method.
    folds : int
        2 or more.

    Returns
    -------
    int64 array (n,)

    Examples
    --------
    >>> from coursekit.synthetic.spectra import draw
    >>> table = draw(200)
    >>> answers_by_mouse(pca_lda, normalised(table, "unit_length"), table.labels, table.mouse, seed=0).shape
    (200,)
    """
    from sklearn.model_selection import StratifiedGroupKFold

    answers = np.empty(len(labels), dtype=np.int64)
    for train, test in StratifiedGroupKFold(folds, shuffle=True, random_state=seed).split(spectra, labels, mouse):
        answers[test] = method(spectra[train], labels[train], spectra[test], seed)
    return answers


def leakage_study(table: RamanSpectra, seeds: Iterable[int] = range(5)) -> Iterator[dict[str, Any]]:
    """Yield `leakage` for each method and seed, on all four classes.

    Parameters
    ----------
    table : RamanSpectra
    seeds : iterable of int

    Returns
    -------
    iterator of dict
        ``method``, ``seed``, and what `leakage` returns, rounded to four decimals.
    """
    spectra = normalised(table, "standard_normal_variate")
    for name, method in CLASSIFIERS.items():
        for seed in seeds:
            found = leakage(method, spectra, table.labels, table.mouse, seed)
            yield {"method": name, "seed": seed} | {key: round(value, 4) for key, value in found.items()}


def majority_by_mouse(mouse: ArrayLike, labels: ArrayLike, answers: ArrayLike) -> tuple[Labels, Labels]:
    """Return the true and the predicted class of each mouse and tissue: what most of its spectra are called.

    A mouse may have spectra of several classes, from several samples: each of its classes is a case of its own.

    Parameters
    ----------
    mouse : array_like (n,)
    labels, answers : array_like of int (n,)

    Returns
    -------
    labels, answers : int64 arrays (cases,)
        Of equally many votes the smaller label wins.

    Examples
    --------
    >>> [one.tolist() for one in majority_by_mouse(["M1", "M1", "M1", "M2"], [0, 0, 0, 1], [0, 1, 0, 0])]
    [[0, 1], [0, 0]]
    """
    mice, true, said = np.asarray(mouse), np.asarray(labels), np.asarray(answers)
    cases = sorted({(name, int(label)) for name, label in zip(mice.tolist(), true.tolist(), strict=True)})
    votes = [int(np.bincount(said[(mice == name) & (true == label)]).argmax()) for name, label in cases]
    return np.array([label for _, label in cases], np.int64), np.array(votes, np.int64)


def by_mouse_study(table: RamanSpectra, seeds: Iterable[int] = range(1)) -> Iterator[dict[str, Any]]:
    """Yield the figures of a cross-validation by mouse for each task, method and seed.

    Parameters
    ----------
    table : RamanSpectra
    seeds : iterable of int

    Returns
    -------
    iterator of dict
        ``task``, ``method``, ``seed``, ``spectra``, ``mice``, ``accuracy``, ``balanced_accuracy`` with its interval,
        ``balanced_accuracy_of_mice`` of the majority of each mouse's spectra; and, for every method but the first,
        ``difference`` in balanced accuracy from the first one with its interval. Intervals draw mice.
    """
    for task, chosen in (("normal or tumour", published_task(table)), ("four classes", table)):
        spectra, labels, mice = normalised(chosen, "standard_normal_variate"), chosen.labels, chosen.mouse
        for seed in seeds:
            first: Labels | None = None
            for name, method in CLASSIFIERS.items():
                answers = answers_by_mouse(method, spectra, labels, mice, seed)
                row = {
                    "task": task,
                    "method": name,
                    "seed": seed,
                    "spectra": len(chosen),
                    "mice": len(np.unique(mice)),
                    "accuracy": metrics.accuracy(labels, answers),
                    "balanced_accuracy_of_mice": metrics.balanced_accuracy(*majority_by_mouse(mice, labels, answers)),
                }
                judged = metrics.bootstrap_interval(metrics.balanced_accuracy, labels, answers, groups=mice)
                row |= judged.figures("balanced_accuracy")
                if first is not None:
                    gained = metrics.difference_interval(metrics.balanced_accuracy, labels, answers, first, groups=mice)
                    row |= gained.figures("difference")
                first = answers if first is None else first
                yield {key: round(value, 4) if isinstance(value, float) else value for key, value in row.items()}
