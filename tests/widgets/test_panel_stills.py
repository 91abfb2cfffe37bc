"""Stills of rows of panels: what readers without a kernel see."""

import numpy as np
import pytest

from coursekit.widgets.toolkit.panels import empty_panel, equation, number_panel, panels_still, rows_still

KERNEL = number_panel("Kernel", "3 × 3", np.eye(3))
MAP = number_panel("Map", "", np.random.default_rng(0).random((26, 26)))
LINE, GAP = 19, 28


def dark(pixels):
    return int((pixels[..., :3].max(axis=-1) < 128).sum())


def test_every_panel_has_a_caption_and_the_same_width():
    still = panels_still((KERNEL, MAP), side=80)
    assert still.shape == (2 * LINE + 80, 2 * 80 + GAP, 4)
    for left in (0, 80 + GAP):
        assert dark(still[:LINE, left : left + 80]) > 20  # its title
        assert (still[2 * LINE :, left : left + 80, 3] == 255).all()  # its image fills the width


def test_rows_below_each_other_line_up_whatever_sizes_they_show():
    still = rows_still(((KERNEL, KERNEL), (MAP, MAP)), side=80)
    opaque = still[..., 3].any(axis=0)
    assert (np.flatnonzero(~opaque) == np.arange(80, 80 + GAP)).all()


def test_what_no_panel_fills_is_white_and_transparent():
    still = rows_still(((KERNEL, MAP), (KERNEL,)), side=80)
    empty = still[still[..., 3] == 0]
    assert len(empty) > 80 * 80
    assert (empty[:, :3] == 255).all()


def test_a_sign_stands_between_its_panels_and_a_heading_above_the_row():
    plain, signed = panels_still((KERNEL, MAP), 80), panels_still(equation(KERNEL, "=", MAP), 80)
    assert dark(plain[:, 80 : 80 + GAP]) == 0 < dark(signed[:, 80 : 80 + GAP])
    headed = rows_still(((KERNEL,),), 80, ["In space"])
    assert dark(headed[:LINE]) > 20
    np.testing.assert_array_equal(headed[LINE:], panels_still((KERNEL,), 80))


def test_a_panel_without_an_image_keeps_its_place_and_says_why():
    still = panels_still((empty_panel("Kernel", "a pooling has none"), MAP), 80)
    assert still.shape[1] == 2 * 80 + GAP
    assert (still[2 * LINE :, :80, 3] == 0).all()
    assert dark(still[: 2 * LINE, :80]) > 20


@pytest.mark.parametrize("shape", [(40, 80), (80, 40)])
def test_an_image_that_is_no_square_keeps_its_shape(shape):
    still = panels_still((number_panel("", "", np.random.default_rng(0).random(shape)),), 80)
    assert (still[..., 3] == 255).sum() == 40 * 80
