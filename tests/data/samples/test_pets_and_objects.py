"""Pets and objects: one thing in each image, its true mask, and a shortcut that can be planted."""

import numpy as np
import pytest

from coursekit.synthetic import objects, pets

COUNT = 40


@pytest.fixture(scope="module", params=[(pets, 64, "cats"), (objects, 32, "ship")], ids=["pets", "objects"])
def case(request):
    return request.param


@pytest.fixture(scope="module")
def drawn(case):
    module, size, _ = case
    return module.draw(COUNT, size, seed=3)


def test_masks_cover_a_sensible_share_of_each_image(drawn):
    shares = drawn.masks.mean(axis=(1, 2))
    assert 0.02 < shares.min() < shares.max() < 0.85


def test_the_object_changes_the_image_within_its_mask_only(case, drawn, changed_outside):
    module, size, _ = case
    empty = module.draw(COUNT, size, seed=3, empty=True)
    np.testing.assert_array_equal(empty.masks, drawn.masks)
    # The pets' whiskers are finer than a pixel and fade out.
    assert changed_outside(drawn, empty) <= (16 if module is pets else 0)
    difference = np.abs(drawn.images.astype(int) - empty.images).max(axis=3)
    assert difference[drawn.masks].mean() > 40


def test_a_shortcut_marks_its_class_only_and_lies_off_the_mask(case, drawn):
    module, size, marked_class = case
    marked = module.draw(COUNT, size, seed=3, shortcut=marked_class)
    changed = np.any(marked.images != drawn.images, axis=3)
    in_class = drawn.labels == module.CLASSES.index(marked_class)
    np.testing.assert_array_equal(changed.any(axis=(1, 2)), in_class)
    assert not np.any(changed & marked.masks)
    assert changed.mean(axis=(1, 2)).max() < 0.04
    assert changed[:, : size // 2].sum() == changed[:, :, size // 2 :].sum() == 0


def test_an_unknown_shortcut_is_named(case):
    module, size, _ = case
    with pytest.raises(ValueError, match="shortcut is 'unicorn'"):
        module.draw(2, size, shortcut="unicorn")
