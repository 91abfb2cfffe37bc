"""Lesson 13: right answers pass, wrong ones fail for the right reason."""

import numpy as np
import pytest

from coursekit.check import fourier


def in_frequency(turn=True, pad=True, start="half", keep=True):
    """A correlation by the FFT; every argument makes one mistake."""

    def correlate(image, kernel):
        (height, width), (rows, columns) = image.shape, kernel.shape
        shape = (height + rows - 1, width + columns - 1) if pad else image.shape
        factors = np.fft.rfft2(image, shape), np.fft.rfft2(kernel[::-1, ::-1] if turn else kernel, shape)
        whole = np.fft.irfft2(factors[0] * factors[1], shape)
        if not keep:
            return whole
        if not pad:
            return np.roll(whole, (-(rows // 2), -(columns // 2)), axis=(0, 1))
        top, left = (rows // 2, columns // 2) if start == "half" else (0, 0)
        return whole[top : top + height, left : left + width]

    return correlate


def combined(first, second):
    whole = np.zeros([a + b - 1 for a, b in zip(first.shape, second.shape, strict=True)])
    for (m, n), weight in np.ndenumerate(second):
        whole[m : m + first.shape[0], n : n + first.shape[1]] += weight * first
    return whole


def share(power, rows, columns):
    down, across = (rows[:, None] ** 2 * power).sum(), (columns**2 * power).sum()
    return down / (down + across)


def count(filters, hidden, bias=0, channels=True):
    before = [1, *filters] if channels else [1] * len(filters)
    kernels = sum(9 * a * b + bias * b for a, b in zip(before, filters, strict=False))
    return kernels + 784 * filters[-1] * hidden + hidden + 2 * hidden + 2


RIGHT = [
    ("padded_side", lambda side, kernel_side: side + kernel_side - 1),
    ("correlate_in_frequency", in_frequency()),
    ("combine", combined),
    ("error_rings", lambda layers, kernel_side: (layers - 1) * (kernel_side // 2)),
    ("vertical_share", share),
    ("parameter_count", count),
]
WRONG = [
    ("padded_side", lambda side, kernel_side: side, "the image's own side"),
    ("padded_side", lambda side, kernel_side: side + kernel_side, "one too many"),
    ("padded_side", lambda side, kernel_side: side + kernel_side // 2, "one side of the kernel only"),
    ("padded_side", lambda side, kernel_side: side - kernel_side + 1, "padding 'valid'"),
    ("padded_side", lambda side, kernel_side: side + 2 * (kernel_side // 2), "one too many"),
    ("correlate_in_frequency", in_frequency(turn=False), "The kernel is not turned"),
    ("correlate_in_frequency", in_frequency(pad=False), "comes in again at the other"),
    ("correlate_in_frequency", in_frequency(pad=False, keep=False), "the part to keep begins further in"),
    ("correlate_in_frequency", in_frequency(keep=False), "The whole product came back"),
    ("correlate_in_frequency", in_frequency(start="corner"), "cut out at the wrong place"),
    ("correlate_in_frequency", lambda image, kernel: image + 0j, "an array of complex"),
    ("combine", lambda first, second: combined(first, second[::-1, ::-1]), "They must be convolved"),
    ("combine", lambda first, second: combined(first, second)[::-1, ::-1], "Correlating twice"),
    ("combine", lambda first, second: first + second, "The kernels are added"),
    ("combine", lambda first, second: first * second, "multiplied weight by weight"),
    ("combine", lambda first, second: combined(first, second)[:2, :2], "Its edge is cut off"),
    ("error_rings", lambda layers, kernel_side: layers * (kernel_side // 2), "The first layer loses nothing"),
    ("error_rings", lambda layers, kernel_side: kernel_side // 2, "one layer's reach"),
    ("error_rings", lambda layers, kernel_side: (layers - 1) * kernel_side, "half its side"),
    ("error_rings", lambda layers, kernel_side: 2 * (layers - 1) * (kernel_side // 2), "both sides together"),
    ("vertical_share", lambda power, rows, columns: 1 - share(power, rows, columns), "horizontal share"),
    ("vertical_share", lambda power, rows, columns: (rows[:, None] ** 2 * power).sum(), "sum for one direction"),
    ("vertical_share", lambda power, rows, columns: share(power**2, rows, columns), "squared once more"),
    (
        "vertical_share",
        lambda power, rows, columns: share(power, abs(rows) ** 0.5, abs(columns) ** 0.5),
        "not squared",
    ),
    ("parameter_count", lambda filters, hidden: count(filters, hidden, bias=1), "no biases here"),
    ("parameter_count", lambda filters, hidden: count(filters, hidden) - hidden - 2, "do have biases"),
    ("parameter_count", lambda filters, hidden: count(filters, hidden, channels=False), "Only the first layer"),
    ("parameter_count", lambda filters, hidden: count(filters, hidden) - 2 * hidden - 2, "to two classes"),
]


@pytest.mark.parametrize(("name", "answer"), RIGHT)
def test_right_answers(name, answer):
    assert str(getattr(fourier, name)(answer)) == f"✔ correct: {name}"


@pytest.mark.parametrize(("name", "answer", "words"), WRONG)
def test_wrong_answers(name, answer, words):
    result = getattr(fourier, name)(answer)
    assert result.status == "incorrect"
    assert words in result.reason


@pytest.mark.parametrize("name", fourier.exercises.all)
def test_the_stub_is_not_attempted(name):
    def stub(*arguments):
        raise NotImplementedError

    assert getattr(fourier, name)(stub).status == "not attempted"


def test_each_exercise_is_tested_with_wrong_answers():
    names = [name for name, _, _ in WRONG]
    assert all(names.count(name) >= 2 for name in fourier.exercises.all)


def test_the_reported_number_of_parameters_belongs_to_the_summary_and_not_to_the_code():
    assert count([32, 64, 128], 256) == 25_783_330
    assert count([64, 64, 64], 256) != 25_783_330


def line(below):
    """Return a kernel that answers to a horizontal line with dark rows above and below."""
    kernel = np.zeros((7, 7))
    kernel[3], kernel[[0, 6]] = 1, below
    return kernel


@pytest.mark.parametrize(("kernel", "met"), [(line(-1), True), (line(-3), False), (np.eye(7), False)])
def test_the_challenge_is_met_by_a_horizontal_line(kernel, met):
    assert fourier.one_kernel.goal.met(fourier.one_kernel(kernel).value) is met


def test_the_challenge_wants_one_small_kernel():
    assert "7×7 at most" in fourier.one_kernel(np.ones((8, 2))).reason
