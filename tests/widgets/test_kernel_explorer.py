"""The kernel explorer without a browser: ``set_state`` is what a browser sends."""

import numpy as np
import pytest
from scipy.signal import correlate2d

import coursekit as ck
from coursekit.widgets import explore_kernel
from coursekit.widgets.kernel.sums import kernel_name, named
from coursekit.widgets.sources.images import WORKED_EXAMPLE
from tests.widgets.sending import choose


@pytest.fixture
def explorer():
    explorer = explore_kernel("worked example", "worked example")
    yield explorer
    assert explorer.errors == []


def test_it_opens_on_the_cat():
    explorer = explore_kernel()
    assert (explorer.settings.image, kernel_name(explorer.settings.weights)) == ("cat", "sobel vertical edges")
    np.testing.assert_array_equal(explorer.image, ck.data.load_image("cat", size=140, grey=True))
    assert explorer.input.source != explorer.output_stage.source


def test_the_worked_example_of_the_lesson(explorer):
    assert WORKED_EXAMPLE[:3, :3].tolist() == [[3, 1, 1], [1, 0, 6], [2, 5, 7]]
    assert "the sum of 9 products is −9." in explorer.status.text
    assert explorer.output.shape == (4, 4)


def test_a_moved_window_shows_its_products(explorer):
    explorer.input.set_state({"place": [1, 2]})
    assert "at row 1, column 2 of the output the sum of 9 products is 12." in explorer.status.text
    np.testing.assert_array_equal(explorer.view.sum.window, WORKED_EXAMPLE[1:4, 2:5])
    assert "<small>6·1</small><br>6</td>" in explorer.sums.value
    assert explorer.output_stage.place == [1, 2]


def test_the_output_moves_the_window_too(explorer):
    explorer.output_stage.set_state({"place": [3, 3]})
    assert explorer.input.place == [3, 3]
    assert "row 3, column 3" in explorer.status.text


def test_an_edited_weight_changes_the_output(explorer):
    weights = [[0.0, 0.0, 0.0], [0.0, 2.0, 0.0], [0.0, 0.0, 0.0]]
    explorer.weights.set_state({"weights": weights})
    np.testing.assert_array_equal(explorer.output, 2 * WORKED_EXAMPLE[1:-1, 1:-1])
    assert explorer.kernel_name.value == "your own"


def test_a_preset_is_recognised_by_its_weights(explorer):
    explorer.weights.set_state({"weights": ck.kernels.get("emboss").tolist()})
    assert explorer.kernel_name.value == "emboss"


@pytest.mark.parametrize("name", ck.kernels.NAMED)
@pytest.mark.parametrize("size", ["3 × 3", "5 × 5"])
def test_every_preset_at_every_size(explorer, name, size):
    choose(explorer.kernel_size, size)
    choose(explorer.kernel_name, name)
    side = int(size[0])
    expected = correlate2d(WORKED_EXAMPLE, named(name, (side, side)), "valid")
    np.testing.assert_allclose(explorer.output, expected, atol=1e-12)
    assert explorer.kernel_name.value == name


@pytest.mark.parametrize("name", ["box blur", "gaussian blur"])
def test_a_larger_blur_blurs_more_and_keeps_the_brightness(name):
    explorer = ck.widgets.explore_kernel("cat", name)
    choose(explorer.kernel_size, "7 × 7")
    weights = np.array(explorer.weights.weights)
    assert weights.min() > 0
    assert weights.sum() == pytest.approx(1)
    assert explorer.kernel_name.value == name


def test_what_keeps_the_brightness_is_drawn_as_the_image_is_and_says_that_it_is_clipped():
    sharpened = ck.widgets.explore_kernel("cat", "sharpen").view
    assert sharpened.output.scale == sharpened.input.scale
    assert "clipped" in sharpened.output.title_html
    assert "clipped" not in ck.widgets.explore_kernel("cat", "gaussian blur").view.output.title_html


def test_stride_padding_dilation_and_the_formula(explorer):
    explorer.stride.set_state({"value": 2})
    choose(explorer.padding, "2 rings of zeros")
    explorer.dilation.set_state({"value": 2})
    assert explorer.output.shape == (3, 3)
    assert "⌊(6 + 4 − 2·(3 − 1) − 1) / 2⌋ + 1 = 3" in explorer.sizes.value
    assert explorer.input.rim == [2, 2, 2, 2]
    assert (explorer.input.window, explorer.input.step, len(explorer.input.taps)) == ([5, 5], 2, 9)


def test_same_padding_keeps_the_size(explorer):
    choose(explorer.padding, "same: keep the size")
    assert explorer.output.shape == (6, 6)


def test_a_place_that_is_gone_moves_to_the_nearest(explorer):
    explorer.input.set_state({"place": [3, 3]})
    explorer.stride.set_state({"value": 3})
    assert explorer.input.place == [1, 1]
    assert "row 1, column 1" in explorer.status.text


def test_turning_the_kernel_is_convolution(explorer):
    explorer.turned.set_state({"value": True})
    np.testing.assert_allclose(
        explorer.output, ck.convolution.convolve2d(WORKED_EXAMPLE, ck.kernels.get("worked example"))
    )


def test_bias_and_relu_are_told_step_by_step(explorer):
    explorer.bias.set_state({"value": 1.5})
    explorer.relu.set_state({"value": True})
    assert "the sum of 9 products is −9, with the bias 1.50 it is −7.50, and ReLU makes that 0." in explorer.status.text
    assert explorer.output.min() == 0


def test_negative_numbers_keep_a_colour_of_their_own(explorer):
    before = explorer.output_stage.cells[0][0]
    choose(explorer.colours, "grey: lowest is black")
    assert (before[0], before[1] != "#000000") == ("−9", True)
    assert explorer.output_stage.cells[0][0][1] == "#000000"


def test_a_kernel_that_keeps_the_brightness_gives_a_grey_image():
    explorer = ck.widgets.explore_kernel("cat", "sharpen")
    assert not explorer.view.output.scale.signed
    explorer.kernel_name.value = "laplacian"
    assert explorer.view.output.scale.signed
    choose(explorer.colours, "grey: lowest is black")
    assert not explorer.view.output.scale.signed


def test_predict_then_reveal(explorer):
    explorer.predict.set_state({"value": True})
    everything = explorer.status.text + explorer.sums.value + str(explorer.output_stage.cells[0][0])
    assert "−9" not in everything
    explorer.guess.set_state({"value": -8})
    explorer.reveal_button.click()
    assert "is −9. You predicted −8, which is 1 off." in explorer.status.text
    explorer.input.set_state({"place": [0, 1]})
    assert "what is the sum of 9 products?" in explorer.status.text


def test_undo_and_reset(explorer):
    start = explorer.settings
    explorer.stride.set_state({"value": 2})
    choose(explorer.kernel_name, "emboss")
    explorer.undo_button.click()
    assert (explorer.settings.stride, explorer.kernel_name.value) == (2, "worked example")
    explorer.reset_button.click()
    assert explorer.settings == start
    explorer.undo_button.click()
    assert explorer.settings.stride == 2


def test_step_goes_through_the_output_row_by_row(explorer):
    explorer.input.set_state({"place": [0, 3]})
    explorer.step_button.click()
    assert explorer.input.place == [1, 0]


@pytest.mark.parametrize("image", ["cat", "worked example", np.eye(5)], ids=["shipped", "worked", "own"])
def test_the_code_gives_the_same_output(image):
    explorer = explore_kernel(image, "gaussian blur", stride=2, padding="same", bias=0.1)
    explorer.turned.set_state({"value": True})
    explorer.relu.set_state({"value": True})
    names: dict[str, object] = {}
    exec(explorer.code.code, names)
    np.testing.assert_allclose(names["output"], explorer.output, atol=1e-6)


def test_an_image_in_colour_and_a_wide_one():
    explorer = explore_kernel(np.random.default_rng(0).random((20, 30, 3)), np.ones((1, 2)))
    assert explorer.output.shape == (20, 29)
    assert "rows: " in explorer.sizes.value


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"image": "dog"}, "there is no image 'dog'"),
        ({"image": np.zeros(4)}, "must hold real numbers in"),
        ({"image": np.zeros((600, 4))}, "at most 512"),
        ({"image": np.array([[np.nan]])}, "NaN"),
        ({"kernel": "magic"}, "there is no kernel 'magic'"),
        ({"kernel": np.ones((10, 10))}, "at most 9"),
        ({"image": np.zeros((2, 2))}, "kernel has 3 pixels"),
        ({"stride": 0}, "stride is 0"),
        ({"padding": "some"}, "padding is 'some'"),
    ],
)
def test_bad_input_is_refused_when_the_explorer_is_made(arguments, words):
    with pytest.raises(ValueError, match=words):
        explore_kernel(**arguments)


def test_a_kernel_that_no_longer_fits_is_said_and_undone(monkeypatch):
    monkeypatch.setenv("COURSEKIT_STRICT", "0")
    explorer = explore_kernel("worked example")
    explorer.dilation.set_state({"value": 5})
    assert explorer.status.state == "error"
    assert 'Choose padding "same"' in explorer.status.text
    explorer.undo_button.click()
    assert (explorer.status.state, explorer.dilation.value) == ("ready", 1)


def test_weights_beyond_all_numbers_are_refused_in_place(monkeypatch):
    monkeypatch.setenv("COURSEKIT_STRICT", "0")
    explorer = explore_kernel("cat")
    explorer.weights.set_state({"weights": [[1e300] * 3] * 3})
    assert "too large for a computer's numbers" in explorer.status.text


def test_what_is_stored_is_the_same_on_every_run():
    first, second = (explore_kernel()._repr_mimebundle_()[0] for _ in range(2))
    assert (first["text/plain"], first["text/html"]) == (second["text/plain"], second["text/html"])
