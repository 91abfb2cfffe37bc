"""The settings of a training as a run records them, and how a training of one's own differs from the record."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import keras

from coursekit import settings
from coursekit.training.recipes import Recipe
from coursekit.training.runs import load_run
from coursekit.training.schedules import Schedule

# What Keras' optimisers and random layers hold besides what a person chooses.
_NOT_CHOSEN = {"name", "trainable", "dtype", "seed", "data_format", "fill_value", "value_range", "interpolation"}
_AVERAGING = {"use_ema", "ema_momentum", "ema_overwrite_frequency"}
_TENTHS = 10


def recipe_settings(chosen: Recipe, profile: settings.Profile = "full") -> dict[str, Any]:
    """Return what a recipe decides besides its network and its data.

    Parameters
    ----------
    chosen : Recipe
    profile : {"quick", "lesson", "full"}

    Returns
    -------
    dict of str to values that JSON can hold
        ``epochs`` (the most), ``optimizer`` (name and settings), ``rates`` (the learning rate at each tenth of the
        training), ``batch_size``, ``size``, ``monitor``, ``patience``, ``augmentation`` (a text a layer).
    """
    epochs = chosen.epochs[profile]
    optimizer = optimizer_settings(chosen.optimizer())
    schedule = chosen.schedule(epochs) if chosen.schedule else None
    make = getattr(chosen, "augmentation", None)
    return {
        "epochs": epochs,
        "optimizer": dict(optimizer),
        "rates": rates(schedule, epochs) if schedule else [optimizer["learning_rate"]] * (_TENTHS + 1),
        "batch_size": chosen.batch_size,
        "size": getattr(chosen, "size", None),
        "monitor": chosen.monitor,
        "patience": chosen.patience,
        "augmentation": list(_random_layers(make())) if make else [],
    }


def network_settings(model: keras.Model) -> dict[str, Any]:
    """Return what decides how a network learns, besides its shapes.

    Parameters
    ----------
    model : keras.Model

    Returns
    -------
    dict of str to values that JSON can hold
        ``dropout``, ``l2`` and ``batch_norm_momentum``: the values that occur, each once, in order.
    """
    found: dict[str, set[float]] = {"dropout": set(), "l2": set(), "batch_norm_momentum": set()}
    for layer in _flat(model):
        if isinstance(layer, keras.layers.Dropout):
            found["dropout"].add(_short(layer.rate))
        if isinstance(layer, keras.layers.BatchNormalization):
            found["batch_norm_momentum"].add(_short(layer.momentum))
        penalty = getattr(layer, "kernel_regularizer", None)
        if penalty is not None and hasattr(penalty, "l2"):
            found["l2"].add(_short(penalty.l2))
    return {name: sorted(values) for name, values in found.items()}


def optimizer_settings(optimizer: keras.optimizers.Optimizer) -> dict[str, Any]:
    """Return the name and the settings of an optimiser, without those that are off.

    Parameters
    ----------
    optimizer : keras.optimizers.Optimizer
        As the network was compiled with.

    Returns
    -------
    dict of str to any

    Examples
    --------
    >>> optimizer_settings(keras.optimizers.SGD(0.1, momentum=0.9))
    {'name': 'SGD', 'learning_rate': 0.1, 'momentum': 0.9}
    """
    off = (None, False)
    chosen = {name: value for name, value in optimizer.get_config().items() if name not in _NOT_CHOSEN | _AVERAGING}
    return {"name": type(optimizer).__name__} | {
        name: _short(value) for name, value in chosen.items() if value not in off
    }


def rates(schedule: Schedule, epochs: int) -> list[float]:
    """Return the learning rate at each tenth of a training, with three digits.

    Parameters
    ----------
    schedule : function of float
        Position in epochs to learning rate.
    epochs : int
        How many there are.

    Returns
    -------
    list of float
    """
    return [float(f"{schedule(tenth * epochs / _TENTHS):.3g}") for tenth in range(_TENTHS + 1)]


def beside_record(
    name: str,
    model: keras.Model,
    images: int,
    epochs: int,
    size: int | None = None,
    batch_size: int | None = None,
    schedule: Schedule | None = None,
) -> str:
    """Say how a training of one's own differs from the recorded one: where it is shorter, and what else differs.

    Parameters
    ----------
    name : str
        One of `recorded_runs`.
    model : keras.Model
        The network that was trained, compiled.
    images : int
        Number of images that it was trained on.
    epochs : int
        How many epochs were allowed.
    size : int, optional
        Height and width of its images, where the recipe has a size.
    batch_size : int, optional
        Images a step; by default that of the record.
    schedule : callable, optional
        The schedule of the learning rate, over these epochs; None is the constant rate of the optimiser.

    Returns
    -------
    str
        A line or two: ``"Shorter than the record: 480 of 2,934 images, 8 of 35 epochs."``, and where anything else
        differs ``"Other than in the record: dropout 0.5, there 0.2."``

    Raises
    ------
    ValueError
        If there is no such run, or it does not record its settings.

    Examples
    --------
    >>> model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(5)])
    >>> model.compile(optimizer=keras.optimizers.Adam(1e-3), loss="mse")
    >>> beside_record("flowers_baseline", model, images=500, epochs=10)
    'Shorter than the record: 500 of 2,934 images.'
    """
    run = load_run(name)
    if not run.settings:
        raise ValueError(f"the run {name!r} does not record its settings. Train it again: coursekit train {name}.")
    there = run.settings
    pairs = [("images", images, run.images), ("epochs", epochs, there["epochs"])]
    pairs += [("pixels", size, there["size"])] if size and there["size"] else []
    shorter = ", ".join(f"{mine:,} of {full:,} {word}" for word, mine, full in pairs if mine < full)
    optimizer = optimizer_settings(model.optimizer)
    followed = rates(schedule, epochs) if schedule else [optimizer["learning_rate"]] * (_TENTHS + 1)
    network = network_settings(model)
    ours = {
        **_without_rate(optimizer),
        "rate": _in_words(followed),
        "batch size": batch_size or there["batch_size"],
        "augmentation": list(_random_layers(model)) or there["augmentation"],
        "dropout": network["dropout"],
        "L2": network["l2"],
        # A head alone has none: the normalisation is in the frozen backbone.
        "momentum of batch normalisation": network["batch_norm_momentum"] or there["batch_norm_momentum"],
    }
    theirs = {
        **_without_rate(there["optimizer"]),
        "rate": _in_words(there["rates"]),
        "batch size": there["batch_size"],
        "augmentation": there["augmentation"],
        "dropout": there["dropout"],
        "L2": there["l2"],
        "momentum of batch normalisation": there["batch_norm_momentum"],
    }
    if followed != there["rates"] and ours["rate"] == theirs["rate"]:
        ours["rate"] += " along another curve"
    other = [
        f"{word} {_text(ours.get(word, 'none'))}, there {_text(theirs.get(word, 'none'))}"
        for word in {**ours, **theirs}
        if ours.get(word) != theirs.get(word)
    ]
    other += [f"{mine:,} {word}, there {full:,}" for word, mine, full in pairs if mine > full]
    lines = [f"Shorter than the record: {shorter}." if shorter else "As long as the record."]
    return "\n".join(lines + ([f"Other than in the record: {'; '.join(other)}."] if other else []))


def _without_rate(optimizer: dict[str, Any]) -> dict[str, Any]:
    """Return an optimiser's settings with its name as one of them, and without its rate: the schedule says that."""
    return {
        "optimizer" if word == "name" else word: value for word, value in optimizer.items() if word != "learning_rate"
    }


def _in_words(found: list[float]) -> str:
    """Return the rates of a training: one number, or where it begins, its highest, and where it ends."""
    if len(set(found)) == 1:
        return f"{found[0]:g}"
    highest = "" if max(found) == found[0] else f" to {max(found):g}"
    return f"{found[0]:g}{highest} to {found[-1]:g}"


def _flat(model: keras.Model) -> Iterator[keras.layers.Layer]:
    """Yield the layers of a model and of the models in it."""
    for layer in model.layers:
        if isinstance(layer, keras.Model):
            yield from _flat(layer)
        else:
            yield layer


def _random_layers(model: keras.Model) -> Iterator[str]:
    """Yield a text for each layer that changes images at random: its class and what was chosen."""
    for layer in _flat(model):
        if type(layer).__name__.startswith("Random"):
            config = layer.get_config().items()
            chosen = [(word, value) for word, value in config if word not in _NOT_CHOSEN and value is not None]
            yield f"{type(layer).__name__}: " + ", ".join(f"{word} {_text(value)}" for word, value in sorted(chosen))


def _short(value: Any) -> Any:
    """Return a number with seven digits: optimisers keep float32."""
    return float(f"{float(value):.7g}") if isinstance(value, float) or hasattr(value, "numpy") else value


def _text(value: Any) -> str:
    if isinstance(value, list | tuple):
        return "/".join(map(_text, value)) or "none"
    return f"{value:.4g}" if isinstance(value, float) else str(value)
