"""The metrics explorer without a browser: ``set_state`` is what a browser sends."""

import math

import numpy as np
import pytest

from coursekit import metrics
from coursekit.metrics import Counts
from coursekit.widgets import explore_metrics
from coursekit.widgets.metrics.explorer import EXAMPLES
from coursekit.widgets.metrics.figures import axis_for
from coursekit.widgets.metrics.view import FORMULAS, filled_in

LABELS, SCORES = np.array([0, 0, 1, 1, 0, 1]), np.array([0.1, 0.4, 0.35, 0.8, 0.2, 0.9])


@pytest.fixture(scope="module")
def shared():
    """Built once: each test sets the controls that it relies on."""
    return explore_metrics()


@pytest.fixture
def explorer(shared, monkeypatch):
    shared.errors.clear()
    shared.half.index, shared.predict.value, shared.asked.value = 0, False, "balanced accuracy"
    shared.example.value = next(iter(EXAMPLES))
    yield shared
    assert shared.errors == []


def set_counts(explorer, *four):
    for control, count in zip(explorer.four, four, strict=True):
        control.set_state({"value": count})


def to_threshold(explorer, place=50):
    explorer.half.set_state({"index": 1})
    explorer.stage.set_state({"place": [0, place]})


def test_it_opens_on_the_first_case_of_the_lesson(explorer):
    assert explorer.counts == Counts(70, 10, 50, 50)
    assert "accuracy 0.67, balanced accuracy 0.69" in explorer.status.text
    assert "<td" in explorer.table.value
    assert "70 / (70 + 10)" in explorer.table.value


def test_the_second_case_is_an_example(explorer):
    explorer.example.set_state({"index": 1})
    assert [control.value for control in explorer.four] == [1, 9, 2, 988]
    assert "accuracy 0.99, balanced accuracy 0.55" in explorer.status.text


def test_a_changed_count_changes_every_metric_and_the_image(explorer):
    before = explorer.areas.value
    explorer.four[1].set_state({"value": 70})
    assert explorer.counts.sensitivity == 0.5
    assert "70 / (70 + 70)" in explorer.table.value
    assert explorer.areas.value != before
    assert explorer.example.value == "your own"


@pytest.mark.parametrize("four", [(70, 10, 50, 50), (3, 0, 0, 0), (0, 4, 0, 6), (0, 0, 2, 5)])
def test_every_formula_gives_its_metric(four):
    counts = Counts(*four)
    for name, formula in FORMULAS.items():
        expression, expected = filled_in(formula, counts).replace("·", "*"), counts.metrics()[name]
        if "undefined" in expression:
            continue
        try:
            found = eval(expression)
        except ZeroDivisionError:
            assert math.isnan(expected)
        else:
            assert found == pytest.approx(expected, abs=1e-4)


def test_what_cannot_be_computed_is_called_undefined(explorer):
    set_counts(explorer, 0, 10, 0, 990)
    assert "precision undefined" in explorer.status.text
    assert explorer.table.value.count("undefined") == 1


def test_four_zeros_are_refused_in_place(explorer, monkeypatch):
    monkeypatch.setenv("COURSEKIT_STRICT", "0")
    set_counts(explorer, 0, 0, 0, 0)
    assert explorer.status.state == "error"
    assert "Set at least one" in explorer.status.text
    explorer.four[0].set_state({"value": 1})
    assert explorer.status.state == "ready"
    explorer.errors.clear()


def test_the_threshold_moves_the_counts(explorer):
    to_threshold(explorer, 30)
    expected = metrics.threshold_curve(explorer.labels, explorer.scores).at(0.3)
    assert explorer.counts == expected
    assert explorer.status.text.startswith("At threshold 0.3: ")
    assert explorer.threshold.value == pytest.approx(0.3)


def test_slider_and_line_go_together(explorer):
    to_threshold(explorer)
    explorer.threshold.set_state({"value": 0.72})
    assert explorer.stage.place == [0, 72]
    assert explorer.stage.alt == explorer.status.text


def test_a_higher_threshold_moves_the_dot_on_both_curves(explorer):
    to_threshold(explorer, 30)
    before = explorer.roc.value, explorer.precision_recall.value
    explorer.stage.set_state({"place": [0, 60]})
    assert explorer.roc.value != before[0]
    assert explorer.precision_recall.value != before[1]


def test_beyond_the_highest_score_precision_is_undefined_and_has_no_dot(explorer):
    to_threshold(explorer, 100)
    assert (explorer.counts.true_positives, explorer.counts.false_positives) == (0, 0)
    assert "precision undefined" in explorer.status.text
    np.testing.assert_array_equal(explorer.view.curves[1], explorer._images.precision_recall)


def test_only_one_half_is_shown(explorer):
    assert (explorer.typed.layout.display, explorer.by_scores.layout.display) == ("", "none")
    explorer.half.set_state({"index": 1})
    assert (explorer.typed.layout.display, explorer.by_scores.layout.display) == ("none", "")


def test_predict_then_reveal(explorer):
    explorer.predict.set_state({"value": True})
    assert explorer.status.text.endswith("Predict: what is the balanced accuracy?")
    assert "0.69" not in explorer.table.value
    assert "0.88" not in explorer.table.value
    explorer.guess.set_state({"value": 0.6})
    explorer.reveal_button.click()
    assert explorer.status.text.endswith("You predicted balanced accuracy 0.6: 0.088 off: it is 0.69.")
    explorer.four[0].set_state({"value": 60})
    assert "?" in explorer.status.text


def test_whoever_predicts_again_is_asked_again(explorer):
    explorer.predict.set_state({"value": True})
    explorer.reveal_button.click()
    assert "You predicted" in explorer.status.text
    explorer.predict.set_state({"value": False})
    explorer.predict.set_state({"value": True})
    assert explorer.status.text.endswith("Predict: what is the balanced accuracy?")


def test_a_right_prediction_is_praised(explorer):
    explorer.predict.set_state({"value": True})
    explorer.asked.set_state({"index": list(FORMULAS).index("f1")})
    explorer.guess.set_state({"value": 0.7})
    explorer.reveal_button.click()
    assert explorer.status.text.endswith("You predicted F1 0.7: right!")


@pytest.mark.parametrize("half", [0, 1])
def test_the_code_gives_the_same_metrics(explorer, half, capsys):
    explorer.half.set_state({"index": half})
    names: dict[str, object] = {}
    exec(explorer.code.code, names)
    assert names["counts"] == explorer.counts
    assert f"{explorer.counts.f1:.4f}" in capsys.readouterr().out


def test_own_scores_open_on_the_threshold():
    explorer = explore_metrics(LABELS, SCORES)
    assert explorer.status.text.startswith("At threshold 0.5: 2 found (TP), 1 missed (FN), 0 false alarms (FP)")
    names = {"explorer": explorer}
    exec(explorer.code.code, names)
    assert names["counts"] == explorer.counts


def test_scores_need_not_be_probabilities():
    explorer = explore_metrics(LABELS == 1, 20 * SCORES - 7)
    explorer.threshold.set_state({"value": explorer.threshold.min})
    assert explorer.counts.specificity == 0
    explorer.threshold.set_state({"value": explorer.threshold.max})
    assert explorer.counts.sensitivity <= 1 / 3


@pytest.mark.parametrize("scores", [[0.1, 0.9], [-3.1, 4.27], [1e-6, 1.1e-6, -2e-6], [5.0, 5.0], [100, 90_000]])
def test_thresholds_reach_from_the_lowest_to_the_highest_score(scores):
    axis = axis_for(np.array(scores, np.float64))
    assert axis.low <= min(scores)
    assert axis.high >= max(scores) - 1e-12 * abs(max(scores))
    assert 30 < axis.places <= 103
    assert all(axis.place(axis.threshold(place)) == place for place in range(axis.places))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((LABELS, None), "belong together"),
        ((LABELS, SCORES[:3]), "both must be given"),
        ((np.zeros(6, int), SCORES), "needs positives and negatives"),
        ((["cat", "dog"], [0.1, 0.2]), 'labels == "cat"'),
        ((LABELS, np.full(6, np.nan)), "not finite"),
        ((LABELS, np.stack([SCORES, SCORES], axis=1)), r"scores\[:, 1\]"),
    ],
)
def test_bad_input_is_refused_when_the_explorer_is_made(arguments, words):
    with pytest.raises(ValueError, match=words):
        explore_metrics(*arguments)


@pytest.mark.parametrize("half", [0, pytest.param(1, marks=pytest.mark.slow)])
def test_what_is_stored_is_the_same_on_every_run(half):
    stored = []
    for _ in range(2):
        explorer = explore_metrics()
        explorer.half.set_state({"index": half})
        stored.append(explorer._repr_mimebundle_()[0])
    first, second = stored
    assert (first["text/plain"], first["text/html"]) == (second["text/plain"], second["text/html"])
