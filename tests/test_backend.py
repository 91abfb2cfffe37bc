"""Keras and TensorFlow without noise."""

import json
import logging
import subprocess
import sys

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


@pytest.mark.parametrize(
    ("variables", "kept", "words"),
    [
        ({"KERAS_BACKEND": "torch"}, {}, "KERAS_BACKEND is 'torch', but the course's networks run on TensorFlow"),
        ({}, {"backend": "jax"}, "keras.json is 'jax', but the course's networks run on TensorFlow"),
        ({}, {"image_data_format": "channels_first"}, "Make it 'channels_last', and start again"),
    ],
)
def test_another_backend_or_channels_first_is_refused_by_name(monkeypatch, tmp_path, variables, kept, words):
    (tmp_path / "keras.json").write_text(json.dumps(kept))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(RuntimeError, match="and start again") as raised:
        backend.import_keras()
    assert words in str(raised.value)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"backend": "tensorflow", "image_data_format": "channels_last"}'])
def test_what_keras_writes_itself_is_fine(monkeypatch, tmp_path, content):
    (tmp_path / "keras.json").write_text(content)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    assert backend.other_keras_settings() is None


@pytest.mark.slow
def test_a_program_without_standard_error_can_import_the_course():
    code = (
        "import os, sys; sys.stderr = None; os.close(2)\n"
        "from coursekit import backend\nprint(backend.import_keras().__name__)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.splitlines()[-1:] == ["keras"]
