"""The filter explorer: the image that a filter answers to most, found by gradient ascent."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import ipywidgets
import numpy as np

from coursekit.arrays import Floats
from coursekit.widgets.controls.image_sheet import ImageSheet
from coursekit.widgets.controls.slider import Slider
from coursekit.widgets.controls.whole_number import WholeNumber
from coursekit.widgets.filters.view import PAGE, Excited, FilterState, FilterView, view_of
from coursekit.widgets.sources.models import own_model
from coursekit.widgets.toolkit.explorer import Explorer
from coursekit.widgets.toolkit.layout import box

if TYPE_CHECKING:
    import keras

_SIZE = (64, 64)
_MOST_SEED = 9999
_PIXELS_AT_ONCE = 300_000


def explore_filters(
    model: keras.Model,
    *,
    layer: str | None = None,
    size: tuple[int, int] | None = None,
    value_range: tuple[float, float] = (0.0, 1.0),
) -> FilterExplorer:
    """See what the filters of a network look for: images that gradient ascent makes for them.

    Parameters
    ----------
    model : keras.Model
        Any of one input of images, a classifier or not.
    layer : str, optional
        Where to begin; by default the last one with a kernel, whose filters look for the largest parts of images.
    size : (height, width), optional
        Of the images, for a model that takes any; 64 by 64.
    value_range : (float, float)
        What the model takes for black and for white.

    Returns
    -------
    FilterExplorer
        Put it on the last line of a cell. Its ``images`` can be used in later cells.

    Raises
    ------
    ValueError
        If the model takes no images, or the layer has no maps.

    Examples
    --------
    >>> from coursekit import networks
    >>> explore_filters(networks.mnist_convnet()).images.shape
    (1, 28, 28, 1)
    """
    from coursekit import explain
    from coursekit.explain.engine.feature_maps import map_counts
    from coursekit.explain.engine.inputs import Inputs, input_shape
    from coursekit.explain.engine.layer_calls import layer_paths

    expected = input_shape(model)
    channels = expected[2] if expected is not None and len(expected) == 3 else None
    if expected is None or channels is None or channels not in (1, 3):
        raise ValueError(
            f"model {model.name!r} takes {expected}: filters are shown for models of images (height, width, 1 or 3)."
        )
    height, width = expected[:2]
    if height is None or width is None:
        free: tuple[int, int] | None = size or _SIZE
        height, width = size or _SIZE
    else:
        free = None
    shape = height, width, channels
    blank = np.zeros((1, *shape), np.float32)
    counts = map_counts(Inputs.of(model, blank))
    if not counts or (layer is not None and layer not in counts):
        raise ValueError(f"layer {layer!r} has no feature maps. These have: {', '.join(counts) or 'none'}.")
    paths = layer_paths(model)
    convolutions = [name for name in counts if hasattr(paths.get(name), "kernel_size")]
    first = layer or (convolutions or list(counts))[-1]
    low, high = value_range
    noise = np.random.default_rng(0).uniform(low, high, blank.shape).astype(np.float32)
    # A filter that answers to noise has a slope to climb.
    liveliest = int(explain.feature_maps(model, noise, first).mean(axis=(0, 1, 2)).argmax())
    return FilterExplorer(model, counts, (first, liveliest), free, value_range, blank[0].size)


class FilterExplorer(Explorer[FilterState, FilterView]):
    """The widget that `explore_filters` returns."""

    def __init__(
        self,
        model: keras.Model,
        counts: dict[str, int],
        start: tuple[str, int],
        size: tuple[int, int] | None,
        value_range: tuple[float, float],
        numbers: int,
    ) -> None:
        self._model, self._counts, self._size, self._range = model, counts, size, value_range
        self._batch = max(1, _PIXELS_AT_ONCE // numbers)
        layer, first = start
        options = [(f"{name}  {count} filters", name) for name, count in counts.items()]
        super().__init__(
            "filter-explorer",
            self._state_of,
            {
                "layer": ipywidgets.Dropdown(options=options, value=layer, description="Layer"),
                "filter": WholeNumber(first, min=0, max=counts[layer] - 1, description="Filter"),
                "steps": WholeNumber(20, min=1, max=200, description="Steps"),
                "rate": Slider(description="Step size", value=0.05, min=0.01, max=0.3, step=0.01),
                "jitter": WholeNumber(0, min=0, max=16, description="Jitter"),
                "smoothness": Slider(description="Smoothness", value=0, max=0.5, step=0.05),
                "fourier": ipywidgets.Checkbox(True, description="Climb along waves (Fourier)", indent=False),
                "decorrelate": ipywidgets.Checkbox(True, description="Decorrelate colours", indent=False),
                "seed": WholeNumber(0, min=0, max=_MOST_SEED, description="Seed"),
                "whole": ipywidgets.Checkbox(description=f"All filters, {PAGE.size} at once", indent=False),
                "sheet": ImageSheet(columns=PAGE.columns, rows=PAGE.rows, selected=first),
            },
            actions={"layer": lambda _layer: self._go(0), "filter": self._go, "sheet": self._go},
            rows=[
                ["layer", "filter", "steps", "rate"],
                ["jitter", "smoothness", "seed"],
                ["fourier", "decorrelate", "whole", "reset", "download"],
            ],
        )

    @property
    def images(self) -> Floats:
        """The images of all filters on the sheet, or of the chosen one alone, (n, height, width, channels)."""
        state = self.view.state
        return (self._page(state) if state.whole else self._one(state)).images

    def arranged(self) -> ipywidgets.Widget:
        """Return the controls above the large image and the sheet."""
        large = box(ipywidgets.VBox, "ck-figure", self.element("title"), self.element("large"))
        many = box(ipywidgets.VBox, "ck-sheet-column", self.sheet)
        self._many = many
        self._figures = [box(ipywidgets.HBox, "ck-seeing", large, many)]
        return super().arranged()

    def compute(self, state: FilterState) -> FilterView:
        """Return what is shown in this state."""
        page = self._page(state) if state.whole else None
        code = own_model(self._model).code
        return view_of(state, self._one(state), page, self._counts[state.layer], self._size, code)

    def show(self, view: FilterView) -> None:
        """Put what was computed into the widgets."""
        self.sheet.turn_to(PAGE, view.state.filter, view.count, view.source, view.sentence, "Filters")
        self.filter.max, self.filter.value = view.count - 1, view.state.filter
        # Without the others there is nothing but an empty frame.
        self._many.layout.display = "" if view.state.whole else "none"
        super().show(view)

    def arrays(self) -> dict[str, Floats]:
        """Return the images."""
        return {"images": self.images}

    def _state_of(self, layer: str, whole: bool, sheet: int, **says: Any) -> FilterState:
        from coursekit.explain import Ascent

        index = min(says.pop("filter"), self._counts[layer] - 1)
        return FilterState(layer, index, Ascent(value_range=self._range, **says), whole)

    def _go(self, index: int) -> None:
        self.filter.max = self._counts[self.layer.value] - 1
        self.filter.value = index
        self.sheet.selected = self.filter.value

    def _one(self, state: FilterState) -> Excited:
        """The chosen filter: out of its page where that is known, since all climb from the same start."""
        if state.whole:
            page, place = self._page(state), state.filter - PAGE.first(state.filter)
            return Excited(*(part[place : place + 1] for part in (page.images, page.before, page.after)))
        return self.remember(("one", state.layer, state.filter, state.how), lambda: self._excite(state, [state.filter]))

    def _page(self, state: FilterState) -> Excited:
        filters = list(PAGE.range(state.filter, self._counts[state.layer]))
        return self.remember(("page", state.layer, filters[0], state.how), lambda: self._excite(state, filters))

    def _excite(self, state: FilterState, filters: list[int]) -> Excited:
        from coursekit.explain import feature_maps, maximise_filters

        options: Any = {"size": self._size, "batch_size": self._batch}
        start = dataclasses.replace(state.how, steps=1, rate=0.0)
        grey = maximise_filters(self._model, state.layer, [filters[0]], ascent=start, **options)
        images = maximise_filters(self._model, state.layer, filters, ascent=state.how, **options)
        at_start = feature_maps(self._model, grey, state.layer).mean(axis=(1, 2))[0, filters]
        maps = feature_maps(self._model, images, state.layer, batch_size=self._batch).mean(axis=(1, 2))
        return Excited(images, at_start, maps[np.arange(len(filters)), filters])
