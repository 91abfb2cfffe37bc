"""The pooling explorer without a browser: ``set_state`` is what a browser sends."""

import numpy as np
import pytest

import coursekit as ck
from coursekit.widgets import explore_pooling
from coursekit.widgets.sources.images import WORKED_EXAMPLE
from tests.widgets.sending import choose, upload


@pytest.fixture
def explorer():
    explorer = explore_pooling("worked example")
    yield explorer
    assert explorer.errors == []


def test_it_opens_on_a_feature_map_where_the_answer_is_strongest():
    explorer = explore_pooling()
    assert explorer.settings.image == "edges of the cat"
    assert explorer.view.window.result == explorer.output.max()
    assert explorer.input.source != explorer.output_stage.source


def test_the_worked_example_of_the_lesson(explorer):
    assert explorer.output.tolist() == [[3, 6, 8], [5, 7, 5], [6, 5, 7]]
    assert "the largest of 4 numbers is 3, in row 0, column 0 of the window." in explorer.status.text


def test_a_moved_window_shows_its_numbers_and_marks_the_winner(explorer):
    explorer.input.set_state({"place": [0, 1]})
    np.testing.assert_array_equal(explorer.view.window.values, [[1, 2], [6, 3]])
    assert explorer.input.taps == [[1, 0]]
    assert explorer.window.value.count("<small>largest</small>") == 1
    assert "6<br><small>largest</small>" in explorer.window.value


def test_the_output_moves_the_window_too(explorer):
    explorer.output_stage.set_state({"place": [2, 2]})
    assert explorer.input.place == [2, 2]
    assert "row 2, column 2 of the output" in explorer.status.text


def test_the_mean_has_no_winner(explorer):
    choose(explorer.kind, "average: the mean")
    np.testing.assert_array_equal(explorer.output, ck.pooling.average_pool2d(WORKED_EXAMPLE, 2))
    assert explorer.input.taps == []
    assert "the mean of 4 numbers is 1.25." in explorer.status.text


def test_windows_go_on_touching_until_a_stride_is_chosen(explorer):
    explorer.window_size.set_state({"value": 3})
    assert (explorer.settings.stride, explorer.output.shape) == (3, (2, 2))
    explorer.stride.set_state({"value": 1})
    explorer.window_size.set_state({"value": 4})
    assert (explorer.settings.stride, explorer.output.shape) == (1, (3, 3))


def test_the_formula_is_filled_in_and_says_what_is_left_out(explorer):
    explorer.window_size.set_state({"value": 4})
    assert "⌊(6 + 0 − 4) / 4⌋ + 1 = 1; the last 2 are in no window" in explorer.sizes.value


def test_padding_is_no_pixel(explorer):
    explorer.window_size.set_state({"value": 4})
    choose(explorer.padding, "same: size / stride, rounded up")
    np.testing.assert_array_equal(explorer.output, ck.pooling.max_pool2d(WORKED_EXAMPLE, 4, padding="same"))
    assert explorer.input.rim == [1, 1, 1, 1]
    assert explorer.input.cells[0][0][0] == "–"
    assert "the largest of 9 numbers" in explorer.status.text
    assert explorer.window.value.count(">–<") == 7


@pytest.mark.parametrize("shift", range(5))
@pytest.mark.parametrize("kind", ["max", "average"])
def test_a_move_is_compared_with_what_was_there(shift, kind):
    explorer = explore_pooling("cat", size=4, kind=kind, shift=shift)
    image = explorer.image
    moved = np.pad(image, ((0, 0), (shift, 0)), mode="edge")[:, : image.shape[1]]
    pool = {"max": ck.pooling.max_pool2d, "average": ck.pooling.average_pool2d}[kind]
    before, after = pool(image, 4), pool(moved, 4)
    np.testing.assert_array_equal(explorer.output, after)
    told = explorer.view.pooled.shifts[shift]
    assert told.pooled == pytest.approx(np.corrcoef(before.ravel(), after.ravel())[0, 1])
    assert told.kept == (before == after).mean()
    np.testing.assert_array_equal(explorer.view.pooled.change, after - before)


def test_the_chosen_move_is_marked_in_the_table(explorer):
    explorer.shift.set_state({"value": 3})
    assert "▸ 3 pixels" in explorer.shifts.value
    assert explorer.shifts.value.count("▸") == 1


def test_a_larger_window_forgives_more():
    small, large = (explore_pooling(size=size, shift=1).view.pooled.shifts[1] for size in (2, 8))
    assert small.image < small.pooled < large.pooled


def test_an_image_without_contrast_has_no_correlation():
    explorer = explore_pooling(np.ones((6, 6)), shift=1)
    assert "correlation – with" in explorer.status.text
    assert explorer.errors == []


def test_a_place_that_is_gone_moves_to_the_nearest(explorer):
    explorer.input.set_state({"place": [2, 2]})
    explorer.window_size.set_state({"value": 6})
    assert explorer.input.place == [0, 0]


def test_step_and_reset(explorer):
    explorer.input.set_state({"place": [0, 2]})
    explorer.step_button.click()
    assert explorer.input.place == [1, 0]
    start = explorer.settings
    explorer.shift.set_state({"value": 2})
    choose(explorer.kind, "average: the mean")
    explorer.reset_button.click()
    assert explorer.settings == start


@pytest.mark.parametrize("image", [None, "coins", "worked example", np.eye(5)], ids=["map", "coins", "worked", "own"])
def test_the_code_gives_the_same_output(image):
    explorer = explore_pooling(image, size=3, stride=2, padding="same", kind="average", shift=2)
    names: dict[str, object] = {}
    exec(explorer.code.code, names)
    np.testing.assert_allclose(names["output"], explorer.output, atol=1e-6)


def test_another_image_is_chosen_and_uploaded(explorer):
    choose(explorer.image_name, "coins")
    np.testing.assert_array_equal(explorer.image, ck.data.load_image("coins", size=140, grey=True))
    upload(explorer.upload, "eye.png", np.eye(6, dtype=np.uint8) * 255)
    np.testing.assert_array_equal(explorer.image, np.eye(6))
    assert '"eye.png (yours, 1)"' in explorer.status.text


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"image": "dog"}, "there is no image 'dog'"),
        ({"image": np.zeros((600, 4))}, "at most 512"),
        ({"image": np.array([[np.nan]])}, "NaN"),
        ({"image": np.zeros((2, 2)), "size": 3}, "window is 3x3 but the image is 2x2"),
        ({"size": 9}, "size is 9: the explorer takes whole numbers from 1 to 8"),
        ({"stride": 0}, "stride is 0"),
        ({"shift": 5}, "from 0 to 4"),
        ({"padding": "some"}, "padding is 'some'"),
        ({"kind": "median"}, "kind is 'median'"),
    ],
)
def test_bad_input_is_refused_when_the_explorer_is_made(arguments, words):
    with pytest.raises(ValueError, match=words):
        explore_pooling(**arguments)


def test_a_window_that_no_longer_fits_is_said_and_mended(monkeypatch):
    monkeypatch.setenv("COURSEKIT_STRICT", "0")
    explorer = explore_pooling("worked example")
    explorer.window_size.set_state({"value": 7})
    assert explorer.status.state == "error"
    assert 'Choose padding "same"' in explorer.status.text
    explorer.reset_button.click()
    assert explorer.status.state == "ready"


def test_what_is_stored_is_the_same_on_every_run():
    first, second = (explore_pooling(shift=1)._repr_mimebundle_()[0] for _ in range(2))
    assert (first["text/plain"], first["text/html"]) == (second["text/plain"], second["text/html"])
