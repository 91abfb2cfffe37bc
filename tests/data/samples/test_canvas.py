import numpy as np
import pytest

from coursekit.synthetic.drawing.backgrounds import background, photograph, surface, wall
from coursekit.synthetic.drawing.canvas import Canvas, draw_many
from coursekit.synthetic.drawing.outlines import ellipse, polygon, smooth, stroke
from coursekit.synthetic.drawing.textures import clouds, dapples, streaks

CLASSES = ("disc", "triangle", "bar")


def paint(canvas, label):
    canvas.fill(background(canvas.size, canvas.rng))
    canvas.clutter(2)
    outlines = (
        ellipse(0.5, 0.5, 0.3, 0.2),
        polygon((0.2, 0.2), (0.8, 0.2), (0.5, 0.8)),
        stroke([(0.2, 0.5), (0.8, 0.5)], 0.1),
    )
    canvas.paint(canvas.shape(outlines[label]), (0.9, 0.1, 0.1), relief=0.3)
    canvas.clutter(1, role="occluder")
    canvas.light()
    canvas.lens()


def draw(count=6, size=32, seed=0, **options):
    return draw_many(count, size, seed, CLASSES, paint, **options)


def fresh(size=64, **options):
    return Canvas(size, np.random.default_rng(0), **options)


def test_an_image_does_not_depend_on_how_many_are_drawn():
    few, many = draw(4), draw(11)
    np.testing.assert_array_equal(few.images, many.images[:4])
    np.testing.assert_array_equal(few.labels, many.labels[:4])
    np.testing.assert_array_equal(few.masks, many.masks[:4])


def test_another_seed_gives_other_images():
    assert not np.array_equal(draw(3, seed=0).images, draw(3, seed=1).images)


@pytest.mark.parametrize("count", [3, 30, 31])
def test_classes_are_balanced(count):
    counts = np.bincount(draw(count, size=16).labels, minlength=3)
    assert counts.max() - counts.min() <= 1


def test_classes_are_mixed():
    labels = draw(30, size=16).labels.reshape(-1, 3)
    assert len({tuple(block) for block in labels}) > 1


@pytest.mark.parametrize(
    ("wrong", "message"),
    [({"count": 0}, "at least 1 image"), ({"size": 15}, "at least 16 pixels"), ({"seed": -1}, "0 or larger")],
)
def test_bad_numbers_are_named(wrong, message):
    with pytest.raises(ValueError, match=message):
        draw(**wrong)


@pytest.mark.parametrize("size", [20, 64, 150])
def test_a_shape_covers_its_area_at_any_size(size):
    canvas = fresh(size)
    cover = canvas.spread(canvas.shape(ellipse(0.5, 0.5, 0.3, 0.2)))
    assert cover.mean() == pytest.approx(np.pi * 0.3 * 0.2, rel=0.03)


def test_a_shape_lies_where_it_is_said_to_lie():
    canvas = fresh(100)
    cover = canvas.spread(canvas.shape(polygon((0.2, 0.1), (0.5, 0.1), (0.5, 0.4), (0.2, 0.4))))
    rows, columns = np.nonzero(cover > 0.5)
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == pytest.approx((10, 39, 20, 49), abs=1)


def test_a_shape_off_the_canvas_covers_nothing():
    canvas = fresh()
    canvas.paint(canvas.shape(ellipse(2.0, 0.5, 0.1, 0.1)), (1.0, 0.0, 0.0))
    assert canvas.mask.sum() == 0


def test_only_the_object_is_in_the_mask_and_occluders_take_from_it():
    canvas = fresh()
    scenery, thing, leaf = (canvas.shape(ellipse(x, 0.5, 0.2, 0.2)) for x in (0.2, 0.5, 0.7))
    canvas.paint(scenery, (0.0, 0.0, 1.0), role="scenery")
    assert canvas.mask.sum() == 0
    canvas.paint(thing, (1.0, 0.0, 0.0))
    whole = canvas.mask.copy()
    np.testing.assert_array_equal(whole, canvas.spread(thing))
    canvas.paint(leaf, (0.0, 1.0, 0.0), role="occluder")
    np.testing.assert_allclose(canvas.mask, whole * (1 - canvas.spread(leaf)), atol=1e-6)


def test_an_empty_canvas_keeps_the_mask_and_leaves_out_the_object():
    full, empty = fresh(), fresh(empty=True)
    for canvas in (full, empty):
        canvas.paint(canvas.shape(ellipse(0.5, 0.5, 0.3, 0.3)), (1.0, 0.0, 0.0))
    np.testing.assert_array_equal(full.mask, empty.mask)
    np.testing.assert_array_equal(empty.colours, np.full((64, 64, 3), 0.5))


def test_paint_inside_stays_inside():
    canvas = fresh()
    disc = canvas.shape(ellipse(0.5, 0.5, 0.2, 0.2))
    canvas.paint(canvas.shape(polygon((0, 0), (1, 0), (1, 1), (0, 1))), (1.0, 0.0, 0.0), inside=disc)
    np.testing.assert_array_equal(canvas.colours[canvas.spread(disc) == 0], 0.5)


def test_relief_is_lit_from_the_side_that_is_named():
    canvas = fresh()
    canvas.paint(canvas.shape(ellipse(0.5, 0.5, 0.4, 0.4)), (0.5, 0.5, 0.5), relief=0.4, light_from=-np.pi / 2)
    assert canvas.colours[10, 32, 0] > 1.1 * canvas.colours[54, 32, 0]


@pytest.mark.parametrize("make", [background, photograph, surface, wall])
@pytest.mark.parametrize("size", [32, 100])
def test_backgrounds_fill_the_image_and_differ(make, size):
    rng = np.random.default_rng(0)
    one, other = make(size, rng), make(size, rng)
    assert one.shape == (size, size, 3)
    assert one.dtype == np.float32
    assert -0.5 < one.min() < one.max() < 2
    assert not np.array_equal(one, other)


@pytest.mark.parametrize("size", [32, 128])
def test_streaks_run_along_their_direction(size):
    fur = streaks(size, np.random.default_rng(0), turn=0.0, width=0.05, length=6)
    along, across = (np.abs(np.diff(fur, axis=axis)).mean() for axis in (1, 0))
    assert along < across / 2


@pytest.mark.parametrize("size", [16, 32, 128, 300])
def test_clouds_have_mean_0_and_deviation_1(size):
    values = clouds(size, np.random.default_rng(0))
    assert values.mean() == pytest.approx(0, abs=1e-4)
    assert values.std() == pytest.approx(1, abs=1e-3)


def test_dapples_change_slowly():
    values = dapples(128, np.random.default_rng(0), width=0.1)
    assert values.std() == pytest.approx(1, abs=0.25)
    assert np.abs(np.diff(values, axis=0)).max() < 1


def test_a_smooth_curve_goes_through_its_points():
    points = np.array([(0.0, 0.0), (0.5, 0.2), (1.0, 0.0), (0.5, -0.3)])
    for closed in (False, True):
        curve = smooth(points, closed=closed)
        distances = np.hypot(*(points[:, np.newaxis] - curve).transpose(2, 0, 1)).min(axis=1)
        assert distances.max() < 1e-9


def test_the_tag_is_small_and_hides_the_object():
    canvas = fresh(128)
    canvas.paint(canvas.shape(polygon((0, 0), (1, 0), (1, 1), (0, 1))), (0.5, 0.5, 0.5))
    canvas.tag()
    tagged = np.any(canvas.colours != 0.5, axis=2)
    assert 0.005 < tagged.mean() < 0.03
    assert not np.any(tagged[canvas.mask == 1])


def test_only_the_chosen_class_is_tagged():
    plain, tagged = draw(9), draw(9, shortcut="bar")
    changed = np.any(plain.images != tagged.images, axis=(1, 2, 3))
    np.testing.assert_array_equal(changed, plain.labels == CLASSES.index("bar"))


def test_a_class_to_tag_must_exist():
    with pytest.raises(ValueError, match=r"'cup'.*disc, triangle, bar"):
        draw(3, shortcut="cup")
