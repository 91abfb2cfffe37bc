"""The pooling explorer in JupyterLab, by mouse and by keyboard."""

import pytest

pytestmark = pytest.mark.browser

EDGES = "import coursekit as ck\nck.widgets.explore_pooling()"
WORKED = "import coursekit as ck\nck.widgets.explore_pooling('worked example')"
CROWDED = """import coursekit as ck
ck.widgets.explore_pooling("worked example", size=4, stride=3, padding="same", shift=2)"""
LARGE = """import coursekit as ck
ck.widgets.explore_pooling("coins", size=8, stride=2, kind="average", shift=4)"""
INPUT, OUTPUT = ".ck-stage >> nth=0", ".ck-stage >> nth=1"


def test_the_mouse_moves_the_window_in_the_input_and_in_the_output(lab):
    lab.open(EDGES)
    before = lab.pixels(INPUT)
    lab.hover(INPUT, 201, 101)
    assert "row 25, column 50 of the output" in lab.sentence()
    assert (lab.pixels(INPUT) != before).any()
    lab.hover(OUTPUT, 42, 82)
    assert "row 20, column 10 of the output" in lab.sentence()


def test_arrow_keys_move_the_window_and_the_winner_is_named(lab):
    lab.open(WORKED)
    lab.page.focus(INPUT)
    lab.press("ArrowRight", "ArrowDown")
    assert "row 1, column 1 of the output, the largest of 4 numbers is 7, in row 0, column 0" in lab.sentence()
    assert lab.page.inner_text(".ck-numbers small") == "largest"
    assert lab.ask("() => document.activeElement.className") == "ck-stage"


def test_settings_are_changed_by_keyboard(lab):
    lab.open(EDGES)
    before = lab.pixels(OUTPUT)
    lab.page.get_by_label("Window", exact=True).fill("4")
    lab.press("Enter")
    assert "The output is 35 by 35." in lab.sentence()
    assert (lab.pixels(OUTPUT) != before).any()
    lab.page.get_by_label("Move by", exact=True).fill("2")
    lab.press("Enter")
    assert "After a move of 2 pixels" in lab.sentence()


def test_nothing_jumps_when_the_window_moves(lab):
    lab.open(EDGES)
    height = lab.height()
    for x, y in ((20, 20), (250, 30), (140, 260)):
        lab.hover(INPUT, x, y)
        assert lab.height() == height


def test_an_image_is_chosen_uploaded_and_anything_else_refused_in_place(lab):
    lab.open(EDGES)
    before = lab.pixels(INPUT)
    lab.choose("Image", "coins")
    assert '"coins"' in lab.sentence()
    assert (lab.pixels(INPUT) != before).any()
    lab.upload("ramp.png")
    assert '"ramp.png (yours, 1)"' in lab.sentence()
    lab.upload_no_image()


def test_the_code_is_copied_by_keyboard(lab):
    lab.open(EDGES)
    assert "ck.pooling.max_pool2d(image, size=2" in lab.copied_code()


@pytest.mark.parametrize(
    ("name", "cell"), [("edges", EDGES), ("worked", WORKED), ("crowded", CROWDED), ("large", LARGE)]
)
def test_it_reads_well_in_both_themes_and_on_narrow_screens(lab, themed, name, cell):
    lab.open(cell)
    theme = themed()
    lab.read_at_all_widths(f"pooling_{name}_{theme}")


def test_a_key_press_is_answered_at_once(lab, median_answer):
    lab.open(EDGES)
    lab.page.focus(INPUT)
    assert median_answer("ArrowRight", "ArrowDown") <= 250
