"""The explainer that CONTRIBUTING.md works out, taken from its text: right, and known to the rest of the course."""

import re
import sys
import types

import numpy as np
import pytest

from coursekit import explain
from coursekit.explain import evaluate, registry
from coursekit.explain.engine import inputs
from coursekit.explain.presets import Preset
from coursekit.explain.registry import Method
from tests.contributing import blocks, section
from tests.explain import oracles
from tests.explain.conftest import images_for, keras, layers

NAME = "squared_gradients"
EXPLAINER, ORACLE = blocks("A new explainer")
TEXT = section("A new explainer")
(ROW,) = re.findall(rf'`"{NAME}": (Method\(.*?\))`', TEXT)
(PRESET,) = re.findall(r"`(Preset\(.*?\))`", TEXT)


@pytest.fixture(scope="module")
def squared_gradients():
    module = types.ModuleType(f"coursekit.explain.methods.{NAME}")
    sys.modules[module.__name__] = module
    exec(EXPLAINER, module.__dict__)
    yield getattr(module, NAME)
    del sys.modules[module.__name__]


def test_it_agrees_with_its_oracle(squared_gradients, monkeypatch):
    monkeypatch.setattr(oracles, "ORACLES", [])
    monkeypatch.setattr(explain, NAME, squared_gradients, raising=False)
    exec(ORACLE, dict(vars(oracles)))
    (found,) = oracles.ORACLES
    assert found.method == NAME
    assert found.measure() <= found.tolerance


def test_an_image_alone_has_the_heatmap_that_it_has_in_a_batch(squared_gradients, zoo):
    images = images_for("sequential", n=3)
    together = squared_gradients(zoo["sequential"], images, 1, batch_size=2)
    alone = np.concatenate([squared_gradients(zoo["sequential"], image[np.newaxis], 1) for image in images])
    assert (together.shape, together.dtype) == ((3, 12, 12), np.float32)
    np.testing.assert_allclose(together, alone, rtol=1e-5, atol=1e-6 * alone.max())


def test_a_target_of_none_is_the_predicted_class(squared_gradients, zoo):
    model, images = zoo["sequential"], images_for("sequential")
    predicted = model.predict(images, verbose=0).argmax(axis=1)
    np.testing.assert_array_equal(squared_gradients(model, images), squared_gradients(model, images, predicted))


def test_spectra_are_explained(squared_gradients, zoo):
    assert squared_gradients(zoo["spectra"], images_for("spectra")).shape == (3, 40)


def test_images_are_checked_once_however_many_batches(squared_gradients, zoo, monkeypatch):
    checks = []
    checked = inputs.checked_images
    monkeypatch.setattr(inputs, "checked_images", lambda *args: checks.append(args) or checked(*args))
    squared_gradients(zoo["sequential"], images_for("sequential"), batch_size=1)
    assert len(checks) == 1


def test_a_map_of_zeros_is_warned_of(squared_gradients):
    zeros = layers.Dense(3, kernel_initializer="zeros")
    model = keras.Sequential([keras.Input((12, 12, 3)), layers.Flatten(), zeros])
    with pytest.warns(UserWarning, match="zero everywhere for image 0: no pixel changes the score"):
        squared_gradients(model, images_for("sequential", n=1), 0)


def test_its_row_and_its_preset_call_it_and_it_is_scored_beside_another(squared_gradients, zoo, monkeypatch):
    method = eval(ROW, {"Method": Method, NAME: squared_gradients})
    monkeypatch.setitem(registry.METHODS, NAME, method)
    preset = eval(PRESET, {"Preset": Preset})
    assert preset.title == method.title == "Squared gradient"
    images, masks = images_for("sequential"), np.zeros((3, 12, 12))
    masks[:, 3:9, 3:9] = 1
    methods = {preset.title: preset, "Gradient": explain.gradients}
    rows = evaluate.scoreboard(zoo["sequential"], images, masks, methods, 1)
    assert [row.method for row in rows] == ["Squared gradient", "Gradient", "random", "centre blob"]
    assert (rows[0].passes.forward, rows[0].passes.backward) == (rows[1].passes.forward, rows[1].passes.backward)
    assert all(np.isfinite(list(row.means().values())).all() for row in rows)
