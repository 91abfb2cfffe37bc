"""Plots that judge a classifier show the numbers of `coursekit.metrics`, and bad input is explained."""

import numpy as np
import pytest

from coursekit import metrics, plot
from coursekit.metrics import Counts

LABELS, SCORES = np.array([0, 0, 1, 1, 0, 1]), np.array([0.1, 0.4, 0.35, 0.8, 0.2, 0.9])


def area(patches):
    return sum(patch.get_width() * patch.get_height() for patch in patches)


@pytest.mark.parametrize("case", [Counts(70, 10, 50, 50), Counts(1, 9, 2, 988), Counts(3, 2, 0, 0), Counts(0, 0, 1, 5)])
def test_the_full_area_of_the_counts_is_the_accuracy(case):
    patches = plot.counts(case).patches
    full = [patch for patch in patches if not patch.get_hatch()]
    assert area(patches) == pytest.approx(1)
    assert area(full) == pytest.approx(case.accuracy)
    if case.specificity >= 0 and case.sensitivity >= 0:
        assert np.mean([patch.get_height() for patch in full]) == pytest.approx(case.balanced_accuracy)


def test_counts_of_nothing_are_refused():
    with pytest.raises(ValueError, match="no sample to draw"):
        plot.counts(Counts(0, 0, 0, 0))


def test_scores_stand_above_and_below_by_class():
    ax = plot.scores_by_class(LABELS, SCORES)
    heights = [bar.get_height() for bar in ax.patches]
    assert (sum(max(height, 0) for height in heights), sum(min(height, 0) for height in heights)) == (3, -3)


def test_a_threshold_divides_the_scores_into_the_four_counts():
    texts = {text.get_text() for text in plot.scores_by_class(LABELS, SCORES, threshold=0.38).texts}
    assert texts == {"FN 1", "TP 2", "TN 2", "FP 1"}


@pytest.mark.parametrize("scores", [[-3.0, 5.0], [2.0, 2.0]])
def test_scores_that_are_no_probabilities_are_drawn_too(scores):
    low, high = plot.scores_by_class([0, 1], scores).get_xlim()
    assert low < high
    assert low <= min(scores) <= max(scores) <= high


def test_roc_curve_ends_in_both_corners_and_carries_its_dot():
    ax = plot.roc_curve(LABELS, SCORES, threshold=0.38)
    _, curve, dot = ax.lines
    assert curve.get_xydata()[[0, -1]].tolist() == [[0, 0], [1, 1]]
    assert dot.get_xydata()[0] == pytest.approx([1 / 3, 2 / 3])


def test_precision_recall_curve_shows_what_guessing_gives():
    guessing, _, dot = plot.precision_recall_curve(LABELS, SCORES, threshold=0.38).lines
    assert guessing.get_ydata()[0] == 0.5
    assert dot.get_xydata()[0] == pytest.approx([2 / 3, 2 / 3])


@pytest.mark.parametrize("draw", [plot.roc_curve, plot.precision_recall_curve, plot.reliability_diagram])
def test_two_classifiers_differ_by_style_not_only_by_colour(draw):
    ax = draw(LABELS, SCORES, label="first")
    draw(LABELS, 1 - SCORES, label="second", ax=ax)
    named = {line.get_label().split(":")[0]: line for line in ax.lines}
    assert named["first"].get_linestyle() != named["second"].get_linestyle()
    assert named["first"].get_color() != named["second"].get_color()


def test_reliability_diagram_draws_every_bin_that_holds_something():
    dots = plot.reliability_diagram(LABELS, SCORES, bins=2).collections[0].get_offsets()
    found = metrics.reliability(LABELS, SCORES, bins=2)
    np.testing.assert_allclose(dots, np.stack([found.promised, found.kept], axis=1))


@pytest.mark.parametrize(
    ("draw", "words"),
    [(plot.roc_curve, "a ROC curve needs"), (plot.precision_recall_curve, "recall needs positives")],
)
def test_curves_of_one_class_are_refused(draw, words):
    with pytest.raises(ValueError, match=words):
        draw([0, 0], [0.1, 0.2])
