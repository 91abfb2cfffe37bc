"""Training: schedules, checks, checkpoints, recipes, recorded runs and trained weights.

Each name is loaded on first use: to read a recorded run, nobody waits for TensorFlow.
"""

from coursekit import lazy_loading

__getattr__, __dir__, __all__ = lazy_loading.attach(__name__, __file__)
