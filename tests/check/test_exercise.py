"""Checking, whatever a learner passes: three words, never a traceback, unless it is asked for."""

import functools
import sys

import numpy as np
import pytest

from coursekit.check import CheckFailed, convolution, grading, progress, welcome

check = convolution.correlate2d


def stub(image, kernel):
    # YOUR CODE HERE
    raise NotImplementedError()


def calls_itself(image, kernel):
    return calls_itself(image, kernel)


def fails_in_a_line_of_its_own(image, kernel):
    output = np.zeros((2, 2))
    output[2, 0] = 1
    return output


class Unspeakable:
    def __repr__(self):
        raise ValueError("no")

    def __array__(self, dtype=None, copy=None):
        raise TypeError("no array either")


def returns(value):
    return lambda image, kernel: value


GAPS = {"stub": stub, "returns None": returns(None), "returns ...": returns(...), "None": None, "...": ...}


@pytest.mark.parametrize("attempt", GAPS.values(), ids=GAPS.keys())
def test_gaps_are_not_attempted(attempt):
    assert str(check(attempt)).startswith("○ not attempted: correlate2d\n")


def test_forgotten_argument_is_not_attempted():
    assert check().status == "not attempted"


@pytest.mark.parametrize(
    ("attempt", "words"),
    [
        (42, "Pass the function itself"),
        (np.zeros((2, 2)), "type ndarray"),
        ("correlate2d", "type str"),
        (lambda: 0, "It takes (), but the check calls it with image, kernel"),
        (lambda image: image, "It takes (image), but"),
        (calls_itself, "calls itself without end"),
        (lambda image, kernel: sys.exit(3), "SystemExit: 3"),
        (lambda image, kernel: 1 / 0, "ZeroDivisionError: division by zero"),
        (lambda image, kernel: [].pop("x" * 10_000), "TypeError"),
        (returns("text"), "a value of type str"),
        (returns([[1], [2, 3]]), "a value of type list"),
        (returns(True), "a value of type bool"),
        (returns(np.ones((2, 2), complex)), "an array of complex128"),
        (returns(np.ones((2, 2), bool)), "an array of bool"),
        (returns(np.float64(3)), "a single number, but it must return an array of shape (1, 2)"),
        (returns(iter([1])), "iterator"),
        (returns(Unspeakable()), "a value of type Unspeakable"),
        (Unspeakable, "It takes ()"),
        (functools.partial(np.dot, 1), "image = "),
    ],
)
def test_strange_attempts_are_incorrect_and_say_why(attempt, words):
    result = check(attempt)
    assert result.status == "incorrect"
    assert words in str(result)


def test_an_exception_is_shown_with_the_learners_line_and_the_input():
    assert str(check(fails_in_a_line_of_its_own)) == (
        "✘ incorrect: correlate2d\n"
        "It raises IndexError: index 2 is out of bounds for axis 0 with size 2\n"
        f"in line {fails_in_a_line_of_its_own.__code__.co_firstlineno + 2}: output[2, 0] = 1\n"
        "With\n"
        "  image = [[1, 2, 5],\n"
        "           [4, 0, 3]]\n"
        "  kernel = [[ 1,  2],\n"
        "            [ 0, -1]]"
    )


def test_an_exception_in_a_function_that_the_attempt_calls_is_shown_at_that_line():
    def attempt(image, kernel):
        return fails_in_a_line_of_its_own(image, kernel)

    assert "output[2, 0] = 1" in check(attempt).reason


def test_interrupting_a_check_interrupts_it_and_shows_the_learners_line_only():
    def endless(image, kernel):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt) as stopped:
        check(endless)
    line = endless.__code__.co_firstlineno + 1
    assert stopped.value._render_traceback_() == [
        "Stopped while your function was running",
        f"in line {line}: raise KeyboardInterrupt",
        "Nothing was checked: correlate2d.",
    ]


def test_what_is_stopped_is_not_recorded():
    def endless(image, kernel):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check(endless)
    assert progress.read() == progress.Progress()


def test_a_failed_check_is_shown_without_the_courses_lines(monkeypatch):
    monkeypatch.setattr(grading, "STRICT", True)
    with pytest.raises(CheckFailed) as raised:
        check(stub)
    assert raised.value._render_traceback_()[0] == "○ not attempted: correlate2d"


def test_strictness_is_read_once(monkeypatch):
    monkeypatch.setenv("COURSEKIT_STRICT", "1")
    assert check(stub).status == "not attempted"


def test_printing_inside_is_allowed(capsys):
    def talkative(image):
        print("looking")
        return image.mean()

    assert welcome.mean_brightness(talkative).status == "correct"
    assert "looking" in capsys.readouterr().out


@pytest.mark.parametrize("attempt", [stub, calls_itself])
def test_strict_mode_raises_what_would_have_been_shown(attempt, monkeypatch):
    shown = str(check(attempt))
    monkeypatch.setattr(grading, "STRICT", True)
    with pytest.raises(CheckFailed) as raised:
        check(attempt)
    assert str(raised.value) == shown


def test_strict_mode_lets_the_right_answer_pass(monkeypatch):
    monkeypatch.setattr(grading, "STRICT", True)
    assert welcome.mean_brightness(np.mean).status == "correct"


def test_hints_tell_more_at_each_call_and_the_last_one_stays():
    hints = [str(welcome.mean_brightness.hint()) for _ in range(4)]
    assert [hint[:13] for hint in hints] == ["Hint 1 of 3: ", "Hint 2 of 3: ", "Hint 3 of 3: ", "Hint 3 of 3: "]
    assert hints[2] == hints[3]
    assert "ck.check.welcome.mean_brightness.solution()" in hints[2]
    assert "solution()" not in hints[0] + hints[1]
