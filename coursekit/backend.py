"""Keras and TensorFlow, imported without noise."""

from __future__ import annotations

import contextlib
import logging
import os
import sys
import tempfile
from collections.abc import Iterator
from types import ModuleType


def import_keras() -> ModuleType:
    """Import Keras (and with it TensorFlow) and return it, without the log lines that TensorFlow's C++ code prints.

    oneDNN stays as TensorFlow sets it, for it trains up to twice as quickly; "The same numbers again" in the README
    says what it costs.

    No environment variable silences the lines that TensorFlow prints before its logging is set up. They mean nothing
    to a learner and would fill the first cell of a lesson. If the import fails, they are shown. The warning that
    functions are traced again and again is left out too: other people's packages cause it, a learner cannot mend it.

    Examples
    --------
    >>> import_keras().__name__
    'keras'
    """
    with _quiet_stderr():
        import keras
        import tensorflow

        # The first look at the devices prints too.
        tensorflow.config.list_physical_devices()
        tensorflow.get_logger().addFilter(_is_no_retracing_warning)
    return keras  # type: ignore[no-any-return]


def _is_no_retracing_warning(record: logging.LogRecord) -> bool:
    return "triggered tf.function retracing" not in record.getMessage()


@contextlib.contextmanager
def _quiet_stderr() -> Iterator[None]:
    """Send what C++ writes to file descriptor 2 into a file; copy it back if the body raises."""
    sys.stderr.flush()
    with tempfile.TemporaryFile() as silenced:
        stderr = os.dup(2)
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
