"""The relevance-map explorer: share an answer out among the pixels, and see how the root point decides the map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets
import numpy as np
from numpy.typing import ArrayLike, NDArray

from coursekit.arrays import Floats
from coursekit.backend import import_keras
from coursekit.widgets.controls.code_box import CodeBox
from coursekit.widgets.controls.slider import Slider
from coursekit.widgets.relevance.map import nearest_other, relevance_of
from coursekit.widgets.relevance.view import RelevanceState, RelevanceView, view_of
from coursekit.widgets.sources.model_images import OfferedImages
from coursekit.widgets.sources.models import (
    COURSE_MODELS,
    EYE_MODELS,
    FOURIER_MODELS,
    NamedModel,
    OfferedNetworks,
    at_hand,
    own_model,
)
from coursekit.widgets.toolkit.layout import below_controls
from coursekit.widgets.toolkit.panels import panels_html, panels_still
from coursekit.widgets.toolkit.pixels import Pixels
from coursekit.widgets.toolkit.unconverted import Unconverted, download

if TYPE_CHECKING:
    import keras

_PREDICTED = -1
_POOL = 200


def explore_relevance(model: keras.Model | None = None, pictures: ArrayLike | None = None) -> RelevanceExplorer:
    """See which pixels an answer rests on, by a Taylor decomposition, and how the choice of a root point decides it.

    Parameters
    ----------
    model : keras.Model, optional
        Any classifier of one input. Trained networks of the course are there in any case.
    pictures : array (n, height, width, channels), optional
        For your model, as it takes them; the nearest one of another class is looked for among them. By default the
        photographs of the course, and your uploads, with values from 0 to 1.

    Returns
    -------
    RelevanceExplorer
        Put it on the last line of a cell. Its ``picture``, ``root`` and ``heatmap`` can be used in later cells.

    Raises
    ------
    TypeError
        If it is not a Keras model.
    ValueError
        If the model is no classifier, does not take these pictures, or takes something that the course has no pictures
        for.

    Examples
    --------
    >>> from coursekit import networks
    >>> explorer = explore_relevance(networks.mnist_convnet())
    >>> explorer.heatmap.shape
    (28, 28)
    """
    import_keras()
    return RelevanceExplorer(None if model is None else own_model(model), OfferedImages(pictures))


class RelevanceExplorer(Unconverted[RelevanceState, RelevanceView]):
    """The widget that `explore_relevance` returns."""

    def __init__(self, own: NamedModel | None, pictures: OfferedImages) -> None:
        self._networks, self._pictures = OfferedNetworks(own), pictures
        names = [*([own.name] if own else []), *at_hand(*COURSE_MODELS, *FOURIER_MODELS, *EYE_MODELS)]
        self.network = ipywidgets.Dropdown(options=names, description="Network")
        self.picture_name, self.upload = pictures, pictures.upload
        self.target = ipywidgets.Dropdown(options=[("the predicted one", _PREDICTED)], description="Class")
        self.root_name = ipywidgets.Dropdown(
            options=[
                ("blurred (Gaussian)", "blur"),
                ("sharpened", "sharpen"),
                ("nearest of another class", "nearest"),
            ],
            description="Root",
        )
        self.slope = ipywidgets.Dropdown(
            options=[("the root point", "root"), ("the picture", "picture"), ("both, their mean", "mean")],
            description="Slope at",
        )
        self.sigma = Slider(description="Sigma", min=0.25, max=10, step=0.25, value=2)
        self.gamma = Slider(description="Gamma", min=0.1, max=2, step=0.1, value=0.5)
        self.softmax = ipywidgets.Checkbox(description="After softmax: explain the probability", indent=False)
        self.numbers = ipywidgets.Checkbox(description="Numbers", indent=False)
        self.download = download("relevance", self, self._arrays)
        self.panels, self.facts, self.table = ipywidgets.HTML(), ipywidgets.HTML(), ipywidgets.HTML()
        self.code = CodeBox()
        super().__init__("relevance-explorer", [self._arranged()], below=[self.facts, self.table, self.code])
        self._enter()
        self._observe()
        self.request()

    @property
    def picture(self) -> Floats:
        """The picture as the model takes it."""
        return self.view.relevance.picture

    @property
    def root(self) -> Floats:
        """The root point, of the same shape."""
        return self.view.relevance.root

    @property
    def heatmap(self) -> Floats:
        """The relevance of each pixel, before gamma."""
        return self.view.relevance.heatmap

    def state(self) -> RelevanceState:
        """Return what the controls say now."""
        return RelevanceState(
            network=self.network.value,
            picture=self.picture_name.value,
            root=self.root_name.value,
            sigma=self.sigma.value,
            gamma=round(self.gamma.value, 3),
            slope=self.slope.value,
            target=self.target.value,
            softmax=self.softmax.value,
            numbers=self.numbers.value,
        )

    def compute(self, state: RelevanceState) -> RelevanceView:
        """Return what is to be seen in this state."""
        from coursekit.explain.model import explained_classes

        named, picture = self._networks.get(state.network), self._pictures.get(state.picture)
        # What does not change the map is not computed again: gamma and the numbers only change how it is drawn.
        key = (state.network, state.picture, state.root, state.sigma, state.slope, state.target, state.softmax)
        target = None if state.target == _PREDICTED else state.target

        def shared() -> tuple[Any, str]:
            chosen = int(explained_classes(named.model, picture.values[np.newaxis], target)[0])
            root, words = self._root(state, picture.values, chosen)
            found = relevance_of(named.model, picture.values, root, chosen, state.slope, state.softmax)
            return found, words

        relevance, words = self.remember(("relevance", *key), shared)
        return view_of(state, relevance, picture, words, self._class_names(state.network), named.code)

    def show(self, view: RelevanceView) -> None:
        """Put what was computed into the widgets."""
        self.panels.value, self.facts.value = panels_html(view.panels), view.facts_html
        self.table.value, self.code.code = view.numbers_html, view.code

    def still(self, view: RelevanceView) -> Pixels:
        """Return picture, root point, difference, gradient and relevance side by side."""
        return panels_still(view.panels)

    def _root(self, state: RelevanceState, picture: Floats, target: int) -> tuple[Floats, str]:
        from coursekit.explain import root_points
        from coursekit.explain.model import explained_classes

        if state.root != "nearest":
            words = {"blur": "blurred", "sharpen": "sharpened"}[state.root]
            root = root_points(picture[np.newaxis], state.root, state.sigma)[0]
            return root, f"{words}, sigma {state.sigma:g} pixels"
        pool = self._pictures.pool()[:_POOL]
        classes: NDArray[np.integer[Any]] = self.remember(
            ("classes", state.network), lambda: explained_classes(self._networks.get(state.network).model, pool)
        )
        found = nearest_other(picture, target, pool, classes)
        name = self._class_names(state.network)[int(classes[found])]
        return pool[found], f"the nearest picture of another class, {name}"

    def _enter(self) -> None:
        named = self._networks.get(self.network.value)
        self._pictures.enter(named, own=self._networks.is_own(named))
        classes = self._class_names(named.name)
        self.target.options = [("the predicted one", _PREDICTED), *((name, i) for i, name in enumerate(classes))]
        self.target.value = _PREDICTED

    def _class_names(self, network: str) -> tuple[str, ...]:
        return self.remember(("names", network), lambda: self._pictures.classes() or self._numbered(network))

    def _numbered(self, network: str) -> tuple[str, ...]:
        from coursekit.explain.model import run

        model, one = self._networks.get(network).model, self._pictures.pool()[:1]
        (logits,) = run(model, one, np.zeros(1, np.int32), _logits, classifier=False)
        return tuple(f"class {index}" for index in range(max(2, logits.shape[1])))

    def _arrays(self) -> dict[str, Floats]:
        return {"picture": self.picture, "root": self.root, "relevance": self.heatmap}

    def _observe(self) -> None:
        plain = (self.picture_name, self.target, self.root_name, self.slope, self.sigma, self.gamma)
        for control in (*plain, self.softmax, self.numbers):
            control.observe(self.request, "value")
        self.network.observe(lambda _event: self.change(self._enter), "value")
        self.when(self.upload, self._pictures.take)

    def _arranged(self) -> ipywidgets.Widget:
        choices = [self.network, self.picture_name, self.target, self.root_name, self.slope]
        sliders = [self.sigma, self.gamma, self.softmax, self.numbers, self.upload, self.download]
        return below_controls([choices, sliders], self.panels)


def _logits(forward: Any) -> list[Any]:
    return [forward.logits]
