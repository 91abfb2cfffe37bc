"""Colours, inks and tables."""

import io
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from coursekit.widgets.toolkit.colors import Scale, ink, signed
from coursekit.widgets.toolkit.html import image_html, number_table
from coursekit.widgets.toolkit.numbers import number
from coursekit.widgets.toolkit.pixels import png

COLOURS = st.tuples(*[st.integers(0, 255)] * 3)


def luminance(colour):
    parts = np.array(colour) / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return linear @ [0.2126, 0.7152, 0.0722]


@given(COLOURS)
def test_the_ink_reads_on_every_colour(colour):
    text = [int(ink(colour)[at : at + 2], 16) for at in (1, 3, 5)]
    lighter, darker = sorted((luminance(colour), luminance(text)), reverse=True)
    assert (lighter + 0.05) / (darker + 0.05) >= 4.5


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=9))
def test_zero_is_neutral_on_a_signed_scale(values):
    scale = Scale.of([*values, -1.0])
    red, green, blue = scale.colours([0.0])[0]
    assert red == green == blue


def test_signs_are_told_apart_by_colour():
    (negative, positive) = signed([-1, 1], largest=1).astype(int)
    assert negative[2] > negative[0]
    assert positive[0] > positive[2]


def test_an_image_of_one_value_has_a_colour():
    for values in ([0.0], [2.0], [-2.0]):
        assert Scale.of(values).colours(values).shape == (1, 3)


@given(st.floats(-1e6, 1e6))
def test_numbers_are_short_and_have_a_true_minus(value):
    assert re.fullmatch(r"−?\d+(\.\d\d)?", number(value))


def test_a_table_says_every_number_in_text():
    values = np.array([[1.0, -2.5], [0.0, 4.0]])
    table = number_table(values, Scale.of(values).colours(values), "some numbers")
    assert re.findall(r">([−.\d]+)</td>", table) == ["1", "−2.50", "0", "4"]


def test_words_from_outside_are_escaped():
    assert "<script>" not in image_html(np.zeros((1, 1), np.uint8), '"><script>', 1, 1)


def test_an_image_without_a_description_is_refused():
    with pytest.raises(ValueError, match="alt is empty"):
        image_html(np.zeros((1, 1), np.uint8), " ", 1, 1)


@pytest.mark.parametrize("shape", [(3, 4), (3, 4, 3), (3, 4, 4)])
def test_a_png_holds_the_very_pixels(shape):
    pixels = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    np.testing.assert_array_equal(np.asarray(Image.open(io.BytesIO(png(pixels)))), pixels)


def test_scale_of_rounding_errors_is_not_from_0_to_0():
    assert "<span>0</span><span>1e−16</span>" in Scale(0.0, 1.1e-16, False).legend_html()
    assert "<span>−0.041</span><span>0</span><span>0.041</span>" in Scale(-0.041, 0.041, True).legend_html()
