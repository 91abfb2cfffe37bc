"""The files that a trained network is kept in."""

from __future__ import annotations

import zipfile
from pathlib import Path

import keras

from coursekit import networks
from coursekit.atomic_write import write_whole
from coursekit.training.recipes import FrozenFeaturesRecipe, recipe
from coursekit.training.runs import Run


def save(folder: Path, model: keras.Model, run: Run) -> None:
    """Write ``models/<name>.keras`` and ``runs/<family>/<name>.json``, each whole or not at all.

    Of a network with a frozen backbone only the head is written: the backbone's weights are not ours.

    Parameters
    ----------
    folder : Path
        Made if it does not exist.
    model : keras.Model
    run : Run
        The record of its training; it names the recipe.
    """
    path = model_path(folder, run.name)
    kept = networks.split_head(model)[1] if isinstance(recipe(run.name), FrozenFeaturesRecipe) else model
    with write_whole(path) as unfinished:
        kept.save(unfinished)
        _deflate(unfinished)
        run.save(folder / "runs" / recipe(run.name).family / f"{run.name}.json")


def model_path(folder: Path, name: str) -> Path:
    """Return where `save` puts the model of a recipe, ``folder/models/<name>.keras``.

    Parameters
    ----------
    folder : Path
    name : str
        The recipe.

    Returns
    -------
    Path
    """
    return folder / "models" / f"{name}.keras"


def read_run(folder: Path, name: str) -> Run:
    """Return the record that `save` has written, from ``folder/runs`` or the folder of its family in there.

    Parameters
    ----------
    folder : Path
    name : str
        The recipe.

    Returns
    -------
    Run
    """
    return Run.read(next((folder / "runs").rglob(f"{name}.json")))


def read(path: Path, name: str) -> keras.Model:
    """Return a model that `save` has written, whole.

    Parameters
    ----------
    path : Path
        A ``.keras`` file.
    name : str
        The recipe that the model was trained by.

    Returns
    -------
    keras.Model
        Not compiled.

    Raises
    ------
    ValueError
        If the file cannot be read; the message says what to do.
    """
    chosen = recipe(name)
    try:
        model = keras.saving.load_model(path, compile=False, safe_mode=True)
    except (ValueError, OSError) as error:
        raise ValueError(
            f"{path} cannot be read as a Keras model ({error}). Delete it: it is then made again."
        ) from error
    if not isinstance(chosen, FrozenFeaturesRecipe):
        return model
    whole = chosen.network()
    networks.split_head(whole)[1].set_weights(model.get_weights())
    return whole


def _deflate(path: Path) -> None:
    """Compress a model file; Keras stores its parts as they are."""
    with zipfile.ZipFile(path) as stored:
        parts = {name: stored.read(name) for name in stored.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as compressed:
        for name, content in parts.items():
            compressed.writestr(name, content)
