"""The networks that explorers of models offer."""

import importlib

import pytest

from coursekit.widgets.sources.models import NetworkList


@pytest.mark.slow
def test_a_pretrained_network_is_offered_with_the_line_that_makes_it():
    networks = NetworkList(None, "mnist_convnet", "efficientnet_lite0")
    assert networks.options == ("mnist_convnet", "efficientnet_lite0")
    named = networks.get("efficientnet_lite0")
    assert named.model.output_shape == (None, 1000)
    assert named.code == 'model = ck.networks.full_network("efficientnet_lite0")'


def test_one_that_stands_later_can_be_chosen_first():
    names = ("efficientnet_lite0", "mnist_convnet")
    assert NetworkList(None, *names, first="mnist_convnet").value == "mnist_convnet"
    assert NetworkList(None, *names, first="not at hand").value == "efficientnet_lite0"


@pytest.mark.parametrize("module", ["model", "relevance"])
def test_the_network_for_photographs_stands_first(module):
    networks = importlib.import_module(f"coursekit.widgets.{module}.explorer")._NETWORKS
    assert NetworkList(None, *networks).options[0] == "efficientnet_lite0"
