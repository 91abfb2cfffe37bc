"""The digit pad in JupyterLab, by mouse and by keyboard."""

import re
import statistics

import pytest

pytestmark = pytest.mark.browser

DIGITS = "import coursekit as ck\nck.widgets.draw_digit()"
PAD = ".ck-digit-canvas"
SEVEN = [(70, 60), (210, 60), (120, 235)]


def stroke(lab, points):
    corner = lab.page.locator(PAD).bounding_box()
    for index, (x, y) in enumerate(points):
        lab.page.mouse.move(corner["x"] + x, corner["y"] + y, steps=6)
        if index == 0:
            lab.page.mouse.down()
    lab.page.mouse.up()


def wait_for(lab, words):
    lab.page.wait_for_function("words => document.querySelector('.ck-status > p').innerText.includes(words)", arg=words)


def test_a_digit_is_drawn_with_the_mouse(lab):
    lab.open(DIGITS)
    before, maps = lab.pixels(PAD), lab.pixels(".ck-maps img")
    stroke(lab, SEVEN)
    wait_for(lab, "What you drew looks like a 7")
    assert (lab.pixels(PAD) != before).any()
    assert (lab.pixels(".ck-maps img") != maps).any()
    assert lab.page.inner_text(".ck-best").split()[0] == "7"


def test_a_digit_is_drawn_by_keyboard(lab):
    lab.open(DIGITS)
    lab.push("Clear")
    lab.page.focus(PAD)
    for _ in range(9):
        lab.page.keyboard.press("ArrowUp")
    lab.page.keyboard.press("Space")
    for _ in range(18):
        lab.page.keyboard.press("ArrowDown")
    lab.page.keyboard.press("Space")
    wait_for(lab, "What you drew looks like a 1")
    assert lab.page.inner_text(".ck-pen") == "Pen up at 140 right, 230 down"


def test_undo_takes_one_stroke_back_and_clear_all(lab):
    lab.open(DIGITS)
    stroke(lab, SEVEN)
    wait_for(lab, "What you drew")
    stroke(lab, [(100, 150), (190, 150)])
    lab.page.wait_for_selector(f"{PAD}[data-ck-strokes='2']")
    lab.page.get_by_role("button", name="Undo").click()
    lab.page.wait_for_selector(f"{PAD}[data-ck-strokes='1']")
    lab.page.get_by_role("button", name="Clear").click()
    wait_for(lab, "The pad is empty")
    lab.page.wait_for_selector(f"{PAD}[data-ck-strokes='0']")


def test_another_layer_shows_its_maps(lab):
    lab.open(DIGITS)
    before = lab.pixels(".ck-maps img")
    lab.choose("Layer", 2)
    after = lab.pixels(".ck-maps img")
    assert after.shape != before.shape or (after != before).any()


def test_a_drawn_line_is_answered_while_it_grows(lab, capsys):
    lab.open(DIGITS)
    lab.page.focus(PAD)
    lab.press("Space")
    times = [lab.press_and_time(key) for key in ["ArrowUp"] * 10 + ["ArrowRight"] * 10 + ["ArrowDown"] * 10]
    with capsys.disabled():
        print(f"\nkey press to settled image: median {statistics.median(times):.0f} ms")
    assert statistics.median(times) <= 400


def test_it_reads_well_in_both_themes_and_on_narrow_screens(lab, themed):
    lab.open(DIGITS)
    theme = themed()
    for name, words in (("sample", r"Test image \d+"), ("drawn", "What you drew"), ("empty", "The pad is empty")):
        if name == "drawn":
            stroke(lab, SEVEN)
            wait_for(lab, "What you drew looks like a 7")
        if name == "empty":
            with lab.answer():
                lab.page.get_by_role("button", name="Clear").click()
        assert re.search(words, lab.sentence())
        lab.read_at_all_widths(f"digit_{name}_{theme}")
        lab.width(1280)


@pytest.mark.parametrize("steps", [10, 3])
def test_a_very_fast_stroke_keeps_its_end(lab, steps):
    lab.open(DIGITS)
    corner = lab.page.locator(PAD).bounding_box()
    lab.page.mouse.move(corner["x"] + 40, corner["y"] + 40)
    lab.page.mouse.down()
    lab.page.mouse.move(corner["x"] + 240, corner["y"] + 200, steps=steps)
    lab.page.mouse.move(corner["x"] + 241, corner["y"] + 201)
    lab.page.mouse.up()
    lab.settle()
    assert lab.page.get_attribute(PAD, "data-ck-end") == "241,201"
