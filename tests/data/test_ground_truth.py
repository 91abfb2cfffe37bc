"""Synthetic images of which it is known what tells their class."""

import numpy as np
import pytest

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


@pytest.mark.parametrize("name", data.GROUND_TRUTH)
def test_twins_differ_in_the_mask_and_nowhere_else(name):
    split, twins = data.ground_truth(name, count=8), data.ground_truth_twins(name, count=8)
    images = split.arrays()[0]
    np.testing.assert_array_equal((images != twins).any(axis=-1), split.masks)
    assert (split.masks.any(axis=(1, 2)) == (split.labels > 0)).all()
    assert 0.005 < split.masks[split.labels == split.labels.max()].mean() < 0.6


def test_the_twin_of_an_animal_is_the_image_that_follows():
    split, twins = data.ground_truth("pets", count=12), data.ground_truth_twins("pets", count=12)
    np.testing.assert_array_equal(twins[::2], split.arrays()[0][1::2])
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
