"""The descent explorer in JupyterLab, by mouse and by keyboard."""

import pytest

pytestmark = pytest.mark.browser

CELL = "import coursekit as ck\nck.widgets.explore_descent()"
TWO = "import coursekit as ck\nck.widgets.explore_descent('two weights', rate=0.22, steps=12)"
FIGURE = ".ck-descent-explorer img"


def test_start_rate_and_steps_are_changed_by_keyboard(lab):
    lab.open(CELL)
    before = lab.pixels(FIGURE)
    for label, key, words in (
        ("Start", "ArrowRight", "5 steps from −1.4"),
        ("Rate", "ArrowRight", "learning rate 0.101"),
        ("Steps", "End", "40 steps"),
    ):
        lab.page.get_by_label(label, exact=True).focus()
        lab.press(key)
        assert words in lab.sentence()
    assert (lab.pixels(FIGURE) != before).any()
    assert lab.page.get_attribute(FIGURE, "alt") == lab.sentence()


def test_a_preset_and_one_step_more_by_mouse(lab):
    lab.open(CELL)
    with lab.answer():
        lab.page.get_by_role("button", name="Diverges: 0.27").click()
    assert "Diverges: each step jumps" in lab.sentence()
    with lab.answer():
        lab.page.get_by_role("button", name="One step more").click()
    assert "6 steps" in lab.sentence()


def test_a_loss_is_chosen_and_nothing_jumps(lab):
    lab.open(CELL)
    height = lab.height()
    for name in ("two valleys", "two weights"):
        lab.choose("Loss", name)
        assert lab.sentence().startswith(name.capitalize())
        assert lab.height() == height


def test_the_code_is_copied_by_keyboard(lab):
    lab.open(CELL)
    assert "ck.plot.gradient_descent(descent)" in lab.copied_code()


@pytest.mark.parametrize(("name", "cell"), [("one", CELL), ("two", TWO)])
def test_it_reads_well_in_both_themes_and_on_narrow_screens(lab, themed, name, cell):
    lab.open(cell)
    theme = themed()
    lab.read_at_all_widths(f"descent_{name}_{theme}")


def test_a_key_press_is_answered_at_once(lab, median_answer):
    lab.open(CELL)
    lab.page.get_by_label("Rate", exact=True).focus()
    assert median_answer("ArrowRight") <= 250
