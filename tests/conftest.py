"""Few and small drawn images, for tests that need some but not a whole sample; and a free port for servers."""

import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def free_port() -> int:
    """Return a port that no other server on this machine has, as the usual one may be."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture(scope="session")
def samples_of_few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder in which they are kept, apart from the whole samples, which they would replace."""
    return tmp_path_factory.mktemp("samples")


@pytest.fixture(scope="module")
def few_drawn(tmp_path_factory: pytest.TempPathFactory, samples_of_few: Path) -> Iterator[None]:
    """Draw 150 images to learn from and 60 to test on, of 64 pixels, where thousands would be drawn."""
    from coursekit.data import sets
    from coursekit.data.sets.synthetic_sample import SyntheticSample

    counts = {"train": 150, "validation": 60, "test": 60}

    def fewer(sample: SyntheticSample) -> SyntheticSample:
        few = {split: counts[split] for split in sample.counts}
        return replace(sample, size=min(sample.size, 64), counts=few)

    with pytest.MonkeyPatch.context() as patch:
        for name, entry in sets.CATALOGUE.items():
            if isinstance(entry.make_sample, SyntheticSample):
                patch.setitem(sets.CATALOGUE, name, replace(entry, make_sample=fewer(entry.make_sample)))
        patch.setenv("COURSEKIT_HOME", str(_home(tmp_path_factory.mktemp("home"), samples_of_few)))
        yield


@pytest.fixture
def home_of_few(few_drawn: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, samples_of_few: Path) -> Path:
    """Return a new home with few images."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("COURSEKIT_HOME", str(_home(home, samples_of_few)))
    return home


def _home(home: Path, samples: Path) -> Path:
    try:
        (home / "samples").symlink_to(samples, target_is_directory=True)
    except OSError:
        # Windows allows links to administrators only: there each home draws for itself.
        (home / "samples").mkdir()
    return home
