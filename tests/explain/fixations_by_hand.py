"""CNN fixations in plain Python: one unit at a time, for a chain of the commonest layers."""

import itertools

import numpy as np

from tests.explain.conftest import layers


def fixations_by_hand(model, image, class_):
    """The pixels of a chain of dense, flattening, max pooling and convolution layers, one unit at a time."""
    values = [image]
    for layer in model.layers:
        values.append(np.array(layer(values[-1][None]))[0])
    points, flattened = {(class_,)}, False
    for i, layer in reversed(list(enumerate(model.layers))):
        below, found = values[i], set()
        for point in points:
            if isinstance(layer, layers.Dense):
                evidence = below * np.asarray(layer.kernel)[:, point[0]]
                flattened = isinstance(model.layers[i - 1], layers.Flatten)
                best = [evidence.argmax()] if flattened else range(len(evidence))
                found |= {(int(unit),) for unit in best if evidence[unit] > 0}
            elif isinstance(layer, layers.Flatten):
                found.add(tuple(map(int, np.unravel_index(point[0], below.shape))))
            elif isinstance(layer, layers.MaxPooling2D):
                row, column, channel = point
                window = below[2 * row : 2 * row + 2, 2 * column : 2 * column + 2, channel]
                down, right = np.unravel_index(window.argmax(), window.shape)
                found.add((int(2 * row + down), int(2 * column + right), channel))
            else:
                found.add(through_convolution(below, layer, point))
        points = found
    return sorted({point[:2] for point in points})


def through_convolution(below, layer, point):
    kernel, step = np.asarray(layer.kernel)[..., point[2]], layer.strides[0]
    sides, size = below.shape[:2], kernel.shape[0]
    before = 0
    if layer.padding == "same":
        before = max((-(-sides[0] // step) - 1) * step + size - sides[0], 0) // 2
    top, left = (place * step - before for place in point[:2])
    sums = np.zeros(below.shape[2])
    for i, j in itertools.product(range(size), repeat=2):
        if 0 <= top + i < sides[0] and 0 <= left + j < sides[1]:
            sums += below[top + i, left + j] * kernel[i, j]
    middle = [min(max(start + (size - 1) // 2, 0), side - 1) for start, side in zip((top, left), sides, strict=True)]
    return (*middle, int(sums.argmax()))
