"""Learning curves and range tests: the marks stand where the data says."""

import numpy as np
import pytest

from coursekit import plot

HISTORY = {"loss": [3, 2, 1], "val_loss": [3, 1, 2], "accuracy": [0.1, 0.2, 0.3], "val_accuracy": [0.3, 0.2, 0.1]}


def star(ax):
    (mark,) = (line for line in ax.lines if line.get_marker() == "*")
    return (*mark.get_xdata(), *mark.get_ydata())


def labels(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


def test_the_best_validation_epoch_is_marked_and_named():
    loss, accuracy = (plot.learning_curves({"net": HISTORY}, metric) for metric in ("loss", "accuracy"))
    assert (star(loss), star(accuracy)) == ((2, 1), (1, 0.3))
    assert labels(loss) == ["net, training", "net, validation (★ 1.000, epoch 2)"]


def test_training_and_validation_differ_in_more_than_colour():
    training, validation = plot.learning_curves({"net": HISTORY}).lines[:2]
    assert training.get_color() == validation.get_color()
    assert training.get_linestyle() != validation.get_linestyle()
    assert training.get_marker() != validation.get_marker()


def test_what_was_measured_is_drawn_unless_smoothing_is_asked_for():
    noisy = {"loss": list(np.random.default_rng(0).random(50))}
    (line,) = plot.learning_curves({"net": noisy}, "loss").lines
    assert list(line.get_ydata()) == noisy["loss"]
    measured, smooth = plot.learning_curves({"net": noisy}, "loss", smoothing=0.9).lines
    assert list(measured.get_ydata()) == noisy["loss"]
    assert np.std(smooth.get_ydata()) < np.std(noisy["loss"]) / 2


def test_smoothing_leaves_a_constant_as_it_is_and_the_star_where_it_was():
    constant = plot.learning_curves({"net": {"loss": [2.0] * 9}}, "loss", smoothing=0.9).lines[-1]
    np.testing.assert_allclose(constant.get_ydata(), 2)
    assert star(plot.learning_curves({"net": HISTORY}, "loss", smoothing=0.5)) == (2, 1)


def test_a_thousand_epochs_have_few_marks():
    (line,) = plot.learning_curves({"net": {"loss": list(range(1000))}}, "loss").lines
    assert len(line.get_xdata()) == 1000
    assert 1000 // line.get_markevery() <= 20


def test_a_loss_that_is_not_finite_is_a_gap_and_never_the_best():
    history = {"loss": [2, 1, np.nan], "val_loss": [2, 1, np.nan]}
    assert star(plot.learning_curves({"net": history}, "loss")) == (2, 1)
    lost = plot.learning_curves({"net": {"loss": [np.nan], "val_loss": [np.nan]}}, "loss")
    assert labels(lost) == ["net, training", "net, validation"]


def test_learning_rates_have_their_own_axis():
    ax = plot.learning_curves({"net": HISTORY}, "loss", learning_rates={"net": [0.1, 0.01, 0.001]}, log=True)
    (beside,) = (other for other in ax.figure.axes if other is not ax)
    assert list(beside.lines[0].get_ydata()) == [0.1, 0.01, 0.001]
    assert (ax.get_yscale(), beside.get_yscale(), beside.get_ylabel()) == ("log", "log", "learning rate")
    assert labels(ax)[-1] == "net, learning rate"


def test_panels_show_each_metric_and_leave_no_empty_frame():
    axes = plot.learning_panels({"net": HISTORY}, ["loss", "accuracy", "val_loss"], log=["loss"])
    assert [ax.get_ylabel() for ax in axes] == ["loss", "accuracy", "val loss"]
    assert [ax.get_yscale() for ax in axes] == ["log", "linear", "linear"]
    assert len(axes[0].figure.axes) == 3


def test_several_runs_are_explained_below_each_line():
    ax = plot.learning_curves(dict.fromkeys(("first", "second", "third"), HISTORY))
    ax.figure.canvas.draw()
    assert len(labels(ax)) == 6
    assert ax.get_legend().get_window_extent().y1 < ax.get_window_extent().y0
    assert ax.get_window_extent().width > 0.7 * ax.figure.bbox.width


def test_the_sentence_tells_the_numbers():
    assert plot.learning_sentence({"net": HISTORY}, "loss") == (
        "loss over the epochs. net, 3 epochs: training from 3.000 to 1.000, validation best in epoch 2 with 1.000."
    )


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (({"net": {"loss": [1]}}, "auc"), r"'net' has no metric 'auc'\. It has: loss"),
        (({},), "no run to draw"),
        (({"net": {"loss": []}}, "loss"), "0 epochs of loss"),
        (({"net": {"loss": [1, 2], "val_loss": [1]}}, "loss"), "2 epochs of loss and 1 of val_loss"),
    ],
)
def test_histories_that_cannot_be_drawn_are_explained(arguments, words):
    with pytest.raises(ValueError, match=words):
        plot.learning_curves(*arguments)


def test_other_arguments_that_cannot_be_drawn_are_explained():
    with pytest.raises(ValueError, match="smoothing is 1: it must lie between"):
        plot.learning_curves({"net": HISTORY}, smoothing=1)
    with pytest.raises(ValueError, match=r"hold 1 numbers for 'net'.* of 3 epochs"):
        plot.learning_curves({"net": HISTORY}, learning_rates={"net": [0.1]})
    with pytest.raises(ValueError, match="hold 1 numbers for 'other'"):
        plot.learning_curves({"net": HISTORY}, learning_rates={"other": [0.1]})
    with pytest.raises(ValueError, match="at least one metric in a list"):
        plot.learning_panels({"net": HISTORY}, "loss")


def test_range_test_marks_the_lowest_loss_and_the_chosen_rate():
    ax = plot.range_test([1e-4, 1e-3, 1e-2, 1e-1], [0.7, 0.6, 0.2, np.inf], chosen=1e-3)
    curve, lowest, chosen = ax.lines
    assert list(curve.get_xdata()) == [1e-4, 1e-3, 1e-2, 1e-1]
    assert (lowest.get_xdata()[0], lowest.get_ydata()[0]) == (1e-2, 0.2)
    assert chosen.get_xdata()[0] == 1e-3
    assert [text.get_text() for text in ax.texts] == ["lowest loss\nat 0.01", "chosen: 0.001"]


@pytest.mark.parametrize(
    ("rates", "losses", "chosen", "words"),
    [
        ([1e-3, 1e-2], [1.0], None, "one loss for each rate"),
        ([0.0, 1.0], [1.0, 2.0], None, "rise, from above 0"),
        ([1.0, 0.1], [1.0, 2.0], None, "rise, from above 0"),
        ([0.1, 1.0], [np.nan, np.nan], None, "smaller learning rate"),
        ([0.1, 1.0], [1.0, 2.0], 5, "between the rates tried, 0.1 and 1"),
    ],
)
def test_range_tests_that_cannot_be_drawn_are_explained(rates, losses, chosen, words):
    with pytest.raises(ValueError, match=words):
        plot.range_test(rates, losses, chosen)
