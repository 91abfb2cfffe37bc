"""The learning-rate explorer in JupyterLab, by keyboard."""

import pytest

pytestmark = pytest.mark.browser

OPENED = "import coursekit as ck\nck.widgets.explore_learning_rate()"
SLIDER = "input[type=range]"


def test_arrow_keys_choose_the_rate_and_the_drawing_follows(lab):
    lab.open(OPENED)
    lab.page.focus(SLIDER)
    assert lab.page.get_attribute(SLIDER, "aria-valuetext") == "0.01"
    before = lab.page.get_attribute(".ck-explorer img", "src")
    lab.press("ArrowRight")
    assert lab.page.get_attribute(SLIDER, "aria-valuetext") == "0.018"
    assert "at learning rate 0.018" in lab.sentence()
    assert lab.page.get_attribute(".ck-explorer img", "src") != before


def test_optimiser_and_inputs_by_keyboard(lab):
    lab.open(OPENED)
    lab.choose("Optimiser", "Adam")
    lab.choose("Inputs", "from 0 to 255")
    assert lab.sentence().startswith("Adam at learning rate 0.01, inputs from 0 to 255")
