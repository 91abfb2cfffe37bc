import numpy as np
import pytest

from coursekit.data.samples import scenes

COUNT, SIZE = 90, 48


@pytest.fixture(scope="module")
def drawn():
    return scenes.draw(COUNT, SIZE, seed=3)


def mean_mask(drawn, name):
    """How often each place of the picture belongs to the scene's region."""
    return drawn.masks[drawn.labels == scenes.CLASSES.index(name)].mean(axis=0)


def test_the_same_bytes_in_another_process(drawn_twice):
    here, there = drawn_twice("scenes", 12, SIZE, 3)
    assert here == there


def test_a_picture_does_not_depend_on_how_many_are_drawn(drawn):
    few = scenes.draw(4, SIZE, seed=3)
    np.testing.assert_array_equal(few.pictures, drawn.pictures[:4])
    np.testing.assert_array_equal(few.labels, drawn.labels[:4])
    np.testing.assert_array_equal(few.masks, drawn.masks[:4])


def test_shapes_types_and_balance(drawn):
    assert (drawn.pictures.shape, drawn.pictures.dtype) == ((COUNT, SIZE, SIZE, 3), np.uint8)
    assert (drawn.masks.shape, drawn.masks.dtype) == ((COUNT, SIZE, SIZE), np.bool_)
    assert drawn.labels.dtype == np.int64
    assert np.bincount(drawn.labels).tolist() == [COUNT // 6] * 6


def test_no_two_pictures_are_alike(drawn):
    assert len({picture.tobytes() for picture in drawn.pictures}) == COUNT


def test_every_picture_has_a_mask(drawn):
    assert drawn.masks.mean(axis=(1, 2)).min() > 0.01


@pytest.mark.parametrize("name", ["glacier", "mountain", "sea", "street"])
def test_the_sky_is_not_in_the_mask(drawn, name):
    assert mean_mask(drawn, name)[: SIZE // 16, SIZE // 3 : 2 * SIZE // 3].mean() < 0.35


@pytest.mark.parametrize(("name", "lowest"), [("sea", 0.5), ("street", 0.9), ("forest", 0.8)])
def test_the_ground_below_the_horizon_is_in_the_mask(drawn, name, lowest):
    assert mean_mask(drawn, name)[int(0.66 * SIZE) : int(0.8 * SIZE)].mean() > lowest


def test_what_stands_at_the_foot_of_a_mountain_is_not_in_the_mask(drawn):
    assert mean_mask(drawn, "mountain")[-SIZE // 16 :].mean() < 0.5 * mean_mask(drawn, "mountain").max()


def test_all_classes_are_seen_in_light_and_dark(drawn):
    brightness = drawn.pictures.mean(axis=(1, 2, 3))
    for label in range(len(scenes.CLASSES)):
        assert np.ptp(brightness[drawn.labels == label]) > 50


@pytest.mark.parametrize("wrong", [{"count": 0}, {"size": 15}, {"seed": -1}])
def test_bad_arguments_are_named(wrong):
    name, value = next(iter(wrong.items()))
    with pytest.raises(ValueError, match=f"{name} is {value!r}"):
        scenes.draw(**{"count": 2, "size": 16} | wrong)
