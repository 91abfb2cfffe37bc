"""Synthetic fundus images: what each grade shows, whose eyes they are, true masks, and the same bytes each time."""

from __future__ import annotations

import time

import numpy as np
import pytest
import scipy.ndimage

from coursekit.synthetic.fundus import CLASSES, SyntheticFundus, draw


@pytest.fixture(scope="module")
def drawn() -> SyntheticFundus:
    return draw(100, size=128)


def test_shapes_and_types(drawn: SyntheticFundus):
    assert (drawn.images.shape, drawn.images.dtype) == ((100, 128, 128, 3), np.uint8)
    assert (drawn.labels.shape, drawn.labels.dtype) == ((100,), np.int64)
    for masks in (drawn.masks, drawn.vessels, drawn.discs):
        assert (masks.shape, masks.dtype) == ((100, 128, 128), bool)


def test_grades_are_balanced(drawn: SyntheticFundus):
    assert np.bincount(drawn.labels).tolist() == [20] * len(CLASSES)
    assert np.bincount(drawn.labels[:10]).tolist() == [2] * len(CLASSES)


def test_two_eyes_of_a_patient_have_like_grades(drawn: SyntheticFundus):
    assert drawn.groups.tolist() == [str(i // 2 + 1) for i in range(100)]
    difference = np.abs(drawn.labels[::2] - drawn.labels[1::2])
    assert difference.max() == 1
    assert np.mean(difference == 0) == pytest.approx(0.6)


def test_two_eyes_of_a_patient_have_like_colours(drawn: SyntheticFundus):
    colours = np.median(drawn.images[:, 40:88, 40:88], axis=(1, 2))
    shares = colours / colours.sum(axis=1, keepdims=True)
    of_one_patient = np.abs(shares[::2] - shares[1::2]).mean()
    assert of_one_patient < 0.5 * np.abs(shares[:-2] - shares[2:]).mean()


def test_left_and_right_eyes_have_the_disc_on_their_sides(drawn: SyntheticFundus):
    columns = [scipy.ndimage.center_of_mass(disc)[1] for disc in drawn.discs]
    assert np.median(columns[::2]) < 50
    assert np.median(columns[1::2]) > 78


def test_longer_series_begins_with_the_shorter_one(drawn: SyntheticFundus):
    few = draw(13, size=128)
    for name in ("images", "labels", "masks", "vessels", "discs", "groups"):
        np.testing.assert_array_equal(getattr(few, name), getattr(drawn, name)[:13])


def test_other_process_draws_the_same_bytes(drawn_twice):
    here, there = drawn_twice("fundus")
    assert here == there
    assert not np.array_equal(draw(10, 48, seed=3).images, draw(10, 48, seed=4).images)


def test_lesions_are_where_there_is_a_disease(drawn: SyntheticFundus):
    np.testing.assert_array_equal(drawn.masks.any(axis=(1, 2)), drawn.labels > 0)


def test_lesions_vessels_and_disc_lie_in_the_field_of_view(drawn: SyntheticFundus):
    dark = drawn.images.max(axis=3) < 12
    for masks in (drawn.masks, drawn.vessels, drawn.discs):
        assert np.mean(dark[masks]) < 0.01


def contrast(image: np.ndarray, spot: np.ndarray, ground: np.ndarray) -> float:
    """How much brighter (in green) a spot is than the ground beside it."""
    beside = scipy.ndimage.binary_dilation(spot, iterations=4) & ground
    return image[spot, 1].mean() - image[beside, 1].mean()


def test_vessels_are_darker_than_the_ground_beside_them_and_the_disc_is_brighter(drawn: SyntheticFundus):
    ground = (drawn.images.max(axis=3) > 40) & ~(drawn.vessels | drawn.discs | drawn.masks)
    found = [
        (contrast(image, vessels & ~disc, rest), contrast(image, disc & ~vessels, rest))
        for image, vessels, disc, rest in zip(
            drawn.images, drawn.vessels, drawn.discs & ~drawn.masks, ground, strict=True
        )
    ]
    # Blood or a blur may hide a disc.
    assert np.mean([of_vessels < 0 for of_vessels, _ in found]) == 1
    assert np.mean([of_disc > 0 for _, of_disc in found]) > 0.95


def test_mild_disease_shows_a_few_tiny_spots(drawn: SyntheticFundus):
    for mask in drawn.masks[drawn.labels == 1]:
        assert 1 <= scipy.ndimage.label(mask)[1] < 10
        assert mask.mean() < 0.005


def test_severe_disease_shows_more_than_20_spots_in_each_quadrant():
    drawn = draw(10, size=256, seed=1)
    for mask in drawn.masks[drawn.labels == 3]:
        quadrants = mask[:128, :128], mask[:128, 128:], mask[128:, :128], mask[128:, 128:]
        # Spots that touch count as one here.
        assert all(scipy.ndimage.label(quadrant)[1] > 12 for quadrant in quadrants)


def test_lesions_grow_with_the_grade(drawn: SyntheticFundus):
    area = [drawn.masks[drawn.labels == grade].mean() for grade in range(5)]
    assert area[0] < area[1] < area[2] < min(area[3], area[4])


def test_ground_alone_does_not_tell_the_grade(drawn: SyntheticFundus):
    median = np.median(drawn.images.reshape(100, -1, 3), axis=1)
    means = np.array([median[drawn.labels == grade].mean(axis=0) for grade in range(5)])
    assert np.ptp(means, axis=0).max() < 1.5 * median.std(axis=0).max()


def test_drawing_is_quick():
    """Target 0.020 s an image (0.008 s measured); the bound on the quickest of three is loose, for a busy machine."""
    draw(2)  # the textures are made once
    seconds = []
    for _ in range(3):
        start = time.process_time()
        draw(10)
        seconds.append((time.process_time() - start) / 10)
    assert min(seconds) < 0.05


@pytest.mark.parametrize("size", [16, 33, 224])
def test_any_size(size: int):
    drawn = draw(5, size=size)
    assert drawn.images.shape == (5, size, size, 3)
    assert drawn.discs.any(axis=(1, 2)).all()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [((0, 64, 0), "count is 0"), ((1, 15, 0), "size is 15"), ((1, 64, -1), "seed is -1")],
)
def test_impossible_arguments_are_refused(arguments, message: str):
    with pytest.raises(ValueError, match=message):
        draw(*arguments)
