"""The code that an explorer lets copy, run as a learner runs it: in a cell of its own, by itself, to a figure."""

from dataclasses import dataclass

import matplotlib.pyplot as plt
import numpy as np
import pytest

import coursekit as ck
from coursekit import networks, widgets
from tests.widgets.seeing import CLASSES, IMAGES, network
from tests.widgets.sending import choose, upload

UPLOADED = np.random.default_rng(1).integers(0, 256, (40, 50, 3), np.uint8)


@dataclass(frozen=True)
class Case:
    """How to open an explorer, what to change, and which arrays its figure must hold."""

    opened: object
    changed: object
    shows: object
    uploads: bool = True


def put(control, value):
    control.value = value


def own_model():
    return network()


def digits_model():
    return networks.mnist_convnet()


def predictions():
    answers = np.array([[0.9, 0.1], [0.2, 0.8], [0.7, 0.3]])
    return widgets.browse_predictions(np.random.default_rng(0).random((3, 8, 8)), [0, 0, 0], answers, ["cat", "dog"])


def draw(pad):
    pad.pad.set_state({"strokes": [[[100.0, 40.0], [100.0, 240.0]]]})


def runs():
    return widgets.explore_runs({"mine": {"loss": [3.0, 2.0, 1.0], "val_loss": [3.0, 2.5, 2.0]}})


def spectra_shown(explorer):
    return [*explorer.kernels, *np.abs(explorer.spectra)]


def scored():
    return widgets.explore_metrics([0, 1, 1, 0, 1], [0.1, 0.9, 0.4, 0.3, 0.7])


def roc_of(explorer):
    false_alarms, found, _ = ck.metrics.roc(explorer.labels, explorer.scores)
    return [np.stack([false_alarms, found])]


CASES = {
    "kernel": Case(widgets.explore_kernel, lambda e: put(e.bias, 0.3), lambda e: [e.image, e.output]),
    "kernel on numbers": Case(
        lambda: widgets.explore_kernel("worked example", "laplacian"),
        lambda e: choose(e.colours, "grey: lowest is black"),
        lambda e: [e.image, e.output],
    ),
    "kernel on an own image": Case(
        lambda: widgets.explore_kernel(np.random.default_rng(0).random((30, 40))),
        lambda e: put(e.relu, True),
        lambda e: [e.image, e.output],
    ),
    "pooling": Case(widgets.explore_pooling, lambda e: put(e.shift, 2), lambda e: [e.output]),
    "receptive field": Case(widgets.explore_receptive_field, lambda e: put(e.layer, 0), lambda e: [e.image]),
    "receptive field of an own model": Case(
        lambda: widgets.explore_receptive_field(own_model()), lambda e: put(e.layer, 0), lambda e: [e.image]
    ),
    "descent": Case(widgets.explore_descent, lambda e: put(e.start, 1.0), lambda e: [e.descent.losses], uploads=False),
    "digit": Case(
        lambda: widgets.draw_digit(digits_model()), draw, lambda e: [e.image, e.answer.probabilities], uploads=False
    ),
    "metrics": Case(
        widgets.explore_metrics, lambda e: put(e.four[0], 33), lambda e: [str(e.counts.true_positives)], uploads=False
    ),
    "metrics of scores": Case(scored, lambda e: put(e.threshold, 0.3), roc_of, uploads=False),
    "augmentation": Case(
        widgets.explore_augmentation, lambda e: put(e.shear, 20.0), lambda e: [e.image, *e.variations]
    ),
    "predictions": Case(
        predictions,
        lambda e: choose(e.outcome, "right and wrong"),
        lambda e: [e._images[number] for number in e.numbers],
        uploads=False,
    ),
    "learning rate": Case(
        widgets.explore_learning_rate,
        lambda e: put(e.rate, -0.5),
        lambda e: [e.training.losses],
        uploads=False,
    ),
    "runs": Case(runs, lambda e: put(e.smoothing, 0.5), lambda e: [e.view.curves[0].smooth], uploads=False),
    "runs, one part": Case(
        runs,
        lambda e: (choose(e.parts, "validation"), put(e.smoothing, 0.4)),
        lambda e: [curve.smooth for curve in e.view.curves],
        uploads=False,
    ),
    "recorded runs": Case(
        widgets.explore_runs,
        lambda e: choose(e.across, "seconds"),
        lambda e: [curve.smooth for curve in e.view.curves],
        uploads=False,
    ),
    "fundus": Case(widgets.explore_fundus, lambda e: put(e.tiles, 5), lambda e: [e.image, e.result]),
    "fundus, drawn": Case(
        lambda: widgets.explore_fundus("synthetic eye"), lambda e: put(e.cropped, False), lambda e: [e.result]
    ),
    "feature maps": Case(
        lambda: widgets.explore_feature_maps(own_model(), IMAGES, classes=CLASSES),
        lambda e: e.weights.set_state({"weights": [[0.1, 0.2, 0.3]] * 3}),
        lambda e: [e.image, e.maps[..., e.map.value]],
    ),
    "feature maps from −1 to 1": Case(
        lambda: widgets.explore_feature_maps(own_model(), value_range=(-1.0, 1.0)),
        lambda e: put(e.map, 3),
        lambda e: [(e.image + 1) / 2, e.maps[..., e.map.value]],
    ),
    "filters": Case(
        lambda: widgets.explore_filters(own_model()), lambda e: put(e.steps, 3), lambda e: [*e.images], uploads=False
    ),
    "filters, all": Case(
        lambda: widgets.explore_filters(own_model(), value_range=(-1.0, 1.0)),
        lambda e: (put(e.steps, 2), put(e.whole, True)),
        lambda e: [*(e.images + 1) / 2],
        uploads=False,
    ),
    "class activation": Case(
        lambda: widgets.explore_class_activation(own_model(), IMAGES, classes=CLASSES),
        lambda e: choose(e.method, "LayerCAM"),
        lambda e: [e.image, e.heatmap],
    ),
    "comparison": Case(
        lambda: widgets.compare_explanations(own_model(), IMAGES, CLASSES, budget=16),
        lambda e: choose(e.left, "LRP ε"),
        lambda e: [e.image, *e.heatmaps.values()],
    ),
    "comparison with random weights": Case(
        lambda: widgets.compare_explanations(own_model(), None, CLASSES, budget=16),
        lambda e: choose(e.weights, "random: the last layer"),
        lambda e: [e.image, *e.heatmaps.values()],
    ),
    "spectra": Case(
        lambda: widgets.explore_spectra(own_model()), lambda e: put(e.seed, 5), spectra_shown, uploads=False
    ),
    "convolution theorem": Case(
        lambda: widgets.explore_convolution_theorem(size=32),
        lambda e: choose(e.border, "valid: none"),
        lambda e: [e.image, e.output],
    ),
    "convolution theorem of an own model": Case(
        lambda: widgets.explore_convolution_theorem("random numbers", own_model(), size=28),
        lambda e: put(e.seed, 4),
        lambda e: [e.image, e.output],
    ),
    "relevance": Case(
        lambda: widgets.explore_relevance(own_model(), IMAGES),
        lambda e: put(e.softmax, True),
        lambda e: [e.image, e.heatmap],
    ),
    "relevance, nearest": Case(
        lambda: widgets.explore_relevance(digits_model()),
        lambda e: choose(e.slope, "the image"),
        lambda e: [e.image, e.heatmap],
    ),
    "model": Case(
        lambda: widgets.browse_model(own_model()),
        lambda e: put(e.kernel, 2),
        lambda e: [e.output[..., int(e.kernel.value)]],
    ),
    "a dense layer": Case(
        lambda: widgets.browse_model(own_model()),
        lambda e: put(e.layer_name, next(name for _, name in e.layer_name.options if "dense" in name)),
        lambda e: [],
    ),
}


def figure_of(code):
    """Run code where there is nothing yet, and return what the figure that it leaves holds."""
    plt.close("all")
    exec(compile(code, "<copied>", "exec"), {})
    assert plt.get_fignums(), "the code leaves no figure"
    held, texts = [], []
    for figure in map(plt.figure, plt.get_fignums()):
        for ax in figure.axes:
            held += [np.asarray(image.get_array()) for image in ax.images]
            held += [
                part for line in ax.lines for part in (np.asarray(line.get_ydata()), np.asarray(line.get_xydata()).T)
            ]
            held += [np.array([bar.get_height() for bar in bars]) for bars in ax.containers]
            texts += [text.get_text() for text in ax.texts]
    plt.close("all")
    return held, texts


def assert_shown(explorer, shows):
    held, texts = figure_of(explorer.code.code)
    assert held or texts
    for wanted in shows(explorer):
        if isinstance(wanted, str):
            assert any(wanted in text for text in texts)
            continue
        wanted = np.squeeze(np.asarray(wanted))
        same = [one for one in map(np.squeeze, held) if one.shape == wanted.shape]
        assert any(np.allclose(one, wanted, rtol=1e-4, atol=1e-5) for one in same), explorer.code.code


# Second cases of an explorer, and those that wait for a network, are part of the longer proof.
LONG = (
    "comparison with random weights",
    "filters, all",
    "feature maps from −1 to 1",
    "relevance, nearest",
    "fundus, drawn",
    "metrics of scores",
    "kernel on numbers",
    "receptive field of an own model",
    "class activation",
    "learning rate",
    "relevance",
    "model",
    "a dense layer",
    "runs, one part",
    "recorded runs",
    "convolution theorem of an own model",
)


# Among random weights there are some under which no map changes the score.
@pytest.mark.filterwarnings("ignore:the heatmap is zero everywhere")
@pytest.mark.parametrize("name", [pytest.param(name, marks=pytest.mark.slow if name in LONG else ()) for name in CASES])
def test_copied_code_draws_what_is_shown_at_first_after_a_change_and_after_an_upload(name):
    case = CASES[name]
    explorer = case.opened()
    assert_shown(explorer, case.shows)
    before = explorer.code.code
    case.changed(explorer)
    assert explorer.code.code != before
    assert_shown(explorer, case.shows)
    if case.uploads:
        before = explorer.code.code
        upload(explorer.upload, "mine.png", UPLOADED)
        assert explorer.code.code != before
        assert_shown(explorer, case.shows)
    assert explorer.errors == []
