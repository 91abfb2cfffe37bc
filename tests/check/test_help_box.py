"""The buttons below a check that is not right: which there are, and what they tell, note and keep back."""

import html

import pytest
from IPython.core.formatters import DisplayFormatter

from coursekit.check import CheckFailed, exercise, grading, progress, welcome
from coursekit.check.help_box import box

LESSON, NAME = "00_welcome", "mean_brightness"
WIDGET = "application/vnd.jupyter.widget-view+json"
LAST_HINT = "There is also one method that does both."
SOLUTION = "image.mean()"


@pytest.fixture(autouse=True)
def kernel(monkeypatch):
    monkeypatch.setattr(exercise, "_in_a_kernel", lambda: True)


@pytest.fixture
def opened(monkeypatch):
    """Checks a wrong answer, shows the outcome, and returns the box."""
    boxes = []
    original = box.HelpBox

    def keep(*arguments):
        boxes.append(original(*arguments))
        return boxes[-1]

    monkeypatch.setattr(box, "HelpBox", keep)

    def check():
        DisplayFormatter().format(welcome.mean_brightness(lambda image: -1))
        return boxes[-1]

    return check


def entry():
    return progress.read().exercises[LESSON][NAME]


def sent(one):
    return "".join(html.unescape(str(value)) for value in one.get_state().values())


@pytest.mark.parametrize(
    ("answer", "buttons"), [(None, True), (lambda image: -1, True), (lambda image: image.mean(), False)]
)
def test_there_are_buttons_unless_the_answer_is_right(answer, buttons):
    data = DisplayFormatter().format(welcome.mean_brightness(answer))[0]
    assert (WIDGET in data) is buttons
    assert {"text/plain", "text/html"} <= data.keys()


def test_what_is_stored_is_what_a_terminal_shows(monkeypatch):
    result = welcome.mean_brightness(lambda image: -1)
    shown = DisplayFormatter().format(result)[0]
    monkeypatch.setattr(exercise, "_in_a_kernel", lambda: False)
    plain = DisplayFormatter().format(welcome.mean_brightness(lambda image: -1))[0]
    assert {kind: text for kind, text in shown.items() if kind != WIDGET} == plain


def test_where_points_are_given_there_are_no_buttons(monkeypatch):
    monkeypatch.setattr(grading, "STRICT", True)
    with pytest.raises(CheckFailed):
        welcome.mean_brightness(lambda image: -1)


def test_hints_come_one_at_a_time_and_are_counted(opened):
    found = opened()
    assert (found.available, found.seen, found.shown) == (3, 0, [])
    for number in (1, 2, 3, 3):
        found.hint_asked += 1
        assert (len(found.shown), entry().hints) == (number, number)
    assert "<code>image.sum()</code>" in found.shown[-1]


def test_a_new_box_goes_on_where_the_last_one_stopped(opened):
    opened().hint_asked += 1
    found = opened()
    assert (found.seen, found.shown) == (1, [])
    found.hint_asked += 1
    assert len(found.shown) == 2


def test_neither_hints_nor_the_solution_are_sent_before_they_are_asked_for(opened):
    found = opened()
    assert SOLUTION not in sent(found)
    assert LAST_HINT not in sent(found)
    found.hint_asked += 1
    assert LAST_HINT not in sent(found)


def test_the_solution_is_shown_and_noted(opened):
    found = opened()
    assert (found.has_solution, found.looked) == (True, False)
    found.solution_asked += 1
    assert '<span class="ck-k">return</span>' in found.code
    assert "SOLUTION" not in found.code
    assert entry().looked
    assert opened().looked


def test_a_copy_of_the_course_without_solutions_has_no_such_button(opened, monkeypatch, tmp_path):
    monkeypatch.setattr(exercise.solution_code.__globals__["settings"], "course_folder", lambda: tmp_path)
    assert opened().has_solution is False
