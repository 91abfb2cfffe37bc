"""The small network to explain: every method has what it needs there."""

import numpy as np
import pytest

from coursekit import explain, networks


def test_it_is_small_and_its_last_maps_are_an_eighth_of_the_image():
    model = networks.small_convnet(size=32, classes=3, width=2)
    assert model.output_shape == (None, 3)
    assert explain.last_spatial_layer(model, np.zeros((1, 32, 32, 3))) == "conv4"
    assert model.get_layer("conv4").output.shape[1:] == (4, 4, 8)
    assert networks.small_convnet().count_params() == 46_802


@pytest.mark.parametrize(
    ("arguments", "words"),
    [({"size": 8}, "size is 8"), ({"classes": 1}, "classes is 1"), ({"width": 0}, "width is 0")],
)
def test_what_cannot_be_built_is_explained(arguments, words):
    with pytest.raises(ValueError, match=words):
        networks.small_convnet(**arguments)
