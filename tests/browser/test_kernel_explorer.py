"""The kernel explorer in JupyterLab, by mouse and by keyboard."""

import numpy as np
import pytest

pytestmark = pytest.mark.browser

CAT = "import coursekit as ck\nck.widgets.explore_kernel()"
WORKED = "import coursekit as ck\nck.widgets.explore_kernel('worked example', 'worked example', padding=1)"
CROWDED = """import coursekit as ck
explorer = ck.widgets.explore_kernel("coins", ck.kernels.gaussian(2, 7), padding="same", dilation=3, bias=-0.25)
explorer.relu.value = explorer.predict.value = True
explorer"""
INPUT, OUTPUT = ".ck-stage >> nth=0", ".ck-stage >> nth=1"


def test_the_mouse_moves_the_window(lab):
    lab.open(CAT)
    before = lab.pixels(INPUT)
    lab.hover(INPUT, 141, 101)
    assert "row 49, column 69" in lab.sentence()
    assert (lab.pixels(INPUT) != before).any()


def test_a_click_holds_the_window_until_the_next(lab):
    lab.open(CAT)
    with lab.answer():
        lab.page.click(INPUT, position={"x": 141, "y": 101})
    lab.page.hover(INPUT, position={"x": 40, "y": 40})
    with lab.answer():
        lab.page.click(INPUT, position={"x": 61, "y": 61})
    assert "row 29, column 29" in lab.sentence()
    lab.hover(INPUT, 101, 101)
    assert "row 49, column 49" in lab.sentence()


def test_hovering_the_output_shows_its_window_in_the_input(lab):
    lab.open(WORKED)
    before = lab.pixels(INPUT)
    lab.hover(OUTPUT, 270, 270)
    assert "row 5, column 5" in lab.sentence()
    assert (lab.pixels(INPUT) != before).any()


def test_arrow_keys_move_the_window_and_not_the_notebook(lab):
    lab.open(WORKED)
    lab.page.focus(INPUT)
    lab.press("ArrowDown", "ArrowRight", "ArrowRight")
    assert "row 1, column 2" in lab.sentence()
    lab.press("Shift+ArrowDown")
    assert "row 5, column 2" in lab.sentence()
    assert lab.ask("() => document.activeElement.className") == "ck-stage"


def test_an_edited_weight_changes_the_output_image(lab):
    lab.open(CAT)
    before = lab.pixels(OUTPUT)
    lab.page.get_by_label("Weight in row 2, column 2").fill("-5")
    lab.press("Enter")
    assert np.abs(lab.pixels(OUTPUT) - before).mean() > 20
    with lab.answer():
        lab.page.get_by_role("button", name="Undo").click()
    assert np.abs(lab.pixels(OUTPUT) - before).mean() < 1


def test_nothing_jumps_when_the_window_moves(lab):
    lab.open(CAT)
    height = lab.height()
    for x, y in ((20, 20), (250, 30), (140, 260)):
        lab.hover(INPUT, x, y)
        assert lab.height() == height


def test_predict_then_reveal_by_keyboard(lab):
    lab.open(WORKED)
    lab.press("Space", on="Predict first")
    assert "is −1." not in lab.page.inner_text(".ck-explorer")
    lab.page.get_by_label("Your sum").fill("-1")
    lab.page.get_by_label("Your sum").press("Enter")
    lab.push("Reveal")
    assert "You predicted −1: right!" in lab.sentence()


def test_the_code_is_copied_by_keyboard(lab):
    lab.open(CAT)
    assert "ck.convolution.correlate2d(image, kernel" in lab.copied_code()
    assert lab.findings() == []


def test_an_image_is_uploaded_and_anything_else_refused_in_place(lab):
    lab.open(CAT)
    before = lab.pixels(INPUT)
    lab.upload("ramp.png")
    assert '"ramp.png (yours, 1)"' in lab.sentence()
    assert lab.pixels(INPUT).shape != before.shape
    lab.upload_no_image()


def test_it_plays(lab):
    lab.open(WORKED)
    with lab.answer():
        lab.page.get_by_role("button", name="Play").click()
    with lab.answer():
        pass
    lab.page.get_by_role("button", name="Pause").click()
    assert "row 0, column 0 " not in lab.sentence()


@pytest.mark.parametrize(("name", "cell"), [("cat", CAT), ("worked", WORKED), ("crowded", CROWDED)])
def test_it_reads_well_in_both_themes_and_on_narrow_screens(lab, themed, name, cell):
    lab.open(cell)
    theme = themed()
    lab.hover(INPUT, 152, 104)
    lab.read_at_all_widths(f"kernel_{name}_{theme}")


@pytest.mark.parametrize(
    ("target", "keys"),
    [(INPUT, ("ArrowRight", "ArrowDown")), ("[aria-label='Weight in row 2, column 2']", ("ArrowUp", "ArrowDown"))],
    ids=["window", "weight"],
)
def test_a_key_press_is_answered_at_once(lab, target, keys, median_answer):
    lab.open(CAT)
    lab.page.focus(target)
    assert median_answer(*keys) <= 250
