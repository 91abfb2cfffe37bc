"""Follow a recipe from its data to a judged network, and keep what was trained.

A training that was cut off goes on from its last checkpoint.
"""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

import filelock
import keras
import numpy as np
from numpy.typing import NDArray

from coursekit import metrics, networks, settings
from coursekit.training import model_files
from coursekit.training.callbacks.balanced_accuracy import BalancedAccuracy
from coursekit.training.callbacks.checkpoints import Checkpoints
from coursekit.training.callbacks.progress import ProgressBar
from coursekit.training.callbacks.terminate_on_nan import TerminateOnNaN
from coursekit.training.evaluation import class_probabilities, classification_metrics
from coursekit.training.readiness import check_ready
from coursekit.training.recipes import ImageRecipe, PreparedData, Recipe, recipe
from coursekit.training.recorded_settings import network_settings, recipe_settings
from coursekit.training.runs import Run
from coursekit.training.schedules import LearningRate

Precision = Literal["float32", "mixed_bfloat16"]


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
        How many epochs and images; by default the profile of the session.
    seed : int
        Fixes the first weights and the order of the images. On a CPU two trainings with one seed are equal, as long
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
    prepared = chosen.prepare(profile)

    folder = checkpoints or settings.home() / "trained" / profile / "checkpoints" / f"{name}-{seed}"
    keeper = Checkpoints(folder, chosen.monitor, chosen.patience, chosen.checkpoint_every, chosen.stop_below_loss)
    with _policy(precision):
        keras.utils.set_random_seed(seed)
        whole = _initial_model(chosen, profile)
        check_ready(whole, prepared.input_shape, prepared.labels, prepared.validation_labels, chosen.batch_size)
        inputs = prepared.inputs(whole)
        model = inputs.model
        measured = ["accuracy", *([BalancedAccuracy(model.output_shape[-1])] if chosen.balanced else [])]
        model.compile(optimizer=chosen.optimizer(), loss=_loss(model), metrics=measured)
        before = keeper.resume(model)
        if before.epochs:
            print(f"{name}: {before.epochs} epochs were done before, going on from there")
        epochs = chosen.epochs[profile]
        callbacks = [TerminateOnNaN()]
        if chosen.schedule:
            callbacks.append(LearningRate(chosen.schedule(epochs)))
        if not keeper.finished(epochs):
            model.fit(
                inputs.batches(seed + 1000 * before.epochs),
                validation_data=inputs.validation,
                initial_epoch=before.epochs,
                epochs=epochs,
                shuffle=False,  # the batches are shuffled
                verbose=0,
                callbacks=[*callbacks, keeper, ProgressBar()],
            )
        keeper.restore_best(model)

    finished = _initial_model(chosen, profile)
    finished.set_weights([_rounded(weight) for weight in whole.get_weights()])
    progress = keeper.progress
    run = Run(
        name=name,
        network=whole.name,
        dataset=chosen.dataset,
        source=prepared.source,
        profile=profile,
        seed=seed,
        parameters=whole.count_params(),
        images=len(prepared.labels),
        epochs=progress.epochs,
        seconds=round(progress.seconds, 1),
        history={metric: [float(f"{value:.5g}") for value in values] for metric, values in progress.history.items()},
        test=_judge(finished, chosen, prepared, profile),
        versions={"python": platform.python_version()}
        | {package: version(package) for package in ("keras", "tensorflow", "numpy")},
        best_epoch=keeper.best_epoch(),
        precision=precision,
        peak_memory=_peak_memory(),
        note=chosen.note,
        choices=dict(chosen.choices),
        settings=recipe_settings(chosen, profile) | network_settings(finished),
    )
    keeper.remove()
    return finished, run


def trained(name: str, profile: settings.Profile | None = None) -> keras.Model:
    """Return the trained network of a recipe.

    The small ones ship with the course. The others are trained on first use and kept in ``COURSEKIT_HOME``.

    Parameters
    ----------
    name : str
        See `coursekit.training.RECIPES`.
    profile : {"quick", "lesson", "full"}, optional
        How long it is trained where it does not ship; None is the session's.

    Returns
    -------
    keras.Model
        Not compiled.

    Raises
    ------
    ValueError
        If there is no such recipe.

    Examples
    --------
    >>> trained("mnist_convnet").output_shape
    (None, 10)
    """
    recipe(name)
    shipped = settings.course_folder() / "data" / "models" / f"{name}.keras"
    if shipped.exists():
        return model_files.read(shipped, name)
    profile = profile or settings.profile()
    folder = settings.home() / "trained" / profile
    folder.mkdir(parents=True, exist_ok=True)
    with filelock.FileLock(folder / f"{name}.lock"):
        kept = model_files.model_path(folder, name)
        if not kept.exists():
            print(f"{name} does not ship with the course: it is trained now, once, and kept in {folder}.")
            model_files.save(folder, *train(name, profile))
        return model_files.read(kept, name)


def trained_with_seed(name: str, profile: settings.Profile, seed: int) -> tuple[keras.Model, Run]:
    """Return the network of a recipe trained with a seed, and the record of it: trained on first use, then kept.

    Unlike `trained` it never takes what ships with the course, so that several seeds can be compared.

    Parameters
    ----------
    name : str
        See `coursekit.training.RECIPES`.
    profile : {"quick", "lesson", "full"}
    seed : int
        Fixes the first weights and the order of the images.

    Returns
    -------
    model : keras.Model
    run : Run
        The record of the training.
    """
    folder = settings.home() / "trained" / profile / f"seed-{seed}"
    path = model_files.model_path(folder, name)
    if not path.exists():
        model_files.save(folder, *train(name, profile, seed))
    return model_files.read(path, name), model_files.read_run(folder, name)


def _initial_model(chosen: Recipe, profile: settings.Profile) -> keras.Model:
    """Return the network as the training finds it: new, or trained by another recipe."""
    if not isinstance(chosen, ImageRecipe) or chosen.initial_recipe is None:
        return chosen.network()
    known = trained(chosen.initial_recipe, profile)
    if chosen.unfreeze_from is not None:
        networks.unfreeze(known, chosen.unfreeze_from)
        return known
    model = chosen.network()
    for layer, source in zip(model.layers[:-1], known.layers[:-1], strict=True):
        layer.set_weights(source.get_weights())
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


def _judge(model: keras.Model, chosen: Recipe, prepared: PreparedData, profile: settings.Profile) -> dict[str, float]:
    probabilities = class_probabilities(model, prepared.test_batches())
    figures = classification_metrics(prepared.test_labels, probabilities)
    figures |= chosen.further_metrics(model, prepared, probabilities)
    if isinstance(chosen, ImageRecipe) and chosen.unfreeze_from is not None:
        before = class_probabilities(_initial_model(chosen, profile), prepared.test_batches())
        answers = [one.argmax(axis=1) for one in (probabilities, before)]
        gain = metrics.difference_interval(metrics.accuracy, prepared.test_labels, *answers)
        figures |= gain.figures("gain")
    return {name: round(float(value), 5) for name, value in figures.items()} | {"images": len(prepared.test_labels)}


def _peak_memory() -> float | None:
    try:
        import resource
    except ModuleNotFoundError:  # Windows
        return None
    # Linux counts in kilobytes, macOS in bytes.
    unit = 1 if sys.platform == "darwin" else 1024
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e9, 2)
