"""Keras and TensorFlow without noise."""

import logging

import pytest
import tensorflow as tf

from coursekit import backend


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        ("5 out of the last 5 calls to <function f> triggered tf.function retracing. Tracing is expensive", False),
        ("the loss is not a number", True),
    ],
)
def test_only_the_warning_of_repeated_tracing_is_left_out(message, shown):
    backend.import_keras()
    seen = []
    handler = logging.Handler()
    handler.emit = seen.append
    tf.get_logger().addHandler(handler)
    try:
        tf.get_logger().warning(message)
    finally:
        tf.get_logger().removeHandler(handler)
    assert [record.getMessage() for record in seen] == [message] * shown


def test_importing_again_adds_no_second_filter():
    backend.import_keras()
    before = list(tf.get_logger().filters)
    backend.import_keras()
    assert tf.get_logger().filters == before
