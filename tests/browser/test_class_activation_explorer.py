"""The class activation explorer in JupyterLab, by mouse and by keyboard."""

import io

import numpy as np
import pytest
from PIL import Image

pytestmark = pytest.mark.browser

PETS = """import coursekit as ck
model = ck.training.trained("cats_dogs_augmented")
ck.widgets.explore_class_activation(model, classes=["cat", "dog"])"""
STAGE, MAP = ".ck-stage", ".ck-large img"


def test_the_mouse_reads_the_heatmap(lab):
    lab.open(PETS)
    with lab.answer():
        lab.page.hover(STAGE, position={"x": 150, "y": 100})
    assert "At row 5, column 8 of the map it is" in lab.sentence()
    lab.page.focus(STAGE)
    with lab.answer():
        lab.page.keyboard.press("ArrowDown")
    assert "At row 6, column 8 of the map it is" in lab.sentence()


def test_method_class_and_colours_are_chosen(lab):
    lab.open(PETS)
    before = lab.pixels(MAP)
    for label, option, words in (("Method", "Grad-CAM++", "Grad-CAM++ of"), ("Class", "dog", 'for "dog"')):
        with lab.answer():
            lab.page.get_by_label(label).select_option(option)
        assert words in lab.sentence()
    with lab.answer():
        lab.page.get_by_label("Colours").select_option("jet: misleads")
    assert (lab.pixels(MAP) != before).any()
    assert "look darker" in lab.page.inner_text(".ck-explorer")


def test_predict_then_reveal_by_keyboard(lab):
    lab.open(PETS)
    with lab.answer():
        lab.page.get_by_label("Predict first").press("Space")
    assert "% of the largest" not in lab.page.inner_text(".ck-explorer")
    with lab.answer():
        lab.page.get_by_role("button", name="Reveal").press("Enter")
    assert "% of the largest" in lab.sentence()


def test_an_uploaded_picture_is_explained_and_anything_else_refused_in_place(lab):
    lab.open(PETS)
    picture = io.BytesIO()
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (60, 90, 3), np.uint8)).save(picture, "PNG")
    with lab.answer():
        lab.upload("noise.png", picture.getvalue())
    assert 'on "noise.png (yours, 1)"' in lab.sentence()
    with lab.answer("error"):
        lab.upload("note.png", b"no picture")
    assert "is not a picture" in lab.page.inner_text(".ck-status[role=alert] > p")
    assert lab.findings() == []


def test_it_reads_well_in_both_themes_and_on_narrow_screens(lab, themed):
    lab.open(PETS)
    theme = themed()
    with lab.answer():
        lab.page.hover(STAGE, position={"x": 150, "y": 100})
    for width, screen in ((1280, "wide"), (560, "narrow")):
        lab.width(width)
        assert lab.overflow() <= 0
        assert lab.findings() == []
        lab.screenshot(f"class_activation_{theme}_{screen}")


def test_a_key_press_is_answered_at_once(lab, median_answer):
    lab.open(PETS)
    lab.page.focus(STAGE)
    assert median_answer("ArrowRight", "ArrowLeft") <= 250
