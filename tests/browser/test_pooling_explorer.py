"""The pooling explorer in JupyterLab, by mouse and by keyboard."""

import io

import numpy as np
import pytest
from PIL import Image

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
    with lab.answer():
        lab.page.hover(INPUT, position={"x": 201, "y": 101})
    assert "row 25, column 50 of the output" in lab.sentence()
    assert (lab.pixels(INPUT) != before).any()
    with lab.answer():
        lab.page.hover(OUTPUT, position={"x": 42, "y": 82})
    assert "row 20, column 10 of the output" in lab.sentence()


def test_arrow_keys_move_the_window_and_the_winner_is_named(lab):
    lab.open(WORKED)
    lab.page.focus(INPUT)
    for key in ("ArrowRight", "ArrowDown"):
        with lab.answer():
            lab.page.keyboard.press(key)
    assert "row 1, column 1 of the output, the largest of 4 numbers is 7, in row 0, column 0" in lab.sentence()
    assert lab.page.inner_text(".ck-numbers small") == "largest"
    assert lab.page.evaluate("() => document.activeElement.className") == "ck-stage"


def test_settings_are_changed_by_keyboard(lab):
    lab.open(EDGES)
    before = lab.pixels(OUTPUT)
    lab.page.get_by_label("Window", exact=True).fill("4")
    with lab.answer():
        lab.page.keyboard.press("Enter")
    assert "The output is 35 by 35." in lab.sentence()
    assert (lab.pixels(OUTPUT) != before).any()
    lab.page.get_by_label("Move by", exact=True).fill("2")
    with lab.answer():
        lab.page.keyboard.press("Enter")
    assert "After a move of 2 pixels" in lab.sentence()


def test_nothing_jumps_when_the_window_moves(lab):
    lab.open(EDGES)
    height = lab.page.locator(".ck-explorer").bounding_box()["height"]
    for x, y in ((20, 20), (250, 30), (140, 260)):
        with lab.answer():
            lab.page.hover(INPUT, position={"x": x, "y": y})
        assert lab.page.locator(".ck-explorer").bounding_box()["height"] == height


def test_a_picture_is_chosen_uploaded_and_anything_else_refused_in_place(lab):
    lab.open(EDGES)
    before = lab.pixels(INPUT)
    with lab.answer():
        lab.page.get_by_label("Picture", exact=True).select_option("coins")
    assert '"coins"' in lab.sentence()
    assert (lab.pixels(INPUT) != before).any()
    picture = io.BytesIO()
    Image.fromarray(np.tile(np.arange(100, dtype=np.uint8), (80, 1))).save(picture, "PNG")
    with lab.answer():
        lab.upload("ramp.png", picture.getvalue())
    assert '"ramp.png (yours, 1)"' in lab.sentence()
    with lab.answer("error"):
        lab.upload("note.png", b"no picture")
    assert lab.page.inner_text(".ck-status[role=alert] > p").startswith("Error: note.png is not a picture")
    assert lab.findings() == []


def test_the_code_is_copied_by_keyboard(lab):
    lab.open(EDGES)
    lab.page.get_by_text("Copy as code").press("Enter")
    lab.page.get_by_role("button", name="Copy", exact=True).press("Enter")
    lab.page.wait_for_selector("text=Copied.")
    assert "ck.pooling.max_pool2d(picture, size=2" in lab.page.evaluate("() => navigator.clipboard.readText()")


@pytest.mark.parametrize(
    ("name", "cell"), [("edges", EDGES), ("worked", WORKED), ("crowded", CROWDED), ("large", LARGE)]
)
def test_it_reads_well_in_both_themes_and_on_narrow_screens(lab, themed, name, cell):
    lab.open(cell)
    theme = themed()
    for width, screen in ((1280, "wide"), (560, "narrow")):
        lab.width(width)
        assert lab.overflow() <= 0
        assert lab.findings() == []
        lab.screenshot(f"pooling_{name}_{theme}_{screen}")


def test_a_key_press_is_answered_at_once(lab, median_answer):
    lab.open(EDGES)
    lab.page.focus(INPUT)
    assert median_answer("ArrowRight", "ArrowDown") <= 250
