"""The fundus explorer in JupyterLab, by mouse and by keyboard."""

import numpy as np
import pytest

pytestmark = pytest.mark.browser

EYE = "import coursekit as ck\nck.widgets.explore_fundus()"
RESULT = ".ck-variations figure:nth-child(2) img"


def test_sliders_answer_to_mouse_and_keyboard(lab):
    lab.open(EYE)
    before = lab.pixels(RESULT)
    slider = lab.page.get_by_label("Clip limit")
    frame = slider.bounding_box()
    with lab.answer():
        lab.page.mouse.click(frame["x"] + 0.8 * frame["width"], frame["y"] + frame["height"] / 2)
    assert "limit 0.0" in lab.sentence()
    assert (lab.pixels(RESULT) != before).any()
    lab.press("ArrowRight", on="Tiles")
    assert "9×9 tiles" in lab.sentence()
    lab.push("Reset")
    assert (lab.pixels(RESULT) == before).all()


def test_steps_are_left_out_by_keyboard_and_a_cat_is_no_eye(lab):
    lab.open(EYE)
    lab.press("Space", on="CLAHE")
    assert "The local contrast is as it was" in lab.sentence()
    lab.choose("Image", "cat")
    assert "no field of view: the image is bright up to its corners" in lab.sentence()


def test_own_image_and_code(lab):
    lab.open(EYE)
    lab.upload("own.png", np.full((90, 120, 3), 130, np.uint8))
    assert "the image is blank" in lab.sentence()
    assert "ck.fundus.clahe(image, clip_limit=0.01" in lab.copied_code()
    assert lab.findings() == []


def test_it_reads_well_in_both_themes_and_on_narrow_screens(lab, themed):
    lab.open(EYE)
    theme = themed()
    lab.press("ArrowRight", on="Tiles")
    lab.read_at_all_widths(f"fundus_{theme}")


def test_a_key_press_is_answered_at_once(lab, median_answer):
    lab.open(EYE)
    lab.page.get_by_label("Tiles").focus()
    assert median_answer("ArrowRight", "ArrowLeft") <= 500
