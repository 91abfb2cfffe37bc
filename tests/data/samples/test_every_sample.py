"""What all synthetic image samples have in common."""

import importlib

import numpy as np
import pytest

COUNT, SIZE = 60, 48


@pytest.fixture(scope="module", params=["pets", "objects", "flowers", "scenes"])
def sample(request):
    return importlib.import_module(f"coursekit.synthetic.{request.param}")


@pytest.fixture(scope="module")
def drawn(sample):
    return sample.draw(COUNT, SIZE, seed=3)


def test_the_same_bytes_in_another_process(sample, drawn_twice):
    here, there = drawn_twice(sample.__name__.rpartition(".")[2])
    assert here == there


def test_an_image_does_not_depend_on_how_many_are_drawn(sample, drawn):
    few = sample.draw(4, SIZE, seed=3)
    np.testing.assert_array_equal(few.images, drawn.images[:4])
    np.testing.assert_array_equal(few.labels, drawn.labels[:4])
    np.testing.assert_array_equal(few.masks, drawn.masks[:4])


def test_shapes_types_and_balance(sample, drawn):
    assert (drawn.images.shape, drawn.images.dtype) == ((COUNT, SIZE, SIZE, 3), np.uint8)
    assert (drawn.masks.shape, drawn.masks.dtype) == ((COUNT, SIZE, SIZE), np.bool_)
    assert drawn.labels.dtype == np.int64
    assert np.bincount(drawn.labels).tolist() == [COUNT // len(sample.CLASSES)] * len(sample.CLASSES)


def test_no_two_images_are_alike(drawn):
    assert len({image.tobytes() for image in drawn.images}) == COUNT


def test_every_image_shows_something(drawn):
    means = drawn.images.mean(axis=(1, 2, 3))
    assert 5 < means.min() < means.max() < 250
    assert drawn.images.std(axis=(1, 2)).max(axis=1).min() > 5


def test_every_image_has_a_mask(drawn):
    shares = drawn.masks.mean(axis=(1, 2))
    assert 0.004 < shares.min() < shares.max() <= 1


@pytest.mark.parametrize("wrong", [{"count": 0}, {"size": 15}, {"seed": -1}])
def test_bad_arguments_are_named(sample, wrong):
    name, value = next(iter(wrong.items()))
    with pytest.raises(ValueError, match=f"{name} is {value!r}"):
        sample.draw(**{"count": 2, "size": 16} | wrong)
