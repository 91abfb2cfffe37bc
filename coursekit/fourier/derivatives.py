"""The derivative of a network's score by the image, through its combined kernels.

The score y depends on the maps g, and the maps on the image x, so by the chain rule

    dy/dx = sum over all maps and places of dy/dg * dg/dx.

dg/dx of one place is the combined kernel of its map, shifted to that place. Stored for all places of 128 maps of 28x28
it has 784 x 784 x 128 numbers; nobody needs them. Summed up, they are one product a frequency:

    FFT(dy/dx) = sum over the maps of FFT(dy/dg) * conj(K)

where K are the spectra that the maps were computed with. The complex conjugate turns a correlation around: each map's
slopes go back to the pixels that they came from.
"""

from __future__ import annotations

import keras
import numpy as np
from numpy.typing import ArrayLike, NDArray

from coursekit.arrays import Floats, at_least_one, checked_floats, checked_plane
from coursekit.fourier.networks import FourierNet3
from coursekit.fourier.plain_block import Dense, PlainBlock
from coursekit.fourier.transforms import PlaneShape, Spectrum, inverse, kept, padded_shape, transform, transform_kernels

Classes = NDArray[np.int64]


def shifted_kernel(kernel: ArrayLike, shape: PlaneShape, place: PlaneShape) -> Floats:
    """Return dg/dx of one place of a map with "same" padding: its kernel, shifted there.

    Parameters
    ----------
    kernel : array (kernel_height, kernel_width)
        Odd sizes: its centre lies on the place. What sticks out of the image is cut off.
    shape : (height, width)
        Of the image.
    place : (row, column)
        In the map, from 0.

    Returns
    -------
    array (height, width)

    Raises
    ------
    ValueError
        If the kernel has no centre or the place is not in the map.

    Examples
    --------
    >>> shifted_kernel([[1, 2, 3], [4, 5, 6], [7, 8, 9]], (3, 4), (0, 1)).astype(int)
    array([[4, 5, 6, 0],
           [7, 8, 9, 0],
           [0, 0, 0, 0]])
    """
    weights = checked_plane(kernel, "kernel")
    rows, columns = weights.shape
    if rows % 2 == 0 or columns % 2 == 0:
        raise ValueError(f"kernel is {rows}x{columns}: it has no centre. Pass one with odd sides.")
    if not (0 <= place[0] < shape[0] and 0 <= place[1] < shape[1]):
        raise ValueError(f"place is {place}, but the map is {shape[0]}x{shape[1]}: rows and columns count from 0.")
    around = np.zeros((shape[0] + rows - 1, shape[1] + columns - 1), weights.dtype)
    around[place[0] : place[0] + rows, place[1] : place[1] + columns] = weights
    return around[rows // 2 : rows // 2 + shape[0], columns // 2 : columns // 2 + shape[1]]


class ScoreGradient:
    """dy/dx of a trained network, through the frequency domain. Call it with images.

    It belongs to the function that `coursekit.fourier.FourierNet3` computes: the network, with the kernels of all its
    convolutions combined. A network that pads with "same" in every layer has another derivative on the outermost
    (layers - 1) * (k // 2) rings, as it has other maps there; with "valid" the two are the same everywhere.

    Parameters
    ----------
    model : keras.Model, PlainBlock or FourierNet3
        Convolutions without activation and pooling, then flattening and dense layers with ReLU between them.

    Attributes
    ----------
    net : FourierNet3
    dense : list of Dense

    Raises
    ------
    ValueError
        If a layer is of another kind; the message names it.

    Examples
    --------
    >>> from coursekit import networks
    >>> gradient = ScoreGradient(networks.linear_fourier_net(filters=(4, 8), hidden=4))
    >>> gradient(np.ones((2, 28, 28, 1)), target=1).shape
    (2, 28, 28, 1)
    """

    def __init__(self, model: keras.Model | PlainBlock | FourierNet3) -> None:
        self.net = model if isinstance(model, FourierNet3) else FourierNet3(model)
        self.dense: list[Dense] = self.net.tail.dense_layers()
        if not self.dense:
            raise ValueError(f"model {self.net.block.name!r} has no dense layer behind its maps: there is no score.")
        self._spectra: dict[PlaneShape, Spectrum] = {}

    def __call__(self, images: ArrayLike, target: ArrayLike | None = None, batch_size: int = 4) -> Floats:
        """Return dy/dx.

        Parameters
        ----------
        images : array (n, height, width, channels)
            In the values that the network takes, for example 0 to 1.
        target : None, int or array (n,)
            The class whose logit is y; None means the one with the largest logit.
        batch_size : int
            Images at once. Bounds the memory: one image of 28x28 with 128 maps takes about 3 MB.

        Returns
        -------
        array (n, height, width, channels)

        Raises
        ------
        ValueError
            If the images do not fit the network, or the target is no class of it.
        """
        return self.scores_and_slopes(images, target, batch_size)[1]

    def scores(self, images: ArrayLike, target: ArrayLike | None = None) -> Floats:
        """Return y, the logit of the target class.

        Parameters
        ----------
        images : array (n, height, width, channels)
            In the values that the network takes, for example 0 to 1.
        target : None, int or array (n,)
            The class whose logit is y; None means the one with the largest logit.

        Returns
        -------
        array (n,)
        """
        logits = self.net.logits(images)
        return np.take_along_axis(logits, self.classes(logits, target)[:, np.newaxis], axis=1)[:, 0]

    def scores_and_slopes(
        self, images: ArrayLike, target: ArrayLike | None = None, batch_size: int = 4
    ) -> tuple[Floats, Floats]:
        """Return y and dy/dx.

        Parameters
        ----------
        images : array (n, height, width, channels)
            In the values that the network takes, for example 0 to 1.
        target : None, int or array (n,)
            The class whose logit is y; None means the one with the largest logit.
        batch_size : int
            Images at once.

        Returns
        -------
        scores : array (n,)
        slopes : array (n, height, width, channels)
        """
        at_least_one(batch_size, "batch_size")
        x = checked_floats(images, "images", 4).astype(self.net.block.dtype, copy=False)
        scores, slopes = np.empty(len(x), x.dtype), np.empty_like(x)
        asked = _asked(target, len(x))
        for start in range(0, len(x), batch_size):
            rows = slice(start, start + batch_size)
            maps = self.net.maps(x[rows], batch_size)
            scores[rows], by_maps = self.slopes_of_maps(maps, asked if asked is None else asked[rows])
            slopes[rows] = self.to_image(by_maps, (x.shape[1], x.shape[2]))
        return scores, slopes

    def slopes_of_maps(self, maps: Floats, target: ArrayLike | None = None) -> tuple[Floats, Floats]:
        """Return y and dy/dg: backwards through the dense layers.

        A ReLU hands a slope back where its input is above 0.

        Parameters
        ----------
        maps : array (n, height, width, maps)
            Behind the last convolution.
        target : None, int or array (n,)
            The class whose logit is y; None means the one with the largest logit.

        Returns
        -------
        scores : array (n,)
        slopes : array (n, height, width, maps)
        """
        numbers, passed = maps.reshape(len(maps), -1), []
        for layer in self.dense[:-1]:
            sums = layer(numbers)
            passed.append(sums > 0)
            numbers = np.maximum(sums, 0)
        logits = self.dense[-1](numbers)
        classes = self.classes(logits, target)
        slopes = self.dense[-1].weights.T[classes]
        for layer, on in zip(self.dense[-2::-1], passed[::-1], strict=True):
            slopes = (slopes * on) @ layer.weights.T
        return logits[np.arange(len(logits)), classes], slopes.reshape(maps.shape)

    def to_image(self, slopes: ArrayLike, image: PlaneShape) -> Floats:
        """Return what slopes of the maps are as slopes of the image: the product dy/dg dg/dx, never storing dg/dx.

        Parameters
        ----------
        slopes : array (n, map_height, map_width, maps)
            dy/dg.
        image : (height, width)
            Its size in pixels.

        Returns
        -------
        array (n, height, width, channels)

        Raises
        ------
        ValueError
            If the slopes are not those of maps of such an image.
        """
        by_maps = checked_floats(slopes, "slopes", 4)
        block = self.net.block
        rows, columns = kept(image, block.sizes, block.paddings)
        expected = (rows.stop - rows.start, columns.stop - columns.start, self.net.kernels.shape[3])
        if by_maps.shape[1:] != expected:
            raise ValueError(
                f"slopes have shape {by_maps.shape}: the maps of an image of {image[0]}x{image[1]} are "
                f"{expected}, so they must be (n, {', '.join(map(str, expected))})."
            )
        shape = padded_shape(image, *block.sizes)
        # A shift on the circle is a factor in frequency; as an offset of zeros it costs nothing.
        placed = np.zeros((len(by_maps), rows.stop, columns.stop, expected[2]), by_maps.dtype)
        placed[:, rows, columns] = by_maps
        product = np.matmul(np.moveaxis(transform(placed, shape), 0, 2), self._conjugate(shape))
        return inverse(np.moveaxis(product, 2, 0), shape)[:, : image[0], : image[1]]

    def classes(self, logits: Floats, target: ArrayLike | None = None) -> Classes:
        """Return the class that is explained for each row of logits.

        Parameters
        ----------
        logits : array (n, classes)
            Of the network, before softmax.
        target : None, int or array (n,)
            The class asked for; None means the one with the largest logit.

        Returns
        -------
        array of int (n,)
        """
        asked = _asked(target, len(logits))
        if asked is None:
            best: Classes = np.argmax(logits, axis=1)
            return best
        if asked.min() < 0 or asked.max() >= logits.shape[1]:
            raise ValueError(f"target is {target!r}: there are {logits.shape[1]} classes, 0 to {logits.shape[1] - 1}.")
        return asked

    def _conjugate(self, shape: PlaneShape) -> Spectrum:
        """Return conj(K) with maps before channels, (height, width, maps, channels)."""
        if shape not in self._spectra:
            spectra = transform_kernels(self.net.kernels, shape)
            self._spectra[shape] = np.ascontiguousarray(np.conj(spectra).swapaxes(2, 3))
        return self._spectra[shape]


def unit_images(gradient: ScoreGradient, image: PlaneShape, batch_size: int = 8) -> Floats:
    """Return what each unit of the first dense layer looks for, as an image of weights.

    All before that layer is linear, and so is its own sum: each unit's sum is the image times one image of weights,
    plus a constant. Three layers of convolutions and 100,000 weights a unit come down to 784 numbers a unit.

    Parameters
    ----------
    gradient : ScoreGradient
        Of the network to explain.
    image : (height, width)
        Its size in pixels.
    batch_size : int
        Units at once.

    Returns
    -------
    array (units, height, width, channels)

    Examples
    --------
    >>> from coursekit import networks
    >>> gradient = ScoreGradient(networks.linear_fourier_net(filters=(4, 8), hidden=5))
    >>> unit_images(gradient, (28, 28)).shape
    (5, 28, 28, 1)
    """
    at_least_one(batch_size, "batch_size")
    weights = gradient.dense[0].weights
    block = gradient.net.block
    rows, columns = kept(image, block.sizes, block.paddings)
    maps = (rows.stop - rows.start, columns.stop - columns.start, gradient.net.kernels.shape[3])
    if len(weights) != np.prod(maps):
        raise ValueError(
            f"image is {image[0]}x{image[1]}: its maps {maps} do not fit the first dense layer, which takes "
            f"{len(weights):,} numbers."
        )
    found = [
        gradient.to_image(weights[:, start : start + batch_size].T.reshape(-1, *maps), image)
        for start in range(0, weights.shape[1], batch_size)
    ]
    return np.concatenate(found)


def _asked(target: ArrayLike | None, n: int) -> Classes | None:
    if target is None:
        return None
    array = np.asarray(target)
    if array.dtype.kind not in "iu" or array.shape not in ((), (n,)):
        raise ValueError(
            f"target is {target!r}: it must be None (the class with the largest logit), one class, a whole number, or "
            f"one for each of the {n} images."
        )
    return np.broadcast_to(array, (n,)).astype(np.int64)
