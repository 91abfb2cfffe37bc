"""A figure is shown with the sentence that stands for it, and closed."""

import base64
import io
import re

import matplotlib.pyplot as plt
import numpy as np
import pytest
from PIL import Image

from coursekit import plot


@pytest.fixture
def shown(monkeypatch):
    bundles = []
    monkeypatch.setattr("coursekit.plot.figure.display", lambda bundle, raw: bundles.append(bundle))
    return bundles


def test_sentence_is_alternative_text_and_plain_text(shown):
    plot.image(np.zeros((4, 4)))
    plot.show(alt='a "black" square')
    (bundle,) = shown
    assert bundle["text/plain"] == 'a "black" square'
    assert 'alt="a &quot;black&quot; square"' in bundle["text/html"]
    image = base64.b64decode(re.search(r"base64,([^\"]+)", bundle["text/html"])[1])
    assert Image.open(io.BytesIO(image)).size[0] > 300
    assert not plt.get_fignums()


def test_same_figure_gives_the_same_bytes(shown):
    for _ in range(2):
        plot.numbers(np.eye(3))
        plot.show(alt="ones on the diagonal")
    assert shown[0] == shown[1]


def test_a_figure_without_a_sentence_is_refused(shown):
    plot.image(np.zeros((4, 4)))
    with pytest.raises(ValueError, match="say in one sentence"):
        plot.show(alt=" ")
    plt.close("all")
    with pytest.raises(ValueError, match="no figure"):
        plot.show(alt="nothing")
    assert shown == []
