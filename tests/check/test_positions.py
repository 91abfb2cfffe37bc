"""Positions chosen out of many: what is taken, and what is refused, with words."""

import numpy as np
import pytest

from coursekit.check.attempt import WrongAnswerError
from coursekit.check.positions import chosen_positions


@pytest.mark.parametrize("answer", [[2, 0, 9], (2, 0, 9), range(3), np.array([2, 0, 9], np.uint8)])
def test_lists_and_arrays_of_whole_numbers_are_taken(answer):
    assert chosen_positions(answer, 3, 10).tolist() == list(answer)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ([1, 2], "Return 3 positions, whole numbers from 0 to 9"),
        ([[1, 2, 3]], "Return 3 positions"),
        ([1.0, 2.0, 3.0], "whole numbers"),
        ([True, False, True], "whole numbers"),
        ("abc", "Return 3 positions"),
        ([1, 2, 10], "There is no position 10. They go from 0 to 9"),
        ([-1, 2, 3], "There is no position -1"),
        ([4, 7, 4], "Position 4 comes 2 times"),
    ],
)
def test_anything_else_is_refused(answer, words):
    with pytest.raises(WrongAnswerError, match=words):
        chosen_positions(answer, 3, 10)
