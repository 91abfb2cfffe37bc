"""Steps of gradient descent: they stand on the loss, and the losses are drawn as they are."""

import numpy as np
import pytest

from coursekit import descent, plot


@pytest.mark.parametrize("name", descent.LANDSCAPES)
def test_the_path_and_the_losses_are_those_of_the_descent(name):
    path = descent.descend(name, start=-1.5, rate=0.1, steps=4)
    left, right = plot.gradient_descent(path)
    up = path.losses if path.landscape.count == 1 else path.weights[:, 1]
    drawn = [np.asarray(line.get_xydata()) for line in left.lines]
    assert any(one.shape == (5, 2) and np.allclose(one, np.stack([path.weights[:, 0], up], axis=1)) for one in drawn)
    np.testing.assert_allclose(right.lines[0].get_ydata(), path.losses)


def test_the_dashed_line_is_the_slope_at_the_start():
    path = descent.descend("one weight", start=-1.5, rate=0.1, steps=1)
    (tangent,) = (line for line in plot.gradient_descent(path)[0].lines if line.get_linestyle() == "--")
    (x0, y0), (x1, y1) = np.asarray(tangent.get_xydata())
    assert (y1 - y0) / (x1 - x0) == pytest.approx(path.gradients[0, 0])


def test_numbers_of_steps_do_not_lie_on_each_other():
    path = descent.descend("one weight", start=-1.5, rate=0.1, steps=20)
    left, _ = plot.gradient_descent(path)
    places = sorted(note.xy[0] for note in left.texts if note.get_text().isdigit())
    assert len(places) >= 2
    assert min(np.diff(places)) > 0.2
