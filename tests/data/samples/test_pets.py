import numpy as np
import pytest

from coursekit.data.samples import pets

COUNT, SIZE = 40, 64


@pytest.fixture(scope="module")
def drawn():
    return pets.draw(COUNT, SIZE, seed=3)


def test_the_same_bytes_in_another_process(drawn_twice):
    here, there = drawn_twice("pets", 10, SIZE, 3)
    assert here == there


def test_a_picture_does_not_depend_on_how_many_are_drawn(drawn):
    few = pets.draw(3, SIZE, seed=3)
    np.testing.assert_array_equal(few.pictures, drawn.pictures[:3])
    np.testing.assert_array_equal(few.labels, drawn.labels[:3])


def test_shapes_types_and_balance(drawn):
    assert (drawn.pictures.shape, drawn.pictures.dtype) == ((COUNT, SIZE, SIZE, 3), np.uint8)
    assert (drawn.masks.shape, drawn.masks.dtype) == ((COUNT, SIZE, SIZE), np.bool_)
    assert drawn.labels.dtype == np.int64
    assert np.bincount(drawn.labels).tolist() == [COUNT // len(pets.CLASSES)] * len(pets.CLASSES)


def test_masks_cover_a_sensible_share_of_each_picture(drawn):
    shares = drawn.masks.mean(axis=(1, 2))
    assert shares.min() > 0.02
    assert shares.max() < 0.85


def test_the_object_changes_the_picture_within_its_mask_only(drawn, changed_outside):
    empty = pets.draw(COUNT, SIZE, seed=3, empty=True)
    np.testing.assert_array_equal(empty.masks, drawn.masks)
    # Whiskers and the like are finer than a pixel and fade out.
    assert changed_outside(drawn, empty) <= 16
    difference = np.abs(drawn.pictures.astype(int) - empty.pictures).max(axis=3)
    assert difference[drawn.masks].mean() > 40


def test_a_shortcut_marks_its_class_only_and_lies_off_the_mask(drawn):
    marked = pets.draw(COUNT, SIZE, seed=3, shortcut="cats")
    changed = np.any(marked.pictures != drawn.pictures, axis=3)
    in_class = drawn.labels == pets.CLASSES.index("cats")
    np.testing.assert_array_equal(changed.any(axis=(1, 2)), in_class)
    assert not np.any(changed & marked.masks)
    assert changed.mean(axis=(1, 2)).max() < 0.04
    assert changed[:, : SIZE // 2].sum() == changed[:, :, SIZE // 2 :].sum() == 0


@pytest.mark.parametrize("wrong", [{"count": 0}, {"size": 15}, {"shortcut": "unicorn"}])
def test_bad_arguments_are_named(wrong):
    name, value = next(iter(wrong.items()))
    with pytest.raises(ValueError, match=f"{name} is {value!r}"):
        pets.draw(**{"count": 2, "size": 16} | wrong)


def test_pictures_are_neither_black_nor_white_nor_flat(drawn):
    means = drawn.pictures.mean(axis=(1, 2, 3))
    assert means.min() > 5
    assert means.max() < 250
    assert drawn.pictures.std(axis=(1, 2)).max(axis=1).min() > 5
