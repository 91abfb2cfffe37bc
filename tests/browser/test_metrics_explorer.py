"""The metrics explorer in JupyterLab, by mouse and by keyboard."""

import numpy as np
import pytest

pytestmark = pytest.mark.browser

COUNTS = "import coursekit as ck\nck.widgets.explore_metrics()"
THRESHOLD = """import coursekit as ck
explorer = ck.widgets.explore_metrics()
explorer.half.index = 1
explorer"""
STAGE, AREAS, ROC = ".ck-stage", "img[alt^='The counts as areas']", "img[alt^='ROC curve']"


def test_a_typed_count_changes_metrics_and_image(lab):
    lab.open(COUNTS)
    before = lab.pixels(AREAS)
    with lab.answer():
        lab.page.get_by_label("FN missed").fill("70")
        lab.page.get_by_label("FN missed").press("Enter")
    assert "sensitivity 0.50" in lab.sentence()
    assert np.abs(lab.pixels(AREAS) - before).mean() > 1


def test_an_example_is_chosen(lab):
    lab.open(COUNTS)
    lab.choose("Example", "case 2: positives are rare")
    assert "accuracy 0.99, balanced accuracy 0.55" in lab.sentence()


def test_the_mouse_moves_the_threshold(lab):
    lab.open(COUNTS)
    with lab.answer():
        lab.page.get_by_role("button", name="the threshold on scores").click()
    before = lab.pixels(ROC)
    lab.hover(STAGE, 84, 100)
    assert lab.sentence().startswith("At threshold 0.3: ")
    assert (lab.pixels(ROC) != before).any()


def test_arrow_keys_move_the_threshold_on_line_and_slider(lab):
    lab.open(THRESHOLD)
    lab.page.focus(STAGE)
    lab.press("ArrowRight", "Shift+ArrowRight", "ArrowLeft")
    assert lab.sentence().startswith("At threshold 0.6: ")
    lab.page.get_by_label("Threshold", exact=True).focus()
    lab.press("ArrowRight")
    assert lab.sentence().startswith("At threshold 0.61: ")


def test_nothing_jumps_when_the_threshold_moves(lab):
    lab.open(THRESHOLD)
    height = lab.height()
    for x in (3, 120, 277):
        lab.hover(STAGE, x, 100)
        assert lab.height() == height


def test_predict_then_reveal_by_keyboard(lab):
    lab.open(COUNTS)
    lab.press("Space", on="Predict first")
    assert "0.69" not in lab.page.inner_text(".ck-explorer")
    lab.page.get_by_label("Your value").fill("0.6875")
    lab.page.get_by_label("Your value").press("Enter")
    lab.push("Reveal")
    assert lab.sentence().endswith("You predicted balanced accuracy 0.6875: right!")
    assert lab.findings() == []


@pytest.mark.parametrize(("name", "cell"), [("counts", COUNTS), ("threshold", THRESHOLD)])
def test_it_reads_well_in_both_themes_and_on_narrow_screens(lab, themed, name, cell):
    lab.open(cell)
    theme = themed()
    lab.read_at_all_widths(f"metrics_{name}_{theme}")


@pytest.mark.parametrize(
    ("cell", "target", "keys"),
    [
        (THRESHOLD, STAGE, ("ArrowRight", "ArrowLeft")),
        (THRESHOLD, "input[type=range]", ("ArrowRight", "ArrowLeft")),
        (COUNTS, "input[type=number]", ("ArrowUp", "ArrowDown")),
    ],
    ids=["line", "slider", "count"],
)
def test_a_key_press_is_answered_at_once(lab, cell, target, keys, median_answer):
    lab.open(cell)
    lab.page.locator(target).locator("visible=true").first.focus()
    assert median_answer(*keys) <= 250
