"""The four apps in JupyterLab, by mouse and by keyboard."""

import io
import zipfile

import numpy as np
import pytest
from PIL import Image

pytestmark = pytest.mark.browser

MODEL = "import coursekit as ck\nck.widgets.browse_model()"
SPECTRA = "import coursekit as ck\nck.widgets.explore_spectra()"
THEOREM = "import coursekit as ck\nck.widgets.explore_convolution_theorem()"
RELEVANCE = "import coursekit as ck\nck.widgets.explore_relevance()"
APPS = {"model": MODEL, "spectra": SPECTRA, "theorem": THEOREM, "relevance": RELEVANCE}
LAST = ".ck-panels img >> nth=-1"
MEDIUM = 800


def test_layers_are_listed_searched_and_looked_into(lab):
    lab.open(MODEL)
    before = lab.pixels(LAST)
    lab.choose("List", "dense")
    assert "a Dense" in lab.sentence()
    lab.push("Reset")
    with lab.answer():
        lab.page.get_by_role("textbox", name="Search").fill("pool")
        lab.page.get_by_role("textbox", name="Search").press("Enter")
    assert "a MaxPooling2D" in lab.sentence()
    liveliest = lab.sentence()
    with lab.answer():
        lab.page.get_by_label("Kernel", exact=True).press("ArrowLeft")
    assert "runs from" in lab.sentence()
    assert lab.sentence() != liveliest
    assert (lab.pixels(LAST) != before).any()


def test_an_image_is_chosen_dropped_and_refused_in_place(lab):
    lab.open(MODEL)
    before = lab.pixels(LAST)
    lab.choose("Image", "coins")
    assert (lab.pixels(LAST) != before).any()
    image = io.BytesIO()
    Image.new("L", (100, 80)).save(image, "PNG")
    drop = """(button, bytes) => {
      const data = new DataTransfer();
      data.items.add(new File([new Uint8Array(bytes)], 'ramp.png', { type: 'image/png' }));
      button.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
    }"""
    with lab.answer():
        lab.page.get_by_role("button", name="Own image").evaluate(drop, list(image.getvalue()))
    assert '"ramp.png (yours, 1)"' in lab.sentence()
    lab.upload_no_image()


def test_a_huge_file_is_refused_and_the_kernel_lives_on(lab):
    """200 MB would cut the line between page and kernel if they were sent."""
    lab.open(THEOREM)
    huge = """(button) => {
      const data = new DataTransfer();
      data.items.add(new File([new Uint8Array(200e6)], 'huge.png', { type: 'image/png' }));
      button.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
    }"""
    with lab.answer("error"):
        lab.page.get_by_role("button", name="Own image").evaluate(huge)
    assert "huge.png has 200 MB: at most 9 MB are read" in lab.page.inner_text(".ck-status > p")
    lab.choose("Size", "32 × 32")
    assert "32 × 32" in lab.sentence()


def test_new_kernels_by_mouse_and_by_keyboard(lab):
    lab.open(SPECTRA)
    before = lab.pixels(".ck-panels img")
    with lab.answer():
        lab.page.get_by_role("button", name="New kernels").click()
    assert "drawn with seed 1" in lab.sentence()
    assert (lab.pixels(".ck-panels img") != before).any()
    lab.push("New kernels")
    assert lab.page.get_by_label("Seed").input_value() == "2"


def test_the_border_decides_whether_both_ways_agree(lab):
    lab.open(THEOREM)
    assert "Both ways give the same output" in lab.sentence()
    lab.choose("Border", "no zeros: the circle")
    assert "the far edge comes round" in lab.sentence()


def test_kernels_and_images_are_drawn_by_buttons(lab):
    lab.open(THEOREM)
    for number in (1, 2, 3):
        lab.push(f"Layer {number}")
        assert "in fourier_mnist_narrow" in lab.sentence()
    before = lab.pixels(LAST)
    lab.push("Input")
    assert '"a test image of the network", 28 × 28' in lab.sentence()
    assert lab.pixels(LAST).shape == before.shape


def test_a_layer_is_chosen_in_its_list_by_mouse_and_by_keyboard(lab):
    lab.open(MODEL)
    layers = lab.page.locator(".widget-select select")
    with lab.answer():
        layers.select_option(index=2)
    assert "conv2d_1, a Conv2D" in lab.sentence()
    with lab.answer():
        layers.press("ArrowDown")
    assert "a MaxPooling2D" in lab.sentence()
    lab.choose("Summary", "convolutions")
    assert "3 convolutions" in lab.page.inner_text(".ck-explorer")


def test_root_gamma_softmax_and_numbers(lab):
    lab.open(RELEVANCE)
    before = lab.pixels(LAST)
    lab.choose("Root", "sharpened")
    assert "(sharpened, sigma 2 pixels)" in lab.sentence()
    assert (lab.pixels(LAST) != before).any()
    lab.press("ArrowRight", on="Gamma")
    lab.press("Space", on="After softmax: explain the probability")
    assert "the probability of" in lab.sentence()
    with lab.answer():
        lab.page.get_by_label("Numbers").click()
    assert lab.page.locator(".ck-numbers td").count() == 196


def test_what_is_shown_is_downloaded(lab):
    lab.open(RELEVANCE)
    with lab.page.expect_download() as kept:
        lab.page.get_by_role("button", name="Download").press("Enter")
    assert kept.value.suggested_filename == "relevance.zip"
    with zipfile.ZipFile(kept.value.path()) as parts:
        assert parts.read("about.txt").decode() == lab.sentence()
        assert np.load(io.BytesIO(parts.read("relevance.npy"))).shape == (28, 28)


@pytest.mark.parametrize("name", APPS)
def test_it_reads_well_in_both_themes_and_on_narrow_screens(lab, themed, name):
    lab.open(APPS[name])
    theme = themed()
    lab.width(MEDIUM)
    assert lab.overflow() <= 0
    lab.screenshot(f"{name}_{theme}_medium")
    lab.read_at_all_widths(f"{name}_{theme}")
