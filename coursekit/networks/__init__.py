"""Networks: those of the lessons, one function each, pretrained ones, and the augmentation of their images.

The functions return built Keras models that are not compiled. Images have values from 0 to 1 everywhere. Each name is
loaded on first use: to read a model's graph, nobody waits for TensorFlow.
"""

from coursekit import lazy_loading

__getattr__, __dir__, __all__ = lazy_loading.attach(__name__, __file__)
