"""The training-curve explorer in JupyterLab, by mouse and by keyboard."""

import pytest

pytestmark = pytest.mark.browser

# Three trainings of a hundred epochs: one that generalises, one that overfits, one that diverges.
RUNS = """import numpy as np
import coursekit as ck
epochs, draw = np.arange(1, 101), np.random.default_rng(0)
noise = draw.normal(0, 0.01, (3, 2, 100))
rise = 1 - np.exp(-epochs / 15)
histories = {
    "augmented": {"accuracy": 0.5 + 0.4 * rise + noise[0, 0], "val_accuracy": 0.5 + 0.35 * rise + noise[0, 1]},
    "baseline": {"accuracy": 0.5 + 0.49 * rise + noise[1, 0], "val_accuracy": 0.5 + 0.25 * rise + noise[1, 1]},
    "too fast": {"accuracy": np.where(epochs < 60, 0.5 + noise[2, 0], np.nan)},
}
ck.widgets.explore_runs(histories)"""
RECORDED = "import coursekit as ck\nck.widgets.explore_runs()"
RAMAN = 'import coursekit as ck\nck.widgets.explore_runs(ck.training.recorded_runs("raman"))'
CURSOR, DRAWING = ".ck-chart-handle", ".ck-chart"


def test_arrow_keys_move_the_cursor_and_not_the_notebook(lab):
    lab.open(RUNS)
    lab.page.focus(CURSOR)
    before = lab.pixels(DRAWING)
    for key, epoch in (("ArrowLeft", 99), ("Shift+ArrowLeft", 89), ("Home", 1), ("ArrowRight", 2)):
        lab.press(key)
        assert f"At epoch {epoch}:" in lab.sentence()
    assert lab.page.get_attribute(CURSOR, "aria-valuetext") == "epoch 2"
    assert "accuracy at epoch 2" in lab.page.inner_text(".ck-readings")
    assert (lab.pixels(DRAWING) != before).any()


def test_a_click_and_a_drag_move_the_cursor(lab):
    lab.open(RUNS)
    frame = lab.page.locator(CURSOR).bounding_box()
    with lab.answer():
        lab.page.click(CURSOR, position={"x": frame["width"] / 2, "y": 60})
    first = lab.page.get_attribute(CURSOR, "aria-valuetext")
    lab.page.mouse.down()
    with lab.answer():
        lab.page.mouse.move(frame["x"] + 0.8 * frame["width"], frame["y"] + 60)
    lab.page.mouse.up()
    last = lab.page.get_attribute(CURSOR, "aria-valuetext")
    assert int(first.split()[1]) < 55 < int(last.split()[1])


def test_runs_metric_axis_and_scale_by_keyboard(lab):
    lab.open(RECORDED)
    before = lab.pixels(DRAWING)
    lab.choose("Data set", "mnist")
    lab.press("Space", on="mnist_gap_convnet")
    lab.choose("Metric", "loss")
    lab.choose("Across", "seconds")
    lab.press("Space", on="Log scale")
    lab.press("ArrowRight", on="Smoothing")
    assert "by seconds" in lab.sentence()
    assert "on a log scale, smoothed by 0.05" in lab.sentence()
    assert lab.pixels(DRAWING).shape == before.shape
    assert (lab.pixels(DRAWING) != before).any()


def test_runs_of_one_family_by_rate_and_network(lab):
    lab.open(RAMAN)
    lab.choose("Learning rate", "1e-3")
    lab.choose("Network", "raman_convnet")
    lab.choose("Metric", "balanced accuracy")
    assert "balanced accuracy of" in lab.sentence()
    names = lab.page.inner_text(".ck-readings")
    assert "raman_exponential" in names
    assert "raman_rate_1e-4" not in names
    assert lab.findings() == []
    lab.screenshot("runs_raman")


def test_it_reads_well_in_both_themes_and_on_narrow_screens(lab, themed):
    lab.open(RUNS)
    theme = themed()
    lab.page.focus(CURSOR)
    lab.press("Shift+ArrowLeft")
    lab.read_at_all_widths(f"runs_{theme}")


def test_the_recorded_runs_read_well(lab):
    lab.open(RECORDED)
    assert lab.findings() == []
    lab.screenshot("runs_recorded")


def test_a_key_press_is_answered_at_once(lab, median_answer):
    lab.open(RUNS)
    lab.page.focus(CURSOR)
    assert median_answer("ArrowLeft") <= 250
