"""The confusion matrix and the report: the numbers in the cells are those of the data."""

import numpy as np
import pytest

from coursekit import plot

LABELS, PREDICTIONS = [0, 0, 0, 0, 1, 1], [0, 0, 0, 1, 1, 1]
CLASSES = ["cat", "dog", "fox"]


def cells(ax, classes):
    return np.array([text.get_text() for text in ax.texts]).reshape(classes, classes).tolist()


def test_cells_hold_counts_and_shares_of_the_true_class():
    ax = plot.confusion_matrix(LABELS, PREDICTIONS, CLASSES)
    assert cells(ax, 3) == [
        ["3\n75 %", "1\n25 %", ""],
        ["", "2\n100 %", ""],
        ["", "", ""],
    ]
    assert ax.get_title(loc="left") == "5 of 6 right: 83.3 %"


def test_shares_of_the_predicted_class_fill_the_columns():
    ax = plot.confusion_matrix(LABELS, PREDICTIONS, ["cat", "dog"], normalise="predicted")
    assert cells(ax, 2) == [["3\n100 %", "1\n33 %"], ["", "2\n67 %"]]
    assert "share of the predicted class" in ax.get_xlabel()


def test_rows_are_true_classes_and_columns_predicted_ones():
    ax = plot.confusion_matrix(["dog", "dog"], ["cat", "cat"], ["cat", "dog"])
    assert cells(ax, 2)[1] == ["2\n100 %", ""]
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["cat", "dog"]
    assert (ax.get_ylabel(), ax.get_xlabel().split("\n")[0]) == ("true class", "predicted class")


OTHER_CELLS = [(10, None), (20, None), (2, "true"), (10, "true")]


@pytest.mark.parametrize(
    ("classes", "normalise"),
    [(2, None), (20, "true"), *(pytest.param(*case, marks=pytest.mark.slow) for case in OTHER_CELLS)],
)
def test_no_text_leaves_its_cell(classes, normalise):
    labels = np.repeat(np.arange(classes), 1000)
    names = [f"species {i}" for i in range(classes)]
    ax = plot.confusion_matrix(labels, labels, names, normalise)
    ax.figure.canvas.draw()
    side = ax.get_window_extent().width / classes
    assert max(text.get_window_extent().width for text in ax.texts) < side
    assert max(text.get_window_extent().height for text in ax.texts) < side
    assert ax.figure.get_figwidth() <= 9.6


def test_only_the_right_answers_are_framed():
    ax = plot.confusion_matrix(LABELS, PREDICTIONS, CLASSES)
    assert [(int(frame.get_x()), int(frame.get_y())) for frame in ax.patches] == [(0, 0), (1, 1), (2, 2)]


def test_the_sentence_names_the_most_frequent_mistake():
    assert plot.confusion_sentence(LABELS, PREDICTIONS, CLASSES).endswith("Most often cat is taken for dog: 1 of 4.")
    tied = plot.confusion_sentence([0, 0, 1, 1], [0, 1, 0, 1], ["cat", "dog"])
    assert tied.endswith("Most often cat is taken for dog: 1 of 2 and dog is taken for cat: 1 of 2.")
    four = plot.confusion_sentence([0, 1, 2, 3], [1, 2, 3, 0], ["cat", "dog", "elk", "fox"])
    assert four.endswith("(and 1 more pair as often).")
    assert plot.confusion_sentence(LABELS, LABELS, CLASSES).endswith("No class is taken for another.")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (([0, 3], [0, 1], CLASSES), "labels hold 3, which is none of the 3 classes"),
        (([0, 1], [0, -1], CLASSES), "predictions hold -1"),
        (([0, 1], [0], CLASSES), "both must be given for each"),
        (([], [], CLASSES), "labels is empty"),
        (([0.0, np.nan], [0, 1], CLASSES), "labels holds nan"),
        (([0, 1], [0.2, 0.9], CLASSES), "Turn probabilities into classes first"),
        (([0], [0], ["cat"]), "2 to 20 names"),
        (([0], [0], range(21)), "2 to 20 names"),
        (([0], [0], CLASSES, "rows"), 'choose None, "true" or "predicted"'),
    ],
)
def test_what_cannot_be_counted_is_explained(arguments, words):
    with pytest.raises(ValueError, match=words):
        plot.confusion_matrix(*arguments)


def test_the_report_marks_best_and_worst_in_words():
    table = plot.report_table([0, 0, 0, 1, 1, 2], [0, 0, 1, 1, 1, 0], [*CLASSES, "owl"])
    assert table.notes == ("", "best F1", "worst F1", "no image")
    assert next(line for line in repr(table).splitlines() if "best F1" in line).startswith("dog ")


def test_equally_good_classes_are_neither_best_nor_worst():
    assert plot.report_table([0, 1], [0, 1], ["cat", "dog"]).notes == ("", "")


def test_the_table_for_jupyter_holds_the_numbers_and_no_markup_from_names():
    table = plot.report_table([0, 0, 1], [0, 1, 1], ["<b>cat", "dog"])
    page = table._repr_html_()
    assert "<b>" not in page
    assert "&lt;b&gt;cat" in page
    assert page.count("0.667") >= 2
    for row in table.report.rows:
        assert f"{row.precision:.3f}" in page
