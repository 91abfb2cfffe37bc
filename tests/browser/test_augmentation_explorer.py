"""The augmentation explorer in JupyterLab, by mouse and by keyboard."""

import numpy as np
import pytest

pytestmark = pytest.mark.browser

CAT = "import coursekit as ck\nck.widgets.explore_augmentation()"
ORIGINAL, FIRST = ".ck-variations > figure img", ".ck-variations div img"


def test_sliders_answer_to_mouse_and_keyboard(lab):
    lab.open(CAT)
    before = lab.pixels(FIRST)
    slider = lab.page.get_by_label("Brightness")
    frame = slider.bounding_box()
    with lab.answer():
        lab.page.mouse.click(frame["x"] + 0.8 * frame["width"], frame["y"] + frame["height"] / 2)
    assert "brightness up to 80 %" in lab.sentence() or "brightness up to 85 %" in lab.sentence()
    assert (lab.pixels(FIRST) != before).any()
    lab.press("ArrowRight", on="Rotation")
    assert "rotation up to 45°" in lab.sentence()
    assert lab.page.get_by_label("Rotation").get_attribute("aria-valuetext") == "45°"


def test_seed_off_and_reset_by_keyboard(lab):
    lab.open(CAT)
    first = lab.pixels(FIRST)
    lab.push("New seed")
    assert (lab.pixels(FIRST) != first).any()
    lab.push("All off")
    assert lab.sentence().startswith("Nothing is on")
    assert (lab.pixels(FIRST) == lab.pixels(ORIGINAL)).all()
    lab.push("Reset")
    assert (lab.pixels(FIRST) == first).all()


def test_own_image_and_code(lab):
    lab.open(CAT)
    lab.upload("own.png", np.random.default_rng(0).integers(0, 256, (90, 120, 3), dtype=np.uint8))
    assert '"own.png (yours, 1)"' in lab.sentence()
    assert "layers.RandomRotation(factor=(-0.111111" in lab.copied_code()
    assert lab.findings() == []


def test_it_reads_well_in_both_themes_and_on_narrow_screens(lab, themed):
    lab.open(CAT)
    theme = themed()
    lab.press("ArrowRight", on="Hue")
    lab.read_at_all_widths(f"augmentation_{theme}")


def test_a_key_press_is_answered_at_once(lab, median_answer):
    lab.open(CAT)
    lab.page.get_by_label("Rotation").focus()
    assert median_answer("ArrowRight", "ArrowLeft") <= 500
