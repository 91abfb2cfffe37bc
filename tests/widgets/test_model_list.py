"""The networks that explorers of models offer."""

import pytest

from coursekit.widgets.sources.models import NetworkList


@pytest.mark.slow
def test_a_pretrained_network_is_offered_with_the_line_that_makes_it():
    networks = NetworkList(None, "mnist_convnet", "efficientnet_lite0")
    assert networks.options == ("mnist_convnet", "efficientnet_lite0")
    named = networks.get("efficientnet_lite0")
    assert named.model.output_shape == (None, 1000)
    assert named.code == 'model = ck.networks.full_network("efficientnet_lite0")'
