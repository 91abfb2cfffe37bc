"""The relevance-map explorer: share an answer out among the pixels, and see how the root point decides the map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets
import numpy as np
from numpy.typing import ArrayLike, NDArray

from coursekit.arrays import Floats
from coursekit.backend import import_keras
from coursekit.widgets.controls.slider import Slider
from coursekit.widgets.relevance.map import nearest_other, relevance_of
from coursekit.widgets.relevance.view import RelevanceState, RelevanceView, view_of
from coursekit.widgets.sources.model_images import OfferedImages
from coursekit.widgets.sources.models import (
    COURSE_MODELS,
    EYE_MODELS,
    FOURIER_MODELS,
    PRETRAINED_MODELS,
    NamedModel,
    NetworkList,
    own_model,
)
from coursekit.widgets.toolkit.explorer import Explorer
from coursekit.widgets.toolkit.layout import box

if TYPE_CHECKING:
    import keras

_NETWORKS = (*PRETRAINED_MODELS, *COURSE_MODELS, *FOURIER_MODELS, *EYE_MODELS)
_PREDICTED = -1
_POOL = 200
_ROOTS = [
    ("blurred (Gaussian)", "blur"),
    ("sharpened", "sharpen"),
    ("pixelated (nearest neighbour)", "pixelate"),
    ("nearest image of another class", "nearest"),
]
_IN_WORDS = {"blur": "blurred", "sharpen": "sharpened", "pixelate": "pixelated"}
_SLOPES = [("the root point", "root"), ("the image", "image"), ("both, their mean", "mean")]


def explore_relevance(model: keras.Model | None = None, images: ArrayLike | None = None) -> RelevanceExplorer:
    """See which pixels an answer rests on, by a Taylor decomposition, and how the choice of a root point decides it.

    Parameters
    ----------
    model : keras.Model, optional
        Any classifier of one input. Trained networks of the course are there in any case.
    images : array (n, height, width, channels), optional
        For your model, as it takes them; the nearest one of another class is looked for among them. By default the
        photographs of the course, and your uploads, with values from 0 to 1.

    Returns
    -------
    RelevanceExplorer
        Put it on the last line of a cell. Its ``image``, ``root`` and ``heatmap`` can be used in later cells.

    Raises
    ------
    TypeError
        If it is not a Keras model.
    ValueError
        If the model is no classifier, does not take these images, or takes something that the course has no images
        for.

    Examples
    --------
    >>> from coursekit import networks
    >>> explorer = explore_relevance(networks.mnist_convnet())
    >>> explorer.heatmap.shape
    (28, 28)
    """
    import_keras()
    return RelevanceExplorer(None if model is None else own_model(model), OfferedImages(images))


class RelevanceExplorer(Explorer[RelevanceState, RelevanceView]):
    """The widget that `explore_relevance` returns."""

    def __init__(self, own: NamedModel | None, images: OfferedImages) -> None:
        self._images = images
        super().__init__(
            "relevance-explorer",
            RelevanceState,
            {
                # That for photographs stands first. It takes seconds to build, so the explorer opens with a small one.
                "network": NetworkList(own, *_NETWORKS, first=COURSE_MODELS[0]),
                "image": images,
                "target": ipywidgets.Dropdown(options=[("the predicted one", _PREDICTED)], description="Class"),
                "root": ipywidgets.Dropdown(options=_ROOTS, description="Root"),
                "slope": ipywidgets.Dropdown(options=_SLOPES, description="Slope at"),
                "sigma": Slider(description="Sigma", min=0.25, max=10, step=0.25, value=2),
                "gamma": Slider(description="Gamma", min=0.1, max=2, step=0.1, value=0.5),
                "softmax": ipywidgets.Checkbox(description="After softmax: explain the probability", indent=False),
                "numbers": ipywidgets.Checkbox(description="Numbers", indent=False),
            },
            actions={"network": lambda _name: self.prepare()},
            rows=[
                ["network", "image", "target"],
                ["root", "sigma", "slope", "gamma", "softmax", "numbers"],
                ["reset", "upload", "download"],
            ],
            below=["table", "code"],
            archive="relevance",
        )

    @property
    def image(self) -> Floats:
        """The image as the model takes it."""
        return self.view.relevance.image

    @property
    def root(self) -> Floats:
        """The root point, of the same shape."""
        return self.view.relevance.root

    @property
    def heatmap(self) -> Floats:
        """The relevance of each pixel, before gamma."""
        return self.view.relevance.heatmap

    def arranged(self) -> ipywidgets.Widget:
        """Return the image, its relevance and the figures of the answer; below them how they come about."""
        large = box(ipywidgets.VBox, "ck-half", self.element("large"))
        answer = box(ipywidgets.HBox, "ck-figures", large, self.element("facts"))
        self._figures = [answer, "panels"]
        return super().arranged()

    def prepare(self) -> None:
        """Offer the images and the classes of the network."""
        named = self.network.get()
        self._images.enter(named, own=self.network.is_own(named))
        classes = self._class_names(named.name)
        self.target.options = [("the predicted one", _PREDICTED), *((name, i) for i, name in enumerate(classes))]
        self.target.value = _PREDICTED

    def compute(self, state: RelevanceState) -> RelevanceView:
        """Return what is shown in this state."""
        from coursekit.explain import explained_classes

        named, image = self.network.get(state.network), self._images.get(state.image)
        # What does not change the map is not computed again: gamma and the numbers only change how it is drawn.
        key = (state.network, state.image, state.root, state.sigma, state.slope, state.target, state.softmax)
        target = None if state.target == _PREDICTED else state.target

        def shared() -> tuple[Any, str]:
            chosen = int(explained_classes(named.model, image.values[np.newaxis], target)[0])
            root, words = self._root(state, image.values, chosen)
            found = relevance_of(named.model, image.values, root, chosen, state.slope, state.softmax)
            return found, words

        relevance, words = self.remember(("relevance", *key), shared)
        return view_of(state, relevance, image, words, self._class_names(state.network), named.code)

    def show(self, view: RelevanceView) -> None:
        """Put what was computed into the widgets; sigma is there where the root point has one."""
        self.sigma.layout.visibility = "visible" if view.state.root in _IN_WORDS else "hidden"
        super().show(view)

    def arrays(self) -> dict[str, Floats]:
        """Return the image, the root point and the relevance."""
        return {"image": self.image, "root": self.root, "relevance": self.heatmap}

    def _root(self, state: RelevanceState, image: Floats, target: int) -> tuple[Floats, str]:
        from coursekit.explain import explained_classes, root_points

        if state.root != "nearest":
            root = root_points(image[np.newaxis], state.root, state.sigma)[0]
            return root, f"{_IN_WORDS[state.root]}, sigma {state.sigma:g} pixels"
        pool = self._images.pool()[:_POOL]
        classes: NDArray[np.integer[Any]] = self.remember(
            ("classes", state.network), lambda: explained_classes(self.network.get(state.network).model, pool)
        )
        found = nearest_other(image, target, pool, classes)
        name = self._class_names(state.network)[int(classes[found])]
        return pool[found], f"the nearest image of another class, {name}"

    def _class_names(self, network: str) -> tuple[str, ...]:
        return self.remember(("names", network), lambda: self._images.classes() or self._numbered(network))

    def _numbered(self, network: str) -> tuple[str, ...]:
        from coursekit.explain import class_probabilities

        model, one = self.network.get(network).model, self._images.pool()[:1]
        return tuple(f"class {index}" for index in range(class_probabilities(model, one).shape[1]))
