"""What a browser sends when a person chooses from a list or uploads a file."""

import io

from PIL import Image


def choose(control, label):
    """Choose an entry of a list by its words."""
    control.set_state({"index": [str(words) for words in control._options_labels].index(label)})


def upload(button, name, content, size=None):
    """Upload a file: its bytes, or the pixels of an image."""
    if not isinstance(content, bytes):
        file = io.BytesIO()
        Image.fromarray(content).save(file, "PNG")
        content = file.getvalue()
    told = {"name": name, "type": "", "size": size or len(content), "last_modified": 0}
    button.set_state({"value": [told | {"content": memoryview(content)}]})
