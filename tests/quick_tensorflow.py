"""TensorFlow and Keras spend less on what runs once, for tests and small lessons.

The arithmetic stays the same, but a training may draw other random numbers: no stored number is made in this way.
"""

from typing import Any


def hurry() -> None:
    """Trace each training step once instead of twice, and rewrite no graph before its first run."""
    import tensorflow as tf
    from keras.src.backend.tensorflow.trainer import TensorFlowTrainer

    # Rewriting is a tenth of the lessons' time. `make test-all` compares the stored outputs with it.
    tf.config.optimizer.set_experimental_options({"disable_meta_optimizer": True})
    TensorFlowTrainer._maybe_symbolic_build = _built_before_it_is_traced


def _built_before_it_is_traced(trainer: Any, iterator: Any = None, data_batch: Any = None) -> None:
    """Make the variables of optimiser and metrics, as Keras does on its other backends.

    On TensorFlow it makes them while the first step is traced; TensorFlow then has to trace that step once more. The
    shapes are enough, so no batch is taken from the data.
    """
    if iterator is not None:
        data_batch = iterator._distributed_dataset.element_spec
    trainer._symbolic_build(data_batch=data_batch)
