"""How soon the class-activation explorer answers."""

import pytest

pytestmark = pytest.mark.browser

PETS = """import coursekit as ck
model = ck.training.trained("cats_dogs_augmented")
ck.widgets.explore_class_activation(model, classes=["cat", "dog"])"""
STAGE = ".ck-stage"


def test_a_key_press_is_answered_at_once(lab, median_answer):
    lab.open(PETS)
    lab.page.focus(STAGE)
    assert median_answer("ArrowRight", "ArrowDown") <= 250
