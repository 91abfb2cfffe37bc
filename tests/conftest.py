"""Few and small synthetic images, for tests that need some but not a whole sample; and servers in the background."""

import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from tests.slow_tests import gone, listed

SECONDS_TO_SPEAK = 90
SECONDS_TO_END = 20


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark as slow what was measured to be, before `-m` chooses; a list that names tests of the past is an error."""
    slow = listed()
    for item in items:
        if item.nodeid in slow:
            item.add_marker(pytest.mark.slow)
    whole = config.args_source is pytest.Config.ArgsSource.TESTPATHS
    if whole and not config.getoption("ignore") and (unknown := gone(item.nodeid for item in items)):
        raise pytest.UsageError(f"tests/slow_tests.txt names tests that are no more (make slowest): {unknown}")


class Background:
    """A program that runs while a test goes on, and the file that holds what it printed."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self.process = process
        self.log = log

    def first(self, pattern: str, group: int = 0) -> str:
        """Wait until the program has printed what the pattern finds, and return it."""
        end = time.monotonic() + SECONDS_TO_SPEAK
        while (found := re.search(pattern, self.log.read_text(errors="replace"))) is None:
            assert self.process.poll() is None, f"it ended with {self.process.returncode}: {self.log.read_text()}"
            assert time.monotonic() < end, f"no {pattern!r} in {SECONDS_TO_SPEAK} s: {self.log.read_text()}"
            time.sleep(0.05)
        return found[group]

    def stop(self) -> None:
        """Ask the program and what it started to end, and end them where they do not: a test must not wait for ever."""
        self._send(signal.SIGTERM)
        try:
            self.process.wait(SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            self._send(getattr(signal, "SIGKILL", signal.SIGTERM))
            self.process.wait(SECONDS_TO_END)

    def _send(self, sign: signal.Signals) -> None:
        if hasattr(os, "killpg"):
            try:
                os.killpg(self.process.pid, sign)
            except ProcessLookupError:
                return
        else:
            self.process.send_signal(sign)


@pytest.fixture(scope="session")
def in_background(
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[..., AbstractContextManager[Background]]:
    """Return what starts a command with an environment, and stops it when its `with` block is left."""

    @contextmanager
    def begin(command: Sequence[str], **options: object) -> Iterator[Background]:
        log = tmp_path_factory.mktemp("background") / "log"
        with log.open("w") as out:
            process = subprocess.Popen(  # type: ignore[call-overload]
                command, stdout=out, stderr=out, start_new_session=True, **options
            )
        running = Background(process, log)
        try:
            yield running
        finally:
            running.stop()

    return begin


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
def few_synthetic(tmp_path_factory: pytest.TempPathFactory, samples_of_few: Path) -> Iterator[None]:
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
def home_of_few(few_synthetic: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, samples_of_few: Path) -> Path:
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
