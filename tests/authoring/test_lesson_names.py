"""Lessons by number, name or file."""

import pytest

from coursekit.authoring.lesson_names import choose, lesson_names

NAMES = ["00_welcome", "01_convolution_by_hand", "10_retina"]


def test_only_lessons_are_listed_in_order(tmp_path):
    for name in ("01_b.py", "00_a.py", "conftest.py", "00_a.ipynb", "1_c.py"):
        (tmp_path / name).touch()
    assert lesson_names(tmp_path, ".py") == ["00_a", "01_b"]


@pytest.mark.parametrize("word", ["1", "01", "01_convolution_by_hand", "solutions/01_convolution_by_hand.py"])
def test_a_lesson_is_chosen_by_number_name_or_file(word):
    assert choose([word], NAMES) == ["01_convolution_by_hand"]


def test_none_asked_for_is_all():
    assert choose([], NAMES) == NAMES


def test_each_lesson_is_chosen_once_and_in_order():
    assert choose(["10", "0", "00"], NAMES) == ["00_welcome", "10_retina"]


@pytest.mark.parametrize("word", ["7", "conv", "100", ""])
def test_an_unknown_lesson_is_refused_with_the_list(word):
    with pytest.raises(ValueError, match="00_welcome, 01_convolution_by_hand, 10_retina"):
        choose([word], NAMES)
