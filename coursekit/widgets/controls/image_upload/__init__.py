"""A button that hands over an image file, by choosing it or by dropping it there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import anywidget
import traitlets

MOST_BYTES = 9_000_000
"""A message from a page to its kernel holds at most 10 MiB; a larger one cuts the line."""


class ImageUpload(anywidget.AnyWidget):
    """A button, which is also a place to drop a file on. Its ``value`` holds the file as `ipywidgets.FileUpload` does.

    A file of more than ``most_bytes`` stays in the browser: only its name and size come, because a message of more
    than 10 MiB would cut the line between page and kernel.
    """

    _esm = Path(__file__).with_name("image_upload.js")
    description = traitlets.Unicode("Own image").tag(sync=True)
    disabled = traitlets.Bool(False).tag(sync=True)
    most_bytes = traitlets.Int(MOST_BYTES).tag(sync=True)
    value: traitlets.List[dict[str, Any]] = traitlets.List(traitlets.Dict()).tag(sync=True, echo_update=False)
