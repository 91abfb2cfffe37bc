"""Drawn images of which it is known what tells their class."""

import numpy as np
import pytest
from scipy import ndimage

from coursekit import data
from coursekit.synthetic import pets


@pytest.mark.parametrize("name", data.GROUND_TRUTH)
def test_an_image_is_the_same_however_many_are_asked_for(name):
    few, more = (data.ground_truth(name, count=count) for count in (4, 7))
    np.testing.assert_array_equal(few.images, more.images[:4])
    np.testing.assert_array_equal(few.labels, more.labels[:4])
    np.testing.assert_array_equal(few.masks, more.masks[:4])
    assert {0, 1} <= set(more.labels.tolist()) or name == "graded_eyes"


def test_of_ten_graded_eyes_two_have_each_grade_and_lesions_from_the_first_on():
    split = data.ground_truth("graded_eyes", count=10)
    assert sorted(split.labels.tolist()) == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]
    assert (split.masks.any(axis=(1, 2)) == (split.labels > 0)).all()


@pytest.mark.parametrize("name", data.GROUND_TRUTH)
def test_no_image_is_in_two_parts(name):
    parts = [data.ground_truth(name, part, count=4).images for part in ("train", "validation", "test")]
    images = np.concatenate(parts).reshape(12, -1)
    assert len(np.unique(images, axis=0)) == 12


def test_tagged_dogs_differ_from_plain_ones_in_the_mask_only():
    tagged = data.ground_truth("tagged_pets", count=6)
    plain = pets.draw(6, size=64, seed=1_003)
    changed = (plain.images != tagged.images).any(axis=-1)
    np.testing.assert_array_equal(changed, tagged.masks)
    assert (tagged.masks.any(axis=(1, 2)) == (tagged.labels == 1)).all()
    assert tagged.masks[:, 32:, :32].sum() == tagged.masks.sum()  # all in the lower left


def test_twins_differ_where_the_animal_is_and_nowhere_else():
    split = data.ground_truth("pets", count=12)
    there, gone = split.images[::2].astype(int), split.images[1::2]
    difference = np.abs(there - gone).max(axis=-1)
    for own, mask in zip(difference, split.masks[::2], strict=True):
        # The rim of an animal covers a pixel in part, and the lens blurs it a little.
        around = ndimage.binary_dilation(mask, iterations=2)
        assert own[mask].mean() > 30
        assert (own[~around] > 10).mean() < 0.002
    assert not split.masks[1::2].any()
    assert split.labels.tolist() == [1, 0] * 6


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("cats",), "there is no ground truth 'cats'. There is: pets, tagged_pets, eyes"),
        (("pets", "all"), "part is 'all'"),
        (("pets", "test", 1), "count is 1"),
    ],
)
def test_bad_input_is_explained(arguments, words):
    with pytest.raises(ValueError, match=words):
        data.ground_truth(*arguments)
