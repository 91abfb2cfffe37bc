"""The one-dimensional networks of lesson 09."""

import numpy as np
import pytest

from coursekit import networks


@pytest.mark.parametrize(("build", "total"), [(networks.raman_convnet, 22_859_396), (networks.raman_pooled, 2_772_612)])
def test_parameter_counts_of_the_literature(build, total):
    assert build().count_params() == total


@pytest.mark.parametrize("build", [networks.raman_convnet, networks.raman_pooled])
def test_any_number_of_points_and_classes(build):
    model = build(50, classes=3, width=2)
    probabilities = model.predict(np.ones((2, 50, 1), np.float32), verbose=0)
    assert probabilities.shape == (2, 3)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-5)


def test_the_shortest_spectrum_still_fits():
    assert networks.raman_pooled(36, width=1).output_shape == (None, 4)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: networks.raman_pooled(35), "at least 36"),
        (lambda: networks.raman_convnet(0), "at least 1"),
        (lambda: networks.raman_convnet(classes=1), "at least 2 classes"),
        (lambda: networks.raman_pooled(width=0), "at least 1 filter"),
    ],
)
def test_what_cannot_be_built_is_refused(call, words):
    with pytest.raises(ValueError, match=words):
        call()
