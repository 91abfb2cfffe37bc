"""Follow a recipe from its data to a judged network; go on where an earlier attempt was cut off."""

from __future__ import annotations

import platform
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

import keras
import numpy as np
from numpy.typing import NDArray

from coursekit import data, metrics, networks, settings
from coursekit.data.spectra_dataset import SpectraSplit, splits_by_mouse
from coursekit.training.balanced_accuracy import BalancedAccuracy
from coursekit.training.checkpoints import Checkpoints
from coursekit.training.divergence import StopWhenDiverged
from coursekit.training.frozen_features import features
from coursekit.training.progress import ProgressBar
from coursekit.training.quarter_turns import quarter_turned
from coursekit.training.readiness import check_ready
from coursekit.training.recipes import Recipe, recipe
from coursekit.training.runs import Run
from coursekit.training.schedules import LearningRate

Precision = Literal["float32", "mixed_bfloat16"]
Part = data.Split | SpectraSplit


def train(
    name: str,
    profile: settings.Profile | None = None,
    seed: int = 0,
    checkpoints: Path | None = None,
    precision: Precision = "float32",
) -> tuple[keras.Model, Run]:
    """Follow a recipe: load the data, train a new network, judge it once on the test set.

    Every epoch ends with a checkpoint. A training that was cut off goes on from the last one when it is called again
    with the same name, profile, seed and folder; a training that comes to its end deletes them.

    Parameters
    ----------
    name : str
        See `RECIPES`.
    profile : {"quick", "lesson", "full"}, optional
        How many epochs and pictures; by default the profile of the session.
    seed : int
        Fixes the first weights and the order of the pictures. On a CPU two trainings with one seed are equal, as long
        as none of them was cut off.
    checkpoints : Path, optional
        Folder for the checkpoints; by default one in ``COURSEKIT_HOME``.
    precision : {"float32", "mixed_bfloat16"}
        The second is up to twice as quick on processors that have instructions for it. The network that comes back is
        float32 in both cases.

    Returns
    -------
    model : keras.Model
        The network with the weights that the recipe keeps, rounded to 11 significant bits, not compiled.
    run : Run
        The record of the training.

    Raises
    ------
    ValueError
        If there is no such recipe, or data and network do not fit together.
    DivergedError
        If the loss is no longer a finite number.
    """
    chosen = recipe(name)
    profile = profile or settings.profile()
    drawn = chosen.dataset in data.GROUND_TRUTH
    dataset = data.ground_truth_dataset(chosen.dataset) if drawn else data.load(chosen.dataset)
    if chosen.prepare is not None:
        dataset = chosen.prepare(dataset)
    training, validation, test = _splits(chosen, dataset, chosen.limit[profile])

    folder = checkpoints or settings.home() / "trained" / profile / "checkpoints" / f"{name}-{seed}"
    keeper = Checkpoints(folder, chosen.watch, chosen.patience, chosen.checkpoint_every, chosen.enough)
    with _policy(precision):
        keras.utils.set_random_seed(seed)
        whole = _start(chosen)
        check_ready(
            whole,
            _shape(chosen, training),
            training.labels,
            None if validation is None else validation.labels,
            chosen.batch_size,
        )
        model, batches, validation_batches = _prepared(chosen, whole, training, validation)
        measured = ["accuracy", *([BalancedAccuracy(model.output_shape[-1])] if chosen.balanced else [])]
        model.compile(optimizer=chosen.optimizer(), loss=_loss(model), metrics=measured)
        before = keeper.resume(model)
        if before.epochs:
            print(f"{name}: {before.epochs} epochs were done before, going on from there")
        epochs = chosen.epochs[profile]
        callbacks = [StopWhenDiverged()]
        if chosen.schedule:
            callbacks.append(LearningRate(chosen.schedule(epochs)))
        if not keeper.finished(epochs):
            model.fit(
                batches(seed + 1000 * before.epochs),
                validation_data=validation_batches,
                initial_epoch=before.epochs,
                epochs=epochs,
                shuffle=False,  # the batches are shuffled
                verbose=0,
                callbacks=[*callbacks, keeper, ProgressBar()],
            )
        keeper.restore_best(model)

    finished = _start(chosen)
    finished.set_weights([_rounded(weight) for weight in whole.get_weights()])
    progress = keeper.progress
    run = Run(
        name=name,
        network=whole.name,
        dataset=chosen.dataset,
        source=dataset.source,
        profile=profile,
        seed=seed,
        parameters=whole.count_params(),
        pictures=len(training),
        epochs=progress.epochs,
        seconds=round(progress.seconds, 1),
        history={metric: [float(f"{value:.5g}") for value in values] for metric, values in progress.history.items()},
        test=_judge(finished, test, chosen),
        versions={"python": platform.python_version()}
        | {package: version(package) for package in ("keras", "tensorflow", "numpy")},
        best_epoch=keeper.best_epoch(),
        precision=precision,
        peak_memory=_peak_memory(),
        note=chosen.note,
        choices=dict(chosen.choices),
    )
    keeper.remove()
    return finished, run


def _splits(
    chosen: Recipe, dataset: data.Dataset | data.RamanDataset, limit: int | None
) -> tuple[Part, Part | None, Part]:
    """Return what is trained on, validated on and tested on."""
    if isinstance(dataset, data.RamanDataset):
        spectra, unseen, test = splits_by_mouse(dataset.table, chosen.normalisation or "raw")
        return spectra.limited(limit), unseen, test
    training, validation = dataset.train, dataset.validation
    if chosen.validation is None:
        return training.limited(limit), None, dataset.test
    if validation is None:
        training, validation = data.hold_out(training, chosen.validation)
    return training.limited(limit), validation.limited(limit), dataset.test


def _shape(chosen: Recipe, training: Part) -> tuple[int, ...]:
    """Return the shape of one picture or spectrum."""
    if isinstance(training, SpectraSplit):
        return tuple(training.spectra.shape[1:])
    return (chosen.size, chosen.size, 3) if chosen.size else tuple(training.arrays(limit=1)[0].shape[1:])


def _prepared(
    chosen: Recipe, whole: keras.Model, training: Part, validation: Part | None
) -> tuple[keras.Model, Callable[[int], Any], Any]:
    """Return what is trained, a function of a seed that returns its batches, and the validation batches."""
    if isinstance(training, SpectraSplit):
        return (
            whole,
            lambda seed: training.batches(chosen.batch_size, shuffle=True, seed=seed),
            None if validation is None else validation.batches(64),
        )
    assert not isinstance(validation, SpectraSplit)
    if chosen.frozen_backbone:
        backbone, head = networks.divide(whole)
        found, labels = features(backbone, training, chosen.size)
        if chosen.rotated_copies:
            assert chosen.size is not None  # a turned copy is made at the network's size
            copies = [quarter_turned(training, chosen.size, turns) for turns in range(1, chosen.rotated_copies + 1)]
            found = np.concatenate([found, *(features(backbone, copy, chosen.size)[0] for copy in copies)])
            labels = np.tile(labels, 1 + chosen.rotated_copies)
        unseen = None if validation is None else features(backbone, validation, chosen.size)

        def shuffled(seed: int) -> Any:
            import tensorflow as tf

            batches = tf.data.Dataset.from_tensor_slices((found, labels))
            return batches.shuffle(len(labels), seed=seed).batch(chosen.batch_size)

        return head, shuffled, unseen

    augment = None
    if chosen.augmentation is not None:
        augment = partial(chosen.augmentation(), training=True)
    return (
        whole,
        lambda seed: training.batches(
            chosen.batch_size, shuffle=True, seed=seed, size=chosen.size, augment=augment, cache="memory"
        ),
        None if validation is None else validation.batches(64, size=chosen.size, cache="memory"),
    )


def _start(chosen: Recipe) -> keras.Model:
    if chosen.begins_with is None:
        return chosen.network()
    from coursekit.training.trained_networks import trained

    model = trained(chosen.begins_with)
    networks.unfreeze(model, chosen.unfreeze_from)
    return model


def _loss(model: keras.Model) -> str:
    return "binary_crossentropy" if model.output_shape[-1] == 1 else "sparse_categorical_crossentropy"


@contextmanager
def _policy(precision: Precision) -> Iterator[None]:
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(precision)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)


def _rounded(weight: NDArray[Any]) -> NDArray[Any]:
    """Return float32 weights with 11 significant bits in place of 24: the answers hardly change, the file halves."""
    if weight.dtype != np.float32:
        return weight
    bits = weight.view(np.uint32)
    return ((bits + np.uint32(1 << 12)) & np.uint32(0xFFFFE000)).view(np.float32)


def _judge(model: keras.Model, split: Part, chosen: Recipe) -> dict[str, float]:
    """Return accuracy and balanced accuracy on the test set, each with a bootstrap interval, and the loss."""
    probabilities = _answers(model, split, chosen.size)
    predictions = probabilities.argmax(axis=1)
    likelihood = np.clip(probabilities[np.arange(len(split)), split.labels], 1e-7, 1)
    figures = {"loss": float(-np.log(likelihood).mean())}
    for name in ("accuracy", "balanced_accuracy"):
        figures |= _with_interval(name, getattr(metrics, name), split, predictions)
    if chosen.mirrored:
        seen_twice = _answers(networks.mirror_averaged(model), split, chosen.size).argmax(axis=1)
        figures |= _with_interval("accuracy_mirrored", metrics.accuracy, split, seen_twice)
    if chosen.graded:
        figures |= _with_interval("quadratic_kappa", metrics.quadratic_kappa, split, predictions)
        for grade in range(probabilities.shape[1]):
            of_grade = predictions[split.labels == grade]
            share = metrics.proportion_interval(int((of_grade == grade).sum()), len(of_grade))
            name = f"sensitivity_{grade}"
            figures |= {name: share.value, f"{name}_low": share.low, f"{name}_high": share.high}
    return {name: round(float(value), 5) for name, value in figures.items()} | {"pictures": len(split)}


def _answers(model: keras.Model, split: Part, size: int | None) -> NDArray[Any]:
    """Return probabilities (n, classes); of two classes where the network has one output."""
    batches = split.batches(64) if isinstance(split, SpectraSplit) else split.batches(64, size=size)
    probabilities: NDArray[Any] = model.predict(batches, verbose=0)
    return probabilities if probabilities.shape[1] > 1 else np.hstack([1 - probabilities, probabilities])


def _with_interval(name: str, metric: Callable[..., float], split: Part, predictions: NDArray[Any]) -> dict[str, float]:
    interval = metrics.bootstrap_interval(metric, split.labels, predictions)
    return {name: interval.value, f"{name}_low": interval.low, f"{name}_high": interval.high}


def _peak_memory() -> float | None:
    try:
        import resource
    except ModuleNotFoundError:  # Windows
        return None
    # Linux counts in kilobytes, macOS in bytes.
    unit = 1 if sys.platform == "darwin" else 1024
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e9, 2)
