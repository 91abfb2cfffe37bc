"""The one table of the gallery: a row is a page, a notebook in ``notebooks/apps/``, and a test."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

THUMBNAILS = Path(__file__).with_name("share") / "voila" / "templates" / "coursekit" / "static"
"""A still of each exhibit, ``light/NAME.webp`` and ``dark/NAME.webp``, made by ``docs/site/contact_sheets.py``."""


@dataclass(frozen=True)
class Exhibit:
    """An explorer or app that stands alone.

    Attributes
    ----------
    name : str
        Of its notebook.
    title, promise : str
        What it is called, and what one can do with it, in one sentence.
    lesson : str
        Number of the lesson that explains it.
    code : str
        What shows it: its last line is the widget.
    kind : {"explorer", "app"}
    keras : bool
        Whether it runs a network.
    """

    name: str
    title: str
    promise: str
    lesson: str
    code: str
    kind: Literal["explorer", "app"] = "explorer"
    keras: bool = False


_PREDICTIONS = """\
digits = ck.data.load("mnist")
images, labels = digits.test.arrays(limit=1000)
probabilities = ck.training.trained("mnist_convnet").predict(images, verbose=0)
ck.widgets.browse_predictions(images, labels, probabilities, digits.classes)"""

# The network in the box and photographs that may be shown: there are 1,000 answers, and a first view worth looking at.
_PHOTOGRAPHS = """\
model = ck.networks.efficientnet_lite0()
names = ("coffee", "cat", "astronaut", "flower", "rocket")
images = [ck.data.load_image(name, size=224) for name in names]
"""

EXHIBITS: tuple[Exhibit, ...] = (
    Exhibit(
        "kernel",
        "Kernel explorer",
        "Move a kernel over an image, edit its weights, and see every product and sum.",
        "01",
        "ck.widgets.explore_kernel()",
    ),
    Exhibit(
        "pooling",
        "Pooling explorer",
        "Slide a pooling window over an image, shift the image, and see what stays.",
        "02",
        "ck.widgets.explore_pooling()",
    ),
    Exhibit(
        "receptive_field",
        "Receptive-field explorer",
        "Choose a layer, move a unit, and see which pixels of the image it sees.",
        "02",
        "ck.widgets.explore_receptive_field()",
    ),
    Exhibit(
        "descent",
        "Descent explorer",
        "Choose a start and a learning rate, and walk down a loss step by step.",
        "03",
        "ck.widgets.explore_descent()",
    ),
    Exhibit(
        "digit",
        "Digit pad",
        "Draw a digit and watch a network's probabilities and feature maps.",
        "03",
        "ck.widgets.draw_digit()",
        keras=True,
    ),
    Exhibit(
        "metrics",
        "Metrics explorer",
        "Move the four counts or the threshold and watch every metric.",
        "04",
        "ck.widgets.explore_metrics()",
    ),
    Exhibit(
        "augmentation",
        "Augmentation explorer",
        "See random variations of an image, and choose what may vary and by how much.",
        "05",
        "ck.widgets.explore_augmentation()",
        keras=True,
    ),
    Exhibit(
        "predictions",
        "Prediction browser",
        "Look through what a classifier said, by class, right or wrong, by confidence.",
        "06",
        _PREDICTIONS,
        keras=True,
    ),
    Exhibit(
        "learning_rate",
        "Learning-rate explorer",
        "Move the learning rate and watch a small network learn, stall or diverge; SGD or Adam, raw or scaled inputs.",
        "09",
        "ck.widgets.explore_learning_rate()",
    ),
    Exhibit(
        "runs",
        "Training-curve explorer",
        "Compare recorded trainings, epoch by epoch.",
        "09",
        "ck.widgets.explore_runs()",
    ),
    Exhibit(
        "fundus",
        "Fundus explorer",
        "Find the field of view of an image of an eye, and choose clip limit and tile size of CLAHE.",
        "10",
        "ck.widgets.explore_fundus()",
    ),
    Exhibit(
        "feature_maps",
        "Feature-map explorer",
        "See all maps of a layer, edit a trained kernel, and watch the answer change.",
        "11",
        _PHOTOGRAPHS + "ck.widgets.explore_feature_maps(model, images, classes=ck.data.imagenet_classes())",
        keras=True,
    ),
    Exhibit(
        "filters",
        "Filter explorer",
        "See which images the filters of a layer answer to most.",
        "11",
        "model = ck.networks.efficientnet_lite0(top=False, image_size=96)\n"
        'ck.widgets.explore_filters(model, layer="block_8_project_bn")',
        keras=True,
    ),
    Exhibit(
        "class_activation",
        "Class-activation explorer",
        "See where a network finds the evidence for a class, layer by layer.",
        "11",
        _PHOTOGRAPHS + "ck.widgets.explore_class_activation(model, images, classes=ck.data.imagenet_classes())",
        keras=True,
    ),
    Exhibit(
        "comparison",
        "Comparison of explanations",
        "Set explanations side by side, score them, and check them against random weights.",
        "12",
        "ck.widgets.compare_explanations()",
        keras=True,
    ),
    Exhibit(
        "spectra",
        "Kernels in space and frequency",
        "Draw kernels of a trained network at random and see them in space and in frequency.",
        "15",
        "ck.widgets.explore_spectra()",
        kind="app",
        keras=True,
    ),
    Exhibit(
        "convolution_theorem",
        "Convolution theorem",
        "Let one kernel act on one image, by sums of products and by one product a frequency.",
        "15",
        "ck.widgets.explore_convolution_theorem()",
        kind="app",
        keras=True,
    ),
    Exhibit(
        "relevance",
        "Relevance map",
        "Share an answer out among the pixels, and see how the root point decides the map.",
        "15",
        "ck.widgets.explore_relevance()",
        kind="app",
        keras=True,
    ),
    Exhibit(
        "model",
        "Model browser",
        "Look through a network, layer by layer: shapes, parameters, products, kernels and maps.",
        "15",
        "ck.widgets.browse_model()",
        kind="app",
        keras=True,
    ),
)
"""Explorers in the order of the lessons, then the apps of lesson 15."""
