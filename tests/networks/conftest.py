"""Backbones are slow to build: each is built once."""

import functools

import pytest

from coursekit import networks


@pytest.fixture(scope="session")
def random_backbone():
    """Return a backbone with random weights at its least size. Nobody changes it."""

    @functools.cache
    def build(network):
        size = {"inception_v3": 75, "xception": 71}.get(network, 32)
        return networks.backbone(network, size, weights=None)

    return build
