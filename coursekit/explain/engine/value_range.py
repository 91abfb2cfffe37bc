"""What a pixel may be, and what is black, in the values that a model takes: found once a model, given, or asked for."""

from __future__ import annotations

from typing import Literal, cast

import keras
import numpy as np
from numpy.typing import ArrayLike

from coursekit.arrays import Floats
from coursekit.explain.engine.heatmaps import warn_of_user
from coursekit.explain.engine.inputs import Inputs, checked_baseline
from coursekit.explain.engine.layer_calls import layer_paths
from coursekit.explain.engine.model_state import State, model_state, settled
from coursekit.explain.engine.tracing import fact
from coursekit.networks.own.value_range import ValueRange, found_range

Baseline = ArrayLike | Literal["black", "grey", "white"]

_USUAL: tuple[ValueRange, ...] = ((0.0, 1.0), (-1.0, 1.0), (0.0, 255.0))


def value_range(inputs: Inputs, low: float | None = None, high: float | None = None) -> ValueRange:
    """Return the lowest and the highest number that a pixel may be: as given, or as found.

    Found is what the model's own preparation is made for, such as ``Rescaling(1 / 255)``, else the usual range that
    holds all numbers of the images: 0 to 1, -1 to 1 or 0 to 255.

    Raises
    ------
    ValueError
        If a pixel lies outside of what is given or found, or the images have no usual range.
    """
    least, most = float(inputs.images.min()), float(inputs.images.max())
    if low is not None or high is not None:
        given = (0.0 if low is None else float(low), 1.0 if high is None else float(high))
        if not given[0] < given[1]:
            raise ValueError(f"low is {low!r} and high {high!r}: pass the range of the pixels, low below high.")
        if least < given[0] or most > given[1]:
            raise ValueError(
                f"the images go from {least:g} to {most:g}, and the range of pixels that is given from {given[0]:g} "
                f"to {given[1]:g}: pass low and high that hold all of them."
            )
        return given
    least, most = np.floor(least), np.ceil(most)
    return _found(inputs, f"pass low and high, for example low={least:g}, high={most:g}")


def told_range(inputs: Inputs) -> ValueRange | None:
    """Return the range of pixels that the model's own preparation is made for; None where nothing tells."""

    def find() -> tuple[State, ValueRange | None]:
        told = found_range(inputs.model) or _of_first_rescaling(inputs.model)
        return settled(inputs.state, model_state(inputs.model)), told

    return cast(ValueRange | None, fact(inputs, "value range", find))


def baseline_of(baseline: Baseline, inputs: Inputs) -> Floats:
    """Return a baseline for every image, in the images' shape and precision.

    Parameters
    ----------
    baseline : "black", "grey", "white", or numbers that broadcast to the images
        A word means the lowest, the middle or the highest number that a pixel may be. Black spectra are 0.
    inputs : Inputs

    Raises
    ------
    ValueError
        If it does not broadcast to the images, is not finite, or the word's number is not known.
    """
    return checked_baseline(_meant(baseline, inputs) if isinstance(baseline, str) else baseline, inputs.images)


def _meant(word: str, inputs: Inputs) -> float:
    if word not in ("black", "grey", "white"):
        raise ValueError(f'baseline is {word!r}: pass "black", "grey", "white", or numbers in the images\' units.')
    if word == "black" and (inputs.images.ndim == 3 or (told_range(inputs) is None and inputs.images.min() >= 0)):
        return 0.0
    low, high = _found(inputs, f"pass baseline, the number that stands for {word}")
    return {"black": low, "grey": (low + high) / 2, "white": high}[word]


def _found(inputs: Inputs, cure: str) -> ValueRange:
    """Return the range of pixels that the model tells, or else the images; where neither does, say the cure."""
    name, least, most = inputs.model.name, float(inputs.images.min()), float(inputs.images.max())
    told = told_range(inputs)
    for low, high in _USUAL if told is None else (told,):
        if low <= least and most <= high:
            if told == (0.0, 255.0) and 0 < most <= 1:
                warn_of_user(
                    f"the images go from {least:g} to {most:g}, but the first layers of model {name!r} are made for "
                    "values from 0 to 255: are these images divided by 255 already? Pass 255 * images."
                )
            return low, high
    if told is not None:
        raise ValueError(
            f"the images go from {least:g} to {most:g}, but the first layers of model {name!r} are made for values "
            f"from {told[0]:g} to {told[1]:g}: bring the images there, or {cure}."
        )
    raise ValueError(f"the images go from {least:g} to {most:g}, so what a pixel may be is not known: {cure}.")


def _of_first_rescaling(model: keras.Model) -> ValueRange | None:
    """Return 0 to 255 where the first layer divides by about that; of a model of an own class, which has no graph."""
    first = next((layer for layer in layer_paths(model).values() if not getattr(layer, "_layers", None)), None)
    scale = getattr(first, "scale", None) if isinstance(first, keras.layers.Rescaling) else None
    return (0.0, 255.0) if isinstance(scale, float) and 1 / 300 < scale < 1 / 100 else None
