"""Three networks that compute a trained Keras model in the frequency domain.

`FourierNet1` transforms at every convolution: there, back, crop, and whatever stands between. It is the model.
`FourierNet2` transforms the image once, multiplies by the kernels of all layers, and goes back once.
`FourierNet3` has combined the kernels before: one product.

The second and third leave out what a model with "same" padding does after each layer: cut the maps to the size of the
image, and so set to zero what the kernels have carried over its border. See `coursekit.fourier.border`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import keras
import numpy as np
from numpy.typing import ArrayLike

from coursekit.arrays import Floats, at_least_one, checked_floats
from coursekit.fourier.combined_kernels import combine, combined_bias
from coursekit.fourier.plain_block import Chain, Convolution, Dense, PlainBlock, Tail, plain_block, read
from coursekit.fourier.transforms import (
    PlaneShape,
    Spectrum,
    check_layer,
    inverse,
    kept,
    multiply,
    padded_shape,
    transform,
    transform_kernels,
)


class FourierNet1:
    """A trained model whose convolutions are computed in frequency, one by one; equal to Keras everywhere.

    Between two convolutions anything may stand: activations, pooling, batch normalisation.

    Parameters
    ----------
    model : keras.Model
        See `coursekit.fourier.plain_block.read`. It is copied: what is trained later is not seen.

    Raises
    ------
    ValueError
        If a layer cannot be used; the message names it and the reason.

    Examples
    --------
    >>> from coursekit import networks
    >>> FourierNet1(networks.mnist_convnet()).predict(np.zeros((2, 28, 28, 1))).shape
    (2, 10)
    """

    def __init__(self, model: keras.Model) -> None:
        self.chain = read(model)
        self._spectra: dict[tuple[str, PlaneShape], Spectrum] = {}

    def maps(self, images: ArrayLike, batch_size: int = 32) -> Floats:
        """Return the last maps before they are flattened or pooled to numbers.

        Parameters
        ----------
        images : array (n, height, width, channels)
            As the Keras model takes them.
        batch_size : int
            Images at once.

        Returns
        -------
        array (n, height, width, channels)
        """
        return _in_batches(self._maps, images, self.chain, batch_size)

    def logits(self, images: ArrayLike, batch_size: int = 32) -> Floats:
        """Return the model's output before its softmax or sigmoid.

        Parameters
        ----------
        images : array (n, height, width, channels)
            As the Keras model takes them.
        batch_size : int
            Images at once.

        Returns
        -------
        array (n, classes)
        """
        return _in_batches(lambda x: self.chain.tail(self._maps(x)), images, self.chain, batch_size)

    def predict(self, images: ArrayLike, batch_size: int = 32) -> Floats:
        """Return what ``model.predict`` returns.

        Parameters
        ----------
        images : array (n, height, width, channels)
            As the Keras model takes them.
        batch_size : int
            Images at once.

        Returns
        -------
        array (n, classes)
        """
        return self.chain.tail.probabilities(self.logits(images, batch_size))

    def _maps(self, images: Floats) -> Floats:
        maps = images
        for step in self.chain.steps:
            assert not isinstance(step, Dense)  # they come behind the maps
            maps = self._convolved(step, maps) if isinstance(step, Convolution) else step(maps)
        return maps

    def _convolved(self, layer: Convolution, maps: Floats) -> Floats:
        check_layer(maps.shape, layer.kernels.shape, layer.padding)
        image = (maps.shape[1], maps.shape[2])
        shape = padded_shape(image, layer.size)
        # The same at every call: transformed once for each size of maps.
        if (layer.name, shape) not in self._spectra:
            self._spectra[layer.name, shape] = transform_kernels(layer.kernels, shape)
        product = multiply(transform(maps, shape), self._spectra[layer.name, shape])
        rows, columns = kept(image, [layer.size], [layer.padding])
        return inverse(product, shape)[:, rows, columns] + layer.bias


class _Merged:
    """What `FourierNet2` and `FourierNet3` have in common: one transform in, products, one transform out."""

    def __init__(self, block: PlainBlock, factors: Sequence[Floats]) -> None:
        self.block = block
        self._kernels = factors
        self._bias = combined_bias(block.kernels, block.biases)
        self._spectra: dict[PlaneShape, list[Spectrum]] = {}

    @property
    def tail(self) -> Tail:
        """The layers behind the maps."""
        return self.block.tail

    def maps(self, images: ArrayLike, batch_size: int = 32) -> Floats:
        """Return the maps behind the last convolution.

        Parameters
        ----------
        images : array (n, height, width, channels)
            As the Keras model takes them.
        batch_size : int
            Images at once.

        Returns
        -------
        array (n, height, width, channels)
        """
        return _in_batches(self._maps, images, self.block, batch_size)

    def logits(self, images: ArrayLike, batch_size: int = 32) -> Floats:
        """Return the output before its softmax or sigmoid.

        Parameters
        ----------
        images : array (n, height, width, channels)
            As the Keras model takes them.
        batch_size : int
            Images at once.

        Returns
        -------
        array (n, classes)
        """
        return _in_batches(lambda x: self.tail(self._maps(x)), images, self.block, batch_size)

    def predict(self, images: ArrayLike, batch_size: int = 32) -> Floats:
        """Return the probabilities.

        Parameters
        ----------
        images : array (n, height, width, channels)
            As the Keras model takes them.
        batch_size : int
            Images at once.

        Returns
        -------
        array (n, classes)
        """
        return self.tail.probabilities(self.logits(images, batch_size))

    def _maps(self, images: Floats) -> Floats:
        block, image = self.block, (images.shape[1], images.shape[2])
        rows, columns = kept(image, block.sizes, block.paddings)
        if min(rows.stop - rows.start, columns.stop - columns.start) < 1:
            raise ValueError(
                f"images are {image[0]}x{image[1]}, but the kernels of the {len(block.sizes)} layers leave "
                "nothing of them: pass larger images."
            )
        shape = padded_shape(image, *block.sizes)
        if shape not in self._spectra:
            self._spectra[shape] = [transform_kernels(kernels, shape) for kernels in self._kernels]
        product = transform(images, shape)
        for spectra in self._spectra[shape]:
            product = multiply(product, spectra)
        return inverse(product, shape)[:, rows, columns] + self._bias


class FourierNet2(_Merged):
    """A trained model with one transform in and one out; all its convolutions are products in between.

    Equal to Keras away from the border; see `coursekit.fourier.border.error_rings`.

    Parameters
    ----------
    model : keras.Model or PlainBlock
        Convolutions without activation and pooling; see `coursekit.fourier.plain_block.plain_block`.

    Raises
    ------
    ValueError
        If a layer cannot be merged; the message names it and the reason.

    Examples
    --------
    >>> from coursekit import networks
    >>> net = FourierNet2(networks.linear_fourier_net(filters=(4, 8), hidden=4))
    >>> net.maps(np.zeros((2, 28, 28, 1))).shape
    (2, 28, 28, 8)
    """

    def __init__(self, model: keras.Model | PlainBlock) -> None:
        block = _block(model)
        super().__init__(block, block.kernels)


class FourierNet3(_Merged):
    """`FourierNet2` with the kernels of all layers combined before: one product a frequency.

    Parameters
    ----------
    model : keras.Model or PlainBlock
        As for `FourierNet2`.

    Attributes
    ----------
    kernels : array (height, width, channels_in, channels_out)
        The combined kernels: three layers of 3x3 make 7x7.

    Raises
    ------
    ValueError
        If a layer cannot be merged; the message names it and the reason.

    Examples
    --------
    >>> from coursekit import networks
    >>> FourierNet3(networks.linear_fourier_net(filters=(4, 8, 16), hidden=4)).kernels.shape
    (7, 7, 1, 16)
    """

    def __init__(self, model: keras.Model | PlainBlock) -> None:
        block = _block(model)
        self.kernels = combine(block.kernels)
        super().__init__(block, [self.kernels])


def _block(model: keras.Model | PlainBlock) -> PlainBlock:
    return model if isinstance(model, PlainBlock) else plain_block(model)


def _in_batches(
    compute: Callable[[Floats], Floats], images: ArrayLike, read_model: Chain | PlainBlock, batch_size: int
) -> Floats:
    at_least_one(batch_size, "batch_size")
    checked = checked_floats(images, "images", 4).astype(read_model.dtype, copy=False)
    if any(want not in (None, got) for want, got in zip(read_model.input_shape, checked.shape[1:], strict=True)):
        shown = ", ".join("any" if size is None else str(size) for size in read_model.input_shape)
        raise ValueError(f"images have shape {checked.shape}, but model {read_model.name!r} takes (n, {shown}).")
    return np.concatenate(
        [compute(checked[start : start + batch_size]) for start in range(0, len(checked), batch_size)]
    )
