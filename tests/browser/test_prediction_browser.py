"""The prediction browser in JupyterLab, by mouse and by keyboard."""

import pytest

pytestmark = pytest.mark.browser

# Photographs cut into squares, and a classifier that guesses.
CROPS = """import numpy as np
import coursekit as ck
names = ["cat", "coffee", "astronaut", "rocket"]
photographs = [ck.data.load_image(name, size=256) for name in names]
draw = np.random.default_rng(0)
labels = draw.integers(0, len(names), 3000)
corners = draw.integers(0, 160, (3000, 2))
images = np.stack([photographs[k][y : y + 96, x : x + 96] for k, (y, x) in zip(labels, corners)])
logits = draw.normal(0, 1, (3000, 4)) + 2 * np.eye(4)[labels]
probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
browser = ck.widgets.browse_predictions(images, labels, probabilities, names)
browser.outcome.value, browser.order.value = "all", "as given"
browser"""
GRID, CHOSEN, LARGE = ".ck-grid", ".ck-tile[aria-selected=true]", ".ck-large img"


def test_a_click_shows_an_image_large(lab):
    lab.open(CROPS)
    before = lab.pixels(LARGE)
    with lab.answer():
        lab.page.click(".ck-tile >> nth=7")
    assert "the 8th of them, number 7," in lab.sentence()
    assert lab.page.get_attribute(CHOSEN, "aria-label").startswith("Image 7,")
    assert (lab.pixels(LARGE) != before).any()


def test_arrow_keys_go_through_images_and_pages(lab):
    lab.open(CROPS)
    lab.page.focus(GRID)
    columns = lab.ask(
        "() => getComputedStyle(document.querySelector('.ck-grid')).gridTemplateColumns.split(' ').length"
    )
    for key, number in (("ArrowRight", 1), ("ArrowDown", 1 + columns), ("PageDown", 25 + columns), ("End", 2999)):
        lab.press(key)
        assert f"number {number}," in lab.sentence()
    assert lab.page.get_attribute(CHOSEN, "aria-label").startswith("Image 2999,")
    assert lab.ask("() => document.activeElement.className") == "ck-grid"


def test_only_the_confident_mistakes_by_keyboard(lab):
    lab.open(CROPS)
    lab.choose("Answers", "only wrong")
    lab.choose("Order", "most confident first")
    lab.press("ArrowRight", on="Confidence ≥")
    assert "answered wrongly, confidence 0.01 to 1.00, most confident first" in lab.sentence()
    labels = lab.page.eval_on_selector_all(".ck-tile", "tiles => tiles.map((tile) => tile.getAttribute('aria-label'))")
    assert len(labels) == 24
    assert all(", wrong: said " in label for label in labels)
    lab.push("Next page")
    assert "the 25th of them" in lab.sentence()


def test_nothing_jumps_from_image_to_image(lab):
    lab.open(CROPS)
    lab.page.focus(GRID)
    height = lab.height()
    for key in ("ArrowRight", "ArrowDown", "PageDown"):
        lab.press(key)
        assert lab.height() == height


def test_a_filter_that_nothing_passes(lab):
    lab.open(CROPS)
    lab.press("Home", on="Confidence ≤")
    assert lab.sentence().startswith("None of 3,000 images passes")
    assert lab.findings() == []


def test_it_reads_well_in_both_themes_and_on_narrow_screens(lab, themed):
    lab.open(CROPS)
    theme = themed()
    lab.page.focus(GRID)
    lab.press("ArrowRight")
    lab.read_at_all_widths(f"predictions_{theme}")


def test_a_key_press_is_answered_at_once(lab, median_answer):
    lab.open(CROPS)
    lab.page.focus(GRID)
    assert median_answer("ArrowRight", "ArrowLeft") <= 250
