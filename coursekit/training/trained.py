"""Trained networks: shipped with the course, or trained once and kept."""

from __future__ import annotations

from pathlib import Path

import filelock
import keras

from coursekit import settings
from coursekit.training.recipes import recipe, train
from coursekit.training.runs import Run


def trained(name: str) -> keras.Model:
    """Return the trained network of a recipe.

    The small ones ship with the course. The others are trained on first use, with the session's profile, and kept in
    ``COURSEKIT_HOME``.

    Parameters
    ----------
    name : str
        See `coursekit.training.RECIPES`.

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
        return _read(shipped)
    folder = settings.home() / "trained" / settings.profile()
    folder.mkdir(parents=True, exist_ok=True)
    with filelock.FileLock(folder / f"{name}.lock"):
        kept = model_path(folder, name)
        if not kept.exists():
            print(f"{name} does not ship with the course: it is trained now, once, and kept in {folder}.")
            save(folder, *train(name))
        return _read(kept)


def save(folder: Path, model: keras.Model, run: Run) -> None:
    """Write ``models/<name>.keras`` (without the optimiser) and ``runs/<name>.json``, each whole or not at all."""
    path = model_path(folder, run.name)
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{run.name}.unfinished.keras")
    # A copy that was never compiled: Keras stores the optimiser's variables otherwise, as many again as the weights.
    bare = type(model).from_config(model.get_config())
    bare.set_weights(model.get_weights())
    bare.save(unfinished)
    run.save(folder / "runs" / f"{run.name}.json")
    unfinished.replace(path)


def model_path(folder: Path, name: str) -> Path:
    """Return where `save` puts a model."""
    return folder / "models" / f"{name}.keras"


def _read(path: Path) -> keras.Model:
    try:
        return keras.saving.load_model(path, compile=False, safe_mode=True)
    except (ValueError, OSError) as error:
        raise ValueError(
            f"{path} cannot be read as a Keras model ({error}). Delete it: it is then made again."
        ) from error
