"""What is equal to the last bit, and under which settings."""

import os
import subprocess
import sys

import pytest

from coursekit.authoring.reproducible import ONE_ARITHMETIC

TRAIN = """
import hashlib
import numpy as np
from coursekit.backend import import_keras
from coursekit import networks
keras = import_keras()
keras.utils.set_random_seed(0)
model = networks.mnist_convnet()
model.compile("adam", "sparse_categorical_crossentropy")
rng = np.random.default_rng(0)
model.fit(rng.random((256, 28, 28, 1), np.float32), rng.integers(0, 10, 256), batch_size=64, verbose=0)
print(hashlib.sha256(b"".join(weight.tobytes() for weight in model.get_weights())).hexdigest())
"""


def trained(**settings):
    """Train in a process of its own, and return a fingerprint of the weights."""
    environment = os.environ | ONE_ARITHMETIC | settings
    ended = subprocess.run([sys.executable, "-c", TRAIN], env=environment, capture_output=True, text=True, check=True)
    return ended.stdout


@pytest.mark.slow
@pytest.mark.parametrize("onednn", ["0", "1"])
def test_a_training_is_the_same_with_the_same_number_of_threads(onednn):
    assert len({trained(TF_ENABLE_ONEDNN_OPTS=onednn, TF_NUM_INTRAOP_THREADS="2") for _ in "ab"}) == 1
