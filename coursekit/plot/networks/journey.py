"""One image's journey through a network: every layer's maps, and the kernels that made them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.gridspec import GridSpec
from numpy.typing import ArrayLike, NDArray

if TYPE_CHECKING:
    import keras

Array = NDArray[np.floating]

# Layers that keep each map for itself, so that a column goes on below.
_SAME_MAPS = ("MaxPooling2D", "AveragePooling2D", "ReLU", "Activation", "BatchNormalization", "Dropout")


def journey(
    model: keras.Model, image: ArrayLike, classes: Sequence[str] = tuple("0123456789"), maps: int = 8
) -> Figure:
    """Draw what each layer of a sequential network makes of one image.

    A row per layer, from top to bottom. Of the maps of a convolution it shows those with the largest mean, strongest
    first, each on a scale of its own; below them what pooling makes of the same maps. Above stand their kernels: the
    slice that reads the leftmost map of the row before, blue and − below zero, red and + above. (Weights below a
    quarter of the row's strongest have no sign.) Vectors are bars.

    Parameters
    ----------
    model : keras.Sequential
        A network of images; its last layer gives one number per class.
    image : array (height, width, channels)
        As the network expects it.
    classes : sequence of str
        Names of the classes.
    maps : int
        Maps per row, 2 or more.

    Returns
    -------
    matplotlib figure

    Raises
    ------
    ValueError
        If the model is not sequential, or the number of classes is another than that of its outputs.

    References
    ----------
    Z. J. Wang et al. (2021), "CNN Explainer: Learning convolutional neural networks with interactive visualization",
    IEEE Transactions on Visualization and Computer Graphics.

    Examples
    --------
    >>> from coursekit import networks
    >>> figure = journey(networks.mnist_convnet(), np.ones((28, 28, 1)))
    >>> [text.get_text().split()[0] for text in figure.axes[0].texts]
    ['input']
    """
    outputs = _outputs(model, image)
    if outputs[-1][1].shape != (len(classes),):
        raise ValueError(f"there are {len(classes)} classes, but the network answers with {outputs[-1][1].shape}.")
    drawn = [(layer, values) for layer, values in outputs if layer is None or type(layer).__name__ != "Flatten"]
    heights = [height for layer, values in drawn for height in _heights(layer, values)]
    figure = plt.figure(figsize=(8.2, 0.68 * sum(heights)), layout="none")
    # No layout is searched for: with eighty axes that takes longer than the drawing.
    edges = {"left": 0.01, "right": 0.99, "top": 0.99, "bottom": 0.05}
    grid = figure.add_gridspec(len(heights), maps + 2, height_ratios=heights, hspace=0.12, wspace=0.1, **edges)
    row, shown = 0, np.arange(0)
    for layer, values in drawn:
        count = len(_heights(layer, values))
        label = figure.add_subplot(grid[row + count - 1, :2])
        _write(label, "input" if layer is None else type(layer).__name__, _size(values))
        if values.ndim == 3 and type(layer).__name__ not in _SAME_MAPS:
            before, shown = shown, np.argsort(-values.mean(axis=(0, 1)))[:maps]
            if layer is not None and count == 2:
                weights = np.asarray(layer.get_weights()[0])
                kernels = weights[:, :, before[0], shown]
                _write(figure.add_subplot(grid[row, :2]), "kernels", _which_slice(weights.shape))
                _draw_row(figure, grid, row, kernels, "RdBu_r", float(abs(kernels).max()))
        if values.ndim == 3:
            _draw_row(figure, grid, row + count - 1, values[..., shown], "gray", None)
        else:
            _draw_bars(figure.add_subplot(grid[row, 2:]), values, classes if values is outputs[-1][1] else ())
        row += count
    return figure


def _outputs(model: keras.Model, image: ArrayLike) -> list[tuple[keras.Layer | None, Array]]:
    from coursekit.backend import import_keras

    keras = import_keras()
    if not isinstance(model, keras.Sequential):
        raise ValueError(f"the model is a {type(model).__name__}: the journey is drawn for a keras.Sequential.")
    batch = np.asarray(image, np.float32)[np.newaxis]
    inside = keras.Model(model.inputs[0], [layer.output for layer in model.layers])
    answers = inside(batch, training=False)
    return [(None, batch[0]), *((one, np.asarray(out)[0]) for one, out in zip(model.layers, answers, strict=True))]


def _heights(layer: keras.Layer | None, values: Array) -> list[float]:
    """The heights of the rows that a layer takes."""
    if values.ndim != 3:
        return [1.0 if len(values) > 10 else 1.6]
    return [1.0, 1.0] if type(layer).__name__ == "Conv2D" else [1.0]


def _size(values: Array) -> str:
    return " × ".join(map(str, values.shape))


def _which_slice(kernels: tuple[int, ...]) -> str:
    height, width, channels, _ = kernels
    return f"{height} × {width}" + (f", one slice of {channels}" if channels > 1 else "")


def _write(ax: Axes, name: str, size: str) -> None:
    ax.set_axis_off()
    ax.text(0, 0.5, f"{name}\n{size}", transform=ax.transAxes, va="center", fontsize=9)


def _draw_row(figure: Figure, grid: GridSpec, row: int, maps: Array, colours: str, limit: float | None) -> None:
    for column in range(maps.shape[-1]):
        ax = figure.add_subplot(grid[row, column + 2])
        ax.imshow(maps[..., column], cmap=colours, vmin=None if limit is None else -limit, vmax=limit)
        ax.set(xticks=[], yticks=[])
        ax.spines[:].set_visible(False)
        if limit is not None:
            _write_signs(ax, maps[..., column], limit)


def _write_signs(ax: Axes, kernel: Array, limit: float) -> None:
    """Write + or − on the weights that are not small, so that colour is not the only sign of theirs."""
    for (row, column), weight in np.ndenumerate(kernel):
        if abs(weight) > limit / 4:
            colour = "white" if abs(weight) > 0.6 * limit else "black"
            ax.text(column, row, "+" if weight > 0 else "−", color=colour, ha="center", va="center", fontsize=9)


def _draw_bars(ax: Axes, values: Array, names: Sequence[str]) -> None:
    ax.bar(np.arange(len(values)), values, color="#0072B2")
    ax.set(xticks=np.arange(len(names)), xticklabels=names, yticks=[])
    ax.set_ylabel("output", fontsize=9)
    if names:
        best = int(values.argmax())
        ax.text(best, values[best], f"{values[best]:.2f}", ha="center", va="bottom", fontsize=9)
        ax.set_ylim(0, 1.3 * values.max())
