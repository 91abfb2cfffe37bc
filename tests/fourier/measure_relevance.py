"""Measure what ``coursekit.fourier.measured("relevance")`` returns.

``COURSEKIT_DATA=real python tests/fourier/measure_relevance.py PART ...`` with the parts ``derivative``, ``selection``
and ``networks``; without any, all of them. The first two take an untrained network of 25,783,330 parameters: weights
change no time. For the third it is trained first, which takes an hour, unless ``coursekit train fourier_mnist`` has
done so.

Times: one thread, and the seconds that the processor worked, the median of some repeats. On a busy machine the clock on
the wall says little.
"""

import json
import os
import platform
import sys
import time
import tracemalloc
from importlib.metadata import version
from statistics import median

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS")
COUNTS = (1, 5, 10, 20, 64, 128)
IMAGES, BEHIND = 500, 2


def seconds(function, repeats=1):
    """The median of the processor's seconds, and the last answer."""
    taken = []
    for _ in range(repeats):
        start = time.process_time()
        answer = function()
        taken.append(time.process_time() - start)
    return median(taken), answer


def logits_model(model):
    stripped = keras.models.clone_model(model)
    stripped.set_weights(model.get_weights())
    stripped.layers[-1].activation = keras.activations.linear
    return stripped


def relative(ours, reference):
    return float(f"{np.abs(ours - reference).max() / np.abs(reference).max():.1e}")


def derivative(model, image):
    """dy/dx in the Fourier domain, by TensorFlow's way back, and by the stored table of all derivatives."""
    gradient = fourier.ScoreGradient(model)
    block = tf.function(keras.Model(model.inputs, model.layers[BEHIND].output), autograph=False)
    scorer, variable = logits_model(model), tf.constant(image)
    points = np.eye(784, dtype=np.float32).reshape(784, 28, 28, 1)
    slopes = gradient.slopes_of_maps(gradient.net.maps(image), 1)[1]

    @tf.function(autograph=False)
    def taped(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            score = scorer(x)[:, 1]
        return tape.gradient(score, x)

    @tf.function(autograph=False)
    def rows(x, channel):
        with tf.GradientTape() as tape:
            tape.watch(x)
            part = tf.reshape(block(x)[..., channel], (-1,))
        return tape.jacobian(part, x)

    def jacobian():
        """Map by map: all 100,352 rows at once would need their 64 maps of the layer before, 20 GB."""
        rows_of = np.empty((128, 784, 784), np.float32)
        for channel in range(len(rows_of)):
            rows_of[channel] = rows(variable, tf.constant(channel)).numpy().reshape(784, 784)
        return rows_of

    def table():
        """Of a linear block: what one bright pixel after the other makes of the maps."""
        return np.concatenate([block(points[i : i + 56]).numpy().reshape(56, -1) for i in range(0, 784, 56)])

    for warm_up in (gradient, lambda x: taped(variable), lambda x: rows(variable, tf.constant(0)), lambda x: table()):
        warm_up(image)
    ours, found = seconds(lambda: gradient(image, 1), 9)
    tape, expected = seconds(lambda: taped(variable).numpy(), 9)
    taping, by_tape = seconds(jacobian)
    building, stored = seconds(table)
    back, ours_back = seconds(lambda: gradient.to_image(slopes, (28, 28)), 9)
    multiplying, theirs_back = seconds(lambda: stored @ slopes.ravel(), 9)
    tracemalloc.start()
    gradient(image, 1)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    inside = np.s_[0, 2:-2, 2:-2, 0]
    of_table = stored.reshape(784, 784, 128).transpose(2, 1, 0)
    return {
        "seconds": {
            "Fourier": ours,
            "GradientTape.gradient": tape,
            "table: one bright pixel after the other": building,
            "table: GradientTape.jacobian, map by map": taping,
            "from the maps to the image: Fourier": back,
            "from the maps to the image: product with the table": multiplying,
        },
        "megabytes": {"Fourier, peak": round(peak / 1e6, 1), "table": round(stored.nbytes / 1e6, 1)},
        "largest difference": {
            "Fourier and GradientTape.gradient, inside": relative(found[inside], expected[inside]),
            "Fourier and the table, inside": relative(ours_back[inside], theirs_back.reshape(1, 28, 28, 1)[inside]),
            "GradientTape.gradient and the table": relative(theirs_back.reshape(expected.shape), expected),
            "GradientTape.jacobian and the table": relative(by_tape, of_table),
        },
    }


def selection(model, images):
    """Every map switched off: the naive loop, 128 forward passes, against the shares."""
    tail = fourier.plain_block(model).tail
    block = keras.Model(model.inputs, model.layers[BEHIND].output)
    maps_of, scorer = tf.function(block, autograph=False), logits_model(model)
    logits_of, last = tf.function(scorer, autograph=False), scorer.layers[BEHIND]
    kernels = last.get_weights()[0]

    def in_parts(function):
        return np.concatenate([function(images[i : i + 50]).numpy() for i in range(0, len(images), 50)])

    def without(channel):
        changed = kernels.copy()
        changed[..., channel] = 0
        last.set_weights([changed])
        return in_parts(logits_of)

    for function in (maps_of, logits_of):
        function(images[:50])
    ours, found = seconds(lambda: fourier.selection.logits_without_each(in_parts(maps_of), tail), 5)
    loop, expected = seconds(lambda: np.stack([without(channel) for channel in range(128)], axis=1))
    return {
        "images": len(images),
        "seconds": {"naive loop": loop, "shares": ours},
        "largest difference": relative(found, expected),
    }


def few_maps(name, digits):
    """How far a trained network can do with few of its maps, the most needed first."""
    net = fourier.FourierNet3(training.trained(name))
    images, labels = digits.test.arrays()
    maps = net.maps(images)
    chosen = fourier.select(maps, net.tail)
    ranking, needed = chosen.ranking(), chosen.needed()
    rows = []
    for count in [count for count in COUNTS if count < len(ranking)] + [len(ranking)]:
        logits = fourier.logits_with(maps, net.tail, ranking[:count])
        rows.append(
            {
                "maps": count,
                "error": round(float(np.abs(logits - chosen.logits).mean() / np.abs(chosen.logits).mean()), 3),
                "same": round(float(np.mean(logits.argmax(1) == chosen.logits.argmax(1))), 4),
                "accuracy": round(float(np.mean(logits.argmax(1) == labels)), 4),
            }
        )
    halves = [half.times_needed() for half in chosen.halves()]
    return {
        "images": len(images),
        "kept": rows,
        "needed": {"median": float(np.median(needed)), "most": int(needed.max())},
        "rank correlation of two halves": round(float(spearmanr(*halves).statistic), 3),
    }


def rounded(values):
    if isinstance(values, dict):
        return {name: rounded(value) for name, value in values.items()}
    return float(f"{values:.3g}") if isinstance(values, float) else values


def main(parts):
    path = settings.course_folder() / "data" / "measured" / "fourier_relevance.json"
    measured = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    digits = data.add_noise(data.select_classes(data.load("mnist"), ("1", "7")))
    images = digits.test.arrays(limit=IMAGES)[0]
    keras.utils.set_random_seed(0)
    large = networks.linear_fourier_net()
    if "derivative" in parts:
        # Without its two outer rings the merged network and the layers one by one have the same maps.
        image = np.pad(images[:1, 2:-2, 2:-2], ((0, 0), (2, 2), (2, 2), (0, 0)))
        measured["derivative"] = rounded(derivative(large, image))
    if "selection" in parts:
        measured["selection"] = rounded(selection(large, images))
    if "networks" in parts:
        measured["networks"] = {name: few_maps(name, digits) for name in ("fourier_mnist", "fourier_mnist_narrow")}
    measured["source"] = digits.source
    measured["machine"] = f"one thread of a {platform.machine()} processor; seconds that the processor worked"
    measured["versions"] = {"python": platform.python_version()} | {
        name: version(name) for name in ("keras", "tensorflow", "numpy", "scipy")
    }
    path.write_text(json.dumps(measured, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    # Before NumPy and TensorFlow are loaded: they read these only then.
    os.environ |= dict.fromkeys(THREADS, "1")
    os.environ["TF_ENABLE_ONEDNN_OPTS"] = "1"
    os.environ["COURSEKIT_PROFILE"] = "full"
    import numpy as np
    import tensorflow as tf
    from scipy.stats import spearmanr

    from coursekit import data, fourier, networks, settings, training
    from coursekit.backend import import_keras

    keras = import_keras()
    main(sys.argv[1:] or ("derivative", "selection", "networks"))
