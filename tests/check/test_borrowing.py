"""An answer is the learner's own: the course's functions do not answer in its place."""

from functools import partial

import numpy as np
import pytest

import coursekit as ck
from coursekit.check import convolution, judging, mnist, pooling
from coursekit.check.borrowing import borrowed
from coursekit.convolution import correlate2d, pad2d

module_under_another_name = ck.convolution


def by_the_whole_path(image, kernel):
    return ck.convolution.correlate2d(image, kernel)


def by_an_import_inside(image, kernel):
    from coursekit.convolution import correlate2d as mine

    return mine(image, kernel)


def by_a_module_imported_inside(image, kernel):
    import coursekit.convolution as tools

    return tools.correlate2d(image, kernel)


def by_a_local_name(image, kernel):
    tools = ck.convolution
    return getattr(tools, "correlate2d")(image, kernel)  # noqa: B009 - a learner's way round


def by_a_module_under_another_name(image, kernel):
    return module_under_another_name.correlate2d(image, kernel)


def by_a_helper(image, kernel):
    return by_the_whole_path(image, kernel)


def by_a_function_inside(image, kernel):
    def inner():
        return correlate2d(image, kernel)

    return inner()


def by_a_comprehension(image, kernel):
    return sum(correlate2d(one, kernel) for one in [image])


def by_a_default(image, kernel, answer=correlate2d):
    return answer(image, kernel)


def in_a_closure():
    answer = correlate2d
    return lambda image, kernel: answer(image, kernel)


def by_the_solution(image, kernel):
    names = {"np": np}
    exec(ck.check.convolution.correlate2d.solution().text, names)
    return names["correlate2d"](image, kernel)


class Answer:
    def __call__(self, image, kernel):
        return correlate2d(image, kernel)

    def method(self, image, kernel):
        return correlate2d(image, kernel)


@pytest.mark.parametrize(
    "answer",
    [
        correlate2d,
        partial(correlate2d, stride=1),
        lambda image, kernel: correlate2d(image, kernel),
        by_the_whole_path,
        by_an_import_inside,
        by_a_module_imported_inside,
        by_a_local_name,
        by_a_module_under_another_name,
        by_a_helper,
        by_a_function_inside,
        by_a_comprehension,
        by_a_default,
        in_a_closure(),
        by_the_solution,
        Answer(),
        Answer().method,
    ],
)
def test_the_course_does_not_answer_in_the_learners_place(answer):
    result = convolution.correlate2d(answer)
    assert result.status == "incorrect"
    assert "which the course wrote. Write these lines yourself." in result.reason


@pytest.mark.parametrize(
    ("check", "answer"),
    [
        (convolution.pad_with_zeros, pad2d),
        (pooling.avg_pool2d, lambda image, size: ck.pooling.average_pool2d(image, size)),
        (judging.balanced_accuracy, lambda labels, answers: ck.metrics.balanced_accuracy(labels, answers)),
        (mnist.gap_convnet, lambda: ck.networks.mnist_gap_convnet()),
    ],
)
def test_nor_in_another_lesson(check, answer):
    assert check(answer).status == "incorrect"


def test_what_the_exercise_asks_for_is_allowed():
    def share(image, moved, size):
        from coursekit.pooling import max_pool2d

        return (ck.pooling.max_pool2d(image, size) == max_pool2d(moved, size)).mean()

    assert pooling.unchanged_share(share).status == "correct"


def test_libraries_are_named_by_the_function_they_give():
    def answer(image):
        return np.linalg.norm(np.pad(image, 1))

    assert {one.__name__ for one in borrowed(answer)} == {"norm", "pad"}


def test_a_function_of_the_learners_own_is_none_of_the_course():
    assert list(borrowed(lambda size: size // 2)) == []
