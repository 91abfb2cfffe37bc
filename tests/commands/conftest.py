"""Servers of the tests keep out of each other's way."""

import socket

import pytest


@pytest.fixture(scope="module")
def free_port() -> int:
    """Return a port that no other server on this machine has, as the usual one may be."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
