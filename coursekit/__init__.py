"""Helpers for a hands-on course on convolutional networks and on explaining what they do.

Everything is loaded on first use: ``import coursekit`` itself is quick and never loads TensorFlow.

Examples
--------
>>> import coursekit as ck
>>> ck.convolution.output_size(28, kernel_size=3)
26
"""

import os

from coursekit import lazy_loading

# Must be set before TensorFlow is first imported.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

__version__ = "0.1.0"
__getattr__, __dir__, __all__ = lazy_loading.attach(__name__, __file__)
