"""The comparison explorer in JupyterLab, by mouse and by keyboard."""

import io

import numpy as np
import pytest
from PIL import Image

pytestmark = pytest.mark.browser

PETS = "import coursekit as ck\nck.widgets.compare_explanations()"
PICTURE, LEFT, RIGHT = (f".ck-comparison figure:nth-child({number}) img" for number in (1, 2, 3))


def test_methods_and_weights_answer_to_the_keyboard(lab):
    lab.open(PETS)
    left, right = lab.pixels(LEFT), lab.pixels(RIGHT)
    with lab.answer():
        lab.page.get_by_label("Left", exact=True).select_option("LRP composite")
    assert "LRP composite" in lab.sentence()
    assert (lab.pixels(LEFT) != left).any()
    assert (lab.pixels(RIGHT) == right).all()
    with lab.answer():
        lab.page.get_by_label("Weights").select_option("random: all layers")
    assert "All layers now have random weights: LRP composite keeps" in lab.sentence()
    with lab.answer():
        lab.page.get_by_role("button", name="Swap").press("Enter")
    assert lab.findings() == []


def test_guess_first_then_reveal(lab):
    lab.open(PETS)
    left = lab.pixels(LEFT)
    with lab.answer():
        lab.page.get_by_label("Guess first").press("Space")
    assert "press Reveal" in lab.sentence()
    assert len(np.unique(lab.pixels(LEFT).reshape(-1, 3), axis=0)) == 1
    assert lab.findings() == []
    with lab.answer():
        lab.page.get_by_role("button", name="Reveal").press("Enter")
    assert (lab.pixels(LEFT) == left).all()


def test_own_picture_and_code(lab):
    lab.open(PETS)
    before = lab.pixels(PICTURE)
    picture = io.BytesIO()
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (90, 120, 3), dtype=np.uint8)).save(picture, "PNG")
    with lab.answer():
        lab.upload("own.png", picture.getvalue())
    assert '"own.png (yours, 1)"' in lab.sentence()
    assert (lab.pixels(PICTURE) != before).any()
    lab.page.get_by_text("Copy as code").press("Enter")
    lab.page.get_by_role("button", name="Copy", exact=True).press("Enter")
    lab.page.wait_for_selector("text=Copied.")
    assert "ck.explain.grad_cam(model, pictures, target)" in lab.page.evaluate("() => navigator.clipboard.readText()")
    assert lab.findings() == []


def test_it_reads_well_in_both_themes_and_on_narrow_screens(lab, themed):
    lab.open(PETS)
    theme = themed()
    with lab.answer():
        lab.page.get_by_label("Over the picture").press("Space")
    for width, screen in ((1280, "wide"), (560, "narrow")):
        lab.width(width)
        assert lab.overflow() <= 0
        assert lab.findings() == []
        lab.screenshot(f"comparison_{theme}_{screen}")
