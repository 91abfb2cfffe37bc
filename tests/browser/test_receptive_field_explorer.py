"""The receptive-field explorer in JupyterLab, by mouse and by keyboard."""

import io

import numpy as np
import pytest
from PIL import Image

pytestmark = pytest.mark.browser

STACK = "import coursekit as ck\nck.widgets.explore_receptive_field()"
VGG16 = """import coursekit as ck
explorer = ck.widgets.explore_receptive_field(picture="cat")
explorer.network.value = "VGG16"
explorer"""
BRANCHED = """import coursekit as ck
from coursekit.backend import import_keras
keras = import_keras()
ck.widgets.explore_receptive_field(
    keras.applications.MobileNetV2(weights=None, include_top=False, input_shape=(96, 96, 3))
)"""
PICTURE, UNITS = ".ck-stage >> nth=0", ".ck-stage >> nth=1"


def test_pointing_at_the_picture_or_at_the_units_moves_the_region(lab):
    lab.open(STACK)
    before = lab.pixels(PICTURE)
    with lab.answer():
        lab.page.hover(PICTURE, position={"x": 65, "y": 95})
    assert "row 6, column 3 of conv3 sees 7 × 7 pixels: rows 6 to 12, columns 3 to 9." in lab.sentence()
    assert (lab.pixels(PICTURE) != before).any()
    with lab.answer():
        lab.page.hover(UNITS, position={"x": 270, "y": 270})
    assert "row 21, column 21 of conv3" in lab.sentence()


def test_arrow_keys_move_the_unit_and_not_the_notebook(lab):
    lab.open(STACK)
    lab.page.focus(UNITS)
    for key in ("ArrowDown", "ArrowRight", "ArrowRight"):
        with lab.answer():
            lab.page.keyboard.press(key)
    assert "row 12, column 13 of conv3" in lab.sentence()
    lab.page.focus(PICTURE)
    with lab.answer():
        lab.page.keyboard.press("ArrowUp")
    assert "row 11, column 13 of conv3" in lab.sentence()


def test_networks_and_layers_are_chosen(lab):
    lab.open(STACK)
    before = lab.pixels(PICTURE)
    with lab.answer():
        lab.page.get_by_label("Layer", exact=True).select_option("conv1, convolution")
    assert "sees 3 × 3 pixels" in lab.sentence()
    assert (lab.pixels(PICTURE) != before).any()
    with lab.answer():
        lab.page.get_by_label("Network", exact=True).select_option("VGG16")
    assert "of block5_pool" in lab.sentence()
    assert lab.page.inner_text("tr[aria-current=true]").count("196 + 1·(2 − 1)·16 = 212") == 1


def test_nothing_jumps_when_the_unit_moves(lab):
    lab.open(STACK)
    height = lab.page.locator(".ck-explorer").bounding_box()["height"]
    for x, y in ((20, 20), (250, 30), (140, 260)):
        with lab.answer():
            lab.page.hover(UNITS, position={"x": x, "y": y})
        assert lab.page.locator(".ck-explorer").bounding_box()["height"] == height


def test_a_picture_is_chosen_uploaded_and_anything_else_refused_in_place(lab):
    lab.open(STACK)
    before = lab.pixels(PICTURE)
    with lab.answer():
        lab.page.get_by_label("Picture", exact=True).select_option("coins")
    after = lab.pixels(PICTURE)
    assert (after != before).any()
    picture = io.BytesIO()
    Image.fromarray(np.tile(np.arange(100, dtype=np.uint8), (80, 1))).save(picture, "PNG")
    with lab.answer():
        lab.upload("ramp.png", picture.getvalue())
    assert (lab.pixels(PICTURE) != after).any()
    with lab.answer("error"):
        lab.upload("note.png", b"no picture")
    assert lab.page.inner_text(".ck-status[role=alert] > p").startswith("Error: note.png is not a picture")
    assert lab.findings() == []


@pytest.mark.parametrize(("name", "cell"), [("stack", STACK), ("vgg16", VGG16), ("branched", BRANCHED)])
def test_it_reads_well_in_both_themes_and_on_narrow_screens(lab, themed, name, cell):
    lab.open(cell)
    theme = themed()
    for width, screen in ((1280, "wide"), (560, "narrow")):
        lab.width(width)
        assert lab.overflow() <= 0
        assert lab.findings() == []
        lab.screenshot(f"receptive_field_{name}_{theme}_{screen}")


@pytest.mark.parametrize("cell", [STACK, VGG16], ids=["stack", "vgg16"])
def test_a_key_press_is_answered_at_once(lab, cell, median_answer):
    lab.open(cell)
    lab.page.focus(PICTURE)
    assert median_answer("ArrowRight", "ArrowLeft") <= 250
