"""The list of a model's layers, filtered and in columns."""

from __future__ import annotations

import html
from collections.abc import Sequence

from coursekit.widgets.model.layers import ModelLayer
from coursekit.widgets.toolkit.numbers import by


def listed(layers: Sequence[ModelLayer], group: str, search: str) -> list[ModelLayer]:
    """Return the layers of a group whose name or kind contains a text, capital or small.

    Examples
    --------
    >>> from coursekit import networks
    >>> from coursekit.widgets.model.layers import OpenedModel
    >>> layers = OpenedModel(networks.mnist_convnet(), (28, 28, 1)).layers
    >>> [layer.kind for layer in listed(layers, "all", "POOL")]
    ['MaxPooling2D', 'MaxPooling2D']
    """
    wanted = search.strip().lower()
    return [
        layer
        for layer in layers
        if group in ("all", layer.group) and (wanted in layer.name.lower() or wanted in layer.kind.lower())
    ]


def rows(layers: Sequence[ModelLayer]) -> list[tuple[str, str]]:
    """Return a line for each layer, in columns, with its name: kind, what it gives, parameters, multiplications.

    Examples
    --------
    >>> from coursekit import networks
    >>> from coursekit.widgets.model.layers import OpenedModel
    >>> layers = OpenedModel(networks.mnist_convnet(), (28, 28, 1)).layers
    >>> " ".join(rows(layers[:1])[0][0].split()[1:])
    'Conv2D 26 × 26 × 32 320 194,688'
    """
    cells = [
        (
            f"{layer.name}: {layer.kind}",
            size(layer.gives),
            f"{layer.parameters:,}",
            products_in_words(layer.products),
        )
        for layer in layers
    ]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    # A list box runs spaces together, but not those that do not break.
    return [
        (
            "\u00a0\u00a0".join(
                [
                    line[0].ljust(widths[0]),
                    *(cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True)),
                ]
            ).replace(" ", "\u00a0"),
            layer.name,
        )
        for line, layer in zip(cells, layers, strict=True)
    ]


def caption_html(model: str, shown: Sequence[ModelLayer], every: Sequence[ModelLayer]) -> str:
    """Return what stands above the list: how many layers, how many products, how many of them are listed."""
    known = [layer.products for layer in every if layer.products is not None]
    caption = f"{model}: {len(every)} layers, {sum(known):,} products for one image"
    caption += "" if len(shown) == len(every) else f"; {len(shown)} listed"
    return f"<p>{html.escape(caption)}. Columns: layer, what it gives, parameters, products.</p>"


def size(shape: Sequence[int]) -> str:
    """Return the size of an image or of a list of numbers in words.

    Examples
    --------
    >>> size((28, 28, 1)), size((10,)), size((1,))
    ('28 × 28 × 1', '10 numbers', '1 number')
    """
    return f"{shape[0]} number{'s' * (shape[0] != 1)}" if len(shape) == 1 else by(shape)


def products_in_words(products: int | None) -> str:
    """Return how many products a layer computes, with separators."""
    return "not known" if products is None else f"{products:,}"
