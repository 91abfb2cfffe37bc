"""Keras and TensorFlow, imported without noise."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

_BACKEND = "tensorflow"
_FORMAT = "channels_last"


def import_keras() -> ModuleType:
    """Import Keras (and with it TensorFlow) and return it, without the log lines that TensorFlow's C++ code prints.

    oneDNN stays as TensorFlow sets it, for it trains up to twice as quickly; "The same numbers again" in docs/using.md
    says what it costs.

    No environment variable silences the lines that TensorFlow prints before its logging is set up. They mean nothing
    to a learner and would fill the first cell of a lesson. If the import fails, they are shown. The warning that
    functions are traced again and again is left out too: other people's packages cause it, a learner cannot mend it.

    Returns
    -------
    module
        Keras.

    Raises
    ------
    RuntimeError
        If Keras is set to another backend than TensorFlow, or to channels first; see `other_keras_settings`.

    Examples
    --------
    >>> import_keras().__name__
    'keras'
    """
    other = other_keras_settings()
    if other:
        raise RuntimeError(other)
    with _quiet_stderr():
        import keras
        import tensorflow

        # The first look at the devices prints too.
        tensorflow.config.list_physical_devices()
        tensorflow.get_logger().addFilter(_is_no_retracing_warning)
    return keras  # type: ignore[no-any-return]


def other_keras_settings() -> str | None:
    """Return what is set that the course cannot work with, and the cure; None where all is well. Imports no Keras.

    The course's networks run on TensorFlow, and their images have the channels last. Keras reads both from the
    environment and from its own file, which may be left from another project.

    Returns
    -------
    str or None
        A sentence.
    """
    folder = Path(os.environ.get("KERAS_HOME") or "~/.keras").expanduser()
    try:
        kept = json.loads((folder / "keras.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        kept = {}
    kept = kept if isinstance(kept, dict) else {}
    backend = os.environ.get("KERAS_BACKEND")
    if (backend or kept.get("backend", _BACKEND)) != _BACKEND:
        place = "KERAS_BACKEND" if backend else f'"backend" in {folder / "keras.json"}'
        return (
            f"{place} is {backend or kept['backend']!r}, but the course's networks run on TensorFlow. "
            f"{'Unset it' if backend else f'Make it {_BACKEND!r}'}, and start again."
        )
    if kept.get("image_data_format", _FORMAT) != _FORMAT:
        return (
            f'"image_data_format" in {folder / "keras.json"} is {kept["image_data_format"]!r}, but the images of '
            f"the course have their channels last. Make it {_FORMAT!r}, and start again."
        )
    return None


def _is_no_retracing_warning(record: logging.LogRecord) -> bool:
    return "triggered tf.function retracing" not in record.getMessage()


@contextlib.contextmanager
def _quiet_stderr() -> Iterator[None]:
    """Send what C++ writes to file descriptor 2 into a file; copy it back if the body raises."""
    if sys.stderr is not None:
        sys.stderr.flush()
    try:
        stderr = os.dup(2)
    except OSError:
        # A program without a console (pythonw, a service) may have no standard error: nothing is to be kept quiet.
        yield
        return
    with tempfile.TemporaryFile() as silenced:
        os.dup2(silenced.fileno(), 2)
        try:
            yield
        except BaseException:
            silenced.seek(0)
            os.write(stderr, silenced.read())
            raise
        finally:
            os.dup2(stderr, 2)
            os.close(stderr)
