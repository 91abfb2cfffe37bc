"""The methods by name, and what every one of them must do: half precision, wrong input, nothing left behind."""

import gc
import warnings
import weakref

import numpy as np
import pytest

from coursekit import explain
from coursekit.explain.engine import inputs
from tests.explain.conftest import BUILDERS, convolutions, head, images_for, keras, layers
from tests.quick import quick_only

QUICK = {
    "smooth_grad": {"samples": 2},
    "integrated_gradients": {"steps": 2},
    "shap": {"samples": 2},
    "occlusion": {"patch": 6},
    "rise": {"masks": 20},
    "lime": {"segments": 4, "samples": 5},
}

SOME = ("gradients", "integrated_gradients", "grad_cam", "lrp", "occlusion", "lime")
"""One of a family; the others are slow tests."""


def explained(name, model, images, **options):
    with warnings.catch_warnings(action="ignore"):
        return explain.METHODS[name].explain(model, images, **QUICK.get(name, {}), **options)


def test_names_are_those_of_the_functions():
    assert all(method.explain is getattr(explain, name) for name, method in explain.METHODS.items())


@pytest.fixture(scope="module")
def half():
    """A network that holds and computes everything in half precision, its input too."""
    keras.config.set_dtype_policy("float16")
    try:
        keras.utils.set_random_seed(4)
        end = [layers.GlobalAveragePooling2D(), head()]
        return keras.Sequential([keras.Input((12, 12, 3)), *convolutions(), *end])
    finally:
        keras.config.set_dtype_policy("float32")


@pytest.mark.parametrize("name", quick_only(list(explain.METHODS), ["integrated_gradients", "lrp"]))
def test_half_precision_throughout_is_explained(half, name):
    heatmaps = explained(name, half, images_for("sequential", n=2))
    assert heatmaps.shape == (2, 12, 12)
    assert heatmaps.dtype == np.float32
    assert np.isfinite(heatmaps).all()
    assert heatmaps.any()


@pytest.mark.parametrize("name", explain.METHODS)
@pytest.mark.parametrize(
    ("images", "target", "message"),
    [
        (np.full((1, 12, 12, 3), np.nan), None, "not finite"),
        (np.ones((1, 9, 12, 3)), None, r"takes \(n, 12, 12, 3\)"),
        (np.ones((1, 12, 12, 3)), 3, "3 classes apart, 0 to 2"),
    ],
)
def test_every_method_refuses_wrong_input(half, name, images, target, message):
    with pytest.raises(ValueError, match=message):
        explained(name, half, images, target=target)


@pytest.mark.parametrize("name", quick_only(list(explain.METHODS), SOME))
def test_images_are_checked_once_however_many_batches(half, name, monkeypatch):
    checks = []
    checked = inputs.checked_images
    monkeypatch.setattr(inputs, "checked_images", lambda *args: checks.append(args) or checked(*args))
    explained(name, half, images_for("sequential", n=3), batch_size=1)
    assert len(checks) == 1


@pytest.fixture(scope="module")
def switched_off():
    import shap  # noqa: F401 - what its import warns of must not be among the warnings that are looked at

    end = [layers.GlobalAveragePooling2D(), layers.Dense(2, kernel_initializer="zeros")]
    return keras.Sequential([keras.Input((12, 12, 3)), layers.Conv2D(2, 3, activation="relu"), *end])


# The mean score of RISE and the softmax of Score-CAM are no zeros.
@pytest.mark.parametrize("name", quick_only(sorted(explain.METHODS.keys() - {"rise", "score_cam"}), SOME))
def test_warning_of_a_flat_map_points_at_the_line_that_asked(switched_off, name):
    options = QUICK.get(name, {})
    with pytest.warns(UserWarning, match="zero everywhere for image 0") as caught:
        explain.METHODS[name].explain(switched_off, images_for("sequential", n=1), 1, **options)
    assert [one.filename for one in caught if "zero everywhere" in str(one.message)] == [__file__]


@pytest.mark.parametrize("name", quick_only(["shap", "fixations", "occlusion", "lrp"], ["shap", "lrp"]))
@pytest.mark.usefixtures("young_garbage")
def test_explaining_does_not_keep_a_model_alive(name):
    model = BUILDERS["nested"]()
    explained(name, model, images_for("nested", n=1))
    reference = weakref.ref(model)
    del model
    keras.utils.clear_session()
    gc.collect()
    assert reference() is None


def test_passes_are_counted_by_the_counter_that_is_open():
    model = keras.Sequential([keras.Input((6, 6, 1)), keras.layers.Flatten(), keras.layers.Dense(2)])
    explain.gradients(model, np.ones((1, 6, 6, 1)), 0)
    with explain.counted_passes() as outer:
        with explain.counted_passes() as inner:
            pass
        explain.gradients(model, np.ones((2, 6, 6, 1)), 0)
    assert (outer.forward, inner.forward) == (2, 0)
