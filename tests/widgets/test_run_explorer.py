"""The training-curve explorer without a browser: ``set_state`` is what a browser sends."""

import dataclasses
import re
import xml.etree.ElementTree as ElementTree

import matplotlib
import numpy as np
import pytest

from coursekit.training import Run, load_run, recorded_runs
from coursekit.widgets import explore_runs
from coursekit.widgets.training_curves.svg import COLOURS
from tests.widgets.sending import choose

NAN = float("nan")


def run(name, dataset, seconds, **history):
    epochs = len(next(iter(history.values())))
    return Run(name, name, dataset, "sample", "quick", 0, 10, 100, epochs, seconds, history, {}, {})


RUNS = [
    run("slow", "mnist", 40.0, accuracy=[0.5, 0.7, 0.8, 0.9], val_accuracy=[0.4, 0.8, 0.7, 0.6], loss=[2, 1, 0.5, 0.1]),
    run("fast", "mnist", 4.0, accuracy=[0.6, 0.65], val_accuracy=[0.5, 0.55], loss=[1.5, 1.2]),
    run("bare", "flowers", 9.0, accuracy=[0.1, 0.2, 0.3], learning_rate=[0.1, 0.01, 0.001]),
]


@pytest.fixture
def explorer():
    explorer = explore_runs(RUNS)
    yield explorer
    assert explorer.errors == []


def drawing(explorer):
    return ElementTree.fromstring(explorer.chart.svg)


def stars(explorer):
    return explorer.chart.svg.count('id="star"')


def lines(explorer):
    """The line of each run and part, and behind it its markers."""
    return [one for one in drawing(explorer).iter() if one.get("id", "").startswith("line-")]


def test_it_opens_at_the_end_of_the_runs_on_one_data_set(explorer):
    assert [name for name, control in explorer.runs.items() if control.value] == ["slow", "fast"]
    assert explorer.chart.words == ["epoch 1", "epoch 2", "epoch 3", "epoch 4"]
    assert explorer.values["slow"] == {"training": 0.9, "validation": 0.6}
    assert explorer.status.text == (
        "accuracy of slow and fast by epoch. At epoch 4: from 0.55 (fast, validation) to 0.9 (slow, training). "
        "Best validation (★): slow, 0.8 in epoch 2 of 4."
    )


def test_the_cursor_reads_every_run(explorer):
    explorer.chart.set_state({"place": 1})
    assert explorer.values == {
        "slow": {"training": 0.7, "validation": 0.8},
        "fast": {"training": 0.65, "validation": 0.55},
    }
    for words in ("accuracy at epoch 2", "0.7<", "0.8<", "0.65<", "2 (last)", "★ 0.8 in 2"):
        assert words in explorer.table.value


def test_over_seconds_each_run_is_as_far_as_it_was(explorer):
    choose(explorer.across, "seconds")
    assert explorer.chart.words == [f"{s} seconds" for s in (2, 4, 10, 20, 30, 40)]
    explorer.chart.set_state({"place": 0})
    assert explorer.values == {"fast": {"training": 0.6, "validation": 0.5}}
    explorer.chart.set_state({"place": 3})
    assert explorer.values["slow"]["training"] == 0.7
    assert explorer.values["fast"]["training"] == 0.65


def test_the_best_epoch_is_that_of_the_validation_and_lowest_for_a_loss(explorer):
    assert stars(explorer) == 2
    choose(explorer.metric, "loss")
    assert "Best training (★): slow, 0.1 in epoch 4 of 4." in explorer.status.text
    choose(explorer.metric, "learning rate")
    explorer.runs["bare"].set_state({"value": True})
    assert stars(explorer) == 0


def test_a_run_without_the_metric_is_left_out(explorer):
    explorer.runs["bare"].set_state({"value": True})
    choose(explorer.metric, "loss")
    assert "bare" not in explorer.table.value
    choose(explorer.parts, "validation")
    assert explorer.status.text.startswith("No chosen run has recorded loss for validation")
    assert explorer.values == {}


def test_a_data_set_offers_its_runs(explorer):
    choose(explorer.dataset, "flowers")
    shown = [name for name, control in explorer.runs.items() if control.layout.display != "none"]
    assert shown == ["bare"]
    assert explorer.status.text.startswith("accuracy of bare by epoch")
    explorer.runs["bare"].set_state({"value": False})
    assert explorer.status.text == "No run is chosen: tick at least one."
    explorer.reset_button.click()
    assert "accuracy of slow and fast" in explorer.status.text


def family():
    """Three runs of one family: two rates, two schedules."""
    told = [
        {"learning rate": "1e-3", "schedule": "constant", "network": "net"},
        {"learning rate": "1e-4", "schedule": "constant", "network": "net"},
        {"learning rate": "1e-3", "schedule": "step decay", "network": "net"},
    ]
    runs = [run(name, "raman_mice", 1.0, loss=[2.0, 1.0]) for name in ("fast", "slow", "steps")]
    return [dataclasses.replace(one, choices=choices) for one, choices in zip(runs, told, strict=True)]


def test_runs_of_a_family_are_chosen_by_what_tells_them_apart():
    explorer = explore_runs(family())
    assert list(explorer.choices) == ["learning rate", "schedule"]
    choose(explorer.choices["learning rate"], "1e-3")
    assert set(explorer.values) == {"fast", "steps"}
    choose(explorer.choices["schedule"], "step decay")
    assert set(explorer.values) == {"steps"}
    shown = [name for name, control in explorer.runs.items() if control.layout.display != "none"]
    assert shown == ["steps"]
    choose(explorer.choices["learning rate"], "1e-4")
    assert explorer.status.text == "No run is chosen: tick at least one."
    explorer.reset_button.click()
    assert set(explorer.values) == {"fast", "slow", "steps"}
    assert explorer.errors == []


def test_runs_without_choices_are_not_asked_for_them():
    assert explore_runs([*family(), RUNS[0]]).choices == {}


def test_smoothing_leaves_the_numbers_as_recorded(explorer):
    before = explorer.chart.svg
    explorer.smoothing.set_state({"value": 0.5})
    assert explorer.chart.svg != before
    assert "the lines are smoothed" in explorer.table.value
    assert explorer.values["slow"]["training"] == 0.9


def test_the_log_scale_puts_equal_ratios_at_equal_distances():
    explorer = explore_runs({"net": {"loss": [1.0, 0.1, 0.01]}})
    explorer.log_scale.set_state({"value": True})
    heights = [float(y) for y in re.findall(r"[\d.]+ ([\d.]+)", lines(explorer)[0][0].get("d"))]
    assert heights[1] - heights[0] == pytest.approx(heights[2] - heights[1], abs=0.02)


def test_lines_differ_by_more_than_colour(explorer):
    assert [line.get("id") for line in lines(explorer)] == [
        f"line-{run}-{part}" for run in (0, 1) for part in ("training", "validation")
    ]
    assert ["stroke-dasharray" in line[0].get("style") for line in lines(explorer)] == [False, True, False, True]
    markers = [line.find(".//{*}defs/{*}path").get("d") for line in lines(explorer)]
    assert markers[0] == markers[1] != markers[2]


def test_a_chart_changes_nothing_else_of_the_page(explorer):
    svg = explorer.chart.svg
    assert "<style" not in svg
    # A page's parser knows no namespaces.
    assert "xlink" not in svg
    assert {one.get("href") for one in drawing(explorer).iter() if one.get("href")} <= {
        f"#{one.get('id')}" for one in drawing(explorer).iter()
    }


def test_a_chart_is_the_same_whatever_the_figures_of_a_lesson_look_like(explorer):
    with matplotlib.rc_context({"figure.constrained_layout.use": True, "axes.labelsize": 30, "lines.marker": "x"}):
        changed = explore_runs(RUNS)
    assert changed.chart.svg == explorer.chart.svg


def test_a_chart_has_the_colours_of_its_page(explorer):
    texts = [one.get("style") for one in drawing(explorer).iter() if one.tag.endswith("}text")]
    assert len(texts) > 8
    assert all("fill: var(--jp-ui-font-color1, currentColor)" in style for style in texts)
    assert all("font-family: var(--jp-ui-font-family" in style for style in texts)


@pytest.mark.parametrize("colour", COLOURS)
@pytest.mark.parametrize("ground", ["#ffffff", "#111111"])
def test_every_line_stands_out_from_a_light_and_a_dark_page(colour, ground):
    def luminance(text):
        parts = np.array([int(text[i : i + 2], 16) for i in (1, 3, 5)]) / 255
        linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
        return linear @ [0.2126, 0.7152, 0.0722]

    low, high = sorted([luminance(colour), luminance(ground)])
    assert (high + 0.05) / (low + 0.05) >= 3


def test_a_number_that_is_none_leaves_a_gap():
    explorer = explore_runs({"net": {"loss": [1.0, NAN, 0.5, 0.4]}})
    path = lines(explorer)[0][0].get("d")
    assert path.count("M") == 2
    explorer.chart.set_state({"place": 1})
    assert "no finite number" in explorer.table.value
    assert "Best training (★): 0.4 in epoch 4 of 4." in explorer.status.text


def test_the_recorded_runs_are_there():
    explorer = explore_runs()
    assert list(explorer.runs) == recorded_runs()
    one = explore_runs("mnist_convnet")
    assert one.values["mnist_convnet"]["training"] == load_run("mnist_convnet").history["accuracy"][-1]


def test_runs_of_one_name_are_told_apart():
    assert list(explore_runs([RUNS[0], RUNS[0]]).runs) == ["slow", "slow (2)"]


def test_names_are_shown_as_text():
    explorer = explore_runs({"<b>net</b>": {"<i>loss": [1.0]}})
    assert "<b>" not in explorer.table.value + explorer.chart.svg
    assert "<i>" not in explorer.table.value + explorer.chart.svg


def test_a_reader_without_a_kernel_sees_the_curves(explorer):
    data, metadata = explorer._repr_mimebundle_()
    assert data["text/plain"] == explorer.status.text
    assert metadata["image/png"]["width"] > 500


def test_time_that_was_not_recorded_is_said_in_place(monkeypatch):
    monkeypatch.setenv("COURSEKIT_STRICT", "0")
    explorer = explore_runs({"net": {"loss": [1.0]}})
    choose(explorer.across, "seconds")
    assert explorer.status.state == "error"
    assert "did not record its time" in explorer.status.text


@pytest.mark.parametrize(
    ("runs", "words"),
    [
        ([], "there is no run to show"),
        ({}, "there is no run to show"),
        ("nothing", "there is no recorded run 'nothing'"),
        ({"net": {}}, "no metric"),
        ({"net": {"loss": []}}, "at least one epoch"),
        ({"net": {"loss": [1], "val_loss": [1, 2]}}, "one number an epoch"),
    ],
)
def test_bad_input_is_refused_when_the_explorer_is_made(runs, words):
    with pytest.raises(ValueError, match=words):
        explore_runs(runs)
