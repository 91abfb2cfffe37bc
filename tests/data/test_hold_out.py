"""A validation part, set aside."""

import numpy as np
import pytest

from coursekit.data import Split, hold_out


def split(labels, groups=None):
    images = np.arange(len(labels), dtype=np.uint8)[:, None, None, None] * np.ones((1, 2, 2, 1), np.uint8)
    return Split.from_arrays("train", images, labels, masks=images[..., 0] % 2 == 0, groups=groups)


def test_the_parts_are_the_whole_and_each_class_gives_its_share():
    train, validation = hold_out(split(np.repeat([0, 1], [80, 40])), share=0.1)
    assert (train.name, validation.name) == ("train", "validation")
    assert np.bincount(validation.labels).tolist() == [8, 4]
    everything = np.concatenate([part.images[:, 0, 0, 0] for part in (train, validation)])
    assert sorted(everything.tolist()) == list(range(120))


def test_labels_and_masks_stay_with_their_images():
    whole = split(np.repeat([0, 1], 30))
    for part in hold_out(whole, share=0.2):
        numbers = part.images[:, 0, 0, 0]
        np.testing.assert_array_equal(part.labels, whole.labels[numbers])
        np.testing.assert_array_equal(part.masks[:, 0, 0], numbers % 2 == 0)


def test_no_group_stands_in_both():
    groups = np.repeat(np.arange(30), 4).astype(str)
    train, validation = hold_out(split(np.tile([0, 1], 60), groups), share=0.2)
    assert not set(train.groups) & set(validation.groups)


def test_the_division_follows_from_the_seed():
    labels = np.repeat([0, 1], 30)
    first, second, other = (hold_out(split(labels), 0.2, seed)[1].images[:, 0, 0, 0].tolist() for seed in (1, 1, 2))
    assert first == second != other


@pytest.mark.parametrize("share", [0, 1, -0.1])
def test_a_share_out_of_range_is_refused(share):
    with pytest.raises(ValueError, match="more than 0 and less than 1"):
        hold_out(split(np.repeat([0, 1], 30)), share)


def test_a_class_without_a_validation_image_is_named():
    with pytest.raises(ValueError, match="none of class 1"):
        hold_out(split(np.repeat([0, 1], [30, 1])), share=0.1)
