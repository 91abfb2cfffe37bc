"""Trained networks: shipped with the course, or trained once and kept."""

from __future__ import annotations

import zipfile
from pathlib import Path

import filelock
import keras

from coursekit import networks, settings
from coursekit.atomic_write import write_whole
from coursekit.training.follow import train
from coursekit.training.recipes import recipe
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
        return _read(shipped, name)
    folder = settings.home() / "trained" / settings.profile()
    folder.mkdir(parents=True, exist_ok=True)
    with filelock.FileLock(folder / f"{name}.lock"):
        kept = model_path(folder, name)
        if not kept.exists():
            print(f"{name} does not ship with the course: it is trained now, once, and kept in {folder}.")
            save(folder, *train(name))
        return _read(kept, name)


def trained_with_seed(name: str, profile: settings.Profile, seed: int) -> tuple[keras.Model, Run]:
    """Return the network of a recipe trained with a seed, and the record of it: trained on first use, then kept.

    Unlike `trained` it never takes what ships with the course, so that several seeds can be compared.
    """
    folder = settings.home() / "trained" / profile / f"seed-{seed}"
    path = model_path(folder, name)
    if not path.exists():
        save(folder, *train(name, profile, seed))
    return _read(path, name), Run.read(folder / "runs" / f"{name}.json")


def save(folder: Path, model: keras.Model, run: Run) -> None:
    """Write ``models/<name>.keras`` and ``runs/<family>/<name>.json``, each whole or not at all.

    Of a network with a frozen backbone only the head is written: the backbone's weights are not ours.
    """
    path = model_path(folder, run.name)
    kept = networks.divide(model)[1] if recipe(run.name).frozen_backbone else model
    with write_whole(path) as unfinished:
        kept.save(unfinished)
        _deflate(unfinished)
        run.save(folder / "runs" / recipe(run.name).family / f"{run.name}.json")


def model_path(folder: Path, name: str) -> Path:
    """Return where `save` puts a model."""
    return folder / "models" / f"{name}.keras"


def _deflate(path: Path) -> None:
    """Compress a model file; Keras stores its parts as they are."""
    with zipfile.ZipFile(path) as stored:
        parts = {name: stored.read(name) for name in stored.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as compressed:
        for name, content in parts.items():
            compressed.writestr(name, content)


def _read(path: Path, name: str) -> keras.Model:
    chosen = recipe(name)
    try:
        model = keras.saving.load_model(path, compile=False, safe_mode=True)
    except (ValueError, OSError) as error:
        raise ValueError(
            f"{path} cannot be read as a Keras model ({error}). Delete it: it is then made again."
        ) from error
    if not chosen.frozen_backbone:
        return model
    whole = chosen.network()
    networks.divide(whole)[1].set_weights(model.get_weights())
    return whole
