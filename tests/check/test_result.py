"""How results look in Jupyter and in a terminal."""

import re

import pytest
from IPython.core.formatters import DisplayFormatter

from coursekit.check.result import Note, Result

RESULTS = [
    Result("output_size", "correct"),
    Result("output_size", "incorrect", "It returns <b>, not 1.", "With\n  size = 5"),
    Result("output_size", "not attempted"),
]


def shown(value):
    return DisplayFormatter().format(value)[0]


def luminance(colour):
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("result", RESULTS, ids=lambda result: result.status)
def test_jupyter_shows_sign_and_word_as_text_and_as_html(result):
    data = shown(result)
    title = data["text/plain"].splitlines()[0]
    assert title == str(result).splitlines()[0]
    assert title.split(": ")[0] in data["text/html"]


@pytest.mark.parametrize("result", RESULTS, ids=lambda result: result.status)
def test_colours_can_be_read_whatever_the_theme(result):
    pairs = re.findall(r"color: (#\w{6}); background: (#\w{6})", shown(result)["text/html"])
    assert pairs
    for text, background in pairs:
        assert (luminance(background) + 0.05) / (luminance(text) + 0.05) > 7


def test_what_learners_return_cannot_become_html():
    assert "&lt;b&gt;" in shown(RESULTS[1])["text/html"]
    assert "<b>" not in shown(RESULTS[1])["text/html"]


def test_notes_are_plain_in_a_terminal_and_markdown_in_jupyter():
    assert shown(Note("x = 1", "```python\nx = 1\n```")) == {
        "text/plain": "x = 1",
        "text/markdown": "```python\nx = 1\n```",
    }
