"""Convolutional networks in the frequency domain, with Keras' conventions.

The formulas are plain NumPy and SciPy; Keras only serves to read a trained model.
"""

from coursekit.fourier import speed
from coursekit.fourier.border import border_error, ring_maxima, rings_above
from coursekit.fourier.combined_kernels import combine
from coursekit.fourier.derivatives import ScoreGradient, shifted_kernel, unit_images
from coursekit.fourier.kernel_spectra import magnitude, vertical_share
from coursekit.fourier.measured import measured
from coursekit.fourier.networks import FourierNet1, FourierNet2, FourierNet3
from coursekit.fourier.plain_block import plain_block
from coursekit.fourier.relevance import (
    blurred,
    nearest_of_another_class,
    root_for_any_map,
    sharpened,
    taylor_relevance,
)
from coursekit.fourier.selection import (
    data_relevance,
    logits_with,
    select,
    stochastic_relevance,
)
from coursekit.fourier.transforms import (
    correlate,
    padded_shape,
)

__all__ = [
    "FourierNet1",
    "FourierNet2",
    "FourierNet3",
    "ScoreGradient",
    "blurred",
    "border_error",
    "combine",
    "correlate",
    "data_relevance",
    "logits_with",
    "magnitude",
    "measured",
    "nearest_of_another_class",
    "padded_shape",
    "plain_block",
    "ring_maxima",
    "rings_above",
    "root_for_any_map",
    "select",
    "sharpened",
    "shifted_kernel",
    "speed",
    "stochastic_relevance",
    "taylor_relevance",
    "unit_images",
    "vertical_share",
]
