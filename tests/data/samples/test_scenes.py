import numpy as np
import pytest

from coursekit.synthetic import scenes

COUNT, SIZE = 90, 48


@pytest.fixture(scope="module")
def drawn():
    return scenes.draw(COUNT, SIZE, seed=3)


def mean_mask(drawn, name):
    """How often each place of the image belongs to the scene's region."""
    return drawn.masks[drawn.labels == scenes.CLASSES.index(name)].mean(axis=0)


@pytest.mark.parametrize("name", ["glacier", "mountain", "sea", "street"])
def test_the_sky_is_not_in_the_mask(drawn, name):
    assert mean_mask(drawn, name)[: SIZE // 16, SIZE // 3 : 2 * SIZE // 3].mean() < 0.35


@pytest.mark.parametrize(("name", "lowest"), [("sea", 0.5), ("street", 0.9), ("forest", 0.8)])
def test_the_ground_below_the_horizon_is_in_the_mask(drawn, name, lowest):
    assert mean_mask(drawn, name)[int(0.66 * SIZE) : int(0.8 * SIZE)].mean() > lowest


def test_what_stands_at_the_foot_of_a_mountain_is_not_in_the_mask(drawn):
    assert mean_mask(drawn, "mountain")[-SIZE // 16 :].mean() < 0.5 * mean_mask(drawn, "mountain").max()


def test_all_classes_are_seen_in_light_and_dark(drawn):
    brightness = drawn.images.mean(axis=(1, 2, 3))
    for label in range(len(scenes.CLASSES)):
        assert np.ptp(brightness[drawn.labels == label]) > 50
