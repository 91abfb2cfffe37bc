"""Measure what ``coursekit.fourier.measured("speed")`` returns: python tests/fourier/measure_speed.py [PART ...].

The parts are kernels, images and nets; without any, all of them.

One thread, and the time that the processor works: on a busy machine the clock on the wall says little.
"""

import json
import os
import platform
import sys
import time
from importlib.metadata import version

FILTERS = (8, 16, 32)
KERNELS, IMAGES = (3, 5, 7, 11, 15, 21, 31), (28, 40, 64, 96, 128, 192, 256)
FIXED_IMAGE, FIXED_KERNEL = 64, 7


def table(sizes, fixed, pairs):
    from coursekit.fourier import speed

    found = [speed.measure(*pair, FILTERS, repeats=7, clock=time.process_time) for pair in pairs]
    seconds = {way: [float(f"{each[way]:.3g}") for each in found] for way in speed.WAYS}
    return {"sizes": list(sizes), "fixed": fixed, "seconds": seconds}


def nets(repeats=15, digits=100):
    """Milliseconds to the maps of some digits, in the trained narrow network: the quartiles."""
    import keras
    import numpy as np
    import tensorflow as tf

    from coursekit import data, fourier, training

    model = training.trained("fourier_mnist_narrow")
    images = data.add_noise(data.select_classes(data.load("mnist"), ("1", "7"))).test.arrays(limit=digits)[0]
    block = tf.function(keras.Model(model.inputs, model.layers[2].output), autograph=False)
    kinds = {"net 1": fourier.FourierNet1, "net 2": fourier.FourierNet2, "net 3": fourier.FourierNet3}
    # Net 1 goes on to the dense layers of the whole model; `maps` ends before them, as the others do.
    ways = {name: kind(model).maps for name, kind in kinds.items()} | {"Keras": lambda x: block(x).numpy()}
    found = {}
    for name, way in ways.items():
        way(images)
        taken = []
        for _ in range(repeats):
            start = time.process_time()
            way(images)
            taken.append(1000 * (time.process_time() - start))
        found[name] = [float(f"{one:.3g}") for one in np.percentile(taken, (25, 50, 75))]
    return {"images": digits, "repeats": repeats, "milliseconds": found}


def main(parts):
    # Before NumPy and TensorFlow are loaded: they read these only then.
    for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"):
        os.environ[threads] = "1"
    os.environ["TF_ENABLE_ONEDNN_OPTS"] = "1"
    from coursekit import backend, settings

    backend.import_keras()
    path = settings.course_folder() / "data" / "measured" / "fourier_speed.json"
    measured = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    measured |= {
        "machine": f"one thread of a {platform.machine()} processor; seconds that the processor worked",
        "versions": {"python": platform.python_version()}
        | {name: version(name) for name in ("keras", "tensorflow", "numpy", "scipy")},
        "filters": list(FILTERS),
    }
    if "kernels" in parts:
        measured["kernels"] = table(KERNELS, FIXED_IMAGE, [(FIXED_IMAGE, kernel) for kernel in KERNELS])
    if "images" in parts:
        measured["images"] = table(IMAGES, FIXED_KERNEL, [(image, FIXED_KERNEL) for image in IMAGES])
    if "nets" in parts:
        measured["nets"] = nets()
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(measured, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:] or ("kernels", "images", "nets"))
