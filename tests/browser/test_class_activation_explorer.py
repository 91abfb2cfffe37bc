"""The class activation explorer in JupyterLab, by mouse and by keyboard."""

import numpy as np
import pytest

pytestmark = pytest.mark.browser

PETS = """import coursekit as ck
model = ck.training.trained("cats_dogs_augmented")
ck.widgets.explore_class_activation(model, classes=["cat", "dog"])"""
STAGE, MAP = ".ck-stage", ".ck-large img"


def test_the_mouse_reads_the_heatmap(lab):
    lab.open(PETS)
    lab.hover(STAGE, 150, 100)
    assert "At row 5, column 8 of the map it is" in lab.sentence()
    lab.page.focus(STAGE)
    lab.press("ArrowDown")
    assert "At row 6, column 8 of the map it is" in lab.sentence()


def test_method_class_and_colours_are_chosen(lab):
    lab.open(PETS)
    before = lab.pixels(MAP)
    for label, option, words in (("Method", "Grad-CAM++", "Grad-CAM++ of"), ("Class", "dog", 'for "dog"')):
        lab.choose(label, option)
        assert words in lab.sentence()
    lab.choose("Colours", "jet: misleads")
    assert (lab.pixels(MAP) != before).any()
    assert "look darker" in lab.page.inner_text(".ck-explorer")


def test_predict_then_reveal_by_keyboard(lab):
    lab.open(PETS)
    lab.press("Space", on="Predict first")
    assert "% of the largest" not in lab.page.inner_text(".ck-explorer")
    lab.push("Reveal")
    assert "% of the largest" in lab.sentence()


def test_an_uploaded_image_is_explained_and_anything_else_refused_in_place(lab):
    lab.open(PETS)
    lab.upload("noise.png", np.random.default_rng(0).integers(0, 255, (60, 90, 3), np.uint8))
    assert 'on "noise.png (yours, 1)"' in lab.sentence()
    lab.upload_no_image()


def test_it_reads_well_in_both_themes_and_on_narrow_screens(lab, themed):
    lab.open(PETS)
    theme = themed()
    lab.hover(STAGE, 150, 100)
    lab.read_at_all_widths(f"class_activation_{theme}")


def test_a_key_press_is_answered_at_once(lab, median_answer):
    lab.open(PETS)
    lab.page.focus(STAGE)
    assert median_answer("ArrowRight", "ArrowLeft") <= 250
