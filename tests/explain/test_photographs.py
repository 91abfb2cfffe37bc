"""Every method's own promise, and where its heat lies, on a network that knows photographs."""

import numpy as np
import pytest

from coursekit import data, explain, networks
from coursekit.explain import evaluate
from coursekit.explain.methods.lrp import relevance_totals

pytestmark = pytest.mark.slow

# Left, right, top and bottom of the rocket between its towers, as shares of the photograph.
ROCKET = (0.42, 0.58, 0.3, 0.85)


@pytest.fixture(scope="module")
def model():
    return networks.efficientnet_lite0()


@pytest.fixture(scope="module")
def rocket():
    return data.load_image("rocket", size=224)[np.newaxis]


def share_on_rocket(heatmap):
    left, right, top, bottom = (round(224 * share) for share in ROCKET)
    heat = np.maximum(heatmap, 0)
    return heat[top:bottom, left:right].sum() / heat.sum()


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("lrp", {}),
        ("lrp", {"rule": "gamma"}),
        ("deep_taylor", {}),
        ("fixations", {"neighbours": 0}),
        ("grad_cam", {}),
    ],
)
def test_heat_lies_on_what_is_to_be_seen(model, rocket, name, options):
    """The rocket has a twelfth of the area, so speckles or a flat blob give it a twelfth of the heat."""
    (heatmap,) = getattr(explain, name)(model, rocket, **options)
    area = (ROCKET[1] - ROCKET[0]) * (ROCKET[3] - ROCKET[2])
    assert share_on_rocket(heatmap) > 1.6 * area


def test_relevance_is_lost_in_depthwise_convolutions_only(model, rocket):
    totals = relevance_totals(model, rocket)
    names, values = list(totals), np.array([float(total[0]) for total in totals.values()])
    lost = {name for name, before, after in zip(names[1:], values, values[1:], strict=False) if after < 0.99 * before}
    assert lost
    assert all("depthwise" in name for name in lost)
    assert (np.diff(values) <= 0.01 * values[:-1]).all()


def test_integrated_gradients_add_up(model, rocket):
    found = explain.integrated_gradients(model, rocket, steps=100)
    assert abs(evaluate.completeness(model, rocket, found, baseline=0)[0]) < 0.15


def test_cam_adds_up_to_the_score_without_its_bias(model, rocket):
    target = int(explain.explained_classes(model, rocket)[0])
    found = explain.cam(model, rocket, upsample=False)
    bias = model.get_layer("top_classes").bias.numpy()[target]
    assert found.mean() == pytest.approx(explain.scores(model, rocket)[0] - bias, rel=1e-3)


def test_one_patch_over_everything_takes_all_of_the_score(model, rocket):
    target = explain.explained_classes(model, rocket)
    found = explain.occlusion(model, rocket, target, patch=224)
    fall = explain.scores(model, rocket, target) - explain.scores(model, np.zeros_like(rocket), target)
    np.testing.assert_allclose(found, np.full(found.shape, fall[0]), rtol=1e-3)
