"""Intersection over union of boxes."""

import numpy as np
import pytest

from coursekit.metrics import box_overlap


def painted(box):
    row, column, height, width = box
    image = np.zeros((20, 20), bool)
    image[row : row + height, column : column + width] = True
    return image


def test_it_agrees_with_counting_pixels():
    draw = np.random.default_rng(0)
    for _ in range(200):
        first, second = (tuple(int(n) for n in draw.integers(1, 10, 4)) for _ in range(2))
        both, one = painted(first) & painted(second), painted(first) | painted(second)
        assert box_overlap(first, second) == pytest.approx(both.sum() / one.sum())
        assert box_overlap(first, second) == box_overlap(second, first)


def test_a_box_without_area_is_refused():
    with pytest.raises(ValueError, match="must be above 0"):
        box_overlap((0, 0, 0, 4), (0, 0, 4, 4))
