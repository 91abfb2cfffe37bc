"""Lesson 01: right answers pass, wrong ones fail for the right reason."""

import numpy as np
import pytest
import scipy.ndimage
import scipy.signal

from coursekit.check import convolution

WINDOW = np.array([[3, 1, 1], [1, 0, 6], [2, 5, 7]])
KERNEL = np.array([[1, 0, 0], [1, 0, -1], [0, 0, -1]])


def two_loops(image, kernel):
    height, width = image.shape[0] - kernel.shape[0] + 1, image.shape[1] - kernel.shape[1] + 1
    output = np.zeros((height, width))
    for i in range(height):
        for j in range(width):
            output[i, j] = (image[i : i + kernel.shape[0], j : j + kernel.shape[1]] * kernel).sum()
    return output


def rows_and_columns_swapped(image, kernel):
    return two_loops(image.T, kernel.T)


def square_kernels_only(image, kernel):
    side = kernel.shape[0]
    return two_loops(image, np.resize(kernel, (side, side)))


def with_nan(image, kernel):
    output = two_loops(image, kernel)
    output[0, 1 % output.shape[1]] = np.nan
    return output


def turned(image, kernel):
    return scipy.signal.convolve2d(image, kernel, mode="valid")


def padded_by(before, after, value=0):
    return lambda image, rings: np.pad(image, (before * rings, after * rings), constant_values=value)


def framed(image, rings):
    height, width = image.shape
    padded = np.zeros((height + 2 * rings, width + 2 * rings))
    padded[rings : rings + height, rings : rings + width] = image
    return padded


def columns(*weights, rows=3):
    return lambda: np.tile(weights, (rows, 1))


RIGHT = [
    ("first_output", lambda: (WINDOW * KERNEL).sum()),
    ("first_output", lambda: float((WINDOW * KERNEL).sum())),
    ("correlate2d", two_loops),
    ("correlate2d", lambda image, kernel: two_loops(image, kernel).tolist()),
    ("correlate2d", lambda image, kernel: two_loops(image, kernel).astype(np.float32)),
    ("pad_with_zeros", framed),
    ("correlate2d_strided", lambda image, kernel, stride: two_loops(image, kernel)[::stride, ::stride]),
    ("correlate2d_vectorised", lambda image, kernel: scipy.signal.correlate(image, kernel, mode="valid")),
    ("vertical_strokes", columns(-1, 2, -1)),
    ("vertical_strokes", columns(1, -2, 1)),
    ("vertical_strokes", columns(-1 / 6, -1 / 6, 2 / 3, -1 / 6, -1 / 6, rows=7)),
    ("matches_keras", lambda image, kernel: turned(image, kernel[::-1, ::-1])),
]
WRONG = [
    ("matches_keras", two_loops, "must still use SciPy's `convolve2d`"),
    ("first_output", lambda: (WINDOW * KERNEL[::-1, ::-1]).sum(), "The sign is wrong. Do not turn the kernel"),
    ("first_output", lambda: (WINDOW * np.abs(KERNEL)).sum(), "must be subtracted"),
    ("first_output", lambda: WINDOW.sum(), "sum of the pixels"),
    ("first_output", lambda: KERNEL.sum(), "sum of the weights"),
    ("first_output", lambda: 4, "too large"),
    ("first_output", lambda: -100, "too small"),
    ("first_output", lambda: WINDOW * KERNEL, "single number"),
    ("correlate2d", turned, "turned by 180 degrees"),
    ("correlate2d", lambda p, k: scipy.ndimage.correlate(p, k, mode="constant"), "the shape must be (1, 2)"),
    ("correlate2d", rows_and_columns_swapped, "shape (2, 1)"),
    ("correlate2d", square_kernels_only, "shape"),
    ("correlate2d", lambda image, kernel: two_loops(image, kernel).astype(int), "fractions are cut off"),
    ("correlate2d", with_nan, "NaN (not a number) at [0, 1]"),
    ("correlate2d", lambda image, kernel: two_loops(image, kernel) + 1, "Wrong numbers: 2 of 2"),
    ("correlate2d", lambda image, kernel: image[4], "IndexError"),
    ("pad_with_zeros", padded_by(0, 1), "shape (2, 3); the shape must be (3, 4)"),
    ("pad_with_zeros", padded_by(1, 1, value=1), "Wrong numbers: 10 of 12"),
    ("pad_with_zeros", lambda image, rings: np.pad(image, 1), "the shape must be (3, 2)"),
    ("pad_with_zeros", lambda image, rings: np.pad(image, rings).astype(int), "fractions are cut off"),
    ("correlate2d_strided", lambda image, kernel, stride: two_loops(image, kernel), "stride is not used"),
    ("correlate2d_strided", lambda image, kernel, stride: two_loops(image, kernel)[::stride], "shape"),
    ("correlate2d_strided", lambda p, k, stride: two_loops(p[::stride, ::stride], k), "the shape must be (2, 2)"),
    ("correlate2d_vectorised", two_loops, "less than 10 times as fast"),
    ("correlate2d_vectorised", turned, "turned by 180 degrees"),
    ("pad_with_zeros", padded_by(1, 1), "ready-made padding function"),
    ("vertical_strokes", lambda: 1e-12 * columns(-1, 2, -1)(), "hardly responds"),
    ("vertical_strokes", columns(1, 1, 1), "even surface"),
    ("vertical_strokes", lambda: columns(-1, 2, -1)().T, "a horizontal stroke:"),
    ("vertical_strokes", lambda: np.array([[-1, 0, 0], [0, 1, 0], [0, 0, 0]]), "horizontal stroke"),
    ("vertical_strokes", lambda: np.zeros((3, 3)), "hardly responds"),
    ("vertical_strokes", lambda: np.array([[1, 0, -1], [2, 0, -2], [1, 0, -1]]), "a kernel for edges"),
    ("vertical_strokes", columns(-1, 1, 0), "a kernel for edges"),
    ("vertical_strokes", columns(2, -1, -2, -1, 2), "most beside the stroke"),
    ("vertical_strokes", lambda: np.array([[1, -1, 0], [-1, 1, 0], [0, 0, 0]]), "hardly responds"),
    ("vertical_strokes", columns(1, -1, rows=2), "odd sizes"),
    ("vertical_strokes", lambda: [-1, 2, -1], "two-dimensional"),
    ("vertical_strokes", columns(np.inf, 0, 0), "not finite"),
    ("matches_keras", turned, "turned by 180 degrees"),
    ("matches_keras", lambda image, kernel: turned(image, kernel[::-1]), "Wrong numbers"),
    ("matches_keras", lambda p, k: scipy.signal.convolve2d(p, k[::-1, ::-1], mode="same"), "the shape must be (1, 2)"),
]


@pytest.mark.parametrize(("name", "answer"), RIGHT)
def test_right_answers(name, answer):
    assert str(getattr(convolution, name)(answer)) == f"✔ correct: {name}"


@pytest.mark.parametrize(("name", "answer", "words"), WRONG)
def test_wrong_answers(name, answer, words):
    result = getattr(convolution, name)(answer)
    assert result.status == "incorrect"
    assert words in result.reason


def test_each_exercise_is_tested_with_wrong_answers():
    names = [name for name, _, _ in WRONG]
    assert all(names.count(name) >= 2 for name in convolution.exercises.all)


def test_the_first_output_is_not_given_away():
    results = [answer for name, answer, _ in WRONG if name == "first_output"]
    assert not any("9" in str(convolution.first_output(answer)).replace("−", "-") for answer in results)


def test_a_function_that_writes_into_its_arguments_is_judged_by_what_it_returns():
    def careless(image, kernel):
        output = two_loops(image, kernel)
        image[:] = 0
        kernel[:] = 0
        return output

    assert convolution.correlate2d(careless).status == "correct"


def test_the_challenge_is_met_by_a_line_that_slants_as_the_whiskers_do():
    slanted = [[-0.6, -0.6, 0], [0.6, 1, 0.7], [0, -0.6, -0.6]]
    assert convolution.whiskers(slanted).status == "correct"
    assert convolution.whiskers(np.multiply(slanted, 7)).value == convolution.whiskers(slanted).value
    assert convolution.whiskers([[-1, 2, -1]] * 3).status == "not attempted"


@pytest.mark.parametrize("kernel", [np.ones((9, 9)), np.zeros((3, 3)), [1, 2, 1]])
def test_the_challenge_refuses_what_is_no_small_kernel(kernel):
    assert convolution.whiskers(kernel).value is None
