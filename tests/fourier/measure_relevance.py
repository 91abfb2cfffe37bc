"""Measure what lesson 14 says about speed: ``OMP_NUM_THREADS=1 python tests/fourier/measure_relevance.py``.

The network has the size of the published one, 32, 64 and 128 kernels and 25,783,330 parameters; its weights are random,
which changes no time. One thread and processor seconds, so that a busy machine does not falsify the ratios.
"""

import sys
import time
import tracemalloc
from statistics import median

import numpy as np
import tensorflow as tf

from coursekit import fourier, networks
from coursekit.backend import import_keras

keras = import_keras()

REPEATS = int(sys.argv[1]) if len(sys.argv) > 1 else 3
PICTURES, JACOBIAN_ROWS, MAPS_OFF = 500, 28, 2


def seconds(function):
    start = time.process_time()
    answer = function()
    return time.process_time() - start, answer


def logits_model(model):
    stripped = keras.models.clone_model(model)
    stripped.set_weights(model.get_weights())
    stripped.layers[-1].activation = keras.activations.linear
    return stripped


def derivative(model, picture):
    """dy/dx in four ways, interleaved."""
    gradient = fourier.ScoreGradient(model)
    block = keras.Model(model.inputs, model.layers[2].output)
    scorer, variable = logits_model(model), tf.constant(picture)
    points = np.eye(784, dtype=np.float32).reshape(784, 28, 28, 1)

    @tf.function
    def taped(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            score = scorer(x)[:, 1]
        return tape.gradient(score, x)

    @tf.function
    def rows(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            part = tf.reshape(block(x)[0, 14, :, 0], (-1,))[:JACOBIAN_ROWS]
        return tape.jacobian(part, x)

    def stored():
        """The whole table: the block is linear, so one bright pixel after the other gives it, column by column."""
        table = np.concatenate([block(points[i : i + 56]).numpy().reshape(56, -1) for i in range(0, 784, 56)])
        slopes = gradient.slopes_of_maps(gradient.net.maps(picture), 1)[1]
        return (table @ slopes.ravel()).reshape(28, 28), table.nbytes

    ways = {
        "ours": lambda: gradient(picture, 1),
        "tape.gradient (stores no table)": lambda: taped(variable).numpy(),
        f"tape.jacobian, {JACOBIAN_ROWS} of 100,352 rows": lambda: rows(variable).numpy(),
        "the whole table, then its product": stored,
    }
    for way in list(ways)[:3]:
        ways[way]()
    times = {way: [] for way in ways}
    for _ in range(REPEATS):
        for way, compute in ways.items():
            taken, answer = seconds(compute)
            times[way].append(taken)
    ours = median(times["ours"])
    for way, taken in times.items():
        print(f"{way:42} {1000 * median(taken):10.1f} ms  {median(taken) / ours:8.1f} times ours")
    inside = np.abs(gradient(picture, 1)[0, :, :, 0] - answer[0])[2:-2, 2:-2].max() / np.abs(answer[0]).max()
    print(f"differs from the product with the table by {inside:.1e} inside of the two border rings")
    tracemalloc.start()
    gradient(picture, 1)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    print(f"table {answer[1] / 1e6:.1f} MB, ours at most {peak / 1e6:.1f} MB: {answer[1] / peak:.0f} times less")


def selection(model, pictures):
    """Switching maps off: the naive loop, of which MAPS_OFF of 128 forward passes are timed, against the shares."""
    net = fourier.FourierNet3(model)
    block = keras.Model(model.inputs, model.layers[2].output)
    scorer = logits_model(model)
    last = scorer.layers[2]
    kernels = last.get_weights()[0]

    def without(channel):
        changed = kernels.copy()
        changed[..., channel] = 0
        last.set_weights([changed])
        return np.concatenate([scorer(pictures[i : i + 50]).numpy() for i in range(0, len(pictures), 50)])

    def maps():
        return np.concatenate([block(pictures[i : i + 50]).numpy() for i in range(0, len(pictures), 50)])

    naive, ours = [], []
    for channel in range(MAPS_OFF):
        taken, expected = seconds(lambda c=channel: without(c))
        naive.append(taken)
        taken, found = seconds(lambda: fourier.select(maps(), net.tail))
        ours.append(taken)
        difference = np.abs(
            fourier.logits_without_each(block(pictures[:20]).numpy(), net.tail)[:, channel] - expected[:20]
        )
        print(f"map {channel}: differs from the naive loop by {difference.max() / np.abs(expected).max():.1e}")
    loop, once = 128 * median(naive), median(ours)
    print(f"naive loop {loop:.0f} s ({MAPS_OFF} of 128 passes timed), ours {once:.2f} s: {loop / once:.0f} times")
    print(f"maps needed, random weights: median {np.median(found.needed()):.0f}")


if __name__ == "__main__":
    keras.utils.set_random_seed(0)
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    digits = np.random.default_rng(0).random((PICTURES, 28, 28, 1), dtype=np.float32)
    large = networks.linear_fourier_net()
    derivative(large, digits[:1])
    selection(large, digits)
