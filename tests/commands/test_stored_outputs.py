"""What a Jupyter server stores of widgets, without a server."""

import copy

import pytest

from coursekit.commands.stored_outputs import WIDGET_VIEW, before_saving

VIEW = {"model_id": "7", "version_major": 2, "version_minor": 0}
BAR = "  0%|          | 0/10 [00:00<?, ?it/s]"


def saved(data, metadata=None):
    """The forms of an output after saving; None where the output is gone."""
    output = {"output_type": "display_data", "data": copy.deepcopy(data), "metadata": {}}
    content = {
        "cells": [{"cell_type": "code", "outputs": [output]}, {"cell_type": "markdown"}],
        "metadata": metadata or {},
    }
    before_saving(model={"type": "notebook", "content": content}, path="a.ipynb", contents_manager=None)
    outputs = content["cells"][0]["outputs"]
    return outputs[0]["data"] if outputs else None


def test_an_explorer_keeps_its_still_image_and_its_words():
    assert saved({WIDGET_VIEW: VIEW, "image/png": "abc", "text/html": "<img>", "text/plain": "words"}).keys() == {
        "image/png",
        "text/html",
        "text/plain",
    }


@pytest.mark.parametrize(
    "bar", [BAR, "mnist.npz:   0%|          | 0.00/11.5M [00:00<?, ?B/s]", "3it [00:01,  1.50s/it]"]
)
def test_a_progress_bar_leaves_nothing(bar):
    assert saved({WIDGET_VIEW: VIEW, "text/plain": bar}) is None


def test_other_widgets_and_those_whose_state_is_stored_stay():
    slider = {WIDGET_VIEW: VIEW, "text/plain": "IntSlider(value=3)"}
    assert saved(slider) == slider
    explorer = {WIDGET_VIEW: VIEW, "image/png": "abc"}
    state = {"widgets": {"application/vnd.jupyter.widget-state+json": {"state": {"7": {}}}}}
    assert saved(explorer, state) == explorer


def test_files_that_are_no_notebooks_are_left_alone():
    model = {"type": "file", "content": "text"}
    before_saving(model=model, path="a.txt", contents_manager=None)
    assert model == {"type": "file", "content": "text"}
