"""The receptive-field explorer in JupyterLab, by mouse and by keyboard."""

import pytest

pytestmark = pytest.mark.browser

STACK = "import coursekit as ck\nck.widgets.explore_receptive_field()"
VGG16 = """import coursekit as ck
explorer = ck.widgets.explore_receptive_field(image="cat")
explorer.network.value = "VGG16"
explorer"""
BRANCHED = """import coursekit as ck
from coursekit.backend import import_keras
keras = import_keras()
ck.widgets.explore_receptive_field(
    keras.applications.MobileNetV2(weights=None, include_top=False, input_shape=(96, 96, 3))
)"""
IMAGE, UNITS = ".ck-stage >> nth=0", ".ck-stage >> nth=1"


def test_pointing_at_the_image_or_at_the_units_moves_the_region(lab):
    lab.open(STACK)
    before = lab.pixels(IMAGE)
    lab.hover(IMAGE, 65, 95)
    assert "row 6, column 3 of conv3 sees 7 × 7 pixels: rows 6 to 12, columns 3 to 9." in lab.sentence()
    assert (lab.pixels(IMAGE) != before).any()
    lab.hover(UNITS, 270, 270)
    assert "row 21, column 21 of conv3" in lab.sentence()


def test_arrow_keys_move_the_unit_and_not_the_notebook(lab):
    lab.open(STACK)
    lab.page.focus(UNITS)
    lab.press("ArrowDown", "ArrowRight", "ArrowRight")
    assert "row 12, column 13 of conv3" in lab.sentence()
    lab.page.focus(IMAGE)
    lab.press("ArrowUp")
    assert "row 11, column 13 of conv3" in lab.sentence()


def test_networks_and_layers_are_chosen(lab):
    lab.open(STACK)
    before = lab.pixels(IMAGE)
    lab.choose("Layer", "conv1, convolution")
    assert "sees 3 × 3 pixels" in lab.sentence()
    assert (lab.pixels(IMAGE) != before).any()
    lab.choose("Network", "VGG16")
    assert "of block5_pool" in lab.sentence()
    assert lab.page.inner_text("tr[aria-current=true]").count("196 + 1·(2 − 1)·16 = 212") == 1


def test_nothing_jumps_when_the_unit_moves(lab):
    lab.open(STACK)
    height = lab.height()
    for x, y in ((20, 20), (250, 30), (140, 260)):
        lab.hover(UNITS, x, y)
        assert lab.height() == height


def test_an_image_is_chosen_uploaded_and_anything_else_refused_in_place(lab):
    lab.open(STACK)
    before = lab.pixels(IMAGE)
    lab.choose("Image", "coins")
    after = lab.pixels(IMAGE)
    assert (after != before).any()
    lab.upload("ramp.png")
    assert (lab.pixels(IMAGE) != after).any()
    lab.upload_no_image()


@pytest.mark.parametrize(("name", "cell"), [("stack", STACK), ("vgg16", VGG16), ("branched", BRANCHED)])
def test_it_reads_well_in_both_themes_and_on_narrow_screens(lab, themed, name, cell):
    lab.open(cell)
    theme = themed()
    lab.read_at_all_widths(f"receptive_field_{name}_{theme}")


@pytest.mark.parametrize("cell", [STACK, VGG16], ids=["stack", "vgg16"])
def test_a_key_press_is_answered_at_once(lab, cell, median_answer):
    lab.open(cell)
    lab.page.focus(IMAGE)
    assert median_answer("ArrowRight", "ArrowLeft") <= 250
