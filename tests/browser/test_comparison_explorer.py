"""The comparison explorer in JupyterLab, by mouse and by keyboard."""

import numpy as np
import pytest

pytestmark = pytest.mark.browser

PETS = "import coursekit as ck\nck.widgets.compare_explanations()"
IMAGE, LEFT, RIGHT = (f".ck-comparison figure:nth-child({number}) img" for number in (1, 2, 3))


def test_methods_and_weights_answer_to_the_keyboard(lab):
    lab.open(PETS)
    left, right = lab.pixels(LEFT), lab.pixels(RIGHT)
    lab.choose("Left", "LRP composite")
    assert "LRP composite" in lab.sentence()
    assert (lab.pixels(LEFT) != left).any()
    assert (lab.pixels(RIGHT) == right).all()
    lab.choose("Weights", "random: all layers")
    assert "All layers now have random weights: LRP composite keeps" in lab.sentence()
    lab.push("Swap")
    assert lab.findings() == []


def test_guess_first_then_reveal(lab):
    lab.open(PETS)
    left = lab.pixels(LEFT)
    lab.press("Space", on="Guess first")
    assert "press Reveal" in lab.sentence()
    assert len(np.unique(lab.pixels(LEFT).reshape(-1, 3), axis=0)) == 1
    assert lab.findings() == []
    lab.push("Reveal")
    assert (lab.pixels(LEFT) == left).all()


def test_own_image_and_code(lab):
    lab.open(PETS)
    before = lab.pixels(IMAGE)
    lab.upload("own.png", np.random.default_rng(0).integers(0, 256, (90, 120, 3), dtype=np.uint8))
    assert '"own.png (yours, 1)"' in lab.sentence()
    assert (lab.pixels(IMAGE) != before).any()
    assert "ck.explain.grad_cam(model, images, target)" in lab.copied_code()
    assert lab.findings() == []


def test_it_reads_well_in_both_themes_and_on_narrow_screens(lab, themed):
    lab.open(PETS)
    theme = themed()
    lab.press("Space", on="Over the image")
    lab.read_at_all_widths(f"comparison_{theme}")
