"""Measure what ``coursekit.fourier.measured("speed")`` returns: python tests/fourier/measure_speed.py.

One thread, and the time that the processor works: on a busy machine the clock on the wall says little.
"""

import json
import os
import platform
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


def main():
    # Before NumPy and TensorFlow are loaded: they read these only then.
    for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"):
        os.environ[threads] = "1"
    os.environ["TF_ENABLE_ONEDNN_OPTS"] = "1"
    from coursekit import backend, settings

    backend.import_keras()
    measured = {
        "machine": f"one thread of a {platform.machine()} processor; seconds that the processor worked",
        "versions": {"python": platform.python_version()}
        | {name: version(name) for name in ("keras", "tensorflow", "numpy", "scipy")},
        "filters": list(FILTERS),
        "kernels": table(KERNELS, FIXED_IMAGE, [(FIXED_IMAGE, kernel) for kernel in KERNELS]),
        "images": table(IMAGES, FIXED_KERNEL, [(image, FIXED_KERNEL) for image in IMAGES]),
    }
    path = settings.course_folder() / "data" / "measured" / "fourier_speed.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(measured, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
