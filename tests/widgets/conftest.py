import pytest


@pytest.fixture(scope="module", autouse=True)
def few_images(few_synthetic):
    """An explorer does not become another one by more images."""


@pytest.fixture(autouse=True)
def strict_and_offline(monkeypatch):
    """An error in a callback is raised, as in the lessons' own tests, and no data are asked for."""
    monkeypatch.setenv("COURSEKIT_STRICT", "1")
    monkeypatch.setenv("COURSEKIT_DATA", "sample")
