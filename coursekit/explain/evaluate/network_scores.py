"""Scoring every method on one network: a column of a recorded scoreboard."""

from __future__ import annotations

import time
import warnings
from collections.abc import Mapping

import keras
import numpy as np
from numpy.typing import ArrayLike

from coursekit.arrays import Floats
from coursekit.docstrings import entries_from
from coursekit.explain.engine.pass_counter import counted_passes
from coursekit.explain.evaluate.faithfulness import Explainer
from coursekit.explain.evaluate.randomisation import randomise
from coursekit.explain.evaluate.scoreboard import POOLINGS, attributions, pooled_scores, scoreboard
from coursekit.explain.evaluate.similarity import rank_correlation
from coursekit.explain.methods.channel_pooling import pool_channels


@entries_from(scoreboard)
def network_scores(
    model: keras.Model,
    images: ArrayLike,
    masks: ArrayLike,
    methods: Mapping[str, Explainer],
    target: ArrayLike,
    *,
    seed: int | None = None,
    untrained_images: int = 20,
    road_images: int = 0,
) -> tuple[dict[str, dict[str, list[float]]], dict[str, list[float]]]:
    """Score methods on one network.

    Parameters
    ----------
    {model}
    {images}
    {masks}
    {methods}
    {target}
    seed : int, optional
        Of random weights, which the network gets for a while: how similar the maps are then is Spearman's correlation.
        Without it these measures are left out.
    untrained_images : int
        The first so many images are explained with random weights.
    {road_images}

    Returns
    -------
    scores : dict of method to dict of measure to list of float
        The `MEASURES`, a number for each image; ``"seconds"``, one.
    passes : dict of method to [forward, backward]
        Per image.
    """
    given, classes = np.asarray(images), np.broadcast_to(np.asarray(target), len(np.asarray(images)))
    few = slice(untrained_images)
    scores, passes = {}, {}
    for name, method in methods.items():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # maps of zeros show in the scores
            with counted_passes() as counted:
                start = time.perf_counter()
                found = attributions(method, model, given, classes)
                seconds = (time.perf_counter() - start) / len(given)
            random = None if seed is None else _random(method, model, given[few], classes[few], seed)
        values = pooled_scores(model, given, masks, found, classes, road_images=road_images)
        if random is not None:
            values |= {f"similarity_{pooled}": _similarity(found[few], random, pooled) for pooled in POOLINGS}
        values["seconds"] = np.array([seconds])
        scores[name] = {measure: [float(f"{value:.3g}") for value in numbers] for measure, numbers in values.items()}
        passes[name] = [round(number / len(given), 2) for number in (counted.forward, counted.backward)]
    return scores, passes


def _random(method: Explainer, model: keras.Model, images: Floats, target: ArrayLike, seed: int) -> Floats:
    """Return what a method gives when all weights are random; the model gets its own back."""
    trained = model.get_weights()
    try:
        randomise(model, seed=seed)
        return attributions(method, model, images, target)
    finally:
        model.set_weights(trained)


def _similarity(found: Floats, random: Floats, pooled: str) -> Floats:
    return rank_correlation(*(pool_channels(one, POOLINGS[pooled]) for one in (found, random)))
