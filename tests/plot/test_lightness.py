"""The lightness of colour maps."""

import matplotlib
import numpy as np
import pytest

from coursekit.plot import lightness


@pytest.mark.parametrize("name", ["gray", "viridis", "jet"])
def test_it_is_that_of_scikit_image(name):
    from skimage.color import rgb2lab

    colours = matplotlib.colormaps[name](np.linspace(0, 1, 256))[np.newaxis, :, :3]
    np.testing.assert_allclose(lightness(name), rgb2lab(colours)[0, :, 0], atol=0.01)


def test_an_unknown_colour_map_is_refused():
    with pytest.raises(ValueError, match="no colour map 'rainbows'"):
        lightness("rainbows")
