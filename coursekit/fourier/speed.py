"""How long three layers of convolutions take: directly, by an FFT at each layer, by one combined product, by Keras.

What the ways prepare once for a trained network, the spectra of its kernels, is not counted.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from coursekit import convolution
from coursekit.arrays import Floats, at_least_one
from coursekit.fourier.networks import FourierNet1, FourierNet3
from coursekit.fourier.plain_block import plain_block

WAYS = ("direct", "FFT per layer", "combined FFT", "Keras")
"""`coursekit.convolution.convolution_layer` three times, `FourierNet1`, `FourierNet3`, and the model itself."""


def measure(
    image: int,
    kernel: int,
    filters: Sequence[int] = (8, 16, 32),
    ways: Iterable[str] = WAYS,
    repeats: int = 3,
    clock: Callable[[], float] = time.perf_counter,
) -> dict[str, float]:
    """Return the seconds that each way takes for one grey image, the fastest of some repeats.

    Parameters
    ----------
    image, kernel : int
        Pixels along a side.
    filters : sequence of int
        Of each layer.
    ways : names of `WAYS`
        Which to measure.
    repeats : int
        After one run that warms up.
    clock : callable
        ``time.process_time`` counts what the processor works, also on a busy machine.

    Returns
    -------
    dict of str to float
        Seconds by way.

    Raises
    ------
    ValueError
        If a way is unknown or a number is too small.

    Examples
    --------
    >>> sorted(measure(12, 3, filters=(2, 2), ways=("direct", "Keras"), repeats=1))
    ['Keras', 'direct']
    """
    unknown = set(ways) - set(WAYS)
    if unknown:
        raise ValueError(f"ways hold {', '.join(map(repr, sorted(unknown)))}: choose among {', '.join(WAYS)}.")
    at_least_one(repeats, "repeats")
    model = keras.Sequential(
        [
            keras.Input((image, image, 1)),
            *(keras.layers.Conv2D(count, kernel, padding="same", use_bias=False) for count in filters),
        ]
    )
    images = np.random.default_rng(0).random((1, image, image, 1), np.float32)
    computations = _computations(model)
    return {way: _fastest(computations[way], images, repeats, clock) for way in ways}


def crossover(sizes: Sequence[float], one: Sequence[float], other: Sequence[float]) -> float | None:
    """Return from which size on the other way is faster, and stays so; None if it is not at the largest.

    Between two measured sizes, time is taken to grow by a power of the size.

    Parameters
    ----------
    sizes, one, other : sequences of numbers above 0
        In the order of the sizes.

    Returns
    -------
    float or None

    Examples
    --------
    >>> round(crossover([1, 2, 4], [1, 4, 16], [4, 5.657, 8]), 2)
    2.52
    >>> crossover([1, 2, 4], [1, 1, 1], [2, 2, 2]) is None
    True
    """
    advantage = np.log(np.asarray(one, float)) - np.log(np.asarray(other, float))
    if advantage[-1] <= 0:
        return None
    slower = np.flatnonzero(advantage <= 0)
    if not len(slower):
        return float(sizes[0])
    last = int(slower[-1])
    share = -advantage[last] / (advantage[last + 1] - advantage[last])
    return float(np.exp(np.log(sizes[last]) * (1 - share) + np.log(sizes[last + 1]) * share))


def _computations(model: keras.Model) -> dict[str, Callable[[Floats], Any]]:
    kernels = plain_block(model).kernels
    first, third = FourierNet1(model), FourierNet3(model)

    def directly(images: Floats) -> Floats:
        for layer in kernels:
            images = convolution.convolution_layer(images, layer, padding="same")
        return images

    # As a graph: a model that is called directly is run layer by layer from Python.
    graph = tf.function(model, autograph=False)
    return dict(zip(WAYS, (directly, first.maps, third.maps, lambda images: graph(images).numpy()), strict=True))


def _fastest(compute: Callable[[Floats], Any], images: Floats, repeats: int, clock: Callable[[], float]) -> float:
    compute(images)
    seconds = []
    for _ in range(repeats):
        start = clock()
        compute(images)
        seconds.append(clock() - start)
    return min(seconds)
