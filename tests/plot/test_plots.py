"""Plots: what a reader sees is in the axes, and bad input is explained."""

import numpy as np
import pytest

from coursekit import plot
from coursekit.metrics import Counts


def test_signed_images_have_zero_in_the_neutral_colour():
    image = plot.image(np.array([[-1.0, 0.0], [0.0, 3.0]]), scale="signed").images[0]
    assert image.get_clim() == (-3, 3)
    assert image.norm(0) == 0.5


def test_images_share_no_scale_unless_told():
    first, second = (ax.images[0].get_clim() for ax in plot.images([np.eye(3), 5 * np.eye(3)], scale="positive").flat)
    assert (first, second) == ((0, 1), (0, 5))
    together = plot.images([np.eye(3), 5 * np.eye(3)], scale="positive", limit=5)
    assert {ax.images[0].get_clim() for ax in together.flat} == {(0, 5)}


def test_an_image_of_zeros_is_drawn():
    assert plot.image(np.zeros((3, 3)), scale="signed").images[0].get_clim() == (-1, 1)


def test_grid_leaves_no_empty_frames():
    axes = plot.images(np.zeros((7, 4, 4, 3)), columns=5)
    assert [ax.axison for ax in axes.flat] == [True] * 7 + [False] * 3


@pytest.mark.parametrize(
    ("values", "words"),
    [(np.zeros((2, 8, 8, 3)), "ck.plot.images"), (np.zeros((8, 8, 4)), "(8, 8, 4)"), (np.zeros(8), "(8,)")],
)
def test_image_explains_wrong_shapes(values, words):
    with pytest.raises(ValueError) as error:
        plot.image(values)
    assert words in str(error.value)


def test_scale_titles_and_emptiness_are_checked():
    with pytest.raises(ValueError, match="scale is 'jet': choose \"image\""):
        plot.image(np.zeros((3, 3)), scale="jet")
    with pytest.raises(ValueError, match="2 titles for 3 images"):
        plot.images(np.zeros((3, 4, 4)), titles=["a", "b"])
    with pytest.raises(ValueError, match="no image"):
        plot.images([])


def test_numbers_frames_the_window():
    ax = plot.numbers(np.arange(9).reshape(3, 3), window=(1, 0, 2, 2))
    (frame,) = ax.patches
    assert (frame.get_x(), frame.get_y(), frame.get_width(), frame.get_height()) == (0, 1, 2, 2)


def test_numbers_are_written_as_in_print_and_without_a_negative_zero():
    assert [text.get_text() for text in plot.numbers([[-1, -0.0, 0.5]]).texts] == ["−1", "0", "0.5"]
    assert [text.get_text() for text in plot.numbers([[-0.001, 0.5]], decimals=2).texts] == ["0.00", "0.50"]


def test_tables_side_by_side_begin_level():
    axes = plot.convolution_step(np.arange(36).reshape(6, 6), np.ones((3, 3)), row=0, column=0)
    axes[0].figure.canvas.draw()
    assert len({round(ax.get_position().y1, 6) for ax in axes}) == 1


def test_numbers_are_black_on_bright_cells_and_white_on_dark_ones():
    ax = plot.numbers([[0.2, 0.6], [0.35, 1.0]], limit=1, scale="image")
    assert [text.get_color() for text in ax.texts] == ["white", "black", "white", "black"]


def test_numbers_refuses_what_cannot_be_read():
    with pytest.raises(ValueError, match=r"ck\.plot\.image"):
        plot.numbers(np.zeros((28, 28)))


def test_convolution_step_frames_input_and_output_alike():
    source, _, output = plot.convolution_step(np.arange(36).reshape(6, 6), np.ones((3, 3)), row=1, column=1, stride=2)
    assert [(ax.patches[0].get_x(), ax.patches[0].get_y()) for ax in (source, output)] == [(2, 2), (1, 1)]
    with pytest.raises(ValueError, match="row 9, column 0 is outside the output, which has 4 rows"):
        plot.convolution_step(np.zeros((6, 6)), np.ones((3, 3)), row=9, column=0)


def test_the_label_of_a_classified_image_belongs_to_no_animal():
    classified, *_ = plot.levels_of_understanding()
    (label,) = classified.texts
    assert label.get_text() == "dog"
    assert label.get_position()[0] < 1


def test_levels_of_understanding_differ_by_pattern_not_only_by_colour():
    *_, semantic, instance = plot.levels_of_understanding()
    patterns = [{patch.get_hatch() for patch in ax.patches if patch.get_hatch()} for ax in (semantic, instance)]
    assert [len(each) for each in patterns] == [2, 3]


def test_each_sample_is_a_mark_of_its_own():
    ax = plot.dots(Counts(9, 1, 89, 901))
    assert [len(group.get_offsets()) for group in ax.collections] == [9, 1, 89, 901]
    places = np.concatenate([group.get_offsets() for group in ax.collections])
    assert len(np.unique(places, axis=0)) == 1000


@pytest.mark.parametrize("counts", [Counts(0, 0, 0, 0), Counts(1, 0, 0, 9_999)])
def test_no_sample_or_too_many_cannot_be_drawn_as_marks(counts):
    with pytest.raises(ValueError, match=r"1 to 5,000 can be drawn"):
        plot.dots(counts)


def test_a_table_of_an_image_is_as_dark_as_the_image():
    colours = plot.numbers([[0.0, 1.0]], scale="image", limit=1).collections[0].get_facecolors()
    assert colours[:, :3].tolist() == [[0, 0, 0], [1, 1, 1]]
